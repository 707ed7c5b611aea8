"""The figure's joints: named angles become a posed body, quickly enough for a solver.

Axes of the standing body: +x its left, -y its front, +z up; metres. All angles in degrees; zero is standing with the
arms hanging and the palms towards the thighs. Signs of the joints are those of docs/conventions.md, and also:

``pelvis_lean`` forwards +, ``pelvis_side`` to the left +, ``pelvis_turn`` to the left + (about the body's own axes);
``lumbar``, ``thoracic``, ``neck``: bending forwards +, ``_side`` and ``_turn`` to the left +;
``arm``: raising forwards +, ``_out`` sideways away from the body +, ``_turn`` outwards +, ``elbow`` bending +,
``forearm`` palm forwards +, ``wrist`` to the hand's back +, ``wrist_side`` to the thumb +, ``grip`` 0 to 1;
``hip``, ``hip_out`` (abduction +), ``hip_turn`` (external +), ``knee``, ``ankle`` (dorsiflexion +),
``foot_side`` (sole inwards +), ``toes`` (upwards +).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.body import JOINTS, LUMBAR, NECK, PRONE, STANDING, SUPINE, THORACIC, Body, model
from lab.mesh import IntArray
from lab.rotation import FloatArray, about_x, about_y, about_z, hinge_to_down, unit

BASES = {
    "standing": STANDING,
    "supine": SUPINE,
    "prone": PRONE,
    # Lying on one side, the head at -x; on the right side the front is at -y.
    "left_side": np.array([[0, 0, -1], [0, -1, 0], [-1, 0, 0]], dtype=np.float64),
    "right_side": np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]], dtype=np.float64),
}
SIDES = ("left", "right")
ARM_BONES = ("upperarm", "lowerarm", "wrist")
MIDDLE_NAMES = (
    "x", "y", "z", "pelvis_lean", "pelvis_side", "pelvis_turn",
    "lumbar", "lumbar_side", "lumbar_turn", "thoracic", "thoracic_side", "thoracic_turn",
    "neck", "neck_side", "neck_turn",
)  # fmt: skip
SIDE_NAMES = (
    "hip", "hip_out", "hip_turn", "knee", "ankle", "foot_side", "toes",
    "arm", "arm_out", "arm_turn", "elbow", "forearm", "wrist", "wrist_side", "grip",
)  # fmt: skip
NAMES = (*MIDDLE_NAMES, *(f"{side}_{name}" for side in SIDES for name in SIDE_NAMES))
INDEX = {name: i for i, name in enumerate(NAMES)}


def vector(angles: Mapping[str, float]) -> FloatArray:
    """(names,) in the order of ``NAMES``; what isn't given is 0."""
    out = np.zeros(len(NAMES))
    for name, value in angles.items():
        out[INDEX[name]] = value
    return out


@dataclass(frozen=True)
class Posed:
    """Every bone's rotation in the room (bones, 3, 3) and where it begins (bones, 3)."""

    turns: FloatArray
    heads: FloatArray


