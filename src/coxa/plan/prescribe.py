"""The dated programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coxa.model import (
    ActionLevel,
    Assessment,
    Comparison,
    EvidenceItem,
    LeftOut,
    Plan,
    Prescription,
    Resources,
    RetestAction,
    Support,
    VerdictLabel,
    Visit,
)
from coxa.plan.choice import Candidate, choose
from coxa.plan.goals import goals, retests
from coxa.plan.needs import (
    EXPERIENCE,
    GENERAL_BESIDE_OTHERS,
    GENERAL_WEIGHT,
    Care,
    Need,
    care_of,
    forbidden,
    needs_of,
    out_of_reach,
    served,
    stop_conditions,
)
from coxa.plan.sessions import KEPT_WORDS, Calendar, longest, prescription_of, sessions_of, sides_of
from coxa.protocol import Protocol
from coxa.protocol.schema import ACTIVE_KINDS, RELEASE_KINDS, STRETCH_KINDS, Exercise, StopCondition

ONCE_SEEN = "Once a professional has looked at this, write seen_by_professional: yes under resources and screen again."
LONG, SHORT = 8, 4
"""Weeks: 8 as in most trials (FACTS C4, C5); 4 when nothing is named yet, so that a re-test comes sooner."""
MOST_ADVICE = 4
WAYS: Mapping[str, tuple[str, float]] = {
    "motor_control": ("practice", 1.0),
    "squat_form": ("practice", 1.0),
    "strength": ("strength", 1.0),
    "mobility_drill": ("lengthening", 0.8),
    "static_stretch": ("lengthening", 0.8),
    "dynamic_stretch": ("lengthening", 0.7),
}
RELEASE_WAY = ("release", 0.2)
"""Ways of serving a need. Order of care (FACTS G): practice and strength, what a test asks for, release last."""
LOW_EVIDENCE_WORTH, TOO_EASY_WORTH, SHIFTED_WORTH = 0.9, 0.75, 0.4
"""Factors: evidence marked low; each level of experience below the person's; lengthening after range alone grew."""
KEPT, KEPT_CHANGED = 1.5, 2.0
"""Worth of keeping an exercise after a re-test, and of moving on to its harder (or back to its easier) version."""
OFTEN_LEFT_OUT = 12


@dataclass(frozen=True)
class Retest:
    """What a re-test adds to a programme: the comparison, and the exercises of the programme before it."""

    change: Comparison
    exercises: tuple[str, ...]


def prescribe(assessment: Assessment, visit: Visit, protocol: Protocol, retest: Retest | None = None) -> Plan:
    """Write the programme for one assessed visit, or the next one after a re-test.

    Returns a plan with ``allowed=False`` and no session when safety comes first, or when the re-test says to stop and
    see a professional.
    """
    resources = visit.resources
    start = resources.start or visit.date + dt.timedelta(days=1)
    if not assessment.safety.programme_allowed:
        why = [action.say for action in assessment.safety.actions]
        if assessment.safety.level is ActionLevel.WITHIN_DAYS:
            why.append(ONCE_SEEN)
        return _none(resources, start, why, _claims(assessment))
    if retest is not None and retest.change.action is RetestAction.STOP:
        why = [*retest.change.next_steps, *_referral(assessment)]
        return _none(resources, start, why, retest.change.evidence, after_retest=retest.change.headline)
    stops = stop_conditions(visit, protocol)
    total = [stop for stop in stops if set(stop.stops) >= ACTIVE_KINDS]
    if total:
        why = [f"{stop.name}: ask the doctor who treats this before you start any exercise." for stop in total]
        return _none(resources, start, why, tuple(dict.fromkeys(e for stop in total for e in stop.evidence)))
    needs, care = needs_of(assessment, visit, protocol), care_of(assessment, visit)
    weeks = resources.weeks or (LONG if _something_named(assessment) else SHORT)
    person = _Person(needs, care, resources, stops)
    candidates, left_out = _candidates(person, protocol, retest)
    choice = choose(candidates, resources.minutes_per_day, resources.days_per_week)
    chosen = {*choice.a, *choice.b}
    release = any(candidates[i].exercise.kind in RELEASE_KINDS for i in chosen)
    rules = [rule for rule in protocol.plan_rules.values() if rule.only_with is None or release]
    left_out += [
        LeftOut(exercise=c.exercise.id, name=c.exercise.plain_name, because=_crowded_out(c, candidates, chosen))
        for i, c in enumerate(candidates)
        if i not in chosen and served(c.exercise, needs)
    ]
    calendar = Calendar(
        needs,
        stops,
        resources,
        start,
        weeks,
        ease=_action(retest) is RetestAction.EASE,
        history=_history(retest, protocol),
        ahead=_action(retest) in (RetestAction.PROGRESS, RetestAction.CONTINUE),
    )
    return Plan(
        allowed=True,
        because=assessment.headline,
        after_retest=None if retest is None else f"{retest.change.headline} {' '.join(retest.change.next_steps)}",
        start=start,
        weeks=weeks,
        minutes_per_day=resources.minutes_per_day,
        days_per_week=resources.days_per_week,
        goals=goals(assessment, visit, protocol),
        sessions=sessions_of(candidates, choice, calendar, _lessons(assessment, protocol)),
        left_out=tuple(left_out[:OFTEN_LEFT_OUT]),
        daily_advice=_advice(person, protocol),
        progression=tuple(r.say for r in rules if r.kind in ("progress", "ease")),
        retests=retests(assessment, start, weeks, protocol),
        stop_rules=tuple(r.say for r in rules if r.kind in ("stop", "refer")),
        referral=_referral(assessment),
        evidence=_evidence(candidates, chosen, protocol),
    )


