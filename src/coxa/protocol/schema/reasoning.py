"""Contributors, the pathway, outcomes, rules of every programme, and closed lists of words."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from coxa.model import Refusal
from coxa.protocol.schema.base import Entry, Id, Status, Text


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
    only_with: Literal["release"] | None = Field(default=None, description="only where the programme has some")
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
