"""What no programme may ever do, whatever the case."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from coxa.model import (
    ActionLevel,
    Assessment,
    Hypermobility,
    Observation,
    Pain,
    Person,
    Plan,
    Prescription,
    Resources,
    RetestAction,
    Sex,
    Side,
    Visit,
)
from coxa.plan import Retest, prescribe
from coxa.protocol.schema import ACTIVE_KINDS, RELEASE_KINDS, STRETCH_KINDS, Exercise
from coxa.reason import assess, compare
from coxa.reason.change import Past
from tests.strategies import DATE, EQUIPMENT, PROTOCOL, STOPS, persons, reading, visit, visits

ROUNDING = 0.05 + 1e-6


def plan_of(person: Person, one: Visit) -> tuple[Assessment, Plan]:
    assessment = assess(person, one, PROTOCOL)
    return assessment, prescribe(assessment, one, PROTOCOL)


def prescribed(plan: Plan) -> Iterable[Prescription]:
    """Everything that the person is asked to do, standing advice included."""
    yield from plan.daily_advice
    for session in plan.sessions:
        yield from session.items


def exercises(plan: Plan) -> dict[str, Exercise]:
    return {item.exercise: PROTOCOL.exercises[item.exercise] for item in prescribed(plan)}


def seconds(item: Prescription, week: int, *, ease: bool = False) -> int:
    """Time of one item at its dose: the later one from week 3 on, or earlier for whom it is not too much."""
    exercise = PROTOCOL.exercises[item.exercise]
    doses = [dose for dose in (exercise.dose, exercise.later_dose) if dose is not None]
    if ease:
        doses = doses[:1]
    elif week >= 3:
        doses = doses[-1:]
    given = (item.repetitions, item.hold_seconds)
    fitting = [d for d in doses if (d.repetitions, d.hold_seconds) == given and (ease or d.sets == item.sets)]
    assert fitting, (item, week)
    dose = fitting[0]
    assert item.sets == (dose.sets + 1) // 2 if ease and week < 3 else item.sets == dose.sets
    return dose.model_copy(update={"sets": item.sets}).seconds(len(item.sides))


@settings(max_examples=120)
@given(persons(adult=True), visits(calm=True))
def test_a_plan_keeps_every_rule(person: Person, one: Visit) -> None:
    assessment, plan = plan_of(person, one)
    event("sessions" if plan.sessions else "no sessions")
    assert plan.allowed is not _all_is_stopped(one)
    if plan.allowed:
        _every_rule(plan, one, assessment)


@settings(max_examples=50)
@given(persons(adult=True), visits(calm=True), visits(calm=True, date=DATE + dt.timedelta(weeks=4)), st.booleans())
def test_the_plan_after_a_re_test_keeps_every_rule(person: Person, one: Visit, two: Visit, worse: bool) -> None:
    before, first = plan_of(person, one)
    after = assess(person, two, PROTOCOL)
    change = compare(before, one, after, two, PROTOCOL, past=Past(before, one, worse_before=worse))
    exercises = tuple(dict.fromkeys(item.exercise for session in first.sessions for item in session.items))
    plan = prescribe(after, two, PROTOCOL, Retest(change, exercises))
    event(change.action.value)
    assert plan.allowed is (change.action is not RetestAction.STOP and not _all_is_stopped(two))
    if plan.allowed:
        _every_rule(plan, two, after, ease=change.action is RetestAction.EASE)
    else:
        assert not any((plan.sessions, plan.daily_advice, plan.retests))
        assert plan.referral


def _all_is_stopped(one: Visit) -> bool:
    """Whether a health condition rules out control and strength, so that no programme is left."""
    return any(set(PROTOCOL.stop_conditions[name].stops) >= ACTIVE_KINDS for name in one.resources.stop_list)


def _every_rule(plan: Plan, one: Visit, assessment: Assessment, *, ease: bool = False) -> None:
    _nothing_that_is_stopped(plan, one.resources)
    _within_time(plan, one.resources, ease=ease)
    _on_the_right_days(plan, one.resources, one.date)
    _in_good_company(plan)
    _within_reach(plan, one.resources)
    _no_stretch_where_it_could_harm(plan, assessment)
    _nothing_heavy_in_strong_pain(plan, one.pain)
    for item in prescribed(plan):
        assert item.why
        assert item.dose
    assert set(plan.evidence) <= set(PROTOCOL.evidence)
    assert {name for session in plan.sessions for name in session.lessons} <= set(PROTOCOL.lessons)
    assert not {left.exercise for left in plan.left_out} & {i.exercise for s in plan.sessions for i in s.items}


def _nothing_that_is_stopped(plan: Plan, resources: Resources) -> None:
    for name, exercise in exercises(plan).items():
        for condition in resources.stop_list:
            assert exercise.kind not in PROTOCOL.stop_conditions[condition].stops, (name, condition)
            assert condition not in exercise.contraindications, (name, condition)


def _within_time(plan: Plan, resources: Resources, *, ease: bool = False) -> None:
    weeks: Counter[int] = Counter()
    for session in plan.sessions:
        needed = sum(seconds(item, session.week, ease=ease) for item in session.items)
        assert needed <= resources.minutes_per_day * 60 + 1e-6
        assert session.minutes <= resources.minutes_per_day + ROUNDING
        assert session.minutes == pytest.approx(needed / 60, abs=0.2)
        weeks[session.week] += needed
    for needed in weeks.values():
        assert needed <= resources.minutes_per_day * resources.days_per_week * 60 + 1e-6


def _on_the_right_days(plan: Plan, resources: Resources, visited: dt.date) -> None:
    assert plan.start == (resources.start or visited + dt.timedelta(days=1))
    assert plan.weeks == resources.weeks or (resources.weeks is None and 4 <= plan.weeks <= 8)
    dates = [session.date for session in plan.sessions]
    assert dates == sorted(set(dates)), "one session a day, in order"
    letters = {session.letter for session in plan.sessions}
    days_of = {"A": math.ceil(resources.days_per_week / 2), "B": resources.days_per_week // 2}
    for week in range(1, plan.weeks + 1):
        first, last = plan.start + dt.timedelta(weeks=week - 1), plan.start + dt.timedelta(weeks=week)
        here = [session for session in plan.sessions if first <= session.date < last]
        assert [session.week for session in here] == [week] * len(here)
        assert len(here) == sum(days_of[letter] for letter in letters) <= resources.days_per_week
        days = Counter(item.exercise for session in here for item in session.items)
        for name, count in days.items():
            dose = PROTOCOL.exercises[name].dose
            assert dose is not None
            assert min(dose.days_min, resources.days_per_week) <= count <= dose.days_max, name
    for session in plan.sessions:
        names = [item.exercise for item in session.items]
        assert names
        assert len(names) == len(set(names))
    assert all(plan.start < day.date <= plan.start + dt.timedelta(weeks=plan.weeks) for day in plan.retests)


def _in_good_company(plan: Plan) -> None:
    for session in plan.sessions:
        kinds = {item.kind for item in session.items}
        assert not kinds & RELEASE_KINDS or kinds & ACTIVE_KINDS, "release never stands alone"
    every = {item.kind for session in plan.sessions for item in session.items}
    assert not every or every & ACTIVE_KINDS


def _within_reach(plan: Plan, resources: Resources) -> None:
    assumed = {item.id for item in PROTOCOL.words.equipment if item.assumed}
    for name, exercise in exercises(plan).items():
        assert set(exercise.equipment) <= assumed | set(resources.equipment), name
        assert not exercise.professional_present or resources.professional_present, name
        if exercise.kind == "compression_band":
            assert resources.professional_present
            assert exercise.professional_present


def _no_stretch_where_it_could_harm(plan: Plan, assessment: Assessment) -> None:
    if assessment.nerve_positive or assessment.nerve_care or assessment.hypermobile:
        assert not {exercise.kind for exercise in exercises(plan).values()} & STRETCH_KINDS


def _nothing_heavy_in_strong_pain(plan: Plan, pain: Pain) -> None:
    if pain.now_0_10 >= 7:
        assert not [name for name, exercise in exercises(plan).items() if exercise.loads_spine_or_impact]


# --- the same, where the danger is certain ----------------------------------------------------------------------------

GENEROUS = Resources(
    minutes_per_day=60,
    days_per_week=5,
    equipment=EQUIPMENT,
    stop_list=(),
    experience="trained",
    professional_present=True,
)
STIFF = tuple(
    reading(test, value, side=side)
    for side in (Side.LEFT, Side.RIGHT)
    for test, value in (
        ("active_knee_extension", 80.0),
        ("hip_flexion_knee_bent", 130.0),
        ("modified_thomas_hip", 15.0),
        ("hip_internal_rotation_90", 10.0),
        ("hip_external_rotation_90", 15.0),
    )
)
NERVE_SIGNS = [
    Observation(test=test, side=side, question=question, answer=True)
    for test, question in (
        ("straight_leg_raise", "nerve_differentiation"),
        ("prone_knee_bend", "front_thigh_tingling"),
    )
    for side in (Side.LEFT, Side.RIGHT)
]
STRETCHED = Person(age=30, sex=Sex.FEMALE)


def test_the_stiff_person_without_a_danger_is_stretched() -> None:
    """Otherwise the next tests would prove nothing."""
    _, plan = plan_of(STRETCHED, visit(readings=STIFF, resources=GENEROUS))
    assert {item.kind for item in prescribed(plan)} & STRETCH_KINDS


@settings(max_examples=30)
@given(persons(adult=True), visits(calm=True), st.sampled_from(NERVE_SIGNS), st.booleans())
def test_a_nerve_positive_person_is_never_stretched(
    person: Person, one: Visit, sign: Observation, generous: bool
) -> None:
    kept = tuple(o for o in one.observations if (o.test, o.side, o.question) != (sign.test, sign.side, sign.question))
    changes = {"observations": (*kept, sign), "readings": one.readings or STIFF}
    assessment, plan = plan_of(
        person, one.model_copy(update={**changes, **({"resources": GENEROUS} if generous else {})})
    )
    assert sign.side in assessment.nerve_positive
    assert not {item.kind for item in prescribed(plan)} & STRETCH_KINDS


@settings(max_examples=30)
@given(persons(adult=True), visits(calm=True), st.integers(5, 9), st.booleans())
def test_a_hypermobile_person_is_never_stretched(person: Person, one: Visit, score: int, generous: bool) -> None:
    changes = {"hypermobility": Hypermobility(beighton_0_9=score), "readings": one.readings or STIFF}
    assessment, plan = plan_of(
        person, one.model_copy(update={**changes, **({"resources": GENEROUS} if generous else {})})
    )
    assert assessment.hypermobile
    assert not {item.kind for item in prescribed(plan)} & (STRETCH_KINDS | RELEASE_KINDS)


@pytest.mark.parametrize("condition", STOPS)
def test_each_stop_condition_keeps_out_what_it_stops(condition: str) -> None:
    resources = GENEROUS.model_copy(update={"stop_list": (condition,)})
    _, plan = plan_of(STRETCHED, visit(readings=STIFF, resources=resources))
    _nothing_that_is_stopped(plan, resources)


@pytest.mark.parametrize("day", range(1, 8))
@pytest.mark.parametrize("minutes", [5, 7, 12, 30])
def test_every_budget_is_kept(day: int, minutes: int) -> None:
    resources = GENEROUS.model_copy(update={"minutes_per_day": minutes, "days_per_week": day})
    one = visit(readings=STIFF, resources=resources)
    _, plan = plan_of(STRETCHED, one)
    assert plan.sessions
    _within_time(plan, resources)
    _on_the_right_days(plan, resources, one.date)
    _in_good_company(plan)


# --- safety first -----------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(persons(), visits())
def test_no_programme_before_safety(person: Person, one: Visit) -> None:
    assessment, plan = plan_of(person, one)
    if assessment.safety.level not in (ActionLevel.NONE, ActionLevel.REFER):
        assert not plan.allowed
        assert not any((plan.sessions, plan.daily_advice, plan.retests))
        assert plan.because == assessment.safety.actions[0].say
        assert plan.referral
    else:
        assert plan.allowed is not _all_is_stopped(one)


def test_same_case_same_plan() -> None:
    one = visit(readings=STIFF, resources=GENEROUS)
    assert plan_of(STRETCHED, one) == plan_of(STRETCHED, one)
