"""What is judged: findings, verdicts, contributors, the trail, the whole assessment."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from coxa.model.base import Noun, Probability
from coxa.model.inputs import Observation, Person, Reading
from coxa.model.words import ActionLevel, FindingLabel, Method, Motion, Side, Support, Unit, VerdictLabel


class SafetyAction(Noun):
    """One thing that the safety answers ask for."""

    rule: str
    level: ActionLevel
    say: str
    because: tuple[str, ...]
    evidence: tuple[str, ...]


class SafetyResult(Noun):
    """Outcome of the safety gate. ``level`` is the most urgent of ``actions``."""

    level: ActionLevel
    actions: tuple[SafetyAction, ...]
    ends_screening: bool
    programme_allowed: bool


class Finding(Noun):
    """A reading (or the total of two) judged against its limit.

    ``p_limited`` is the probability that the true value lies beyond ``limited_cut``; ``p_low`` beyond ``low_cut``.
    Both are ``None`` when there is no comparable norm, no known error, or the reading was refused.
    """

    test: str
    side: Side
    method: Method
    instrument: str | None = None
    protocol: str
    unit: Unit
    value: float | None
    sem: float | None
    interval95: tuple[float, float] | None
    label: FindingLabel
    p_limited: Probability | None
    p_low: Probability | None
    limit: str | None
    low_cut: float | None
    limited_cut: float | None
    typical_mean: float | None
    typical_sd: float | None
    lower_is_worse: bool
    brings_familiar_pain: bool | None
    say: str
    notes: tuple[str, ...] = ()


class Verdict(Noun):
    """Flexibility against mobility for one hip motion and side.

    ``probabilities`` holds every label and sums to 1; the share of ``cant_tell`` is what the missing or unjudged tests
    leave open. ``ruled_out`` are labels that can't exceed 0.1 whatever the missing tests would show. ``muscles`` splits
    the flexibility share where the tests can do so.
    """

    motion: Motion
    side: Side
    label: VerdictLabel
    probabilities: dict[VerdictLabel, float]
    ruled_out: tuple[VerdictLabel, ...]
    muscles: dict[str, float]
    used: tuple[str, ...]
    missing: tuple[str, ...]
    say: str
    evidence: tuple[str, ...]


class Asymmetry(Noun):
    """A left-right difference that is larger than both the floor of the test and the measurement error."""

    test: str
    method: Method
    protocol: str
    unit: Unit
    left: float
    right: float
    threshold: float
    worse_side: Side
    say: str


class EvidenceItem(Noun):
    """One reason for or against a contributor. ``points`` order the list; they are no probability."""

    direction: Literal["for", "against"]
    points: Annotated[int, Field(ge=0, le=3)]
    say: str
    evidence: tuple[str, ...] = ()
    group: Literal["measured", "pain", "habit", "research"]


class Contributor(Noun):
    """A possible reason for the pain, with what speaks for and against it in this case."""

    id: str
    name: str
    support: Support
    score: int
    sides: tuple[Side, ...]
    reasons_for: tuple[EvidenceItem, ...]
    reasons_against: tuple[EvidenceItem, ...]
    would_change_our_mind: str
    action: Literal["work_on", "adjust", "refer", "watch", "none"]


class TrailStep(Noun):
    """One step of the pathway, as it was walked in this case."""

    step: str
    asked: str
    found: str
    how_sure: str
    follows: str
    evidence: tuple[str, ...]


class NextMeasurement(Noun):
    """What to measure next, and what it would settle."""

    test: str
    side: Side
    method: Method | None
    why: str


class Assessment(Noun):
    """The whole judgement of one visit."""

    person: Person
    date: dt.date
    safety: SafetyResult
    readings: tuple[Reading, ...]
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    asymmetries: tuple[Asymmetry, ...]
    trail: tuple[TrailStep, ...]
    contributors: tuple[Contributor, ...]
    next_measurements: tuple[NextMeasurement, ...]
    nerve_positive: tuple[Side, ...] = Field(description="sides with a nerve sign in a test")
    nerve_care: bool = Field(description="a nerve may be irritable: nothing that stretches, no length tests")
    hypermobile: bool
    headline: str
    protocol_version: str
    software: str
