"""An ordinary video file becomes pictures over time; decoding happens in a process of its own (``decoder.py``).

Pictures are handed over as they are displayed: rotation metadata applied, pixels square, at most ``LONG_SIDE`` pixels
on the longer side. Times count from the first frame, in seconds, from the presentation times in the file and not from a
frame number, so that a variable frame rate does no harm.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import queue
import stat
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

import numpy as np
import numpy.typing as npt

from coxa.errors import RecordingError
from coxa.motion.files import RecordingFile
from coxa.motion.shared_frames import SLOTS, SharedFrames, shared_frames

Picture = npt.NDArray[np.uint8]

LONG_SIDE = 1920
"""Larger pictures are handed over smaller. The models look at 256 x 256 pixels around the person."""
_MAX_TEXT = 10_000
_PIPE_SIZE = 1024 * 1024
_QUEUED = 2
_HEAD = struct.Struct(">cI")
_TIME = struct.Struct(">d")
# glibc would give each frame's memory back and fetch it anew, at the price of converting the frame twice over.
_KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 30)}
_DECODER = Path(__file__).with_name("decoder.py")


@dataclass(frozen=True)
class VideoLimits:
    """Where reading stops, so that no file can take the machine.

    Parameters
    ----------
    bytes: size of the file.
    side, pixels: of the stored picture.
    seconds: of the video.
    frames: decoded, also those that aren't asked for.
    memory: of the decoding process, in bytes (not on Windows; macOS applies it loosely).
    wait: seconds without any sign of life of the decoding process.
    wait_total: seconds spent waiting for it altogether.
    """

    bytes: int = 2 * 1024**3
    side: int = 8192
    pixels: int = 40_000_000
    seconds: float = 600.0
    frames: int = 150_000
    memory: int = 3 * 1024**3
    wait: float = 20.0
    wait_total: float = 600.0


@dataclass(frozen=True)
class VideoFacts:
    """What is known before the first frame.

    Parameters
    ----------
    size: width and height of the pictures that are handed over.
    display: width and height of the displayed video at full size, in pixels.
    seconds: how long the file claims to last, if it does.
    rate: mean frames per second as the file claims, if it does.
    codec: name of the codec.
    """

    size: tuple[int, int]
    display: tuple[int, int]
    seconds: float | None
    rate: float | None
    codec: str

    def to_display(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Points (..., 2) in a handed-over picture, in pixels of the displayed video (pixel centres are whole)."""
        factor = np.array([self.display[0] / self.size[0], self.display[1] / self.size[1]])
        return np.asarray((points + 0.5) * factor - 0.5, dtype=np.float64)


