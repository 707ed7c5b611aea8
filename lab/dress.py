"""Skin, clothes and hair for the posed body, from MakeHuman's helper geometry that the `anny` package brings (CC0)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import anny
import numpy as np
import numpy.typing as npt
from PIL import Image

from lab.body import Body, model
from lab.mesh import CLOTH, HAIR, SKIN, IntArray, Mesh, Surface
from lab.rotation import FloatArray, unit

DATA = Path(anny.__file__).parent / "data" / "mpfb2"
Colour = tuple[float, float, float]
LEG_LENGTHS = ("shorts", "long", "brief")
SLEEVES = ("short", "long", "none")


@dataclass(frozen=True)
class Outfit:
    """What someone looks like; lengths are names from ``LEG_LENGTHS`` and ``SLEEVES``; ``folds`` in metres."""

    skin: Colour = (0.80, 0.58, 0.46)
    hair: Colour = (0.16, 0.10, 0.07)
    shirt: Colour = (0.2, 0.35, 0.6)
    trousers: Colour = (0.1, 0.1, 0.12)
    leg_length: str = "shorts"
    sleeve: str = "short"
    socks: Colour | None = None
    long_hair: bool = False
    folds: float = 0.004
    loose: float = 0.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Layer:
    """One surface lying ``offset`` metres (one per vertex) above the skin."""

    surface: Surface
    colours: FloatArray
    material: int
    offset: FloatArray
    cut: FloatArray

    def mesh(self, vertices: FloatArray) -> Mesh:
        """The layer on the posed body."""
        v = vertices[self.surface.used]
        v = v + self.surface.normals(v) * self.offset[:, None]
        return Mesh(v, self.surface.faces, self.surface.normals(v), self.colours, self.material, self.cut)


@cache
def helpers() -> tuple[dict[str, IntArray], FloatArray]:
    """Triangles by group of the base mesh, and a texture coordinate per vertex."""
    groups: dict[str, list[list[int]]] = {}
    current = ""
    texture: list[list[float]] = []
    of_vertex: dict[int, int] = {}
    for line in (DATA / "3dobjs" / "base.obj").read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "g":
            current = rest[0]
        elif kind == "vt":
            texture.append([float(x) for x in rest[:2]])
        elif kind == "f":
            corners = [corner.split("/") for corner in rest]
            of_vertex |= {int(c[0]) - 1: int(c[1]) - 1 for c in reversed(corners) if len(c) > 1 and c[1]}
            ids = [int(c[0]) - 1 for c in corners]
            groups.setdefault(current, []).extend([ids[0], ids[i], ids[i + 1]] for i in range(1, len(ids) - 1))
    coordinates = np.zeros((19158, 2))
    coordinates[list(of_vertex)] = np.array(texture)[list(of_vertex.values())]
    return {name: np.array(faces) for name, faces in groups.items()}, coordinates


@cache
def body_faces() -> IntArray:
    """The triangles of the skin."""
    return np.asarray(model().faces.numpy(), dtype=np.int64)


@cache
def body_vertices() -> IntArray:
    """Indices of the vertices of the skin."""
    return np.unique(body_faces())


def painted(name: str) -> FloatArray:
    """How much of one of MakeHuman's masks lies on each vertex, 0 to 1."""
    _, at = helpers()
    picture = np.asarray(Image.open(DATA / "textures" / f"mpfb_{name}.jpg").convert("L"), dtype=np.float64) / 255
    height, width = picture.shape
    rows = np.clip(((1 - at[:, 1]) * height).astype(int), 0, height - 1)
    return np.asarray(picture[rows, np.clip((at[:, 0] * width).astype(int), 0, width - 1)])


def waves(points: FloatArray, scale: float, seed: int) -> FloatArray:
    """A smooth random field between -1 and 1, ``scale`` radians per metre."""
    rng = np.random.default_rng(seed)
    total = np.zeros(len(points))
    for _ in range(6):
        total += np.sin(points @ (rng.normal(size=3) * scale) + rng.uniform(0, 6.28))
    return np.asarray(total / 6)


