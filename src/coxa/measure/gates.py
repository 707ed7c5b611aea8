"""What makes a camera's view of a trial unusable.

The gates rest on geometry and time. A pose model is confident (0.94 in the median) in pictures in which it puts the hip
50 degrees wrong; apparent limb lengths give it away. The limits were set on rendered people with known truth
(docs/validation.md) and are ours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np

from coxa.measure.end_range import Trial
from coxa.measure.planar import OTHER, PlanarBody, footward, segment_length
from coxa.measure.recorded import Fault
from coxa.model import Refusal, Side
from coxa.motion import FloatArray, Motion
from coxa.motion.pose_track import PoseTrack
from coxa.protocol.schema import Quantity, RecordedTest, TestedLeg, View

Lying = Literal["supine", "prone"]

SEEN_AT_LEAST = 0.8
"""Share of frames in which somebody must be seen: who is found late or lost on the way may be found wrongly too."""
SMALLEST = 0.07
"""Share of the picture's longer side that thigh or lower leg must measure; 2.5 to 3 m away it is about a tenth."""
BEFORE_SECONDS = 1.0
"""A change of person shortly before a movement counts as well."""
OTHERS_AT_MOST = 0.1
"""Share of a trial in which a second person may be seen: the detector errs now and then."""
OUTSIDE_AT_MOST = 0.2
"""Share of the hold in which a point of the tested leg may lie outside the picture."""
CAMERA_SHIFT = 0.01
"""How far the background may wander during a trial, as a share of the picture's diagonal: about 1 degree of view."""
SHORTEST = 0.7
"""A segment seen at less than this share of its own greatest length was seen wrongly, or points at the camera."""
SQUARE = 0.8
"""A segment seen at less than this share of its own greatest length lies 37 degrees or more out of the picture,
or was misplaced: landmarks alone make a thigh in the picture's plane as short as 0.81 of its own maximum."""
LENGTH_SCATTER = 0.08
"""Scatter of a segment's length during the hold, as a share of it: bones keep theirs."""
THIGH_TO_SHANK = (0.65, 1.55)
"""Thigh over shank as landmarks give them; people have 0.9 to 1.15, the rest is the model's error."""
SLANT: Mapping[Lying, float] = {"supine": 0.095, "prone": 0.17}
"""How far apart the near and the far shoulder may be along the picture, beyond what perspective explains, as a share of
the trunk; of people on their front, whose shoulders are seen worse, shoulders and hips together. Rendered people on
their back have 0.01 ± 0.035 before square cameras, 0.09 to 0.19 at 20°, 0.24 to 0.4 at 30°; on their front up to 0.17
within 10°, 0.14 to 0.34 at 20°, 0.16 to 0.37 at 30°."""
PERSPECTIVE = 0.077
"""Shoulders' distance along the picture per distance of the trunk's upper end from the picture's middle: a square
camera 2.5 to 3 m away sees the nearer shoulder further out."""
STANDING_SLANT = 0.17
"""How far apart the left and the right shoulder and hip may be across the picture before a standing person seen from
the side moves, as a share of the trunk: rendered people have up to 0.08 before square cameras, 0.05 to 0.15 at 10°,
0.18 to 0.23 at 20°, more beyond. In a lunge the pelvis turns with the front leg, and that counts as well."""
SEATED_SLANT = 0.24
"""How far beside the hips the knees of a seated person seen from the front may be, as a share of the lower leg: the
thighs point at a square camera. Rendered people have up to 0.03 there, 0.11 to 0.18 at 10°, 0.28 to 0.35 at 20°."""
TILT = 6.5
"""Degrees by which a picture's horizon may seem to lean, told from what lies flat: rendered people have 0 ± 2.3 lying
with a leg flat, and 4 ± 1.8 with both legs off the table, before a level camera."""
TRUNK_SEEMS = 4.0
"""Degrees by which the trunk of people who lie seems to rise towards the feet: the hips are seen too high."""
AGAINST_LEVEL = frozenset(
    {
        Quantity.LEG_ELEVATION,
        Quantity.THIGH_ELEVATION,
        Quantity.SHANK_DEFICIT,
        Quantity.SHANK_ELEVATION,
    }
)
"""What a tilted picture makes wrong, unless it counts from the start."""
RATE_SHARE = 0.75
"""Share of the wanted rate that a recording must have, where the number is a peak that was not held."""
LEAST_RATE = 6.0
"""Pictures per second that a held position needs."""
_BOTH_SIDES = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
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


