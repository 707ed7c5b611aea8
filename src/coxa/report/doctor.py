"""Is everything here that Coxa needs?"""

from __future__ import annotations

import datetime as dt
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.text import Text

from coxa.errors import CoxaError
from coxa.motion import weights
from coxa.motion.registry import KINDS
from coxa.protocol import Protocol
from coxa.protocol.check import check
from coxa.report.view import day, stale
from coxa.version import SOFTWARE

LIBRARIES = (
    "pydantic",
    "PyYAML",
    "numpy",
    "scipy",
    "highspy",
    "typer",
    "rich",
    "jinja2",
    "typst",
    "icalendar",
    "ezc3d",
    "pyarrow",
    "matplotlib",
)


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    what: str
    ok: bool
    say: str


def examine(protocol: Protocol, today: dt.date) -> tuple[Check, ...]:
    """Look at the installation and at the knowledge files."""
    return (
        Check(
            "Coxa", True, f"{SOFTWARE} on Python {platform.python_version()}, {platform.system()} {platform.machine()}"
        ),
        *(_library(name) for name in LIBRARIES),
        _try("Knowledge", lambda: _knowledge(protocol)),
        _review(protocol, today),
        _try("PDF", _pdf),
        _try("Writing files", _writing),
        _video(),
        Check("Recordings", True, f"reads {', '.join(dict.fromkeys(e for kind in KINDS for e in kind.extensions))}"),
        Check("Privacy", True, "nothing is sent anywhere; Coxa opens no connection"),
    )


def _library(name: str) -> Check:
    try:
        return Check(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, False, "is missing: install Coxa again ('make setup')")


def _review(protocol: Protocol, today: dt.date) -> Check:
    overdue = stale(protocol, today)
    return Check("Review", overdue is None, overdue or f"next review due {day(protocol.about.review_due)}")


def _try(what: str, look: Callable[[], str]) -> Check:
    try:
        return Check(what, True, look())
    except (CoxaError, OSError, RuntimeError, ValueError) as error:
        return Check(what, False, str(error))


def _knowledge(protocol: Protocol) -> str:
    problems = check(protocol)
    if problems:
        raise ValueError(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}, first: {problems[0]}")
    return (
        f"{protocol.version}: {len(protocol.tests)} tests, {len(protocol.norms)} norms, "
        f"{len(protocol.exercises)} exercises, "
        f"{len(protocol.evidence)} claims, {len(protocol.lessons)} lessons; all cross-references hold"
    )


def _pdf() -> str:
    import typst  # noqa: PLC0415  (only here and in the PDF report)

    fonts = [str(files("coxa.report") / "fonts")]
    made: object = typst.compile(b"= Test", ignore_system_fonts=True, font_paths=fonts)  # type: ignore[misc]
    if not isinstance(made, bytes) or not made.startswith(b"%PDF"):
        raise ValueError("the PDF writer gave no PDF")
    return "a page can be made"


def _writing() -> str:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x").write_bytes(b"x")
    return f"works in {tempfile.gettempdir()}, text encoding {sys.getdefaultencoding()}"


def _video() -> Check:
    """Whether bodies can be read from videos; an Intel Mac, for which LiteRT has no wheel, isn't at fault."""
    what = "Video"
    missing = [name for name in ("av", "opencv-python-headless") if not _installed(name)]
    if missing:
        return Check(what, False, f"{' and '.join(missing)} missing: install Coxa again ('make setup')")
    if wrong := weights.faults():
        return Check(what, False, f"pose models missing or changed ({', '.join(wrong)}): run 'make setup'")
    if not _installed("ai-edge-litert"):
        if (sys.platform, platform.machine()) == ("darwin", "x86_64"):
            return Check(what, True, "can't find bodies: ai-edge-litert has no wheel for Intel Macs; all else works")
        return Check(what, False, "ai-edge-litert is missing: install Coxa again ('make setup')")
    versions = f"ai-edge-litert {metadata.version('ai-edge-litert')}, av {metadata.version('av')}"
    return Check(what, True, f"{versions}; pose models lite, full and heavy as they should be")


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def print_examination(checks: tuple[Check, ...], console: Console) -> None:
    """Print every check with a mark."""
    for one in checks:
        mark, colour = ("✓", "green") if one.ok else ("✗", "red")
        console.print(Text.assemble((f"{mark} ", colour), (f"{one.what}: ", "bold"), one.say))
