"""Printed markers taped to the body as docs/how-to/printed-markers.md says, and to the wall.

A card lies on the outermost visible surface, skin or cloth, and follows it: in every frame it gets the rigid movement
that fits the vertices under it best. It is stiff, so it neither slides nor changes its bend. It is taped while the
person stands straight, its arrow along the line from joint to joint as seen from the side, square to the body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lab.body import STANDING, Pose
from lab.dress import Dressed
from lab.mesh import CLOTH, HAIR, IntArray, Mesh
from lab.rotation import FloatArray, about_z, unit
from lab.sheets import Sheet, number_of

FOOTPRINT = 0.07
"""Metres around the middle of the card in which the surface carries it."""
OVERHANG = 0.02
"""Metres beyond its edges in which what lies beneath lifts a card: about as far as the mesh's vertices are apart."""
THICKEST = 0.25
"""Metres from the middle of a limb or the hip joint to the skin: what is further out is an arm."""
UNEVEN = 0.03
"""Metres by which a surface may rise above its middle and still lie beneath a card; more is an arm."""
FEWEST = 8
"""Vertices of cloth that are enough to carry a card."""
CLEARANCE = 0.003
"""Metres of card and tape above the highest point of the surface beneath."""
SEGMENTS: Mapping[str, tuple[str, str]] = {"thigh": ("hip", "knee"), "shank": ("knee", "ankle")}
BELT = 0.065
"""Metres above the hip joint at which the pelvis's marker has its middle: just below the crest of the hip bone."""
WALL = "wall"
FACING = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""Sheet to room for a sheet that hangs straight on the wall behind."""


@dataclass(frozen=True)
class Taped:
    """How a card sits: degrees about the limb (plus is more to the front), degrees askew, curvature in 1/m."""

    about: float = 0.0
    askew: float = 0.0
    curvature: float = 0.0


@dataclass(frozen=True, eq=False)
class Placed:
    """A card in the room: ``rotation`` (3, 3) takes its axes to the room's, ``centre`` is the tag's middle."""

    sheet: Sheet
    rotation: FloatArray
    centre: FloatArray

    @property
    def mesh(self) -> Mesh:
        """The card, to be drawn."""
        return self.sheet.mesh(self.rotation, self.centre)

    def points(self, own: FloatArray) -> FloatArray:
        """(n, 3) points of the card's own axes in the room."""
        return own @ self.rotation.T + self.centre


class Card:
    """A card on one segment (``pelvis``, ``thigh`` or ``shank``) of a person's side."""

    def __init__(self, who: Dressed, side: str, segment: str, taped: Taped) -> None:
        vertices, joints = who.body.pose(Pose(STANDING))
        meshes = who.mesh(vertices)
        self._sheet = Sheet(number_of(f"{side}_{segment}"), taped.curvature)
        outward, along, middle = seat(joints, side, segment, taped.about)
        self._under = beneath(meshes, middle, outward)
        carried = self._carrying(meshes)
        normal = lying(carried, outward)
        up = seen_along(along, normal, lateral(side))
        straight = np.stack([np.cross(up, normal), up, normal], 1)
        self._rotation = straight @ about_z(taped.askew)
        level = float(((carried - middle) @ normal).mean())
        lift = level + _lift(meshes, middle + level * normal, straight, self._sheet)
        self._centre = middle + outward * lift / float(outward @ normal)
        self._first = carried

    def at(self, meshes: Sequence[Mesh]) -> Placed:
        """Where the card is when the person's layers (``Dressed.mesh``) are there."""
        turn, shift = rigid(self._first, self._carrying(meshes))
        return Placed(self._sheet, turn @ self._rotation, turn @ self._centre + shift)

    def _carrying(self, meshes: Sequence[Mesh]) -> FloatArray:
        return np.concatenate([mesh.vertices[under] for mesh, under in zip(meshes, self._under, strict=True)])


