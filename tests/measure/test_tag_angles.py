"""Angles from tag orientations: signs, planes, means over a hold, and every reason to refuse."""

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from coxa import InputError
from coxa.measure.tag_angles import (
    Hold,
    held_inclination,
    held_relative_angle,
    held_rotation,
    held_rotation_since,
    inclination,
    pointing,
    refusals,
    relative_angle,
    rotation_since,
)
from coxa.model import Refusal, Source
from coxa.motion.recording import FloatArray, Orientations
from coxa.motion.tag_focal import Focal
from coxa.motion.tags import TagTrack
from tools.tag_scene import FACING, Leg, Taped
from tools.validate_tags import HD, Setting, measure

NAMES = ("wall", "left_pelvis", "left_thigh", "left_shank", "right_pelvis", "right_thigh", "right_shank")
START, END = Hold(0.0, 0.95), Hold(2.0, 2.95)
SPREAD = 0.1
"""Degrees, 1 SD, that the made tracks give each tag."""


def track_of(rotations: Mapping[str, list[FloatArray]]) -> TagTrack:
    """A track at 20 frames a second: one list of rotation matrices per tag; the wall hangs straight unless given."""
    frames = len(next(iter(rotations.values())))
    rotations = {"wall": [FACING] * frames, **rotations}
    quaternions = np.full((frames, len(NAMES), 4), np.nan)
    for name, turns in rotations.items():
        quaternions[:, NAMES.index(name)] = np.roll(Rotation.from_matrix(np.stack(turns)).as_quat(), 1, axis=1)
    detected: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = np.isfinite(quaternions[:, :, 0])
    covariance = np.where(detected[:, :, None, None], SPREAD**2 * np.eye(3), np.nan)
    times = np.arange(frames) / 20
    return TagTrack(
        orientations=Orientations(times=times, source=Source(name="x"), names=NAMES, quaternions=quaternions),
        positions=np.zeros((frames, len(NAMES), 3)),
        detected=detected,
        reprojection_error=np.where(detected, 0.03, np.nan),
        misfit=np.where(detected, 0.001, np.nan),
        covariance=covariance,
        resolved=np.ones(len(NAMES), dtype=np.bool_),
        camera_shift=np.zeros(frames),
        focal=Focal(1000.0, 0.03, "tags"),
    )


def left(
    thighs: list[float], knees: list[float], taped: Mapping[str, Taped] | None = None, heading: float = 0.0
) -> TagTrack:
    """A left side that lies with the head to the right."""
    legs = [Leg(thigh, knee, heading, taped or {}).tags() for thigh, knee in zip(thighs, knees, strict=True)]
    parts = {1: "left_pelvis", 2: "left_thigh", 3: "left_shank"}
    return track_of({name: [leg[at].rotation for leg in legs] for at, name in parts.items()})


def held(thigh: float, knee: float = 0.0, taped: Mapping[str, Taped] | None = None, heading: float = 0.0) -> TagTrack:
    """Flat for a second, a second on the way, and a second at the end position."""
    share = [0.0] * 20 + np.linspace(0, 1, 20).tolist() + [1.0] * 20
    return left([thigh * s for s in share], [knee * s for s in share], taped, heading)


def mirrored(track: TagTrack) -> TagTrack:
    """The right side with the head to the left: all mirrored along the wall, arrows and outsides kept."""
    flip, own = np.diag([-1.0, 1.0, 1.0]), np.diag([-1.0, 1.0, 1.0])
    return track_of(
        {f"right_{part}": list(flip @ track.rotations(f"left_{part}") @ own) for part in ("pelvis", "thigh", "shank")}
    )


