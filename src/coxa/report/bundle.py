"""The files of one visit, and of one re-test."""

from __future__ import annotations

import datetime as dt

from coxa.model import Assessment, Comparison, Plan, Source
from coxa.protocol import Protocol
from coxa.report.calendar import plan_ics
from coxa.report.document import assessment_document, comparison_document, to_json
from coxa.report.gallery import Gallery
from coxa.report.html import render_comparison, render_report
from coxa.report.pdf import handout_pdf, report_pdf
from coxa.report.view import make_view

PROGRAMME_FILES = ("plan.pdf", "plan.ics")


def visit_files(
    assessment: Assessment,
    plan: Plan,
    source: Source,
    protocol: Protocol,
    today: dt.date | None = None,
    gallery: Gallery | None = None,
) -> dict[str, bytes]:
    """report.html, report.pdf and assessment.json; with a programme also plan.pdf and plan.ics."""
    view = make_view(assessment, plan, protocol, source, today, gallery)
    files = {
        "report.html": render_report(view).encode(),
        "report.pdf": report_pdf(view),
        "assessment.json": to_json(assessment_document(assessment, plan, source)).encode(),
    }
    if plan.allowed:
        files["plan.pdf"] = handout_pdf(view)
        files["plan.ics"] = plan_ics(view, protocol)
    return files


def comparison_files(comparison: Comparison, sources: tuple[Source, ...], protocol: Protocol) -> dict[str, bytes]:
    """retest.html and comparison.json."""
    return {
        "retest.html": render_comparison(comparison, protocol).encode(),
        "comparison.json": to_json(comparison_document(comparison, sources)).encode(),
    }
