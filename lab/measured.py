"""What each test measures, from the directions of the tested side's segments in the plane of motion.

The same rules give the truth (from joint centres) and the plainest reading (from landmarks). A direction is in degrees,
0 along the first axis of ``Placing.axes`` (to the feet, forwards, or the picture's right), 90 upwards. ``outward`` is 1
for the left side and -1 for the right, because the person's left is the right of the picture when they face the camera.
(Seen from beyond the feet of somebody face down the left is on the left, and the foot is up.)
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lab.rotation import FloatArray

Direction = Callable[[str, str], FloatArray]


def turn(first: FloatArray, second: FloatArray) -> FloatArray:
    """Degrees between two directions, 0 to 180."""
    return np.asarray(np.abs((second - first + 180) % 360 - 180))


def _knee(direction: Direction, _: float) -> FloatArray:
    return turn(direction("hip", "knee"), direction("knee", "ankle"))


def _thigh(direction: Direction, _: float) -> FloatArray:
    return direction("hip", "knee")


def _hip(direction: Direction, _: float) -> FloatArray:
    return 180 - turn(direction("hip", "shoulder"), direction("hip", "knee"))


MEASURED: dict[str, Callable[[Direction, float], FloatArray]] = {
    "straight_leg_raise": lambda direction, _: direction("hip", "ankle"),
    "active_knee_extension": _knee,
    "modified_thomas_hip": _thigh,
    "hip_flexion_knee_bent": _thigh,
    "prone_knee_bend": _knee,
    "hip_extension_prone": _thigh,
    "hip_internal_rotation_90": lambda direction, outward: outward * (direction("knee", "ankle") + 90),
    "hip_external_rotation_90": lambda direction, outward: -outward * (direction("knee", "ankle") + 90),
    "hip_abduction_standing": lambda direction, outward: outward * (direction("hip", "ankle") + 90),
    "hip_abduction_supine": lambda direction, outward: outward * direction("hip", "ankle"),
    "weight_bearing_lunge": lambda direction, _: -90 - direction("knee", "ankle"),
    "hip_hinge": _hip,
    "deep_squat": _hip,
    "fingertip_to_floor": _hip,
    "hip_internal_rotation_0": lambda direction, outward: outward * (direction("knee", "ankle") - 90),
    "hip_external_rotation_0": lambda direction, outward: -outward * (direction("knee", "ankle") - 90),
}


def measured(test: str, side: str, direction: Direction) -> FloatArray:
    """Degrees, in the signs of docs/conventions.md."""
    return MEASURED[test](direction, 1.0 if side == "left" else -1.0)
