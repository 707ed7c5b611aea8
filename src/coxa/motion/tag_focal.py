"""The focal length of an unknown camera, from the tags themselves.

A tag's far edge looks shorter than its near edge by its depth over its distance, whatever the zoom; how long it looks
altogether depends on the zoom. So many views of tags at different slants tell the focal length in pixels. The views are
joined by least squares: for each focal length, every pose is fitted anew (variable projection), and the sum of squares
is weighed against what phones are built like.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coxa.motion.recording import FloatArray
from coxa.motion.tag_pose import intrinsics, poses

USUAL_VIEW = 65.0
"""Degrees across the long side of the picture: phones film with 60 to 75."""
_USUAL_SPREAD = 0.12
"""1 SD of the logarithm of the focal length around that of ``USUAL_VIEW``; 60° and 75° lie at +0.10 and −0.19."""
_BOUND, _STEPS = 0.36, 19
_VIEW_ERROR = 0.15
"""Pixels, 1 SD of a corner: more than corners err alone (0.03 to 0.11), because neighbouring views err alike. With
less, tags at 3 m in 720p led to a worse focal length than the usual one; with more, near ones told less."""
_MOST_VIEWS = 60
_DIFFERENT = 0.08
"""Two views of a tag are different when a corner moved by this share of its side."""


@dataclass(frozen=True)
class Focal:
    """Focal length in pixels, 1 SD of it as a share, and where it is from."""

    pixels: float
    spread: float
    origin: Literal["given", "tags", "usual"]

    def view(self, width: int) -> float:
        """Horizontal field of view in degrees for a picture ``width`` pixels wide."""
        return math.degrees(2 * math.atan(width / 2 / self.pixels))


def usual_focal(size: tuple[int, int]) -> Focal:
    """What a phone's focal length is when nothing is known."""
    return Focal(max(size) / 2 / math.tan(math.radians(USUAL_VIEW) / 2), _USUAL_SPREAD, "usual")


def estimate_focal(views: FloatArray, side: float, size: tuple[int, int]) -> Focal:
    """The most likely focal length for (n, 4, 2) corners of tags of ``side`` metres.

    With few or only frontal views it stays near the usual one, and ``spread`` says so; it never leaves ±30 % of it.
    """
    usual = usual_focal(size)
    if len(views) == 0:
        return usual
    shares = np.linspace(-_BOUND, _BOUND, _STEPS)
    cost = np.array([_misfit(views, side, usual.pixels * math.exp(share), size) for share in shares])
    cost += (shares / _USUAL_SPREAD) ** 2
    at = int(np.clip(cost.argmin(), 1, len(shares) - 2))
    near = slice(at - 1, at + 2)
    bend, slope, _ = np.polyfit(shares[near], cost[near], 2)
    if not bend > 0:
        return usual
    best = float(np.clip(-slope / (2 * bend), shares[0], shares[-1]))
    return Focal(usual.pixels * math.exp(best), float(min(_USUAL_SPREAD, 1 / math.sqrt(bend))), "tags")


def _misfit(views: FloatArray, side: float, focal: float, size: tuple[int, int]) -> float:
    squares = poses(views, side, intrinsics(focal, size)).squares[:, 0]
    # a view that fits badly at every focal length is a bent or half-covered tag: it must not pull
    return float(np.minimum(squares / _VIEW_ERROR**2, 25.0).sum())


def different_views(corners: FloatArray) -> FloatArray:
    """(n, 4, 2): of (frames, tags, 4, 2) corners those that show a tag in another way than the last one kept."""
    kept: list[FloatArray] = []
    for tag in range(corners.shape[1]):
        own: list[FloatArray] = []
        for view in corners[np.isfinite(corners[:, tag]).all(axis=(1, 2)), tag]:
            side = np.linalg.norm(view[1] - view[0])
            if not own or np.abs(view - own[-1]).max() > _DIFFERENT * side:
                own.append(view)
        kept += own
    if not kept:
        return np.zeros((0, 4, 2))
    pick = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), _MOST_VIEWS)).round().astype(int))
    return np.stack([kept[one] for one in pick])
