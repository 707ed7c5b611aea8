"""A stick figure with known angles, seen by a square camera: written apart from the product's own geometry."""

from __future__ import annotations

import numpy as np

from coxa.model import Source
from coxa.motion import FloatArray, Motion
from coxa.motion.recording import even_times

THIGH, SHANK, TRUNK, FOOT = 120.0, 115.0, 150.0, 40.0


def _towards(degrees: FloatArray) -> FloatArray:
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)


def figure(**segments: FloatArray | float) -> dict[str, FloatArray]:
    """Points (frames, 2), y up, of one leg: ``thigh``, ``shank`` and ``trunk`` are directions in degrees against +x."""
    frames = max(np.size(value) for value in segments.values())
    direction = {name: _towards(np.broadcast_to(value, frames).astype(float)) for name, value in segments.items()}
    hip = np.tile([640.0, 300.0], (frames, 1))
    knee = hip + THIGH * direction["thigh"]
    ankle = knee + SHANK * direction["shank"]
    heel = ankle - 0.3 * FOOT * direction.get("foot", _towards(np.full(frames, 90.0)))
    toe = heel + FOOT * direction.get("foot", _towards(np.full(frames, 90.0)))
    shoulder = hip + TRUNK * direction["trunk"]
    return {"hip": hip, "knee": knee, "ankle": ankle, "heel": heel, "foot_index": toe, "shoulder": shoulder}


def motion_of(
    tested: dict[str, FloatArray],
    other: dict[str, FloatArray],
    side: str,
    *,
    rate: float = 10.0,
    mirrored: bool = False,
    noise: float = 0.0,
    seed: int = 0,
) -> Motion:
    """A motion in pixels (y down, 1280 × 720) of a tested and another leg."""
    far = "right" if side == "left" else "left"
    points = {f"{side}_{name}": at for name, at in tested.items()} | {f"{far}_{name}": at for name, at in other.items()}
    stacked = np.stack(list(points.values()), axis=1)
    if mirrored:
        stacked = np.stack([1279.0 - stacked[..., 0], stacked[..., 1]], axis=2)
    stacked = stacked + np.random.default_rng(seed).normal(0.0, noise, stacked.shape)
    return Motion(
        times=even_times(stacked.shape[0], rate),
        source=Source(name="figure.mp4", sha256="0" * 64),
        names=tuple(points),
        positions=np.stack([stacked[..., 0], 719.0 - stacked[..., 1]], axis=2),
        unit="px",
        frame_size=(1280, 720),
    )


def course(rest: float, end: float, *, rate: float = 10.0, hold: float = 2.0) -> FloatArray:
    """Degrees over time: 1.5 s rest, 2 s there (raised cosine), a hold, 1 s half-way back."""
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(int(2 * rate)) / (2 * rate))
    back = 1.0 - 0.25 * (1 - np.cos(np.pi * np.arange(int(rate)) / rate))
    share = np.concatenate([np.zeros(int(1.5 * rate)), rise, np.ones(int(hold * rate)), back])
    return rest + (end - rest) * share
