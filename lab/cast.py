"""Which clips there are: people, rooms, cameras, movements and cheats, all drawn from fixed seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from lab.body import Body
from lab.course import Course
from lab.dress import LEG_LENGTHS, SLEEVES, Dressed, Outfit
from lab.poses import TESTS
from lab.room import Room, any_room
from lab.scene import Placing, Shot

# First seed of each set. Gates are tuned on the development set only.
SETS = {"development": 1000, "evaluation": 5000, "examples": 9000}
PEOPLE = 16
CLIPS = 12
SKINS = (
    (0.86, 0.66, 0.55),
    (0.80, 0.58, 0.46),
    (0.62, 0.42, 0.30),
    (0.42, 0.27, 0.19),
    (0.30, 0.19, 0.13),
    (0.90, 0.72, 0.62),
)
HAIRS = ((0.08, 0.06, 0.05), (0.16, 0.10, 0.07), (0.35, 0.22, 0.12), (0.55, 0.42, 0.25), (0.5, 0.5, 0.5))

# What is special about the clips of each test, in order; yaw in degrees, its sign drawn at random.
KINDS: tuple[tuple[str, float], ...] = (
    ("plain", 0),
    ("plain", 10),
    ("cheat 0", 0),
    ("plain", 20),
    ("far leg", 0),
    ("plain", 10),
    ("second person", 0),
    ("plain", 30),
    ("cheat 1", 5),
    ("camera roll", 0),
    ("plain", 5),
    ("spoilt", 0),
)
# Two clips in three are smaller: phones and messengers shrink videos, and it saves time.
SMALL = {"width": 640, "height_px": 360}
SPOILT = ("out of frame", "too fast", "not held")


@dataclass(frozen=True)
class Clip:
    """Everything that makes one clip, reproducibly."""

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
    passer_by: int | None = None
    noise: float = 3.0


@cache
def person(number: int) -> Dressed:
    """One person, even numbers male, odd female."""
    rng = np.random.default_rng(number)
    female = number % 2 == 1
    phenotype = {
        "gender": 0.95 if female else 0.05,
        "age": rng.uniform(0.58, 0.95),
        "weight": rng.uniform(0.35, 0.85),
        "muscle": rng.uniform(0.35, 0.75),
        "height": rng.uniform(0.3, 0.75),
        "proportions": rng.uniform(0.3, 0.8),
    }

    def colour() -> tuple[float, float, float]:
        r, g, b = rng.uniform(0.03, 0.85, 3) * rng.uniform(0.4, 1)
        return float(r), float(g), float(b)

    outfit = Outfit(
        skin=SKINS[rng.integers(6)],
        hair=HAIRS[rng.integers(5)],
        shirt=colour(),
        trousers=colour(),
        leg_length=LEG_LENGTHS[rng.choice(3, p=(0.5, 0.3, 0.2))],
        sleeve=SLEEVES[rng.choice(3, p=(0.5, 0.25, 0.25))],
        socks=(0.9, 0.9, 0.9) if rng.random() < 0.4 else None,
        long_hair=bool(female and rng.random() < 0.5),
        folds=float(rng.uniform(0.002, 0.006)),
        loose=float(rng.choice([0.0, 0.0, 0.012])),
        seed=number,
    )
    return Dressed(Body(phenotype), outfit)


def clip(group: str, test: str, number: int) -> Clip:
    """Clip ``number`` of a test in one of ``SETS``."""
    order = list(TESTS).index(test)
    seed = SETS[group] + 20 * order + number
    rng = np.random.default_rng(seed)
    kind, yaw = KINDS[number]
    if kind == "spoilt":
        kind = SPOILT[order % 3]
    setting = TESTS[test]
    cheats: dict[str, float] = {}
    if kind.startswith("cheat"):
        names = list(setting.cheats)
        kind = names[int(kind[-1]) % len(names)]
        cheats[kind] = float(rng.uniform(*setting.cheats[kind]))
    side = ("left", "right")[(number + order) % 2]
    other = "left" if side == "right" else "right"
    number_of = SETS[group] * 10 + int(rng.integers(PEOPLE // 2)) * 2 + (number // 2 + order) % 2
    low = 0.8 if setting.ground == "table" else 0.4
    shot = Shot(
        yaw=float(yaw * rng.choice([-1, 1])),
        roll=float(rng.choice([-1, 1]) * rng.uniform(5, 10)) if kind == "camera roll" else 0.0,
        height=float(rng.choice([low, 0.8, 1.25])),
        distance=float(rng.uniform(2.5, 3.0)) + (0.6 if setting.position == "standing" else 0.0),
        field_of_view=float(rng.uniform(40, 46)),
        **(SMALL if number % 3 else {}),
    )
    if kind == "out of frame":
        shot = replace(shot, aside=_past_the_person(shot, setting.position, rng))
    course = Course(
        rest=1.3,
        move=0.45 if kind == "too fast" else float(rng.uniform(1.8, 2.3)),
        hold=0.3 if kind == "not held" else float(rng.uniform(1.6, 2.0)),
        back=0.7,
        tremor=float(rng.uniform(0.2, 0.7)),
    )
    style = {
        "ankle": rng.uniform(-15, 5),
        "thigh": rng.normal(0, 2),
        "roll": rng.uniform(0, 6),
        "hanging_knee": rng.uniform(45, 95),
        "neck": rng.uniform(-5, 10),
        "turn": rng.uniform(-8, 8),
        "arms": rng.random(),
        "apart": rng.uniform(0, 4),
        "lean": rng.uniform(0, 8),
        "shin": rng.normal(0, 2),
        "trunk": rng.normal(0, 4),
    }
    # The ends spread evenly over the range: each clip has a place in it that its number gives.
    part = ((number * 5 + order) % CLIPS + rng.random()) / CLIPS
    return Clip(
        name=f"{test}_{number:02d}",
        seed=seed,
        kind=kind,
        placing=Placing(test, side, other if kind == "far leg" else side),
        person=number_of,
        room=any_room(rng),
        shot=shot,
        course=course,
        end=float(setting.ends[0] + (setting.ends[1] - setting.ends[0]) * part),
        style={name: float(x) for name, x in style.items()},
        cheats=cheats,
        passer_by=SETS[group] * 10 + int(rng.integers(PEOPLE)) if kind == "second person" else None,
        noise=float(rng.uniform(1.5, 5)),
    )


def _past_the_person(shot: Shot, position: str, rng: np.random.Generator) -> float:
    """Metres aside that leave half of somebody upright, or the feet or head of somebody lying, out of the picture."""
    half = shot.distance * np.tan(np.radians(shot.field_of_view / 2)) * shot.width / shot.height_px
    beyond = rng.uniform(-0.6, -0.25) if position in {"supine", "prone"} else rng.uniform(-0.1, 0.1)
    return float(rng.choice([-1, 1]) * (half + beyond))
