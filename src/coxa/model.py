"""The nouns of Coxa, immutable: what goes in, what is judged, and what comes out.

Units and signs are those of ``docs/conventions.md``: degrees, centimetres, kilometres, minutes, years; ``left`` and
``right`` are the person's own. Everything here can be turned into JSON with ``model_dump(mode="json")``.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Score10 = Annotated[float, Field(ge=0.0, le=10.0)]


class Noun(BaseModel):
    """Base of all nouns: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


# --- words -----------------------------------------------------------------------------------------------------------


class Sex(StrEnum):
    """Sex, as far as norms need it; when it is not said, both limits are used and the wider decides."""

    FEMALE = "female"
    MALE = "male"
    NOT_SAID = "not_said"


class Side(StrEnum):
    """The person's own side; ``both`` for a test that has no side."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Method(StrEnum):
    """How a number was measured."""

    VIDEO = "video"
    INCLINOMETER = "inclinometer"
    GONIOMETER = "goniometer"
    TAPE = "tape"
    MOCAP = "mocap"
    IMU = "imu"


class Unit(StrEnum):
    """Unit of a reading: degrees of angle, or centimetres by tape."""

    DEGREE = "deg"
    CENTIMETRE = "cm"


class Refusal(StrEnum):
    """Why a reading is not shown as a number; the closed list of the design."""

    NO_PERSON = "no_person"
    SEVERAL_PEOPLE = "several_people"
    PERSON_CHANGED = "person_changed"
    OUT_OF_FRAME = "out_of_frame"
    WRONG_PLANE = "wrong_plane"
    CAMERA_MOVED = "camera_moved"
    LIMB_LENGTH_CHANGED = "limb_length_changed"
    KNEE_BENT = "knee_bent"
    PELVIS_MOVED = "pelvis_moved"
    NOT_HELD = "not_held"
    TOO_FAST = "too_fast"
    LOW_FRAME_RATE = "low_frame_rate"
    UNREADABLE = "unreadable"


class FindingLabel(StrEnum):
    """A reading judged against its limit."""

    LIMITED = "limited"
    LOW = "low"
    TYPICAL = "typical"
    CANT_TELL = "cant_tell"
    NO_COMPARABLE_NORM = "no_comparable_norm"


class Motion(StrEnum):
    """The hip motions for which flexibility is told from mobility."""

    FLEXION = "flexion"
    EXTENSION = "extension"
    ROTATION = "rotation"
    ABDUCTION = "abduction"


class VerdictLabel(StrEnum):
    """What limits a hip motion."""

    FLEXIBILITY = "flexibility"
    MOBILITY = "mobility"
    BOTH = "both"
    BONY_PATTERN = "bony_pattern"
    CLEAR = "clear"
    CANT_TELL = "cant_tell"


class ActionLevel(StrEnum):
    """What a safety answer asks for, most urgent first."""

    EMERGENCY_NOW = "emergency_now"
    SAME_DAY = "same_day"
    WITHIN_DAYS = "within_days"
    OUT_OF_SCOPE = "out_of_scope"
    REFER = "refer"
    NONE = "none"


class Answer(StrEnum):
    """Answer to a safety question; ``unsure`` counts as yes."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Support(StrEnum):
    """How far the evidence in this case speaks for a contributor: an order, not a probability."""

    SUPPORTED = "supported"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    CANT_TELL = "cant_tell"


class RetestAction(StrEnum):
    """What the programme does after a re-test."""

    CONTINUE = "continue"
    PROGRESS = "progress"
    SHIFT = "shift"
    EASE = "ease"
    STOP = "stop"


class ChangeLabel(StrEnum):
    """What differs between two visits, beyond error."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    NO_DETECTABLE_CHANGE = "no_detectable_change"
    NOT_COMPARABLE = "not_comparable"


# --- what goes in ----------------------------------------------------------------------------------------------------


class Person(Noun):
    """Who was screened; no name is needed or stored."""

    age: Annotated[int, Field(ge=0, le=120, description="completed years")]
    sex: Sex


class Pain(Noun):
    """The person's pain in their own numbers (numeric pain rating scale, NPRS, 0 none to 10 worst imaginable)."""

    weeks: Annotated[float, Field(ge=0, le=5200, description="weeks since this pain began")]
    now_0_10: Score10
    worst_0_10: Score10
    brought_on_by: tuple[str, ...] = ()
    below_knee: bool
    groin: bool
    hip_pain_on_weight_bearing: bool = False
    morning_stiffness_minutes: Annotated[float, Field(ge=0, le=1440)] | None = None


class SpecificActivity(Noun):
    """One activity of the Patient-Specific Functional Scale: 0 unable, 10 as before the pain."""

    model_config = ConfigDict(str_strip_whitespace=True)

    activity: Annotated[str, Field(min_length=1, max_length=120)]
    score_0_10: Score10


class Function(Noun):
    """What the pain keeps the person from doing. RMDQ, ODI and STarT Back enter as totals only."""

    psfs: Annotated[tuple[SpecificActivity, ...], Field(max_length=5)] = ()
    groc: Annotated[float, Field(ge=-5, le=5)] | None = None
    rmdq_0_24: Annotated[int, Field(ge=0, le=24)] | None = None
    odi_0_100: Annotated[float, Field(ge=0, le=100)] | None = None
    start_back_risk: Literal["low", "medium", "high"] | None = None


