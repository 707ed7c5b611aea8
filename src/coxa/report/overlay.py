"""A video of what was measured, drawn on the pictures that were analysed.

It is the only video that Coxa ever stores, and only when it is asked for; heads are hidden in it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np
import numpy.typing as npt

from coxa.errors import InputError, OutputError, RecordingError
from coxa.measure.planar import PlanarBody
from coxa.measure.recorded import Measurement
from coxa.motion import FloatArray
from coxa.motion.pose_track import PoseTrack
from coxa.motion.video import Video, VideoFacts
from coxa.report.angle_drawing import (
    DARK,
    DRAWN,
    TEAL,
    WARM,
    WHITE,
    Colour,
    draw_arc,
    draw_dashes,
    draw_joint,
    draw_line,
    draw_words,
    words_width,
)
from coxa.report.measurement_words import in_degrees, why_not
from coxa.report.privacy import Privacy

LONG_SIDE = 1280
SAME_TIME_SECONDS = 1e-3
"""Landmarks from a table have times in milliseconds."""
_CLOCK = 90_000
_QUALITY = {"crf": "21", "preset": "veryfast", "movflags": "faststart"}

Picture = npt.NDArray[np.uint8]
Progress = Callable[[int, int], None]


def write_overlay(  # noqa: PLR0913  (the part of the video is told as to estimate_pose)
    path_in: str | os.PathLike[str],
    path_out: str | os.PathLike[str],
    measurement: Measurement,
    track: PoseTrack,
    *,
    rate: float | None = None,
    start: float | None = None,
    end: float | None = None,
    hide_heads: bool = True,
    on_progress: Progress | None = None,
) -> None:
    """Read a video again and write its analysed pictures as MP4 (H.264) with what was measured drawn on them.

    The tested leg that was found, the angle with its arc and number, where it was held, and why something doesn't
    count. Each picture is the one of its landmarks, by time. A file is written in full or not at all, also on Ctrl-C.

    Parameters
    ----------
    measurement, track: what ``measure_pose`` made of the track, and the track.
    rate, start, end: as they were given to ``estimate_pose``.
    hide_heads: heads are made unrecognisable, as far as landmarks tell where they are (``privacy.py``).
    on_progress: called after each picture with the pictures done and the pictures in all.

    Raises
    ------
    InputError: the measurement isn't one of a person in a video, or both files are one.
    RecordingError: the video can't be read, or its pictures aren't those that were measured.
    OutputError: the file can't be written.
    """
    source, goal = Path(path_in), Path(path_out)
    if goal.exists() and source.exists() and goal.samefile(source):
        raise InputError(f"{goal} is the video itself: choose another name for the overlay.")
    if measurement.body is None:
        raise InputError("an overlay is drawn on a video of a person; this measurement is of another kind.")
    times = track.motion.times
    with Video(source, rate=rate, start=start, end=end, long_side=LONG_SIDE) as video:
        overlay = Overlay(measurement, measurement.body, track, video.facts, hide_heads=hide_heads)
        with OverlayWriter(goal, video.facts.size, track.motion.rate or 1.0) as writer:
            frame = 0
            for time, picture in video:
                if frame == times.size or abs(time - times[frame]) > SAME_TIME_SECONDS:
                    raise _others(source)
                drawn = picture.copy()
                overlay.draw(drawn, frame)
                writer.add(time, drawn)
                frame += 1
                if on_progress is not None:
                    on_progress(frame, times.size)
            if frame != times.size:
                raise _others(source)


def _others(source: Path) -> RecordingError:
    return RecordingError(
        "Its pictures aren't those that were measured: it was changed since, or is read at another rate.",
        file=os.fspath(source),
    )


class OverlayWriter:
    """An MP4 file that grows picture by picture; it appears under its name when the block ends without an error.

    Parameters
    ----------
    path: the file; an older one is replaced.
    size: width and height of the pictures; an odd last row or column is left out, because H.264 wants even sizes.
    rate: pictures per second, about; each picture keeps its own time.
    """

    def __init__(self, path: Path, size: tuple[int, int], rate: float) -> None:
        self.path = path
        self._width, self._height = (side - side % 2 for side in size)
        self._rate = Fraction(rate).limit_denominator(1000)
        self._made: Path | None = None

    def __enter__(self) -> Self:
        try:
            if self.path.is_dir():
                raise OutputError(f"{self.path} is a folder; give the name of a file.")
            self.path.parent.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(prefix=".coxa-", suffix=".mp4", dir=self.path.parent)
            os.close(number)
            self._made = Path(name)
            self._file = av.open(name, "w", format="mp4")
            self._stream = self._file.add_stream("libx264", rate=self._rate, options=_QUALITY)
            self._stream.width, self._stream.height, self._stream.pix_fmt = self._width, self._height, "yuv420p"
            self._stream.codec_context.time_base = Fraction(1, _CLOCK)
        except (OSError, ValueError, av.FFmpegError) as error:
            self._discard()
            raise self._failed(error) from None
        return self

    def add(self, time: float, picture: Picture) -> None:
        """Write a (height, width, 3) picture, red, green, blue, to be shown from ``time`` (seconds) on."""
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[: self._height, : self._width]), format="rgb24")
        frame.pts, frame.time_base = round(time * _CLOCK), Fraction(1, _CLOCK)
        try:
            self._file.mux(self._stream.encode(frame))
        except (OSError, av.FFmpegError) as error:
            raise self._failed(error) from None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            with contextlib.suppress(Exception):
                self._file.close()
            self._discard()
            return
        try:
            self._file.mux(self._stream.encode(None))
            self._file.close()
            assert self._made is not None
            self._made.chmod(0o600)  # a video of somebody: for its owner's eyes
            self._made.replace(self.path)
            self._made = None
        except (OSError, av.FFmpegError) as error:
            raise self._failed(error) from None
        finally:
            self._discard()

    def _discard(self) -> None:
        if self._made is not None:
            self._made.unlink(missing_ok=True)

    def _failed(self, error: Exception) -> OutputError:
        return OutputError(f"{self.path} can't be written ({getattr(error, 'strerror', None) or error}).")


@dataclass(frozen=True)
class _State:
    """What is said about a frame, and whether that is good news."""

    words: str
    good: bool


class Overlay:
    """Draws a measurement on the pictures it comes from.

    Parameters
    ----------
    facts: of the video as it is read now; its pictures may be smaller than the displayed video.
    """

    def __init__(
        self, measurement: Measurement, body: PlanarBody, track: PoseTrack, facts: VideoFacts, *, hide_heads: bool
    ) -> None:
        self._measurement = measurement
        self._drawn = DRAWN.get(measurement.recorded.quantity)
        turn = _turn(measurement.roll_degrees)
        scale = np.array(facts.size) / np.array(facts.display)

        def in_picture(points: FloatArray) -> FloatArray:
            moved: FloatArray = (points + 0.5) * scale - 0.5  # what VideoFacts.to_display does, backwards
            return moved

        self._tested = {name: in_picture(points @ turn) for name, points in body.tested.items()}
        other = {name: in_picture(points @ turn) for name, points in body.other.items()}
        self._trunk = [0.5 * (self._tested[name] + other[name]) for name in ("shoulder", "hip")]
        self._reference = None if self._drawn is None else self._drawn.reference(body) @ turn * scale
        self._unit = max(max(facts.size) / 640.0, 0.5)
        self._states = _states(measurement)
        self._numbered = measurement.reading.value is not None  # what is refused has no number
        self._privacy = Privacy(track, in_picture(track.motion.positions), max(facts.size)) if hide_heads else None

    def draw(self, picture: Picture, frame: int) -> None:
        """Hide what must not be seen in a frame's picture and draw the measurement on it, in place."""
        if self._privacy is not None:
            self._privacy.hide(picture, frame)
        state = self._states[frame]
        colour = WARM if state is not None and not state.good else TEAL
        wide = max(round(2 * self._unit), 1)
        draw_line(picture, self._trunk[0][frame], self._trunk[1][frame], WHITE, max(wide // 2, 1))
        for first, second in (("hip", "knee"), ("knee", "ankle")):
            draw_line(picture, self._tested[first][frame], self._tested[second][frame], colour, wide + 1)
        for name in ("hip", "knee", "ankle"):
            draw_joint(picture, self._tested[name][frame], colour, wide + 2)
        self._angle(picture, frame, with_number=self._numbered and (state is None or state.good))
        if state is not None:
            self._banner(picture, state.words, colour)

    def _angle(self, picture: Picture, frame: int, *, with_number: bool) -> None:
        value = self._measurement.angle[frame]
        if self._drawn is None or self._reference is None or not np.isfinite(value):
            return
        vertex, tip = self._tested[self._drawn.vertex][frame], self._tested[self._drawn.tip][frame]
        reference = self._reference[frame]
        length = float(np.linalg.norm(tip - vertex))
        if not (np.isfinite([vertex, tip, reference]).all() and length > 0 and np.linalg.norm(reference) > 0):
            return
        wide = max(round(1.5 * self._unit), 1)
        draw_dashes(picture, vertex, vertex + 0.8 * length * reference / np.linalg.norm(reference), WHITE, wide)
        draw_dashes(picture, vertex, tip, WHITE, wide)
        beside = draw_arc(picture, vertex, reference, tip - vertex, 0.36 * length, wide)
        if with_number:
            draw_words(picture, in_degrees(float(value) - self._measurement.zero), beside, round(26 * self._unit))

    def _banner(self, picture: Picture, words: str, colour: Colour) -> None:
        """Words on a dark strip at the lower edge, as small as they must be to fit."""
        pixels = max(round(20 * self._unit), 9)
        lines = textwrap.wrap(words, max(int(0.92 * len(words) * picture.shape[1] / words_width(words, pixels)), 8))
        step = round(1.35 * pixels)
        top = max(picture.shape[0] - step * len(lines) - pixels // 2, 0)
        strip = picture[top:]
        strip[:] = (0.25 * strip + 0.75 * np.array(DARK)).astype(np.uint8)
        strip[: max(round(2 * self._unit), 1)] = colour
        for number, line in enumerate(lines):
            middle = np.array([0.5 * picture.shape[1], top + pixels / 4 + step * (number + 0.55)])
            draw_words(picture, line, middle, pixels)


def _turn(roll_degrees: float) -> FloatArray:
    """The matrix by which ``planar_body`` turns pixels upright; it mirrors y, so it is its own inverse."""
    roll = np.radians(roll_degrees)
    return np.array([[np.cos(roll), np.sin(roll)], [np.sin(roll), -np.cos(roll)]])


def _states(measurement: Measurement) -> list[_State | None]:
    """Per frame what there is to say: why there is no number, which trial doesn't count, or that it is held."""
    whole = None
    if measurement.faults and measurement.reading.value is None:
        whole = _State("No number: " + "; ".join(fault.say for fault in measurement.faults), good=False)
    states: list[_State | None] = [whole] * measurement.times.size
    for one in measurement.trials:
        trial = one.trial
        if one.faults:
            said, first = _State(f"Not counted: {why_not(one)}", good=False), trial.rise
        elif measurement.reading.value is None:
            continue
        else:
            held = "Held" if trial.held_seconds else "End of the movement"
            said, first = _State(f"{held}: {in_degrees(trial.value)}", good=True), trial.start
        states[first : trial.end] = [said] * (trial.end - first)
    return states
