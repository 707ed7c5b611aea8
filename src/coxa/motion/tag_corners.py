"""Where printed tags are in one picture: OpenCV finds them, then each edge of the black square is fitted anew.

OpenCV's own refinements are not good enough for angles: on rendered tags at 2.5 m in 720p the corner error (1 SD) is
0.4 px with ``CORNER_REFINE_SUBPIX``, 0.5 px with ``CONTOUR``, and 0.1 px with ``APRILTAG``, which is shifted by half a
pixel and takes forty times as long (decision 0019). The fit here is linear in brightness, so that blur, noise and
exposure move no edge, and it costs about two milliseconds a tag.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping

import cv2
import numpy as np
import numpy.typing as npt

from coxa.errors import InputError
from coxa.motion.recording import FloatArray

LARGEST_PICTURE = 50_000_000
"""Pixels; more than any camera films, so a larger one is a mistake or an attack."""
SMALLEST_SIDE = 16.0
"""Pixels; a smaller tag is two pixels per cell, and its angle is worth nothing."""
_ALONG = np.linspace(0.1, 0.9, 33)
"""Where along an edge its place is measured: not near the corners, where two edges mix."""
_ACROSS = np.linspace(-1.0, 1.0, 17)
_REACH = 0.65
"""How far to both sides an edge is looked at, in cells of the tag: the border and the white around it are 1 wide."""
_CELLS = 8
_ROUNDS = 4
_LEAST_CONTRAST = 12.0
_LEAST_BOW, _MOST_BOW = 0.7, 0.018
"""Pixels, and share of the side, by which an edge may be bowed: more is a bent tag, whose angles are degrees off."""
_FARTHEST = 0.75
"""Cells by which the refined corner may differ from the detector's; more means that something covers the edge."""


@functools.cache
def _detector() -> cv2.aruco.ArucoDetector:
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    return cv2.aruco.ArucoDetector(_family(), parameters)


def _family() -> cv2.aruco.Dictionary:
    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)


def tag_cells(number: int) -> npt.NDArray[np.bool_]:
    """(8, 8) bitmap of a tag with its black border, the first row at the top: true where it is white."""
    return np.asarray(cv2.aruco.generateImageMarker(_family(), number, _CELLS) > 0)


def find_tags(picture: npt.NDArray[np.uint8], wanted: Collection[int]) -> Mapping[int, FloatArray]:
    """(4, 2) corners in pixels of each wanted tag that is seen once; the centre of the top left pixel is (0, 0).

    The order is the detector's: from the corner that was printed top left, clockwise on the sheet. ``picture`` is
    (height, width, 3) RGB or (height, width) grey. A tag that is seen twice is left out: one isn't the person's.

    Raises
    ------
    InputError: the picture has another shape or type, or is too large.
    """
    grey = _grey(picture)
    if min(grey.shape) < 2 * SMALLEST_SIDE:
        return {}
    found, ids, _ = _detector().detectMarkers(grey)
    seen: dict[int, FloatArray] = {}
    twice: set[int] = set()
    for corners, number in zip(found, _numbers(ids), strict=True):
        if number in seen:
            twice.add(number)
        if number in wanted:
            seen[number] = np.asarray(corners[0], dtype=np.float64)
    smooth = grey.astype(np.float32)
    exact = {number: refined(smooth, corners) for number, corners in seen.items() if number not in twice}
    return {number: corners for number, corners in exact.items() if corners is not None}


def _numbers(ids: object) -> list[int]:
    """OpenCV gives no array at all when it found nothing."""
    return [] if ids is None else [int(number) for number in np.asarray(ids).ravel()]


