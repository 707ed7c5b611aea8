"""Muscles painted on the resting body: closed outlines on the unrolled thigh, shank and trunk.

Every outline is given for the left side and mirrored. Places follow the bony landmarks that a clinician feels: hip
centre, knee, ankle, iliac crest (about 0.15 m above the hip centre), ischium (behind and just below it), greater
trochanter (at its side). It is a picture of where one feels it, not of the whole muscle: what
lies deep is painted on the skin above.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.ndimage import map_coordinates

from lab.body import Body
from lab.rotation import FloatArray, unit

# Metres of the fade around a border; only where it crosses a half is drawn.
FADE = 0.03
# Metres from hip to knee of the body for which trunk outlines were drawn.
THIGH = 0.42
# Of each chart the length in metres of one step down, and a typical radius in metres.
CHARTS = {"thigh": (THIGH, 0.075), "shank": (THIGH, 0.05), "trunk": (1.0, 0.14)}
STEP = 0.004


@dataclass(frozen=True)
class Outline:
    """A closed smooth line on a chart.

    ``chart``: ``thigh`` and ``shank`` hold (fraction of the way down, degrees), ``trunk`` holds (metres above the hip
    centre, degrees). Degrees count around the segment from ``middle``; 0 is the front, 90 the outer side, 180 the back;
    so from a middle of 180 the inner side is positive.
    """

    chart: str
    middle: float
    points: tuple[tuple[float, float], ...]


def _band(chart: str, middle: float, *rows: tuple[float, float, float]) -> Outline:
    """An outline from (how far down, degrees on one side, degrees on the other)."""
    there = [(at, low) for at, low, _ in rows]
    back = [(at, high) for at, _, high in reversed(rows)]
    return Outline(chart, middle, (*there, *back))


_HAMSTRINGS = Outline(
    "thigh",
    180,
    (
        (0.14, 4),
        (0.2, -18),
        (0.32, -34),
        (0.5, -44),
        (0.7, -48),
        (0.88, -54),
        (1.0, -58),
        (1.01, -48),
        (0.9, -34),
        (0.8, -8),
        (0.79, 2),
        (0.82, 14),
        (0.92, 36),
        (1.02, 48),
        (1.02, 58),
        (0.88, 56),
        (0.7, 52),
        (0.5, 50),
        (0.32, 42),
        (0.2, 30),
    ),
)
_RECTUS = _band(
    "thigh", 4, (-0.12, -4, 8), (0.05, -13, 16), (0.3, -24, 26), (0.55, -23, 24), (0.75, -13, 15), (0.88, -6, 8)
)
_QUADRICEPS = _band(
    "thigh",
    4,
    (0.04, 8, 34),
    (0.18, -24, 58),
    (0.38, -48, 68),
    (0.58, -62, 68),
    (0.74, -66, 56),
    (0.86, -56, 40),
    (0.92, -20, 20),
)
_TENSOR = _band(
    "thigh",
    90,
    (-0.24, -52, -36),
    (-0.1, -58, -12),
    (0.08, -46, 2),
    (0.25, -26, 10),
    (0.5, -17, 12),
    (0.8, -16, 11),
    (1.0, -16, 4),
)
_ADDUCTORS = _band(
    "thigh", -90, (0.2, 38, 66), (0.3, -8, 64), (0.38, -30, 52), (0.58, -26, 34), (0.75, -13, 17), (0.85, -6, 6)
)
_INNER_CALF = _band("shank", 180, (0.02, 9, 28), (0.13, 7, 54), (0.27, 7, 66), (0.4, 8, 56), (0.49, 14, 36))
_OUTER_CALF = _band("shank", 180, (0.02, -30, -9), (0.12, -52, -7), (0.24, -60, -7), (0.36, -50, -8), (0.44, -34, -12))
_GLUTEUS_MAXIMUS = Outline(
    "trunk",
    180,
    (
        (0.115, -24),
        (0.105, -10),
        (0.04, -5),
        (-0.04, -6),
        (-0.1, -14),
        (-0.125, -32),
        (-0.124, -56),
        (-0.1, -78),
        (-0.05, -86),
        (0.0, -80),
        (0.05, -60),
        (0.09, -38),
    ),
)
_GLUTEUS_MEDIUS = Outline(
    "trunk",
    90,
    (
        (0.085, -36),
        (0.12, -20),
        (0.135, 2),
        (0.13, 26),
        (0.105, 48),
        (0.07, 40),
        (0.012, 20),
        (-0.032, 12),
        (-0.037, 2),
        (0.0, -10),
        (0.05, -26),
    ),
)
_PIRIFORMIS = Outline(
    "trunk",
    180,
    (
        (0.068, -9),
        (0.066, -22),
        (0.046, -44),
        (0.022, -66),
        (0.006, -82),
        (-0.012, -84),
        (-0.02, -64),
        (-0.016, -42),
        (-0.004, -20),
        (0.012, -9),
    ),
)
_ILIOPSOAS = Outline(
    "trunk",
    0,
    (
        (0.16, 22),
        (0.14, 40),
        (0.105, 58),
        (0.06, 60),
        (0.01, 56),
        (-0.05, 52),
        (-0.1, 46),
        (-0.105, 39),
        (-0.05, 36),
        (0.0, 34),
        (0.05, 26),
        (0.11, 18),
    ),
)
_ABDOMINALS = Outline(
    "trunk",
    0,
    ((0.0, 3), (0.02, 16), (0.08, 30), (0.16, 35), (0.25, 33), (0.33, 28), (0.35, 14), (0.33, 3), (0.16, 3)),
)
_ERECTOR = Outline(
    "trunk",
    180,
    ((0.06, -6), (0.09, -22), (0.16, -42), (0.24, -42), (0.34, -32), (0.43, -18), (0.42, -7), (0.25, -6)),
)

MUSCLES: Mapping[str, tuple[Outline, ...]] = {
    "hamstrings": (_HAMSTRINGS,),
    "rectus_femoris": (_RECTUS,),
    "quadriceps": (_QUADRICEPS,),
    "tensor_fasciae_latae": (_TENSOR,),
    "adductors": (_ADDUCTORS,),
    "calves": (_INNER_CALF, _OUTER_CALF),
    "gluteus_maximus": (_GLUTEUS_MAXIMUS,),
    "gluteus_medius": (_GLUTEUS_MEDIUS,),
    "piriformis": (_PIRIFORMIS,),
    "iliopsoas": (_ILIOPSOAS,),
    "abdominals": (_ABDOMINALS,),
    "erector_spinae": (_ERECTOR,),
    "trunk": (_ABDOMINALS, _ERECTOR),
}


class Painted:
    """The muscles that are highlighted on one person, wherever that person is seen.

    Parameters
    ----------
    muscles: for every name of ``MUSCLES`` to paint, its sides, ``left`` and ``right``.
    """

    def __init__(self, body: Body, muscles: Mapping[str, frozenset[str]]) -> None:
        self._charts = {name: Chart(body, name) for name in CHARTS}
        self._outlines = [
            (outline, 1.0 if side == "left" else -1.0)
            for name, sides in muscles.items()
            for outline in MUSCLES[name]
            for side in sorted(sides)
        ]

    def __bool__(self) -> bool:
        return bool(self._outlines)

    def weight(self, places: FloatArray) -> FloatArray:
        """(n,) for places (n, 3) on the resting body, left side +x: 0 to 1, above a half inside one of the muscles."""
        weight = np.zeros(len(places))
        for outline, sign in self._outlines:
            weight = np.maximum(weight, _weight(self._charts[outline.chart], outline, places * (sign, 1, 1)))
        return weight


class Chart:
    """One of ``CHARTS``: places on the left side of a resting body to how far down and where around."""

    def __init__(self, body: Body, name: str) -> None:
        hip, knee, ankle = (body.bone(f"{joint}.L") for joint in ("upperleg01", "lowerleg01", "foot"))
        self._scale = float(np.linalg.norm(knee - hip)) / THIGH
        self._name, self._hip = name, hip
        self._top, self._bottom = (hip, knee) if name == "thigh" else (knee, ankle)
        self.length, self.radius = CHARTS[name]

    def unrolled(self, places: FloatArray) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
        """How far down or up, degrees around, and which of the places belong to the chart."""
        own = (places[:, 0] > 0.004) & (places[:, 0] < 0.28)
        if self._name == "trunk":
            off = places - (0, -0.01, self._hip[2])
            valid = own & (np.hypot(off[:, 0], off[:, 1]) > 0.05) & (off[:, 2] > -0.16 * self._scale)
            return off[:, 2] / self._scale, np.degrees(np.arctan2(off[:, 0], -off[:, 1])), valid
        axis = unit(self._bottom - self._top)
        off = places - self._top
        down = off @ axis
        across = off - np.outer(down, axis)
        valid = own & (np.linalg.norm(across, axis=1) < 0.2) & (off[:, 2] < 0.16 * self._scale)
        around = np.degrees(np.arctan2(across[:, 0], -across[:, 1]))
        return down / float(np.linalg.norm(self._bottom - self._top)), around, valid


def _weight(chart: Chart, outline: Outline, places: FloatArray) -> FloatArray:
    down, around, valid = chart.unrolled(places)
    flat = np.column_stack(
        [down * chart.length, np.radians((around - outline.middle + 180) % 360 - 180) * chart.radius]
    )
    table, low = _table(outline)
    weight = map_coordinates(table, ((flat - low) / STEP).T, order=1, cval=0.0)
    return np.asarray(np.where(valid, weight, 0.0))


@cache
def _table(outline: Outline) -> tuple[FloatArray, FloatArray]:
    """The weight on a grid of ``STEP`` metres, and where that grid begins."""
    length, radius = CHARTS[outline.chart]
    ring = _dense(np.array(outline.points) * (length, np.radians(radius)))
    low, high = ring.min(0) - FADE, ring.max(0) + FADE
    grid = np.stack(np.meshgrid(*(np.arange(a, b, STEP) for a, b in zip(low, high, strict=True)), indexing="ij"), -1)
    weight = np.clip(0.5 + _inside(grid.reshape(-1, 2), ring) / FADE, 0, 1)
    return weight.reshape(grid.shape[:2]), low


def _dense(points: FloatArray, count: int = 160) -> FloatArray:
    """Many points on the smooth closed line through the given ones."""
    ring = np.concatenate([points, points[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(ring, axis=0), axis=1)))])
    spline = CubicSpline(along, ring, bc_type="periodic")
    return np.asarray(spline(np.linspace(0, along[-1], count, endpoint=False)))


def _inside(places: FloatArray, ring: FloatArray) -> FloatArray:
    """Distance to a closed line, positive inside."""
    distance = np.linalg.norm(places[:, None] - ring[None], axis=-1).min(1)
    after = np.roll(ring, -1, axis=0)
    x, y = places[:, :1], places[:, 1:]
    crosses = (ring[:, 1] > y) != (after[:, 1] > y)
    rise = np.where(after[:, 1] == ring[:, 1], 1e-12, after[:, 1] - ring[:, 1])
    left = x < ring[:, 0] + (y - ring[:, 1]) * (after[:, 0] - ring[:, 0]) / rise
    odd = (crosses & left).sum(1) % 2 == 1
    return np.asarray(np.where(odd, distance, -distance))
