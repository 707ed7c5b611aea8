"""A person followed through a video becomes a Reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from coxa.measure.end_range import Trial
from coxa.measure.gates import Lying, near_side, trial_faults, whole_faults
from coxa.measure.legs import travel, with_tested_leg
from coxa.measure.pivot import with_pivot
from coxa.measure.planar import PLANAR, PlanarBody, exchanged, planar_body
from coxa.measure.recorded import (
    NO_REST,
    Fault,
    Measurement,
    Signal,
    read_signal,
    recorded_test,
    rests,
    trial_start,
)
from coxa.model import Method, Refusal, Side
from coxa.motion import FloatArray
from coxa.motion.pose_track import PoseTrack
from coxa.protocol import Protocol
from coxa.protocol.schema import RecordedTest, TestedLeg, View

CLEARLY_AHEAD = 10.0
"""Degrees by which the leg that isn't meant would have to be further on, or to move more, for the choice to be
doubtful."""
LYING: Mapping[str, Lying] = {"supine": "supine", "table_end": "supine", "prone": "prone"}
"""How a person lies in the body positions of tests; in the others they don't."""


def measure_pose(
    track: PoseTrack, test: str, side: Side, protocol: str, knowledge: Protocol, *, roll_degrees: float = 0.0
) -> Measurement:
    """Read one test of one side from a person's landmarks.

    Parameters
    ----------
    roll_degrees: how far the picture's horizon is turned, plus when its right end is too low in the picture.

    Raises
    ------
    InputError: the test can't be read from video, has no such side or protocol, or points are missing.
    """
    recorded = recorded_test(knowledge, test, Method.VIDEO, protocol)
    body = planar_body(track.motion, side, roll_degrees=roll_degrees)
    if side is not Side.BOTH:
        body = with_tested_leg(body, recorded.quantity, recorded.tested_leg)
    turned = body if recorded.pivot is None else with_pivot(body, recorded.pivot)
    lying = LYING.get(knowledge.tests[test].body_position) if recorded.view is View.SIDE else None
    angle = PLANAR[recorded.quantity](turned)
    signal = Signal(
        times=track.motion.times,
        angle=angle,
        quantity=lambda quantity: PLANAR[quantity](body),
        faults=(*whole_faults(track), *_wrong_leg(body, recorded)),
        gate=lambda trial: (
            *trial_faults(track, body, recorded, lying, trial),
            *_no_rest(body.times, angle, recorded, trial),
        ),
    )
    measured = read_signal(
        signal,
        recorded,
        side=side,
        protocol=protocol,
        instrument=track.model,
        source=track.motion.source,
        knowledge=knowledge,
        log=track.motion.log,
    )
    reading = measured.reading
    if reading.accepted and lying is not None and near_side(track.motion, lying) is not side:
        said = f"The camera seems to stand on the other side of the body: check that {side.value} is right."
        reading = reading.model_copy(update={"warnings": (*reading.warnings, said)})
    return replace(measured, reading=reading, body=turned, roll_degrees=roll_degrees)


def _no_rest(times: FloatArray, angle: FloatArray, recorded: RecordedTest, trial: Trial) -> tuple[Fault, ...]:
    """A number that counts from the start needs a start: a recording that was cut begins somewhere on the way."""
    if not recorded.zero_at_start:
        return ()
    start = trial_start(trial, times, angle)
    return () if rests(times[start], angle[start]) else (NO_REST,)


def _wrong_leg(body: PlanarBody, recorded: RecordedTest) -> list[Fault]:
    """Another leg than the one that is meant was moved, or nobody can tell which is meant.

    From the side, a leg that was held up all the time moves less than the other one sways. From the front and above
    the labels name the leg, and a mirrored picture or the wrong side exchanges them.
    """
    quantity = PLANAR[recorded.quantity]
    tested, other = quantity(body), quantity(exchanged(body, np.ones(body.times.size, dtype=np.bool_)))
    if not (np.isfinite(tested).any() and np.isfinite(other).any()):
        return []
    if recorded.tested_leg is TestedLeg.NAMED:
        if recorded.view is View.SIDE or travel(other) - travel(tested) <= CLEARLY_AHEAD:
            return []
        return [
            Fault(Refusal.POSITION_LOST, "the other leg moved: is this the right side, and the picture not mirrored?")
        ]
    if recorded.tested_leg is not TestedLeg.MOVES:
        return []
    end = -1.0 if recorded.end == "lowest" else 1.0
    ahead = float(np.nanmedian(end * other)) - float(np.nanpercentile(end * tested, 98.0))
    if ahead <= CLEARLY_AHEAD:
        return []
    return [Fault(Refusal.NOT_HELD, "the other leg was further all the time: record from rest to the end")]
