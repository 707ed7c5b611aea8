"""One measurement as a picture: the angle over time, where it was held, which trials counted, and the result.

Texts are drawn as outlines of the bundled font, so that the picture looks the same on every machine; what it says
stands once more in words inside the file, for those who can't see it.
"""

from __future__ import annotations

import io
import math
import textwrap
from html import escape
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from coxa.errors import InputError
from coxa.measure.recorded import Measurement
from coxa.measure.typed import Z95
from coxa.model import Method, Person
from coxa.motion import FloatArray
from coxa.protocol import Protocol
from coxa.report.files import write_one
from coxa.report.measurement_words import (
    describe_measurement,
    in_degrees,
    no_norm,
    norm_of,
    summary,
    title_of,
    usual_range,
)
from coxa.report.words import QUANTITY_WORD

ENDINGS = (".svg", ".png", ".pdf")
INK, QUIET, GRID = "#1d2628", "#566165", "#e6e3dc"
LINE, DOTS = "#0b6666", "#7fa9a6"
USUAL, HELD, REFUSED = "#dceee7", "#0b6666", "#8f3413"
WIDTH, HEIGHT, POINTS = 900.0, 500.0, 0.75
"""Size in CSS pixels, and typographic points per pixel. PNG has twice as many pixels each way."""
TITLE, TEXT, NOTE = 26.0, 21.0, 18.0
"""Letters in pixels: shown 400 pixels wide, the smallest still have 8."""
CHARACTERS, MOST_LINES = 88, 3
LABEL = 0.12
"""Width of a trial's label, as a share of the curve's."""
LEFT, RIGHT, RESULT, GAP = 74.0, 22.0, 122.0, 10.0
_POINT_WORD = {Method.VIDEO: "each picture", Method.PRINTED_MARKERS: "each picture"}
_FONTS = Path(__file__).with_name("fonts")


def plot_measurement(measurement: Measurement, path: Path, protocol: Protocol, *, person: Person | None = None) -> None:
    """Write the picture of a measurement as SVG, PNG or PDF, by the file's ending; the same input gives the same bytes.

    Parameters
    ----------
    person: whose usual range and limit are drawn; without it none are, and the picture says so.

    Raises
    ------
    InputError: another ending.
    OutputError: the file can't be written; nothing half-written is left.
    """
    path = Path(path)
    write_one(path, drawn_measurement(measurement, path.suffix.lower(), protocol, person=person))


def drawn_measurement(
    measurement: Measurement, ending: str, protocol: Protocol, *, person: Person | None = None
) -> bytes:
    """The picture's bytes; ``ending`` is ``.svg``, ``.png`` or ``.pdf``.

    Raises
    ------
    InputError: another ending.
    """
    if ending not in ENDINGS:
        raise InputError(f"a plot is written as {', '.join(ENDINGS)}, not '{ending}': choose one of these endings.")
    with mpl.rc_context({"svg.hashsalt": "coxa", "svg.fonttype": "path", "pdf.fonttype": 42}):
        picture = _Picture(measurement, protocol, person)
        figure = picture.draw()
        return _saved(figure, ending, picture.title, describe_measurement(measurement, protocol, person=person))


