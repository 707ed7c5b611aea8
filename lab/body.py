"""The `anny` body posed at exactly known joint angles.

Axes of the standing body: +x its left, -y its front, +z up; metres. A thigh and a shank are turned as straight lines
between the model's own joint centres, so that the angle between them *is* the angle asked for (``python -m lab.body``
verifies it). The joint centres are MakeHuman's, not a skeleton's: an absolute bias of some degrees at the hip is a
matter of definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import anny
import numpy as np
import torch

from lab.rotation import FloatArray, about_x, about_y, about_z, hinge_to_down, shortest, unit

JOINTS = {
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
    "toe": "toe3-1",
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "finger": "finger3-3",
}
# How the joints of spine and neck share the whole movement.
LUMBAR = {"spine05": 0.34, "spine04": 0.33, "spine03": 0.33}
THORACIC = {"spine02": 0.5, "spine01": 0.5}
NECK = {"neck01": 1 / 3, "neck02": 1 / 3, "neck03": 1 / 3}

STANDING = np.eye(3)
SUPINE = np.array([[0, 0, -1], [1, 0, 0], [0, -1, 0]], dtype=np.float64)  # head at -x, left side at +y
PRONE = np.array([[0, 0, -1], [-1, 0, 0], [0, 1, 0]], dtype=np.float64)  # head at -x, left side at -y


@dataclass(frozen=True)
class Leg:
    """Joint angles of one leg in degrees: flexion +, abduction +, external rotation +, dorsiflexion +.

    ``flexion_first`` abducts the leg about the axis of the flexed pelvis (sitting, squatting) and not the other way.
    """

    flexion: float = 0
    abduction: float = 0
    external_rotation: float = 0
    knee: float = 0
    dorsiflexion: float = 0
    flexion_first: bool = False

    def turn(self, side: str) -> FloatArray:
        """The thigh's rotation in the pelvis, from hanging straight down."""
        sign = 1 if side == "left" else -1
        flex, abduct = about_x(-self.flexion), about_y(-sign * self.abduction)
        swing = flex @ abduct if self.flexion_first else abduct @ flex
        return np.asarray(swing @ about_z(sign * self.external_rotation))


@dataclass(frozen=True)
class Pose:
    """A whole posture, in degrees.

    ``arms``: by side, the directions of upper arm and forearm in the axes of the chest. Bending forwards is +.
    """

    root: FloatArray
    legs: Mapping[str, Leg] = field(default_factory=dict)
    lumbar: float = 0
    lumbar_side: float = 0
    thoracic: float = 0
    neck_flexion: float = 0
    neck_turn: float = 0
    arms: Mapping[str, tuple[FloatArray, FloatArray]] = field(default_factory=dict)

    def leg(self, side: str) -> Leg:
        """The leg of this side."""
        return self.legs.get(side, Leg())


@cache
def model() -> Any:
    """The parametric body on MakeHuman's own mesh (CC0); never one of the SMPL topologies."""
    torch.set_num_threads(1)
    return anny.Anny(topology="anny-full", local_changes="default").to(dtype=torch.float32)


