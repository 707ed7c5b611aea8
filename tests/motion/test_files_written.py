"""What is written is read again: exactly from Parquet and JSON, to the format's precision from TRC, MOT and CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coxa.errors import InputError, OutputError
from coxa.model import Source
from coxa.motion import Angles, Motion, Orientations
from coxa.motion.recording import FloatArray
from coxa.motion.registry import AnyRecording, read_recording
from coxa.motion.writers import write_recording

NAMES = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=8),
    min_size=1,
    max_size=4,
    unique=True,
)
PLAIN_NAMES = st.permutations(["left_hip", "right_knee", "nose", "LASI"]).map(lambda names: names[:3])
SOURCE = Source(name="trial one.c3d", sha256="ab" * 32)


@st.composite
def times(draw: st.DrawFn) -> FloatArray:
    steps = draw(hnp.arrays(np.float64, st.integers(1, 6), elements=st.floats(0.001, 1.0)))
    return np.asarray(draw(st.floats(-10, 10)) + np.cumsum(steps))


def numbers(draw: st.DrawFn, shape: tuple[int, ...], most: float, least: float = 1e-3) -> FloatArray:
    # never exactly 0, which the formats without a mark for 'missing' use for it
    value = st.floats(least, most) | st.floats(-most, -least)
    return draw(hnp.arrays(np.float64, shape, elements=value))


@st.composite
def motions(draw: st.DrawFn, unit: Any = None, names: st.SearchStrategy[list[str]] = NAMES) -> Motion:
    unit = unit or draw(st.sampled_from(["m", "px"]))
    when, points = draw(times()), tuple(draw(names))
    shape = (len(when), len(points), 3 if unit == "m" else 2)
    positions = numbers(draw, shape, *((10.0, 0.001) if unit == "m" else (5000.0, 10.0)))
    positions[draw(hnp.arrays(np.bool_, positions.shape[:2]))] = np.nan
    stored = {"LHipAngles": numbers(draw, (len(when), 3), 180.0)} if draw(st.booleans()) else {}
    return Motion(
        times=when,
        source=SOURCE,
        log=("Read.", "Filtered."),
        names=points,
        positions=positions,
        unit=unit,
        confidence=np.abs(np.sin(positions[..., 0])) if draw(st.booleans()) else None,
        frame_size=(640, 480) if unit == "px" else None,
        vertical=(0.0, 0.0, 1.0) if unit == "m" and draw(st.booleans()) else None,
        stored_angles=stored,
    )


@st.composite
def angles(draw: st.DrawFn, names: st.SearchStrategy[list[str]] = NAMES) -> Angles:
    when, columns = draw(times()), tuple(draw(names))
    values = numbers(draw, (len(when), len(columns)), 180.0)
    values[0, 0] = np.nan
    return Angles(times=when, source=SOURCE, names=columns, values=values, units=("deg",) * len(columns))


@st.composite
def orientations(draw: st.DrawFn, names: st.SearchStrategy[list[str]] = NAMES) -> Orientations:
    when, sensors = draw(times()), tuple(draw(names))
    raw = numbers(draw, (len(when), len(sensors), 4), 1.0)
    raw /= np.linalg.norm(raw, axis=-1, keepdims=True)
    return Orientations(times=when, source=SOURCE, names=sensors, quaternions=raw)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


def same(first: Any, second: Any) -> None:
    if isinstance(first, np.ndarray):
        np.testing.assert_array_equal(first, second)
    elif isinstance(first, dict):
        assert first.keys() == second.keys()
        for key, value in first.items():
            same(value, second[key])
    else:
        assert first == second


def check_whole(recording: AnyRecording, path: Path) -> None:
    found = read_recording(write_recording(recording, path))
    assert type(found) is type(recording)
    for name in recording.__dataclass_fields__:
        same(getattr(recording, name), getattr(found, name))


@settings(max_examples=60)
@given(motions() | angles() | orientations())
def test_json_gives_everything_back_exactly(folder: Path, recording: AnyRecording) -> None:
    check_whole(recording, folder / "a.json")


@settings(max_examples=6)  # each example starts a guarded process
@given(motions() | angles() | orientations())
def test_parquet_gives_everything_back_exactly(folder: Path, recording: AnyRecording) -> None:
    check_whole(recording, folder / "a.parquet")


@settings(max_examples=60)
@given(motions(unit="m"))
def test_trc_gives_the_markers_back(folder: Path, motion: Motion) -> None:
    found = read_recording(write_recording(motion, folder / "a.trc"))
    assert isinstance(found, Motion)
    assert found.names == motion.names
    np.testing.assert_allclose(found.times, motion.times, atol=1e-3)
    np.testing.assert_allclose(found.positions, motion.positions, rtol=1e-12)


@settings(max_examples=60)
@given(angles(names=st.just(["left_hip_flexion", "left_knee_flexion", "pelvis_tilt"])))
def test_mot_gives_the_angles_back(folder: Path, recording: Angles) -> None:
    found = read_recording(write_recording(recording, folder / "a.mot"))
    assert isinstance(found, Angles)
    assert (found.names, found.units) == (recording.names, recording.units)
    same(found.values, recording.values)
    same(found.times, recording.times)


@settings(max_examples=80)
@given(motions(names=PLAIN_NAMES) | orientations(names=PLAIN_NAMES) | angles(names=st.just(["left_hip_flexion"])))
def test_csv_gives_the_numbers_back(folder: Path, recording: AnyRecording) -> None:
    path = write_recording(recording, folder / "a.csv")
    if isinstance(recording, Motion) and np.isnan(recording.positions).all():
        return  # nobody is in it, which the reader refuses for landmarks
    found = read_recording(path)
    same(found.times, recording.times)
    if isinstance(recording, Motion):
        assert isinstance(found, Motion)
        assert found.unit == recording.unit
        same(found.positions, recording.positions)
    elif isinstance(recording, Angles):
        assert isinstance(found, Angles)
        assert found.units == recording.units
        same(found.values, recording.values)
    else:
        assert isinstance(found, Orientations)
        np.testing.assert_allclose(found.quaternions, recording.quaternions, rtol=1e-14)


def small() -> Motion:
    return Motion(times=np.array([0.0, 0.1]), source=SOURCE, names=("A",), positions=np.ones((2, 1, 3)), unit="m")


def test_what_a_format_cannot_hold_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="joint angles"):
        write_recording(small(), tmp_path / "a.mot")
    with pytest.raises(InputError, match="endings"):
        write_recording(small(), tmp_path / "a.xlsx")
    flat = Motion(times=np.array([0.0]), source=SOURCE, names=("A",), positions=np.ones((1, 1, 2)), unit="px")
    with pytest.raises(InputError, match="metres"):
        write_recording(flat, tmp_path / "a.trc")
    odd = Motion(times=np.array([0.0]), source=SOURCE, names=("A\tB",), positions=np.ones((1, 1, 3)), unit="m")
    with pytest.raises(InputError, match="can't be written"):
        write_recording(odd, tmp_path / "a.trc")
    assert list(tmp_path.iterdir()) == []


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "a.csv"
    old.write_text("old")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match="No space"):
        write_recording(small(), old)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.csv", "old")]


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OutputError, match="folder"):
        write_recording(small(), tmp_path / "a.csv")


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.csv"
    write_recording(small(), path)
    write_recording(small(), path)
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]
    assert path.read_text().splitlines()[0] == "time,A_x_m,A_y_m,A_z_m"
