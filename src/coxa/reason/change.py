"""What differs between two visits, beyond error, and what the plan does next."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from coxa.errors import ComparisonError
from coxa.measure.typed import UNIT_WORD, Z95
from coxa.model import (
    Assessment,
    Change,
    ChangeLabel,
    Comparison,
    Finding,
    Function,
    RetestAction,
    Side,
    Visit,
)
from coxa.protocol import Protocol
from coxa.protocol.schema import OutcomeRule
from coxa.reason.numbers import shown

SIX_WEEKS, FOUR_WEEKS = 42, 28
NONE_RAN = "No programme ran between these two visits, so there is nothing to compare it with."
SEE = "stop the programme and see a professional."


@dataclass(frozen=True)
class Past:
    """What came before the two visits.

    The first visit of this programme, whether the last re-test was worse, and whether a programme ran between the two.
    """

    first: Assessment
    first_visit: Visit
    worse_before: bool = False
    programme_ran: bool = True


def compare(
    before: Assessment,
    before_visit: Visit,
    after: Assessment,
    after_visit: Visit,
    protocol: Protocol,
    past: Past | None = None,
) -> Comparison:
    """Compare two assessed visits of one person.

    A test changed only beyond MDC95 = 1.96·√(SEM_before² + SEM_after²), measured by the same method in the same
    protocol. Pain and function change only by their published minimal change. What the programme does next is judged
    against the first visit of the programme too, so that slow change counts and six weeks are six weeks.

    Raises
    ------
    ComparisonError: the visits are in the wrong order.
    """
    if after.date <= before.date:
        raise ComparisonError(
            f"the second visit ({after.date}) must be later than the first ({before.date}); swap the two, or "
            "check the dates."
        )
    past = past or Past(before, before_visit, programme_ran=before.safety.programme_allowed)
    ended = after.safety.ends_screening or before.safety.ends_screening
    tests = () if ended else tuple(_tests(before, after, protocol))
    outcomes = tuple(_outcomes(before_visit, after_visit, protocol))
    success = _success(outcomes)
    trend = _Trend(
        now=_labels(outcomes),
        since_start=_labels(_outcomes(past.first_visit, after_visit, protocol)),
        ranged=any(c.label is ChangeLabel.BETTER for c in tests),
        success=success,
        days=(after.date - past.first.date).days,
        worse_before=past.worse_before,
    )
    if not after.safety.programme_allowed:
        headline, steps, action = _urgent(after)
    elif not past.programme_ran:
        headline, steps, action = NONE_RAN, ["Go by what this visit's programme says."], RetestAction.CONTINUE
    else:
        headline, steps, action = _next(trend)
    return Comparison(
        person=after.person,
        before=before.date,
        after=after.date,
        tests=tests,
        outcomes=outcomes,
        success=success,
        safety=after.safety,
        headline=headline,
        next_steps=(*steps, *_hints(tests, trend)) if after.safety.programme_allowed else tuple(steps),
        action=action,
        evidence=(
            *dict.fromkeys(e for rule in protocol.outcomes.values() for e in rule.evidence if e != "success_rule"),
            "success_rule",
            "six_week_stop_rule",
            "strength_dose_opinion",
            "order_of_care",
        ),
    )


# --- tests ------------------------------------------------------------------------------------------------------------


def _key(f: Finding) -> tuple[str, str, str, str, str, str]:
    return (f.test, f.side.value, f.method.value, f.instrument or "", f.protocol, f.unit.value)


def _way(f: Finding) -> str:
    return f.method.value if f.instrument is None else f"{f.method.value} ({f.instrument})"


def _tests(before: Assessment, after: Assessment, protocol: Protocol) -> Iterable[Change]:
    second = {_key(f): f for f in after.findings}
    elsewhere = {(f.test, f.side, f.protocol): f for f in after.findings if f.value is not None}
    for first in before.findings:
        if first.value is None:
            continue
        match = second.get(_key(first))
        other = elsewhere.get((first.test, first.side, first.protocol))
        yield _test_change(first, match, other, protocol, hypermobile=before.hypermobile or after.hypermobile)


def _test_change(
    first: Finding, match: Finding | None, other: Finding | None, protocol: Protocol, *, hypermobile: bool
) -> Change:
    unit = UNIT_WORD[first.unit]
    name = protocol.test_name(first.test)
    after = match.value if match else None
    mdc = Z95 * math.hypot(first.sem, match.sem) if match and first.sem is not None and match.sem is not None else None
    difference = None if after is None or first.value is None else after - first.value
    label, say = _test_label(first, match, other, difference, mdc, unit)
    if label in (ChangeLabel.BETTER, ChangeLabel.WORSE) and (hypermobile or _neutral(first.test, protocol)):
        label, say = ChangeLabel.CHANGED, say.replace("better", "changed").replace("worse", "changed")
    return Change(
        measure=first.test,
        name=name,
        side=first.side,
        unit=first.unit.value,
        before=first.value,
        after=after,
        difference=difference,
        mdc95=mdc,
        label=label,
        say=say,
    )


def _neutral(test: str, protocol: Protocol) -> bool:
    return test in protocol.tests and protocol.tests[test].lower_is_worse is None


def _test_label(
    first: Finding, match: Finding | None, other: Finding | None, difference: float | None, mdc: float | None, unit: str
) -> tuple[ChangeLabel, str]:
    if match is None and other is not None:
        return (
            ChangeLabel.NOT_COMPARABLE,
            f"measured by {_way(first)} before and by {_way(other)} now: different methods can't be compared.",
        )
    if match is None:
        return ChangeLabel.NOT_COMPARABLE, "not measured again."
    if difference is None:
        return ChangeLabel.NOT_COMPARABLE, "the second reading was refused."
    if mdc is None:
        return (
            ChangeLabel.NOT_COMPARABLE,
            f"differs by {shown(difference, unit, signed=True)}; the error of this method is not known.",
        )
    if abs(difference) <= mdc:
        return (
            ChangeLabel.NO_DETECTABLE_CHANGE,
            f"{shown(difference, unit, signed=True)} is within the {shown(mdc, unit)} that error alone explains.",
        )
    label = ChangeLabel.BETTER if (difference > 0) == first.lower_is_worse else ChangeLabel.WORSE
    return label, f"{shown(difference, unit, signed=True)}, beyond the {shown(mdc, unit)} of error: {label.value}."


# --- pain and function ------------------------------------------------------------------------------------------------


def _outcomes(before: Visit, after: Visit, protocol: Protocol) -> Iterable[Change]:
    rules = protocol.outcomes
    yield _outcome(rules["nprs"], before.pain.now_0_10, after.pain.now_0_10, lower_is_better=True)
    first, second = _scores(before.function), _scores(after.function)
    shared = [activity for activity in first if activity in second]
    if shared:
        means = [sum(s[a] for a in shared) / len(shared) for s in (first, second)]
        if len(shared) > 1:
            yield _outcome(rules["psfs_mean"], means[0], means[1], lower_is_better=False)
        for activity in shared:
            yield _outcome(
                rules["psfs_single"], first[activity], second[activity], lower_is_better=False, name=activity
            )
    if after.function.groc is not None:
        yield _groc(rules["groc"], after.function.groc)
    for key, lower, x, y in (
        ("rmdq", True, before.function.rmdq_0_24, after.function.rmdq_0_24),
        ("odi", True, before.function.odi_0_100, after.function.odi_0_100),
    ):
        if x is not None and y is not None:
            yield _outcome(rules[key], x, y, lower_is_better=lower)


def _scores(function: Function) -> dict[str, float]:
    return {item.activity.strip().lower(): item.score_0_10 for item in function.psfs}


def _outcome(
    rule: OutcomeRule, before: float, after: float, *, lower_is_better: bool, name: str | None = None
) -> Change:
    """Better or worse by at least ``minimum`` points."""
    difference, needed = round(after - before, 6), rule.minimum  # a mean of thirds is 2 points, not a hair less
    how = "beyond error" if rule.id.startswith("psfs") else "by an amount that matters"
    if abs(difference) < needed:
        label, word = ChangeLabel.NO_DETECTABLE_CHANGE, f"no change {how}"
    elif (difference < 0) == lower_is_better:
        label, word = ChangeLabel.BETTER, f"better {how}"
    else:
        label, word = ChangeLabel.WORSE, f"worse {how}"
    return Change(
        measure=rule.id,
        name=rule.name if name is None else name[0].upper() + name[1:],
        side=Side.BOTH,
        unit="points",
        before=before,
        after=after,
        difference=difference,
        mdc95=needed,
        label=label,
        say=f"{shown(difference, signed=True)} points (it takes {needed:.2g}): {word}.",
    )


def _groc(rule: OutcomeRule, value: float) -> Change:
    label = (
        ChangeLabel.BETTER
        if value >= rule.minimum
        else ChangeLabel.WORSE
        if value <= -rule.minimum
        else ChangeLabel.NO_DETECTABLE_CHANGE
    )
    word = {ChangeLabel.BETTER: "clearly better", ChangeLabel.WORSE: "clearly worse"}.get(label, "about the same")
    return Change(
        measure=rule.id,
        name=rule.name,
        side=Side.BOTH,
        unit="points",
        before=None,
        after=value,
        difference=None,
        mdc95=rule.minimum,
        label=label,
        say=f"{value:+g}: {word} (it takes {rule.minimum:g}).",
    )


def _success(outcomes: tuple[Change, ...]) -> bool | None:
    """Pain or activities clearly better *and* the person says so; ``None`` when the person was not asked."""
    groc = [c for c in outcomes if c.measure == "groc"]
    if not groc:
        return None
    return groc[0].label is ChangeLabel.BETTER and any(
        c.label is ChangeLabel.BETTER for c in outcomes if c.measure in ("nprs", "psfs_mean", "psfs_single")
    )


# --- what next --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Trend:
    """Outcomes since the last visit and since the start of the programme."""

    now: frozenset[ChangeLabel]
    since_start: frozenset[ChangeLabel]
    ranged: bool
    success: bool | None
    days: int
    worse_before: bool


def _labels(outcomes: Iterable[Change]) -> frozenset[ChangeLabel]:
    return frozenset(c.label for c in outcomes if c.measure in ("nprs", "psfs_mean", "psfs_single", "groc"))


def _urgent(after: Assessment) -> tuple[str, list[str], RetestAction]:
    actions = [action.say for action in after.safety.actions]
    return actions[0], actions, RetestAction.STOP


def _next(trend: _Trend) -> tuple[str, list[str], RetestAction]:
    if ChangeLabel.WORSE in trend.now | trend.since_start:
        since = "" if ChangeLabel.WORSE in trend.now else " than at the start"
        headline = f"Pain or activities are worse{since} by an amount that matters."
        if trend.worse_before:
            return headline, ["This is the second re-test in a row that is worse: " + SEE], RetestAction.STOP
        ease = "Half the sets for two weeks, easier versions, then re-test. If that is worse too, see a professional."
        return headline, [ease], RetestAction.EASE
    if trend.success:
        headline = "Clearly better, by the numbers and by your own judgement."
        step = "Carry on with what changed the painful task, move to the harder versions, and drop what did nothing."
        return headline, [step], RetestAction.PROGRESS
    if ChangeLabel.BETTER in trend.now | trend.since_start:
        since = "" if ChangeLabel.BETTER in trend.now else " since the start"
        headline = f"Something that matters to you is better{since}; it is not yet clear overall."
        rate = " and rate the overall change at the next re-test" if trend.success is None else ""
        return headline, [f"Carry on as planned{rate}."], RetestAction.CONTINUE
    return _no_gain(trend)


def _no_gain(trend: _Trend) -> tuple[str, list[str], RetestAction]:
    headline = "No change beyond error in pain and activities."
    steps = []
    if trend.ranged:
        headline = "Range changed beyond error, but pain and activities did not."
        steps.append(
            "More range alone is not success: give the stretching time to practice of the painful task and to strength."
        )
    if trend.days >= SIX_WEEKS:
        steps.append("Six weeks have passed without a change that matters: " + SEE)
        return headline, steps, RetestAction.STOP
    if trend.days >= FOUR_WEEKS:
        steps.append("Drop release exercises that showed no effect in four weeks; keep practice and strength going.")
    else:
        steps.append("It is early: carry on as planned and re-test as scheduled.")
    return headline, steps, RetestAction.SHIFT if trend.ranged else RetestAction.CONTINUE


def _hints(tests: tuple[Change, ...], trend: _Trend) -> Iterable[str]:
    if any(c.label is ChangeLabel.NOT_COMPARABLE and "different methods" in c.say for c in tests):
        yield "Use the same device next time: a change of method hides real change."
    if any(c.label is ChangeLabel.WORSE for c in tests) and ChangeLabel.WORSE not in trend.now:
        yield "A test is worse beyond error: repeat it on another day before drawing conclusions."
