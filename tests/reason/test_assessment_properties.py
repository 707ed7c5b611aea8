"""What holds for every assessment, whatever was measured."""

import math
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coxa.measure import RawReading, read_trials
from coxa.model import (
    Assessment,
    Finding,
    FindingLabel,
    Motion,
    Person,
    Reading,
    Sex,
    Side,
    Verdict,
    VerdictLabel,
    Visit,
)
from coxa.protocol.schema import AllowedMethod, TestSpec
from coxa.reason import assess
from coxa.reason.limits import judge, label_of, lower_worse
from coxa.reason.verdicts import NAMED_LABELS, NerveSigns, decide
from tests.strategies import PROTOCOL, SOURCE, VERDICT_TESTS, persons, reading, readings, visits, ways

TINY = 1e-9


# --- verdicts ---------------------------------------------------------------------------------------------------------


@settings(max_examples=120)
@given(persons(adult=True), visits(calm=True))
def test_an_assessment_is_whole(person: Person, one: Visit) -> None:
    found = assess(person, one, PROTOCOL)
    _verdicts_are_probabilities(found)
    _findings_follow_their_probability(found)
    _everything_points_to_evidence(found)
    assert {c.id for c in found.contributors} == set(PROTOCOL.contributors)
    assert len(found.contributors) == len(PROTOCOL.contributors)
    assert [step.step for step in found.trail] == list(PROTOCOL.pathway)
    assert {n.test for n in found.next_measurements} <= set(PROTOCOL.tests)
    assert {a.test for a in found.asymmetries} <= {*PROTOCOL.tests, *PROTOCOL.derived_tests}
    assert Assessment.model_validate_json(found.model_dump_json()) == found


def _verdicts_are_probabilities(found: Assessment) -> None:
    assert [(v.motion, v.side) for v in found.verdicts] == [(m, s) for s in (Side.LEFT, Side.RIGHT) for m in Motion]
    for verdict in found.verdicts:
        assert set(verdict.probabilities) == set(VerdictLabel)
        assert all(-TINY <= p <= 1 + TINY for p in verdict.probabilities.values())
        assert math.fsum(verdict.probabilities.values()) == pytest.approx(1.0)
        if verdict.label is not VerdictLabel.CANT_TELL:
            assert verdict.probabilities[verdict.label] >= 0.6
            assert verdict.label not in verdict.ruled_out
        for name in verdict.ruled_out:
            assert verdict.probabilities[name] <= 0.1 + TINY
        assert all(-TINY <= share <= 1 + TINY for share in verdict.muscles.values())


def _findings_follow_their_probability(found: Assessment) -> None:
    for finding in found.findings:
        if finding.p_limited is None or finding.p_low is None:
            assert finding.label in (FindingLabel.CANT_TELL, FindingLabel.NO_COMPARABLE_NORM)
        else:
            assert finding.label is label_of(finding.p_limited, finding.p_low)
            assert finding.p_limited <= finding.p_low + TINY
            assert finding.sem is not None


def _everything_points_to_evidence(found: Assessment) -> None:
    for contributor in found.contributors:
        for reason in (*contributor.reasons_for, *contributor.reasons_against):
            assert set(reason.evidence) <= set(PROTOCOL.evidence)
    for verdict in found.verdicts:
        assert set(verdict.evidence) <= set(PROTOCOL.evidence)
    for step in found.trail:
        assert set(step.evidence) <= set(PROTOCOL.evidence)


def test_nothing_measured_is_nothing_known() -> None:
    for verdict in decide((), NerveSigns()):
        assert verdict.label is VerdictLabel.CANT_TELL
        assert verdict.probabilities[VerdictLabel.CANT_TELL] == 1.0
        assert verdict.ruled_out == ()


# --- what is missing --------------------------------------------------------------------------------------------------

#: Tests that stand in for each other are taken away together: with one of them left, another reading would be judged.
TOGETHER = [
    frozenset(group)
    for group in (
        ("active_knee_extension", "straight_leg_raise"),
        ("hip_flexion_knee_bent",),
        ("modified_thomas_hip",),
        ("hip_internal_rotation_90",),
        ("hip_external_rotation_90",),
        ("hip_internal_rotation_0",),
        ("hip_external_rotation_0",),
    )
]


def of(verdicts: Iterable[Verdict]) -> dict[tuple[Motion, Side], Verdict]:
    return {(v.motion, v.side): v for v in verdicts}


@settings(max_examples=120)
@given(persons(adult=True), readings(one_way=True), st.sets(st.sampled_from(TOGETHER), min_size=1))
def test_missing_readings_only_move_probability_to_cant_tell(
    person: Person, taken: tuple[Reading, ...], missing: set[frozenset[str]]
) -> None:
    gone = frozenset[str]().union(*missing)
    all_of_it = of(decide(judge(person, taken, PROTOCOL), NerveSigns()))
    rest = of(decide(judge(person, (r for r in taken if r.test not in gone), PROTOCOL), NerveSigns()))
    for key, full in all_of_it.items():
        partial = rest[key]
        for label in NAMED_LABELS:
            assert partial.probabilities[label] <= full.probabilities[label] + TINY
        assert partial.probabilities[VerdictLabel.CANT_TELL] >= full.probabilities[VerdictLabel.CANT_TELL] - TINY, (
            "what is not known can't grow less by knowing less"
        )
        assert partial.label in (full.label, VerdictLabel.CANT_TELL)
        assert full.label not in partial.ruled_out
        for muscle, share in partial.muscles.items():
            assert share <= full.muscles[muscle] + TINY