def trial_faults(
    track: PoseTrack, body: PlanarBody, recorded: RecordedTest, lying: Lying | None, trial: Trial
) -> tuple[Fault, ...]:
    """What makes one trial unusable, whatever the test."""
    early = int(np.searchsorted(body.times, body.times[trial.rise] - BEFORE_SECONDS))
    whole = slice(early, trial.end)
    held = slice(trial.start, trial.end)
    faults = [
        *_people(track, whole),
        *_large_enough(track, body),
        *_inside(track, held),
        *_steady_camera(track, whole),
        *_lengths(body, recorded, held),
    ]
    if trial.held_seconds == 0 and track.motion.rate < RATE_SHARE * (recorded.rate_hz or 0.0):
        faults.append(_too_few(track, RATE_SHARE * (recorded.rate_hz or 0.0)))
    if _slanted(track, recorded, lying, slice(early, trial.rise + 1)):
        faults.append(Fault(Refusal.WRONG_PLANE, "the camera saw the body from a slant, not square"))
    faults += _tilted(body, recorded, lying)
    return tuple(faults)


def _people(track: PoseTrack, window: slice) -> list[Fault]:
    faults = []
    others = float((track.people[window] > 1).mean())
    if others > OTHERS_AT_MOST:
        faults.append(Fault(Refusal.SEVERAL_PEOPLE, f"someone else was seen in {others:.0%} of the movement"))
    if track.breaks[window].any():
        faults.append(Fault(Refusal.PERSON_CHANGED, "the person was lost on the way, or another one taken for them"))
    return faults


def _large_enough(track: PoseTrack, body: PlanarBody) -> list[Fault]:
    size = track.motion.frame_size
    if size is None or body.side is Side.BOTH:
        return []
    share = max(segment_length(body, start, end) for start, end in SEGMENTS.values()) / max(size)
    if not share < SMALLEST:
        return []
    return [
        Fault(Refusal.NO_PERSON, f"the leg's segments measured {share:.0%} of the picture: too small to be seen well")
    ]


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
        if not now.size or not longest > 0:
            faults.append(Fault(Refusal.OUT_OF_FRAME, f"the {WORDS[name]} was not seen at the end position"))
            continue
        share = float(np.median(now)) / longest
        scatter = float(np.std(now)) / longest
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


def _slanted(track: PoseTrack, recorded: RecordedTest, lying: Lying | None, before: slice) -> bool:
    """Whether the camera stood askew, as far as the view of the test lets that be seen; ``before`` the movement."""
    if recorded.view is View.FRONT:
        return abs(seated_slant(track.motion)) > SEATED_SLANT
    if recorded.view is not View.SIDE:
        return False
    if lying is not None:
        return abs(lying_slant(track.motion, lying)) > SLANT[lying]
    return abs(standing_slant(track.motion, before)) > STANDING_SLANT


def _tilted(body: PlanarBody, recorded: RecordedTest, lying: Lying | None) -> list[Fault]:
    if recorded.zero_at_start or recorded.quantity not in AGAINST_LEVEL or lying is None:
        return []
    tilt = _lying_tilt(body, recorded)
    if not abs(tilt) > TILT:
        return []
    said = f"the picture seems tilted by {abs(tilt):.0f}°: level the camera, or say by how much it is rolled"
    return [Fault(Refusal.WRONG_PLANE, said)]


