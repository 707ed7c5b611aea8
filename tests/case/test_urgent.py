"""An urgent answer is seen however badly the file around it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

import coxa
from coxa.cli.examples import example_case

CALM = example_case("10-nothing-at-the-hip.yaml").read_text("utf-8")
EMERGENCY = "emergency department"


def urgent(tmp_path: Path, raw: bytes) -> str | None:
    path = tmp_path / "case.yaml"
    path.write_bytes(raw)
    with pytest.raises(coxa.CaseFileError) as caught:
        coxa.load_case(path)
    return caught.value.urgent


@pytest.mark.parametrize("word", ["y", "on", "1", "ja", "maybe", "not sure", "[yes]", "'yes'"])
def test_every_way_of_not_saying_no_counts(tmp_path: Path, word: str) -> None:
    text = CALM.replace("saddle_numbness: no", f"saddle_numbness: {word}").replace("person:", "persona:", 1)
    assert EMERGENCY in str(urgent(tmp_path, text.encode()))


@pytest.mark.parametrize("key", ["saddle_numbnes", "saddle-numbness", "saddle numbness", "Saddle_Numbness"])
def test_a_misspelt_question_still_counts(tmp_path: Path, key: str) -> None:
    assert EMERGENCY in str(urgent(tmp_path, CALM.replace("saddle_numbness: no", f"{key}: yes").encode()))


@pytest.mark.parametrize("word", ["no", "n", "off", "false", "not yet", "none"])
def test_a_no_is_no_alarm(tmp_path: Path, word: str) -> None:
    text = CALM.replace("saddle_numbness: no", f"saddle_numbness: {word}").replace("person:", "persona:", 1)
    assert urgent(tmp_path, text.encode()) is None


def test_an_answer_on_the_next_line_of_broken_text(tmp_path: Path) -> None:
    text = CALM.replace("saddle_numbness: no", "saddle_numbness:\n         yes") + "\n}"
    assert EMERGENCY in str(urgent(tmp_path, text.encode()))


def test_utf_16_as_some_editors_write_it(tmp_path: Path) -> None:
    assert EMERGENCY in str(
        urgent(tmp_path, CALM.replace("saddle_numbness: no", "saddle_numbness: yes").encode("utf-16"))
    )


def test_combinations_with_age_and_pain_are_seen(tmp_path: Path) -> None:
    text = CALM.replace("minor_trauma: no", "minor_trauma: yes")
    old = text.replace(
        text[text.index("person:") : text.index("\n", text.index("person:"))], "person: {agee: 80, sex: male}"
    )
    assert "today" in str(urgent(tmp_path, old.encode())).lower()
    leg = CALM.replace("cancer_ever: no", "cancer_ever: yes").replace("below_knee: no", "below_knee: yes")
    assert EMERGENCY in str(urgent(tmp_path, leg.replace("person:", "persona:", 1).encode()))
