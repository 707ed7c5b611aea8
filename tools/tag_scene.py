"""Pictures of printed tags at known angles: the truth that reading them is judged against.

The world's first axis runs to the right along a wall, the second into it and the third up; the wall's tag hangs in it.
A tag's own axes are those of its sheet: right, up (the printed arrow) and out of the paper. Each tag is drawn by
casting rays through a grid of points in each pixel onto the exact bitmap (no resampling of a picture), so that a pixel
holds the mean brightness of what it covers, as in a camera.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from coxa.motion.tag_corners import tag_cells

FloatArray = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]
BLACK, PAPER, WALL, LIMB = 22.0, 225.0, 150.0, 105.0
"""Brightness, 0 to 255, of what is in the picture."""
CARD = 1.3
"""Side of the white card, in sides of the tag: the quiet zone is 15 % of the side wide."""
FACING = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""Tag to world for a tag that hangs upright on the wall: its arrow points up and it looks away from the wall."""


@dataclass(frozen=True)
class Tag:
    """One tag in the world.

    Parameters
    ----------
    id: number of the tag in its family.
    rotation: (3, 3) tag to world.
    centre: (3,) metres.
    side: side of the black square in metres.
    bend: radius in metres of the cylinder, along the arrow, that the tag is bent around; ``None`` when it is flat.
    """

    id: int
    rotation: FloatArray
    centre: FloatArray
    side: float = 0.1
    bend: float | None = None

    def corners(self) -> FloatArray:
        """(4, 3) corners of a flat tag in the world, in the detector's order: from top left, clockwise."""
        half = self.side / 2
        own = np.array([[-half, half, 0], [half, half, 0], [half, -half, 0], [-half, -half, 0]])
        return own @ self.rotation.T + self.centre


@dataclass(frozen=True)
class Camera:
    """A pinhole camera with square pixels and its optical axis in the middle of the picture.

    ``rotation`` turns world into camera axes (right, down, forward); ``place`` is in metres.
    """

    width: int
    height: int
    focal: float
    rotation: FloatArray
    place: FloatArray

    @property
    def centre(self) -> FloatArray:
        """(2,) pixel that the optical axis goes through; the centre of the top left pixel is (0, 0)."""
        return np.array([(self.width - 1) / 2, (self.height - 1) / 2])

    def pixels(self, points: FloatArray) -> FloatArray:
        """(n, 2) pixels of (n, 3) points of the world."""
        seen = (points - self.place) @ self.rotation.T
        return np.asarray(self.focal * seen[:, :2] / seen[:, 2:] + self.centre)


