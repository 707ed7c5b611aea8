"""A body seen by one camera, and the angles that its segments make in the picture.

The picture plane has x to the right and y **up** (the camera's roll removed), in any unit. Angles are in degrees. A
lying person may have the head on either side and a standing person may face either way: every angle is told from the
body's own directions (``footward``, ``forward``, ``outward``), so mirrored pictures give the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from coxa.errors import InputError
from coxa.model import Side
from coxa.motion import FloatArray, Motion
from coxa.protocol.schema import Quantity

LEG = ("hip", "knee", "ankle")
SEEN = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


@dataclass(frozen=True)
class PlanarBody:
    """The tested leg, the other one and the trunk over time.

    Parameters
    ----------
    times: (frames,) seconds.
    side: the person's side that is tested.
    tested, other: points of that side and of the other: ``shoulder, hip, knee, ankle, heel, foot_index`` as far as
        they are known, each (frames, 2), y up, NaN where not seen.
    """

    times: FloatArray
    side: Side
    tested: Mapping[str, FloatArray]
    other: Mapping[str, FloatArray]

    def segment(self, start: str, end: str) -> FloatArray:
        """(frames, 2) vector between two points of the tested side."""
        return self.tested[end] - self.tested[start]

    @property
    def trunk(self) -> FloatArray:
        """(frames, 2) from the middle of the hips to the middle of the shoulders."""
        return _middle(self, "shoulder") - _middle(self, "hip")

    @property
    def hips(self) -> FloatArray:
        """(frames, 2) from the other hip to the tested one."""
        return self.tested["hip"] - self.other["hip"]


def planar_body(motion: Motion, side: Side, *, roll_degrees: float = 0.0) -> PlanarBody:
    """Take the points of both sides out of a 2D motion.

    Parameters
    ----------
    roll_degrees: how far the picture's horizon is turned, plus when its right end is too low in the picture.

    Raises
    ------
    InputError: it isn't a 2D recording, or it lacks hips, knees, ankles or shoulders.
    """
    if motion.unit != "px":
        raise InputError(f"{motion.source.name} is not a recording by one camera.")
    missing = [f"{one}_{name}" for one in ("left", "right") for name in (*LEG, "shoulder")]
    missing = [name for name in missing if not motion.has(name)]
    if missing:
        raise InputError(
            f"{motion.source.name} has no {missing[0].replace('_', ' ')}: hips, knees, ankles and shoulders are needed."
        )
    if side is Side.BOTH:
        return _both_as_one(motion, roll_degrees)
    return PlanarBody(
        motion.times, side, _points(motion, side, roll_degrees), _points(motion, OTHER[side], roll_degrees)
    )


def _both_as_one(motion: Motion, roll_degrees: float) -> PlanarBody:
    """Seen from the side, both legs do the same: their middle is steadier than either."""
    left, right = (_points(motion, side, roll_degrees) for side in (Side.LEFT, Side.RIGHT))
    middle = {name: 0.5 * (left[name] + right[name]) for name in left if name in right}
    return PlanarBody(motion.times, Side.BOTH, middle, middle)


def _points(motion: Motion, side: Side, roll_degrees: float) -> dict[str, FloatArray]:
    turn = math.radians(roll_degrees)
    upright = np.array([[math.cos(turn), math.sin(turn)], [math.sin(turn), -math.cos(turn)]])

    known = [name for name in SEEN if motion.has(f"{side.value}_{name}")]
    return {name: motion.point(f"{side.value}_{name}") @ upright.T for name in known}


def exchanged(body: PlanarBody, swap: npt.NDArray[np.bool_]) -> PlanarBody:
    """The body with the two legs exchanged in the frames where ``swap`` is true; the shoulders stay."""
    legs = [name for name in body.tested if name != "shoulder"]
    tested = {name: np.where(swap[:, None], body.other[name], body.tested[name]) for name in legs}
    other = {name: np.where(swap[:, None], body.tested[name], body.other[name]) for name in legs}
    return replace(body, tested={**body.tested, **tested}, other={**body.other, **other})


# --- directions of the body in the picture ---


def footward(body: PlanarBody) -> float:
    """+1 when a lying person's feet are to the right of the head in the picture, else -1."""
    return _sign(-body.trunk[:, 0])


