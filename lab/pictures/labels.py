"""Label pictures of pieces on OpenGL without a screen: which piece a pixel shows, its light and its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import moderngl
import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from lab.mesh import IntArray
from lab.pictures.piece import Piece, View
from lab.render import SHADERS
from lab.rotation import FloatArray, unit

Picture = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Labels:
    """Pictures (h, w): index of the piece (-1 for none), light, depth; (h, w, 3) place; (h, w) gap."""

    piece: IntArray
    light: Picture
    depth: Picture
    place: Picture
    gap: Picture

    def without_holes(self, count: int, smallest: float) -> Labels:
        """The pictures with holes in the first ``count`` pieces closed that have fewer pixels than ``smallest``."""
        hole = (self.piece < 0) | (self.piece >= count)
        number, which, stats, _ = cv2.connectedComponentsWithStats(hole.astype(np.uint8), connectivity=4)
        small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < smallest)
        closed = np.isin(which, small) & hole
        if number == 1 or not closed.any():
            return self
        rows, columns = distance_transform_edt(hole, return_distances=False, return_indices=True)
        at = (
            np.where(closed, rows, np.arange(hole.shape[0])[:, None]),
            np.where(closed, columns, np.arange(hole.shape[1])),
        )
        return Labels(self.piece[at], self.light[at], self.depth[at], self.place[at], self.gap[at])

    def around(self, count: int, margin: int = 12) -> tuple[Labels, FloatArray]:
        """The part of the pictures around the first ``count`` pieces, and where its corner lies (x, y)."""
        rows, columns = np.nonzero((self.piece >= 0) & (self.piece < count))
        if not rows.size:
            return self, np.zeros(2)
        top, left = max(int(rows.min()) - margin, 0), max(int(columns.min()) - margin, 0)
        part = (slice(top, int(rows.max()) + margin), slice(left, int(columns.max()) + margin))
        cropped = Labels(self.piece[part], self.light[part], self.depth[part], self.place[part], self.gap[part])
        return cropped, np.array([left, top], dtype=np.float64)


class Labeller:
    """Renders label pictures, a pixel for every picture unit."""

    def __init__(self) -> None:
        gl: Any = moderngl.create_standalone_context(backend="egl")
        self._gl = gl
        self._program = gl.program(*((SHADERS / f"label.{kind}").read_text() for kind in ("vert", "frag")))
        self._buffers: dict[tuple[int, int], Any] = {}

    def render(self, pieces: Sequence[Piece], view: View) -> Labels:
        """What is seen of the pieces."""
        gl, size = self._gl, view.size
        if size not in self._buffers:
            pictures = [gl.renderbuffer(size, 4, dtype="f4") for _ in range(2)]
            self._buffers[size] = gl.framebuffer(pictures, gl.depth_renderbuffer(size))
        target = self._buffers[size]
        target.use()
        target.clear(-1.0, -1.0, -1.0, -1.0, depth=1.0)
        right, up, towards = view.axes
        gl.enable(moderngl.DEPTH_TEST)
        self._program["PV"].write(view.matrix().T.astype("f4").tobytes())
        self._program["sun"].value = tuple(unit(0.5 * towards - 0.5 * right + 0.75 * up))
        self._program["view"].value = tuple(towards)
        if pieces:
            starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
            columns = [
                np.column_stack([p.vertices, p.normals, p.unfolded, p.gap, p.cut, np.full(len(p.cut), i)])
                for i, p in enumerate(pieces)
            ]
            faces = [p.faces + start for p, start in zip(pieces, starts[:-1], strict=True)]
            vertices = gl.buffer(np.concatenate(columns).astype("f4").tobytes())
            indices = gl.buffer(np.concatenate(faces).astype("i4").tobytes())
            names = ("p", "n", "r", "g", "q", "k")
            gl.vertex_array(self._program, [(vertices, "3f 3f 3f 1f 1f 1f", *names)], indices).render()
            vertices.release()
            indices.release()
        surface, label = (
            np.frombuffer(target.read(components=4, attachment=i, dtype="f4"), np.float32).reshape(size[1], size[0], 4)[
                ::-1
            ]
            for i in range(2)
        )
        return Labels(
            np.rint(label[..., 0]).astype(np.int64), label[..., 1], label[..., 2], surface[..., :3], surface[..., 3]
        )
