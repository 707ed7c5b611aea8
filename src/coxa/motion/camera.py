"""How far the camera has moved, from what stands still behind the person."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from coxa.motion.regions import FloatArray

WIDTH = 256
"""Pictures are looked at about this wide: a few pixels of the full picture are enough to know."""
LOOK_SECONDS = 0.2
"""The camera is looked at this often; in between the last value holds."""
_POINTS = 60
_LEAST_POINTS = 12
_LEAST_AGREE = 0.5
_AGREE_WITHIN = 1.0
_MARGIN = 0.15
_RENEW = 0.08
"""A new picture to compare with is taken once the camera has turned away by this part of the width."""

Picture = npt.NDArray[np.uint8]


class CameraShift:
    """Follows points of the background from a reference picture, the first one, to the present picture.

    Against a fixed picture a camera that stands still stays at 0 with no error that adds up, and a slow drift shows.
    Points on the person are left out, in the reference and in the present picture; what moves otherwise in the
    background must be less than half of it (RANSAC).
    """

    def __init__(self) -> None:
        self._reference: Picture | None = None
        self._points = np.empty((0, 1, 2), dtype=np.float32)
        self._before = np.zeros(2)
        self._looked = -math.inf
        self._latest = float("nan")

    def update(self, picture: Picture, person: FloatArray, time: float) -> float:
        """Distance in pixels by which the background has moved since the first picture.

        Parameters
        ----------
        picture: (height, width, 3) red, green, blue.
        person: (n, 2) points on the person, NaN where there is none.
        time: seconds.

        Returns
        -------
        NaN when too little of the background is there to tell.
        """
        if time - self._looked >= LOOK_SECONDS - 1e-6:
            self._looked = time
            self._latest = self._measure(picture, person)
        return self._latest

    def _measure(self, picture: Picture, person: FloatArray) -> float:
        times = max(1, picture.shape[1] // WIDTH)
        grey = shrink(picture, times)
        box = person_box(person / times)
        if self._reference is None:
            self._renew(grey, box)
            return 0.0 if len(self._points) >= _LEAST_POINTS else float("nan")
        shift = self._follow(grey, box)
        if shift is None:
            return float("nan")
        total = self._before + shift
        if np.hypot(*shift) > _RENEW * grey.shape[1]:
            self._before = total
            self._renew(grey, box)
        return float(np.hypot(*total) * times)

    def _renew(self, grey: Picture, box: tuple[int, int, int, int] | None) -> None:
        mask = np.full(grey.shape, 255, dtype=np.uint8)
        if box is not None:
            mask[max(box[1], 0) : max(box[3], 0), max(box[0], 0) : max(box[2], 0)] = 0
        # OpenCV's types don't say that there may be no points.
        points: Any = cv2.goodFeaturesToTrack(grey, _POINTS, 0.02, 5, mask=mask)
        self._points = np.empty((0, 1, 2), dtype=np.float32) if points is None else points
        self._reference = grey

    def _follow(self, grey: Picture, box: tuple[int, int, int, int] | None) -> FloatArray | None:
        """Mean movement of the background since the reference, in pixels of the small picture."""
        if self._reference is None or len(self._points) < _LEAST_POINTS:
            return None
        moved, found, _ = cv2.calcOpticalFlowPyrLK(
            self._reference, grey, self._points, np.empty_like(self._points), winSize=(13, 13), maxLevel=3
        )
        old, new = self._points.reshape(-1, 2), moved.reshape(-1, 2)
        keep = found.ravel() == 1
        if box is not None:
            keep &= ~((new >= box[:2]) & (new <= box[2:])).all(axis=1)
        if keep.sum() < _LEAST_POINTS:
            return None
        _, agree = cv2.estimateAffinePartial2D(old[keep], new[keep], ransacReprojThreshold=_AGREE_WITHIN)
        if agree.sum() < max(_LEAST_POINTS, _LEAST_AGREE * keep.sum()):
            return None
        inside = agree.ravel() == 1
        return np.asarray((new[keep][inside] - old[keep][inside]).mean(axis=0), dtype=np.float64)


def shrink(picture: Picture, times: int) -> Picture:
    """The picture in grey, a whole number of times smaller (that is quick)."""
    height, width = (length // times for length in picture.shape[:2])
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[: height * times, : width * times]
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def person_box(points: FloatArray) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom around the person, with a margin; ``None`` when there is nobody."""
    if not np.isfinite(points).all():
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    margin = _MARGIN * float((high - low).max())
    (left, top), (right, bottom) = np.clip(low - margin, -1e6, 1e6), np.clip(high + margin, -1e6, 1e6)
    return int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom))
