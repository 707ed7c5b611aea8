"""How wrong angles from printed tags are: ``python -m tools.validate_tags`` prints tables for docs/validation.md.

Each clip is rendered (``tag_scene``) at a known angle of thigh and knee and read as in practice: focal length unknown
(60 to 75° across the picture), tags turned about the limb by up to 15°, the person up to 5° askew to the wall, camera
yaw within ±30°, −5 to 20° from above, rolled by up to 3°; blur 0.5 to 1.2 px, noise 2 to 6 of 255, exposure 0.6 to 1.1.
The end position is held for 1 s at 30 frames a second. Seeds are fixed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from coxa.measure.tag_angles import Hold, TagAngle, held_inclination, held_relative_angle
from coxa.motion.tags import TagLayout, track_tags
from coxa.protocol import load_protocol
from tools.markdown import table
from tools.tag_scene import Camera, FloatArray, Leg, Look, Picture, Taped, camera_at, draw, exposed

DISTANCES = (1.5, 2.0, 2.5, 3.0, 4.0)
HD, FULL_HD = (1280, 720), (1920, 1080)
RATE = 30.0
AIM = np.array([-0.1, 0.0, 0.75])


@dataclass(frozen=True)
class Setting:
    """What is fixed for a row of a table; the rest is drawn at random from the seed. ``hold`` is in frames."""

    distance: float
    size: tuple[int, int] = HD
    seed: int = 0
    bend: float | None = None
    scale: float = 1.0
    focal: Literal["found", "given", "usual"] = "found"
    askew: float = 5.0
    hold: int = 30


@dataclass(frozen=True)
class Outcome:
    """Errors in degrees of one clip, ``None`` where the reading was refused.

    ``said``: the error that each accepted inclination said of itself; ``focal``: error of the focal length as a share.
    """

    inclinations: tuple[float | None, ...]
    knee: float | None
    said: tuple[float, ...]
    focal: float


def measure(setting: Setting) -> Outcome:
    """Render one clip (flat, moving up, 1 s held) and read it."""
    random = np.random.default_rng(setting.seed)
    camera = camera_at(
        AIM + random.uniform(-0.08, 0.08, 3),
        distance=setting.distance,
        yaw=random.uniform(-30, 30),
        pitch=random.uniform(-5, 20),
        roll=random.uniform(-3, 3),
        size=setting.size,
        view=random.uniform(60, 75),
    )
    look = Look(random.uniform(0.5, 1.2), random.uniform(2, 6), random.uniform(0.6, 1.1), samples=4)
    taped = {
        name: Taped(random.uniform(-15, 15), bend=None if name == "pelvis" else setting.bend)
        for name in ("pelvis", "thigh", "shank")
    }
    thigh, knee = random.uniform(-15, 95), random.uniform(0, 90)
    leg = Leg(thigh, knee, random.uniform(-setting.askew, setting.askew), taped, side=0.1 * setting.scale)
    focal = {"found": None, "given": camera.focal, "usual": camera.width / 2 / np.tan(np.radians(32.5))}
    layout = TagLayout.of(load_protocol())
    track = track_tags(_clip(camera, leg, look, random, setting.hold), layout, focal=focal[setting.focal])
    hold = Hold(2.0, 2.0 + setting.hold / RATE)
    limbs = [held_inclination(track, f"left_{name}", hold, forward=-1) for name in ("thigh", "shank")]
    joint = held_relative_angle(track, "left_thigh", "left_shank", hold)
    return Outcome(
        tuple(_error(angle, truth) for angle, truth in zip(limbs, (thigh, thigh - knee), strict=True)),
        _error(joint, knee),
        tuple(angle.sem for angle in limbs if angle.sem is not None),
        track.focal.pixels / camera.focal - 1,
    )


def _error(angle: TagAngle, truth: float) -> float | None:
    return None if angle.value is None else float((angle.value - truth + 180) % 360 - 180)


def _clip(
    camera: Camera, leg: Leg, look: Look, random: np.random.Generator, hold: int
) -> Iterator[tuple[float, Picture]]:
    """Flat, moving to the end position, and the hold with a sway of ±0.2°; every frame with its own noise."""

    def picture(now: Leg) -> FloatArray:
        return draw(camera, now.tags(), now.limbs(), look)

    for time, share in zip(np.linspace(0.2, 1.9, 12), np.linspace(0, 1, 12), strict=True):
        now = replace(leg, thigh=share * leg.thigh, knee=share * leg.knee)
        yield float(time), exposed(picture(now), look, random)
    sway = [picture(replace(leg, thigh=leg.thigh + degrees)) for degrees in (-0.2, 0.0, 0.2)]
    for frame in range(hold):
        yield 2.0 + frame / RATE, exposed(sway[frame % 3], look, random)


def row(name: Sequence[str], outcomes: Iterable[Outcome], *, knee: bool) -> list[str]:
    """Bias, SD, 95 % and worst of the errors in degrees, and how many readings were refused."""
    outcomes = list(outcomes)
    every = [one.knee for one in outcomes] if knee else [error for one in outcomes for error in one.inclinations]
    errors = np.array([error for error in every if error is not None])
    refused = f"{len(every) - len(errors)} of {len(every)}"
    if errors.size == 0:
        return [*name, "knee" if knee else "limb", *["–"] * 4, refused]
    numbers = (errors.mean(), errors.std(), np.percentile(np.abs(errors), 95), np.abs(errors).max())
    shown = [f"{numbers[0]:+.2f}", *(f"{number:.2f}" for number in numbers[1:])]
    return [*name, "knee" if knee else "limb", *shown, refused]


def _tables(clips: int, processes: int) -> Iterator[str]:
    heads = ["Angle", "Bias", "SD", "95 %", "Worst", "Refused"]
    places = [(distance, size) for size in (HD, FULL_HD) for distance in DISTANCES]
    few = max(2, clips // 2)
    other = {
        "as in the first table": Setting(2.0),
        "focal length known": Setting(2.0, focal="given"),
        "65° assumed, not found from the tags": Setting(2.0, focal="usual"),
        "printed at 95 %": Setting(2.0, scale=0.95),
        "leg tags bent, radius 10 cm": Setting(2.0, bend=0.10),
        "leg tags bent, radius 30 cm": Setting(2.0, bend=0.30),
        "person up to 15° askew to the wall": Setting(2.0, askew=15.0),
    }
    jobs = [Setting(distance, size, seed) for distance, size in places for seed in range(clips)]
    jobs += [replace(setting, seed=seed) for setting in other.values() for seed in range(2 * few)]
    with ProcessPoolExecutor(processes) as pool:
        outcomes = list(pool.map(measure, jobs))
    rows = []
    for at, (distance, size) in enumerate(places):
        part = outcomes[at * clips : (at + 1) * clips]
        name = [f"{size[1]}p", f"{distance:g} m"]
        rows += [row(name, part, knee=False), row(name, part, knee=True)]
    yield table(["Picture", "Distance", *heads], rows)
    focal = np.array([[outcome.focal for outcome in outcomes[: clips * len(places)]]])
    yield f"Focal length found from the tags: error {100 * focal.mean():+.1f} ± {100 * focal.std():.1f} % (SD)."
    rows = []
    for at, what in enumerate(other):
        part = outcomes[clips * len(places) + 2 * few * at :][: 2 * few]
        rows += [row([what], part, knee=False), row([what], part, knee=True)]
    yield table(["720p, 2 m", *heads], rows)
    said = np.array([sem for one in outcomes[: clips * len(places)] for sem in one.said])
    yield f"The error that readings say of themselves (1 SD): median {np.median(said):.2f}°."


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--clips", type=int, default=6, help="clips for each picture size and distance")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    print("\n\n".join(_tables(given.clips, given.processes)))


if __name__ == "__main__":
    main()
