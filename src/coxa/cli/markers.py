"""``coxa markers``: sheets of tags to print and tape on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from coxa.protocol import load_protocol


class PaperSize(StrEnum):
    """Papers that the sheets fit."""

    A4 = "a4"
    LETTER = "letter"


def markers(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.pdf", help="Where to write.")] = Path(
        "markers.pdf"
    ),
    paper: Annotated[PaperSize, typer.Option(help="a4 or letter (US).")] = PaperSize.A4,
) -> None:
    """Write the markers to print: the accurate way to measure with a camera.

    One page on how to use them, then one sheet each for the wall, pelvis, thighs and lower legs. Print at 100 %.
    """
    from coxa.report.files import write_one
    from coxa.report.markers import markers_pdf

    write_one(output, markers_pdf(load_protocol(), paper.value))
    typer.echo(f"Written: {output}. Print it at 100 %; the line on each sheet must be 100 mm long.")
