"""Many readings at once: findings and verdicts over NumPy columns, by the same formulas as one by one.

For cohorts and batches. ``Vocabulary`` turns (test, method, protocol, unit) into small codes; ``judge_table`` then
judges a million readings in seconds. A property test holds it equal to ``coxa.reason.limits`` and
``coxa.reason.verdicts``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coxa.errors import InputError
from coxa.model import FindingLabel, Method, Motion, Sex, Side, Unit, VerdictLabel
from coxa.protocol import Protocol
from coxa.reason.limits import cuts, lower_worse
from coxa.reason.numbers import LOW_ABOVE, NAMED, SURE, UNLIKELY, Value, bounds, extension, normal_cdf, pair, rotation
from coxa.reason.verdicts import (
    ABDUCTION_SLOTS,
    EXTENSION_SLOTS,
    FLEXION_SLOTS,
    NAMED_LABELS,
    ROTATION_SLOTS,
    Slot,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LABELS = tuple(FindingLabel)
VERDICTS = tuple(VerdictLabel)
MOTIONS = tuple(Motion)
SEXES = (Sex.FEMALE, Sex.MALE, Sex.NOT_SAID)
SIDES = (Side.LEFT, Side.RIGHT, Side.BOTH)
METHODS = tuple(sorted(Method, key=lambda m: m.value))
AGES = 121
Combo = tuple[str, Method, str, Unit]


class Vocabulary:
    """Codes for every combination of test, method, protocol and unit that the protocol allows, totals included."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        combos: list[Combo] = [
            (spec.id, way.method, variant, way.unit)
            for spec in protocol.tests.values()
            for way in spec.methods
            for variant in way.protocols
        ]
        for derived in protocol.derived_tests.values():
            combos += [
                (derived.id, m, v, u) for t, m, v, u in combos if t == derived.sum_of[0] and v == derived.protocol
            ]
        self.combos = tuple(combos)
        self.code = {combo: i for i, combo in enumerate(self.combos)}
        self._errors()
        self._cuts()

    def codes(self, combos: Iterable[Combo]) -> Ints:
        """Codes of some combinations.

        Raises
        ------
        InputError: a combination that no test allows.
        """
        try:
            return np.fromiter((self.code[combo] for combo in combos), dtype=np.int64)
        except KeyError as error:
            raise InputError(f"{error.args[0]} is not an allowed test, method, protocol and unit.") from None

    def _errors(self) -> None:
        n = len(self.combos)
        self.whole, self.repeat = np.full(n, np.nan), np.zeros(n)
        for i, (test, method, variant, unit) in enumerate(self.combos):
            error = self.protocol.error_of(test, method, variant, unit)
            if error is not None:
                self.whole[i], self.repeat[i] = error.standard_error, error.sem_repeat or 0.0

    def _cuts(self) -> None:
        n = len(self.combos)
        self.low, self.limited = np.full((n, 2, AGES), np.nan), np.full((n, 2, AGES), np.nan)
        self.sign = np.array([1.0 if lower_worse(combo[0], self.protocol) else -1.0 for combo in self.combos])
        self.method = np.array([METHODS.index(combo[1]) for combo in self.combos])
        for i, (test, _, variant, unit) in enumerate(self.combos):
            for cut in cuts(self.protocol).get((test, variant, unit), ()):
                ages = slice(cut.limit.age_min, min(cut.limit.age_max, AGES - 1) + 1)
                for s in (0, 1):
                    if cut.limit.sex in ("any", SEXES[s].value):
                        self.low[i, s, ages], self.limited[i, s, ages] = cut.low, cut.limited


@dataclass(frozen=True)
class Readings:
    """Accepted readings as columns of equal length.

    ``combo``: codes of the vocabulary; ``person``: any integer; ``sex``: index into ``SEXES``; ``side``: index into
    ``SIDES``; ``value`` in the unit of the combination; ``sem``: standard error, or NaN to take it from the protocol
    for ``trials`` trials.
    """

    person: Ints
    age: Ints
    sex: Ints
    side: Ints
    combo: Ints
    value: Floats
    trials: Ints
    sem: Floats


@dataclass(frozen=True)
class Findings:
    """One row per reading: index into ``LABELS``, both probabilities (NaN when not judged) and the sem used."""

    label: NDArray[np.int8]
    p_limited: Floats
    p_low: Floats
    sem: Floats


@dataclass(frozen=True)
class Verdicts:
    """``person`` (n,), ``probabilities`` (n, 2 sides, 4 motions, 6 labels of ``VERDICTS``), ``label`` (n, 2, 4)."""

    person: Ints
    probabilities: Floats
    label: NDArray[np.int8]


