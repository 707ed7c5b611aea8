"""``coxa measure`` on the example recordings, as a person would run it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coxa.cli.examples import example_recording
from tests.cli.test_cli import coxa

RAISE = example_recording("straight-leg-raise-left.mp4")
SLANTED = example_recording("straight-leg-raise-oblique-camera.mp4")
ROTATION = example_recording("hip-internal-rotation-left.mp4")
AS_TEST = ("--test", "straight_leg_raise", "--protocol", "supine_active")


@pytest.fixture(scope="module")
def reading() -> dict[str, object]:
    result = coxa("measure", RAISE, *AS_TEST, "--side", "left", "--json")
    assert result.returncode == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_a_good_video_gives_a_reading_with_its_error(reading: dict[str, object]) -> None:
    assert reading["value"] == pytest.approx(62.0, abs=5.0)
    assert isinstance(reading["sem"], float)
    assert reading["accepted"] is True
    assert (reading["method"], reading["instrument"]) == ("video", "blazepose_heavy")
    assert reading["source"]["name"] == RAISE.name  # type: ignore[index]


def test_the_line_for_a_case_file_gives_the_same_reading(reading: dict[str, object], tmp_path: Path) -> None:
    result = coxa("measure", RAISE, *AS_TEST, "--side", "left")
    line = next(line.strip() for line in result.stdout.splitlines() if line.strip().startswith("- {test:"))
    case = tmp_path / "case.yaml"
    text = example_recording("../cases/10-nothing-at-the-hip.yaml").read_text("utf-8")
    before, _, after = text.partition("    readings:\n")
    case.write_text(f"{before}    readings:\n      {line}\n{after}", encoding="utf-8")
    screened = coxa("screen", case, "--json")
    assert screened.returncode == 0, screened.stderr
    readings = json.loads(screened.stdout)["assessment"]["readings"]
    same = next(one for one in readings if one["instrument"] == "blazepose_heavy")
    assert same["value"] == pytest.approx(reading["value"], abs=0.1)
    assert same["sem"] == reading["sem"]


def test_a_slanted_camera_is_refused_with_what_to_do() -> None:
    result = coxa("measure", SLANTED, *AS_TEST, "--side", "right")
    assert result.returncode == 3
    assert "Refused" in result.stdout
    assert "set it square to you" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--test", "straight_leg_raise", "--side", "left"), "--protocol supine_passive or supine_active"),
        (("--test", "nonsense", "--side", "left"), "there is no test 'nonsense'"),
        ((*AS_TEST, "--side", "both"), "film each leg on its own"),
        (("--test", "fingertip_to_floor", "--side", "both"), "use the tape"),
        (("--test", "hip_internal_rotation_0", "--side", "left"), "1 of 100 pictures"),
        ((*AS_TEST, "--side", "left", "--seconds", "5-2"), "--seconds 5-2"),
        ((*AS_TEST, "--side", "left", "--method", "mocap"), "is a video"),
        ((*AS_TEST, "--side", "left", "--plot", "x.bmp"), ".svg, .png, .pdf"),
        ((*AS_TEST, "--side", "left", "--overlay", "x.txt"), "ends in .mp4"),
        ((*AS_TEST, "--side", "left", "--overlay", str(RAISE)), "is the video itself"),
        ((*AS_TEST, "--side", "left", "--roll", "inf"), "-45 to 45"),
        ((*AS_TEST, "--side", "left", "--rate", "0"), "a rate of 0"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(arguments: tuple[str, ...], said: str) -> None:
    result = coxa("measure", RAISE, *arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    fake = tmp_path / "clip.mp4"
    fake.write_bytes(b"this is no video" * 100)
    result = coxa("measure", fake, *AS_TEST, "--side", "left")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "clip.mp4" in result.stderr


def test_a_table_of_angles_must_say_what_it_holds(tmp_path: Path) -> None:
    table = tmp_path / "walk.csv"
    rows = "".join(f"{frame / 10},{frame % 40}\n" for frame in range(60))
    table.write_text("time,left_knee_flexion\n" + rows, encoding="utf-8")
    result = coxa("measure", table, "--test", "prone_knee_bend", "--side", "left")
    assert result.returncode == 2
    assert "--method imu" in result.stderr
    for option, value in (("--seconds", "0-1"), ("--roll", "5")):
        result = coxa("measure", table, "--test", "prone_knee_bend", "--side", "left", "--method", "imu", option, value)
        assert result.returncode == 2
        assert "leave the" in result.stderr


# A test run in the background inherits that Ctrl-C is ignored.
STOPPABLE = """\
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("coxa.cli", run_name="__main__", alter_sys=True)"""


def wait_for_decoder(pid: int) -> None:
    """Until the video is being read, which a process of its own does; a guess where /proc doesn't tell."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for _ in range(200):
        if not children.exists():
            time.sleep(2.0)
            return
        if children.read_text():
            return
        time.sleep(0.05)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    made = [tmp_path / "angle.svg", tmp_path / "overlay.mp4"]
    command = [sys.executable, "-c", STOPPABLE, "measure", str(RAISE), *AS_TEST, "--side", "left"]
    command += ["--plot", str(made[0]), "--overlay", str(made[1])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    wait_for_decoder(process.pid)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stopped" in said
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare to cut the network")
def test_it_needs_no_network() -> None:
    """In a network namespace with nothing in it, not even a loopback that is up."""
    command = ["unshare", "--user", "--map-root-user", "--net", sys.executable, "-m", "coxa.cli"]
    command += ["measure", str(ROTATION), "--test", "hip_internal_rotation_90", "--side", "left", "--json"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if result.returncode == 1 and "unshare" in result.stderr:
        command = ["unshare", "--net", *command[4:]]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["value"] == pytest.approx(27.9, abs=4.0)


def test_no_host_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, under the guard that refuses every look-up and connection (tests/conftest.py)."""
    from coxa.model import Side
    from coxa.recordings import RecordingOptions, measure_recording

    found = measure_recording(ROTATION, "hip_internal_rotation_90", Side.LEFT, RecordingOptions(model="lite"))
    assert found.measurements[0].reading.instrument == "blazepose_lite"
