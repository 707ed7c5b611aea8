"""A video of printed tags becomes the orientation of each tag over time, and how far that can be trusted.

Which number is taped where comes from ``protocol/data/printed_markers.yaml`` through ``TagLayout``. The tag on the wall
gives the world: its third axis is up (the wall tag's arrow), its second goes into the wall, its first to the right.

Angles don't depend on the printed size as long as all tags have the same: printed at 95 %, every distance comes out
5 % too long and every angle the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from coxa.errors import InputError
from coxa.model import Source
from coxa.motion.recording import FloatArray, Orientations
from coxa.motion.tag_corners import find_tags
from coxa.motion.tag_focal import Focal, different_views, estimate_focal
from coxa.motion.tag_pose import Chosen, choose, intrinsics, poses, rotation_covariance
from coxa.protocol import Protocol

WALL = "wall"
MOST_FRAMES = 36_000
"""20 minutes at 30 frames a second; a recording of one test takes one."""
_WORLD_OF_WALL = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""Wall tag's axes (right, up, out of the wall) to the world's (right, into the wall, up)."""
_LEAST_ERROR = 0.05
"""Pixels, 1 SD: no corner is known better, however well a pose happens to fit."""


@dataclass(frozen=True)
class TagLayout:
    """Which tag is where.

    Parameters
    ----------
    names: the marker's ID by number of its tag; one is ``wall``.
    side: side of the black square in metres.
    """

    names: Mapping[int, str]
    side: float

    @classmethod
    def of(cls, protocol: Protocol) -> TagLayout:
        """The layout that ``coxa markers`` prints."""
        names = {marker.tag: marker.id for marker in protocol.printed_markers.values()}
        return cls(names, protocol.printed_tag.side_mm / 1000)


