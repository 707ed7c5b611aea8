"""Which clips there are: people, rooms, cameras, movements and cheats, all drawn from fixed seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from lab.body import Body
from lab.course import Course
from lab.dress import LEG_LENGTHS, SLEEVES, Dressed, Outfit, body_vertices
from lab.framing import any_shot, past_the_person
from lab.kinds import SETS, SPOILT, Kind, kinds
from lab.poses import TESTS, Moment
from lab.room import Room, any_room
from lab.rotation import FloatArray, unit
from lab.scene import Placing, Shot

# From light to dark.
SKINS = (
    (0.90, 0.72, 0.62),
    (0.86, 0.66, 0.55),
    (0.80, 0.58, 0.46),
    (0.62, 0.42, 0.30),
    (0.42, 0.27, 0.19),
    (0.30, 0.19, 0.13),
)
HAIRS = ((0.08, 0.06, 0.05), (0.16, 0.10, 0.07), (0.35, 0.22, 0.12), (0.55, 0.42, 0.25), (0.5, 0.5, 0.5))
GREY = len(HAIRS) - 1
AGES = (20.0, 80.0)
# anny's own calibration (`anny.shape_distribution`): its ``age`` at these years.
ANNY_AGE = ((18.0, 64.0, 110.0), (0.77, 0.83, 1.0))
# Seconds that the shutter is open in clips with motion blur.
SHUTTER = (0.025, 0.05)
BLURRED_SHARE = 0.12


@dataclass(frozen=True)
class PasserBy:
    """A second person. ``lane``: metres behind the first one; ``start``: x in metres at first; ``pace``: m/s."""

    person: int
    lane: float
    start: float
    pace: float

    def at(self, time: float) -> float:
        """Where they are along x, in metres."""
        return self.start + self.pace * time


@dataclass(frozen=True)
class Clip:
    """Everything that makes one clip, reproducibly.

    ``shutter``: seconds of motion blur. ``in_front``: low and high corner of a box between the camera and the person.
    """

    name: str
    seed: int
    kind: str
    placing: Placing
    person: int
    room: Room
    shot: Shot
    course: Course
    end: float
    style: Mapping[str, float]
    cheats: Mapping[str, float] = field(default_factory=dict)
    passer_by: PasserBy | None = None
    noise: float = 3.0
    shutter: float = 0.0
    in_front: tuple[tuple[float, float, float], tuple[float, float, float]] | None = None

    def moment(self, progress: float, shake: float = 0.0) -> Moment:
        """The instant at this progress, with degrees of tremor."""
        start = TESTS[self.placing.test].start
        amount = start + (self.end - start) * progress + shake
        body = person(self.person).body
        return Moment(body, self.placing.side, float(amount), float(progress), self.style, self.cheats)


def years(number: int) -> float:
    """The person's age."""
    return float(np.random.default_rng([number, 1]).uniform(*AGES))


@cache
def person(number: int) -> Dressed:
    """One person, even numbers male, odd female."""
    rng = np.random.default_rng(number)
    female, age = number % 2 == 1, years(number)
    phenotype = {
        "gender": 0.95 if female else 0.05,
        "age": float(np.interp(age, *ANNY_AGE)),
        "weight": rng.uniform(0.2, 0.95),
        "muscle": rng.uniform(0.3, 0.75),
        "height": rng.uniform(0.25, 0.75),
        "proportions": rng.uniform(0.3, 0.8),
    }

    def colour() -> tuple[float, float, float]:
        r, g, b = rng.uniform(0.03, 0.85, 3) * rng.uniform(0.4, 1)
        return float(r), float(g), float(b)

    outfit = Outfit(
        skin=SKINS[rng.integers(6)],
        hair=HAIRS[GREY if rng.random() < (age - 45) / 35 else rng.integers(GREY)],
        shirt=colour(),
        trousers=colour(),
        leg_length=LEG_LENGTHS[rng.choice(3, p=(0.45, 0.4, 0.15))],
        sleeve=SLEEVES[rng.choice(3, p=(0.5, 0.25, 0.25))],
        socks=(0.9, 0.9, 0.9) if rng.random() < 0.4 else None,
        long_hair=bool(female and rng.random() < 0.5),
        folds=float(rng.uniform(0.002, 0.006)),
        loose=float(rng.choice([0.0, 0.012, 0.022], p=(0.5, 0.3, 0.2))),
        seed=number,
    )
    return Dressed(Body(phenotype), outfit)


def clip_name(test: str, number: int) -> str:
    """The clip's name within its set."""
    return f"{test}_{number:02d}"


