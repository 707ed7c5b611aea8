"""The ten example cases and what a clinician expects of each: `examples/cases/` against `tests/cases/`.

An expectation file says why the case is there, and per visit what must be found, named, planned and said, and what must
not. What it leaves out is free. Every fault of a case is listed at once, each with the expectation that it breaks.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pytest
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

import coxa
from coxa.model import (
    ActionLevel,
    Assessment,
    Change,
    ChangeLabel,
    Comparison,
    FindingLabel,
    Motion,
    Plan,
    Side,
    Support,
    VerdictLabel,
)
from coxa.protocol import Protocol, load_protocol
from coxa.protocol.schema import ExerciseKind

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples" / "cases"
EXPECTED = ROOT / "tests" / "cases"
REFUSED = "refused"
UNSAYABLE = re.compile(
    r"out of place|damaged|misaligned|unstable|will fix|cures?\b|probability (of at least )?[01]\.00|\d\.\d{3}",
    re.IGNORECASE,
)
"""Words that Coxa never uses, certainty that it can't have, and digits that mean nothing."""
NAMED_AT = re.compile(r"^(?P<label>[a-z_]+)( at least (?P<least>0\.\d+))?$")
Faults = Iterator[str]


# --- what an expectation file may say; an unknown key is an error ----------------------------------------------------


class Expectation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Expectation):
    """A text must hold each of ``mentions`` and none of ``never``, whatever their case."""

    mentions: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class Chosen(Expectation):
    """IDs of a list, such as exercises, their kinds, or tests to measure next."""

    contains: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class PlanExpected(Expectation):
    allowed: bool
    weeks: int | None = None
    kinds: Chosen = Chosen()
    exercises: Chosen = Chosen()
    advice: Chosen = Chosen()
    only_side: dict[str, Side] = {}
    goals: Words = Words()
    referral: Words | Literal["none"] = Words()


class Contributors(Expectation):
    supported: tuple[str, ...] = ()
    at_least_possible: tuple[str, ...] = ()
    not_supported: tuple[str, ...] = ()
    unlikely: tuple[str, ...] = ()
    cant_tell: tuple[str, ...] = ()
    sides: dict[str, tuple[Side, ...]] = {}


class VisitExpected(Expectation):
    safety: ActionLevel
    rules: tuple[str, ...] | None = Field(default=None, description="all safety rules that fit, in any order")
    nothing_judged: bool = False
    headline: Words = Words()
    findings: dict[str, dict[Side, FindingLabel | Literal["refused"]]] = {}
    verdicts: dict[Motion, dict[Side, str]] = {}
    muscles: dict[str, dict[Side, str]] = {}
    asymmetries: dict[str, Side] | Literal["none"] | None = None
    hypermobile: bool = False
    nerve: tuple[Side, ...] = ()
    contributors: Contributors = Contributors()
    trail: dict[str, Words] = {}
    measure_next: Chosen = Chosen()
    plan: PlanExpected


def _label_or_sides(value: Any) -> Any:
    return {"both": value} if isinstance(value, str) else value


BySide = Annotated[dict[Side, ChangeLabel], BeforeValidator(_label_or_sides)]


class CompareExpected(Expectation):
    success: bool
    headline: Words = Words()
    tests: dict[str, BySide] = {}
    other_tests: ChangeLabel | None = None
    outcomes: dict[str, ChangeLabel] = {}
    next_steps: Words = Words()


class CaseExpected(Expectation):
    why: str
    visits: dict[dt.date, VisitExpected]
    compare: CompareExpected | None = None


# --- checks: each yields one sentence per broken expectation ---------------------------------------------------------


def words(where: str, text: str, expected: Words) -> Faults:
    for word in expected.mentions:
        if word.lower() not in text.lower():
            yield f"{where} should mention '{word}', but says: {text}"
    for word in expected.never:
        if word.lower() in text.lower():
            yield f"{where} should never mention '{word}', but says: {text}"


