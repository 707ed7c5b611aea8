"""One small picture per test: where the reading with its error band lies on the norm, left above right.

Drawn as SVG by hand because it must be the same in the page (colours from the page's own theme) and in the PDF, and
stay a few hundred bytes. Across, everything is in per cent of the width and nothing is scaled: on a telephone the bands
get narrower, the letters stay as large as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from coxa.model import FindingLabel, Side
from coxa.report.view import SideReading, TestRow

WIDTH, LINE, TRACK, GAP, AXIS = 560.0, 19.0, 22.0, 9.0, 42.0
ALONE = 10.0
"""Half the axis, in the unit of the test, of a reading that has neither error nor norm."""
MARGIN = 3.0
"""Per cent of the width left free at both ends, so that marks and letters aren't cut."""


@dataclass(frozen=True)
class Palette:
    """Colours of a figure, as SVG paint values (``var(--name)`` works in a page, not in a PDF)."""

    ink: str
    quiet: str
    usual: str
    low: str
    limited: str
    mark: dict[FindingLabel, str]


def norm_figure(row: TestRow, palette: Palette, font: str = "inherit") -> str:
    """An SVG of one test row: for each side a track with the bands of the norm, point and 95 % interval; one axis."""
    x = _Scale(row.axis)
    lanes = "".join(_lane(row, side, _top(i), x, palette) for i, side in enumerate(row.sides))
    bottom = _top(len(row.sides)) - GAP
    height = bottom + AXIS - (0 if row.has_limit else LINE)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(describe(row))}" font-family="{escape(font)}" font-size="13">'
        f"{lanes}{_axis(row, bottom, x, palette)}</svg>"
    )


def describe(row: TestRow) -> str:
    """The figure in words, for those who can't see it."""
    sides = "; ".join(f"{_side(s)}{_minus(s.number)}, {s.word}" for s in row.sides)
    interval = ", 95 % interval in brackets" if any(s.finding.interval95 for s in row.sides) else ""
    limit = "no comparable norm" if row.limited_cut is None else f"limit {row.limited_cut:.1f}{row.unit}"
    return f"{row.name}: {sides}{interval}; {limit}."


def _side(side: SideReading) -> str:
    return "" if side.side is Side.BOTH else f"{side.side.value} "


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _top(lane: int) -> float:
    return lane * (LINE + TRACK + GAP)


class _Scale:
    """Values to per cent of the width."""

    def __init__(self, axis: tuple[float, float]) -> None:
        # a lone reading without error and norm spans nothing: put it in the middle of a short axis
        self.low, self.high = axis if axis[0] < axis[1] else (axis[0] - ALONE, axis[1] + ALONE)

    def __call__(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return MARGIN + share * (100 - 2 * MARGIN)

    def ticks(self, most: int) -> list[float]:
        """Round values on the axis, about ``most`` of them."""
        span = self.high - self.low
        step = next((s for s in (1, 2, 5, 10, 20, 50) if span / s <= most), 100)
        first = -(-self.low // step) * step
        return [first + step * i for i in range(int((self.high - first) // step) + 1)]


def _anchor(at: float) -> str:
    return "start" if at < 10 else "end" if at > 90 else "middle"


def _text(at: float, y: float, words: str, colour: str, extra: str = "") -> str:
    return f'<text x="{at:.2f}%" y="{y:g}" fill="{colour}"{extra}>{escape(words)}</text>'


def _line(at: float, top: float, bottom: float, colour: str, extra: str) -> str:
    return f'<line x1="{at:.2f}%" x2="{at:.2f}%" y1="{top:g}" y2="{bottom:g}" stroke="{colour}" {extra}/>'


def _lane(row: TestRow, side: SideReading, top: float, x: _Scale, palette: Palette) -> str:
    name = "" if side.side is Side.BOTH else side.side.value.capitalize()
    track = top + LINE
    return (
        _text(0, top + 13, name, palette.ink, ' font-weight="600"')
        + _text(100, top + 13, _minus(side.number), palette.ink, ' text-anchor="end"')
        + _bands(row, track, x, palette)
        + _mark(side, track + TRACK / 2, x, palette)
    )


def band_edges(row: TestRow, low: float, high: float) -> tuple[float, float, float, float] | None:
    """Where the bands limited, low and usual begin and end between two values, worst first; none without a limit."""
    if row.low_cut is None or row.limited_cut is None:
        return None
    worst, best = (low, high) if row.lower_is_worse else (high, low)
    return worst, row.limited_cut, row.low_cut, best


def _bands(row: TestRow, top: float, x: _Scale, palette: Palette) -> str:
    edges = band_edges(row, -math.inf, math.inf)
    if edges is None:
        return _box(0, 100, top, palette.quiet, 'fill-opacity="0.16" ')
    places = [x(edge) if math.isfinite(edge) else 100.0 * (edge > 0) for edge in edges]
    boxes = "".join(
        _box(min(a, b), max(a, b), top, colour)
        for a, b, colour in zip(places, places[1:], (palette.limited, palette.low, palette.usual), strict=False)
    )
    mean = "" if row.mean is None else _line(x(row.mean), top, top + TRACK, palette.ink, 'stroke-dasharray="2 3"')
    limit = _line(places[1], top - 3, top + TRACK + 3, palette.ink, 'stroke-width="2"')
    return boxes + mean + limit


def _box(left: float, right: float, top: float, colour: str, extra: str = "") -> str:
    width = max(0.0, right - left)
    return f'<rect x="{left:.2f}%" y="{top:g}" width="{width:.2f}%" height="{TRACK:g}" fill="{colour}" {extra}/>'


def _mark(side: SideReading, y: float, x: _Scale, palette: Palette) -> str:
    f, colour = side.finding, palette.mark[side.finding.label]
    if f.value is None:
        return ""
    interval = ""
    if f.interval95 is not None:
        a, b = x(f.interval95[0]), x(f.interval95[1])
        ends = "".join(_line(at, y - 5, y + 5, colour, 'stroke-width="2"') for at in (a, b))
        interval = f'<line x1="{a:.2f}%" x2="{b:.2f}%" y1="{y:g}" y2="{y:g}" stroke="{colour}" stroke-width="3"/>{ends}'
    return f'{interval}<circle cx="{x(f.value):.2f}%" cy="{y:g}" r="6" fill="{colour}"/>'


def _axis(row: TestRow, y: float, x: _Scale, palette: Palette) -> str:
    ticks = "".join(
        _line(x(t), y, y + 4, palette.quiet, "")
        + _text(
            x(t), y + 17, _minus(f"{t:g}{row.unit}"), palette.quiet, f' font-size="12" text-anchor="{_anchor(x(t))}"'
        )
        for t in x.ticks(6 if row.unit == "°" else 4)
    )
    if row.limited_cut is None:
        return ticks
    at = x(row.limited_cut)
    words = _minus(f"limit {row.limited_cut:.{0 if row.unit == '°' else 1}f}{row.unit}")
    style = f' font-size="12" font-weight="600" text-anchor="{_anchor(at)}"'
    return ticks + _text(at, y + 35, words, palette.ink, style)
