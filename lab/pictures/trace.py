"""From label pictures to smooth curves: borders between pixels become chains, chains become cubic Béziers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from lab.rotation import FloatArray

BoolImage = npt.NDArray[np.bool_]


# Cosine of the largest angle between a line's end and its chord where it counts as straight.
STRAIGHT = 0.999


@dataclass(frozen=True, eq=False)
class Chain:
    """A border line: its points (n, 2) in pixels, x right and y down."""

    points: FloatArray
    closed: bool


def chains(across: BoolImage, down: BoolImage, held: BoolImage, shortest: float) -> list[Chain]:
    """Lines along the cracks between pixels.

    Parameters
    ----------
    across: (h, w - 1) whether there is a border between a pixel and the one to its right.
    down: (h - 1, w) the same between a pixel and the one below.
    held: (h + 1, w + 1) corners of pixels that other lines touch, so that a line may end there.
    shortest: a line with a free end that is shorter than this many pixels is left out; with two free ends when shorter
        than three times this, and a closed one when shorter than six times this.
    """
    edges: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for y, x in np.argwhere(across):
        edges.append(((int(x) + 1, int(y)), (int(x) + 1, int(y) + 1)))
    for y, x in np.argwhere(down):
        edges.append(((int(x), int(y) + 1), (int(x) + 1, int(y) + 1)))
    at: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, (a, b) in enumerate(edges):
        at[a].append(i)
        at[b].append(i)

    used = np.zeros(len(edges), dtype=bool)

    def walk(first: int, start: tuple[int, int]) -> list[tuple[int, int]]:
        nodes, edge, node = [start], first, start
        while True:
            used[edge] = True
            a, b = edges[edge]
            node = b if node == a else a
            nodes.append(node)
            if len(at[node]) != 2:
                return nodes
            onward = [e for e in at[node] if not used[e]]
            if not onward:
                return nodes
            edge = onward[0]

    found: list[Chain] = []
    for node in [node for node in at if len(at[node]) != 2]:
        for edge in at[node]:
            if not used[edge]:
                nodes = walk(edge, node)
                free = sum(len(at[x, y]) == 1 and not held[y, x] for x, y in (nodes[0], nodes[-1]))
                if len(nodes) > (0, shortest, 3 * shortest)[free]:
                    found.append(Chain(np.array(nodes, dtype=np.float64), False))
    for edge in range(len(edges)):
        if not used[edge]:
            nodes = walk(edge, edges[edge][0])
            if len(nodes) > 6 * shortest:
                found.append(Chain(np.array(nodes[:-1], dtype=np.float64), True))
    return found


def corners(across: BoolImage, down: BoolImage) -> BoolImage:
    """(h + 1, w + 1) the corners of pixels that cracks touch."""
    touched = np.zeros((across.shape[0] + 1, down.shape[1] + 1), dtype=bool)
    touched[:-1, 1:-1] |= across
    touched[1:, 1:-1] |= across
    touched[1:-1, :-1] |= down
    touched[1:-1, 1:] |= down
    return touched


def outlines(mask: BoolImage, smallest: float) -> list[FloatArray]:
    """Closed borders (n, 2) in pixels of the areas of a mask, holes included, from ``smallest`` pixels on."""
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return [c[:, 0].astype(np.float64) + 0.5 for c in found if len(c) > 7 and cv2.contourArea(c) >= smallest]


def rounded(points: FloatArray, closed: bool, sigma: float) -> FloatArray:
    """The line without its stairs, and where that changes little also without the corners of a coarse mesh."""
    fine, coarse = smooth(points, closed, sigma), smooth(points, closed, 4 * sigma)
    change = np.linalg.norm(fine - coarse, axis=1)
    share = smooth(np.clip(2 - change / (0.25 * sigma), 0, 1)[:, None], closed, 2 * sigma)
    return fine + share * (coarse - fine)


def smooth(points: FloatArray, closed: bool, sigma: float) -> FloatArray:
    """The line without its stairs; the ends of an open one stay where they are."""
    if len(points) < 5:
        return points
    if closed:
        return np.asarray(gaussian_filter1d(points, sigma, axis=0, mode="wrap"))
    pad = min(len(points) - 1, int(4 * sigma) + 1)
    before = 2 * points[0] - points[pad:0:-1]
    after = 2 * points[-1] - points[-2 : -2 - pad : -1]
    long = gaussian_filter1d(np.concatenate([before, points, after]), sigma, axis=0)
    return np.asarray(long[pad:-pad])


def fit(points: FloatArray, closed: bool, tolerance: float, corner: float = 55.0, stiff: bool = False) -> FloatArray:
    """Cubic Béziers (k, 4, 2) along a line, nowhere further off than ``tolerance``.

    ``corner``: degrees of a corner that stays. A ``stiff`` line is straight wherever it can be, another only where it
    doesn't bend.

    Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems (1990).
    """
    if closed:
        points = np.concatenate([points, points[:1]])
    if len(points) < 3:
        return _straight(points[0], points[-1])[None]
    breaks = _corners(points, closed, corner)
    if closed and len(breaks) > 2:
        points = np.concatenate([points[breaks[1] : -1], points[: breaks[1] + 1]])
        breaks = _corners(points, True, corner)
    pieces: list[FloatArray] = []
    for i, (start, stop) in enumerate(pairwise(breaks)):
        part = points[start : stop + 1]
        part = part if len(part) < 8 else np.concatenate([part[:-1:2], part[-1:]])
        whole = closed and len(breaks) == 2 and i == 0
        turn = _unit(part[1] - part[-2]) if whole else None
        first = _tangent(part) if turn is None else turn
        last = _tangent(part[::-1]) if turn is None else -turn
        pieces.extend(_fit(part, first, last, tolerance, stiff))
    return np.array(pieces)


def _corners(points: FloatArray, closed: bool, limit: float) -> list[int]:
    """Indices of first point, sharp corners and last point."""
    n, reach = len(points), 5
    if n < 4 * reach:
        return [0, n - 1]
    if closed:
        ring = points[:-1]
        ahead, back = np.roll(ring, -reach, 0) - ring, ring - np.roll(ring, reach, 0)
    else:
        ahead = points[np.minimum(np.arange(n) + reach, n - 1)] - points
        back = points - points[np.maximum(np.arange(n) - reach, 0)]
    cross = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    turn = np.abs(np.degrees(np.arctan2(cross, (back * ahead).sum(1))))
    found: list[int] = []
    for i in np.argsort(-turn):
        if turn[i] < limit:
            break
        if reach < i < n - 1 - reach and all(abs(i - other) > 2 * reach for other in found):
            found.append(int(i))
    return [0, *sorted(found), n - 1]


def _fit(
    points: FloatArray, first: FloatArray, last: FloatArray, tolerance: float, stiff: bool, depth: int = 0
) -> list[FloatArray]:
    if len(points) < 3 or depth > 12:
        return [_straight(points[0], points[-1])]
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    if along[-1] < 1e-9:
        return []
    chord = _unit(points[-1] - points[0])
    if (stiff or min(first @ chord, -last @ chord) > STRAIGHT) and _bulge(points) < tolerance:
        return [_straight(points[0], points[-1])]
    at = along / along[-1]
    curve = _generate(points, at, first, last)
    worst, where = _worst(points, curve, at)
    for _ in range(4):
        if worst < tolerance**2 or worst > 16 * tolerance**2:
            break
        at = _closer(points, curve, at)
        curve = _generate(points, at, first, last)
        worst, where = _worst(points, curve, at)
    if worst < tolerance**2:
        return [curve]
    where = min(max(where, 1), len(points) - 2)
    near, far = max(where - 5, 0), min(where + 5, len(points) - 1)
    middle = _unit(points[near] - points[far])
    return [
        *_fit(points[: where + 1], first, middle, tolerance, stiff, depth + 1),
        *_fit(points[where:], -middle, last, tolerance, stiff, depth + 1),
    ]


def _bulge(points: FloatArray) -> float:
    """The largest distance from the straight line between the ends."""
    chord = points[-1] - points[0]
    length = float(np.linalg.norm(chord))
    off = points - points[0]
    if length < 1e-9:
        return float(np.linalg.norm(off, axis=1).max())
    return float(np.abs(chord[0] * off[:, 1] - chord[1] * off[:, 0]).max() / length)


def _generate(points: FloatArray, at: FloatArray, first: FloatArray, last: FloatArray) -> FloatArray:
    """The least-squares cubic with these ends and directions."""
    start, stop = points[0], points[-1]
    b0, b1, b2, b3 = (1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at**2 * (1 - at), at**3
    a1, a2 = b1[:, None] * first, b2[:, None] * last
    rest = points - np.outer(b0 + b1, start) - np.outer(b2 + b3, stop)
    c11, c12, c22 = float((a1 * a1).sum()), float((a1 * a2).sum()), float((a2 * a2).sum())
    x1, x2 = float((a1 * rest).sum()), float((a2 * rest).sum())
    determinant = c11 * c22 - c12 * c12
    chord = float(np.linalg.norm(stop - start))
    one = two = chord / 3
    if abs(determinant) > 1e-9:
        one, two = (x1 * c22 - x2 * c12) / determinant, (c11 * x2 - c12 * x1) / determinant
        length = float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
        if min(one, two) < 1e-3 * chord or max(one, two) > 0.7 * length:
            one = two = chord / 3
    return np.stack([start, start + one * first, stop + two * last, stop])


def _points_on(curve: FloatArray, at: FloatArray) -> FloatArray:
    t = at[:, None]
    return np.asarray(
        (1 - t) ** 3 * curve[0] + 3 * t * (1 - t) ** 2 * curve[1] + 3 * t**2 * (1 - t) * curve[2] + t**3 * curve[3]
    )


def _worst(points: FloatArray, curve: FloatArray, at: FloatArray) -> tuple[float, int]:
    squared = ((_points_on(curve, at) - points) ** 2).sum(1)
    where = int(squared.argmax())
    return float(squared[where]), where


def _closer(points: FloatArray, curve: FloatArray, at: FloatArray) -> FloatArray:
    """One Newton step towards the nearest places on the curve."""
    t = at[:, None]
    one, two = 3 * np.diff(curve, axis=0), 6 * np.diff(curve, 2, axis=0)
    away = _points_on(curve, at) - points
    speed = (1 - t) ** 2 * one[0] + 2 * t * (1 - t) * one[1] + t**2 * one[2]
    bend = (1 - t) * two[0] + t * two[1]
    below = (speed**2).sum(1) + (away * bend).sum(1)
    step = np.where(np.abs(below) > 1e-9, (away * speed).sum(1) / np.where(np.abs(below) > 1e-9, below, 1), 0)
    return np.asarray(np.clip(at - step, 0, 1))


def _tangent(points: FloatArray) -> FloatArray:
    return _unit(points[min(3, len(points) - 1)] - points[0])


def _unit(vector: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector / length) if length > 1e-9 else np.array([1.0, 0.0])


def _straight(start: FloatArray, stop: FloatArray) -> FloatArray:
    return np.stack([start, start + (stop - start) / 3, stop - (stop - start) / 3, stop])


def path_data(curves: Sequence[FloatArray], closed: bool, parts: int = 1) -> str:
    """SVG path data with relative commands (the first is absolute) of lines of Béziers (k, 4, 2).

    ``parts``: coordinates are written in whole picture units (1) or in tenths (10), for what is small.
    """
    text: list[str] = []
    here = np.zeros(2, dtype=np.int64)
    for curve in curves:
        nodes = np.rint(curve * parts).astype(np.int64)
        text.append(_command("M" if not text else "m", parts, nodes[0, 0] - here))
        start = here = nodes[0, 0]
        command = ""
        for p in nodes:
            if (p[3] == here).all() and (p[1] == here).all():
                continue
            if _is_straight(p):
                text.append(_command("l" if command != "l" else "", parts, p[3] - here))
                command = "l"
            else:
                text.append(_command("c" if command != "c" else "", parts, *(p[1:] - here)))
                command = "c"
            here = p[3]
        if closed:
            text.append("z")
            here = start
    return "".join(text)


def _is_straight(p: npt.NDArray[np.int64]) -> bool:
    chord = (p[3] - p[0]).astype(np.float64)
    length = float(np.hypot(*chord))
    if length < 1.5:
        return True
    off = [abs(chord[0] * (q - p[0])[1] - chord[1] * (q - p[0])[0]) / length for q in p[1:3]]
    return bool(max(off) < 0.4)


def _command(letter: str, parts: int, *pairs: npt.NDArray[np.int64]) -> str:
    numbers = [f"{int(number) / parts:g}" for pair in pairs for number in pair]
    text = letter or ("" if numbers[0].startswith("-") else " ")
    for i, number in enumerate(numbers):
        text += (" " if i and not number.startswith("-") else "") + number
    return text
