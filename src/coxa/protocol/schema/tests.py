"""Tests: what is done, how, and by which methods."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coxa.model import Method, Motion, Unit
from coxa.protocol.schema.base import Entry, Id, Status, Text


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
