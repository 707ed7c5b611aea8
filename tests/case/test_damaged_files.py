"""Example cases that were damaged at random load or are refused in one sentence; nothing else ever happens."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coxa
from coxa.errors import CaseFileError
from coxa.model import Case
from tests.case.spoilt import SECONDS, outcome

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "cases"
TEXTS = [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))][:3]
PIECES = st.sampled_from(
    [
        "",
        "{",
        "}",
        "[",
        "]",
        ":",
        "- ",
        "&a ",
        "*a",
        "!!str ",
        "'",
        '"',
        "---\n",
        "\t",
        "yes",
        "no",
        "null",
        "1e9",
        ".nan",
    ]
) | st.text(max_size=8)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """An example case after one to four slips: lines lost, doubled or moved, words replaced, bytes flipped."""
    lines = draw(st.sampled_from(TEXTS)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        slip = draw(st.sampled_from(["delete", "double", "replace", "insert", "word", "move"]))
        if slip == "delete" and len(lines) > 1:
            del lines[at]
        elif slip == "double":
            lines.insert(at, lines[at])
        elif slip == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        elif slip == "replace":
            lines[at] = draw(PIECES) + "\n"
        elif slip == "insert":
            place = draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:place] + draw(PIECES) + lines[at][place:]
        else:
            words = re.split(r"(\W+)", lines[at])
            words[draw(st.integers(0, len(words) - 1))] = draw(PIECES)
            lines[at] = "".join(words)
    raw = bytearray("".join(lines).encode("utf-8", "replace"))
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        if raw:
            raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "case.yaml"


@settings(max_examples=250)
@given(damaged())
def test_a_damaged_file_loads_or_is_refused_in_one_sentence(scratch: Path, raw: bytes) -> None:
    scratch.write_bytes(raw)
    begun = time.perf_counter()
    found = outcome(scratch)
    if isinstance(found, Case):
        for visit in found.visits:
            coxa.assess(found, visit.date)
    else:
        assert len(str(found).splitlines()) == 1
        assert str(found).startswith(str(scratch))
    assert time.perf_counter() - begun < SECONDS


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_one_sentence(scratch: Path, raw: bytes) -> None:
    scratch.write_bytes(raw)
    with pytest.raises(CaseFileError) as caught:
        coxa.load_case(scratch)
    assert len(str(caught.value).splitlines()) == 1


@settings(max_examples=100)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["person", "visits", "date", "safety", "pain", "readings", "age", "test"]),
                x,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_yaml_is_refused_in_one_sentence(scratch: Path, content: object) -> None:
    scratch.write_text(json.dumps(content), "utf-8")
    with pytest.raises(CaseFileError) as caught:
        coxa.load_case(scratch)
    assert len(str(caught.value).splitlines()) == 1
