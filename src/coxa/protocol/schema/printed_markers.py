"""Printed markers: the tags, and where each is taped."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coxa.protocol.schema.base import Entry, Id, Text


class PrintedTag(Entry):
    """What all printed tags share: the family, and the side of the black square in millimetres."""

    family: Literal["apriltag_36h11"]
    side_mm: Annotated[float, Field(ge=40, le=150)]


class PrintedMarker(Entry):
    """One sheet: number of the tag in its family, where it is taped, and where its printed arrow points."""

    id: Id
    tag: Annotated[int, Field(ge=0, le=586)]
    place: Literal["wall", "pelvis", "thigh", "shank"]
    side: Literal["left", "right"] | None = None
    name: Text
    where: Text
    arrow: Text
    care: Text

    @model_validator(mode="after")
    def _named_by_side(self) -> Self:
        if (self.side is None) != (self.place == "wall"):
            raise ValueError("a marker on the body has a side, and the one on the wall has none")
        if self.id != (self.place if self.side is None else f"{self.side}_{self.place}"):
            raise ValueError("the ID is side and place, such as left_thigh")
        return self
