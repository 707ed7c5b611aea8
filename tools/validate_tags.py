"""How wrong tests read from printed tags are: ``python -m tools.validate_tags`` prints tables for docs/validation.md.

All readings are the product's own (``measure_tags``), gates included. Two kinds of clips:

- Rendered people of the lab with cards taped to skin and clothes, filmed in H.264; the corners that the product found
  in them are in ``tests/fixtures/tag_clips`` (made by ``lab.make_tag_tables``).
- Tags alone on grey limbs (``tag_scene``), rendered here by casting rays: focal length unknown (60 to 75° across the
  picture), tags turned about the limb by up to 15°, the person up to 5° askew to the wall, camera yaw within ±30°,
  −5 to 20° from above, rolled by up to 3°; blur 0.5 to 1.2 px, noise 2 to 6 of 255, exposure 0.6 to 1.1.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from coxa.measure.recorded import Measurement
from coxa.measure.tag_tests import measure_tags
from coxa.model import Side
from coxa.motion.tags import TagLayout, track_tags
from coxa.protocol import load_protocol
from tests.tag_clips import TagClip, measured, tag_clips
from tools.markdown import table
from tools.tag_scene import Camera, FloatArray, Leg, Look, Picture, Taped, camera_at, draw, exposed, posture

DISTANCES = (1.5, 2.0, 2.5, 3.0)
HD, FULL_HD = (1280, 720), (1920, 1080)
RATE, SECONDS = 9.0, 5.4
"""At 9 pictures a second, the sway of 3 Hz in the hold repeats every third picture, which needn't be drawn again."""
HEADS = ["Bias", "SD", "95 %", "Worst", "Refused"]
AIM, BESIDE = np.array([-0.1, 0.0, 0.75]), 0.35


def _at_yaw(degrees: int) -> Callable[[TagClip], bool]:
    return lambda clip: round(abs(clip.yaw), -1) == degrees


def _within(low: float, high: float) -> Callable[[TagClip], bool]:
    return lambda clip: low <= clip.about["camera"]["distance"] < high


GROUPS: Mapping[str, Callable[[TagClip], bool]] = {
    **{f"yaw {degrees}°" if degrees == 0 else f"yaw ±{degrees}°": _at_yaw(degrees) for degrees in (0, 10, 20, 30)},
    "1.5 to 2 m": _within(0.0, 2.0),
    "2 to 2.5 m": _within(2.0, 2.5),
    "2.5 to 3 m": _within(2.5, 9.0),
    "720p": lambda clip: clip.about["camera"]["size"][1] == HD[1],
    "1080p": lambda clip: clip.about["camera"]["size"][1] == FULL_HD[1],
}


@dataclass(frozen=True)
class Case:
    """A test on a leg of ``tag_scene``: its protocol, where it begins, any end position, and the number of that."""

    protocol: str
    start: Leg
    end: Callable[[np.random.Generator], Leg]
    number: Callable[[Leg], float]


CASES = {
    "straight_leg_raise": Case(
        "supine_passive",
        Leg(0.0),
        lambda random: Leg(random.uniform(20, 95), random.uniform(0, 4), pelvis=random.uniform(0, 15)),
        lambda leg: leg.thigh,
    ),
    "active_knee_extension": Case(
        "supine_90_90",
        Leg(90.0, 90.0),
        lambda random: Leg(random.uniform(84, 96), random.uniform(0, 60)),
        lambda leg: 90.0 - leg.thigh + leg.knee,
    ),
    "modified_thomas_hip": Case(
        "pelvis_held",
        Leg(100.0, 120.0),
        lambda random: Leg(random.uniform(-18, 25), random.uniform(45, 95)),
        lambda leg: leg.thigh,
    ),
    "modified_thomas_knee": Case(
        "pelvis_held",
        Leg(100.0, 120.0),
        lambda random: Leg(random.uniform(-18, 25), random.uniform(45, 95)),
        lambda leg: leg.knee,
    ),
    "prone_knee_bend": Case(
        "prone_pelvis_held",
        Leg(0.0, prone=True),
        lambda random: Leg(random.uniform(-2, 4), random.uniform(70, 130), prone=True),
        lambda leg: leg.knee,
    ),
    "hip_extension_prone": Case(
        "prone_knee_straight",
        Leg(0.0, prone=True),
        lambda random: Leg(random.uniform(6, 25), prone=True),
        lambda leg: leg.thigh,
    ),
    "hip_flexion_knee_bent": Case(
        "supine_passive",
        Leg(0.0),
        lambda random: Leg(random.uniform(85, 120), random.uniform(100, 130), pelvis=random.uniform(0, 20)),
        lambda leg: leg.thigh,
    ),
}


