"""What a recording becomes: points, angles or sensor orientations over time.

Coordinates
-----------
- ``Motion`` in pixels: x to the right, y **down**, the centre of the top left pixel is (0, 0), as the video is seen
  once its rotation metadata was applied.
- ``Motion`` in metres: the laboratory's right-handed axes; ``vertical`` is the unit vector that points up.
- ``Orientations``: unit quaternions, scalar first (w, x, y, z), that turn a vector of the sensor into the world frame,
  whose third axis points up.

Time is in seconds and grows strictly; frames need not be evenly spaced. What is missing is NaN.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from coxa.errors import InputError
from coxa.model import Source

FloatArray = npt.NDArray[np.float64]
Unit = Literal["px", "m"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Recording:
    """What all recordings share.

    Parameters
    ----------
    times: (frames,) seconds, strictly growing.
    source: file name and SHA-256 of what was read.
    log: what was done to the data since, one plain sentence per step, oldest first.
    """

    times: FloatArray
    source: Source
    log: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.times.ndim != 1 or self.times.size == 0:
            raise InputError(f"{self.source.name}: the recording holds no frame.")
        if not np.isfinite(self.times).all() or (np.diff(self.times) <= 0).any():
            raise InputError(f"{self.source.name}: the times of the frames don't grow steadily.")

    @property
    def frames(self) -> int:
        """Number of frames."""
        return int(self.times.size)

    @property
    def duration(self) -> float:
        """Seconds from the first to the last frame."""
        return float(self.times[-1] - self.times[0])

    @property
    def rate(self) -> float:
        """Median frames per second; 0 for a single frame."""
        return float(1.0 / np.median(np.diff(self.times))) if self.frames > 1 else 0.0

    def noted(self, sentence: str) -> Self:
        """The same recording with one more sentence in its log."""
        return dataclasses.replace(self, log=(*self.log, sentence))


@dataclass(frozen=True, eq=False, kw_only=True)
class Motion(Recording):
    """Named points over time.

    Parameters
    ----------
    names: one name per point, each once.
    positions: (frames, points, 2) in ``px``, or (frames, points, 3) in ``m``.
    confidence: (frames, points) from 0 to 1 as the maker of the data gives it, or ``None``. It is no gate.
    unit: ``px`` or ``m``.
    frame_size: width and height of the picture in pixels; only for ``px``, and only when it is known.
    vertical: unit vector that points up; only for ``m``, ``None`` when the file doesn't say.
    stored_angles: angles that the file brought along, by their own name: (frames, 3) degrees, as stored.
    """

    names: tuple[str, ...]
    positions: FloatArray
    unit: Unit
    confidence: FloatArray | None = None
    frame_size: tuple[int, int] | None = None
    vertical: tuple[float, float, float] | None = None
    stored_angles: Mapping[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        shape = (self.frames, len(self.names), 2 if self.unit == "px" else 3)
        if self.positions.shape != shape:
            raise InputError(
                f"{self.source.name}: positions of shape {shape} were expected, not {self.positions.shape}."
            )
        if len(set(self.names)) != len(self.names):
            raise InputError(f"{self.source.name}: a point's name is given twice.")
        if self.confidence is not None and self.confidence.shape != shape[:2]:
            raise InputError(f"{self.source.name}: one confidence per point and frame was expected.")

    def has(self, *names: str) -> bool:
        """Whether all these points are there by name."""
        return all(name in self.names for name in names)

    def point(self, name: str) -> FloatArray:
        """(frames, dimensions) of one point.

        Raises
        ------
        InputError: there is no such point.
        """
        if name not in self.names:
            raise InputError(f"{self.source.name} has no point called '{name}'.")
        return self.positions[:, self.names.index(name)]

    def part(self, keep: npt.NDArray[np.bool_] | slice) -> Motion:
        """The same motion with only these frames."""
        return dataclasses.replace(
            self,
            times=self.times[keep],
            positions=self.positions[keep],
            confidence=None if self.confidence is None else self.confidence[keep],
            stored_angles={name: angles[keep] for name, angles in self.stored_angles.items()},
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Angles(Recording):
    """Named columns over time: joint angles in degrees, and what else the file holds, in its own unit.

    Parameters
    ----------
    names: one name per column, each once.
    values: (frames, columns).
    units: unit of each column, ``deg`` or ``m``, or an empty text when the file doesn't say.
    """

    names: tuple[str, ...]
    values: FloatArray
    units: tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.values.shape != (self.frames, len(self.names)) or len(self.units) != len(self.names):
            raise InputError(f"{self.source.name}: one value per column and frame was expected.")
        if len(set(self.names)) != len(self.names):
            raise InputError(f"{self.source.name}: a column's name is given twice.")

    def column(self, name: str) -> FloatArray:
        """(frames,) of one column.

        Raises
        ------
        InputError: there is no such column.
        """
        if name not in self.names:
            raise InputError(f"{self.source.name} has no column called '{name}'.")
        return self.values[:, self.names.index(name)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Orientations(Recording):
    """Orientations of named sensors over time.

    Parameters
    ----------
    names: one name per sensor, each once.
    quaternions: (frames, sensors, 4), unit, scalar first, sensor to world; NaN where missing.
    """

    names: tuple[str, ...]
    quaternions: FloatArray

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.quaternions.shape != (self.frames, len(self.names), 4):
            raise InputError(f"{self.source.name}: one quaternion per sensor and frame was expected.")
        if len(set(self.names)) != len(self.names):
            raise InputError(f"{self.source.name}: a sensor's name is given twice.")

    def sensor(self, name: str) -> FloatArray:
        """(frames, 4) of one sensor.

        Raises
        ------
        InputError: there is no such sensor.
        """
        if name not in self.names:
            raise InputError(f"{self.source.name} has no sensor called '{name}'.")
        return self.quaternions[:, self.names.index(name)]


def even_times(frames: int, rate: float) -> FloatArray:
    """Times of ``frames`` frames at ``rate`` per second, from 0."""
    return np.arange(frames, dtype=np.float64) / rate


def unique_names(raw: Sequence[str]) -> tuple[str, ...]:
    """The names with ``_2``, ``_3`` ... added to repeats, so that each is there once."""
    seen: dict[str, int] = {}
    taken = set(raw)
    out = []
    for name in raw:
        count = seen[name] = seen.get(name, 0) + 1
        new = name
        while count > 1 and (new == name or new in taken):
            new, count = f"{name}_{count}", count + 1
        taken.add(new)
        out.append(new)
    return tuple(out)
