"""Tests read from printed tags: every test's number and sign on both sides, and every reason for having none."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from coxa import InputError
from coxa.measure.recorded import Measurement
from coxa.measure.tag_tests import measure_tags
from coxa.model import Method, Refusal, Side, Source
from coxa.motion.recording import Orientations
from coxa.motion.tag_focal import Focal
from coxa.motion.tags import TagLayout, TagTrack
from coxa.protocol import load_protocol
from tools.tag_scene import Leg, Taped, posture

KNOWLEDGE = load_protocol()
NUMBERS = TagLayout.of(KNOWLEDGE).names
ASKEW: Mapping[str, Taped] = {"thigh": Taped(10.0, 3.0), "shank": Taped(-8.0, -3.0), "pelvis": Taped(5.0, 6.0)}
"""Turned about the limb, and askew in their own plane, as at home."""


def filmed(start: Leg, end: Leg, *, rate: float = 15.0, seconds: float = 7.5) -> TagTrack:
    """Exact orientations of the tags of a leg that moves as ``posture`` says."""
    times = np.arange(0.0, seconds, 1.0 / rate)
    names = tuple(NUMBERS.values())
    quaternions = np.full((len(times), len(names), 4), np.nan)
    for frame, time in enumerate(times):
        for tag in posture(float(time), start, end).tags():
            turned = Rotation.from_matrix(tag.rotation).as_quat()
            quaternions[frame, names.index(NUMBERS[tag.id])] = np.roll(turned, 1)
    detected: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = np.isfinite(quaternions[:, :, 0])
    return TagTrack(
        orientations=Orientations(times=times, source=Source(name="x"), names=names, quaternions=quaternions),
        positions=np.zeros((len(times), len(names), 3)),
        detected=detected,
        reprojection_error=np.where(detected, 0.03, np.nan),
        misfit=np.where(detected, 0.001, np.nan),
        covariance=np.where(detected[:, :, None, None], 0.01 * np.eye(3), np.nan),
        resolved=np.ones(len(names), dtype=np.bool_),
        camera_shift=np.zeros(len(times)),
        focal=Focal(1000.0, 0.03, "tags"),
    )


def read(track: TagTrack, test: str, protocol: str, side: Side = Side.LEFT) -> Measurement:
    return measure_tags(track, test, side, protocol, KNOWLEDGE)


def raised(end: Leg, start: Leg | None = None) -> Measurement:
    """A straight leg raise of the left side."""
    return read(filmed(start or replace(end, thigh=0.0, knee=0.0, pelvis=0.0), end), "straight_leg_raise", SUPINE)


SUPINE = "supine_passive"
CASES = {
    "straight_leg_raise": (SUPINE, Leg(0.0), Leg(70.0), 70.0),
    "active_knee_extension": ("supine_90_90", Leg(90.0, 90.0), Leg(88.0, 30.0), 32.0),
    "modified_thomas_hip": ("pelvis_held", Leg(40.0, 60.0), Leg(-12.0, 50.0), -12.0),
    "modified_thomas_knee": ("pelvis_held", Leg(40.0, 90.0), Leg(-5.0, 55.0), 55.0),
    "prone_knee_bend": ("prone_pelvis_held", Leg(0.0, prone=True), Leg(2.0, 115.0, prone=True), 115.0),
    "hip_extension_prone": ("prone_knee_straight", Leg(0.0, prone=True), Leg(14.0, prone=True), 14.0),
    "hip_flexion_knee_bent": (SUPINE, Leg(0.0), Leg(118.0, 120.0, pelvis=20.0), 118.0),
}
FROM_A_START = ("straight_leg_raise", "prone_knee_bend", "hip_extension_prone", "hip_flexion_knee_bent")


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("test", CASES)
def test_every_test_reads_its_own_angle_on_both_sides(test: str, right: bool) -> None:
    protocol, start, end, truth = CASES[test]
    track = filmed(replace(start, right=right), replace(end, right=right))
    side = Side.RIGHT if right else Side.LEFT
    measured = read(track, test, protocol, side)
    assert measured.reading.refusals == ()
    assert measured.reading.value == pytest.approx(truth, abs=0.35)  # the thigh sways by 0.3°
    assert (measured.reading.method, measured.reading.side) == (Method.PRINTED_MARKERS, side)
    assert measured.reading.reliability is not None
    assert measured.reading.sem is not None


@pytest.mark.parametrize("test", ["modified_thomas_hip", "modified_thomas_knee"])
def test_a_leg_held_up_for_longer_than_it_hangs_is_not_read_as_hanging(test: str) -> None:
    protocol, start, end, truth = CASES[test]
    track = filmed(start, end, seconds=4.8)  # 1.5 s and the first of the way held up, 1.3 s hanging
    assert read(track, test, protocol).reading.value == pytest.approx(truth, abs=0.35)


@pytest.mark.parametrize("test", ["modified_thomas_hip", "modified_thomas_knee"])
def test_a_leg_that_hangs_from_the_beginning_is_read(test: str) -> None:
    protocol, _, end, truth = CASES[test]
    assert read(filmed(end, end), test, protocol).reading.value == pytest.approx(truth, abs=0.35)


@pytest.mark.parametrize("test", FROM_A_START)
def test_tags_taped_askew_cancel_where_the_number_counts_from_a_start(test: str) -> None:
    protocol, start, end, truth = CASES[test]
    track = filmed(replace(start, taped=ASKEW), replace(end, taped=ASKEW))
    assert read(track, test, protocol).reading.value == pytest.approx(truth, abs=0.5)


def test_a_thigh_tag_askew_counts_fully_where_it_does_not() -> None:
    protocol, start, end, truth = CASES["modified_thomas_hip"]
    track = filmed(replace(start, taped=ASKEW), replace(end, taped=ASKEW))
    off = read(track, "modified_thomas_hip", protocol).reading.value
    assert off is not None
    assert abs(off - truth) == pytest.approx(3.0, abs=0.5)


def test_a_body_askew_to_the_wall_costs_less_than_half_a_degree() -> None:
    assert raised(Leg(70.0, heading=10.0)).reading.value == pytest.approx(70.0, abs=0.5)


# --- refusals --------------------------------------------------------------------------------------------------------


def refused(measured: Measurement) -> tuple[Refusal, ...]:
    assert measured.reading.value is None
    assert not measured.reading.accepted
    return measured.reading.refusals


def test_a_bent_knee_is_refused() -> None:
    assert refused(raised(Leg(70.0, 20.0))) == (Refusal.KNEE_BENT,)
    assert refused(raised(Leg(70.0, 18.0), Leg(0.0, 18.0))) == (Refusal.KNEE_BENT,)  # bent from the start


@pytest.mark.parametrize(("test", "pelvis"), [("straight_leg_raise", 28.0), ("hip_extension_prone", 10.0)])
def test_a_pelvis_that_rolls_along_is_refused(test: str, pelvis: float) -> None:
    protocol, start, end, _ = CASES[test]
    track = filmed(start, replace(end, pelvis=pelvis))
    assert refused(read(track, test, protocol)) == (Refusal.PELVIS_MOVED,)


def test_a_pelvis_that_tips_when_the_leg_hangs_is_refused() -> None:
    for test in ("modified_thomas_hip", "modified_thomas_knee"):
        protocol, start, end, _ = CASES[test]
        track = filmed(start, replace(end, pelvis=-12.0))
        assert refused(read(track, test, protocol)) == (Refusal.PELVIS_MOVED,)


def test_the_usual_roll_of_the_pelvis_is_part_of_a_straight_leg_raise() -> None:
    assert raised(Leg(70.0, pelvis=15.0)).reading.accepted


def test_a_thigh_that_is_not_upright_is_refused() -> None:
    track = filmed(Leg(90.0, 90.0), Leg(75.0, 30.0))
    assert refused(read(track, "active_knee_extension", "supine_90_90")) == (Refusal.POSITION_LOST,)


def test_a_thigh_that_lifts_in_the_prone_knee_bend_is_refused() -> None:
    track = filmed(Leg(0.0, prone=True), Leg(14.0, 110.0, prone=True))
    assert refused(read(track, "prone_knee_bend", "prone_pelvis_held")) == (Refusal.PELVIS_MOVED,)


def test_a_leg_that_does_not_lie_flat_at_the_start_is_refused() -> None:
    assert refused(raised(Leg(80.0), Leg(25.0))) == (Refusal.POSITION_LOST,)


def test_a_movement_too_small_to_tell_from_lying_still_is_refused() -> None:
    measured = read(filmed(Leg(0.0, prone=True), Leg(3.0, prone=True)), "hip_extension_prone", "prone_knee_straight")
    assert refused(measured) == (Refusal.NOT_HELD,)


def test_who_lies_the_other_way_round_is_refused() -> None:
    start, end = Leg(0.0, prone=True), Leg(70.0, prone=True)
    assert raised(end, start).reading.value is None


@pytest.mark.parametrize("name", ["thigh", "shank", "pelvis"])
def test_no_tag_no_reading(name: str) -> None:
    measured = raised(Leg(70.0, missing=(name,)), Leg(0.0, missing=(name,)))
    assert refused(measured) == (Refusal.OUT_OF_FRAME,)
    assert "was never found" in measured.faults[0].say


def test_hip_flexion_asks_for_thigh_and_shank_and_a_bent_knee() -> None:
    """With the knee straight it would be a straight leg raise, the other half of the pair."""
    track = filmed(Leg(0.0, missing=("pelvis",)), Leg(118.0, knee=120.0, missing=("pelvis",)))
    assert read(track, "hip_flexion_knee_bent", SUPINE).reading.accepted
    straight = read(filmed(Leg(0.0), Leg(75.0)), "hip_flexion_knee_bent", SUPINE)
    assert refused(straight) == (Refusal.POSITION_LOST,)


def changed(track: TagTrack, name: str, **arrays: float) -> TagTrack:
    """The track with one marker's values replaced from 3.4 s on: ``detected`` 0, or a ``misfit``."""
    late, column = track.times >= 3.4, track.index(name)
    quaternions, detected, misfit = track.orientations.quaternions.copy(), track.detected.copy(), track.misfit.copy()
    if "detected" in arrays:
        quaternions[late, column], detected[late, column] = np.nan, False
    misfit[late, column] = arrays.get("misfit", 0.001)
    return replace(
        track, orientations=replace(track.orientations, quaternions=quaternions), detected=detected, misfit=misfit
    )


