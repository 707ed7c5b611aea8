"""A body in space, from markers or from sensors, becomes a Reading."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from coxa.measure.end_range import Trial
from coxa.measure.frames import median_of
from coxa.measure.joint_angles import leg_angles
from coxa.measure.recorded import Fault, Measurement, Signal, read_signal, recorded_test, trial_start
from coxa.measure.segments import Segments, of_angles, of_skeleton
from coxa.measure.skeleton import Skeleton
from coxa.measure.spatial import spatial_quantity
from coxa.model import Method, Refusal, Side, Source
from coxa.motion import Angles, FloatArray
from coxa.protocol import Protocol
from coxa.protocol.schema import RecordedTest

IN_POSITION = 0.5
"""Cosine (60°) between the vertical and the pelvis's axis that must point up (or down) at a trial's start."""
STRAIGHT = 35.0
"""Degrees by which a hip may be bent at the start of a movement that counts from there; the plane through the pelvis's
markers is tilted by 5 to 20° in itself."""
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
    signal = Signal(
        times=body.times,
        angle=quantity(recorded.quantity),
        quantity=quantity,
        faults=_never_in(body, position),
        gate=_gate(body, side, recorded, position),
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


def _points_up(body: Segments, position: str) -> FloatArray:
    axis, sign, _ = _UP[position]
    return sign * body.upwards(body.pelvis[..., axis])


def _out_of(position: str) -> Fault:
    return Fault(
        Refusal.POSITION_LOST, f"the person did not {_UP[position][2]}; if they did, what is up was told wrongly"
    )


def _never_in(body: Segments, position: str) -> tuple[Fault, ...]:
    up = _points_up(body, position)
    there = up[np.isfinite(up)]
    return (_out_of(position),) if there.size and not (there > IN_POSITION).any() else ()


def _gate(body: Segments, side: Side, recorded: RecordedTest, position: str) -> Callable[[Trial], tuple[Fault, ...]]:
    """What a trial must fulfil at its start: the test's position and, where it counts from there, straight hips."""
    up = _points_up(body, position)
    sides = sorted(body.thigh) if side is Side.BOTH else [side.value]
    bends = [leg_angles(body.pelvis, body.thigh[one], None, one)[f"{one}_hip_flexion"] for one in sides]

    def faults(trial: Trial) -> tuple[Fault, ...]:
        start = trial_start(trial, body.times)
        found = []
        if not float(median_of(up[start])) > IN_POSITION:
            found.append(_out_of(position))
        if recorded.zero_at_start and not all(abs(float(median_of(bend[start]))) < STRAIGHT for bend in bends):
            found.append(Fault(Refusal.POSITION_LOST, "the movement did not begin with the leg in line with the body"))
        return tuple(found)

    return faults
