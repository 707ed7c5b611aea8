"""Rotations about the body's axes, in degrees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def about_x(degrees: float) -> FloatArray:
    """Right-handed turn about x."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1.0, 0, 0], [0, c, -s], [0, s, c]])


def about_y(degrees: float) -> FloatArray:
    """Right-handed turn about y."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0, s], [0, 1.0, 0], [-s, 0, c]])


def about_z(degrees: float) -> FloatArray:
    """Right-handed turn about z."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


def unit(vector: npt.ArrayLike) -> FloatArray:
    """The vector at length 1."""
    array = np.asarray(vector, dtype=np.float64)
    return np.asarray(array / np.linalg.norm(array), dtype=np.float64)


def shortest(start: npt.ArrayLike, end: npt.ArrayLike) -> FloatArray:
    """The smallest rotation that takes the direction ``start`` to ``end`` (Rodrigues' formula)."""
    a, b = unit(start), unit(end)
    v, c = np.cross(a, b), float(a @ b)
    if c < -0.9999:
        return about_x(180)
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.asarray(np.eye(3) + k + k @ k / (1 + c), dtype=np.float64)


def hinge_to_down(bone: npt.ArrayLike) -> FloatArray:
    """The rotation that takes a resting bone to straight down and keeps the body's x axis as its hinge."""
    d = unit(bone)
    x = np.array([1.0, 0, 0])
    across = unit(x - (x @ d) * d)
    rest = np.stack([across, d, np.cross(across, d)], 1)
    down = np.array([0, 0, -1.0])
    straight = np.stack([x, down, np.cross(x, down)], 1)
    return np.asarray(straight @ rest.T, dtype=np.float64)