@dataclass(frozen=True)
class Setting:
    """What is fixed for a row of a table; the rest is drawn at random from the seed, which also tells the test."""

    distance: float
    size: tuple[int, int] = HD
    seed: int = 0
    bend: float | None = None
    scale: float = 1.0
    focal: Literal["found", "given", "usual"] = "found"
    askew: float = 5.0


@dataclass(frozen=True)
class Outcome:
    """Error in degrees of one reading, ``None`` where it was refused; ``skin``: what of it was there before the camera.

    ``focal``: error of the focal length as a share.
    """

    error: float | None
    focal: float = 0.0
    skin: float = 0.0
    refused: tuple[str, ...] = ()


def outcome(measurement: Measurement, truth: float, *, focal: float = 0.0, skin: float = 0.0) -> Outcome:
    """What came of a measurement."""
    reading = measurement.reading
    if reading.value is None:
        return Outcome(None, focal, skin, tuple(refusal.value for refusal in reading.refusals))
    return Outcome((reading.value - truth + 180.0) % 360.0 - 180.0, focal, skin)


# --- tags alone ------------------------------------------------------------------------------------------------------


def measure(setting: Setting) -> Outcome:
    """Render one clip and read it."""
    random = np.random.default_rng(setting.seed)
    name = list(CASES)[setting.seed % len(CASES)]
    case, right = CASES[name], bool(random.integers(2))
    end = case.end(random)
    camera = camera_at(
        AIM + random.uniform(-0.08, 0.08, 3) - (0, 0, 0.15 if end.thigh < 30 else 0.0),
        distance=setting.distance,
        yaw=random.uniform(-30, 30),
        pitch=random.uniform(-5, 20),
        roll=random.uniform(-3, 3),
        size=setting.size,
        view=random.uniform(60, 75),
    )
    look = Look(random.uniform(0.5, 1.2), random.uniform(2, 6), random.uniform(0.6, 1.1), samples=4)
    heading = random.uniform(-setting.askew, setting.askew)
    taped = {
        limb: Taped(random.uniform(-15, 15), bend=None if limb == "pelvis" else setting.bend)
        for limb in ("pelvis", "thigh", "shank")
    }
    hip = (AIM[0] + (-BESIDE if right != end.prone else BESIDE), 0.0, 0.5)
    wall = (hip[0] + (-0.1 if right != end.prone else 0.1), 0.5, 0.95)

    def placed(leg: Leg) -> Leg:
        side = 0.1 * setting.scale
        return replace(leg, heading=heading, taped=taped, side=side, right=right, hip=hip, wall=wall)

    focal = {"found": None, "given": camera.focal, "usual": camera.width / 2 / np.tan(np.radians(32.5))}
    knowledge = load_protocol()
    frames = _clip(camera, placed(case.start), placed(end), look, random)
    track = track_tags(frames, TagLayout.of(knowledge), focal=focal[setting.focal])
    side = Side.RIGHT if right else Side.LEFT
    reading = measure_tags(track, name, side, case.protocol, knowledge)
    return outcome(reading, case.number(end), focal=track.focal.pixels / camera.focal - 1)


def _clip(
    camera: Camera, start: Leg, end: Leg, look: Look, random: np.random.Generator
) -> Iterator[tuple[float, Picture]]:
    """As ``tag_scene.movement``; what was drawn before isn't drawn again, but every frame has its own noise."""
    drawn: dict[tuple[float, float], FloatArray] = {}
    for frame in range(round(SECONDS * RATE)):
        now = posture(frame / RATE, start, end)
        key = (round(now.thigh, 3), round(now.knee, 3))
        if key not in drawn:
            drawn[key] = draw(camera, now.tags(), now.limbs(), look)
        yield frame / RATE, exposed(drawn[key], look, random)