def _grey(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] != 3):
        raise InputError("a picture of 8-bit grey or RGB pixels was expected.")
    if picture.shape[0] * picture.shape[1] > LARGEST_PICTURE:
        raise InputError("the picture is too large; film with 1080p or 4K.")
    if picture.ndim == 2:
        return np.ascontiguousarray(picture)
    if picture.size == 0:
        return np.zeros((0, 0), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def refined(grey: npt.NDArray[np.float32], corners: FloatArray) -> FloatArray | None:
    """The corners as crossings of the four fitted edges; ``None`` when an edge is covered, cut off or too faint.

    Along each edge, the brightness is read on short lines across it. With the mean of its black half ``b`` and of its
    white half ``w``, the edge lies where the brightness, as a share of ``w − b``, sums to the same area as a sharp step
    (a moment of zeroth order); a straight line through these places is the edge. It is repeated from there.
    """
    start, now = corners, corners
    side = _shortest(corners)
    if side < SMALLEST_SIDE:
        return None
    for _ in range(_ROUNDS):
        better = _fitted(grey, now)
        if better is None:
            return None
        now = better
    moved = float(np.linalg.norm(now - start, axis=1).max())
    return now if moved <= max(1.5, _FARTHEST * side / _CELLS) + 1.0 else None


def _shortest(corners: FloatArray) -> float:
    return float(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1).min())


def _fitted(grey: npt.NDArray[np.float32], corners: FloatArray) -> FloatArray | None:
    ends = np.roll(corners, -1, axis=0)
    along = ends - corners
    length = np.linalg.norm(along, axis=1)
    if length.min() < SMALLEST_SIDE / 2:
        return None
    outward = np.stack([along[:, 1], -along[:, 0]], axis=1) / length[:, None]
    width = _REACH * _widths(length) / _CELLS
    places = corners[:, None] + _ALONG[None, :, None] * along[:, None]
    grid = places[:, :, None] + (_ACROSS[None, None, :, None] * width[:, None, None, None]) * outward[:, None, None]
    if (grid < 0).any() or (grid[..., 0] > grey.shape[1] - 1).any() or (grid[..., 1] > grey.shape[0] - 1).any():
        return None
    flat = grid.reshape(-1, len(_ACROSS), 2).astype(np.float32)
    read = cv2.remap(grey, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR)
    profile = np.asarray(read, dtype=np.float64).reshape(4, len(_ALONG), len(_ACROSS))
    black = np.median(profile[:, :, :3], axis=(1, 2))
    white = np.median(profile[:, :, -3:], axis=(1, 2))
    if (white - black).min() < _LEAST_CONTRAST:
        return None
    share = (profile - black[:, None, None]) / (white - black)[:, None, None]
    area = np.trapezoid(share, _ACROSS, axis=2)
    offset = (1.0 - area) * width[:, None]
    if np.abs(_bow(offset)).max() > max(_LEAST_BOW, _MOST_BOW * float(length.max())):
        return None
    return _crossings(corners, ends, outward, _straight(offset))


def _widths(length: FloatArray) -> FloatArray:
    """How long the sides are that an edge lies between: the cells next to it shrink with them when seen at a slant."""
    return (np.roll(length, 1) + np.roll(length, -1)) / 2


def _straight(offset: FloatArray) -> FloatArray:
    """(4, 2) least-squares offset at both ends of each edge, after places far from the median have been left out."""
    middle = np.median(offset, axis=1, keepdims=True)
    spread = np.median(np.abs(offset - middle), axis=1, keepdims=True) + 0.05
    weight = (np.abs(offset - middle) < 5 * spread).astype(np.float64)
    total = weight.sum(axis=1)
    mean_at, mean = (weight * _ALONG).sum(axis=1) / total, (weight * offset).sum(axis=1) / total
    at = _ALONG - mean_at[:, None]
    slope = (weight * at * (offset - mean[:, None])).sum(axis=1) / np.maximum((weight * at * at).sum(axis=1), 1e-9)
    return np.stack([mean - slope * mean_at, mean + slope * (1 - mean_at)], axis=1)


def _bow(offset: FloatArray) -> FloatArray:
    """(4,) pixels by which each edge is bowed: the middle against the ends, of the least-squares parabola."""
    return np.asarray(np.polynomial.polynomial.polyfit(_ALONG - 0.5, offset.T, 2)[2] / 4)


def _crossings(first: FloatArray, second: FloatArray, outward: FloatArray, offset: FloatArray) -> FloatArray | None:
    a, b = first + offset[:, :1] * outward, second + offset[:, 1:] * outward
    ones = np.ones((4, 1))
    lines = np.cross(np.hstack([a, ones]), np.hstack([b, ones]))
    points = np.cross(np.roll(lines, 1, axis=0), lines)
    if (np.abs(points[:, 2]) < 1e-9).any():
        return None
    return np.asarray(points[:, :2] / points[:, 2:])
