"""Draws people and things as layers of smooth paths: flat colours, one shade, muscles, outlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from lab.dress import Dressed
from lab.pictures.labels import Labeller, Labels, Picture
from lab.pictures.muscles import Painted
from lab.pictures.piece import FIGURE, GROUND, Drawing, Layer, Piece, View
from lab.pictures.trace import BoolImage, chains, fit, outlines, path_data, smooth
from lab.rotation import FloatArray

__all__ = ["Artist", "Drawing", "Layer", "Piece", "View"]
INNER, OUTER = 1, 2
# Light below this is shade; pixels over which light is evened out before.
SHADE, BLUR = 0.13, 25
REGIONS = ("skin", "shirt", "trousers", "hair", "hair")


class Artist:
    """Turns posed, dressed bodies and things into drawings."""

    def __init__(self) -> None:
        self._labeller = Labeller()

    def figure(self, dressed: Dressed, vertices: FloatArray, muscles: Mapping[str, frozenset[str]]) -> list[Piece]:
        """The person's surfaces; ``muscles``: the sides (``left``, ``right``) of every muscle that is highlighted."""
        painted = Painted(dressed.body, muscles)
        gap = line_gaps(dressed)
        pieces = []
        for region, layer, mesh in zip(REGIONS, dressed.layers, dressed.mesh(vertices), strict=False):
            used = layer.surface.used
            pieces.append(
                Piece(
                    mesh.vertices,
                    mesh.faces,
                    mesh.normals,
                    region,
                    mesh.cut,
                    painted if region != "hair" else None,
                    dressed.body.rest[used],
                    gap[used],
                )
            )
        return pieces

    def draw(self, pieces: Sequence[Piece], view: View) -> Drawing:
        """The drawing of all pieces."""
        ground = [piece for piece in pieces if piece.region in GROUND]
        things = [piece for piece in pieces if piece.region not in GROUND | FIGURE]
        person = [piece for piece in pieces if piece.region in FIGURE]
        solid = [*person, *things]
        return Drawing(
            view,
            self._paint(ground, view, len(ground)),
            self._paint(things, view, len(things)),
            self._paint(solid, view, len(person)),
        )

    def _paint(self, pieces: Sequence[Piece], view: View, shown: int) -> tuple[Layer, ...]:
        """Layers of the first ``shown`` pieces, as far as the others don't hide them."""
        if not shown:
            return ()
        seen, corner = self._labeller.render(pieces, view).around(shown)
        layers: list[Layer] = []
        for region in dict.fromkeys(piece.region for piece in pieces[:shown]):
            mask = np.isin(seen.piece, [i for i in range(shown) if pieces[i].region == region])
            dark = _shade(mask, seen.light) if region in FIGURE else mask & (seen.light < SHADE)
            layers.append(_area(region, _grown(mask), corner, 30, 1.2))
            layers.append(_area(f"{region}-shade", _grown(dark) & mask, corner, 600))
            painted = next((piece.muscle for piece in pieces[:shown] if piece.region == region), None)
            if painted:
                red = _red(mask, seen.place, painted)
                layers.append(_area("muscle", red, corner, 120))
                layers.append(_area("muscle-shade", red & dark, corner, 250))
        layers.extend(_lines(seen, shown, corner))
        return tuple(layer for layer in layers if layer.data)


def line_gaps(dressed: Dressed) -> FloatArray:
    """Per vertex the metres on the resting body beyond which what is seen side by side gets a line between."""
    body, rest = dressed.body, dressed.body.rest
    gap = np.full(len(rest), 0.04)
    for side, sign in (("L", 1), ("R", -1)):
        wrist, elbow = body.bone(f"wrist.{side}"), body.bone(f"lowerarm01.{side}")
        axis = (wrist - elbow) / np.linalg.norm(wrist - elbow)
        beyond = (rest - wrist) @ axis
        gap[(beyond > 0.04) & (sign * rest[:, 0] > 0.2)] = 0.016
        gap[rest[:, 2] < body.bone(f"foot.{side}")[2] - 0.03] = 0.02
    gap[rest[:, 2] > body.bone("head")[2]] = 0.025
    return gap


def _shade(mask: BoolImage, light: Picture) -> BoolImage:
    """Where the light, smoothed within the mask, is low."""
    inside = cv2.blur(mask.astype(np.float32), (BLUR, BLUR))
    blurred = np.where(mask, light, np.float32(0))
    for _ in range(2):
        inside, blurred = cv2.blur(inside, (BLUR, BLUR)), cv2.blur(blurred, (BLUR, BLUR))
    blurred = cv2.blur(blurred, (BLUR, BLUR))
    return np.asarray(blurred < SHADE * inside) & mask


def _red(mask: BoolImage, places: Picture, painted: Painted) -> BoolImage:
    red = np.zeros(mask.shape, dtype=bool)
    red[mask] = painted.weight(places[mask].astype(np.float64)) > 0.5
    return red


def _grown(mask: BoolImage) -> BoolImage:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _area(paint: str, mask: BoolImage, corner: FloatArray, smallest: float, tolerance: float = 1.0) -> Layer:
    """The areas of a mask that have at least ``smallest`` pixels."""
    curves = [fit(smooth(line, True, 2.5), True, tolerance) + corner for line in outlines(mask, smallest)]
    return Layer(paint, path_data(curves, True) if curves else "")


def _lines(seen: Labels, shown: int, corner: FloatArray) -> list[Layer]:
    across = _kinds(seen, shown, (slice(None), slice(None, -1)), (slice(None), slice(1, None)))
    down = _kinds(seen, shown, (slice(None, -1), slice(None)), (slice(1, None), slice(None)))
    layers = []
    for kind, paint in ((INNER, "inner"), (OUTER, "outer")):
        found = chains(across == kind, down == kind)
        data = ""
        for closed in (False, True):
            lines = [line.points for line in found if line.closed is closed]
            data += path_data([fit(smooth(line, closed, 3), closed, 0.9) + corner for line in lines], closed)
        layers.append(Layer(paint, data))
    return layers


Slices = tuple[slice, slice]


def _kinds(seen: Labels, shown: int, one: Slices, two: Slices) -> npt.NDArray[np.uint8]:
    a, b = seen.piece[one], seen.piece[two]
    figure_a, figure_b = (a >= 0) & (a < shown), (b >= 0) & (b < shown)
    step = seen.place[one] - seen.place[two]
    apart = np.einsum("...i,...i", step, step) > np.minimum(seen.gap[one], seen.gap[two]) ** 2
    inner = figure_a & figure_b & (apart | (a != b))
    kinds: npt.NDArray[np.uint8] = np.where(inner, INNER, np.where(figure_a != figure_b, OUTER, 0)).astype(np.uint8)
    return kinds
