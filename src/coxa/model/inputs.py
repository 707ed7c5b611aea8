"""What goes in: the person, their pain, life and means, and what was measured."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from coxa.model.base import Noun, Score10
from coxa.model.words import Answer, Method, Refusal, Sex, Side, Unit


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
    instrument: str | None = Field(
        default=None, description="what read the recording, such as blazepose_heavy; readings of two are not compared"
    )
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
