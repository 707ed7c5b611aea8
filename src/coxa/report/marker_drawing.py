"""Drawings for the sheets of printed markers, as SVG: the tag itself, where it goes on the body, how to set up.

The tag is drawn as outlines of whole cells, so that it is exact at any size and no viewer shows seams between squares.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

INK, SKIN, ACCENT, PALE, FLOOR = "#1c2a30", "#dde6e8", "#0b5560", "#eff4f4", "#a9b8bd"
Point = tuple[float, float]
Limb = tuple[tuple[Point, ...], float]
BODY: tuple[Limb, ...] = (
    (((50, 34), (50, 42)), 9),
    (((50, 52), (50, 88)), 29),
    (((51, 96), (51, 102)), 31),
    (((51, 106), (49, 150)), 22),
    (((49, 152), (52, 196)), 15),
    (((52, 203), (36, 206)), 9),
)
"""A person who stands and faces left, seen from the left: lines along the limbs, and how thick they are."""
ARM: Limb = (((51, 50), (62, 68), (44, 74)), 8)
JOINTS: tuple[Point, ...] = ((51, 102), (49, 151), (52, 198))
PLACES = {"pelvis": (51.0, 90.0), "thigh": (50.0, 127.0), "shank": (50.5, 174.0)}


def tag_svg(white: npt.NDArray[np.bool_]) -> str:
    """A tag, (cells, cells) of which some are white, exactly as wide as the picture."""
    cells = len(white)
    path = "".join("M" + "L".join(f"{x} {y}" for x, y in loop) + "Z" for loop in outlines(white))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {cells} {cells}" width="{cells}" height="{cells}">'
        f'<rect width="{cells}" height="{cells}" fill="#000"/><path d="{path}" fill="#fff" fill-rule="evenodd"/></svg>'
    )


def outlines(white: npt.NDArray[np.bool_]) -> list[list[tuple[int, int]]]:
    """Closed outlines (x, y) of the white cells: edges of single cells that no white neighbour shares, end to end."""
    edges: set[tuple[tuple[int, int], tuple[int, int]]] = set()
    for row, column in np.argwhere(white).tolist():
        ring = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        for edge in zip(ring, [*ring[1:], ring[0]], strict=True):
            if edge[::-1] in edges:
                edges.remove(edge[::-1])
            else:
                edges.add(edge)
    loops = []
    left = sorted(edges)
    while left:
        first, now = left.pop(0)
        loop = [first]
        while now != first:
            loop.append(now)
            following = next(edge for edge in left if edge[0] == now)
            left.remove(following)
            now = following[1]
        loops.append(loop)
    return loops


def body_svg(place: str, side: str) -> str:
    """A standing person seen from one side, with the tag at ``place`` and its arrow."""
    x, y = PLACES[place]
    dots = "".join(f'<circle cx="{a:g}" cy="{b:g}" r="2" fill="{INK}"/>' for a, b in JOINTS)
    turn = "" if side == "left" else ' transform="translate(100 0) scale(-1 1)"'
    head = f'<circle cx="50" cy="19" r="13" fill="{SKIN}" stroke="{INK}" stroke-width="1.4"/>'
    nose = f'<path d="M37.6 17 L34.4 22 L38 22.6" fill="{SKIN}" stroke="{INK}" stroke-width="1.4"/>'
    return _svg(
        100,
        214,
        f"<g{turn}>{_limbs(BODY)}{nose}{head}{_limbs((ARM,))}{dots}{_tag(x, y, 17)}{_arrow(x, y - 10, 18)}</g>",
    )


def wall_svg() -> str:
    """A person lying in front of a wall, with the tag above on the wall."""
    return _svg(130, 123, f'<g transform="translate(-70 0)">{_scene(with_leg=False)}</g>')


def setup_svg() -> str:
    """What the camera should see: a person on the back, one leg raised, all tags in view."""
    return _svg(200, 130, _scene(with_leg=True))


def above_svg() -> str:
    """The same from above: wall, person along it, and the camera in front."""
    body: tuple[Limb, ...] = (
        (((112, 32), (150, 32)), 26),
        (((40, 26), (112, 26)), 11),
        (((40, 38), (112, 38)), 11),
    )
    head = f'<circle cx="172" cy="32" r="11" fill="{SKIN}" stroke="{INK}" stroke-width="1.4"/>'
    wall = f'<rect x="8" y="4" width="184" height="5" fill="{FLOOR}"/>'
    hung = f'<rect x="118" y="8" width="18" height="3" fill="{ACCENT}"/>'
    sight = f'<path d="M100 112 L52 46 M100 112 L148 46" stroke="{ACCENT}" stroke-dasharray="3 3" fill="none"/>'
    phone = f'<rect x="88" y="112" width="24" height="7" rx="2" fill="{ACCENT}"/>'
    return _svg(200, 130, wall + hung + _limbs(body) + head + sight + phone)


def _scene(*, with_leg: bool) -> str:
    raised: tuple[Limb, ...] = ((((108, 106), (80, 71)), 16), (((80, 71), (56, 40)), 11), (((53, 35), (59, 28)), 7))
    flat: tuple[Limb, ...] = ((((108, 110), (62, 112)), 15), (((62, 112), (20, 114)), 10), (((18, 112), (18, 103)), 7))
    trunk: tuple[Limb, ...] = ((((156, 106), (160, 106)), 10), (((112, 106), (150, 106)), 20))
    head = f'<circle cx="174" cy="105" r="11" fill="{SKIN}" stroke="{INK}" stroke-width="1.4"/>'
    wall = f'<rect x="0" y="0" width="200" height="119" fill="{PALE}"/>'
    floor = f'<rect x="0" y="119" width="200" height="4" fill="{FLOOR}"/>'
    hung = _tag(134, 52, 20) + _arrow(134, 40, 20)
    tags = _tag(118, 103, 14) + _tag(93, 87, 14, turn=-39) + _tag(68, 56, 14, turn=-38) if with_leg else ""
    return wall + floor + _limbs(flat) + head + _limbs((*(raised if with_leg else ()), *trunk)) + hung + tags


def _limbs(limbs: Iterable[Limb]) -> str:
    """Limbs with one common outline: first all of them in ink and a little thicker, then all in their colour."""
    made = ""
    limbs = tuple(limbs)
    for colour, more in ((INK, 2.6), (SKIN, 0.0)):
        for points, wide in limbs:
            path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
            made += (
                f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{wide + more:g}" '
                'stroke-linecap="round" stroke-linejoin="round"/>'
            )
    return made


def _tag(x: float, y: float, size: float, turn: float = 0.0) -> str:
    """A card with a tag on it, as a sign and not as a real one."""
    card, half, hole = 0.65 * size, size / 2, size / 6
    return (
        f'<g transform="translate({x:g} {y:g}) rotate({turn:g})">'
        f'<rect x="{-card:g}" y="{-card:g}" width="{2 * card:g}" height="{2 * card:g}" fill="#fff" stroke="{INK}"/>'
        f'<rect x="{-half:g}" y="{-half:g}" width="{size:g}" height="{size:g}" fill="{ACCENT}"/>'
        f'<rect x="{-2 * hole:g}" y="{-2 * hole:g}" width="{2 * hole:g}" height="{2 * hole:g}" fill="#fff"/>'
        f'<rect x="0" y="0" width="{2 * hole:g}" height="{hole:g}" fill="#fff"/></g>'
    )


def _arrow(x: float, y: float, length: float) -> str:
    """An arrow that points up from (x, y)."""
    tip = y - length
    return (
        f'<path d="M{x:g} {y:g} L{x:g} {tip + 5:g}" stroke="#b3410f" stroke-width="3.2" fill="none"/>'
        f'<path d="M{x - 5:g} {tip + 7:g} L{x:g} {tip - 2:g} L{x + 5:g} {tip + 7:g} Z" fill="#b3410f"/>'
    )


def _svg(width: float, height: float, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}">{content}</svg>'
    )
