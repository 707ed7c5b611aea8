"""What can be told from a body in space, one function per quantity, in degrees.

Every number is told from directions: against the vertical, against the body's own level direction, or between two
segments. Turning the laboratory about the vertical changes nothing, and a mirrored person has left and right exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from coxa.errors import InputError
from coxa.measure.frames import across, unwrapped
from coxa.measure.joint_angles import leg_angles
from coxa.measure.segments import Segments
from coxa.model import Side
from coxa.motion import FloatArray
from coxa.protocol.schema import Quantity

LEAST_BEND = 30.0
"""Degrees of knee bend below which the shin doesn't tell the thigh's rotation."""
LIFTED_KNEE = 20.0
"""Degrees of knee bend that tell the lifted leg of a stance on one leg (knee bent) from the one stood on (straight)."""
FACES_DOWN = float(np.sin(np.pi / 4))
"""A pelvis that faces down more steeply than 45° belongs to a person who lies on the front, not to one who sits."""
_OTHER = {"left": "right", "right": "left"}


def thigh_elevation(body: Segments, side: str) -> FloatArray:
    """Hip to knee above level in the vertical plane along a lying body: 90 straight up, more towards the head."""
    thigh = body.along_thigh(side)
    return _degrees(body.upwards(thigh), thigh @ body.footward)


def other_leg_elevation(body: Segments, side: str) -> FloatArray:
    """Hip to knee of the other leg above level, lying."""
    return thigh_elevation(body, _OTHER[side])


def thigh_slope(body: Segments, side: str) -> FloatArray:
    """Hip to knee against level, however far the thigh points outwards; negative is below level."""
    return _arcsine(body.upwards(body.along_thigh(side)))


def knee_flexion(body: Segments, side: str) -> FloatArray:
    """Joint angle of the knee, 0 straight."""
    body.along_shank(side)  # says so when there is none
    return leg_angles(body.pelvis, body.thigh[side], body.shank[side], side)[f"{side}_knee_flexion"]


def hip_flexion_trunk(body: Segments, side: str) -> FloatArray:
    """Flexion of the thigh against the trunk's own axes, whose zero is the trunk markers', not standing.

    Raises
    ------
    InputError: the trunk wasn't measured.
    """
    if body.trunk is None:
        raise InputError(f"{body.name}: the trunk wasn't measured; this test counts the thigh against the trunk.")
    body.along_thigh(side)
    return leg_angles(body.trunk, body.thigh[side], None, side)[f"{side}_hip_flexion"]


def hip_internal_rotation(body: Segments, side: str) -> FloatArray:
    """Shin about the thigh's own line against the vertical: plus when the foot is outwards.

    Against straight down for a person who sits, straight up for one who lies on the front. NaN while the knee is bent
    by less than 30° or the thigh itself is nearer to the vertical than that.
    """
    thigh, shin = body.along_thigh(side), body.along_shank(side)
    prone = body.upwards(body.pelvis[..., 0]) < -FACES_DOWN
    zero = across(np.where(prone[:, None], body.vertical, -body.vertical), thigh)
    hangs = across(shin, thigh)
    least = np.sin(np.radians(LEAST_BEND))
    told = (np.linalg.norm(zero, axis=-1) >= least) & (np.linalg.norm(hangs, axis=-1) >= least)
    turn = _degrees(np.sum(np.cross(zero, hangs) * thigh, axis=-1), np.sum(zero * hangs, axis=-1))
    return np.where(told, turn if side == "left" else -turn, np.nan)


def hip_external_rotation(body: Segments, side: str) -> FloatArray:
    """Shin about the thigh's own line against the vertical: plus when the foot is inwards."""
    return -hip_internal_rotation(body, side)


def thigh_abduction(body: Segments, side: str) -> FloatArray:
    """Abduction of the hip's joint angle: the thigh against the pelvis, outwards is plus."""
    return -thigh_adduction(body, side)


def thigh_adduction(body: Segments, side: str) -> FloatArray:
    """Adduction of the hip's joint angle: the thigh against the pelvis, inwards is plus."""
    body.along_thigh(side)
    return leg_angles(body.pelvis, body.thigh[side], None, side)[f"{side}_hip_adduction"]


