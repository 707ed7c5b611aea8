"""Shape of the knowledge files in ``protocol/data``; one class per kind of entry.

Every number carries its unit, its source and how well that source was verified:

============== =====================================================================================
``read``           read at the source (mostly the abstract or a table)
``derived``        arithmetic on numbers that were read
``recalled-high``  recalled with high confidence, not read again
``recalled-check`` recalled, to be checked; shown to whoever looks it up, never used to decide
``opinion``        a rule of this product or of experts, without measured evidence
============== =====================================================================================
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coxa.model import ActionLevel, Method, Motion, Refusal, Unit

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Text = Annotated[str, Field(min_length=3)]
MDC95_FACTOR = 1.96 * math.sqrt(2.0)
"""MDC95 = 1.96·√2·SEM (design section 5)."""

Status = Literal["read", "derived", "recalled-high", "recalled-check", "opinion"]


class Entry(BaseModel):
    """Base of all entries: frozen, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


# --- evidence --------------------------------------------------------------------------------------------------------


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


# --- tests -----------------------------------------------------------------------------------------------------------


class ProtocolVariant(Entry):
    """Position and rules of one test; readings are compared only within one protocol."""

    id: Id
    name: Text
    rules: Text


class AllowedMethod(Entry):
    """A way to measure a test: unit, plausible range of one trial, and how to do it."""

    method: Method
    protocols: Annotated[tuple[Id, ...], Field(min_length=1)]
    unit: Unit
    minimum: float
    maximum: float
    how: Text
    trigonometric: bool = Field(
        default=False, description="a height by tape, turned into an angle with the thigh length"
    )

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.minimum >= self.maximum:
            raise ValueError("minimum must be below maximum")
        return self


class Question(Entry):
    """A yes/no question that belongs to a test."""

    id: Id
    ask: Text
    if_yes: Text
    role: Literal["nerve", "form", "control", "joint", "note"]


class Floor(Entry):
    """Smallest left-right difference that is worth a word, whatever the measurement error."""

    value: float
    unit: Unit
    source: Text
    verified: Status


class BestAtHome(Entry):
    """Which method suits home best, and why."""

    method: Method | Literal["observation"]
    why: Text


class TestSpec(Entry):
    """One defined manoeuvre with its ID, the same for every way of measuring it."""

    __test__ = False  # not a pytest class

    id: Id
    name: Text
    plain_name: Text
    tests: Annotated[tuple[Literal["length", "joint", "form", "control"], ...], Field(min_length=1)]
    motion: Motion | None = None
    targets: tuple[Id, ...] = ()
    sided: bool
    level: Literal["home", "trainer", "clinician"]
    minutes: Annotated[float, Field(gt=0, le=10)]
    body_position: Literal["standing", "sitting", "supine", "prone", "table_end"]
    position: Text
    steps: Annotated[tuple[Text, ...], Field(min_length=3)]
    cheats: Annotated[tuple[Text, ...], Field(min_length=1)]
    safety: Annotated[tuple[Text, ...], Field(min_length=1)]
    protocols: tuple[ProtocolVariant, ...]
    methods: tuple[AllowedMethod, ...]
    best_at_home: BestAtHome
    trials: Annotated[int, Field(ge=1, le=5)]
    lower_is_worse: bool | None = Field(description="None: neither end is better")
    sign: Text
    asymmetry_floor: Floor | None = None
    questions: tuple[Question, ...] = ()
    what_it_shows: Text
    what_it_cannot_show: Text
    evidence: tuple[Id, ...] = ()


class DerivedTest(Entry):
    """A quantity computed from two tests of the same side, method and protocol; nobody types it."""

    id: Id
    name: Text
    plain_name: Text
    sum_of: tuple[Id, Id]
    protocol: Id
    unit: Unit
    what_it_shows: Text


# --- numbers ---------------------------------------------------------------------------------------------------------