def chosen(where: str, found: Iterable[str], expected: Chosen, known: Iterable[str]) -> Faults:
    have, closed = sorted(set(found)), set(known)
    for one in {*expected.contains, *expected.never} - closed:
        yield f"{where}: there is no '{one}'"
    for one in expected.contains:
        if one not in have:
            yield f"{where} should contain {one}, but has {', '.join(have) or 'nothing'}"
    for one in expected.never:
        if one in have:
            yield f"{where} should never contain {one}, but does"


def check_safety(a: Assessment, e: VisitExpected) -> Faults:
    if a.safety.level is not e.safety:
        yield f"safety should be {e.safety}, but is {a.safety.level}"
    rules = tuple(action.rule for action in a.safety.actions)
    if e.rules is not None and set(rules) != set(e.rules):
        yield f"safety rules should be {sorted(e.rules)}, but are {sorted(rules)}"
    if e.nothing_judged and (a.readings or a.findings or a.verdicts or a.contributors or a.next_measurements):
        yield "nothing should be judged, but something was"
    yield from words("headline", a.headline, e.headline)


def check_findings(a: Assessment, e: VisitExpected) -> Faults:
    """A test is named by its ID, or as ``test:protocol`` where one protocol is meant."""
    for name, sides in e.findings.items():
        test, _, protocol = name.partition(":")
        for side, label in sides.items():
            found = {
                REFUSED if f.value is None else f.label.value
                for f in a.findings
                if (f.test, f.side) == (test, side) and protocol in ("", f.protocol)
            }
            if found != {str(label)}:
                yield f"finding {name} {side} should be {label}, but is {' and '.join(sorted(found)) or 'missing'}"


def check_verdicts(a: Assessment, e: VisitExpected) -> Faults:
    by_key = {(v.motion, v.side): v for v in a.verdicts}
    for motion, sides in e.verdicts.items():
        for side, wanted in sides.items():
            label, least = _named(wanted)
            verdict = by_key[motion, side]
            p = verdict.probabilities[verdict.label]
            if verdict.label is not VerdictLabel(label) or p < least:
                yield f"verdict {motion} {side} should be {wanted}, but is {verdict.label} ({p:.2f})"
    for muscle, sides in e.muscles.items():
        for side, wanted in sides.items():
            named, least = _named(wanted)
            share = by_key[Motion(named), side].muscles[muscle]
            if share < least:
                yield f"{muscle} {side} should have at least {least} of {named}, but has {share:.2f}"


def _named(wanted: str) -> tuple[str, float]:
    match = NAMED_AT.match(wanted)
    if match is None:
        pytest.fail(f"'{wanted}' is not a label, nor 'label at least 0.9'")
    return match["label"], float(match["least"] or 0.0)


def check_signs(a: Assessment, e: VisitExpected) -> Faults:
    if e.asymmetries is not None:
        wanted = {} if e.asymmetries == "none" else dict(e.asymmetries)
        found = {gap.test: gap.worse_side for gap in a.asymmetries}
        if found != wanted:
            yield f"asymmetries should be {_pairs(wanted)}, but are {_pairs(found)}"
    if a.hypermobile != e.hypermobile:
        yield f"hypermobile should be {e.hypermobile}, but is {a.hypermobile}"
    if set(a.nerve_positive) != set(e.nerve):
        yield f"nerve signs should be {_list(e.nerve)}, but are {_list(a.nerve_positive)}"


def _pairs(sides: Mapping[str, Side]) -> str:
    return ", ".join(f"{test} ({side})" for test, side in sides.items()) or "none"


def _list(sides: Iterable[Side]) -> str:
    return ", ".join(sides) or "none"


def check_contributors(a: Assessment, e: VisitExpected) -> Faults:
    support = {c.id: c.support for c in a.contributors}
    sides = {c.id: c.sides for c in a.contributors}
    rules: Mapping[str, Callable[[Support], bool]] = {
        "supported": lambda s: s is Support.SUPPORTED,
        "at_least_possible": lambda s: s in (Support.SUPPORTED, Support.POSSIBLE),
        "not_supported": lambda s: s is not Support.SUPPORTED,
        "unlikely": lambda s: s is Support.UNLIKELY,
        "cant_tell": lambda s: s is Support.CANT_TELL,
    }
    for rule, fits in rules.items():
        for name in getattr(e.contributors, rule):
            if name not in support:
                yield f"contributor {name} should be {rule.replace('_', ' ')}, but is not listed"
            elif not fits(support[name]):
                yield f"contributor {name} should be {rule.replace('_', ' ')}, but is {support[name]}"
    for name, wanted in e.contributors.sides.items():
        if set(sides.get(name, ())) != set(wanted):
            yield f"contributor {name} should concern {_list(wanted)}, but concerns {_list(sides.get(name, ()))}"


