"""Which sensor sits on which segment."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from coxa.errors import InputError
from coxa.motion import FloatArray, Orientations

BoolArray = npt.NDArray[np.bool_]
_LEG = ("thigh", "shank")
SEGMENTS = ("pelvis", "left_thigh", "right_thigh", "left_shank", "right_shank", "trunk")
_WORDS = {
    "pelvis": ("pelvis", "sacrum", "hips"),
    "trunk": ("trunk", "torso", "sternum", "chest", "thorax"),
    "thigh": ("thigh", "femur", "upperleg", "upleg"),
    "shank": ("shank", "tibia", "lowerleg", "calf"),
}
_SIDE_WORDS = {"left": ("left", "l"), "right": ("right", "r")}
CLEAR = 0.25
"""By how much one reading of the movement must fit better than the next, of about 1 at most."""


def sensor_assignment(recording: Orientations, given: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The sensor's name of each segment, and sentences on what was found out.

    What is given counts. Then sensors whose names say it (``left_thigh``, ``femur_r_imu``). Then, for five sensors of
    pelvis, thighs and shanks, the movement: the pelvis tilts least; a knee is a hinge that bends one way only; a thigh
    tilts less than its shank and goes forwards of the pelvis more than back. Where any of that isn't clear, it is asked
    for. Left and right can't be told from orientations: of one leg, at least one sensor must be given or named.

    Raises
    ------
    InputError: an unknown segment or sensor, one sensor for two segments, or no clear assignment.
    """
    _check(recording, given)
    found = {**_by_name(recording.names), **given}
    if len(set(found.values())) < len(found):
        found = dict(given)
    if "pelvis" in found and any(f"{side}_thigh" in found for side in ("left", "right")):
        return found, ()
    legs, pelvis = _legs_by_movement(recording)
    if found.get("pelvis", pelvis) != pelvis:
        raise InputError(f"{recording.source.name}: by its movement the pelvis's sensor is {pelvis}; give all sensors.")
    sides = {
        side: leg for side in ("left", "right") for leg in legs if {found.get(f"{side}_{p}") for p in _LEG} & {*leg}
    }
    if not sides or len(set(sides.values())) < len(sides):
        shown = " and ".join(" with ".join(leg) for leg in legs)
        raise InputError(
            f"{recording.source.name}: {pelvis} seems to be the pelvis, and one leg each {shown}; which leg is left "
            "can't be told from the movement: say it with --sensors left_thigh=...,right_thigh=..."
        )
    for side, other in (("left", "right"), ("right", "left")):
        if side not in sides:
            sides[side] = next(leg for leg in legs if leg != sides[other])
    guess = {"pelvis": pelvis}
    for side, leg in sides.items():
        thigh, shank = _thigh_first(recording, pelvis, leg, {part: found.get(f"{side}_{part}") for part in _LEG})
        guess |= {f"{side}_thigh": thigh, f"{side}_shank": shank}
    listed = ", ".join(f"{segment} {sensor}" for segment, sensor in guess.items())
    return guess, (f"The sensors were told from the movement: {listed}.",)


def _check(recording: Orientations, given: Mapping[str, str]) -> None:
    for segment, sensor in given.items():
        if segment not in SEGMENTS:
            raise InputError(f"'{segment}' is no segment; choose from {', '.join(SEGMENTS)}.")
        if sensor not in recording.names:
            raise InputError(
                f"{recording.source.name} has no sensor '{sensor}'; it has {', '.join(recording.names[:20])}."
            )
    twice = [one for one, other in combinations(given.values(), 2) if one == other]
    if twice:
        raise InputError(f"the sensor {twice[0]} is given for two segments.")


