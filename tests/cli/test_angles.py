"""``coxa angles``: one clear line, or a table, JSON or a whole file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from coxa.cli import main
from coxa.motion import Angles
from coxa.motion.registry import read_recording
from coxa.motion.writers import write_recording
from tests.cli.test_cli import coxa, one_line
from tests.measure import test_imu as imu
from tests.measure import walker

KNOWN = {"left_hip_flexion": np.linspace(0, 100, 50), "right_knee_flexion": np.linspace(10, 60, 50)}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "lift.trc"
    write_recording(walker.motion(walker.plug_in_gait(KNOWN)), path)
    return path


def test_a_table_of_ranges(walk: Path) -> None:
    result = coxa("angles", walk, "--up", "z", "--centres", "harrington")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    row = next(line for line in result.stdout.splitlines() if line.startswith("left_hip_flexion"))
    assert row.split()[1:] != []
    for words in ("pelvis_tilt", "Marker set plug_in_gait", "estimated", "Up is z, as given"):
        assert words in result.stdout


def test_json_holds_the_ranges(walk: Path) -> None:
    sizes = "knee_width_mm=110,ankle_width_mm=80,leg_length_mm=860,marker_diameter_mm=14"
    result = coxa("angles", walk, "--json", "--up", "z", "--centres", "harrington", "--sizes", sizes)
    document = json.loads(result.stdout)
    assert document["document"] == "coxa.angles"
    assert document["frames"] == 50
    column = document["columns"]["left_hip_flexion"]
    assert column["max"] == pytest.approx(100.0, abs=1e-3)
    assert column["range"] == pytest.approx(100.0, abs=1e-3)
    assert column["missing_frames"] == 0
    assert column["unit"] == "deg"


@pytest.mark.parametrize("ending", ["csv", "mot", "parquet"])
def test_what_is_written_is_read_again(walk: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"angles.{ending}"
    result = coxa("angles", walk, "-o", out, "--up", "z", "--centres", "harrington")
    assert result.returncode == 0, result.stderr
    assert str(out) in result.stdout.replace("\n", "")
    again = read_recording(out)
    assert isinstance(again, Angles)
    assert again.column("left_hip_flexion")[-1] == pytest.approx(100.0, abs=2.0)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--set", "mine"], "choose one of generic, opensim_gait, plug_in_gait"),
        (["--centres", "guess"], "choose one of stored"),
        (["--centres", "stored"], "holds no stored segments"),
        (["--centres", "functional"], "regression"),
        (["--sizes", "knee_width_mm=11"], "11 mm can't be"),
        (["--sizes", "knee_width"], "name=value"),
        (["--sizes", "nose_mm=3"], "there is no size 'nose_mm'"),
        (["--sizes", "leg_length_mm=long"], "a number of millimetres"),
        (["--sensors", "pelvis=A"], "means nothing"),
        (["--up", "w"], "no axis"),
        (["-o", "angles.xls"], "Coxa writes"),
        (["--standing", "missing.trc"], "missing.trc"),
    ],
)
def test_wrong_use_gets_one_line(
    walk: Path, options: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["coxa", "angles", str(walk), *options])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr()
    assert stopped.value.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err


def test_a_file_of_angles_is_shown_as_it_is(walk: Path, tmp_path: Path) -> None:
    out = tmp_path / "angles.csv"
    coxa("angles", walk, "-o", out, "--up", "z")
    result = coxa("angles", out)
    assert "shown as stored" in result.stdout.replace("\n", " ")
    assert "means nothing" in one_line(coxa("angles", out, "--up", "z"))


def test_sensors_are_measured_too(tmp_path: Path) -> None:
    path = tmp_path / "sensors.parquet"
    write_recording(imu.recording(imu.walking()), path)
    result = coxa("angles", path, "--json", "--sensors", "left_thigh=A1,right_thigh=Q7", "--neutral", "0-0.9")
    assert result.returncode == 0, result.stderr
    columns = json.loads(result.stdout)["columns"]
    assert columns["left_knee_flexion"]["max"] == pytest.approx(60.0, abs=0.1)
    assert "--up means nothing" in one_line(coxa("angles", path, "--up", "z"))
    assert "two numbers of seconds" in one_line(coxa("angles", path, "--neutral", "3"))
