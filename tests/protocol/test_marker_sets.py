"""Marker sets that would mislead are refused when they are loaded."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from coxa.protocol.schema import MarkerSet, marker_key

GOOD: dict[str, Any] = {
    "id": "mine",
    "name": "Mine",
    "about": "A set for this test",
    "sides": {"left": "L", "right": "R"},
    "middle": {"sacrum": ["SAC"]},
    "sided": {"asis": ["{side}A"], "knee": ["{side}K"], "ankle": ["{side}N"]},
    "clusters": {"thigh": ["{side}T1", "{side}T2"]},
    "stored": {"pelvis": "PEL", "thigh": "{side}FE"},
    "hip_centre": "harrington",
    "source": "this test",
    "verified": "opinion",
}


def test_names_by_point_and_side() -> None:
    known = MarkerSet.model_validate(GOOD)
    assert known.points == ("sacrum", "left_asis", "left_knee", "left_ankle", "right_asis", "right_knee", "right_ankle")
    assert known.names_of("right_knee") == ("RK",)
    assert known.names_of("sacrum") == ("SAC",)
    assert known.names_of("c7") == ()
    assert known.cluster_of("left", "thigh") == ("LT1", "LT2")
    assert known.cluster_of("left", "shank") == ()
    assert known.stored_of("thigh", "left") == "LFE"
    assert known.stored_of("shank", "left") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sided": {"asis": ["{side}A"], "ankle": ["{side}N"]}}, "names for knee are needed"),
        ({"middle": {}}, "sacrum or for psis"),
        ({"clusters": {"thigh": ["T1"]}}, "holds {side}"),
        ({"middle": {"sacrum": ["SAC"], "c7": ["sac."]}}, "given for two points: sac"),
        ({"middle": {"nose": ["N"]}}, "nose"),
        ({"hip_centre": "guess"}, "hip_centre"),
    ],
)
def test_what_would_mislead_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        MarkerSet.model_validate(GOOD | change)


def test_names_are_compared_without_prefix_case_and_signs() -> None:
    assert marker_key("Subject 1:R.Knee_Lat") == marker_key("rkneelat")
    assert marker_key("LASI") != marker_key("RASI")
