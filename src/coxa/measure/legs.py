"""Which leg is which in the picture.

Pose models swap the legs of people who lie down in 7 to 12 % of the frames, with full confidence, so neither their
labels nor their confidence decide here: legs move steadily, and over the whole recording only the tested leg moves.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from coxa.measure.planar import PLANAR, PlanarBody, exchanged
from coxa.motion import FloatArray
from coxa.protocol.schema import Quantity, TestedLeg

SWAP_PRIOR = 0.002
"""Cost of disagreeing with the labels for one frame, in thigh lengths: it only breaks ties."""
ENDS = (10.0, 90.0)
"""Percentiles between which a leg's travel is taken, so that a few wrong frames don't decide."""


def untangled(body: PlanarBody) -> PlanarBody:
    """The body with each leg followed over time, whatever the labels say in single frames.

    The cheapest assignment over the whole recording (Viterbi): what costs is how far knee, ankle and hip jump.
    """
    legs = [name for name in ("hip", "knee", "ankle") if name in body.tested]
    first = np.concatenate([body.tested[name] for name in legs], axis=1)
    second = np.concatenate([body.other[name] for name in legs], axis=1)
    seen = np.flatnonzero(np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1))
    if seen.size < 2:
        return body
    thigh = np.linalg.norm(body.segment("hip", "knee"), axis=1)
    scale = float(np.nanpercentile(thigh, 95.0))
    if not scale > 0:
        return body
    steps = _jumps(first[seen], second[seen]) / scale
    swap = np.zeros(body.times.size, dtype=np.bool_)
    swap[seen] = _cheapest(steps)
    return exchanged(body, swap)


def _jumps(first: FloatArray, second: FloatArray) -> FloatArray:
    """(frames - 1, 2): how far both legs jump from one frame to the next when the labels are kept, or exchanged."""

    def apart(one: FloatArray, two: FloatArray) -> FloatArray:
        points = (two[1:] - one[:-1]).reshape(one.shape[0] - 1, -1, 2)
        return np.asarray(np.linalg.norm(points, axis=2).sum(axis=1))

    return np.stack([apart(first, first) + apart(second, second), apart(first, second) + apart(second, first)], axis=1)


def _cheapest(steps: FloatArray) -> npt.NDArray[np.bool_]:
    """Per frame, whether the labels are exchanged on the cheapest way through ``steps``."""
    cost = np.array([0.0, SWAP_PRIOR])
    came_from = np.zeros((steps.shape[0], 2), dtype=np.intp)
    for frame, (same, other) in enumerate(steps):
        ways = cost[:, None] + np.array([[same, other], [other, same]])
        came_from[frame] = ways.argmin(axis=0)
        cost = ways.min(axis=0) + np.array([0.0, SWAP_PRIOR])
    state = int(cost.argmin())
    states = [state]
    for frame in range(steps.shape[0] - 1, -1, -1):
        state = int(came_from[frame, state])
        states.append(state)
    return np.array(states[::-1], dtype=np.bool_)


def with_tested_leg(body: PlanarBody, quantity: Quantity, tested: TestedLeg) -> PlanarBody:
    """The body with the leg that the test is about as its tested leg.

    ``moves``: the leg whose angle travels further over the recording; ``hangs``: the one whose thigh is lower;
    ``named``: as the labels say.
    """
    if tested is TestedLeg.NAMED:
        return body
    body = untangled(body)
    turned = exchanged(body, np.ones(body.times.size, dtype=np.bool_))
    if tested is TestedLeg.MOVES:
        mine, theirs = travel(PLANAR[quantity](body)), travel(PLANAR[quantity](turned))
        return body if mine >= theirs else turned
    own, others = (_lowest(PLANAR[Quantity.THIGH_ELEVATION](b)) for b in (body, turned))
    return turned if others < own else body


def _lowest(angle: FloatArray) -> float:
    return float(np.nanpercentile(angle, ENDS[0])) if np.isfinite(angle).any() else math.nan


def travel(angle: FloatArray) -> float:
    """Degrees over which an angle travels, a few wrong frames left out; 0 where it was never seen."""
    if not np.isfinite(angle).any():
        return 0.0
    low, high = np.nanpercentile(angle, ENDS)
    return float(high - low)
