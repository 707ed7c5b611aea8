"""One person followed from frame to frame, and honesty about whether it is still the same one.

The region of the next frame comes from the landmarks of this one; the detector looks when there is no region, and about
twice a second besides, to see who else is there. The person is never exchanged in silence: a jump and a loss with a
doubtful return are marked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from coxa.motion.blazepose import LANDMARKS, BlazePose, Picture, Pose
from coxa.motion.regions import Candidate, FloatArray, Region

LOOK_SECONDS = 0.5
"""The detector looks at least this often, on the clock of the video."""
PLAUSIBLE_SIZE = 0.3
"""Who appears smaller than this part of the tracked (or largest) person is background, and isn't counted."""
SAME_OVERLAP = 0.25
"""A detector's candidate whose region overlaps the tracked one by this much is the tracked person."""
TWICE_OVERLAP = 0.6
"""One that overlaps the tracked region by this much is the tracked person found twice, and not somebody else."""
BESIDE_SCORE = 0.7
"""Who is counted in a part of the picture: half a tracked person looks like somebody, but not as surely."""
LONG_PICTURE = 1.2
"""In a picture longer than wide by this (or wider than long) squares at its two ends are searched in turn."""
RETURN_SECONDS = 0.5
"""After a loss no longer than this a person found in the same place, as large as before, may be the same one."""
RETURN_OVERLAP = 0.4
JUMP_SPEED = 3.0
"""Region sizes per second that the hips of one person can travel: a sprinter crosses about 10 m/s, a region is 2.5 m or
more; the rest is room for the model's own jitter."""
JUMP_LEAST = 0.2
"""Region sizes that are no jump however short the time between two frames."""
SCALE_JUMP = math.log(1.4)
"""Change of all limb lengths together between two frames that one person can't bring about."""
_LIMBS = tuple(
    (LANDMARKS.index(first), LANDMARKS.index(second))
    for side in ("left", "right")
    for first, second in (
        (f"{side}_shoulder", f"{side}_hip"),
        (f"{side}_hip", f"{side}_knee"),
        (f"{side}_knee", f"{side}_ankle"),
        (f"{side}_shoulder", f"{side}_elbow"),
        (f"{side}_elbow", f"{side}_wrist"),
    )
)


@dataclass(frozen=True, eq=False)
class Sight:
    """What was seen in one frame.

    Parameters
    ----------
    points: (33, 2) pixels of the picture, NaN when nobody was found.
    visibility: (33,) from 0 to 1; 0 when nobody was found.
    presence: from 0 to 1.
    region: where was looked, ``None`` when nobody was found.
    people: plausible people when the detector looked last (at both ends of a long picture), the tracked one included.
    redetected: the detector was asked for the region because there was none.
    broken: the person may have changed since the frame before.
    """

    points: FloatArray
    visibility: FloatArray
    presence: float
    region: Region | None
    people: int
    redetected: bool
    broken: bool


class Tracker:
    """Follows one person through the frames of one video.

    Parameters
    ----------
    models: the detector and the landmark model.
    """

    def __init__(self, models: BlazePose) -> None:
        self._models = models
        self._region: Region | None = None
        self._last: tuple[float, Pose] | None = None
        self._looked = -math.inf
        self._people = 0
        self._looks = 0
        self._beside = [0, 0]

    def see(self, picture: Picture, time: float) -> Sight:
        """Look at the next frame.

        Parameters
        ----------
        picture: (height, width, 3) red, green, blue.
        time: seconds, later than the frame before.
        """
        pose = None if self._region is None else self._models.landmarks(picture, self._region)
        searched = pose is None
        doubtful = False
        if pose is None:
            pose, doubtful = self._search(picture, time)
        elif time - self._looked >= LOOK_SECONDS:
            self._look_around(picture, time, pose)
        if pose is None:
            self._region = None
            empty = np.full((len(LANDMARKS), 2), np.nan)
            return Sight(empty, np.zeros(len(LANDMARKS)), 0.0, None, self._people, searched, False)
        broken = self._last is not None and (doubtful or jumped(*self._last, pose, time))
        self._region, self._last = pose.following, (time, pose)
        return Sight(pose.points, pose.visibility, pose.presence, pose.region, self._people, searched, broken)

    def _search(self, picture: Picture, time: float) -> tuple[Pose | None, bool]:
        """Find the person, and whether it may be another one than before."""
        found = self._look(picture, time)
        before = None if self._last is None else self._last[1].following
        height, width = picture.shape[:2]
        for candidate in preferred(found, before, width, height)[:2]:
            pose = self._models.landmarks(picture, candidate.region)
            if pose is not None:
                beside_it = others(found, candidate.region)
                self._people, self._beside = 1 + beside_it, [beside_it, beside_it]
                return pose, self._last is None or doubtful_return(found, candidate, *self._last, time)
        return None, False

    def _look(self, picture: Picture, time: float) -> list[Candidate]:
        """Ask the detector for everybody, and count them."""
        found = self._models.detect(picture)
        self._looked = time
        self._people = others(found, None)
        return found

    def _look_around(self, picture: Picture, time: float, tracked: Pose) -> None:
        """Ask the detector who is beside the tracked person, at one end of the picture after the other.

        In the whole picture the tracked person outdoes whoever is smaller, or has the head above the edge. What was
        seen at the other end still counts.
        """
        self._looked = time
        parts = ends(picture.shape[1], picture.shape[0])
        if not parts:
            self._people = 1 + others(self._models.detect(picture), tracked.following)
            return
        turn = self._looks % len(parts)
        left, top, side = parts[turn]
        found = self._models.detect(picture[top : top + side, left : left + side])
        regions = [
            replace(one.region, x=one.region.x + left, y=one.region.y + top)
            for one in found
            if one.score >= BESIDE_SCORE
        ]
        self._beside[turn] = beside(regions, tracked)
        self._looks += 1
        self._people = 1 + max(self._beside)


