"""The stills and loops of tests and exercises."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from coxa.errors import InputError
from coxa.pictures.palettes import DEFAULT_SKIN, FOLDER, THEMES, Theme
from coxa.pictures.svg import recoloured

Figure = Literal["female", "male"]
Moment = Literal["start", "end", "loop"]
FIGURES: tuple[Figure, ...] = ("female", "male")
MOMENTS: tuple[Moment, ...] = ("start", "end", "loop")
LIBRARY = FOLDER / "library"


@cache
def subjects() -> tuple[str, ...]:
    """IDs of the tests and exercises that have all their pictures: every moment, both figures."""
    names = {path.name for path in (LIBRARY / FIGURES[0]).glob("*.start.svg")}
    ids = sorted(name.partition(".")[0] for name in names)
    return tuple(
        one for one in ids if all(_path(one, moment, figure).is_file() for moment in MOMENTS for figure in FIGURES)
    )


def picture(
    subject: str,
    moment: Moment,
    *,
    figure: Figure = "female",
    skin: str = DEFAULT_SKIN,
    theme: Theme = "both",
) -> str:
    """A picture of a test or exercise, as the text of an SVG file that needs nothing else.

    Parameters
    ----------
    subject: ID of a test or exercise.
    moment: ``start``, ``end``, or ``loop``, which moves by itself unless the viewer asked for reduced motion.
    figure: who is shown.
    skin: a name of ``skins()``.
    theme: colours for a light or a dark background; ``both`` follows what the viewer prefers.

    Raises
    ------
    InputError: there is no such subject, moment, figure, skin tone or theme.
    """
    for what, value, known in (("moment", moment, MOMENTS), ("figure", figure, FIGURES), ("theme", theme, THEMES)):
        if value not in known:
            raise InputError(f"there is no {what} '{value}'; choose one of {', '.join(known)}.")
    if subject not in subjects():
        raise InputError(
            f"there is no picture of '{subject}'; "
            "'coxa protocol tests' and 'coxa protocol exercises' list the IDs of what has pictures."
        )
    return recoloured(_path(subject, moment, figure).read_text("utf-8"), skin, theme)


def _path(subject: str, moment: Moment, figure: Figure) -> Path:
    return LIBRARY / figure / f"{subject}.{moment}.svg"
