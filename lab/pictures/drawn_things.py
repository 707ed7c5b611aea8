"""Things of the poses as surfaces to draw."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from lab.pictures import shapes
from lab.pictures.patches import LIMBS
from lab.pictures.piece import Piece
from lab.pictures.rig import Posed
from lab.pictures.solids import Block
from lab.pictures.solve import Solver
from lab.pictures.things import Thing
from lab.rotation import FloatArray, about_z, unit

BEYOND = 0.1  # metres by which a stick goes past the places that hold it
FILL = 12  # points of a ribbon from one of its places to the next
PHONE_HALF = 0.13  # of a limb's length, along which a phone lies to both sides of its place
PHONE_ABOVE = {"thigh": 0.02, "shank": 0.007}  # metres from the skin to the phone's middle; shorts lie between


class Stage:
    """What drawing a thing may need to know: the body as it is now."""

    def __init__(self, solver: Solver, posed: Posed, skin: FloatArray) -> None:
        self.body, self.skin = solver.rig.body, skin
        self._solver, self._posed = solver, posed

    def point(self, where: object) -> FloatArray:
        """(3,) the middle of a place of the body, or the point itself."""
        if isinstance(where, str):
            return self._solver.middle(self._posed, where)
        return np.asarray(where, dtype=np.float64)

    def frame(self, place: str) -> tuple[FloatArray, FloatArray]:
        """(3,) the direction in which the skin looks at a place of a limb, and the limb's direction."""
        side, limb = place.split("_")[:2]
        start, end = (self._solver.rig.bone(self._posed, f"{bone}.{side[0].upper()}") for bone in LIMBS[limb])
        along = unit(end - start)
        away = self.point(place) - start
        return unit(away - (away @ along) * along), along


def pieces_of(thing: Thing, stage: Stage) -> list[Piece]:
    """What is drawn of a thing."""
    return DRAWN[thing.kind](thing, stage)


def _mat(thing: Thing, _: Stage) -> list[Piece]:
    along, across = thing.settings["size"]
    return [shapes.mat(_place(thing), length=across, width=along, yaw=float(thing.settings.get("turn", 0)))]


def _roller(thing: Thing, _: Stage) -> list[Piece]:
    axis = about_z(float(thing.settings.get("turn", 0))) @ np.array([1.0, 0, 0])
    return [shapes.roller((*_place(thing), shapes.ROLLER_RADIUS), axis)]


def _ball(thing: Thing, _: Stage) -> list[Piece]:
    return [shapes.sphere(thing.settings["at"])]


def _block(thing: Thing, _: Stage) -> list[Piece]:
    x, y, height = thing.settings["size"]
    turn = float(thing.settings.get("turn", 0))
    if thing.settings.get("look") == "table":
        return [shapes.table(_place(thing), length=y, width=x, height=height, yaw=turn)]
    assert isinstance(thing.solid, Block)
    return [shapes.box(thing.solid.centre, (x, y, height), turn)]


def _chair(thing: Thing, _: Stage) -> list[Piece]:
    return [shapes.chair(_place(thing), float(thing.settings.get("turn", 0)))]


def _wall(thing: Thing, _: Stage) -> list[Piece]:
    width, height = float(thing.settings.get("width", 1.6)), float(thing.settings.get("height", 2.0))
    along = about_z(float(thing.settings.get("turn", 0))) @ np.array([width / 2, 0, 0])
    x, y = _place(thing)
    return [shapes.wall((x - along[0], y - along[1]), (x + along[0], y + along[1]), height)]


def _ribbon(thing: Thing, stage: Stage) -> list[Piece]:
    points = [stage.point(where) for where in thing.settings["path"]]
    if thing.settings.get("closed"):
        points.append(points[0])
    line = _filled(np.array(points))
    across = np.array(thing.settings.get("across", (0.0, 0.0, 1.0)), dtype=np.float64)
    width = float(thing.settings.get("width", 0.045))
    return [shapes.ribbon(line, across, width, "band" if thing.kind == "band" else "cloth")]


def _stick(thing: Thing, stage: Stage) -> list[Piece]:
    start, end = (stage.point(where) for where in thing.settings["path"])
    if "off" in thing.settings:
        place, gap = thing.settings["off"]
        away = start - stage.point(place)
        away -= (away @ unit(end - start)) * unit(end - start)
        start, end = start + float(gap) * unit(away), end + float(gap) * unit(away)
    further = float(thing.settings.get("beyond", BEYOND)) * unit(end - start)
    return [shapes.dowel(start - further, end + further)]


def _backpack(thing: Thing, stage: Stage) -> list[Piece]:
    places = thing.settings["at"]
    middle = np.mean([stage.point(place) for place in ([places] if isinstance(places, str) else places)], axis=0)
    return [shapes.backpack(middle - (0, 0, float(thing.settings.get("drop", 0.2))))]


def _wrap(thing: Thing, stage: Stage) -> list[Piece]:
    side, _, segment = str(thing.settings["around"]).partition("_")
    high, low = float(thing.settings.get("from", 0.45)), float(thing.settings.get("to", 0.8))
    return [shapes.limb_wrap(stage.body, stage.skin, side, high, low, segment)]


def _phone(thing: Thing, stage: Stage) -> list[Piece]:
    """It lies along the skin, which a limb's bone doesn't, and on top of what bulges under it."""
    place = str(thing.settings["place"])
    name, _, at = place.rpartition(" ")
    out, axis = stage.frame(place)
    aside = np.cross(axis, out)
    upper, middle, lower = (stage.point(f"{name} {float(at) + step:g}") for step in (-PHONE_HALF, 0, PHONE_HALF))
    along = unit(lower - upper - ((lower - upper) @ aside) * aside)
    out = unit(out - (out @ along) * along)
    height = max(float((point - middle) @ out) for point in (upper, middle, lower))
    return [shapes.phone(middle + (height + PHONE_ABOVE[place.split("_")[1]]) * out, out, along)]


def _place(thing: Thing) -> tuple[float, float]:
    x, y = thing.settings.get("at", (0.0, 0.0))[:2]
    return float(x), float(y)


def _filled(points: FloatArray) -> FloatArray:
    """More points, straight from each of the given ones to the next."""
    parts = [a + np.outer(np.linspace(0, 1, FILL), b - a) for a, b in pairwise(points)]
    return np.concatenate([*(part[:-1] for part in parts[:-1]), parts[-1]])


DRAWN: dict[str, Callable[[Thing, Stage], list[Piece]]] = {
    "mat": _mat,
    "roller": _roller,
    "ball": _ball,
    "block": _block,
    "chair": _chair,
    "wall": _wall,
    "strap": _ribbon,
    "band": _ribbon,
    "stick": _stick,
    "backpack": _backpack,
    "wrap": _wrap,
    "phone": _phone,
}
