"""A function in a guarded process: its result comes back, and whatever goes wrong becomes one sentence."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from coxa.errors import RecordingError
from coxa.motion.sandbox import run_guarded


def double(values: npt.NDArray[np.float64], name: str) -> dict[str, Any]:
    os.write(1, b"native noise on standard output")
    return {"values": values * 2, "name": name}


def echo(value: int) -> int:
    return value


def sleep_long() -> None:
    time.sleep(60)


def crash() -> None:
    os.abort()


def leave() -> None:
    os._exit(0)


def grab() -> int:
    return len(bytearray(8_000_000_000))


def explain() -> None:
    raise RecordingError("it is upside down.", file="inside.c3d")


def stumble() -> None:
    raise KeyError("a\nb")


def guarded(function: Callable[[], object], seconds: float = 20.0) -> None:
    run_guarded(function, memory_bytes=300_000_000, seconds=seconds, file_name="x.c3d")


def test_arrays_and_text_come_back_whole() -> None:
    values = np.arange(3_000_000, dtype=np.float64).reshape(1000, 1000, 3)
    found = run_guarded(double, values, "ä", memory_bytes=1_000_000_000, seconds=20.0, file_name="x")
    np.testing.assert_array_equal(found["values"], 2 * values)
    assert found["name"] == "ä"
    found["values"][0] = 0  # writable, as any array of ours


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (crash, "crashed"),
        (leave, "crashed"),
        (explain, "x.c3d: it is upside down."),
        (stumble, "KeyError"),
        pytest.param(
            grab, "memory", marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")
        ),
    ],
)
def test_what_goes_wrong_is_one_sentence(function: Callable[[], object], words: str) -> None:
    with pytest.raises(RecordingError, match=words) as caught:
        guarded(function)
    assert str(caught.value).startswith("x.c3d: ")
    assert len(str(caught.value).splitlines()) == 1


def test_too_slow_is_ended_on_time() -> None:
    begun = time.perf_counter()
    with pytest.raises(RecordingError, match=r"longer than 0\.5 seconds"):
        guarded(sleep_long, seconds=0.5)
    assert time.perf_counter() - begun < 5.0


def test_ctrl_c_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupted(self: subprocess.Popen[bytes], *args: object, **kwargs: object) -> None:
        started.append(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        guarded(sleep_long)
    assert started[0].poll() is not None


def test_python_files_beside_the_recording_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("struct", "pickle", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('hostile')", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert run_guarded(echo, 3, memory_bytes=300_000_000, seconds=20.0, file_name="x") == 3


def test_a_function_that_has_no_name_in_a_file_is_our_fault() -> None:
    with pytest.raises(TypeError):
        guarded(lambda: None)


def test_only_the_module_of_the_function_is_loaded() -> None:
    """So a reader that needs little starts fast: the whole package takes half a second."""
    from coxa.motion import c3d_native

    text = Path(c3d_native.__file__).read_text("utf-8")
    assert "import coxa" not in text
    assert "from coxa" not in text