def check_trail(a: Assessment, e: VisitExpected, protocol: Protocol) -> Faults:
    steps = {s.step: " | ".join((s.found, s.how_sure, s.follows)) for s in a.trail}
    for step, expected in e.trail.items():
        if step in steps:
            yield from words(f"step {step}", steps[step], expected)
        else:
            yield f"step {step} should be walked, but is not; there are {', '.join(steps)}"
    yield from chosen("measure next", (n.test for n in a.next_measurements), e.measure_next, protocol.tests)


def check_plan(plan: Plan, e: PlanExpected, protocol: Protocol) -> Faults:
    if plan.allowed != e.allowed:
        yield f"plan allowed should be {e.allowed}, but is {plan.allowed}"
    if not e.allowed and (plan.sessions or plan.daily_advice or plan.goals):
        yield "plan should hold no session, advice or goal, but does"
    if e.allowed and not plan.sessions:
        yield "plan should hold sessions, but has none"
    if e.weeks is not None and plan.weeks != e.weeks:
        yield f"plan should run {e.weeks} weeks, but runs {plan.weeks}"
    items = [item for session in plan.sessions for item in session.items]
    yield from chosen("plan kinds", (i.kind for i in items), e.kinds, get_args(ExerciseKind))
    yield from chosen("plan exercises", (i.exercise for i in items), e.exercises, protocol.exercises)
    yield from chosen("plan advice", (i.exercise for i in plan.daily_advice), e.advice, protocol.exercises)
    for exercise, side in e.only_side.items():
        for sides in {i.sides for i in items if i.exercise == exercise} or {()}:
            if sides != (side,):
                yield f"plan should have {exercise} on the {side} only, but has it on: {_list(sides)}"
    yield from words("plan goals", " | ".join(plan.goals), e.goals)
    if e.referral == "none":
        if plan.referral:
            yield f"plan should refer to nobody, but says: {' | '.join(plan.referral)}"
    else:
        yield from words("plan referral", " | ".join(plan.referral), e.referral)


def check_compare(c: Comparison, e: CompareExpected) -> Faults:
    if c.success is not e.success:
        yield f"success should be {e.success}, but is {c.success}"
    yield from words("compare headline", c.headline, e.headline)
    yield from words("compare next steps", " | ".join(c.next_steps), e.next_steps)
    found = {(t.measure, t.side): t.label for t in c.tests}
    wanted = {(test, side): label for test, sides in e.tests.items() for side, label in sides.items()}
    for (test, side), label in wanted.items():
        if found.get((test, side)) is not label:
            yield f"change of {test} {side} should be {label}, but is {found.get((test, side), 'missing')}"
    for (test, side), label in found.items():
        if e.other_tests is not None and (test, side) not in wanted and label is not e.other_tests:
            yield f"change of {test} {side} should be {e.other_tests}, but is {label}"
    outcomes = {_outcome_name(o): o.label for o in c.outcomes}
    for name, label in e.outcomes.items():
        if outcomes.get(name) is not label:
            yield f"outcome {name} should be {label}, but is {outcomes.get(name, 'missing')}"


def _outcome_name(change: Change) -> str:
    """The measure, or the person's own words for a single activity."""
    return change.name.lower() if change.measure == "psfs_single" else change.measure


# --- tests -----------------------------------------------------------------------------------------------------------


def read_expectation(path: Path) -> CaseExpected:
    return CaseExpected.model_validate(yaml.safe_load(path.read_text("utf-8")))