def _lying_tilt(body: PlanarBody, recorded: RecordedTest) -> float:
    """Degrees by which what lies flat seems to rise towards the feet: shoulders to the other ankle, or the trunk."""
    shoulders = 0.5 * (body.tested["shoulder"] + body.other["shoulder"])
    if recorded.tested_leg is TestedLeg.HANGS:
        return _rising(-body.trunk, footward(body)) - TRUNK_SEEMS
    return _rising(body.other["ankle"] - shoulders, footward(body))


def _rising(line: FloatArray, way: float) -> float:
    along, up = (_middle(line[:, axis]) for axis in (0, 1))
    return math.degrees(math.atan2(up, way * along))


def standing_slant(motion: Motion, before: slice) -> float:
    """Distance between left and right shoulder and hip across the picture, over the trunk's length; 0 seen square."""
    points = {name: motion.point(name)[before] for name in _BOTH_SIDES}
    trunk = 0.5 * (points["left_shoulder"] + points["right_shoulder"] - points["left_hip"] - points["right_hip"])
    apart = 0.5 * (points["left_shoulder"] - points["right_shoulder"] + points["left_hip"] - points["right_hip"])
    return _share(apart[:, 0], np.linalg.norm(trunk, axis=1))


def seated_slant(motion: Motion) -> float:
    """How far the knees are beside the hips across the picture, over the lower leg's length; 0 seen square."""
    left, right = ([motion.point(f"{side}_{name}") for name in ("hip", "knee", "ankle")] for side in ("left", "right"))
    aside = 0.5 * (left[1] + right[1] - left[0] - right[0])[:, 0]
    shanks = [np.linalg.norm(leg[2] - leg[1], axis=1) for leg in (left, right)]
    return _share(aside, np.concatenate(shanks))


def _middle(values: FloatArray) -> float:
    values = values[np.isfinite(values)]
    return float(np.median(values)) if values.size else math.nan


def _share(distances: FloatArray, lengths: FloatArray) -> float:
    """Median distance over median length; NaN where either wasn't seen."""
    length = _middle(lengths)
    return _middle(distances) / length if length > 0 else math.nan


def near_side(motion: Motion, lying: Lying) -> Side:
    """The person's side that the camera stands on, from the way they lie and the side of the head in the picture."""
    heads = [motion.point(f"{side}_shoulder") - motion.point(f"{side}_hip") for side in ("left", "right")]
    head_left = float(np.nanmedian((heads[0] + heads[1])[:, 0])) < 0
    return Side.RIGHT if head_left == (lying == "supine") else Side.LEFT


def lying_slant(motion: Motion, lying: Lying) -> float:
    """Distance from the far to the near shoulder along the picture, over the trunk's length; 0 seen square.

    Of people on their front the hips' distance is added. Which shoulder is near follows from the way the person lies
    and the side of the head: pose models know left from right poorly in lying people, but keep the shoulders' labels.
    What perspective adds is taken off.
    """
    left, right = (motion.point(f"{side}_shoulder") for side in ("left", "right"))
    hips = 0.5 * (motion.point("left_hip") + motion.point("right_hip"))
    shoulders = 0.5 * (left + right)
    if motion.frame_size is None or not np.isfinite(shoulders - hips).any():
        return math.nan
    length = float(np.nanmedian(np.linalg.norm(shoulders - hips, axis=1)))
    side = near_side(motion, lying)
    other = OTHER[side]
    near, far = (right, left) if side is Side.RIGHT else (left, right)
    apart = float(np.nanmedian((near - far)[:, 0])) / length
    if lying == "prone":
        hips_apart = motion.point(f"{side.value}_hip") - motion.point(f"{other.value}_hip")
        apart += float(np.nanmedian(hips_apart[:, 0])) / length
    from_middle = (float(np.nanmedian(shoulders[:, 0])) - motion.frame_size[0] / 2) / length
    return apart - PERSPECTIVE * from_middle
