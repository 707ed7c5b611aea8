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
BLUR = 1 / 3
"""Motion blur is the mean of three pictures, this part of the open shutter apart."""
FIELD = 64
"""Pixels by which the noise's field is larger than the picture."""
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
        grain = Grain(clip)
        test = TESTS[clip.placing.test]
        room = clip.room.meshes(test.ground, clip.placing.lying, clip.placing.head, test.view == "feet")
        if clip.in_front is not None:
            room += box(*clip.in_front, clip.room.mat)
        now, then = list(moments(clip)), list(moments(clip, clip.shutter))
        for index, moment in enumerate(now):
            pose, vertices, joints = clip.placing.posed(moment)
            known.add(joints, angles(clip.placing, pose, joints), {name: moment.cheat(name) for name in clip.cheats})
            time = float(clip.course.times[index])
            picture = self._drawn(clip, time, vertices, room).astype(np.float32)
            if clip.shutter and abs(then[index].amount - moment.amount) > STILL:
                for part in (-BLUR, BLUR):
                    blurred = clip.placing.posed(_between(moment, then[index], part))[1]
                    picture += self._drawn(clip, time + part * clip.shutter, blurred, room)
                picture /= 3
            yield grain.over(picture[:, ::-1] if clip.shot.mirrored else picture)

    def _drawn(self, clip: Clip, time: float, vertices: FloatArray, room: list[Mesh]) -> Picture:
        people = person(clip.person).mesh(vertices) + _passer_by(clip, time)
        camera = clip.shot.camera(clip.placing.test)
        return self._renderer(clip).render(people + room, camera, clip.room.light, (0.0, 0.0, 0.4))

    def _renderer(self, clip: Clip) -> Renderer:
        size = clip.shot.width, clip.shot.height_px
        if size not in self._renderers:
            self._renderers[size] = Renderer(*size)
        return self._renderers[size]


class Grain:
    """A sensor's noise: each picture takes its part of one large random field, at another place."""

    def __init__(self, clip: Clip) -> None:
        self._rng = np.random.default_rng([clip.seed, 1])
        size = clip.shot.height_px + FIELD, clip.shot.width + FIELD, 3
        self._field = np.float32(clip.noise) * self._rng.standard_normal(size, dtype=np.float32)

    def over(self, picture: npt.NDArray[np.float32]) -> Picture:
        """The picture with its noise."""
        y, x = self._rng.integers(FIELD, size=2)
        height, width = picture.shape[:2]
        noisy = picture + self._field[y : y + height, x : x + width]
        return np.clip(noisy, 0, 255, out=noisy).astype(np.uint8)


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


def write_video(path: Path, pictures: Iterator[Picture], rate: float, crf: int = 20, preset: str = "superfast") -> None:
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