def judge_table(
    readings: Readings,
    vocabulary: Vocabulary,
    *,
    nerve_flexion: NDArray[np.bool_] | None = None,
    nerve_extension: NDArray[np.bool_] | None = None,
) -> tuple[Findings, Verdicts]:
    """Findings of every reading and verdicts of every person.

    ``nerve_flexion`` and ``nerve_extension`` have shape (persons in ascending order, 2 sides).

    Raises
    ------
    InputError: columns of different length, or one person's test given twice on a side by one method.
    """
    columns = (readings.age, readings.sex, readings.side, readings.combo, readings.value, readings.trials, readings.sem)
    if any(len(column) != len(readings.person) for column in columns):
        raise InputError("all columns of a table of readings must have the same length.")
    sem = _sem(readings, vocabulary)
    p_limited, p_low, has_limit = _probabilities(
        vocabulary, readings.combo, readings.sex, readings.age, readings.value, sem
    )
    findings = Findings(_labels(p_limited, p_low, has_limit), p_limited, p_low, sem)
    people, person = np.unique(readings.person, return_inverse=True)
    sided = readings.side < SIDES.index(Side.BOTH)
    rows = _Rows(
        vocabulary,
        len(people),
        (2 * person + readings.side)[sided],
        readings.combo[sided],
        readings.value[sided],
        sem[sided],
        p_limited[sided],
        readings.sex[sided],
        readings.age[sided],
    )
    return findings, _verdicts(people, rows, nerve_flexion, nerve_extension)


def _sem(readings: Readings, vocabulary: Vocabulary) -> Floats:
    whole, repeat = vocabulary.whole[readings.combo], vocabulary.repeat[readings.combo]
    # several trials without a published repeat part earn nothing: repeat is 0 there
    ours = np.sqrt(whole**2 - repeat**2 + repeat**2 / np.maximum(readings.trials, 1))
    return np.where(np.isnan(readings.sem), ours, readings.sem)


