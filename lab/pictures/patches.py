"""Named places on the skin that touch floor, walls and things: ``left_heel``, ``right_thigh_back 0.3``, ``head_back``.

A place along a limb has a number behind its name: 0 at the limb's upper end, 1 at its lower end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from lab.dress import body_vertices
from lab.mesh import IntArray
from lab.pictures.rig import Rig
from lab.rotation import FloatArray, unit

BoolArray = npt.NDArray[np.bool_]
Point = tuple[float, float, float]

LIMBS = {
    "thigh": ("upperleg01", "lowerleg01"),
    "shank": ("lowerleg01", "foot"),
    "upperarm": ("upperarm01", "lowerarm01"),
    "forearm": ("lowerarm01", "wrist"),
}
# Which way a limb's places look in the resting left limb; the right one's are mirrored.
LOOKS: dict[str, Point] = {
    "front": (0, -1, 0),
    "back": (0, 1, 0),
    "outer": (1, 0, 0),
    "inner": (-1, 0, 0),
    "outer_front": (0.7, -0.7, 0),
}
MOST = 24  # vertices kept of one place


@dataclass(frozen=True)
class Spot:
    """The skin within ``radius`` of a point, as far as it lies within ``depth`` of the furthest in a direction; metres.

    ``away``: from the bone's beginning to that point. All for the left side.
    """

    bone: str
    away: Point
    radius: float
    direction: Point
    depth: float


SPOTS = {
    "knee": Spot("lowerleg01", (0, -0.05, -0.02), 0.075, (0, -1, -0.35), 0.02),
    "knee_inner": Spot("lowerleg01", (0, 0, 0), 0.09, (-1, 0, 0), 0.015),
    "knee_outer": Spot("lowerleg01", (0, 0, 0), 0.09, (1, 0, 0), 0.015),
    "knee_back": Spot("lowerleg01", (0, 0, 0), 0.09, (0, 1, 0), 0.02),
    "ankle_outer": Spot("foot", (0, 0, 0), 0.07, (1, 0, 0), 0.012),
    "ankle_inner": Spot("foot", (0, 0, 0), 0.07, (-1, 0, 0), 0.012),
    "ankle_front": Spot("foot", (0, 0, 0.01), 0.08, (0, -1, 0.3), 0.015),
    "buttock": Spot("upperleg01", (-0.02, 0.08, -0.06), 0.09, (0, 0.45, -1), 0.02),
    "buttock_back": Spot("upperleg01", (-0.01, 0.1, 0.02), 0.08, (0, 1, 0), 0.02),
    "buttock_outer": Spot("upperleg01", (0.03, 0.08, 0.05), 0.08, (0.7, 0.8, 0.2), 0.02),
    "hip_outer": Spot("upperleg01", (0.07, 0.01, 0.02), 0.09, (1, 0, 0), 0.02),
    "hip_outer_front": Spot("upperleg01", (0.06, -0.03, 0.03), 0.09, (0.75, -0.65, 0), 0.015),
    "hip_upper": Spot("upperleg01", (0.06, -0.01, 0.08), 0.06, (1, -0.2, 0), 0.015),
    "hip_crease": Spot("upperleg01", (0.0, -0.06, 0.03), 0.07, (0.1, -1, 0), 0.015),
    "elbow": Spot("lowerarm01", (0, 0, 0), 0.07, (0, 1, 0), 0.02),
    "shoulder": Spot("upperarm01", (0, 0, 0), 0.1, (1, 0, 0.3), 0.025),
}


@dataclass(frozen=True)
class Band:
    """The skin of the trunk's or head's middle within ``half`` metres of a height, furthest in a direction."""

    bone: str
    above: float
    half: float
    direction: Point
    depth: float


BANDS = {
    "sacrum": Band("upperleg01.L", 0.06, 0.05, (0, 1, 0), 0.02),
    "low_back": Band("spine04", 0.0, 0.05, (0, 1, 0), 0.02),
    "upper_back": Band("spine01", 0.0, 0.06, (0, 1, 0), 0.02),
    "belly": Band("spine04", 0.0, 0.05, (0, -1, 0), 0.02),
    "chest": Band("spine01", 0.0, 0.07, (0, -1, 0), 0.03),
    "pubis": Band("upperleg01.L", 0.02, 0.04, (0, -1, 0), 0.02),
    "head_back": Band("eye.L", 0.0, 0.12, (0, 1, -0.15), 0.015),
    "nape": Band("neck01", 0.02, 0.03, (0, 1, 0), 0.02),
    "forehead": Band("eye.L", 0.05, 0.03, (0, -1, 0.1), 0.02),
}
HEAD = {"head_back", "forehead"}
# Parts of the foot by the share of its length from the heel, and of the hand by the share of the way to the knuckles.
SOLES = {"heel": (-0.1, 0.25), "midfoot": (0.4, 0.62), "ball": (0.62, 0.78), "toes": (0.86, 1.1)}
HANDS = {"palm": (0.0, 0.7, 0.004), "hand": (0.6, 1.2, 0.004), "fingertips": (1.75, 9.0, -0.01)}


class UnknownPlaceError(ValueError):
    """A pose names a place that there isn't."""