def _action(retest: Retest | None) -> RetestAction | None:
    return None if retest is None else retest.change.action


def _claims(assessment: Assessment) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e for action in assessment.safety.actions for e in action.evidence))


def _none(
    resources: Resources,
    start: dt.date,
    why: Sequence[str],
    evidence: tuple[str, ...],
    after_retest: str | None = None,
) -> Plan:
    return Plan(
        allowed=False,
        because=why[0],
        after_retest=after_retest,
        start=start,
        weeks=0,
        minutes_per_day=resources.minutes_per_day,
        days_per_week=resources.days_per_week,
        goals=(),
        sessions=(),
        left_out=(),
        daily_advice=(),
        progression=(),
        retests=(),
        stop_rules=(),
        referral=tuple(why),
        evidence=evidence,
    )


def _something_named(assessment: Assessment) -> bool:
    told = any(v.label not in (VerdictLabel.CANT_TELL, VerdictLabel.CLEAR) for v in assessment.verdicts)
    return told or any(c.support is Support.SUPPORTED for c in assessment.contributors)


# --- choosing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Person:
    """What the choice of exercises has to suit."""

    needs: tuple[Need, ...]
    care: Care
    resources: Resources
    stops: tuple[StopCondition, ...]


def _candidates(person: _Person, protocol: Protocol, retest: Retest | None) -> tuple[list[Candidate], list[LeftOut]]:
    candidates, left_out = [], []
    needs, resources = person.needs, person.resources
    general = GENERAL_BESIDE_OTHERS if needs else GENERAL_WEIGHT
    kept = _kept(retest, protocol)
    for exercise in protocol.exercises.values():
        serving = served(exercise, needs)
        if exercise.dose is None or not (serving or exercise.general or exercise.id in kept):
            continue
        minutes = longest(exercise, sides_of(exercise, serving))
        because = forbidden(exercise, person.care, resources, person.stops)
        because = because or out_of_reach(exercise, resources, protocol)
        if because is None and minutes > resources.minutes_per_day:
            because = f"takes {minutes:.0f} minutes, longer than your day allows"
        if because is None:
            covers = _covers(exercise, serving, general, resources, retest)
            if exercise.id in kept:
                covers[f"kept: {exercise.id}"] = kept[exercise.id]
            candidates.append(Candidate(exercise, minutes, covers))
        elif serving:
            left_out.append(LeftOut(exercise=exercise.id, name=exercise.plain_name, because=because))
    return candidates, left_out


def _history(retest: Retest | None, protocol: Protocol) -> dict[str, str]:
    """What each exercise has to do with the programme so far, in words."""
    if retest is None:
        return {}
    changed = {RetestAction.PROGRESS: "harder", RetestAction.EASE: "easier"}.get(retest.change.action)
    new = dict.fromkeys(_kept(retest, protocol), f"the {changed} version of what you did")
    return {**new, **dict.fromkeys(retest.exercises, KEPT_WORDS)}


def _kept(retest: Retest | None, protocol: Protocol) -> dict[str, float]:
    """After a re-test: the exercises so far, and above them their harder versions, or when it was worse the easier."""
    kept: dict[str, float] = {}
    action = _action(retest)
    if retest is not None and action in (RetestAction.PROGRESS, RetestAction.CONTINUE, RetestAction.EASE):
        for exercise in retest.exercises:
            kept[exercise] = KEPT
            spec = protocol.exercises[exercise]
            versions = {RetestAction.PROGRESS: spec.harder_exercise, RetestAction.EASE: spec.easier_exercise}
            next_one = versions.get(action)
            if next_one is not None:
                kept[next_one] = KEPT_CHANGED
    return kept


