"""The reading in the figure: the right frame and side, exact lines, the bands of the norm figure, the same in words."""

from __future__ import annotations

import dataclasses
import math
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

import coxa
from coxa.model import Finding, Side
from coxa.pictures import MeasuringPicture
from coxa.protocol import Protocol
from coxa.report.figure import band_edges
from coxa.report.html import PALETTE
from coxa.report.measuring_figure import describe_reading, measuring_figure
from coxa.report.view import SideReading, TestRow
from tests.pictures.made import PIVOT, REACH, measuring, person
from tests.report.pages import EXAMPLE, view_of

SVG = "{http://www.w3.org/2000/svg}"
PICTURE = MeasuringPicture.model_validate(measuring("straight_leg_raise", "female"))


@pytest.fixture(scope="module")
def row(protocol: Protocol) -> TestRow:
    """Give the example's straight leg raise: left 55.0, right 64.0, limit 60.6, low to 66.8."""
    view = view_of(coxa.load_case(EXAMPLE), protocol)
    return next(row for row in view.rows if row.test == "straight_leg_raise")


def side_with(row: TestRow, side: Side, **changes: Any) -> SideReading:
    one = next(one for one in row.sides if one.side is side)
    return dataclasses.replace(one, finding=one.finding.model_copy(update=changes))


class Drawn:
    """A figure taken apart, with places in picture units."""

    def __init__(self, svg: str) -> None:
        self.root = ET.fromstring(svg)
        inner = self.root.find(f"{SVG}svg")
        assert inner is not None
        self.inner = inner
        self.box = [float(part) for part in inner.get("viewBox", "").split()]
        self.texts = {text.text: text for text in self.root.iter(f"{SVG}text")}
        self.lines = list(self.root.iter(f"{SVG}line"))

    def place(self, x: str | None, y: str | None) -> tuple[float, float]:
        left, top, width, height = self.box
        assert x is not None
        assert y is not None
        return left + float(x.rstrip("%")) * width / 100, top + float(y.rstrip("%")) * height / 100

    def direction(self, line: ET.Element, pivot: tuple[float, float]) -> float:
        """Degrees from the pivot to a line's end, counterclockwise."""
        x, y = self.place(line.get("x2"), line.get("y2"))
        return math.degrees(math.atan2(pivot[1] - y, x - pivot[0]))

    @property
    def reading(self) -> ET.Element:
        return next(line for line in self.lines if line.get("stroke-width") == "2.5")

    @property
    def limit(self) -> ET.Element:
        return next(line for line in self.lines if line.get("stroke-width") == "2")

    @property
    def areas(self) -> list[ET.Element]:
        return [path for path in self.inner.findall(f"{SVG}path") if path.get("class") is None]


def test_the_figure_is_at_the_nearest_frame_and_the_line_is_exact(row: TestRow) -> None:
    svg = measuring_figure(row, side_with(row, Side.RIGHT, value=63.3), PICTURE, PALETTE)
    assert person(65) in svg
    drawn = Drawn(svg)
    assert drawn.direction(drawn.reading, PIVOT) == pytest.approx(63.3, abs=0.1)
    assert drawn.place(drawn.reading.get("x1"), drawn.reading.get("y1")) == pytest.approx(PIVOT, abs=1)
    assert row.limited_cut is not None
    assert drawn.direction(drawn.limit, PIVOT) == pytest.approx(row.limited_cut, abs=0.1)
    assert list(drawn.texts) == ["Right", "63.3°", "61°"]


def test_the_other_side_is_mirrored_but_its_words_are_not(row: TestRow) -> None:
    drawn = Drawn(measuring_figure(row, side_with(row, Side.LEFT), PICTURE, PALETTE))
    (figure,) = drawn.inner.findall(f"{SVG}g")
    assert figure.get("transform") == "matrix(-1 0 0 1 1600 0)"
    pivot = 1600 - PIVOT[0], PIVOT[1]
    assert drawn.direction(drawn.reading, pivot) == pytest.approx(180 - 55, abs=0.1)
    assert "Left" in drawn.texts
    assert all("transform" not in element.attrib for element in drawn.root.iter() if element is not figure)
    own = Drawn(measuring_figure(row, side_with(row, Side.RIGHT), PICTURE, PALETTE))
    assert own.inner.findall(f"{SVG}g")[0].get("transform") is None


def test_the_arc_has_the_bands_of_the_norm_figure(row: TestRow) -> None:
    edges = band_edges(row, *row.axis)
    assert edges is not None
    assert edges == (row.axis[0], row.limited_cut, row.low_cut, row.axis[1])
    drawn = Drawn(measuring_figure(row, side_with(row, Side.RIGHT), PICTURE, PALETTE))
    bands = drawn.areas[:3]
    assert [band.get("fill") for band in bands] == [PALETTE.limited, PALETTE.low, PALETTE.usual]
    for band, first, last in zip(bands, edges, edges[1:], strict=False):
        start, end = ends_of(band)
        assert start == pytest.approx(first, abs=0.1)
        assert end == pytest.approx(last, abs=0.1)


