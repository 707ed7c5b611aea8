"""What a measurement says: its number or why there is none, and its norm, in the words of plot and overlay."""

from __future__ import annotations

import math

from coxa.measure.recorded import JudgedTrial, Measurement
from coxa.model import Person, Side
from coxa.protocol import Protocol
from coxa.reason.limits import Cut, cuts
from coxa.report.words import QUANTITY_WORD


def describe_measurement(measurement: Measurement, protocol: Protocol, *, person: Person | None = None) -> str:
    """The picture in words, for those who can't see it."""
    cut = norm_of(measurement, protocol, person)
    seconds = float(measurement.times[-1] - measurement.times[0])
    quantity = QUANTITY_WORD[measurement.recorded.quantity]
    trials = " ".join(
        f"Trial {number}: {in_degrees(one.trial.value)}{_held(one)}"
        + (f", not counted: {why_not(one)}." if one.faults else ", counted.")
        for number, one in enumerate(measurement.trials, start=1)
    )
    norm = no_norm(person) if cut is None else f"Usual: {usual_range(cut)}; limit {in_degrees(cut.limited)}."
    parts = (f"{quantity} in degrees over {seconds:.1f} seconds.", " ".join(summary(measurement)), trials, norm)
    return " ".join(part for part in parts if part)


def norm_of(measurement: Measurement, protocol: Protocol, person: Person | None) -> Cut | None:
    """The limit of this test, protocol, age and sex; if several (sex not said), the one that is hardest to pass."""
    reading = measurement.reading
    if person is None:
        return None
    known = cuts(protocol).get((reading.test, reading.protocol, reading.unit), ())
    fitting = [cut for cut in known if cut.applies(person.age, person.sex)]
    return min(fitting, key=lambda cut: cut.limited if cut.lower_is_worse else -cut.limited, default=None)


def title_of(measurement: Measurement, protocol: Protocol) -> str:
    """The test's name and the side."""
    reading = measurement.reading
    name = protocol.tests[reading.test].name
    return name if reading.side is Side.BOTH else f"{name}, {reading.side.value} side"


def summary(measurement: Measurement) -> list[str]:
    """What came of it, in sentences: the number, or why there is none, and what was left out."""
    reading = measurement.reading
    if reading.value is None:
        whole = [fault.say for fault in measurement.faults]
        said = [*whole, *(why_not(one) for one in measurement.trials if one.faults)]
        return ["No number: " + "; ".join(dict.fromkeys(said)) + "."]
    many = len(reading.trials)
    error = "" if reading.interval95 is None else f" (95 % interval {_interval(reading.interval95)})"
    counted = "one trial" if many == 1 else f"the {many} trials that counted"
    left_out = [
        f"Trial {number} not counted: {why_not(one)}."
        for number, one in enumerate(measurement.trials, start=1)
        if one.faults
    ]
    return [f"{in_degrees(reading.value)}{error}, from {counted}.", *left_out]


def why_not(one: JudgedTrial) -> str:
    """What speaks against a trial."""
    return "; ".join(dict.fromkeys(fault.say for fault in one.faults))


def _held(one: JudgedTrial) -> str:
    return f", held for {one.trial.held_seconds:.1f} s" if one.trial.held_seconds else ", a peak without a hold"


def in_degrees(value: float) -> str:
    """An angle as it is shown: whole degrees, with a real minus."""
    if not math.isfinite(value):
        return "unknown"
    return f"{round(value) or 0}°".replace("-", "−")  # `or 0`: no minus before a zero


def _interval(interval: tuple[float, float]) -> str:
    return f"{in_degrees(interval[0])} to {in_degrees(interval[1])}"


def usual_range(cut: Cut) -> str:
    """From where on a number is usual."""
    return f"{in_degrees(cut.low)} or {'more' if cut.lower_is_worse else 'less'}"


def no_norm(person: Person | None) -> str:
    """Why no usual range is shown."""
    if person is None:
        return "No usual range: it needs age and sex."
    return "No comparable norm for this test and age."