def on_wall(x: float, back: float, z: float, askew: float) -> Placed:
    """The wall's card, ``askew`` degrees counterclockwise, on the wall at y = ``back``."""
    return Placed(Sheet(number_of(WALL)), FACING @ about_z(askew), np.array([x, back - 0.002, z]))


def rigid(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rotation and shift that take the first (n, 3) points to the second best (Kabsch 1976, least squares)."""
    a, b = first.mean(0), second.mean(0)
    u, _, v = np.linalg.svd((first - a).T @ (second - b))
    turn = v.T @ np.diag([1.0, 1.0, float(np.sign(np.linalg.det(v.T @ u.T)))]) @ u.T
    return turn, b - turn @ a


def lateral(side: str) -> FloatArray:
    """Outwards of somebody who stands straight."""
    return np.array([1.0 if side == "left" else -1.0, 0.0, 0.0])


def seen_along(line: FloatArray, normal: FloatArray, sight: FloatArray) -> FloatArray:
    """The arrow of a card with this normal that covers ``line`` for somebody who looks along ``sight``."""
    return unit(line - sight * (line @ normal) / (sight @ normal))


def seat(
    joints: Mapping[str, FloatArray], side: str, segment: str, about: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Outward direction, direction of the arrow, and the point inside the limb that the card lies over."""
    sideways = lateral(side)
    outward = about_z(-sideways[0] * about) @ sideways  # the person's front is -y
    if segment == "pelvis":
        along = np.array([0.0, 0.0, 1.0])
        return outward, along, joints[f"{side}_hip"] + (0, 0, BELT)
    near, far = (joints[f"{side}_{name}"] for name in SEGMENTS[segment])
    along = unit(near - far)
    return unit(outward - (outward @ along) * along), along, (near + far) / 2


def beneath(meshes: Sequence[Mesh], middle: FloatArray, outward: FloatArray) -> list[IntArray]:
    """Vertices of each layer that carry a card: visible, under it, and no skin where there is cloth."""
    under = [_beneath(mesh, middle, outward) for mesh in meshes]
    cloth = sum(len(found) for found, mesh in zip(under, meshes, strict=True) if mesh.material == CLOTH)
    if cloth < FEWEST:
        return under
    nothing = np.zeros(0, dtype=np.int64)
    return [found if mesh.material == CLOTH else nothing for found, mesh in zip(under, meshes, strict=True)]


def _beneath(mesh: Mesh, middle: FloatArray, outward: FloatArray) -> IntArray:
    """Vertices of one layer that are visible and lie under the card."""
    if mesh.material == HAIR:
        return np.zeros(0, dtype=np.int64)
    away = mesh.vertices - middle
    height = away @ outward
    aside = np.linalg.norm(away - np.outer(height, outward), axis=1)
    facing = mesh.normals @ outward > 0.5
    return np.flatnonzero((aside < FOOTPRINT) & (height > 0) & (height < THICKEST) & facing & (mesh.cut > 0))


def lying(points: FloatArray, outward: FloatArray) -> FloatArray:
    """Normal of a card that lies on (n, 3) points: of their plane (least squares), facing ``outward``."""
    _, _, axes = np.linalg.svd(points - points.mean(0))
    return np.asarray(axes[2] * np.sign(axes[2] @ outward))


def _lift(meshes: Sequence[Mesh], middle: FloatArray, rotation: FloatArray, sheet: Sheet) -> float:
    """Metres along the normal from the surface's ``middle`` to a card that nothing beneath pokes through."""
    highest = 0.0
    low, high = sheet.outline.min(0)[:2] - OVERHANG, sheet.outline.max(0)[:2] + OVERHANG
    for mesh in meshes:
        own = (mesh.vertices - middle) @ rotation
        under = (mesh.cut > -0.02) & (np.abs(own[:, 2]) < UNEVEN)
        under &= ((own[:, :2] > low) & (own[:, :2] < high)).all(1)
        bent = own[under, 2] + sheet.curvature * own[under, 0] ** 2 / 2
        highest = max(highest, float(bent.max(initial=0.0)))
    return highest + CLEARANCE
