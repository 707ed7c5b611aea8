"""Made people who do every test of the hip, as markers and as the columns of sensors."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from _pytest.mark import ParameterSet
from scipy.spatial.transform import Rotation

from coxa.measure.lab import measure_angles, measure_skeleton
from coxa.measure.markers import recognise
from coxa.measure.recorded import Measurement
from coxa.measure.skeleton import Skeleton, skeleton
from coxa.model import Method, Side, Source
from coxa.motion import Angles
from coxa.protocol import load_protocol
from tests.measure import walker
from tests.measure.walker import Array

KNOWLEDGE = load_protocol()
RATE = 50.0
OTHER = {"left": "right", "right": "left", "both": "both"}
Pose = Mapping[str, float]


@dataclass(frozen=True)
class Case:
    """A test as a made person does it.

    ``rest`` and ``end`` name angles in the product's columns, ``s`` for the tested side and ``o`` for the other;
    ``pelvis_obliquity`` is given as tested side up, the trunk's tilt as in standing.
    """

    test: str
    protocol: str
    rest: Pose
    end: Pose
    number: float
    hold: float = 1.5
    first: float = 2.0


def _straight_and_bent(way: str, rest: float, end: float) -> list[Case]:
    turned = {"pelvis_tilt": -90.0, "o_hip_adduction": -25.0 if way == "adduction" else 0.0}
    sign = 1.0 if way == "adduction" else -1.0
    return [
        Case(
            f"hip_{way}_knee_{knee}",
            f"supine_knee_{knee}",
            {**turned, "s_hip_adduction": sign * rest, "s_knee_flexion": bend},
            {**turned, "s_hip_adduction": sign * end, "s_knee_flexion": bend, "pelvis_rotation": 4.0},
            end,
        )
        for knee, bend in (("straight", 3.0), ("bent", 85.0))
    ]


def _rotation(way: str, end: float) -> list[Case]:
    sign = 1.0 if way == "internal" else -1.0
    seated = {"pelvis_tilt": -5.0, "s_hip_flexion": 85.0, "o_hip_flexion": 85.0, "s_hip_adduction": -6.0}
    seated |= {"s_knee_flexion": 88.0, "o_knee_flexion": 90.0}
    prone = {"pelvis_tilt": 90.0, "s_knee_flexion": 92.0}
    return [
        Case(
            f"hip_{way}_rotation_{angle}",
            protocol,
            {**pose, "s_hip_rotation": 2.0},
            {**pose, "s_hip_rotation": sign * end},
            end,
        )
        for angle, protocol, pose in (("90", "seated_90", seated), ("0", "prone_0", prone))
    ]


def _thomas(protocol: str, knee: float, outwards: float) -> Case:
    """The thigh ends 14° below level in the plane along the body, so less when it also points outwards."""
    pose = {"pelvis_tilt": -95.0, "o_hip_flexion": 120.0, "s_knee_flexion": knee, "s_hip_adduction": -outwards}
    below = math.degrees(math.asin(math.cos(math.radians(outwards)) * math.sin(math.radians(-14.0))))
    ends = {"s_hip_flexion": -19.0}
    return Case("modified_thomas_hip", protocol, {**pose, "s_hip_flexion": 55.0}, {**pose, **ends}, below, 3.0, 0.4)


HANGS = {"pelvis_tilt": -95.0, "o_hip_flexion": 120.0, "s_hip_flexion": -19.0}
STANDS = {"pelvis_tilt": 10.0, "trunk_tilt": 3.0}
CASES = [
    # supine at a tilt of t, the thigh is flexion - t - 90 above level; prone t - flexion - 90
    *(
        Case(
            "straight_leg_raise",
            protocol,
            {"pelvis_tilt": -85.0, "s_hip_flexion": 5.0, "o_hip_flexion": 5.0, "s_knee_flexion": 2.0},
            {"pelvis_tilt": -95.0, "s_hip_flexion": 67.0, "o_hip_flexion": -5.0, "s_knee_flexion": 6.0},
            72.0,
        )
        for protocol in ("supine_passive", "supine_active")
    ),
    Case(
        "active_knee_extension",
        "supine_90_90",
        {"pelvis_tilt": -88.0, "s_hip_flexion": 94.0, "s_knee_flexion": 95.0},
        {"pelvis_tilt": -88.0, "s_hip_flexion": 94.0, "s_knee_flexion": 28.0},
        28.0,
    ),
    _thomas("pelvis_held", 80.0, 0.0),
    _thomas("pelvis_held_knee_straight", 10.0, 0.0),
    _thomas("pelvis_held_abducted", 80.0, 25.0),
    Case(
        "modified_thomas_knee",
        "pelvis_held",
        {**HANGS, "s_knee_flexion": 20.0},
        {**HANGS, "s_knee_flexion": 78.0},
        78.0,
        3.0,
        0.4,
    ),
    Case(
        "modified_thomas_abduction",
        "pelvis_held",
        HANGS,
        {**HANGS, "s_hip_adduction": -17.0},
        17.0,
        3.0,
        0.4,
    ),
    Case(
        "prone_knee_bend",
        "prone_pelvis_held",
        {"pelvis_tilt": 88.0, "s_hip_flexion": -2.0, "s_knee_flexion": 5.0},
        {"pelvis_tilt": 92.0, "s_hip_flexion": 2.0, "s_knee_flexion": 125.0},
        125.0,
    ),
    Case(
        "hip_extension_prone",
        "prone_knee_straight",
        {"pelvis_tilt": 88.0, "s_hip_flexion": -2.0, "s_knee_flexion": 4.0},
        {"pelvis_tilt": 91.0, "s_hip_flexion": -13.0, "s_knee_flexion": 4.0},
        14.0,
    ),
    Case(
        "hip_flexion_knee_bent",
        "supine_passive",
        {"pelvis_tilt": -86.0, "trunk_tilt": -92.0, "s_hip_flexion": 4.0, "o_hip_flexion": 4.0},
        {
            "pelvis_tilt": -106.0,
            "trunk_tilt": -92.0,
            "s_hip_flexion": 108.0,
            "o_hip_flexion": -16.0,
            "s_knee_flexion": 120.0,
        },
        124.0,
    ),
    *_rotation("internal", 33.0),
    *_rotation("external", 41.0),
    *_straight_and_bent("abduction", 0.0, 38.0),
    *_straight_and_bent("adduction", -15.0, 24.0),
    Case(
        "weight_bearing_lunge",
        "knee_to_wall",
        {"pelvis_tilt": 10.0, "s_hip_flexion": 10.0},
        {"pelvis_tilt": 10.0, "s_hip_flexion": 40.0, "s_knee_flexion": 68.0},
        38.0,
    ),
    Case(
        "single_leg_stance",
        "standing_30_seconds",
        {"pelvis_tilt": 10.0, "pelvis_obliquity": 2.0},
        {"pelvis_tilt": 10.0, "pelvis_obliquity": 8.5, "o_knee_flexion": 60.0},
        6.5,
        7.0,
    ),
    # both hips: the trunk's tilt less the pelvis's and plus the mean of the flexions, since standing
    Case(
        "hip_hinge",
        "waiters_bow",
        {**STANDS, "left_hip_flexion": 8.0, "right_hip_flexion": 12.0},
        {"pelvis_tilt": 45.0, "trunk_tilt": 60.0, "left_hip_flexion": 50.0, "right_hip_flexion": 54.0},
        64.0,
    ),
    Case(
        "deep_squat",
        "feet_shoulder_width",
        {**STANDS, "left_hip_flexion": 10.0, "right_hip_flexion": 10.0},
        {
            "pelvis_tilt": 20.0,
            "trunk_tilt": 40.0,
            "left_hip_flexion": 90.0,
            "right_hip_flexion": 94.0,
            "left_knee_flexion": 110.0,
            "right_knee_flexion": 110.0,
        },
        109.0,
    ),
]
IMU_TESTS = {entry.test for entry in KNOWLEDGE.recordings.values() if entry.method is Method.IMU}


def ways(cases: list[Case]) -> list[ParameterSet]:
    """Each case with the sides that its test has."""
    return [
        pytest.param(case, side, id=f"{case.test}-{case.protocol}-{side}")
        for case in cases
        for side in (("left", "right") if KNOWLEDGE.tests[case.test].sided else ("both",))
    ]


WAYS = ways(CASES)
BY_SENSORS = ways([case for case in CASES if case.test in IMU_TESTS])


def case_of(test: str) -> Case:
    return next(case for case in CASES if case.test == test)


def course(case: Case, side: str, end: Pose | None = None, repeats: int = 2) -> dict[str, Array]:
    """Rest, a slow rise, a hold and back; ``end`` changes the end position."""
    ends = {**case.end, **(end or {})}
    names = sorted({*case.rest, *ends})
    far = max(abs(ends.get(name, 0.0) - case.rest.get(name, 0.0)) for name in names)
    rise = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, round(max(1.0, far / 35.0) * RATE)))
    hold, rest = np.ones(round(case.hold * RATE)), np.zeros(round(case.first * RATE))
    part = np.concatenate([rest, *[rise, hold, rise[::-1], np.zeros(40)] * repeats])
    if case.hold > case.first:  # a position that is found by its being the longest held
        part = np.concatenate([rest, rise, hold])
    mirrored = -1.0 if side == "right" else 1.0
    out = {}
    for name in names:
        sign = mirrored if name in ("pelvis_obliquity", "pelvis_rotation") else 1.0
        values = sign * (case.rest.get(name, 0.0) + part * (ends.get(name, 0.0) - case.rest.get(name, 0.0)))
        out[name.replace("s_", f"{side}_", 1) if name.startswith("s_") else _other(name, side)] = values
    return out


def _other(name: str, side: str) -> str:
    return name.replace("o_", f"{OTHER[side]}_", 1) if name.startswith("o_") else name


def marked(known: Mapping[str, Array], room: Rotation | None = None, trunk: bool = True) -> dict[str, Array]:
    """Markers of the person, the trunk's with an axis that is 12° off the trunk's own."""
    frames = len(next(iter(known.values())))
    markers = walker.plug_in_gait(known, room=room)
    if trunk:
        zero = np.zeros(frames)
        turns = np.stack([known.get("pelvis_rotation", zero), known.get("trunk_tilt", zero) + 12.0], axis=-1)
        turned = Rotation.from_euler("ZY", turns, degrees=True)
        turned = turned if room is None else room * turned
        places = {"C7": (-0.08, 0, 0.5), "T10": (-0.08, 0, 0.2), "CLAV": (0.08, 0, 0.5), "STRN": (0.08, 0, 0.2)}
        markers |= {name: turned.apply(place) for name, place in places.items()}
    return markers


def recorded(markers: Mapping[str, Array], up: tuple[float, float, float] = (0.0, 0.0, 1.0)) -> Skeleton:
    """The way of a file: points, the set that their names tell, the skeleton."""
    made = walker.motion(markers, up)
    made = dataclasses.replace(made, times=np.arange(made.frames) / RATE)
    marker_set = recognise(made, KNOWLEDGE.marker_sets)
    return skeleton(made, marker_set, centres="harrington", sizes=walker.SIZES)


def by_markers(body: Skeleton, case: Case, side: str) -> Measurement:
    return measure_skeleton(body, case.test, Side(side), case.protocol, KNOWLEDGE, instrument="made")


def by_sensors(known: Mapping[str, Array], case: Case, side: str, *, shanks: bool = True) -> Measurement:
    """Columns as sensors give them, whose zero is upright standing: the pelvis's and the trunk's tilt count from it."""
    frames = len(next(iter(known.values())))
    names = [f"{part}_{angle}" for part in ("pelvis", "trunk") for angle in ("tilt", "obliquity", "rotation")]
    joints = ("hip", "knee") if shanks else ("hip",)
    names += [
        f"{one}_{joint}_{angle}"
        for one in ("left", "right")
        for joint in joints
        for angle in ("flexion", "adduction", "rotation")
    ]
    angles = Angles(
        times=np.arange(frames) / RATE,
        source=Source(name="imu.csv"),
        names=tuple(names),
        values=np.stack([known.get(name, np.zeros(frames)) for name in names], axis=-1),
        units=("deg",) * len(names),
    )
    return measure_angles(angles, case.test, Side(side), case.protocol, KNOWLEDGE, instrument="made")


def number(measured: Measurement) -> float:
    assert measured.reading.accepted, (measured.reading.refusals, measured.faults, measured.trials)
    assert measured.reading.value is not None
    return measured.reading.value
