"""A body of rods with markers at known joint angles: forward kinematics that shares no code with the product.

Axes of every segment: x forwards, y left, z up. Angles by SciPy's own Euler sequences.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from coxa.measure.body import BodySizes
from coxa.model import Source
from coxa.motion import Motion

Array = npt.NDArray[np.float64]
WIDTH, DEPTH, THIGH, SHANK = 0.25, 0.15, 0.42, 0.40
KNEE, ANKLE = 0.11, 0.08
MARKER = 0.014
LEG = 0.86
HARRINGTON = {"left": (-0.24 * DEPTH - 0.0099, 0.33 * WIDTH + 0.0073, -0.30 * WIDTH - 0.0109)}
HARRINGTON["right"] = (HARRINGTON["left"][0], -HARRINGTON["left"][1], HARRINGTON["left"][2])
SIZES = BodySizes(
    {"left": LEG, "right": LEG},
    {"left": KNEE, "right": KNEE},
    {"left": ANKLE, "right": ANKLE},
    marker_diameter=MARKER,
)
LETTERS = {"left": "L", "right": "R"}


def segments(angles: Mapping[str, Array], room: Rotation | None = None) -> dict[str, Rotation]:
    """Rotation of every segment; ``angles`` in our columns and signs, missing ones are zero."""
    frames = len(next(iter(angles.values())))

    def angle(name: str) -> Array:
        return angles.get(name, np.zeros(frames))

    def turn(sequence: str, *values: Array) -> Rotation:
        return Rotation.from_euler(sequence, np.stack(values, axis=-1), degrees=True)

    pelvis = turn("ZXY", angle("pelvis_rotation"), angle("pelvis_obliquity"), angle("pelvis_tilt"))
    pelvis = pelvis if room is None else room * pelvis
    out = {"pelvis": pelvis}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        hip = [angle(f"{side}_hip_{name}") for name in ("flexion", "adduction", "rotation")]
        knee = [angle(f"{side}_knee_{name}") for name in ("flexion", "adduction", "rotation")]
        out[f"{side}_thigh"] = pelvis * turn("YXZ", -hip[0], sign * hip[1], sign * hip[2])
        out[f"{side}_shank"] = out[f"{side}_thigh"] * turn("YXZ", knee[0], sign * knee[1], sign * knee[2])
    return out


def joints(
    turned: Mapping[str, Rotation], place: Array, hip: Mapping[str, tuple[float, float, float]]
) -> dict[str, Array]:
    """Centres of hips, knees and ankles, for a pelvis whose origin is at ``place`` (frames, 3)."""
    out = {}
    for side in ("left", "right"):
        out[f"{side}_hip"] = place + turned["pelvis"].apply(hip[side])
        out[f"{side}_knee"] = out[f"{side}_hip"] + turned[f"{side}_thigh"].apply([0, 0, -THIGH])
        out[f"{side}_ankle"] = out[f"{side}_knee"] + turned[f"{side}_shank"].apply([0, 0, -SHANK])
    return out


def plug_in_gait(
    angles: Mapping[str, Array],
    hip: Mapping[str, tuple[float, float, float]] | None = None,
    *,
    place: Array | None = None,
    room: Rotation | None = None,
    medial: bool = False,
) -> dict[str, Array]:
    """Markers of Plug-in Gait, or with ``medial`` our own names with a marker on either side of knee and ankle."""
    turned = segments(angles, room)
    frames = len(turned["pelvis"])
    place = np.zeros((frames, 3)) if place is None else place
    centre = joints(turned, place, hip or HARRINGTON)
    pelvis = turned["pelvis"]
    out = {
        "LASI": place + pelvis.apply([0, WIDTH / 2, 0]),
        "RASI": place + pelvis.apply([0, -WIDTH / 2, 0]),
        "SACR": place + pelvis.apply([-DEPTH, 0, 0]),
    }
    for side, sign in (("left", 1.0), ("right", -1.0)):
        letter, thigh, shank = LETTERS[side], turned[f"{side}_thigh"], turned[f"{side}_shank"]
        half_knee, half_ankle = (KNEE + MARKER) / 2, (ANKLE + MARKER) / 2
        out[f"{letter}THI"] = centre[f"{side}_hip"] + thigh.apply([0, sign * 0.1, -0.6 * THIGH])
        out[f"{letter}KNE"] = centre[f"{side}_knee"] + thigh.apply([0, sign * half_knee, 0])
        out[f"{letter}TIB"] = centre[f"{side}_knee"] + shank.apply([0, sign * 0.09, -0.5 * SHANK])
        out[f"{letter}ANK"] = centre[f"{side}_ankle"] + shank.apply([0, sign * half_ankle, 0])
        out[f"{letter}HEE"] = centre[f"{side}_ankle"] + shank.apply([-0.05, 0, -0.05])
        out[f"{letter}TOE"] = centre[f"{side}_ankle"] + shank.apply([0.15, 0, -0.05])
        if medial:
            out[f"{side}_knee_medial"] = centre[f"{side}_knee"] - thigh.apply([0, sign * half_knee, 0])
            out[f"{side}_ankle_medial"] = centre[f"{side}_ankle"] - shank.apply([0, sign * half_ankle, 0])
    return _generic(out) if medial else out


_GENERIC = {"ASI": "asis", "KNE": "knee_lateral", "ANK": "ankle_lateral", "HEE": "heel", "TOE": "toe"}


def _generic(markers: Mapping[str, Array]) -> dict[str, Array]:
    out = {}
    for name, values in markers.items():
        if name == "SACR":
            out["sacrum"] = values
        elif name[1:] in _GENERIC:
            out[f"{'left' if name[0] == 'L' else 'right'}_{_GENERIC[name[1:]]}"] = values
        elif name.endswith("medial"):
            out[name] = values
    return out


def motion(
    markers: Mapping[str, Array], vertical: tuple[float, float, float] | None = (0.0, 0.0, 1.0), name: str = "made.c3d"
) -> Motion:
    """The markers as a recording at 100 frames per second."""
    positions = np.stack(list(markers.values()), axis=1)
    return Motion(
        times=np.arange(len(positions)) / 100.0,
        source=Source(name=name),
        names=tuple(markers),
        positions=positions,
        unit="m",
        vertical=vertical,
    )
