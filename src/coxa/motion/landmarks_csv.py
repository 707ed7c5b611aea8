"""Points as CSV: ``left_hip_x, left_hip_y(, left_hip_c)`` in pixels, or ``LASI_x_m, LASI_y_m, LASI_z_m`` in metres.

Also ``x_left_hip``, ``left_hip.x``, ``x0, y0, z0, v0`` (points by number), with ``time`` in seconds, ``time_ms``, or
none and a rate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from coxa.motion.csvtable import CsvTable, first_line, read_csv
from coxa.motion.files import RecordingFile
from coxa.motion.landmarks import pixels_motion
from coxa.motion.points import clean
from coxa.motion.recording import FloatArray, Motion, even_times, unique_names
from coxa.motion.settings import Settings
from coxa.motion.texttable import times_from

_METRES = re.compile(r"(?P<name>.+)_(?P<part>[xyz])_m")
_NAMED = re.compile(r"(?P<name>.+)[_. ](?P<part>x|y|z|c|v|conf|confidence|visibility|score|likelihood)", re.IGNORECASE)
_BEFORE = re.compile(r"(?P<part>[xyzcv])_(?P<name>.+)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<part>[xyzcv])_?(?P<name>\d{1,3})", re.IGNORECASE)
_PART = {"x": 0, "y": 1, "z": 2}
_MILLISECONDS = frozenset({"time_ms", "timestamp_ms", "ms"})
_LEAST_POINTS = 2
Columns = dict[str, dict[int, int]]
"""Point → part (0 x, 1 y, 2 z, 3 confidence) → column."""


def looks_like_landmarks_csv(file: RecordingFile) -> bool:
    """Whether the first line names x and y of two points or more, and no fourth part of a quaternion."""
    header = first_line(file)
    if any(re.fullmatch(r".*[_. ](q?w|q0)", cell, re.IGNORECASE) for cell in header):
        return False
    return len(_columns(header)) >= _LEAST_POINTS


def read_landmarks_csv(file: RecordingFile, settings: Settings) -> Motion:
    """Points in pixels, or in metres where the columns say so.

    Raises
    ------
    RecordingError: no such columns, several unlike sets of them, no times, or broken numbers.
    """
    table = read_csv(file)
    columns = _columns(table.header)
    if not columns:
        raise file.error("its columns aren't points; names such as left_hip_x, left_hip_y were expected.")
    if all(_METRES.fullmatch(table.header[part[0]]) for part in columns.values()):
        return _metres(file, table, columns, settings)
    stamps = _times(table)
    if np.isnan(stamps).all() and settings.rate is not None:
        stamps = even_times(len(stamps), settings.rate)
    values = np.full((len(table.values), len(columns), 3), np.nan)
    for i, parts in enumerate(columns.values()):
        for place, part in enumerate((0, 1, 3)):
            if part in parts:
                values[:, i, place] = table.values[:, parts[part]]
    return pixels_motion(file, list(columns), values, stamps, settings.rate, settings, table.source)


def _columns(header: Sequence[str]) -> Columns:
    found: Columns = {}
    for column, cell in enumerate(header):
        match = (
            _METRES.fullmatch(cell) or _NUMBERED.fullmatch(cell) or _NAMED.fullmatch(cell) or _BEFORE.fullmatch(cell)
        )
        if match:
            found.setdefault(match["name"], {}).setdefault(_PART.get(match["part"].lower(), 3), column)
    return {name: parts for name, parts in found.items() if {0, 1} <= parts.keys()}


def _times(table: CsvTable) -> FloatArray:
    for column in table.time_columns:
        return table.values[:, column]
    for column, name in enumerate(table.header):
        if name.strip().lower() in _MILLISECONDS:
            return np.asarray(table.values[:, column] / 1000.0)
    return np.full(len(table.values), np.nan)


def _metres(file: RecordingFile, table: CsvTable, columns: Columns, settings: Settings) -> Motion:
    if any(2 not in parts for parts in columns.values()):
        raise file.error("a point in metres needs x, y and z.")
    times, about_times = times_from(file, _times(table), settings.rate)
    order = [[parts[0], parts[1], parts[2]] for parts in columns.values()]
    positions, about_points = clean(table.values[:, order])
    return Motion(
        times=times,
        source=table.source,
        log=("Read from a table of points in metres.", *about_times, *about_points),
        names=unique_names(list(columns)),
        positions=positions,
        unit="m",
    )
