"""Cameras drawn at random, so that the whole person fits into the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.kinds import Kind
from lab.poses import TESTS
from lab.rotation import FloatArray
from lab.scene import Shot

HEIGHTS = (0.3, 1.6)
DISTANCES = (1.5, 5.0)
LEVEL = 10.0
"""Degrees that a camera that counts as square may look up or down."""
STEEP = 13.0
"""Degrees that a camera that counts as high looks up or down at least."""
# Width and height in pixels, and how often. Phones and messengers shrink videos, and small ones save time.
SIZES = ((640, 360), (960, 540), (360, 640))
SHARES = (0.7, 0.05, 0.25)
WIDEST = 78.0
"""Degrees along the picture's longer side: about a phone's main lens."""


def any_shot(kind: Kind, test: str, points: FloatArray, rng: np.random.Generator) -> Shot:
    """A camera for a clip of this kind that has the ``points`` (n, 3) in the picture."""
    width, height = SIZES[rng.choice(len(SIZES), p=SHARES)]
    low, high = points.min(axis=0), points.max(axis=0)
    shot = Shot(
        yaw=_either_sign(kind.yaw, rng),
        roll=_either_sign(kind.roll, rng),
        distance=float(rng.uniform(*DISTANCES)),
        aside=float(low[0] + high[0]) / 2,
        middle=float(low[2] + high[2]) / 2,
        width=width,
        height_px=height,
        mirrored=kind.name == "mirrored",
    )
    place, margin = rng.random(), float(rng.uniform(1.06, 1.35))
    for _ in range(40):
        shot = replace(shot, height=_height(kind, shot, float(place)))
        shot = replace(shot, field_of_view=needed_field(shot, test, points, margin))
        if _longer_side(shot) <= WIDEST:
            return shot
        shot = replace(shot, distance=shot.distance * 1.06)
    raise ValueError(f"No camera has the whole person in the picture: {test}, {kind.name}")


def needed_field(shot: Shot, test: str, points: FloatArray, margin: float) -> float:
    """Vertical field of view in degrees that shows all points, with this much room about them."""
    matrix = replace(shot, field_of_view=60.0).camera(test).matrix()
    clip = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ matrix.T
    reach = np.abs(clip[:, :2] / clip[:, 3:]).max() if (clip[:, 3] > 0.3).all() else np.inf
    return float(2 * np.degrees(np.arctan(np.tan(np.radians(30)) * reach * margin)))


def pitch(shot: Shot) -> float:
    """Degrees that the camera looks down."""
    return float(np.degrees(np.arctan2(shot.height - (shot.middle or 0.0), shot.distance)))


def past_the_person(shot: Shot, test: str, rng: np.random.Generator) -> float:
    """Metres aside that leave half of somebody upright, or the feet or head of somebody lying, out of the picture."""
    half = shot.distance * np.tan(np.radians(shot.field_of_view / 2)) * shot.width / shot.height_px
    lying = TESTS[test].position in {"supine", "prone"} and TESTS[test].view != "feet"
    beyond = rng.uniform(-0.6, -0.25) if lying else rng.uniform(-0.1, 0.1)
    return shot.aside + float(rng.choice([-1, 1]) * (half + beyond))


def _height(kind: Kind, shot: Shot, place: float) -> float:
    """Metres: level for a square camera, from far above (or below somebody upright) for a high one, else anything."""
    middle, (lowest, highest) = shot.middle or 0.0, HEIGHTS
    low, high = HEIGHTS
    if kind.name == "camera high":
        steep = shot.distance * np.tan(np.radians(STEEP))
        low = min(max(lowest, middle + steep), 2.2)
        high = max(highest, low)
    elif kind.yaw[1] <= LEVEL:
        level = shot.distance * np.tan(np.radians(LEVEL))
        low, high = max(lowest, middle - level), min(highest, middle + level)
    return float(low + (high - low) * place)


def _either_sign(size: tuple[float, float], rng: np.random.Generator) -> float:
    return float(rng.choice([-1, 1]) * rng.uniform(*size))


def _longer_side(shot: Shot) -> float:
    ratio = max(1.0, shot.width / shot.height_px)
    return float(2 * np.degrees(np.arctan(np.tan(np.radians(shot.field_of_view / 2)) * ratio)))
