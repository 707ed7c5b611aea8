"""Known angles of a made person come back as each test's number, from markers and from sensors."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from coxa import InputError
from coxa.measure.imu import sensor_angles
from coxa.measure.lab import measure_angles, measure_skeleton
from coxa.measure.markers import recognise
from coxa.measure.skeleton import Skeleton, skeleton
from coxa.model import Method, Refusal, Side, Source
from coxa.motion import Motion, Orientations
from coxa.motion.registry import read_recording
from coxa.protocol.schema import Quantity
from tests.measure import walker
from tests.measure.tested_people import (
    BY_SENSORS,
    CASES,
    KNOWLEDGE,
    OTHER,
    RATE,
    WAYS,
    Case,
    by_markers,
    by_sensors,
    case_of,
    course,
    marked,
    number,
    recorded,
)

EXACT = 1e-3


# --- every test, exactly ---------------------------------------------------------------------------------------------


def test_every_entry_has_its_made_person() -> None:
    for method in (Method.MOCAP, Method.IMU):
        told = {(e.test, p) for e in KNOWLEDGE.recordings.values() if e.method is method for p in e.protocols}
        assert told <= {(case.test, case.protocol) for case in CASES}


@pytest.mark.parametrize(("case", "side"), WAYS)
def test_markers_give_the_number(case: Case, side: str) -> None:
    measured = by_markers(recorded(marked(course(case, side))), case, side)
    assert number(measured) == pytest.approx(case.number, abs=EXACT)
    assert len(measured.reading.trials) == (1 if case.hold > case.first else 2)
    assert measured.reading.method is Method.MOCAP


@pytest.mark.parametrize(("case", "side"), BY_SENSORS)
def test_sensors_give_the_number(case: Case, side: str) -> None:
    measured = by_sensors(course(case, side), case, side)
    assert number(measured) == pytest.approx(case.number, abs=EXACT)
    assert measured.reading.method is Method.IMU


@pytest.mark.parametrize(("case", "side"), [way for way in WAYS if "right" not in str(way.id)])
def test_a_mirrored_person_in_any_laboratory_has_the_other_side(case: Case, side: str) -> None:
    """Another axis is up, and the person faces another way."""
    room = Rotation.from_euler("x", -90, degrees=True) * Rotation.from_euler("z", 131, degrees=True)
    up = room.apply([0.0, 0.0, 1.0])
    swap = {"L": "R", "R": "L"}
    markers = {
        (swap[name[0]] + name[1:] if name[0] in swap else name): room.apply(values * (1, -1, 1))
        for name, values in marked(course(case, side, repeats=1)).items()
    }
    body = recorded(markers, (float(up[0]), float(up[1]), float(up[2])))
    assert number(by_markers(body, case, OTHER[side])) == pytest.approx(case.number, abs=EXACT)


@pytest.mark.parametrize(
    "test",
    [
        "straight_leg_raise",
        "prone_knee_bend",
        "hip_extension_prone",
        "hip_flexion_knee_bent",
        "hip_external_rotation_0",
        "hip_internal_rotation_90",
    ],
)
def test_sensors_worn_anyhow_give_the_number(test: str) -> None:
    """Standing still for the neutral pose, lying down, the test, getting up: from quaternions to the number."""
    case = case_of(test)
    done = course(case, "left")
    down = np.concatenate([np.zeros(75), np.linspace(0.0, 1.0, 150)])
    bend = 60.0 * np.sin(np.pi * down)  # knees bend on the way, which tells where the person faces
    known = {name: np.concatenate([down * values[0], values, down[::-1] * values[-1]]) for name, values in done.items()}
    frames = known["pelvis_tilt"].size
    for side in ("left", "right"):
        name = f"{side}_knee_flexion"
        known[name] = known.get(name, np.zeros(frames)) + np.concatenate([bend, np.zeros(frames - bend.size)])
    turned = walker.segments(known, Rotation.from_euler("z", 70, degrees=True))
    random = np.random.default_rng(1)
    worn = {part: turned[part] * Rotation.random(rng=random) for part in turned}
    sensors = Orientations(
        times=np.arange(frames) / RATE,
        source=Source(name="imu.csv"),
        names=tuple(worn),
        quaternions=np.stack([one.as_quat()[:, [3, 0, 1, 2]] for one in worn.values()], axis=1),
    )
    angles = sensor_angles(sensors, {part: part for part in worn})
    measured = measure_angles(angles, case.test, Side.LEFT, case.protocol, KNOWLEDGE, instrument="made")
    assert number(measured) == pytest.approx(case.number, abs=EXACT)
    assert len(measured.reading.trials) == 2


# --- what is refused -------------------------------------------------------------------------------------------------

WRONG: list[tuple[str, dict[str, float], Refusal]] = [
    ("straight_leg_raise", {"s_knee_flexion": 20.0}, Refusal.KNEE_BENT),
    ("straight_leg_raise", {"pelvis_obliquity": 14.0}, Refusal.PELVIS_MOVED),
    ("hip_extension_prone", {"pelvis_tilt": 95.0}, Refusal.PELVIS_MOVED),
    ("hip_extension_prone", {"s_knee_flexion": 30.0}, Refusal.KNEE_BENT),
    ("active_knee_extension", {"s_hip_flexion": 60.0}, Refusal.POSITION_LOST),
    ("prone_knee_bend", {"s_hip_flexion": 20.0}, Refusal.PELVIS_MOVED),
    ("hip_internal_rotation_90", {"pelvis_obliquity": 11.0}, Refusal.PELVIS_MOVED),
    ("hip_external_rotation_0", {"pelvis_obliquity": -11.0}, Refusal.PELVIS_MOVED),
]


@pytest.mark.parametrize(("test", "change", "refusal"), WRONG)
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_cheat_is_refused(test: str, change: dict[str, float], refusal: Refusal, side: str) -> None:
    case = case_of(test)
    known = course(case, side, change)
    for measured in (by_markers(recorded(marked(known)), case, side), by_sensors(known, case, side)):
        assert not measured.reading.accepted
        assert refusal in measured.reading.refusals


ONLY_MARKERS: list[tuple[str, dict[str, float], Refusal]] = [
    ("straight_leg_raise", {"o_hip_flexion": 12.0}, Refusal.POSITION_LOST),
    ("modified_thomas_hip", {"pelvis_tilt": -65.0}, Refusal.PELVIS_MOVED),
    ("hip_abduction_knee_straight", {"pelvis_rotation": 14.0}, Refusal.PELVIS_MOVED),
    ("hip_adduction_knee_straight", {"s_knee_flexion": 18.0}, Refusal.KNEE_BENT),
]


@pytest.mark.parametrize(("test", "change", "refusal"), ONLY_MARKERS)
def test_a_cheat_that_markers_see_is_refused(test: str, change: dict[str, float], refusal: Refusal) -> None:
    case = case_of(test)
    measured = by_markers(recorded(marked(course(case, "left", change))), case, "left")
    assert not measured.reading.accepted
    assert refusal in measured.reading.refusals


def test_what_is_up_told_wrongly_is_refused() -> None:
    """Of a person who lies, up is easily taken to run along the legs; then no number may come out."""
    case = case_of("straight_leg_raise")
    body = recorded(marked(course(case, "left")), (1.0, 0.0, 0.0))
    measured = by_markers(body, case, "left")
    assert not measured.reading.accepted
    assert any("what is up" in fault.say for fault in measured.faults)


def test_the_wrong_position_is_refused() -> None:
    prone = case_of("hip_extension_prone")
    body = recorded(marked(course(prone, "left")))
    measured = measure_skeleton(body, "straight_leg_raise", Side.LEFT, "supine_passive", KNOWLEDGE, instrument="made")
    assert not measured.reading.accepted
    assert Refusal.POSITION_LOST in measured.reading.refusals


def test_a_straight_knee_tells_no_rotation() -> None:
    case = case_of("hip_internal_rotation_90")
    known = course(case, "left")
    known["left_knee_flexion"][:] = 20.0
    measured = by_markers(recorded(marked(known)), case, "left")
    assert not measured.reading.accepted
    assert not np.isfinite(measured.angle).any()


@pytest.mark.parametrize("test", ["hip_flexion_knee_bent", "deep_squat"])
def test_a_movement_that_starts_bent_does_not_count_from_there(test: str) -> None:
    """Its start would be taken for zero, and the number come out too small."""
    case = case_of(test)
    rest = {**case.rest, **{name: 50.0 for name in case.end if name.endswith("hip_flexion") and name[0] != "o"}}
    side = "both" if test == "deep_squat" else "left"
    measured = by_markers(recorded(marked(course(dataclasses.replace(case, rest=rest), side))), case, side)
    assert not measured.reading.accepted
    assert Refusal.POSITION_LOST in measured.reading.refusals


def test_standing_still_is_no_bow() -> None:
    case = case_of("hip_hinge")
    measured = by_markers(recorded(marked(course(case, "both", case.rest))), case, "both")
    assert not measured.reading.accepted
    assert Refusal.NOT_HELD in measured.reading.refusals


@pytest.mark.parametrize("drop", [-5.0, 0.0, 3.0, 12.0])
def test_small_and_negative_drops_count_from_both_legs(drop: float) -> None:
    """Too small for the movement's start to be found in the angle: the legs tell it."""
    case = case_of("single_leg_stance")
    known = course(case, "right", {"pelvis_obliquity": 2.0 + drop})
    assert number(by_markers(recorded(marked(known)), case, "right")) == pytest.approx(drop, abs=EXACT)
    assert number(by_sensors(known, case, "right")) == pytest.approx(drop, abs=EXACT)