class Run(Noun):
    """One run."""

    date: dt.date
    km: Annotated[float, Field(gt=0, le=400)]


class Life(Noun):
    """Sitting, training and squatting."""

    sitting_hours: Annotated[float, Field(ge=0, le=24, description="hours on a usual day")]
    sessions_per_week: Annotated[int, Field(ge=0, le=21)]
    coached: bool
    squats: bool
    runs: Annotated[tuple[Run, ...], Field(max_length=1000)] = ()
    load_jumped: bool | None = None
    rotation_sport: bool = False


class Hypermobility(Noun):
    """Beighton score and, if asked, how many of the five history questions were answered yes."""

    beighton_0_9: Annotated[int, Field(ge=0, le=9)]
    history_yes_0_5: Annotated[int, Field(ge=0, le=5)] | None = None


class Resources(Noun):
    """What the person can give to a programme, and what they must not do."""

    minutes_per_day: Annotated[int, Field(ge=5, le=120)]
    days_per_week: Annotated[int, Field(ge=1, le=7)]
    equipment: tuple[str, ...] = ()
    stop_list: tuple[str, ...]
    experience: Literal["new", "some", "trained"] = "new"
    professional_present: bool = False
    seen_by_professional: bool = Field(default=False, description="someone has looked since the programme was stopped")
    weeks: Annotated[int, Field(ge=4, le=8)] | None = None
    start: dt.date | None = None


class Source(Noun):
    """Where a reading came from."""

    name: str
    sha256: str | None = None


class Reading(Noun):
    """One number for one test, side, method and protocol, with its error, or a refusal (design section 7).

    ``sem`` is the standard error of measurement in ``unit``; ``None`` means that no error is known for this way of
    measuring. ``value`` is ``None`` exactly when the reading was refused.
    """

    test: str
    side: Side
    value: float | None
    unit: Unit
    method: Method
    protocol: str
    trials: tuple[float, ...]
    sem: float | None
    interval95: tuple[float, float] | None
    accepted: bool
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()
    brings_familiar_pain: bool | None = None
    reliability: str | None = Field(default=None, description="ID of the reliability entry that gave the sem")
    source: Source
    software: str


class Observation(Noun):
    """A yes/no answer to a question that belongs to a test, such as the nerve check of the straight leg raise."""

    test: str
    side: Side
    question: str
    answer: bool


class Visit(Noun):
    """Everything that one visit brought, with the readings already judged for trust."""

    date: dt.date
    safety: dict[str, Answer]
    pain: Pain
    function: Function
    life: Life
    hypermobility: Hypermobility | None = None
    resources: Resources
    readings: tuple[Reading, ...] = ()
    observations: tuple[Observation, ...] = ()


class Case(Noun):
    """One person and their visits, oldest first."""

    person: Person
    visits: Annotated[tuple[Visit, ...], Field(min_length=1)]
    source: Source


# --- what is judged --------------------------------------------------------------------------------------------------


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


# --- what to do ------------------------------------------------------------------------------------------------------


class Prescription(Noun):
    """One exercise of a session with its dose. ``minutes`` counts all sides, sets and rests."""

    exercise: str
    name: str
    kind: str
    sides: tuple[Side, ...]
    sets: int
    repetitions: int | None
    hold_seconds: int | None
    minutes: float
    dose: str
    why: str
    cautions: tuple[str, ...] = ()


class Session(Noun):
    """What to do on one day. Days alternate between session A and session B.

    The first of ``lessons`` is to be read that day; the others are recalled by their one-sentence message.
    """

    date: dt.date
    week: int
    letter: Literal["A", "B"]
    lessons: tuple[str, ...]
    items: tuple[Prescription, ...]
    minutes: float


class LeftOut(Noun):
    """An exercise that would have served, and why it is not in the plan."""

    exercise: str
    name: str
    because: str


class RetestDay(Noun):
    """When to measure again, and what."""

    date: dt.date
    week: int
    what: tuple[str, ...]
    say: str


class Plan(Noun):
    """The dated programme.

    ``allowed`` is false when safety comes first, or a re-test says to see a professional; then it holds no session at
    all. ``after_retest`` says what the programme does with the result of a re-test.
    """

    allowed: bool
    because: str
    after_retest: str | None
    start: dt.date
    weeks: int
    minutes_per_day: int
    days_per_week: int
    goals: tuple[str, ...]
    sessions: tuple[Session, ...]
    left_out: tuple[LeftOut, ...]
    daily_advice: tuple[Prescription, ...]
    progression: tuple[str, ...]
    retests: tuple[RetestDay, ...]
    stop_rules: tuple[str, ...]
    referral: tuple[str, ...]
    evidence: tuple[str, ...]


class Change(Noun):
    """One measure at two visits. ``mdc95`` is the smallest difference that is more than error, 95 % of the time."""

    measure: str
    name: str
    side: Side
    unit: str
    before: float | None
    after: float | None
    difference: float | None
    mdc95: float | None
    label: ChangeLabel
    say: str


class Comparison(Noun):
    """What differs between two visits, beyond error, and what the plan does next."""

    person: Person
    before: dt.date
    after: dt.date
    tests: tuple[Change, ...]
    outcomes: tuple[Change, ...]
    success: bool | None
    safety: SafetyResult = Field(description="the safety gate of the second visit")
    headline: str
    next_steps: tuple[str, ...]
    action: RetestAction
    evidence: tuple[str, ...]
