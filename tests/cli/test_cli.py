"""The command line: exit status, one clear line, complete or no output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from coxa.cli import DEMO_CASE
from coxa.cli.examples import example_case

CASE = example_case(DEMO_CASE)
EMERGENCY = example_case("08-emergency.yaml")
FILES = {"report.html", "report.pdf", "assessment.json", "plan.pdf", "plan.ics"}
NO_NETWORK = """
import socket, sys
def refuse(*args, **kwargs):
    sys.stderr.write('NETWORK\\n')
    raise SystemExit(99)
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
socket.gethostbyname = refuse
import coxa.cli
coxa.cli.main()
"""


def coxa(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, in which any look-up or connection ends with status 99."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", NO_NETWORK, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """The single line on standard error of a failed command."""
    assert result.returncode == 2, result
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("coxa: ")
    return lines[0]


def test_screen_prints_a_report() -> None:
    result = coxa("screen", CASE, "--visit", "2026-03-02")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    for words in (
        "What was measured",
        "Flexibility or mobility?",
        "How we got there",
        "Programme",
        "does not diagnose",
    ):
        assert words in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100


def test_screen_as_json_is_the_library_result() -> None:
    import coxa as library

    result = coxa("screen", CASE, "--json")
    document = json.loads(result.stdout)
    case = library.load_case(CASE)
    assessment = library.assess(case)
    assert document["assessment"] == assessment.model_dump(mode="json")
    assert document["plan"] == library.prescribe(case, assessment).model_dump(mode="json")
    assert document["source"]["sha256"] == case.source.sha256


def test_output_folder_holds_all_files(tmp_path: Path) -> None:
    result = coxa("screen", CASE, "-o", tmp_path / "new" / "out")
    assert result.returncode == 0, result.stderr
    assert {path.name for path in (tmp_path / "new" / "out").iterdir()} == FILES
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out"], "a temporary folder was left"
    for name in FILES:
        assert str(tmp_path / "new" / "out" / name) in result.stdout


def test_emergency_shows_the_action_and_takes_an_old_programme_away(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert coxa("screen", CASE, "-o", out).returncode == 0
    result = coxa("screen", EMERGENCY, "-o", out)
    assert result.returncode == 0, result.stderr
    assert "emergency" in result.stdout.lower()
    assert "Session A" not in result.stdout
    assert {path.name for path in out.iterdir()} == FILES - {"plan.pdf", "plan.ics"}
    document = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert document["plan"]["sessions"] == []
    assert document["assessment"]["findings"] == []


def test_emergency_in_a_broken_file_comes_first(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(EMERGENCY.read_text(encoding="utf-8").replace("person:", "persona:", 1), encoding="utf-8")
    result = coxa("screen", broken)
    assert result.returncode == 2
    first, second = result.stderr.strip().splitlines()
    assert first.startswith("coxa: BEFORE ANYTHING ELSE: ")
    assert "unknown key 'persona'" in second or "'person' is missing" in second


def test_bad_file_writes_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("person: {age: 41\n", encoding="utf-8")
    assert "bad.yaml" in one_line(coxa("screen", bad, "-o", tmp_path / "out"))
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


def test_output_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    assert "is a file, not a folder" in one_line(coxa("screen", CASE, "-o", taken))
    assert taken.read_text(encoding="utf-8") == "a file"
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["screen"], "Missing argument"),
        (["sreen", "x"], "No such command"),
        (["screen", "missing.yaml"], "there is no such file"),
        (["screen", str(CASE), "--visit", "soon"], "a date such as"),
        (["screen", str(CASE), "--visit", "2020-01-01"], "has no visit on 2020-01-01"),
        (["screen", str(CASE), "--colour"], "No such option"),
        (["compare", str(EMERGENCY)], "holds one visit only"),
        (["protocol", "recipes"], "there is no group 'recipes'"),
        (["protocol", "tests", "thomas"], "there is no entry 'thomas'"),
    ],
)
def test_wrong_use_gets_one_line(arguments: list[str], words: str) -> None:
    assert words in one_line(coxa(*arguments))


def test_compare_the_two_visits_of_a_case(tmp_path: Path) -> None:
    result = coxa("compare", CASE, "-o", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert "Pain and daily life" in result.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"retest.html", "comparison.json"}


def test_compare_different_people_is_refused() -> None:
    assert "different people" in one_line(coxa("compare", EMERGENCY, CASE)) or "later than" in one_line(
        coxa("compare", EMERGENCY, CASE)
    )


@pytest.mark.parametrize(
    "group",
    [
        "tests",
        "norms",
        "limits",
        "reliability",
        "exercises",
        "safety",
        "rules",
        "stops",
        "evidence",
        "lessons",
        "recordings",
        "marker_sets",
        "markers",
    ],
)
def test_every_group_of_knowledge_can_be_listed(group: str) -> None:
    result = coxa("protocol", group)
    assert result.returncode == 0, result.stderr
    values = json.loads(coxa("protocol", group, "--json").stdout)
    for value in values:
        assert value["id"][:12] in result.stdout.replace("\n", "")
    entry = coxa("protocol", group, values[0]["id"])
    assert entry.returncode == 0
    assert values[0]["id"] in entry.stdout


def test_doctor_finds_nothing_wrong() -> None:
    result = coxa("doctor")
    assert result.returncode == 0, result.stdout
    assert "✗" not in result.stdout
    assert all(check["ok"] for check in json.loads(coxa("doctor", "--json").stdout))


def test_demo_ends_with_the_paths_of_what_it_made(tmp_path: Path) -> None:
    result = coxa("demo", "-o", tmp_path / "demo")
    assert result.returncode == 0, result.stderr
    last = result.stdout.rsplit("Done.", 1)[1]
    for name in ("visit-1/report.html", "visit-1/plan.pdf", "visit-2/report.pdf", "retest.html"):
        assert str(tmp_path / "demo" / name) in last
        assert (tmp_path / "demo" / name).stat().st_size > 1000


def test_help_names_every_command() -> None:
    result = coxa("--help")
    assert result.returncode == 0
    for command in ("screen", "compare", "protocol", "doctor", "demo", "angles"):
        assert command in result.stdout