def forward(body: PlanarBody) -> float:
    """+1 when a standing person faces right in the picture, else -1; from the feet, heel to toe."""
    if "heel" not in body.tested or "foot_index" not in body.tested:
        raise InputError("the way the person faces can't be told without the feet.")
    feet = body.segment("heel", "foot_index") + body.other["foot_index"] - body.other["heel"]
    return _sign(feet[:, 0])


def outward(body: PlanarBody) -> float:
    """+1 when the tested leg's outer side is to the right in the picture, else -1."""
    return _sign(body.hips[:, 0])


def _sign(values: FloatArray) -> float:
    return math.copysign(1.0, float(np.nanmedian(values))) if np.isfinite(values).any() else 1.0


def _middle(body: PlanarBody, name: str) -> FloatArray:
    return 0.5 * (body.tested[name] + body.other[name])


# --- angles ---


def _elevation(vector: FloatArray, way: float) -> FloatArray:
    """Degrees above level: 0 along ``way``, 90 straight up, beyond 90 past the vertical; from -180 to 180."""
    return _degrees(vector[:, 1], way * vector[:, 0])


def _against_vertical(vector: FloatArray, way: float) -> FloatArray:
    """Degrees from straight up, plus towards ``way``."""
    return _degrees(way * vector[:, 0], vector[:, 1])


def _turn(first: FloatArray, second: FloatArray) -> FloatArray:
    """Degrees from the direction of one vector to that of another, plus counterclockwise, -180 to 180."""
    return _degrees(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0], (first * second).sum(axis=1))


def _bend(first: FloatArray, second: FloatArray) -> FloatArray:
    """Degrees between the directions of two vectors, 0 to 180."""
    return np.abs(_turn(first, second))


def _degrees(opposite: FloatArray, adjacent: FloatArray) -> FloatArray:
    angle: FloatArray = np.degrees(np.arctan2(opposite, adjacent))
    return angle


def leg_elevation(body: PlanarBody) -> FloatArray:
    """Hip to ankle above level, lying; 0 flat, 90 straight up."""
    return _elevation(body.segment("hip", "ankle"), footward(body))


def thigh_elevation(body: PlanarBody) -> FloatArray:
    """Hip to knee above level, lying; negative is below level."""
    return _elevation(body.segment("hip", "knee"), footward(body))


def other_leg_elevation(body: PlanarBody) -> FloatArray:
    """Hip to ankle of the other leg above level, lying."""
    return _elevation(body.other["ankle"] - body.other["hip"], footward(body))


def other_thigh_elevation(body: PlanarBody) -> FloatArray:
    """Hip to knee of the other leg above level, lying."""
    return _elevation(body.other["knee"] - body.other["hip"], footward(body))


def shank_deficit(body: PlanarBody) -> FloatArray:
    """Knee to ankle short of straight up, lying: 0 straight up, plus when the foot is still towards the feet's end."""
    return _against_vertical(body.segment("knee", "ankle"), footward(body))


def shank_elevation(body: PlanarBody) -> FloatArray:
    """Knee to ankle above level, lying: 0 flat, 90 straight up, more when the heel nears the buttock."""
    return _elevation(body.segment("knee", "ankle"), footward(body))


def knee_flexion(body: PlanarBody) -> FloatArray:
    """Bend of the knee in the picture, 0 straight."""
    return _bend(body.segment("hip", "knee"), body.segment("knee", "ankle"))


def hip_flexion_trunk(body: PlanarBody) -> FloatArray:
    """Bend between trunk and thigh, standing: 0 upright, minus where the body leans the other way than it bends."""
    bend = _turn(-body.trunk, body.segment("hip", "knee"))
    if not np.isfinite(bend).any():
        return bend
    return math.copysign(1.0, float(np.nanpercentile(bend, [2.0, 98.0]).sum())) * bend