@dataclass(frozen=True, eq=False)
class SeenTags:
    """Where tags are in the pictures of a video.

    Parameters
    ----------
    times: (frames,) seconds.
    corners: (frames, tags, 4, 2) pixels, tags in the order of the layout; NaN where one isn't seen.
    size: width and height of the pictures.
    """

    times: FloatArray
    corners: FloatArray
    size: tuple[int, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class TagTrack:
    """Tags over time. All arrays have one row per frame, and one column per tag in the order of ``names``.

    Parameters
    ----------
    orientations: tag to world (see the module); NaN where a tag isn't seen, everywhere if the wall's never is.
    positions: (frames, tags, 3) centre of each tag in metres from the wall's tag, in world axes.
    detected: (frames, tags) whether the tag was found.
    reprojection_error: (frames, tags) root mean square over the eight corner coordinates, pixels.
    misfit: (frames, tags) the same as a share of the tag's longest side in the picture: a bent tag shows here.
    covariance: (frames, tags, 3, 3) of small turns about the world's axes in degrees², one frame alone, from the tag's
        own reprojection errors over the clip; the wall tag's error and that of the focal length are not in it.
    resolved: (tags,) whether it is sure which of the two orientations that fit is the true one.
    camera_shift: (frames,) degrees by which the wall's tag moved in the picture from its usual place; NaN where unseen.
    focal: focal length of the camera in pixels.
    """

    orientations: Orientations
    positions: FloatArray
    detected: npt.NDArray[np.bool_]
    reprojection_error: FloatArray
    misfit: FloatArray
    covariance: FloatArray
    resolved: npt.NDArray[np.bool_]
    camera_shift: FloatArray
    focal: Focal

    @property
    def names(self) -> tuple[str, ...]:
        """Markers that were looked for."""
        return self.orientations.names

    @property
    def times(self) -> FloatArray:
        """(frames,) seconds."""
        return self.orientations.times

    @property
    def log(self) -> tuple[str, ...]:
        """What was done, one sentence per step."""
        return self.orientations.log

    def index(self, name: str) -> int:
        """Column of a marker.

        Raises
        ------
        InputError: there is no such marker.
        """
        if name not in self.names:
            raise InputError(f"there is no printed marker '{name}'; there are {', '.join(self.names)}.")
        return self.names.index(name)

    def rotations(self, name: str) -> FloatArray:
        """(frames, 3, 3) of one marker, tag to world; NaN where missing."""
        quaternions = self.orientations.sensor(self.names[self.index(name)])
        out = np.full((len(quaternions), 3, 3), np.nan)
        good = np.isfinite(quaternions).all(axis=1)
        if good.any():
            out[good] = Rotation.from_quat(np.roll(quaternions[good], -1, axis=1)).as_matrix()
        return out


def track_tags(
    frames: Iterable[tuple[float, npt.NDArray[np.uint8]]],
    layout: TagLayout,
    *,
    focal: float | None = None,
    source: Source | None = None,
) -> TagTrack:
    """Find the layout's tags in every frame and give their orientations in a world whose third axis points up.

    Parameters
    ----------
    frames: time in seconds and picture, (height, width, 3) RGB or (height, width) grey, all of one size.
    layout: which tag is where.
    focal: focal length in pixels; by default it is found from the tags (``tag_focal``).
    source: the file that the frames are from.

    Raises
    ------
    InputError: there is no frame, there are too many, their sizes differ, or the layout has no wall.
    """
    source = source or Source(name="video")
    _check(layout, focal)
    seen = find_corners(frames, layout, source)
    return track_corners(seen, layout, focal=focal, source=source)


def track_corners(
    seen: SeenTags, layout: TagLayout, *, focal: float | None = None, source: Source | None = None
) -> TagTrack:
    """What ``track_tags`` does once the corners are found; all parameters are its own.

    Raises
    ------
    InputError: there is no frame, the corners aren't those of the layout's tags, or the layout has no wall.
    """
    _check(layout, focal)
    times, corners, size = seen.times, seen.corners, seen.size
    if times.size == 0 or corners.shape != (times.size, len(layout.names), 4, 2):
        raise InputError("the corners must be those of every tag of the layout in every frame.")
    lens = Focal(focal, 0.0, "given") if focal is not None else _self_calibrated(corners, layout.side, size)
    matrix = intrinsics(lens.pixels, size)
    chosen = choose([poses(corners[:, at], layout.side, matrix) for at in range(len(layout.names))], times)
    return _in_world(chosen, corners, times, layout, lens, size, source or Source(name="video"))


def _check(layout: TagLayout, focal: float | None) -> None:
    if WALL not in layout.names.values():
        raise InputError("the layout of the printed markers has no wall.")
    if focal is not None and not focal > 0:
        raise InputError("the focal length must be above 0 pixels.")


def find_corners(frames: Iterable[tuple[float, npt.NDArray[np.uint8]]], layout: TagLayout, source: Source) -> SeenTags:
    """Look for the layout's tags in every frame; parameters and errors are those of ``track_tags``."""
    times: list[float] = []
    found: list[FloatArray] = []
    size: tuple[int, int] | None = None
    for time, picture in frames:
        if len(times) == MOST_FRAMES:
            raise InputError(f"{source.name}: the video is too long; film one test at a time.")
        now = (picture.shape[1], picture.shape[0]) if picture.ndim >= 2 else (0, 0)
        if size is not None and now != size:
            raise InputError(f"{source.name}: the size of the picture changes within the video.")
        size = now
        row = np.full((len(layout.names), 4, 2), np.nan)
        seen = find_tags(picture, layout.names)
        for at, number in enumerate(layout.names):
            if number in seen:
                row[at] = seen[number]
        times.append(time)
        found.append(row)
    if size is None:
        raise InputError(f"{source.name}: the video holds no picture.")
    return SeenTags(np.array(times, dtype=np.float64), np.stack(found), size)


def _self_calibrated(corners: FloatArray, side: float, size: tuple[int, int]) -> Focal:
    return estimate_focal(different_views(corners), side, size)


def _in_world(
    chosen: list[Chosen],
    corners: FloatArray,
    times: FloatArray,
    layout: TagLayout,
    lens: Focal,
    size: tuple[int, int],
    source: Source,
) -> TagTrack:
    names = tuple(layout.names.values())
    wall = names.index(WALL)
    detected: npt.NDArray[np.bool_] = np.asarray(np.isfinite(corners).all(axis=(2, 3)))
    squares = np.stack([tag.squares for tag in chosen], axis=1)
    sides = np.linalg.norm(np.roll(corners, -1, axis=2) - corners, axis=3).max(axis=2)
    world, origin = _wall_frame(corners[:, wall], chosen[wall], layout.side, lens, size)
    quaternions = np.full((len(times), len(names), 4), np.nan)
    positions = np.full((len(times), len(names), 3), np.nan)
    covariance = np.full((len(times), len(names), 3, 3), np.nan)
    for at, tag in enumerate(chosen):
        good = np.isfinite(tag.squares)
        if not good.any() or not np.isfinite(world).all():
            continue
        turned = Rotation.from_matrix(world @ tag.rotations[good])
        quaternions[good, at] = np.roll(turned.as_quat(canonical=True), 1, axis=1)
        positions[good, at] = (tag.places[good] - origin) @ world.T
        own = rotation_covariance(tag.rotations, tag.places, layout.side, lens.pixels)
        per_pixel = max(_LEAST_ERROR**2, float(tag.squares[good].mean()) / 2)  # 8 coordinates less 6 of the pose
        covariance[:, at] = per_pixel * (world @ own @ world.T)
    orientations = Orientations(
        times=times, source=source, names=names, quaternions=quaternions, log=_log(detected, names, lens, size)
    )
    return TagTrack(
        orientations=orientations,
        positions=positions,
        detected=detected,
        reprojection_error=np.sqrt(squares / 8),
        misfit=np.sqrt(squares / 8) / sides,
        covariance=covariance,
        resolved=np.array([tag.resolved for tag in chosen], dtype=np.bool_),
        camera_shift=_camera_shift(corners[:, wall], lens),
        focal=lens,
    )


def _wall_frame(
    corners: FloatArray, chosen: Chosen, side: float, lens: Focal, size: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """(3, 3) camera to world and (3,) place of the wall's tag in camera axes, from its median corners over the clip.

    The wall and the camera stand still, so one pose from the median is steadier than the mean of poses.
    """
    seen = np.isfinite(corners).all(axis=(1, 2))
    if not seen.any():
        return np.full((3, 3), np.nan), np.full(3, np.nan)
    both = poses(np.median(corners[seen], axis=0)[None], side, intrinsics(lens.pixels, size))
    reference = np.nanmean(chosen.rotations, axis=0)
    apart = [np.linalg.norm(both.rotations[0, pick] - reference) for pick in (0, 1)]
    pick = int(np.nanargmin(apart))
    return _WORLD_OF_WALL @ both.rotations[0, pick].T, both.places[0, pick]


def _camera_shift(corners: FloatArray, lens: Focal) -> FloatArray:
    """Degrees that the camera would have to turn for the wall's tag to move as it did in the picture."""
    seen = np.isfinite(corners).all(axis=(1, 2))
    if not seen.any():
        return np.full(len(corners), np.nan)
    middle = corners.mean(axis=1)
    shift = np.linalg.norm(middle - np.median(middle[seen], axis=0), axis=1)
    return np.asarray(np.degrees(np.arctan(shift / lens.pixels)))


def _log(
    detected: npt.NDArray[np.bool_], names: tuple[str, ...], lens: Focal, size: tuple[int, int]
) -> tuple[str, ...]:
    share = detected.mean(axis=0)
    seen = ", ".join(f"{name} in {100 * part:.0f} %" for name, part in zip(names, share, strict=True) if part > 0)
    origin = {
        "given": "as given",
        "tags": f"found from the tags, ±{100 * lens.spread:.0f} %",
        "usual": f"what is usual for phones, ±{100 * lens.spread:.0f} %",
    }[lens.origin]
    return (
        f"Looked for printed tags in {len(detected)} frames of {size[0]} × {size[1]} pixels: {seen or 'none seen'}.",
        f"Focal length {lens.pixels:.0f} px, {lens.view(size[0]):.0f}° across the picture, {origin}.",
        "The two poses that fit each tag were told apart over time and by the other tags.",
        "Up is the arrow of the tag on the wall.",
    )
