"""Hair and face: a cap cut along a hairline, a bun, and a few lines that make a friendly face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import LinearNDInterpolator
from scipy.sparse import csr_array, eye_array, vstack

from lab.body import Body
from lab.dress import body_faces, body_vertices, painted
from lab.mesh import IntArray, Surface
from lab.rotation import FloatArray, unit

# How high above the eyes the hair begins, at distances behind them; metres.
HAIRLINES = {
    "short": (
        (-0.02, 0.064),
        (0.005, 0.058),
        (0.028, 0.05),
        (0.044, 0.03),
        (0.052, 0.0),
        (0.06, -0.012),
        (0.07, 0.0),
        (0.08, 0.026),
        (0.1, 0.024),
        (0.112, -0.02),
        (0.122, -0.055),
        (0.2, -0.07),
    ),
    "bun": (
        (-0.02, 0.07),
        (0.01, 0.06),
        (0.035, 0.045),
        (0.055, 0.012),
        (0.066, 0.0),
        (0.078, 0.022),
        (0.1, 0.02),
        (0.112, -0.015),
        (0.125, -0.035),
        (0.2, -0.042),
    ),
}
THICKNESS = {"short": 0.014, "bun": 0.012}
BUN_RADIUS = 0.038
# Half width and half height of an eye.
EYE = (0.0055, 0.0075)


@dataclass(frozen=True, eq=False)
class Feature:
    """A line of the face, or a filled spot if it is ``closed``: points and the directions they face, (n, 3)."""

    paint: str
    points: FloatArray
    normals: FloatArray
    closed: bool


@dataclass(frozen=True, eq=False)
class Hair:
    """A surface of hair on the posed body."""

    vertices: FloatArray
    faces: IntArray
    normals: FloatArray
    cut: FloatArray
    rest: FloatArray


class Head:
    """Hair and face of one person; ``style``: a name of ``HAIRLINES``."""

    def __init__(self, body: Body, style: str) -> None:
        rest = body.rest
        self._eye = (body.bone("eye.L") + body.bone("eye.R")) / 2
        self._rest, self._style = rest, style
        around = body_vertices()
        self._skull = around[rest[around, 2] > body.bone("head")[2] + 0.03]
        self._features = self._face(body)
        self._scalp()

    def hair(self, vertices: FloatArray) -> list[Hair]:
        """The hair on the posed body."""
        points = np.asarray(self._mix @ vertices)
        points = points + self._surface.normals(points) * self._offset[:, None]
        cap = Hair(points, self._surface.faces, self._surface.normals(points), self._cut, self._places)
        if self._style != "bun":
            return [cap]
        turn, shift = self._moved(vertices)
        crown = self._rest[self._skull, 2].max()
        centre = np.array([0.0, self._eye[1] + 0.17, crown - 0.012])
        ball = _ball(centre, BUN_RADIUS)
        normals = (ball[0] - centre) / BUN_RADIUS
        far = ball[0] + (0, 0, 1.0)
        return [cap, Hair(ball[0] @ turn.T + shift, ball[1], normals @ turn.T, np.ones(len(far)), far)]

    def face(self, vertices: FloatArray) -> list[Feature]:
        """The lines of the face on the posed body."""
        turn, shift = self._moved(vertices)
        return [Feature(f.paint, f.points @ turn.T + shift, f.normals @ turn.T, f.closed) for f in self._features]

    def rounded(self, normals: FloatArray, vertices: FloatArray, used: IntArray) -> FloatArray:
        """Normals of the skin, on the head nearly a ball's that lean to its front, for a calm and bright face."""
        neck = self._rest[self._skull, 2].min()
        share = np.clip((self._rest[used, 2] - neck) / 0.04, 0, 0.85)[:, None]
        out = vertices[used] - vertices[self._skull].mean(0)
        out = out / np.linalg.norm(out, axis=1, keepdims=True) - 0.6 * self._moved(vertices)[0][:, 1]
        return np.asarray((1 - share) * normals + share * out)

    def _moved(self, vertices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Rotation and shift of the head (Kabsch's fit of the skull's vertices)."""
        a, b = self._rest[self._skull], vertices[self._skull]
        u, _, vt = np.linalg.svd((b - b.mean(0)).T @ (a - a.mean(0)))
        turn = u @ np.diag([1, 1, np.sign(np.linalg.det(u @ vt))]) @ vt
        return turn, b.mean(0) - turn @ a.mean(0)

    def _scalp(self) -> None:
        faces = body_faces()
        line = self._above_hairline(self._rest)
        centre = self._rest[faces].mean(1)
        near = (
            (centre[:, 2] > self._eye[2] - 0.12) & (np.abs(centre[:, 0]) < 0.12) & (centre[:, 1] > self._eye[1] - 0.05)
        )
        near &= ~(painted("ears")[faces].max(1) > 0.5)
        surface = Surface(faces[near & (line[faces].max(1) > -0.03)])
        mix = csr_array(eye_array(len(self._rest)).tocsr()[surface.used])
        triangles = surface.faces
        for _ in range(2):
            more, triangles = _halved(triangles, mix.shape[0])
            mix = csr_array(vstack([mix, more @ mix]))
        self._surface = Surface(triangles)
        self._mix = csr_array(mix[self._surface.used])
        self._places = np.asarray(self._mix @ self._rest)
        self._cut = self._above_hairline(self._places)
        self._offset = np.clip(0.004 + 0.35 * self._cut, 0.002, THICKNESS[self._style])

    def _above_hairline(self, places: FloatArray) -> FloatArray:
        behind, above = places[:, 1] - self._eye[1], places[:, 2] - self._eye[2]
        at, height = np.array(HAIRLINES[self._style]).T
        return np.asarray(above - np.interp(behind, at, height))

    def _face(self, body: Body) -> list[Feature]:
        front = np.array(
            [
                v
                for v in body_vertices()
                if body.rest[v, 1] < self._eye[1] + 0.05 and body.rest[v, 2] > self._eye[2] - 0.12
            ]
        )
        surface = Surface(body_faces())
        normals = np.zeros_like(body.rest)
        normals[surface.used] = surface.normals(body.rest[surface.used])
        front = front[(normals[front, 1] < -0.2) & (painted("inside-mouth")[front] < 0.5)]
        flat = body.rest[front][:, [0, 2]]
        depth = LinearNDInterpolator(flat, body.rest[front, 1])
        facing = LinearNDInterpolator(flat, normals[front])

        t, ring = np.linspace(-1, 1, 25), np.linspace(0, 2 * np.pi, 40, endpoint=False)

        def on(paint: str, x: FloatArray, z: FloatArray) -> Feature:
            """A line on the skin, as smooth as a parabola."""
            y = np.polyval(np.polyfit(t, depth(x, z), 2), t)
            away = np.stack([np.polyval(np.polyfit(t, side, 2), t) for side in facing(x, z).T], 1)
            return Feature(paint, np.column_stack([x, y, z]), away, False)

        lips = body.rest[front[painted("lips")[front] > 0.5]]
        found = [on("face", 0.022 * t, lips[:, 2].mean() + 0.007 * t**2 - 0.002)]
        tip = body.rest[front[np.argmin(body.rest[front, 1])]]
        nose = tip + np.column_stack([0.010 * t, 0.004 + 0.012 * t**2, 0.006 * t**2 - 0.008])
        found.append(Feature("face", nose, np.column_stack([0.4 * t, -np.ones_like(t), 0 * t]), False))
        for s in (-1, 1):
            eye = body.bone("eye.L") * (s, 1, 1)
            away = unit([0.25 * s, -1, 0])
            aside = np.array([-away[1], away[0], 0])
            spot = np.outer(EYE[0] * np.cos(ring), aside) + np.outer(EYE[1] * np.sin(ring), [0, 0, 1])
            found.append(Feature("eye", eye + 0.012 * away + spot, np.tile(away, (len(ring), 1)), True))
            found.append(on("brow", eye[0] + s * (0.002 + 0.019 * t), eye[2] + 0.027 - 0.005 * t**2 - 0.001 * t))
        return found


def _halved(faces: IntArray, count: int) -> tuple[csr_array, IntArray]:
    """Every triangle in four: a matrix that makes the middles of the edges, and the new triangles."""
    corners = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges, number = np.unique(np.sort(corners, axis=1), axis=0, return_inverse=True)
    middle = number.reshape(3, -1).T + count
    rows = np.repeat(np.arange(len(edges)), 2)
    more = csr_array((np.full(rows.size, 0.5), (rows, edges.ravel())), shape=(len(edges), count))
    a, b, c = faces.T
    ab, bc, ca = middle.T
    parts = [np.stack(corner, 1) for corner in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    return more, np.concatenate(parts).astype(np.int64)


def _ball(centre: npt.ArrayLike, radius: float, count: int = 20) -> tuple[FloatArray, IntArray]:
    down, around = np.meshgrid(np.linspace(0, np.pi, count), np.linspace(0, 2 * np.pi, 2 * count), indexing="ij")
    unit = np.stack([np.sin(down) * np.cos(around), np.sin(down) * np.sin(around), np.cos(down)], -1).reshape(-1, 3)
    row = 2 * count
    i = (np.arange(count - 1)[:, None] * row + np.arange(row - 1)[None]).ravel()
    faces = np.concatenate([np.stack([i, i + row, i + row + 1], 1), np.stack([i, i + row + 1, i + 1], 1)])
    return np.asarray(centre) + radius * unit, faces.astype(np.int64)