def _covers(
    exercise: Exercise, serving: tuple[Need, ...], general: float, resources: Resources, retest: Retest | None
) -> dict[str, float]:
    way, worth = WAYS.get(exercise.kind, RELEASE_WAY)
    worth *= LOW_EVIDENCE_WORTH if exercise.low_evidence else 1.0
    if exercise.kind in ACTIVE_KINDS:
        ahead = EXPERIENCE.index(resources.experience) - EXPERIENCE.index(exercise.experience)
        worth *= TOO_EASY_WORTH ** max(0, ahead)
    if way == "lengthening" and _action(retest) is RetestAction.SHIFT:
        worth *= SHIFTED_WORTH
    covers = {f"{need.key} by {way}": worth * need.weight for need in serving}
    if exercise.general:
        covers[f"general by {way}"] = worth * general
    return covers


def _crowded_out(candidate: Candidate, candidates: Sequence[Candidate], chosen: set[int]) -> str:
    this = candidate.exercise
    for i in sorted(chosen):
        other = candidates[i].exercise
        one_per_tissue = other.kind == this.kind and this.kind in RELEASE_KINDS | STRETCH_KINDS
        if (one_per_tissue and set(other.targets) & set(this.targets)) or _versions(this, other):
            return f"'{other.plain_name}' does the same work"
    if this.kind in RELEASE_KINDS:
        return "optional, and the time goes to what helps more"
    return "no room in the minutes and days that you have, or what it serves is covered already"


def _versions(a: Exercise, b: Exercise) -> bool:
    """Whether one is the easier or harder version of the other."""
    return b.id in (a.easier_exercise, a.harder_exercise) or a.id in (b.easier_exercise, b.harder_exercise)


# --- writing out ------------------------------------------------------------------------------------------------------


def _advice(person: _Person, protocol: Protocol) -> tuple[Prescription, ...]:
    fitting = []
    for exercise in protocol.exercises.values():
        if exercise.dose is not None or forbidden(exercise, person.care, person.resources, person.stops):
            continue
        serving = served(exercise, person.needs)
        if serving or exercise.general:
            weight = max((need.weight for need in serving), default=0.0) + (GENERAL_WEIGHT if exercise.general else 0.0)
            fitting.append((weight, exercise))
    fitting.sort(key=lambda item: -item[0])
    return tuple(prescription_of(exercise, person.needs, person.stops) for _, exercise in fitting[:MOST_ADVICE])


def _lessons(assessment: Assessment, protocol: Protocol) -> tuple[str, ...]:
    """All lessons, those that fit the case first."""
    likely = {c.id for c in assessment.contributors if c.support in (Support.SUPPORTED, Support.POSSIBLE)}
    first = ["what_the_hip_can_and_cannot_explain", "flexibility_or_mobility"]
    for contributor, lesson in (
        ("training_load", "training_load"),
        ("sitting", "sitting_breaks"),
        ("squat_form", "squat_depth"),
    ):
        if contributor in likely:
            first.append(lesson)
    return tuple(dict.fromkeys([*first, *protocol.lessons]))


def _referral(assessment: Assessment) -> tuple[str, ...]:
    from_safety = [action.say for action in assessment.safety.actions]
    from_tests = [
        f"{c.name}: let a professional look at this. {_first_reason(c.reasons_for)}"
        for c in assessment.contributors
        if c.action == "refer"
    ]
    return (*from_safety, *from_tests)


def _first_reason(reasons: Sequence[EvidenceItem]) -> str:
    """The weightiest reason, with every side that has it; of equal ones the first by its words, whatever the side."""
    most = max((reason.points for reason in reasons), default=0)
    sides: dict[str, list[str]] = {}
    for reason in reasons:
        if reason.points == most:
            side, _, rest = reason.say.partition(": ")
            said, where = (rest, [side]) if side in ("Left", "Right") else (reason.say, [])
            sides.setdefault(said, []).extend(where)
    said = min(sides, default="")
    return " and ".join(sorted(sides[said])).capitalize() + f": {said}" if sides.get(said) else said


def _evidence(candidates: Sequence[Candidate], chosen: set[int], protocol: Protocol) -> tuple[str, ...]:
    used = [claim for i in sorted(chosen) for claim in candidates[i].exercise.evidence]
    rules = [claim for rule in protocol.plan_rules.values() for claim in rule.evidence]
    return tuple(dict.fromkeys(["order_of_care", *used, *rules]))