class _Picture:
    def __init__(self, measurement: Measurement, protocol: Protocol, person: Person | None) -> None:
        self.measurement = measurement
        self.cut = norm_of(measurement, protocol, person)
        self.title = title_of(measurement, protocol)
        self.note = "" if self.cut is not None else no_norm(person)
        self.lines = _wrapped(summary(measurement))
        zero = measurement.zero
        self.angle, self.smooth = measurement.angle - zero, measurement.smooth - zero
        self.times = measurement.times - measurement.times[0]
        # where the start of a movement wasn't seen, its change isn't known and has no place in the picture
        self._shown = [one for one in measurement.trials if math.isfinite(one.trial.value)]
        self.low, self.high = self._span()

    def draw(self) -> Figure:
        figure = Figure(figsize=(WIDTH / 96, HEIGHT / 96), dpi=192, facecolor="white")
        FigureCanvasAgg(figure)
        top = 58 + 27 * (len(self.lines) + bool(self.note)) + 38
        bottom, height = 70.0, HEIGHT - top - 70.0
        right = RIGHT + RESULT
        width = WIDTH - LEFT - right - GAP
        curve = figure.add_axes((LEFT / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT))
        result = figure.add_axes(((WIDTH - right) / WIDTH, bottom / HEIGHT, RESULT / WIDTH, height / HEIGHT))
        self._header(figure)
        self._axes(figure, curve, result, HEIGHT - top)
        self._key(figure)
        self._norm(curve, result)
        self._trials(curve)
        self._curve(curve)
        self._result(result)
        return figure

    def _span(self) -> tuple[float, float]:
        """The axis: everything that was measured, the result with its interval, and the limit."""
        reading = self.measurement.reading
        shown = self.smooth if np.isfinite(self.smooth).any() else self.angle
        values = [*shown[np.isfinite(shown)].tolist(), *(one.trial.value for one in self._shown)]
        values += [] if reading.value is None else [reading.value]
        values += [] if reading.interval95 is None else [*reading.interval95]
        values += [] if self.cut is None else [self.cut.low, self.cut.limited]
        if not values:
            return 0.0, 90.0
        low, high = min(values), max(values)
        room = max(0.5 * (20.0 - (high - low)), 0.0)
        size = max(high - low, 20.0)
        labels = (0.34 if len(self.measurement.trials) > 1 else 0.22) * size
        below = self.measurement.recorded.end == "lowest"
        return low - room - (labels if below else 0.16 * size), high + room + (0.16 * size if below else labels)

    def _header(self, figure: Figure) -> None:
        _write(figure, 24, HEIGHT - 26, self.title, TITLE, bold=True, va="center")
        refused = self.measurement.reading.value is None
        for number, line in enumerate(self.lines):
            colour = REFUSED if refused else INK
            _write(figure, 24, HEIGHT - 60 - 27 * number, line, TEXT, colour=colour, va="center")
        _write(figure, 24, HEIGHT - 60 - 27 * len(self.lines), self.note, NOTE, colour=QUIET, va="center")

    def _key(self, figure: Figure) -> None:
        """What dots, line and shading mean, at the lower left."""
        handles: list[Artist] = [
            Line2D(
                [],
                [],
                marker=".",
                linestyle="none",
                color=DOTS,
                markersize=9,
                label=_POINT_WORD.get(self.measurement.recorded.method, "each sample"),
            ),
            Line2D([], [], color=LINE, linewidth=2.4, label="smoothed"),
        ]
        if any(not one.faults for one in self.measurement.trials):
            handles.append(Patch(facecolor=HELD, alpha=0.2, linewidth=0, label="counted"))
        if any(one.faults for one in self.measurement.trials):
            handles.append(Patch(facecolor="none", edgecolor=REFUSED, hatch="////", label="× not counted"))
        figure.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(18 / WIDTH, 10 / HEIGHT),
            ncols=len(handles),
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            prop=_font(NOTE),
            labelcolor=QUIET,
            handlelength=1.1,
            handletextpad=0.4,
            columnspacing=1.1,
        )

    def _axes(self, figure: Figure, curve: Axes, result: Axes, top: float) -> None:
        quantity = QUANTITY_WORD[self.measurement.recorded.quantity]
        since = ", from the start" if self.measurement.recorded.zero_at_start else ""
        _write(figure, 24, top + 12, f"{quantity}{since} (degrees)", NOTE, colour=QUIET)
        _write(figure, WIDTH - RIGHT - RESULT - GAP, 14, "Time (seconds)", NOTE, colour=QUIET, ha="right")
        _write(figure, WIDTH - RIGHT - 0.5 * RESULT, top + 12, "Result", NOTE, colour=QUIET, ha="center")
        for axes in (curve, result):
            axes.set_ylim(self.low, self.high)
            axes.set_axisbelow(True)
            axes.spines[:].set_visible(False)
        first, last = float(self.times[0]), float(self.times[-1])
        curve.set_xlim(first, max(last, first + 1.0))
        curve.grid(axis="y", color=GRID, linewidth=1.0)
        curve.spines["bottom"].set(visible=True, color=QUIET, linewidth=1.0)
        curve.locator_params(axis="y", nbins=5, steps=[1, 2, 3, 5, 10], integer=True)
        curve.locator_params(axis="x", nbins=8, integer=True)
        curve.yaxis.set_major_formatter(lambda value, _: in_degrees(value))
        curve.tick_params(length=0, pad=7, colors=QUIET)
        for label in (*curve.get_xticklabels(), *curve.get_yticklabels()):
            label.set(fontproperties=_font(NOTE), color=QUIET)
        result.set_xlim(0.0, 1.0)
        result.set_facecolor("#f7f5f0")
        result.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)

    def _norm(self, curve: Axes, result: Axes) -> None:
        if self.cut is None:
            return
        best = self.high if self.cut.lower_is_worse else self.low
        for axes in (curve, result):
            axes.axhspan(self.cut.low, best, color=USUAL, linewidth=0, zorder=0.4)
            last = 1.0 if axes is curve else 0.22
            axes.axhline(self.cut.limited, 0.0, last, color=INK, linewidth=1.6, linestyle=(0, (6, 3)), zorder=2.4)
        up = 1 if self.cut.lower_is_worse else -1
        self._beside(curve, self.cut.low, f"usual: {usual_range(self.cut)}", up)
        self._beside(curve, self.cut.limited, f"limit {in_degrees(self.cut.limited)}", -up)

    def _beside(self, curve: Axes, value: float, words: str, up: int) -> None:
        """Words at the left end of a line, on its own side of it."""
        curve.annotate(
            words,
            (self._free_place(), value),
            (6, 4 * up),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="bottom" if up > 0 else "top",
            fontproperties=_font(NOTE),
            color=INK,
            zorder=4,
            bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.0},
        )

    def _free_place(self) -> float:
        """Where across the curve (0 to 1) a word stands free of the trials' labels: at the left if there is room."""
        span = max(float(self.times[-1] - self.times[0]), 1.0)
        middles = [float(self.times[(t.trial.start + t.trial.end) // 2]) / span for t in self.measurement.trials]
        edges = [0.0, *(edge for m in middles for edge in (m - LABEL / 2, m + LABEL / 2)), 1.0]
        gaps = [(right - left, left) for left, right in zip(edges[::2], edges[1::2], strict=True)]
        return 0.0 if gaps[0][0] > 0.25 else max(gaps)[1]

    def _trials(self, curve: Axes) -> None:
        lowest = self.measurement.recorded.end == "lowest"
        several = len(self.measurement.trials) > 1
        for number, one in enumerate(self.measurement.trials, start=1):
            if one not in self._shown:
                continue
            start, end = float(self.times[one.trial.start]), float(self.times[one.trial.end - 1])
            if one.faults:
                curve.axvspan(
                    start, end, facecolor="none", edgecolor=REFUSED, alpha=0.45, hatch="//", linewidth=1.2, zorder=1.0
                )
            else:
                curve.axvspan(start, end, color=HELD, alpha=0.13, linewidth=0, zorder=1.0)
            curve.plot(
                [start, end],
                [one.trial.value] * 2,
                color=REFUSED if one.faults else INK,
                linewidth=2.6,
                zorder=5,
                linestyle=(0, (2, 1.2)) if one.faults else "solid",
                solid_capstyle="butt",
            )
            name = f"Trial {number}\n" if several else ""
            words = (
                f"{name}×" if one.faults else f"{name}{in_degrees(one.trial.value)}"
            )  # what is refused has no number
            curve.annotate(
                words,
                (_kept(0.5 * (start + end), self.times, 0.06), one.trial.value),
                (0, -7 if lowest else 7),
                textcoords="offset points",
                ha="center",
                va="top" if lowest else "bottom",
                zorder=6,
                fontproperties=_font(TEXT, bold=True),
                color=REFUSED if one.faults else INK,
                linespacing=1.0,
                bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.0},
            )

    def _curve(self, curve: Axes) -> None:
        seen = np.isfinite(self.angle)
        curve.plot(
            self.times[seen], self.angle[seen], ".", color=DOTS, markersize=8.0, markeredgewidth=0, alpha=0.8, zorder=2
        )
        curve.plot(self.times, self.smooth, color=LINE, linewidth=2.2, zorder=3, solid_capstyle="round")
        if not seen.any():
            curve.text(
                0.5,
                0.5,
                "What the test needs was never seen.",
                transform=curve.transAxes,
                ha="center",
                va="center",
                fontproperties=_font(TEXT),
                color=QUIET,
            )

    def _result(self, result: Axes) -> None:
        reading = self.measurement.reading
        if reading.value is None:
            result.text(
                0.5,
                0.5,
                "no\nnumber",
                transform=result.transAxes,
                ha="center",
                va="center",
                color=REFUSED,
                fontproperties=_font(TEXT, bold=True),
                zorder=5,
                linespacing=1.1,
            )
            return
        low, high = reading.interval95 or (reading.value, reading.value)
        if reading.interval95 is not None:
            result.fill_between([0.0, 0.22], low, high, color=LINE, alpha=0.3, linewidth=0, zorder=3)
        result.plot([0.11], [reading.value], "o", color=LINE, markersize=9, zorder=5)
        error = "" if reading.sem is None else f"\n± {Z95 * reading.sem:.0f}°"
        result.text(
            0.28,
            _inside(reading.value, self.low, self.high),
            f"{in_degrees(reading.value)}{error}",
            va="center",
            fontproperties=_font(TITLE, bold=True),
            color=INK,
            zorder=5,
            linespacing=1.05,
        )


def _wrapped(sentences: list[str]) -> list[str]:
    """At most as many lines as there is room for; the words inside the file say everything."""
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence.replace(" (", "\u00a0("), CHARACTERS)]
    return (
        lines
        if len(lines) <= MOST_LINES
        else [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][: CHARACTERS - 2] + " …"]
    )


