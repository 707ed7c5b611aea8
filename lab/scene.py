"""Who stands or lies where, and from where the camera looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from lab.body import Body, Pose
from lab.dress import body_vertices
from lab.mesh import IntArray
from lab.poses import TESTS, Moment
from lab.render import Camera
from lab.rotation import FloatArray, about_z

GROUND = {"floor": 0.015, "table": 0.615, "bench": 0.615}
# Degrees about the vertical that bring this side of the body to the camera, which looks along +y.
HEADING = {
    ("supine", "right"): 0,
    ("supine", "left"): 180,
    ("prone", "left"): 0,
    ("prone", "right"): 180,
    ("standing", "right"): 90,
    ("standing", "left"): -90,
}
MIDDLE = {"supine": 0.3, "prone": 0.3, "seated": 0.75, "standing": 0.85}


@dataclass(frozen=True)
class Placing:
    """How one test is set before the camera. ``near``: the side of the body that faces the camera."""

    test: str
    side: str
    near: str

    @property
    def lying(self) -> bool:
        """Whether the person lies down."""
        return TESTS[self.test].position in {"supine", "prone"}

    @property
    def heading(self) -> float:
        """Degrees by which the posture is turned about the vertical."""
        test = TESTS[self.test]
        if test.view == "feet":
            return -90.0
        return 0.0 if test.view != "side" else float(HEADING[test.position, self.near])

    @property
    def head(self) -> int:
        """-1 or 1: where a lying person's head is along x."""
        return 1 if abs(self.heading) == 180 else -1

    @property
    def axes(self) -> tuple[FloatArray, FloatArray]:
        """Two unit vectors that span the plane of motion.

        Along the body towards the feet when lying, forwards when standing sideways, the picture's right when facing the
        camera; and up (towards the person's left when filmed from above).
        """
        test, turn = TESTS[self.test], about_z(self.heading)
        if test.view == "above":
            return np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
        if test.view in {"front", "feet"}:
            return np.array([1.0, 0, 0]), np.array([0, 0, 1.0])
        first = np.array([1.0, 0, 0]) if self.lying else np.array([0, -1.0, 0])
        return np.asarray(turn @ first), np.array([0, 0, 1.0])

    def posed(self, now: Moment) -> tuple[Pose, FloatArray, dict[str, FloatArray]]:
        """The posture, and vertices and joint centres in the room."""
        pose = TESTS[self.test].posture(now)
        pose = replace(pose, root=about_z(self.heading) @ pose.root)
        vertices, joints = now.body.pose(pose)
        shift = self._shift(now.body, vertices, joints)
        return pose, vertices + shift, {name: point + shift for name, point in joints.items()}

    def _shift(self, body: Body, vertices: FloatArray, joints: Mapping[str, FloatArray]) -> FloatArray:
        test = TESTS[self.test]
        other = "left" if self.side == "right" else "right"
        if test.position != "standing":
            low = np.percentile(vertices[trunk_vertices(body), 2], 0.5)
            return np.array([-joints["pelvis"][0], -joints["pelvis"][1], GROUND[test.ground] - low])
        low = vertices[body_vertices(), 2].min()
        if self.test == "weight_bearing_lunge":
            planted = joints[f"{self.side}_ankle"] - 0.3 * self.axes[0]
        elif test.view == "front":
            planted = joints[f"{other}_ankle"]
        else:
            planted = (joints["left_ankle"] + joints["right_ankle"]) / 2
        return np.array([-planted[0], -planted[1], -low])


@cache
def trunk_vertices(body: Body) -> IntArray:
    """Indices of the skin of head, chest and buttocks: what carries a lying or sitting body."""
    skin = body_vertices()
    rest = body.rest[skin]
    low = body.bone("upperleg01.L")[2] - 0.12
    return np.asarray(skin[(rest[:, 2] > low) & (np.abs(rest[:, 0]) < 0.2)])


@dataclass(frozen=True)
class Shot:
    """Where the camera stands.

    ``yaw``: degrees from square to the plane of motion; ``aside``: metres it looks past; ``middle``: metres above the
    floor that it looks at, by default the test's; ``mirrored``: the picture is turned over, as front cameras do.
    """

    yaw: float = 0.0
    roll: float = 0.0
    height: float = 0.8
    distance: float = 2.7
    field_of_view: float = 43.0
    aside: float = 0.0
    middle: float | None = None
    width: int = 960
    height_px: int = 540
    mirrored: bool = False

    def camera(self, test: str) -> Camera:
        """The camera of this shot for a test."""
        setting = TESTS[test]
        middle = self.middle
        if middle is None:
            middle = 0.75 if setting.ground != "floor" else MIDDLE[setting.position]
        yaw = np.radians(self.yaw)
        if setting.view == "above":
            eye = (self.aside + self.distance * np.sin(yaw), 0.0, 0.1 + self.distance * np.cos(yaw))
            target, up = (self.aside, 0.0, 0.1), (0.0, 1.0, 0.0)
        else:
            eye = (self.aside + self.distance * np.sin(yaw), -self.distance * np.cos(yaw), self.height)
            target, up = (self.aside, 0.0, middle), (0.0, 0.0, 1.0)
        return Camera(
            (float(eye[0]), float(eye[1]), float(eye[2])),
            target,
            self.field_of_view,
            self.roll,
            up,
            self.width,
            self.height_px,
        )

    def matrix(self, test: str) -> FloatArray:
        """(4, 4) world to clip space of the picture as it is written, mirrored or not."""
        matrix = self.camera(test).matrix()
        return np.diag([-1.0, 1, 1, 1]) @ matrix if self.mirrored else matrix

    def project(self, test: str, points: FloatArray) -> FloatArray:
        """(..., 3) metres to (..., 2) pixels of the picture as it is written."""
        pixels = self.camera(test).project(points)
        if self.mirrored:
            pixels[..., 0] = self.width - 1 - pixels[..., 0]
        return pixels
