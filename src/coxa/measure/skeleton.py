"""Pelvis, thighs, shanks, feet and trunk over time, from markers or from segments that the file stores.

The one shape on which joint angles and the tests of the hip are measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coxa.errors import InputError, RecordingError
from coxa.measure.body import BodySizes, filled_sizes
from coxa.measure.frames import across, frame_across, frame_along, median_of, unit
from coxa.measure.hip_centre import functional, regression
from coxa.measure.markers import SIDES, MarkerPoints, completed, marker_points, require
from coxa.measure.upright import upright
from coxa.model import Source
from coxa.motion import FloatArray, Motion
from coxa.protocol.schema import MarkerSet

STORED_TRUNK = np.array([1.0, -1.0, -1.0])
"""Signs that turn Plug-in Gait's stored trunk, whose axes point down and to the right, to ours."""
Centres = Literal["stored", "regression", "davis", "harrington", "bell", "functional"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Skeleton:
    """Segments in the laboratory frame, metres; NaN where markers are missing.

    Rotations are (frames, 3, 3) with the axes x forwards, y to the person's left, z up along the body, as columns.
    Mappings are by side, ``left`` and ``right``.

    Parameters
    ----------
    times: (frames,) seconds.
    vertical: (3,) unit vector that points up.
    pelvis: rotation of the pelvis; ``pelvis_origin`` (frames, 3) lies midway between the ASIS, or at the stored origin.
    hip_centre, knee_centre, ankle_centre: (frames, 3).
    thigh, shank: rotations; z points from the lower joint's centre to the upper one's.
    foot: (frames, 3) unit vector from the heel to the toe; sides without such markers are left out.
    trunk: rotation of the trunk, or ``None``.
    """

    times: FloatArray
    source: Source
    vertical: FloatArray
    pelvis: FloatArray
    pelvis_origin: FloatArray
    hip_centre: Mapping[str, FloatArray]
    knee_centre: Mapping[str, FloatArray]
    ankle_centre: Mapping[str, FloatArray]
    thigh: Mapping[str, FloatArray]
    shank: Mapping[str, FloatArray]
    foot: Mapping[str, FloatArray]
    trunk: FloatArray | None
    log: tuple[str, ...] = ()

    def thigh_direction(self, side: str) -> FloatArray:
        """(frames, 3) unit vectors from the hip's centre to the knee's."""
        return unit(self.knee_centre[side] - self.hip_centre[side])

    def shank_direction(self, side: str) -> FloatArray:
        """(frames, 3) unit vectors from the knee's centre to the ankle's."""
        return unit(self.ankle_centre[side] - self.knee_centre[side])


def skeleton(
    motion: Motion,
    marker_set: MarkerSet,
    *,
    centres: Centres | None = None,
    standing: Motion | None = None,
    sizes: BodySizes | None = None,
    up: str | None = None,
) -> Skeleton:
    """Build the skeleton of a recording in metres.

    Parameters
    ----------
    centres: ``stored`` takes the segments that the laboratory's software stored; ``regression`` takes the marker set's
        usual regression for the hip's centre, the next three name one; ``functional`` finds it from the movement
        (of the standing trial's markers nothing is used for that). ``None``: stored where the file holds them, else
        regression.
    standing: standing trial with markers that were taken off afterwards; sizes are then estimated on it.
    sizes: of the body, where they were measured.
    up: the laboratory axis that points up (``x``, ``y``, ``z``, or with a minus), instead of what the file says.

    Raises
    ------
    InputError: pixels instead of metres; no stored segments; too little movement for a functional centre; it can't be
        told what is up.
    RecordingError: a needed marker is missing.
    """
    if motion.unit != "m":
        raise InputError(
            f"{motion.source.name}: joint angles need markers in three dimensions, not a picture's points."
        )
    with np.errstate(over="ignore", invalid="ignore"):  # absurd coordinates end as NaN or as a refusal
        return _built(motion, marker_set, centres, standing, sizes or BodySizes(), up)


def _built(
    motion: Motion,
    marker_set: MarkerSet,
    centres: Centres | None,
    standing: Motion | None,
    sizes: BodySizes,
    up: str | None,
) -> Skeleton:
    stored = _stored_segments(motion, marker_set)
    if centres == "stored" and not stored:
        raise InputError(
            f"{motion.source.name} holds no stored segments (such as PELO, LFEO, LTIO); use --centres regression."
        )
    if stored and centres in (None, "stored"):
        return _from_stored(motion, stored, up)
    require(motion, marker_set, standing)
    return _from_markers(motion, marker_set, centres or "regression", standing, sizes, up)


# --- stored segments -------------------------------------------------------------------------------------------------

_Segment = tuple[FloatArray, FloatArray, FloatArray]
"""Origin, end of the long axis (frames, 3) and rotation (frames, 3, 3)."""


def _stored_segments(motion: Motion, marker_set: MarkerSet) -> dict[str, _Segment]:
    """Segments by name (``pelvis``, ``left_thigh``); empty unless pelvis, thighs and shanks are all there."""
    found: dict[str, _Segment] = {}
    for name in ("pelvis", "trunk", *(f"{side}_{part}" for side in SIDES for part in ("thigh", "shank", "foot"))):
        side, _, part = name.rpartition("_")
        stem = marker_set.stored_of(part, side)
        if stem is not None and motion.has(*(f"{stem}{end}" for end in "OALP")):
            origin, ahead, left, top = (motion.point(f"{stem}{end}") for end in "OALP")
            axes = [unit(end - origin) for end in (ahead, left, top)]
            found[name] = origin, top, np.stack(axes, axis=-1)
    whole = {"pelvis", *(f"{side}_{part}" for side in SIDES for part in ("thigh", "shank"))}
    return found if whole <= set(found) else {}


def _from_stored(motion: Motion, stored: Mapping[str, _Segment], up: str | None) -> Skeleton:
    """Stored axes as they are: origin of the thigh at the knee, its long axis up to the hip; so the shank too."""
    ankle = {side: stored[f"{side}_shank"][0] for side in SIDES}
    origin = stored["pelvis"][0]
    vertical, said = upright(motion, origin, ankle, up)
    return Skeleton(
        times=motion.times,
        source=motion.source,
        vertical=vertical,
        pelvis=stored["pelvis"][2],
        pelvis_origin=origin,
        hip_centre={side: stored[f"{side}_thigh"][1] for side in SIDES},
        knee_centre={side: stored[f"{side}_thigh"][0] for side in SIDES},
        ankle_centre=ankle,
        thigh={side: stored[f"{side}_thigh"][2] for side in SIDES},
        shank={side: stored[f"{side}_shank"][2] for side in SIDES},
        foot={side: -stored[f"{side}_foot"][2][..., 2] for side in SIDES if f"{side}_foot" in stored},
        trunk=stored["trunk"][2] * STORED_TRUNK if "trunk" in stored else None,
        log=(*motion.log, "Segments as the file stores them.", *said),
    )


# --- markers ---------------------------------------------------------------------------------------------------------


def _from_markers(
    motion: Motion,
    marker_set: MarkerSet,
    centres: Centres,
    standing: Motion | None,
    given: BodySizes,
    up: str | None,
) -> Skeleton:
    markers = marker_points(motion, marker_set)
    still = marker_points(standing, marker_set) if standing else None
    if still is not None and standing is not None:
        markers = completed(markers, still, standing.source.name)
    _see_legs(markers, motion)
    sizes, guessed = filled_sizes(given, still if still and _has_legs(still) else markers, motion.source.name)
    pelvis, origin, back = _pelvis(markers)
    inside, said = _hip_centres(markers, marker_set, centres, sizes, (pelvis, origin, back))
    hip = {side: origin + np.einsum("fij,j->fi", pelvis, inside[side]) for side in SIDES}
    thigh, knee = _segments(markers, hip, ("knee", "thigh"), sizes.knee_width, sizes)
    shank, ankle = _segments(markers, knee, ("ankle", "tibia"), sizes.ankle_width, sizes)
    vertical, told = upright(motion, origin, ankle, up)
    medial = all(markers.has(f"{side}_knee_medial", f"{side}_ankle_medial") for side in SIDES)
    used = () if medial and centres != "davis" and marker_set.hip_centre != "davis" else guessed
    return Skeleton(
        times=motion.times,
        source=motion.source,
        vertical=vertical,
        pelvis=pelvis,
        pelvis_origin=origin,
        hip_centre=hip,
        knee_centre=knee,
        ankle_centre=ankle,
        thigh=thigh,
        shank=shank,
        foot={
            side: unit(markers.points[f"{side}_toe"] - markers.points[f"{side}_heel"])
            for side in SIDES
            if markers.has(f"{side}_toe", f"{side}_heel")
        },
        trunk=_trunk(markers, origin + back),
        log=(*motion.log, f"Marker set {marker_set.id}.", *said, *used, *told),
    )


_LEG = ("asis", "knee", "ankle")


def _has_legs(markers: MarkerPoints) -> bool:
    return markers.has(*(f"{side}_{point}" for side in SIDES for point in _LEG))


def _see_legs(markers: MarkerPoints, motion: Motion) -> None:
    """See that every leg can be built; a marker may be named in the file and yet never seen."""
    lost = [f"{side}_{point}" for side in SIDES for point in _LEG if f"{side}_{point}" not in markers.points]
    lost += [f"{s}_thigh" for s in SIDES if not markers.has(f"{s}_thigh") and not markers.has(f"{s}_knee_medial")]
    if not markers.has("sacrum") and not markers.has("left_psis", "right_psis"):
        lost.append("sacrum")
    if lost:
        raise RecordingError(
            f"the markers {', '.join(lost)} are never seen, and too few others on their segment could carry them.",
            file=motion.source.name,
        )


def _pelvis(markers: MarkerPoints) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rotation, origin midway between the ASIS, and the vector from there back to the sacrum or midway between PSIS."""
    left, right = markers.points["left_asis"], markers.points["right_asis"]
    origin = (left + right) / 2
    if not markers.has("left_psis", "right_psis"):
        back = markers.points["sacrum"]
    else:
        back = (markers.points["left_psis"] + markers.points["right_psis"]) / 2
        if markers.has("sacrum"):
            back = np.where(np.isfinite(markers.points["sacrum"]), markers.points["sacrum"], back)
    return frame_across(left - right, origin - back), origin, back - origin


def _hip_centres(
    markers: MarkerPoints,
    marker_set: MarkerSet,
    centres: Centres,
    sizes: BodySizes,
    pelvis: tuple[FloatArray, FloatArray, FloatArray],
) -> tuple[Mapping[str, FloatArray], tuple[str, ...]]:
    """Hip centres in the pelvis by side, with sentences on how they were found."""
    rotation, origin, back = pelvis
    if centres == "functional":
        inside, said = {}, []
        for side in SIDES:
            on_thigh = {
                **{name: markers.points[name] for name in (f"{side}_thigh", f"{side}_knee") if name in markers.points},
                **markers.clusters.get(f"{side}_thigh", {}),
            }
            seen = {n: np.einsum("fji,fj->fi", rotation, values - origin) for n, values in on_thigh.items()}
            inside[side], sentence = functional(seen, side)
            said.append(sentence)
        return inside, tuple(said)
    between = np.linalg.norm(markers.points["left_asis"] - markers.points["right_asis"], axis=-1)
    width = float(median_of(between)) if sizes.asis_distance is None else sizes.asis_distance
    method = centres if centres in ("davis", "harrington", "bell") else marker_set.hip_centre
    depth = float(median_of(np.linalg.norm(back, axis=-1)))
    found, sentence = regression(method, width, depth, sizes)
    return found, (sentence,)


def _segments(
    markers: MarkerPoints,
    upper: Mapping[str, FloatArray],
    points: tuple[str, str],
    widths: Mapping[str, float],
    sizes: BodySizes,
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Rotations of thighs (or shanks), and the centres of the joint at their lower end, by side.

    With a marker on either side of the joint its centre lies midway; with one it lies half the joint's width (and half
    a marker) inwards, in the plane through the upper joint's centre and the marker on the segment (``chord``); a shank
    without such a marker takes the knee's.
    """
    outer_name, wand_name = points
    rotation, centre = {}, {}
    for side in SIDES:
        outer = markers.points[f"{side}_{outer_name}"]
        inner = markers.first(f"{side}_{outer_name}_medial")
        wand = markers.points.get(f"{side}_{wand_name}", markers.points[f"{side}_knee"])
        if inner is not None:
            carried = markers.first(f"{side}_{outer_name}_centre")
            centre[side] = (outer + inner) / 2 if carried is None else carried
            outwards = outer - inner
        else:
            centre[side] = chord(outer, upper[side], wand, (widths[side] + sizes.marker_diameter) / 2)
            outwards = outer - centre[side]
        rotation[side] = frame_along(upper[side] - centre[side], outwards if side == "left" else -outwards)
    return rotation, centre


def chord(outer: FloatArray, upper: FloatArray, wand: FloatArray, distance: float) -> FloatArray:
    """(frames, 3) joint centre by Plug-in Gait's chord function.

    The centre lies ``distance`` from the outer marker, in the plane of that marker, the upper joint's centre and the
    marker on the segment (``wand``), on the side away from it, and sees marker and upper centre at a right angle.
    """
    line = outer - upper
    length = np.linalg.norm(line, axis=-1, keepdims=True)
    along = unit(line)
    sideways = unit(across(wand - upper, along))
    sine = np.where(length > distance, distance / np.maximum(length, distance), np.nan)
    cosine = np.sqrt(1.0 - sine**2)
    return np.asarray(upper + length * cosine * (cosine * along - sine * sideways))


def _trunk(markers: MarkerPoints, sacrum: FloatArray) -> FloatArray | None:
    """Trunk from C7, T10, clavicle and sternum as Plug-in Gait; else from the sacrum to midway between shoulders."""
    if markers.has("c7", "t10", "clavicle", "sternum"):
        c7, t10, clavicle, sternum = (markers.points[name] for name in ("c7", "t10", "clavicle", "sternum"))
        up = unit(c7 + clavicle - t10 - sternum)
        return frame_along(up, np.cross(up, clavicle + sternum - c7 - t10))
    if markers.has("left_shoulder", "right_shoulder"):
        left, right = markers.points["left_shoulder"], markers.points["right_shoulder"]
        return frame_along((left + right) / 2 - sacrum, left - right)
    return None
