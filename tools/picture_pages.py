"""Pictures on generated pages: beside each test and exercise, and all of them on one contact sheet."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from coxa.pictures import FIGURES, MOMENTS, measured_tests, skins, subjects
from coxa.protocol import Protocol
from tools.markdown import page, table

LIBRARY = "src/coxa/pictures/library"
STILL, SMALL = 300, 150
"""Widths in pixels: beside a text, and on the contact sheet."""
WORD = {"start": "start", "end": "end", "loop": "movement"}


def stills(subject: str, name: str) -> str:
    """Start and end of the female figure side by side, for a page in ``docs/reference``; nothing without pictures."""
    if subject not in subjects():
        return ""
    cells = [_image("../..", FIGURES[0], subject, moment, name, STILL) for moment in ("start", "end")]
    return table(["Start", "End"], [cells])


def contact_sheet(p: Protocol) -> str:
    """Every picture of the library."""
    intro = (
        f"Every picture of Coxa: {len(subjects())} tests and exercises, each with start, end and movement of "
        f"{len(FIGURES)} figures. They are vector files, and light or dark as your viewer is. `coxa picture ID` writes "
        f"one of them in the skin tone that you choose ({', '.join(skins())}). Red marks the muscles that an exercise "
        "works on or a test is about."
    )
    how = (
        "The lab draws them from the poses in `lab/pictures/poses`: joint angles and what touches what. `make "
        "pictures` draws all of them again (it needs the lab's own environment, [lab](../lab/README.md)). "
        "[Decision 0022](decisions/0022-pictures-are-vector-files.md) says why they are what they are."
    )
    measured = (
        f"{len(measured_tests())} tests have a measuring picture as well: the figure at every reading, into which a "
        "report draws your own: " + ", ".join(f"`{test}`" for test in measured_tests()) + "."
        if measured_tests()
        else ""
    )
    return page(
        "Pictures",
        f"`{LIBRARY}`",
        [
            intro,
            how,
            measured,
            "## Tests",
            *_sheet((t.id, t.plain_name) for t in p.tests.values()),
            *_sheet((t.id, t.name) for t in p.derived_tests.values()),
            "## Exercises",
            *_sheet((e.id, e.plain_name) for e in p.exercises.values()),
        ],
    )


def _sheet(entries: Iterable[tuple[str, str]]) -> Iterable[str]:
    for subject, name in entries:
        if subject in subjects():
            yield f"**{name}** (`{subject}`)"
            yield table(
                [f"{figure}, {WORD[moment]}" for figure in FIGURES for moment in MOMENTS],
                [[_image("..", figure, subject, moment, name, SMALL) for figure in FIGURES for moment in MOMENTS]],
            )


def _image(root: str, figure: str, subject: str, moment: str, name: str, width: int) -> str:
    words = escape(f"{name}: {WORD[moment]}, {figure} figure")
    return f'<img src="{root}/{LIBRARY}/{figure}/{subject}.{moment}.svg" alt="{words}" width="{width}">'