# --- tables ----------------------------------------------------------------------------------------------------------


def row(name: Sequence[str], outcomes: Iterable[Outcome]) -> list[str]:
    """Bias, SD, 95 % and worst of the errors in degrees, and how many readings were refused."""
    outcomes = list(outcomes)
    errors = np.array([one.error for one in outcomes if one.error is not None])
    refused = f"{len(outcomes) - len(errors)} of {len(outcomes)}"
    if errors.size == 0:
        return [*name, *["–"] * 4, refused]
    numbers = (errors.mean(), errors.std(), np.percentile(np.abs(errors), 95), np.abs(errors).max())
    return [*name, f"{numbers[0]:+.2f}", *(f"{number:.2f}" for number in numbers[1:]), refused]


def people(clips: Sequence[TagClip]) -> Iterator[str]:
    """Tables of the lab's clips."""
    read = [(clip, test, _of(clip, test)) for clip in clips for test in clip.tests]
    everything = [one for _, _, one in read]
    yield table(
        ["Test", *HEADS, "Skin and taping, 95 %"],
        [
            [*row([f"`{name}`" if name else "all"], part), f"{np.percentile([abs(one.skin) for one in part], 95):.2f}"]
            for name in (*CASES, "")
            if (part := [one for _, test, one in read if name in {"", test}])
        ],
    )
    rows = [row([name], [one for clip, _, one in read if inside(clip)]) for name, inside in GROUPS.items()]
    yield table(["All tests", *HEADS], rows)
    reasons = Counter(reason for one in everything for reason in one.refused)
    said = ", ".join(f"`{reason}` {count}" for reason, count in reasons.most_common())
    yield f"Why readings were refused: {said or 'none was'}."


def _of(clip: TagClip, test: str) -> Outcome:
    truth = clip.truth(test)
    return outcome(measured(clip, test), truth, skin=clip.arrow(test) - truth)


def alone(clips: int, processes: int) -> Iterator[str]:
    """Tables of tags on grey limbs."""
    places = [(distance, size) for size in (HD, FULL_HD) for distance in DISTANCES]
    other = {
        "as in the table above": Setting(2.0),
        "focal length known": Setting(2.0, focal="given"),
        "65° assumed, not found from the tags": Setting(2.0, focal="usual"),
        "printed at 95 %": Setting(2.0, scale=0.95),
        "leg tags bent, radius 10 cm": Setting(2.0, bend=0.10),
        "leg tags bent, radius 30 cm": Setting(2.0, bend=0.30),
        "person up to 15° askew to the wall": Setting(2.0, askew=15.0),
    }
    jobs = [Setting(distance, size, seed) for distance, size in places for seed in range(clips)]
    jobs += [replace(setting, seed=seed) for setting in other.values() for seed in range(clips)]
    with ProcessPoolExecutor(processes) as pool:
        outcomes = list(pool.map(measure, jobs))
    parts = [outcomes[at : at + clips] for at in range(0, len(outcomes), clips)]
    rows = [
        row([f"{size[1]}p", f"{distance:g} m"], part) for (distance, size), part in zip(places, parts, strict=False)
    ]
    yield table(["Picture", "Distance", *HEADS], rows)
    focal = np.array([[one.focal for one in outcomes[: clips * len(places)]]])
    yield f"Focal length found from the tags: error {100 * focal.mean():+.1f} ± {100 * focal.std():.1f} % (SD)."
    rows = [row([what], part) for what, part in zip(other, parts[len(places) :], strict=True)]
    yield table(["720p, 2 m", *HEADS], rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--clips", type=int, default=7, help="clips of tags alone for each picture size and distance")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    clips = tag_clips()
    seen = (
        f"{len(clips)} clips of rendered people with cards taped to them, {sum(len(c.tests) for c in clips)} readings"
    )
    parts = [f"{seen}:", *people(clips), "Tags alone, on grey limbs:", *alone(given.clips, given.processes)]
    print("\n\n".join(parts))


if __name__ == "__main__":
    main()