class Norm(Entry):
    """One published row: a population's mean (and SD) of one measure. ``test`` and ``protocol`` when it matches
    ours."""

    id: Id
    test: Id | None
    protocol: Id | None
    measure: Text
    unit: str
    population: Text
    sex: Literal["male", "female", "both"]
    age_min: float | None
    age_max: float | None
    mean: float | None
    sd: float | None
    n: float | None
    method: str
    source: Text
    doi: str | None
    verified: Status


class PublishedReliability(Entry):
    """One published row on the repeatability of a measurement, as printed."""

    id: Id
    measure: Text
    method: Text
    rater: str
    icc: str
    sem: str
    mdc95: str
    source: Text
    doi: str | None
    verified: Status


class Limit(Entry):
    """Where *low* and *limited* begin for one test, protocol, sex and age.

    ``rule: mean_sd`` takes them from published rows: mean ∓ 1 SD and mean ∓ 1.65 SD (5th percentile if normal), shifted
    by ``shift``. ``rule: published`` states both cuts.
    """

    id: Id
    test: Id
    protocol: Id
    unit: Unit
    sex: Literal["male", "female", "any"]
    age_min: int
    age_max: int
    rule: Literal["mean_sd", "published"]
    mean_from: Id | None = None
    sd_from: Id | None = None
    shift: float = 0.0
    low: float | None = None
    limited: float | None = None
    source: Text
    verified: Status
    note: Text

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.rule == "mean_sd" and (self.mean_from is None or self.low is not None or self.limited is not None):
            raise ValueError("mean_sd takes mean_from (and sd_from), no cuts of its own")
        if self.rule == "published" and (self.low is None or self.limited is None):
            raise ValueError("published states low and limited")
        return self


class MeasurementError(Entry):
    """Standard error of measurement (SEM) of one test by one method in the given protocols.

    It is given as it was published, in one of three ways: ``sem`` itself; ``mdc95``, from which
    SEM = MDC95 / (1.96·√2); or ``icc`` and ``sd``, from which SEM = SD·√(1 − ICC) (FACTS A4). ``sem_repeat`` is the
    part that repeating the trial within a session reduces. ``basis`` says how near the source is: ``published`` for
    this test and method; ``derived`` from a published MDC95, or ICC and SD; ``borrowed`` from the same test by another
    device or in another protocol; ``method_level`` from the method in general.
    """

    id: Id
    test: Id
    method: Method
    protocols: Annotated[tuple[Id, ...], Field(min_length=1)]
    unit: Unit
    sem: Annotated[float, Field(gt=0)] | None = None
    mdc95: Annotated[float, Field(gt=0)] | None = None
    icc: Annotated[float, Field(gt=0, lt=1)] | None = None
    sd: Annotated[float, Field(gt=0)] | None = None
    sem_repeat: Annotated[float, Field(gt=0)] | None = None
    basis: Literal["published", "derived", "borrowed", "method_level"]
    rows: tuple[Id, ...] = ()
    source: Text
    verified: Status
    note: Text

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.sem is not None, self.mdc95 is not None, self.icc is not None and self.sd is not None]
        if sum(ways) != 1 or (self.icc is None) != (self.sd is None):
            raise ValueError("give exactly one of: sem, mdc95, icc with sd")
        if self.sem_repeat is not None and self.sem_repeat > self.standard_error:
            raise ValueError("sem_repeat is a part of the whole error")
        return self

    @property
    def standard_error(self) -> float:
        """SEM of a single trial, in ``unit``."""
        if self.sem is not None:
            return self.sem
        if self.mdc95 is not None:
            return self.mdc95 / MDC95_FACTOR
        if self.icc is None or self.sd is None:
            raise ValueError("no error given")
        return self.sd * math.sqrt(1.0 - self.icc)


# --- safety ----------------------------------------------------------------------------------------------------------


