"""Where in a recording the end position was held: trials, plateaus and peaks of one angle over time.

Filtering is used to find *when* something was held, never for the number itself: the number is the median of the raw
angles of the plateau, or the vertex of a parabola through the raw angles around a peak. Both are free of the
flattening that a low-pass filter brings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfiltfilt

from coxa.motion import FloatArray

End = Literal["highest", "lowest", "steady", "peak"]
BoolArray = npt.NDArray[np.bool_]

CUT_OFF_HZ = 3.0
"""Low-pass for finding phases: slow clinical movements lie well below it."""
LONGEST_GAP_SECONDS = 0.34
"""Shorter gaps are bridged to find phases; their frames never count for the number."""
OUTLIER_DEGREES = 8.0
"""A frame this far from the running median of its second is a landmark error, not a movement that slow."""
TREMOR_DEGREES = 2.5
"""Half the band within which a position counts as held: a held leg trembles by one to two degrees, and landmarks
jitter by about as much."""
SAME_TRIAL_SECONDS = 0.5
"""Two stretches beyond mid-range that are nearer than this belong to one trial."""
STILL_DEGREES = 4.0
"""A recording whose angle stays within this range shows no movement: landmarks alone wander by one to two degrees."""
BAND_OF_RANGE = 0.4
"""In small movements the band of a hold is no wider than this share of them, or rest and end would be one hold."""
PARABOLA_SECONDS = 0.2
"""Half the window of the parabola at a peak: short against the time at which slow movements turn."""


@dataclass(frozen=True)
class Trial:
    """One repetition.

    Parameters
    ----------
    value: degrees at the end position, as it was measured (no filter).
    start, end: first frame of the plateau (or of the window at the peak), and the frame after its last.
    rise: frame at which the movement towards this end position began.
    held_seconds: how long the position was held; 0 for a peak without a hold.
    scatter: standard deviation of the raw angles about the value, in degrees.
    top_speed: speed on the way there, in degrees per second (85th percentile).
    """

    value: float
    start: int
    end: int
    rise: int
    held_seconds: float
    scatter: float
    top_speed: float


@dataclass(frozen=True)
class EndRange:
    """What was found in one recording of one side.

    ``trials`` were held (or peaked, where a peak is enough). ``unheld`` counts movements whose end was not held.
    """

    trials: tuple[Trial, ...]
    unheld: int
    smooth: FloatArray


def find_end_range(
    times: FloatArray, angle: FloatArray, end: End, *, hold_seconds: float, still_counts: bool = False
) -> EndRange:
    """Find the trials of a recording.

    Parameters
    ----------
    times: (frames,) seconds.
    angle: (frames,) degrees, NaN where it can't be trusted.
    end: which end of the range is meant: the ``highest`` or ``lowest`` held angle of each repetition, the one
        ``steady`` position (the longest hold; for a limb that hangs), or ``peak``: the highest angle, held or not.
    hold_seconds: shortest hold that counts.
    still_counts: whether a recording without any movement shows the end position; else it shows nothing.
    """
    turned = -angle if end == "lowest" else angle
    smooth = smoothed(times, turned)
    if not np.isfinite(smooth).any():
        return EndRange((), 0, smooth)
    low, high = _range(smooth)
    still = high - low < STILL_DEGREES
    band = 2.0 * TREMOR_DEGREES if still or end == "steady" else min(2.0 * TREMOR_DEGREES, BAND_OF_RANGE * (high - low))
    plateaus = _plateaus(times, turned, smooth, hold_seconds, band)
    if end == "steady" or still:
        found = [_longest(times, plateaus)] if plateaus and (end == "steady" or still_counts) else []
        trials = tuple(_trial(times, turned, smooth, plateau) for plateau in found)
        return _signed(EndRange(trials, 0 if trials else 1, smooth), end)
    trials_found: list[Trial] = []
    unheld = 0
    for hump in _humps(times, smooth, low, high):
        held = _highest(turned, [plateau for plateau in plateaus if _within(plateau, hump)])
        if held is not None and _reaches_the_top(smooth, held, hump):
            trials_found.append(_trial(times, turned, smooth, held))
        elif end == "peak":
            trials_found.append(_peak(times, turned, smooth, hump))
        else:
            unheld += 1
    return _signed(EndRange(tuple(trials_found), unheld, smooth), end)


def smoothed(times: FloatArray, angle: FloatArray) -> FloatArray:
    """The angle without outliers, short gaps bridged, low-passed forwards and backwards (no delay).

    4th-order Butterworth (2nd order run twice) at 3 Hz on an even grid at the recording's own median rate; NaN in
    gaps that are too long to bridge.
    """
    good = np.isfinite(angle) & ~_outliers(times, angle)
    if good.sum() < 3:
        return np.full_like(angle, math.nan)
    bridged = np.interp(times, times[good], angle[good])
    rate = 1.0 / float(np.median(np.diff(times)))
    grid = np.arange(times[0], times[-1] + 0.5 / rate, 1.0 / rate)
    if rate > 2.5 * CUT_OFF_HZ and grid.size > 12:
        sos = butter(2, CUT_OFF_HZ, fs=rate, output="sos")
        low = sosfiltfilt(sos, np.interp(grid, times, bridged), padlen=min(int(rate), grid.size - 2))
        bridged = np.interp(times, grid, low)
    bridged[_far_from(times, times[good])] = math.nan
    return bridged


def _outliers(times: FloatArray, angle: FloatArray) -> BoolArray:
    """Frames that lie far from the median of the second around them, and further than that second's own spread."""
    first = np.searchsorted(times, times - 0.5)
    last = np.searchsorted(times, times + 0.5, side="right")
    widest = int((last - first).max())
    at = first[:, None] + np.arange(widest)
    near = np.where(at < last[:, None], angle[np.minimum(at, angle.size - 1)], math.nan)
    enough = np.isfinite(near).sum(axis=1) >= 3
    near[~enough] = 0.0  # a median of nothing warns
    middle = np.nanmedian(near, axis=1)
    spread = 1.4826 * np.nanmedian(np.abs(near - middle[:, None]), axis=1)
    far: BoolArray = enough & (np.abs(angle - middle) > np.maximum(OUTLIER_DEGREES, 4.0 * spread))
    return far