class Places:
    """The places of one body; found once each."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._skin = body_vertices()
        self._rest = rig.body.rest[self._skin]
        self._owner = np.array(rig.names)[rig.weights[self._skin].argmax(1)]
        self._ends = np.array([name[-1] for name in self._owner])
        self.find = cache(self._find)

    def _find(self, name: str) -> IntArray:
        """Indices into the body's vertices.

        Raises
        ------
        UnknownPlaceError: there is no such place.
        """
        word, _, along = name.partition(" ")
        side, _, rest = word.partition("_")
        try:
            chosen = self._sided(side, rest, along) if side in {"left", "right"} else self._band(word)
        except (KeyError, ValueError):
            raise UnknownPlaceError(f"There is no place {name!r} on the body.") from None
        found = self._skin[chosen]
        if not len(found):
            raise UnknownPlaceError(f"There is no skin at {name!r}.")
        return np.asarray(found[np.linspace(0, len(found) - 1, min(MOST, len(found))).astype(int)])

    def _bone(self, name: str) -> FloatArray:
        return self._rig.body.bone(name)

    def _extreme(self, among: BoolArray, direction: FloatArray, depth: float) -> BoolArray:
        """Those of ``among`` that lie within ``depth`` metres of the furthest one in a direction."""
        height = self._rest @ direction
        return np.asarray(among & (height > height[among].max() - depth))

    def _sided(self, side: str, rest: str, along: str) -> BoolArray:
        s, mirror = side[0].upper(), np.array([1.0 if side == "left" else -1.0, 1, 1])
        if along:
            limb, _, look = rest.partition("_")
            start, end = (self._bone(f"{name}.{s}") for name in LIMBS[limb])
            return self._limb(start, end, np.array(LOOKS[look]) * mirror, mirror[0], float(along))
        if rest in SPOTS:
            spot = SPOTS[rest]
            away = np.linalg.norm(self._rest - self._bone(f"{spot.bone}.{s}") - spot.away * mirror, axis=1)
            return self._extreme(away < spot.radius, np.array(spot.direction) * mirror, spot.depth)
        if rest in SOLES or rest == "instep":
            return self._foot(s, rest)
        return self._hand(side, s, rest)

    def _limb(self, start: FloatArray, end: FloatArray, look: FloatArray, sign: float, along: float) -> BoolArray:
        axis, length = unit(end - start), float(np.linalg.norm(end - start))
        away = self._rest - start
        place = away @ axis
        radial = away - np.outer(place, axis)
        reach = np.linalg.norm(radial, axis=1)
        facing = radial @ unit(look - (look @ axis) * axis) / (reach + 1e-9)
        towards = (reach < 0.14) & (sign * self._rest[:, 0] > -0.01) & (facing > 0.9)
        # Where the skin has few vertices the nearest ones may be a little further up or down.
        away_along = np.abs(place - along * length)
        return np.asarray(towards & (away_along < max(0.018, float(away_along[towards].min()) + 0.01)))

    def _foot(self, s: str, rest: str) -> BoolArray:
        foot = np.array([name.startswith(("foot", "toe")) for name in self._owner]) & (self._ends == s)
        heel, toe, low = self._rest[foot, 1].max(), self._rest[foot, 1].min(), self._rest[foot, 2].min()
        part = (heel - self._rest[:, 1]) / (heel - toe)
        if rest == "instep":
            on_top = self._rest[:, 2] > self._bone(f"toe3-1.{s}")[2] + 0.012
            return np.asarray(foot & (part > 0.45) & (part < 0.8) & on_top)
        first, last = SOLES[rest]
        return np.asarray(foot & (self._rest[:, 2] < low + 0.014) & (part > first) & (part < last))

    def _hand(self, side: str, s: str, rest: str) -> BoolArray:
        hand = np.array([name.startswith(("wrist", "metacarpal", "finger")) for name in self._owner]) & (
            self._ends == s
        )
        wrist, knuckle = self._bone(f"wrist.{s}"), self._bone(f"finger3-1.{s}")
        along = (self._rest - wrist) @ (knuckle - wrist) / ((knuckle - wrist) @ (knuckle - wrist))
        depth = (self._rest - (wrist + knuckle) / 2) @ self._rig.palm[side]
        if rest == "hand_back":
            return np.asarray(hand & (along > 0.4) & (along < 1.0) & (depth < -0.008))
        if rest == "hand_edge":
            little = unit(self._bone(f"finger5-1.{s}") - self._bone(f"finger2-1.{s}"))
            return self._extreme(hand & (along > 0.2) & (along < 1.0), little, 0.02)
        first, last, deep = HANDS[rest]
        return np.asarray(hand & (along > first) & (along < last) & (depth > deep))

    def _band(self, word: str) -> BoolArray:
        band = BANDS[word]
        middle = (np.abs(self._rest[:, 0]) < 0.08) & ((self._owner == "head") == (word in HEAD))
        near = np.abs(self._rest[:, 2] - self._bone(band.bone)[2] - band.above) < band.half
        return self._extreme(middle & near, np.array(band.direction, dtype=np.float64), band.depth)
