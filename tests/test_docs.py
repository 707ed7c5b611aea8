"""The documentation is up to date, complete and true where a machine can tell."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

import coxa
from coxa.case import entries, loader
from coxa.cli import app
from coxa.protocol import load_protocol, schema
from coxa.protocol.check import FORBIDDEN
from coxa.report.doctor import examine
from tools.case_file import GROUPS, MEANING, OBSERVATION_ROWS, READING_ROWS, VISIT_ROWS
from tools.docs import PICTURE, REFERENCE, SHEET, pages
from tools.docs import main as make_docs
from tools.markdown import anchor
from tools.picture_pages import LIBRARY, contact_sheet

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WRITTEN = [path for path in PAGES if path.parent != REFERENCE]
README = (ROOT / "README.md").read_text("utf-8")
CASE = ROOT / "examples" / "cases" / "01-desk-worker.yaml"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
MACHINE = re.compile(r"(?<![\w.])/(work|home|tmp|root|Users)/|[A-Z]:\\")
URL = re.compile(r"\b(https?|ftp)://|\bwww\.")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def fences(text: str, language: str) -> list[str]:
    """Fenced blocks of a language, without their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", text, re.M | re.S)
    return ["\n".join(line.removeprefix(pad) for line in block.splitlines()) for pad, block in found]


def prose(text: str) -> str:
    """Text without fenced blocks."""
    return re.sub(r"^( *)```.*?^\1```", "", text, flags=re.M | re.S)


@cache
def anchors(path: Path) -> frozenset[str]:
    return frozenset(anchor(title) for title in re.findall(r"^#+ (.+)$", prose(path.read_text("utf-8")), re.M))


def commands() -> dict[str, Any]:
    main: Any = get_command(app)
    return dict(main.commands)


def options(command: Any) -> set[str]:
    found = [p for p in command.params if p.param_type_name == "option"]
    return {word for p in found for word in (*p.opts, *p.secondary_opts)}


# --- generated pages -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    return dict(pages())


def test_reference_is_up_to_date(generated: dict[str, str]) -> None:
    stale = [n for n, text in generated.items() if (REFERENCE / n).read_text("utf-8") != text]
    assert not stale, f"run 'make docs': {stale}"


def test_contact_sheet_is_up_to_date_and_complete() -> None:
    text = SHEET.read_text("utf-8")
    assert text == contact_sheet(load_protocol()), "run 'make docs'"
    shown = re.findall(r'src="\.\./([^"]+)"', text)
    there = [path.relative_to(ROOT).as_posix() for path in (ROOT / LIBRARY).rglob("*.svg")]
    assert sorted(shown) == sorted(there)


def test_reference_holds_nothing_else(generated: dict[str, str]) -> None:
    assert {path.name for path in REFERENCE.iterdir()} == set(generated)


def test_every_command_and_option_is_documented(generated: dict[str, str]) -> None:
    sections = dict(re.findall(r"^## coxa (\S+)\n(.*?)(?=^## )", generated["commands.md"], re.M | re.S))
    assert set(sections) == set(commands())
    for command, shape in commands().items():
        for option in options(shape):
            assert f"`{option}`" in sections[command], (command, option)
        assert shape.help
        assert all(p.help for p in shape.params), command
        assert f"coxa {command}" in README or f"make {command}" in README


def test_every_entry_is_on_its_page(generated: dict[str, str]) -> None:
    p = load_protocol()
    for page, ids in (
        ("tests.md", [*p.tests, *p.derived_tests]),
        ("exercises.md", p.exercises),
        ("limits.md", p.limits),
        ("reliability.md", p.errors),
        ("safety.md", [*p.safety_questions, *p.safety_rules, *p.stop_conditions]),
        ("evidence.md", p.evidence),
    ):
        missing = [entry for entry in ids if entry not in generated[page]]
        assert not missing, (page, missing)


def test_every_key_of_a_case_file_is_documented(generated: dict[str, str]) -> None:
    keys = {f"{group}.{key}" for group, (kind, _) in GROUPS.items() for key in kind.model_fields}
    assert keys == set(MEANING)
    assert {row[0] for row in VISIT_ROWS} == set(loader._VISIT_KEYS)
    assert {row[0] for row in VISIT_ROWS if row[3] == "yes"} == set(loader._VISIT_NEEDS)
    assert {row[0] for row in READING_ROWS} == set(entries._READING_KEYS)
    assert {row[0] for row in READING_ROWS if row[3] == "yes"} == set(entries._READING_NEEDS)
    assert {row[0] for row in OBSERVATION_ROWS} == {"test", "side", "*question*"}
    for key in {key.split(".")[1] for key in keys} | set(entries._READING_KEYS):
        assert f"`{key}`" in generated["case-file.md"]


def test_picture_is_there_and_small() -> None:
    raw = PICTURE.read_bytes()
    assert raw.startswith(b"\x89PNG")
    assert len(raw) < 300_000
    assert 1000 <= int.from_bytes(raw[16:20], "big") <= 1400
    assert "docs/images/report.png" in README