def clip(group: str, test: str, number: int) -> Clip:
    """Clip ``number`` of a test in one of ``SETS``."""
    plan, order = SETS[group], list(TESTS).index(test)
    seed = plan.first_seed + 100 * order + number
    rng = np.random.default_rng(seed)
    what = kinds(group, test)[number]
    setting, kind = TESTS[test], what.name
    if kind == "far leg" and setting.view != "side":
        kind = "plain"
    if kind == "spoilt":
        kind = SPOILT[(order + number) % len(SPOILT)]
    cheats: dict[str, float] = {}
    if kind.startswith("cheat"):
        names = list(setting.cheats)
        kind = names[int(kind[-1]) % len(names)]
        cheats[kind] = float(rng.uniform(*setting.cheats[kind]))
    side = ("left", "right")[(number + order) % 2]
    other = "left" if side == "right" else "right"
    room = any_room(rng)
    start = Clip(
        name=clip_name(test, number),
        seed=seed,
        kind=kind,
        placing=Placing(test, side, other if kind == "far leg" else side),
        person=plan.first_seed * 10 + int(rng.integers(plan.people // 2)) * 2 + (number // 2 + order) % 2,
        room=room,
        shot=Shot(),
        course=_course(kind, rng),
        end=_end(group, test, number, rng),
        style=_style(rng),
        cheats=cheats,
        passer_by=_passer_by(plan.first_seed * 10 + int(rng.integers(plan.people)), rng)
        if kind == "second person"
        else None,
        noise=float(rng.uniform(6, 10) if room.dim else rng.uniform(1.5, 5)),
        shutter=float(rng.uniform(*SHUTTER)) if rng.random() < BLURRED_SHARE else 0.0,
    )
    return _filmed(start, what, rng)


def _filmed(start: Clip, what: Kind, rng: np.random.Generator) -> Clip:
    """The clip with its camera, and what stands before that."""
    test = start.placing.test
    shot = any_shot(what, test, _room_needed(start, rng), rng)
    if start.kind == "out of frame":
        shot = replace(shot, aside=past_the_person(shot, test, rng))
    filmed = replace(start, shot=shot)
    return replace(filmed, in_front=_in_front(filmed, rng)) if start.kind == "occluded" else filmed


def _room_needed(start: Clip, rng: np.random.Generator) -> FloatArray:
    """(n, 3) points that the picture must hold: the person through the clip, and half of the second people."""
    points = [start.placing.posed(start.moment(progress))[1][body_vertices()[::8]] for progress in (0.0, 0.5, 1.0)]
    if start.passer_by is not None and rng.random() < 0.5:
        lane = start.passer_by.lane
        points.append(np.array([[x, lane, z] for x in (-0.9, 0.9) for z in (0.1, 1.85)]))
    return np.concatenate(points)


def _in_front(start: Clip, rng: np.random.Generator) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """A chest or stool that hides the tested knee, ankle or hip at the end of the movement."""
    joints = start.placing.posed(start.moment(1.0))[2]
    hidden = joints[f"{start.placing.side}_{rng.choice(['knee', 'ankle', 'hip'])}"]
    eye = np.array(start.shot.camera(start.placing.test).eye)
    at = hidden + unit(eye - hidden) * rng.uniform(0.45, 0.6)
    half = rng.uniform(0.1, 0.17)
    low = (float(at[0] - half), float(at[1] - 0.1), 0.0 if start.shot.height < 2 else float(at[2]))
    return low, (float(at[0] + half), float(at[1] + 0.1), float(at[2] + rng.uniform(0.03, 0.12)))


def _passer_by(who: int, rng: np.random.Generator) -> PasserBy:
    """Somebody who walks past behind or in front, or stands beside."""
    lane = float(rng.choice([1.1, 1.1, 1.1, -0.75]))
    if rng.random() < 0.3:
        return PasserBy(who, 1.1, float(rng.uniform(-0.8, 0.8)), 0.0)
    return PasserBy(who, lane, -3.2, 1.05)


def _course(kind: str, rng: np.random.Generator) -> Course:
    return Course(
        rest=1.2,
        move=0.45 if kind == "too fast" else float(rng.uniform(1.7, 2.3)),
        hold=0.3 if kind == "not held" else float(rng.uniform(1.6, 2.0)),
        back=0.5,
        tremor=float(rng.uniform(0.2, 0.7)),
    )


def _end(group: str, test: str, number: int, rng: np.random.Generator) -> float:
    """The ends spread evenly over the range: each clip has a place in it that its number gives."""
    clips, (first, last) = len(kinds(group, test)), TESTS[test].ends
    part = ((number * 5 + list(TESTS).index(test)) % clips + rng.random()) / clips
    return float(first + (last - first) * part)


def _style(rng: np.random.Generator) -> dict[str, float]:
    style: Iterable[tuple[str, float]] = (
        ("ankle", rng.uniform(-15, 5)),
        ("thigh", rng.normal(0, 2)),
        ("roll", rng.uniform(0, 6)),
        ("hanging_knee", rng.uniform(45, 95)),
        ("neck", rng.uniform(-5, 10)),
        ("turn", rng.uniform(-8, 8)),
        ("arms", rng.random()),
        ("apart", rng.uniform(0, 4)),
        ("lean", rng.uniform(0, 8)),
        ("shin", rng.normal(0, 2)),
        ("trunk", rng.normal(0, 4)),
    )
    return {name: float(value) for name, value in style}
