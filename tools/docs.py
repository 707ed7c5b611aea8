"""Remake the generated documentation: ``python -m tools.docs`` (``make docs``)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.main import get_command

from coxa.cli import app
from coxa.protocol import load_protocol
from coxa.report.listing import GROUPS
from tools.case_file import case_file_page
from tools.markdown import bullets, page, table
from tools.pages import evidence_page, exercises_page, limits_page, reliability_page, safety_page, tests_page
from tools.picture import measurement_picture, report_picture
from tools.picture_pages import contact_sheet

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
SHEET = ROOT / "docs" / "pictures.md"
MEASURED = ROOT / "docs" / "images" / "measure.png"
PICTURE = ROOT / "docs" / "images" / "report.png"
STATUS = {
    "0": "done",
    "2": "bad usage, or a file that can't be used: one line on standard error, nothing written",
    "3": "every reading was refused (`coxa measure`)",
    "130": "stopped by Ctrl-C; nothing half-done is left",
}


def pages() -> Mapping[str, str]:
    """Text of every page of ``docs/reference`` by file name."""
    protocol = load_protocol()
    return {
        "commands.md": commands_page(),
        "case-file.md": case_file_page(protocol),
        "tests.md": tests_page(protocol),
        "exercises.md": exercises_page(protocol),
        "limits.md": limits_page(protocol),
        "reliability.md": reliability_page(protocol),
        "safety.md": safety_page(protocol),
        "evidence.md": evidence_page(protocol),
    }


def commands_page() -> str:
    """Every command with its arguments and options, from the command line's own help."""
    main: Any = get_command(app)
    parts = [" ".join(str(main.help).split()), _parameters(main)]
    for name, command in main.commands.items():
        parts += [f"## coxa {name}", str(command.help), f"    {_usage(name, command)}", _parameters(command)]
        if name == "protocol":
            parts += ["Groups:", bullets(f"`{group}`: {shape.about}" for group, shape in GROUPS.items())]
    parts += ["## Exit status", bullets(f"`{status}`: {words}" for status, words in STATUS.items())]
    return page("Commands", "`src/coxa/cli/`", parts)


def _usage(name: str, command: Any) -> str:
    words = ["coxa", name]
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            word = parameter.metavar or parameter.name.upper()
            words.append(word if parameter.required else f"[{word}]")
    return " ".join([*words, "[OPTIONS]"])


def _parameters(command: Any) -> str:
    rows = []
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            names = [parameter.metavar or parameter.name.upper()]
        else:
            names = [*parameter.opts, *parameter.secondary_opts]
        value = parameter.metavar if parameter.param_type_name == "option" else None
        default = parameter.default
        rows.append(
            [
                ", ".join(f"`{one}`" for one in names) + (f" `{value}`" if value else ""),
                str(parameter.help or ""),
                "" if default is None or default is False else f"`{default}`",
            ]
        )
    return table(["Name", "Meaning", "By default"], rows) if rows else ""


def main() -> None:
    """Write every page, and the picture if Chromium is there."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    texts = {REFERENCE / name: text for name, text in pages().items()} | {SHEET: contact_sheet(load_protocol())}
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    picture = report_picture()
    if picture is None:
        print("Chromium is missing, so docs/images stays as it is.")
        return
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    MEASURED.write_bytes(measurement_picture())
    print(f"wrote {MEASURED.relative_to(ROOT)}")
    PICTURE.write_bytes(picture)
    print(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
