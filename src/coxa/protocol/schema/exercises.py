"""Exercises with their doses, and lessons."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coxa.protocol.schema.base import Entry, ExerciseKind, Id, Text


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
