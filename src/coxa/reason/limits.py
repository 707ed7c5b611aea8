"""Readings against limits: the Findings."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from coxa.measure.typed import UNIT_WORD, Z95
from coxa.model import Finding, FindingLabel, Person, Reading, Sex, Side, Unit
from coxa.protocol import Protocol
from coxa.protocol.schema import DerivedTest, Limit
from coxa.reason.numbers import LOW_ABOVE, SURE, UNLIKELY, in_words, probability_beyond, shown

MEAN_SD_CUTS = (1.0, 1.65)
"""Standard deviations from the mean to ``low`` and to ``limited`` (5th percentile if normal); FACTS A3."""


@dataclass(frozen=True)
class Cut:
    """A limit with its numbers worked out, in the unit of the test."""

    limit: Limit
    low: float
    limited: float
    mean: float | None
    sd: float | None
    lower_is_worse: bool

    def applies(self, age: int, sex: Sex) -> bool:
        """Whether it holds for this person; a person whose sex is not said is offered both."""
        return self.limit.age_min <= age <= self.limit.age_max and (
            sex is Sex.NOT_SAID or self.limit.sex in ("any", sex.value)
        )


@cache
def cuts(protocol: Protocol) -> dict[tuple[str, str, Unit], tuple[Cut, ...]]:
    """All limits by test, protocol and unit."""
    table: dict[tuple[str, str, Unit], tuple[Cut, ...]] = {}
    for limit in protocol.limits.values():
        key = (limit.test, limit.protocol, limit.unit)
        table[key] = (*table.get(key, ()), _cut(limit, protocol))
    return table


def _cut(limit: Limit, protocol: Protocol) -> Cut:
    lower_is_worse = lower_worse(limit.test, protocol)
    if limit.low is not None and limit.limited is not None:
        return Cut(limit, limit.low, limit.limited, None, None, lower_is_worse)
    row = protocol.norms[str(limit.mean_from)]
    mean, sd = row.mean, protocol.norms[limit.sd_from or row.id].sd
    if mean is None or sd is None:
        raise ValueError(f"limit {limit.id} rests on a row without mean or SD")
    mean += limit.shift
    worse = -1.0 if lower_is_worse else 1.0
    return Cut(
        limit, mean + worse * MEAN_SD_CUTS[0] * sd, mean + worse * MEAN_SD_CUTS[1] * sd, mean, sd, lower_is_worse
    )


def lower_worse(test: str, protocol: Protocol) -> bool:
    """Whether a lower number is the worse one (a total of two ranges: yes)."""
    return test in protocol.derived_tests or protocol.tests[test].lower_is_worse is not False


@dataclass(frozen=True)
class _Measured:
    """A reading, or the total of two, on its way to a finding."""

    reading: Reading
    test: str
    value: float | None
    sem: float | None
    notes: tuple[str, ...] = ()


def judge(person: Person, readings: Iterable[Reading], protocol: Protocol) -> tuple[Finding, ...]:
    """Judge every reading, and every total of two, against the limit of its own protocol."""
    readings = tuple(readings)
    measured = [_Measured(r, r.test, r.value, r.sem, r.warnings) for r in readings]
    for derived in protocol.derived_tests.values():
        measured.extend(_totals(derived, readings))
    return tuple(_finding(person, one, protocol) for one in measured)


def _totals(derived: DerivedTest, readings: tuple[Reading, ...]) -> Iterable[_Measured]:
    first, second = derived.sum_of
    for a in readings:
        for b in readings:
            same = (a.side, a.method, a.instrument, a.protocol) == (b.side, b.method, b.instrument, b.protocol)
            if a.test == first and b.test == second and same and a.value is not None and b.value is not None:
                sem = None if a.sem is None or b.sem is None else math.hypot(a.sem, b.sem)
                yield _Measured(a, derived.id, a.value + b.value, sem)


def _finding(person: Person, one: _Measured, protocol: Protocol) -> Finding:
    reading = one.reading
    candidates = [
        cut
        for cut in cuts(protocol).get((one.test, reading.protocol, reading.unit), ())
        if cut.applies(person.age, person.sex)
    ]
    judged: list[tuple[float, float, Cut]] = []
    if one.value is not None and one.sem is not None:
        judged = [
            (
                probability_beyond(one.value, cut.limited, one.sem, lower_is_worse=cut.lower_is_worse),
                probability_beyond(one.value, cut.low, one.sem, lower_is_worse=cut.lower_is_worse),
                cut,
            )
            for cut in candidates
        ]
    # sex not said: the wider limit decides, that is the one by which the person is less likely limited
    p_limited, p_low, cut = min(judged, key=lambda item: item[:2]) if judged else (None, None, None)
    decisive = cut or (candidates[0] if candidates else None)
    label = _label(one, candidates, p_limited, p_low)
    return Finding(
        test=one.test,
        side=reading.side,
        method=reading.method,
        instrument=reading.instrument,
        protocol=reading.protocol,
        unit=reading.unit,
        value=one.value,
        sem=one.sem,
        interval95=None
        if one.value is None or one.sem is None
        else (round(one.value - Z95 * one.sem, 2), round(one.value + Z95 * one.sem, 2)),
        label=label,
        p_limited=p_limited,
        p_low=p_low,
        limit=decisive.limit.id if decisive else None,
        low_cut=decisive.low if decisive else None,
        limited_cut=decisive.limited if decisive else None,
        typical_mean=decisive.mean if decisive else None,
        typical_sd=decisive.sd if decisive else None,
        lower_is_worse=lower_worse(one.test, protocol),
        brings_familiar_pain=reading.brings_familiar_pain if one.test == reading.test else None,
        say=_say(one, label, decisive, p_limited, protocol),
        notes=one.notes,
    )


def _label(one: _Measured, candidates: list[Cut], p_limited: float | None, p_low: float | None) -> FindingLabel:
    if one.value is not None and not candidates:
        return FindingLabel.NO_COMPARABLE_NORM
    if p_limited is None or p_low is None:
        return FindingLabel.CANT_TELL
    return label_of(p_limited, p_low)


def label_of(p_limited: float, p_low: float) -> FindingLabel:
    """The finding that two probabilities amount to (docs/conventions.md)."""
    if p_limited >= SURE:
        return FindingLabel.LIMITED
    if p_limited > UNLIKELY:
        return FindingLabel.CANT_TELL
    return FindingLabel.LOW if p_low > LOW_ABOVE else FindingLabel.TYPICAL


def _say(one: _Measured, label: FindingLabel, cut: Cut | None, p: float | None, protocol: Protocol) -> str:
    reading = one.reading
    if one.value is None:
        return "Not used: " + " ".join(protocol.refusal_advice(refusal) for refusal in reading.refusals)
    unit = UNIT_WORD[reading.unit]
    number = shown(one.value, unit) + (f" ± {shown(Z95 * one.sem, unit)}" if one.sem is not None else "")
    if label is FindingLabel.NO_COMPARABLE_NORM:
        return f"{number}. There is no comparable norm for this test, position and age: kept as your own baseline."
    if one.sem is None or p is None or cut is None:
        return f"{number}. The error of this way of measuring is not known: kept as your own baseline."
    limit = f"limit {shown(cut.limited, unit)}"
    return {
        FindingLabel.LIMITED: f"{number}: beyond the {limit} (probability {in_words(p)}).",
        FindingLabel.LOW: f"{number}: within the {limit}, on the low side of usual.",
        FindingLabel.TYPICAL: f"{number}: within the usual range ({limit}).",
        FindingLabel.CANT_TELL: f"{number}: too close to the {limit} to call (probability limited {in_words(p)}).",
    }[label]


def best(findings: Iterable[Finding], test: str, side: Side, protocol_id: str | None = None) -> Finding | None:
    """The finding with the smallest error for a test and side; one that could be judged comes first."""
    fitting = [
        f
        for f in findings
        if f.test == test and f.side == side and protocol_id in (None, f.protocol) and f.value is not None
    ]
    return min(
        fitting,
        key=lambda f: (f.p_limited is None, f.sem if f.sem is not None else math.inf, f.method.value, f.unit.value),
        default=None,
    )