def ends_of(band: ET.Element) -> tuple[float, float]:
    """Directions of both ends of the inner arc of a band, degrees."""
    inner = (band.get("d") or "").removeprefix("M").split("L")[0]
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", inner)]
    points = (numbers[0], numbers[1]), (numbers[-2], numbers[-1])
    first, last = (math.degrees(math.atan2(PIVOT[1] - y, x - PIVOT[0])) for x, y in points)
    assert all(math.dist(point, PIVOT) > REACH for point in points)
    return first, last


def test_a_higher_number_may_be_the_worse(row: TestRow) -> None:
    flipped = dataclasses.replace(row, lower_is_worse=False, low_cut=40.0, limited_cut=49.0)
    assert band_edges(flipped, 0, 90) == (90, 49, 40, 0)
    words = describe_reading(flipped, side_with(flipped, Side.RIGHT))
    assert "usual up to 40.0°, limited above 49.0°" in words


def test_the_wedge_is_the_interval(row: TestRow) -> None:
    drawn = Drawn(measuring_figure(row, side_with(row, Side.RIGHT), PICTURE, PALETTE))
    wedge = drawn.areas[3]
    assert wedge.get("fill-opacity")
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", wedge.get("d") or "")]
    assert (numbers[0], numbers[1]) == PIVOT
    (x1, y1), (x2, y2) = (numbers[2], numbers[3]), (numbers[-2], numbers[-1])
    interval = next(one.finding.interval95 for one in row.sides if one.side is Side.RIGHT)
    assert interval is not None
    directions = [math.degrees(math.atan2(PIVOT[1] - y, x - PIVOT[0])) for x, y in ((x1, y1), (x2, y2))]
    assert directions == pytest.approx(list(interval), abs=0.1)


def test_without_error_or_limit_only_what_is_known_is_drawn(row: TestRow) -> None:
    bare = dataclasses.replace(row, low_cut=None, limited_cut=None, mean=None, sd=None)
    one = side_with(bare, Side.RIGHT, interval95=None, sem=None)
    drawn = Drawn(measuring_figure(bare, one, PICTURE, PALETTE))
    assert drawn.areas == []
    assert len(drawn.lines) == 1
    assert list(drawn.texts) == ["Right", "64.0°"]
    assert "no comparable norm" in describe_reading(bare, one)
    assert "interval" not in describe_reading(bare, one)


@pytest.mark.parametrize("value", [-40.0, 0.0, 61.0, 90.0, 170.0, 300.0])
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize(("zero", "sign"), [(0, 1), (-90, -1), (180, 1)])
def test_everything_lies_inside(row: TestRow, value: float, side: Side, zero: float, sign: int) -> None:
    picture = PICTURE.model_copy(update={"zero": zero, "sign": sign})
    drawn = Drawn(measuring_figure(row, side_with(row, side, value=value), picture, PALETTE))
    left, _, width, _ = drawn.box
    assert left <= 0
    assert left + width >= 1600
    for element in drawn.root.iter():
        for name in ("x", "x1", "x2", "cx", "y", "y1", "y2", "cy"):
            if element.tag != f"{SVG}svg" and name in element.attrib:
                assert 0 <= float(element.attrib[name].rstrip("%")) <= 100, (element.tag, name)
    numbers = [text for text in drawn.texts.values() if text.text != side.value.capitalize()]
    places = [drawn.place(text.get("x"), text.get("y")) for text in numbers]
    assert math.dist(*places) > 60, "the two numbers lie on each other"


def test_the_words_say_what_the_picture_shows(row: TestRow) -> None:
    one = side_with(row, Side.LEFT)
    words = describe_reading(row, one)
    assert words == (
        "Lifting the straight leg, left: the picture shows 55.0° (50 to 60), limited; 95 % interval in brackets; "
        "usual up from 66.8°, limited below 60.6°."
    )
    assert Drawn(measuring_figure(row, one, PICTURE, PALETTE)).root.get("aria-label") == words


def test_a_test_without_sides_names_none(row: TestRow) -> None:
    both = dataclasses.replace(side_with(row, Side.LEFT), side=Side.BOTH)
    drawn = Drawn(measuring_figure(row, both, PICTURE, PALETTE))
    assert list(drawn.texts) == ["55.0°", "61°"]
    assert drawn.inner.findall(f"{SVG}g")[0].get("transform") is None
    assert "Lifting the straight leg: the picture" in describe_reading(row, both)


def test_a_refused_reading_and_centimetres_are_not_drawn(row: TestRow) -> None:
    refused: Finding = side_with(row, Side.LEFT).finding.model_copy(update={"value": None})
    with pytest.raises(ValueError, match="only an accepted angle"):
        measuring_figure(row, dataclasses.replace(row.sides[0], finding=refused), PICTURE, PALETTE)


def test_hostile_words_stay_words(row: TestRow) -> None:
    nasty = dataclasses.replace(row, name='<script>"&')
    assert "<script" not in measuring_figure(nasty, side_with(nasty, Side.LEFT), PICTURE, PALETTE)
