"""Joint angles of a skeleton, in our signs.

===================== ==================================== ==================================
column                positive                             zero
===================== ==================================== ==================================
hip_flexion           flexion                              thigh along the pelvis's z
hip_adduction         adduction
hip_rotation          internal
knee_flexion          flexion                              shank along the thigh
knee_adduction        adduction (varus)
knee_rotation         internal
ankle_dorsiflexion    dorsiflexion                         foot (heel to toe) square to shank
pelvis_tilt           anterior (forwards)                  ASIS and sacrum level
pelvis_obliquity      left side up                         ASIS level
pelvis_rotation       to the left, right side forwards     walking direction
trunk_tilt ...        as the pelvis
===================== ==================================== ==================================
"""

from __future__ import annotations

import numpy as np

from coxa.errors import RecordingError
from coxa.measure.frames import joint_cardan, relative, segment_cardan, unwrapped
from coxa.measure.markers import SIDES
from coxa.measure.skeleton import Skeleton
from coxa.measure.upright import facing
from coxa.motion import Angles, FloatArray


def joint_angles(body: Skeleton) -> Angles:
    """Angles over time, one column each: both legs, pelvis, and the trunk where it is known.

    Hip and knee by the Cardan order y, x, z (Grood and Suntay; as Plug-in Gait and the ISB); pelvis and trunk against
    the laboratory by rotation, obliquity, tilt (Baker 2001).

    Raises
    ------
    RecordingError: no frame holds any angle.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # absurd coordinates end as NaN
        columns, said = _columns(body)
    values = np.stack(list(columns.values()), axis=-1)
    if not np.isfinite(values).any():
        raise RecordingError("no frame holds the markers for a single angle.", file=body.source.name)
    return Angles(
        times=body.times,
        source=body.source,
        log=(*body.log, said),
        names=tuple(columns),
        values=values,
        units=("deg",) * len(columns),
    )


def _columns(body: Skeleton) -> tuple[dict[str, FloatArray], str]:
    """Every column, and how the pelvis's rotation counts."""
    columns: dict[str, FloatArray] = {}
    for side in SIDES:
        columns.update(_leg(body, side))
    ahead, said = facing(body.pelvis, body.pelvis_origin, body.vertical)
    room = np.stack([ahead, np.cross(body.vertical, ahead), body.vertical], axis=-1)
    columns.update(_against_room(body.pelvis, room, "pelvis"))
    if body.trunk is not None:
        columns.update(_against_room(body.trunk, room, "trunk"))
    return columns, said


def leg_angles(pelvis: FloatArray, thigh: FloatArray, shank: FloatArray | None, side: str) -> dict[str, FloatArray]:
    """Hip and knee angles (frames,) of a side in degrees, from rotations of the segments."""
    sign = 1.0 if side == "right" else -1.0
    hip = joint_cardan(relative(pelvis, thigh)) * (-1.0, sign, sign)
    columns = {"hip_flexion": hip[:, 0], "hip_adduction": hip[:, 1], "hip_rotation": hip[:, 2]}
    if shank is not None:
        knee = joint_cardan(relative(thigh, shank)) * (1.0, sign, sign)
        columns |= {"knee_flexion": knee[:, 0], "knee_adduction": knee[:, 1], "knee_rotation": knee[:, 2]}
    return {f"{side}_{name}": values for name, values in columns.items()}


def _leg(body: Skeleton, side: str) -> dict[str, FloatArray]:
    columns = leg_angles(body.pelvis, body.thigh[side], body.shank[side], side)
    if side in body.foot:
        seen = np.einsum("fji,fj->fi", body.shank[side], body.foot[side])
        columns[f"{side}_ankle_dorsiflexion"] = np.degrees(np.arctan2(seen[:, 2], seen[:, 0]))
    return columns


def _against_room(segment: FloatArray, room: FloatArray, name: str) -> dict[str, FloatArray]:
    turn, side, tilt = segment_cardan(room.T @ segment).T
    return {f"{name}_tilt": tilt, f"{name}_obliquity": side, f"{name}_rotation": unwrapped(turn)}
