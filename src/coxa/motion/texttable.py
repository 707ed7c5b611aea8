"""Rows of numbers in text files: cells to an array, missing cells to NaN, and times that can be relied on."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence

import numpy as np

from coxa.motion.files import RecordingFile, check_values, shown
from coxa.motion.recording import FloatArray, even_times

MISSING = frozenset({"", "-", "na", "n/a", "nan", "null", "none", "inf", "-inf", "+inf", "infinity", "-infinity"})
MOST_RATE = 100_000.0
"""Frames per second; a header that says more is broken."""
RATE_TOLERANCE = 0.02
ROUNDED_SECONDS = 0.001
"""Times are often written with three decimals."""


def number(cell: str) -> float:
    """A cell's number; NaN for an empty cell and the usual words for one.

    Raises
    ------
    ValueError: neither a number nor a word for a missing one.
    """
    try:
        value = float(cell)
    except ValueError:
        if cell.strip().lower() in MISSING:
            return math.nan
        raise
    return value if math.isfinite(value) else math.nan


def split_row(line: str, separator: str | None, columns: int) -> list[str]:
    """Cells of one row; trailing separators, and doubled ones between all numbers, make no cells."""
    if '"' in line:
        try:
            cells = next(csv.reader([line], delimiter=separator or " "), [])
        except csv.Error:
            cells = line.split(separator)
    else:
        cells = line.split(separator)
    while len(cells) > columns and not cells[-1].strip():
        cells.pop()
    if len(cells) > columns:
        full = [cell for cell in cells if cell.strip()]
        cells = full if len(full) == columns else cells
    return cells


def read_rows(
    file: RecordingFile, lines: Sequence[str], separator: str | None, columns: int, first_line: int
) -> FloatArray:
    """(rows, columns) numbers; rows that are short are filled with NaN.

    Parameters
    ----------
    lines: one row each, at least one.
    first_line: 1-based line of the first row in the file, for sentences.

    Raises
    ------
    RecordingError: too many numbers, a row with more cells than columns, or a cell that is no number.
    """
    check_values(file, len(lines), columns)
    table = _whole(lines, separator, columns)
    if table is None:
        table = np.full((len(lines), columns), np.nan)
        for i, line in enumerate(lines):
            cells = split_row(line, separator, columns)
            if len(cells) > columns:
                raise file.error(f"line {first_line + i} has {len(cells)} cells, but there are {columns} columns.")
            try:
                table[i, : len(cells)] = list(map(float, cells))
            except ValueError:
                table[i, : len(cells)] = [_cell(file, cell, first_line + i) for cell in cells]
    table[~np.isfinite(table)] = np.nan
    return table


def _whole(lines: Sequence[str], separator: str | None, columns: int) -> FloatArray | None:
    """The table by NumPy's own reader, which is several times faster, if no cell is missing or odd."""
    try:
        table = np.loadtxt(lines, delimiter=separator, comments=None, ndmin=2)
    except ValueError:
        return None
    return table if table.shape == (len(lines), columns) else None


def _cell(file: RecordingFile, cell: str, line: int) -> float:
    try:
        return number(cell)
    except ValueError:
        raise file.error(f"line {line} holds '{shown(cell)}' where a number was expected.") from None


def times_from(
    file: RecordingFile, column: FloatArray | None, rate: float | None
) -> tuple[FloatArray, tuple[str, ...]]:
    """Times of the frames, and what the log should say about them.

    The time column counts. The rate of the header is used when the column says the same but is rounded (0.017, 0.033
    for 60 per second), and when the column is not usable: missing, or not growing.

    Raises
    ------
    RecordingError: neither times nor a rate.
    """
    good_rate = rate is not None and math.isfinite(rate) and 0 < rate <= MOST_RATE
    if column is not None and column.size and np.isfinite(column).all() and (np.diff(column) > 0).all():
        if column.size > 1 and good_rate and rate is not None:
            even = column[0] + even_times(column.size, rate)
            if np.abs(column - even).max() < min(ROUNDED_SECONDS, 0.1 / rate):
                return even, ()
            found = 1.0 / float(np.median(np.diff(column)))
            if abs(found - rate) > RATE_TOLERANCE * rate:
                return column, (f"The header says {rate:g} frames per second, the times say {found:g}: times kept.",)
        return column, ()
    if not good_rate or rate is None:
        raise file.error("the times of the frames don't grow steadily, and no frame rate is given.")
    frames = 0 if column is None else column.size
    return even_times(frames, rate), (f"The time column is not usable; {rate:g} frames per second were counted.",)
