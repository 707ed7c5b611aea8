"""Coxa's own files: any recording as JSON or Parquet, with its log, source, units and all, exactly as it was.

Both hold one header (``describe``) and arrays. JSON: ``{"coxa": header, "times": [...], "positions": [...], ...}`` with
``null`` for what is missing. Parquet: the header as metadata ``coxa``, the time and one column per number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from coxa.errors import InputError
from coxa.model import Source
from coxa.motion import parquet_native
from coxa.motion.files import MOST_BINARY_BYTES, MOST_JSON_BYTES, MOST_VALUES, RecordingFile, check_values
from coxa.motion.landmarks_json import load_json
from coxa.motion.recording import Angles, FloatArray, Motion, Orientations
from coxa.motion.sandbox import run_guarded
from coxa.motion.settings import Settings

AnyRecording = Motion | Angles | Orientations
Arrays = dict[str, FloatArray]
FORMAT = 1
_TYPES: Mapping[str, type[AnyRecording]] = {"motion": Motion, "angles": Angles, "orientations": Orientations}
_MAIN = {"motion": "positions", "angles": "values", "orientations": "quaternions"}
_STORED = "stored_angles:"
_MOST_NAMES = 100_000


def looks_like_coxa_json(file: RecordingFile) -> bool:
    """Whether it begins as Coxa's own JSON does."""
    return file.head.lstrip()[:60].replace(b" ", b"").replace(b"\n", b"").startswith(b'{"coxa":')


def looks_like_parquet(file: RecordingFile) -> bool:
    """Whether it begins as every Parquet file does."""
    return file.head[:4] == b"PAR1"


def describe(recording: AnyRecording) -> dict[str, Any]:
    """All of a recording that isn't an array, as plain JSON values."""
    kind = next(name for name, type_ in _TYPES.items() if isinstance(recording, type_))
    header: dict[str, Any] = {
        "format": FORMAT,
        "type": kind,
        "source": recording.source.model_dump(),
        "log": list(recording.log),
        "names": list(recording.names),
    }
    if isinstance(recording, Motion):
        header["unit"] = recording.unit
        header["frame_size"] = recording.frame_size
        header["vertical"] = recording.vertical
    if isinstance(recording, Angles):
        header["units"] = list(recording.units)
    return header


def arrays_of(recording: AnyRecording) -> Arrays:
    """All arrays of a recording but its times, by name."""
    if isinstance(recording, Angles):
        return {"values": recording.values}
    if isinstance(recording, Orientations):
        return {"quaternions": recording.quaternions}
    out = {"positions": recording.positions}
    if recording.confidence is not None:
        out["confidence"] = recording.confidence
    return out | {f"{_STORED}{name}": values for name, values in recording.stored_angles.items()}


def to_json(recording: AnyRecording) -> bytes:
    """The recording as Coxa's JSON."""
    whole: dict[str, Any] = {"coxa": describe(recording), "times": recording.times.tolist()}
    whole |= {name: _plain(values) for name, values in arrays_of(recording).items()}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _plain(values: FloatArray) -> Any:
    out = values.astype(object)
    out[~np.isfinite(values)] = None
    return out.tolist()


def read_json(file: RecordingFile, settings: Settings) -> AnyRecording:  # noqa: ARG001  (every reader is called alike)
    """A recording that Coxa wrote as JSON; its source stays the file that it was made from.

    Raises
    ------
    RecordingError: no such JSON, or its parts don't fit together.
    """
    text, _ = file.text(MOST_JSON_BYTES)
    whole = load_json(file, text)
    if not (isinstance(whole, dict) and isinstance(whole.get("coxa"), dict)):
        raise file.error("this is no recording that Coxa wrote as JSON.")
    header = whole.pop("coxa")
    try:
        arrays = {str(name): np.array(value, dtype=np.float64) for name, value in whole.items()}
    except (TypeError, ValueError, OverflowError):
        raise file.error("its numbers are broken; write the recording again.") from None
    return build(file, header, arrays)


