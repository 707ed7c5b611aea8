"""Rooms to be filmed in: floor, walls, furniture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lab.mesh import CLOTH, FLOOR, WALL, Mesh, box, flat
from lab.render import Light

Colour = tuple[float, float, float]
DIM_SHARE = 0.15
DIM = 0.3


@dataclass(frozen=True)
class Room:
    """Colours and things of one room. ``back``: metres to the wall behind the person;
    ``dim``: so dark that the camera's noise shows."""

    wall: Colour
    floor: Colour
    mat: Colour
    clutter: bool
    light: Light
    back: float = 1.7
    dim: bool = False

    def meshes(self, ground: str, lying: bool, head: float, lengthwise: bool = False) -> list[Mesh]:
        """Everything that isn't a person.

        ``head``: -1 or 1, the x direction of a lying person's head; ``lengthwise``: they lie along the line of sight.
        """
        y = self.back
        out = [
            flat([(-6, -6, 0), (6, -6, 0), (6, 6, 0), (-6, 6, 0)], self.floor, FLOOR),
            flat([(-6, y, 0), (6, y, 0), (6, y, 3), (-6, y, 3)], self.wall, WALL),
            *(flat([(x, -6, 0), (x, 6, 0), (x, 6, 3), (x, -6, 3)], self.wall, WALL) for x in (-4.2, 4.2)),
            *box((-6, y - 0.02, 0), (6, y, 0.09), (0.9, 0.9, 0.88)),
        ]
        if ground == "table":
            near, far = sorted((1.05 * head, -0.02 * head))
            out += box((near, -0.36, 0.10), (far, 0.36, 0.615), self.mat, CLOTH)
        elif ground == "bench":
            out += box((-0.5, -0.22, 0.08), (0.5, 0.5, 0.615), self.mat, CLOTH)
        elif lying:
            x, y_half = (0.42, 1.05) if lengthwise else (1.05, 0.42)
            out += box((-x, -y_half, 0), (x, y_half, 0.015), self.mat, CLOTH)
        if self.clutter:
            out += box((1.2, y - 0.4, 0), (2.3, y - 0.03, 0.8), (0.45, 0.3, 0.2))
            out += box((1.35, y - 0.3, 0.8), (1.6, y - 0.1, 1.05), (0.2, 0.45, 0.3))
            out += box((-1.0, y - 0.03, 1.25), (-0.2, y - 0.01, 1.8), (0.3, 0.4, 0.45))
            out += box((-2.8, y - 0.9, 0), (-1.5, y - 0.05, 0.42), (0.35, 0.35, 0.38))
            out += box((-2.8, y - 0.25, 0.42), (-1.5, y - 0.05, 0.8), (0.33, 0.33, 0.36))
        return out


def any_room(rng: np.random.Generator) -> Room:
    """A room drawn at random."""

    def colour(base: npt.ArrayLike, low: float, high: float) -> Colour:
        r, g, b = np.array(base) * rng.uniform(low, high) * rng.uniform(0.9, 1.0, 3)
        return float(r), float(g), float(b)

    turn, dim = rng.uniform(0, 6.28), rng.uniform(0.55, 1.05) if rng.random() > DIM_SHARE else rng.uniform(0.14, DIM)
    tint = 1 + rng.normal(0, 0.05, 3)
    light = Light(
        sun=(float(np.cos(turn)) * 0.5 + 0.1, -0.35 + float(np.sin(turn)) * 0.35, 1.0),
        sun_strength=float(rng.uniform(0.25, 0.8) * dim),
        sky_strength=float(rng.uniform(0.5, 0.75) * dim),
        tint=(float(tint[0]), float(tint[1]), float(tint[2])),
        floor=int(rng.integers(3)),
    )
    return Room(
        wall=colour((0.95, 0.95, 0.95), 0.4, 1.0),
        floor=colour((0.55, 0.42, 0.30), 0.5, 1.5),
        mat=colour(rng.uniform(0.05, 0.7, 3), 1.0, 1.0),
        clutter=bool(rng.random() < 0.75),
        light=light,
        dim=bool(dim <= DIM),
    )