# --- one reading ------------------------------------------------------------------------------------------------------

WAYS = [
    (test, way, variant)
    for test in PROTOCOL.tests.values()
    for way, variant in ways(test)
    if not way.trigonometric and PROTOCOL.error_of(test.id, way.method, variant, way.unit) is not None
]


def p_of(findings: tuple[Finding, ...]) -> dict[str, float]:
    return {f.test: f.p_limited for f in findings if f.p_limited is not None}


@settings(max_examples=200)
@given(persons(adult=True), st.sampled_from(WAYS), st.data())
def test_a_reading_moved_toward_typical_is_never_more_limited(
    person: Person, way: tuple[TestSpec, AllowedMethod, str], data: st.DataObject
) -> None:
    test, allowed, variant = way
    first = data.draw(st.floats(allowed.minimum, allowed.maximum))
    second = data.draw(st.floats(allowed.minimum, allowed.maximum))
    worse, better = sorted((first, second), reverse=not lower_worse(test.id, PROTOCOL))
    spread = data.draw(st.sampled_from([(0.0,), (0.0, 0.0, 0.0), (-1.0, 0.0, 1.0)]))
    assume(all(allowed.minimum <= v + s <= allowed.maximum for v in (worse, better) for s in spread))
    chances = [
        p_of(
            judge(
                person,
                [
                    read_trials(
                        RawReading(
                            test.id,
                            Side.LEFT if test.sided else Side.BOTH,
                            allowed.method,
                            variant,
                            tuple(value + s for s in spread),
                            allowed.unit,
                        ),
                        PROTOCOL,
                        SOURCE,
                    )
                ],
                PROTOCOL,
            )
        )
        for value in (worse, better)
    ]
    for name, chance in chances[1].items():
        assert chance <= chances[0][name] + TINY


@settings(max_examples=80)
@given(persons(adult=True), st.floats(-20, 90), st.floats(-20, 90), st.floats(0, 40))
def test_more_rotation_never_makes_the_total_more_limited(
    person: Person, inward: float, outward: float, more: float
) -> None:
    def judged(inner: float) -> dict[str, float]:
        both = (reading("hip_internal_rotation_90", inner), reading("hip_external_rotation_90", outward))
        return p_of(judge(person, both, PROTOCOL))

    before, after = judged(inward), judged(min(100.0, inward + more))
    assert before.keys() == after.keys()
    for name, chance in after.items():
        assert chance <= before[name] + TINY


@settings(max_examples=120)
@given(st.integers(18, 90), readings())
def test_sex_not_said_is_never_more_limited_than_either_sex(age: int, taken: tuple[Reading, ...]) -> None:
    unsaid, man, woman = (judge(Person(age=age, sex=s), taken, PROTOCOL) for s in (Sex.NOT_SAID, Sex.MALE, Sex.FEMALE))
    for open_, his, hers in zip(unsaid, man, woman, strict=True):
        for known in (his, hers):
            if known.p_limited is not None:
                assert open_.p_limited is not None
                assert open_.p_limited <= known.p_limited + TINY
                assert not (open_.label is FindingLabel.LIMITED and known.label is not FindingLabel.LIMITED)


@settings(max_examples=80)
@given(persons(adult=True), readings(), st.randoms(use_true_random=False))
def test_the_order_of_readings_does_not_matter(person: Person, taken: tuple[Reading, ...], random: Random) -> None:
    shuffled = list(taken)
    random.shuffle(shuffled)
    assert of(decide(judge(person, taken, PROTOCOL), NerveSigns())) == of(
        decide(judge(person, shuffled, PROTOCOL), NerveSigns())
    )


@given(readings())
def test_a_reading_holds_together(taken: tuple[Reading, ...]) -> None:
    for one in taken:
        assert one.accepted == (one.value is not None) == (not one.refusals)
        if one.value is not None and one.sem is not None and one.interval95 is not None:
            assert one.sem > 0
            assert one.interval95[0] < one.value < one.interval95[1]
            assert one.interval95[1] - one.interval95[0] == pytest.approx(2 * 1.96 * one.sem, abs=0.02)
        if not one.accepted:
            assert (one.trials, one.sem, one.interval95, one.warnings) == ((), None, None, ())
        assert Reading.model_validate_json(one.model_dump_json()) == one


def test_refused_and_unjudged_readings_are_told_apart() -> None:
    person = Person(age=30, sex=Sex.MALE)
    too_old = Person(age=70, sex=Sex.MALE)
    one = reading("hip_flexion_knee_bent", 100.0)
    assert judge(too_old, [one], PROTOCOL)[0].label is FindingLabel.NO_COMPARABLE_NORM
    assert judge(person, [one], PROTOCOL)[0].label is FindingLabel.CANT_TELL
    baseline = one.model_copy(update={"sem": None, "interval95": None})
    found = judge(person, [baseline], PROTOCOL)[0]
    assert (found.label, found.p_limited) == (FindingLabel.CANT_TELL, None)


def test_all_tests_of_the_strategies_have_a_limit() -> None:
    assert {limit.test for limit in PROTOCOL.limits.values()} >= set(VERDICT_TESTS)
