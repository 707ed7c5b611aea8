"""Printed tags followed through a video become a Reading.

Which way along the wall the body points isn't guessed: a tag's number says which side of the body the camera sees, and
the test says whether the person lies on the back or on the front. Whoever lies the other way round is refused, because
every angle then comes out far from where the test starts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from coxa.errors import InputError
from coxa.measure.end_range import STILL_DEGREES, Trial
from coxa.measure.recorded import START_SECONDS, Fault, Measurement, Signal, read_signal, recorded_test
from coxa.measure.tag_angles import (
    LEAST_SEEN,
    MOST_OUT_OF_PLANE,
    Hold,
    askew_to_wall,
    inclination,
    refusals,
    relative_angle,
    rotation_since,
    seen_in,
)
from coxa.model import Method, Refusal, Side
from coxa.motion.recording import FloatArray
from coxa.motion.tags import WALL, TagTrack
from coxa.protocol import Protocol
from coxa.protocol.schema import Quantity, RecordedTest

INSTRUMENT = "apriltag_36h11"
STILL_SECONDS = 1.0
"""The first second of a recording is the pelvis's zero: the person lies still, ready to begin."""
FLAT_AND_STRAIGHT = 15.0
"""Where the number is the change since the start, degrees by which the start may be off 0 as the arrows show it: two
arrows askew by 3° each, and how a thigh lies. Ours, no source."""
LEAST_RATE = 6.0
"""Pictures per second: five in the shortest hold of one second."""
HANGS_WITHIN = 5.0
"""Degrees above its lowest at which a thigh hangs: twice what a relaxed leg sways."""
LOW_PER_CENT = 5.0
SEGMENT_WORD = {"pelvis": "pelvis", "thigh": "thigh", "shank": "lower leg"}


@dataclass(frozen=True)
class TaggedSide:
    """One side's tags over time; ``forward``: the feet lie to the camera's right along the wall (+1) or left (−1)."""

    track: TagTrack
    side: Side
    forward: int

    def name(self, segment: str) -> str:
        """The marker of a segment."""
        return f"{self.side.value}_{segment}"


def measure_tags(track: TagTrack, test: str, side: Side, protocol: str, knowledge: Protocol) -> Measurement:
    """Read one test of one side from printed tags. No tag, no reading.

    Raises
    ------
    InputError: the test can't be read from printed markers, or has no such side or protocol.
    """
    recorded = recorded_test(knowledge, test, Method.PRINTED_MARKERS, protocol)
    if side is Side.BOTH:
        raise InputError(f"{test} is measured on one side at a time: side must be left or right.")
    body = TaggedSide(track, side, _feet(side, prone=knowledge.tests[test].body_position == "prone"))
    angle = TAGGED[recorded.quantity].angle(body)
    signal = Signal(
        times=track.times,
        angle=_hanging(body, angle) if recorded.end == "steady" else angle,
        quantity=lambda quantity: TAGGED[quantity].angle(body),
        faults=_whole_faults(body, recorded),
        gate=partial(_trial_faults, body, recorded),
    )
    return read_signal(
        signal,
        recorded,
        side=side,
        protocol=protocol,
        instrument=INSTRUMENT,
        source=track.orientations.source,
        knowledge=knowledge,
        log=track.log,
    )


def _feet(side: Side, *, prone: bool) -> int:
    """The camera sees the outer side: on the back, a left side has its feet to the left; on the front, to the right."""
    return (1 if side is Side.RIGHT else -1) * (-1 if prone else 1)


# --- angles ----------------------------------------------------------------------------------------------------------


def thigh_elevation(body: TaggedSide) -> FloatArray:
    """(frames,) degrees of the thigh above level, lying; negative with the knee below the hip."""
    return inclination(body.track, body.name("thigh"), forward=body.forward)


def shank_deficit(body: TaggedSide) -> FloatArray:
    """(frames,) degrees that the lower leg is short of straight up, lying on the back; negative beyond it."""
    return 90.0 - inclination(body.track, body.name("shank"), forward=body.forward)


def knee_flexion(body: TaggedSide) -> FloatArray:
    """(frames,) degrees between the arrows of thigh and lower leg, 0 straight."""
    return relative_angle(body.track, body.name("thigh"), body.name("shank"))


def _hanging(body: TaggedSide, angle: FloatArray) -> FloatArray:
    """The angle only while the thigh hangs: what is held while the leg is still up, or on its way, is no reading."""
    thigh = thigh_elevation(body)
    if not np.isfinite(thigh).any():
        return angle
    lowest = float(np.nanpercentile(thigh, LOW_PER_CENT))
    return np.where(thigh <= lowest + HANGS_WITHIN, angle, np.nan)


def pelvis_roll(body: TaggedSide) -> FloatArray:
    """(frames,) degrees by which the pelvis turned since the first second; plus when its foot end rises, lying."""
    return rotation_since(body.track, body.name("pelvis"), _first(body.track), forward=body.forward)


@dataclass(frozen=True)
class Tagged:
    """A quantity, and the segments whose tags it needs."""

    angle: Callable[[TaggedSide], FloatArray]
    segments: tuple[str, ...]


TAGGED: Mapping[Quantity, Tagged] = {
    Quantity.THIGH_ELEVATION: Tagged(thigh_elevation, ("thigh",)),
    Quantity.SHANK_DEFICIT: Tagged(shank_deficit, ("shank",)),
    Quantity.KNEE_FLEXION: Tagged(knee_flexion, ("thigh", "shank")),
    Quantity.PELVIS_ROLL: Tagged(pelvis_roll, ("pelvis",)),
}
"""What the tags on the side of the body can tell."""


