"""The stop list is asked for when the file leaves it out, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

import coxa
from coxa.cli.examples import example_case
from coxa.model import Answer
from coxa.protocol import load_protocol
from coxa.protocol.schema import RELEASE_KINDS, SafetyQuestion

CASE = example_case("01-desk-worker.yaml").read_text("utf-8")
WITHOUT = CASE.replace("stop_list: [], ", "")
STOPS = load_protocol().stop_conditions


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    return path


def test_without_anyone_to_ask_it_is_missing(tmp_path: Path) -> None:
    assert WITHOUT != CASE
    with pytest.raises(coxa.CaseFileError, match="'stop_list' is missing"):
        coxa.load_case(written(tmp_path, WITHOUT))


def test_every_condition_is_asked_and_counts(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(question: SafetyQuestion) -> Answer:
        asked.append(question.id)
        return Answer.UNSURE if question.id == "anticoagulants" else Answer.NO

    case = coxa.load_case(written(tmp_path, WITHOUT), answer)
    expected = [name for name, stop in STOPS.items() if stop.asked_as is None]
    assert asked == expected, "once for all visits, and not what a safety question has asked already"
    assert case.visits[0].resources.stop_list == ("anticoagulants",)
    plan = coxa.prescribe(case, coxa.assess(case))
    assert not any(item.kind in RELEASE_KINDS for session in plan.sessions for item in session.items)


def test_an_emergency_at_an_earlier_visit_does_not_answer_for_a_later_one(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(question: SafetyQuestion) -> Answer:
        asked.append(question.id)
        return Answer.UNSURE if question.id == "anticoagulants" else Answer.NO

    text = WITHOUT.replace("saddle_numbness: no", "saddle_numbness: yes", 1)
    assert text != WITHOUT
    case = coxa.load_case(written(tmp_path, text), answer)
    assert "anticoagulants" in asked
    assert [visit.resources.stop_list for visit in case.visits] == [(), ("anticoagulants",)]


def test_a_fault_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    def never(question: SafetyQuestion) -> Answer:
        raise AssertionError(question.id)

    with pytest.raises(coxa.CaseFileError, match="outside what is possible"):
        coxa.load_case(
            written(tmp_path, WITHOUT.replace("trials_deg: [63, 61, 62]", "trials_deg: [630, 61, 62]")), never
        )


def test_a_stop_list_that_contradicts_an_answer_is_a_fault(tmp_path: Path) -> None:
    text = CASE.replace("stop_list: []", "stop_list: [osteoporosis]")
    with pytest.raises(coxa.CaseFileError, match="make the two agree"):
        coxa.load_case(written(tmp_path, text))
