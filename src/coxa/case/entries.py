"""The lists of a visit: readings and observations."""

from __future__ import annotations

import re
from typing import Any

from coxa.case.faults import Faults, nearest, show
from coxa.case.tree import Path_, Tree
from coxa.errors import InputError
from coxa.measure import RawReading, read_trials
from coxa.model import Method, Observation, Reading, Refusal, Side, Source, Unit
from coxa.protocol import Protocol

MOST_TRIALS = 5
_INSTRUMENT = re.compile(r"[a-z][a-z0-9_]{0,40}")
_READING_NEEDS = ("test", "method", "protocol")
_VALUE_KEYS = {
    "trials_deg": Unit.DEGREE,
    "value_deg": Unit.DEGREE,
    "trials_cm": Unit.CENTIMETRE,
    "value_cm": Unit.CENTIMETRE,
}
_READING_KEYS = (
    "test",
    "side",
    "method",
    "protocol",
    "instrument",
    *_VALUE_KEYS,
    "thigh_length_cm",
    "refused_because",
    "brings_familiar_pain",
)


class Entries:
    """Reads the lists of a visit; every fault is noted."""

    def __init__(self, tree: Tree, faults: Faults, protocol: Protocol, source: Source) -> None:
        self.tree, self.faults, self.protocol, self.source = tree, faults, protocol, source

    def _list_of_groups(self, raw: Any, path: Path_) -> list[tuple[Path_, dict[str, Any]]]:
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.faults.add(path, f"{path[-1]} must be a list, each entry starting with '- '.")
            return []
        found = []
        for i, entry in enumerate(raw):
            if isinstance(entry, dict):
                found.append(((*path, i), entry))
            else:
                self.faults.add(
                    (*path, i), f"an entry of {path[-1]} must be a group such as {{test: ..., side: left, ...}}."
                )
        return found

    def readings(self, raw: Any, path: Path_) -> tuple[Reading, ...]:
        """Readings, checked and with their error."""
        readings: list[Reading] = []
        seen: dict[tuple[str, ...], int | None] = {}
        for where, entry in self._list_of_groups(raw, path):
            typed = self._raw_reading(entry, where)
            if typed is None:
                continue
            key = (typed.test, typed.side.value, typed.method.value, typed.instrument or "", typed.protocol)
            if key in seen:
                other = {
                    "left": "; if one of them is the other side, write side: right",
                    "right": "; if one of them is the other side, write side: left",
                }
                self.faults.add(
                    where,
                    f"{typed.test} ({typed.side.value}, {typed.method.value}) is already given on line {seen[key]}"
                    f"{other.get(typed.side.value, '')}.",
                )
                continue
            seen[key] = self.tree.line(where)
            try:
                readings.append(read_trials(typed, self.protocol, self.source))
            except InputError as error:
                self.faults.add(where, str(error))
        return tuple(readings)

    def _raw_reading(self, entry: dict[str, Any], path: Path_) -> RawReading | None:
        before = len(self.faults.found)
        self.faults.unknown_keys(entry, _READING_KEYS, path)
        self.faults.missing_keys(entry, _READING_NEEDS, path)
        side = self._word(Side, entry.get("side", "both"), (*path, "side"))
        method = self._word(Method, entry.get("method"), (*path, "method")) if "method" in entry else None
        given = [key for key in _VALUE_KEYS if key in entry]
        if len(given) != 1:
            self.faults.add(path, "a reading needs exactly one of trials_deg, trials_cm, value_deg or value_cm.")
        trials = self._numbers(entry[given[0]], (*path, given[0])) if len(given) == 1 else ()
        familiar = entry.get("brings_familiar_pain")
        if not (familiar is None or isinstance(familiar, bool)):
            self.faults.add(
                (*path, "brings_familiar_pain"),
                f"brings_familiar_pain is {show(familiar)}, but yes or no was expected.",
            )
        instrument = entry.get("instrument")
        if not (instrument is None or (isinstance(instrument, str) and _INSTRUMENT.fullmatch(instrument))):
            self.faults.add(
                (*path, "instrument"),
                f"instrument is {show(instrument)}, but a word such as blazepose_heavy was expected.",
            )
        thigh = (
            self._numbers(entry["thigh_length_cm"], (*path, "thigh_length_cm")) if "thigh_length_cm" in entry else ()
        )
        refusals = [
            self._word(Refusal, word, (*path, "refused_because"))
            for word in (entry.get("refused_because") or [])
            if isinstance(entry.get("refused_because"), list)
        ]
        if entry.get("refused_because") is not None and not isinstance(entry["refused_because"], list):
            self.faults.add((*path, "refused_because"), "refused_because must be a list such as [pelvis_moved].")
        if len(self.faults.found) > before or side is None or method is None:
            return None
        return RawReading(
            test=str(entry["test"]),
            side=side,
            method=method,
            protocol=str(entry["protocol"]),
            trials=trials,
            unit=_VALUE_KEYS[given[0]],
            thigh_length_cm=thigh[0] if thigh else None,
            refusals=tuple(r for r in refusals if r is not None),
            brings_familiar_pain=familiar,
            instrument=instrument,
        )

    def _word(self, kind: Any, value: Any, path: Path_) -> Any:
        try:
            return kind(value)
        except ValueError:
            words = [member.value for member in kind]
            self.faults.add(path, f"{path[-1]} is '{show(value)}', but it must be {' or '.join(words)}.")
            return None

    def _numbers(self, value: Any, path: Path_) -> tuple[float, ...]:
        values = value if isinstance(value, list) else [value]
        if not 1 <= len(values) <= MOST_TRIALS:
            self.faults.add(path, f"{path[-1]} needs one to {MOST_TRIALS} numbers.")
            return ()
        for one in values:
            if isinstance(one, bool) or not isinstance(one, int | float):
                self.faults.add(path, f"{path[-1]} has {show(one)}, but a number was expected.")
                return ()
        return tuple(float(one) for one in values)

    def observations(self, raw: Any, path: Path_) -> tuple[Observation, ...]:
        """Answers to the questions of tests."""
        found: dict[tuple[str, Side, str], Observation] = {}
        for where, entry in self._list_of_groups(raw, path):
            test = entry.get("test")
            spec = self.protocol.tests.get(test) if isinstance(test, str) else None
            if spec is None:
                self.faults.add(where, f"there is no test '{show(test)}'{nearest(str(test), self.protocol.tests)}.")
                continue
            questions = [question.id for question in spec.questions]
            side = self._word(Side, entry.get("side", "both"), (*where, "side"))
            if side is not None and spec.sided != (side is not Side.BOTH):
                self.faults.add(
                    where, f"{spec.id}: side must be {'left or right' if spec.sided else 'both, or left out'}."
                )
                continue
            for key, value in entry.items():
                if key in ("test", "side"):
                    continue
                if key not in questions:
                    self.faults.add((*where, key), f"{spec.id} has no question '{key}'{nearest(key, questions)}.")
                elif not isinstance(value, bool):
                    self.faults.add((*where, key), f"{key} is {show(value)}, but yes or no was expected.")
                elif side is not None:
                    if (spec.id, side, key) in found:
                        self.faults.add((*where, key), f"{key} is answered twice for {side.value}.")
                    found[(spec.id, side, key)] = Observation(test=spec.id, side=side, question=key, answer=value)
        return tuple(found.values())