def _by_name(names: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        flat = "".join(sign if sign.isalnum() else " " for sign in name.casefold())
        squeezed = flat.replace(" ", "")
        part = next((part for part, words in _WORDS.items() if any(word in squeezed for word in words)), None)
        parts = set(flat.split())
        side = next((s for s, words in _SIDE_WORDS.items() if parts & set(words) or words[0] in squeezed), None)
        segment = part if part in ("pelvis", "trunk") else f"{side}_{part}" if side and part else None
        if segment is not None:
            found.setdefault(segment, name)
    return found


def rotations(quaternions: FloatArray) -> tuple[Rotation, BoolArray]:
    """Rotations of (frames, 4) scalar-first quaternions, with the identity where one is missing, and where it isn't."""
    there = np.asarray(np.isfinite(quaternions).all(axis=1))
    filled = np.where(np.expand_dims(there, 1), quaternions, (1.0, 0.0, 0.0, 0.0))
    return Rotation.from_quat(filled[:, [1, 2, 3, 0]]), there


def _legs_by_movement(recording: Orientations) -> tuple[list[tuple[str, str]], str]:
    """The two sensors of each leg, in no order, and the one of the pelvis, by how five sensors move."""
    names = recording.names
    if len(names) != 5:
        raise InputError(
            f"{recording.source.name}: which of the sensors {', '.join(names[:20])} sits where can't be told; "
            "say it with --sensors pelvis=...,left_thigh=...,right_thigh=..."
        )
    (least, pelvis), (next_least, _) = sorted((_tilting(recording, name), name) for name in names)[:2]
    if least > (1 - CLEAR) * next_least:
        raise InputError(
            f"{recording.source.name}: which sensor sits on the pelvis isn't clear; give it with --sensors."
        )
    a, b, c, d = (name for name in names if name != pelvis)
    ways = sorted(
        (_unlike_hinge(recording, *one) + _unlike_hinge(recording, *two), [one, two])
        for one, two in (((a, b), (c, d)), ((a, c), (b, d)), ((a, d), (b, c)))
    )
    if ways[1][0] - ways[0][0] < CLEAR:
        raise InputError(f"{recording.source.name}: which sensors share a leg isn't clear; give them with --sensors.")
    return ways[0][1], pelvis


def _thigh_first(
    recording: Orientations, pelvis: str, leg: tuple[str, str], known: Mapping[str, str | None]
) -> tuple[str, str]:
    """Thigh and shank of a leg: as known, else where both signs of the movement agree."""
    for thigh, shank in (leg, leg[::-1]):
        if known["thigh"] == thigh or known["shank"] == shank:
            return thigh, shank
    for thigh, shank in (leg, leg[::-1]):
        one_way = _unlike_hinge(recording, pelvis, shank) - _unlike_hinge(recording, pelvis, thigh)
        if one_way > CLEAR and _tilting(recording, thigh) < (1 - CLEAR / 2) * _tilting(recording, shank):
            return thigh, shank
    raise InputError(
        f"{recording.source.name}: which of {leg[0]} and {leg[1]} is the thigh isn't clear; give left_thigh and "
        "right_thigh with --sensors."
    )


def _moved(recording: Orientations, name: str) -> tuple[Rotation, BoolArray]:
    """How a sensor has turned since its first frame, in the world's axes."""
    turned, there = rotations(recording.sensor(name))
    if not there.any():
        raise InputError(f"{recording.source.name}: the sensor {name} holds no orientation.")
    return turned * turned[int(np.argmax(there))].inv(), there


def _unlike_hinge(recording: Orientations, first: str, second: str) -> float:
    """0 for two sensors that turn to each other like a one-way hinge, towards 2 for anything else."""
    (one, seen), (other, there) = _moved(recording, first), _moved(recording, second)
    turn = (one.inv() * other)[seen & there].as_rotvec()
    if len(turn) < 3 or not turn.any():
        return 2.0
    _, size, axes = np.linalg.svd(turn, full_matrices=False)
    along = turn @ axes[0]
    return float(size[1] / size[0] + 1 - abs(along.sum()) / np.abs(along).sum())


def _tilting(recording: Orientations, name: str) -> float:
    """Degrees (95th percentile) that a sensor leaned from where it began; turning about the vertical doesn't count."""
    moved, there = _moved(recording, name)
    lean = moved[there].as_matrix()[:, 2, 2]
    return float(np.degrees(np.quantile(np.arccos(np.clip(lean, -1, 1)), 0.95)))
