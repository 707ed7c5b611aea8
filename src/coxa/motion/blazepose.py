"""The BlazePose models on LiteRT: people in a picture, and the landmarks of the one in a region.

Nothing here remembers the frame before; ``tracking.py`` does.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from coxa.errors import UnavailableError
from coxa.motion import weights
from coxa.motion.regions import (
    DETECTOR_SIDE,
    LANDMARK_SIDE,
    Candidate,
    FloatArray,
    Region,
    anchors,
    candidates,
    letterbox,
    sigmoid,
)
from coxa.motion.skeletons import BLAZEPOSE_33

LANDMARKS = BLAZEPOSE_33
"""Names of the 33 landmarks in the models' order; left and right are the person's."""

DETECTION_SCORE = 0.5
PRESENCE = 0.5
"""Below these nobody is there (MediaPipe's own defaults)."""
_USED = 35
"""33 landmarks, then two points that say where the next frame's region is: between the hips, and the circle's edge."""
_VALUES = 5
_HEATMAP = 64
_KERNEL = 3
_HEATMAP_SURE = 0.5

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Pose:
    """The landmarks of one person in one picture.

    Parameters
    ----------
    points: (33, 2) pixels of the picture.
    visibility: (33,) from 0 to 1, as the model gives it.
    presence: from 0 to 1, how sure the model is that there is a person in the region.
    region: where was looked.
    following: where to look in the next frame.
    """

    points: FloatArray
    visibility: FloatArray
    presence: float
    region: Region
    following: Region


class Network:
    """One model. The interpreter's memory is written and read in place; views of it must not outlive a call."""

    def __init__(self, file: str, threads: int) -> None:
        try:
            from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415  (no wheel for Intel Macs)
        except ImportError:
            raise UnavailableError(
                "Reading a body from a video needs the package 'ai-edge-litert', which has no version for this machine "
                "(Intel Macs): use printed markers, another computer, or type the readings in."
            ) from None
        content = weights.read(file)
        with _silenced():
            self._interpreter: Any = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.tensor(self._interpreter.get_input_details()[0]["index"])
        names = sorted(self._interpreter.get_output_details(), key=lambda detail: str(detail["name"]))
        self._outputs = [self._interpreter.tensor(detail["index"]) for detail in names]

    def run(self, picture: Picture, scale: float, shift: float) -> None:
        """Feed a picture of the input's size as ``scale * value + shift`` and compute."""
        room = self._input()[0]
        np.multiply(picture, np.float32(scale), out=room)
        if shift:
            room += np.float32(shift)
        del room
        self._interpreter.invoke()

    def output(self, index: int) -> npt.NDArray[np.float32]:
        """View of one output, without its first axis (a single picture)."""
        view: npt.NDArray[np.float32] = self._outputs[index]()[0]
        return view


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Keep LiteRT's greeting off standard error; it is written by C++, past ``sys.stderr``, and has no switch."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class BlazePose:
    """Detector and one landmark model.

    Parameters
    ----------
    model: ``lite``, ``full`` or ``heavy``. They differ by some degrees: never mix them in one person's record.
    threads: for the computing.

    Raises
    ------
    UnavailableError: this machine has no LiteRT, or the models are missing.
    """

    def __init__(self, model: weights.Model, threads: int = 1) -> None:
        self._detector = Network(weights.DETECTOR, threads)
        self._landmarks = Network(weights.landmark_file(model), threads)
        self._anchors = anchors()
        self._small: Picture = np.empty((DETECTOR_SIDE, DETECTOR_SIDE, 3), dtype=np.uint8)
        self._crop: Picture = np.empty((LANDMARK_SIDE, LANDMARK_SIDE, 3), dtype=np.uint8)

    def detect(self, picture: Picture) -> list[Candidate]:
        """Everyone whom the detector sees in a (height, width, 3) red, green, blue picture, the surest first."""
        height, width = picture.shape[:2]
        matrix = letterbox(width, height)
        cv2.warpAffine(picture, matrix, (DETECTOR_SIDE, DETECTOR_SIDE), dst=self._small, flags=cv2.INTER_LINEAR)
        self._detector.run(self._small, 1 / 127.5, -1.0)
        scores = sigmoid(self._detector.output(1)[:, 0])
        sure = np.flatnonzero(scores >= DETECTION_SCORE)
        return candidates(self._detector.output(0)[sure], scores[sure], self._anchors[sure], matrix)

    def landmarks(self, picture: Picture, region: Region) -> Pose | None:
        """The landmarks of the person in ``region``; ``None`` when there is no person."""
        matrix = region.to_picture()
        cut(picture, matrix, self._crop)
        self._landmarks.run(self._crop, 1 / 255.0, 0.0)
        presence = float(self._landmarks.output(1)[0])
        raw = self._landmarks.output(0).reshape(-1, _VALUES)[:_USED].astype(np.float64)
        if not (presence >= PRESENCE and np.isfinite(raw).all()):
            return None
        points = refine(raw[:, :2] / LANDMARK_SIDE, self._landmarks.output(3)) * LANDMARK_SIDE
        points = points @ matrix[:, :2].T + matrix[:, 2]
        following = Region.around(points[33], points[34])
        if not following.usable:
            return None
        return Pose(points[:33], sigmoid(raw[:33, 3]), presence, region, following)


def cut(picture: Picture, matrix: FloatArray, out: Picture) -> None:
    """Fill ``out`` with the part of ``picture`` that ``matrix`` (from ``out`` to the picture) points to."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(picture, matrix, out.shape[1::-1], dst=out, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def refine(points: FloatArray, heatmaps: npt.NDArray[np.float32]) -> FloatArray:
    """Move each point to the centre of mass of its heatmap around it, where the heatmap is sure.

    Without it the landmarks are 5 to 14 px off (MediaPipe: RefineLandmarksFromHeatmapCalculator, kernel 7).

    Parameters
    ----------
    points: (n, 2) as parts of the input's side.
    heatmaps: (64, 64, at least n), before the logistic function.
    """
    cell = np.floor(points * _HEATMAP).astype(np.intp)
    inside = ((cell >= 0) & (cell < _HEATMAP)).all(axis=1)
    reach = np.arange(-_KERNEL, _KERNEL + 1)
    columns, rows = cell[:, :1] + reach, cell[:, 1:] + reach
    valid = ((rows >= 0) & (rows < _HEATMAP))[:, :, None] & ((columns >= 0) & (columns < _HEATMAP))[:, None, :]
    patch = heatmaps[
        np.clip(rows, 0, _HEATMAP - 1)[:, :, None],
        np.clip(columns, 0, _HEATMAP - 1)[:, None, :],
        np.arange(len(points))[:, None, None],
    ]
    weight = np.where(valid, sigmoid(patch), 0.0)
    total = weight.sum(axis=(1, 2))
    sure = inside & (weight.max(axis=(1, 2)) >= _HEATMAP_SURE)
    mass = np.stack([(weight.sum(axis=1) * columns).sum(axis=1), (weight.sum(axis=2) * rows).sum(axis=1)], axis=1)
    return np.where(sure[:, None], mass / np.where(sure, total, 1.0)[:, None] / _HEATMAP, points)
