"""Named places on the skin that touch floor, walls and things: ``left_heel``, ``right_thigh_back 0.3``, ``head_back``.

A place along a limb has a number behind its name: 0 at the limb's upper end, 1 at its lower end.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from lab.dress import body_vertices
from lab.mesh import IntArray
from lab.pictures.rig import Rig
from lab.rotation import FloatArray, unit

# Which way a limb's places look in the resting body: front, back, and away from or towards the other limb.
LIMB_SIDES = ("front", "back", "outer", "inner", "outer_front")
LIMBS = {"thigh": ("upperleg01", "lowerleg01"), "shank": ("lowerleg01", "foot"), "forearm": ("lowerarm01", "wrist")}
MOST = 24  # vertices kept of one place


class UnknownPlace(ValueError):
    """A pose names a place that there isn't."""


class Places:
    """The places of one body; found once each."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._skin = body_vertices()
        self._rest = rig.body.rest[self._skin]
        owner = rig.weights[self._skin].argmax(1)
        self._owner = np.array(rig.names)[owner]
        self.find = cache(self._find)

    def _find(self, name: str) -> IntArray:
        """Indices into the body's vertices."""
        word, _, along = name.partition(" ")
        side, _, rest = word.partition("_")
        try:
            if side in {"left", "right"}:
                chosen = self._sided(side, rest, float(along) if along else None)
            else:
                chosen = self._middle(word)
        except (KeyError, ValueError):
            raise UnknownPlace(f"There is no place {name!r} on the body.") from None
        if not chosen.any():
            raise UnknownPlace(f"There is no skin at {name!r}.")
        found = self._skin[chosen]
        return np.asarray(found[np.linspace(0, len(found) - 1, min(MOST, len(found))).astype(int)])

    def _owned(self, *bones: str) -> FloatArray:
        return np.isin(self._owner, bones)

    def _near(self, point: FloatArray, radius: float) -> FloatArray:
        return np.asarray(np.linalg.norm(self._rest - point, axis=1) < radius)

    def _extreme(self, among: FloatArray, direction: tuple[float, float, float], depth: float) -> FloatArray:
        """Those of ``among`` that lie within ``depth`` metres of the furthest one in a direction."""
        height = self._rest @ np.array(direction)
        return np.asarray(among & (height > height[among].max() - depth))

    def _sided(self, side: str, rest: str, along: float | None) -> FloatArray:
        s, sign = side[0].upper(), 1.0 if side == "left" else -1.0
        bone = self._rig.body.bone
        for limb, (start, end) in LIMBS.items():
            if rest.startswith(f"{limb}_") and along is not None:
                look = rest.removeprefix(f"{limb}_")
                return self._on_limb(bone(f"{start}.{s}"), bone(f"{end}.{s}"), look, sign, along)
        hip, knee = bone(f"upperleg01.{s}"), bone(f"lowerleg01.{s}")
        if rest in {"heel", "ball", "toes", "sole_outer", "instep"}:
            return self._foot(s, rest, sign)
        if rest == "knee":
            return self._extreme(self._near(knee + (0, -0.05, -0.02), 0.075), (0, -1, -0.35), 0.02)
        if rest == "knee_inner":
            return self._extreme(self._near(knee, 0.09), (-sign, 0, 0), 0.015)
        if rest == "knee_outer":
            return self._extreme(self._near(knee, 0.09), (sign, 0, 0), 0.015)
        if rest == "buttock":
            return self._extreme(self._near(hip + (-0.02 * sign, 0.08, -0.06), 0.09), (0, 0.45, -1), 0.02)
        if rest == "buttock_back":
            return self._extreme(self._near(hip + (-0.01 * sign, 0.1, 0.02), 0.08), (0, 1, 0), 0.02)
        if rest == "buttock_outer":
            return self._extreme(self._near(hip + (0.03 * sign, 0.08, 0.05), 0.08), (0.7 * sign, 0.8, 0.2), 0.02)
        if rest == "hip_outer":
            return self._extreme(self._near(hip + (0.07 * sign, 0.01, 0.02), 0.09), (sign, 0, 0), 0.02)
        if rest == "hip_outer_front":
            return self._extreme(self._near(hip + (0.06 * sign, -0.03, 0.03), 0.09), (0.75 * sign, -0.65, 0), 0.015)
        if rest in {"palm", "fingertips", "hand", "hand_back", "hand_edge"}:
            return self._hand(side, s, rest)
        if rest == "elbow":
            elbow = bone(f"lowerarm01.{s}")
            return self._extreme(self._near(elbow, 0.07), (0, 1, 0), 0.02)
        if rest == "shoulder":
            return self._extreme(self._near(bone(f"upperarm01.{s}"), 0.1), (sign, 0, 0.3), 0.025)
        raise KeyError(rest)

    def _on_limb(self, start: FloatArray, end: FloatArray, look: str, sign: float, along: float) -> FloatArray:
        axis, length = unit(end - start), float(np.linalg.norm(end - start))
        away = self._rest - start
        place = away @ axis
        radial = away - np.outer(place, axis)
        reach = np.linalg.norm(radial, axis=1)
        direction = np.array(
            {
                "front": (0, -1.0, 0),
                "back": (0, 1.0, 0),
                "outer": (sign, 0, 0),
                "inner": (-sign, 0, 0),
                "outer_front": (0.7 * sign, -0.7, 0),
            }[look]
        )
        direction = unit(direction - (direction @ axis) * axis)
        facing = radial @ direction / (reach + 1e-9)
        ring = (np.abs(place - along * length) < 0.018) & (reach < 0.14) & (sign * self._rest[:, 0] > -0.01)
        return np.asarray(ring & (facing > 0.9))

    def _foot(self, s: str, rest: str, sign: float) -> FloatArray:
        bone = self._rig.body.bone
        foot = np.array([name.startswith(("foot.", "toe")) and name.endswith(s) for name in self._owner])
        heel_y, toe_y = self._rest[foot, 1].max(), self._rest[foot, 1].min()
        part = (heel_y - self._rest[:, 1]) / (heel_y - toe_y)
        low = self._rest[:, 2] < self._rest[foot, 2].min() + 0.014
        if rest == "heel":
            return np.asarray(foot & low & (part < 0.25))
        if rest == "ball":
            return np.asarray(foot & low & (part > 0.62) & (part < 0.78))
        if rest == "toes":
            return np.asarray(foot & low & (part > 0.86))
        if rest == "sole_outer":
            return np.asarray(foot & (sign * (self._rest[:, 0] - bone(f"foot.{s}")[0]) > 0.02) & low)
        return np.asarray(foot & (part > 0.45) & (part < 0.8) & (self._rest[:, 2] > bone(f"toe3-1.{s}")[2] + 0.012))

    def _hand(self, side: str, s: str, rest: str) -> FloatArray:
        bone, palm = self._rig.body.bone, self._rig.palm[side]
        hand = np.array(
            [name.startswith(("wrist", "metacarpal", "finger")) and name.endswith(s) for name in self._owner]
        )
        wrist, knuckle = bone(f"wrist.{s}"), bone(f"finger3-1.{s}")
        along = (self._rest - wrist) @ unit(knuckle - wrist) / np.linalg.norm(knuckle - wrist)
        depth = (self._rest - (wrist + knuckle) / 2) @ palm
        if rest == "palm":
            return np.asarray(hand & (along > 0.0) & (along < 0.7) & (depth > 0.004))
        if rest == "hand":
            return np.asarray(hand & (along > 0.6) & (along < 1.2) & (depth > 0.004))
        if rest == "hand_back":
            return np.asarray(hand & (along > 0.4) & (along < 1.0) & (depth < -0.008))
        if rest == "hand_edge":
            edge = bone(f"finger5-1.{s}") - bone(f"finger2-1.{s}")
            across = (self._rest - wrist) @ unit(edge)
            return np.asarray(hand & (along > 0.2) & (along < 1.0) & (across > across[hand].max() - 0.02))
        return np.asarray(hand & (along > 1.75) & (depth > -0.01))

    def _middle(self, word: str) -> FloatArray:
        bone = self._rig.body.bone
        centre = np.abs(self._rest[:, 0]) < 0.08
        hip = bone("upperleg01.L")[2]
        trunk = centre & ~self._owned("head")
        if word == "sacrum":
            return self._extreme(trunk & (np.abs(self._rest[:, 2] - hip - 0.06) < 0.05), (0, 1, 0), 0.02)
        if word == "low_back":
            return np.asarray(
                trunk & self._near(bone("spine04") + (0, 0.09, 0), 0.07) & (self._rest[:, 1] > bone("spine04")[1])
            )
        if word == "upper_back":
            return self._extreme(trunk & (np.abs(self._rest[:, 2] - bone("spine01")[2]) < 0.06), (0, 1, 0), 0.02)
        if word == "belly":
            return self._extreme(trunk & (np.abs(self._rest[:, 2] - bone("spine04")[2]) < 0.05), (0, -1, 0), 0.02)
        if word == "chest":
            return self._extreme(trunk & (np.abs(self._rest[:, 2] - bone("spine01")[2]) < 0.07), (0, -1, 0), 0.03)
        if word == "pubis":
            return self._extreme(trunk & (np.abs(self._rest[:, 2] - hip - 0.02) < 0.04), (0, -1, 0), 0.02)
        head = self._owned("head")
        if word == "head_back":
            return self._extreme(head & centre, (0, 1, -0.15), 0.015)
        if word == "forehead":
            return self._extreme(head & centre & (self._rest[:, 2] > bone("eye.L")[2] + 0.02), (0, -1, 0.1), 0.02)
        raise KeyError(word)
