"""Things that exercises use, as pieces. Metres; +z up; ``yaw`` turns about the vertical, degrees, from facing -y."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lab.body import Body
from lab.dress import helpers
from lab.mesh import Surface
from lab.pictures.piece import Piece
from lab.rotation import FloatArray, about_z, unit

ROLLER_RADIUS, ROLLER_LENGTH, BALL_RADIUS = 0.075, 0.45, 0.04
SEAT_HEIGHT = 0.45
# Corners of a unit cube's sides, counted as bits (x, y, z).
_SIDES = ((4, 5, 7, 6), (1, 0, 2, 3), (0, 1, 5, 4), (3, 2, 6, 7), (2, 0, 4, 6), (1, 3, 7, 5))
_NORMALS = ((0, 0, 1), (0, 0, -1), (0, -1, 0), (0, 1, 0), (-1, 0, 0), (1, 0, 0))
Facet = tuple[FloatArray, npt.NDArray[np.int64], FloatArray]


def cylinder(start: npt.ArrayLike, end: npt.ArrayLike, radius: float, region: str = "prop") -> Piece:
    """A round bar with flat ends."""
    return _piece(_bar(start, end, radius), region)


def roller(centre: npt.ArrayLike, axis: npt.ArrayLike, region: str = "prop") -> Piece:
    """A foam roller whose middle is ``centre``."""
    half = unit(axis) * ROLLER_LENGTH / 2
    return cylinder(np.asarray(centre) - half, np.asarray(centre) + half, ROLLER_RADIUS, region)


def dowel(start: npt.ArrayLike, end: npt.ArrayLike) -> Piece:
    """A thin stick."""
    return cylinder(start, end, 0.013, "wood")


def sphere(centre: npt.ArrayLike, radius: float = BALL_RADIUS, region: str = "prop") -> Piece:
    """A ball."""
    return ellipsoid(centre, (radius, radius, radius), region=region)


def ellipsoid(
    centre: npt.ArrayLike, radii: tuple[float, float, float], region: str = "prop", squareness: float = 1.0
) -> Piece:
    """A ball with three radii; a ``squareness`` under 1 makes it boxier (cushion, backpack)."""
    return _piece([_ball(np.asarray(centre, dtype=np.float64), np.array(radii), squareness)], region)


def box(centre: npt.ArrayLike, size: tuple[float, float, float], yaw: float = 0.0, region: str = "wood") -> Piece:
    """A box of this size in x, y, z before it is turned: a step, a block, a book."""
    return _piece(_block(centre, size, yaw), region)


def mat(centre: tuple[float, float], length: float = 1.9, width: float = 0.7, yaw: float = 0.0) -> Piece:
    """An exercise mat on the floor, its length along y before it is turned."""
    half = np.array([width / 2, length / 2, 0])
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * half @ about_z(yaw).T
    return _piece([_quad(corners + np.array([*centre, 0]))], "mat")


def wall(start: tuple[float, float], end: tuple[float, float], height: float = 2.0) -> Piece:
    """A plain wall above the line from ``start`` to ``end``, drawn behind everything."""
    (x0, y0), (x1, y1) = start, end
    corners = np.array([[x0, y0, 0], [x1, y1, 0], [x1, y1, height], [x0, y0, height]], dtype=np.float64)
    return _piece([_quad(corners)], "wall")


def corner(
    place: tuple[float, float], one: tuple[float, float], two: tuple[float, float], height: float = 2.0
) -> Piece:
    """Two walls that meet above ``place`` and end above ``one`` and ``two``; drawn like furniture."""
    facets = []
    for x, y in (one, two):
        points = [(*place, 0), (x, y, 0), (x, y, height), (*place, height)]
        facets.append(_quad(np.array(points, dtype=np.float64)))
    return _piece(facets, "wood")


def door_frame(place: tuple[float, float], yaw: float = 0.0, width: float = 0.85, height: float = 2.05) -> Piece:
    """An open doorway in the plane of x before it is turned, its middle at ``place``."""
    posts = [((s * (width + 0.08) / 2, 0, height / 2), (0.08, 0.12, height)) for s in (-1, 1)]
    return _built([*posts, ((0, 0, height + 0.04), (width + 0.16, 0.12, 0.08))], place, yaw, "wood")


def chair(place: tuple[float, float], yaw: float = 0.0, back: bool = True) -> Piece:
    """A plain chair (or stool) whose seat's middle is above ``place``; who sits on it looks to -y before the turn."""
    leg = 0.035
    parts: list[tuple[tuple[float, float, float], tuple[float, float, float]]] = [
        ((0, 0, SEAT_HEIGHT - 0.02), (0.44, 0.42, 0.04))
    ]
    for x in (-0.2, 0.2):
        parts.append(((x, -0.185, SEAT_HEIGHT / 2 - 0.02), (leg, leg, SEAT_HEIGHT - 0.04)))
        top = 0.9 if back else SEAT_HEIGHT - 0.04
        parts.append(((x, 0.2275 if back else 0.185, top / 2), (leg, leg, top)))
    if back:
        parts.append(((0, 0.2275, 0.78), (0.365, 0.025, 0.2)))
    return _built(parts, place, yaw, "wood")


