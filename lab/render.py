"""A small renderer on OpenGL without a screen (EGL, Mesa): one sun with shadows, light from sky and floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import numpy.typing as npt

from lab.mesh import FLOOR, SKIN, Mesh
from lab.rotation import FloatArray

SHADERS = Path(__file__).parent / "shaders"
SHADOW = 1024


@dataclass(frozen=True)
class Camera:
    """Where the camera stands. ``roll`` turns the picture clockwise; ``up`` is what it shows upwards."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    field_of_view: float
    roll: float = 0.0
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)
    width: int = 960
    height: int = 540

    def matrix(self) -> FloatArray:
        """(4, 4) world to clip space."""
        t = 1 / np.tan(np.radians(self.field_of_view) / 2)
        near, far = 0.05, 30.0
        lens = np.array(
            [
                [t * self.height / self.width, 0, 0, 0],
                [0, t, 0, 0],
                [0, 0, (far + near) / (near - far), 2 * far * near / (near - far)],
                [0, 0, -1, 0],
            ]
        )
        c, s = np.cos(np.radians(-self.roll)), np.sin(np.radians(-self.roll))
        turn = np.eye(4)
        turn[:2, :2] = [[c, -s], [s, c]]
        return np.asarray(lens @ turn @ _look(np.array(self.eye), np.array(self.target), np.array(self.up)))

    def project(self, points: FloatArray) -> FloatArray:
        """(..., 3) metres to (..., 2) pixels; the centre of the top left pixel is (0, 0)."""
        clip = np.concatenate([points, np.ones((*points.shape[:-1], 1))], -1) @ self.matrix().T
        ndc = clip[..., :2] / clip[..., 3:]
        return np.stack([(ndc[..., 0] + 1) / 2 * self.width - 0.5, (1 - ndc[..., 1]) / 2 * self.height - 0.5], -1)


@dataclass(frozen=True)
class Light:
    """``sun``: direction towards it; strengths about 0 to 1; ``floor``: 0 planks, 1 carpet, 2 tiles."""

    sun: tuple[float, float, float] = (0.3, -0.5, 1.0)
    sun_strength: float = 0.7
    sky_strength: float = 0.6
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    floor: int = 0


