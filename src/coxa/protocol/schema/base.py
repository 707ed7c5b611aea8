"""What all entries share, and the claims of evidence."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Text = Annotated[str, Field(min_length=3)]
MDC95_FACTOR = 1.96 * math.sqrt(2.0)
"""MDC95 = 1.96·√2·SEM (design section 5)."""

Status = Literal["read", "derived", "recalled-high", "recalled-check", "opinion"]


class Entry(BaseModel):
    """Base of all entries: frozen, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


ExerciseKind = Literal[
    "foam_rolling",
    "trigger_point",
    "compression_band",
    "static_stretch",
    "dynamic_stretch",
    "mobility_drill",
    "motor_control",
    "strength",
    "load_advice",
    "squat_form",
    "sitting_break",
]
RELEASE_KINDS: frozenset[str] = frozenset({"foam_rolling", "trigger_point", "compression_band"})
STRETCH_KINDS: frozenset[str] = frozenset({"static_stretch", "dynamic_stretch"})
ACTIVE_KINDS: frozenset[str] = frozenset({"motor_control", "strength"})


class Claim(Entry):
    """One claim with its direction (towards the idea that hips are behind low back pain), size and certainty."""

    id: Id
    topic: Literal[
        "hip_and_back", "release", "stretching", "strength", "safety", "measurement", "load", "posture", "care"
    ]
    claim: Text
    direction: Literal["supports", "contradicts", "mixed", "neutral"]
    size: Text
    certainty: Literal["very_low", "low", "moderate", "high", "opinion"]
    reference: Text
    doi: str | None = None
    verified: Status
