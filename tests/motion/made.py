"""Recordings made by the tests: C3D bytes, TRC and MOT text, with every part open to lies."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
BLOCK = 512


def c3d(
    positions: Values,
    labels: Sequence[str | bytes],
    *,
    rate: float = 100.0,
    units: str | None = "mm",
    residuals: Values | None = None,
    parameters: Mapping[str, Any] | None = None,
    header: Mapping[int, tuple[str, Any]] | None = None,
) -> bytes:
    """A C3D of real numbers (Intel): positions (frames, points, 3) as stored.

    Parameters
    ----------
    parameters: more of the POINT group: a text, a list of texts, a number or several.
    header: what to write over the header at the end: offset → struct format and value.
    """
    frames, points, _ = positions.shape
    known: dict[str, Any] = {"USED": points, "FRAMES": frames, "SCALE": -1.0, "RATE": float(rate), "DATA_START": 0}
    known |= {"LABELS": list(labels[:255])}
    for i in range(255, len(labels), 255):
        known[f"LABELS{i // 255 + 1}"] = list(labels[i : i + 255])
    if units is not None:
        known["UNITS"] = units
    known |= parameters or {}
    section = _section(known)
    known["DATA_START"] = start = 2 + len(section) // BLOCK
    section = _section(known)
    head = bytearray(BLOCK)
    head[:2] = b"\x02\x50"
    struct.pack_into("<4H", head, 2, points, 0, 1, frames)
    struct.pack_into("<fHHf", head, 12, -1.0, start, 0, rate)
    for offset, (form, value) in (header or {}).items():
        struct.pack_into("<" + form, head, offset, value)
    extra = np.zeros((frames, points, 1)) if residuals is None else residuals[..., None]
    data = np.concatenate([positions, extra], axis=-1).astype("<f4").tobytes()
    return bytes(head) + section + data + b"\0" * (-len(data) % BLOCK)


def _section(point: Mapping[str, Any]) -> bytes:
    body = _group(-1, "POINT") + b"".join(_parameter(1, name, value) for name, value in point.items())
    body += _group(-2, "ANALOG") + _parameter(2, "USED", 0) + b"\0\0"
    blocks = (len(body) + 4 + BLOCK - 1) // BLOCK
    whole = bytes([1, 80, blocks, 84]) + body
    return whole + b"\0" * (blocks * BLOCK - len(whole))


def _group(number: int, name: str) -> bytes:
    raw = name.encode()
    return struct.pack("<bb", len(raw), number) + raw + struct.pack("<h", 3) + b"\0"


def _parameter(group: int, name: str, value: Any) -> bytes:
    kind, dimensions, data = _encoded(value)
    raw = name.encode()
    rest = struct.pack("<bB", kind, len(dimensions)) + bytes(dimensions) + data + b"\0"
    return struct.pack("<bb", len(raw), group) + raw + struct.pack("<H", len(rest) + 2) + rest


def _encoded(value: Any) -> tuple[int, list[int], bytes]:
    if isinstance(value, str):
        raw = value.encode()
        return -1, [len(raw)], raw
    if isinstance(value, list):
        texts = [item if isinstance(item, bytes) else item.encode() for item in value]
        width = max(map(len, texts), default=0)
        return -1, [width, len(texts)], b"".join(text.ljust(width) for text in texts)
    if isinstance(value, int):
        return 2, [], struct.pack("<H", value & 0xFFFF)
    return 4, [], struct.pack("<f", value)


def trc(
    positions: Values,
    names: Sequence[str],
    *,
    rate: float = 100.0,
    units: str = "mm",
    header: Mapping[str, str] | None = None,
) -> str:
    """A TRC of positions (frames, points, 3) as stored; NaN becomes an empty cell."""
    frames, points, _ = positions.shape
    values = {
        "DataRate": f"{rate:.2f}",
        "CameraRate": f"{rate:.2f}",
        "NumFrames": str(frames),
        "NumMarkers": str(points),
        "Units": units,
        "OrigDataRate": f"{rate:.2f}",
        "OrigDataStartFrame": "1",
        "OrigNumFrames": str(frames),
    } | dict(header or {})
    lines = [
        "PathFileType\t4\t(X/Y/Z)\tmade.trc",
        "\t".join(values),
        "\t".join(values.values()),
        "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{i + 1}" for i in range(points) for axis in "XYZ"),
        "",
    ]
    for i, frame in enumerate(positions.reshape(frames, -1)):
        cells = ["" if np.isnan(value) else f"{value:.6f}" for value in frame]
        lines.append("\t".join([str(i + 1), f"{i / rate:.6f}", *cells]))
    return "\n".join(lines) + "\n"


def mot(columns: Mapping[str, Sequence[float]], header: str = "inDegrees=yes", times: Sequence[float] = ()) -> str:
    """A MOT of columns at 100 per second; ``header`` is what stands above ``endheader``."""
    count = len(next(iter(columns.values())))
    when = list(times) or [i / 100 for i in range(count)]
    rows = ["\t".join(map(str, (when[i], *(column[i] for column in columns.values())))) for i in range(count)]
    return "\n".join(["made", header, "endheader", "\t".join(("time", *columns)), *rows]) + "\n"
