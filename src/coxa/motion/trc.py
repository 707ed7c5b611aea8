"""TRC: marker positions as text, by Motion Analysis, OpenSim and many converters.

Five header lines (file type; keys; values; marker names above every third column; X1 Y1 Z1 ...), then one row per
frame: frame number, time, and x, y, z of each marker. Met in the wild and read: doubled and trailing tabs in the
header, a blank line below it or none, empty cells, NaN or (0, 0, 0) for gaps, DOS line ends, millimetres or metres.
The format doesn't say which axis is up, so ``vertical`` stays ``None``.
"""

from __future__ import annotations

import math

from coxa.motion.files import RecordingFile, shown
from coxa.motion.points import clean, clean_name, metres_per
from coxa.motion.recording import Motion, unique_names
from coxa.motion.settings import Settings
from coxa.motion.texttable import number, read_rows, split_row, times_from

_HEADER_LINES = 5


def looks_like_trc(file: RecordingFile) -> bool:
    """Whether it begins with the word that only TRC begins with."""
    return file.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:12].lower() == b"pathfiletype"


def read_trc(file: RecordingFile, settings: Settings) -> Motion:  # noqa: ARG001  (every reader is called alike)
    """Marker positions in metres, in the file's own axes.

    Raises
    ------
    RecordingError: no TRC, an unknown unit, fewer frames than its header says, or broken numbers.
    """
    text, source = file.text()
    lines = text.split("\n")
    if not lines[0].strip().lower().startswith("pathfiletype") or len(lines) <= _HEADER_LINES:
        raise file.error("this is no TRC file: it must begin with 'PathFileType' and five header lines.")
    header = _header(file, lines[1], lines[2])
    names = _names(file, lines[3])
    log = [f"Read from TRC, unit {shown(header['units'])}."]
    columns = 2 + 3 * len(names)
    rows, first_line = _rows(file, lines, columns)
    if len(names) != len(set(names)):
        log.append("Some marker names are there twice; repeats were numbered.")
    _check_frames(file, header, len(rows), log)
    table = read_rows(file, rows, _separator(rows), columns, first_line)
    times, about_times = times_from(file, table[:, 1], _rate(header))
    positions = table[:, 2:].reshape(len(rows), len(names), 3) * metres_per(file, header["units"])
    positions, about_points = clean(positions)
    return Motion(
        times=times,
        source=source,
        log=(*log, *about_times, *about_points),
        names=unique_names(names),
        positions=positions,
        unit="m",
    )


def _header(file: RecordingFile, keys: str, values: str) -> dict[str, str]:
    """Keys (small letters) and values of lines 2 and 3; empty cells are doubled or trailing tabs."""
    found = dict(
        zip(
            (key.strip().lower() for key in keys.split() if key.strip()),
            (value.strip() for value in values.split() if value.strip()),
            strict=False,
        )
    )
    if "units" not in found:
        raise file.error("its header gives no Units; write mm or m there.")
    return found


def _names(file: RecordingFile, line: str) -> list[str]:
    cells = [clean_name(cell) for cell in line.split("\t" if "\t" in line else None)]
    cells = [cell for cell in cells if cell]
    if len(cells) < 3 or cells[1].lower() not in {"time", "time(s)", "time (s)"}:
        raise file.error("line 4 must hold 'Frame#', 'Time' and the names of the markers.")
    return cells[2:]


def _rows(file: RecordingFile, lines: list[str], columns: int) -> tuple[list[str], int]:
    """The line of each frame, and the 1-based line of the first."""
    start = _HEADER_LINES
    while start < len(lines) and not lines[start].strip():
        start += 1
    end = len(lines)
    while end > start and not lines[end - 1].strip():
        end -= 1
    rows = lines[start:end]
    if not rows:
        raise file.error("there is no frame below the header.")
    last, before = (len(split_row(line, _separator(rows), columns)) for line in (rows[-1], rows[max(0, len(rows) - 2)]))
    if last < min(columns, before):
        raise file.error(f"line {end} breaks off: the file was cut short. Export it again.")
    return rows, start + 1


def _separator(rows: list[str]) -> str | None:
    return "\t" if "\t" in rows[0] else None


def _check_frames(file: RecordingFile, header: dict[str, str], rows: int, log: list[str]) -> None:
    said = _value(header, "numframes")
    if math.isnan(said) or said == rows:
        return
    if said > rows:
        raise file.error(
            f"its header says {said:,.0f} frames, but {rows:,} are there: it was cut short. Export it again."
        )
    log.append(f"The header says {said:.0f} frames, {rows} are there; all were read.")


def _rate(header: dict[str, str]) -> float | None:
    for key in ("datarate", "camerarate"):
        value = _value(header, key)
        if value > 0:
            return value
    return None


def _value(header: dict[str, str], key: str) -> float:
    try:
        return number(header.get(key, ""))
    except ValueError:
        return math.nan
