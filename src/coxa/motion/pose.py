"""A video becomes the landmarks of one person over time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from coxa.errors import InputError, RecordingError
from coxa.motion import weights
from coxa.motion.blazepose import LANDMARKS, BlazePose, Picture
from coxa.motion.camera import CameraShift
from coxa.motion.files import RecordingFile, open_file
from coxa.motion.pose_track import PoseTrack
from coxa.motion.recording import FloatArray, Motion
from coxa.motion.settings import Settings
from coxa.motion.tracking import Sight, Tracker
from coxa.motion.video import Video, VideoLimits

MAX_ANALYSED = 20_000
"""Frames; ten minutes at 30 Hz are 18,000."""

THREADS: dict[str, int] = {"lite": 1, "full": 1, "heavy": 2}
"""Decoding fills a core beside a small model; the heavy one gains a third from a second thread (decision 0018)."""
Progress = Callable[[float, float | None], None]
FrameCallback = Callable[[float, Picture, FloatArray], None]


def estimate_pose(
    path: str | os.PathLike[str],
    *,
    model: weights.Model = "heavy",
    rate: float | None = None,
    start: float | None = None,
    end: float | None = None,
    on_progress: Progress | None = None,
    frame_callback: FrameCallback | None = None,
    limits: VideoLimits | None = None,
) -> PoseTrack:
    """Find one person's landmarks in a video file.

    The same file, arguments and machine give the same numbers. To cancel, raise an exception from a callback (or press
    Ctrl-C): the decoding process ends before it reaches the caller.

    Parameters
    ----------
    path: a local video file.
    model: ``heavy`` is the most accurate, ``lite`` the quickest.
    rate: frames per second to analyse; ``None`` takes every frame.
    start, end: seconds from the first frame; ``None`` is the beginning and the end.
    on_progress: called after each frame with the seconds done and the seconds in all (``None``: not known).
    frame_callback: called for each frame with its time, its picture and the (33, 2) landmarks in pixels of that
        picture, which may be smaller than the video; the picture is overwritten afterwards.
    limits: where reading stops.

    Raises
    ------
    RecordingError: the video can't be read, or holds nobody; with what to do.
    UnavailableError: this machine can't run the models.
    InputError: no such model.
    """
    if model not in weights.MODELS:
        raise InputError(f"There is no pose model '{model}': choose one of {', '.join(weights.MODELS)}.")
    name = os.fspath(path)
    threads = min(os.cpu_count() or 1, THREADS[model])
    tracker, camera = Tracker(BlazePose(model, threads)), CameraShift()
    times: list[float] = []
    sights: list[Sight] = []
    shifts: list[float] = []
    with Video(path, rate=rate, start=start, end=end, limits=limits) as video:
        facts = video.facts
        last = end if facts.seconds is None else min(facts.seconds, end if end is not None else facts.seconds)
        first = start or 0.0
        for time, picture in video:
            sight = tracker.see(picture, time)
            times.append(time)
            sights.append(sight)
            shifts.append(camera.update(picture, sight.points, time))
            if len(times) > MAX_ANALYSED:
                raise RecordingError(
                    f"More than {MAX_ANALYSED} frames would be analysed: give a lower rate or a shorter part.",
                    file=name,
                )
            if frame_callback is not None:
                frame_callback(time, picture, sight.points)
            if on_progress is not None:
                on_progress(time - first, None if last is None else max(last - first, time - first))
    if all(sight.region is None for sight in sights):
        raise RecordingError("Nobody is seen in it: film the whole person, in good light.", file=name)
    motion = Motion(
        times=np.array(times),
        source=open_file(Path(path)).source(),
        names=LANDMARKS,
        positions=facts.to_display(np.stack([sight.points for sight in sights])),
        unit="px",
        confidence=np.stack([sight.visibility for sight in sights]),
        frame_size=facts.display,
        log=(_note(model, facts.rate, rate, len(times)),),
    )
    return PoseTrack(
        motion=motion,
        people=np.array([sight.people for sight in sights], dtype=np.int64),
        breaks=np.array([sight.broken for sight in sights], dtype=np.bool_),
        presence=np.array([sight.presence for sight in sights]),
        model=f"blazepose_{model}",
        camera_shift=np.array(shifts) * facts.display[0] / facts.size[0],
    )


def read_video(file: RecordingFile, _: Settings) -> Motion:
    """Landmarks of one person in a video by the most accurate model, every frame; for ``read_recording``."""
    return estimate_pose(file.path).motion


def _note(model: str, stored: float | None, rate: float | None, frames: int) -> str:
    from_rate = "" if stored is None else f" of a video with {stored:.4g} frames per second"
    wanted = "every frame" if rate is None else f"{rate:g} frames per second"
    return f"BlazePose {model} found raw landmarks in {frames} frames ({wanted}{from_rate})."
