"""One person followed through a video, with what the gates need to know about the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coxa.errors import InputError
from coxa.motion.recording import FloatArray, Motion


@dataclass(frozen=True, eq=False, kw_only=True)
class PoseTrack:
    """The landmarks of one person, and what else was seen.

    Parameters
    ----------
    motion: landmarks in pixels of the picture as it is shown; NaN in frames without a person.
    model: what found them, such as ``blazepose_heavy``; readings of different models are not compared.
    presence: (frames,) how sure the model is that somebody is there, 0 to 1; 0 where nobody was found.
    people: (frames,) how many people the latest look at the whole picture found.
    breaks: (frames,) true where the person may have changed since the frame before.
    camera_shift: (frames,) how far the background moved since the frame before, in pixels; NaN where unknown.
    """

    motion: Motion
    model: str
    presence: FloatArray
    people: npt.NDArray[np.int_]
    breaks: npt.NDArray[np.bool_]
    camera_shift: FloatArray

    def __post_init__(self) -> None:
        for what in (self.presence, self.people, self.breaks, self.camera_shift):
            if what.shape != (self.motion.frames,):
                raise InputError(f"{self.motion.source.name}: one value per frame was expected.")


def bare_track(motion: Motion, model: str) -> PoseTrack:
    """A track from landmarks alone, as a table holds them: one person, no camera; seen where hips and knees are."""
    points = [name for name in ("left_hip", "right_hip", "left_knee", "right_knee") if motion.has(name)]
    seen = np.ones(motion.frames, dtype=np.bool_)
    for name in points:
        seen &= np.isfinite(motion.point(name)).all(axis=1)
    return PoseTrack(
        motion=motion,
        model=model,
        presence=seen.astype(np.float64),
        people=seen.astype(np.int_),
        breaks=np.zeros(motion.frames, dtype=np.bool_),
        camera_shift=np.full(motion.frames, np.nan),
    )
