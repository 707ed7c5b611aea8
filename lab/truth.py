"""The true angles of one frame, from the joint centres seen square to the plane of motion, and from the pose itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lab.body import Pose, between
from lab.measured import measured
from lab.rotation import FloatArray
from lab.scene import Placing

SEGMENTS = {
    "thigh": ("hip", "knee"),
    "leg": ("hip", "ankle"),
    "shank": ("knee", "ankle"),
    "trunk": ("hip", "shoulder"),
    "foot": ("ankle", "toe"),
}


def angles(placing: Placing, pose: Pose, joints: Mapping[str, FloatArray]) -> dict[str, float]:
    """Every angle of the frame in degrees.

    ``left_thigh``, ``left_leg``, ... : direction of the segment in the plane of motion, 0 along the first axis of
    ``Placing.axes``, 90 along the second. ``left_knee_flexion``: between thigh and shank in space.
    ``left_hip_flexion_joint`` and so on: what the pose asked of the joint, relative to the pelvis.
    ``value``: what the test measures, in the signs of docs/conventions.md.
    """
    along, up = placing.axes
    out: dict[str, float] = {}
    for side in ("left", "right"):
        points = {name: joints[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "toe", "shoulder")}
        for name, (start, end) in SEGMENTS.items():
            line = points[end] - points[start]
            out[f"{side}_{name}"] = float(np.degrees(np.arctan2(line @ up, line @ along)))
        out[f"{side}_knee_flexion"] = 180 - between(points["hip"], points["knee"], points["ankle"])
        out[f"{side}_trunk_to_thigh"] = 180 - abs((out[f"{side}_thigh"] - out[f"{side}_trunk"] + 180) % 360 - 180)
        leg = pose.leg(side)
        out[f"{side}_hip_flexion_joint"] = leg.flexion
        out[f"{side}_hip_abduction_joint"] = leg.abduction
        out[f"{side}_hip_external_rotation_joint"] = leg.external_rotation
        out[f"{side}_knee_flexion_joint"] = leg.knee
    hips = joints["left_hip"] - joints["right_hip"]
    out["pelvis_list"] = float(np.degrees(np.arcsin(np.clip(hips[2] / np.linalg.norm(hips), -1, 1))))

    def direction(start: str, end: str) -> FloatArray:
        line = joints[f"{placing.side}_{end}"] - joints[f"{placing.side}_{start}"]
        return np.degrees(np.arctan2(line @ up, line @ along))

    out["value"] = float(measured(placing.test, placing.side, direction))
    return out
