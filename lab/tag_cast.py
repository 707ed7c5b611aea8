"""Which clips of printed markers there are: people, taping, walls, cameras and movements, all from fixed seeds.

The people wear what docs/how-to/printed-markers.md asks for, tight clothes or bare skin, and lie along a bare wall.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from lab.body import Body, Pose
from lab.cast import HAIRS
from lab.course import Course
from lab.dress import LEG_LENGTHS, SLEEVES, Dressed, Outfit
from lab.poses import TESTS, Moment
from lab.render import Light
from lab.room import Room
from lab.rotation import FloatArray, about_z
from lab.scene import Placing
from lab.tags import Taped

YAWS = (0, 10, -10, 20, -20, 30, -30)
"""Degrees of the camera from square to the wall, of each test's clips in order; all but 0 and ±30 vary by ±2."""
SIZES = ((1280, 720), (1920, 1080))
FIRST = {"development": 30_000, "evaluation": 40_000}
"""First seed of each set, and number of its first person."""
PEOPLE = 24
SKINS = (
    (0.86, 0.66, 0.55),
    (0.80, 0.58, 0.46),
    (0.62, 0.42, 0.30),
    (0.42, 0.27, 0.19),
    (0.30, 0.19, 0.13),
    (0.90, 0.72, 0.62),
)
"""Drawn by place, so the order is part of the committed tables."""
RATE = 8.0
TAGGED = (
    "straight_leg_raise",
    "active_knee_extension",
    "modified_thomas_hip",
    "hip_flexion_knee_bent",
    "prone_knee_bend",
    "hip_extension_prone",
)
"""Tests of ``lab.poses`` that printed markers read; a clip of the modified Thomas test shows hip and knee."""
FROM_START = frozenset({"straight_leg_raise", "hip_flexion_knee_bent", "prone_knee_bend", "hip_extension_prone"})
"""Tests whose number counts from a start, where a card that is askew must do no harm."""
ASKEW, ASKEW_PELVIS, ASKEW_WALL = 3.0, 5.0, 0.5
"""Degrees, most, by which arrows are askew: of the leg where the number counts from a start (elsewhere not at all,
because each degree is a degree wrong), of the pelvis, and of the wall's marker, hung with a level."""
MOST_BENT = 0.8
"""Curvature in 1/m: a sheet glued to card, 1 mm higher in the middle of the tag than at its edges."""
WALL_AT: Mapping[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "straight_leg_raise": ((-0.45, -0.2), (0.6, 0.85)),
    "active_knee_extension": ((-0.45, -0.2), (0.6, 0.85)),
    "modified_thomas_hip": ((0.3, 0.5), (0.9, 1.15)),
    "hip_flexion_knee_bent": ((0.15, 0.45), (0.75, 0.95)),
    "prone_knee_bend": ((-0.3, 0.0), (0.55, 0.8)),
    "hip_extension_prone": ((-0.3, 0.2), (0.5, 0.75)),
}
"""Where the wall's marker hangs so that no leg stays before it: metres from the hip towards the feet, and up."""


@dataclass(frozen=True)
class Wall:
    """Where the wall's marker hangs: metres from the hip towards the feet, up, and degrees askew."""

    along: float
    up: float
    askew: float


@dataclass(frozen=True)
class View:
    """The camera; ``across``: degrees that it sees horizontally; ``above``: degrees that it looks down.

    ``distance`` is at least so many metres; it steps back until it has all markers in the picture.
    """

    yaw: float
    distance: float
    above: float
    roll: float
    across: float
    size: tuple[int, int]
    blur: float
    noise: float


class Passive(Placing):
    """As ``Placing``, but where arms would draw the knee up and cover the markers, a helper does it out of sight."""

    def posed(self, now: Moment) -> tuple[Pose, FloatArray, dict[str, FloatArray]]:
        """The posture, and vertices and joint centres in the room."""
        pose = TESTS[self.test].posture(now)
        arms = TESTS["straight_leg_raise"].posture(now).arms if self.test == "hip_flexion_knee_bent" else pose.arms
        pose = replace(pose, root=about_z(self.heading) @ pose.root, arms=arms)
        vertices, joints = now.body.pose(pose)
        shift = self._shift(now.body, vertices, joints)
        return pose, vertices + shift, {name: point + shift for name, point in joints.items()}


@dataclass(frozen=True)
class TagClip:
    """Everything that makes one clip, reproducibly. ``heading``: degrees by which the body lies askew to the wall."""

    name: str
    seed: int
    placing: Passive
    person: int
    room: Room
    course: Course
    end: float
    style: Mapping[str, float]
    taped: Mapping[str, Taped]
    wall: Wall
    view: View
    heading: float

    def moments(self) -> Iterator[Moment]:
        """The clip's instants, frame by frame."""
        start = TESTS[self.placing.test].start
        shaking = self.course.shaking(np.random.default_rng(self.seed + 2))
        for progress, shake in zip(self.course.progress, shaking, strict=True):
            amount = start + (self.end - start) * progress + shake
            yield Moment(taped_person(self.person).body, self.placing.side, float(amount), float(progress), self.style)


