"""Numbers that a person typed in (from a phone, a tape or a goniometer) become Readings."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from coxa.errors import InputError
from coxa.model import Method, Reading, Refusal, Side, Source, Unit
from coxa.protocol import Protocol
from coxa.protocol.schema import MDC95_FACTOR, AllowedMethod, MeasurementError, TestSpec
from coxa.version import SOFTWARE

Z95 = 1.96
THIGH_CM = (25.0, 65.0)
"""Plausible thigh lengths (hip to knee) in cm, children to very tall adults; outside it the unit is probably wrong."""
FAR_APART = 2.0
"""Trials that differ by more than this many times what error explains are no measurement: refused."""
UNIT_WORD = {Unit.DEGREE: "°", Unit.CENTIMETRE: " cm"}
_UNIT_NAME = {Unit.DEGREE: "degrees", Unit.CENTIMETRE: "centimetres"}


@dataclass(frozen=True)
class RawReading:
    """What was typed for one test: trials in ``unit`` as read from the device.

    ``refusals`` are faults that the tester saw (pelvis moved, knee bent ...): the reading is then kept without a
    number.
    """

    test: str
    side: Side
    method: Method
    protocol: str
    trials: tuple[float, ...]
    unit: Unit
    thigh_length_cm: float | None = None
    refusals: tuple[Refusal, ...] = ()
    brings_familiar_pain: bool | None = None
    instrument: str | None = None


def read_trials(raw: RawReading, protocol: Protocol, source: Source) -> Reading:
    """Check typed trials and turn them into a Reading.

    The value is the mean of the trials. Its ``sem`` combines the part that stays whatever the number of trials with the
    part that repeating reduces (design section 5); trials that scatter more than published widen it. Modified Thomas by
    tape is asin(height of the knee above the hip / thigh length) (trigonometric method, PMC4560013).

    Raises
    ------
    InputError: unknown test, method or protocol; wrong unit or side; a trial outside what a body can do.
    """
    spec = _spec(raw.test, protocol)
    allowed = allowed_method(raw, protocol)
    trials = _angles(spec, raw, allowed)
    error = protocol.error_of(spec.id, raw.method, raw.protocol, allowed.unit, raw.instrument)
    refusals = raw.refusals
    if error is not None and max(trials) - min(trials) > FAR_APART * _expected_spread(error):
        refusals = (*refusals, Refusal.NOT_HELD) if Refusal.NOT_HELD not in refusals else refusals
    if refusals:
        return refused_reading(raw, allowed, refusals, source, error)
    value, sem = statistics.fmean(trials), standard_error(error, trials)
    return Reading(
        test=spec.id,
        side=raw.side,
        value=round(value, 3),
        unit=allowed.unit,
        method=raw.method,
        protocol=raw.protocol,
        trials=tuple(round(trial, 3) for trial in trials),
        sem=None if sem is None else round(sem, 4),
        interval95=None if sem is None else (round(value - Z95 * sem, 2), round(value + Z95 * sem, 2)),
        accepted=True,
        warnings=_warnings(spec, trials, error, allowed.unit),
        brings_familiar_pain=raw.brings_familiar_pain,
        reliability=error.id if error is not None else None,
        instrument=raw.instrument,
        source=source,
        software=SOFTWARE,
    )


def refused_reading(
    raw: RawReading,
    allowed: AllowedMethod,
    refusals: tuple[Refusal, ...],
    source: Source,
    error: MeasurementError | None = None,
) -> Reading:
    """A reading without a number, and why."""
    return Reading(
        test=raw.test,
        side=raw.side,
        value=None,
        unit=allowed.unit,
        method=raw.method,
        protocol=raw.protocol,
        trials=(),
        sem=None,
        interval95=None,
        accepted=False,
        refusals=refusals,
        brings_familiar_pain=raw.brings_familiar_pain,
        reliability=error.id if error is not None else None,
        instrument=raw.instrument,
        source=source,
        software=SOFTWARE,
    )


def standard_error(error: MeasurementError | None, trials: tuple[float, ...]) -> float | None:
    """SEM of the mean of ``trials``; ``None`` when no error is known.

    With setup² = SEM² − repeat², it is √(setup² + max(repeat², s²)/n), s being the scatter of the trials. Where the
    repeat part is not published, more trials earn nothing: max(SEM, s/√n).
    """
    if error is None:
        return None
    n = len(trials)
    scatter = statistics.stdev(trials) if n > 1 else 0.0
    whole, repeat = error.standard_error, error.sem_repeat
    if repeat is None:
        return max(whole, scatter / math.sqrt(n))
    return math.sqrt(whole**2 - repeat**2 + max(repeat**2, scatter**2) / n)


def _spec(test: str, protocol: Protocol) -> TestSpec:
    if test in protocol.tests:
        return protocol.tests[test]
    if test in protocol.derived_tests:
        first, second = protocol.derived_tests[test].sum_of
        raise InputError(f"{test} is computed by Coxa; give {first} and {second} instead.")
    raise InputError(f"there is no test '{test}'{_nearest(test, protocol.tests)}; 'coxa protocol tests' lists all.")


def _nearest(word: str, known: object) -> str:
    import difflib  # noqa: PLC0415  (only on the way to an error)

    near = difflib.get_close_matches(word, list(known), n=1)  # type: ignore[call-overload]
    return f" (did you mean {near[0]}?)" if near else ""


def allowed_method(raw: RawReading, protocol: Protocol) -> AllowedMethod:
    """The way in which a test may be measured by this method in this protocol.

    Raises
    ------
    InputError: unknown test, method or protocol, or a side or unit that doesn't fit.
    """
    spec = _spec(raw.test, protocol)
    _check_side(spec, raw.side)
    protocols = [variant.id for variant in spec.protocols]
    if raw.protocol not in protocols:
        raise InputError(f"{spec.id} has no protocol '{raw.protocol}'; it must be {' or '.join(protocols)}.")
    for_protocol = [way for way in spec.methods if raw.protocol in way.protocols]
    by_method = [way for way in for_protocol if way.method is raw.method]
    if not by_method:
        names = ", ".join(way.method.value for way in for_protocol)
        raise InputError(f"{spec.id} can't be measured by {raw.method.value}; it can be measured by {names}.")
    given = Unit.CENTIMETRE if by_method[0].trigonometric else by_method[0].unit
    if raw.unit is not given:
        key = "trials_cm" if given is Unit.CENTIMETRE else "trials_deg"
        raise InputError(f"{spec.id} by {raw.method.value} is written in {_UNIT_NAME[given]}: use {key}.")
    return by_method[0]


def _check_side(spec: TestSpec, side: Side) -> None:
    if spec.sided and side is Side.BOTH:
        raise InputError(f"{spec.id} is measured on one side at a time: side must be left or right.")
    if not spec.sided and side is not Side.BOTH:
        raise InputError(f"{spec.id} has no side: write side: both.")


def _angles(spec: TestSpec, raw: RawReading, allowed: AllowedMethod) -> tuple[float, ...]:
    if not raw.trials:
        raise InputError(f"{spec.id} has no trials; give one to five numbers.")
    if not all(math.isfinite(trial) for trial in raw.trials):
        raise InputError(f"{spec.id} has a trial that is not a number.")
    trials = raw.trials
    if allowed.trigonometric:
        trials = _by_trigonometry(spec, raw)
    elif raw.thigh_length_cm is not None:
        raise InputError(f"thigh_length_cm belongs to the modified Thomas test by tape only, not to {spec.id}.")
    unit = UNIT_WORD[allowed.unit]
    for trial in trials:
        if not allowed.minimum <= trial <= allowed.maximum:
            raise InputError(
                f"{spec.id}: {trial:g}{unit} is outside what is possible "
                f"({allowed.minimum:g} to {allowed.maximum:g}{unit}); check the number, its sign and its unit."
            )
    return trials


def _by_trigonometry(spec: TestSpec, raw: RawReading) -> tuple[float, ...]:
    length = raw.thigh_length_cm
    if length is None:
        raise InputError(f"{spec.id} by tape also needs thigh_length_cm, from the hip to the knee.")
    if not THIGH_CM[0] <= length <= THIGH_CM[1]:
        raise InputError(
            f"{spec.id}: a thigh of {length:g} cm is outside what is possible ({THIGH_CM[0]:g} to {THIGH_CM[1]:g} cm)."
        )
    for height in raw.trials:
        if abs(height) >= length:
            raise InputError(
                f"{spec.id}: the knee can't be {height:g} cm from hip height with a thigh of {length:g} cm."
            )
    return tuple(math.degrees(math.asin(height / length)) for height in raw.trials)


def _expected_spread(error: MeasurementError) -> float:
    """How far two trials of one session may differ by error alone, 95 % of the time."""
    return MDC95_FACTOR * (error.sem_repeat or error.standard_error)


def _warnings(spec: TestSpec, trials: tuple[float, ...], error: MeasurementError | None, unit: Unit) -> tuple[str, ...]:
    found = []
    if len(trials) < spec.trials:
        found.append(f"{len(trials)} of {spec.trials} trials were taken; {spec.trials} give a steadier number.")
    if error is None:
        found.append("No error is known for this way of measuring, so the number is kept as a baseline and not judged.")
    else:
        spread = max(trials) - min(trials)
        expected = _expected_spread(error)
        if spread > expected:
            found.append(
                f"The trials differ by {spread:.0f}{UNIT_WORD[unit]}, more than the {expected:.0f}{UNIT_WORD[unit]} "
                "that error explains: please repeat this test."
            )
    return tuple(found)
