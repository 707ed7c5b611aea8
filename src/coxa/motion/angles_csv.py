"""Joint angles as CSV: Coxa's own (``time, left_hip_flexion, ...``), iSen's Spanish export, and any table with times.

A table without a header is read as ``column_1``, ``column_2`` ... without units, since nobody can tell what they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coxa.motion.angle_names import OURS, from_isen
from coxa.motion.csvtable import CsvTable, blocks, first_line, read_csv, rows_of
from coxa.motion.files import RecordingFile
from coxa.motion.opensim import unit_of
from coxa.motion.recording import Angles, unique_names
from coxa.motion.settings import Settings
from coxa.motion.texttable import times_from


def looks_like_angles_csv(file: RecordingFile) -> bool:
    """Whether the first line begins with the time and names an angle of ours, or of iSen."""
    header = first_line(file)
    return any(OURS.fullmatch(cell) or from_isen(cell) for cell in header[1:])


def read_angles_csv(file: RecordingFile, settings: Settings) -> Angles:
    """Columns by name; what is known to be an angle is in degrees, as stored, with the file's own signs.

    Raises
    ------
    RecordingError: no times and no rate, or broken numbers.
    """
    table = read_csv(file)
    if not table.header:
        return _headerless(file, table)
    isen = any(from_isen(name) for name in table.header)
    return _isen(file, table) if isen else _plain(file, table, settings)


def _headerless(file: RecordingFile, table: CsvTable) -> Angles:
    if table.values.shape[1] < 2:
        raise file.error("it has one column and no header; times and named columns were expected.")
    if not (np.diff(table.values[:, 0]) > 0).all():
        raise file.error("it has no header, and its first column isn't the time; add a first line with names.")
    times, about = times_from(file, table.values[:, 0], None)
    names = tuple(f"column_{i}" for i in range(1, table.values.shape[1]))
    return Angles(
        times=times,
        source=table.source,
        log=("The file has no header: its columns were numbered, and their units aren't known.", *about),
        names=names,
        values=table.values[:, 1:],
        units=("",) * len(names),
    )


def _plain(file: RecordingFile, table: CsvTable, settings: Settings) -> Angles:
    time, columns = blocks(table)[0]
    if len(blocks(table)) > 1 or not columns:
        raise file.error("one column with the time and at least one more were expected.")
    stamps = table.values[:, time] if time >= 0 else np.full(len(table.values), np.nan)
    if time < 0 and settings.rate is None:
        raise file.error("it has no column with the time (in seconds); name it 'time', or give the rate.")
    times, about = times_from(file, stamps, settings.rate)
    names = [table.header[i] or f"column_{i}" for i in columns]
    return Angles(
        times=times,
        source=table.source,
        log=("Read from a table.", *about),
        names=unique_names(names),
        values=table.values[:, list(columns)],
        units=tuple("deg" if OURS.fullmatch(name) else unit_of(name) for name in names),
    )


def _isen(file: RecordingFile, table: CsvTable) -> Angles:
    """The first block of each angle; later blocks repeat the names for velocity and acceleration, bands are norms."""
    names: list[str] = []
    columns: list[int] = []
    first: np.ndarray[tuple[int], np.dtype[np.float64]] | None = None
    for time, members in blocks(table):
        rows = rows_of(table.values[:, [time, *members]], 0)
        if first is None:
            first = rows[:, 0]
        if not np.array_equal(rows[:, 0], first):
            continue
        _take(table.header, members, names, columns)
    if first is None or not columns:
        raise file.error("no column of it is an angle that is known.")
    times, about = times_from(file, first, None)
    return Angles(
        times=times,
        source=table.source,
        log=(
            "Read from iSen's table; its own signs were kept (hip and knee flexion and anterior tilt are positive).",
            "Velocities, accelerations and norm bands were left out.",
            *about,
        ),
        names=tuple(names),
        values=table.values[: len(first), columns],
        units=("deg",) * len(names),
    )


def _take(header: Sequence[str], members: Sequence[int], names: list[str], columns: list[int]) -> None:
    for i in members:
        ours = from_isen(header[i])
        if ours is not None and ours not in names:
            names.append(ours)
            columns.append(i)
