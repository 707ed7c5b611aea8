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

from lab.cast import SKINS, Clip, person, years
from lab.course import PHASES
from lab.framing import pitch
from lab.mesh import Mesh, box
from lab.poses import TESTS, Moment, standing, walking
from lab.render import Renderer
from lab.rotation import FloatArray, about_z
from lab.truth import angles

Picture = npt.NDArray[np.uint8]
BLUR = 3
"""Pictures that are averaged where something moves while the shutter is open."""
STILL = 0.15
"""Degrees that don't count as movement."""


class Take:
    """What is known of every frame of a clip: joint centres in metres and angles in degrees, by name."""

    def __init__(self) -> None:
        self._joints: list[Mapping[str, FloatArray]] = []
        self._angles: list[Mapping[str, float]] = []
        self._cheats: list[Mapping[str, float]] = []

    def add(
        self, joints: Mapping[str, FloatArray], angle: Mapping[str, float], cheats: Mapping[str, float] | None = None
    ) -> None:
        """One more frame."""
        self._joints.append(joints)
        self._angles.append(angle)
        self._cheats.append(cheats or {})

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

    @property
    def cheat_names(self) -> tuple[str, ...]:
        """Names of the cheats, in the order of ``cheats``."""
        return tuple(self._cheats[0])

    @property
    def cheats(self) -> FloatArray:
        """(frames, cheats) degrees."""
        return np.array([list(frame.values()) for frame in self._cheats]).reshape(len(self._cheats), -1)


class Studio:
    """Films clips; one renderer per picture size."""

    def __init__(self) -> None:
        self._renderers: dict[tuple[int, int], Renderer] = {}

    def frames(self, clip: Clip, known: Take) -> Iterator[Picture]:
        """The clip's pictures one by one, with the camera's noise; each frame's truth is added to ``known``."""
        rng = np.random.default_rng([clip.seed, 1])
        test = TESTS[clip.placing.test]
        room = clip.room.meshes(test.ground, clip.placing.lying, clip.placing.head, test.view == "feet")
        if clip.in_front is not None:
            room += box(*clip.in_front, clip.room.mat)
        now, then = list(moments(clip)), list(moments(clip, clip.shutter))
        for index, moment in enumerate(now):
            pose, _, joints = clip.placing.posed(moment)
            known.add(joints, angles(clip.placing, pose, joints), {name: moment.cheat(name) for name in clip.cheats})
            picture = self._exposed(clip, index, (moment, then[index]), room)
            noisy = picture + clip.noise * rng.standard_normal(picture.shape, dtype=np.float32)
            yield np.clip(noisy, 0, 255).astype(np.uint8)

    def _exposed(
        self, clip: Clip, index: int, span: tuple[Moment, Moment], room: list[Mesh]
    ) -> npt.NDArray[np.float32]:
        """One picture; what moves much while the shutter is open is drawn several times and averaged."""
        parts = BLUR if clip.shutter and abs(span[1].amount - span[0].amount) > STILL else 1
        total = np.zeros((clip.shot.height_px, clip.shot.width, 3), dtype=np.float32)
        for part in (np.arange(parts) / parts - (parts - 1) / (2 * parts)).tolist():
            _, vertices, _ = clip.placing.posed(_between(*span, part))
            time = float(clip.course.times[index]) + part * clip.shutter
            people = person(clip.person).mesh(vertices) + _passer_by(clip, time)
            camera = clip.shot.camera(clip.placing.test)
            total += self._renderer(clip).render(people + room, camera, clip.room.light, (0.0, 0.0, 0.4))
        total /= parts
        return total[:, ::-1] if clip.shot.mirrored else total

    def _renderer(self, clip: Clip) -> Renderer:
        size = clip.shot.width, clip.shot.height_px
        if size not in self._renderers:
            self._renderers[size] = Renderer(*size)
        return self._renderers[size]


def moments(clip: Clip, later: float = 0.0) -> Iterator[Moment]:
    """The clip's instants, frame by frame, or ``later`` by some seconds than that."""
    shaking = clip.course.shaking(np.random.default_rng([clip.seed, 2]), later)
    for progress, shake in zip(clip.course.progress_at(clip.course.times + later), shaking, strict=True):
        yield clip.moment(float(progress), float(shake))


def _between(first: Moment, second: Moment, part: float) -> Moment:
    return dataclasses.replace(
        first,
        amount=first.amount + part * (second.amount - first.amount),
        progress=min(1.0, max(0.0, first.progress + part * (second.progress - first.progress))),
    )


def meta(clip: Clip, known: Take) -> dict[str, Any]:
    """The clip in plain words and numbers, for a JSON file."""
    test, shot = TESTS[clip.placing.test], clip.shot
    camera, matrix = shot.camera(clip.placing.test), shot.matrix(clip.placing.test)
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
        | {"frame_size": [shot.width, shot.height_px], "eye": camera.eye, "matrix": matrix.round(6).tolist()}
        | {"pitch": round(pitch(shot), 2) if test.view != "above" else None},
        "picture": {"noise": clip.noise, "shutter": clip.shutter, "dim": clip.room.dim, "mirrored": shot.mirrored},
        "plane": {"along": clip.placing.axes[0].round(6).tolist(), "up": clip.placing.axes[1].round(6).tolist()},
        "person": {"number": clip.person, "sex": "female" if clip.person % 2 else "male", **who.body.phenotype}
        | {"years": round(years(clip.person), 1), "tone": SKINS.index(who.outfit.skin), "skin": who.outfit.skin}
        | {name: getattr(who.outfit, name) for name in ("leg_length", "sleeve", "loose", "long_hair")},
        "joint_names": list(known.joint_names),
        "angle_names": list(known.angle_names),
        "cheat_names": list(known.cheat_names),
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


def _passer_by(clip: Clip, time: float) -> list[Mesh]:
    if clip.passer_by is None:
        return []
    who = person(clip.passer_by.person)
    walks = clip.passer_by.pace != 0
    pose = walking(time * 5.5) if walks else standing(clip.moment(0.0))
    turn = about_z(90) if walks else np.eye(3)
    vertices, _ = who.body.pose(dataclasses.replace(pose, root=turn @ pose.root))
    low = vertices[who.layers[0].surface.used, 2].min()
    return who.mesh(vertices + np.array([clip.passer_by.at(time), clip.passer_by.lane, -low]))
