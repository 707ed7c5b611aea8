"""Which marker set a recording has, and its markers under our own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from coxa.errors import InputError, RecordingError
from coxa.measure.frames import carried, median_of
from coxa.motion import FloatArray, Motion
from coxa.protocol.schema import MarkerSet, marker_key

SIDES = ("left", "right")
STILL = 0.02
"""Metres that a marker may stray from its median in a standing trial (95 % of frames)."""
_ON_SEGMENT = {"thigh": ("knee", "knee_medial", "thigh"), "shank": ("ankle", "ankle_medial", "tibia")}


@dataclass(frozen=True, eq=False)
class MarkerPoints:
    """Markers of one recording under our words.

    Parameters
    ----------
    points: (frames, 3) metres by point, such as ``left_asis``.
    clusters: markers that only follow a segment, by segment (``left_thigh``) and by their own name.
    """

    points: Mapping[str, FloatArray]
    clusters: Mapping[str, Mapping[str, FloatArray]]

    def has(self, *names: str) -> bool:
        """Whether all these points are there."""
        return all(name in self.points for name in names)

    def first(self, *names: str) -> FloatArray | None:
        """The first of these points that is there."""
        return next((self.points[name] for name in names if name in self.points), None)


def recognise(motion: Motion, marker_sets: Mapping[str, MarkerSet], standing: Motion | None = None) -> MarkerSet:
    """The marker set whose points a recording holds; of several the one of which it holds most.

    Parameters
    ----------
    standing: a standing trial that may hold markers that were taken off afterwards.

    Raises
    ------
    RecordingError: none fits; the sentence says which markers are missing for the nearest set.
    """
    names = {marker_key(name) for name in (*motion.names, *(standing.names if standing else ()))}
    fit = sorted(
        (
            (missing(marker_set, names), -_found(marker_set, names), marker_set.id)
            for marker_set in marker_sets.values()
        ),
        key=lambda entry: (len(entry[0]), entry[1], entry[2]),
    )
    if not fit:
        raise InputError("no marker set is known.")
    lacking, _, best = fit[0]
    if not lacking:
        return marker_sets[best]
    nearest = max(fit, key=lambda entry: (-entry[1] / len(marker_sets[entry[2]].points), -len(entry[0])))
    raise RecordingError(_lack(nearest[0], marker_sets[nearest[2]]), file=motion.source.name)


def _lack(lacking: Iterable[str], marker_set: MarkerSet) -> str:
    return (
        f"its markers fit no known set; the nearest is {marker_set.id}, which also needs {', '.join(lacking)}: add a "
        "standing trial that holds them, or rename the markers ('coxa protocol marker_sets' lists the names)."
    )


def require(motion: Motion, marker_set: MarkerSet, standing: Motion | None = None) -> None:
    """See that a recording holds what a given set needs.

    Raises
    ------
    RecordingError: a marker is missing.
    """
    names = {marker_key(name) for name in (*motion.names, *(standing.names if standing else ()))}
    if lacking := missing(marker_set, names):
        raise RecordingError(
            f"the marker set {marker_set.id} also needs {', '.join(lacking)}: add a standing trial that holds them.",
            file=motion.source.name,
        )


def _found(marker_set: MarkerSet, names: set[str]) -> int:
    clusters = [marker_set.cluster_of(side, segment) for side in SIDES for segment in marker_set.clusters]
    single = [(name,) for cluster in clusters for name in cluster]
    every = [*(marker_set.names_of(point) for point in marker_set.points), *single]
    return sum(any(marker_key(name) in names for name in wanted) for wanted in every)


def missing(marker_set: MarkerSet, names: set[str]) -> tuple[str, ...]:
    """What a skeleton needs and isn't there, in the set's own names; ``names`` as ``marker_key`` makes them.

    Needed are both ASIS, the sacrum or both PSIS, and of each leg the knee with a marker of the thigh or the inner
    knee, and the ankle.
    """

    def there(point: str) -> bool:
        return any(marker_key(name) in names for name in marker_set.names_of(point))

    def called(*points: str) -> str:
        return " or ".join(marker_set.names_of(point)[0] for point in points if marker_set.names_of(point))

    lacking = [called(f"{side}_asis") for side in SIDES if not there(f"{side}_asis")]
    if not there("sacrum") and not all(there(f"{side}_psis") for side in SIDES):
        lacking.append(called("sacrum", "left_psis"))
    for side in SIDES:
        lacking += [called(f"{side}_{point}") for point in ("knee", "ankle") if not there(f"{side}_{point}")]
        if not there(f"{side}_thigh") and not there(f"{side}_knee_medial"):
            lacking.append(called(f"{side}_thigh", f"{side}_knee_medial"))
    return tuple(lacking)


def marker_points(motion: Motion, marker_set: MarkerSet) -> MarkerPoints:
    """The markers of a recording under our words; what it doesn't hold is left out."""
    index = {marker_key(name): name for name in reversed(motion.names)}

    def position(names: Iterable[str]) -> FloatArray | None:
        found = next((index[marker_key(name)] for name in names if marker_key(name) in index), None)
        if found is None:
            return None
        values = motion.point(found)
        return values if np.isfinite(values).any() else None

    points = {point: position(marker_set.names_of(point)) for point in marker_set.points}
    clusters = {
        f"{side}_{segment}": {name: position((name,)) for name in marker_set.cluster_of(side, segment)}
        for segment in marker_set.clusters
        for side in SIDES
    }
    return MarkerPoints(
        {point: values for point, values in points.items() if values is not None},
        {
            segment: {name: values for name, values in members.items() if values is not None}
            for segment, members in clusters.items()
        },
    )


