"""The rendered clips of ``tests/fixtures/pose_clips``: landmarks as found, and the truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from coxa.model import Source
from coxa.motion.pose_track import PoseTrack
from coxa.motion.recording import FloatArray, Motion

FOLDER = Path(__file__).parent / "fixtures" / "pose_clips"


@dataclass(frozen=True, eq=False)
class PoseClip:
    """One clip.

    Parameters
    ----------
    about: name, test, side, near_side, view, kind, cheats, people, seed, camera, person, picture, as in ``clips.json``.
    track: what the product's pipeline found in the video.
    phases: (frames,) ``rest``, ``move``, ``hold`` or ``back``.
    joints: (frames, 2) pixels of each true joint centre, by name.
    angles: (frames,) degrees of each true angle, by name; ``value`` is what the test measures.
    """

    about: Mapping[str, Any]
    track: PoseTrack
    phases: npt.NDArray[np.str_]
    joints: Mapping[str, FloatArray]
    angles: Mapping[str, FloatArray]

    @property
    def held(self) -> float:
        """The true value in the hold, in degrees."""
        return float(self.angles["value"][self.phases == "hold"].mean())


@cache
def pose_clips() -> tuple[PoseClip, ...]:
    """All clips, in the order of ``clips.json``."""
    about = json.loads((FOLDER / "clips.json").read_text(encoding="utf-8"))
    with np.load(FOLDER / "clips.npz") as file:
        arrays = {name: decoded(file[name]) for name in file.files}
    ends = np.cumsum([clip["frames"] for clip in about["clips"]])
    return tuple(
        pose_clip(about, clip, {name: array[:, end - clip["frames"] : end] for name, array in arrays.items()})
        for clip, end in zip(about["clips"], ends, strict=True)
    )


def decoded(coded: npt.NDArray[np.uint8]) -> npt.NDArray[np.int16]:
    """(columns, frames) from the low and high bytes of their differences modulo 65536 (``lab.make_fixtures.coded``)."""
    steps = (coded[0].astype(np.uint16) | (coded[1].astype(np.uint16) << 8)).view(np.int16)
    return np.cumsum(steps, axis=1, dtype=np.int16)


def pose_clip(about: Mapping[str, Any], clip: Mapping[str, Any], rows: Mapping[str, npt.NDArray[np.int16]]) -> PoseClip:
    """One clip from what ``clips.json`` says about all and about this one, and its numbers, each (columns, frames)."""
    pixels = _numbers(rows["joints"], 10).reshape(clip["frames"], -1, 2)
    angles = _numbers(rows["angles"], 100)
    return PoseClip(
        about=clip,
        track=_track(clip, tuple(about["landmark_names"]), rows),
        phases=np.array(about["phases"])[rows["phase"][0]],
        joints={name: pixels[:, i] for i, name in enumerate(about["joint_names"])},
        angles={name: angles[:, i] for i, name in enumerate(about["angle_names"])},
    )


def _numbers(rows: npt.NDArray[np.int16], parts: int) -> FloatArray:
    """(frames, columns) from whole numbers of a unit's parts, NaN where missing."""
    return np.asarray(np.where(rows == np.iinfo(np.int16).min, np.nan, rows / parts).T)


def _track(clip: Mapping[str, Any], names: tuple[str, ...], rows: Mapping[str, npt.NDArray[np.int16]]) -> PoseTrack:
    width, height = clip["camera"]["frame_size"]
    motion = Motion(
        times=_numbers(rows["times"], 1000)[:, 0],
        source=Source(name=f"{clip['name']}.mp4", sha256="0" * 64),
        names=names,
        positions=_numbers(rows["landmarks"], 10).reshape(clip["frames"], -1, 2),
        unit="px",
        frame_size=(width, height),
    )
    return PoseTrack(
        motion=motion,
        people=rows["people"][0].astype(np.int64),
        breaks=rows["breaks"][0].astype(np.bool_),
        presence=rows["presence"][0] / 100,
        model="blazepose_heavy",
        camera_shift=_numbers(rows["camera_shift"], 10)[:, 0],
    )
