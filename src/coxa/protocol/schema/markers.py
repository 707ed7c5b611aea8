"""Marker sets: what a laboratory calls the points that it tapes to a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import Field, model_validator

from coxa.protocol.schema.base import Entry, Id, Status, Text

MiddlePoint = Literal["sacrum", "c7", "t10", "clavicle", "sternum"]
"""Points on the midline: sacrum between the PSIS, spinous processes C7 and T10, jugular notch, xiphoid."""
SidedPoint = Literal[
    "asis", "psis", "shoulder", "thigh", "knee", "knee_medial", "tibia", "ankle", "ankle_medial", "heel", "toe"
]
"""Points of each side. ``knee`` and ``ankle`` are the lateral epicondyle and malleolus; ``thigh`` and ``tibia`` are
markers on the outside of the segment (often on wands) that give the plane of the knee and of the ankle."""
HipRegression = Literal["davis", "harrington", "bell"]
Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
SIDE = "{side}"
T = TypeVar("T")


def marker_key(name: str) -> str:
    """A marker's name as it is compared: without subject, letter case and ``. _ -`` or blanks.

    ``HC002D:LASI`` and ``lasi`` are one marker, ``R.ASIS`` and ``r_asis`` too.
    """
    return "".join(sign for sign in name.rsplit(":", 1)[-1].casefold() if sign not in "._- ")


def _look_up(table: Mapping[Any, T], key: str) -> T | None:
    return table.get(key)


class SideLetters(Entry):
    """What stands for ``{side}`` in the names of a set."""

    left: str
    right: str


class MarkerSet(Entry):
    """One marker set.

    ``sided`` and ``middle`` hold the names that the set uses for our points; the first that a file has counts. In names
    of sided points ``{side}`` stands for the side. Letter case, full stops, blanks, underscores and hyphens are not
    compared, nor is a subject's prefix that ends in a colon.

    ``clusters`` are markers that follow a segment without standing for a point of the skeleton; with a standing trial
    they carry the knee and ankle along. ``stored`` are the stems of segments that the laboratory's own software stored
    as four points: origin ``O``, forwards ``A``, left ``L`` and proximal ``P``.
    """

    id: Id
    name: Text
    about: Text
    sides: SideLetters
    middle: dict[MiddlePoint, Names] = Field(default_factory=dict)
    sided: dict[SidedPoint, Names]
    clusters: dict[Literal["thigh", "shank"], Names] = Field(default_factory=dict)
    stored: dict[Literal["pelvis", "trunk", "thigh", "shank", "foot"], str] = Field(default_factory=dict)
    hip_centre: HipRegression
    source: Text
    verified: Status

    @model_validator(mode="after")
    def _gives_a_skeleton(self) -> Self:
        if missing := {"asis", "knee", "ankle"} - set(self.sided):
            raise ValueError(f"names for {', '.join(sorted(missing))} are needed")
        if "sacrum" not in self.middle and "psis" not in self.sided:
            raise ValueError("names for the sacrum or for psis are needed")
        for point, names in (*self.sided.items(), *self.clusters.items()):
            if any(SIDE not in name for name in names):
                raise ValueError(f"{point}: a name of a sided point holds {SIDE}")
        found = [marker_key(name) for point in self.points for name in self.names_of(point)]
        for segment in self.clusters:
            found += [marker_key(name) for side in ("left", "right") for name in self.cluster_of(side, segment)]
        if twice := {name for name in found if found.count(name) > 1}:
            raise ValueError(f"given for two points: {', '.join(sorted(twice))}")
        return self

    def _letter(self, side: str) -> str:
        return self.sides.left if side == "left" else self.sides.right

    def names_of(self, point: str) -> tuple[str, ...]:
        """Names of one of our points, such as ``left_asis`` or ``sacrum``; empty when the set has none."""
        side, _, rest = point.partition("_")
        if side in ("left", "right"):
            names = _look_up(self.sided, rest) or ()
            return tuple(name.replace(SIDE, self._letter(side)) for name in names)
        return _look_up(self.middle, point) or ()

    def cluster_of(self, side: str, segment: str) -> tuple[str, ...]:
        """Names of the markers that follow the ``thigh`` or ``shank`` of a side."""
        names = _look_up(self.clusters, segment) or ()
        return tuple(name.replace(SIDE, self._letter(side)) for name in names)

    def stored_of(self, segment: str, side: str = "") -> str | None:
        """Stem of the names under which a segment is stored, such as ``LFE``; ``None`` when it never is."""
        stem = _look_up(self.stored, segment)
        return None if stem is None else stem.replace(SIDE, self._letter(side))

    @property
    def points(self) -> tuple[str, ...]:
        """Every point of ours that the set has a name for."""
        sided = [point for point in get_args(SidedPoint) if point in self.sided]
        middle = [point for point in get_args(MiddlePoint) if point in self.middle]
        return (*middle, *(f"{side}_{point}" for side in ("left", "right") for point in sided))