def shank_lean(body: Segments, side: str) -> FloatArray:
    """Shin against upright: plus when the knee is in front of the ankle, as the foot (else the pelvis) points."""
    ahead = body.level(body.foot[side] if side in body.foot else body.pelvis[..., 0])
    shin = -body.along_shank(side)
    return _degrees(shin @ ahead, body.upwards(shin))


def pelvis_turn(body: Segments, side: str) -> FloatArray:
    """Line of the hips against level: plus when the tested side is higher."""
    left_up = _arcsine(body.upwards(body.pelvis[..., 1]))
    return left_up if side == "left" else -left_up


def pelvic_drop(body: Segments, side: str) -> FloatArray:
    """Pelvis of a person who stands on the leg of this side: plus when the other side has dropped.

    Counts from the stance on both legs before the other leg is lifted first, and is NaN while both legs stand: lifted
    is a knee bent by more than 20° while the other isn't. All NaN when no stance on both legs comes first.
    """
    stands, lifts = knee_flexion(body, side), knee_flexion(body, _OTHER[side])
    lifted = (lifts > LIFTED_KNEE) & (stands <= LIFTED_KNEE)
    both = (lifts <= LIFTED_KNEE) & (stands <= LIFTED_KNEE)
    tilt = pelvis_turn(body, side)
    before = both & (np.cumsum(lifted) == 0) & np.isfinite(tilt)
    zero = float(np.median(tilt[before])) if before.any() else np.nan
    return np.where(lifted, tilt - zero, np.nan)


def pelvis_tilt(body: Segments, side: str) -> FloatArray:  # noqa: ARG001  (one pelvis for both sides)
    """Tip of the pelvis forwards, about the line of the hips: 0 upright, -90 on the back, 90 on the front."""
    ahead, up = body.upwards(body.pelvis[..., 0]), body.upwards(body.pelvis[..., 2])
    return _degrees(-ahead, up)


def pelvis_line(body: Segments, side: str) -> FloatArray:
    """Direction of the line of the hips, seen from above: it grows as the tested side moves towards the head.

    Only its change tells something.
    """
    line = across(body.pelvis[..., 1], body.vertical)
    first = body.level(line)
    turn = _degrees(np.cross(first, line) @ body.vertical, line @ first)
    return unwrapped(turn if side == "left" else -turn)


def _degrees(opposite: FloatArray, adjacent: FloatArray) -> FloatArray:
    return np.asarray(np.degrees(np.arctan2(opposite, adjacent)))


def _arcsine(values: FloatArray) -> FloatArray:
    return np.asarray(np.degrees(np.arcsin(np.clip(values, -1.0, 1.0))))


SPATIAL: Mapping[Quantity, Callable[[Segments, str], FloatArray]] = {
    Quantity.THIGH_ELEVATION: thigh_elevation,
    Quantity.OTHER_LEG_ELEVATION: other_leg_elevation,
    Quantity.THIGH_SLOPE: thigh_slope,
    Quantity.KNEE_FLEXION: knee_flexion,
    Quantity.HIP_FLEXION_TRUNK: hip_flexion_trunk,
    Quantity.HIP_INTERNAL_ROTATION: hip_internal_rotation,
    Quantity.HIP_EXTERNAL_ROTATION: hip_external_rotation,
    Quantity.THIGH_ABDUCTION: thigh_abduction,
    Quantity.THIGH_ADDUCTION: thigh_adduction,
    Quantity.SHANK_LEAN: shank_lean,
    Quantity.PELVIC_DROP: pelvic_drop,
    Quantity.PELVIS_TURN: pelvis_turn,
    Quantity.PELVIS_TILT: pelvis_tilt,
    Quantity.PELVIS_LINE: pelvis_line,
}
"""What can be told of a side from a body in space."""


def spatial_quantity(body: Segments, side: Side, quantity: Quantity) -> FloatArray:
    """(frames,) a quantity of a side; of both, the mean of the sides that were measured.

    Raises
    ------
    InputError: a segment that it needs wasn't measured, or there is no such quantity in space.
    """
    if quantity not in SPATIAL:
        raise InputError(f"{body.name}: {quantity.value} can't be told from a body in space.")
    sides = sorted(body.thigh) if side is Side.BOTH else [side.value]
    if not sides:
        raise InputError(f"{body.name}: no thigh was measured, and this test needs it.")
    return np.asarray(np.mean([SPATIAL[quantity](body, one) for one in sides], axis=0))
