"""A clip becomes pictures, a video file and its truth."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from lab.cast import Clip, person
from lab.course import PHASES
from lab.mesh import Mesh
from lab.poses import TESTS, Moment, walking
from lab.render import Renderer
from lab.rotation import FloatArray, about_z
from lab.truth import angles

Picture = npt.NDArray[np.uint8]


class Take:
    """What is known of every frame of a clip: joint centres in metres and angles in degrees, by name."""

    def __init__(self) -> None:
        self._joints: list[Mapping[str, FloatArray]] = []
        self._angles: list[Mapping[str, float]] = []

    def add(self, joints: Mapping[str, FloatArray], angle: Mapping[str, float]) -> None:
        """One more frame."""
        self._joints.append(joints)
        self._angles.append(angle)

    @property
    def joint_names(self) -> tuple[str, ...]:
        """Names of the joint centres, in the order of ``joints``."""
        return tuple(self._joints[0])

    @property
    def angle_names(self) -> tuple[str, ...]:
        """Names of the angles, in the order of ``angles``."""
        return tuple(self._angles[0])

    @property
    def joints(self) -> FloatArray:
        """(frames, joints, 3) metres in the room."""
        return np.array([list(frame.values()) for frame in self._joints])

    @property
    def angles(self) -> FloatArray:
        """(frames, angles) degrees."""
        return np.array([list(frame.values()) for frame in self._angles])


class Studio:
    """Films clips; one renderer per picture size."""

    def __init__(self) -> None:
        self._renderers: dict[tuple[int, int], Renderer] = {}

    def frames(self, clip: Clip, known: Take) -> Iterator[Picture]:
        """The clip's pictures one by one, with the camera's noise; each frame's truth is added to ``known``."""
        rng = np.random.default_rng(clip.seed + 1)
        test = TESTS[clip.placing.test]
        room = clip.room.meshes(test.ground, clip.placing.lying, clip.placing.head)
        camera = clip.shot.camera(clip.placing.test)
        for index, moment in enumerate(moments(clip)):
            pose, vertices, joints = clip.placing.posed(moment)
            known.add(joints, angles(clip.placing, pose, joints))
            people = person(clip.person).mesh(vertices) + _passer_by(clip, index)
            picture = self._renderer(clip).render(people + room, camera, clip.room.light, (0.0, 0.0, 0.4))
            noisy = picture + clip.noise * rng.standard_normal(picture.shape, dtype=np.float32)
            yield np.clip(noisy, 0, 255).astype(np.uint8)

    def _renderer(self, clip: Clip) -> Renderer:
        size = clip.shot.width, clip.shot.height_px
        if size not in self._renderers:
            self._renderers[size] = Renderer(*size)
        return self._renderers[size]


def moments(clip: Clip) -> Iterator[Moment]:
    """The clip's instants, frame by frame."""
    course, body = clip.course, person(clip.person).body
    start = TESTS[clip.placing.test].start
    shaking = course.shaking(np.random.default_rng(clip.seed + 2))
    for progress, shake in zip(course.progress, shaking, strict=True):
        amount = start + (clip.end - start) * progress + shake
        yield Moment(body, clip.placing.side, float(amount), float(progress), clip.style, clip.cheats)


def meta(clip: Clip, known: Take) -> dict[str, Any]:
    """The clip in plain words and numbers, for a JSON file."""
    test, shot = TESTS[clip.placing.test], clip.shot
    camera = shot.camera(clip.placing.test)
    who = person(clip.person)
    return {
        "name": clip.name,
        "test": clip.placing.test,
        "side": clip.placing.side,
        "near_side": clip.placing.near if test.view == "side" else None,
        "position": test.position,
        "view": test.view,
        "kind": clip.kind,
        "cheats": dict(clip.cheats),
        "people": 1 if clip.passer_by is None else 2,
        "end_angle": clip.end,
        "seed": clip.seed,
        "rate": clip.course.rate,
        "phases": list(PHASES),
        "course": dataclasses.asdict(clip.course),
        "camera": dataclasses.asdict(shot)
        | {"frame_size": [shot.width, shot.height_px], "eye": camera.eye, "matrix": camera.matrix().round(6).tolist()},
        "plane": {"along": clip.placing.axes[0].round(6).tolist(), "up": clip.placing.axes[1].round(6).tolist()},
        "person": {"number": clip.person, "sex": "female" if clip.person % 2 else "male", **who.body.phenotype}
        | {"leg_length": who.outfit.leg_length, "loose": who.outfit.loose, "skin": who.outfit.skin},
        "joint_names": list(known.joint_names),
        "angle_names": list(known.angle_names),
    }


def write_video(path: Path, pictures: Iterator[Picture], rate: float, crf: int = 20, preset: str = "veryfast") -> None:
    """H.264 in MP4; ``crf``: the encoder's quality, lower is better and larger; ``preset``: its pains."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(rate).limit_denominator(1000))
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(crf), "preset": preset, "threads": "1"}
        for picture in pictures:
            if not stream.codec_context.is_open:
                stream.height, stream.width = picture.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def _passer_by(clip: Clip, index: int) -> list[Mesh]:
    if clip.passer_by is None:
        return []
    who = person(clip.passer_by)
    time = float(clip.course.times[index])
    pose = walking(time * 5.5)
    vertices, _ = who.body.pose(dataclasses.replace(pose, root=about_z(90) @ pose.root))
    lane = 1.1 if clip.seed % 4 else -0.75
    shift = np.array([-3.2 + 1.05 * time, lane, -vertices[who.layers[0].surface.used, 2].min()])
    return who.mesh(vertices + shift)