def _probabilities(
    vocabulary: Vocabulary, combo: Ints, sex: Ints, age: Ints, value: Floats, sem: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    age = np.clip(age, 0, AGES - 1)
    sign = vocabulary.sign[combo]

    def beyond(cut: Floats) -> Floats:
        return np.asarray(normal_cdf((cut - value) * sign / sem), dtype=np.float64)

    both = []
    for s in (0, 1):
        low, limited = vocabulary.low[combo, s, age], vocabulary.limited[combo, s, age]
        both.append((beyond(limited), beyond(low), ~np.isnan(limited)))
    (f_limited, f_low, f_has), (m_limited, m_low, m_has) = both
    # not said: the wider limit decides, the one by which the person is less likely limited
    female_wider = (f_limited < m_limited) | ((f_limited == m_limited) & (f_low <= m_low)) | np.isnan(m_limited)
    use_female = (sex == SEXES.index(Sex.FEMALE)) | ((sex == SEXES.index(Sex.NOT_SAID)) & female_wider)
    has = np.where(sex == SEXES.index(Sex.NOT_SAID), f_has | m_has, np.where(use_female, f_has, m_has))
    return np.where(use_female, f_limited, m_limited), np.where(use_female, f_low, m_low), has


def _labels(p_limited: Floats, p_low: Floats, has_limit: NDArray[np.bool_]) -> NDArray[np.int8]:
    code = {label: i for i, label in enumerate(LABELS)}
    conditions = [
        ~has_limit,
        np.isnan(p_limited),
        p_limited >= SURE,
        p_limited > UNLIKELY,
        p_low > LOW_ABOVE,
    ]
    choices = [
        FindingLabel.NO_COMPARABLE_NORM,
        FindingLabel.CANT_TELL,
        FindingLabel.LIMITED,
        FindingLabel.CANT_TELL,
        FindingLabel.LOW,
    ]
    return np.select(conditions, [code[c] for c in choices], code[FindingLabel.TYPICAL]).astype(np.int8)


@dataclass(frozen=True)
class _Rows:
    """Sided readings; ``group`` is 2 × person index + side."""

    vocabulary: Vocabulary
    people: int
    group: Ints
    combo: Ints
    value: Floats
    sem: Floats
    p_limited: Floats
    sex: Ints
    age: Ints

    def best(self, test: str, variant: str) -> Floats:
        """P(limited) of the reading with the smallest error per group; NaN where there is none."""
        if test in self.vocabulary.protocol.derived_tests:
            group, method, sem, p = self._total(test)
        else:
            group, method, sem, p = self._single(test, variant)
        known = ~np.isnan(p)
        group, method, sem, p = group[known], method[known], sem[known], p[known]
        order = np.lexsort((method, sem, group))
        groups, first = np.unique(group[order], return_index=True)
        found = np.full(2 * self.people, np.nan)
        found[groups] = p[order][first]
        return found

    def _which(self, test: str, variant: str) -> NDArray[np.bool_]:
        wanted = [c[0] == test and c[2] == variant for c in self.vocabulary.combos]
        return np.asarray(np.array(wanted)[self.combo])

    def _single(self, test: str, variant: str) -> tuple[Ints, Ints, Floats, Floats]:
        which = self._which(test, variant)
        return self.group[which], self.vocabulary.method[self.combo[which]], self.sem[which], self.p_limited[which]

    def _total(self, test: str) -> tuple[Ints, Ints, Floats, Floats]:
        derived = self.vocabulary.protocol.derived_tests[test]
        parts: list[Any] = []
        for part in derived.sum_of:
            at = np.flatnonzero(self._which(part, derived.protocol))
            key = self.group[at] * len(METHODS) + self.vocabulary.method[self.combo[at]]
            unique, first = np.unique(key, return_index=True)
            if len(unique) != len(key):
                raise InputError(f"{part} is given twice for one person, side and method; keep one of them.")
            parts.append((unique, at[first]))
        _, a, b = np.intersect1d(parts[0][0], parts[1][0], assume_unique=True, return_indices=True)
        first, second = parts[0][1][a], parts[1][1][b]
        value, sem = self.value[first] + self.value[second], np.hypot(self.sem[first], self.sem[second])
        method = self.vocabulary.method[self.combo[first]]
        combos = np.array(
            [self.vocabulary.code.get((test, m, derived.protocol, derived.unit), -1) for m in METHODS], dtype=np.int64
        )
        p, _, _ = _probabilities(self.vocabulary, combos[method], self.sex[first], self.age[first], value, sem)
        return self.group[first], method, sem, p

    def fill(self, slot: Slot) -> Floats:
        """First choice of a slot, or the next where it is missing."""
        found = np.full(2 * self.people, np.nan)
        for test, variant in slot.tests:
            found = np.where(np.isnan(found), self.best(test, variant), found)
        return found


def _interval(p: Floats) -> tuple[Floats, Floats]:
    missing = np.isnan(p)
    return (np.where(missing, 0.0, p), np.where(missing, 1.0, p)) if missing.any() else (p, p)


def _verdicts(
    people: Ints, rows: _Rows, nerve_flexion: NDArray[np.bool_] | None, nerve_extension: NDArray[np.bool_] | None
) -> Verdicts:
    n = len(people)
    inputs = {
        motion: [_interval(rows.fill(slot)) for slot in slots]
        for motion, slots in (
            (Motion.FLEXION, FLEXION_SLOTS),
            (Motion.EXTENSION, EXTENSION_SLOTS),
            (Motion.ROTATION, ROTATION_SLOTS),
            (Motion.ABDUCTION, ABDUCTION_SLOTS),
        )
    }
    low, high = bounds(rotation, inputs[Motion.ROTATION], np.minimum, np.maximum)
    joint = (low["mobility"], high["mobility"])
    shares: dict[Motion, dict[str, Value]] = {
        Motion.FLEXION: bounds(pair, inputs[Motion.FLEXION], np.minimum, np.maximum)[0],
        Motion.EXTENSION: bounds(extension, [*inputs[Motion.EXTENSION], joint], np.minimum, np.maximum)[0],
        Motion.ROTATION: low,
        Motion.ABDUCTION: bounds(pair, inputs[Motion.ABDUCTION], np.minimum, np.maximum)[0],
    }
    nerve = {Motion.FLEXION: nerve_flexion, Motion.EXTENSION: nerve_extension}
    probabilities = np.zeros((2 * n, len(MOTIONS), len(VERDICTS)))
    label = np.empty((2 * n, len(MOTIONS)), dtype=np.int8)
    for m, motion in enumerate(MOTIONS):
        block = probabilities[:, m]
        for verdict in NAMED_LABELS:
            block[:, VERDICTS.index(verdict)] = shares[motion].get(verdict.value, 0.0)
        irritated = nerve.get(motion)
        if irritated is not None:
            for verdict in (VerdictLabel.FLEXIBILITY, VerdictLabel.BOTH):
                block[irritated.reshape(-1), VERDICTS.index(verdict)] = 0.0
        cant_tell = VERDICTS.index(VerdictLabel.CANT_TELL)
        named = block.argmax(axis=1)  # the last column, can't tell, is still 0
        label[:, m] = np.where(block.max(axis=1) >= NAMED, named, cant_tell)
        block[:, cant_tell] = np.maximum(0.0, 1.0 - block.sum(axis=1))
    return Verdicts(people, probabilities.reshape(n, 2, *probabilities.shape[1:]), label.reshape(n, 2, len(MOTIONS)))
