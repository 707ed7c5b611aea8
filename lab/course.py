"""How a test moves over time: rest, one slow movement, a hold with a little tremor, a part of the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lab.rotation import FloatArray

REST, MOVE, HOLD, BACK = range(4)
PHASES = ("rest", "move", "hold", "back")


@dataclass(frozen=True)
class Course:
    """Seconds of each phase, frames per second, and the tremor's size in degrees."""

    rest: float = 1.5
    move: float = 2.0
    hold: float = 1.8
    back: float = 1.0
    rate: float = 10.0
    tremor: float = 0.4

    @property
    def times(self) -> FloatArray:
        """(frames,) seconds."""
        return np.arange(round((self.rest + self.move + self.hold + self.back) * self.rate)) / self.rate

    @property
    def phases(self) -> npt.NDArray[np.int64]:
        """(frames,) index into ``PHASES``."""
        ends = np.cumsum([self.rest, self.move, self.hold])
        return np.asarray(np.searchsorted(ends, self.times + 1e-9, side="right"), dtype=np.int64)

    @property
    def progress(self) -> FloatArray:
        """(frames,) 0 at rest, 1 through the hold, back to about one half."""
        return self.progress_at(self.times)

    def progress_at(self, times: FloatArray) -> FloatArray:
        """``progress`` at any times in seconds."""
        moved = np.clip((times - self.rest) / self.move, 0, 1)
        returned = np.clip((times - self.rest - self.move - self.hold) / (2 * self.move), 0, 1)
        return np.asarray((0.5 - 0.5 * np.cos(np.pi * moved)) * (0.5 + 0.5 * np.cos(np.pi * returned)))

    def shaking(self, rng: np.random.Generator, later: float = 0.0) -> FloatArray:
        """(frames,) degrees of tremor, ``later`` by some seconds: drift and 2 to 4 Hz, strongest at the end."""
        times = self.times + later
        waves = [(0.35, 1.0), (2.1, 0.5), (3.7, 0.4)]
        total = sum(a * np.sin(2 * np.pi * f * times + rng.uniform(0, 6.28)) for f, a in waves)
        return np.asarray(self.tremor * (0.25 + 0.75 * self.progress_at(times)) * total)
