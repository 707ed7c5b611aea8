"""What a reader may have to be told because the file doesn't say it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What only the user knows about a recording.

    Parameters
    ----------
    frame_size: width and height of the picture in pixels, for landmarks stored as fractions of it.
    person: 0-based number of the person, where a file holds several.
    rate: frames per second, where a file holds neither times nor a rate.
    """

    frame_size: tuple[int, int] | None = None
    person: int | None = None
    rate: float | None = None
