"""What is drawn, and from where it is seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lab.mesh import IntArray
from lab.pictures.head import Feature
from lab.pictures.muscles import Painted
from lab.rotation import FloatArray

FIGURE = frozenset({"skin", "hair", "shirt", "trousers"})
GROUND = frozenset({"mat", "wall"})


@dataclass(frozen=True, eq=False)
class Piece:
    """One surface; between different pieces there is a line.

    Parameters
    ----------
    vertices, faces, normals: (n, 3) metres, (m, 3), (n, 3).
    region: the colour's name; those of ``FIGURE`` make the person, those of ``GROUND`` lie behind everything.
    cut: (n,) drawn where it is 0 or more.
    muscle: what is highlighted on it, if anything.
    features: lines drawn on it.
    unfolded: (n, 3) a place per vertex such that neighbours on the surface are near each other; where pixels side by
        side are further apart than ``gap`` (n,), there is a line. On the person it is the place on the resting body.
    """

    vertices: FloatArray
    faces: IntArray
    normals: FloatArray
    region: str
    cut: FloatArray
    muscle: Painted | None
    unfolded: FloatArray
    gap: FloatArray
    features: tuple[Feature, ...] = ()


@dataclass(frozen=True)
class View:
    """A camera at infinity; degrees. ``azimuth`` 0 looks along +y, 90 looks from +x; ``elevation`` from above.

    ``half_width``: metres from the middle to the side of the picture; ``aspect``: width by height;
    ``long_side``: picture units, and pixels when tracing, of its longer side: fewer make a smaller file.
    """

    azimuth: float
    elevation: float
    target: tuple[float, float, float]
    half_width: float
    aspect: float = 1.6
    long_side: int = 1600

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in picture units."""
        return (round(self.long_side * min(1.0, self.aspect)), round(self.long_side * min(1.0, 1 / self.aspect)))

    @property
    def fineness(self) -> float:
        """How large a picture unit is drawn: 1 where ``long_side`` is 1600, less where it is less."""
        return self.long_side / 1600

    @cached_property
    def axes(self) -> FloatArray:
        """(3, 3): the picture's right and up, and the direction towards the camera."""
        a, e = np.radians(self.azimuth), np.radians(self.elevation)
        right = np.array([np.cos(a), np.sin(a), 0.0])
        towards = np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])
        return np.stack([right, np.cross(towards, right), towards])

    def project(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 3) metres to (..., 2) picture units, x right and y down."""
        seen = (np.asarray(points, dtype=np.float64) - np.array(self.target)) @ self.axes[:2].T
        width, height = self.size
        scale = width / (2 * self.half_width)
        return np.stack([width / 2 + seen[..., 0] * scale, height / 2 - seen[..., 1] * scale], -1)

    def depth(self, points: npt.ArrayLike) -> FloatArray:
        """(...,) what the depth picture holds for a point, 0 near to 1 far."""
        near = (np.asarray(points, dtype=np.float64) - np.array(self.target)) @ self.axes[2]
        return np.asarray(0.5 - near / (2 * DEPTH))

    def matrix(self) -> FloatArray:
        """(4, 4) metres to clip space."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.axes * np.array([[1.0], [self.aspect], [-self.half_width / DEPTH]]) / self.half_width
        matrix[:3, 3] = -matrix[:3, :3] @ np.array(self.target)
        return matrix


# Metres before and behind the target that can be seen.
DEPTH = 6.0


@dataclass(frozen=True)
class Layer:
    """Path data with the class that says how it is painted."""

    paint: str
    data: str


@dataclass(frozen=True)
class Drawing:
    """A picture's layers from back to front: ``ground`` and ``props`` as if nobody were there, then the ``figure``."""

    view: View
    ground: tuple[Layer, ...]
    props: tuple[Layer, ...]
    figure: tuple[Layer, ...]

    def project(self, points: npt.ArrayLike) -> FloatArray:
        """(..., 3) metres to (..., 2) picture units."""
        return self.view.project(points)
