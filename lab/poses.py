"""The posture of every camera test at any point of its movement, with the cheats that people really do.

A posture is built as if the person looked towards -y or lay with the head at -x; ``scene.py`` turns it to the camera.
Amounts are degrees in the sense of docs/conventions.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from lab.body import PRONE, STANDING, SUPINE, Body, Leg, Pose
from lab.rotation import FloatArray, about_x, about_y, about_z

Arms = Mapping[str, tuple[FloatArray, FloatArray]]


@dataclass(frozen=True)
class Moment:
    """One instant of a test.

    Parameters
    ----------
    body: who does it.
    side: the tested side.
    amount: what the test measures, degrees, now.
    progress: 0 at rest to 1 at the end of the movement.
    style: small personal choices that stay the same through a clip, by name.
    cheats: degrees of each cheat at the end of the movement, by name.
    """

    body: Body
    side: str
    amount: float
    progress: float
    style: Mapping[str, float]
    cheats: Mapping[str, float] = field(default_factory=dict)

    @property
    def other(self) -> str:
        """The side that isn't tested."""
        return "left" if self.side == "right" else "right"

    def cheat(self, name: str) -> float:
        """Degrees of this cheat now; it grows with the movement, but for those that are there from the start."""
        return self.cheats.get(name, 0.0) * (1.0 if name.endswith("_off") else self.progress)

    def legs(self, tested: Leg, other: Leg) -> dict[str, Leg]:
        """The two legs by side."""
        return {self.side: tested, self.other: other}


@dataclass(frozen=True)
class Test:
    """A camera test: posture, where it starts, how far it goes, how the person faces the camera, and its cheats.

    ``view``: ``side`` or ``front``, ``above`` for a camera under the ceiling. ``ground``: what carries the body.
    ``feet`` for a camera beyond the feet of somebody who lies. ``cheats``: degrees of each cheat that makes a reading
    worthless or wrong.
    """

    posture: Callable[[Moment], Pose]
    start: float
    ends: tuple[float, float]
    position: str
    cheats: Mapping[str, tuple[float, float]]
    view: str = "side"
    ground: str = "floor"


def straight_leg_raise(now: Moment) -> Pose:
    """Supine, the straight leg rises; the amount is the thigh's, and the leg's when the knee stays straight."""
    roll = now.cheat("pelvis_roll")
    tested = Leg(now.amount - roll, 1, 5, now.cheat("knee_bend"), now.style["ankle"])
    return _supine(now, tested, roll)


def active_knee_extension(now: Moment) -> Pose:
    """Supine, the thigh vertical, the knee straightens; the amount is the knee's remaining flexion."""
    roll = now.cheat("pelvis_roll")
    thigh = 90 + now.style["thigh"] + now.cheat("thigh_off")
    return _supine(now, Leg(thigh - roll, 1, 0, now.amount, -5), roll)


def hip_flexion_knee_bent(now: Moment) -> Pose:
    """Supine, the knee comes to the chest; the amount is the thigh's."""
    roll = now.cheat("pelvis_roll") + now.style["roll"] * now.progress
    tested = Leg(now.amount - roll, 0, 0, min(1.1 * now.amount + 5, 138), -10)
    pose = _supine(now, tested, roll)
    reach = _sides((0.15, -0.35, -0.85), (-0.05, -0.95, -0.2))
    return replace(pose, arms=_blend(pose.arms, reach, now.progress))


def hip_abduction_supine(now: Moment) -> Pose:
    """Supine, the straight leg slides out."""
    tested = Leg(0, now.amount, 3 + now.cheat("turn_out"), 0, -10)
    return _supine(now, tested, 0)


def modified_thomas(now: Moment) -> Pose:
    """On the back at the table's end: both knees at the chest, then one leg hangs; the amount is its thigh's."""
    tilt = -now.cheat("arched_back")
    knee = 120 + (now.style["hanging_knee"] - 120) * now.progress
    tested = Leg(now.amount - tilt, 1, 0, knee, -15)
    held = Leg(122 - tilt - now.cheat("other_leg_down"), 0, 0, 130 - 0.5 * now.cheat("other_leg_down"), -10)
    hands = {
        now.other: ((0.15, -0.35, -0.8), (-0.25, -0.9, -0.3)),
        now.side: ((0.12, -0.35, -0.8), (-0.45, -0.9, -0.3)),
    }
    arms = {side: _outwards(side, *hands[side]) for side in hands}
    return Pose(SUPINE @ about_x(-tilt), now.legs(tested, held), lumbar=tilt, arms=arms, neck_flexion=now.style["neck"])


def prone_knee_bend(now: Moment) -> Pose:
    """Face down, the knee bends."""
    tilt = now.cheat("buttock_rises")
    return _prone(now, Leg(tilt, 2, 0, now.amount, -20), tilt)


