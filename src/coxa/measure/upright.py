"""What is up in a laboratory, and where the person faces."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from coxa.errors import InputError
from coxa.measure.frames import across, median_of, unit
from coxa.motion import FloatArray, Motion

AXES = {
    name: np.array(axis, dtype=np.float64)
    for name, axis in {
        "x": (1, 0, 0),
        "y": (0, 1, 0),
        "z": (0, 0, 1),
        "-x": (-1, 0, 0),
        "-y": (0, -1, 0),
        "-z": (0, 0, -1),
    }.items()
}
CLOSE = 0.87
"""Cosine (30°) between an axis of the laboratory and the line from the ankles up to the pelvis."""
WALKED = 0.8
"""Metres that the pelvis must go for its way to count as the walking direction."""


def upright(
    motion: Motion, pelvis: FloatArray, ankles: Mapping[str, FloatArray], up: str | None
) -> tuple[FloatArray, tuple[str, ...]]:
    """Unit vector that points up, and sentences on how it was told.

    What the caller says comes first, then what the file says. Else the person is taken to stand or walk for most of the
    recording, and up is the laboratory axis nearest to the line from the ankles to the pelvis. For people who lie, that
    would be wrong without a sign of it: the sentence says so.

    Raises
    ------
    InputError: no axis is near, or ``up`` is none.
    """
    if up is not None:
        if up not in AXES:
            raise InputError(f"'{up}' is no axis of the laboratory; choose one of {', '.join(AXES)}.")
        return AXES[up], (f"Up is {up}, as given.",)
    if motion.vertical is not None:
        return np.asarray(motion.vertical, dtype=np.float64), ()
    legs = [line for ankle in ankles.values() if np.isfinite(line := median_of(unit(pelvis - ankle))).all()]
    direction = unit(np.sum(legs, axis=0)) if legs else np.full(3, np.nan)
    name, axis = max(AXES.items(), key=lambda item: float(np.nan_to_num(item[1] @ direction)))
    if not float(axis @ direction) >= CLOSE:
        raise InputError(f"{motion.source.name}: it can't be told which way is up; say it with --up x, y or z.")
    return axis, (f"Up is taken to be {name}, from standing ankles to pelvis; if the person lies, say --up.",)


def facing(pelvis: FloatArray, origin: FloatArray, vertical: FloatArray) -> tuple[FloatArray, str]:
    """Horizontal unit vector from which the pelvis's rotation counts, and a sentence on it.

    It is the way walked, from the first to the last frame, when that is 0.8 m or more and within 45° of where the
    pelvis faces (or of its opposite, when walking backwards); else where the pelvis faces on average. Not snapped to an
    axis of the laboratory, so that turning the laboratory changes nothing.
    """
    left = unit(across(median_of(pelvis)[:, 1], vertical))
    ahead = np.cross(left, vertical)
    seen = origin[np.isfinite(origin).all(axis=1)]
    way = across(seen[-1] - seen[0], vertical) if len(seen) else np.zeros(3)
    if np.linalg.norm(way) >= WALKED and abs(unit(way) @ ahead) >= np.cos(np.pi / 4):
        return unit(way) * np.sign(way @ ahead), "Rotation counts from the direction of walking."
    return ahead, "Rotation counts from where the pelvis faces on average."