@pytest.mark.parametrize("name", ["left_shank", "left_pelvis"])
def test_a_tag_hidden_during_the_hold_is_named(name: str) -> None:
    track = changed(filmed(Leg(0.0), Leg(70.0)), name, detected=0.0)
    measured = read(track, "straight_leg_raise", SUPINE)
    assert refused(measured) == (Refusal.OUT_OF_FRAME,)
    said = measured.trials[0].faults[0].say
    assert ("lower leg" if name == "left_shank" else "pelvis") in said
    assert "was found in" in said


def test_a_bent_tag_and_a_moved_camera_are_refused() -> None:
    track = filmed(Leg(0.0), Leg(70.0))
    bent = changed(track, "left_shank", misfit=0.02)
    assert refused(read(bent, "straight_leg_raise", SUPINE)) == (Refusal.UNREADABLE,)
    shaken = replace(track, camera_shift=np.where(track.times > 4.5, 0.8, 0.0))
    assert refused(read(shaken, "straight_leg_raise", SUPINE)) == (Refusal.CAMERA_MOVED,)


def test_a_leg_out_of_the_wall_s_plane_is_refused() -> None:
    slanted = refused(raised(Leg(30.0, heading=35.0)))
    assert slanted == (Refusal.WRONG_PLANE,)