def read_parquet(file: RecordingFile, settings: Settings) -> AnyRecording:  # noqa: ARG001  (every reader is called alike)
    """A recording that Coxa wrote as Parquet; its source stays the file that it was made from.

    Raises
    ------
    RecordingError: no such Parquet file, or its parts don't fit together.
    """
    file.limit(MOST_BINARY_BYTES)
    if not looks_like_parquet(file):
        raise file.error("this is no Parquet file; write the recording again.")
    raw, table = run_guarded(
        parquet_native.load,
        file.name,
        MOST_VALUES,
        memory_bytes=3 * MOST_BINARY_BYTES,
        seconds=60.0,
        file_name=file.name,
    )
    header = load_json(file, raw)
    if not isinstance(header, dict) or not isinstance(header.get("arrays"), list):
        raise file.error("this Parquet file isn't a recording that Coxa wrote.")
    try:
        arrays = {"times": table[:, 0]}
        at = 1
        for name, shape in header.pop("arrays"):
            width = math.prod(int(size) for size in shape)
            if width < 0 or at + width > table.shape[1]:
                raise ValueError
            arrays[str(name)] = table[:, at : at + width].reshape(len(table), *(int(size) for size in shape))
            at += width
    except (TypeError, ValueError, OverflowError, IndexError):
        raise file.error("its header and its columns don't fit together; write the recording again.") from None
    return build(file, header, arrays)


def build(file: RecordingFile, header: Mapping[str, Any], arrays: Arrays) -> AnyRecording:
    """The recording, checked part by part.

    Raises
    ------
    RecordingError: a part is missing, of the wrong kind, or doesn't fit the others.
    """
    kind, names = str(header.get("type")), _texts(header.get("names"))
    if header.get("format") != FORMAT:
        raise file.error(f"it has format {str(header.get('format'))[:20]!r}; this Coxa reads format {FORMAT}.")
    if kind not in _TYPES or names is None or "times" not in arrays or _MAIN[kind] not in arrays:
        raise file.error("a part of it is missing; write the recording again.")
    check_values(file, len(arrays["times"]) if arrays["times"].ndim else 0, len(names))
    try:
        source = Source.model_validate(header.get("source"))
        if not source.name.isprintable():
            raise ValueError
        common: dict[str, Any] = {
            "times": arrays["times"],
            "source": source,
            "log": _texts(header.get("log")) or (),
            "names": names,
        }
        return _TYPES[kind](**common, **_special(kind, header, arrays, len(names)))
    except InputError as error:
        raise file.error(str(error).partition(": ")[2]) from None
    except (ValueError, TypeError, KeyError, OverflowError):
        raise file.error("a part of it is broken; write the recording again.") from None


def _special(kind: str, header: Mapping[str, Any], arrays: Arrays, count: int) -> dict[str, Any]:
    frames = len(arrays["times"])
    if kind == "angles":
        units = _texts(header["units"])
        return {"values": arrays["values"].reshape(frames, count), "units": units or ()}
    if kind == "orientations":
        return {"quaternions": arrays["quaternions"].reshape(frames, count, 4)}
    unit = header["unit"]
    if unit not in {"px", "m"}:
        raise ValueError
    stored = {name.removeprefix(_STORED): values for name, values in arrays.items() if name.startswith(_STORED)}
    if any(values.shape != (frames, 3) for values in stored.values()):
        raise ValueError
    size, vertical = header.get("frame_size"), header.get("vertical")
    return {
        "positions": arrays["positions"].reshape(frames, count, 2 if unit == "px" else 3),
        "confidence": arrays["confidence"].reshape(frames, count) if "confidence" in arrays else None,
        "unit": unit,
        "frame_size": None if size is None else _size(size),
        "vertical": None if vertical is None else _direction(vertical),
        "stored_angles": stored,
    }


def _size(value: Any) -> tuple[int, int]:
    width, height = value
    if type(width) is not int or type(height) is not int or min(width, height) <= 0:
        raise ValueError
    return width, height


def _direction(value: Any) -> tuple[float, float, float]:
    x, y, z = (float(part) for part in value)
    if not abs(math.hypot(x, y, z) - 1.0) < 1e-6:
        raise ValueError
    return x, y, z


def _texts(value: Any) -> tuple[str, ...] | None:
    """A list of printable texts, or ``None`` for anything else."""
    if not isinstance(value, list) or len(value) > _MOST_NAMES:
        return None
    return tuple(value) if all(isinstance(item, str) and item.isprintable() for item in value) else None