class Rig:
    """One body's skeleton and skin."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.names = tuple(body.bones)
        self._heads = np.array([body.bone(name) for name in self.names])
        weights, bones = model().vertex_bone_weights.numpy(), model().vertex_bone_indices.numpy()
        self.weights = np.zeros((len(body.rest), len(self.names)))
        np.add.at(self.weights, (np.arange(len(body.rest))[:, None], bones), weights)
        self._make_rests()

    def bone(self, posed: Posed, name: str) -> FloatArray:
        """(3,) where a bone begins now."""
        return np.asarray(posed.heads[self.body.bones[name]])

    def joints(self, posed: Posed) -> dict[str, FloatArray]:
        """Joint centres by name, as ``Body.pose`` gives them."""
        return {
            f"{side}_{joint}": self.bone(posed, f"{bone}.{side[0].upper()}")
            for joint, bone in JOINTS.items()
            for side in SIDES
        } | {"neck": self.bone(posed, "neck01"), "head": self.bone(posed, "head"), "pelvis": posed.heads[0]}

    def skin(self, posed: Posed, chosen: IntArray | slice = slice(None)) -> FloatArray:
        """(vertices, 3) of the chosen vertices, blended linearly."""
        return self.skinner(chosen)(posed)

    def skinner(self, chosen: IntArray | slice = slice(None)) -> Callable[[Posed], FloatArray]:
        """``skin`` for always the same vertices, prepared."""
        bones = np.flatnonzero(self.weights[chosen].any(0))
        weights, rest = self.weights[chosen][:, bones], self.body.rest[chosen]

        def skin(posed: Posed) -> FloatArray:
            turns = posed.turns[bones]
            shifts = posed.heads[bones] - np.einsum("bij,bj->bi", turns, self._heads[bones])
            moves = np.concatenate([turns, shifts[:, :, None]], 2)
            blended = (weights @ moves.reshape(-1, 12)).reshape(-1, 3, 4)
            return np.asarray(np.einsum("vij,vj->vi", blended[:, :, :3], rest) + blended[:, :, 3])

        return skin

    def pose(self, base: str, values: FloatArray) -> Posed:
        """The skeleton at these angles (see ``NAMES``); x, y, z move the pelvis from the room's origin."""
        at = dict(zip(NAMES, values.tolist(), strict=True))
        root = (
            BASES[base]
            @ about_x(at["pelvis_lean"])
            @ about_y(at["pelvis_side"])
            @ about_z(at["pelvis_turn"])
        )  # fmt: skip
        turning = self._legs(at, root) | self._arms(at)
        local = self._local(at)
        chest = self.body.bones["spine01"]
        leader = np.zeros(len(self.names), dtype=np.int64)
        turns, heads = np.empty((len(self.names), 3, 3)), np.empty((len(self.names), 3))
        turns[0], heads[0] = root, values[:3]
        for i, name in enumerate(self.names[1:], 1):
            first = leader[self.body.parents[i]]
            if name in turning or name in local:
                heads[i] = heads[first] + turns[first] @ (self._heads[i] - self._heads[first])
                if name in local:
                    turns[i] = turns[first] @ local[name]
                else:
                    turns[i] = turns[chest] @ turning[name] if name.startswith(ARM_BONES) else turning[name]
                first = i
            leader[i] = first
        # Every other bone goes with the nearest one above it that turns.
        follows = leader != np.arange(len(self.names))
        lead = leader[follows]
        turns[follows] = turns[lead]
        heads[follows] = heads[lead] + np.einsum("bij,bj->bi", turns[lead], self._heads[follows] - self._heads[lead])
        return Posed(turns, heads)

    def _make_rests(self) -> None:
        """How the resting arms are turned to hanging ones, whose elbows bend about +x and whose palms look inwards."""
        self._hang: dict[str, FloatArray] = {}
        self.palm: dict[str, FloatArray] = {}
        bone = self.body.bone
        for side, s in (("left", "L"), ("right", "R")):
            upper = unit(bone(f"lowerarm01.{s}") - bone(f"upperarm01.{s}"))
            fore = unit(bone(f"wrist.{s}") - bone(f"lowerarm01.{s}"))
            # Elbows bend forwards: the hinge is square to the arm and to the direction in which the forearm would go.
            forwards = np.array([0, -1.0, 0])
            hinge = unit(np.cross(upper, forwards))
            self._hang[f"upperarm01.{s}"] = _hanging(hinge, upper)
            self._hang[f"lowerarm01.{s}"] = _hanging(hinge, fore)
            along = unit(bone(f"finger3-1.{s}") - bone(f"wrist.{s}"))
            across = bone(f"finger2-1.{s}") - bone(f"finger5-1.{s}")
            palm = unit(np.cross(along, across)) * (1 if side == "left" else -1)
            curl = bone(f"finger3-3.{s}") - bone(f"finger3-1.{s}")
            palm = palm if palm @ curl > 0 else -palm
            self.palm[side] = palm
            inwards = np.array([-1.0 if side == "left" else 1.0, 0, 0])
            rest = np.stack([along, palm, np.cross(along, palm)], 1)
            down = np.array([0, 0, -1.0])
            self._hang[f"wrist.{s}"] = np.stack([down, inwards, np.cross(down, inwards)], 1) @ rest.T

    def _local(self, at: Mapping[str, float]) -> dict[str, FloatArray]:
        out: dict[str, FloatArray] = {}
        for part, bones in (("lumbar", LUMBAR), ("thoracic", THORACIC), ("neck", NECK)):
            for name, share in bones.items():
                bend, lean, turn = (at[part + way] * share for way in ("", "_side", "_turn"))
                out[name] = about_x(bend) @ about_y(lean) @ about_z(turn)
        for side, s in (("left", "L"), ("right", "R")):
            if at[f"{side}_toes"]:
                toes = about_x(-at[f"{side}_toes"])
                out |= {f"toe{i}-1.{s}": toes for i in range(1, 6)}
            if at[f"{side}_grip"]:
                for finger in range(1, 6):
                    curl = self._curl(side, finger, (25.0 if finger == 1 else 65.0) * at[f"{side}_grip"])
                    out |= {f"finger{finger}-{part}.{s}": curl for part in (1, 2, 3)}
        return out

    def _curl(self, side: str, finger: int, bend: float) -> FloatArray:
        s = side[0].upper()
        along = unit(self.body.bone(f"finger{finger}-2.{s}") - self.body.bone(f"finger{finger}-1.{s}"))
        axis = unit(np.cross(along, self.palm[side]))
        return _about(axis, bend)

    def _legs(self, at: Mapping[str, float], root: FloatArray) -> dict[str, FloatArray]:
        turns: dict[str, FloatArray] = {}
        for side, s, sign in (("left", "L", 1), ("right", "R", -1)):
            thigh = root @ (
                about_x(-at[f"{side}_hip"])
                @ about_y(-sign * at[f"{side}_hip_out"])
                @ about_z(sign * at[f"{side}_hip_turn"])
            )
            shank = thigh @ about_x(at[f"{side}_knee"])
            down_thigh, down_shank = self._leg_rests[side]
            turns |= {f"upperleg01.{s}": thigh @ down_thigh, f"lowerleg01.{s}": shank @ down_shank}
            turns[f"foot.{s}"] = shank @ about_x(-at[f"{side}_ankle"]) @ about_y(sign * at[f"{side}_foot_side"])
        return turns

    @cached_property
    def _leg_rests(self) -> dict[str, tuple[FloatArray, FloatArray]]:
        out = {}
        for side, s in (("left", "L"), ("right", "R")):
            hip, knee, ankle = (self.body.bone(f"{JOINTS[joint]}.{s}") for joint in ("hip", "knee", "ankle"))
            out[side] = hinge_to_down(knee - hip), hinge_to_down(ankle - knee)
        return out

    def _arms(self, at: Mapping[str, float]) -> dict[str, FloatArray]:
        """Turns in the axes of the chest."""
        out: dict[str, FloatArray] = {}
        for side, s, sign in (("left", "L", 1), ("right", "R", -1)):
            raised, outwards, turned = (at[f"{side}_arm{way}"] for way in ("", "_out", "_turn"))
            upper = about_x(-raised) @ about_y(-sign * outwards) @ about_z(sign * turned)
            fore = upper @ about_x(-at[f"{side}_elbow"])
            palm = sign * at[f"{side}_forearm"]
            hand = about_z(palm) @ about_y(-sign * at[f"{side}_wrist"]) @ about_x(-at[f"{side}_wrist_side"])
            out[f"upperarm01.{s}"] = upper @ self._hang[f"upperarm01.{s}"]
            out[f"lowerarm01.{s}"] = fore @ self._hang[f"lowerarm01.{s}"]
            out[f"lowerarm02.{s}"] = fore @ about_z(0.5 * palm) @ self._hang[f"lowerarm01.{s}"]
            out[f"wrist.{s}"] = fore @ hand @ self._hang[f"wrist.{s}"]
        return out


def _hanging(hinge: FloatArray, along: FloatArray) -> FloatArray:
    """The rotation that makes a resting arm bone hang down with its elbow's hinge along -x."""
    across = unit(hinge - (hinge @ along) * along)
    rest = np.stack([across, along, np.cross(across, along)], 1)
    x, down = np.array([-1.0, 0, 0]), np.array([0, 0, -1.0])
    return np.asarray(np.stack([x, down, np.cross(x, down)], 1) @ rest.T)


def _about(axis: FloatArray, degrees: float) -> FloatArray:
    angle = np.radians(degrees)
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k)
