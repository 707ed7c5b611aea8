"""Drawing on a picture: lines of the body, an angle with its arc, and words in the bundled font."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from matplotlib.ft2font import FT2Font

from coxa.measure.planar import PlanarBody, footward
from coxa.motion import FloatArray
from coxa.protocol.schema import Quantity

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

WHITE, DARK, TEAL, WARM = (255, 255, 255), (16, 28, 30), (20, 150, 145), (230, 120, 60)
_FONT = Path(__file__).with_name("fonts") / "CoxaSans-Semibold.ttf"
_SHIFT = 4
"""Bits behind the point of the coordinates that OpenCV draws with."""


@dataclass(frozen=True)
class DrawnAngle:
    """Which lines show a quantity.

    Parameters
    ----------
    vertex, tip: points of the tested leg; the angle's own line runs from one to the other.
    reference: (frames, 2) direction, y up, that the angle is told from.
    """

    vertex: str
    tip: str
    reference: Callable[[PlanarBody], FloatArray]


def _level(body: PlanarBody) -> FloatArray:
    return np.tile([footward(body), 0.0], (body.times.size, 1))


def _up(body: PlanarBody) -> FloatArray:
    return np.tile([0.0, 1.0], (body.times.size, 1))


def _down(body: PlanarBody) -> FloatArray:
    return -_up(body)


def _trunk_on(body: PlanarBody) -> FloatArray:
    return -body.trunk


def _thigh_on(body: PlanarBody) -> FloatArray:
    return body.segment("hip", "knee")


DRAWN: Mapping[Quantity, DrawnAngle] = {
    Quantity.LEG_ELEVATION: DrawnAngle("hip", "ankle", _level),
    Quantity.THIGH_ELEVATION: DrawnAngle("hip", "knee", _level),
    Quantity.SHANK_DEFICIT: DrawnAngle("knee", "ankle", _up),
    Quantity.SHANK_ELEVATION: DrawnAngle("knee", "ankle", _level),
    Quantity.KNEE_FLEXION: DrawnAngle("knee", "ankle", _thigh_on),
    Quantity.HIP_FLEXION_TRUNK: DrawnAngle("hip", "knee", _trunk_on),
    Quantity.HIP_INTERNAL_ROTATION: DrawnAngle("knee", "ankle", _down),
    Quantity.HIP_EXTERNAL_ROTATION: DrawnAngle("knee", "ankle", _down),
    Quantity.LEG_ABDUCTION: DrawnAngle("hip", "ankle", _trunk_on),
    Quantity.THIGH_ABDUCTION: DrawnAngle("hip", "knee", _trunk_on),
    Quantity.LEG_ADDUCTION: DrawnAngle("hip", "ankle", _trunk_on),
    Quantity.THIGH_ADDUCTION: DrawnAngle("hip", "knee", _trunk_on),
    Quantity.SHANK_LEAN: DrawnAngle("ankle", "knee", _up),
}
"""The quantities that a test reads from video; the others only check something."""


def draw_line(picture: Picture, start: FloatArray, end: FloatArray, colour: Colour, width: int) -> None:
    """A straight line with a dark rim; nothing when an end isn't known. Points are pixels, x right and y down."""
    if np.isfinite([start, end]).all():
        for drawn, wide in ((DARK, width + 2), (colour, width)):
            cv2.line(picture, _fixed(start), _fixed(end), drawn, wide, cv2.LINE_AA, _SHIFT)


def draw_dashes(picture: Picture, start: FloatArray, end: FloatArray, colour: Colour, width: int) -> None:
    """The same, dashed."""
    if np.isfinite([start, end]).all():
        length = float(np.linalg.norm(end - start))
        count = min(max(int(length / (6.0 * width)), 1), 200)
        for number in range(count):
            first, last = (start + (end - start) * (number + part) / count for part in (0.0, 0.6))
            draw_line(picture, first, last, colour, width)


def draw_joint(picture: Picture, point: FloatArray, colour: Colour, radius: int) -> None:
    """A dot with a white rim."""
    if np.isfinite(point).all():
        for drawn, size in ((DARK, radius + 3), (WHITE, radius + 2), (colour, radius)):
            cv2.circle(picture, _fixed(point), size << _SHIFT, drawn, -1, cv2.LINE_AA, _SHIFT)


def draw_arc(
    picture: Picture, vertex: FloatArray, start: FloatArray, end: FloatArray, radius: float, width: int
) -> FloatArray:
    """The arc from one direction to another, the short way round; returns the point just outside its middle."""
    first = math.atan2(start[1], start[0])
    turn = (math.atan2(end[1], end[0]) - first + math.pi) % (2 * math.pi) - math.pi
    steps = first + turn * np.linspace(0.0, 1.0, 48)
    points = vertex + radius * np.stack([np.cos(steps), np.sin(steps)], axis=1)
    line = np.round(points * (1 << _SHIFT)).astype(np.int32)
    for drawn, wide in ((DARK, width + 2), (WHITE, width)):
        cv2.polylines(picture, [line], False, drawn, wide, cv2.LINE_AA, _SHIFT)
    middle = first + 0.5 * turn
    outside: FloatArray = vertex + 1.45 * radius * np.array([math.cos(middle), math.sin(middle)])
    return outside


def draw_words(picture: Picture, words: str, centre: FloatArray, pixels: int, colour: Colour = WHITE) -> None:
    """Words with a dark rim, their middle at ``centre``, moved so far that they lie inside the picture."""
    mask = _mask(words, pixels)
    rim = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
    height, width = (min(a, b) for a, b in zip(mask.shape, picture.shape[:2], strict=True))
    top = min(max(int(centre[1] - height / 2), 0), picture.shape[0] - height)
    left = min(max(int(centre[0] - width / 2), 0), picture.shape[1] - width)
    part = picture[top : top + height, left : left + width]
    mixed = part.astype(np.float32)
    for shape, drawn, strength in ((rim, DARK, 0.8), (mask, colour, 1.0)):
        share = (strength / 255.0) * shape[:height, :width, None].astype(np.float32)
        mixed += share * (np.array(drawn, dtype=np.float32) - mixed)
    part[:] = np.round(mixed).astype(np.uint8)


def words_width(words: str, pixels: int) -> int:
    """How many pixels wide ``draw_words`` draws them."""
    return int(_mask(words, pixels).shape[1])


@lru_cache(maxsize=64)
def _mask(words: str, pixels: int) -> npt.NDArray[np.uint8]:
    """Coverage of the words, 0 to 255, with room around them for a rim."""
    font = FT2Font(str(_FONT))
    font.set_size(pixels, 72)
    font.set_text(words)
    font.draw_glyphs_to_bitmap(antialiased=True)
    return np.pad(np.asarray(font.get_image(), dtype=np.uint8), 4)


def _fixed(point: FloatArray) -> tuple[int, int]:
    """A point for OpenCV; far outside the picture is as good as further outside."""
    x, y = np.round(np.clip(point, -1e4, 1e4) * (1 << _SHIFT)).astype(int)
    return int(x), int(y)
