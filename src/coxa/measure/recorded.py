"""From one angle over time to a Reading: trials, what each of them must fulfil, and a refusal when none does."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from coxa.errors import InputError
from coxa.measure.end_range import TREMOR_DEGREES, EndRange, Trial, find_end_range
from coxa.measure.planar import PlanarBody
from coxa.measure.typed import RawReading, allowed_method, read_trials, refused_reading
from coxa.model import Method, Reading, Refusal, Side, Source, Unit
from coxa.motion import FloatArray
from coxa.protocol import Protocol
from coxa.protocol.schema import Check, Quantity, RecordedTest

MOST_TRIALS = 5
"""As many as a reading takes; the first ones count."""
START_SECONDS = 0.5
"""The start of a movement is the median of this time around its beginning."""
SIGNED = frozenset(
    {
        Quantity.HIP_INTERNAL_ROTATION,
        Quantity.HIP_EXTERNAL_ROTATION,
        Quantity.LEG_ABDUCTION,
        Quantity.LEG_ADDUCTION,
        Quantity.THIGH_ABDUCTION,
        Quantity.THIGH_ADDUCTION,
    }
)
"""Quantities whose opposite is another test."""
OTHER_WAY_DEGREES = 8.0
NEAR_LOWEST = 10.0
"""Degrees above its lowest held value within which a limb counts as hanging."""
REASONS_IN_ORDER = tuple(Refusal)


@dataclass(frozen=True)
class Fault:
    """Why a recording, or one trial of it, can't be trusted, with what was seen."""

    refusal: Refusal
    say: str


NO_REST = Fault(Refusal.POSITION_LOST, "the movement did not begin with a rest, so that it has no zero")


@dataclass(frozen=True)
class Signal:
    """A test's angle over time.

    Parameters
    ----------
    times: (frames,) seconds.
    angle: (frames,) degrees in the test's own sign, NaN where it can't be told.
    quantity: gives any other quantity of the same recording, (frames,) degrees or per cent.
    faults: what makes the whole recording unusable.
    gate: what makes one trial unusable, beyond the checks that the test declares.
    """

    times: FloatArray
    angle: FloatArray
    quantity: Callable[[Quantity], FloatArray]
    faults: tuple[Fault, ...] = ()
    gate: Callable[[Trial], Sequence[Fault]] = field(default=lambda _: ())


@dataclass(frozen=True)
class JudgedTrial:
    """A trial and what speaks against it; one without faults counts."""

    trial: Trial
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Measurement:
    """A reading with all that led to it.

    ``smooth`` is the filtered angle that was used to find the phases (never for the number). ``body`` is the body as it
    was measured, seen by one camera, with the tested leg that was found; ``roll_degrees`` is the camera's roll that was
    taken out of it. Other kinds of recordings have none.
    """

    reading: Reading
    recorded: RecordedTest
    times: FloatArray
    angle: FloatArray
    smooth: FloatArray
    trials: tuple[JudgedTrial, ...]
    faults: tuple[Fault, ...]
    log: tuple[str, ...]
    body: PlanarBody | None = None
    roll_degrees: float = 0.0

    @property
    def zero(self) -> float:
        """The angle from which the number counts, degrees: where the movements began if it is a change, else 0."""
        if not self.recorded.zero_at_start:
            return 0.0
        trials = [one.trial for one in self.trials if math.isfinite(one.trial.value)]
        starts = [float(np.nanmedian(self.angle[one.start : one.end])) - one.value for one in trials]
        return float(np.median(starts)) if starts else 0.0


def recorded_test(knowledge: Protocol, test: str, method: Method, protocol: str) -> RecordedTest:
    """How a test is read from recordings of a method.

    Raises
    ------
    InputError: it can't be; the sentence says why.
    """
    found = knowledge.recorded_test(test, method, protocol)
    if found is not None:
        return found
    for entry in knowledge.not_recorded.values():
        if (entry.test, entry.method) == (test, method):
            raise InputError(f"{test} can't be read from {_WORD[method]}: {entry.say}")
    raise InputError(
        f"{test} ({protocol}) can't be read from {_WORD[method]}; 'coxa protocol recordings' lists what can."
    )


