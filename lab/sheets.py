"""Printed sheets as meshes: the exact bitmap, rim and arrow that ``coxa markers`` prints, flat or slightly bent.

Axes of a sheet: right, up (the printed arrow) and out of the paper; the tag's centre is the origin; metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import yaml

from lab.mesh import WOOD, IntArray, Mesh
from lab.rotation import FloatArray

MARKERS = Path(__file__).parents[1] / "src" / "coxa" / "protocol" / "data" / "printed_markers.yaml"
PAPER = WOOD + 1
"""Drawn as it is, like every material above WALL: paper has no grain that a camera sees."""
WHITE, BLACK, ARROW = (0.86, 0.86, 0.84), (0.035, 0.035, 0.038), (0.30, 0.12, 0.05)
RIM, ABOVE, BELOW = 0.015, 0.037, 0.024
"""Metres of white beside, above and below the black square, up to the line along which the sheet is cut."""
BIG_ARROW = np.array([(0, 8), (8, 19), (16, 8), (5, 8), (11, 8), (5, 0), (11, 0)]) * 0.001 + (-0.033, 0.063)
"""Metres; where report/typst/markers.typ puts it."""
BIG_ARROW_FACES = ((0, 2, 1), (5, 6, 4), (5, 4, 3))
INK_HEIGHT = 0.0002


@cache
def markers() -> tuple[Mapping[str, int], float]:
    """Number of the tag of each marker, and the side of the black square in metres, as ``coxa markers`` prints them."""
    told = yaml.safe_load(MARKERS.read_text(encoding="utf-8"))
    return {marker["id"]: marker["tag"] for marker in told["markers"]}, told["tag"]["side_mm"] / 1000


def side_of_square() -> float:
    """Metres."""
    return markers()[1]


def number_of(name: str) -> int:
    """A marker's tag."""
    return markers()[0][name]


def cells(number: int) -> npt.NDArray[np.bool_]:
    """(8, 8) bitmap with its black border, the first row at the top: true where it is white."""
    family = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    return np.asarray(cv2.aruco.generateImageMarker(family, number, 8) > 0)


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``curvature`` in 1/m: bent backwards around an axis along its arrow."""

    number: int
    curvature: float = 0.0

    @property
    def corners(self) -> FloatArray:
        """(4, 3) corners of the black square in the detector's order: from top left, clockwise."""
        half = side_of_square() / 2
        return self.bent(np.array([[-half, half, 0], [half, half, 0], [half, -half, 0], [-half, -half, 0]]))

    @property
    def outline(self) -> FloatArray:
        """(4, 3) corners of the cut sheet."""
        wide, high, low = side_of_square() / 2 + RIM, side_of_square() / 2 + ABOVE, -side_of_square() / 2 - BELOW
        return self.bent(np.array([[-wide, high, 0], [wide, high, 0], [wide, low, 0], [-wide, low, 0]]))

    def bent(self, flat: FloatArray) -> FloatArray:
        """(n, 3) points of the flat sheet on the bent one; lengths on the paper stay."""
        if self.curvature == 0:
            return flat
        turn, radius = flat[:, 0] * self.curvature, 1 / self.curvature
        out = radius + flat[:, 2]
        return np.stack([out * np.sin(turn), flat[:, 1], out * np.cos(turn) - radius], 1)

    def mesh(self, rotation: FloatArray, centre: FloatArray) -> Mesh:
        """The sheet in the room; ``rotation`` (3, 3) takes its axes to the room's."""
        flat, faces, colours = _drawn(self.number)
        vertices = self.bent(flat) @ rotation.T + centre
        turn = flat[:, 0] * self.curvature
        normals = np.stack([np.sin(turn), np.zeros_like(turn), np.cos(turn)], 1) @ rotation.T
        return Mesh(vertices, faces, normals, colours, PAPER, np.ones(len(vertices)))


@cache
def _drawn(number: int) -> tuple[FloatArray, IntArray, FloatArray]:
    """Vertices, faces and colours: one rectangle per cell, cells of the rim among them, and the arrow."""
    bitmap = cells(number)
    half, many = side_of_square() / 2, len(bitmap)
    inner = np.linspace(-half, half, many + 1)
    across = np.array([-half - RIM, *inner, half + RIM])
    down = np.array([half + ABOVE, *inner[::-1], -half - BELOW])
    white = np.pad(bitmap, 1, constant_values=True)
    points: list[tuple[float, float, float]] = []
    faces: list[tuple[int, int, int]] = []
    colours: list[tuple[float, float, float]] = []
    for row in range(many + 2):
        for column in range(many + 2):
            start = len(points)
            right, low = across[column + 1], down[row + 1]
            points += [(across[column], down[row], 0), (right, down[row], 0), (right, low, 0), (across[column], low, 0)]
            faces += [(start, start + 2, start + 1), (start, start + 3, start + 2)]
            colours += [WHITE if white[row, column] else BLACK] * 4
    start = len(points)
    points += [(x, y, INK_HEIGHT) for x, y in BIG_ARROW]
    faces += [(start + a, start + b, start + c) for a, b, c in BIG_ARROW_FACES]
    colours += [ARROW] * len(BIG_ARROW)
    return np.array(points, dtype=np.float64), np.array(faces), np.array(colours)
