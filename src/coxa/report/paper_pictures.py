"""Pictures on paper, as data for the Typst templates: always in the colours for a light background."""

from __future__ import annotations

from typing import Any

from coxa.model import FindingLabel, Unit
from coxa.pictures import Moment
from coxa.pictures.palettes import classes, style
from coxa.pictures.svg import size
from coxa.report.figure import Palette
from coxa.report.gallery import Gallery
from coxa.report.measuring_figure import describe_reading, measuring_figure
from coxa.report.view import TestRow

FONT = "Coxa Sans"
PRINT = Palette(
    ink="#1c2a30",
    quiet="#55646c",
    usual="#dceee7",
    low="#ecd596",
    limited="#dd9f84",
    mark={
        FindingLabel.LIMITED: "#9c3a10",
        FindingLabel.LOW: "#7d5a00",
        FindingLabel.TYPICAL: "#1b6a53",
        FindingLabel.CANT_TELL: "#57478a",
        FindingLabel.NO_COMPARABLE_NORM: "#55646c",
    },
)
"""Bands that get darker towards *limited*, also when printed in grey; the words beside them say the same."""
_STILLS: tuple[tuple[Moment, str], ...] = (("start", "Start"), ("end", "End"))


class Raw(str):
    """A text of our own making, such as an SVG or an address: passed on as it is."""

    __slots__ = ()


def readings(row: TestRow, gallery: Gallery) -> list[dict[str, Any]]:
    """The picture of each side's reading, for a test that reads an angle of a limb."""
    picture = gallery.measuring(row.test)
    if picture is None:
        return []
    colours = style(classes(), gallery.skin, "light", picture.fineness)
    return [
        {"svg": Raw(measuring_figure(row, side, picture, PRINT, FONT, colours)), "alt": describe_reading(row, side)}
        for side in row.sides
        if side.finding.unit is Unit.DEGREE and side.finding.value is not None
    ]


def stills(gallery: Gallery, subject: str, name: str) -> list[dict[str, Any]]:
    """Start and end of a test or exercise, with height by width; nothing for what has no pictures."""
    found = [(word, gallery.still(subject, moment, "light")) for moment, word in _STILLS]
    return [
        {
            "svg": Raw(svg),
            "word": word,
            "ratio": size(svg)[1] / size(svg)[0],
            "alt": f"{name}: the {word.lower()} position",
        }
        for word, svg in found
        if svg is not None
    ]
