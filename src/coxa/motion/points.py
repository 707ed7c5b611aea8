"""Checks that every reader of 3D points shares: units, what counts as missing, and names."""

from __future__ import annotations

import unicodedata

import numpy as np

from coxa.motion.files import RecordingFile, shown
from coxa.motion.recording import FloatArray

METRES_PER = {
    "m": 1.0,
    "meter": 1.0,
    "meters": 1.0,
    "metre": 1.0,
    "metres": 1.0,
    "cm": 0.01,
    "centimeters": 0.01,
    "centimetres": 0.01,
    "mm": 0.001,
    "millimeter": 0.001,
    "millimeters": 0.001,
    "millimetres": 0.001,
    "in": 0.0254,
    "inch": 0.0254,
    "inches": 0.0254,
    "ft": 0.3048,
}
FARTHEST_METRES = 1000.0
"""A point beyond this is no measurement."""


def clean_name(raw: str) -> str:
    """A point's name as typed: printable, each accent written in one way, no padding."""
    text = "".join(char for char in raw if char.isprintable())
    return unicodedata.normalize("NFC", text).strip()


def metres_per(file: RecordingFile, unit: str) -> float:
    """How many metres one of the file's units is.

    Raises
    ------
    RecordingError: an unknown unit.
    """
    factor = METRES_PER.get(unit.strip().lower())
    if factor is None:
        raise file.error(f"its length unit is '{shown(unit)}'; mm, cm, m or in was expected.")
    return factor


def clean(positions: FloatArray) -> tuple[FloatArray, tuple[str, ...]]:
    """Points (…, 3) in metres with NaN where nothing was measured, and what the log should say.

    Missing is: any coordinate NaN; exactly (0, 0, 0), by which exporters mark gaps, as no camera ever measures a
    marker at exactly the origin; or farther than 1 km.
    """
    log = []
    with np.errstate(invalid="ignore"):
        zero = (positions == 0.0).all(axis=-1)
        far = (np.abs(positions) > FARTHEST_METRES).any(axis=-1)
    gone = np.isnan(positions).any(axis=-1)
    out = np.where((zero | far | gone)[..., None], np.nan, positions)
    if zero.any():
        log.append(f"{int(zero.sum())} points at exactly (0, 0, 0) were taken as missing.")
    if far.any():
        log.append(f"{int(far.sum())} points farther than 1 km were taken as missing.")
    return out, tuple(log)
