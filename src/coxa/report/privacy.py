"""Making people in a picture unrecognisable, as far as landmarks tell where they are.

What can't be found can't be hidden, so doubt hides more: the whole picture while nobody is found, and everything around
the followed person while somebody else is in view.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from coxa.motion import FloatArray
from coxa.motion.pose_track import PoseTrack

FACE = (
    *("nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer"),
    *("left_ear", "right_ear", "mouth_left", "mouth_right"),
)
TRUNK_SHARE = 0.45
"""Radius hidden around the face's landmarks, as a share of the trunk: heads measure about half of it altogether."""
SPREAD = 2.0
"""The same as a multiple of how far the face's landmarks lie apart; the larger of the two holds."""
PICTURE_SHARE = 0.05
"""And at least this share of the picture's longer side."""
NEAR_SECONDS = 0.3
"""What is hidden in a picture is hidden this long before and after, because landmarks jump."""
OTHERS_SECONDS = 1.0
"""The same for other people: the detector looks only twice a second."""
BLOCKS = 6
"""A hidden head becomes about as many blocks across."""
BODY_ROOM = 0.25
"""Room around the followed person's landmarks, as a share of their extent, that stays visible beside others."""

Picture = npt.NDArray[np.uint8]
Circle = tuple[float, float, float]


class Privacy:
    """What to hide in each frame of a track.

    Parameters
    ----------
    track: what was found in the video.
    points: (frames, landmarks, 2) the track's landmarks in pixels of the pictures that will be drawn on.
    longest: pixels on the longer side of those pictures.
    """

    def __init__(self, track: PoseTrack, points: FloatArray, longest: int) -> None:
        self._times = track.motion.times
        self._points = points
        names = track.motion.names
        face = points[:, [i for i, name in enumerate(names) if name in FACE]]
        seen = np.isfinite(face).all(axis=2)
        self._found: npt.NDArray[np.bool_] = np.asarray(seen.sum(axis=1) > 0)
        least = max(PICTURE_SHARE * longest, TRUNK_SHARE * _trunk(names, points))
        self._circles = [_circle(face[i], least) if self._found[i] else None for i in range(len(points))]
        self._others = track.people > 1

    def hide(self, picture: Picture, frame: int) -> None:
        """Hide in place what must not be seen in this frame."""
        if not self._found[frame]:
            _pixelate(picture, np.ones(picture.shape[:2], dtype=np.bool_), max(picture.shape) // 16)
            return
        near = np.flatnonzero(np.abs(self._times - self._times[frame]) <= NEAR_SECONDS)
        circles = [circle for i in near if (circle := self._circles[i]) is not None]
        hidden = np.zeros(picture.shape[:2], dtype=np.uint8)
        for x, y, radius in circles:
            cv2.circle(hidden, (round(x), round(y)), round(radius), 1, -1)
        if self._others[np.abs(self._times - self._times[frame]) <= OTHERS_SECONDS].any():
            hidden |= self._around(picture, frame)
        _pixelate(picture, hidden.astype(np.bool_), max(round(2 * circles[0][2] / BLOCKS), 4))

    def _around(self, picture: Picture, frame: int) -> npt.NDArray[np.uint8]:
        points = self._points[frame][np.isfinite(self._points[frame]).all(axis=1)]
        room = BODY_ROOM * float(np.ptp(points, axis=0).max())
        (left, top), (right, bottom) = points.min(axis=0) - room, points.max(axis=0) + room
        around = np.ones(picture.shape[:2], dtype=np.uint8)
        around[max(int(top), 0) : max(int(bottom), 0), max(int(left), 0) : max(int(right), 0)] = 0
        return around


def _trunk(names: tuple[str, ...], points: FloatArray) -> float:
    """The greatest length from shoulder to hip over the recording (95th percentile), pixels; 0 if it isn't known."""
    lengths = [
        np.linalg.norm(points[:, names.index(f"{side}_shoulder")] - points[:, names.index(f"{side}_hip")], axis=1)
        for side in ("left", "right")
        if f"{side}_shoulder" in names and f"{side}_hip" in names
    ]
    seen = np.concatenate(lengths) if lengths else np.empty(0)
    seen = seen[np.isfinite(seen)]
    return float(np.percentile(seen, 95.0)) if seen.size else 0.0


def _circle(face: FloatArray, least: float) -> Circle:
    face = face[np.isfinite(face).all(axis=1)]
    x, y = face.mean(axis=0)
    apart = float(np.linalg.norm(face - (x, y), axis=1).max())
    limit = 1e5  # landmarks far outside must not overflow what OpenCV draws with
    return float(np.clip(x, -limit, limit)), float(np.clip(y, -limit, limit)), min(max(least, SPREAD * apart), limit)


def _pixelate(picture: Picture, hidden: npt.NDArray[np.bool_], block: int) -> None:
    height, width = picture.shape[:2]
    small = (max(width // block, 1), max(height // block, 1))
    coarse = cv2.resize(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), (width, height), interpolation=0)
    picture[hidden] = coarse[hidden]
