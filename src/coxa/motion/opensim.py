"""OpenSim's MOT and STO: joint coordinates over time, in degrees or radians, with a header or without one.

A header is lines of ``key=value`` (or SIMM's ``key value``) up to ``endheader``; then one line of names, then rows.
Also read: files that begin with the line of names, and headerless rows of numbers, whose columns nobody can name.

Degrees or radians: ``inDegrees=yes|no`` counts, then a header line 'Angles are in degrees.'; without both the values
decide: a joint can't turn by more than 2π radians. If all are small, radians are assumed and the log says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coxa.motion.angle_names import OURS, coordinate
from coxa.motion.csvtable import TIME_NAMES
from coxa.motion.files import RecordingFile, shown
from coxa.motion.imu import unit_quaternions
from coxa.motion.points import clean_name
from coxa.motion.recording import Angles, FloatArray, Orientations, unique_names
from coxa.motion.settings import Settings
from coxa.motion.texttable import number, read_rows, split_row, times_from

_TRANSLATION = re.compile(r"_t[xyz]$")
_ROTATION = re.compile(
    r"(pelvis|hip|knee|ankle|subtalar|mtp|lumbar|trunk|torso|neck|head|arm|shoulder|elbow|wrist)_"
    r"(angle|flex|flexion|extension|add|adduction|abduction|rot|rotation|bending|tilt|list|dev)(_[lr])?(_beta)?|pro_sup(_[lr])?"
)
_LIMITED_JOINT = re.compile(r"^((left|right)_)?(hip_|knee_|ankle_)")
_MOST_HEADER_LINES = 1000
_ENDHEADER = re.compile(rb"^[ \t]*endheader[ \t]*$", re.MULTILINE | re.IGNORECASE)


def looks_like_opensim(file: RecordingFile) -> bool:
    """Whether a line of its own says ``endheader``, and the header doesn't say that quaternions follow."""
    return has_header(file) and _QUATERNIONS.search(file.head) is None


def looks_like_opensense(file: RecordingFile) -> bool:
    """Whether its header says that quaternions follow: sensors, as OpenSense takes them."""
    return has_header(file) and _QUATERNIONS.search(file.head) is not None


def has_header(file: RecordingFile) -> bool:
    """Whether a line of its own says ``endheader``."""
    return b"\0" not in file.head and _ENDHEADER.search(file.head.replace(b"\r", b"\n")) is not None


_QUATERNIONS = re.compile(rb"DataType[ \t]*=[ \t]*Quaternion", re.IGNORECASE)


def read_opensense(file: RecordingFile, settings: Settings) -> Orientations:  # noqa: ARG001  (all are called alike)
    """Sensors as OpenSense takes them: one column per sensor, each cell ``w,x,y,z``.

    Raises
    ------
    RecordingError: no such table, or what is in it is no orientation.
    """
    text, source = file.text()
    table = _table(file, text.split("\n"))
    _check_rows(file, table)
    if table.separator != "\t":
        raise file.error("the columns of a table of quaternions must be separated by tabs.")
    sensors = len(table.names) - 1
    lines = [line.rstrip().replace(",", "\t") for line in table.rows]
    values = read_rows(file, lines, "\t", 1 + 4 * sensors, table.first_line)
    times, about = times_from(file, values[:, 0], None)
    names = unique_names(table.names[1:])
    return Orientations(
        times=times,
        source=source,
        log=("Read as OpenSense's quaternions, scalar first, taken as sensor to world with the third axis up.", *about),
        names=names,
        quaternions=unit_quaternions(file, values[:, 1:].reshape(len(values), sensors, 4), names),
    )


@dataclass(frozen=True)
class _Table:
    header: Mapping[str, str]
    comments: str
    names: list[str]
    separator: str | None
    rows: list[str]
    first_line: int


def read_opensim(file: RecordingFile, settings: Settings) -> Angles:  # noqa: ARG001  (every reader is called alike)
    """Columns by the file's own names: rotations in degrees, translations in metres, the rest as stored without a unit.

    Raises
    ------
    RecordingError: no table, fewer rows than its header says, broken numbers, or a header that contradicts them.
    """
    text, source = file.text()
    table = _table(file, text.split("\n"))
    _check_rows(file, table)
    values = read_rows(file, table.rows, table.separator, len(table.names), table.first_line)
    times, about_times = times_from(file, values[:, 0], None)
    values = values[:, 1:]
    names = unique_names(table.names[1:])
    units, factor, about_unit = _units(file, table, names, values)
    rotations = [i for i, unit in enumerate(units) if unit == "deg"]
    values[:, rotations] *= factor
    return Angles(
        times=times,
        source=source,
        log=(*about_unit, *about_times),
        names=names,
        values=values,
        units=units,
    )


