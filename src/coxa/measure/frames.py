"""Right-handed segment frames over time, and the angles between them.

Every segment's axes are x forwards, y to the person's left and z up along the body (proximal), as columns of a matrix
that turns a vector of the segment into one of the laboratory. What can't be told is NaN.
"""

from __future__ import annotations

import numpy as np

from coxa.motion import FloatArray

MIN_LENGTH = 1e-9
"""Metres below which a vector has no direction."""


def unit(vectors: FloatArray) -> FloatArray:
    """(..., 3) vectors of length 1; NaN where there is no direction."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(length > MIN_LENGTH, length, np.nan))


def across(vectors: FloatArray, axis: FloatArray) -> FloatArray:
    """(..., 3) the part of vectors that is perpendicular to a unit axis."""
    return np.asarray(vectors - np.sum(vectors * axis, axis=-1, keepdims=True) * axis)


def frame_along(up: FloatArray, left: FloatArray) -> FloatArray:
    """(frames, 3, 3) frame whose z is ``up`` exactly and whose y points to ``left`` as nearly as that allows."""
    z = unit(up)
    y = unit(across(left, z))
    return np.stack([np.cross(y, z), y, z], axis=-1)


def frame_across(left: FloatArray, forwards: FloatArray) -> FloatArray:
    """(frames, 3, 3) frame whose y is ``left`` exactly and whose x points ``forwards`` as nearly as that allows."""
    y = unit(left)
    x = unit(across(forwards, y))
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def relative(proximal: FloatArray, distal: FloatArray) -> FloatArray:
    """(frames, 3, 3) the distal segment as seen from the proximal one."""
    return np.asarray(np.swapaxes(proximal, -1, -2) @ distal)


def joint_cardan(rotation: FloatArray) -> FloatArray:
    """(frames, 3) degrees about y, then the new x, then the new z.

    The order of Grood and Suntay (1983, J Biomech Eng 105:136-144) that Plug-in Gait and the ISB use for hip and knee:
    the first axis belongs to the proximal segment, the last to the distal one. The first and last angle reach
    ±180°, the middle one ±90°.
    """
    first = np.arctan2(rotation[..., 0, 2], rotation[..., 2, 2])
    middle = np.arcsin(np.clip(-rotation[..., 1, 2], -1.0, 1.0))
    last = np.arctan2(rotation[..., 1, 0], rotation[..., 1, 1])
    return np.asarray(np.degrees(np.stack([first, middle, last], axis=-1)))


def segment_cardan(rotation: FloatArray) -> FloatArray:
    """(frames, 3) degrees about z, then the new x, then the new y: rotation, obliquity, tilt.

    The order of Baker (2001, Hum Mov Sci 20:787-807) for a segment against the laboratory: tilt and obliquity don't
    depend on where the person faces, and tilt reaches ±180°, so that it holds for people who lie down or hinge.
    """
    turn = np.arctan2(-rotation[..., 0, 1], rotation[..., 1, 1])
    side = np.arcsin(np.clip(rotation[..., 2, 1], -1.0, 1.0))
    tilt = np.arctan2(-rotation[..., 2, 0], rotation[..., 2, 2])
    return np.asarray(np.degrees(np.stack([turn, side, tilt], axis=-1)))


def median_of(values: FloatArray) -> FloatArray:
    """Median over the frames that are there; NaN, without a warning, when none is."""
    found = values[np.isfinite(values).all(axis=tuple(range(1, values.ndim)))]
    return np.asarray(np.median(found, axis=0)) if len(found) else np.full(values.shape[1:], np.nan)


def unwrapped(degrees: FloatArray) -> FloatArray:
    """(frames,) an angle without its jumps of 360°; what is missing stays so."""
    out = degrees.copy()
    there = np.isfinite(degrees)
    out[there] = np.unwrap(degrees[there], period=360.0)
    return out


def carried(model: FloatArray, seen: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The rigid movement that lays ``model`` (markers, 3) upon ``seen`` (frames, markers, 3) best.

    Least squares by singular value decomposition (Söderkvist and Wedin 1993, J Biomech 26:1473-1477), with the markers
    that are there; NaN in frames with fewer than three.

    Returns
    -------
    rotation (frames, 3, 3) and translation (frames, 3).
    """
    there = np.asarray(np.isfinite(seen).all(axis=-1))
    weight = there.astype(np.float64)[..., None]
    count = there.sum(axis=1, keepdims=True).astype(np.float64)
    enough = there.sum(axis=1) >= 3
    divisor = np.where(count > 0, count, 1.0)
    filled = np.where(np.expand_dims(there, -1), seen, 0.0)
    centre = np.asarray(filled.sum(axis=1) / divisor)
    model_centre = np.asarray((weight * model).sum(axis=1) / divisor)
    moment = np.einsum("fmi,fmj->fij", weight * (model - model_centre[:, None]), filled - centre[:, None])
    left, _, right = np.linalg.svd(moment)
    flip = np.sign(np.linalg.det(left @ right))
    left[:, :, 2] *= flip[:, None]
    rotation = np.swapaxes(left @ right, -1, -2)
    rotation = np.where(np.reshape(enough, (-1, 1, 1)), rotation, np.nan)
    return rotation, centre - np.einsum("fij,fj->fi", rotation, model_centre)
