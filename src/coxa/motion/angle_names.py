"""Coxa's names and signs for angle columns, and how other programs' names and signs become ours.

Ours: hip flexion +, adduction +, internal rotation +, knee flexion +, dorsiflexion +, anterior pelvic tilt +; pelvic
obliquity + when the left side is up, pelvic rotation + when the pelvis turns to the left.

OpenSim's ground is x forwards, y up, z to the right, and its pelvis turns by tilt about z, list about x and rotation
about y, right-handed, so by geometry (and the recordings of ``$COXA_DATA/opensim-*`` agree, see the tests):

- ``pelvis_tilt`` +: the front goes up, that is **posterior**: sign turned. (PMC9255277 says so too.)
- ``pelvis_list`` +: the right side goes down, so the left is up: sign kept.
- ``pelvis_rotation`` +: the right side goes forwards, so the pelvis turns left: sign kept.
- hips and ankles: as ours. Knees: flexion is negative in gait2354, gait2392 and gait10dof, positive in newer models
  (Rajagopal, ``walker_knee``); the data decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from coxa.errors import InputError
from coxa.motion.recording import Angles

_TURNS = "flexion|adduction|abduction|rotation|dorsiflexion|inversion"
OURS = re.compile(rf"(left|right)_(hip|knee|ankle)_({_TURNS})|pelvis_(tilt|obliquity|rotation)")
_FROM_OPENSIM: Mapping[str, tuple[str, float]] = {
    "pelvis_tilt": ("pelvis_tilt", -1.0),
    "pelvis_list": ("pelvis_obliquity", 1.0),
    "pelvis_rotation": ("pelvis_rotation", 1.0),
    **{
        f"{theirs}_{side[0]}": (f"{side}_{ours}", 1.0)
        for side in ("left", "right")
        for theirs, ours in (
            ("hip_flexion", "hip_flexion"),
            ("hip_adduction", "hip_adduction"),
            ("hip_rotation", "hip_rotation"),
            ("knee_angle", "knee_flexion"),
            ("ankle_angle", "ankle_dorsiflexion"),
        )
    },
}
_CLEAR_KNEE_DEGREES = 15.0
"""A knee that bends less than this could as well be hyperextended."""


def coordinate(name: str) -> str:
    """The coordinate that a column holds: the last part of a state's path (``/jointset/hip_r/hip_flexion_r/value``)."""
    parts = [part for part in name.split("/") if part]
    if len(parts) > 1 and parts[-1] == "value":
        return parts[-2]
    return parts[-1] if parts else name


def from_opensim(angles: Angles, knee_flexion: Literal["positive", "negative"] | None = None) -> Angles:
    """Hip, knee, ankle and pelvis columns of an OpenSim motion by our names and signs; other columns are left out.

    Parameters
    ----------
    knee_flexion: the sign of knee flexion in the model; by default the data tell: the larger deviation from straight is
        flexion.

    Raises
    ------
    InputError: there is no such column, or the file doesn't show the knee's sign (it bends by less than 15°).
    """
    found = {
        coordinate(name): i
        for i, name in enumerate(angles.names)
        if angles.units[i] == "deg" and coordinate(name) in _FROM_OPENSIM
    }
    if not found:
        raise InputError(f"{angles.source.name}: no column is a hip, knee, ankle or pelvis coordinate of OpenSim.")
    knees = [i for name, i in found.items() if name.startswith("knee_angle")]
    sign, sentence = _knee_sign(angles, knees, knee_flexion)
    names, columns = [], []
    for theirs, i in found.items():
        ours, factor = _FROM_OPENSIM[theirs]
        names.append(ours)
        columns.append(angles.values[:, i] * (sign if i in knees else factor))
    return Angles(
        times=angles.times,
        source=angles.source,
        log=(*angles.log, "OpenSim's names and signs became Coxa's (anterior pelvic tilt is positive).", *sentence),
        names=tuple(names),
        values=np.stack(columns, axis=1),
        units=("deg",) * len(names),
    )


def _knee_sign(
    angles: Angles, knees: Sequence[int], given: Literal["positive", "negative"] | None
) -> tuple[float, tuple[str, ...]]:
    if not knees:
        return 1.0, ()
    if given is not None:
        return (1.0 if given == "positive" else -1.0), (f"Knee flexion is {given} in the file, as it was said.",)
    values = angles.values[:, knees]
    values = values[np.isfinite(values)]
    most, least = (float(values.max()), float(values.min())) if values.size else (0.0, 0.0)
    if max(most, -least) < _CLEAR_KNEE_DEGREES:
        raise InputError(
            f"{angles.source.name}: the knees stay within {max(most, -least):.0f}° of straight, so the file doesn't "
            "show whether flexion is positive or negative in its model; say which."
        )
    if -least > most:
        return -1.0, (f"Knee flexion is negative in the file (down to {least:.0f}°): sign turned.",)
    return 1.0, (f"Knee flexion is positive in the file (up to {most:.0f}°).",)


_SPANISH: Mapping[str, str] = {
    "inclinación pelvis": "pelvis_tilt",
    "oblicuidad pelvis": "pelvis_obliquity",
    "rotación pelvis": "pelvis_rotation",
    **{
        f"{theirs} {word}": f"{side}_{ours}"
        for side, word in (("left", "izquierda"), ("right", "derecha"))
        for theirs, ours in (
            ("flexo-extensión cadera", "hip_flexion"),
            ("aducción-abducción cadera", "hip_adduction"),
            ("rotación cadera", "hip_rotation"),
            ("flexo-extensión rodilla", "knee_flexion"),
            ("abducción-aducción rodilla", "knee_abduction"),
            ("rotación rodilla", "knee_rotation"),
        )
    },
}


def from_isen(name: str) -> str | None:
    """Our name for a column of iSen (STT Systems), such as ``Rotación cadera derecha::Y``; ``None`` for others."""
    plain, _, part = name.partition("::")
    return _SPANISH.get(plain.strip().lower()) if part == "Y" else None
