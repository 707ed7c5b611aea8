"""Where in the picture a person is: the detector's anchors and candidates, and the turned square that is looked at.

Coordinates are pixels with whole numbers at pixel centres, in the picture and in the model's input alike, without any
half-pixel between warp and landmarks: half a pixel of the 256-pixel input is 2 to 6 px in an ordinary video.
The geometry follows MediaPipe's pose graph (mediapipe/modules/pose_landmark and pose_detection, Apache-2.0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

DETECTOR_SIDE = 224
LANDMARK_SIDE = 256
_STRIDES = (8, 16, 32, 32, 32)
_ANCHORS_PER_LAYER = 2
_MARGIN = 1.25
"""The region is this much larger than the circle around the person (MediaPipe: scale_x, scale_y)."""
_SAME_PERSON_OVERLAP = 0.3
"""Candidate boxes that overlap by more are one person (MediaPipe: min_suppression_threshold)."""


@dataclass(frozen=True)
class Region:
    """A turned square around one person.

    Parameters
    ----------
    x, y: its centre (between the hips), in pixels.
    size: its side, in pixels.
    angle: radians by which it is turned, clockwise as seen (y points down); 0 for a person who stands upright.
    """

    x: float
    y: float
    size: float
    angle: float

    @classmethod
    def around(cls, centre: npt.ArrayLike, edge: npt.ArrayLike) -> Region:
        """The region of a circle around ``centre`` (between the hips) through ``edge``, on the side of the head."""
        (x, y), (edge_x, edge_y) = np.asarray(centre, dtype=np.float64), np.asarray(edge, dtype=np.float64)
        angle = math.pi / 2 + math.atan2(edge_y - y, edge_x - x)
        size = 2 * math.hypot(edge_x - x, edge_y - y) * _MARGIN
        return cls(float(x), float(y), size, (angle + math.pi) % (2 * math.pi) - math.pi)

    @property
    def usable(self) -> bool:
        """Whether it is a region at all."""
        return all(math.isfinite(value) for value in (self.x, self.y, self.size, self.angle)) and 4 < self.size < 1e5

    def to_picture(self) -> FloatArray:
        """The 2 x 3 matrix from the landmark model's input (pixels) to the picture."""
        scale = self.size / LANDMARK_SIDE
        cosine, sine = scale * math.cos(self.angle), scale * math.sin(self.angle)
        half = LANDMARK_SIDE / 2
        return np.array(
            [
                [cosine, -sine, self.x - half * (cosine - sine)],
                [sine, cosine, self.y - half * (sine + cosine)],
            ]
        )

    def overlap(self, other: Region) -> float:
        """Area in common over area together (0 to 1), of the squares without their turn."""
        sides = [
            min(a + self.size / 2, b + other.size / 2) - max(a - self.size / 2, b - other.size / 2)
            for a, b in ((self.x, other.x), (self.y, other.y))
        ]
        common = max(sides[0], 0.0) * max(sides[1], 0.0)
        return common / (self.size**2 + other.size**2 - common)


@dataclass(frozen=True)
class Candidate:
    """A person whom the detector sees.

    Parameters
    ----------
    region: where.
    score: 0 to 1.
    """

    region: Region
    score: float


def sigmoid(values: npt.NDArray[np.floating]) -> FloatArray:
    """Logistic function, without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -80.0, 80.0))), dtype=np.float64)


def anchors() -> FloatArray:
    """(2254, 2) centres of the detector's anchors, as parts of its input's side.

    Layers with the same stride share their grid; each brings two anchors per cell (MediaPipe: SsdAnchorsCalculator).
    """
    parts = []
    for stride in sorted(set(_STRIDES)):
        cells = DETECTOR_SIDE // stride
        y, x = np.mgrid[0:cells, 0:cells]
        grid = np.stack([(x + 0.5) / cells, (y + 0.5) / cells], axis=-1).reshape(-1, 2)
        parts.append(np.repeat(grid, _ANCHORS_PER_LAYER * _STRIDES.count(stride), axis=0))
    return np.concatenate(parts)


def letterbox(width: int, height: int) -> FloatArray:
    """The 2 x 3 matrix from a picture to the detector's square input: the whole picture, in the middle."""
    scale = DETECTOR_SIDE / max(width, height)
    return np.array(
        [
            [scale, 0.0, (DETECTOR_SIDE - width * scale) / 2],
            [0.0, scale, (DETECTOR_SIDE - height * scale) / 2],
        ]
    )


def candidates(
    raw: npt.NDArray[np.float32], scores: FloatArray, centres: FloatArray, matrix: FloatArray
) -> list[Candidate]:
    """People from what the detector gives for the anchors that it believes in, the surest first.

    Parameters
    ----------
    raw: (n, 12) box centre, width and height, then four points, in pixels of the detector's input, from the anchor.
    scores: (n,) from 0 to 1.
    centres: (n, 2) their anchors.
    matrix: ``letterbox`` of the picture.
    """
    values = raw.astype(np.float64) / DETECTOR_SIDE
    centre, half = values[:, :2] + centres, values[:, 2:4] / 2
    points = values[:, 4:8].reshape(-1, 2, 2) + centres[:, None]
    scale, shift = matrix[0, 0], matrix[:, 2]
    found = []
    for group in suppress(centre - half, centre + half, scores):
        weights = scores[group] / scores[group].sum()
        hip, edge = ((points[group] * weights[:, None, None]).sum(axis=0) * DETECTOR_SIDE - shift) / scale
        region = Region.around(hip, edge)
        if region.usable:
            found.append(Candidate(region, float(scores[group].max())))
    return found


def suppress(low: FloatArray, high: FloatArray, scores: FloatArray) -> list[npt.NDArray[np.intp]]:
    """Boxes in groups of one person each: the surest box and all that overlap it, then the surest of the rest ...

    Each group is averaged by score afterwards (MediaPipe: weighted non-maximum suppression).
    """
    area = np.clip(high - low, 0.0, None).prod(axis=1)
    left = np.argsort(-scores, kind="stable")
    groups = []
    while left.size:
        best = left[0]
        common = np.clip(np.minimum(high[left], high[best]) - np.maximum(low[left], low[best]), 0.0, None).prod(axis=1)
        together = area[left] + area[best] - common
        same = common > _SAME_PERSON_OVERLAP * together
        same[0] = True
        groups.append(left[same])
        left = left[~same]
    return groups