_WORD = {
    Method.VIDEO: "markerless video",
    Method.PRINTED_MARKERS: "printed markers",
    Method.MOCAP: "motion capture",
    Method.IMU: "motion sensors",
}


def read_signal(
    signal: Signal,
    recorded: RecordedTest,
    *,
    side: Side,
    protocol: str,
    instrument: str,
    source: Source,
    knowledge: Protocol,
    log: tuple[str, ...] = (),
) -> Measurement:
    """Find the trials of a signal, judge each, and make a Reading of those that can be trusted.

    Parameters
    ----------
    recorded: how this test is read from this kind of recording.
    instrument: what gave the angle, such as ``blazepose_heavy``.
    source: the recording's name and SHA-256.

    Raises
    ------
    InputError: the side doesn't fit the test, or there is no such protocol.
    """
    raw = RawReading(
        test=recorded.test,
        side=side,
        method=recorded.method,
        protocol=protocol,
        trials=(),
        unit=Unit.DEGREE,
        instrument=instrument,
    )
    allowed = allowed_method(raw, knowledge)
    whole, signal = signal, _while_lowest(signal, recorded)
    found = find_end_range(
        signal.times,
        signal.angle,
        recorded.end,
        hold_seconds=recorded.hold_seconds,
        still_counts=recorded.still_counts,
    )
    if recorded.zero_at_start:
        found = _from_start(found, signal)
    judged = tuple(
        JudgedTrial(trial, _faults(trial, signal, recorded, allowed.minimum, allowed.maximum)) for trial in found.trials
    )
    good = [one.trial.value for one in judged if not one.faults][:MOST_TRIALS]
    signal = replace(signal, faults=(*signal.faults, *_other_way(found, recorded)))
    unseen = signal.faults and not np.isfinite(signal.angle).any()  # the whole recording's faults say it all
    faults = signal.faults if good or unseen else (*signal.faults, *_no_trial(whole, recorded, judged))
    if good and not signal.faults:
        reading = _with_notes(read_trials(replace(raw, trials=tuple(good)), knowledge, source), judged, found)
    else:
        reasons = {fault.refusal for fault in faults} | {f.refusal for one in judged for f in one.faults}
        reading = refused_reading(raw, allowed, tuple(r for r in REASONS_IN_ORDER if r in reasons), source)
    return Measurement(
        reading, recorded, signal.times, signal.angle, found.smooth, judged, tuple(dict.fromkeys(faults)), log
    )


def _while_lowest(signal: Signal, recorded: RecordedTest) -> Signal:
    """The signal with only the frames in which the named quantity is near its lowest held value; a limb that hangs."""
    if recorded.while_lowest is None:
        return signal
    quantity = signal.quantity(recorded.while_lowest)
    held = find_end_range(
        signal.times, quantity, "lowest", hold_seconds=recorded.hold_seconds, still_counts=True
    ).trials
    lowest = min((trial.value for trial in held), default=math.nan)
    return replace(signal, angle=np.where(quantity <= lowest + NEAR_LOWEST, signal.angle, math.nan))


def _from_start(found: EndRange, signal: Signal) -> EndRange:
    """Each trial's value as the change since its own start."""
    trials = tuple(
        replace(trial, value=trial.value - _median(signal.angle[trial_start(trial, signal.times, signal.angle)]))
        for trial in found.trials
    )
    return replace(found, trials=trials)


def _faults(trial: Trial, signal: Signal, recorded: RecordedTest, minimum: float, maximum: float) -> tuple[Fault, ...]:
    faults = list(signal.gate(trial))
    if trial.top_speed > recorded.fastest_deg_per_s:
        faults.append(Fault(Refusal.TOO_FAST, f"it moved at {trial.top_speed:.0f}° per second"))
    faults += [fault for check in recorded.checks if (fault := _checked(check, trial, signal)) is not None]
    if not faults and trial.value < minimum:
        faults.append(Fault(Refusal.POSITION_LOST, f"{trial.value:.0f}° is no end position of this test"))
    elif not faults and trial.value > maximum:
        faults.append(
            Fault(Refusal.LIMB_LENGTH_CHANGED, f"{trial.value:.0f}° is more than a body can do, so it was seen wrongly")
        )
    return tuple(faults)


