"""The program that decodes a video, run as a process of its own by ``video.py``: ``python decoder.py '{...}'``.

A video comes from anybody, and decoding is C code that works through whatever it is given. So it happens where it may
fail, with a limit on memory, and where nothing else of Coxa is loaded (this file imports nothing of Coxa). It opens one
local file, by handle: no address, no playlist, no second file.

On standard output it writes messages: one byte for the kind, four for the length (big-endian), then the content.

==== ======================================================================
I    facts about the video as JSON, once, before the first frame
F    a frame: its time as a big-endian double, then rows of red, green, blue
S    a frame in shared memory: its time, then the slot as one byte
A    still alive, nothing to show yet (content: seconds into the video)
E    a sentence: why it can't be read
D    done
==== ======================================================================

Where there is shared memory it comes as an open file, in slots of equal size; on standard input it is told which slot
may be filled next, one byte each, and the end of that means that nobody reads any more.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import math
import mmap
import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.sidedata.sidedata import Type as SideData
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
CODECS = (
    *("h264", "hevc", "vp8", "libvpx", "vp9", "libvpx-vp9", "av1", "libdav1d"),
    *("mpeg4", "mpeg2video", "h263", "msmpeg4v3", "mjpeg", "prores", "ffv1"),
)
STILL_PICTURES = {b"\xff\xd8\xff": 0, b"\x89PNG": 0, b"GIF8": 0, b"BM": 0, b"II*\0": 0, b"MM\0*": 0, b"WEBP": 8}
PHOTO_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"[playlist]")
ALIVE_SECONDS = 1.0
PACKETS_WITHOUT_FRAME = 5_000
SEEKABLE = ("mov,", "matroska,")
SEEK_AHEAD = 1.0  # so many seconds before the wanted start: frames stored out of order are whole again by then
TOO_MUCH_MEMORY = "Decoding it needs too much memory: save it at 1080p and try again."
CONVERT = "convert it to MP4 (H.264) and try again."


class UnreadableError(Exception):
    """Why the video can't be read: a whole sentence for the user."""


@dataclass(frozen=True)
class Job:
    """What to decode (see ``video.VideoLimits`` for the limits)."""

    path: str
    rate: float | None
    start: float
    end: float
    max_side: int
    max_pixels: int
    max_seconds: float
    max_frames: int
    max_memory: int
    long_side: int
    shared: int | None
    slots: int


@dataclass(frozen=True)
class Layout:
    """How a decoded picture becomes the displayed one."""

    scaled: tuple[int, int]  # what the decoder's picture is scaled to, before it is turned
    transpose: bool
    flip_x: bool
    flip_y: bool
    display: tuple[int, int]  # width and height of the displayed picture at full size

    @property
    def turned(self) -> bool:
        """Whether anything but scaling is to be done."""
        return self.transpose or self.flip_x or self.flip_y

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is handed over."""
        width, height = self.scaled
        return (height, width) if self.transpose else (width, height)


class Output:
    """Writes messages."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.last = time.monotonic()

    def send(self, kind: bytes, *parts: bytes | memoryview) -> None:
        """Write one message; blocks while the reader is busy, which is what bounds the memory."""
        self.stream.write(kind + struct.pack(">I", sum(len(part) for part in parts)))
        for part in parts:
            rest = memoryview(part)
            while rest:
                rest = rest[self.stream.write(rest) :]
        self.last = time.monotonic()

    def alive(self, seconds: float) -> None:
        """Say so, about once a second."""
        if time.monotonic() - self.last > ALIVE_SECONDS:
            self.send(b"A", struct.pack(">d", seconds))


class Slots:
    """Frames written into memory that the reader sees as well: through the pipe each byte would be copied twice."""

    def __init__(self, shared: int, slots: int, free: BinaryIO) -> None:
        self.memory = mmap.mmap(shared, 0)
        self.size = len(self.memory) // slots
        self.free = free

    def send(self, output: Output, moment: float, content: memoryview) -> None:
        """Fill the next free slot and say so; blocks while there is none, which is what bounds the memory."""
        slot = self.free.read(1)
        if not slot:
            raise BrokenPipeError
        begin = slot[0] * self.size
        self.memory[begin : begin + len(content)] = content
        output.send(b"S", struct.pack(">d", moment), slot)


