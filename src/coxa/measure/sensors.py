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
    pelvis, thighs and shanks, the movement: the pelvis tilts least, and a knee is a hinge that bends one way only. Left
    and right can't be told from orientations: of one leg, at least one sensor must be given or named.

    Raises
    ------
    InputError: an unknown segment or sensor, one sensor for two segments, or no clear assignment.
    """
    _check(recording, given)
    found = {**_by_name(recording.names), **given}
    if len(set(found.values())) < len(found):
        found = dict(given)
    if _complete(found):
        return found, ()
    chains, pelvis = _chains(recording)
    legs = {
        side: leg for side in ("left", "right") for leg in chains if {found.get(f"{side}_{p}") for p in _LEG} & set(leg)
    }
    if not legs:
        shown = " and ".join(f"{thigh} (thigh) with {shank} (shank)" for thigh, shank in chains)
        raise InputError(
            f"{recording.source.name}: {pelvis} seems to be the pelvis, and one leg each {shown}; which leg is left "
            f"can't be told from the movement: say it with --sensors left_thigh={chains[0][0]} or right_thigh=..."
        )
    for side, other in (("left", "right"), ("right", "left")):
        if side not in legs:
            legs[side] = next(leg for leg in chains if leg != legs[other])
    guess = {"pelvis": pelvis, **{f"{side}_{p}": legs[side][i] for side in legs for i, p in enumerate(_LEG)}}
    if any(guess.get(segment, sensor) != sensor for segment, sensor in given.items()):
        raise InputError(f"{recording.source.name}: the movement contradicts the given sensors; give all of them.")
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


def _complete(found: Mapping[str, str]) -> bool:
    return "pelvis" in found and any(f"{side}_thigh" in found for side in ("left", "right"))


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


def _chains(recording: Orientations) -> tuple[list[tuple[str, str]], str]:
    """Thigh and shank of both legs, and the pelvis, by how five sensors move."""
    names = recording.names
    if len(names) != 5:
        raise InputError(
            f"{recording.source.name}: which of the sensors {', '.join(names[:20])} sits where can't be told; "
            "say it with --sensors pelvis=...,left_thigh=...,right_thigh=..."
        )
    moved = {}
    seen = {}
    for name in names:
        turned, there = rotations(recording.sensor(name))
        if not there.any():
            raise InputError(f"{recording.source.name}: the sensor {name} holds no orientation.")
        seen[name] = there
        moved[name] = turned * turned[int(np.argmax(there))].inv()
    tilt = sorted((_tilting(moved[name], seen[name]), name) for name in names)
    pelvis = tilt[0][1]
    if tilt[0][0] > (1 - CLEAR) * tilt[1][0]:
        raise InputError(
            f"{recording.source.name}: which sensor sits on the pelvis isn't clear; give it with --sensors."
        )

    def hinge(first: str, second: str) -> float:
        """0 for a one-way hinge, towards 2 for anything else."""
        both = seen[first] & seen[second]
        turn = (moved[first].inv() * moved[second])[both].as_rotvec()
        _, size, axes = np.linalg.svd(turn, full_matrices=False)
        along = turn @ axes[0]
        return float(size[1] / size[0] + 1 - abs(along.sum()) / max(np.abs(along).sum(), 1e-12))

    a, b, c, d = (name for name in names if name != pelvis)
    ways = sorted(
        (hinge(*one) + hinge(*two), (one, two)) for one, two in (((a, b), (c, d)), ((a, c), (b, d)), ((a, d), (b, c)))
    )
    if ways[1][0] - ways[0][0] < CLEAR:
        raise InputError(f"{recording.source.name}: which sensors share a leg isn't clear; give them with --sensors.")
    chains = []
    for pair in ways[0][1]:
        (near, thigh), (far, shank) = sorted((hinge(pelvis, name), name) for name in pair)
        if far - near < CLEAR:
            raise InputError(f"{recording.source.name}: thigh and shank can't be told apart; give them with --sensors.")
        chains.append((thigh, shank))
    return chains, pelvis


def _tilting(moved: Rotation, there: BoolArray) -> float:
    """Degrees (95th percentile) that a sensor leaned from where it began; turning about the vertical doesn't count."""
    lean = moved[there].as_matrix()[:, 2, 2]
    return float(np.degrees(np.quantile(np.arccos(np.clip(lean, -1, 1)), 0.95)))
