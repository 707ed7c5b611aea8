"""What stands around or is held: a name and settings from the poses become a solid to lean on.

Kinds and their settings (metres, degrees; ``at``: the middle on the floor, ``turn``: about the vertical):
``mat`` at, size (along x, along y), turn; ``roller`` at, turn (axis along x at 0); ``ball`` at (x, y, z of its middle);
``block`` at, size (x, y, height), turn: box, step, table; ``chair`` at, turn (0: its front looks to -y);
``wall`` at, turn (0: its face looks to -y), width, height.
Held, without being solid: ``strap`` and ``band`` path (places of the body or [x, y, z]), closed; ``stick`` path of two,
beyond (metres past both), off (a place, and how much further away from it); ``backpack`` at (a place or several), drop;
``wrap`` around (a limb), from, to; ``phone`` place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.pictures.shapes import BALL_RADIUS, ROLLER_LENGTH, ROLLER_RADIUS, SEAT_HEIGHT
from lab.pictures.solids import Ball, Block, Cylinder, HalfSpace, Solid
from lab.rotation import FloatArray, about_z

SEAT_SIZE, SEAT_THICK, BACK_HEIGHT = 0.42, 0.04, 0.45
HELD = ("strap", "band", "stick", "backpack", "wrap", "phone")
KINDS = ("mat", "roller", "ball", "block", "chair", "wall", *HELD)


class UnknownThingError(ValueError):
    """A pose names a kind of thing that there isn't."""


@dataclass(frozen=True)
class Thing:
    """``solid`` is None for what is held or lies flat on the floor."""

    name: str
    kind: str
    settings: Mapping[str, Any]
    solid: Solid | None


@dataclass(frozen=True)
class Together:
    """Several solids that are one thing."""

    parts: Sequence[Solid]

    def distance(self, points: FloatArray) -> FloatArray:
        """(n,) metres from the nearest part."""
        return np.asarray(np.min([part.distance(points) for part in self.parts], axis=0))


def thing(name: str, settings: Mapping[str, Any]) -> Thing:
    """The thing of this name; its kind is its name unless the settings give one.

    Raises
    ------
    UnknownThingError: there is no such kind.
    """
    kind = settings.get("kind", name)
    if kind not in KINDS:
        raise UnknownThingError(f"There is no thing of the kind {kind!r}; there are {', '.join(KINDS)}.")
    return Thing(name, kind, settings, _solid(kind, settings))


def _solid(kind: str, settings: Mapping[str, Any]) -> Solid | None:
    at, turn = settings.get("at", (0.0, 0.0)), float(settings.get("turn", 0.0))
    if kind == "roller":
        return Cylinder((at[0], at[1], ROLLER_RADIUS), turn, ROLLER_RADIUS, ROLLER_LENGTH)
    if kind == "ball":
        return Ball((at[0], at[1], at[2]), BALL_RADIUS)
    if kind == "block":
        x, y, height = settings["size"]
        return Block((at[0], at[1], height / 2), (x, y, height), turn)
    if kind == "chair":
        return Together(chair_blocks(at, turn)[:2])
    if kind == "wall":
        normal = about_z(turn) @ np.array([0, -1.0, 0])
        return HalfSpace((at[0], at[1], 0.0), (float(normal[0]), float(normal[1]), 0.0))
    return None


def chair_blocks(at: Sequence[float], turn: float) -> list[Block]:
    """Seat, back and four legs of a chair."""
    spin = about_z(turn)

    def block(x: float, y: float, z: float, size: tuple[float, float, float]) -> Block:
        moved = spin @ np.array([x, y, z])
        return Block((float(moved[0] + at[0]), float(moved[1] + at[1]), float(moved[2])), size, turn)

    half, leg = SEAT_SIZE / 2, 0.035
    seat = block(0, 0, SEAT_HEIGHT - SEAT_THICK / 2, (SEAT_SIZE, SEAT_SIZE, SEAT_THICK))
    back = block(0, half - 0.015, SEAT_HEIGHT + BACK_HEIGHT / 2, (SEAT_SIZE, 0.03, BACK_HEIGHT))
    legs = [
        block(x, y, (SEAT_HEIGHT - SEAT_THICK) / 2, (leg, leg, SEAT_HEIGHT - SEAT_THICK))
        for x in (-half + leg / 2, half - leg / 2)
        for y in (-half + leg / 2, half - leg / 2)
    ]
    return [seat, back, *legs]