def faults_of(case: coxa.Case, expected: CaseExpected) -> Faults:
    protocol = load_protocol()
    if [visit.date for visit in case.visits] != sorted(expected.visits):
        yield f"visits should be {sorted(expected.visits)}, but are {[visit.date for visit in case.visits]}"
        return
    for date, e in expected.visits.items():
        a = coxa.assess(case, date)
        checks = (
            check_safety(a, e),
            check_findings(a, e),
            check_verdicts(a, e),
            check_signs(a, e),
            check_contributors(a, e),
            check_trail(a, e, protocol),
            check_plan(coxa.prescribe(case, a), e.plan, protocol),
        )
        for check in checks:
            yield from (f"{date}: {fault}" for fault in check)
    if expected.compare is not None:
        yield from check_compare(coxa.compare(case), expected.compare)


@pytest.mark.parametrize("path", sorted(EXPECTED.glob("*.yaml")), ids=lambda path: path.stem)
def test_case_has_the_outcome_that_a_clinician_expects(path: Path) -> None:
    expected = read_expectation(path)
    faults = list(faults_of(coxa.load_case(EXAMPLES / path.name), expected))
    assert not faults, f"{path.name} ({expected.why}):\n  " + "\n  ".join(faults)


def test_every_example_has_an_expectation_and_the_reverse() -> None:
    examples, expected = ({path.name for path in folder.glob("*.yaml")} for folder in (EXAMPLES, EXPECTED))
    assert examples == expected
    assert len(examples) >= 10


def test_every_case_with_two_visits_expects_a_comparison() -> None:
    for path in sorted(EXPECTED.glob("*.yaml")):
        expected = read_expectation(path)
        assert (expected.compare is not None) == (len(expected.visits) > 1), path.name


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_says_in_two_lines_who_it_is(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert all(line.startswith("# ") and len(line) <= 120 for line in lines[:2])
    assert lines[2].startswith("person:")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_sentence_about_an_example_breaks_the_house_rules(path: Path) -> None:
    case = coxa.load_case(path)
    said: list[str] = []
    for visit in case.visits:
        a = coxa.assess(case, visit.date)
        plan = coxa.prescribe(case, a)
        said += [a.headline, *plan.goals, *plan.referral, *(out.because for out in plan.left_out)]
        said += [finding.say for finding in a.findings]
        said += [verdict.say for verdict in a.verdicts]
        said += [gap.say for gap in a.asymmetries]
        said += [text for step in a.trail for text in (step.found, step.how_sure, step.follows)]
        said += [reason.say for c in a.contributors for reason in (*c.reasons_for, *c.reasons_against)]
    if len(case.visits) > 1:
        c = coxa.compare(case)
        said += [c.headline, *c.next_steps, *(change.say for change in (*c.tests, *c.outcomes))]
    broken = [sentence for sentence in said if UNSAYABLE.search(sentence)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("why: x\nvisits: {2026-01-01: {safety: none, headlines: {}, plan: {allowed: yes}}}", "headlines"),
        ("why: x\nvisits: {2026-01-01: {safety: none, plan: {allowed: yes, must: [x]}}}", "must"),
        ("why: x\nvisits: {}\ncompare: {success: yes, testes: {}}", "testes"),
        ("why: x\nvisits: {2026-01-01: {safety: nothing, plan: {allowed: yes}}}", "safety"),
    ],
)
def test_an_unknown_key_or_word_in_an_expectation_fails(text: str, named: str, tmp_path: Path) -> None:
    path = tmp_path / "expectation.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValidationError, match=named):
        read_expectation(path)


def test_a_broken_expectation_names_itself() -> None:
    case = coxa.load_case(EXAMPLES / "01-desk-worker.yaml")
    good = read_expectation(EXPECTED / "01-desk-worker.yaml")
    date = case.visits[0].date
    bent = good.visits[date].model_copy(
        update={
            "findings": {"active_knee_extension": {Side.LEFT: FindingLabel.TYPICAL}},
            "headline": Words(never=("hamstrings",)),
            "measure_next": Chosen(never=("no_such_test",)),
        }
    )
    broken = good.model_copy(update={"visits": {**good.visits, date: bent}})
    added = [fault for fault in faults_of(case, broken) if fault not in set(faults_of(case, good))]
    assert [fault.partition(" should")[0].partition("'")[0] for fault in added] == [
        f"{date}: headline",
        f"{date}: finding active_knee_extension left",
        f"{date}: measure next: there is no ",
    ]