# --- signs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thigh", [-20.0, 0.0, 35.0, 90.0, 118.0])
@pytest.mark.parametrize("knee", [0.0, 40.0, 110.0])
def test_known_angles_come_back_on_both_sides(thigh: float, knee: float) -> None:
    track = held(thigh, knee)
    for side, seen, forward in (("left", track, -1), ("right", mirrored(track), 1)):
        upper, lower = f"{side}_thigh", f"{side}_shank"
        assert pointing(seen, upper) == forward
        assert inclination(seen, upper)[-1] == pytest.approx(thigh)
        assert relative_angle(seen, upper, lower)[-1] == pytest.approx(knee)
        assert relative_angle(seen, f"{side}_pelvis", upper)[-1] == pytest.approx(thigh)  # hip flexion
        assert rotation_since(seen, upper, START)[-1] == pytest.approx(thigh)
        for reading, value in (
            (held_inclination(seen, upper, END), thigh),
            (held_relative_angle(seen, upper, lower, END), knee),
            (held_relative_angle(seen, upper, lower, END, reference=START), knee),
            (held_rotation_since(seen, upper, END, START), thigh),
        ):
            assert reading.value == pytest.approx(value)
            assert reading.refusals == ()


def test_a_thigh_below_level_is_negative() -> None:
    assert held_inclination(held(-12.0), "left_thigh", END).value == pytest.approx(-12.0)


@given(about=st.floats(-40, 40), thigh=st.floats(-30, 110), knee=st.floats(0, 120))
def test_turning_a_tag_about_its_limb_changes_nothing(about: float, thigh: float, knee: float) -> None:
    track = left([thigh] * 10, [knee] * 10, {"thigh": Taped(about=about), "shank": Taped(about=-about)})
    assert inclination(track, "left_thigh", forward=-1)[0] == pytest.approx(thigh, abs=1e-6)
    assert relative_angle(track, "left_thigh", "left_shank")[0] == pytest.approx(knee, abs=1e-6)


@given(askew=st.sampled_from([-90.0, -35.0, -3.0, 8.0, 60.0]))
def test_a_tag_stuck_askew_does_no_harm_since_a_reference(askew: float) -> None:
    track = held(62.0, 31.0, {"thigh": Taped(askew=askew)})
    assert held_rotation_since(track, "left_thigh", END, START, forward=-1).value == pytest.approx(62.0, abs=1e-6)
    knee = held_relative_angle(track, "left_thigh", "left_shank", END, reference=START)
    assert knee.value == pytest.approx(31.0, abs=1e-6)


@pytest.mark.parametrize(("heading", "bound"), [(5.0, 0.12), (10.0, 0.45), (15.0, 1.0)])
def test_lying_askew_to_the_wall_costs_what_is_documented(heading: float, bound: float) -> None:
    errors = [
        float(inclination(left([angle] * 2, [0.0] * 2, heading=heading), "left_thigh", forward=-1)[0]) - angle
        for angle in range(-20, 120, 5)
    ]
    assert bound / 2 < max(np.abs(errors)) <= bound


@pytest.mark.parametrize("pair", [("left_thigh", "right_shank"), ("left_shank", "left_thigh"), ("wall", "left_thigh")])
def test_what_has_no_joint_has_no_angle(pair: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="no joint"):
        relative_angle(held(10.0), *pair)


# --- means and errors ------------------------------------------------------------------------------------------------