def hip_extension_prone(now: Moment) -> Pose:
    """Face down, the leg lifts; the amount is the thigh's rise."""
    tilt = now.cheat("buttock_rises")
    return _prone(now, Leg(tilt - now.amount, 2, 0, now.cheat("knee_bend"), -35), tilt)


def _seated_rotation(now: Moment, outward: int) -> Pose:
    apart = 4 + now.style["apart"]
    lift = now.cheat("thigh_lifts")
    tested = Leg(90 + lift, apart, outward * now.amount, 90 + lift, 0, flexion_first=True)
    other = Leg(90, apart, 0, 90, 0, flexion_first=True)
    lean = now.cheat("trunk_lean") * (1 if now.side == "left" else -1)
    arms = _sides((0.2, -0.25, -1), (-0.05, -0.8, -0.5))
    return Pose(STANDING, now.legs(tested, other), arms=arms, neck_flexion=8, lumbar_side=lean)


def hip_internal_rotation(now: Moment) -> Pose:
    """Sitting, the foot swings outwards."""
    return _seated_rotation(now, -1)


def hip_external_rotation(now: Moment) -> Pose:
    """Sitting, the foot swings inwards."""
    return _seated_rotation(now, 1)


def hip_abduction_standing(now: Moment) -> Pose:
    """Standing, facing the camera, the straight leg lifts sideways; the amount is the leg's against vertical."""
    tilt, sign = now.cheat("pelvis_tilt"), 1 if now.side == "left" else -1
    legs = now.legs(Leg(0, now.amount - tilt), Leg(0, 1 + tilt))
    arms = _sides((0.5, 0.0, -0.9), (-0.75, -0.35, -0.35)) if now.style["arms"] < 0.5 else _hanging(now)
    lean = sign * (tilt - now.cheat("trunk_lean"))
    return Pose(about_y(-sign * tilt), legs, lumbar_side=lean, arms=arms)


def weight_bearing_lunge(now: Moment) -> Pose:
    """The tested foot in front, its shin leans forward; the amount is the shin against vertical."""
    lean, heel = now.amount, now.cheat("heel_lifts")
    flexion = 22 + 0.8 * now.amount
    front = Leg(flexion, 0, 0, flexion + lean, lean - heel, flexion_first=True)
    rear = _rear_leg(now.body, flexion, lean)
    arms = _sides((0.2, -0.3, -1), (-0.3, -1, -0.2))
    return Pose(
        about_x(now.style["lean"]),
        now.legs(_plus(front, now.style["lean"]), _plus(rear, now.style["lean"])),
        arms=arms,
    )


def hip_hinge(now: Moment) -> Pose:
    """Standing, the trunk tips forward over nearly straight knees; the amount is the hip's flexion."""
    knee = (12 + 8 * now.style["arms"]) * now.progress + now.cheat("knees_bend")
    shin = 0.3 * now.cheat("knees_bend")
    trunk = now.amount - knee + shin
    lumbar = now.cheat("back_rounds")
    return _both_feet(now, trunk, knee, shin, lumbar, ((0.08, -0.1, -1), (0.0, -0.15, -1)))


def deep_squat(now: Moment) -> Pose:
    """Both legs bend; the amount is the knee's flexion, the trunk and shin follow as in the prototype's battery."""
    knee = now.amount
    shin = float(np.interp(knee, [0, 30, 60, 90, 110, 125, 135], [0, 12, 22, 30, 33, 35, 36])) + now.style["shin"]
    trunk = (
        float(np.interp(knee, [0, 30, 60, 90, 125, 135], [0, 15, 28, 38, 40, 36])) + now.style["trunk"] * now.progress
    )
    lumbar = now.style["roll"] * now.progress + now.cheat("back_rounds")
    return _both_feet(now, trunk, knee, shin * min(1.0, knee / 20), lumbar, ((0.1, -1, -0.05), (0.0, -1, 0.0)))


def toe_touch(now: Moment) -> Pose:
    """Standing, knees straight, the back rounds and the hands go down to the feet; the amount is the whole bend."""
    knee = 3 * now.progress + now.cheat("knees_bend")
    shin = 0.3 * now.cheat("knees_bend") - 4 * now.progress
    tilt, spine = 0.62 * now.amount, 0.2 * now.amount + now.style["roll"] * now.progress
    leg = Leg(tilt + knee - shin, 4, 0, knee, shin, flexion_first=True)
    chest = about_x(tilt + 2 * spine)
    down = {side: _outwards(side, (0.06, -0.12, -1), (-0.04, -0.12, -1)) for side in ("left", "right")}
    arms = {side: (chest.T @ upper, chest.T @ fore) for side, (upper, fore) in down.items()}
    return Pose(
        about_x(tilt),
        legs={"left": leg, "right": leg},
        lumbar=spine,
        thoracic=spine,
        arms=dict(_blend(_hanging(now), arms, min(1.0, 2 * now.progress))),
        neck_flexion=10 * now.progress,
    )