def sniff(head: bytes) -> None:
    """Refuse what plainly is no video, by its first bytes."""
    if any(head[offset:].startswith(magic) for magic, offset in STILL_PICTURES.items()) or (
        head[4:8] == b"ftyp" and head[8:12] in PHOTO_BRANDS
    ):
        raise UnreadableError("This is a picture, not a video: record the movement as a video.")
    if any(head.lstrip().startswith(mark) for mark in PLAYLISTS):
        raise UnreadableError("This is a playlist or a text, not a video: give the video file itself.")


def layout_of(frame: VideoFrame, sample_aspect: float, long_side: int) -> Layout:
    """Scaling and turning for the frames of one size.

    The display matrix maps a stored picture (x to the right, y down) to the displayed one as x' = a x + c y,
    y' = b x + d y, in 16.16 fixed point (libavutil/display.h); only quarter turns and mirroring are kept. Pixels that
    aren't square are made square, or every angle would be wrong.
    """
    a, b, c, d = 1.0, 0.0, 0.0, 1.0
    with contextlib.suppress(KeyError):
        side_data: Any = frame.side_data
        matrix = np.frombuffer(side_data[SideData.DISPLAYMATRIX], dtype=np.int32)
        a, b, c, d = (float(matrix[i]) / 65536.0 for i in (0, 1, 3, 4))
    transpose = abs(b) + abs(c) > abs(a) + abs(d)
    flip_x, flip_y = (c < 0, b < 0) if transpose else (a < 0, d < 0)
    width, height = frame.width * sample_aspect, float(frame.height)
    factor = min(1.0, long_side / max(width, height))
    scaled = (max(2, round(width * factor)), max(2, round(height * factor)))
    display = (round(height), round(width)) if transpose else (round(width), round(height))
    return Layout(scaled, transpose, flip_x, flip_y, display)


def pixels(frame: VideoFrame, layout: Layout, converter: VideoReformatter) -> memoryview:
    """The displayed picture's rows of red, green, blue, without gaps."""
    width, height = layout.scaled
    picture = converter.reformat(frame, width, height, "rgb24", interpolation=Interpolation.BILINEAR)
    plane: Any = picture.planes[0]
    if plane.line_size == width * 3 and not layout.turned:
        return memoryview(plane)[: width * height * 3]
    rows = np.frombuffer(plane, dtype=np.uint8).reshape(-1, plane.line_size)[:height, : width * 3]
    image: Any = rows.reshape(height, width, 3)
    if layout.turned:
        import cv2  # noqa: PLC0415  (only for turned videos; NumPy's own way takes ten times as long)

        image = cv2.transpose(image) if layout.transpose else np.ascontiguousarray(image)
        if layout.flip_x or layout.flip_y:
            image = cv2.flip(image, -1 if layout.flip_x and layout.flip_y else int(layout.flip_x))
    return np.ascontiguousarray(image).data.cast("B")


def nearest_to_grid(
    frames: Iterator[tuple[float, Any]], rate: float | None, start: float, end: float
) -> Iterator[tuple[float, Any]]:
    """For each time ``start + k / rate`` up to ``end`` the frame nearest to it, none of them twice.

    By time and not by count, so that a variable frame rate does no harm. Without ``rate``: all frames from ``start`` to
    ``end``. Times must grow. No frame is asked for beyond what is needed.
    """
    if rate is None:
        yield from itertools.takewhile(
            lambda item: item[0] <= end, itertools.dropwhile(lambda item: item[0] < start, frames)
        )
        return
    before: tuple[float, Any] | None = None
    sent: tuple[float, Any] | None = None
    index = 0
    for item in frames:
        while (point := start + index / rate) <= min(item[0], end):
            nearest = before if before is not None and point - before[0] <= item[0] - point else item
            if nearest is not sent:
                sent = nearest
                yield nearest
            index += 1
        if start + index / rate > end:
            return
        before = item
    # The last frame also stands for a time shortly after it.
    point = start + index / rate
    if before is not None and before is not sent and point <= min(end, before[0] + 0.25 / rate):
        yield before


