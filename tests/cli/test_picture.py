"""``coxa picture`` and the choice of figure and skin: one complete file or one clear line."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coxa.cli import app
from coxa.errors import InputError
from coxa.pictures.palettes import colours
from tests.pictures.made import library_in_use

RUN = CliRunner()
CASE = Path(__file__).resolve().parents[2] / "examples" / "cases" / "01-desk-worker.yaml"


@pytest.fixture(autouse=True)
def pictured(tmp_path: Path) -> Iterator[Path]:
    """Let there be pictures of one exercise."""
    with library_in_use(tmp_path / "pictures", ["glute_bridge"]) as folder:
        yield folder


def test_writes_one_picture(tmp_path: Path) -> None:
    path = tmp_path / "new" / "bridge.svg"
    words = ["picture", "glute_bridge", "--moment", "start", "--figure", "male", "--skin", "almond", "--theme", "dark"]
    done = RUN.invoke(app, [*words, "-o", str(path)])
    assert done.exit_code == 0, done.output
    assert str(path) in done.output.replace("\n", "")
    root = ET.fromstring(path.read_text("utf-8"))
    assert colours("almond", "dark")["skin"] in (root[0].text or "")


def test_the_file_is_named_after_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = RUN.invoke(app, ["picture", "glute_bridge", "--moment", "loop"])
    assert done.exit_code == 0
    assert "@keyframes" in (tmp_path / "glute_bridge.loop.svg").read_text("utf-8")


def test_an_unknown_id_writes_nothing(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["picture", "../x", "-o", str(tmp_path / "x.svg")])
    assert isinstance(done.exception, InputError)
    assert not (tmp_path / "x.svg").exists()


def test_screen_takes_figure_and_skin(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["screen", str(CASE), "-o", str(tmp_path / "out"), "--figure", "male", "--skin", "espresso"])
    assert done.exit_code == 0, done.output
    assert colours("espresso")["skin"] in (tmp_path / "out" / "report.html").read_text("utf-8")


@pytest.mark.parametrize("wrong", [["--figure", "child"], ["--skin", "green"]])
def test_a_wrong_choice_writes_nothing(tmp_path: Path, wrong: list[str]) -> None:
    done = RUN.invoke(app, ["screen", str(CASE), "-o", str(tmp_path / "out"), *wrong])
    assert isinstance(done.exception, InputError)
    assert not (tmp_path / "out").exists()