def standing(now: Moment) -> Pose:
    """Somebody who stands by."""
    return Pose(STANDING, now.legs(Leg(2, 3, 5, 3), Leg(-2, 3, 5, 2)), arms=_hanging(now))


def walking(stride: float) -> Pose:
    """Somebody who walks past; ``stride`` in radians of the step's cycle."""
    swing = 24 * np.sin(stride)
    legs = {
        side: Leg(s * swing + 6, 1, 5, 12 + 28 * max(0.0, s * float(np.cos(stride))), 0)
        for side, s in (("left", 1), ("right", -1))
    }
    arms = {
        side: _outwards(side, (0.2, s * 0.35 * np.sin(stride), -1), (0.1, s * 0.35 * np.sin(stride) - 0.25, -1))
        for side, s in (("left", 1), ("right", -1))
    }
    return Pose(STANDING, legs, arms=arms)


def _supine(now: Moment, tested: Leg, roll: float) -> Pose:
    """On the back; ``roll`` tilts the pelvis backwards while the thighs stay where they are and the chest lies flat."""
    lifted = now.cheat("other_leg_lifts")
    other = Leg(lifted - roll, 3, 10, 0, -20)
    other = replace(
        other, knee=now.cheat("other_knee_bends"), flexion=other.flexion + 0.5 * now.cheat("other_knee_bends")
    )
    folded = now.style["arms"] < 0.4
    arms = _sides((0.35, -0.45, -0.9), (-0.85, -0.35, 0.25)) if folded else _hanging(now)
    return Pose(
        SUPINE @ about_x(-roll),
        now.legs(tested, other),
        lumbar=roll,
        arms=arms,
        neck_flexion=now.style["neck"],
        neck_turn=now.style["turn"],
    )


def _prone(now: Moment, tested: Leg, tilt: float) -> Pose:
    """Face down; ``tilt`` tips the pelvis forwards while the other thigh and the chest lie flat."""
    under_head = _sides((0.95, -0.05, 0.35), (-0.5, -0.1, 0.85))
    arms = under_head if now.style["arms"] < 0.6 else _sides((0.25, 0.0, -1), (0.1, -0.05, -1))
    turn = 62 if now.style["turn"] > 0 else -62
    other = Leg(tilt, 3, 0, 0, -45)
    return Pose(PRONE @ about_x(tilt), now.legs(tested, other), lumbar=-tilt, arms=arms, neck_turn=turn)


def _prone_rotation(now: Moment, outward: int) -> Pose:
    """Face down, the knee bent to a right angle; ``pelvis_rolls`` turns the whole body about its length."""
    sign, roll = (1 if now.side == "left" else -1), now.cheat("pelvis_rolls")
    tested = Leg(0, 2, outward * (now.amount - roll), 90 + now.style["thigh"] + now.cheat("knee_off"), -5)
    other = Leg(0, 4, outward * roll, 0, -45)
    flat = _prone(now, tested, 0)
    return replace(flat, root=PRONE @ about_z(sign * outward * roll), legs=now.legs(tested, other))


def hip_internal_rotation_0(now: Moment) -> Pose:
    """Face down, the foot swings outwards."""
    return _prone_rotation(now, -1)


def hip_external_rotation_0(now: Moment) -> Pose:
    """Face down, the foot swings inwards, over the other leg."""
    return _prone_rotation(now, 1)


def _both_feet(
    now: Moment, trunk: float, knee: float, shin: float, lumbar: float, reach: tuple[tuple[float, ...], ...]
) -> Pose:
    leg = Leg(trunk + knee - shin, 8 if now.amount else 4, 0, knee, shin, flexion_first=True)
    chest = about_x(trunk + lumbar)
    ahead = {side: _outwards(side, *reach) for side in ("left", "right")}
    arms = {side: (chest.T @ upper, chest.T @ fore) for side, (upper, fore) in ahead.items()}
    arms = dict(_blend(_hanging(now), arms, now.progress))
    return Pose(about_x(trunk), legs={"left": leg, "right": leg}, lumbar=lumbar, arms=arms, neck_flexion=-0.5 * trunk)


