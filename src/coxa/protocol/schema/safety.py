"""Safety: questions, rules, and conditions that rule out kinds of exercise."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coxa.model import ActionLevel
from coxa.protocol.schema.base import Entry, ExerciseKind, Id, Status, Text


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


class StopCondition(Entry):
    """A health condition of the person, and the kinds of exercise that it rules out or asks care for."""

    id: Id
    name: Text
    ask: Text
    stops: tuple[ExerciseKind, ...]
    caution: tuple[ExerciseKind, ...] = ()
    asked_as: Id | None = Field(default=None, description="safety question that asks for the same thing")
    source: Text
    verified: Status
    evidence: Annotated[tuple[Id, ...], Field(min_length=1)]
