"""The table judges exactly as one by one does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coxa.errors import InputError
from coxa.measure import RawReading, read_trials
from coxa.model import Method, Person, Reading, Sex, Side, Source, Unit
from coxa.protocol import load_protocol
from coxa.reason.limits import judge
from coxa.reason.table import LABELS, MOTIONS, SEXES, SIDES, VERDICTS, Readings, Vocabulary, judge_table
from coxa.reason.verdicts import NerveSigns, decide

PROTOCOL = load_protocol()
VOCABULARY = Vocabulary(PROTOCOL)
TYPED = [
    (code, combo)
    for code, combo in enumerate(VOCABULARY.combos)
    if combo[0] in PROTOCOL.tests
    and not any(w.trigonometric for w in PROTOCOL.tests[combo[0]].methods if w.method is combo[1])
]
PEOPLE = st.tuples(st.integers(15, 95), st.sampled_from(SEXES), st.booleans(), st.booleans())


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[Person, list[Reading], NerveSigns]], Readings]:
    """A few people with any readings that the protocol allows, as objects and as columns."""
    people, columns = [], []
    for number in range(draw(st.integers(1, 4))):
        age, sex, nerve_left, nerve_right = draw(PEOPLE)
        chosen = draw(st.lists(st.sampled_from(TYPED), max_size=14, unique=True))
        readings = []
        for code, (test, method, variant, unit) in chosen:
            spec = PROTOCOL.tests[test]
            way = next(w for w in spec.methods if w.method is method and variant in w.protocols and w.unit is unit)
            for side in draw(st.sampled_from([("left",), ("right",), ("left", "right")])) if spec.sided else ("both",):
                value = draw(st.floats(way.minimum, way.maximum))
                trials = (round(value, 1),) * draw(st.integers(1, 3))
                raw = RawReading(test, Side(side), method, variant, trials, unit)
                try:
                    reading = read_trials(raw, PROTOCOL, Source(name="test"))
                except InputError:  # rounding left the range
                    continue
                readings.append(reading)
                columns.append((number, age, SEXES.index(sex), SIDES.index(Side(side)), code, reading))
        signs = NerveSigns(
            frozenset({Side.LEFT} if nerve_left else set()), frozenset({Side.RIGHT} if nerve_right else set())
        )
        people.append((Person(age=age, sex=sex), readings, signs))
    numbers, ages, sexes, sides, combos = (np.array([c[i] for c in columns], dtype=np.int64) for i in range(5))
    table = Readings(
        person=numbers,
        age=ages,
        sex=sexes,
        side=sides,
        combo=combos,
        value=np.array([c[5].value for c in columns], dtype=np.float64),
        trials=np.array([len(c[5].trials) for c in columns], dtype=np.int64),
        sem=np.array([np.nan if c[5].sem is None else c[5].sem for c in columns], dtype=np.float64),
    )
    return people, table


@given(tables())
@settings(max_examples=120)
def test_table_equals_one_by_one(case: tuple[list[tuple[Person, list[Reading], NerveSigns]], Readings]) -> None:
    people, table = case
    present = [i for i, (_, readings, _) in enumerate(people) if readings]
    nerve = [np.zeros((len(present), 2), dtype=bool) for _ in range(2)]
    for row, i in enumerate(present):
        nerve[0][row] = [side in people[i][2].straight_leg_raise for side in (Side.LEFT, Side.RIGHT)]
        nerve[1][row] = [side in people[i][2].front_thigh for side in (Side.LEFT, Side.RIGHT)]
    findings, verdicts = judge_table(table, VOCABULARY, nerve_flexion=nerve[0], nerve_extension=nerve[1])
    at = 0
    for row, i in enumerate(present):
        person, readings, signs = people[i]
        one_by_one = judge(person, readings, PROTOCOL)
        for finding in one_by_one[: len(readings)]:
            assert LABELS[findings.label[at]] is finding.label
            if finding.p_limited is not None:
                assert findings.p_limited[at] == pytest.approx(finding.p_limited, abs=1e-12)
                assert findings.p_low[at] == pytest.approx(finding.p_low, abs=1e-12)
            at += 1
        for verdict in decide(one_by_one, signs):
            side, motion = SIDES.index(verdict.side), MOTIONS.index(verdict.motion)
            assert VERDICTS[verdicts.label[row, side, motion]] is verdict.label
            for label, p in verdict.probabilities.items():
                assert verdicts.probabilities[row, side, motion, VERDICTS.index(label)] == pytest.approx(p, abs=1e-9)
    assert at == len(table.value)


def test_sem_for_some_trials_is_that_of_the_protocol() -> None:
    code = VOCABULARY.code["active_knee_extension", Method.INCLINOMETER, "supine_90_90", Unit.DEGREE]
    ones = np.ones(2, dtype=np.int64)
    table = Readings(
        ones,
        40 * ones,
        ones,
        np.array([0, 1]),
        code * ones,
        np.array([30.0, 30.0]),
        np.array([1, 3]),
        np.full(2, np.nan),
    )
    findings, _ = judge_table(table, VOCABULARY)
    error = PROTOCOL.error_of("active_knee_extension", Method.INCLINOMETER, "supine_90_90", Unit.DEGREE)
    assert error is not None
    assert error.sem_repeat is not None
    setup = error.standard_error**2 - error.sem_repeat**2
    assert findings.sem == pytest.approx([error.standard_error, (setup + error.sem_repeat**2 / 3) ** 0.5])


def test_columns_of_different_length_are_refused() -> None:
    ones = np.ones(2, dtype=np.int64)
    with pytest.raises(InputError, match="same length"):
        judge_table(Readings(ones, ones, ones, ones, ones, np.ones(3), ones, np.ones(2)), VOCABULARY)


def test_unknown_combination_is_refused() -> None:
    with pytest.raises(InputError, match="not an allowed"):
        VOCABULARY.codes([("active_knee_extension", Method.INCLINOMETER, "standing", Unit.DEGREE)])


def test_the_same_rotation_twice_is_refused() -> None:
    combos = [c for c in VOCABULARY.combos if c[0] == "hip_internal_rotation_90"]
    code = VOCABULARY.code[combos[0]]
    ones = np.ones(2, dtype=np.int64)
    table = Readings(
        ones,
        30 * ones,
        SEXES.index(Sex.NOT_SAID) * ones,
        0 * ones,
        code * ones,
        np.array([30.0, 31.0]),
        ones,
        np.full(2, np.nan),
    )
    with pytest.raises(InputError, match="given twice"):
        judge_table(table, VOCABULARY)