def preferred(found: list[Candidate], before: Region | None, width: int, height: int) -> list[Candidate]:
    """Candidates in the order in which to try them: who is where the person was, then who is large and central."""

    def rank(candidate: Candidate) -> tuple[float, float]:
        region = candidate.region
        overlap = 0.0 if before is None else region.overlap(before)
        away = math.hypot(region.x - width / 2, region.y - height / 2) / math.hypot(width / 2, height / 2)
        return (overlap if overlap >= SAME_OVERLAP else 0.0, region.size * (1 - 0.5 * min(away, 1.0)))

    return sorted(found, key=rank, reverse=True)


def others(found: list[Candidate], tracked: Region | None) -> int:
    """How many plausible people there are beside the tracked one (all of them when nobody is tracked)."""
    if tracked is None:
        sizes = [one.region.size for one in found]
        return sum(size >= PLAUSIBLE_SIZE * max(sizes) for size in sizes)
    overlaps = [one.region.overlap(tracked) for one in found]
    itself = max((overlap for overlap in overlaps if overlap >= SAME_OVERLAP), default=None)
    return sum(
        one.region.size >= PLAUSIBLE_SIZE * tracked.size and overlap != itself and overlap < TWICE_OVERLAP
        for one, overlap in zip(found, overlaps, strict=True)
    )


def ends(width: int, height: int) -> list[tuple[int, int, int]]:
    """Left, top and side of the squares at the two ends of a picture; none where it is nearly square itself."""
    side = min(width, height)
    if max(width, height) < LONG_PICTURE * side:
        return []
    return [(0, 0, side), (width - side, height - side, side)]


def beside(regions: list[Region], tracked: Pose) -> int:
    """How many of those seen in a part of the picture are plausible, and plainly not the tracked person or a limb."""
    low, high = tracked.points.min(axis=0), tracked.points.max(axis=0)
    return sum(
        region.size >= PLAUSIBLE_SIZE * tracked.following.size
        and region.overlap(tracked.following) < SAME_OVERLAP
        and not (low[0] < region.x < high[0] and low[1] < region.y < high[1])
        for region in regions
    )


def doubtful_return(found: list[Candidate], taken: Candidate, since: float, before: Pose, time: float) -> bool:
    """Whether who was found after a loss may be somebody else: too late, elsewhere, or one of several in that place."""
    near = sum(one.region.overlap(before.following) >= SAME_OVERLAP for one in found)
    return time - since > RETURN_SECONDS or near > 1 or taken.region.overlap(before.following) < RETURN_OVERLAP


def jumped(since: float, before: Pose, pose: Pose, time: float) -> bool:
    """Whether region or limbs changed from one frame to the next as no one person's do."""
    a, b = before.following, pose.following
    away = math.hypot(a.x - b.x, a.y - b.y) / min(a.size, b.size)
    return (
        away > max(JUMP_LEAST, JUMP_SPEED * (time - since))
        or abs(scale_change(before.points, pose.points)) > SCALE_JUMP
    )


def scale_change(before: FloatArray, after: FloatArray) -> float:
    """Median change of the limbs' lengths, as a logarithm; a single limb that turns to the camera moves it little."""
    first, second = (np.array([math.dist(points[i], points[j]) for i, j in _LIMBS]) for points in (before, after))
    return float(np.median(np.log(np.maximum(second, 1.0) / np.maximum(first, 1.0))))
