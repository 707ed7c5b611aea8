"""TRC files as different programs write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from coxa.errors import RecordingError
from coxa.motion import Motion
from coxa.motion.registry import read_recording
from tests.motion import made

POINTS = np.arange(1.0, 31.0).reshape(5, 2, 3) * 10
NAMES = ["R.ASIS", "L.ASIS"]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Motion]:
    def reader(text: str) -> Motion:
        path = tmp_path / "made.trc"
        path.write_bytes(text.encode("utf-8"))
        found = read_recording(path)
        assert isinstance(found, Motion)
        return found

    return reader


@pytest.mark.parametrize(("unit", "factor"), [("mm", 0.001), ("m", 1.0), ("cm", 0.01)])
def test_metres_times_and_names(read: Callable[[str], Motion], unit: str, factor: float) -> None:
    found = read(made.trc(POINTS, NAMES, units=unit, rate=60.0))
    np.testing.assert_allclose(found.positions, POINTS * factor)
    assert found.names == ("R.ASIS", "L.ASIS")
    assert found.rate == pytest.approx(60.0)
    assert found.vertical is None  # the format doesn't say


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("DataRate\tCamera", "DataRate\t\tCamera").replace("Units\t", "Units\t\t\t"),
        lambda text: text.replace("R.ASIS\t\t\t", "R.ASIS\t\t\t\t\t"),
        lambda text: text.replace("\tL.ASIS\t\t\n", "\tL.ASIS\n"),
        lambda text: text.replace("Z2\n\n", "Z2\n"),
        lambda text: text.replace("Z2\n\n", "Z2\t\t\n\n\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n\t\n",
        lambda text: "\n".join(line + "\t\t" if i > 5 else line for i, line in enumerate(text.split("\n"))),
    ],
)
def test_what_other_programs_do_to_it(read: Callable[[str], Motion], change: Callable[[str], str]) -> None:
    changed = change(made.trc(POINTS, NAMES))
    assert changed != made.trc(POINTS, NAMES)
    np.testing.assert_allclose(read(changed).positions, POINTS * 0.001)


def test_gaps_are_missing(read: Callable[[str], Motion]) -> None:
    positions = POINTS.copy()
    positions[1, 0] = np.nan  # an empty cell
    positions[2, 1] = 0.0
    positions[3, 0] = 1e12
    text = made.trc(positions, NAMES).replace("4\t0.030000", "4\t0.030000").replace("\t250.000000\t", "\tNaN\t")
    found = read(text)
    missing = np.isnan(found.positions).all(axis=2)
    assert missing.tolist() == [[False, False], [True, False], [False, True], [True, False], [True, False]]
    assert any("(0, 0, 0)" in sentence for sentence in found.log)
    assert any("1 km" in sentence for sentence in found.log)


def test_times_that_are_rounded_follow_the_rate(read: Callable[[str], Motion]) -> None:
    text = made.trc(POINTS, NAMES, rate=60.0).replace("0.016667", "0.017").replace("0.033333", "0.033")
    np.testing.assert_allclose(read(text).times, np.arange(5) / 60.0, atol=1e-9)


def test_times_that_contradict_the_rate_are_kept(read: Callable[[str], Motion]) -> None:
    found = read(made.trc(POINTS, NAMES, rate=100.0, header={"DataRate": "250.00"}))
    assert found.rate == pytest.approx(100.0)
    assert any("times kept" in sentence for sentence in found.log)


def test_times_that_do_not_grow_are_counted_by_the_rate(read: Callable[[str], Motion]) -> None:
    text = made.trc(POINTS, NAMES, rate=50.0)
    for i in range(5):
        text = text.replace(f"{i + 1}\t{i / 50:.6f}", f"{i + 1}\t0.0")
    assert read(text).rate == pytest.approx(50.0)
    with pytest.raises(RecordingError, match="no frame rate"):
        read(text.replace("50.00\t50.00\t5", "nan\t-1\t5"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\tmm\t", "\tpc\t", "length unit is 'pc'"),
        ("Units", "Onits", "no Units"),
        ("Time", "Tame", "line 4"),
        ("100.00\t100.00\t5", "100.00\t100.00\t1000000000", "cut short"),
        ("\t50.000000", "\tfifty", "line 7 holds 'fifty'"),
        ("\t300.000000", "", "breaks off"),
        ("\t50.000000", "\t50.0\t1\t2\t3", "cells"),
    ],
)
def test_what_is_wrong_is_said(read: Callable[[str], Motion], old: str, new: str, words: str) -> None:
    text = made.trc(POINTS, NAMES)
    assert old in text
    with pytest.raises(RecordingError, match=words):
        read(text.replace(old, new))


def test_more_frames_than_the_header_says_are_read(read: Callable[[str], Motion]) -> None:
    found = read(made.trc(POINTS, NAMES, header={"NumFrames": "3"}))
    assert found.frames == 5
    assert any("3 frames" in sentence for sentence in found.log)


def test_repeated_names_are_numbered(read: Callable[[str], Motion]) -> None:
    assert read(made.trc(POINTS, ["A", "A"])).names == ("A", "A_2")