def _far_from(times: FloatArray, known: FloatArray) -> BoolArray:
    """Frames in gaps that are too long to bridge, or before the first and after the last known frame."""
    after = np.searchsorted(known, times)
    right = known[np.minimum(after, known.size - 1)]
    left = known[np.maximum(after - 1, 0)]
    bridged = (left <= times) & (times <= right) & (right - left <= LONGEST_GAP_SECONDS)
    far: BoolArray = ~(np.isin(times, known) | bridged)
    return far


def _range(smooth: FloatArray) -> tuple[float, float]:
    low, high = np.nanpercentile(smooth, [2.0, 98.0])
    return float(low), float(high)


def _plateaus(
    times: FloatArray, angle: FloatArray, smooth: FloatArray, hold_seconds: float, band: float
) -> list[tuple[int, int]]:
    """Longest stretches in which the smoothed angle stays within ``band`` degrees, at least ``hold_seconds`` long."""
    found: list[tuple[int, int]] = []
    frames = smooth.size
    start = 0
    while start < frames:
        end = _hold_from(smooth, start, band)
        if end - start > 1 and times[end - 1] - times[start] >= hold_seconds - 1e-9:
            best = _centred(times, smooth, (start, end), hold_seconds, 0.3 * band)
            found.append(_trusted(angle, *best))
            start = end
        else:
            start += 1
    return [(start, end) for start, end in found if end - start > 1]


def _hold_from(smooth: FloatArray, start: int, band: float) -> int:
    """Frame after the last one that stays within the band, from ``start`` on."""
    low = high = smooth[start]
    end = start
    while end < smooth.size and math.isfinite(smooth[end]):
        low, high = min(low, smooth[end]), max(high, smooth[end])
        if high - low > band:
            break
        end += 1
    return end


def _centred(
    times: FloatArray, smooth: FloatArray, stretch: tuple[int, int], hold_seconds: float, tight: float
) -> tuple[int, int]:
    """The stretch without its ramps: the first and last frames drop while they drift and the hold stays long enough."""
    start, end = stretch
    level = float(np.median(smooth[start:end]))
    while times[end - 1] - times[start + 1] >= hold_seconds and abs(smooth[start] - level) > tight:
        start += 1
    while times[end - 2] - times[start] >= hold_seconds and abs(smooth[end - 1] - level) > tight:
        end -= 1
    return start, end


def _trusted(angle: FloatArray, start: int, end: int) -> tuple[int, int]:
    """The stretch, or nothing when fewer than half of its frames were seen."""
    seen = np.isfinite(angle[start:end])
    return (start, end) if seen.mean() >= 0.5 else (start, start)


def _longest(times: FloatArray, plateaus: list[tuple[int, int]]) -> tuple[int, int]:
    return max(plateaus, key=lambda plateau: times[plateau[1] - 1] - times[plateau[0]])


