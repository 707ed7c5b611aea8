"""Cases and pages that the tests of the HTML report share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import coxa
from coxa.model import Case
from coxa.protocol import Protocol
from coxa.report.view import View, make_view

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'too'"
EXAMPLE = Path(__file__).parents[2] / "examples" / "cases" / "01-desk-worker.yaml"
KINDS = ("example", "everything", "nerve", "empty", "refused", "within_days", "emergency")
VOID = {"meta", "line", "circle", "rect", "br", "input"}
CaseOf = Callable[..., Case]


class Page(HTMLParser):
    """What a page holds: tags, ids, links inside it, text, and whether every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute)) is not None]


def squeeze(words: str) -> str:
    return " ".join(words.split())


def everything(protocol: Protocol) -> list[dict[str, Any]]:
    """One reading of every test, protocol and side, in the middle of what is plausible."""
    readings = []
    for test in protocol.tests.values():
        for allowed in test.methods[:1]:
            for variant in allowed.protocols:
                for side in ("left", "right") if test.sided else ("both",):
                    middle = (allowed.minimum + allowed.maximum) / 2 + (4 if side == "left" else -4)
                    reading: dict[str, Any] = {
                        "test": test.id,
                        "side": side,
                        "method": allowed.method.value,
                        "protocol": variant,
                    }
                    if allowed.trigonometric:
                        reading |= {"value_cm": 3.0, "thigh_length_cm": 41}
                    else:
                        reading[f"value_{allowed.unit.value}"] = middle
                    readings.append(reading)
    return readings


def observations(protocol: Protocol, *, nerve: bool) -> list[dict[str, Any]]:
    return [
        {"test": test.id, "side": side, **{q.id: q.role != "nerve" or nerve for q in test.questions}}
        for test in protocol.tests.values()
        if test.questions
        for side in (("left", "right") if test.sided else ("both",))
    ]


def refused() -> list[dict[str, Any]]:
    knee = {"test": "active_knee_extension", "method": "inclinometer", "protocol": "supine_90_90", "value_deg": 30}
    return [
        {**knee, "side": "left", "refused_because": ["pelvis_moved", "not_held"]},
        {**knee, "side": "right"},
    ]


def build(kind: str, case_of: CaseOf, protocol: Protocol) -> Case:
    """The case of one kind."""
    match kind:
        case "example":
            return coxa.load_case(EXAMPLE)
        case "everything":
            return case_of(readings=everything(protocol), observations=observations(protocol, nerve=False))
        case "nerve":
            return case_of(readings=everything(protocol), observations=observations(protocol, nerve=True))
        case "empty":
            return case_of(readings=[], observations=[])
        case "refused":
            return case_of(readings=refused(), observations=[])
        case "within_days":
            return case_of(yes=("leg_numb_or_walking_trouble",))
        case _:
            return case_of(yes=("saddle_numbness", "fever_or_chills"))


def view_of(case: Case, protocol: Protocol, today: dt.date | None = None, visit: int = 0) -> View:
    assessment = coxa.assess(case, case.visits[visit].date)
    return make_view(assessment, coxa.prescribe(case, assessment), protocol, case.source, today)


def self_contained(html: str) -> None:
    assert not re.search(r"https?:|//\w|url\(|@import|src=|<script|<link|<iframe|javascript:", html)
    page = Page(html)
    assert not page.open
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    for link in page.all("href"):
        assert link.startswith("#")
        assert link[1:] in ids
    assert set(page.all("aria-labelledby")) <= set(ids)