# --- the text ---


def _table(file: RecordingFile, lines: list[str]) -> _Table:
    while lines and not lines[-1].strip():
        lines.pop()
    header, comments, start = _header(lines)
    while start < len(lines) and not lines[start].strip():
        start += 1
    if start >= len(lines):
        raise file.error("there is no table below the header.")
    separator = _separator(lines[start])
    names = [clean_name(cell) for cell in lines[start].strip().split(separator)]
    if _is_number(names[0]):
        if header:
            raise file.error("the names of the columns are missing below 'endheader'.")
        width = len(names)
        names = ["time", *(f"column_{i}" for i in range(1, width))]
    else:
        start += 1
        while names and not names[-1]:
            names.pop()
        first = names[0] if names else ""
        if first.lower() not in TIME_NAMES:
            raise file.error(f"its first column is '{shown(first)}', but the time in seconds must come first.")
    if len(names) < 2:
        raise file.error("it holds no column beside the time.")
    rows = lines[start:]
    if not rows:
        raise file.error("there is no row of numbers below the names.")
    return _Table(header, comments, names, separator, rows, start + 1)


def _header(lines: Sequence[str]) -> tuple[dict[str, str], str, int]:
    """Keys in small letters, all header text, and where the table begins; nothing if there is no ``endheader``."""
    ends = (i for i, line in enumerate(lines[:_MOST_HEADER_LINES]) if line.strip().lower() == "endheader")
    end = next(ends, None)
    if end is None:
        return {}, "", 0
    found = {"endheader": ""}
    for line in lines[:end]:
        key, separator, value = line.partition("=")
        if not separator:
            key, _, value = line.strip().partition(" ")
        found[key.strip().lower()] = value.strip()
    return found, "\n".join(lines[:end]).lower(), end + 1


def _separator(line: str) -> str | None:
    return "\t" if "\t" in line else "," if "," in line else ";" if ";" in line else None


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _check_rows(file: RecordingFile, table: _Table) -> None:
    if len(split_row(table.rows[-1], table.separator, len(table.names))) < len(table.names):
        raise file.error("its last line breaks off: the file was cut short. Export it again.")
    said = table.header.get("nrows", table.header.get("datarows", ""))
    try:
        rows = number(said)
    except ValueError:
        rows = math.nan
    if rows > len(table.rows):
        raise file.error(f"its header says {rows:,.0f} rows, but {len(table.rows):,} are there: it was cut short.")


# --- degrees or radians ---


def _units(
    file: RecordingFile, table: _Table, names: Sequence[str], values: FloatArray
) -> tuple[tuple[str, ...], float, tuple[str, ...]]:
    """Unit of each column after conversion, the factor of rotations, and what the log should say."""
    units = tuple(unit_of(name) for name in names)
    turning = [i for i, unit in enumerate(units) if unit == "deg"]
    if not turning:
        return units, 1.0, ("Read without units: no column is a joint coordinate that is known by name.",)
    limited = [i for i in turning if _LIMITED_JOINT.match(coordinate(names[i]))]
    said = table.header.get("indegrees", "").lower()
    if said in {"no", "false", "0"}:
        if _largest(values[:, limited]) > 2 * math.pi:
            raise file.error(
                f"its header says radians (inDegrees=no), but a joint turns by {_largest(values[:, limited]):.0f}; "
                "correct the header."
            )
        return units, 180 / math.pi, ("Radians by its header, turned into degrees.",)
    if said in {"yes", "true", "1"}:
        return units, 1.0, ("Degrees by its header.",)
    if "angles are in degrees" in table.comments:
        return units, 1.0, ("Degrees by a remark in its header.",)
    if "angles are in radians" in table.comments:
        return units, 180 / math.pi, ("Radians by a remark in its header, turned into degrees.",)
    largest = _largest(values[:, turning])
    if largest > 2 * math.pi:
        return units, 1.0, (f"The header doesn't say; degrees, because an angle reaches {largest:.1f}.",)
    return (
        units,
        180 / math.pi,
        (f"The header doesn't say; radians were ASSUMED, because no angle exceeds {largest:.2f}. Check that.",),
    )


def unit_of(column: str) -> str:
    """Unit of a column by its name: ``deg`` for a joint's or the pelvis's turning, ``m`` for a shift, else nothing."""
    name = coordinate(column)
    if _TRANSLATION.search(name):
        return "m"
    return "deg" if _ROTATION.fullmatch(name) or OURS.fullmatch(name) else ""


def _largest(values: FloatArray) -> float:
    found = np.abs(values[np.isfinite(values)])
    return float(found.max()) if found.size else 0.0
