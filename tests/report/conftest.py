"""Fixtures of the tests of the HTML report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import coxa
from coxa.model import Case, Unit
from coxa.protocol import Protocol, load_protocol
from coxa.report.html import render_report
from coxa.report.view import View
from tests.pictures.made import library_in_use
from tests.report.pages import EXAMPLE, KINDS, CaseOf, build, view_of


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol()


@pytest.fixture
def pictured(tmp_path: Path, protocol: Protocol) -> Iterator[Path]:
    """Give a folder with small pictures of everything, which is what the product finds."""
    angles = [t.id for t in protocol.tests.values() if any(way.unit is Unit.DEGREE for way in t.methods)]
    with library_in_use(tmp_path / "pictures", [*protocol.tests, *protocol.exercises], angles) as folder:
        yield folder


@pytest.fixture
def case_of(tmp_path: Path, protocol: Protocol) -> CaseOf:
    """Build a case: the example's first visit, changed, and answered with 'no' wherever nothing else is said."""

    def build(
        *, yes: tuple[str, ...] = (), readings: list[dict[str, Any]] | None = None, again: bool = False, **visit: Any
    ) -> Case:
        content = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
        content["visits"] = content["visits"][: 2 if again else 1]
        last = content["visits"][-1]
        last["safety"] = {question: question in yes for question in protocol.safety_questions}
        if readings is not None:
            last["readings"] = readings
        for key, value in visit.items():
            last[key] = {**last[key], **value} if isinstance(value, dict) else value
        path = tmp_path / "case.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return coxa.load_case(path)

    return build


@pytest.fixture(params=KINDS)
def view(request: pytest.FixtureRequest, case_of: CaseOf, protocol: Protocol) -> View:
    return view_of(build(request.param, case_of, protocol), protocol)


@pytest.fixture
def page(view: View) -> str:
    return render_report(view)
