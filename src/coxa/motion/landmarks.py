"""Landmarks in a picture, from any pose model: frames of people of points become a Motion in pixels.

``landmarks_json`` and ``landmarks_csv`` take the many shapes of files apart; what is the same for all is here: one
person, one set of names, pixels, and times. Fractions of the picture are turned into pixels by its size, which must be
known: an angle from fractions would be wrong by the picture's ratio. Depth is left out; it is no measurement.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coxa.model import Source
from coxa.motion.files import RecordingFile, check_values
from coxa.motion.recording import FloatArray, Motion
from coxa.motion.settings import Settings
from coxa.motion.skeletons import BY_COUNT, canonical
from coxa.motion.texttable import MOST_RATE, times_from

Point = tuple[float, float, float]
"""x, y and confidence (NaN when the file gives none)."""
Person = Mapping[str, Point]
MOST_PEOPLE = 100
FARTHEST_PIXEL = 1e6
_FRACTION = (-0.5, 1.5)
_SURE_PIXELS = 3.0
"""Coordinates that all lie within this are no pixels."""


@dataclass(frozen=True)
class Frame:
    """One picture.

    Parameters
    ----------
    time: seconds, or NaN.
    people: the people in it, by the file's own names of points.
    number: its number among the pictures of the video, which may have gaps, or NaN.
    """

    time: float
    people: Sequence[Person]
    number: float = math.nan


def to_motion(
    file: RecordingFile, frames: Sequence[Frame], rate: float | None, settings: Settings, source: Source
) -> Motion:
    """The one person's landmarks in pixels.

    Raises
    ------
    RecordingError: several people and none chosen, fractions without the size of the picture, or no times.
    """
    log: list[str] = []
    persons = _one_person(file, frames, settings, log)
    found: dict[str, int] = {}
    for person in persons:
        for name in person:
            found.setdefault(name, len(found))
    check_values(file, len(frames), 3 * len(found))
    values = np.full((len(frames), len(found), 3), np.nan)
    for i, person in enumerate(persons):
        for name, point in person.items():
            values[i, found[name]] = point
    given = settings.rate if settings.rate is not None else rate
    stamps = _stamps(file, frames, given)
    return pixels_motion(file, list(found), values, stamps, given, settings, source, log)


def pixels_motion(
    file: RecordingFile,
    raw_names: Sequence[str],
    values: FloatArray,
    stamps: FloatArray,
    rate: float | None,
    settings: Settings,
    source: Source,
    about: Sequence[str] = (),
) -> Motion:
    """Landmarks of one person as arrays: (frames, points, 3) of x, y and confidence, by the file's own names.

    Raises
    ------
    RecordingError: fractions without the size of the picture, unknown numbers of points, or no times.
    """
    log = ["Read from a table of landmarks.", *about]
    names, places = _names(file, raw_names, log)
    whole = np.full((len(values), len(names), 3), np.nan)
    whole[:, places] = values
    positions, size = _pixels(file, whole[..., :2], settings, log)
    times, about_times = times_from(file, stamps, rate)
    confidence = whole[..., 2]
    return Motion(
        times=times,
        source=source,
        log=(*log, *about_times),
        names=names,
        positions=positions,
        unit="px",
        confidence=None if np.isnan(confidence).all() else np.clip(np.nan_to_num(confidence, nan=0.0), 0.0, 1.0),
        frame_size=size,
    )


def _stamps(file: RecordingFile, frames: Sequence[Frame], rate: float | None) -> FloatArray:
    """Seconds: the frames' own, else their number, else their order, by the rate."""
    stamps = np.array([frame.time for frame in frames], dtype=np.float64)
    if np.isfinite(stamps).any():
        return stamps
    if rate is None or not 0 < rate <= MOST_RATE:
        raise file.error("it holds neither times nor a frame rate; give the rate of the video.")
    numbers = np.array([frame.number for frame in frames], dtype=np.float64)
    if np.isnan(numbers).any():
        numbers = np.arange(len(frames), dtype=np.float64)
    return np.asarray((numbers - numbers[0]) / rate)


def _one_person(file: RecordingFile, frames: Sequence[Frame], settings: Settings, log: list[str]) -> list[Person]:
    most = max((len(frame.people) for frame in frames), default=0)
    if most == 0:
        raise file.error("there is nobody in it: it holds no landmark.")
    if most > 1 and settings.person is None:
        raise file.error(f"it holds {most} people; say which one is to be read (person 0 to {most - 1}).")
    number = settings.person or 0
    if not 0 <= number < most:
        raise file.error(f"there is no person {number}; it holds {most}, counted from 0.")
    if most > 1:
        log.append(f"Person {number} of {most} was read as the file numbers them; it may confuse them between frames.")
    return [frame.people[number] if number < len(frame.people) else {} for frame in frames]


def _names(file: RecordingFile, raw: Sequence[str], log: list[str]) -> tuple[tuple[str, ...], list[int]]:
    """Our names, and the place of each of the file's points among them.

    Points that only have numbers are known by how many there are.
    """
    if not raw:
        raise file.error("there is nobody in it: it holds no landmark.")
    if all(name.isascii() and name.isdecimal() and len(name) <= 3 for name in raw):
        count = max(int(name) for name in raw) + 1
        if count not in BY_COUNT:
            known = ", ".join(str(number) for number in BY_COUNT)
            raise file.error(f"its {count} points have no names, and only sets of {known} are known.")
        model, order = BY_COUNT[count]
        log.append(f"The points have numbers only; {count} of them are {model}.")
        return order, [int(name) for name in raw]
    names = tuple(canonical(name) for name in raw)
    if len(set(names)) < len(names):
        raise file.error("two of its points have the same name.")
    return names, list(range(len(names)))


def _pixels(
    file: RecordingFile, raw: FloatArray, settings: Settings, log: list[str]
) -> tuple[FloatArray, tuple[int, int] | None]:
    """Pixels with the centre of the top left pixel at (0, 0); exactly (0, 0) is what models write for 'not found'."""
    with np.errstate(invalid="ignore"):
        gone = (raw == 0.0).all(axis=-1) | (np.abs(raw) > FARTHEST_PIXEL).any(axis=-1) | np.isnan(raw).any(axis=-1)
    points = np.where(gone[..., None], np.nan, raw)
    seen = points[np.isfinite(points)]
    if not seen.size:
        raise file.error("there is nobody in it: every landmark is missing.")
    size = settings.frame_size
    inside = float(np.mean((seen >= _FRACTION[0]) & (seen <= _FRACTION[1])))
    if inside > 0.99:
        if size is None:
            raise file.error("its coordinates are fractions of the picture; give the picture's width and height too.")
        log.append(f"Fractions of the picture were turned into pixels of {size[0]} × {size[1]}.")
        return points * np.array(size, dtype=np.float64) - 0.5, size
    if float(np.abs(seen).max()) < _SURE_PIXELS:
        raise file.error("its coordinates are neither pixels nor fractions of the picture; export them in pixels.")
    return points, size


def point(values: Sequence[float]) -> Point:
    """x, y, confidence from two or three numbers."""
    return values[0], values[1], values[2] if len(values) > 2 else math.nan
