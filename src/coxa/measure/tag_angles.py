"""Segment angles from printed tags: in the plane of the wall, from each tag's full orientation.

The plane and its signs
-----------------------
A sheet's arrow runs up along the limb (towards hip or head), so the limb's far end lies where the arrow comes from.
All angles are taken in the vertical plane of the wall that the ``wall`` tag hangs on, which is the plane of the
movement when the person lies, stands or sits along the wall. The camera may stand oblique to it: orientations are in
space.
Why not the elevation in space: how far a tag is tilted towards the camera is known ten times worse than how far it is
turned about the line of sight, and that error enters the elevation of a steep limb fully, but this angle only by its
square. A limb that points 10° out of the plane makes it wrong by 0.4° at most, 15° by 1.0°.

- ``inclination``: of the direction from near to far end against horizontal. 0 is level, positive with the far end above
  the near end, 90 straight up, and on beyond it; −90 hangs straight down. So for a person who lies on the back it is
  the straight leg raise (leg tag), and the modified Thomas hip angle (thigh tag; negative is below horizontal).
- ``relative_angle``: of the joint between two neighbouring segments, flexion positive: thigh and shank give the knee
  (0 straight; the active knee extension's deficit is its value at the end), pelvis and thigh give the hip.
- ``rotation_since``: turn of one tag since a reference hold, positive like the inclination. It needs no arrow along the
  limb: only that the tag doesn't slip.

``forward`` is which way along the wall the limb points when it is level: +1 to the right, −1 to the left as seen from
the camera. By default it is taken from the frames in which the limb is nearest to level.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coxa.errors import InputError
from coxa.model import Refusal
from coxa.motion.recording import FloatArray
from coxa.motion.tags import WALL, TagTrack

LEAST_SEEN = 0.8
"""Share of a hold's frames in which a tag must be seen."""
LEAST_FRAMES = 5
MOST_MISFIT = 0.006
"""Reprojection error as a share of the tag's side in the picture; rendered flat tags have 0.02 to 0.3 %."""
MOST_CAMERA_SHIFT = 0.5
"""Degrees by which the wall's tag may move in the picture."""
WALL_NEAR = 5.0
"""Seconds around a hold in which the wall's tag must be seen; a leg may hide it during the hold itself."""
MOST_OUT_OF_PLANE = 20.0
"""Degrees by which a limb may point out of the wall's plane: 15 and the error with which it is known."""
_LEVEL_ENOUGH = 0.7
"""Share of a limb's length by which its ends may differ in height and still show how it lies to the wall: 45°."""
_NEARLY_LEVEL = 10
"""Per cent of frames, those with the limb nearest to level, that tell which way it points."""


@dataclass(frozen=True)
class Hold:
    """A stretch of time in which a position is held, in seconds of the recording, both ends included."""

    start: float
    end: float


@dataclass(frozen=True)
class TagAngle:
    """An angle over one hold.

    Parameters
    ----------
    value: degrees; ``None`` when it is refused.
    sem: degrees, 1 SD of error from the tags' own reprojection errors; that of taping and of the body is not in it.
    refusals: why there is no value.
    seen: share of the hold's frames in which each needed tag was seen.
    """

    value: float | None
    sem: float | None
    refusals: tuple[Refusal, ...]
    seen: dict[str, float]


# --- over time -------------------------------------------------------------------------------------------------------


def inclination(track: TagTrack, name: str, *, forward: int | None = None) -> FloatArray:
    """(frames,) degrees of a limb against horizontal, −180 to 180; NaN where its tag isn't seen."""
    return _inclined(track.rotations(name), forward or pointing(track, name))


def relative_angle(track: TagTrack, upper: str, lower: str, *, reference: Hold | None = None) -> FloatArray:
    """(frames,) degrees of the joint between two segments of one side, flexion positive; NaN where a tag isn't seen.

    With a ``reference`` hold, the angle since then (0 there), which needs no arrow to be straight along its limb.

    Raises
    ------
    InputError: the two aren't neighbours on one side.
    """
    parts = [_angle_in_plane(track, name, track.rotations(name), reference) for name in (lower, upper)]
    return _wrapped(_flexion_sign(upper, lower) * (parts[0] - parts[1]))


def rotation_since(track: TagTrack, name: str, reference: Hold, *, forward: int | None = None) -> FloatArray:
    """(frames,) degrees by which a tag turned in the wall's plane since a hold, −180 to 180; NaN where unseen."""
    turned = _angle_in_plane(track, name, track.rotations(name), reference)
    return _wrapped((forward or pointing(track, name)) * turned)


