"""One small picture per test: where the reading with its error band lies on the norm, left and right side by side.

Drawn as SVG by hand because it must be the same in the page (colours from the page's own theme) and in the PDF, and stay
a few hundred bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from coxa.model import FindingLabel
from coxa.report.view import SideReading, TestRow

WIDTH, LANE, TOP, LEFT, RIGHT, AXIS = 560.0, 30.0, 8.0, 52.0, 14.0, 34.0


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
    """An SVG of one test row: bands of the norm, one lane per side with point and 95 % interval, and an axis."""
    height = TOP + LANE * len(row.sides) + AXIS
    x = _Scale(row.axis)
    bands = _bands(row, x, palette)
    lanes = "".join(_lane(side, i, x, palette) for i, side in enumerate(row.sides))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" height="{height:g}" '
        f'role="img" aria-label="{escape(describe(row))}" font-family="{font}" font-size="12">'
        f"{bands}{lanes}{_axis(row, x, palette)}</svg>"
    )


def describe(row: TestRow) -> str:
    """The figure in words, for those who can't see it."""
    sides = "; ".join(f"{s.side.value} {s.number}, {s.word}" for s in row.sides)
    limit = f"; limit {row.limited_cut:.1f}{row.unit}" if row.limited_cut is not None else "; no comparable norm"
    return f"{row.name}: {sides}{limit}"


class _Scale:
    def __init__(self, axis: tuple[float, float]) -> None:
        self.low, self.high = axis

    def __call__(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def ticks(self) -> list[float]:
        span = self.high - self.low
        step = next(s for s in (2, 5, 10, 20, 50, 100) if span / s <= 8)
        first = -(-self.low // step) * step
        return [first + step * i for i in range(int((self.high - first) // step) + 1)]


def _bands(row: TestRow, x: _Scale, palette: Palette) -> str:
    height = LANE * len(row.sides)
    if row.low_cut is None or row.limited_cut is None:
        return _box(LEFT, WIDTH - RIGHT, palette.quiet, 0.12, height)
    worst, best = (x.low, x.high) if row.lower_is_worse else (x.high, x.low)
    edges = [x(worst), x(row.limited_cut), x(row.low_cut), x(best)]
    colours = (palette.limited, palette.low, palette.usual)
    boxes = "".join(
        _box(min(a, b), max(a, b), colour, 0.22, height)
        for a, b, colour in zip(edges, edges[1:], colours, strict=False)
    )
    mean = ""
    if row.mean is not None:
        at = x(row.mean)
        mean = f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP:g}" y2="{TOP + height:g}" stroke="{palette.usual}" stroke-width="2" stroke-dasharray="3 3"/>'
    at = x(row.limited_cut)
    return (
        boxes
        + mean
        + f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP:g}" y2="{TOP + height:g}" stroke="{palette.limited}" stroke-width="2"/>'
    )


def _box(left: float, right: float, colour: str, opacity: float, height: float) -> str:
    return (
        f'<rect x="{left:.1f}" y="{TOP:g}" width="{max(0.0, right - left):.1f}" height="{height:g}" '
        f'fill="{colour}" fill-opacity="{opacity:g}"/>'
    )


def _lane(side: SideReading, i: int, x: _Scale, palette: Palette) -> str:
    f, y = side.finding, TOP + LANE * (i + 0.5)
    colour = palette.mark[f.label]
    label = {"both": ""}.get(side.side.value, side.side.value)
    text = f'<text x="{LEFT - 8:g}" y="{y + 4:.1f}" text-anchor="end" fill="{palette.ink}">{label}</text>'
    if f.value is None:
        return text
    interval = ""
    if f.interval95 is not None:
        a, b = x(f.interval95[0]), x(f.interval95[1])
        interval = f'<line x1="{a:.1f}" x2="{b:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="7" stroke-opacity="0.45" stroke-linecap="round"/>'
    return text + interval + f'<circle cx="{x(f.value):.1f}" cy="{y:.1f}" r="6" fill="{colour}"/>'


def _axis(row: TestRow, x: _Scale, palette: Palette) -> str:
    y = TOP + LANE * len(row.sides)
    ticks = "".join(
        f'<line x1="{x(t):.1f}" x2="{x(t):.1f}" y1="{y:g}" y2="{y + 4:g}" stroke="{palette.quiet}"/>'
        f'<text x="{x(t):.1f}" y="{y + 17:g}" text-anchor="middle" fill="{palette.quiet}">{t:g}{row.unit.strip() if row.unit == "°" else ""}</text>'
        for t in x.ticks()
    )
    worse = "← less range" if row.lower_is_worse else "less range →"
    at, anchor = (LEFT, "start") if row.lower_is_worse else (WIDTH - RIGHT, "end")
    unit = f'<text x="{WIDTH - RIGHT if row.lower_is_worse else LEFT:g}" y="{y + 31:g}" text-anchor="{"end" if row.lower_is_worse else "start"}" fill="{palette.quiet}">{"degrees" if row.unit == "°" else "centimetres"}</text>'
    return (
        ticks + unit + f'<text x="{at:g}" y="{y + 31:g}" text-anchor="{anchor}" fill="{palette.quiet}">{worse}</text>'
    )
