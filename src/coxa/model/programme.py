"""What to do: the programme, and what differs between two visits."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from coxa.model.base import Noun
from coxa.model.inputs import Person
from coxa.model.judged import SafetyResult
from coxa.model.words import ChangeLabel, RetestAction, Side


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
