"""How wrong angles from printed tags are: ``python -m tools.validate_tags`` prints tables for docs/validation.md.

Each clip is rendered (``tag_scene``) at a known angle of thigh and knee, and read as in practice: focal length unknown,
tags taped askew, person not quite along the wall. Fixed seeds: the same machine prints the same numbers.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from coxa.measure.tag_angles import Hold, TagAngle, held_inclination, held_relative_angle
from coxa.motion.tags import TagLayout, TagTrack, track_tags
from coxa.protocol import load_protocol
from tools.markdown import table
from tools.tag_scene import FloatArray, Leg, Look, Picture, Taped, camera_at, draw, exposed

DISTANCES = (1.5, 2.0, 2.5, 3.0, 4.0)
SIZES = ((1280, 720), (1920, 1080))
RATE, HOLD = 30.0, 1.0
AIM = np.array([-0.1, 0.0, 0.75])


@dataclass(frozen=True)
class Setting:
    """What is held fixed for a row of a table; the rest is drawn at random."""

    distance: float
    size: tuple[int, int]
    bend: float | None = None
    scale: float = 1.0
    focal: str = "found"
    yaw: float = 30.0
    seed: int = 0


@dataclass(frozen=True)
class Outcome:
    """Errors in degrees of one clip, and the error that each reading said of itself; ``None`` where it was refused."""

    inclination: tuple[float | None, ...]
    knee: float | None
    said: tuple[float, ...]
    focal: float


def measure(setting: Setting) -> Outcome:
    """Render one clip (flat, moving up, 1 s held) and read it."""
    random = np.random.default_rng(setting.seed)
    view = random.uniform(60, 75)
    camera = camera_at(
        AIM + random.uniform(-0.08, 0.08, 3),
        distance=setting.distance,
        yaw=random.uniform(-setting.yaw, setting.yaw),
        pitch=random.uniform(-5, 20),
        roll=random.uniform(-3, 3),
        size=setting.size,
        view=view,
    )
    look = Look(random.uniform(0.5, 1.2), random.uniform(2, 6), random.uniform(0.6, 1.1), samples=4)
    taped = {name: Taped(random.uniform(-15, 15), bend=setting.bend) for name in ("thigh", "shank")}
    taped["pelvis"] = Taped(random.uniform(-15, 15))
    thigh, knee = random.uniform(-15, 95), random.uniform(0, 90)
    leg = Leg(thigh, knee, random.uniform(-5, 5), taped, side=0.1 * setting.scale)
    known = {"given": camera.focal, "usual": camera.width / 2 / np.tan(np.radians(32.5)), "found": None}
    track = track_tags(_clip(camera, leg, look, random), _layout(), focal=known[setting.focal])
    hold = Hold(2.0, 2.0 + HOLD)
    limbs = [held_inclination(track, f"left_{name}", hold, forward=-1) for name in ("thigh", "shank")]
    joint = held_relative_angle(track, "left_thigh", "left_shank", hold)
    return Outcome(
        tuple(_error(angle, truth) for angle, truth in zip(limbs, (thigh, thigh - knee), strict=True)),
        _error(joint, knee),
        tuple(angle.sem for angle in limbs if angle.sem is not None),
        track.focal.pixels / camera.focal - 1,
    )


def _layout() -> TagLayout:
    return TagLayout.of(load_protocol())


def _error(angle: TagAngle, truth: float) -> float | None:
    return None if angle.value is None else float((angle.value - truth + 180) % 360 - 180)


def _clip(camera, leg: Leg, look: Look, random: np.random.Generator) -> Iterator[tuple[float, Picture]]:
    """Flat, moving to the end position, and the hold with a sway of ±0.2°; each with new noise."""
    noise = np.random.default_rng(random.integers(2**32))
    for time, share in zip(np.linspace(0.2, 1.9, 12), np.linspace(0, 1, 12), strict=True):
        now = replace(leg, thigh=share * leg.thigh, knee=share * leg.knee)
        yield float(time), exposed(draw(camera, now.tags(), now.limbs(), look), look, noise)
    sway = [
        draw(camera, at.tags(), at.limbs(), look) for at in (replace(leg, thigh=leg.thigh + d) for d in (-0.2, 0, 0.2))
    ]
    for frame in range(round(HOLD * RATE)):
        yield 2.0 + frame / RATE, exposed(sway[frame % 3], look, noise)
