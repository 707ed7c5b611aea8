"""Any bytes under any name are read or refused in one sentence that names the file, in bounded time and memory."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coxa.errors import InputError, RecordingError
from coxa.model import Source
from coxa.motion import Angles, Motion, Orientations
from coxa.motion.files import MOST_TEXT_BYTES
from coxa.motion.recording import Recording
from coxa.motion.registry import KINDS, kind_names, read_recording
from coxa.motion.settings import Settings
from coxa.motion.tables import to_json
from coxa.motion.writers import to_csv, to_mot, to_parquet, to_trc
from tests.motion import made

SECONDS = 10.0
SETTINGS = Settings(frame_size=(640, 480), rate=30.0)
ENDINGS = sorted({ending for kind in KINDS for ending in kind.extensions})
TIMES = np.arange(6) / 10
SOURCE = Source(name="a")
POINTS = np.arange(1.0, 37.0).reshape(6, 2, 3) / 10
MOTION = Motion(times=TIMES, source=SOURCE, names=("A", "B"), positions=POINTS, unit="m")
FLAT = Motion(times=TIMES, source=SOURCE, names=("left_hip", "nose"), positions=100 * POINTS[..., :2], unit="px")
ANGLES = Angles(
    times=TIMES,
    source=SOURCE,
    names=("left_hip_flexion", "pelvis_tilt"),
    values=POINTS[..., 0] * 10,
    units=("deg", "deg"),
)
TURNS = Orientations(times=TIMES, source=SOURCE, names=("thigh",), quaternions=np.tile([[1.0, 0, 0, 0]], (6, 1, 1)))
OPENPOSE = json.dumps([{"people": [{"pose_keypoints_2d": [100.0, 200.0, 0.9] * 25}]}] * 3).encode()
KERAAL = json.dumps({"positions": {f"{i}.0": {"Left_hip": [0.5, 0.6, 0.1]} for i in range(1, 4)}}).encode()
MATRIX = "time,a_r11,a_r12,a_r13,a_r21,a_r22,a_r23,a_r31,a_r32,a_r33\n0,1,0,0,0,1,0,0,0,1\n0.1,1,0,0,0,1,0,0,0,1\n"
TEXTS: dict[str, list[bytes]] = {
    ".trc": [to_trc(MOTION), made.trc(POINTS * 100, ["A", "B"]).encode()],
    ".mot": [to_mot(ANGLES), made.mot({"hip_flexion_r": [0.1, 0.2, 0.3]}, "inDegrees=no").encode()],
    ".csv": [to_csv(MOTION), to_csv(FLAT), to_csv(ANGLES), to_csv(TURNS), MATRIX.encode()],
    ".json": [to_json(MOTION), to_json(FLAT), to_json(ANGLES), to_json(TURNS), OPENPOSE, KERAAL],
}
PIECES = st.sampled_from(
    [
        *"\t,;|\n\x00é'\"0",
        "",
        "nan",
        "-1",
        "1e999",
        "1000000000",
        "-1e308",
        "inf",
        "1e-320",
        "null",
        "true",
        "[]",
        "{}",
        "[[[",
        "time",
        "endheader",
        "mm",
    ]
)


def outcome(path: Path, kind: str | None = None) -> Recording | str:
    """The recording, or its one sentence; any other error is a fault of ours."""
    begun = time.perf_counter()
    try:
        found: Recording | str = read_recording(path, kind=kind, settings=SETTINGS)
    except (RecordingError, InputError) as error:
        found = str(error)
    assert time.perf_counter() - begun < SECONDS
    if isinstance(found, str):
        assert len(found.splitlines()) == 1
        assert path.name in found
        assert len(found) < 600
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@st.composite
def damaged_text(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file after one to four slips, and its ending."""
    ending = draw(st.sampled_from(sorted(TEXTS)))
    raw = bytearray(draw(st.sampled_from(TEXTS[ending])))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        slip = draw(st.sampled_from(["cut", "replace", "insert", "delete", "double", "byte"]))
        end = min(len(raw), at + draw(st.integers(1, 12)))
        if slip == "cut":
            del raw[at:]
        elif slip == "replace":
            raw[at:end] = draw(PIECES).encode()
        elif slip == "insert":
            raw[at:at] = draw(PIECES).encode()
        elif slip == "delete":
            del raw[at:end]
        elif slip == "double":
            raw[at:at] = raw[at : at + 200]
        elif at < len(raw):
            raw[at] = draw(st.integers(0, 255))
    return ending, bytes(raw)


@settings(max_examples=300)
@given(damaged_text())
def test_damaged_text(folder: Path, damaged: tuple[str, bytes]) -> None:
    ending, raw = damaged
    path = folder / f"damaged{ending}"
    path.write_bytes(raw)
    outcome(path)


@settings(max_examples=150)
@given(st.binary(max_size=300), st.sampled_from(ENDINGS))
def test_any_bytes(folder: Path, raw: bytes, ending: str) -> None:
    path = folder / f"any{ending}"
    path.write_bytes(raw)
    assert raw == b"" or isinstance(outcome(path), (str, Recording))