def test_a_stance_that_begins_on_one_leg_has_no_zero() -> None:
    case = case_of("single_leg_stance")
    known = {name: values[-300:] for name, values in course(case, "left").items()}
    assert not by_markers(recorded(marked(known)), case, "left").reading.accepted


def test_missing_segments_are_one_sentence() -> None:
    case = case_of("hip_hinge")
    with pytest.raises(InputError, match="the trunk wasn't measured"):
        by_markers(recorded(marked(course(case, "both"), trunk=False)), case, "both")
    knee = case_of("prone_knee_bend")
    with pytest.raises(InputError, match="the left shin wasn't measured"):
        by_sensors(course(knee, "left"), knee, "left", shanks=False)
    abduction = case_of("hip_abduction_knee_bent")
    with pytest.raises(InputError, match="sensors drift"):
        by_sensors(course(abduction, "left"), abduction, "left")


def test_gaps_are_no_fault_and_no_number() -> None:
    """Markers lost for a while hide frames; lost for good they leave nothing to read."""
    case = case_of("straight_leg_raise")
    markers = marked(course(case, "left"))
    markers["LKNE"][150:155] = np.nan
    assert number(by_markers(recorded(markers), case, "left")) == pytest.approx(case.number, abs=EXACT)


@pytest.mark.parametrize(("case", "side"), [way for way in WAYS if "right" not in str(way.id)])
def test_a_millimetre_of_noise_moves_the_number_by_less_than_a_degree(case: Case, side: str) -> None:
    random = np.random.default_rng(7)
    markers = marked(course(case, side, repeats=1))
    noisy = {name: values + random.normal(0.0, 0.001, values.shape) for name, values in markers.items()}
    assert number(by_markers(recorded(noisy), case, side)) == pytest.approx(case.number, abs=1.0)


