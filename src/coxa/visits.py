"""The whole chain over the visits of a case: assess, prescribe, compare, each knowing what came before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from coxa import plan as planning
from coxa import reason
from coxa.errors import ComparisonError, InputError
from coxa.model import Assessment, Case, Comparison, Plan, RetestAction, Visit
from coxa.protocol import load_protocol
from coxa.reason.change import Past

NOT_YET_SEEN = (
    "The last re-test said to see a professional first. Once someone has looked, write seen_by_professional: yes under "
    "resources."
)


def visit_on(case: Case, date: dt.date | None = None) -> Visit:
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


def assess(case: Case, date: dt.date | None = None) -> Assessment:
    """Judge one visit of a case, by default the last. Safety comes first and may end the judgement."""
    return reason.assess(case.person, visit_on(case, date), load_protocol())


def prescribe(case: Case, assessment: Assessment) -> Plan:
    """Write the dated programme for an assessed visit of the case.

    At a later visit it takes the re-test into account: what helped is kept and made harder, more range without less
    pain shifts the time to practice and strength, and a re-test that says to stop ends the programme until a
    professional has looked.
    """
    visit = visit_on(case, assessment.date)
    step: _Step | None = None
    for one in case.visits:
        if one.date <= visit.date:
            step = _walk(case, one, step)
    if step is None:
        raise InputError(f"{case.source.name} has no visit up to {visit.date}.")
    return step.plan


def compare(before: Case, after: Case | None = None) -> Comparison:
    """Compare the last two visits of one case, or the last visits of two cases of the same person.

    Raises
    ------
    ComparisonError: fewer than two visits, wrong order, or different people.
    """
    if after is not None:
        _same_person(before, after)
        visits = (*before.visits, after.visits[-1])
        before = after.model_copy(update={"visits": visits, "source": before.source})
    if len(before.visits) < 2:
        raise ComparisonError(f"{before.source.name} holds one visit only; a comparison needs two.")
    step: _Step | None = None
    for one in before.visits:
        step = _walk(before, one, step)
    if step is None or step.change is None:
        raise ComparisonError(f"{before.source.name} holds one visit only; a comparison needs two.")
    return step.change


@dataclass(frozen=True)
class _Step:
    """One visit in the chain: its judgement, its plan, and where the present programme began."""

    visit: Visit
    assessment: Assessment
    change: Comparison | None
    plan: Plan
    began: Assessment
    began_visit: Visit
    stopped: bool


def _walk(case: Case, visit: Visit, last: _Step | None) -> _Step:
    protocol = load_protocol()
    assessment = reason.assess(case.person, visit, protocol)
    if last is None:
        plan = planning.prescribe(assessment, visit, protocol)
        return _Step(visit, assessment, None, plan, assessment, visit, stopped=False)
    eased = last.change is not None and last.change.action is RetestAction.EASE
    ran = bool(last.plan.sessions)
    past = Past(last.began, last.began_visit, worse_before=eased, programme_ran=ran)
    change = reason.compare(last.assessment, last.visit, assessment, visit, protocol, past)
    unseen = last.stopped and not visit.resources.seen_by_professional
    if unseen and assessment.safety.programme_allowed:
        change = change.model_copy(update={"action": RetestAction.STOP, "next_steps": (NOT_YET_SEEN,)})
    if not ran and not unseen:
        plan = planning.prescribe(assessment, visit, protocol)
        return _Step(visit, assessment, change, plan, assessment, visit, stopped=False)
    done = tuple(dict.fromkeys(item.exercise for session in last.plan.sessions for item in session.items))
    plan = planning.prescribe(assessment, visit, protocol, planning.Retest(change, done))
    stopped = assessment.safety.programme_allowed and change.action is RetestAction.STOP
    return _Step(visit, assessment, change, plan, last.began, last.began_visit, stopped=stopped)


def _same_person(before: Case, after: Case) -> None:
    first, second = before.visits[-1], after.visits[-1]
    if second.date <= first.date:
        raise ComparisonError(
            f"the second visit ({second.date}) must be later than the first ({first.date}); swap the two files, or "
            "check the dates."
        )
    years = (second.date - first.date).days / 365.25
    older = after.person.age - before.person.age
    if before.person.sex != after.person.sex or not years - 1.5 <= older <= years + 1.5:
        raise ComparisonError(
            "the two files describe different people (age or sex differ); compare visits of one person."
        )
