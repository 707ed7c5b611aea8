"""Tables as CSV or TXT: separators and decimal commas of every country, and blocks that each have a time column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coxa.model import Source
from coxa.motion.files import RecordingFile, check_values
from coxa.motion.points import clean_name
from coxa.motion.recording import FloatArray
from coxa.motion.texttable import read_rows, split_row

TIME_NAMES = frozenset({"time", "t", "time_s", "time(s)", "time (s)", "time [s]", "seconds", "timestamp", "tiempo"})
_SEPARATORS = ("\t", ";", ",")


@dataclass(frozen=True)
class CsvTable:
    """A header, and the numbers below it.

    Parameters
    ----------
    header: the name of each column as in the file; empty when the file has no header.
    values: (rows, columns), NaN where a cell is empty.
    """

    header: tuple[str, ...]
    values: FloatArray
    source: Source

    @property
    def time_columns(self) -> list[int]:
        """Columns that hold the time; some exports begin each block of columns with one."""
        return [i for i, name in enumerate(self.header) if name.strip().lower() in TIME_NAMES]


def first_line(file: RecordingFile) -> list[str]:
    """Cells of the first line of text, for recognising a table; nothing for other files."""
    if b"\0" in file.head:
        return []
    line = re.split(rb"[\r\n]", file.head.removeprefix(b"\xef\xbb\xbf"), maxsplit=1)[0].decode("utf-8", "replace")
    return _split(line, _separator(line))


def is_number(cell: str) -> bool:
    """Whether a cell of a first line is a number, so that there is no header."""
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def read_csv(file: RecordingFile) -> CsvTable:
    """The whole table.

    Raises
    ------
    RecordingError: no text, no rows, too large, rows of differing length, or a cell that is no number.
    """
    text, source = file.text()
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise file.error("there is nothing in it but blank lines.")
    separator = _separator(lines[0])
    header = _split(lines[0], separator)
    named = not all(is_number(cell) for cell in header if cell)
    body = lines[1:] if named else lines
    while named and header and not header[-1]:
        header.pop()
    if not body:
        raise file.error("there is no row of numbers below the names of the columns.")
    check_values(file, len(body), len(header))
    if separator != ",":
        body = [line.replace(",", ".") for line in body]
    if len(split_row(body[-1], separator, len(header))) < len(header):
        raise file.error("its last line breaks off: the file was cut short. Export it again.")
    values = read_rows(file, body, separator, len(header), 2 if named else 1)
    return CsvTable(tuple(header) if named else (), values, source)


def rows_of(values: FloatArray, time: int) -> FloatArray:
    """The rows of a block: those up to the last one in which anything but its time is there."""
    others = np.delete(values, time, axis=1)
    there = np.flatnonzero(np.isfinite(others).any(axis=1))
    return values[: int(there[-1]) + 1] if len(there) else values[:0]


def blocks(table: CsvTable) -> list[tuple[int, Sequence[int]]]:
    """Time column and value columns of each block; one block without a time column (-1) if there is none."""
    starts = table.time_columns
    if not starts:
        return [(-1, range(len(table.header)))]
    if len(starts) == 1:
        return [(starts[0], [i for i in range(len(table.header)) if i != starts[0]])]
    ends = [*starts[1:], len(table.header)]
    return [(start, range(start + 1, end)) for start, end in zip(starts, ends, strict=True)]


def _separator(line: str) -> str | None:
    return next((separator for separator in _SEPARATORS if separator in line), None)


def _split(line: str, separator: str | None) -> list[str]:
    return [clean_name(cell) for cell in split_row(line, separator, len(line))]