def test_the_mean_over_a_hold_is_a_rotation_in_the_middle() -> None:
    sway = (2.0 * np.sin(np.arange(20) * np.pi / 5)).tolist()
    track = left([70 + degrees for degrees in sway], [0.0] * 20)
    mean = held_rotation(track, "left_thigh", START)
    np.testing.assert_allclose(mean @ mean.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(mean) == pytest.approx(1.0)
    assert held_inclination(track, "left_thigh", START, forward=-1).value == pytest.approx(70.0, abs=1e-6)


def test_errors_add_up() -> None:
    track = held(40.0, 20.0)
    root2 = 2**0.5
    assert held_inclination(track, "left_thigh", END).sem == pytest.approx(SPREAD * root2)  # the tag and the wall
    assert held_relative_angle(track, "left_thigh", "left_shank", END).sem == pytest.approx(SPREAD * root2)
    assert held_rotation_since(track, "left_thigh", END, START).sem == pytest.approx(SPREAD * root2)
    both = held_relative_angle(track, "left_thigh", "left_shank", END, reference=START)
    assert both.sem == pytest.approx(SPREAD * 2)


# --- gates -----------------------------------------------------------------------------------------------------------


def without(track: TagTrack, name: str, frames: slice) -> TagTrack:
    at = NAMES.index(name)
    quaternions, detected = track.orientations.quaternions.copy(), track.detected.copy()
    quaternions[frames, at], detected[frames, at] = np.nan, False
    shift, misfit, covariance = track.camera_shift.copy(), track.misfit.copy(), track.covariance.copy()
    misfit[frames, at], covariance[frames, at] = np.nan, np.nan
    if name == "wall":
        shift[frames] = np.nan
    return dataclasses.replace(
        track,
        orientations=dataclasses.replace(track.orientations, quaternions=quaternions),
        detected=detected,
        camera_shift=shift,
        misfit=misfit,
        covariance=covariance,
    )


def bent(track: TagTrack) -> TagTrack:
    misfit = track.misfit.copy()
    misfit[:, 2] = 0.03
    return dataclasses.replace(track, misfit=misfit)


def moved(track: TagTrack) -> TagTrack:
    return dataclasses.replace(track, camera_shift=np.where(track.times > 1.5, 0.8, 0.0))


def unresolved(track: TagTrack) -> TagTrack:
    return dataclasses.replace(track, resolved=np.array([name != "left_thigh" for name in NAMES]))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: without(t, "left_thigh", slice(40, 50)), Refusal.OUT_OF_FRAME),
        (lambda t: without(t, "left_thigh", slice(None)), Refusal.OUT_OF_FRAME),
        (lambda t: without(t, "wall", slice(None)), Refusal.OUT_OF_FRAME),
        (moved, Refusal.CAMERA_MOVED),
        (bent, Refusal.UNREADABLE),
        (unresolved, Refusal.UNREADABLE),
    ],
)
def test_a_reading_that_fails_a_gate_has_no_number(change: Callable[[TagTrack], TagTrack], why: Refusal) -> None:
    track = change(held(40.0))
    reading = held_inclination(track, "left_thigh", END)
    assert reading.refusals == (why,)
    assert reading.value is None
    assert reading.sem is None


def test_a_limb_out_of_the_plane_is_refused() -> None:
    assert refusals(held(10.0, heading=25.0), ("left_thigh",), (START,)) == (Refusal.WRONG_PLANE,)
    assert refusals(held(10.0, heading=12.0), ("left_thigh",), (START,)) == ()


def test_a_leg_may_hide_the_wall_during_the_hold() -> None:
    reading = held_inclination(without(held(40.0), "wall", slice(40, 60)), "left_thigh", END)
    assert reading.value == pytest.approx(40.0)
    assert reading.seen == {"left_thigh": 1.0, "wall": 0.0}


def test_a_few_missing_frames_do_no_harm() -> None:
    reading = held_inclination(without(held(40.0), "left_thigh", slice(41, 44)), "left_thigh", END)
    assert reading.value == pytest.approx(40.0)
    assert reading.seen["left_thigh"] == pytest.approx(0.85)


def test_a_hold_without_frames_is_refused() -> None:
    track = held(40.0)
    for hold in (Hold(9.0, 10.0), Hold(2.0, 2.1), Hold(2.0, 1.0)):
        assert held_inclination(track, "left_thigh", hold).refusals == (Refusal.OUT_OF_FRAME,)


def test_a_tag_that_is_never_seen_is_nan_over_time() -> None:
    assert np.isnan(inclination(held(40.0), "right_thigh")).all()
    assert held_inclination(held(40.0), "right_thigh", END).value is None


# --- rendered --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("distance", "seed"), [(2.0, 2), (2.5, 0)])
def test_rendered_tags_are_read_within_a_degree(distance: float, seed: int) -> None:
    """The small version of ``python -m tools.validate_tags``: focal length unknown, everything askew, 720p."""
    outcome = measure(Setting(distance, HD, seed))
    assert outcome.error is not None
    assert abs(outcome.error) < 1.0
    assert abs(outcome.focal) < 0.15
