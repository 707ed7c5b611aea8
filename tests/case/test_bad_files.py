"""Files that can't be used: one clear sentence each, with file, line and what was expected, and nothing else."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import coxa
from coxa.case.urgent import urgent_in
from coxa.errors import CaseFileError
from coxa.model import ActionLevel, Answer
from coxa.protocol import load_protocol
from coxa.protocol.schema import SafetyQuestion
from tests.case.spoilt import FAULTS, GOOD, QUESTIONS, SAFETY, SECONDS, outcome, swap

FIRST_LINE = re.compile(r"^(?P<file>.+?)(, line (?P<line>\d+))?: (?P<said>.+)$")


def refused(path: Path) -> CaseFileError:
    """The error of a file, which must come fast and in one line."""
    begun = time.perf_counter()
    with pytest.raises(CaseFileError) as caught:
        coxa.load_case(path)
    assert time.perf_counter() - begun < SECONDS
    told = str(caught.value)
    assert "\n" not in told
    assert told.startswith(str(path))
    assert told.endswith((".", ".)"))
    assert FIRST_LINE.match(told)
    assert "Traceback" not in told
    return caught.value


def test_the_file_without_a_fault_loads(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, "utf-8")
    case = coxa.load_case(path)
    assert case.person.age == 41
    assert len(case.visits[0].readings) == 4


def line_of(text: str, mark: str) -> int | None:
    if not mark:
        return None
    lines = text.splitlines()
    if mark.startswith("LAST "):
        return max(i for i, line in enumerate(lines, 1) if mark.removeprefix("LAST ") in line)
    return next(i for i, line in enumerate(lines, 1) if mark in line)


@pytest.mark.parametrize(("name", "change", "mark", "words"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_one_sentence_with_file_line_and_what_was_expected(
    tmp_path: Path, name: str, change: Callable[[str], str], mark: str, words: tuple[str, ...]
) -> None:
    text = change(GOOD)
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    if name == "nothing for a number":  # a trailing comma is allowed in YAML
        coxa.load_case(path)
        return
    error = refused(path)
    assert error.line == line_of(text, mark)
    assert all(word in error.message for word in words), error.message


# --- files that are no case files at all ------------------------------------------------------------------------------


def test_no_such_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "nobody.yaml").message


def test_a_folder(tmp_path: Path) -> None:
    assert "this is not a file" in refused(tmp_path).message


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.touch()
    assert "the file is empty" in refused(path).message


def test_100_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    error = refused(path)
    assert "100.0 MB" in error.message
    assert "at most 1 MB" in error.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    assert "this is not a file" in refused(path).message


def test_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(GOOD.replace("[sitting]", "[sitting] # m\xfcde").encode("latin-1"))
    error = refused(path)
    assert "not UTF-8" in error.message
    assert error.line == line_of(GOOD, "pain: {")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "wide.yaml"
    path.write_bytes(GOOD.encode(encoding))
    refused(path)


def test_a_mark_at_the_start_and_windows_lines_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert coxa.load_case(path).person.age == 41


BOMBS = {
    "laughs": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(20)),
    "many entries": "a: [" + "1," * 200_000 + "]\n",
    "many keys": "".join(f"k{i}: 1\n" for i in range(60_000)),
    "deep flow": "[" * 100_000,
    "deep block": "".join("  " * i + "a:\n" for i in range(900)),
    "one long word": "a: " + "x" * 900_000,
    "one long number": "a: " + "9" * 900_000,
    "many misspelt answers": "".join(f"saddle_numbnes{i}: no\n" for i in range(38_000)),
    "many misspelt answers in a row": "{" + ", ".join(f"saddle_numbnes{i}: no" for i in range(40_000)),
    "merge keys": "a: &a {b: 1}\nc:\n  <<: [*a, *a]\n",
    "recursion": "&a [*a]\n",
    "many documents": "---\na: 1\n" * 50_000,
    "quotes": '"' * 300_001,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused_at_once(tmp_path: Path, bomb: str) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_text(BOMBS[bomb], "utf-8")
    assert len(str(refused(path))) < 600


# --- an urgent answer is never hidden ---------------------------------------------------------------------------------

ALARM = swap("saddle_numbness: no", "saddle_numbness: yes")
NUMB = load_protocol().safety_rules["nerves_saddle"].say


def test_without_another_fault_an_emergency_loads(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(ALARM(GOOD), "utf-8")
    case = coxa.load_case(path)
    assert coxa.assess(case).safety.level is ActionLevel.EMERGENCY_NOW


def test_an_emergency_asks_for_no_further_answer(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(GOOD.replace(SAFETY, "      saddle_numbness: yes"), "utf-8")
    assert coxa.assess(coxa.load_case(path)).safety.level is ActionLevel.EMERGENCY_NOW


@pytest.mark.parametrize(("name", "change"), [(f[0], f[1]) for f in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_an_emergency_is_carried_whatever_else_is_wrong(
    tmp_path: Path, name: str, change: Callable[[str], str]
) -> None:
    text = change(GOOD).replace("saddle_numbness: no", "saddle_numbness: yes")
    if "saddle_numbness: yes" not in text:  # the fault takes the answer away
        return
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    found = outcome(path)
    if isinstance(found, CaseFileError):
        assert found.urgent == NUMB, found
    else:  # an emergency needs no further answer, so an open question is no fault any more
        assert coxa.assess(found).safety.level is ActionLevel.EMERGENCY_NOW


@pytest.mark.parametrize("word", ["yes", "YES", "true", "unsure", '"yes"', "'unsure'"])
def test_an_emergency_in_text_that_is_not_even_yaml(tmp_path: Path, word: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(f"visits: [\n saddle_numbness : {word}\n \xe9".encode("latin-1"))
    assert refused(path).urgent == NUMB


def test_no_alarm_where_nobody_said_yes() -> None:
    protocol = load_protocol()
    assert urgent_in(GOOD, protocol) is None
    assert urgent_in("# saddle_numbness: yes\nx: no # saddle_numbness: yes\nsaddle_numbness: not yes", protocol) is None
    assert urgent_in("cancer_ever: yes", protocol) is None
    assert urgent_in("{saddle_numbness: yes, cancer_ever: yes}", protocol)


def test_an_emergency_months_ago_leaves_no_question_of_today_open(tmp_path: Path) -> None:
    """The first visit ended at the gate; the second must be answered in full all the same."""
    first, second = ALARM(GOOD), GOOD.split("visits:\n")[1].replace("2026-03-02", "2026-06-02", 1)
    path = tmp_path / "case.yaml"
    path.write_text(first + second, "utf-8")
    assert coxa.assess(coxa.load_case(path)).safety.programme_allowed
    path.write_text(first + second.replace(f"safety:\n{SAFETY}", "safety: {}"), "utf-8")
    error = refused(path)
    assert "not answered" in error.message
    assert error.line is not None
    assert error.line > len(first.splitlines())


# --- open questions are asked -----------------------------------------------------------------------------------------


def test_open_questions_are_asked_until_nothing_is_open(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(GOOD.replace(f"safety:\n{SAFETY}", "safety: {}"), "utf-8")
    asked: list[str] = []

    def answer(question: SafetyQuestion) -> Answer:
        asked.append(question.id)
        return Answer.NO

    case = coxa.load_case(path, answer)
    assert asked == [q for q in load_protocol().safety_questions if q in {*QUESTIONS, "pregnant"}]
    assert set(case.visits[0].safety) == set(asked)


def test_asking_stops_at_an_emergency(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(GOOD.replace(f"safety:\n{SAFETY}", "safety: {}"), "utf-8")
    asked: list[str] = []

    def answer(question: SafetyQuestion) -> Answer:
        asked.append(question.id)
        return Answer.UNSURE if question.id == "saddle_numbness" else Answer.NO

    case = coxa.load_case(path, answer)
    assert asked[-1] == "saddle_numbness"
    assert coxa.assess(case).safety.level is ActionLevel.EMERGENCY_NOW


def test_an_answer_opens_the_question_that_hangs_on_it(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(GOOD.replace("      leg_weakness: no\n", ""), "utf-8")
    asked: list[str] = []

    def answer(question: SafetyQuestion) -> Answer:
        asked.append(question.id)
        return Answer.YES

    level = coxa.assess(coxa.load_case(path, answer)).safety.level
    assert asked == ["leg_weakness", "leg_weakness_fast"], "a weak leg is urgent, but the next answer is an emergency"
    assert level is ActionLevel.EMERGENCY_NOW