def _humps(times: FloatArray, smooth: FloatArray, low: float, high: float) -> list[tuple[int, int]]:
    """Stretches beyond mid-range, one per repetition; short dips (a lost frame, a twitch) don't split one."""
    beyond = np.nan_to_num(smooth, nan=low) > 0.5 * (low + high)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], beyond, [False]]).astype(int)))
    humps: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if humps and times[start] - times[humps[-1][1] - 1] < SAME_TRIAL_SECONDS:
            humps[-1] = (humps[-1][0], end)
        else:
            humps.append((start, end))
    return humps


def _within(plateau: tuple[int, int], hump: tuple[int, int]) -> bool:
    middle = (plateau[0] + plateau[1] - 1) // 2
    return hump[0] <= middle < hump[1]


def _highest(angle: FloatArray, plateaus: list[tuple[int, int]]) -> tuple[int, int] | None:
    return max(plateaus, key=lambda p: float(np.nanmedian(angle[p[0] : p[1]])), default=None)


def _reaches_the_top(smooth: FloatArray, plateau: tuple[int, int], hump: tuple[int, int]) -> bool:
    """Whether the hold is at the end of the movement: a pause on the way up, before a swing beyond it, is none."""
    top = float(np.nanmax(smooth[hump[0] : hump[1]]))
    return top - float(np.nanmax(smooth[plateau[0] : plateau[1]])) <= 2.0 * TREMOR_DEGREES


def _trial(times: FloatArray, angle: FloatArray, smooth: FloatArray, plateau: tuple[int, int]) -> Trial:
    start, end = plateau
    raw = angle[start:end]
    raw = raw[np.isfinite(raw)]
    value = float(np.median(raw))
    kept = raw[np.abs(raw - value) <= max(OUTLIER_DEGREES, 4.0 * 1.4826 * float(np.median(np.abs(raw - value))))]
    rise = _rise(smooth, start)
    return Trial(
        value=value,
        start=start,
        end=end,
        rise=rise,
        held_seconds=float(times[end - 1] - times[start]),
        scatter=float(np.std(kept)),
        top_speed=_top_speed(times, smooth, rise, start),
    )


def _peak(times: FloatArray, angle: FloatArray, smooth: FloatArray, hump: tuple[int, int]) -> Trial:
    """Vertex of a parabola through the raw angles around the top (least squares)."""
    top = hump[0] + int(np.nanargmax(smooth[hump[0] : hump[1]]))
    near = np.flatnonzero((np.abs(times - times[top]) <= PARABOLA_SECONDS) & np.isfinite(angle))
    value, scatter = float(smooth[top]), math.nan
    if near.size >= 5:
        shifted = times[near] - times[top]
        bend, slope, level = np.polyfit(shifted, angle[near], 2)
        if bend < 0:
            vertex = float(np.clip(-slope / (2.0 * bend), -PARABOLA_SECONDS, PARABOLA_SECONDS))
            value = float(level + slope * vertex + bend * vertex**2)
        scatter = float(np.std(angle[near] - np.polyval([bend, slope, level], shifted)))
    start, end = (int(near[0]), int(near[-1]) + 1) if near.size else (top, top + 1)
    rise = _rise(smooth, top)
    speed = _top_speed(times, smooth, rise, top)
    return Trial(value, start, end, rise, 0.0, 0.0 if math.isnan(scatter) else scatter, speed)


def _rise(smooth: FloatArray, start: int) -> int:
    """Frame at which the movement towards ``start`` began: going back, the last one before the angle rose again."""
    lowest = start
    for frame in range(start, -1, -1):
        if not math.isfinite(smooth[frame]) or smooth[frame] > smooth[lowest] + 2.0 * TREMOR_DEGREES:
            break
        if smooth[frame] < smooth[lowest]:
            lowest = frame
    return lowest


def _top_speed(times: FloatArray, smooth: FloatArray, rise: int, start: int) -> float:
    """85th percentile of the speeds on the way there: a single wild frame is no movement."""
    if start - rise < 2:
        return 0.0
    speed = np.abs(np.diff(smooth[rise : start + 1]) / np.diff(times[rise : start + 1]))
    speed = speed[np.isfinite(speed)]
    return float(np.percentile(speed, 85.0)) if speed.size else 0.0


def _signed(found: EndRange, end: End) -> EndRange:
    """Turn ``lowest`` back: it was searched as the highest of the negative angle."""
    if end != "lowest":
        return found
    trials = tuple(
        Trial(-t.value, t.start, t.end, t.rise, t.held_seconds, t.scatter, t.top_speed) for t in found.trials
    )
    return EndRange(trials, found.unheld, -found.smooth)
