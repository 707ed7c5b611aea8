"""All that the contributor rules may look at, gathered once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from coxa.model import (
    Asymmetry,
    EvidenceItem,
    Finding,
    FindingLabel,
    Motion,
    Person,
    Side,
    Verdict,
    VerdictLabel,
    Visit,
)
from coxa.protocol import Protocol
from coxa.reason.limits import best
from coxa.reason.load import Spike
from coxa.reason.numbers import in_words
from coxa.reason.verdicts import NerveSigns


@dataclass(frozen=True)
class Picture:
    """One visit as the rules see it."""

    person: Person
    visit: Visit
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    asymmetries: tuple[Asymmetry, ...]
    nerve: NerveSigns
    hypermobile: bool | None
    spike: Spike | None
    protocol: Protocol

    def finding(self, test: str, side: Side, variant: str | None = None) -> Finding | None:
        """The best finding of a test on a side."""
        return best(self.findings, test, side, variant)

    def verdict(self, motion: Motion, side: Side) -> Verdict:
        """The verdict of a motion on a side."""
        return next(v for v in self.verdicts if v.motion is motion and v.side is side)

    def answered(self, test: str, question: str, side: Side | None = None) -> bool | None:
        """Answer to a question of a test: ``None`` when it was not asked; any side unless one is named."""
        answers = [
            o.answer
            for o in self.visit.observations
            if o.test == test and o.question == question and (side is None or o.side is side)
        ]
        return any(answers) if answers else None

    def limited(self, test: str, side: Side) -> bool:
        """Whether a test is called limited on a side."""
        found = self.finding(test, side)
        return found is not None and found.label is FindingLabel.LIMITED


@dataclass
class Reasons:
    """Reasons for and against one contributor, gathered side by side."""

    contributor: str
    picture: Picture
    items: list[tuple[Side | None, EvidenceItem]] = field(default_factory=list)
    looked_at: bool = False
    unclear: bool = False
    every_side: bool = False

    def add(
        self,
        direction: str,
        points: int,
        say: str,
        *,
        group: str,
        side: Side | None = None,
        evidence: Iterable[str] = (),
    ) -> None:
        """Add one reason; a measured one also counts as having looked."""
        self.looked_at = self.looked_at or (group in ("measured", "habit") and points > 0)
        text = f"{side.value.capitalize()}: {say}" if side else say
        item = EvidenceItem.model_validate(
            {"direction": direction, "points": points, "say": text, "evidence": tuple(evidence), "group": group}
        )
        self.items.append((side, item))

    def sides_with(self, direction: str, group: str, least: int = 1) -> set[Side | None]:
        """Sides that have a reason of this kind with at least so many points."""
        return {s for s, i in self.items if i.direction == direction and i.group == group and i.points >= least}

    # --- reasons that several contributors share ---

    def answer_to(self, test: str, question: str, side: Side, yes: str, no: str, *, points: int, evidence: str) -> None:
        """A yes to a question of a test speaks for with ``points``, a no against with one; not asked says nothing."""
        answer = self.picture.answered(test, question, side)
        if answer is not None:
            direction, worth, say = ("for", points, yes) if answer else ("against", 1, no)
            self.add(direction, worth, say, group="measured", side=side, evidence=[evidence])

    def range_of(self, test: str, side: Side, *, points: int = 2, variant: str | None = None) -> None:
        """A test that is limited speaks for, one that is typical against; pain brought on in it counts as pain."""
        found = self.picture.finding(test, side, variant)
        if found is None:
            return
        name = self.picture.protocol.test_name(test)
        if found.label is FindingLabel.LIMITED:
            self.add("for", points, f"{name}, {found.say}", group="measured", side=side)
        elif found.label is FindingLabel.LOW:
            self.add("for", max(0, points - 1), f"{name}, {found.say}", group="measured", side=side)
        elif found.label is FindingLabel.TYPICAL:
            self.add("against", points, f"{name}, {found.say}", group="measured", side=side)
        elif found.p_limited is not None:
            self.unclear = True
        if found.brings_familiar_pain:
            self.add(
                "for", 2, f"{name} brought on the usual pain.", group="pain", side=side, evidence=["hip_spine_prior"]
            )
        elif found.brings_familiar_pain is False and found.label is FindingLabel.LIMITED:
            self.add("against", 1, f"{name} did not bring on the usual pain.", group="pain", side=side)

    def verdict_is(self, motion: Motion, side: Side, labels: tuple[VerdictLabel, ...], say: str) -> None:
        """A verdict among ``labels`` speaks for; a clear one against."""
        verdict = self.picture.verdict(motion, side)
        p = verdict.probabilities[verdict.label]
        if verdict.label in labels:
            text = f"{say} (probability of that verdict: {in_words(p)})."
            self.add("for", 1, text, group="measured", side=side, evidence=verdict.evidence)
        elif verdict.label is VerdictLabel.CLEAR:
            self.add(
                "against", 1, f"{verdict.say.split(', ', 1)[1]}", group="measured", side=side, evidence=verdict.evidence
            )

    def larger_gap(self, tests: tuple[str, ...], side: Side) -> None:
        """A left-right difference beyond error, on the worse side."""
        gaps = [gap for gap in self.picture.asymmetries if gap.test in tests and gap.worse_side is side]
        for gap in gaps[:1]:  # one difference seen in several tests of one thing is still one
            self.add("for", 1, gap.say, group="measured", side=side, evidence=["asymmetry_common"])

    def painful_tasks(self) -> None:
        """Whether the tasks that bring on the pain go the way of this contributor."""
        spec = self.picture.protocol.contributors[self.contributor]
        names = {word.id: word.name for word in self.picture.protocol.words.tasks}
        shared = [task for task in spec.painful_tasks if task in self.picture.visit.pain.brought_on_by]
        if shared:
            tasks = ", ".join(names[task] for task in shared)
            self.add("for", 1, f"The pain comes on with: {tasks.lower()}.", group="pain", evidence=["hip_spine_prior"])
        elif spec.painful_tasks and set(self.picture.visit.pain.brought_on_by) - {"nothing_in_particular"}:
            self.add("against", 1, "What brings on the pain is not what this would explain.", group="pain")

    def research(self) -> None:
        """What studies say in general; shown, without points, because it holds for everyone alike."""
        spec = self.picture.protocol.contributors[self.contributor]
        for direction, ids in (("for", spec.research_for), ("against", spec.research_against)):
            for claim in ids:
                self.add(direction, 0, self.picture.protocol.evidence[claim].claim, group="research", evidence=[claim])
