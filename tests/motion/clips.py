"""Small video files for the tests, made on the spot."""

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
TICKS = 90_000


def corners(width: int = 96, height: int = 64) -> Picture:
    """A picture whose four corners differ: red top left, green top right, blue bottom left, white bottom right."""
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    picture[: height // 2, : width // 2, 0] = 255
    picture[: height // 2, width // 2 :, 1] = 255
    picture[height // 2 :, : width // 2, 2] = 255
    picture[height // 2 :, width // 2 :] = 255
    return picture


def level(value: int, width: int = 64, height: int = 48) -> Picture:
    """A picture of one grey."""
    return np.full((height, width, 3), value, dtype=np.uint8)


def write_clip(
    path: Path,
    pictures: Sequence[Picture],
    times: Iterable[float] | None = None,
    *,
    codec: str = "mpeg4",
    rate: int = 30,
    format: str | None = None,
    aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write pictures at these times (seconds; evenly at ``rate`` without)."""
    height, width = pictures[0].shape[:2]
    stamps = [k / rate for k in range(len(pictures))] if times is None else list(times)
    with av.open(str(path), "w", format=format) as container:
        stream: Any = container.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.bit_rate = 4_000_000
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        for picture, stamp in zip(pictures, stamps, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(stamp * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def write_sound(path: Path) -> Path:
    """Write a file that holds sound only."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=16_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def set_display_matrix(path: Path, a: int, b: int, c: int, d: int) -> Path:
    """Give an MP4's tracks the display matrix [a b; c d], as phones do for a turned or mirrored video."""
    content = bytearray(path.read_bytes())
    at = content.find(b"tkhd")
    assert at > 0
    start = at + 4 + 40  # version and flags, times, track, duration, layer, group, volume: version 0
    content[start : start + 36] = struct.pack(">9i", a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    return path
