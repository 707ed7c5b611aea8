"""A body in space, from markers or from sensors, becomes a Reading."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from coxa.measure.end_range import Trial
from coxa.measure.frames import median_of
from coxa.measure.joint_angles import leg_angles
from coxa.measure.recorded import (
    NO_REST,
    START_SECONDS,
    Fault,
    Measurement,
    Signal,
    read_signal,
    recorded_test,
    rests,
    trial_start,
)
from coxa.measure.segments import Segments, of_angles, of_skeleton
from coxa.measure.skeleton import Skeleton
from coxa.measure.spatial import spatial_quantity
from coxa.model import Method, Refusal, Side, Source
from coxa.motion import Angles, FloatArray
from coxa.protocol import Protocol
from coxa.protocol.schema import RecordedTest

IN_POSITION = 0.5
"""Cosine (60°) between the vertical and the pelvis's axis that must point up (or down) in the test's position."""
STRAIGHT = {Method.MOCAP: 35.0, Method.IMU: 20.0}
"""Degrees by which a hip may be bent at the start of a movement that counts from there; the plane through the pelvis's
markers is tilted by 5 to 20° in itself."""
STILL = float(np.cos(np.radians(5.0)))
"""Cosine of the angle within which the pelvis of a person who has settled keeps for half a second."""
_LYING = ("supine", "table_end", "prone")
"""Positions outside which nothing counts: sensors are also recorded while the person lies down and gets up."""
_UP: dict[str, tuple[int, float, str]] = {
    "standing": (2, 1.0, "stand"),
    "sitting": (2, 1.0, "sit upright"),
    "supine": (0, 1.0, "lie on the back"),
    "table_end": (0, 1.0, "lie on the back"),
    "prone": (0, -1.0, "lie on the front"),
}
"""Which axis of the pelvis points up in a position (with its sign), and the position in words."""


def measure_skeleton(
    body: Skeleton, test: str, side: Side, protocol: str, knowledge: Protocol, *, instrument: str
) -> Measurement:
    """Read one test of one side from a skeleton by markers.

    Parameters
    ----------
    instrument: what recorded the markers, such as ``vicon``.

    Raises
    ------
    InputError: the test can't be read from motion capture, has no such side or protocol, or a segment is missing.
    """
    recorded = recorded_test(knowledge, test, Method.MOCAP, protocol)
    return _measured(of_skeleton(body), recorded, side, protocol, knowledge, instrument, body.source, body.log)


def measure_angles(
    angles: Angles, test: str, side: Side, protocol: str, knowledge: Protocol, *, instrument: str
) -> Measurement:
    """Read one test of one side from the joint angles of sensors, whose zero is upright standing.

    Parameters
    ----------
    angles: columns and signs of ``joint_angles``, as ``sensor_angles`` gives them.
    instrument: the sensors' name.

    Raises
    ------
    InputError: the test can't be read from motion sensors, has no such side or protocol, or a sensor is missing.
    """
    recorded = recorded_test(knowledge, test, Method.IMU, protocol)
    return _measured(of_angles(angles), recorded, side, protocol, knowledge, instrument, angles.source, angles.log)


def _measured(
    body: Segments,
    recorded: RecordedTest,
    side: Side,
    protocol: str,
    knowledge: Protocol,
    instrument: str,
    source: Source,
    log: tuple[str, ...],
) -> Measurement:
    quantity = partial(spatial_quantity, body, side)
    position = knowledge.tests[recorded.test].body_position
    angle = quantity(recorded.quantity)
    frame, within = np.arange(angle.size), _in_position(body, position)
    if within is not None:
        angle = np.where((frame >= within[0]) & (frame < within[1]), angle, np.nan)
    signal = Signal(
        times=body.times,
        angle=angle,
        quantity=quantity,
        faults=(_out_of(position),) if within is None else (),
        gate=_gate(body, side, recorded, angle),
    )
    return read_signal(
        signal,
        recorded,
        side=side,
        protocol=protocol,
        instrument=instrument,
        source=source,
        knowledge=knowledge,
        log=log,
    )


def _out_of(position: str) -> Fault:
    return Fault(
        Refusal.POSITION_LOST, f"the person did not {_UP[position][2]}; if they did, what is up was told wrongly"
    )


def _in_position(body: Segments, position: str) -> tuple[int, int] | None:
    """First frame in the test's position, and the frame after its last; ``None`` when there is none.

    Lying begins with the end of the first still half second in it and ends with the last one.
    """
    axis, sign, _ = _UP[position]
    vertical = np.einsum("fij,i->fj", body.pelvis, body.vertical)
    there = np.flatnonzero(sign * vertical[:, axis] > IN_POSITION).tolist()
    if position not in _LYING:
        return (int(there[0]), body.times.size) if there else None
    begins = next((end for first in there if (end := _still_until(body, vertical, first)) is not None), None)
    ends = next((end for first in reversed(there) if (end := _still_until(body, vertical, first)) is not None), None)
    return None if begins is None or ends is None else (begins, ends + 1)


def _still_until(body: Segments, vertical: FloatArray, first: int) -> int | None:
    """Last frame of the half second from ``first`` on, when the pelvis is still in it."""
    last = int(np.searchsorted(body.times, body.times[first] + START_SECONDS))
    if last == body.times.size or not (vertical[first : last + 1] @ vertical[first] > STILL).all():
        return None
    return last


def _gate(
    body: Segments, side: Side, recorded: RecordedTest, angle: FloatArray
) -> Callable[[Trial], tuple[Fault, ...]]:
    """Where the number counts from the trial's start, the person must rest there with straight hips."""
    sides = sorted(body.thigh) if side is Side.BOTH else [side.value]
    bends = [leg_angles(body.pelvis, body.thigh[one], None, one)[f"{one}_hip_flexion"] for one in sides]

    def faults(trial: Trial) -> tuple[Fault, ...]:
        if not recorded.zero_at_start:
            return ()
        start = trial_start(trial, body.times, angle)
        if not rests(body.times[start], angle[start]):
            return (NO_REST,)
        if not all(abs(float(median_of(bend[start]))) < STRAIGHT[recorded.method] for bend in bends):
            return (Fault(Refusal.POSITION_LOST, "the movement did not begin with the leg in line with the body"),)
        return ()

    return faults
