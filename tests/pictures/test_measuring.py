"""Measuring pictures: which frame, and where a reading points."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from typing import Any

import pytest

from coxa.errors import InputError, ProtocolError
from coxa.model import Unit
from coxa.pictures import MeasuringPicture, measured_tests, measuring_picture
from coxa.pictures.check import measuring_problems
from coxa.pictures.measuring import MOST_UNPACKED, read_measuring
from coxa.protocol import load_protocol
from tests.pictures.made import PIVOT, REACH, measuring, pack, person

TAPE = {"weight_bearing_lunge"}
"""Read by tape as a rule; its knee touches the wall at every reading, so no single joint moves."""


def made_picture(**changes: Any) -> MeasuringPicture:
    return MeasuringPicture.model_validate(measuring("straight_leg_raise", "female", **changes))


def test_every_angle_with_a_limit_has_its_measuring_picture() -> None:
    p = load_protocol()
    limited = {limit.test for limit in p.limits.values() if limit.unit is Unit.DEGREE and limit.test in p.tests}
    assert limited - TAPE <= set(measured_tests())


def test_measuring_pictures_are_sound() -> None:
    p = load_protocol()
    angles = {t.id for t in p.tests.values() if any(w.unit is Unit.DEGREE or w.trigonometric for w in t.methods)}
    assert set(measured_tests()) <= angles
    assert list(measuring_problems(measured_tests())) == []


@pytest.mark.parametrize(("reading", "shown"), [(0, 0), (2.4, 0), (2.6, 5), (52, 50), (-20, 0), (140, 90)])
def test_the_nearest_frame_is_shown(reading: float, shown: int) -> None:
    assert made_picture().frame(reading) == person(shown)


def test_a_reading_points_where_the_picture_says() -> None:
    for zero, sign, reading, direction in ((0, 1, 60, 60), (90, -1, 30, 60), (180, 1, -10, 170), (-90, -1, 20, -110)):
        x, y = made_picture(zero=zero, sign=sign).place(reading, 100)
        assert math.degrees(math.atan2(PIVOT[1] - y, x - PIVOT[0])) == pytest.approx(direction)
        assert math.dist((x, y), PIVOT) == pytest.approx(100)


def test_it_is_found_by_test_and_figure(made: Path) -> None:
    assert measured_tests() == ("straight_leg_raise",)
    found = measuring_picture("straight_leg_raise", "male")
    assert (found.figure, found.reach, found.fineness) == ("male", REACH, 1.0)
    with pytest.raises(
        InputError, match=r"no measuring picture of 'fingertip_to_floor'; only tests that read an angle"
    ):
        measuring_picture("fingertip_to_floor")
    nobody: Any = "child"
    with pytest.raises(InputError, match=r"no figure 'child'"):
        measuring_picture("straight_leg_raise", nobody)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sign": 2}, "sign"),
        ({"reach": -1}, "reach"),
        ({"step": 7}, "the frames must go from"),
        ({"to": 120}, "the frames must go from"),
        ({"colour": "red"}, "colour"),
        ({"side": "front"}, "side"),
        ({"frames": {"x": "", "y": ""}}, "frames"),
        ({"test": "other"}, "it is about other"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    path = tmp_path / "straight_leg_raise.female.json.gz"
    pack(path, json.dumps(measuring("straight_leg_raise", "female") | changes))
    with pytest.raises(ProtocolError, match=words):
        read_measuring(path)


def test_a_file_that_is_no_json_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.female.json.gz"
    for data in (gzip.compress(b"{"), b"{", gzip.compress(b"{}")[:12], gzip.compress(b"{}")[:-9] + b"12345678x"):
        path.write_bytes(data)
        with pytest.raises(ProtocolError, match=r"a\.female\.json\.gz: "):
            read_measuring(path)


def test_a_file_that_unpacks_to_very_much_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.female.json.gz"
    path.write_bytes(gzip.compress(b" " * (MOST_UNPACKED + 1) + b"{}"))
    with pytest.raises(ProtocolError, match=r"a\.female\.json\.gz: "):
        read_measuring(path)
