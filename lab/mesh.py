"""Triangles with a colour and a material, and their smooth normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from lab.rotation import FloatArray

IntArray = npt.NDArray[np.int64]
SKIN, CLOTH, HAIR, FLOOR, WALL, WOOD = range(6)


@dataclass(frozen=True, eq=False)
class Mesh:
    """What is drawn. ``cut``: drawn where it is 0 or more, interpolated, so that hems are straight."""

    vertices: FloatArray
    faces: IntArray
    normals: FloatArray
    colours: FloatArray
    material: int
    cut: FloatArray


class Surface:
    """Faces on some of a body's vertices, renumbered from 0, whose normals are quick to work out again."""

    def __init__(self, faces: IntArray) -> None:
        self.used, numbers = np.unique(faces, return_inverse=True)
        self.faces = numbers.reshape(-1, 3).astype(np.int64)
        rows, columns = self.faces.T.ravel(), np.tile(np.arange(len(faces)), 3)
        self._sum = csr_array((np.ones(rows.size), (rows, columns)), shape=(self.used.size, len(faces)))

    def normals(self, vertices: FloatArray) -> FloatArray:
        """(n, 3) of the renumbered vertices."""
        a, b, c = (vertices[self.faces[:, i]] for i in range(3))
        total = np.asarray(self._sum @ _cross(b - a, c - a))
        return np.asarray(total / (np.linalg.norm(total, axis=1, keepdims=True) + 1e-12))


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """``np.cross`` of many rows, in a third of its time."""
    (ax, ay, az), (bx, by, bz) = a.T, b.T
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def flat(corners: npt.ArrayLike, colour: npt.ArrayLike, material: int) -> Mesh:
    """A flat rectangle from its four corners in order."""
    v = np.asarray(corners, dtype=np.float64)
    normal = np.cross(v[1] - v[0], v[2] - v[0])
    normal /= np.linalg.norm(normal)
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    return Mesh(v, faces, np.tile(normal, (4, 1)), np.tile(colour, (4, 1)), material, np.ones(4))


def box(
    low: tuple[float, float, float], high: tuple[float, float, float], colour: npt.ArrayLike, material: int = WOOD
) -> list[Mesh]:
    """A box without its underside."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    sides = (
        [(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)],
        [(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)],
        [(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)],
        [(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)],
        [(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)],
    )
    return [flat(side, colour, material) for side in sides]