def test_a_body_askew_is_refused_even_when_the_held_limb_points_up() -> None:
    start, end = Leg(90.0, 90.0, heading=25.0), Leg(90.0, 30.0, heading=25.0)
    measured = read(filmed(start, end), "active_knee_extension", "supine_90_90")
    assert refused(measured) == (Refusal.WRONG_PLANE,)
    assert any("askew to the wall" in fault.say for fault in measured.faults)


def test_a_pelvis_marker_may_point_inwards() -> None:
    """A waist tapers; the pelvis's marker counts only by its turn."""
    start, end = CASES["active_knee_extension"][1:3]
    track = filmed(start, end)
    quaternions = track.orientations.quaternions.copy()
    at = track.index("left_pelvis")
    inwards = Rotation.from_euler("z", 30.0, degrees=True) * Rotation.from_quat(np.roll(quaternions[:, at], -1, axis=1))
    quaternions[:, at] = np.roll(inwards.as_quat(), 1, axis=1)
    turned = replace(track, orientations=replace(track.orientations, quaternions=quaternions))
    assert read(turned, "active_knee_extension", "supine_90_90").reading.value == pytest.approx(32.0, abs=0.5)


def test_too_few_pictures_are_refused() -> None:
    track = filmed(Leg(0.0), Leg(70.0), rate=4.0)
    assert Refusal.LOW_FRAME_RATE in refused(read(track, "straight_leg_raise", SUPINE))


def test_without_the_wall_there_is_no_angle() -> None:
    track = filmed(Leg(0.0), Leg(70.0))
    quaternions, detected = np.full_like(track.orientations.quaternions, np.nan), track.detected.copy()
    detected[:, track.index("wall")] = False
    blind = replace(track, orientations=replace(track.orientations, quaternions=quaternions), detected=detected)
    measured = read(blind, "straight_leg_raise", SUPINE)
    assert refused(measured) == (Refusal.OUT_OF_FRAME,)
    assert [fault.say for fault in measured.faults] == ["the wall's marker was never found"]


# --- what can't be asked ---------------------------------------------------------------------------------------------


def test_tests_that_tags_can_not_read_say_why() -> None:
    track = filmed(Leg(0.0), Leg(70.0))
    with pytest.raises(InputError, match="strap a phone to the shin"):
        read(track, "hip_internal_rotation_0", "prone_0")
    with pytest.raises(InputError, match="one side at a time"):
        read(track, "straight_leg_raise", SUPINE, Side.BOTH)


def test_every_test_is_read_from_tags_or_says_why_not() -> None:
    read_from = {entry.test for entry in KNOWLEDGE.recordings.values() if entry.method is Method.PRINTED_MARKERS}
    not_read = {entry.test for entry in KNOWLEDGE.not_recorded.values() if entry.method is Method.PRINTED_MARKERS}
    assert read_from == set(CASES)
    assert read_from | not_read == set(KNOWLEDGE.tests)
    assert not read_from & not_read
