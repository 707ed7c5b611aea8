"""Coxa: what a person's hips have to do with their sore lower back, and what to do about it.

The library in four calls::

    case = coxa.load_case("case.yaml")        # a readable file, checked line by line
    assessment = coxa.assess(case)            # the last visit, or coxa.assess(case, date=...)
    plan = coxa.prescribe(case, assessment)   # the dated home programme
    change = coxa.compare(case)               # the last two visits, beyond measurement error

Everything runs on this machine; nothing is sent anywhere.
"""

from __future__ import annotations

import datetime as _dt

from coxa import plan as _plan
from coxa import reason as _reason
from coxa.case import load_case
from coxa.errors import CaseFileError, ComparisonError, CoxaError, InputError, OutputError, ProtocolError
from coxa.model import Assessment, Case, Comparison, Person, Plan, Reading, Visit
from coxa.protocol import load_protocol
from coxa.reason.change import is_worse as _is_worse
from coxa.version import __version__

__all__ = [
    "Assessment",
    "Case",
    "CaseFileError",
    "Comparison",
    "ComparisonError",
    "CoxaError",
    "InputError",
    "OutputError",
    "Person",
    "Plan",
    "ProtocolError",
    "Reading",
    "Visit",
    "__version__",
    "assess",
    "compare",
    "load_case",
    "prescribe",
    "visit_on",
]


def visit_on(case: Case, date: _dt.date | None = None) -> Visit:
    """The visit of a date, or the last one.

    Raises
    ------
    InputError: the case has no visit on that date.
    """
    if date is None:
        return case.visits[-1]
    for visit in case.visits:
        if visit.date == date:
            return visit
    dates = ", ".join(str(visit.date) for visit in case.visits)
    raise InputError(f"{case.source.name} has no visit on {date}; it has {dates}.")


def assess(case: Case, date: _dt.date | None = None) -> Assessment:
    """Judge one visit of a case, by default the last. Safety comes first and may end the judgement."""
    return _reason.assess(case.person, visit_on(case, date), load_protocol())


def prescribe(case: Case, assessment: Assessment) -> Plan:
    """Write the dated programme for an assessed visit of the case.

    At a later visit it takes the re-test into account: what helped is kept and made harder, more range without less
    pain shifts the time to practice and strength, and a re-test that says to stop ends the programme.
    """
    visit = visit_on(case, assessment.date)
    earlier = [one for one in case.visits if one.date < visit.date]
    retest = None
    if earlier:
        so_far = case.model_copy(update={"visits": (*earlier, visit)})
        before = case.model_copy(update={"visits": tuple(earlier)})
        plan = prescribe(before, assess(before))
        done = tuple(dict.fromkeys(item.exercise for session in plan.sessions for item in session.items))
        retest = _plan.Retest(compare(so_far), done)
    return _plan.prescribe(assessment, visit, load_protocol(), retest)


def compare(before: Case, after: Case | None = None) -> Comparison:
    """Compare the last two visits of one case, or the last visits of two cases of the same person.

    Raises
    ------
    ComparisonError: fewer than two visits, wrong order, or different people.
    """
    if after is not None:
        return _pair(before, before.visits[-1], after, after.visits[-1])
    if len(before.visits) < 2:
        raise ComparisonError(f"{before.source.name} holds one visit only; a comparison needs two.")
    *earlier, first, second = before.visits
    worse_before = bool(earlier) and _is_worse(_pair(before, earlier[-1], before, first))
    return _pair(before, first, before, second, worse_before=worse_before)


def _pair(before: Case, first: Visit, after: Case, second: Visit, *, worse_before: bool = False) -> Comparison:
    protocol = load_protocol()
    return _reason.compare(
        _reason.assess(before.person, first, protocol),
        first,
        _reason.assess(after.person, second, protocol),
        second,
        protocol,
        worse_before=worse_before,
    )