class Decoder:
    """One open video."""

    def __init__(self, job: Job, file: BinaryIO, output: Output) -> None:
        self.job, self.output = job, output
        options = {"format_whitelist": FORMATS, "protocol_whitelist": "none", "enable_drefs": "0"}
        self.container: Any = av.open(file, options=options, metadata_errors="ignore")
        moving = [s for s in self.container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
        if not moving:
            what = "no moving picture (sound only?)" if self.container.streams.audio else "nothing that can be played"
            raise UnreadableError(f"The file holds {what}: give the whole video of the movement.")
        self.stream: VideoStream = moving[0]
        context: Any = self.stream.codec_context
        if context is None or context.codec_tag == "encv":
            raise UnreadableError(f"The video is encrypted or of an unknown kind: {CONVERT}")
        if context.name not in CODECS:
            raise UnreadableError(f"Videos of the kind '{context.name}' aren't read: {CONVERT}")
        self._check_size(context.width, context.height)
        # One thread: the other core computes landmarks meanwhile, and several cost more altogether.
        self.stream.codec_context.thread_count = 1
        self.decoded = 0
        self._sought = False

    def _check_size(self, width: int, height: int) -> None:
        job = self.job
        if max(width, height) > job.max_side or width * height > job.max_pixels:
            raise UnreadableError(
                f"Its picture of {width} x {height} pixels is too large (limit {job.max_side} on a side and "
                f"{job.max_pixels / 1e6:.0f} million): save it at 1080p or 4K."
            )

    @property
    def duration(self) -> float | None:
        """Seconds that the file claims to last, if it does."""
        if self.stream.duration and self.stream.time_base:
            return float(self.stream.duration * self.stream.time_base)
        return self.container.duration / 1e6 if self.container.duration else None

    def frames(self) -> Iterator[tuple[float, VideoFrame]]:
        """Time since the first frame and frame, times growing; frames with a time that doesn't grow are left out."""
        first: float | None = None
        last = -math.inf
        landing = False
        step = 1.0 / float(self.stream.average_rate or 25)
        for frame in self._decoded():
            stamp: Any = frame.time  # None where the file gives no time
            if stamp is None:
                stamp = 0.0 if first is None else first + last + step
            if first is None:
                first = stamp
                landing = frame.pts is not None and self._seek(first)
                moment = 0.0
            else:
                moment = float(stamp - first)
                if landing and moment >= self.job.start:  # too late: decode everything after all
                    landing = False
                    self._seek(first, back=True)
                    continue
                landing = False
            if not moment > last:
                continue
            last = moment
            if moment > self.job.max_seconds:
                raise UnreadableError(
                    f"The video is longer than {self.job.max_seconds / 60:g} minutes: cut out the part with the test."
                )
            self.output.alive(moment)
            yield moment, frame

    def _seek(self, first: float, *, back: bool = False) -> bool:
        """Go to the last key frame before the wanted start, or back to the first frame; whether it went anywhere.

        Only in containers that keep a table of them, and only if that leaves something out.
        """
        ahead = self.job.start - SEEK_AHEAD
        if not (self.container.format.name.startswith(SEEKABLE) and ahead > SEEK_AHEAD and self.stream.time_base):
            return False
        goal = first if back else first + ahead
        try:
            self.container.seek(math.floor(goal / self.stream.time_base), stream=self.stream)
        except av.error.FFmpegError:
            return False
        self._sought = True
        return True

    def _decoded(self) -> Iterator[VideoFrame]:
        idle = 0
        for packet in self.container.demux(self.stream):
            idle += 1
            self.output.alive(0.0)
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                frames = []  # one damaged packet: the decoder picks up again at the next whole picture
            for frame in frames:
                idle = 0
                self.decoded += 1
                if not isinstance(frame, VideoFrame):
                    continue
                self._check_size(frame.width, frame.height)
                yield frame
                if self._sought:  # what else this packet gave lies before the jump
                    self._sought = False
                    break
            if idle > PACKETS_WITHOUT_FRAME:
                raise UnreadableError(f"No picture of the video can be decoded: {CONVERT}")
            if self.decoded > self.job.max_frames:
                raise UnreadableError(
                    f"The video has more than {self.job.max_frames} frames: cut out the part with the test."
                )


def run(job: Job, file: BinaryIO, output: Output, slots: Slots | None) -> None:
    """Send everything that the job asks for."""
    head = file.read(64)
    file.seek(0)
    sniff(head)
    decoder = Decoder(job, file, output)
    converter = VideoReformatter()
    layout: Layout | None = None
    shape = (0, 0)
    sent = 0
    for moment, frame in nearest_to_grid(decoder.frames(), job.rate, job.start, job.end):
        if layout is None:
            aspect = float(decoder.stream.sample_aspect_ratio or 1)
            layout = layout_of(frame, aspect if 0.1 <= aspect <= 10 else 1.0, job.long_side)
            shape = (frame.width, frame.height)
            output.send(b"I", json.dumps(facts(decoder, layout)).encode())
        elif (frame.width, frame.height) != shape:
            raise UnreadableError("The size of its picture changes on the way: record it again, or cut it there.")
        content = pixels(frame, layout, converter)
        if slots is not None:
            slots.send(output, moment, content)
        else:
            output.send(b"F", struct.pack(">d", moment), content)
        sent += 1
    if decoder.decoded == 0:
        raise UnreadableError(f"No picture of the video can be decoded: {CONVERT}")
    if decoder.decoded == 1:
        raise UnreadableError("The video has a single frame: record the movement as a video.")
    if sent == 0:
        raise UnreadableError("No frame lies between the start and the end that were asked for.")
    output.send(b"D")


def facts(decoder: Decoder, layout: Layout) -> dict[str, Any]:
    """What the reader needs to know before the first frame."""
    rate = decoder.stream.average_rate
    return {
        "width": layout.size[0],
        "height": layout.size[1],
        "display": layout.display,
        "seconds": decoder.duration,
        "rate": float(rate) if rate else None,
        "codec": decoder.stream.codec_context.name,
    }


def limit(memory: int) -> None:
    """Let the system refuse more memory than this, and more than an hour of computing, where it can."""
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Decode what the first argument says in JSON."""
    job = Job(**json.loads(sys.argv[1]))
    limit(job.max_memory)
    av.logging.set_level(None)
    with open(1, "wb", buffering=0, closefd=False) as stream, open(0, "rb", buffering=0, closefd=False) as free:
        output = Output(stream)
        try:
            slots = None if job.shared is None else Slots(job.shared, job.slots, free)
            with Path(job.path).open("rb") as file:
                run(job, file, output, slots)
        except BrokenPipeError:
            return 0  # the reader has what it wanted
        except UnreadableError as error:
            return say(output, str(error))
        except MemoryError:
            return say(output, TOO_MUCH_MEMORY)
        except (av.error.FFmpegError, ValueError, OverflowError, OSError) as error:
            if getattr(error, "errno", None) == errno.ENOMEM:
                return say(output, TOO_MUCH_MEMORY)
            return say(
                output, f"It isn't a video that can be read (broken, cut off, or another kind of file): {CONVERT}"
            )
    return 0


def say(output: Output, sentence: str) -> int:
    """Send why it can't be read."""
    with contextlib.suppress(BrokenPipeError):
        output.send(b"E", sentence.encode())
    return 1


if __name__ == "__main__":
    sys.exit(main())
