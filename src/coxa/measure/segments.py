"""The segments of a body in space as rotations, from markers or from the joint angles of sensors.

What the tests' numbers need is told from directions alone, so that both kinds of recording share every formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from coxa.errors import InputError
from coxa.measure.frames import across, unit
from coxa.measure.markers import SIDES
from coxa.measure.skeleton import Skeleton
from coxa.motion import Angles, FloatArray

LIES = 0.5
"""Sine (30°): a pelvis whose long axis is nearer to level than this lies."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Segments:
    """Rotations (frames, 3, 3) to the room, axes as columns: x forwards, y to the person's left, z up along the body.

    Parameters
    ----------
    vertical: (3,) unit vector that points up.
    thigh, shank: by side; sides that weren't measured are left out. The leg runs along -z.
    foot: (frames, 3) unit vector from heel to toe by side, where it is known.
    trunk: ``None`` when it wasn't measured.
    """

    name: str
    times: FloatArray
    vertical: FloatArray
    pelvis: FloatArray
    thigh: Mapping[str, FloatArray]
    shank: Mapping[str, FloatArray]
    foot: Mapping[str, FloatArray]
    trunk: FloatArray | None

    def along_thigh(self, side: str) -> FloatArray:
        """(frames, 3) unit vector from hip to knee.

        Raises
        ------
        InputError: that thigh wasn't measured.
        """
        return -self._of(self.thigh, side, "thigh")[..., 2]

    def along_shank(self, side: str) -> FloatArray:
        """(frames, 3) unit vector from knee to ankle.

        Raises
        ------
        InputError: that shin wasn't measured.
        """
        return -self._of(self.shank, side, "shin")[..., 2]

    def upwards(self, vectors: FloatArray) -> FloatArray:
        """(frames,) the part of vectors that points up."""
        return np.asarray(vectors @ self.vertical)

    def level(self, vectors: FloatArray) -> FloatArray:
        """(3,) the level direction in which vectors point on average; NaN when none does."""
        flat = across(vectors, self.vertical)
        seen = flat[np.isfinite(flat).all(axis=-1)]
        return unit(seen.sum(axis=0))

    @property
    def footward(self) -> FloatArray:
        """(3,) level, from head to feet of a person who lies."""
        down = -self.pelvis[..., 2]
        lying = np.abs(self.upwards(down)) < LIES
        return self.level(down[lying] if lying.any() else down)

    def _of(self, parts: Mapping[str, FloatArray], side: str, word: str) -> FloatArray:
        if side not in parts:
            raise InputError(f"{self.name}: the {side} {word} wasn't measured, and this test needs it.")
        return parts[side]


def of_skeleton(body: Skeleton) -> Segments:
    """The segments of a marker recording."""
    return Segments(
        name=body.source.name,
        times=body.times,
        vertical=body.vertical,
        pelvis=body.pelvis,
        thigh=body.thigh,
        shank=body.shank,
        foot=body.foot,
        trunk=body.trunk,
    )


def of_angles(angles: Angles) -> Segments:
    """The segments whose joint angles are known, in a room whose third axis points up.

    The inverse of the splits in ``frames``: pelvis and trunk by rotation, obliquity, tilt; thigh and shank by the order
    y, x, z upon the segment above.

    Raises
    ------
    InputError: a column of the pelvis is missing: against what is level can't be told then.
    """
    known = set(angles.names)
    if not _segment_names("pelvis") <= known:
        raise InputError(f"{angles.source.name} has no angles of the pelvis, and the tests need them.")
    pelvis = _in_room(angles, "pelvis")
    thigh, shank = {}, {}
    for side in SIDES:
        if _joint_names(f"{side}_hip") <= known:
            thigh[side] = pelvis @ _joint(angles, f"{side}_hip", -1.0)
            if _joint_names(f"{side}_knee") <= known:
                shank[side] = thigh[side] @ _joint(angles, f"{side}_knee", 1.0)
    return Segments(
        name=angles.source.name,
        times=angles.times,
        vertical=np.array([0.0, 0.0, 1.0]),
        pelvis=pelvis,
        thigh=thigh,
        shank=shank,
        foot={},
        trunk=_in_room(angles, "trunk") if _segment_names("trunk") <= known else None,
    )


def _segment_names(segment: str) -> set[str]:
    return {f"{segment}_{name}" for name in ("rotation", "obliquity", "tilt")}


def _joint_names(joint: str) -> set[str]:
    return {f"{joint}_{name}" for name in ("flexion", "adduction", "rotation")}


def _in_room(angles: Angles, segment: str) -> FloatArray:
    columns = [angles.column(f"{segment}_{name}") for name in ("rotation", "obliquity", "tilt")]
    return _turned("ZXY", np.stack(columns, axis=-1))


def _joint(angles: Angles, joint: str, bend: float) -> FloatArray:
    """``bend`` is the sign that turns flexion into a turn about the axis to the left: hips bend the other way."""
    mirrored = 1.0 if joint.startswith("right") else -1.0
    columns = [angles.column(f"{joint}_{name}") for name in ("flexion", "adduction", "rotation")]
    return _turned("YXZ", np.stack(columns, axis=-1) * (bend, mirrored, mirrored))


def _turned(order: str, degrees: FloatArray) -> FloatArray:
    there = np.isfinite(degrees).all(axis=-1)
    turned = np.full((len(degrees), 3, 3), np.nan)
    if there.any():
        turned[there] = Rotation.from_euler(order, degrees[there], degrees=True).as_matrix()
    return turned
