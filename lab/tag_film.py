"""A clip of printed markers becomes pictures and its truth.

The picture of a tag is what decides, so it is made with care: the scene around each card is drawn with three times as
many pixels each way, averaged as light (not as brightness of a screen), blurred as by a lens, and given the camera's
noise. All else is drawn with half as many. Not there: rolling shutter, lens distortion, motion blur, sharpening.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lab.course import PHASES
from lab.dress import Dressed
from lab.film import Picture
from lab.mesh import Mesh
from lab.poses import TESTS, Moment
from lab.render import Camera, Light, Renderer
from lab.rotation import FloatArray, about_z
from lab.scene import GROUND
from lab.sheets import number_of
from lab.tag_cast import TagClip, View, taped_person
from lab.tags import WALL, Card, Placed, on_wall
from lab.truth import angles

TILES = (96, 160, 256)
"""Pixels of the picture that a part drawn in detail is wide and high; the smallest that holds the card is taken."""
DETAIL = 3
COARSE = 2
EDGE = 0.02
"""Share of the picture that stays free around the markers."""
STEP_BACK = 1.06
GAMMA = 2.2
ANGLES = ("thigh", "shank", "knee_flexion")
Linear = npt.NDArray[np.float32]
_LIGHT = ((np.arange(256) / 255) ** GAMMA).astype(np.float32)
FOCUS = (0.0, 0.0, 0.4)


@dataclass(frozen=True)
class Window(Camera):
    """A camera that shows only a part of its picture: from pixel (``left``, ``top``), ``side`` pixels square."""

    left: float = 0.0
    top: float = 0.0
    side: float = 1.0

    def matrix(self) -> FloatArray:
        """(4, 4) world to the part's clip space."""
        zoom = np.array([self.width, self.height]) / self.side
        middle = np.array([self.left, self.top]) + self.side / 2
        place = np.array([2 * middle[0] / self.width - 1, 1 - 2 * middle[1] / self.height])
        part = np.diag([zoom[0], zoom[1], 1.0, 1.0])
        part[:2, 3] = -zoom * place
        return np.asarray(part @ super().matrix())


@dataclass
class Known:
    """The truth, frame by frame.

    ``bones``: (frames, 3) degrees of ``ANGLES`` from the joint centres; thigh and lower leg above level, towards the
    feet. ``arrows``: the same from the true arrows of the cards, in the body's own plane. ``pelvis``: degrees of the
    arrow on the pelvis. ``corners``: (frames, tags, 4, 2) pixels of the black squares.
    """

    bones: list[list[float]] = field(default_factory=list)
    arrows: list[list[float]] = field(default_factory=list)
    pelvis: list[float] = field(default_factory=list)
    corners: list[list[FloatArray]] = field(default_factory=list)


class Set:
    """A clip's person with the cards on, before the wall."""

    def __init__(self, clip: TagClip) -> None:
        self.clip, self.who = clip, taped_person(clip.person)
        placing = clip.placing
        self.cards = [Card(self.who, placing.side, name, taped) for name, taped in clip.taped.items()]
        feet = -placing.head
        self.wall = on_wall(feet * clip.wall.along, clip.room.back, clip.wall.up, clip.wall.askew)
        test = TESTS[placing.test]
        self.room = clip.room.meshes(test.ground, placing.lying, placing.head)
        self._heading = about_z(clip.heading)

    def frame(self, moment: Moment, known: Known | None = None) -> tuple[list[Mesh], list[Placed]]:
        """The person's layers and all cards; the truth is added to ``known``."""
        placing = self.clip.placing
        pose, vertices, joints = placing.posed(moment)
        meshes = self.who.mesh(vertices @ self._heading.T)
        cards = [card.at(meshes) for card in self.cards]
        if known is not None:
            truth = angles(placing, pose, joints)
            known.bones.append([truth[f"{placing.side}_{name}"] for name in ANGLES])
            self._arrows(cards, known)
        return meshes, [self.wall, *cards]

    def _arrows(self, cards: Sequence[Placed], known: Known) -> None:
        along, up = self.clip.placing.axes
        far = {
            name: -(self._heading.T @ card.rotation[:, 1]) for name, card in zip(self.clip.taped, cards, strict=True)
        }
        slope = {name: float(np.degrees(np.arctan2(line @ up, line @ along))) for name, line in far.items()}
        bent = (slope["thigh"] - slope["shank"] + 180) % 360 - 180
        knee = -bent if self.clip.placing.test in PRONE else bent
        known.arrows.append([slope["thigh"], slope["shank"], knee])
        known.pelvis.append(slope["pelvis"])


PRONE = frozenset(name for name, test in TESTS.items() if test.position == "prone")


def framed(stage: Set) -> Camera:
    """The clip's camera, stepping back until all markers are in the picture throughout."""
    view, points = stage.clip.view, []
    for moment in list(stage.clip.moments())[::6]:
        _, cards = stage.frame(moment)
        points += [card.points(card.sheet.outline) for card in cards]
    seen = np.concatenate(points)
    distance = view.distance
    while True:
        camera = _aimed(view, seen, distance, stage)
        pixels = camera.project(seen) / (camera.width, camera.height)
        if ((pixels > EDGE) & (pixels < 1 - EDGE)).all():
            return camera
        distance *= STEP_BACK


