"""The public surface: names, and what the library's front door does."""

from __future__ import annotations

import datetime as dt

import pytest

import coxa
from coxa.cli import DEMO_CASE
from coxa.cli.examples import example_case

CASE = coxa.load_case(example_case(DEMO_CASE))


def test_public_names() -> None:
    assert sorted(coxa.__all__) == [
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
    assert all(hasattr(coxa, name) for name in coxa.__all__)


def test_every_error_is_a_coxa_error() -> None:
    for name in ("InputError", "CaseFileError", "ComparisonError", "ProtocolError", "OutputError"):
        assert issubclass(getattr(coxa, name), coxa.CoxaError)


def test_the_last_visit_is_assessed_by_default() -> None:
    assert coxa.assess(CASE).date == CASE.visits[-1].date
    assert coxa.assess(CASE, CASE.visits[0].date).date == CASE.visits[0].date
    with pytest.raises(coxa.InputError, match="has no visit on"):
        coxa.assess(CASE, dt.date(1999, 1, 1))


def test_results_do_not_change() -> None:
    assessment = coxa.assess(CASE)
    with pytest.raises(ValueError, match="frozen"):
        assessment.headline = "other"  # type: ignore[misc]


def test_same_input_same_result() -> None:
    first, second = (coxa.assess(CASE, CASE.visits[0].date) for _ in range(2))
    assert first == second
    assert coxa.prescribe(CASE, first) == coxa.prescribe(CASE, second)


def test_two_files_of_one_person_compare_like_one_file() -> None:
    before = CASE.model_copy(update={"visits": CASE.visits[:1]})
    after = CASE.model_copy(update={"visits": CASE.visits[1:2]})
    assert coxa.compare(before, after) == coxa.compare(CASE)
    with pytest.raises(coxa.ComparisonError, match="must be later"):
        coxa.compare(after, before)
    with pytest.raises(coxa.ComparisonError, match="one visit only"):
        coxa.compare(before)


def test_a_third_visit_that_is_worse_again_says_so() -> None:
    first, second = CASE.visits[:2]
    pain = [
        visit.pain.model_copy(update={"now_0_10": value, "worst_0_10": 9.0})
        for visit, value in zip((first, second), (2, 5), strict=True)
    ]
    worse = [
        first.model_copy(update={"pain": pain[0]}),
        second.model_copy(update={"pain": pain[1]}),
        second.model_copy(
            update={"pain": pain[1].model_copy(update={"now_0_10": 8.0}), "date": second.date + dt.timedelta(days=28)}
        ),
    ]
    result = coxa.compare(CASE.model_copy(update={"visits": tuple(worse)}))
    assert "second re-test in a row" in " ".join(result.next_steps)