def _kept(value: float, times: FloatArray, share: float) -> float:
    room = share * float(times[-1] - times[0])
    return min(max(value, float(times[0]) + room), float(times[-1]) - room) if math.isfinite(room) else value


def _inside(value: float, low: float, high: float) -> float:
    room = 0.14 * (high - low)
    return min(max(value, low + room), high - room)


def _font(pixels: float, *, bold: bool = False) -> FontProperties:
    name = "CoxaSans-Semibold.ttf" if bold else "CoxaSans-Regular.ttf"
    return FontProperties(fname=str(_FONTS / name), size=pixels * POINTS)


def _write(
    figure: Figure, x: float, y: float, words: str, pixels: float, *, bold: bool = False, colour: str = INK, **more: Any
) -> None:
    figure.text(x / WIDTH, y / HEIGHT, words, fontproperties=_font(pixels, bold=bold), color=colour, **more)


def _saved(figure: Figure, ending: str, title: str, words: str) -> bytes:
    """The file's bytes, without a date and without the name of the software's version."""
    metadata: dict[str, dict[str, str | None]] = {
        ".svg": {"Title": title, "Date": None, "Creator": None},
        ".png": {"Title": title, "Description": words, "Software": None},
        ".pdf": {"Title": title, "Subject": words, "CreationDate": None, "Creator": None, "Producer": None},
    }
    stream = io.BytesIO()
    figure.savefig(stream, format=ending[1:], metadata=metadata[ending])
    content = stream.getvalue()
    if ending != ".svg":
        return content
    text = content.decode("utf-8").replace("<svg ", '<svg role="img" ', 1)
    return text.replace("</title>", f"</title>\n <desc>{escape(words)}</desc>", 1).encode("utf-8")
