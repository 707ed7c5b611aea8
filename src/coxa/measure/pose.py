"""A person followed through a video becomes a Reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from coxa.measure.gates import Lying, trial_faults, whole_faults
from coxa.measure.legs import with_tested_leg
from coxa.measure.planar import PLANAR, planar_body
from coxa.measure.recorded import Measurement, Signal, read_signal, recorded_test
from coxa.model import Method, Side
from coxa.motion.pose_track import PoseTrack
from coxa.protocol import Protocol

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
    signal = Signal(
        times=track.motion.times,
        angle=PLANAR[recorded.quantity](body),
        quantity=lambda quantity: PLANAR[quantity](body),
        faults=whole_faults(track),
        gate=partial(trial_faults, track, body, recorded, LYING.get(knowledge.tests[test].body_position)),
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
    return replace(measured, body=body, roll_degrees=roll_degrees)
