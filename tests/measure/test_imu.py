"""Known angles come back from sensors that sit anyhow."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from coxa import InputError
from coxa.measure.imu import sensor_angles
from coxa.measure.sensors import sensor_assignment
from coxa.model import Source
from coxa.motion import Orientations
from tests.measure import walker
from tests.measure.walker import Array

FRAMES = 600
NAMES = {"pelvis": "P9", "left_thigh": "A1", "right_thigh": "Q7", "left_shank": "Z3", "right_shank": "B2"}


def walking() -> dict[str, Array]:
    """One still second, then both legs in turn; the person looks anywhere."""
    phase = np.concatenate([np.zeros(100), np.linspace(0, 8 * np.pi, FRAMES - 100)])
    out = {"pelvis_tilt": 4 * np.sin(2 * phase), "pelvis_rotation": 8 * np.sin(phase)}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        out[f"{side}_hip_flexion"] = 20 * np.sin(sign * phase) + 10 * (1 - np.cos(phase))
        out[f"{side}_hip_adduction"] = 5 * np.sin(phase)
        out[f"{side}_hip_rotation"] = sign * 4 * np.sin(phase)
        out[f"{side}_knee_flexion"] = 30 * (1 - np.cos(sign * phase))
    return out


def recording(
    known: dict[str, Array], names: dict[str, str] = NAMES, seed: int = 1, heading: float = 70
) -> Orientations:
    """Sensors fixed to the segments at random."""
    random = np.random.default_rng(seed)
    room = Rotation.from_euler("z", heading, degrees=True)
    turned = walker.segments(known, room)
    worn = {part: turned[part] * Rotation.random(rng=random) for part in names}
    values = np.stack([worn[part].as_quat()[:, [3, 0, 1, 2]] for part in names], axis=1)
    return Orientations(
        times=np.arange(len(values)) / 100.0,
        source=Source(name="imu.csv"),
        names=tuple(names.values()),
        quaternions=values,
    )


@pytest.mark.parametrize("heading", [0, 70, 200])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_angle_comes_back(heading: float, seed: int) -> None:
    known = walking()
    angles = sensor_angles(recording(known, seed=seed, heading=heading), NAMES)
    for name, values in known.items():
        assert angles.column(name) == pytest.approx(values, abs=1e-6), name
    assert any("knees" in sentence for sentence in angles.log)


def test_without_shanks_the_hips_tell_forwards() -> None:
    known = {name: values for name, values in walking().items() if "rotation" not in name and "adduction" not in name}
    names = {part: name for part, name in NAMES.items() if "shank" not in part}
    angles = sensor_angles(recording(known, names), names)
    assert angles.column("left_hip_flexion") == pytest.approx(known["left_hip_flexion"], abs=1e-6)
    assert "left_knee_flexion" not in angles.names


def test_the_thighs_tell_all_other_sensors() -> None:
    made = recording(walking())
    found, said = sensor_assignment(made, {"left_thigh": "A1", "right_thigh": "Q7"})
    assert found == NAMES
    assert "told from the movement" in said[0]
    with pytest.raises(InputError, match="which leg is left"):
        sensor_assignment(made, {})
    with pytest.raises(InputError, match="the pelvis's sensor is P9"):
        sensor_assignment(made, {"pelvis": "A1", "left_shank": "Z3"})
    with pytest.raises(InputError, match="which of Q7 and B2 is the thigh isn't clear"):
        sensor_assignment(made, {"left_thigh": "A1"})


def test_names_that_say_it_need_no_help() -> None:
    named = {
        "pelvis": "pelvis_imu",
        "left_thigh": "femur_l_imu",
        "right_thigh": "Right Thigh",
        "left_shank": "LeftShank",
    }
    found, _ = sensor_assignment(recording(walking(), named), {})
    assert found == named


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"left_arm": "P9"}, "no segment"),
        ({"pelvis": "nobody"}, "no sensor 'nobody'"),
        ({"pelvis": "A1", "left_thigh": "A1"}, "given for two"),
    ],
)
def test_wrong_assignments_are_said(given: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        sensor_angles(recording(walking()), given)


def test_moving_in_the_neutral_pose_is_refused() -> None:
    with pytest.raises(InputError, match="during the neutral pose"):
        sensor_angles(recording(walking()), NAMES, (0.0, 3.0))
    with pytest.raises(InputError, match="no frame of the neutral pose"):
        sensor_angles(recording(walking()), NAMES, (90.0, 99.0))


def test_who_never_bends_has_no_front() -> None:
    still = {"left_knee_flexion": np.zeros(FRAMES)}
    with pytest.raises(InputError, match="which way the person faces"):
        sensor_angles(recording(still), NAMES)


def test_four_unnamed_sensors_must_be_given() -> None:
    some = {part: name for part, name in NAMES.items() if part != "pelvis"}
    with pytest.raises(InputError, match="say it with --sensors"):
        sensor_angles(recording(walking(), some), {"left_thigh": "A1"})


def test_a_lost_orientation_hides_only_what_needs_it() -> None:
    made = recording(walking())
    made.quaternions[300, 3] = np.nan
    angles = sensor_angles(made, NAMES)
    for name in angles.names:
        assert np.isfinite(angles.column(name)).all() == ("left_knee" not in name), name
