"""Draws people and things as layers of smooth paths: flat colours, one shade, muscles, outlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import matrix_power

from lab.body import Body
from lab.dress import Dressed, painted
from lab.pictures.head import Feature, Head
from lab.pictures.labels import Labeller, Labels, Picture
from lab.pictures.muscles import Painted
from lab.pictures.piece import FIGURE, GROUND, Drawing, Layer, Piece, View
from lab.pictures.trace import BoolImage, chains, fit, outlines, path_data, smooth
from lab.rotation import FloatArray

__all__ = ["Artist", "Drawing", "Layer", "Piece", "View"]
INNER, OUTER = 1, 2
# How often normals are replaced by their neighbours' mean.
EVENING = 5
# Light below this is shade; pixels over which light is evened out before.
SHADE, BLUR = 0.13, 25
# What the first layers of a dressed body are; its hair is drawn otherwise.
CLOTHED = ("skin", "shirt", "trousers")


# Metres by which a line of the face may lie behind what is seen there.
FEATURE_DEPTH = 0.03


@cache
def head_of(dressed: Dressed) -> Head:
    """Hair and face of this person."""
    return Head(dressed.body, "bun" if dressed.body.phenotype["gender"] > 0.5 else "short")


@cache
def _calm(dressed: Dressed, layer: int) -> csr_array:
    """Evens out the normals of a layer, so that its shade has a simple shape."""
    surface = dressed.layers[layer].surface
    a, b, c = surface.faces.T
    rows, columns = np.concatenate([a, b, c, b, c, a]), np.concatenate([b, c, a, a, b, c])
    n = len(surface.used)
    near = csr_array((np.ones(rows.size), (rows, columns)), shape=(n, n)) + csr_array(eye_array(n))
    near.data[:] = 1
    step = csr_array(near.multiply(1 / near.sum(1)[:, None]))
    return csr_array(matrix_power(step, EVENING))


def _neckline(body: Body) -> FloatArray:
    """Below a round neckline, lower in front, where it is positive; metres."""
    neck = body.bone("neck01")
    line = neck[2] - 0.012 + 0.55 * (body.rest[:, 1] - neck[1])
    return np.asarray(np.where(np.abs(body.rest[:, 0]) < 0.13, line - body.rest[:, 2], 1.0))


class Artist:
    """Turns posed, dressed bodies and things into drawings."""

    def __init__(self) -> None:
        self._labeller = Labeller()

    def figure(self, dressed: Dressed, vertices: FloatArray, muscles: Mapping[str, frozenset[str]]) -> list[Piece]:
        """The person's surfaces; ``muscles``: the sides (``left``, ``right``) of every muscle that is highlighted."""
        body, gap = dressed.body, line_gaps(dressed.body)
        painted, head = Painted(body, muscles), head_of(dressed)
        pieces = []
        for i, region in enumerate(CLOTHED):
            layer, mesh = dressed.layers[i], dressed.layers[i].mesh(vertices)
            used = layer.surface.used
            normals = _calm(dressed, i) @ mesh.normals
            cut = mesh.cut
            features: tuple[Feature, ...] = ()
            if region == "skin":
                normals, features = head.rounded(normals, mesh.vertices, used), tuple(head.face(vertices))
            if region == "shirt":
                cut = np.minimum(cut, _neckline(body)[used])
            pieces.append(
                Piece(mesh.vertices, mesh.faces, normals, region, cut, painted, body.rest[used], gap[used], features)
            )
        for hair in head.hair(vertices):
            far = np.full(len(hair.cut), 0.04)
            pieces.append(Piece(hair.vertices, hair.faces, hair.normals, "hair", hair.cut, None, hair.rest, far))
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
        person, ground = pieces[0].region in FIGURE, pieces[0].region in GROUND
        layers: list[Layer] = []
        for region in dict.fromkeys(piece.region for piece in pieces[:shown]):
            mask = np.isin(seen.piece, [i for i in range(shown) if pieces[i].region == region])
            dark = _shade(mask, seen.light) if region in FIGURE else mask & (seen.light < SHADE)
            layers.append(_area(region, _grown(mask), corner, 30, 1.2))
            layers.append(_area(f"{region}-shade", _grown(dark) & mask, corner, 600))
            paint = next((piece.muscle for piece in pieces[:shown] if piece.region == region), None)
            if paint:
                red = _red(mask, seen.place, paint)
                layers.append(_area("muscle", red, corner, 120))
                layers.append(_area("muscle-shade", red & dark, corner, 250))
        layers.extend(_lines(seen, shown, corner, not person, ground))
        layers.extend(_features([f for p in pieces[:shown] for f in p.features], seen, view, corner))
        return tuple(layer for layer in layers if layer.data)


def line_gaps(body: Body) -> FloatArray:
    """Per vertex the metres on the resting body beyond which what is seen side by side gets a line between."""
    rest = body.rest
    gap = np.full(len(rest), 0.04)
    for side, sign in (("L", 1), ("R", -1)):
        wrist, elbow = body.bone(f"wrist.{side}"), body.bone(f"lowerarm01.{side}")
        axis = (wrist - elbow) / np.linalg.norm(wrist - elbow)
        beyond = (rest - wrist) @ axis
        gap[(beyond > 0.04) & (sign * rest[:, 0] > 0.2)] = 0.016
        gap[rest[:, 2] < body.bone(f"foot.{side}")[2] - 0.03] = 0.02
    gap[rest[:, 2] > body.bone("head")[2]] = 0.025
    gap[painted("ears") > 0.5] = 0.012
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


def _lines(seen: Labels, shown: int, corner: FloatArray, stiff: bool, ground: bool) -> list[Layer]:
    across = _kinds(seen, shown, (slice(None), slice(None, -1)), (slice(None), slice(1, None)))
    down = _kinds(seen, shown, (slice(None, -1), slice(None)), (slice(1, None), slice(None)))
    layers = []
    for kind, paint in ((INNER, "inner"), (OUTER, "outer")):
        found = chains(across == kind, down == kind)
        data = ""
        for closed in (False, True):
            lines = [line.points for line in found if line.closed is closed]
            data += path_data(
                [fit(smooth(line, closed, 3), closed, 0.9, stiff=stiff) + corner for line in lines], closed
            )
        layers.append(Layer("edge" if ground else paint, data))
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
        layers.append(Layer(feature.paint, path_data(curves, feature.closed) if curves else ""))
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
