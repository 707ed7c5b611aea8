"""Sizes of the body that markers alone don't show: given, or estimated from the markers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from coxa.errors import InputError, RecordingError
from coxa.measure.frames import median_of
from coxa.measure.markers import SIDES, MarkerPoints
from coxa.motion import FloatArray

KNEE_WIDTH_OF_SHANK, ANKLE_WIDTH_OF_SHANK = 0.25, 0.18
"""Joint width over the distance from the knee's to the ankle's outer marker: about 100 and 72 mm on 400 mm in an adult.
A rule of ours: 10 mm of error in the knee's width turns the thigh by about 1° and tilts it by 0.5 to 1°."""
LIMITS = {"leg_length": (0.3, 1.4), "knee_width": (0.04, 0.25), "ankle_width": (0.03, 0.2)}
"""Metres between which a size is plausible, small children included."""
DEFAULT_MARKER = 0.014
"""Metres of a marker's diameter: the usual size for gait analysis."""


@dataclass(frozen=True)
class BodySizes:
    """Sizes in metres, each by side; what is missing is estimated.

    Parameters
    ----------
    leg_length: from the ASIS to the inner malleolus.
    knee_width, ankle_width: between the epicondyles, between the malleoli.
    asis_distance: between the two ASIS on the bone; on a soft belly it is less than the markers' distance.
    marker_diameter: of the markers on the skin.
    """

    leg_length: Mapping[str, float] = field(default_factory=dict)
    knee_width: Mapping[str, float] = field(default_factory=dict)
    ankle_width: Mapping[str, float] = field(default_factory=dict)
    asis_distance: float | None = None
    marker_diameter: float = DEFAULT_MARKER

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            for side, value in getattr(self, name).items():
                if side not in SIDES or not least <= value <= most:
                    word = name.replace("_", " ")
                    raise InputError(f"a {side} {word} of {1000 * value:g} mm can't be; give it in millimetres.")
        if self.asis_distance is not None and not 0.08 <= self.asis_distance <= 0.5:
            raise InputError(f"an ASIS distance of {1000 * self.asis_distance:g} mm can't be; give it in millimetres.")
        if not 0.0 <= self.marker_diameter <= 0.05:
            raise InputError(f"a marker of {1000 * self.marker_diameter:g} mm can't be; give it in millimetres.")


def filled_sizes(given: BodySizes, markers: MarkerPoints, file: str) -> tuple[BodySizes, tuple[str, ...]]:
    """The given sizes with estimates for what is missing, and one sentence on each estimate.

    Leg length is the distance from ASIS over knee to ankle where it is longest (95th percentile over the frames, that
    is, as straight as the leg gets). The widths are fixed shares of the distance from knee to ankle.

    Raises
    ------
    RecordingError: ``file`` shows a leg of no possible size, or never a whole one.
    """
    tables = {name: dict(getattr(given, name)) for name in LIMITS}
    said = []
    for side in SIDES:
        asis, knee, ankle = (markers.points[f"{side}_{name}"] for name in ("asis", "knee", "ankle"))
        shank = np.linalg.norm(knee - ankle, axis=-1)
        estimates = {
            "leg_length": _high(np.linalg.norm(asis - knee, axis=-1) + shank),
            "knee_width": KNEE_WIDTH_OF_SHANK * float(median_of(shank)),
            "ankle_width": ANKLE_WIDTH_OF_SHANK * float(median_of(shank)),
        }
        for name, value in estimates.items():
            if side in tables[name]:
                continue
            word = name.replace("_", " ")
            if not np.isfinite(value):
                raise RecordingError(f"the {side} leg's markers are never seen together; give the {word}.", file=file)
            least, most = LIMITS[name]
            if not least <= value <= most:
                raise RecordingError(
                    f"its markers would give a {side} {word} of {1000 * value:.3g} mm; check their unit and names.",
                    file=file,
                )
            tables[name][side] = value
            said.append(f"The {side} {word} was estimated from the markers: {1000 * value:.0f} mm.")
    sizes = BodySizes(**tables, asis_distance=given.asis_distance, marker_diameter=given.marker_diameter)
    return sizes, tuple(said)


def _high(values: FloatArray) -> float:
    found = values[np.isfinite(values)]
    return float(np.quantile(found, 0.95)) if found.size else float("nan")
