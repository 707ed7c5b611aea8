"""Draws people and things as layers of smooth paths: flat colours, one shade, muscles, outlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from lab.dress import Dressed
from lab.pictures.head import Feature
from lab.pictures.labels import Labeller, Labels, Picture
from lab.pictures.muscles import Painted
from lab.pictures.piece import FIGURE, GROUND, Drawing, Layer, Piece, View
from lab.pictures.trace import BoolImage, chains, corners, fit, outlines, path_data, rounded, smooth
from lab.pictures.wear import worn
from lab.rotation import FloatArray

__all__ = ["Artist", "Drawing", "Layer", "Piece", "View"]
INNER, OUTER = 1, 2
# Light below this is shade; pixels over which light is evened out before.
SHADE, BLUR = 0.13, 25
# Pixels over which the borders of muscles are evened out.
EVEN = 4.0
# Metres by which a line of the face may lie behind what is seen there.
FEATURE_DEPTH = 0.03
# Pixels under which a line with a free end is left out.
SPUR = 14
# Pixels by which a curve may miss: an area's border that an outline hides, other areas' borders, lines.
UNDER_LINES, BORDER, LINE = 2.0, 1.4, 1.1


class Artist:
    """Turns posed, dressed bodies and things into drawings."""

    def __init__(self) -> None:
        self._labeller = Labeller()

    @staticmethod
    def figure(dressed: Dressed, vertices: FloatArray, muscles: Mapping[str, frozenset[str]]) -> list[Piece]:
        """The person's surfaces; ``muscles``: the sides (``left``, ``right``) of every muscle that is highlighted."""
        return worn(dressed, vertices, muscles)

    def draw(self, pieces: Sequence[Piece], view: View) -> Drawing:
        """The drawing of all pieces."""
        ground = [piece for piece in pieces if piece.region in GROUND]
        things = [piece for piece in pieces if piece.region not in GROUND | FIGURE]
        person = [piece for piece in pieces if piece.region in FIGURE]
        solid = [*person, *things]
        return Drawing(
            view,
            tuple(layer for piece in ground for layer in _flat(piece, view)),
            self._paint(things, view, len(things)),
            self._paint(solid, view, len(person)),
        )

    def _paint(self, pieces: Sequence[Piece], view: View, shown: int) -> tuple[Layer, ...]:
        """Layers of the first ``shown`` pieces, as far as the others don't hide them."""
        if not shown:
            return ()
        seen, corner = self._labeller.render(pieces, view).around(shown)
        seen = seen.without_holes(shown, 300 * view.fineness**2)
        person, fine = pieces[0].region in FIGURE, view.fineness
        layers: list[Layer] = []
        all_red, all_dark = np.zeros((2, *seen.piece.shape), dtype=bool)
        for region in dict.fromkeys(piece.region for piece in pieces[:shown]):
            mask = np.isin(seen.piece, [i for i in range(shown) if pieces[i].region == region])
            dark = _shade(mask, seen.light, fine) if person else mask & (seen.light < SHADE)
            layers.append(_area(region, _grown(mask), corner, 150 * fine**2, UNDER_LINES))
            layers.append(_area(f"{region}-shade", _grown(dark) & mask, corner, 700 * fine**2))
            paint = next((piece.muscle for piece in pieces[:shown] if piece.region == region), None)
            if paint:
                all_red |= _red(mask, seen.place, paint, EVEN * fine)
                all_dark |= dark
        layers.append(_area("muscle", all_red, corner, 150 * fine**2))
        layers.append(_area("muscle-shade", all_red & all_dark, corner, 500 * fine**2))
        layers.extend(_lines(seen, shown, corner, not person, fine))
        layers.extend(_features([f for p in pieces[:shown] for f in p.features], seen, view, corner))
        return tuple(layer for layer in layers if layer.data)


def _flat(piece: Piece, view: View) -> list[Layer]:
    """A flat piece exactly, from its border's vertices in order."""
    border = view.project(piece.vertices)
    sides = np.stack([border + (np.roll(border, -1, 0) - border) * f for f in (0, 1 / 3, 2 / 3, 1)], 1)
    data = path_data([sides], True)
    return [Layer(piece.region, data), Layer("edge", data)]


def _shade(mask: BoolImage, light: Picture, fine: float) -> BoolImage:
    """Where the light, smoothed within the mask, is low."""
    size = (round(BLUR * fine), round(BLUR * fine))
    inside = cv2.blur(mask.astype(np.float32), size)
    blurred = np.where(mask, light, np.float32(0))
    for _ in range(2):
        inside, blurred = cv2.blur(inside, size), cv2.blur(blurred, size)
    blurred = cv2.blur(blurred, size)
    return np.asarray(blurred < SHADE * inside) & mask


def _red(mask: BoolImage, places: Picture, painted: Painted, even: float) -> BoolImage:
    weight = np.zeros(mask.shape, dtype=np.float32)
    weight[mask] = painted.weight(places[mask].astype(np.float64))
    inside = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), even)
    return np.asarray(cv2.GaussianBlur(weight, (0, 0), even) > 0.5 * inside) & mask


def _grown(mask: BoolImage) -> BoolImage:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _area(paint: str, mask: BoolImage, corner: FloatArray, smallest: float, tolerance: float = BORDER) -> Layer:
    """The areas of a mask that have at least ``smallest`` pixels."""
    curves = [fit(rounded(line, True, 3.0), True, tolerance) + corner for line in outlines(mask, smallest)]
    return Layer(paint, path_data(curves, True) if curves else "")


def _lines(seen: Labels, shown: int, corner: FloatArray, stiff: bool, fine: float) -> list[Layer]:
    across = _kinds(seen, shown, (slice(None), slice(None, -1)), (slice(None), slice(1, None)))
    down = _kinds(seen, shown, (slice(None, -1), slice(None)), (slice(1, None), slice(None)))
    layers = []
    for kind, other, paint in ((INNER, OUTER, "inner"), (OUTER, INNER, "outer")):
        held = corners(across == other, down == other)
        found = chains(across == kind, down == kind, held, SPUR * fine)
        data = ""
        for closed in (False, True):
            lines = [line.points for line in found if line.closed is closed]
            lines = [smooth(line, closed, 2) if stiff else rounded(line, closed, 3.5 * fine**0.5) for line in lines]
            data += path_data([fit(line, closed, LINE, stiff=stiff) + corner for line in lines], closed)
        layers.append(Layer(paint, data))
    return layers


def _features(features: Sequence[Feature], seen: Labels, view: View, corner: FloatArray) -> list[Layer]:
    """The lines of the face as far as they can be seen."""
    layers = []
    for feature in features:
        at = view.project(feature.points)
        column, row = np.floor(at - corner).astype(int).T
        height, width = seen.depth.shape
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        front = seen.depth[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
        near = view.depth(feature.points) - front < view.depth(0 * view.axes[2]) - view.depth(
            FEATURE_DEPTH * view.axes[2]
        )
        visible = inside & near & (feature.normals @ view.axes[2] > 0.1)
        if feature.closed:
            curves = [fit(at, True, 0.3, 180.0)] if visible.mean() > 0.5 else []
        else:
            runs = np.split(np.arange(len(at)), np.flatnonzero(np.diff(visible.astype(int))) + 1)
            curves = [fit(at[run], False, 0.6) for run in runs if visible[run[0]] and len(run) > 2]
        layers.append(Layer(feature.paint, path_data(curves, feature.closed, 10) if curves else ""))
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
