"""The person's own reading in a picture of the test: limb, exact line, 95 % interval as a wedge, the norm as an arc.

The figure is drawn in the position that is nearest to the reading; line, wedge and arc are exact. The bands of the arc
are those of the norm figure (``figure.py``). Letters and lines keep their size at every width, as there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape

from coxa.model import Side, Unit
from coxa.pictures import MeasuringPicture
from coxa.reason.numbers import shown
from coxa.report.figure import Palette, band_edges
from coxa.report.view import SideReading, TestRow

WIDTH = 230.0
"""Nominal pixels; a page may draw it at any width."""
UNITS = 9.5
"""Picture units that one pixel of a letter takes at the width at which the picture is usually seen."""
GAP, BAND, BEYOND = 36.0, 60.0, 52.0
"""From the limb's end to the arc, of the arc, and from there to the numbers; units of a picture of 1600."""
HIGH, WIDE = 1.2, 3.4
"""Room for a number, in heights of a letter."""
SIZE = 13.0

Point = tuple[float, float]


def measuring_figure(
    row: TestRow, side: SideReading, picture: MeasuringPicture, palette: Palette, font: str = "inherit", style: str = ""
) -> str:
    """An SVG of one reading of an angle.

    Parameters
    ----------
    style: CSS for the classes of the figure; empty in a page that holds it already.

    Raises
    ------
    ValueError: the reading is refused, or no angle.
    """
    value = side.finding.value
    if value is None or side.finding.unit is not Unit.DEGREE:
        raise ValueError("only an accepted angle can be drawn")
    mirrored = side.side is not Side.BOTH and picture.side not in (side.side.value, "both")
    drawing = _Drawing(row, side, value, picture, palette, mirrored)
    left, top, width, height = drawing.box
    turn = f' transform="matrix(-1 0 0 1 {_number(picture.view_box[2])} 0)"' if mirrored else ""
    sheet = f"<style>{style}</style>" if style else ""
    shape = f"aspect-ratio:{width:.0f}/{height:.0f};--fine:{picture.fineness:.4g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pose" width="{WIDTH:g}" height="{WIDTH * height / width:.0f}" '
        f'style="{shape}" role="img" aria-label="{escape(describe_reading(row, side))}" '
        f'font-family="{escape(font)}" font-size="{SIZE:g}">{sheet}'
        f'<svg width="100%" height="100%" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}" fill-rule="evenodd">'
        f"<g{turn}>{picture.ground}{picture.props}{picture.frame(value)}</g>{drawing.areas()}</svg>"
        f"{drawing.lines()}{drawing.words()}</svg>"
    )


def describe_reading(row: TestRow, side: SideReading) -> str:
    """The figure in words, for those who can't see it."""
    who = "" if side.side is Side.BOTH else f", {side.side.value}"
    number = side.number.replace("-", "−")
    parts = [f"{row.name}{who}: the picture shows {number}, {side.word}"]
    if side.finding.interval95 is not None:
        parts.append("95 % interval in brackets")
    if row.low_cut is None or row.limited_cut is None:
        parts.append("no comparable norm")
    else:
        past = ("up from", "below") if row.lower_is_worse else ("up to", "above")
        low, limited = (shown(cut, row.unit).replace("-", "−") for cut in (row.low_cut, row.limited_cut))
        parts.append(f"usual {past[0]} {low}, limited {past[1]} {limited}")
    return "; ".join(parts) + "."


@dataclass(frozen=True)
class _Number:
    """A number beyond the arc; ``place`` is on its base line."""

    place: Point
    words: str
    colour: str
    anchor: str
    letter: float

    @property
    def corners(self) -> tuple[Point, Point]:
        """Upper left and lower right of what it takes."""
        width = 0.66 * self.letter * len(self.words)
        left = self.place[0] - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * width
        return (left, self.place[1] - self.letter), (left + width, self.place[1] + 0.2 * self.letter)


