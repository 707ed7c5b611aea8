"""How far a point is from the surface of a thing that bodies lean on: metres, negative inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lab.rotation import FloatArray, about_z, unit

Point = tuple[float, float, float]


class Solid(Protocol):
    """Something that a body can't go through."""

    def distance(self, points: FloatArray) -> FloatArray:
        """(n,) metres from the surface for (n, 3) points."""


@dataclass(frozen=True)
class HalfSpace:
    """Everything behind a plane through ``point`` whose ``normal`` points to the free side: floor, wall."""

    point: Point
    normal: Point

    def distance(self, points: FloatArray) -> FloatArray:
        """(n,) metres from the plane."""
        return np.asarray((points - np.array(self.point)) @ unit(self.normal))


@dataclass(frozen=True)
class Cylinder:
    """A roller: its axis through ``centre``, ``turn`` degrees about the vertical from x."""

    centre: Point
    turn: float
    radius: float
    length: float

    def distance(self, points: FloatArray) -> FloatArray:
        """(n,) metres from the round side or the ends."""
        axis = about_z(self.turn) @ np.array([1.0, 0, 0])
        away = points - np.array(self.centre)
        along = away @ axis
        around = np.linalg.norm(away - np.outer(along, axis), axis=1) - self.radius
        beyond = np.abs(along) - self.length / 2
        outside = np.hypot(np.maximum(around, 0), np.maximum(beyond, 0))
        return np.asarray(outside + np.minimum(np.maximum(around, beyond), 0))


@dataclass(frozen=True)
class Ball:
    """A ball."""

    centre: Point
    radius: float

    def distance(self, points: FloatArray) -> FloatArray:
        """(n,) metres from the ball."""
        return np.asarray(np.linalg.norm(points - np.array(self.centre), axis=1) - self.radius)


@dataclass(frozen=True)
class Block:
    """An upright box: ``centre``, full ``size`` before it is turned by ``turn`` degrees about the vertical."""

    centre: Point
    size: Point
    turn: float = 0.0

    def distance(self, points: FloatArray) -> FloatArray:
        """(n,) metres from the box."""
        local = np.abs((points - np.array(self.centre)) @ about_z(self.turn)) - np.array(self.size) / 2
        outside = np.linalg.norm(np.maximum(local, 0), axis=1)
        return np.asarray(outside + np.minimum(local.max(1), 0))


FLOOR = HalfSpace((0, 0, 0), (0, 0, 1))
