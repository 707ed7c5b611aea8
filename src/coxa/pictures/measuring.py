"""The figure in many positions of one joint, to draw a person's own reading into."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from coxa.errors import InputError, ProtocolError
from coxa.pictures.library import FIGURES, Figure
from coxa.pictures.palettes import FOLDER
from coxa.pictures.svg import FULL

MEASURING = FOLDER / "measuring"
MOST_UNPACKED = 2_000_000
Point = tuple[float, float]


class MeasuringPicture(BaseModel):
    """One figure at one test. Places are in picture units, x to the right and y down.

    A reading r (degrees, signs as in docs/conventions.md) has its limb point from ``pivot`` to
    ``zero + sign * r`` degrees, counted counterclockwise from the picture's right; ``reach`` is the limb's length.
    ``ground``, ``props`` and each frame are SVG paths, the frames by their reading, from ``first`` to ``last``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    test: str
    figure: Figure
    side: Literal["left", "right", "both"]
    view_box: tuple[float, float, float, float]
    pivot: Point
    zero: float
    sign: Literal[1, -1]
    reach: Annotated[float, Field(gt=0)]
    first: float = Field(alias="from")
    last: float = Field(alias="to")
    step: Annotated[float, Field(gt=0)]
    ground: str
    props: str
    frames: Annotated[dict[float, str], Field(min_length=2)]

    @model_validator(mode="after")
    def _frames_cover_the_range(self) -> Self:
        at = sorted(self.frames)
        gaps = {round(b - a, 6) for a, b in pairwise(at)}
        if at[0] != self.first or gaps != {round(self.step, 6)} or not at[-1] <= self.last < at[-1] + self.step:
            raise ValueError("the frames must go from 'from' to 'to' by 'step'")
        return self

    @property
    def fineness(self) -> float:
        """The longer side by 1600."""
        return max(self.view_box[2:]) / FULL

    def frame(self, reading: float) -> str:
        """The figure in the position that is nearest to a reading."""
        return self.frames[min(self.frames, key=lambda at: abs(at - reading))]

    def place(self, reading: float, radius: float) -> Point:
        """The place at ``radius`` from the pivot in the direction of a reading."""
        direction = math.radians(self.zero + self.sign * reading)
        return self.pivot[0] + radius * math.cos(direction), self.pivot[1] - radius * math.sin(direction)


@cache
def measured_tests() -> tuple[str, ...]:
    """IDs of the tests that have a measuring picture of both figures."""
    ids = sorted(path.name.partition(".")[0] for path in MEASURING.glob(f"*.{FIGURES[0]}.json.gz"))
    return tuple(one for one in ids if all(_path(one, figure).is_file() for figure in FIGURES))


@cache
def measuring_picture(test: str, figure: Figure = "female") -> MeasuringPicture:
    """The measuring picture of a test.

    Raises
    ------
    InputError: this test has none, or there is no such figure.
    ProtocolError: its file is not as it should be.
    """
    if figure not in FIGURES:
        raise InputError(f"there is no figure '{figure}'; choose one of {', '.join(FIGURES)}.")
    if test not in measured_tests():
        raise InputError(
            f"there is no measuring picture of '{test}'; only tests that read an angle of a limb have one."
        )
    return read_measuring(_path(test, figure))


def read_measuring(path: Path) -> MeasuringPicture:
    """A measuring picture from its file.

    Raises
    ------
    ProtocolError: the file is not as it should be, or is about another test or figure than its name says.
    """
    try:
        read = MeasuringPicture.model_validate(json.loads(unpacked(path)))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ProtocolError(f"{path.name}: {where or 'file'}: {first['msg']}") from error
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise ProtocolError(f"{path.name}: {error}") from error
    if path.name != f"{read.test}.{read.figure}.json.gz":
        raise ProtocolError(f"{path.name}: it is about {read.test} and the figure {read.figure}")
    return read


def unpacked(path: Path) -> bytes:
    """What a packed file holds, of which no more than ``MOST_UNPACKED`` bytes are read."""
    with gzip.open(path) as packed:
        return packed.read(MOST_UNPACKED)


def _path(test: str, figure: Figure) -> Path:
    return MEASURING / f"{test}.{figure}.json.gz"
