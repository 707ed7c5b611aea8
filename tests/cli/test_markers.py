"""``coxa markers``: one complete file or one clear line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from coxa.cli import app
from coxa.errors import OutputError
from coxa.report.files import write_one

RUN = CliRunner()


def test_writes_the_sheets(tmp_path: Path) -> None:
    place = tmp_path / "new" / "markers.pdf"
    result = RUN.invoke(app, ["markers", "-o", str(place), "--paper", "letter"])
    assert result.exit_code == 0, result.output
    assert place.read_bytes().startswith(b"%PDF-")
    assert "100 %" in result.output
    assert [path.name for path in place.parent.iterdir()] == ["markers.pdf"]


def test_a_folder_is_no_file_and_stays(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("x")
    result = RUN.invoke(app, ["markers", "-o", str(tmp_path)])
    assert isinstance(result.exception, OutputError)
    assert "is a folder" in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_another_paper_is_bad_usage(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["markers", "-o", str(tmp_path / "x.pdf"), "--paper", "a5"])
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "markers.pdf"
    write_one(place, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_one(place, b"new")
    assert place.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["markers.pdf"]


def test_a_written_file_is_readable_by_others_as_usual(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_one(tmp_path / "made", b"x")
    assert (tmp_path / "made").stat().st_mode == (tmp_path / "plain").stat().st_mode
