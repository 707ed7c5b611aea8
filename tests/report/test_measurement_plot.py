"""Pictures of measurements: whole files of the right kind, the same each time, that say what they show."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pikepdf
import pytest
from PIL import Image

from coxa.errors import InputError, OutputError
from coxa.model import Person, Sex
from coxa.protocol import load_protocol
from coxa.protocol.schema import Quantity
from coxa.report.measurement_plot import drawn_measurement, plot_measurement
from coxa.report.measurement_words import describe_measurement, norm_of
from coxa.report.words import QUANTITY_WORD
from tests.report.recordings import nothing_seen, three_raises

KNOWLEDGE = load_protocol()
MAN = Person(age=35, sex=Sex.MALE)
SVG = "{http://www.w3.org/2000/svg}"


def test_the_svg_says_in_words_what_it_shows() -> None:
    root = ElementTree.fromstring(drawn_measurement(three_raises(KNOWLEDGE), ".svg", KNOWLEDGE, person=MAN))
    title, words = (root.findtext(f"{SVG}{name}") or "" for name in ("title", "desc"))
    assert root.get("role") == "img"
    assert title == "Straight leg raise, left side"
    assert "60° (95 % interval 55° to 66°), from the 2 trials that counted." in words
    assert "Trial 2: 61°" in words
    assert "not counted: the knee was bent (28°)" in words
    assert "Usual: 62° or more; limit 57°." in words


def test_a_refusal_is_said_with_its_reason() -> None:
    words = describe_measurement(nothing_seen(KNOWLEDGE), KNOWLEDGE)
    assert "No number: what the test needs was never seen." in words
    assert "No usual range: it needs age and sex." in words
    assert drawn_measurement(nothing_seen(KNOWLEDGE), ".png", KNOWLEDGE)


def test_a_refused_trial_has_no_number_in_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[float] = []

    def seen(value: float) -> str:
        shown.append(value)
        return f"{value:.0f}"

    monkeypatch.setattr("coxa.report.measurement_plot.in_degrees", seen)
    drawn_measurement(three_raises(KNOWLEDGE), ".png", KNOWLEDGE)
    assert any(abs(value - 58) < 1 for value in shown)
    assert not any(abs(value - 61) < 0.4 for value in shown)


def test_a_trial_without_a_number_is_said_and_not_drawn() -> None:
    measured = three_raises(KNOWLEDGE)
    first, second, third = measured.trials
    lost = replace(second, trial=replace(second.trial, value=math.nan))
    measured = replace(measured, trials=(first, lost, third))
    assert "Trial 2: unknown" in describe_measurement(measured, KNOWLEDGE)
    assert drawn_measurement(measured, ".svg", KNOWLEDGE)


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_the_same_measurement_gives_the_same_bytes(ending: str) -> None:
    first, second = (drawn_measurement(three_raises(KNOWLEDGE), ending, KNOWLEDGE, person=MAN) for _ in range(2))
    assert first == second
    start = {".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF"}
    assert first.startswith(start[ending])


@cache
def _plain() -> bytes:
    return drawn_measurement(three_raises(KNOWLEDGE), ".png", KNOWLEDGE)


def test_the_picture_is_twice_900_by_500_on_white() -> None:
    with Image.open(io.BytesIO(_plain())) as image:
        assert image.size == (1800, 1000)
        assert image.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
        assert "60°" in image.info["Description"]


def test_the_pdf_has_one_page_and_no_date() -> None:
    with pikepdf.open(io.BytesIO(drawn_measurement(three_raises(KNOWLEDGE), ".pdf", KNOWLEDGE))) as file:
        assert len(file.pages) == 1
        assert "/CreationDate" not in file.docinfo


def test_the_norm_is_drawn_where_it_is_known() -> None:
    usual = (0xDC, 0xEE, 0xE7)
    assert _count(drawn_measurement(three_raises(KNOWLEDGE), ".png", KNOWLEDGE, person=MAN), usual) > 10_000
    assert _count(_plain(), usual) == 0


def test_the_interval_is_drawn_where_it_is_known() -> None:
    without = drawn_measurement(three_raises(KNOWLEDGE, interval=False), ".png", KNOWLEDGE)
    with Image.open(io.BytesIO(_plain())) as first, Image.open(io.BytesIO(without)) as second:
        different = np.asarray(first) != np.asarray(second)
    assert different[200:800, 1650:].any()


def _count(content: bytes, colour: tuple[int, int, int]) -> int:
    with Image.open(io.BytesIO(content)) as image:
        return int((np.asarray(image.convert("RGB")) == colour).all(axis=2).sum())


def test_of_two_limits_the_one_that_is_harder_to_pass_is_drawn() -> None:
    measured = three_raises(KNOWLEDGE)
    found = {sex: norm_of(measured, KNOWLEDGE, Person(age=35, sex=sex)) for sex in Sex}
    limits = {sex: cut.limited for sex, cut in found.items() if cut is not None}
    assert limits[Sex.NOT_SAID] == min(limits[Sex.MALE], limits[Sex.FEMALE])
    assert limits[Sex.MALE] != limits[Sex.FEMALE]
    assert norm_of(measured, KNOWLEDGE, Person(age=8, sex=Sex.MALE)) is None


def test_files_are_written_whole_and_other_endings_refused(tmp_path: Path) -> None:
    plot_measurement(three_raises(KNOWLEDGE), tmp_path / "new" / "raise.SVG", KNOWLEDGE)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["raise.SVG"]
    with pytest.raises(InputError, match=r"\.svg, \.png, \.pdf"):
        plot_measurement(three_raises(KNOWLEDGE), tmp_path / "raise.gif", KNOWLEDGE)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(OutputError):
        plot_measurement(three_raises(KNOWLEDGE), tmp_path / "folder.png", KNOWLEDGE)
    assert {file.name for file in tmp_path.iterdir()} == {"new", "folder.png"}


def test_every_quantity_has_a_word() -> None:
    assert set(QUANTITY_WORD) == set(Quantity)