def camera_at(
    target: FloatArray,
    *,
    distance: float,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    size: tuple[int, int] = (1280, 720),
    view: float = 65.0,
) -> Camera:
    """A camera that looks at ``target`` from ``distance`` metres.

    ``yaw`` degrees to the right of straight at the wall, ``pitch`` degrees from above, turned by ``roll`` degrees about
    its axis; ``view`` is the horizontal field of view in degrees.
    """
    turn, up = math.radians(yaw), math.radians(pitch)
    back = np.array([math.sin(turn) * math.cos(up), -math.cos(turn) * math.cos(up), math.sin(up)])
    right = np.cross(-back, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    rotation = np.stack([right, np.cross(-back, right), -back])
    rotation = Rotation.from_euler("z", roll, degrees=True).as_matrix() @ rotation
    focal = size[0] / 2 / math.tan(math.radians(view) / 2)
    return Camera(size[0], size[1], focal, rotation, target + distance * back)


@dataclass(frozen=True)
class Look:
    """What the camera does to the picture: blur and noise as standard deviations in pixels and brightness, exposure."""

    blur: float = 0.7
    noise: float = 4.0
    exposure: float = 1.0
    samples: int = 6


@functools.cache
def cells(tag: int) -> FloatArray:
    """(8, 8) exact bitmap of a tag with its black border: 0 black, 1 white."""
    return tag_cells(tag).astype(np.float64)


def _on_sheet(tag: Tag, origin: FloatArray, rays: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where rays, in the tag's own axes, meet its sheet: right and up, in sides of the tag; NaN where they miss."""
    if tag.bend is None:
        reach = -origin[2] / rays[..., 2]
        met = origin + reach[..., None] * rays
        return met[..., 0] / tag.side, met[..., 1] / tag.side
    radius = tag.bend
    x, z = origin[0], origin[2] + radius
    a = rays[..., 0] ** 2 + rays[..., 2] ** 2
    b = x * rays[..., 0] + z * rays[..., 2]
    with np.errstate(invalid="ignore"):
        reach = (-b - np.sqrt(b * b - a * (x * x + z * z - radius * radius))) / a
    met = origin + reach[..., None] * rays
    return radius * np.arctan2(met[..., 0], met[..., 2] + radius) / tag.side, met[..., 1] / tag.side


def _draw_tag(picture: FloatArray, camera: Camera, tag: Tag, samples: int) -> None:
    reach = CARD * tag.side / 2 * np.array([[-1, 1, 0], [1, 1, 0], [1, -1, 0], [-1, -1, 0]])
    if tag.bend is not None:  # a bent card goes back behind its middle
        reach = np.concatenate([reach, reach - [0, 0, tag.side]])
    box = camera.pixels(reach @ tag.rotation.T + tag.centre)
    left, top = np.maximum(np.floor(box.min(axis=0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(box.max(axis=0)).astype(int) + 2, [camera.width, camera.height])
    if right <= left or bottom <= top:
        return
    step = (np.arange(samples) + 0.5) / samples - 0.5
    u = (np.arange(left, right)[:, None] + step).ravel() - camera.centre[0]
    v = (np.arange(top, bottom)[:, None] + step).ravel() - camera.centre[1]
    rays = np.stack(np.broadcast_arrays(u[None, :], v[:, None], camera.focal), axis=-1)
    own = tag.rotation.T @ camera.rotation.T
    across, upward = _on_sheet(tag, tag.rotation.T @ (camera.place - tag.centre), rays @ own.T)
    on_card = (np.abs(across) < CARD / 2) & (np.abs(upward) < CARD / 2)
    on_tag = (np.abs(across) < 0.5) & (np.abs(upward) < 0.5)
    column = np.clip(np.nan_to_num((across + 0.5) * 8), 0, 7).astype(int)
    row = np.clip(np.nan_to_num((0.5 - upward) * 8), 0, 7).astype(int)
    ink = np.where(on_tag, BLACK + (PAPER - BLACK) * cells(tag.id)[row, column], PAPER)
    shape = (bottom - top, samples, right - left, samples)
    share = on_card.reshape(shape).mean(axis=(1, 3))
    colour = np.where(on_card, ink, 0.0).reshape(shape).mean(axis=(1, 3))
    part = picture[top:bottom, left:right]
    part[:] = part * (1 - share) + colour


def draw(
    camera: Camera, tags: Sequence[Tag], limbs: Sequence[tuple[FloatArray, FloatArray, float]] = (), look: Look = Look()
) -> FloatArray:
    """(height, width) brightness before noise: a plain wall, grey limbs, and the tags on top of them.

    ``limbs`` are capsules: two ends in the world and a radius in metres.
    """
    shade = np.linspace(1.06, 0.94, camera.width)[None, :] * np.linspace(1.04, 0.9, camera.height)[:, None]
    picture: FloatArray = np.ascontiguousarray(WALL * shade)
    for first, second, radius in limbs:
        ends = camera.pixels(np.stack([first, second]))
        depth = float(((first + second) / 2 - camera.place) @ camera.rotation[2])
        wide = max(1, round(2 * radius * camera.focal / depth))
        a, b = ((round(16 * x), round(16 * y)) for x, y in ends)
        cv2.line(picture, a, b, LIMB, wide, cv2.LINE_AA, 4)
    for tag in sorted(tags, key=lambda tag: -float((tag.centre - camera.place) @ camera.rotation[2])):
        _draw_tag(picture, camera, tag, look.samples)
    if look.blur > 0:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), look.blur), dtype=np.float64)
    return picture * look.exposure


@functools.cache
def _grain() -> npt.NDArray[np.float32]:
    """Noise of 1 SD, larger than a picture; each picture takes another part of it."""
    return np.random.default_rng(36).standard_normal((1080 + 256, 1920 + 256), dtype=np.float32)


def exposed(picture: FloatArray, look: Look, random: np.random.Generator) -> Picture:
    """(height, width, 3) picture as a camera gives it: with noise, 8 bits. At most 1920 × 1080."""
    down, right = random.integers(256, size=2)
    noise = _grain()[down : down + picture.shape[0], right : right + picture.shape[1]]
    grey = np.clip(picture.astype(np.float32) + (np.float32(look.noise) * noise + np.float32(0.5)), 0, 255)
    return np.asarray(cv2.cvtColor(grey.astype(np.uint8), cv2.COLOR_GRAY2RGB), dtype=np.uint8)


# --- a leg -----------------------------------------------------------------------------------------------------------

THIGH, SHANK = 0.42, 0.42
"""Lengths in metres."""
NUMBERS = {"wall": 0, "pelvis": 1, "thigh": 2, "shank": 3}
"""The left side's tags; those of the right side come ``RIGHT`` later."""
RIGHT = 3


@dataclass(frozen=True)
class Taped:
    """How a tag sits on its limb: degrees turned about the limb, degrees askew in its own plane, and its bend."""

    about: float = 0.0
    askew: float = 0.0
    bend: float | None = None


@dataclass(frozen=True)
class Leg:
    """A person who lies along the wall, one side to the camera: on the back, the left side has the head to the right.

    Parameters
    ----------
    thigh: degrees of the thigh above level.
    knee: degrees of knee flexion.
    pelvis: degrees by which the pelvis's foot end is up.
    right: the right side is seen, not the left.
    prone: the person lies on the front.
    missing: tags of the side that were not taped on.
    heading: degrees by which the body lies askew to the wall.
    taped: how each tag sits on its limb.
    side: side of the black squares in metres.
    """

    thigh: float
    knee: float = 0.0
    heading: float = 0.0
    taped: Mapping[str, Taped] = field(default_factory=dict)
    side: float = 0.1
    pelvis: float = 0.0
    right: bool = False
    prone: bool = False
    missing: tuple[str, ...] = ()
    hip: tuple[float, float, float] = (0.25, 0.0, 0.5)
    wall: tuple[float, float, float] = (0.4, 0.5, 1.0)

    def _direction(self, degrees: float) -> FloatArray:
        """Of the far end of a limb ``degrees`` above level."""
        feet_right = self.right != self.prone
        angle, askew = math.radians(degrees if feet_right else 180 - degrees), math.radians(self.heading)
        flat = np.array([math.cos(angle), 0.0, math.sin(angle)])
        return np.array([flat[0] * math.cos(askew), flat[0] * math.sin(askew), flat[2]])

    def _on_limb(self, name: str, far: FloatArray, centre: FloatArray) -> Tag:
        askew = math.radians(self.heading)
        outward = np.array([math.sin(askew), -math.cos(askew), 0.0])
        own = np.stack([np.cross(-far, outward), -far, outward], axis=1)
        taped = self.taped.get(name, Taped())
        turn = Rotation.from_euler("YZ", [taped.about, taped.askew], degrees=True).as_matrix()
        number = NUMBERS[name] + (RIGHT if self.right else 0)
        return Tag(number, own @ turn, centre + 0.09 * outward, self.side, taped.bend)

    def _directions(self) -> tuple[FloatArray, FloatArray]:
        """Of thigh and lower leg."""
        shank = self.thigh + (self.knee if self.prone else -self.knee)
        return self._direction(self.thigh), self._direction(shank)

    def tags(self) -> list[Tag]:
        """The wall's tag and those of the side."""
        hip, (thigh, shank), pelvis = np.array(self.hip), self._directions(), self._direction(self.pelvis)
        placed = {
            "pelvis": (pelvis, hip - 0.1 * pelvis),
            "thigh": (thigh, hip + 0.55 * THIGH * thigh),
            "shank": (shank, hip + THIGH * thigh + 0.5 * SHANK * shank),
        }
        wall = Tag(NUMBERS["wall"], FACING, np.array(self.wall), self.side)
        return [wall, *(self._on_limb(name, *at) for name, at in placed.items() if name not in self.missing)]

    def limbs(self) -> list[tuple[FloatArray, FloatArray, float]]:
        """Trunk, thigh and lower leg as capsules."""
        hip, (thigh, shank) = np.array(self.hip), self._directions()
        knee = hip + THIGH * thigh
        return [
            (hip - 0.5 * self._direction(0.0), hip, 0.11),
            (hip, knee, 0.085),
            (knee, knee + SHANK * shank, 0.06),
        ]


def posture(time: float, start: Leg, end: Leg) -> Leg:
    """Where a leg is: 1.5 s still at ``start``, to ``end`` in 2 s, 2 s held, and back in 2 s.

    Muscles tremble: in the hold the thigh sways by 0.3° at 3 Hz.
    """
    share = float(np.interp(time, [1.5, 3.5, 5.5, 7.5], [0, 1, 1, 0]))
    eased = (1 - math.cos(math.pi * share)) / 2
    sway = 0.3 * math.sin(6 * math.pi * time) if share == 1 else 0.0
    return replace(
        start,
        thigh=start.thigh + eased * (end.thigh - start.thigh) + sway,
        knee=start.knee + eased * (end.knee - start.knee),
        pelvis=start.pelvis + eased * (end.pelvis - start.pelvis),
    )


def movement(
    camera: Camera, start: Leg, end: Leg, *, rate: float, seconds: float = 7.5, look: Look = Look(), seed: int = 0
) -> Iterator[tuple[float, Picture]]:
    """Seconds and pictures of a leg that moves as ``posture`` says."""
    random = np.random.default_rng(seed)
    for frame in range(round(seconds * rate)):
        now = posture(frame / rate, start, end)
        yield frame / rate, exposed(draw(camera, now.tags(), now.limbs(), look), look, random)


def leg_raise(
    camera: Camera, *, peak: float = 75.0, rate: float = 30.0, look: Look = Look(), leg: Leg | None = None
) -> Iterator[tuple[float, Picture]]:
    """Seconds and pictures of a straight leg raise from flat to ``peak`` and back."""
    leg = replace(leg or Leg(0.0), thigh=0.0)
    return movement(camera, leg, replace(leg, thigh=peak), rate=rate, look=look)