def needed(recorded: RecordedTest) -> tuple[str, ...]:
    """Segments whose tags a test needs: those of its number and of all its checks."""
    quantities = (recorded.quantity, *(check.quantity for check in recorded.checks))
    return tuple(dict.fromkeys(segment for quantity in quantities for segment in TAGGED[quantity].segments))


# --- what makes it unusable ------------------------------------------------------------------------------------------


def _whole_faults(body: TaggedSide, recorded: RecordedTest) -> tuple[Fault, ...]:
    track = body.track
    names = (WALL, *(body.name(segment) for segment in needed(recorded)))
    faults = [
        Fault(Refusal.OUT_OF_FRAME, f"{_spoken(name)} was never found")
        for name in names
        if not track.detected[:, track.index(name)].any()
    ]
    if not faults:
        faults += _askew(body, recorded)
        faults += _too_small(TAGGED[recorded.quantity].angle(body)) if recorded.zero_at_start else []
    rate = 1.0 / float(np.median(np.diff(track.times))) if track.times.size > 1 else 0.0
    if rate < LEAST_RATE:
        faults.append(
            Fault(Refusal.LOW_FRAME_RATE, f"there are {rate:.0f} pictures a second, at least {LEAST_RATE:g} are needed")
        )
    return tuple(faults)


def _askew(body: TaggedSide, recorded: RecordedTest) -> list[Fault]:
    """The hold of a limb that points up doesn't show how the body lies; where a limb lay level does."""
    limbs = [body.name(segment) for segment in needed(recorded) if segment != "pelvis"]
    askew = max((off for limb in limbs if (off := askew_to_wall(body.track, limb)) > MOST_OUT_OF_PLANE), default=0.0)
    return [Fault(Refusal.WRONG_PLANE, f"the leg lay {askew:.0f}° askew to the wall")] if askew else []


def _too_small(angle: FloatArray) -> list[Fault]:
    """A change since the start needs a movement that can be told from lying still."""
    angle = angle[np.isfinite(angle)]
    moved = float(np.subtract(*np.percentile(angle, [98.0, 2.0]))) if angle.size else math.nan
    if not moved < STILL_DEGREES:
        return []
    return [Fault(Refusal.NOT_HELD, f"it moved by {moved:.0f}° only, too little to tell the end from the start")]


def _trial_faults(body: TaggedSide, recorded: RecordedTest, trial: Trial) -> list[Fault]:
    """Refusals of the tags in the hold and, where a number counts from a start, there; and a start that isn't one."""
    track = body.track
    hold = Hold(float(track.times[trial.start]), float(track.times[trial.end - 1]))
    segments = needed(recorded)
    limbs = tuple(body.name(segment) for segment in segments if segment != "pelvis")
    began = float(track.times[trial.rise])
    start = Hold(began - START_SECONDS, began + START_SECONDS)
    from_start = recorded.zero_at_start or any(check.change for check in recorded.checks)
    faults = _tag_faults(track, limbs, (start, hold) if from_start else (hold,))
    if "pelvis" in segments:
        # a waist tapers, so this tag may point inwards; it counts only by its turn
        faults += _tag_faults(track, (body.name("pelvis"),), (_first(track), hold), in_plane=False)
    if recorded.zero_at_start:
        faults += _start_faults(body, recorded, start)
    return list(dict.fromkeys(faults))


def _tag_faults(
    track: TagTrack, names: tuple[str, ...], holds: tuple[Hold, ...], *, in_plane: bool = True
) -> list[Fault]:
    found = refusals(track, names, holds, in_plane=in_plane)
    return [Fault(refusal, _said(refusal, track, names, holds)) for refusal in found]


def _said(refusal: Refusal, track: TagTrack, names: tuple[str, ...], holds: tuple[Hold, ...]) -> str:
    if refusal is Refusal.OUT_OF_FRAME:
        share, name = min((seen_in(track, name, hold), name) for name in names for hold in holds)
        if share < LEAST_SEEN:
            return f"{_spoken(name)} was found in {share:.0%} of the pictures in which it is needed"
        return f"{_spoken(WALL)} was not found near the hold, or the hold has too few pictures"
    several = " or ".join(_spoken(name) for name in names)
    return {
        Refusal.CAMERA_MOVED: f"{_spoken(WALL)} moved in the picture",
        Refusal.UNREADABLE: f"{several} was bent, half covered or blurred, or its tilt couldn't be told",
        Refusal.WRONG_PLANE: f"{several} pointed away from the plane of the wall",
    }[refusal]


def _start_faults(body: TaggedSide, recorded: RecordedTest, start: Hold) -> list[Fault]:
    """The number counts from the start, so the start must be what the test calls zero: flat, or straight."""
    times = body.track.times
    began = TAGGED[recorded.quantity].angle(body)[(times >= start.start) & (times <= start.end)]
    began = began[np.isfinite(began)]
    off = float(np.median(began)) if began.size else math.nan
    if not abs(off) > FLAT_AND_STRAIGHT:  # NaN: the tag isn't seen, which is another fault
        return []
    return [Fault(Refusal.POSITION_LOST, f"the leg did not lie flat and straight before the movement ({off:.0f}°)")]


def _first(track: TagTrack) -> Hold:
    return Hold(float(track.times[0]), float(track.times[0]) + STILL_SECONDS)


def _spoken(name: str) -> str:
    side, _, segment = name.partition("_")
    return "the wall's marker" if name == WALL else f"the marker on the {side} {SEGMENT_WORD[segment]}"