def completed(moving: MarkerPoints, standing: MarkerPoints, file: str) -> MarkerPoints:
    """Add markers that were there while standing only: their segment's other markers carry them along.

    This is the calibrated anatomical systems technique (Cappozzo and others 1995, Clin Biomech 10:171-178). The knee's
    axis goes with the thigh, its centre with the shank, over which skin and muscle slide less (Leardini and others
    2005, Gait Posture 21:212-225); it becomes the point ``left_knee_centre``.

    Raises
    ------
    RecordingError: the person moves in the standing trial, named by ``file``.
    """
    points = dict(moving.points)
    for side in SIDES:
        for segment, on_it in _ON_SEGMENT.items():
            lost = [f"{side}_{p}" for p in on_it if f"{side}_{p}" in standing.points and f"{side}_{p}" not in points]
            if lost:
                points.update(_carry(moving, standing, (side, segment), lost, file))
        both = [f"{side}_knee", f"{side}_knee_medial"]
        if standing.has(*both) and not moving.has(*both):
            on_shank = _carry(moving, standing, (side, "shank"), both, file)
            if on_shank:
                points[f"{side}_knee_centre"] = (on_shank[both[0]] + on_shank[both[1]]) / 2
    return MarkerPoints(points, moving.clusters)


def _members(markers: MarkerPoints, side: str, segment: str) -> dict[str, FloatArray]:
    """All markers on a segment."""
    own = {
        f"{side}_{p}": markers.points[f"{side}_{p}"] for p in _ON_SEGMENT[segment] if f"{side}_{p}" in markers.points
    }
    return {**own, **markers.clusters.get(f"{side}_{segment}", {})}


def _carry(
    moving: MarkerPoints, standing: MarkerPoints, segment: tuple[str, str], lost: list[str], file: str
) -> dict[str, FloatArray]:
    """Where the markers of a segment carry those that were lost; nothing when fewer than three of them are shared."""
    seen, still = _members(moving, *segment), _members(standing, *segment)
    shared = [name for name in seen if name in still]
    if len(shared) < 3:
        return {}
    pose = {name: _still(still[name], file) for name in shared}
    rotation, shift = carried(np.stack([pose[n] for n in shared]), np.stack([seen[n] for n in shared], axis=1))
    places = {name: _still(standing.points[name], file) for name in lost}
    return {name: np.einsum("fij,j->fi", rotation, place) + shift for name, place in places.items()}


def _still(values: FloatArray, file: str) -> FloatArray:
    """The median place of a marker that stands still."""
    place = median_of(values)
    away = np.linalg.norm(values - place, axis=-1)
    away = away[np.isfinite(away)]
    if away.size and np.quantile(away, 0.95) > STILL:
        raise RecordingError("the person moves in it: a standing trial holds one still posture.", file=file)
    return place
