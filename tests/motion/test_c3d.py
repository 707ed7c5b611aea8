"""C3D files as different systems write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coxa.errors import RecordingError
from coxa.motion import Motion, c3d
from coxa.motion.registry import read_recording
from tests.motion import made

POINTS = np.arange(1.0, 61.0).reshape(5, 4, 3) * 10


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Motion]:
    """Read a made C3D; for speed in this process, unless it may hurt."""

    def at_once(function: Callable[..., object], *args: object, **_: object) -> object:
        return function(*args)

    def reader(*args: Any, guarded: bool = False, **kwargs: Any) -> Motion:
        if not guarded:
            monkeypatch.setattr(c3d, "run_guarded", at_once)
        path = tmp_path / "made.c3d"
        path.write_bytes(made.c3d(*args, **kwargs))
        found = read_recording(path)
        assert isinstance(found, Motion)
        return found

    return reader


@pytest.mark.parametrize(("unit", "factor"), [("mm", 0.001), ("MM", 0.001), ("cm", 0.01), ("m", 1.0)])
def test_positions_are_in_metres(read: Callable[..., Motion], unit: str, factor: float) -> None:
    found = read(POINTS, ["A", "B", "C", "D"], units=unit, rate=50.0)
    assert found.unit == "m"
    assert found.rate == pytest.approx(50.0)
    np.testing.assert_allclose(found.positions, POINTS * factor, rtol=1e-6)


def test_without_a_unit_the_size_tells_or_the_file_is_refused(read: Callable[..., Motion]) -> None:
    found = read(POINTS * 3, ["A", "B", "C", "D"], units=None)
    assert "millimetres" in found.log[0]
    np.testing.assert_allclose(found.positions, POINTS * 0.003, rtol=1e-6)
    np.testing.assert_allclose(read(POINTS / 500, ["A", "B", "C", "D"], units=None).positions, POINTS / 500, rtol=1e-6)
    with pytest.raises(RecordingError, match="no length unit"):
        read(POINTS / 10, ["A", "B", "C", "D"], units=None)
    with pytest.raises(RecordingError, match="'furlong'"):
        read(POINTS, ["A", "B", "C", "D"], units="furlong")


def test_prefixes_go_and_unlabelled_points_are_left_out(read: Callable[..., Motion]) -> None:
    found = read(POINTS, ["Anna:LASI", "*12", "Anna:RASI", "unlabeled 3"])
    assert found.names == ("LASI", "RASI")
    assert any("2 points without a label" in sentence for sentence in found.log)
    np.testing.assert_allclose(found.point("RASI"), POINTS[:, 2] * 0.001, rtol=1e-6)


def test_two_people_keep_their_prefixes(read: Callable[..., Motion]) -> None:
    assert read(POINTS, ["Anna:LASI", "Ben:LASI", "Anna:SACR", "C7"]).names == ("Anna:LASI", "Ben:LASI", "SACR", "C7")


@pytest.mark.parametrize("raw", ["Hüfte".encode(), "Hüfte".encode("latin-1"), "Hu\u0308fte".encode()])
def test_names_of_every_language(read: Callable[..., Motion], raw: bytes) -> None:
    assert read(POINTS, [raw, "B", "C", "D"]).names[0] == "Hüfte"


def test_fewer_labels_than_points_and_repeated_labels(read: Callable[..., Motion]) -> None:
    assert read(POINTS, ["A", "A", "B"]).names == ("A", "A_2", "B")


def test_more_than_255_labels(read: Callable[..., Motion]) -> None:
    positions = np.random.default_rng(1).normal(size=(2, 300, 3)) * 500
    found = read(positions, [f"M{i}" for i in range(300)])
    assert len(found.names) == 300
    np.testing.assert_allclose(found.point("M299"), positions[:, 299] * 0.001, rtol=1e-6)


def test_a_negative_residual_is_missing(read: Callable[..., Motion]) -> None:
    residuals = np.zeros((5, 4))
    residuals[2, 1] = -1.0
    found = read(POINTS, ["A", "B", "C", "D"], residuals=residuals)
    assert np.isnan(found.positions[2, 1]).all()
    assert np.isfinite(np.delete(found.positions.reshape(20, 3), 9, axis=0)).all()


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize(("unit", "factor"), [("deg", 1.0), ("rad", 180 / np.pi)])
def test_stored_angles_are_degrees_and_forces_are_left_out(
    read: Callable[..., Motion], grouped: bool, unit: str, factor: float
) -> None:
    groups: dict[str, Any] = {"ANGLES": ["LHipAngles"], "FORCES": ["LHipForce"]} if grouped else {}
    found = read(POINTS, ["S:LASI", "S:LHipAngles", "S:LHipForce", "S:D"], parameters={**groups, "ANGLE_UNITS": unit})
    assert found.names == ("LASI", "D")
    np.testing.assert_allclose(found.stored_angles["LHipAngles"], POINTS[:, 1] * factor, rtol=1e-6)
    assert any("1 forces" in sentence for sentence in found.log)


def test_the_groups_count_where_they_are_there(read: Callable[..., Motion]) -> None:
    found = read(POINTS, ["ScapulaAngle", "B", "LHipAngles", "D"], parameters={"ANGLES": ["LHipAngles"]})
    assert found.names == ("ScapulaAngle", "B", "D")


@pytest.mark.parametrize(
    ("screen", "vertical"),
    [
        ({"X_SCREEN": "+X", "Y_SCREEN": "+Z"}, (0.0, 0.0, 1.0)),
        ({"X_SCREEN": "+Z", "Y_SCREEN": "-Y"}, (0.0, -1.0, 0.0)),
        ({"X_SCREEN": "+X", "Y_SCREEN": "+X"}, None),
        ({"Y_SCREEN": "+Z"}, None),
        ({}, None),
    ],
)
def test_up_where_the_file_says_so(
    read: Callable[..., Motion], screen: dict[str, str], vertical: tuple[float, float, float] | None
) -> None:
    assert read(POINTS, ["A", "B", "C", "D"], parameters=screen).vertical == vertical


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({1: ("B", 0)}, "no C3D"),
        ({2: ("H", 60000)}, "cut short"),
        ({8: ("H", 65000)}, "cut short"),
        ({6: ("H", 100)}, "last frame before the first"),
        ({16: ("H", 0)}, "broken"),
    ],
)
def test_a_header_that_lies(read: Callable[..., Motion], header: dict[int, tuple[str, Any]], words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        read(POINTS, ["A", "B", "C", "D"], header=header)


@pytest.mark.parametrize("rate", [0.0, -50.0, float("nan"), float("inf"), 1e30])
def test_a_rate_that_cannot_be(read: Callable[..., Motion], rate: float) -> None:
    with pytest.raises(RecordingError):
        read(POINTS, ["A", "B", "C", "D"], rate=rate, guarded=True)


def test_parameters_that_promise_more_than_the_file_holds(read: Callable[..., Motion]) -> None:
    with pytest.raises(RecordingError):
        read(POINTS, ["A"] * 4, parameters={"USED": 65535, "FRAMES": 65535}, guarded=True)


def test_no_labelled_point(read: Callable[..., Motion]) -> None:
    with pytest.raises(RecordingError, match="no labelled point"):
        read(POINTS, [])


def test_a_file_that_was_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "cut.c3d"
    whole = made.c3d(np.ones((100, 20, 3)), [f"M{i}" for i in range(20)])
    for end in (100, 512, 700, len(whole) // 2, len(whole) - 600):
        path.write_bytes(whole[:end])
        with pytest.raises(RecordingError, match=r"cut short|no C3D"):
            read_recording(path)
