"""What a report shows, ready to be drawn: the same for terminal, HTML and PDF. Nothing here decides anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coxa.measure.typed import UNIT_WORD
from coxa.model import (
    Assessment,
    Contributor,
    Finding,
    Method,
    Motion,
    Plan,
    Prescription,
    Session,
    Side,
    Source,
    Support,
    Unit,
    Verdict,
)
from coxa.protocol import Protocol
from coxa.protocol.schema import Claim, Exercise, IdeaJudgement, Lesson
from coxa.reason.numbers import shown
from coxa.report.gallery import Gallery
from coxa.report.words import BASIS_WORD, FINDING_WORD, LEVEL_WORD, METHOD_WORD, MOTION_WORD, VERIFIED_WORD


@dataclass
class References:
    """Numbers the claims in the order of their first use.

    A view numbers all that it may show once; each report starts from a fresh copy, so that page and paper agree, and
    lists those that it used.
    """

    protocol: Protocol
    ids: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def __call__(self, ids: Iterable[str]) -> tuple[int, ...]:
        """Numbers of some claims."""
        numbers = []
        for claim in ids:
            if claim not in self.ids:
                self.ids.append(claim)
            self.used.add(claim)
            numbers.append(self.ids.index(claim) + 1)
        return tuple(numbers)

    def fresh(self) -> References:
        """The same numbers, with nothing used yet."""
        return References(self.protocol, list(self.ids))

    @property
    def claims(self) -> tuple[tuple[int, Claim], ...]:
        """All claims used so far with their numbers."""
        return tuple((i + 1, self.protocol.evidence[claim]) for i, claim in enumerate(self.ids) if claim in self.used)


@dataclass(frozen=True)
class SideReading:
    """One side of a test row; ``low`` and ``high`` bound the 95 % interval."""

    side: Side
    finding: Finding
    number: str
    word: str


@dataclass(frozen=True)
class TestRow:
    """One test by one method in one protocol: both sides, the norm, and where the numbers come from."""

    __test__ = False

    test: str
    name: str
    clinical_name: str
    protocol_name: str
    method: str
    unit: str
    sides: tuple[SideReading, ...]
    axis: tuple[float, float]
    low_cut: float | None
    limited_cut: float | None
    mean: float | None
    sd: float | None
    lower_is_worse: bool
    norm_source: str
    error_source: str
    shows: str
    cannot_show: str

    @property
    def has_limit(self) -> bool:
        """Whether there is a limit to draw."""
        return self.limited_cut is not None


@dataclass(frozen=True)
class MotionRow:
    """Verdicts of one motion, left and right."""

    motion: Motion
    name: str
    left: Verdict
    right: Verdict


@dataclass(frozen=True)
class ExerciseCard:
    """All words of one exercise of the plan, with its doses."""

    exercise: Exercise
    why: str
    cautions: tuple[str, ...]
    first_dose: str
    later_dose: str | None
    sessions: tuple[str, ...]
    refs: tuple[int, ...]


@dataclass(frozen=True)
class PlanView:
    """The plan as one looks at it: two kinds of session, two phases, and the dates."""

    plan: Plan
    templates: tuple[tuple[str, str, Session], ...]
    weeks: tuple[tuple[int, tuple[Session, ...]], ...]
    cards: tuple[ExerciseCard, ...]
    advice: tuple[ExerciseCard, ...]
    lessons: tuple[Lesson, ...]
    equipment: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """Everything that a report of one visit shows."""

    assessment: Assessment
    title: str
    person: str
    date: str
    level_word: str
    rows: tuple[TestRow, ...]
    refused: tuple[Finding, ...]
    signs: tuple[str, ...]
    motions: tuple[MotionRow, ...]
    idea_right: tuple[tuple[IdeaJudgement, tuple[int, ...]], ...]
    idea_wrong: tuple[tuple[IdeaJudgement, tuple[int, ...]], ...]
    next_measurements: tuple[tuple[str, str, str, str], ...]
    plan: PlanView | None
    no_programme: tuple[str, ...]
    after_retest: str | None
    refs: References
    source_name: str
    source_sha256: str
    knowledge_note: str | None
    gallery: Gallery

    def contributors(self, *supports: Support) -> tuple[Contributor, ...]:
        """Contributors with one of these supports, in rank order."""
        return tuple(c for c in self.assessment.contributors if c.support in supports)


def make_view(
    assessment: Assessment,
    plan: Plan | None,
    protocol: Protocol,
    source: Source,
    today: dt.date | None = None,
    gallery: Gallery | None = None,
) -> View:
    """Gather all that a report of one visit shows.

    ``today`` lets the report say when the knowledge is due for review. ``gallery`` chooses the pictures; where it
    leaves the figure open, that of the person's sex is shown, and both in turn where the sex is not said.
    """
    refs = References(protocol)
    _number(refs, assessment)
    idea = [(judgement, refs(judgement.evidence)) for judgement in protocol.idea.values()]
    return View(
        assessment=assessment,
        title="Hips and lower back: what was found",
        person=f"{assessment.person.age} years, {assessment.person.sex.value.replace('_', ' ')}",
        date=day(assessment.date),
        level_word=LEVEL_WORD[assessment.safety.level],
        rows=tuple(_rows(assessment, protocol)),
        refused=tuple(f for f in assessment.findings if f.value is None),
        signs=tuple(_signs(assessment, protocol)),
        motions=tuple(_motions(assessment)),
        idea_right=tuple(item for item in idea if item[0].right),
        idea_wrong=tuple(item for item in idea if not item[0].right),
        next_measurements=tuple(
            (protocol.test_name(n.test), n.side.value, METHOD_WORD[n.method] if n.method else "by watching", n.why)
            for n in assessment.next_measurements
        ),
        plan=None if plan is None or not plan.allowed else plan_view(plan, protocol, refs),
        no_programme=() if plan is None or plan.allowed else plan.referral,
        after_retest=None if plan is None else plan.after_retest,
        refs=refs,
        source_name=source.name,
        source_sha256=source.sha256 or "",
        knowledge_note=stale(protocol, today),
        gallery=(gallery or Gallery()).of_sex(assessment.person.sex),
    )


def _number(refs: References, assessment: Assessment) -> None:
    """Number the claims of the assessment in reading order; the idea and the plan follow."""
    for action in assessment.safety.actions:
        refs(action.evidence)
    refs(assessment.trail[0].evidence)
    for motion in Motion:
        for verdict in assessment.verdicts:
            if verdict.motion is motion:
                refs(verdict.evidence)
    for step in assessment.trail:
        refs(step.evidence)
    for support in Support:
        for contributor in assessment.contributors:
            if contributor.support is support:
                for item in (*contributor.reasons_for, *contributor.reasons_against):
                    refs(item.evidence)


def day(date: dt.date) -> str:
    """A date in words, the same on every system: 2 March 2026."""
    return f"{date.day} {date:%B %Y}"


def stale(protocol: Protocol, today: dt.date | None) -> str | None:
    """A note when the knowledge is past its review date."""
    if today is None or today <= protocol.about.review_due:
        return None
    return (
        f"The knowledge in this version was due for review on {day(protocol.about.review_due)}. "
        "Look for a newer version of Coxa before relying on it."
    )


def _rows(assessment: Assessment, protocol: Protocol) -> Iterable[TestRow]:
    grouped: dict[tuple[str, Method, str, str], list[Finding]] = {}
    for f in assessment.findings:
        if f.value is not None:
            grouped.setdefault((f.test, f.method, f.protocol, f.unit.value), []).append(f)
    for findings in grouped.values():
        yield _row(sorted(findings, key=lambda f: (Side.LEFT, Side.RIGHT, Side.BOTH).index(f.side)), protocol)


def _row(findings: Sequence[Finding], protocol: Protocol) -> TestRow:
    first = findings[0]
    spec = protocol.tests.get(first.test)
    derived = protocol.derived_tests.get(first.test)
    parts = protocol.tests[derived.sum_of[0]] if derived else spec
    if parts is None:
        raise KeyError(first.test)
    limit = protocol.limits[first.limit] if first.limit else None
    error = protocol.error_of(parts.id, first.method, first.protocol, first.unit)
    unit = UNIT_WORD[first.unit]
    return TestRow(
        test=first.test,
        name=protocol.test_name(first.test),
        clinical_name=protocol.test_name(first.test, plain=False),
        protocol_name=next(variant.name for variant in parts.protocols if variant.id == first.protocol),
        method=METHOD_WORD[first.method],
        unit=unit,
        sides=tuple(
            SideReading(
                f.side,
                f,
                _value(f, unit) + _between(f.interval95, f.unit),
                FINDING_WORD[f.label],
            )
            for f in findings
        ),
        axis=_axis(findings),
        low_cut=first.low_cut,
        limited_cut=first.limited_cut,
        mean=first.typical_mean,
        sd=first.typical_sd,
        lower_is_worse=first.lower_is_worse,
        norm_source=f"{limit.source} ({VERIFIED_WORD[limit.verified]}). {limit.note}"
        if limit
        else "No comparable norm is known to us for this test, position and age.",
        error_source=f"{error.source} ({BASIS_WORD[error.basis]}; {VERIFIED_WORD[error.verified]}). {error.note}"
        if error
        else "No error is known to us for this way of measuring.",
        shows=derived.what_it_shows if derived else parts.what_it_shows,
        cannot_show="" if derived else parts.what_it_cannot_show,
    )


def _value(finding: Finding, unit: str) -> str:
    return "" if finding.value is None else shown(finding.value, unit)


def _between(interval: tuple[float, float] | None, unit: Unit) -> str:
    """The 95 % interval in whole degrees, or in centimetres with one decimal."""
    if interval is None:
        return ""
    digits = 0 if unit is Unit.DEGREE else 1
    low, high = (f"{round(end, digits) + 0.0:.{digits}f}" for end in interval)  # no "−0"
    return f" ({low} to {high})".replace("-", "−")


def _axis(findings: Sequence[Finding]) -> tuple[float, float]:
    """A range that holds the readings with their intervals, the limits, and two SD around the mean."""
    values: list[float] = []
    for f in findings:
        values += [v for v in (f.value, f.low_cut, f.limited_cut, *(f.interval95 or ())) if v is not None]
        if f.typical_mean is not None and f.typical_sd is not None:
            values += [f.typical_mean - 2 * f.typical_sd, f.typical_mean + 2 * f.typical_sd]
    low, high = min(values), max(values)
    if high - low < 1:  # a lone reading without error or norm
        low, high = low - 5, high + 5
    step = 10.0 if high - low > 25 else 5.0 if high - low > 10 else 2.0
    return (step * ((low - 0.04 * (high - low)) // step), step * -((-high - 0.04 * (high - low)) // step))


def _signs(assessment: Assessment, protocol: Protocol) -> Iterable[str]:
    """What was answered yes at a test, and what follows."""
    for observation in assessment.observations:
        if observation.answer:
            spec = protocol.tests[observation.test]
            question = next(q for q in spec.questions if q.id == observation.question)
            side = "" if observation.side is Side.BOTH else f", {observation.side.value}"
            yield f"{spec.plain_name}{side}: {question.ask} Yes. {question.if_yes}"


def _motions(assessment: Assessment) -> Iterable[MotionRow]:
    found = {(v.motion, v.side): v for v in assessment.verdicts}
    for motion in Motion:
        if (motion, Side.LEFT) in found:
            yield MotionRow(motion, MOTION_WORD[motion], found[motion, Side.LEFT], found[motion, Side.RIGHT])


def care(cautions: Iterable[str]) -> str:
    """What to do before an exercise that asks for care with someone's condition; empty when none does."""
    names = ", ".join(name[0].lower() + name[1:] for name in cautions)
    return f"With {names}: ask your doctor or physiotherapist first whether this suits you." if names else ""


