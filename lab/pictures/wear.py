"""A posed, dressed body as pieces to draw."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.spatial import KDTree

from lab.body import Body
from lab.dress import Dressed, painted
from lab.pictures.head import Feature, Head
from lab.pictures.muscles import Painted
from lab.pictures.piece import Piece
from lab.rotation import FloatArray

# What the first layers of a dressed body are; its hair is drawn otherwise.
CLOTHED = ("skin", "shirt", "trousers")
# How often normals are replaced by their neighbours' mean.
EVENING = 14
# Metres under a hem from which on the skin is left out, so that it can't come through in a fold.
COVERED = 0.03


def worn(dressed: Dressed, vertices: FloatArray, muscles: Mapping[str, frozenset[str]]) -> list[Piece]:
    """The person's surfaces; ``muscles``: the sides (``left``, ``right``) of every muscle that is highlighted."""
    body, gap = dressed.body, line_gaps(dressed.body)
    painted, head = Painted(body, muscles), head_of(dressed)
    pieces = []
    for i, region in enumerate(CLOTHED):
        layer, mesh = dressed.layers[i], dressed.layers[i].mesh(vertices)
        used = layer.surface.used
        normals = mesh.normals
        for _ in range(EVENING):
            normals = np.asarray(_neighbours(dressed, i) @ normals)
        cut = mesh.cut
        features: tuple[Feature, ...] = ()
        if region == "skin":
            normals, features = head.rounded(normals, vertices, used), tuple(head.face(vertices))
            cut = _bare(dressed)
        if region == "trousers":
            normals = _without_crotch(normals, body.rest[used], body.bone("upperleg01.L")[2])
        if region == "shirt":
            cut = _shirt_cut(dressed)
        pieces.append(
            Piece(mesh.vertices, mesh.faces, normals, region, cut, painted, body.rest[used], gap[used], features)
        )
    for hair in head.hair(vertices):
        far = np.full(len(hair.cut), 0.04)
        pieces.append(Piece(hair.vertices, hair.faces, hair.normals, "hair", hair.cut, None, hair.rest, far))
    return pieces


@cache
def head_of(dressed: Dressed) -> Head:
    """Hair and face of this person."""
    return Head(dressed.body, "bun" if dressed.body.phenotype["gender"] > 0.5 else "short")


def _without_crotch(normals: FloatArray, rest: FloatArray, hip: float) -> FloatArray:
    """Normals that stay those of belly and buttocks down to the crotch, where a shade would look like a stain."""
    height = rest[:, 2] - hip
    share = np.clip(1.6 - np.abs(rest[:, 0]) / 0.05, 0, 1) * np.clip(1 - np.abs(height + 0.09) / 0.09, 0, 0.6) / 0.6
    calm = normals
    for side in (rest[:, 1] < -0.01, rest[:, 1] >= -0.01):
        above = normals[side & (np.abs(height) < 0.05) & (np.abs(rest[:, 0]) < 0.1)].mean(0)
        calm = np.where(side[:, None], (1 - share[:, None]) * calm + share[:, None] * above, calm)
    return np.asarray(calm)


@cache
def _neighbours(dressed: Dressed, layer: int) -> csr_array:
    """Replaces what a layer's vertices have by the mean of it and its neighbours'."""
    surface = dressed.layers[layer].surface
    a, b, c = surface.faces.T
    rows, columns = np.concatenate([a, b, c, b, c, a]), np.concatenate([b, c, a, a, b, c])
    n = len(surface.used)
    near = csr_array((np.ones(rows.size), (rows, columns)), shape=(n, n)) + csr_array(eye_array(n))
    near.data[:] = 1
    return csr_array(near.multiply(1 / near.sum(1)[:, None]))


def _shirt_cut(dressed: Dressed) -> FloatArray:
    """The shirt's cut with a round neckline and a hem at the waist, so that the hip's muscles lie on one garment."""
    body, used = dressed.body, dressed.layers[1].surface.used
    hem = body.rest[used, 2] - (body.bone("spine04")[2] - 0.01)
    hem = np.where(np.abs(body.rest[used, 0]) < 0.26, hem, 1.0)
    return np.asarray(np.minimum.reduce([dressed.layers[1].cut, _neckline(body)[used], hem]))


def _neckline(body: Body) -> FloatArray:
    """Metres below a round neckline that is lower in front."""
    neck = body.bone("neck01")
    rise = 1.5 * np.maximum(np.abs(body.rest[:, 0]) - 0.075, 0)
    return np.asarray(neck[2] - 0.012 + 0.5 * (body.rest[:, 1] - neck[1]) + rise - body.rest[:, 2])


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


@cache
def _bare(dressed: Dressed) -> FloatArray:
    """The skin's cut: negative well inside the clothes."""
    rest = dressed.body.rest
    cut = np.full(len(dressed.layers[0].surface.used), 1.0)
    for layer in dressed.layers[1:3]:
        inside = _shirt_cut(dressed) if layer is dressed.layers[1] else layer.cut
        distance, nearest = KDTree(rest[layer.surface.used]).query(rest[dressed.layers[0].surface.used])
        cut = np.where(distance < 0.04, np.minimum(cut, COVERED - inside[nearest]), cut)
    return cut
