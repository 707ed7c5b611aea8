"""``coxa picture``: one picture of a test or exercise as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from coxa.pictures import DEFAULT_SKIN, FIGURES, skins
from coxa.pictures import picture as drawn

FigureOption = Annotated[
    str | None,
    typer.Option(metavar="FIGURE", help=f"Who the pictures show: {' or '.join(FIGURES)}; by default the person's sex."),
]
SkinOption = Annotated[str, typer.Option(metavar="NAME", help=f"Skin tone of the pictures: {', '.join(skins())}.")]


class Figure(StrEnum):
    """Who is shown."""

    FEMALE = "female"
    MALE = "male"


class Moment(StrEnum):
    """What is shown of a movement."""

    START = "start"
    END = "end"
    LOOP = "loop"


class Theme(StrEnum):
    """The background that the colours are made for."""

    LIGHT = "light"
    DARK = "dark"
    BOTH = "both"


def picture(
    subject: Annotated[str, typer.Argument(metavar="ID", help="ID of a test or an exercise.")],
    moment: Annotated[Moment, typer.Option(help="start, end, or loop (it moves).")] = Moment.END,
    figure: Annotated[Figure, typer.Option(help="female or male.")] = Figure.FEMALE,
    skin: SkinOption = DEFAULT_SKIN,
    theme: Annotated[Theme, typer.Option(help="light, dark, or both: as the viewer prefers.")] = Theme.BOTH,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE.svg", help="Where to write; by default ID.MOMENT.svg."),
    ] = None,
) -> None:
    """Write one picture of a test or exercise as SVG.

    It can be enlarged without limit, and needs nothing else.
    """
    from coxa.report.files import write_one

    path = output or Path(f"{subject}.{moment.value}.svg")
    text = drawn(subject, moment.value, figure=figure.value, skin=skin, theme=theme.value)
    write_one(path, text.encode())
    typer.echo(f"Written: {path}")
