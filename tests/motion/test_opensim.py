"""MOT and STO: degrees or radians, headers of all kinds, and OpenSim's names and signs as ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from coxa.errors import InputError, RecordingError
from coxa.motion import Angles
from coxa.motion.angle_names import from_opensim
from coxa.motion.registry import read_recording
from tests.motion import made

SMALL = {"hip_flexion_r": [0.1, 0.2, 0.3], "pelvis_tx": [0.5, 0.6, 0.7], "soleus_r": [0.1, 0.2, 0.3]}
LARGE = {"hip_flexion_r": [10.0, 20.0, 30.0], "pelvis_tx": [0.5, 0.6, 0.7]}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Angles]:
    def reader(text: str, name: str = "made.mot") -> Angles:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        found = read_recording(path)
        assert isinstance(found, Angles)
        return found

    return reader


@pytest.mark.parametrize(
    ("columns", "header", "hip", "words"),
    [
        (LARGE, "inDegrees=yes", 10.0, "Degrees by its header"),
        (SMALL, "inDegrees=yes", 0.1, "Degrees by its header"),
        (SMALL, "inDegrees=no", np.degrees(0.1), "Radians by its header"),
        (SMALL, "version=1\ninDegrees = no", np.degrees(0.1), "Radians by its header"),
        (SMALL, "Angles are in degrees.", 0.1, "remark"),
        (LARGE, "version=1", 10.0, "an angle reaches 30"),
        (SMALL, "version=1", np.degrees(0.1), "ASSUMED"),
    ],
)
def test_degrees_or_radians(
    read: Callable[..., Angles], columns: dict[str, list[float]], header: str, hip: float, words: str
) -> None:
    found = read(made.mot(columns, header))
    assert found.column("hip_flexion_r")[0] == pytest.approx(hip)
    np.testing.assert_allclose(found.column("pelvis_tx"), [0.5, 0.6, 0.7])
    assert found.units[:2] == ("deg", "m")
    assert words in found.log[0]
    if "soleus_r" in columns:
        np.testing.assert_allclose(found.column("soleus_r"), [0.1, 0.2, 0.3])  # unknown: as stored, without a unit
        assert found.units[2] == ""


def test_a_header_that_contradicts_the_numbers_is_refused(read: Callable[..., Angles]) -> None:
    with pytest.raises(RecordingError, match="says radians"):
        read(made.mot(LARGE, "inDegrees=no"))


def test_no_header_but_names(read: Callable[..., Angles]) -> None:
    text = made.mot(LARGE).partition("endheader\n")[2]
    assert read(text).column("hip_flexion_r").tolist() == [10.0, 20.0, 30.0]
    assert read(text.replace("\t", ",")).names == ("hip_flexion_r", "pelvis_tx")
    assert read(text.replace("\t", "   ")).frames == 3


def test_no_header_at_all_gives_columns_that_nobody_names(read: Callable[..., Angles]) -> None:
    found = read("0, 1.5, 2\n0.02, 1.6, 3\n0.04, 1.7, 4\n", "rows.csv")
    assert (found.names, found.units) == (("column_1", "column_2"), ("", ""))
    assert found.rate == pytest.approx(50.0)
    assert "no header" in found.log[0]
    with pytest.raises(RecordingError, match="first column isn't the time"):
        read("5, 1.5\n5, 1.6\n", "rows.csv")


def test_states_are_known_by_the_end_of_their_path(read: Callable[..., Angles]) -> None:
    columns = {"/jointset/hip_r/hip_flexion_r/value": [0.5, 0.6], "/jointset/hip_r/hip_flexion_r/speed": [1.0, 2.0]}
    found = read(made.mot(columns, "inDegrees=no"), "made.sto")
    assert found.units == ("deg", "")
    np.testing.assert_allclose(from_opensim(found).column("right_hip_flexion"), np.degrees([0.5, 0.6]))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("inDegrees=yes", "nRows=1000000000", "cut short"),
        ("\t0.7", "", "breaks off"),
        ("time\t", "frame\t", "the time in seconds must come first"),
        ("time\thip_flexion_r\tpelvis_tx\n", "", "names of the columns are missing"),
        ("0.01\t", "0.0\t", "don't grow steadily"),
        ("20.0", "twenty", "line 6 holds 'twenty'"),
    ],
)
def test_what_is_wrong_is_said(read: Callable[..., Angles], old: str, new: str, words: str) -> None:
    text = made.mot(LARGE)
    assert old in text
    with pytest.raises(RecordingError, match=words):
        read(text.replace(old, new))


KNEES = {"knee_angle_r": [0.0, -60.0, -5.0], "knee_angle_l": [2.0, -55.0, -8.0]}


def test_our_names_and_signs(read: Callable[..., Angles]) -> None:
    columns = {
        "pelvis_tilt": [-10.0, -12.0, -11.0],
        "pelvis_list": [3.0, 2.0, 1.0],
        "pelvis_rotation": [4.0, 5.0, 6.0],
        "hip_adduction_l": [7.0, 8.0, 9.0],
        "ankle_angle_r": [1.0, 2.0, 3.0],
        "lumbar_extension": [0.0, 0.0, 0.0],
        **KNEES,
    }
    found = from_opensim(read(made.mot(columns)))
    assert set(found.names) == {
        "pelvis_tilt",
        "pelvis_obliquity",
        "pelvis_rotation",
        "left_hip_adduction",
        "right_ankle_dorsiflexion",
        "right_knee_flexion",
        "left_knee_flexion",
    }
    assert found.column("pelvis_tilt").tolist() == [10.0, 12.0, 11.0]  # OpenSim's + is backwards
    assert found.column("pelvis_obliquity").tolist() == [3.0, 2.0, 1.0]
    assert found.column("right_knee_flexion").tolist() == [0.0, 60.0, 5.0]
    assert any("negative in the file" in sentence for sentence in found.log)


def test_newer_models_bend_the_knee_positively(read: Callable[..., Angles]) -> None:
    newer = {name: [-value for value in values] for name, values in KNEES.items()}
    assert from_opensim(read(made.mot(newer))).column("left_knee_flexion").tolist() == [-2.0, 55.0, 8.0]


def test_a_knee_that_stays_straight_does_not_tell_its_sign(read: Callable[..., Angles]) -> None:
    straight = read(made.mot({"knee_angle_r": [1.0, -4.0, 2.0]}))
    with pytest.raises(InputError, match="say which"):
        from_opensim(straight)
    assert from_opensim(straight, knee_flexion="negative").column("right_knee_flexion").tolist() == [-1.0, 4.0, -2.0]


def test_a_file_without_joints(read: Callable[..., Angles]) -> None:
    with pytest.raises(InputError, match="no column"):
        from_opensim(read(made.mot({"soleus_r": [0.1, 0.2]})))
