"""The one place where ezc3d reads a file; it runs in a guarded process, so it imports nothing of Coxa.

``coxa.motion.sandbox`` loads this file alone: a broken C3D can crash or bloat only that process.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: Groups and parameters that the reader needs; other groups of a file can be large.
WANTED = {
    "POINT": None,
    "MANUFACTURER": ("COMPANY", "SOFTWARE"),
    "TRIAL": ("ACTUAL_START_FIELD", "ACTUAL_END_FIELD", "CAMERA_RATE"),
}


def load(path: str) -> dict[str, Any]:
    """Points (frames, points, 3) and residuals (frames, points) as stored, the rate, and the wanted parameters.

    Raises
    ------
    Exception: whatever ezc3d raises for a broken file.
    """
    import ezc3d  # noqa: PLC0415  (native, and only needed here)

    whole = ezc3d.c3d(path)
    points = whole["data"]["points"]
    residuals = whole["data"]["meta_points"]["residuals"]
    analogs = whole["header"]["analogs"]
    rate = float(whole["header"]["points"]["frame_rate"])
    return {
        "positions": np.ascontiguousarray(np.moveaxis(points[:3], (0, 1, 2), (2, 1, 0)), dtype=np.float64),
        "residuals": np.ascontiguousarray(residuals[0].T, dtype=np.float64),
        "rate": rate,
        "analog_values_per_frame": int(analogs["size"]) * round(analogs["frame_rate"] / rate) if rate > 0 else 0,
        "first_frame": int(whole["header"]["points"]["first_frame"]),
        "parameters": {group: _values(whole["parameters"], group, names) for group, names in WANTED.items()},
    }


def _values(parameters: Any, group: str, names: tuple[str, ...] | None) -> dict[str, Any]:
    if group not in parameters:
        return {}
    found = parameters[group]
    return {
        name: found[name]["value"]
        for name in (names or found)
        if name in found and isinstance(found[name], dict) and "value" in found[name]
    }
