"""Sheets of printed markers as PDF: one page on how to use them, then one tag to a page."""

from __future__ import annotations

from typing import Any, Literal

from coxa.motion.tag_corners import tag_cells
from coxa.protocol import Protocol
from coxa.protocol.schema import PrintedMarker
from coxa.report.marker_drawing import above_svg, body_svg, setup_svg, tag_svg, wall_svg
from coxa.report.paper_pictures import Raw
from coxa.report.pdf import typeset
from coxa.version import SOFTWARE

Paper = Literal["a4", "letter"]
TOWARDS = {"wall": "TO THE CEILING", "pelvis": "TO THE HEAD", "thigh": "TO THE HIP", "shank": "TO THE KNEE"}


def markers_pdf(protocol: Protocol, paper: Paper = "a4") -> bytes:
    """All sheets of ``protocol.printed_markers``, for A4 or US Letter paper, of true size when printed at 100 %."""
    data = {
        "title": "Printed markers",
        "software": SOFTWARE,
        "foot": f"{SOFTWARE}, printed markers",
        "paper": {"a4": "a4", "letter": "us-letter"}[paper],
        "side_mm": protocol.printed_tag.side_mm,
        "setup": Raw(setup_svg()),
        "above": Raw(above_svg()),
        "markers": [_sheet(marker) for marker in protocol.printed_markers.values()],
    }
    return typeset("markers.typ", data, protocol.about.reviewed)


def _sheet(marker: PrintedMarker) -> dict[str, Any]:
    on_body = marker.side is not None
    return {
        "number": marker.tag,
        "name": marker.name,
        "short": marker.id.replace("_", " ").replace("shank", "lower leg").upper(),
        "side": marker.side,
        "where": marker.where,
        "arrow": marker.arrow,
        "towards": TOWARDS[marker.place],
        "care": marker.care,
        "tag": Raw(tag_svg(tag_cells(marker.tag))),
        "tag_alt": f"AprilTag 36h11 number {marker.tag}",
        "figure": Raw(body_svg(marker.place, marker.side) if marker.side is not None else wall_svg()),
        "figure_alt": f"{marker.name}: where the marker goes, with an arrow. {marker.where} {marker.arrow}",
        "caption": f"Seen from the {marker.side}" if on_body else "What the camera sees",
    }