def _rear_leg(body: Body, flexion: float, lean: float) -> Leg:
    """The rear leg whose toes reach the floor while the front foot stands on it."""
    hip, knee, ankle, toe = (body.bone(f"{name}.L") for name in ("upperleg01", "lowerleg01", "foot", "toe3-1"))
    thigh, shank, foot = (float(np.linalg.norm(b - a)) for a, b in ((hip, knee), (knee, ankle), (ankle, toe)))
    height = thigh * np.cos(np.radians(flexion)) + shank * np.cos(np.radians(lean))
    bend, best = 22.0, Leg()
    error = np.inf
    for back in np.arange(0, 60, 0.5):
        heel = max(0.0, back + bend - 25)
        drop = thigh * np.cos(np.radians(back)) + shank * np.cos(np.radians(back + bend))
        drop += foot * np.sin(np.radians(heel)) * 0.9
        if abs(drop - height) < error:
            error = abs(drop - height)
            best = Leg(-float(back), 0, 0, bend, back + bend - heel, flexion_first=True)
    return best


def _plus(leg: Leg, flexion: float) -> Leg:
    return replace(leg, flexion=leg.flexion + flexion)


def _hanging(now: Moment) -> Arms:
    out, forward = 0.2 + 0.06 * now.style["neck"] / 10, 0.08 + 0.05 * now.style["turn"] / 8
    return _sides((out, -forward, -1), (0.10, -forward - 0.1, -1))


def _sides(upper: tuple[float, ...], fore: tuple[float, ...]) -> Arms:
    return {side: _outwards(side, upper, fore) for side in ("left", "right")}


def _outwards(side: str, upper: tuple[float, ...], fore: tuple[float, ...]) -> tuple[FloatArray, FloatArray]:
    mirror = np.array([1.0 if side == "left" else -1.0, 1, 1])
    return np.array(upper) * mirror, np.array(fore) * mirror


def _blend(first: Arms, second: Arms, part: float) -> Arms:
    return {
        side: (
            first[side][0] * (1 - part) + second[side][0] * part,
            first[side][1] * (1 - part) + second[side][1] * part,
        )
        for side in first
    }


TESTS: dict[str, Test] = {
    "straight_leg_raise": Test(
        straight_leg_raise,
        0,
        (25, 95),
        "supine",
        {"knee_bend": (18, 40), "pelvis_roll": (12, 22), "other_leg_lifts": (10, 25)},
    ),
    "active_knee_extension": Test(
        active_knee_extension,
        92,
        (2, 60),
        "supine",
        {"thigh_off": (-30, -15), "other_leg_lifts": (10, 25), "pelvis_roll": (12, 20)},
    ),
    "modified_thomas_hip": Test(
        modified_thomas,
        100,
        (-18, 25),
        "supine",
        {"arched_back": (10, 20), "other_leg_down": (35, 60)},
        ground="table",
    ),
    "hip_flexion_knee_bent": Test(
        hip_flexion_knee_bent,
        0,
        (85, 130),
        "supine",
        {"pelvis_roll": (15, 25), "other_knee_bends": (25, 50)},
    ),
    "prone_knee_bend": Test(prone_knee_bend, 3, (75, 135), "prone", {"buttock_rises": (12, 22)}),
    "hip_extension_prone": Test(
        hip_extension_prone, 0, (4, 25), "prone", {"knee_bend": (30, 60), "buttock_rises": (8, 15)}
    ),
    "hip_internal_rotation_90": Test(
        hip_internal_rotation,
        0,
        (12, 45),
        "seated",
        {"trunk_lean": (12, 20), "thigh_lifts": (12, 22)},
        "front",
        "bench",
    ),
    "hip_external_rotation_90": Test(
        hip_external_rotation,
        0,
        (12, 45),
        "seated",
        {"trunk_lean": (12, 20), "thigh_lifts": (12, 22)},
        "front",
        "bench",
    ),
    "hip_abduction_standing": Test(
        hip_abduction_standing, 0, (12, 50), "standing", {"pelvis_tilt": (8, 15), "trunk_lean": (12, 25)}, "front"
    ),
    "hip_abduction_supine": Test(hip_abduction_supine, 0, (12, 50), "supine", {"turn_out": (25, 45)}, "above"),
    "weight_bearing_lunge": Test(weight_bearing_lunge, 0, (18, 45), "standing", {"heel_lifts": (10, 20)}),
    "hip_hinge": Test(hip_hinge, 0, (45, 100), "standing", {"knees_bend": (30, 55), "back_rounds": (25, 45)}),
    "deep_squat": Test(deep_squat, 0, (60, 130), "standing", {"back_rounds": (15, 30)}),
    "fingertip_to_floor": Test(toe_touch, 0, (55, 115), "standing", {"knees_bend": (20, 40)}),
    "hip_internal_rotation_0": Test(
        hip_internal_rotation_0, 0, (10, 45), "prone", {"pelvis_rolls": (10, 20), "knee_off": (-40, -25)}, "feet"
    ),
    "hip_external_rotation_0": Test(
        hip_external_rotation_0, 0, (10, 50), "prone", {"pelvis_rolls": (10, 20), "knee_off": (-40, -25)}, "feet"
    ),
}
