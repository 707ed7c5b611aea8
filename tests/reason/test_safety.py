"""The safety gate: one example of every rule, its near misses, and what holds for every person."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coxa.model import ActionLevel, Answer, Function, Pain, Person, SafetyResult, Sex, Visit
from coxa.plan import prescribe
from coxa.reason import assess
from coxa.reason.safety import ENDS_SCREENING, URGENCY, Circumstances, gate, gate_visit, questions_to_ask
from tests.strategies import ALL_CALM, PROTOCOL, QUESTIONS, YES_LIKE, persons, visit, visits

EMERGENCY, SAME_DAY, DAYS = ActionLevel.EMERGENCY_NOW, ActionLevel.SAME_DAY, ActionLevel.WITHIN_DAYS
SCOPE, REFER, NONE = ActionLevel.OUT_OF_SCOPE, ActionLevel.REFER, ActionLevel.NONE
FEATURES = (
    "wakes_second_half_of_night",
    "buttock_pain",
    "better_with_movement",
    "better_with_anti_inflammatories",
    "family_spondyloarthritis",
    "arthritis_ever",
    "enthesitis_ever",
    "psoriasis_ever",
)


def screened(
    *yes: str,
    age: int = 40,
    sex: Sex = Sex.FEMALE,
    weeks: float = 10,
    now: float = 3,
    below_knee: bool = False,
    groin: bool = False,
    start_back: str | None = None,
    answer: Answer = Answer.YES,
) -> SafetyResult:
    """The gate for a calm person of 40 with ten weeks of mild pain, apart from what is named."""
    assert set(yes) <= set(QUESTIONS), "a typing error in a test"
    circumstances = Circumstances(
        {**ALL_CALM, **dict.fromkeys(yes, answer)},
        Person(age=age, sex=sex),
        Pain(weeks=weeks, now_0_10=now, worst_0_10=10, below_knee=below_knee, groin=groin),
        Function.model_validate({"start_back_risk": start_back}),
    )
    return gate(circumstances, PROTOCOL)


def rules(result: SafetyResult) -> set[str]:
    return {action.rule for action in result.actions}


#: rule, who it is for, the level that leads, and whether the screening ends
EXAMPLES: list[tuple[str, SafetyResult, ActionLevel]] = [
    ("nerves_bladder_or_bowel", screened("bladder_or_bowel_change"), EMERGENCY),
    ("nerves_saddle", screened("saddle_numbness"), EMERGENCY),
    ("nerves_sexual_function", screened("sexual_function_change"), EMERGENCY),
    ("nerves_both_legs_pain", screened("both_legs_pain"), EMERGENCY),
    ("nerves_both_legs_weak_or_numb", screened("both_legs_weak_or_numb"), EMERGENCY),
    ("nerves_leg_weakness_fast", screened("leg_weakness", "leg_weakness_fast"), EMERGENCY),
    ("nerves_leg_weak_and_numb", screened("leg_weakness", "leg_numb_or_walking_trouble"), EMERGENCY),
    ("nerves_leg_weakness", screened("leg_weakness"), SAME_DAY),
    ("nerves_leg_numb_or_walking", screened("leg_numb_or_walking_trouble"), DAYS),
    ("infection_fever", screened("fever_or_chills"), SAME_DAY),
    ("infection_injected_drugs", screened("iv_drug_use"), SAME_DAY),
    ("infection_weak_immune_system", screened("weak_immune_system"), SAME_DAY),
    ("infection_recent", screened("recent_infection_or_procedure"), SAME_DAY),
    ("cancer_with_nerve_signs", screened("cancer_ever", below_knee=True), EMERGENCY),
    ("cancer_with_pain_pattern", screened("cancer_ever", "pain_on_straining"), SAME_DAY),
    ("cancer_history", screened("cancer_ever"), DAYS),
    ("weight_loss", screened("unexplained_weight_loss"), DAYS),
    ("pain_at_night", screened("night_pain"), DAYS),
    ("not_improving_over_50", screened("not_improving", age=51), DAYS),
    ("trauma_major", screened("major_trauma"), EMERGENCY),
    ("trauma_minor_with_nerve_signs", screened("minor_trauma", below_knee=True), EMERGENCY),
    ("trauma_minor_fragile_bone", screened("minor_trauma", age=65), SAME_DAY),
    ("circulation_pulsing_belly", screened("pulsing_belly"), EMERGENCY),
    ("circulation_tearing_pain", screened("tearing_pain"), EMERGENCY),
    ("circulation_collapse", screened("collapse_or_clammy"), EMERGENCY),
    ("spondyloarthritis_four_or_more", screened(*FEATURES[:4], age=44, weeks=20), REFER),
    ("spondyloarthritis_three", screened(*FEATURES[:3], age=44, weeks=20), REFER),
    ("spondyloarthritis_reassess", screened("psoriasis_ever", age=44, weeks=20), REFER),
    ("hip_groin_pain_on_impact", screened("groin_pain_on_impact"), SAME_DAY),
    ("hip_young_limp", screened("young_limp", age=13), EMERGENCY),
    ("hip_hot_swollen_joint", screened("hot_swollen_joint"), EMERGENCY),
    ("hip_cannot_bear_weight", screened("cannot_bear_weight"), EMERGENCY),
    ("hip_groin_steroids_or_alcohol", screened("long_term_steroids", groin=True), DAYS),
    ("scope_under_18", screened(age=17), SCOPE),
    ("scope_pregnant", screened("pregnant"), SCOPE),
    ("scope_recent_surgery", screened("recent_spine_or_hip_surgery"), SCOPE),
    ("refer_pain_below_knee", screened(below_knee=True), REFER),
    ("refer_strong_pain", screened(now=7, weeks=2), REFER),
    ("refer_start_back_high", screened(start_back="high"), REFER),
]


def test_every_rule_has_an_example() -> None:
    assert {rule for rule, _, _ in EXAMPLES} == set(PROTOCOL.safety_rules)


@pytest.mark.parametrize(("rule", "result", "level"), EXAMPLES, ids=[rule for rule, _, _ in EXAMPLES])
def test_a_rule_fires_and_leads(rule: str, result: SafetyResult, level: ActionLevel) -> None:
    assert rule in rules(result)
    assert PROTOCOL.safety_rules[rule].level is level
    assert result.level is level
    assert result.actions[0].level is level
    assert result.ends_screening == (level in (EMERGENCY, SAME_DAY, SCOPE))
    assert result.programme_allowed == (level is REFER)
    said = next(action for action in result.actions if action.rule == rule)
    assert said.say == PROTOCOL.safety_rules[rule].say
    assert said.evidence


#: what lies just beside a rule and must not set it off
NEAR_MISSES: list[tuple[str, SafetyResult]] = [
    ("nerves_leg_weak_and_numb", screened("leg_weakness")),
    ("nerves_leg_weakness_fast", screened("leg_weakness")),
    ("cancer_with_nerve_signs", screened("cancer_ever")),
    ("cancer_with_nerve_signs", screened("leg_weakness", below_knee=True)),
    ("cancer_with_pain_pattern", screened("cancer_ever")),
    ("cancer_with_pain_pattern", screened("night_pain", "steadily_worse")),
    ("not_improving_over_50", screened("not_improving", age=50)),
    ("trauma_minor_with_nerve_signs", screened("minor_trauma")),
    ("trauma_minor_fragile_bone", screened("minor_trauma", age=64)),
    ("trauma_minor_fragile_bone", screened("osteoporosis_known", "long_term_steroids", age=80)),
    ("spondyloarthritis_four_or_more", screened(*FEATURES[:3], age=44, weeks=20)),
    ("spondyloarthritis_four_or_more", screened(*FEATURES, age=44, weeks=13)),
    ("spondyloarthritis_four_or_more", screened(*FEATURES, age=70, weeks=20)),
    ("spondyloarthritis_three", screened(*FEATURES[:2], age=44, weeks=20)),
    ("spondyloarthritis_three", screened(*FEATURES[:4], age=44, weeks=20)),
    ("spondyloarthritis_reassess", screened("psoriasis_ever", *FEATURES[:2], age=44, weeks=20)),
    ("hip_groin_steroids_or_alcohol", screened("long_term_steroids", "heavy_alcohol")),
    ("hip_groin_steroids_or_alcohol", screened(groin=True)),
    ("scope_under_18", screened(age=18)),
    ("refer_strong_pain", screened(now=7, weeks=1)),
    ("refer_strong_pain", screened(now=6.9, weeks=10)),
    ("refer_start_back_high", screened(start_back="medium")),
]


@pytest.mark.parametrize(("rule", "result"), NEAR_MISSES)
def test_a_near_miss_does_not_set_a_rule_off(rule: str, result: SafetyResult) -> None:
    assert rule not in rules(result)


def test_nothing_answered_yes_asks_for_nothing() -> None:
    result = screened()
    assert result.actions == ()
    assert result.level is NONE
    assert result.programme_allowed
    assert not result.ends_screening


# --- combinations (FACTS D) -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yes", "more", "level"),
    [
        (("minor_trauma", "long_term_steroids"), {}, SAME_DAY),
        (("minor_trauma", "osteoporosis_known"), {}, SAME_DAY),
        (("minor_trauma", "leg_numb_or_walking_trouble"), {}, EMERGENCY),
        (("minor_trauma", "leg_numb_or_walking_trouble"), {"age": 80}, EMERGENCY),
        (("cancer_ever", "leg_numb_or_walking_trouble"), {}, EMERGENCY),
        (("cancer_ever", "leg_weakness"), {}, EMERGENCY),
        (("cancer_ever", "upper_or_mid_back_pain"), {}, SAME_DAY),
        (("cancer_ever", "steadily_worse"), {}, SAME_DAY),
        (("cancer_ever", "night_pain"), {}, SAME_DAY),
        (("cancer_ever", "bone_tenderness"), {}, SAME_DAY),
        (("cancer_ever", "unexplained_weight_loss"), {}, DAYS),
        (("heavy_alcohol",), {"groin": True}, DAYS),
        (("pregnant", "saddle_numbness"), {}, EMERGENCY),
        (("pregnant", "fever_or_chills"), {}, SAME_DAY),
        (("fever_or_chills",), {"age": 16}, SAME_DAY),
        (("pregnant", "night_pain"), {}, DAYS),
        (("night_pain",), {"below_knee": True, "now": 9}, DAYS),
    ],
)
def test_the_most_urgent_of_several_leads(yes: tuple[str, ...], more: dict[str, object], level: ActionLevel) -> None:
    result = screened(*yes, **more)  # type: ignore[arg-type]
    assert result.level is level
    levels = [URGENCY.index(action.level) for action in result.actions]
    assert levels == sorted(levels)


def test_an_out_of_scope_answer_ends_the_screening_and_hides_nothing_more_urgent() -> None:
    result = screened("pregnant", "night_pain", below_knee=True)
    assert result.ends_screening
    assert [action.rule for action in result.actions] == ["pain_at_night", "scope_pregnant"]


def test_milder_advice_does_not_contradict_an_emergency() -> None:
    result = screened("saddle_numbness", "night_pain", "pregnant", below_knee=True)
    assert [action.level for action in result.actions] == [EMERGENCY, SCOPE]


def test_unsure_counts_as_yes_and_says_so() -> None:
    sure, unsure = screened("saddle_numbness"), screened("saddle_numbness", answer=Answer.UNSURE)
    assert unsure.level is sure.level is EMERGENCY
    assert unsure.actions[0].because[0].endswith("(not sure, taken as yes)")
    assert sure.actions[0].because == (PROTOCOL.safety_questions["saddle_numbness"].ask,)


def test_onset_before_35_is_a_feature_of_its_own() -> None:
    assert "spondyloarthritis_three" in rules(screened(*FEATURES[:2], age=34, weeks=20))
    assert "spondyloarthritis_four_or_more" in rules(screened(*FEATURES[:3], age=34, weeks=20))


def test_onset_age_is_age_less_the_weeks_of_pain() -> None:
    twenty_years = 20 * 365.25 / 7
    assert "spondyloarthritis_three" in rules(screened(*FEATURES[:3], age=60, weeks=twenty_years))
    assert not rules(screened(*FEATURES[:3], age=60, weeks=twenty_years / 2))


# --- who is asked what ------------------------------------------------------------------------------------------------


def asked(*yes: str, age: int = 40, sex: Sex = Sex.MALE, weeks: float = 10, groin: bool = False) -> set[str]:
    pain = Pain(weeks=weeks, now_0_10=3, worst_0_10=5, below_knee=False, groin=groin)
    answers = {**ALL_CALM, **dict.fromkeys(yes, Answer.YES)}
    return set(questions_to_ask(Circumstances(answers, Person(age=age, sex=sex), pain), PROTOCOL))


def test_questions_are_asked_of_those_whom_they_concern() -> None:
    everybody = asked()
    assert asked("leg_weakness") - everybody == {"leg_weakness_fast"}
    assert asked(sex=Sex.FEMALE) - everybody == asked(sex=Sex.NOT_SAID) - everybody == {"pregnant"}
    assert asked(age=17) - everybody == {"young_limp"}
    assert asked(groin=True) - everybody == {"heavy_alcohol"}
    assert asked(weeks=14) - everybody == {*FEATURES, "uveitis_or_bowel_inflammation"}
    assert len(everybody) >= 30


# --- what holds for everybody -----------------------------------------------------------------------------------------


AROUND = {
    "age": st.sampled_from([13, 17, 18, 34, 40, 50, 51, 64, 65, 80]),
    "sex": st.sampled_from(Sex),
    "weeks": st.sampled_from([0.5, 10, 13, 20, 800]),
    "now": st.sampled_from([0, 6.9, 7, 10]),
    "below_knee": st.booleans(),
    "groin": st.booleans(),
    "start_back": st.sampled_from([None, "low", "high"]),
    "answer": YES_LIKE,
}


@settings(max_examples=400)
@given(st.sets(st.sampled_from(QUESTIONS), max_size=4), st.sampled_from(QUESTIONS), st.fixed_dictionaries(AROUND))
def test_one_more_yes_never_lowers_the_urgency(yes: set[str], question: str, around: dict[str, Any]) -> None:
    before, after = screened(*yes, **around), screened(*yes, question, **around)
    assert URGENCY.index(after.level) <= URGENCY.index(before.level)
    assert after.ends_screening >= before.ends_screening
    assert after.programme_allowed <= before.programme_allowed


@pytest.mark.parametrize("one", QUESTIONS)
def test_no_pair_of_answers_is_less_urgent_than_either(one: str) -> None:
    for other in QUESTIONS:
        for age in (40, 55):
            pair, alone = screened(one, other, age=age), screened(other, age=age)
            assert URGENCY.index(pair.level) <= URGENCY.index(alone.level), other
            assert pair.programme_allowed <= alone.programme_allowed, other


ALARMS = [question for question in QUESTIONS if screened(question).level is EMERGENCY]


def test_a_dozen_single_answers_are_an_emergency() -> None:
    assert len(ALARMS) == 13


@settings(max_examples=100)
@given(persons(), visits(), st.sampled_from(ALARMS), YES_LIKE)
def test_an_emergency_ends_the_screening_whatever_else_is_in_the_visit(
    person: Person, one: Visit, question: str, answer: Answer
) -> None:
    alarmed = one.model_copy(update={"safety": {**one.safety, question: answer}})
    assessment = assess(person, alarmed, PROTOCOL)
    action = assessment.safety.actions[0]
    assert assessment.safety.level is action.level is EMERGENCY
    assert assessment.headline == action.say
    nothing = (
        assessment.readings,
        assessment.findings,
        assessment.verdicts,
        assessment.asymmetries,
        assessment.contributors,
        assessment.next_measurements,
        assessment.observations,
        assessment.nerve_positive,
    )
    assert not any(nothing)
    assert [step.step for step in assessment.trail] == ["safety"]
    plan = prescribe(assessment, alarmed, PROTOCOL)
    assert not plan.allowed
    assert plan.because == action.say
    assert not any((plan.sessions, plan.daily_advice, plan.retests, plan.goals))


@given(st.sets(st.sampled_from(QUESTIONS)), st.integers(0, 100), st.sampled_from(Sex))
def test_the_level_is_that_of_the_first_action(yes: set[str], age: int, sex: Sex) -> None:
    result = screened(*sorted(yes), age=age, sex=sex)
    assert result.level is (result.actions[0].level if result.actions else NONE)
    assert result.ends_screening == bool({action.level for action in result.actions} & ENDS_SCREENING)
    for action in result.actions:
        assert set(action.evidence) <= set(PROTOCOL.evidence)


def test_the_gate_of_a_visit_looks_at_all_of_it() -> None:
    one = visit(pain=Pain(weeks=30, now_0_10=8, worst_0_10=9, below_knee=True, groin=False))
    found = rules(gate_visit(Person(age=40, sex=Sex.MALE), one, PROTOCOL))
    assert {"refer_pain_below_knee", "refer_strong_pain"} <= found
