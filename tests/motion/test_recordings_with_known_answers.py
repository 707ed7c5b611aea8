"""Every recording of $COXA_DATA, against what is known of it independently of the readers."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from coxa.errors import RecordingError
from coxa.motion import Angles, Motion, Orientations
from coxa.motion.angle_names import from_opensim
from coxa.motion.recording import FloatArray
from coxa.motion.registry import read_recording
from coxa.motion.settings import Settings

pytestmark = pytest.mark.data

#: file → frames, rate, markers that must be there
TRC = {
    "opensim-gait2354/subject01_walk1.trc": (151, 41),
    "opensim-gait2354/subject01_static.trc": (300, 49),
    "opensim-gait10dof/subject01_walk.trc": (151, 41),
    "opensim-gait10dof/subject01_static.trc": (300, 49),
}
PLUG_IN_GAIT = {
    "HC002D/Static/HC002D02.c3d": 51,
    "HC002D/Straight/HC002D06.c3d": 255,
    "HC002D/Turn/HC002D25.c3d": 237,
    "HC033A/Static/HC033A01.c3d": 53,
    "HC033A/Straight/HC033A10.c3d": 170,
    "HC033A/Turn/HC033A22.c3d": 393,
    "HC036A/Static/HC036A01.c3d": 56,
    "HC036A/Straight/HC036A10.c3d": 178,
    "HC036A/Turn/HC036A23.c3d": 223,
}


@pytest.mark.parametrize("name", TRC)
def test_trc(data_dir: Path, name: str) -> None:
    found = read_recording(data_dir / name)
    assert isinstance(found, Motion)
    assert (found.frames, len(found.names)) == TRC[name]
    assert found.rate == pytest.approx(60.0, abs=1e-6)
    pelvis = found.point("R.ASIS") - found.point("L.ASIS")
    assert 0.2 < np.median(np.linalg.norm(pelvis, axis=1)) < 0.35  # an adult's pelvis in metres
    assert 0.9 < np.median(found.point("R.ASIS")[:, 1]) < 1.2  # y is up
    last = (data_dir / name).read_text().split("\n")[5 + found.frames].split("\t")
    np.testing.assert_allclose(found.positions[-1].ravel(), np.array(last[2 : 2 + 3 * len(found.names)], float) / 1000)


@pytest.mark.parametrize("name", PLUG_IN_GAIT)
def test_plug_in_gait(data_dir: Path, name: str) -> None:
    found = read_recording(data_dir / "plug-in-gait" / name)
    assert isinstance(found, Motion)
    assert found.frames == PLUG_IN_GAIT[name]
    assert found.rate == pytest.approx(100.0)
    assert found.vertical == (0.0, 0.0, 1.0)
    assert found.has("LASI", "RASI", "SACR", "LKNE", "LANK", "LHJC") or found.has("LASI", "RASI", "LFEP", "LFEO")
    assert 0.5 < np.nanmedian(found.point("LASI")[:, 2]) < 1.2
    hip = found.stored_angles["LHipAngles"]
    assert hip.shape == (found.frames, 3)
    assert np.nanmax(np.abs(hip)) < 120.0
    assert all(not name.endswith(("Angles", "Force", "Moment", "Power")) for name in found.names)


def test_stored_hip_flexion_is_the_angle_of_the_stored_femur(data_dir: Path) -> None:
    found = cast("Motion", read_recording(data_dir / "plug-in-gait/HC002D/Straight/HC002D06.c3d"))
    y = found.point("LASI") - found.point("RASI")
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    forwards = (found.point("LASI") + found.point("RASI")) / 2 - found.point("SACR")
    z = np.cross(forwards, y)
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    x = np.cross(y, z)
    thigh = found.point("LFEO") - found.point("LFEP")
    flexion = np.degrees(np.arctan2(np.sum(thigh * x, axis=1), -np.sum(thigh * z, axis=1)))
    assert np.nanmedian(np.abs(flexion - found.stored_angles["LHipAngles"][:, 0])) < 0.1


@pytest.mark.parametrize(("name", "frames"), [("neu_t169_f250f350.c3d", 101), ("stoop1_t169_f620f800.c3d", 181)])
def test_stoop_lift(data_dir: Path, name: str, frames: int) -> None:
    found = read_recording(data_dir / "stoop-lift" / name)
    assert isinstance(found, Motion)
    assert (found.frames, len(found.names)) == (frames, 38)
    assert found.rate == pytest.approx(50.0)
    assert found.vertical is None
    assert 1.3 < np.nanmax(found.positions[0]) - np.nanmin(found.positions[0]) < 2.5


def test_columns_without_a_header(data_dir: Path) -> None:
    found = read_recording(data_dir / "stoop-lift/qIK_stoop1.csv")
    assert isinstance(found, Angles)
    assert (found.frames, len(found.names), set(found.units)) == (181, 51, {""})
    assert found.rate == pytest.approx(50.0)


def test_opensim_angles_by_our_signs(data_dir: Path) -> None:
    found = read_recording(data_dir / "opensim-gait2354/subject01_walk1_ik.mot")
    assert isinstance(found, Angles)
    assert (found.frames, len(found.names)) == (73, 23)
    assert found.rate == pytest.approx(60.0, abs=0.01)
    ours = from_opensim(found)
    assert 60.0 < ours.column("left_knee_flexion").max() < 75.0  # swing phase of walking
    assert ours.column("left_knee_flexion").min() > -3.0
    markers = cast("Motion", read_recording(data_dir / "opensim-gait2354/subject01_walk1.trc"))

    def at(name: str) -> FloatArray:
        return np.stack([np.interp(ours.times, markers.times, row) for row in markers.point(name).T], axis=1)

    # the person walks along x, y is up, z to the right
    forwards = (at("R.ASIS") + at("L.ASIS")) / 2 - at("V.Sacral")
    down = -np.degrees(np.arctan2(forwards[:, 1], forwards[:, 0]))
    assert np.corrcoef(down, ours.column("pelvis_tilt"))[0, 1] > 0.7  # the front goes down: anterior
    across = at("R.ASIS") - at("L.ASIS")
    to_left = np.degrees(np.arctan2(across[:, 0], across[:, 2]))  # the right side goes forwards
    assert np.corrcoef(to_left, ours.column("pelvis_rotation"))[0, 1] > 0.95
    # in stance the leg stays upright while the pelvis drops on the other side: adduction
    drop = ours.column("pelvis_obliquity")  # + is left side up
    assert np.corrcoef(drop, ours.column("left_hip_adduction"))[0, 1] > 0.6
    assert np.corrcoef(drop, ours.column("right_hip_adduction"))[0, 1] < -0.6
    ten = from_opensim(cast("Angles", read_recording(data_dir / "opensim-gait10dof/subject01_walk_IK.mot")))
    assert ten.frames == 151
    assert 60.0 < ten.column("right_knee_flexion").max() < 75.0


def test_isen_angles(data_dir: Path) -> None:
    found = read_recording(data_dir / "imu-isen/iSen_angles.csv")
    assert isinstance(found, Angles)
    assert found.frames == 3639
    assert found.duration == pytest.approx(36.37, abs=0.01)
    hip = found.column("right_hip_flexion")
    assert -21.0 < min(hip.min(), found.column("left_hip_flexion").min()) < -10.0  # README: -20 to 63 degrees
    assert 60.0 < max(hip.max(), found.column("left_hip_flexion").max()) < 64.0
    assert found.column("left_hip_flexion")[0] == pytest.approx(0.0674054)
    assert found.column("right_knee_flexion")[0] == pytest.approx(0.0654844)


def test_isen_orientations_agree_with_its_gyroscope_and_tilts(data_dir: Path) -> None:
    path = data_dir / "imu-isen/iSen_sensors.csv"
    found = read_recording(path)
    assert isinstance(found, Orientations)
    assert found.names == ("BOLTWOODITE", "LEO", "GASPEITE", "MIARGYRITE", "KARENAI")
    assert found.duration == pytest.approx(36.37, abs=0.01)
    raw = np.genfromtxt(path, delimiter=",", skip_header=1, max_rows=2 * found.frames)
    for i, name in enumerate(found.names):
        turn = Rotation.from_quat(found.sensor(name), scalar_first=True)
        up = turn.inv().apply([0.0, 0.0, 1.0])
        stored = raw[: found.frames, 17 + 3 * i : 20 + 3 * i]  # angle of each sensor axis against straight up
        np.testing.assert_allclose(np.degrees(np.arccos(np.clip(up, -1, 1))), stored, atol=0.01)
        pitch, yaw, roll = raw[::2, 83 + 3 * i : 86 + 3 * i][: found.frames].T  # °/s at 200 Hz
        rates = np.stack([roll, pitch, yaw], axis=1)
        turned = (turn[:-1].inv() * turn[1:]).as_rotvec(degrees=True) * found.rate
        middle = (rates[1:] + rates[:-1]) / 2
        assert np.corrcoef(turned.ravel(), middle.ravel())[0, 1] > 0.98
        assert np.polyfit(middle.ravel(), turned.ravel(), 1)[0] == pytest.approx(1.0, abs=0.035)


@pytest.mark.parametrize(("model", "frames", "points"), [("BP", 196, 33), ("OP", 197, 18), ("AP", 195, 17)])
def test_keraal(data_dir: Path, model: str, frames: int, points: int) -> None:
    path = data_dir / f"keraal/G3-{model}-CTK-P1T1-Unknown-C-0.json"
    with pytest.raises(RecordingError, match="width and height"):
        read_recording(path, settings=Settings(rate=25.0))
    found = read_recording(path, settings=Settings(rate=25.0, frame_size=(960, 544)))
    assert isinstance(found, Motion)
    assert (found.frames, len(found.names)) == (frames, points)
    ankle, hip, nose = (np.nanmedian(found.point(name)[:, 1]) for name in ("left_ankle", "left_hip", "nose"))
    assert ankle > hip > nose  # y is down, and the person stands


@pytest.mark.parametrize("name", ["G3-Kinect-CTK-P1T1-Unknown-C-0.txt", "G3-Vicon-CTK-P1T1-Unknown-C-0.txt"])
def test_numbers_that_nobody_named_are_refused(data_dir: Path, name: str) -> None:
    with pytest.raises(RecordingError, match="no header"):
        read_recording(data_dir / "keraal" / name, settings=Settings(rate=25.0))
