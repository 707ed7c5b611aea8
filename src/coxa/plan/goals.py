"""What the programme aims at, and when to measure again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from coxa.measure.typed import UNIT_WORD
from coxa.model import Assessment, Finding, FindingLabel, Motion, RetestDay, Side, VerdictLabel, Visit
from coxa.protocol import Protocol
from coxa.protocol.schema import MDC95_FACTOR
from coxa.reason.next_steps import LENGTH_TESTS

RETEST_WEEKS = (2, 4, 8)
OUTCOME_WEEK = 6
TOP_OF_SCALE = 10.0


def goals(assessment: Assessment, visit: Visit, protocol: Protocol) -> tuple[str, ...]:
    """Activities and pain first, by changes that matter; then ranges, by changes that are more than error."""
    single, pain = protocol.outcomes["psfs_single"], protocol.outcomes["nprs"]
    found = [
        f"{item.activity[0].upper() + item.activity[1:]}: from {item.score_0_10:g} to at least "
        f"{item.score_0_10 + single.minimum:g} of 10 (10 is as before the pain)."
        for item in visit.function.psfs
        if item.score_0_10 + single.minimum <= TOP_OF_SCALE
    ]
    if visit.pain.now_0_10 > pain.minimum:
        found.append(f"Pain: from {visit.pain.now_0_10:g} to {visit.pain.now_0_10 - pain.minimum:g} of 10 or less.")
    seen: set[tuple[str, Side]] = set()
    for finding in assessment.findings:
        if finding.label is not FindingLabel.LIMITED or finding.sem is None or not trainable(finding, assessment):
            continue
        if (finding.test, finding.side) in seen:
            continue
        seen.add((finding.test, finding.side))
        unit, change = UNIT_WORD[finding.unit], MDC95_FACTOR * finding.sem
        where = f"{finding.side.value.capitalize()}, " if finding.side is not Side.BOTH else ""
        name = protocol.test_name(finding.test)
        name = name[0].lower() + name[1:] if where else name
        more = "more" if finding.lower_is_worse else "less"
        found.append(
            f"{where}{name}: at least {change:.0f}{unit} {more} than now; a smaller change can't be told from error."
        )
    return tuple(found)


def trainable(finding: Finding, assessment: Assessment) -> bool:
    """Whether a range is something to work on: not past a sensitive nerve, and not against the shape of the bone."""
    if finding.test in LENGTH_TESTS and assessment.nerve_care:
        return False
    bony = {v.side for v in assessment.verdicts if v.motion is Motion.ROTATION and v.label is VerdictLabel.BONY_PATTERN}
    return not ("rotation" in finding.test and finding.side in bony)


def retests(assessment: Assessment, start: dt.date, weeks: int, protocol: Protocol) -> tuple[RetestDay, ...]:
    """Weeks 2, 4 and 8 for the telling tests (all of them at the end), week 6 for pain and activities alone."""
    telling = (FindingLabel.LIMITED, FindingLabel.LOW, FindingLabel.CANT_TELL)
    short = _typed(
        (f for f in assessment.findings if f.label in telling and f.value is not None and trainable(f, assessment)),
        protocol,
    )
    every = tuple(
        dict.fromkeys(
            r.test for r in assessment.readings if r.accepted and not (assessment.nerve_care and r.test in LENGTH_TESTS)
        )
    )
    weeks_due = {*(w for w in RETEST_WEEKS if w < weeks), *((OUTCOME_WEEK,) if weeks >= OUTCOME_WEEK else ()), weeks}
    days = []
    for week in sorted(weeks_due):
        last, outcome_only = week == weeks, week == OUTCOME_WEEK and week != weeks
        tests = every if last else () if outcome_only else short
        end = (
            " and decide: no clear change after six weeks means see a professional."
            if outcome_only
            else ", and repeat these tests the same way: same device, same order, same time of day."
            if tests
            else "."
        )
        days.append(
            RetestDay(
                date=start + dt.timedelta(days=7 * week),
                week=week,
                what=tests,
                say="Score pain and your activities again" + end,
            )
        )
    return tuple(days)


def _typed(findings: Iterable[Finding], protocol: Protocol) -> tuple[str, ...]:
    """Tests that somebody can do: a total stands for its two parts."""
    names: list[str] = []
    for finding in findings:
        derived = protocol.derived_tests.get(finding.test)
        names.extend(derived.sum_of if derived else (finding.test,))
    return tuple(dict.fromkeys(names))