@dataclass(frozen=True)
class _Drawing:
    """Where everything lies; places in picture units, y down, mirrored where the picture is."""

    row: TestRow
    side: SideReading
    value: float
    picture: MeasuringPicture
    palette: Palette
    mirrored: bool

    @property
    def inner(self) -> float:
        return self.picture.reach + GAP * self.picture.fineness

    @property
    def outer(self) -> float:
        return self.inner + BAND * self.picture.fineness

    @property
    def beyond(self) -> float:
        return self.outer + BEYOND * self.picture.fineness

    @property
    def letter(self) -> float:
        """Height of the letters."""
        return SIZE * UNITS * self.picture.fineness

    @property
    def mark(self) -> str:
        return self.palette.mark[self.side.finding.label]

    @cached_property
    def edges(self) -> tuple[float, float, float, float] | None:
        """Readings at which the bands of the norm begin and end, the worst first."""
        return band_edges(self.row, *self.row.axis)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height: the whole picture, the arc, and all letters."""
        _, _, width, height = self.picture.view_box
        far = [corner for number in self.numbers for corner in number.corners]
        far += [(0.0, 0.0), (width, height)]
        if self.edges:
            first, last = min(self.edges), max(self.edges)
            far += [self.at(first + i * (last - first) / 12, self.outer) for i in range(13)]
        strip = 1.4 * self.letter if self.side.side is not Side.BOTH else 0.0  # for the name of the side
        left, top = min(x for x, _ in far), min(y for _, y in far) - strip
        return left, top, max(x for x, _ in far) - left, max(y for _, y in far) - top

    def at(self, reading: float, radius: float) -> Point:
        x, y = self.picture.place(reading, radius)
        return (self.picture.view_box[2] - x if self.mirrored else x), y

    @property
    def apart(self) -> float:
        """Degrees between two numbers around the arc that keep them one above or one beside the other."""
        centre, place = self.at(0, 0), self.at(self.value, 1)
        rising, across = abs(place[0] - centre[0]), abs(place[1] - centre[1])  # of a step along the arc
        step = self.letter / max(rising / HIGH, across / WIDE)
        return math.degrees(step / self.beyond)

    # --- what scales with the picture ---

    def areas(self) -> str:
        bands = ""
        if self.edges:
            paints = (self.palette.limited, self.palette.low, self.palette.usual)
            bands = "".join(
                f'<path d="{self._ring(a, b)}" fill="{paint}"/>'
                for a, b, paint in zip(self.edges, self.edges[1:], paints, strict=False)
            )
        interval = self.side.finding.interval95
        if interval is None:
            return bands
        wedge = f"M{_point(self.at(0, 0))}L{self._arc(interval[0], interval[1], self.outer)}z"
        return f'{bands}<path d="{wedge}" fill="{self.mark}" fill-opacity="0.3"/>'

    def _ring(self, first: float, last: float) -> str:
        return f"M{self._arc(first, last, self.inner)}L{self._arc(last, first, self.outer)}z"

    def _arc(self, first: float, last: float, radius: float) -> str:
        """Path data from one reading to another around the joint; in two parts, so that each is under half a turn."""
        counterclockwise = (self.picture.sign * (last - first) > 0) != self.mirrored
        turn = f"A{_number(radius)} {_number(radius)} 0 0 {0 if counterclockwise else 1} "
        return (
            _point(self.at(first, radius))
            + turn
            + _point(self.at((first + last) / 2, radius))
            + turn
            + _point(self.at(last, radius))
        )

    # --- what keeps its size ---

    def lines(self) -> str:
        found = []
        if self.edges:
            limit, over = self.edges[1], 14 * self.picture.fineness
            ends = self.at(limit, self.inner - over), self.at(limit, self.outer + over)
            found.append(self._line(*ends, self.palette.ink, 2))
        if self.row.mean is not None:
            ends = self.at(self.row.mean, self.inner), self.at(self.row.mean, self.outer)
            found.append(self._line(*ends, self.palette.ink, 1.5, ' stroke-dasharray="2 3"'))
        found.append(self._line(self.at(0, 0), self.at(self.value, (self.outer + self.beyond) / 2), self.mark, 2.5))
        for place in (self.at(0, 0), self.at(self.value, (self.inner + self.outer) / 2)):
            x, y = self._share(place)
            found.append(f'<circle cx="{x}" cy="{y}" r="{4 if place == self.at(0, 0) else 5.5}" fill="{self.mark}"/>')
        return "".join(found)

    def _line(self, start: Point, end: Point, colour: str, width: float, more: str = "") -> str:
        (x1, y1), (x2, y2) = self._share(start), self._share(end)
        return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"{more}/>'

    def words(self) -> str:
        left, top, _, _ = self.box
        name = "" if self.side.side is Side.BOTH else self.side.side.value.capitalize()
        texts = [self._text((left, top + self.letter), name, self.palette.ink, "start")] if name else []
        texts += [self._text(one.place, one.words, one.colour, one.anchor) for one in self.numbers]
        return "".join(texts)

    @cached_property
    def numbers(self) -> list[_Number]:
        """The reading and the limit, where they are written."""
        found = [self._number(self.value, shown(self.value, self.row.unit), self.mark)]
        if self.edges:
            limit = self.edges[1]
            towards = 1 if limit >= self.value else -1
            at = limit if abs(limit - self.value) >= self.apart else self.value + towards * self.apart
            found.append(self._number(at, f"{limit:.0f}{self.row.unit}", self.palette.ink))
        return found

    def _number(self, at: float, words: str, colour: str) -> _Number:
        centre, place = self.at(0, 0), self.at(at, self.beyond)
        across, down = ((b - a) / self.beyond for a, b in zip(centre, place, strict=True))
        anchor = "start" if across > 0.35 else "end" if across < -0.35 else "middle"
        lower = place[0], place[1] + (0.35 + 0.4 * down) * self.letter
        return _Number(lower, words.replace("-", "−"), colour, anchor, self.letter)

    def _text(self, place: Point, words: str, colour: str, anchor: str) -> str:
        x, y = self._share(place)
        return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}" font-weight="600">{escape(words)}</text>'

    def _share(self, place: Point) -> tuple[str, str]:
        left, top, width, height = self.box
        return f"{100 * (place[0] - left) / width:.2f}%", f"{100 * (place[1] - top) / height:.2f}%"


def _point(place: Iterable[float]) -> str:
    return " ".join(_number(part) for part in place)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
