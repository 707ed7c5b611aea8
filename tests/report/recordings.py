"""Measurements with known angles: of a signal, and of a stick figure that lies in a video."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coxa.measure.recorded import Measurement, Signal, read_signal, recorded_test
from coxa.model import Method, Side, Source
from coxa.motion import FloatArray, Motion
from coxa.motion.blazepose import LANDMARKS
from coxa.motion.pose_track import PoseTrack
from coxa.protocol import Protocol
from coxa.protocol.schema import Quantity

SOURCE = Source(name="made.mp4", sha256="0" * 64)


def three_raises(knowledge: Protocol, *, interval: bool = True) -> Measurement:
    """Three straight leg raises to 58, 61 and 63 degrees; the knee bends in the second."""
    times = np.arange(0.0, 24.0, 0.1)
    angle = np.interp(
        times, [0, 1, 3, 5, 7, 8, 10, 12, 14, 16, 18, 20.5, 22], [0, 0, 58, 58, 0, 0, 61, 61, 0, 0, 63, 63, 1]
    )
    knee = np.interp(times, [0, 9, 10, 12, 13], [4, 4, 28, 28, 4])
    measured = _read(knowledge, Signal(times, angle, lambda q: knee if q is Quantity.KNEE_FLEXION else 0.0 * times))
    if not interval:
        return measured
    reading = measured.reading.model_copy(update={"sem": 3.0, "interval95": (54.6, 66.4)})
    return replace(measured, reading=reading)


def nothing_seen(knowledge: Protocol) -> Measurement:
    """A recording in which the angle is never known."""
    times = np.arange(0.0, 5.0, 0.1)
    return _read(knowledge, Signal(times, np.full(times.size, np.nan), lambda _: 0.0 * times))


def _read(knowledge: Protocol, signal: Signal) -> Measurement:
    return read_signal(
        signal,
        recorded_test(knowledge, "straight_leg_raise", Method.VIDEO, "supine_passive"),
        side=Side.LEFT,
        protocol="supine_passive",
        instrument="made",
        source=SOURCE,
        knowledge=knowledge,
    )


def lying_track(size: tuple[int, int], times: FloatArray, degrees: FloatArray) -> PoseTrack:
    """Somebody on their back, head at the left, whose left leg is raised by so many degrees."""
    width, height = size
    hip = np.array([0.5 * width, 0.75 * height])
    thigh = 0.18 * width
    level = np.array([1.0, 0.0])
    raised = np.stack([np.cos(np.radians(degrees)), -np.sin(np.radians(degrees))], axis=1)
    points = np.tile(hip, (times.size, len(LANDMARKS), 1))
    for column, name in enumerate(LANDMARKS):
        part = name.split("_", 1)[-1]
        way = raised if name.startswith("left") else np.tile(level, (times.size, 1))
        lengths = {"hip": 0.0, "knee": 1.0, "ankle": 2.0, "heel": 2.1, "foot_index": 2.2}
        if part in lengths:
            points[:, column] = hip + lengths[part] * thigh * way
        elif part == "shoulder":
            points[:, column] = hip - 1.1 * thigh * level
        elif column < LANDMARKS.index("left_shoulder"):
            points[:, column] = hip - (1.7 + 0.02 * column) * thigh * level
    return PoseTrack(
        motion=Motion(times=times, source=SOURCE, names=LANDMARKS, positions=points, unit="px", frame_size=size),
        model="blazepose_heavy",
        people=np.ones(times.size, dtype=np.int64),
        breaks=np.zeros(times.size, dtype=np.bool_),
        presence=np.ones(times.size),
        camera_shift=np.zeros(times.size),
    )
