"""The report and the one-page programme as tagged PDF (PDF/UA-1), set by Typst from the templates in ``typst/``.

Texts reach Typst as data, so nothing in them is ever read as markup. Only our own fonts are used and the date is
that of the visit: the same view gives the same bytes on every machine.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from coxa.report.paper import handout_data, report_data, stop_data
from coxa.report.paper_pictures import Raw
from coxa.report.view import View

_HERE = Path(__file__).parent
_TEMPLATES, _FONTS = _HERE / "typst", _HERE / "fonts"
LONGEST_WORD = 24
"""Longer words get invisible places to break, so that they can't run out of their column."""
_LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_BREAK = "\u200b"


def report_pdf(view: View) -> bytes:
    """The whole report; one page with what to do when safety ended the screening."""
    if view.assessment.safety.ends_screening:
        return typeset("stop.typ", stop_data(view), view.assessment.date)
    return typeset("report.typ", report_data(view), view.assessment.date)


def handout_pdf(view: View) -> bytes:
    """The programme on one A4 page, to hang up and tick off.

    Raises
    ------
    ValueError: the view holds no programme.
    """
    if view.plan is None:
        raise ValueError("there is no programme to print")
    return typeset("handout.typ", handout_data(view, view.plan), view.assessment.date)


def typeset(template: str, data: Mapping[str, Any], date: dt.date) -> bytes:
    """A template of ``typst/`` as tagged PDF; ``date`` is that of the file, and texts in ``data`` are never markup."""
    made = {"year": date.year, "month": date.month, "day": date.day}
    pdf = typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_displayable({**data, "made": made}), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC),
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF")
    return pdf


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


@functools.cache
def covered() -> frozenset[int]:
    """Code points that our fonts can show."""
    ranges = (line.split("-") for line in (_FONTS / "coverage.txt").read_text("ascii").split())
    return frozenset(point for first, last in ranges for point in range(int(first, 16), int(last, 16) + 1))


def _displayable(value: Any) -> Any:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return displayable(value)
    if isinstance(value, Mapping):
        return {key: _displayable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_displayable(item) for item in value]
    return value


def displayable(text: str) -> str:
    """The text with what our fonts can't show put into words or boxes, and with long words made breakable."""
    shown = "".join(_shown(character) for character in unicodedata.normalize("NFC", text))
    return _LONG.sub(lambda word: _breakable(word.group()), shown)


def _shown(character: str) -> str:
    if ord(character) in covered():
        return character
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\n\r":
        return " "
    if category.startswith(("C", "M")):  # invisible by themselves: joiners, variants, controls
        return ""
    name = unicodedata.name(character, "")
    return f"[{name.lower()}]" if category.startswith("S") and name else "□"


def _breakable(word: str) -> str:
    return _BREAK.join(word[i : i + LONGEST_WORD // 2] for i in range(0, len(word), LONGEST_WORD // 2))