class Condition(Entry):
    """When something applies; exactly one key is set. A bare string in the file means ``answered_yes``."""

    answered_yes: Id | None = None
    all_of: tuple[Condition, ...] | None = None
    any_of: tuple[Condition, ...] | None = None
    none_of: tuple[Condition, ...] | None = None
    at_least: int | None = None
    exactly: int | None = None
    of: tuple[Condition, ...] | None = None
    age_min: float | None = None
    age_max: float | None = None
    onset_age_below: float | None = None
    weeks_over: float | None = None
    pain_now_min: float | None = None
    pain_below_knee: bool | None = None
    pain_groin: bool | None = None
    not_male: bool | None = None
    start_back_high: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return {"answered_yes": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        keys = self.model_fields_set - {"of"}
        if len(keys) != 1:
            raise ValueError(f"exactly one condition per entry, not {sorted(keys)}")
        if ("of" in self.model_fields_set) != bool(keys & {"at_least", "exactly"}):
            raise ValueError("at_least and exactly need 'of', and only they do")
        return self


class SafetyQuestion(Entry):
    """One red-flag question in plain words; ``ask_if`` limits it to those whom it concerns."""

    id: Id
    group: Literal["nerves", "infection", "cancer", "fracture", "circulation", "inflammation", "hip", "scope"]
    ask: Text
    help: str | None = None
    ask_if: Condition | None = None


class SafetyRule(Entry):
    """What follows from safety answers, pain and age."""

    id: Id
    level: ActionLevel
    when: Condition
    say: Text
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]


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


class StopCondition(Entry):
    """A health condition of the person, and the kinds of exercise that it rules out or asks care for."""

    id: Id
    name: Text
    ask: Text
    stops: tuple[ExerciseKind, ...]
    caution: tuple[ExerciseKind, ...] = ()
    source: Text
    verified: Status
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]


# --- exercises and lessons -------------------------------------------------------------------------------------------


class Dose(Entry):
    """How much: sets of repetitions, or of holds. ``per_side`` doubles the time when both sides are done."""

    sets: Annotated[int, Field(ge=1, le=6)]
    repetitions: Annotated[int, Field(ge=1, le=30)] | None = None
    hold_seconds: Annotated[int, Field(ge=1, le=180)] | None = None
    seconds_per_repetition: Annotated[int, Field(ge=1, le=60)] | None = None
    rest_seconds: Annotated[int, Field(ge=0, le=180)] = 15
    per_side: bool
    days_min: Annotated[int, Field(ge=1, le=7)]
    days_max: Annotated[int, Field(ge=1, le=7)]

    @model_validator(mode="after")
    def _time(self) -> Self:
        if self.repetitions is None and self.hold_seconds is None:
            raise ValueError("a dose needs repetitions or hold_seconds")
        if (self.repetitions is None) != (self.seconds_per_repetition is None):
            raise ValueError("repetitions and seconds_per_repetition go together")
        if self.days_min > self.days_max:
            raise ValueError("days_min must not exceed days_max")
        return self

    def seconds(self, sides: int) -> int:
        """Seconds for all sets on ``sides`` sides (1 or 2), rests between sets included.

        A dose with repetitions and a hold holds at the end of each repetition.
        """
        hold = self.hold_seconds or 0
        once = (
            self.repetitions * (self.seconds_per_repetition + hold)
            if (self.repetitions is not None and self.seconds_per_repetition is not None)
            else hold
        )
        rounds = self.sets * (sides if self.per_side else 1)
        return rounds * once + (rounds - 1) * self.rest_seconds