@settings(max_examples=100)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
        lambda x: (
            st.lists(x, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "coxa",
                        "positions",
                        "frames",
                        "people",
                        "pose_keypoints_2d",
                        "landmarks",
                        "x",
                        "y",
                        "1",
                        "2.0",
                        "time",
                        "times",
                        "type",
                        "image_id",
                        "keypoints",
                        "idx",
                        "names",
                        "format",
                        "left_hip",
                    ]
                ),
                x,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json(folder: Path, content: object) -> None:
    path = folder / "any.json"
    path.write_text(json.dumps(content), "utf-8")
    outcome(path)


C3D = made.c3d(np.ones((20, 4, 3)), ["A", "B", "LHipAngles", "D"], parameters={"X_SCREEN": "+X", "Y_SCREEN": "+Z"})


@settings(max_examples=15)  # each of them starts a guarded process
@given(st.data())
def test_damaged_c3d_and_parquet(folder: Path, data: st.DataObject) -> None:
    ending, good = data.draw(st.sampled_from([(".c3d", C3D), (".parquet", to_parquet(MOTION))]))
    raw = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        most = min(len(raw), 1200) if ending == ".c3d" else len(raw)  # where its header and parameters are
        raw[data.draw(st.integers(4, most - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del raw[data.draw(st.integers(5, len(raw))) :]
    path = folder / f"damaged{ending}"
    path.write_bytes(bytes(raw))
    outcome(path)


@pytest.mark.parametrize("kind", kind_names())
def test_every_kind_refuses_what_is_nothing(folder: Path, kind: str) -> None:
    for name, raw in {"zeros": b"\0" * 2000, "one": b"x", "lines": b"\n" * 5000, "words": b"a b c\n" * 100}.items():
        path = folder / f"{name}.dat"
        path.write_bytes(raw)
        assert isinstance(outcome(path, kind), str)


@contextlib.contextmanager
def _pipe(path: Path) -> Iterator[None]:
    os.mkfifo(path)
    yield
    path.unlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_pipe_is_refused_at_once(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"pipe{ending}"
    with _pipe(path):
        assert "not an ordinary file" in str(outcome(path))


def test_a_device_that_never_ends() -> None:
    path = Path("/dev/zero")
    if not path.exists():
        pytest.skip("this system has no /dev/zero")
    assert "not an ordinary file" in str(outcome(path))


@pytest.mark.parametrize("ending", ENDINGS)
def test_empty_folder_and_missing(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    assert "no such file" in str(outcome(path))
    path.write_bytes(b"")
    assert "empty" in str(outcome(path))
    path.unlink()
    path.mkdir()
    assert "folder" in str(outcome(path))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"huge{ending}"
    head = {".c3d": C3D, ".parquet": b"PAR1"}.get(ending, b"PathFileType\t")
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(3 * MOST_TEXT_BYTES)
    assert isinstance(outcome(path), str)


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(RecordingError):
        read_recording(Path("a\0b.trc"))


LIES: list[tuple[str, Callable[[], Any]]] = [
    ("deep.json", lambda: b"[" * 100_000),
    ("wide.csv", lambda: b"time," + b"a," * 200_000 + b"\n0\n"),
    ("long.csv", lambda: b"time,a\n" + b"\n" * 5_000_000),
    ("huge-number.json", lambda: b'{"1": {"left_hip": [1' + b"0" * 5000 + b", 2]}}"),
    ("endless.json", lambda: b"[" + b"[]," * 2_500_000 + b"[]]"),
    ("rate.trc", lambda: made.trc(POINTS, ["A", "B"], header={"DataRate": "nan", "NumMarkers": "-3"}).encode()),
    ("frames.trc", lambda: made.trc(POINTS, ["A", "B"], header={"NumFrames": "1e300"}).encode()),
    ("many.json", lambda: json.dumps([{"people": [{"pose_keypoints_2d": [1.0, 2.0, 3.0]}] * 500}]).encode()),
]


@pytest.mark.parametrize(("name", "content"), LIES, ids=[name for name, _ in LIES])
def test_lies_are_refused_or_harmless(tmp_path: Path, name: str, content: Callable[[], bytes]) -> None:
    path = tmp_path / name
    path.write_bytes(content())
    outcome(path)


def test_a_wrong_ending_is_read_by_the_content_and_said(tmp_path: Path) -> None:
    for name, raw in {"c3d.trc": C3D, "trc.mot": TEXTS[".trc"][0], "mot.xyz": TEXTS[".mot"][0], "c3d": C3D}.items():
        path = tmp_path / name
        path.write_bytes(raw)
        found = outcome(path)
        assert isinstance(found, Recording), found
        assert "but the content is" in found.log[-1]


def test_an_unknown_kind_lists_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.docx"
    path.write_bytes(b"PK\x03\x04 something")
    assert ".c3d" in str(outcome(path))
    with pytest.raises(InputError, match="no kind of recording 'fbx'"):
        read_recording(path, kind="fbx")