def table(
    place: tuple[float, float], length: float = 1.9, width: float = 0.7, height: float = 0.5, yaw: float = 0.0
) -> Piece:
    """A padded table or bench, its length along y before it is turned."""
    parts = [((0.0, 0.0, height - 0.04), (width, length, 0.08))]
    for x in (-1, 1):
        for y in (-1, 1):
            at = (x * (width / 2 - 0.06), y * (length / 2 - 0.15), (height - 0.08) / 2)
            parts.append((at, (0.05, 0.05, height - 0.08)))
    return _built(parts, place, yaw, "wood")


def ribbon(path: npt.ArrayLike, across: npt.ArrayLike, width: float = 0.06, region: str = "band") -> Piece:
    """A flat band along ``path`` (n, 3); ``across``: (3,) or (n, 3), the direction of its width."""
    points = np.asarray(path, dtype=np.float64)
    along = np.gradient(points, axis=0)
    wide = np.broadcast_to(np.asarray(across, dtype=np.float64), points.shape)
    along = along / np.linalg.norm(along, axis=1, keepdims=True)
    wide = wide - (wide * along).sum(1, keepdims=True) * along
    wide = wide / np.linalg.norm(wide, axis=1, keepdims=True) * width / 2
    vertices = np.concatenate([points - wide, points + wide])
    n = len(points)
    i = np.arange(n - 1)
    faces = np.concatenate([np.stack([i, i + 1, n + i + 1], 1), np.stack([i, n + i + 1, n + i], 1)])
    normals = np.cross(along, wide)
    normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    return _piece([(vertices, faces.astype(np.int64), np.concatenate([normals, normals]))], region)


def kettlebell(handle: npt.ArrayLike) -> Piece:
    """A kettlebell hanging from a hand at ``handle``."""
    top = np.asarray(handle, dtype=np.float64)
    angle = np.radians(np.linspace(-150, 150, 16))
    arc = top + 0.055 * np.stack([np.sin(angle), 0 * angle, np.cos(angle) - 1], 1)
    facets = [_ball(top - (0, 0, 0.185), np.array([0.09, 0.09, 0.085]), 1.0)]
    for one, two in pairwise(arc):
        facets += _bar(one, two, 0.014)
    return _piece(facets, "metal", separate=False)


def dumbbell(centre: npt.ArrayLike, axis: npt.ArrayLike) -> Piece:
    """A small dumbbell held at its middle."""
    middle, along = np.asarray(centre, dtype=np.float64), unit(axis)
    facets = _bar(middle - along * 0.07, middle + along * 0.07, 0.014)
    for s in (-1, 1):
        facets += _bar(middle + s * along * 0.06, middle + s * along * 0.125, 0.045)
    return _piece(facets, "metal")


def backpack(centre: npt.ArrayLike) -> Piece:
    """A loaded backpack."""
    return ellipsoid(centre, (0.15, 0.1, 0.2), "cloth", 0.5)


def phone(centre: npt.ArrayLike, facing: npt.ArrayLike, along: npt.ArrayLike) -> Piece:
    """A phone whose screen looks to ``facing`` and whose longer side lies ``along``."""
    out, up = unit(facing), unit(along)
    axes = np.stack([np.cross(up, out), up, out], 1)
    facets = _block((0, 0, 0), (0.072, 0.15, 0.012), 0.0)
    middle = np.asarray(centre, dtype=np.float64)
    return _piece([(points @ axes.T + middle, faces, normals @ axes.T) for points, faces, normals in facets], "metal")


