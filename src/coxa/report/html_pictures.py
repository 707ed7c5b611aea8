"""Pictures inside the page: drawn in place, with one palette for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from coxa.model import Unit
from coxa.pictures import Moment
from coxa.pictures.palettes import page_style
from coxa.pictures.svg import inline
from coxa.report.figure import Palette
from coxa.report.gallery import Gallery
from coxa.report.measuring_figure import measuring_figure
from coxa.report.view import TestRow


@dataclass(frozen=True)
class Poses:
    """A test or exercise in pictures."""

    start: Markup
    end: Markup
    loop: Markup


@dataclass(frozen=True)
class PagePictures:
    """What the templates ask for. A picture needs the page's colours: ``colours()`` goes into its style."""

    gallery: Gallery
    palette: Palette

    def colours(self) -> Markup:
        """CSS for every class that a picture may use."""
        return Markup(page_style(self.gallery.skin))

    def poses(self, subject: str, name: str) -> Poses | None:
        """Start, end and loop of a test or exercise; ``None`` for what has no pictures."""
        start = self._drawn(subject, "start", f"{name}: the start")
        end = self._drawn(subject, "end", f"{name}: the end position")
        loop = self._drawn(subject, "loop", f"{name}: the whole movement")
        return None if start is None or end is None or loop is None else Poses(start, end, loop)

    def readings(self, row: TestRow) -> tuple[Markup, ...]:
        """A picture of each side's reading, for a test that reads an angle of a limb."""
        picture = self.gallery.measuring(row.test)
        if picture is None:
            return ()
        return tuple(
            _inside(measuring_figure(row, side, picture, self.palette))
            for side in row.sides
            if side.finding.unit is Unit.DEGREE and side.finding.value is not None
        )

    def _drawn(self, subject: str, moment: Moment, label: str) -> Markup | None:
        svg = self.gallery.still(subject, moment, "both")
        return None if svg is None else Markup(inline(svg, subject.replace("_", "-"), label))


def _inside(svg: str) -> Markup:
    # inside a page the name space is known, and the file is to hold no address at all
    return Markup(svg.replace(' xmlns="http://www.w3.org/2000/svg"', ""))
