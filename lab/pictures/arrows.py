"""Arrows that show which way something moves."""

from __future__ import annotations

import numpy as np

from lab.pictures.piece import Layer
from lab.rotation import FloatArray

SHORTEST = 90.0  # picture units; shorter ways get no arrow
HEAD, GAP = 44.0, 26.0


def arrow(path: FloatArray) -> list[Layer]:
    """Line and head for a way through the picture, (n, 2) picture units; nothing when it is too short to be seen."""
    path = rounded(path)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    length = float(steps.sum())
    if length < SHORTEST:
        return []
    along = np.concatenate([[0.0], np.cumsum(steps)])
    places = np.linspace(min(GAP, length / 5), length - HEAD * 0.8, 20)
    line = np.stack([np.interp(places, along, path[:, axis]) for axis in (0, 1)], 1)
    tip = path[-1]
    ahead = (tip - line[-1]) / (np.linalg.norm(tip - line[-1]) + 1e-9)
    aside = np.array([-ahead[1], ahead[0]])
    base = tip - HEAD * ahead
    head = [tip, base + 0.5 * HEAD * aside, base - 0.5 * HEAD * aside]
    return [Layer("arrow", _moves(line)), Layer("arrow-head", _moves(np.array(head)) + "z")]


def rounded(path: FloatArray) -> FloatArray:
    """The way without its corners: each is cut three times at a quarter of its sides (Chaikin 1974); the ends stay."""
    for _ in range(3):
        sides = np.stack([0.75 * path[:-1] + 0.25 * path[1:], 0.25 * path[:-1] + 0.75 * path[1:]], 1).reshape(-1, 2)
        path = np.concatenate([path[:1], sides, path[-1:]])
    return path


def _moves(points: FloatArray) -> str:
    first, *rest = points.round().astype(int).tolist()
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in rest)
