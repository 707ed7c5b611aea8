"""Sensor orientations: which columns belong together, and what is no orientation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from coxa.errors import RecordingError
from coxa.motion import Orientations
from coxa.motion.imu import MATRICES, QUATERNIONS
from coxa.motion.registry import read_recording
from coxa.motion.settings import Settings

TURNS = Rotation.from_euler("xyz", np.arange(12.0).reshape(4, 3) * 10, degrees=True)
QUATERNION = TURNS.as_quat(scalar_first=True)
MATRIX = TURNS.as_matrix().reshape(4, 9)


def read(tmp_path: Path, header: list[str], rows: list[list[float]], separator: str = ",") -> Orientations:
    path = tmp_path / "a.csv"
    lines = [header, *([str(value) for value in row] for row in rows)]
    text = "\n".join(separator.join(line) for line in lines)
    path.write_text(text if separator != ";" else text.replace(".", ","), "utf-8")
    found = read_recording(path, settings=Settings(rate=50.0))
    assert isinstance(found, Orientations)
    return found


def table(*parts: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> list[list[float]]:
    whole: list[list[float]] = np.concatenate([np.arange(4.0)[:, None] / 10, *parts], axis=1).tolist()
    return whole


@pytest.mark.parametrize("endings", QUATERNIONS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_quaternions_by_their_endings(tmp_path: Path, endings: tuple[str, ...], separator: str) -> None:
    header = ["time", *(f"thigh_{end}" for end in endings), *(f"Shank {end.upper()}" for end in reversed(endings))]
    found = read(tmp_path, header, table(QUATERNION, QUATERNION[:, ::-1]), separator)
    assert found.names == ("thigh", "Shank")
    np.testing.assert_allclose(found.sensor("thigh"), QUATERNION, atol=1e-12)
    np.testing.assert_allclose(found.sensor("Shank"), QUATERNION, atol=1e-12)
    assert found.rate == pytest.approx(10.0)


@pytest.mark.parametrize("endings", MATRICES)
def test_matrices_by_their_endings(tmp_path: Path, endings: tuple[str, ...]) -> None:
    found = read(tmp_path, ["time", *(f"pelvis_{end}" for end in endings)], table(MATRIX))
    turned = Rotation.from_quat(found.sensor("pelvis"), scalar_first=True).as_matrix()
    np.testing.assert_allclose(turned.reshape(4, 9), MATRIX, atol=1e-12)


def test_opensense(tmp_path: Path) -> None:
    path = tmp_path / "a.sto"
    rows = [f"{i / 10}\t" + "\t".join([",".join(map(str, row))] * 2) for i, row in enumerate(QUATERNION.tolist())]
    head = ["DataRate=10.000000", "DataType=Quaternion", "version=3", "endheader", "time\tpelvis_imu\tfemur_r_imu"]
    path.write_text("\n".join([*head, *rows]) + "\n", "utf-8")
    found = read_recording(path)
    assert isinstance(found, Orientations)
    assert found.names == ("pelvis_imu", "femur_r_imu")
    np.testing.assert_allclose(found.sensor("femur_r_imu"), QUATERNION, atol=1e-12)
    path.write_text("\n".join([*head, *rows[:-1], rows[-1].rpartition("\t")[0]]), "utf-8")
    with pytest.raises(RecordingError, match="cut short"):
        read_recording(path)


def test_one_sensor_without_a_name_and_a_rate_given(tmp_path: Path) -> None:
    found = read(tmp_path, ["w", "x", "y", "z"], QUATERNION.tolist())
    assert found.names == ("sensor",)
    assert found.rate == pytest.approx(50.0)


def test_gaps_are_missing(tmp_path: Path) -> None:
    rows = table(QUATERNION)
    rows[1][2] = float("nan")
    rows[2][1:] = [0.0, 0.0, 0.0, 0.0]
    found = read(tmp_path, ["time", "a_w", "a_x", "a_y", "a_z"], rows)
    assert [bool(np.isnan(row).all()) for row in found.sensor("a")] == [False, True, True, False]


def test_what_is_no_rotation_is_refused(tmp_path: Path) -> None:
    rows = table(QUATERNION)
    rows[2][1:] = [1.5 * value for value in rows[2][1:]]
    with pytest.raises(RecordingError, match=r"quaternion of a in frame 3 has the length 1\.5"):
        read(tmp_path, ["time", "a_w", "a_x", "a_y", "a_z"], rows)
    header = ["time", *(f"a_{end}" for end in MATRICES[0])]
    with pytest.raises(RecordingError, match="matrix of a in frame 1 is no rotation"):
        read(tmp_path, header, table(-MATRIX))  # a mirror image
    with pytest.raises(RecordingError, match="no rotation"):
        read(tmp_path, header, table(np.arange(36.0).reshape(4, 9)))
