"""One person followed through a video, with what the gates need to know about the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coxa.errors import InputError
from coxa.motion.recording import FloatArray, Motion


@dataclass(frozen=True, eq=False, kw_only=True)
class PoseTrack:
    """One person's landmarks over time, and what is needed to judge whether they can be trusted.

    Parameters
    ----------
    motion: landmarks in pixels of the displayed video at full size, raw, NaN where nobody was found; its ``confidence``
        is the model's visibility, which is no gate.
    model: what found them, such as ``blazepose_heavy``; models differ by some degrees, so readings of two are never
        compared.
    people: (frames,) plausible people, the tracked one included, when the detector looked last (twice
        a second, at one end of a long picture after the other, so at each end once a second).
    breaks: (frames,) whether the person may have changed since the frame before.
    presence: (frames,) from 0 to 1, how sure the model is that anybody is there; 0 where nobody was found.
    camera_shift: (frames,) pixels by which the background has moved since the first frame; NaN where it can't be told.
    """

    motion: Motion
    model: str
    people: npt.NDArray[np.int64]
    breaks: npt.NDArray[np.bool_]
    presence: FloatArray
    camera_shift: FloatArray

    def __post_init__(self) -> None:
        for what in (self.people, self.breaks, self.presence, self.camera_shift):
            if what.shape != (self.motion.frames,):
                raise InputError(f"{self.motion.source.name}: one value per frame was expected.")


def bare_track(motion: Motion, model: str) -> PoseTrack:
    """A track of landmarks alone, as a table holds them: one person, a camera of which nothing is known."""
    names = [name for name in ("left_hip", "right_hip", "left_knee", "right_knee") if motion.has(name)]
    seen = np.ones(motion.frames, dtype=np.bool_)
    for name in names:
        seen &= np.isfinite(motion.point(name)).all(axis=1)
    return PoseTrack(
        motion=motion,
        model=model,
        people=seen.astype(np.int64),
        breaks=np.zeros(motion.frames, dtype=np.bool_),
        presence=seen.astype(np.float64),
        camera_shift=np.full(motion.frames, np.nan),
    )