def limb_wrap(
    body: Body, vertices: FloatArray, side: str, high: float = 0.4, low: float = 0.85, segment: str = "thigh"
) -> Piece:
    """A band wound around a posed ``thigh`` or ``shank``, ``high`` to ``low`` being fractions of the way down."""
    names = ("upperleg01", "lowerleg01") if segment == "thigh" else ("lowerleg01", "foot")
    top, bottom = (body.bone(f"{name}.{side[0].upper()}") for name in names)
    axis = bottom - top
    down = (body.rest - top) @ axis / (axis @ axis)
    sign = 1 if side == "left" else -1
    tights = helpers()[0]["helper-tights"]
    own = (sign * body.rest[tights][..., 0].min(1) > 0.01) if sign > 0 else (body.rest[tights][..., 0].max(1) < -0.01)
    on = (down[tights].max(1) > high - 0.1) & (down[tights].min(1) < low + 0.1)
    centre = body.rest[tights].mean(1)
    near = np.linalg.norm(centre - top - np.outer((centre - top) @ axis / (axis @ axis), axis), axis=1) < 0.2
    surface = Surface(tights[own & on & near])
    used = surface.used
    place = vertices[used]
    place = place + surface.normals(place) * 0.012
    cut = np.minimum(down[used] - high, low - down[used])
    return Piece(
        place, surface.faces, surface.normals(place), "band", cut, None, np.zeros((len(used), 3)), np.ones(len(used))
    )


def _piece(facets: Sequence[Facet], region: str, separate: bool = True) -> Piece:
    """One piece of facets, with lines between them if they are ``separate``."""
    starts = np.cumsum([0, *(len(vertices) for vertices, _, _ in facets)])
    vertices = np.concatenate([vertices for vertices, _, _ in facets])
    faces = np.concatenate([faces + start for (_, faces, _), start in zip(facets, starts[:-1], strict=True)])
    number = np.repeat(np.arange(len(facets)), np.diff(starts))
    unfolded = np.column_stack([10.0 * number * separate, np.zeros((len(number), 2))])
    normals = np.concatenate([normals for _, _, normals in facets])
    return Piece(vertices, faces, normals, region, np.ones(len(vertices)), None, unfolded, np.ones(len(vertices)))


def _built(
    parts: Sequence[tuple[tuple[float, float, float], tuple[float, float, float]]],
    place: tuple[float, float],
    yaw: float,
    region: str,
) -> Piece:
    """Boxes (centre, size) put together, turned and set down at ``place``."""
    turn = about_z(yaw)
    facets = [facet for centre, size in parts for facet in _block(turn @ np.array(centre) + (*place, 0), size, yaw)]
    return _piece(facets, region)


def _quad(corners: FloatArray) -> Facet:
    normal = unit(np.cross(corners[1] - corners[0], corners[2] - corners[0]))
    return corners, np.array([[0, 1, 2], [0, 2, 3]]), np.tile(normal, (4, 1))


def _block(centre: npt.ArrayLike, size: tuple[float, float, float], yaw: float) -> list[Facet]:
    bits = np.array([[i & 1, i >> 1 & 1, i >> 2 & 1] for i in range(8)]) - 0.5
    turn = about_z(yaw)
    points = (bits * size) @ turn.T + np.asarray(centre)
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    return [
        (points[list(side)], faces, np.tile(turn @ np.array(normal, dtype=np.float64), (4, 1)))
        for side, normal in zip(_SIDES, _NORMALS, strict=True)
    ]


def _bar(start: npt.ArrayLike, end: npt.ArrayLike, radius: float, count: int = 48) -> list[Facet]:
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    axis = unit(b - a)
    helper = np.array([0, 0, 1.0]) if abs(axis[2]) < 0.9 else np.array([1.0, 0, 0])
    one = unit(np.cross(axis, helper))
    two = np.cross(axis, one)
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    ring = np.outer(np.cos(angle), one) + np.outer(np.sin(angle), two)
    i = np.arange(count)
    j = (i + 1) % count
    side = np.concatenate([np.stack([i, j, count + j], 1), np.stack([i, count + j, count + i], 1)])
    fan = np.stack([np.full(count, count), i, j], 1)
    ends = [
        (np.concatenate([middle + radius * ring, [middle]]), fan, np.tile(s * axis, (count + 1, 1)))
        for middle, s in ((a, -1.0), (b, 1.0))
    ]
    return [(np.concatenate([a + radius * ring, b + radius * ring]), side, np.concatenate([ring, ring])), *ends]


def _ball(centre: FloatArray, radii: FloatArray, squareness: float, count: int = 24) -> Facet:
    down, around = np.meshgrid(np.linspace(0, np.pi, count), np.linspace(0, 2 * np.pi, 2 * count), indexing="ij")
    direction = np.stack([np.sin(down) * np.cos(around), np.sin(down) * np.sin(around), np.cos(down)], -1).reshape(
        -1, 3
    )
    shape = np.sign(direction) * np.abs(direction) ** squareness
    i = (np.arange(count - 1)[:, None] * 2 * count + np.arange(2 * count - 1)[None]).ravel()
    row = 2 * count
    faces = np.concatenate([np.stack([i, i + row, i + row + 1], 1), np.stack([i, i + row + 1, i + 1], 1)])
    normals = direction / radii
    return centre + shape * radii, faces, normals / np.linalg.norm(normals, axis=1, keepdims=True)