def _aimed(view: View, seen: FloatArray, distance: float, stage: Set) -> Camera:
    """A camera at this distance whose picture has the markers in its middle."""
    turn, above = np.radians(view.yaw), np.radians(view.above)
    back = np.array([np.sin(turn) * np.cos(above), -np.cos(turn) * np.cos(above), np.sin(above)])
    tall = np.degrees(2 * np.arctan(np.tan(np.radians(view.across / 2)) * view.size[1] / view.size[0]))
    target = np.array([*(seen[:, :1].min(0) + seen[:, :1].max(0)) / 2, 0.0, (seen[:, 2].min() + seen[:, 2].max()) / 2])
    lowest = 0.3 if GROUND[TESTS[stage.clip.placing.test].ground] < 0.3 else 0.75
    for _ in range(4):
        eye = target + distance * back
        eye[2] = max(eye[2], lowest)
        camera = Camera(tuple(eye), tuple(target), float(tall), view.roll, width=view.size[0], height=view.size[1])
        pixels = camera.project(seen)
        off = (pixels.min(0) + pixels.max(0)) / 2 - (camera.width / 2, camera.height / 2)
        metres = off * 2 * np.tan(np.radians(tall / 2)) * distance / camera.height
        target = target + np.array([metres[0], 0, -metres[1]])
    return camera


class TagStudio:
    """Films clips of printed markers."""

    def __init__(self) -> None:
        self._renderers: dict[tuple[int, int], Renderer] = {}

    def frames(self, stage: Set, camera: Camera, known: Known) -> Iterator[Picture]:
        """The clip's pictures one by one; each frame's truth is added to ``known``."""
        clip = stage.clip
        rng = np.random.default_rng(clip.seed + 1)
        for moment in clip.moments():
            people, cards = stage.frame(moment, known)
            known.corners.append([camera.project(card.points(card.sheet.corners)) for card in cards])
            meshes = people + stage.room + [card.mesh for card in cards]
            light = self._light(meshes, cards, camera, clip.room.light)
            picture = 255 * cv2.pow(cv2.GaussianBlur(light, (0, 0), clip.view.blur), 1 / GAMMA)
            noisy = picture + clip.view.noise * rng.standard_normal(picture.shape, dtype=np.float32)
            yield np.clip(noisy + 0.5, 0, 255).astype(np.uint8)

    def _light(self, meshes: list[Mesh], cards: list[Placed], camera: Camera, light: Light) -> Linear:
        """(height, width, 3) light on the sensor, in detail where the cards are."""
        size = camera.width, camera.height
        coarse = self._drawn((camera.width // COARSE, camera.height // COARSE), meshes, camera, light)
        whole: Linear = np.asarray(cv2.resize(_LIGHT[coarse], size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)
        for card in cards:
            outline = camera.project(card.points(card.sheet.outline))
            side = next((tile for tile in TILES if tile > np.ptp(outline, axis=0).max() + 6), TILES[-1])
            middle = (outline.min(0) + outline.max(0)) / 2 + 0.5
            left, top = (
                int(np.clip(round(at - side / 2), 0, most - side)) for at, most in zip(middle, size, strict=True)
            )
            window = Window(**_fields(camera), left=left, top=top, side=side)
            fine = _LIGHT[self._drawn((DETAIL * side, DETAIL * side), meshes, window, light)]
            whole[top : top + side, left : left + side] = fine.reshape(side, DETAIL, side, DETAIL, 3).mean(axis=(1, 3))
        return whole

    def _drawn(self, size: tuple[int, int], meshes: list[Mesh], camera: Camera, light: Light) -> Picture:
        if size not in self._renderers:
            self._renderers[size] = Renderer(*size)
        renderer = self._renderers[size]
        with renderer._gl:
            return renderer.render(meshes, camera, light, FOCUS)


def _fields(camera: Camera) -> dict[str, Any]:
    return {one.name: getattr(camera, one.name) for one in dataclasses.fields(Camera)}


def meta(stage: Set, camera: Camera) -> dict[str, Any]:
    """The clip in plain words and numbers, for a JSON file."""
    clip = stage.clip
    distance = float(np.linalg.norm(np.array(camera.eye) - np.array(camera.target)))
    return {
        "name": clip.name,
        "test": clip.placing.test,
        "side": clip.placing.side,
        "seed": clip.seed,
        "end_angle": clip.end,
        "tags": [number_of(WALL), *(number_of(f"{clip.placing.side}_{name}") for name in clip.taped)],
        "phases": list(PHASES),
        "angle_names": list(ANGLES),
        "camera": {**dataclasses.asdict(clip.view), "distance": distance, "height": camera.eye[2]},
        "heading": clip.heading,
        "taped": {name: dataclasses.asdict(taped) for name, taped in clip.taped.items()},
        "wall": dataclasses.asdict(clip.wall) | {"behind": clip.room.back},
        "person": {"number": clip.person, "sex": "female" if clip.person % 2 else "male"} | _clothes(stage.who),
    }


def _clothes(who: Dressed) -> dict[str, Any]:
    return {"leg_length": who.outfit.leg_length, "loose": who.outfit.loose, "skin": who.outfit.skin}