class Exercise(Entry):
    """One exercise, or one piece of standing advice (``dose: null``) such as breaking up sitting."""

    id: Id
    name: Text
    plain_name: Text
    kind: ExerciseKind
    targets: Annotated[tuple[Id, ...], Field(min_length=1)]
    serves_verdicts: tuple[
        Annotated[str, Field(pattern=r"^(flexion|extension|rotation|abduction):(flexibility|mobility)$")], ...
    ] = ()
    serves_contributors: tuple[Id, ...] = ()
    practises: tuple[Id, ...] = Field(default=(), description="painful tasks of which this is practice")
    general: bool = Field(default=False, description="fits anyone, also when nothing was found at the hip")
    sided: bool
    equipment: tuple[Id, ...] = ()
    professional_present: bool = False
    experience: Literal["new", "some", "trained"]
    loads_spine_or_impact: bool = False
    setup: Text
    steps: Annotated[tuple[Text, ...], Field(min_length=2)]
    feel: Text
    mistakes: Annotated[tuple[Text, ...], Field(min_length=1)]
    dose: Dose | None
    later_dose: Dose | None = Field(default=None, description="dose from week 3 on, when the progression rule is met")
    easier: Text
    harder: Text
    easier_exercise: Id | None = None
    harder_exercise: Id | None = None
    pain_rule: Text
    stop_signs: Annotated[tuple[Text, ...], Field(min_length=1)]
    contraindications: tuple[Id, ...] = Field(description="stop conditions beyond those of its kind")
    low_evidence: bool
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]


class Option(Entry):
    """One answer to a lesson's question."""

    text: Text
    correct: bool
    reply: Text


class Lesson(Entry):
    """A short piece to read, its one-sentence message, and a question that checks understanding."""

    id: Id
    title: Text
    message: Text
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=2)]
    ask: Text
    options: Annotated[tuple[Option, ...], Field(min_length=2)]
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_correct(self) -> Self:
        if sum(option.correct for option in self.options) != 1:
            raise ValueError("exactly one option is correct")
        return self


# --- reasoning -------------------------------------------------------------------------------------------------------


class ContributorSpec(Entry):
    """A possible reason for the pain: its words, and the research for and against it in general."""

    id: Id
    name: Text
    served_as: Text = Field(description="what an exercise for it is good for, in a few words")
    explanation: Text
    action: Literal["work_on", "adjust", "refer", "watch", "none"]
    research_for: tuple[Id, ...] = ()
    research_against: tuple[Id, ...] = ()
    painful_tasks: tuple[Id, ...] = Field(default=(), description="tasks whose direction matches this contributor")
    would_change_our_mind: Text


class PathwayStep(Entry):
    """One step of the source idea's pathway, and what research says of that step."""

    id: Id
    asked: Text
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]


class IdeaJudgement(Entry):
    """Something that the source idea gets right or wrong."""

    id: Id
    right: bool
    say: Text
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]


class Word(Entry):
    """A closed-list word with its plain name."""

    id: Id
    name: Text


class Equipment(Entry):
    """Something to exercise with; ``assumed`` when every home has it."""

    id: Id
    name: Text
    assumed: bool = False


class RefusalWord(Entry):
    """What to do about a refused reading, in one sentence."""

    id: Refusal
    do: Text


class OutcomeRule(Entry):
    """Change that matters of one outcome (pain, function, global rating) and its source."""

    id: Id
    name: Text
    minimum: float
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]
    source: Text
    verified: Status


class PlanRule(Entry):
    """A sentence that every programme carries: how to progress, when to ease off, when to stop, what to expect."""

    id: Id
    kind: Literal["progress", "ease", "stop", "refer"]
    say: Text
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]


class LoadBand(Entry):
    """One band of the single-session rule: a run this much longer than the longest of the 30 days before it."""

    above_percent: float
    hazard_ratio: float
    interval: str


class Words(Entry):
    """Closed lists and their plain words."""

    tasks: tuple[Word, ...]
    equipment: tuple[Equipment, ...]
    tissues: tuple[Word, ...]
    refusals: tuple[RefusalWord, ...]


class About(Entry):
    """Version of the knowledge, and the day from which the product says that it needs a new review."""

    version: Text
    reviewed: dt.date
    review_due: dt.date
    compiled_from: Text