def pointing(track: TagTrack, name: str) -> int:
    """Which way along the wall a limb's far end points when it is nearest to level: +1 to the right, −1 to the left."""
    far = -track.rotations(name)[:, :, 1]
    height = np.abs(far[:, 2])
    if not np.isfinite(height).any():
        return 1
    level = height <= np.nanpercentile(height, _NEARLY_LEVEL)
    return 1 if float(np.nanmean(far[level, 0])) >= 0 else -1


# --- over a hold -----------------------------------------------------------------------------------------------------


def held_inclination(track: TagTrack, name: str, hold: Hold, *, forward: int | None = None) -> TagAngle:
    """``inclination`` of the mean orientation over a hold, or why it can't be trusted."""
    sign = forward or pointing(track, name)
    return _reading(track, (name,), (hold,), lambda: float(_inclined(held_rotation(track, name, hold), sign)))


def held_relative_angle(
    track: TagTrack, upper: str, lower: str, hold: Hold, *, reference: Hold | None = None
) -> TagAngle:
    """``relative_angle`` between the mean orientations over a hold, or why it can't be trusted.

    Raises
    ------
    InputError: the two aren't neighbours on one side.
    """
    sign = _flexion_sign(upper, lower)

    def angle() -> float:
        low, up = (_angle_in_plane(track, name, held_rotation(track, name, hold), reference) for name in (lower, upper))
        return float(_wrapped(sign * (low - up)))

    return _reading(track, (upper, lower), (hold,) if reference is None else (hold, reference), angle)


def held_rotation_since(
    track: TagTrack, name: str, hold: Hold, reference: Hold, *, forward: int | None = None
) -> TagAngle:
    """``rotation_since`` between the mean orientations over two holds, or why it can't be trusted."""
    sign = forward or pointing(track, name)

    def angle() -> float:
        return float(_wrapped(sign * _angle_in_plane(track, name, held_rotation(track, name, hold), reference)))

    return _reading(track, (name,), (hold, reference), angle)


def held_rotation(track: TagTrack, name: str, hold: Hold) -> FloatArray:
    """(3, 3) mean orientation of a tag over a hold, tag to world; NaN when it isn't seen.

    The chordal mean: the rotation that is nearest to the mean of the matrices (Hartley and others 2013, "Rotation
    averaging", section 5.3), from its singular value decomposition.
    """
    rotations = track.rotations(name)[_within(track, hold)]
    seen = np.isfinite(rotations).all(axis=(1, 2))
    if not seen.any():
        return np.full((3, 3), np.nan)
    u, _, v = np.linalg.svd(rotations[seen].mean(axis=0))
    return np.asarray(u @ np.diag([1.0, 1.0, float(np.sign(np.linalg.det(u @ v)))]) @ v)


def seen_in(track: TagTrack, name: str, hold: Hold) -> float:
    """Share of a hold's frames in which a tag was seen; 0 when the hold has no frame."""
    within = _within(track, hold)
    return float(track.detected[within, track.index(name)].mean()) if within.any() else 0.0


def askew_to_wall(track: TagTrack, name: str) -> float:
    """Degrees between a limb and the wall, seen from above, where the limb lies nearest to level; NaN if it never does.

    A limb that points up says nothing of how the body lies, and how the body lies is what foreshortens its angle.
    """
    far = -track.rotations(name)[:, :, 1]
    height = np.abs(far[:, 2])
    if not float(np.nanmin(height, initial=1.0)) < _LEVEL_ENOUGH:
        return math.nan
    level = height <= np.nanpercentile(height, _NEARLY_LEVEL)
    return float(np.median(np.degrees(np.arctan2(np.abs(far[level, 1]), np.abs(far[level, 0])))))