def test_without_chromium_the_picture_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.docs.ROOT", tmp_path)
    monkeypatch.setattr("tools.docs.REFERENCE", tmp_path / "reference")
    monkeypatch.setattr("tools.docs.SHEET", tmp_path / "pictures.md")
    monkeypatch.setattr("tools.docs.PICTURE", tmp_path / "images" / "report.png")
    monkeypatch.setattr("shutil.which", lambda _: None)
    make_docs()
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Chromium is missing, so docs/images stays as it is."
    made = sorted(path.name for path in tmp_path.rglob("*.*"))
    assert made == sorted([SHEET.name, *(path.name for path in REFERENCE.iterdir())])


# --- what holds for every page ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_resolve(path: Path) -> None:
    text = prose(path.read_text("utf-8"))
    for target in (*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'src="([^"]+)"', text)):
        file, _, place = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        assert there.is_relative_to(ROOT), target
        if place:
            assert place in anchors(there), target


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_words(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.name != "facts-base.md":  # it quotes words that studies use, and those to avoid
        assert not FORBIDDEN.search(text), FORBIDDEN.search(text)
    assert not URL.search(text), URL.search(text)
    assert not MACHINE.search(text), MACHINE.search(text)
    assert text.startswith("# ")
    assert text.endswith("\n")


# --- what is written by hand -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_shell_commands_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for block in fences(path.read_text("utf-8"), "sh"):
        for line in block.splitlines():
            words = line.split("#")[0].split()
            if not words:
                continue
            if words[0] == "make":
                assert words[1] in targets, line
                continue
            assert words[0] == ".venv/bin/coxa", line
            assert words[1] in commands(), line
            assert {word for word in words[2:] if word.startswith("-")} <= options(commands()[words[1]]), line
            assert all((ROOT / word).is_file() for word in words[2:] if word.endswith(".yaml")), line


def test_readme_example_is_from_a_real_case() -> None:
    (block,) = fences(README, "yaml")
    real = {line.strip() for line in CASE.read_text("utf-8").splitlines()}
    shown = [line.strip() for line in block.splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in shown if line not in real] == []
    assert CASE.relative_to(ROOT).as_posix() in README
    assert set(yaml.safe_load(block)["visits"][0]) >= set(loader._VISIT_NEEDS)


def test_readme_library_example_runs() -> None:
    (block,) = fences(README, "python")
    run = [sys.executable, "-W", "error", "-c", block]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_readme_counts_are_those_of_doctor() -> None:
    (shown,) = re.findall(r"<!-- knowledge -->(.+?)<!-- /knowledge -->", README, re.S)
    said = next(c.say for c in examine(load_protocol(), load_protocol().about.reviewed) if c.what == "Knowledge")
    assert " ".join(shown.split()) in said


def test_readme_speed_names_command_and_machine() -> None:
    (speed,) = re.findall(r"<!-- bench -->\n(.+?)<!-- /bench -->", README, re.S)
    assert "make bench" in speed
    assert "cores" in speed


def test_snippets_of_a_case_file_hold() -> None:
    p = load_protocol()
    for block in fences((ROOT / "docs" / "how-to" / "case-file.md").read_text("utf-8"), "yaml"):
        content = yaml.safe_load(block)
        if "person" in content:
            coxa.Person.model_validate(content["person"])
        for reading in content.get("readings", []):
            assert set(reading) <= set(entries._READING_KEYS)
            ways = [way for way in p.tests[reading["test"]].methods if way.method == reading["method"]]
            assert any(reading["protocol"] in way.protocols for way in ways), reading
        for seen in content.get("observations", []):
            asked = {question.id for question in p.tests[seen["test"]].questions}
            assert set(seen) - {"test", "side"} <= asked


@pytest.mark.parametrize("page", ["add-a-test.md", "add-an-exercise.md", "add-a-norm.md"])
def test_snippets_of_knowledge_fit_their_schema(page: str) -> None:
    text = (ROOT / "docs" / "how-to" / page).read_text("utf-8")
    blocks = fences(text, "yaml")
    assert blocks
    for block in blocks:
        kind = getattr(schema, block.splitlines()[0].removeprefix("# "))
        entry = kind.model_validate(yaml.safe_load(block))
        claims = getattr(entry, "evidence", ())
        assert set(claims) <= set(load_protocol().evidence)
    for block in fences(text, "csv"):
        for row in csv.DictReader(block.splitlines()):
            schema.Norm.model_validate({key: value or None for key, value in row.items()})


@pytest.mark.parametrize("path", DECISIONS, ids=name)
def test_decision_is_complete(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith(f"# {path.name[:4]}: ")
    for part in ("What", "Why", "Alternatives", "Consequence"):
        assert f"**{part}.**" in text, part
    assert len(text.splitlines()) <= 40
    for file in re.findall(r"`((?:src|tests|docs)/[^`]+)`", text):
        assert (ROOT / file).exists(), file


def test_decisions_are_numbered_and_listed() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{i:04}" for i in range(1, len(DECISIONS) + 1)]
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    assert all(f"]({path.name})" in listed for path in DECISIONS)


def test_how_tos_are_listed() -> None:
    folder = ROOT / "docs" / "how-to"
    listed = (folder / "README.md").read_text("utf-8")
    assert all(f"]({path.name})" in listed for path in folder.glob("*.md") if path.name != "README.md")