class Video:
    """The frames of a video file; a context manager, so that the decoding process never stays behind.

    Parameters
    ----------
    path: a local file.
    rate: wanted frames per second: for each time on that grid the nearest frame; ``None`` gives every frame.
    start, end: seconds from the first frame; ``None`` is the beginning and the end.
    limits: where reading stops.
    long_side: pixels on the longer side above which pictures are made smaller.

    Raises
    ------
    RecordingError: not a video, broken, too large ... , with what to do; on entry, or between two frames.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        rate: float | None = None,
        start: float | None = None,
        end: float | None = None,
        limits: VideoLimits | None = None,
        long_side: int = LONG_SIDE,
    ) -> None:
        self.path = Path(path)
        self.name = os.fspath(path)
        self.limits = limits or VideoLimits()
        self._check_window(rate, start, end)
        self._job: dict[str, Any] = {
            "path": str(self.path.absolute()),
            "rate": rate,
            "start": start or 0.0,
            "end": end if end is not None else self.limits.seconds + 1.0,
            "max_side": self.limits.side,
            "max_pixels": self.limits.pixels,
            "max_seconds": self.limits.seconds,
            "max_frames": self.limits.frames,
            "max_memory": self.limits.memory,
            "long_side": long_side,
        }
        self._messages: queue.Queue[tuple[bytes, Picture]] = queue.Queue(_QUEUED)
        self._stopped = threading.Event()
        self._waited = 0.0

    def _check_window(self, rate: float | None, start: float | None, end: float | None) -> None:
        if rate is not None and not 0.1 <= rate <= 1000:
            raise self._error("The wanted frame rate must lie between 0.1 and 1000 frames per second.")
        first, last = start or 0.0, math.inf if end is None else end
        if not 0 <= first < last:
            raise self._error("The wanted part must begin at 0 s or later and end after it begins.")

    def __enter__(self) -> Self:
        self._check_file()
        self._shared = shared_frames(3 * self._job["long_side"] ** 2)
        try:
            self._process = _start(self._job, self._shared)
        finally:
            if self._shared is not None:
                self._shared.close_file()
        self._reader = threading.Thread(target=self._read, name="coxa-video", daemon=True)
        self._reader.start()
        if self._shared is not None:
            self._free(*range(SLOTS))
        try:
            kind, content = self._next()
            if kind != b"I":
                raise self._broken()
            self.facts = self._facts(content)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the decoding process, whatever it does."""
        self._stopped.set()
        self._process.kill()
        self._process.wait()
        self._reader.join(5.0)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def __iter__(self) -> Iterator[tuple[float, Picture]]:
        """Time in seconds and (height, width, 3) red, green, blue, which lasts until the next: copy it to keep it."""
        width, height = self.facts.size
        length = width * height * 3
        while True:
            kind, content = self._next()
            if kind == b"D":
                return
            used: int | None = None
            if kind == b"S" and self._shared is not None and len(content) == _TIME.size + 1 and content[-1] < SLOTS:
                used = int(content[-1])
                rows = self._shared.slot(used, length)
            elif kind == b"F" and len(content) == _TIME.size + length:
                rows = content[_TIME.size :]
            else:
                raise self._broken()
            (moment,) = _TIME.unpack(content[: _TIME.size].tobytes())
            yield moment, rows.reshape(height, width, 3)
            if used is not None:
                self._free(used)

    # --- what goes on behind ---

    def _free(self, *slots: int) -> None:
        """Let the decoding process fill these slots; it may have ended, then its last message says why."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(bytes(slots))

    def _check_file(self) -> None:
        try:
            status = self.path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise self._error("It isn't an ordinary file.")
            with self.path.open("rb"):
                pass
        except (OSError, ValueError) as error:
            raise self._error(f"It can't be opened ({getattr(error, 'strerror', None) or error}).") from None
        if status.st_size == 0:
            raise self._error("The file is empty.")
        if status.st_size > self.limits.bytes:
            raise self._error(
                f"The file is larger than {self.limits.bytes / 1024**3:.1f} GB: cut out the part with the test, or "
                "save it at 1080p."
            )

    def _next(self) -> tuple[bytes, Picture]:
        """The next message that isn't a sign of life."""
        while True:
            since = time.monotonic()
            try:
                kind, content = self._messages.get(timeout=self.limits.wait)
            except queue.Empty:
                raise self._error("Decoding it stands still: convert it to MP4 (H.264) and try again.") from None
            self._waited += time.monotonic() - since
            if self._waited > self.limits.wait_total:
                raise self._error("Decoding it takes too long: cut out the part with the test, or save it at 1080p.")
            if kind == b"E":
                raise self._error(content.tobytes().decode("utf-8", "replace"))
            if kind == b"":
                raise self._broken()
            if kind != b"A":
                return kind, content

    def _read(self) -> None:
        """Pass messages on as they come, at most a few ahead; in a thread of its own."""
        stream = self._process.stdout
        assert stream is not None
        largest = 3 * self._job["long_side"] ** 2 + _TIME.size
        # One is filled, some wait, one is looked at: used in turn, because fresh memory for each would cost more than
        # reading into it.
        ring = [np.empty(0, dtype=np.uint8) for _ in range(_QUEUED + 3)]
        kind, turn = b"A", 0
        while kind not in (b"", b"D", b"E") and not self._stopped.is_set():
            head = stream.read(_HEAD.size)
            kind, length = _HEAD.unpack(head) if len(head) == _HEAD.size else (b"", 0)
            if length > (largest if kind == b"F" else _MAX_TEXT):
                kind, length = b"", 0
            turn = (turn + 1) % len(ring)
            if ring[turn].size != length:
                ring[turn] = np.empty(length, dtype=np.uint8)
            if not _fill(stream, ring[turn].data):
                kind = b""
            self._put((kind, ring[turn]))

    def _put(self, message: tuple[bytes, Picture]) -> None:
        while not self._stopped.is_set():
            try:
                return self._messages.put(message, timeout=0.2)
            except queue.Full:
                continue

    def _facts(self, content: Picture) -> VideoFacts:
        raw = json.loads(content.tobytes())
        size, display = (int(raw["width"]), int(raw["height"])), (int(raw["display"][0]), int(raw["display"][1]))
        if not (min(size) >= 2 and max(size) <= self._job["long_side"] and min(display) >= 1):
            raise self._broken()
        return VideoFacts(size=size, display=display, seconds=raw["seconds"], rate=raw["rate"], codec=str(raw["codec"]))

    def _broken(self) -> RecordingError:
        return self._error(
            "The decoder gave up on it (it is broken, or it needs too much memory): convert it to MP4 (H.264) at 1080p."
        )

    def _error(self, sentence: str) -> RecordingError:
        return RecordingError(sentence, file=self.name)


def _start(job: dict[str, Any], shared: SharedFrames | None) -> subprocess.Popen[bytes]:
    """Start the decoder: with this Python's libraries, apart from the terminal (so that Ctrl-C is ours to handle)."""
    memory = {"shared": None if shared is None else shared.file, "slots": SLOTS}
    process = subprocess.Popen(
        [sys.executable, "-P", str(_DECODER), json.dumps({**job, **memory})],
        stdin=subprocess.DEVNULL if shared is None else subprocess.PIPE,
        pass_fds=() if shared is None else (shared.file,),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **_KEEP_MEMORY, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
        start_new_session=True,
        bufsize=0,
    )
    if sys.platform == "linux" and process.stdout is not None:
        import fcntl  # noqa: PLC0415  (not on Windows)

        with contextlib.suppress(OSError):  # a larger pipe is quicker, and not always granted
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
    return process


def _fill(stream: IO[bytes], room: memoryview) -> bool:
    """Read until ``room`` is full; whether it came to that."""
    while room:
        count = stream.readinto(room)  # type: ignore[attr-defined]  # a raw pipe has it
        if not count:
            return False
        room = room[count:]
    return True


def looks_like_video(file: RecordingFile) -> bool:
    """Whether the first bytes are those of a video container: MP4 and MOV, Matroska and WebM, AVI."""
    head = file.head
    return head[4:8] == b"ftyp" or head[:4] == b"\x1aE\xdf\xa3" or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