def hip_internal_rotation(body: PlanarBody) -> FloatArray:
    """Shin against straight down, seated, seen from the front: plus when the foot is outwards."""
    return _against_vertical(-body.segment("knee", "ankle"), -outward(body))


def hip_external_rotation(body: PlanarBody) -> FloatArray:
    """Shin against straight down, seated, seen from the front: plus when the foot is inwards."""
    return -hip_internal_rotation(body)


def leg_abduction(body: PlanarBody) -> FloatArray:
    """Hip to ankle against the trunk's own line, seen from above or in front: outwards is plus."""
    return _outwards(body, body.segment("hip", "ankle"))


def thigh_abduction(body: PlanarBody) -> FloatArray:
    """Hip to knee against the trunk's own line, seen from above or in front: outwards is plus."""
    return _outwards(body, body.segment("hip", "knee"))


def leg_adduction(body: PlanarBody) -> FloatArray:
    """Hip to ankle against the trunk's own line, inwards is plus."""
    return -leg_abduction(body)


def thigh_adduction(body: PlanarBody) -> FloatArray:
    """Hip to knee against the trunk's own line, inwards is plus."""
    return -thigh_abduction(body)


def _outwards(body: PlanarBody, limb: FloatArray) -> FloatArray:
    """The trunk's line gives zero; the hips only say which way is out, so their short, noisy line moves nothing."""
    return math.copysign(1.0, float(np.nansum(_turn(-body.trunk, body.hips)))) * _turn(-body.trunk, limb)


def shank_lean(body: PlanarBody) -> FloatArray:
    """Shin against upright, standing, seen from the side: plus when the knee is in front of the ankle."""
    return _against_vertical(-body.segment("knee", "ankle"), forward(body))


def pelvis_line(body: PlanarBody) -> FloatArray:
    """Line of the hips against the trunk's line, 0 when square; changes when the pelvis tips in the picture."""
    return _bend(body.trunk, body.hips) - 90.0


def pelvis_turn(body: PlanarBody) -> FloatArray:
    """Line of the hips against level, seen from the front: plus when the tested side is higher."""
    return _elevation(body.hips, outward(body))


def segment_length(body: PlanarBody, start: str, end: str) -> float:
    """Greatest apparent length of a segment of the tested leg over the recording (95th percentile)."""
    lengths = np.linalg.norm(body.segment(start, end), axis=1)
    return float(np.nanpercentile(lengths, 95.0)) if np.isfinite(lengths).any() else math.nan


PLANAR: Mapping[Quantity, Callable[[PlanarBody], FloatArray]] = {
    Quantity.LEG_ELEVATION: leg_elevation,
    Quantity.THIGH_ELEVATION: thigh_elevation,
    Quantity.OTHER_LEG_ELEVATION: other_leg_elevation,
    Quantity.OTHER_THIGH_ELEVATION: other_thigh_elevation,
    Quantity.SHANK_DEFICIT: shank_deficit,
    Quantity.SHANK_ELEVATION: shank_elevation,
    Quantity.KNEE_FLEXION: knee_flexion,
    Quantity.HIP_FLEXION_TRUNK: hip_flexion_trunk,
    Quantity.HIP_INTERNAL_ROTATION: hip_internal_rotation,
    Quantity.HIP_EXTERNAL_ROTATION: hip_external_rotation,
    Quantity.LEG_ABDUCTION: leg_abduction,
    Quantity.THIGH_ABDUCTION: thigh_abduction,
    Quantity.LEG_ADDUCTION: leg_adduction,
    Quantity.THIGH_ADDUCTION: thigh_adduction,
    Quantity.SHANK_LEAN: shank_lean,
    Quantity.PELVIS_LINE: pelvis_line,
    Quantity.PELVIS_TURN: pelvis_turn,
}
"""What can be told from one camera."""