def plan_view(plan: Plan, protocol: Protocol, refs: References) -> PlanView:
    """The plan by kind of session, by week, and by exercise."""
    weeks: dict[int, list[Session]] = {}
    for session in plan.sessions:
        weeks.setdefault(session.week, []).append(session)
    templates: dict[tuple[str, str], Session] = {}
    for letter in ("A", "B"):
        of_letter = [session for session in plan.sessions if session.letter == letter]
        if of_letter and of_letter[0].items == of_letter[-1].items:
            templates[letter, f"Weeks 1 to {plan.weeks}"] = of_letter[0]
        elif of_letter:
            templates[letter, "Weeks 1 and 2"] = of_letter[0]
            templates[letter, f"From week 3 to week {plan.weeks}"] = of_letter[-1]
    needed = {
        e for card in templates.values() for item in card.items for e in protocol.exercises[item.exercise].equipment
    }
    return PlanView(
        plan=plan,
        templates=tuple((letter, phase, session) for (letter, phase), session in templates.items()),
        weeks=tuple((week, tuple(sessions)) for week, sessions in weeks.items()),
        cards=tuple(_cards(plan, protocol, refs)),
        advice=tuple(_advice_card(a, protocol.exercises[a.exercise], refs) for a in plan.daily_advice),
        lessons=tuple(protocol.lessons[i] for i in dict.fromkeys(s.lessons[0] for s in plan.sessions)),
        equipment=tuple(e.name for e in protocol.words.equipment if e.id in needed and e.id != "floor"),
    )


def _advice_card(item: Prescription, exercise: Exercise, refs: References) -> ExerciseCard:
    return ExerciseCard(exercise, item.why, item.cautions, item.dose, None, (), refs(exercise.evidence))


def _cards(plan: Plan, protocol: Protocol, refs: References) -> Iterable[ExerciseCard]:
    seen: dict[str, list[tuple[Session, Prescription]]] = {}
    for session in plan.sessions:
        for item in session.items:
            seen.setdefault(item.exercise, []).append((session, item))
    for exercise_id, uses in seen.items():
        exercise = protocol.exercises[exercise_id]
        doses = list(dict.fromkeys(item.dose for _, item in uses))
        yield ExerciseCard(
            exercise=exercise,
            why=uses[0][1].why,
            cautions=uses[0][1].cautions,
            first_dose=doses[0],
            later_dose=doses[1] if len(doses) > 1 else None,
            sessions=tuple(sorted({session.letter for session, _ in uses})),
            refs=refs(exercise.evidence),
        )