class Body:
    """One person.

    Parameters
    ----------
    phenotype: gender, age, muscle, weight, height, proportions, each from 0 to 1.
    """

    def __init__(self, phenotype: Mapping[str, float]) -> None:
        self.phenotype = dict.fromkeys(model().phenotype_labels, 0.5) | dict(phenotype)
        self.bones = {name: i for i, name in enumerate(model().bone_labels)}
        self.parents = [int(parent) for parent in model().bone_parents]
        self._shape = self._resting({})
        self.rest, self._rest_bones = self._forward(np.eye(4)[None].repeat(len(self.bones), 0), self._shape)

    def bone(self, name: str) -> FloatArray:
        """(3,) where the bone begins in the resting body."""
        return np.asarray(self._rest_bones[self.bones[name]])

    def moved(self, **local: float) -> FloatArray:
        """The resting vertices with some of MakeHuman's local changes at these strengths."""
        return self._forward(np.eye(4)[None].repeat(len(self.bones), 0), self._resting(local))[0]

    def pose(self, pose: Pose) -> tuple[FloatArray, dict[str, FloatArray]]:
        """Vertices (n, 3) and the joint centres by name (``left_hip``, ...), with the pelvis at its resting place."""
        fixed = self._legs(pose)
        spread = {name: about_x(pose.lumbar * f) @ about_y(pose.lumbar_side * f) for name, f in LUMBAR.items()}
        spread |= {name: about_x(pose.thoracic * f) for name, f in THORACIC.items()}
        spread |= {name: about_x(pose.neck_flexion * f) @ about_z(pose.neck_turn * f) for name, f in NECK.items()}
        world: list[FloatArray] = [pose.root]
        local = np.eye(4)[None].repeat(len(self.bones), 0)
        local[0, :3, :3] = pose.root
        for name, i in list(self.bones.items())[1:]:
            parent = world[self.parents[i]]
            if name in fixed:
                turn = fixed[name]
            elif name in spread:
                turn = parent @ spread[name]
            else:
                turn = self._arm(name, pose, world, parent)
            world.append(turn)
            local[i, :3, :3] = parent.T @ turn
        vertices, centres = self._forward(local, self._shape)
        joints = {
            f"{side}_{joint}": centres[self.bones[f"{bone}.{side[0].upper()}"]]
            for joint, bone in JOINTS.items()
            for side in ("left", "right")
        }
        joints |= {"neck": centres[self.bones["neck01"]], "head": centres[self.bones["head"]], "pelvis": centres[0]}
        return vertices, joints

    def _legs(self, pose: Pose) -> dict[str, FloatArray]:
        turns: dict[str, FloatArray] = {}
        for side, s in (("left", "L"), ("right", "R")):
            leg = pose.leg(side)
            hip, knee, ankle = (self.bone(f"{JOINTS[joint]}.{s}") for joint in ("hip", "knee", "ankle"))
            thigh = pose.root @ leg.turn(side)
            shank = thigh @ about_x(leg.knee)
            turns |= {f"upperleg0{i}.{s}": thigh @ hinge_to_down(knee - hip) for i in (1, 2)}
            turns |= {f"lowerleg0{i}.{s}": shank @ hinge_to_down(ankle - knee) for i in (1, 2)}
            turns[f"foot.{s}"] = shank @ about_x(-leg.dorsiflexion)
        return turns

    def _arm(self, name: str, pose: Pose, world: list[FloatArray], parent: FloatArray) -> FloatArray:
        side = {"L": "left", "R": "right"}.get(name[-1], "")
        if side not in pose.arms or name[:-2] not in {"upperarm01", "lowerarm01"}:
            return parent
        s, chest = name[-1], world[self.bones["spine01"]]
        upper, fore = pose.arms[side]
        if name.startswith("upper"):
            return np.asarray(chest @ shortest(self.bone(f"lowerarm01.{s}") - self.bone(f"upperarm01.{s}"), upper))
        rest = unit(self.bone(f"wrist.{s}") - self.bone(f"lowerarm01.{s}"))
        return np.asarray(shortest(parent @ rest, chest @ unit(fore)) @ parent)

    def _resting(self, changes: Mapping[str, float]) -> Any:
        """The person's own resting mesh and bones, with some local changes: worked out once, not for every pose."""
        none = torch.eye(4)[None, None].repeat(1, len(self.bones), 1, 1)
        with torch.no_grad():
            inputs = model().get_tensor_inputs(none, self.phenotype, dict(changes) or None, None)
            return model().get_rest_model(model()._get_phenotype_blendshape_coefficients(*inputs[1:]))

    def _forward(self, local: FloatArray, rest: Any) -> tuple[FloatArray, FloatArray]:
        """Vertices (n, 3) and where the bones begin (bones, 3), as ``anny.Anny.forward`` works them out."""
        with torch.no_grad():
            pose = torch.tensor(local, dtype=torch.float32)[None]
            moves, bones = model().get_bone_transforms(pose, rest["rest_bone_poses"])
            vertices = model().get_skinned_vertices(rest["rest_vertices"], moves)
        return vertices[0].numpy().astype(np.float64), bones[0].numpy().astype(np.float64)[:, :3, 3]


def between(first: FloatArray, corner: FloatArray, last: FloatArray) -> float:
    """Degrees at ``corner`` between the directions to the other two points."""
    return float(np.degrees(np.arccos(np.clip(unit(first - corner) @ unit(last - corner), -1, 1))))


def largest_error() -> float:
    """Degrees: the largest difference between angles asked for and angles of the joint centres, over many poses."""
    worst = 0.0
    body = Body({"gender": 0.1})
    for side in ("left", "right"):
        for flexion, knee in ((0, 0), (45, 0), (90, 60), (120, 130), (-20, 10)):
            leg = Leg(flexion=flexion, knee=knee)
            _, joints = body.pose(Pose(SUPINE, {side: leg}))
            hip, shin, foot = (joints[f"{side}_{name}"] for name in ("hip", "knee", "ankle"))
            thigh = shin - hip
            rise = np.degrees(np.arctan2(thigh[2], thigh[0]))
            aside = np.degrees(np.arcsin(thigh[1] / np.linalg.norm(thigh)))
            worst = max(worst, abs(rise - flexion), abs(180 - between(hip, shin, foot) - knee), abs(aside))
    return worst


if __name__ == "__main__":
    print(f"largest error {largest_error():.4f} degrees")