class Dressed:
    """A body with clothes: ``mesh(vertices)`` draws any pose of it."""

    def __init__(self, body: Body, outfit: Outfit) -> None:
        self.body, self.outfit = body, outfit
        self._folds = waves(body.rest, 60, outfit.seed + 1)
        self.layers = [
            self._layer(body_faces(), self._skin(), SKIN, np.zeros(len(body.rest)), np.ones(len(body.rest))),
            *self._clothes(),
            *self._hair(),
        ]

    def mesh(self, vertices: FloatArray) -> list[Mesh]:
        """All layers on the posed body."""
        return [layer.mesh(vertices) for layer in self.layers]

    def _layer(self, faces: IntArray, colours: FloatArray, material: int, offset: FloatArray, cut: FloatArray) -> Layer:
        surface = Surface(faces)
        used = surface.used
        return Layer(surface, colours[used], material, offset[used], cut[used])

    def _skin(self) -> FloatArray:
        rest, look = self.body.rest, self.outfit
        groups, _ = helpers()
        skin, hair = np.array(look.skin), np.array(look.hair)
        colours = skin * (1 + 0.04 * waves(rest, 25, look.seed)[:, None])
        lips = painted("lips")[:, None]
        lips = 1 - lips if (lips > 0.5).mean() > 0.5 else lips
        colours = colours * (1 - 0.6 * lips) + 0.6 * lips * skin * (0.8, 0.45, 0.45)
        lift = np.linalg.norm(self.body.moved(**{"eyebrows-trans-up": 1.0}) - rest, axis=1)
        brow = np.clip((lift / lift.max() - 0.55) / 0.25, 0, 1)
        brow[np.unique(np.concatenate([faces.ravel() for name, faces in groups.items() if name != "body"]))] = 0
        colours = colours * (1 - 0.8 * brow[:, None]) + 0.8 * brow[:, None] * hair
        for side in "LR":
            ball = np.unique(groups[f"helper-{side.lower()}-eye"])
            front = self.body.bone(f"eye.{side}")[1] - rest[ball, 1]
            colours[ball] = (0.93, 0.93, 0.92)
            colours[ball[front > 0.0125]] = (0.25, 0.18, 0.12)
        if look.socks:
            colours[rest[:, 2] < self.body.bone("foot.L")[2] + 0.05] = look.socks
        return np.asarray(colours)

    def _clothes(self) -> list[Layer]:
        rest, look = self.body.rest, self.outfit
        tights = helpers()[0]["helper-tights"]
        hip, knee, ankle, neck, waist = (
            self.body.bone(name)[2] for name in ("upperleg01.L", "lowerleg01.L", "foot.L", "neck01", "spine04")
        )
        along, arm_faces = self._arms(tights)
        centre_z = rest[tights].mean(1)[:, 2]
        hem = {"shorts": hip - (hip - knee) * 0.62, "long": ankle + 0.06, "brief": hip - (hip - knee) * 0.28}
        upper_arm = float(np.linalg.norm(self.body.bone("lowerarm01.L") - self.body.bone("upperarm01.L")))
        cuff = {"short": 0.62 * upper_arm, "long": 9.0, "none": 0.0}[look.sleeve]
        in_arm = np.zeros(len(rest), dtype=bool)
        in_arm[np.unique(tights[arm_faces])] = True
        shirt_cut = np.minimum(rest[:, 2] - (waist - 0.06), neck + 0.005 - rest[:, 2])
        sleeve_cut = np.where(in_arm, np.minimum(cuff - along, 0.05), shirt_cut)
        shirt_cut = np.where(along > 0, sleeve_cut, shirt_cut)
        trousers_cut = np.minimum(rest[:, 2] - hem[look.leg_length], waist + 0.02 - rest[:, 2])
        shirt = tights[arm_faces | ((centre_z > waist - 0.12) & (centre_z < neck + 0.05))]
        trousers = tights[~arm_faces & (centre_z < waist + 0.08) & (centre_z > hem[look.leg_length] - 0.08)]
        folds = look.folds * self._folds
        shade = 1 + 0.05 * self._folds[:, None]
        return [
            self._layer(shirt, np.array(look.shirt) * shade, CLOTH, 0.010 + look.loose + folds, shirt_cut),
            self._layer(trousers, np.array(look.trousers) * shade, CLOTH, 0.007 + look.loose + folds, trousers_cut),
        ]

    def _arms(self, faces: IntArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """Metres down the upper arm of each vertex, and which of the faces belong to an arm."""
        shoulder, elbow, wrist = (self.body.bone(f"{name}.L") for name in ("upperarm01", "lowerarm01", "wrist"))
        axis = unit(elbow - shoulder)
        mirror = np.abs(self.body.rest * (1, 0, 0)) + self.body.rest * (0, 1, 1)
        along = (mirror - shoulder) @ axis
        centre = mirror[faces].mean(1)
        down = (centre - shoulder) @ axis
        away = np.linalg.norm(centre - shoulder - np.outer(down, axis), axis=1)
        upper = (down > 0.02) & (away < 0.12) & (centre[:, 0] > shoulder[0] - 0.01)
        beyond = (centre[:, 0] > elbow[0] - 0.03) & (centre[:, 0] > shoulder[0] + 0.08)
        return along, upper | (beyond & (centre[:, 2] > wrist[2] - 0.2))

    def _hair(self) -> list[Layer]:
        rest, look = self.body.rest, self.outfit
        eyes = (self.body.bone("eye.L") + self.body.bone("eye.R")) / 2
        faces = body_faces()
        line = (rest[:, 2] - eyes[2]) - 0.058 + (rest[:, 1] - eyes[1] - 0.01) * 0.72
        centre = rest[faces].mean(1)
        scalp = faces[(line[faces].max(1) > -0.01) & (centre[:, 2] > eyes[2] - 0.12) & (np.abs(centre[:, 0]) < 0.12)]
        colours = np.array(look.hair) * (1 + 0.3 * self._folds[:, None])
        layers = [self._layer(scalp, colours, HAIR, np.full(len(rest), 0.009), line)]
        if look.long_hair:
            cut = np.where(rest[:, 1] < eyes[1] + 0.045, rest[:, 2] - eyes[2] - 0.045, 1.0)
            layers.append(self._layer(helpers()[0]["helper-hair"], colours, HAIR, np.full(len(rest), 0.004), cut))
        return layers
