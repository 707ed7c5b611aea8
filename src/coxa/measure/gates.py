"""What makes a camera's view of a trial unusable.

The gates rest on geometry and time. A pose model is confident (0.94 in the median) in pictures in which it puts the hip
50 degrees wrong; apparent limb lengths give it away. The limits were set on rendered people with known truth
(docs/validation.md) and are ours.
"""

from __future__ import annotations

import math

import numpy as np

from coxa.measure.end_range import Trial
from coxa.measure.planar import PlanarBody, segment_length
from coxa.measure.recorded import Fault
from coxa.model import Refusal, Side
from coxa.motion import FloatArray
from coxa.motion.pose_track import PoseTrack
from coxa.protocol.schema import RecordedTest, View

SEEN_AT_LEAST = 0.5
"""Share of frames in which somebody must be seen."""
OTHERS_AT_MOST = 0.1
"""Share of a trial in which a second person may be seen: the detector errs now and then."""
OUTSIDE_AT_MOST = 0.2
"""Share of the hold in which a point of the tested leg may lie outside the picture."""
CAMERA_SHIFT = 0.01
"""How far the background may wander during a trial, as a share of the picture's diagonal: about 1 degree of view."""
SHORTEST = 0.75
"""A segment seen at less than this share of its own greatest length was seen wrongly, or points at the camera."""
SQUARE = 0.9
"""A segment seen at less than this share of its own greatest length lies 26 degrees or more out of the picture."""
LENGTH_SCATTER = 0.08
"""Scatter of a segment's length during the hold, as a share of it: bones keep theirs."""
THIGH_TO_SHANK = (0.65, 1.55)
"""Thigh over shank as landmarks give them; people have 0.9 to 1.15, the rest is the model's error."""
SKEW = 0.30
"""Greatest distance between left and right shoulder along the trunk, as a share of the trunk, that a square view from
the side gives; it grows with the slant of the camera."""
RATE_SHARE = 0.75
"""Share of the wanted rate that a recording must have, where the number is a peak that was not held."""
LEAST_RATE = 6.0
"""Pictures per second that a held position needs."""
SEGMENTS = {"thigh": ("hip", "knee"), "shank": ("knee", "ankle")}
WORDS = {"thigh": "thigh", "shank": "lower leg"}


def whole_faults(track: PoseTrack) -> tuple[Fault, ...]:
    """What makes the whole recording unusable."""
    faults = []
    seen = float((track.presence > 0).mean())
    if seen < SEEN_AT_LEAST:
        faults.append(Fault(Refusal.NO_PERSON, f"a person was seen in {seen:.0%} of the pictures"))
    if track.motion.rate < LEAST_RATE:
        faults.append(_too_few(track, LEAST_RATE))
    return tuple(faults)


def _too_few(track: PoseTrack, needed: float) -> Fault:
    return Fault(Refusal.LOW_FRAME_RATE, f"{track.motion.rate:.1f} pictures per second, where {needed:.0f} are needed")


def trial_faults(track: PoseTrack, body: PlanarBody, recorded: RecordedTest, trial: Trial) -> tuple[Fault, ...]:
    """What makes one trial unusable, whatever the test."""
    whole = slice(trial.rise, trial.end)
    held = slice(trial.start, trial.end)
    faults = [
        *_people(track, whole),
        *_inside(track, held),
        *_steady_camera(track, whole),
        *_lengths(body, recorded, held),
    ]
    if trial.held_seconds == 0 and track.motion.rate < RATE_SHARE * (recorded.rate_hz or 0.0):
        faults.append(_too_few(track, RATE_SHARE * (recorded.rate_hz or 0.0)))
    if recorded.view is View.SIDE and body.side is not Side.BOTH:
        faults += _square_to_the_trunk(body, held)
    return tuple(faults)


