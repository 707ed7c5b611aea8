"""The dated programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from coxa.measure.typed import UNIT_WORD
from coxa.model import (
    Assessment,
    FindingLabel,
    LeftOut,
    Plan,
    Prescription,
    Resources,
    RetestDay,
    Session,
    Side,
    Support,
    VerdictLabel,
    Visit,
)
from coxa.plan.choice import Candidate, Choice, choose
from coxa.plan.needs import (
    GENERAL_BESIDE_OTHERS,
    GENERAL_WEIGHT,
    Care,
    Need,
    care_of,
    forbidden,
    needs_of,
    out_of_reach,
    served,
)
from coxa.protocol import Protocol
from coxa.protocol.schema import ACTIVE_KINDS, MDC95_FACTOR, RELEASE_KINDS, Dose, Exercise

LATER_FROM_WEEK = 3
LONG, SHORT = 8, 4
"""Weeks: 8 as in most trials (FACTS C4, C5); 4 when nothing is named yet, so that a re-test comes sooner."""
RETEST_WEEKS = (2, 4, 8)
OUTCOME_WEEK = 6
MOST_ADVICE = 4
MESSAGES = 3
"""Education: three short messages each session (FACTS G)."""
ORDER_OF_KINDS = (
    "foam_rolling",
    "trigger_point",
    "compression_band",
    "mobility_drill",
    "dynamic_stretch",
    "motor_control",
    "squat_form",
    "strength",
    "static_stretch",
)
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
LOW_EVIDENCE_WORTH = 0.9
OFTEN_LEFT_OUT = 12


def prescribe(assessment: Assessment, visit: Visit, protocol: Protocol) -> Plan:
    """Write the programme for one assessed visit.

    Returns a plan with ``allowed=False`` and no session when safety comes first.
    """
    resources = visit.resources
    start = resources.start or visit.date + dt.timedelta(days=1)
    if not assessment.safety.programme_allowed:
        return _none(assessment, resources, start)
    needs, care = needs_of(assessment, visit, protocol), care_of(assessment, visit)
    weeks = resources.weeks or (LONG if _something_named(assessment) else SHORT)
    candidates, left_out = _candidates(needs, care, resources, protocol)
    choice = choose(candidates, resources.minutes_per_day, resources.days_per_week)
    chosen = {*choice.a, *choice.b}
    left_out += [
        LeftOut(exercise=c.exercise.id, name=c.exercise.plain_name, because=_crowded_out(c, candidates, chosen))
        for i, c in enumerate(candidates)
        if i not in chosen and served(c.exercise, needs)
    ]
    return Plan(
        allowed=True,
        because=assessment.headline,
        start=start,
        weeks=weeks,
        minutes_per_day=resources.minutes_per_day,
        days_per_week=resources.days_per_week,
        goals=_goals(assessment, visit, protocol),
        sessions=_sessions(candidates, choice, needs, resources, start, weeks, _lessons(assessment, protocol)),
        left_out=tuple(left_out[:OFTEN_LEFT_OUT]),
        daily_advice=_advice(needs, care, resources, protocol),
        progression=tuple(r.say for r in protocol.plan_rules.values() if r.kind in ("progress", "ease")),
        retests=_retests(assessment, start, weeks),
        stop_rules=tuple(r.say for r in protocol.plan_rules.values() if r.kind in ("stop", "refer")),
        referral=_referral(assessment),
        evidence=_evidence(candidates, chosen, protocol),
    )


def _none(assessment: Assessment, resources: Resources, start: dt.date) -> Plan:
    return Plan(
        allowed=False,
        because=assessment.safety.actions[0].say,
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
        referral=tuple(action.say for action in assessment.safety.actions),
        evidence=tuple(dict.fromkeys(e for action in assessment.safety.actions for e in action.evidence)),
    )


def _something_named(assessment: Assessment) -> bool:
    told = any(v.label not in (VerdictLabel.CANT_TELL, VerdictLabel.CLEAR) for v in assessment.verdicts)
    return told or any(c.support is Support.SUPPORTED for c in assessment.contributors)


# --- choosing ---------------------------------------------------------------------------------------------------------


def _candidates(
    needs: tuple[Need, ...], care: Care, resources: Resources, protocol: Protocol
) -> tuple[list[Candidate], list[LeftOut]]:
    candidates, left_out = [], []
    general = GENERAL_BESIDE_OTHERS if needs else GENERAL_WEIGHT
    for exercise in protocol.exercises.values():
        serving = served(exercise, needs)
        if exercise.dose is None or not (serving or exercise.general):
            continue
        minutes = _longest(exercise, _sides(exercise, serving))
        because = forbidden(exercise, care, resources, protocol) or out_of_reach(exercise, resources, protocol)
        if because is None and minutes > resources.minutes_per_day:
            because = f"takes {minutes:.0f} minutes, longer than your day allows"
        if because is None:
            candidates.append(Candidate(exercise, minutes, _covers(exercise, serving, general)))
        elif serving:
            left_out.append(LeftOut(exercise=exercise.id, name=exercise.plain_name, because=because))
    return candidates, left_out


def _covers(exercise: Exercise, serving: tuple[Need, ...], general: float) -> dict[str, float]:
    way, worth = WAYS.get(exercise.kind, RELEASE_WAY)
    worth *= LOW_EVIDENCE_WORTH if exercise.low_evidence else 1.0
    covers = {f"{need.key} by {way}": worth * need.weight for need in serving}
    if exercise.general:
        covers[f"general by {way}"] = worth * general
    return covers


def _crowded_out(candidate: Candidate, candidates: Sequence[Candidate], chosen: set[int]) -> str:
    for i in sorted(chosen):
        other = candidates[i].exercise
        if other.kind == candidate.exercise.kind and set(other.targets) & set(candidate.exercise.targets):
            return f"'{other.plain_name}' does the same work"
    if candidate.exercise.kind in RELEASE_KINDS:
        return "optional, and the time goes to what helps more"
    return "no room in the minutes and days that you have"


def _sides(exercise: Exercise, serving: tuple[Need, ...]) -> tuple[Side, ...]:
    """Sides to do: those that ask for it; both for control and strength, and when no side asks."""
    if not exercise.sided:
        return (Side.BOTH,)
    asked = tuple(s for s in (Side.LEFT, Side.RIGHT) if any(s in need.sides for need in serving))
    return (Side.LEFT, Side.RIGHT) if exercise.kind in ACTIVE_KINDS or not asked else asked


def _longest(exercise: Exercise, sides: tuple[Side, ...]) -> float:
    doses = [dose for dose in (exercise.dose, exercise.later_dose) if dose is not None]
    return max(dose.seconds(len(sides)) for dose in doses) / 60


# --- writing out ------------------------------------------------------------------------------------------------------


def _sessions(
    candidates: Sequence[Candidate],
    choice: Choice,
    needs: tuple[Need, ...],
    resources: Resources,
    start: dt.date,
    weeks: int,
    lessons: tuple[str, ...],
) -> tuple[Session, ...]:
    sessions: list[Session] = []
    for week in range(1, weeks + 1):
        for day in range(resources.days_per_week):
            letter = "A" if day % 2 == 0 else "B"
            picked = choice.a if letter == "A" else choice.b
            items = [_prescription(candidates[i].exercise, needs, week) for i in picked]
            items.sort(key=lambda item: ORDER_OF_KINDS.index(item.kind))
            first = len(sessions) % len(lessons)
            if items:
                sessions.append(
                    Session.model_validate(
                        {
                            "date": start + dt.timedelta(days=7 * (week - 1) + day * 7 // resources.days_per_week),
                            "week": week,
                            "letter": letter,
                            "lessons": tuple(lessons[(first + k) % len(lessons)] for k in range(MESSAGES)),
                            "items": tuple(items),
                            "minutes": round(sum(item.minutes for item in items), 1),
                        }
                    )
                )
    return tuple(sessions)


def _prescription(exercise: Exercise, needs: tuple[Need, ...], week: int) -> Prescription:
    serving = served(exercise, needs)
    sides = _sides(exercise, serving)
    later = week >= LATER_FROM_WEEK and exercise.later_dose is not None
    dose = exercise.later_dose if later else exercise.dose
    why = ", ".join(dict.fromkeys(need.name for need in serving)) or "good for most people with back pain"
    return Prescription(
        exercise=exercise.id,
        name=exercise.plain_name,
        kind=exercise.kind,
        sides=sides,
        sets=dose.sets if dose else 1,
        repetitions=dose.repetitions if dose else None,
        hold_seconds=dose.hold_seconds if dose else None,
        minutes=round(dose.seconds(len(sides)) / 60, 2) if dose else 0.0,
        dose=_dose_words(dose, sides) if dose else "Every day, as it fits.",
        why=why,
    )


def _dose_words(dose: Dose, sides: tuple[Side, ...]) -> str:
    if dose.repetitions is None:
        once = f"{dose.hold_seconds} s"
    elif dose.hold_seconds:
        once = f"{dose.repetitions} times, hold {dose.hold_seconds} s"
    else:
        once = f"{dose.repetitions} times"
    where = {(Side.LEFT,): ", left side", (Side.RIGHT,): ", right side", (Side.LEFT, Side.RIGHT): ", each side"}.get(
        sides, ""
    )
    return f"{dose.sets} × {once}{where}" if dose.sets > 1 else f"{once}{where}"


def _advice(needs: tuple[Need, ...], care: Care, resources: Resources, protocol: Protocol) -> tuple[Prescription, ...]:
    fitting = []
    for exercise in protocol.exercises.values():
        if exercise.dose is not None or forbidden(exercise, care, resources, protocol):
            continue
        serving = served(exercise, needs)
        if serving or exercise.general:
            weight = max((need.weight for need in serving), default=0.0) + (GENERAL_WEIGHT if exercise.general else 0.0)
            fitting.append((weight, exercise))
    fitting.sort(key=lambda item: -item[0])
    return tuple(_prescription(exercise, needs, 1) for _, exercise in fitting[:MOST_ADVICE])


def _goals(assessment: Assessment, visit: Visit, protocol: Protocol) -> tuple[str, ...]:
    single, pain = protocol.outcomes["psfs_single"], protocol.outcomes["nprs"]
    goals = [
        f"{item.activity[0].upper() + item.activity[1:]}: from {item.score_0_10:g} to at least "
        f"{min(10.0, item.score_0_10 + single.minimum):g} of 10 (10 is as before the pain)."
        for item in visit.function.psfs
        if item.score_0_10 + single.minimum <= 10
    ]
    if visit.pain.now_0_10 >= pain.minimum:
        goals.append(f"Pain: from {visit.pain.now_0_10:g} to {visit.pain.now_0_10 - pain.minimum:g} of 10 or less.")
    for finding in assessment.findings:
        if finding.label is FindingLabel.LIMITED and finding.sem is not None and finding.test in protocol.tests:
            unit, change = UNIT_WORD[finding.unit], MDC95_FACTOR * finding.sem
            goals.append(
                f"{finding.side.value.capitalize()}, {protocol.test_name(finding.test).lower()}: a change of more than "
                f"{change:.0f}{unit}; less can't be told from error."
            )
    return tuple(goals)


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


def _retests(assessment: Assessment, start: dt.date, weeks: int) -> tuple[RetestDay, ...]:
    telling = (FindingLabel.LIMITED, FindingLabel.LOW, FindingLabel.CANT_TELL)
    short = tuple(dict.fromkeys(f.test for f in assessment.findings if f.label in telling and f.value is not None))
    every = tuple(dict.fromkeys(r.test for r in assessment.readings if r.accepted))
    days = []
    for week in sorted(
        {*(w for w in RETEST_WEEKS if w < weeks), *((OUTCOME_WEEK,) if weeks >= OUTCOME_WEEK else ()), weeks}
    ):
        last, outcome_only = week == weeks, week == OUTCOME_WEEK and week != weeks
        tests = every if last else () if outcome_only else short
        days.append(
            RetestDay(
                date=start + dt.timedelta(days=7 * week),
                week=week,
                what=tests,
                say="Score pain and your activities again"
                + (
                    " and decide: no clear change after six weeks means see a professional."
                    if outcome_only
                    else ", and repeat these tests the same way: same device, same order, same time of day."
                    if tests
                    else "."
                ),
            )
        )
    return tuple(days)


def _referral(assessment: Assessment) -> tuple[str, ...]:
    from_safety = [action.say for action in assessment.safety.actions]
    from_tests = [
        f"{c.name}: let a professional look at this. {_first_reason(c.reasons_for)}"
        for c in assessment.contributors
        if c.action == "refer"
    ]
    return (*from_safety, *from_tests)


def _first_reason(reasons: Sequence[object]) -> str:
    return str(getattr(reasons[0], "say", "")) if reasons else ""


def _evidence(candidates: Sequence[Candidate], chosen: set[int], protocol: Protocol) -> tuple[str, ...]:
    used = [claim for i in sorted(chosen) for claim in candidates[i].exercise.evidence]
    rules = [claim for rule in protocol.plan_rules.values() for claim in rule.evidence]
    return tuple(dict.fromkeys(["order_of_care", *used, *rules]))
