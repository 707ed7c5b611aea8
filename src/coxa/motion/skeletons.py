"""One set of names for the points that pose models give, and the order in which each model lists them.

Sources: MediaPipe's BlazePose topology (33); OpenPose's output format (BODY_25, COCO 18); AlphaPose's output format
(COCO 17, Halpe 26). The tip of the foot has one name, ``left_foot_index``, be it BlazePose's or the big toe of others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_FACE = ("left_eye", "right_eye", "left_ear", "right_ear")
_COCO_BODY = tuple(
    f"{side}_{part}" for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
)
COCO_17 = ("nose", *_FACE, *_COCO_BODY)
HALPE_26 = (
    *COCO_17,
    "head",
    "neck",
    "mid_hip",
    "left_foot_index",
    "right_foot_index",
    "left_small_toe",
    "right_small_toe",
    "left_heel",
    "right_heel",
)
_ARMS = (
    "nose",
    "neck",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
)
_LEGS = ("right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle")
_OPENPOSE_FACE = ("right_eye", "left_eye", "right_ear", "left_ear")
COCO_18 = (*_ARMS, *_LEGS, *_OPENPOSE_FACE)
BODY_25 = (
    *_ARMS,
    "mid_hip",
    *_LEGS,
    *_OPENPOSE_FACE,
    "left_foot_index",
    "left_small_toe",
    "left_heel",
    "right_foot_index",
    "right_small_toe",
    "right_heel",
)
BLAZEPOSE_33 = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    *(
        f"{side}_{part}"
        for part in ("shoulder", "elbow", "wrist", "pinky", "index", "thumb")
        for side in ("left", "right")
    ),
    *(f"{side}_{part}" for part in ("hip", "knee", "ankle", "heel", "foot_index") for side in ("left", "right")),
)
BY_COUNT: Mapping[int, tuple[str, tuple[str, ...]]] = {
    17: ("COCO 17", COCO_17),
    18: ("OpenPose COCO 18", COCO_18),
    25: ("OpenPose BODY_25", BODY_25),
    26: ("Halpe 26", HALPE_26),
    33: ("BlazePose 33", BLAZEPOSE_33),
}
"""Name of the model and its points, by how many there are."""
KNOWN = frozenset(name for _, names in BY_COUNT.values() for name in names)
_SIDES = {"l": "left", "left": "left", "r": "right", "right": "right"}
_SAME = {
    "big_toe": "foot_index",
    "bigtoe": "foot_index",
    "toe": "foot_index",
    "foot_tip": "foot_index",
    "smalltoe": "small_toe",
    "footindex": "foot_index",
    "eyeinner": "eye_inner",
    "eyeouter": "eye_outer",
}
_MIDDLE = {"hip": "mid_hip", "midhip": "mid_hip", "pelvis": "mid_hip", "hips": "mid_hip", "m_shoulder": "neck"}


def canonical(name: str) -> str:
    """Our name for a point, from names such as ``LHip``, ``rShoulder``, ``Left_hip``, ``left hip`` or ``HipLeft``.

    A name that isn't known is returned in small letters with underscores.
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name.strip()[:80])
    words = [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
    plain = "_".join(words)
    if plain in KNOWN:
        return plain
    for at in (0, -1):
        if len(words) > 1 and words[at] in _SIDES:
            side = _SIDES[words[at]]
            rest = "_".join(words[1:] if at == 0 else words[:-1])
            return f"{side}_{_SAME.get(rest, rest)}"
    return _MIDDLE.get(plain, plain)