def _checked(check: Check, trial: Trial, signal: Signal) -> Fault | None:
    values = signal.quantity(check.quantity)
    value = _median(values[trial.start : trial.end])
    if check.change or check.at_start:
        start = _median(values[trial_start(trial, signal.times, signal.angle)])
        value = start if check.at_start else value - start
    if not math.isfinite(value):
        where = "start" if check.at_start else "end position"
        return Fault(Refusal.OUT_OF_FRAME, f"what the test's checks need was not seen at the {where}")
    too_low = check.minimum is not None and value < check.minimum
    too_high = check.maximum is not None and value > check.maximum
    if not (too_low or too_high):
        return None
    return Fault(check.refusal, f"{check.say} ({value:.0f}°)")


def trial_start(trial: Trial, times: FloatArray, angle: FloatArray) -> slice:
    """The half second of rest from which a trial's change counts.

    It lies before the movement began or after, wherever the angle is calmer: the lowest frame may be the recording's
    first, or come right at the end of the way back from the repetition before.
    """
    first = int(np.searchsorted(times, times[trial.rise] - START_SECONDS))
    last = int(np.searchsorted(times, times[trial.rise] + START_SECONDS, side="right"))
    before, after = slice(first, trial.rise + 1), slice(trial.rise, last)
    if last > trial.start:
        return before
    cut_short = times[trial.rise] - times[first] < 0.5 * START_SECONDS
    return after if cut_short or spread(angle[after]) < spread(angle[before]) else before


def rests(times: FloatArray, angle: FloatArray) -> bool:
    """Whether an angle stays within a held position's band for at least half of the time that a start takes."""
    return bool(times[-1] - times[0] >= 0.5 * START_SECONDS and spread(angle) <= 2.0 * TREMOR_DEGREES)


def spread(values: FloatArray) -> float:
    """Width of the middle four fifths of the values that are there; infinite when none is."""
    values = values[np.isfinite(values)]
    return float(np.ptp(np.percentile(values, [10.0, 90.0]))) if values.size else math.inf


def _median(values: FloatArray) -> float:
    values = values[np.isfinite(values)]
    return float(np.median(values)) if values.size else math.nan


def _other_way(found: EndRange, recorded: RecordedTest) -> list[Fault]:
    """A movement in the opposite direction only, as when the other rotation was filmed."""
    if recorded.quantity not in SIGNED or not np.isfinite(found.smooth).any():
        return []
    low, high = np.nanpercentile(found.smooth, [2.0, 98.0])
    if high >= OTHER_WAY_DEGREES or -low < OTHER_WAY_DEGREES:
        return []
    return [Fault(Refusal.POSITION_LOST, "it moved only the other way; is this the test of the other direction?")]


def _no_trial(signal: Signal, recorded: RecordedTest, judged: tuple[JudgedTrial, ...]) -> list[Fault]:
    if judged:
        return []
    if not np.isfinite(signal.angle).any():
        if recorded.method is Method.VIDEO:
            return [Fault(Refusal.NO_PERSON, "what the test needs was never seen")]
        return [
            Fault(Refusal.POSITION_LOST, "what the test needs was never there, or the body was in another position")
        ]
    return [Fault(Refusal.NOT_HELD, f"no end position was held for {recorded.hold_seconds:g} s")]


def _with_notes(reading: Reading, judged: tuple[JudgedTrial, ...], found: EndRange) -> Reading:
    notes = [
        f"Trial {number} was left out: {one.faults[0].say}." for number, one in enumerate(judged, start=1) if one.faults
    ]
    if found.unheld:
        many = f"{found.unheld} movements were" if found.unheld > 1 else "One movement was"
        notes.append(f"{many} left out, because the end was not held.")
    return reading.model_copy(update={"warnings": (*reading.warnings, *notes)})
