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
from coxa.motion.blazepose import LANDMARKS
from coxa.motion.pose_track import PoseTrack
from coxa.motion.recording import FloatArray, Motion

FOLDER = Path(__file__).parent / "fixtures" / "pose_clips"


@dataclass(frozen=True, eq=False)
class PoseClip:
    """One clip.

    Parameters
    ----------
    about: name, test, side, near_side, view, kind, cheats, people, seed and camera, as in ``clips.json``.
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
        arrays = {name: file[name] for name in file.files}
    ends = np.cumsum([clip["frames"] for clip in about["clips"]])
    clips = []
    for clip, end in zip(about["clips"], ends, strict=True):
        rows = {name: array[end - clip["frames"] : end] for name, array in arrays.items()}
        clips.append(
            PoseClip(
                about=clip,
                track=_track(clip, rows),
                phases=np.array(about["phases"])[rows["phase"]],
                joints={name: rows["joints"][:, i].astype(float) for i, name in enumerate(about["joint_names"])},
                angles={name: rows["angles"][:, i].astype(float) for i, name in enumerate(about["angle_names"])},
            )
        )
    return tuple(clips)


def _track(clip: Mapping[str, Any], rows: Mapping[str, npt.NDArray[Any]]) -> PoseTrack:
    width, height = clip["camera"]["frame_size"]
    motion = Motion(
        times=rows["times"].astype(float).round(3),
        source=Source(name=f"{clip['name']}.mp4", sha256="0" * 64),
        names=LANDMARKS,
        positions=rows["landmarks"].astype(float),
        unit="px",
        confidence=rows["visibility"] / 100,
        frame_size=(width, height),
    )
    return PoseTrack(
        motion=motion,
        people=rows["people"].astype(np.int64),
        breaks=rows["breaks"],
        presence=rows["presence"] / 100,
        model="blazepose_heavy",
        camera_shift=rows["camera_shift"].astype(float),
    )