# --- real recordings -------------------------------------------------------------------------------------------------


def _read(path: Path) -> Skeleton:
    motion = read_recording(path)
    assert isinstance(motion, Motion)
    return skeleton(motion, recognise(motion, KNOWLEDGE.marker_sets))


@pytest.mark.data
def test_a_real_stoop_lift_counts_from_the_real_stance_before_it(data_dir: Path) -> None:
    """The recording begins in the middle of the bow, so alone it has no zero. The neutral stance lies in another file.

    Against it the lift bends trunk against thigh by 133°: beyond a waiter's bow, within a squat.
    """
    stand, lift = (_motion(data_dir / "stoop-lift", name) for name in ("neu*.c3d", "stoop*.c3d"))
    alone = _joined(lift)
    measured = measure_skeleton(alone, "hip_hinge", Side.BOTH, "waiters_bow", KNOWLEDGE, instrument="vicon")
    assert measured.reading.refusals == (Refusal.POSITION_LOST,)
    whole = _joined(stand, lift)
    bow = measure_skeleton(whole, "hip_hinge", Side.BOTH, "waiters_bow", KNOWLEDGE, instrument="vicon")
    assert not bow.reading.accepted
    squat = measure_skeleton(whole, "deep_squat", Side.BOTH, "feet_shoulder_width", KNOWLEDGE, instrument="vicon")
    assert number(squat) == pytest.approx(133.0, abs=2.0)


def _motion(folder: Path, name: str) -> Motion:
    motion = read_recording(next(folder.glob(name)))
    assert isinstance(motion, Motion)
    return motion


def _joined(*parts: Motion) -> Skeleton:
    """Recordings of one person one after the other, by the markers that all hold."""
    names = tuple(name for name in parts[0].names if all(part.has(name) for part in parts))
    positions = np.concatenate([np.stack([part.point(name) for name in names], axis=1) for part in parts])
    whole = dataclasses.replace(
        parts[0],
        times=np.arange(len(positions)) / RATE,
        names=names,
        positions=positions,
        confidence=None,
        stored_angles={},
    )
    return skeleton(whole, recognise(whole, KNOWLEDGE.marker_sets))


@pytest.mark.data
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_walking_is_no_test_of_the_hip(data_dir: Path, side: Side) -> None:
    for path in sorted((data_dir / "plug-in-gait").rglob("*.c3d"))[::3]:
        body = _read(path)
        for entry in KNOWLEDGE.recordings.values():
            if entry.method is not Method.MOCAP or not KNOWLEDGE.tests[entry.test].sided:
                continue
            if entry.quantity is Quantity.HIP_FLEXION_TRUNK and body.trunk is None:
                continue
            measured = measure_skeleton(body, entry.test, side, entry.protocols[0], KNOWLEDGE, instrument="vicon")
            assert not measured.reading.accepted, (path.name, entry.id)


@pytest.mark.data
def test_walking_is_neither_bow_nor_squat(data_dir: Path) -> None:
    for path in sorted((data_dir / "plug-in-gait").rglob("*.c3d"))[::3]:
        body = _read(path)
        for test in ("hip_hinge", "deep_squat"):
            if body.trunk is not None:
                variant = case_of(test).protocol
                measured = measure_skeleton(body, test, Side.BOTH, variant, KNOWLEDGE, instrument="vicon")
                assert not measured.reading.accepted, (path.name, measured.reading.value)
