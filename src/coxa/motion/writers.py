"""Recordings to files: TRC, MOT, CSV, Parquet and JSON, chosen by the extension; a whole file or none.

What each can hold: TRC markers in metres; MOT angles; CSV any, without log and source; Parquet and JSON everything,
exactly. Numbers in text are written so that the same number is read again.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from coxa.errors import InputError, OutputError
from coxa.motion import parquet_native
from coxa.motion.recording import Angles, FloatArray, Motion, Orientations, unique_names
from coxa.motion.tables import AnyRecording, arrays_of, describe, to_json

_PARTS = ("x", "y", "z")


def write_recording(recording: AnyRecording, path: Path) -> Path:
    """Write a recording; an older file of that name is replaced, once the new one is whole.

    Raises
    ------
    InputError: an unknown extension, or a recording that this kind of file can't hold.
    OutputError: the file can't be written; nothing half-written is left.
    """
    path = Path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InputError(f"{path}: Coxa writes {', '.join(WRITERS)}; choose one of these endings.")
    write_bytes(path, writer(recording))
    return path


def write_bytes(path: Path, content: bytes) -> None:
    """Write beside the file first, then move into place.

    Raises
    ------
    OutputError: the file can't be written; nothing half-written is left.
    """
    made: Path | None = None
    try:
        if path.is_dir():
            raise OutputError(f"{path} is a folder; give the name of a file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=".coxa-", dir=path.parent)
        made = Path(name)
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        made.replace(path)
        made = None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{path} can't be written ({reason}).") from None
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def to_trc(recording: AnyRecording) -> bytes:
    """Markers as TRC in millimetres; a missing marker is empty cells.

    Raises
    ------
    InputError: not markers in metres, or a name that TRC can't hold.
    """
    if not isinstance(recording, Motion) or recording.unit != "m":
        raise InputError("TRC holds markers in metres; write landmarks in pixels as CSV, Parquet or JSON.")
    _plain_names(recording.names)
    rate = f"{recording.rate:.6f}"
    frames, points = recording.frames, len(recording.names)
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{_plain(recording.source.name)}.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate}\t{rate}\t{frames}\t{points}\tmm\t{rate}\t1\t{frames}",
        "Frame#\tTime\t" + "\t\t\t".join(recording.names),
        "\t\t" + "\t".join(f"{axis}{i}" for i in range(1, points + 1) for axis in "XYZ"),
        "",
    ]
    values = (recording.positions * 1000.0).reshape(frames, -1)
    for i, row in enumerate(values.tolist()):
        lines.append("\t".join([str(i + 1), repr(float(recording.times[i])), *map(_cell, row)]))
    return ("\n".join(lines) + "\n").encode("utf-8")


def to_mot(recording: AnyRecording) -> bytes:
    """Angles as OpenSim's motion file, in degrees; columns without a unit are written as they are.

    Raises
    ------
    InputError: not angles, or a name that MOT can't hold.
    """
    if not isinstance(recording, Angles):
        raise InputError("MOT holds joint angles; write this recording as CSV, Parquet or JSON.")
    _plain_names(recording.names)
    lines = [
        "Coordinates",
        "version=1",
        f"nRows={recording.frames}",
        f"nColumns={len(recording.names) + 1}",
        "inDegrees=yes",
        "",
        "endheader",
        "\t".join(("time", *recording.names)),
    ]
    for time, row in zip(recording.times.tolist(), recording.values.tolist(), strict=True):
        lines.append("\t".join([repr(time), *(_cell(value) or "nan" for value in row)]))
    return ("\n".join(lines) + "\n").encode("utf-8")


def to_csv(recording: AnyRecording) -> bytes:
    """One line per frame: ``time`` in seconds, then the columns; what is missing is an empty cell.

    Angles: their names. Landmarks: ``name_x, name_y(, name_c)``. Points in metres: ``name_x_m, name_y_m, name_z_m``.
    Orientations: ``name_w, name_x, name_y, name_z``.
    """
    header, values = _columns(recording)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["time", *header])
    for time, row in zip(recording.times.tolist(), values.tolist(), strict=True):
        writer.writerow([repr(time), *map(_cell, row)])
    return out.getvalue().encode("utf-8")


def to_parquet(recording: AnyRecording) -> bytes:
    """Everything, exactly; see ``coxa.motion.tables``."""
    arrays = arrays_of(recording)
    header = describe(recording) | {"arrays": [[name, list(values.shape[1:])] for name, values in arrays.items()]}
    flat = [values.reshape(recording.frames, -1) for values in arrays.values()]
    table = np.concatenate([recording.times[:, None], *flat], axis=1)
    names, _ = _columns(recording)
    rest = [f"number_{i}" for i in range(len(names) + 1, table.shape[1])]
    return parquet_native.dump(json.dumps(header), unique_names(["time", *_order(recording, names), *rest]), table)


def _order(recording: AnyRecording, names: Sequence[str]) -> list[str]:
    """Column names in the order of the arrays: all positions before all confidences."""
    if isinstance(recording, Motion) and recording.confidence is not None:
        return [n for n in names if not n.endswith("_c")] + [n for n in names if n.endswith("_c")]
    return list(names)


def _columns(recording: AnyRecording) -> tuple[list[str], FloatArray]:
    frames = recording.frames
    if isinstance(recording, Angles):
        return list(recording.names), recording.values
    if isinstance(recording, Orientations):
        names = [f"{name}_{part}" for name in recording.names for part in ("w", *_PARTS)]
        return names, recording.quaternions.reshape(frames, -1)
    if recording.unit == "m":
        names = [f"{name}_{part}_m" for name in recording.names for part in _PARTS]
        return names, recording.positions.reshape(frames, -1)
    if recording.confidence is None:
        return [f"{name}_{part}" for name in recording.names for part in "xy"], recording.positions.reshape(frames, -1)
    together = np.concatenate([recording.positions, recording.confidence[..., None]], axis=-1)
    return [f"{name}_{part}" for name in recording.names for part in "xyc"], together.reshape(frames, -1)


def _cell(value: float) -> str:
    return repr(value) if np.isfinite(value) else ""


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _plain_names(names: Sequence[str]) -> None:
    for name in names:
        if not name or name != name.strip() or not name.isprintable():
            raise InputError(f"the name '{_plain(name)}' can't be written to this kind of file; use Parquet or JSON.")


WRITERS: Mapping[str, Callable[[AnyRecording], bytes]] = {
    ".trc": to_trc,
    ".mot": to_mot,
    ".csv": to_csv,
    ".parquet": to_parquet,
    ".json": to_json,
}
