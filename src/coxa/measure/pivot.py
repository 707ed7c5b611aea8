"""The point about which a limb turned, fitted over a whole recording.

A test says which joint stays where it is, and a bone keeps its length: so the lower end of the limb moves on a circle
about that joint. A pose model puts hip and knee beside the joint, and puts them differently in different positions; the
circle says where the limb really turned (the planar counterpart of a functional joint centre).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from coxa.measure.planar import PlanarBody
from coxa.motion import FloatArray

Joint = Literal["hip", "knee"]
CARRIES: Mapping[Joint, str] = {"hip": "knee", "knee": "ankle"}

BESIDE = 0.1
"""How far beside the true joint its landmark lies, 1 SD, as a share of the limb's length: 4 cm at the hip. Set with the
scatter below on the lab's development clips; half or twice as much changes their mean reading by less than 2 degrees.
"""
OFF_CIRCLE = 0.05
"""How far the limb's other end strays from its circle, 1 SD, as a share of the limb's length."""
SECTOR = 10.0
"""Degrees of the circle that weigh as much as one observation, however long the limb stayed there: a landmark is as
wrong in all pictures of one position."""
SECTOR_SECONDS = 0.2
"""A limb that was in a sector for less than this weighs less: a few wrong pictures are no position."""
AWAY = 0.5
"""Pictures in which the joint is further than this share of the limb's length from where it mostly was don't count: the
person was somewhere else, as when walking to the table."""
OTHER_LENGTH = 0.4
"""Pictures in which the limb's length differs from its median by more than this share don't count."""
LEAST_FRAMES = 5
ROUNDS = 50


@dataclass(frozen=True)
class Circle:
    """Where a limb turned: ``centre`` (2,), the limb's length as ``radius``, and the frames that count (frames,)."""

    centre: FloatArray
    radius: float
    frames: npt.NDArray[np.bool_]


def with_pivot(body: PlanarBody, joint: Joint) -> PlanarBody:
    """The body with a joint of its tested leg at the point about which the limb below it turned.

    Where there is too little to fit, and in pictures in which the person was somewhere else, the joint stays as it is.
    """
    circle = fit_circle(body.times, body.tested[joint], body.tested[CARRIES[joint]])
    if circle is None:
        return body
    placed = np.where(circle.frames[:, None], circle.centre, body.tested[joint])
    return replace(body, tested={**body.tested, joint: placed})


def fit_circle(times: FloatArray, joint: FloatArray, end: FloatArray) -> Circle | None:
    """The circle on which a limb's end moved about a joint that stayed.

    Robust least squares (soft L1) for the centre and the length: how far the end strays from the circle, and how far
    the centre lies from where the joint was mostly seen. A limb that hardly moved leaves the centre where it was seen.

    Parameters
    ----------
    times: (frames,) seconds.
    joint, end: (frames, 2) as seen, NaN where not seen.

    Returns ``None`` where fewer than five frames can be used.
    """
    seen = np.isfinite(np.hstack([joint, end])).all(axis=1)
    if seen.sum() < LEAST_FRAMES:
        return None
    mostly = np.median(joint[seen], axis=0)
    length = float(np.median(np.linalg.norm(end[seen] - joint[seen], axis=1)))
    if not length > 0:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        there: npt.NDArray[np.bool_] = seen & (np.linalg.norm(joint - mostly, axis=1) <= AWAY * length)
        there &= np.abs(np.linalg.norm(end - mostly, axis=1) - length) <= OTHER_LENGTH * length
    if there.sum() < LEAST_FRAMES:
        return None
    ends = (end[there] - mostly) / length
    weights = _weights(times[there], ends) / OFF_CIRCLE

    def residuals(unknown: FloatArray) -> FloatArray:
        strays = (np.linalg.norm(ends - unknown[:2], axis=1) - unknown[2]) * weights
        return np.concatenate([strays, unknown[:2] / BESIDE])

    found = least_squares(residuals, np.array([0.0, 0.0, 1.0]), loss="soft_l1", max_nfev=ROUNDS).x
    return Circle(mostly + found[:2] * length, abs(float(found[2])) * length, there)


def _weights(times: FloatArray, ends: FloatArray) -> FloatArray:
    """Per frame, so that all frames of a sector together weigh as one observation."""
    sectors = np.floor(np.degrees(np.arctan2(ends[:, 1], ends[:, 0])) / SECTOR).astype(int)
    _, which, counts = np.unique(sectors, return_inverse=True, return_counts=True)
    step = float(np.median(np.diff(times)))
    least = SECTOR_SECONDS / step if step > 0 and math.isfinite(step) else 1.0
    weights: FloatArray = 1.0 / np.sqrt(np.maximum(counts, least))[which]
    return weights
