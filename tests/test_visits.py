"""The chain over several visits, and what safety answers and stop lists do to a whole programme."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import coxa
from coxa.cli import DEMO_CASE
from coxa.cli.examples import example_case
from coxa.model import ActionLevel, Answer, Case, RetestAction, Side, Support, Visit
from coxa.protocol.schema import RELEASE_KINDS, STRETCH_KINDS

CASE = coxa.load_case(example_case(DEMO_CASE))
FIRST = CASE.visits[0]


def visit(days: int, pain: float, source: Visit = FIRST, **resources: Any) -> Visit:
    """The first visit again, some days later, with another pain score and no other news."""
    return source.model_copy(
        update={
            "date": source.date + dt.timedelta(days=days),
            "pain": source.pain.model_copy(update={"now_0_10": float(pain), "worst_0_10": 9.0}),
            "resources": source.resources.model_copy(update=resources),
        }
    )


def case(*visits: Visit) -> Case:
    return CASE.model_copy(update={"visits": visits})


def actions(*visits: Visit) -> list[RetestAction]:
    return [coxa.compare(case(*visits[: i + 1])).action for i in range(1, len(visits))]


def plan_of(one: Visit) -> coxa.Plan:
    single = case(one)
    return coxa.prescribe(single, coxa.assess(single))


# --- re-tests ---------------------------------------------------------------------------------------------------------


def test_six_weeks_are_counted_from_the_start_of_the_programme() -> None:
    visits = [visit(14 * i, 5) for i in range(4)]
    assert actions(*visits) == [RetestAction.CONTINUE, RetestAction.CONTINUE, RetestAction.STOP]


def test_slow_change_counts_against_the_start() -> None:
    easing = [visit(14 * i, 6 - i) for i in range(5)]
    assert actions(*easing)[-1] is RetestAction.CONTINUE
    assert "better since the start" in coxa.compare(case(*easing)).headline
    rising = [visit(14 * i, 3 + i) for i in range(3)]
    assert actions(*rising)[-1] is RetestAction.EASE
    assert actions(*rising, visit(42, 6))[-1] is RetestAction.STOP
    assert "second re-test in a row" in " ".join(coxa.compare(case(*rising, visit(42, 6))).next_steps)


def test_a_stopped_programme_stays_stopped_until_somebody_has_looked() -> None:
    stopped = [visit(0, 5), visit(42, 5)]
    assert actions(*stopped) == [RetestAction.STOP]
    on = case(*stopped, visit(56, 5))
    plan = coxa.prescribe(on, coxa.assess(on))
    assert not plan.allowed
    assert any("seen_by_professional" in line for line in plan.referral)
    seen = case(*stopped, visit(56, 5, seen_by_professional=True))
    assert coxa.prescribe(seen, coxa.assess(seen)).sessions
    assert coxa.compare(seen).action is RetestAction.CONTINUE
    assert "No programme ran" in coxa.compare(seen).headline
    assert coxa.compare(on).action is RetestAction.STOP


def test_without_a_programme_nothing_is_told_to_carry_on() -> None:
    ruled_out = case(visit(0, 5, stop_list=("deep_vein_thrombosis",)), visit(42, 5, stop_list=()))
    change = coxa.compare(ruled_out)
    assert change.action is RetestAction.CONTINUE
    assert "No programme ran" in change.headline
    assert not any("carry on" in step.lower() for step in change.next_steps)
    assert coxa.prescribe(ruled_out, coxa.assess(ruled_out)).sessions


def test_worse_halves_the_sets_for_two_weeks() -> None:
    worse = case(visit(0, 4), visit(14, 7))
    plan = coxa.prescribe(worse, coxa.assess(worse))
    sets = {item.exercise: item.sets for item in plan.sessions[-1].items}
    halved = {item.exercise: item.sets for session in plan.sessions for item in session.items if session.week == 1}
    assert plan.after_retest
    assert any(halved[name] < full for name, full in sets.items() if name in halved)


def test_after_an_emergency_there_is_a_fresh_start() -> None:
    urgent = FIRST.model_copy(update={"safety": {**FIRST.safety, "saddle_numbness": Answer.YES}})
    later = case(urgent, visit(30, 5))
    assert "nothing to compare" in coxa.compare(later).headline
    plan = coxa.prescribe(later, coxa.assess(later))
    assert plan.sessions
    assert plan.after_retest is None


def test_two_files_of_one_age_many_years_apart_are_two_people() -> None:
    old = case(visit(-20 * 365, 5))
    with pytest.raises(coxa.ComparisonError, match="different people"):
        coxa.compare(old, case(FIRST))


# --- what the safety answers and the stop list do ---------------------------------------------------------------------


def test_known_thin_bones_protect_without_the_stop_list() -> None:
    brittle = visit(0, 4, minutes_per_day=60, experience="trained").model_copy(
        update={"safety": {**FIRST.safety, "osteoporosis_known": Answer.YES}}
    )
    kinds = {item.kind for session in plan_of(brittle).sessions for item in session.items}
    names = {item.exercise for session in plan_of(brittle).sessions for item in session.items}
    assert not kinds & RELEASE_KINDS
    assert "loaded_hip_hinge" not in names
    cautions = {c for session in plan_of(brittle).sessions for item in session.items for c in item.cautions}
    assert any("osteoporosis" in caution.lower() for caution in cautions)


@pytest.mark.parametrize("condition", ["deep_vein_thrombosis", "osteomyelitis", "fracture"])
def test_what_rules_out_all_exercise_gives_no_programme_and_says_why(condition: str) -> None:
    plan = plan_of(visit(0, 4, stop_list=(condition,)))
    assert not plan.allowed
    assert not plan.daily_advice
    assert "doctor" in plan.because


def test_a_look_within_days_withholds_the_programme_until_it_has_happened() -> None:
    tired = visit(0, 4).model_copy(update={"safety": {**FIRST.safety, "unexplained_weight_loss": Answer.YES}})
    plan = plan_of(tired)
    assert coxa.assess(case(tired)).safety.level is ActionLevel.WITHIN_DAYS
    assert not plan.allowed
    assert any("seen_by_professional" in line for line in plan.referral)
    seen = tired.model_copy(update={"resources": tired.resources.model_copy(update={"seen_by_professional": True})})
    assert plan_of(seen).sessions
    assert coxa.assess(case(seen)).safety.actions, "the action is still shown"


def test_an_emergency_is_never_cleared_by_a_word_in_the_file() -> None:
    urgent = visit(0, 4, seen_by_professional=True).model_copy(
        update={"safety": {**FIRST.safety, "saddle_numbness": Answer.YES}}
    )
    assert not plan_of(urgent).allowed


def test_pain_below_the_knee_is_not_cleared_by_testing_one_side() -> None:
    leg = visit(0, 4).model_copy(
        update={
            "pain": FIRST.pain.model_copy(update={"below_knee": True, "brought_on_by": ("walking",)}),
            "observations": tuple(o for o in FIRST.observations if o.side is not Side.RIGHT),
        }
    )
    assessment = coxa.assess(case(leg))
    assert assessment.nerve_care
    nerve = next(c for c in assessment.contributors if c.id == "nerve")
    assert nerve.support in (Support.POSSIBLE, Support.SUPPORTED)
    plan = plan_of(leg)
    assert not any(item.kind in STRETCH_KINDS for session in plan.sessions for item in session.items)
    assert not any("straightening the knee" in goal for goal in plan.goals)
    assert not any("active_knee_extension" in retest.what for retest in plan.retests)


def test_one_typical_reading_is_no_proof_that_it_is_not_the_hip() -> None:
    few = visit(0, 4).model_copy(update={"readings": FIRST.readings[4:5], "observations": ()})
    contributors = {c.id: c for c in coxa.assess(case(few)).contributors}
    assert contributors["not_the_hip"].support is not Support.SUPPORTED


def test_trials_far_apart_are_refused() -> None:
    from coxa.measure import RawReading, read_trials
    from coxa.model import Method, Refusal, Source, Unit
    from coxa.protocol import load_protocol

    raw = RawReading("active_knee_extension", Side.LEFT, Method.INCLINOMETER, "supine_90_90", (34, 5, 33), Unit.DEGREE)
    reading = read_trials(raw, load_protocol(), Source(name="test"))
    assert not reading.accepted
    assert reading.value is None
    assert reading.refusals == (Refusal.NOT_HELD,)