class Renderer:
    """Draws meshes into a picture of fixed size."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        gl: Any = moderngl.create_standalone_context(backend="egl")
        self._gl = gl
        self._programs: dict[tuple[int, bool, int], Any] = {}
        self._cast = gl.program(*((SHADERS / f"shadow.{kind}").read_text() for kind in ("vert", "frag")))
        samples = {"samples": 4}
        self._many = gl.framebuffer(
            [gl.renderbuffer((width, height), 4, **samples)], gl.depth_renderbuffer((width, height), **samples)
        )
        self._one = gl.framebuffer([gl.renderbuffer((width, height), 4)])
        self._depth = gl.depth_texture((SHADOW, SHADOW))
        self._depth.compare_func = "<="
        self._shadow = gl.framebuffer(depth_attachment=self._depth)

    def render(
        self, meshes: Sequence[Mesh], camera: Camera, light: Light, focus: tuple[float, float, float]
    ) -> npt.NDArray[np.uint8]:
        """(height, width, 3) RGB. ``focus``: the middle of what casts shadows."""
        with self._gl:  # another renderer's context may be the current one
            return self._drawn(meshes, camera, light, focus)

    def _drawn(
        self, meshes: Sequence[Mesh], camera: Camera, light: Light, focus: tuple[float, float, float]
    ) -> npt.NDArray[np.uint8]:
        gl = self._gl
        sun = np.array(light.sun) / np.linalg.norm(light.sun)
        from_sun = _box_lens(2.2, 0.1, 12) @ _look(np.array(focus) + sun * 6, np.array(focus), np.array([0, 0, 1.0]))
        values = {"eye": camera.eye, "sun": tuple(sun), "tint": light.tint, "sh": 0}
        values |= {"sunI": light.sun_strength, "ambI": light.sky_strength}
        gl.enable(moderngl.DEPTH_TEST)
        buffers = [
            (self._program(material, cut, light.floor), material == SKIN and not cut, *map(gl.buffer, _packed(part)))
            for (material, cut), part in _groups(meshes).items()
        ]
        self._shadow.use()
        self._shadow.clear(depth=1.0)
        _set(self._cast, L=from_sun)
        for _, culled, vertices, faces in buffers:
            self._cull(culled)
            gl.vertex_array(self._cast, [(vertices, "3f 24x 1f", "p", "q")], faces).render()
        self._many.use()
        self._many.clear(0.75, 0.78, 0.8, 1, 1.0)
        self._depth.use(0)
        for program, culled, vertices, faces in buffers:
            self._cull(culled)
            _set(program, PV=camera.matrix(), L=from_sun)
            for name, value in values.items():
                if name in program:
                    program[name].value = value
            gl.vertex_array(program, [(vertices, "3f 3f 3f 1f", "p", "n", "c", "q")], faces).render()
        gl.copy_framebuffer(self._one, self._many)
        for _, _, vertices, faces in buffers:
            vertices.release()
            faces.release()
        return np.frombuffer(self._one.read(components=3), np.uint8).reshape(self.height, self.width, 3)[::-1].copy()

    def _program(self, material: int, cut: bool, floor: int) -> Any:
        """The program for one material; made at its first use."""
        key = material, cut, floor if material == FLOOR else 0
        if key not in self._programs:
            head = f"#version 330\n#define MATERIAL {material}\n#define FLOOR_KIND {key[2]}\n" + "#define CUT\n" * cut
            vertex, fragment = ((SHADERS / f"draw.{kind}").read_text() for kind in ("vert", "frag"))
            self._programs[key] = self._gl.program(vertex, fragment.replace("#version 330\n", head, 1))
        return self._programs[key]

    def _cull(self, wanted: bool) -> None:
        """Leave out what faces away: halves the time of a whole skin; clothes are open and show their inside."""
        (self._gl.enable if wanted else self._gl.disable)(moderngl.CULL_FACE)


def _groups(meshes: Sequence[Mesh]) -> dict[tuple[int, bool], list[Mesh]]:
    """Meshes by material and whether parts are cut away; people before rooms, so that they hide what is behind."""
    groups: dict[tuple[int, bool], list[Mesh]] = {}
    for mesh in sorted(meshes, key=lambda mesh: mesh.material):
        groups.setdefault((mesh.material, bool(mesh.cut.min() < 0)), []).append(mesh)
    return groups


def _set(program: Any, **matrices: FloatArray) -> None:
    for name, matrix in matrices.items():
        program[name].write(matrix.T.astype("f4").tobytes())


def _packed(meshes: Sequence[Mesh]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes)])
    vertices = np.empty((starts[-1], 10), dtype="f4")
    for m, start, end in zip(meshes, starts, starts[1:], strict=False):
        rows = vertices[start:end]
        rows[:, :3], rows[:, 3:6], rows[:, 6:9], rows[:, 9] = m.vertices, m.normals, m.colours, m.cut
    faces = [mesh.faces + start for mesh, start in zip(meshes, starts, strict=False)]
    return vertices, np.concatenate(faces).astype("i4")


def _look(eye: FloatArray, target: FloatArray, up: FloatArray) -> FloatArray:
    forward = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(forward, up)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = right, np.cross(right, forward), -forward
    matrix[:3, 3] = -matrix[:3, :3] @ eye
    return matrix


def _box_lens(half: float, near: float, far: float) -> FloatArray:
    return np.array(
        [
            [1 / half, 0, 0, 0],
            [0, 1 / half, 0, 0],
            [0, 0, -2 / (far - near), -(far + near) / (far - near)],
            [0, 0, 0, 1],
        ]
    )