def refusals(
    track: TagTrack, names: tuple[str, ...], holds: tuple[Hold, ...], *, in_plane: bool = True
) -> tuple[Refusal, ...]:
    """Why angles of these tags over these holds can't be trusted; empty when they can.

    ``out_of_frame``: a tag was seen in too few frames of a hold, or the wall's around it. ``camera_moved``: the wall's
    tag moved in the picture. ``unreadable``: a tag is bent, half covered or blurred, or it isn't sure which of the two
    poses that fit it is true.
    ``wrong_plane``: a limb points out of the wall's plane; not asked without ``in_plane``, for a tag that counts only
    by its turn since a hold.
    """
    found: list[Refusal] = []
    frames = [_within(track, hold) for hold in holds]
    around = [_within(track, Hold(hold.start - WALL_NEAR, hold.end + WALL_NEAR)) for hold in holds]
    wall, wanted = track.index(WALL), [track.index(name) for name in names]
    enough = all(within.sum() >= LEAST_FRAMES for within in frames)
    if not enough or any(track.detected[near, wall].sum() < LEAST_FRAMES for near in around):
        return (Refusal.OUT_OF_FRAME,)
    if min(float(track.detected[within, at].mean()) for within in frames for at in wanted) < LEAST_SEEN:
        return (Refusal.OUT_OF_FRAME,)
    if max(float(np.nanmax(track.camera_shift[near])) for near in around) > MOST_CAMERA_SHIFT:
        found.append(Refusal.CAMERA_MOVED)
    misfit = max(float(np.nanmedian(track.misfit[within, at])) for within in frames for at in wanted)
    misfit = max(misfit, float(np.nanmedian(track.misfit[:, wall])))
    if misfit > MOST_MISFIT or not track.resolved[[*wanted, wall]].all():
        found.append(Refusal.UNREADABLE)
    if in_plane and max(_out_of_plane(track, name, hold) for name in names for hold in holds) > MOST_OUT_OF_PLANE:
        found.append(Refusal.WRONG_PLANE)
    return tuple(found)


def _reading(track: TagTrack, names: tuple[str, ...], holds: tuple[Hold, ...], angle: Callable[[], float]) -> TagAngle:
    why = refusals(track, names, holds)
    seen = {name: min(seen_in(track, name, hold) for hold in holds) for name in (*names, WALL)}
    if why:
        return TagAngle(None, None, why, seen)
    return TagAngle(angle(), _standard_error(track, names, holds), (), seen)


def _standard_error(track: TagTrack, names: tuple[str, ...], holds: tuple[Hold, ...]) -> float:
    """√ of the sum of the variances of the turns about the wall's normal; averaging earns nothing.

    In a held position the corners lie on the same pixels in every frame, so their errors repeat. The wall's tag counts
    when one tag is measured against the world, and cancels between two tags or two holds.
    """
    at = [track.index(name) for name in names]
    variances = [float(np.nanmean(track.covariance[_within(track, hold), tag, 1, 1])) for hold in holds for tag in at]
    if len(names) == 1 and len(holds) == 1:
        variances.append(float(np.nanmean(track.covariance[:, track.index(WALL), 1, 1])))
    return math.sqrt(sum(variances))


# --- geometry --------------------------------------------------------------------------------------------------------


def _within(track: TagTrack, hold: Hold) -> npt.NDArray[np.bool_]:
    return np.asarray((track.times >= hold.start) & (track.times <= hold.end))


def _inclined(rotations: FloatArray, sign: int) -> FloatArray:
    far = -rotations[..., :, 1]
    return np.degrees(np.arctan2(far[..., 2], sign * far[..., 0]))


def _angle_in_plane(track: TagTrack, name: str, rotations: FloatArray, reference: Hold | None) -> FloatArray:
    """Degrees, counterclockwise as the camera sees it: of the limb from the right, or of the tag since a hold.

    The second is the twist about the wall's normal (swing–twist decomposition of the rotation since the hold).
    """
    if reference is None:
        return _inclined(rotations, 1)
    since = rotations @ held_rotation(track, name, reference).T
    return np.degrees(np.arctan2(since[..., 2, 0] - since[..., 0, 2], since[..., 0, 0] + since[..., 2, 2]))


def _wrapped(degrees: FloatArray) -> FloatArray:
    return (degrees + 180.0) % 360.0 - 180.0


def _out_of_plane(track: TagTrack, name: str, hold: Hold) -> float:
    far = held_rotation(track, name, hold)[:, 1]
    return math.degrees(math.asin(min(1.0, abs(float(far[1])))))


def _flexion_sign(upper: str, lower: str) -> int:
    """+1 when flexion turns the lower tag counterclockwise against the upper one, as the camera sees it.

    The camera sees the outer side of the leg. A left knee bends counterclockwise there and a left hip clockwise; on the
    right side it is the other way round.
    """
    side, _, segment = lower.partition("_")
    above = {"shank": "thigh", "thigh": "pelvis"}.get(segment)
    if side not in ("left", "right") or upper != f"{side}_{above}":
        raise InputError(f"{upper} and {lower} have no joint between them.")
    return (1 if segment == "shank" else -1) * (1 if side == "left" else -1)