def _people(track: PoseTrack, window: slice) -> list[Fault]:
    faults = []
    others = float((track.people[window] > 1).mean())
    if others > OTHERS_AT_MOST:
        faults.append(Fault(Refusal.SEVERAL_PEOPLE, f"someone else was seen in {others:.0%} of the movement"))
    if track.breaks[window][1:].any():
        faults.append(Fault(Refusal.PERSON_CHANGED, "the person was lost on the way, or another one taken for them"))
    return faults


def _inside(track: PoseTrack, window: slice) -> list[Fault]:
    size = track.motion.frame_size
    if size is None:
        return []
    names = [n for n in track.motion.names if n.split("_", 1)[-1] in ("shoulder", "hip", "knee", "ankle")]
    columns = [track.motion.names.index(name) for name in names]
    points = track.motion.positions[window][:, columns]
    outside = (points < 0).any(axis=2) | (points > np.array(size) - 1.0).any(axis=2)
    share = outside.mean(axis=0)
    if share.max() <= OUTSIDE_AT_MOST:
        return []
    return [Fault(Refusal.OUT_OF_FRAME, f"the {names[int(share.argmax())].replace('_', ' ')} was outside the picture")]


def _steady_camera(track: PoseTrack, window: slice) -> list[Fault]:
    size = track.motion.frame_size
    shift = track.camera_shift[window]
    if size is None or not np.isfinite(shift).any():
        return []
    wandered = float(np.nanmax(shift) - np.nanmin(shift)) / math.hypot(*size)
    if wandered <= CAMERA_SHIFT:
        return []
    return [Fault(Refusal.CAMERA_MOVED, f"the background moved by {wandered:.1%} of the picture")]


def _lengths(body: PlanarBody, recorded: RecordedTest, window: slice) -> list[Fault]:
    """Apparent lengths of segments against their own maximum, over the hold, and against each other."""
    faults = []
    for name in recorded.segments:
        start, end = SEGMENTS[name]
        longest = segment_length(body, start, end)
        now = _lengths_of(body.segment(start, end)[window])
        share = float(np.median(now)) / longest if now.size else math.nan
        scatter = float(np.std(now)) / longest if now.size else math.nan
        seen = f"the {WORDS[name]} was seen at {share:.0%} of its own greatest length"
        if share < SHORTEST:
            faults.append(Fault(Refusal.LIMB_LENGTH_CHANGED, seen))
        elif share < SQUARE:
            faults.append(Fault(Refusal.WRONG_PLANE, seen))
        if scatter > LENGTH_SCATTER:
            said = f"the {WORDS[name]} seemed to change its length while held"
            faults.append(Fault(Refusal.LIMB_LENGTH_CHANGED, said))
    if len(recorded.segments) == len(SEGMENTS):
        ratio = segment_length(body, *SEGMENTS["thigh"]) / segment_length(body, *SEGMENTS["shank"])
        if not THIGH_TO_SHANK[0] <= ratio <= THIGH_TO_SHANK[1]:
            said = f"the thigh seemed {ratio:.1f} times as long as the lower leg"
            faults.append(Fault(Refusal.LIMB_LENGTH_CHANGED, said))
    return faults


def _lengths_of(vectors: FloatArray) -> FloatArray:
    lengths: FloatArray = np.linalg.norm(vectors, axis=1)
    return lengths[np.isfinite(lengths)]


def _square_to_the_trunk(body: PlanarBody, window: slice) -> list[Fault]:
    skew = trunk_skew(body)[window]
    skew = skew[np.isfinite(skew)]
    if not skew.size or abs(float(np.median(skew))) <= SKEW:
        return []
    return [Fault(Refusal.WRONG_PLANE, "the camera saw the body from a slant, not square from the side")]


def trunk_skew(body: PlanarBody) -> FloatArray:
    """(frames,) distance between the shoulders along the trunk over the trunk's length; 0 seen square from the side."""
    trunk = body.trunk
    length = np.linalg.norm(trunk, axis=1)
    shoulders = body.tested["shoulder"] - body.other["shoulder"]
    skew: FloatArray = (shoulders * trunk).sum(axis=1) / length**2
    return skew
