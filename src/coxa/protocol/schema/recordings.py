"""Recorded tests: which angle of a recording is a test's number, and what must hold for it to be trusted."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from coxa.model import Method, Refusal
from coxa.protocol.schema.base import Entry, Id, Text


class Quantity(StrEnum):
    """What can be told from points or orientations; each is defined once, in ``coxa.measure``."""

    LEG_ELEVATION = "leg_elevation"
    THIGH_ELEVATION = "thigh_elevation"
    THIGH_SLOPE = "thigh_slope"
    OTHER_LEG_ELEVATION = "other_leg_elevation"
    OTHER_THIGH_ELEVATION = "other_thigh_elevation"
    SHANK_DEFICIT = "shank_deficit"
    SHANK_ELEVATION = "shank_elevation"
    KNEE_FLEXION = "knee_flexion"
    HIP_FLEXION_TRUNK = "hip_flexion_trunk"
    HIP_INTERNAL_ROTATION = "hip_internal_rotation"
    HIP_EXTERNAL_ROTATION = "hip_external_rotation"
    LEG_ABDUCTION = "leg_abduction"
    THIGH_ABDUCTION = "thigh_abduction"
    LEG_ADDUCTION = "leg_adduction"
    THIGH_ADDUCTION = "thigh_adduction"
    SHANK_LEAN = "shank_lean"
    PELVIC_DROP = "pelvic_drop"
    PELVIS_LINE = "pelvis_line"
    PELVIS_TURN = "pelvis_turn"
    PELVIS_TILT = "pelvis_tilt"
    PELVIS_ROLL = "pelvis_roll"


class View(StrEnum):
    """Where the camera stands."""

    SIDE = "side"
    FRONT = "front"
    ABOVE = "above"


class TestedLeg(StrEnum):
    """How the tested leg is told from the other in a picture."""

    __test__ = False  # not a pytest class

    MOVES = "moves"
    HANGS = "hangs"
    NAMED = "named"


class Check(Entry):
    """A quantity that must stay within bounds, or the reading is refused.

    ``change`` says that the bounds are for the change since the start of the movement, not for the quantity itself;
    ``at_start`` that they are for the start and not for the end position.
    """

    quantity: Quantity
    change: bool = False
    at_start: bool = False
    minimum: float | None = None
    maximum: float | None = None
    refusal: Refusal
    say: Text

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("give minimum, maximum or both")
        if self.change and self.at_start:
            raise ValueError("at its start nothing has changed yet: give change or at_start")
        return self


class RecordedTest(Entry):
    """How one test is read from recordings of one method."""

    id: Id
    test: Id
    method: Method
    protocols: Annotated[tuple[Id, ...], Field(min_length=1)]
    quantity: Quantity
    end: Literal["highest", "lowest", "steady", "peak"]
    hold_seconds: Annotated[float, Field(ge=0, le=10)]
    fastest_deg_per_s: Annotated[float, Field(gt=0)]
    view: View | None = None
    tested_leg: TestedLeg = TestedLeg.NAMED
    rate_hz: Annotated[float, Field(gt=0, le=120)] | None = None
    segments: tuple[Literal["thigh", "shank"], ...] = Field(
        default=(), description="of the tested leg, that lie in the picture plane when the camera stands square"
    )
    pivot: Literal["hip", "knee"] | None = Field(
        default=None, description="joint of the tested leg that stays in place while the limb below it turns about it"
    )
    while_lowest: Quantity | None = Field(
        default=None, description="only frames count in which this quantity is near its lowest held value"
    )
    still_counts: bool = Field(default=False, description="a limb that hangs from the beginning shows the number")
    zero_at_start: bool = Field(default=False, description="the number is the change since the movement began")
    checks: tuple[Check, ...] = ()
    why: Text

    @model_validator(mode="after")
    def _a_view_for_video(self) -> Self:
        if (self.method is Method.VIDEO) != (self.view is not None and self.rate_hz is not None):
            raise ValueError("view and rate_hz belong to video, and video needs both")
        if self.pivot is not None and self.method is not Method.VIDEO:
            raise ValueError("a pivot is fitted in video only")
        return self


class NotRecorded(Entry):
    """A test that can't be read from recordings of one method, and why."""

    id: Id
    test: Id
    method: Method
    say: Text