@cache
def taped_person(number: int) -> Dressed:
    """One person in tight clothes, even numbers male, odd female."""
    rng = np.random.default_rng(number)
    female = number % 2 == 1
    phenotype = {"gender": 0.95 if female else 0.05, "age": rng.uniform(0.6, 1.0), "weight": rng.uniform(0.25, 0.85)}
    phenotype |= {name: rng.uniform(0.3, 0.75) for name in ("muscle", "height", "proportions")}
    shirt, trousers = (rng.uniform(0.03, 0.85, 3) * rng.uniform(0.4, 1) for _ in range(2))
    outfit = Outfit(
        skin=SKINS[rng.integers(len(SKINS))],
        hair=HAIRS[rng.integers(len(HAIRS))],
        shirt=(float(shirt[0]), float(shirt[1]), float(shirt[2])),
        trousers=(float(trousers[0]), float(trousers[1]), float(trousers[2])),
        leg_length=LEG_LENGTHS[rng.integers(3)],
        sleeve=SLEEVES[rng.integers(3)],
        socks=(0.9, 0.9, 0.9) if rng.random() < 0.4 else None,
        long_hair=bool(female and rng.random() < 0.5),
        folds=float(rng.uniform(0.001, 0.003)),
        seed=number,
    )
    return Dressed(Body(phenotype), outfit)


def tag_clip(group: str, test: str, number: int) -> TagClip:
    """Clip ``number`` of a test in the ``development`` or ``evaluation`` set."""
    order, setting = TAGGED.index(test), TESTS[test]
    seed = FIRST[group] + 50 * order + number
    rng = np.random.default_rng(seed)
    side = ("left", "right")[(number + order) % 2]
    people = FIRST[group] + int(rng.integers(PEOPLE // 2)) * 2 + (number // 2 + order) % 2
    askew = ASKEW if test in FROM_START else 0.0
    most = {"pelvis": ASKEW_PELVIS, "thigh": askew, "shank": askew}
    return TagClip(
        name=f"{test}_tags_{number:02d}",
        seed=seed,
        placing=Passive(test, side, side),
        person=people,
        room=_room(rng),
        course=Course(1.3, float(rng.uniform(1.7, 2.0)), 1.5, 0.3, RATE, float(rng.uniform(0.2, 0.5))),
        end=_spread(rng, number * 4 + order, *setting.ends),
        style=_style(rng),
        taped={
            name: Taped(
                float(rng.uniform(-12, 12)), float(rng.uniform(-1, 1) * most[name]), float(rng.uniform(0, MOST_BENT))
            )
            for name in most
        },
        wall=_wall(rng, test),
        view=_view(rng, number, order),
        heading=float(rng.uniform(-5, 5)),
    )


def _wall(rng: np.random.Generator, test: str) -> Wall:
    along, up = WALL_AT[test]
    askew = rng.uniform(-ASKEW_WALL, ASKEW_WALL)
    return Wall(float(rng.uniform(*along)), float(rng.uniform(*up)), float(askew))


def _view(rng: np.random.Generator, number: int, order: int) -> View:
    yaw = YAWS[number]
    return View(
        yaw=float(yaw + (rng.uniform(-2, 2) if abs(yaw) in {10, 20} else 0.0)),
        distance=_spread(rng, number * 3 + order, 1.5, 3.0),
        above=float(rng.uniform(-2, 18)),
        roll=float(rng.uniform(-3, 3)),
        across=float(rng.uniform(60, 75)),
        size=SIZES[(number + order) % 2],
        blur=float(rng.uniform(0.5, 0.9)),
        noise=float(rng.uniform(1.5, 4)),
    )


def _spread(rng: np.random.Generator, place: int, low: float, high: float) -> float:
    """A value in the range, so that a test's clips spread evenly over it."""
    return low + (high - low) * (place % len(YAWS) + float(rng.random())) / len(YAWS)


def _style(rng: np.random.Generator) -> dict[str, float]:
    """Small personal choices; the arms lie on the chest or under the head, away from the markers."""
    return {
        "arms": 0.1,
        "ankle": float(rng.uniform(-15, 5)),
        "thigh": float(rng.normal(0, 2)),
        "roll": float(rng.uniform(0, 6)),
        "hanging_knee": float(rng.uniform(45, 95)),
        "neck": float(rng.uniform(-5, 10)),
        "turn": float(rng.uniform(-8, 8)),
    }


def _room(rng: np.random.Generator) -> Room:
    """A bare wall close behind, light enough to film."""
    turn, bright = rng.uniform(0, 6.28), rng.uniform(0.6, 1.05)
    grey, floor, mat = rng.uniform(0.4, 0.95), rng.uniform(0.5, 1.4), rng.uniform(0.05, 0.7, 3)
    light = Light(
        sun=(float(np.cos(turn)) * 0.5 + 0.1, -0.35 + float(np.sin(turn)) * 0.35, 1.0),
        sun_strength=float(rng.uniform(0.25, 0.8) * bright),
        sky_strength=float(rng.uniform(0.5, 0.75) * bright),
        floor=int(rng.integers(3)),
    )
    return Room(
        wall=(float(grey), float(grey * rng.uniform(0.95, 1)), float(grey * rng.uniform(0.9, 1))),
        floor=(0.55 * float(floor), 0.42 * float(floor), 0.30 * float(floor)),
        mat=(float(mat[0]), float(mat[1]), float(mat[2])),
        clutter=False,
        light=light,
        back=float(rng.uniform(0.46, 0.7)),
    )
