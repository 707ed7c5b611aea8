"""Numbers: published norms and reliability, limits and errors that rest on them."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coxa.model import Method, Unit
from coxa.protocol.schema.base import MDC95_FACTOR, Entry, Id, Status, Text


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
    device or in another protocol; ``method_level`` from the method in general; ``validation`` from our own
    recordings with known answers (docs/validation.md): there ``sem`` = √(device_sem² + SEM²), the error of the device
    on such recordings, and the error of the test itself, which is taken from ``with_error``, the entry of a hand-held
    device in the same test.
    """

    id: Id
    test: Id
    method: Method
    protocols: Annotated[tuple[Id, ...], Field(min_length=1)]
    unit: Unit
    instruments: tuple[Id, ...] = Field(default=(), description="what reads the recording; empty: it needs no saying")
    device_sem: Annotated[float, Field(gt=0)] | None = None
    with_error: Id | None = None
    sem: Annotated[float, Field(gt=0)] | None = None
    mdc95: Annotated[float, Field(gt=0)] | None = None
    icc: Annotated[float, Field(gt=0, lt=1)] | None = None
    sd: Annotated[float, Field(gt=0)] | None = None
    sem_repeat: Annotated[float, Field(gt=0)] | None = None
    basis: Literal["published", "derived", "borrowed", "method_level", "validation"]
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
