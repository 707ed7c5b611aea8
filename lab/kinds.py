"""What is special about the clips of each set: one table, from which every clip's number in its test gets its kind."""

from __future__ import annotations

from dataclasses import dataclass

from lab.poses import TESTS

Range = tuple[float, float]


@dataclass(frozen=True)
class Kind:
    """One way in which clips are made. ``yaw``, ``roll``: degrees of the camera, of either sign.

    ``plain`` is done rightly; filmed square when the yaw stays within 10 degrees. ``cheat 0`` and ``cheat 1`` stand for
    the test's first and second cheat, ``spoilt`` for one of ``SPOILT``.
    """

    name: str
    yaw: Range = (0, 10)
    roll: Range = (0, 2)


@dataclass(frozen=True)
class Plan:
    """A set: its first seed, how many people are in it, and clips (done rightly and square, others) per test."""

    first_seed: int
    people: int
    claimed: tuple[int, int]
    further: tuple[int, int]


SQUARE = Kind("plain")
OTHERS = (
    Kind("plain", yaw=(12, 25)),
    Kind("cheat 0"),
    Kind("second person"),
    Kind("mirrored"),
    Kind("occluded"),
    Kind("far leg"),
    Kind("cheat 1"),
    Kind("camera roll", roll=(5, 10)),
    Kind("plain", yaw=(25, 40)),
    Kind("spoilt"),
    Kind("camera high"),
)
SPOILT = ("out of frame", "too fast", "not held")
# Seeds below 10000 belong to the first sets, whose evaluation clips were looked at while gates were made.
SETS = {
    "development": Plan(10_000, 24, claimed=(4, 4), further=(2, 2)),
    "evaluation": Plan(20_000, 60, claimed=(20, 9), further=(8, 6)),
    "examples": Plan(9_000, 8, claimed=(4, 0), further=(4, 0)),
}
# The tests that a camera without markers is claimed to read.
CLAIMED = (
    "straight_leg_raise",
    "active_knee_extension",
    "modified_thomas_hip",
    "hip_internal_rotation_90",
    "hip_external_rotation_90",
    "hip_abduction_standing",
    "hip_abduction_supine",
)


def kinds(group: str, test: str) -> tuple[Kind, ...]:
    """The kinds of a test's clips in the order of their numbers: those done rightly and the others well mixed."""
    plan = SETS[group]
    square, others = plan.claimed if test in CLAIMED else plan.further
    start = 3 * list(TESTS).index(test)
    wrong = [OTHERS[(start + i) % len(OTHERS)] for i in range(others)]
    places = [((i + 0.4) / square, SQUARE) for i in range(square)]
    places += [((i + 0.6) / others, kind) for i, kind in enumerate(wrong)]
    return tuple(kind for _, kind in sorted(places, key=lambda place: place[0]))


def in_order(group: str) -> list[tuple[str, int]]:
    """(test, number) of all clips of a set, so that any first part of them is balanced."""
    every = [(test, number, len(kinds(group, test))) for test in TESTS for number in range(len(kinds(group, test)))]
    return [(test, number) for test, number, _ in sorted(every, key=lambda one: (one[1] + 0.5) / one[2])]


def small() -> list[tuple[str, int]]:
    """(test, number) of the evaluation clips that ``make lab-small`` makes again."""
    return [(test, number) for test in CLAIMED for number in (0, 1)] + [("weight_bearing_lunge", 0), ("deep_squat", 0)]
