"""A case file becomes a Case, or one clear sentence that says what is wrong with it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from coxa.case.faults import Faults, nearest, show
from coxa.case.tree import Path_, Tree, decode, parse, read_bytes
from coxa.case.urgent import urgent_action, urgent_in
from coxa.errors import CaseFileError, InputError
from coxa.measure import RawReading, read_trials
from coxa.model import (
    Answer,
    Case,
    Function,
    Hypermobility,
    Life,
    Method,
    Observation,
    Pain,
    Person,
    Reading,
    Refusal,
    Resources,
    Side,
    Source,
    Unit,
    Visit,
)
from coxa.protocol import Protocol, load_protocol
from coxa.protocol.schema import SafetyQuestion
from coxa.reason.safety import Circumstances, questions_to_ask

MOST_VISITS = 60
MOST_TRIALS = 5
_PARTS: Mapping[str, type[Pain | Function | Life | Hypermobility | Resources]] = {
    "pain": Pain,
    "function": Function,
    "life": Life,
    "hypermobility": Hypermobility,
    "resources": Resources,
}
_VISIT_NEEDS = ("date", "pain", "life", "resources")  # and safety, of which every open question is asked or named
_VISIT_KEYS = ("date", "safety", *_PARTS, "readings", "observations")
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
    *_VALUE_KEYS,
    "thigh_length_cm",
    "refused_because",
    "brings_familiar_pain",
)
Ask = Callable[[SafetyQuestion], Answer]


def load_case(path: str | Path, ask: Ask | None = None) -> Case:
    """Read and check a case file.

    Parameters
    ----------
    path: the case file (YAML, at most 1 MB).
    ask: called for each safety question that the file leaves open; without it an open question is an error.

    Raises
    ------
    CaseFileError: the file can't be used; the sentence names file, line and what was expected. If the safety answers
        could be read and ask for urgent action, the error carries that action too.
    """
    path, protocol = Path(path), load_protocol()
    raw = read_bytes(path)
    try:
        text = decode(raw, str(path))
        return _Loader(parse(text, str(path)), text, protocol, ask).load()
    except CaseFileError as error:
        error.urgent = error.urgent or urgent_in(raw.decode("utf-8", "replace"), protocol)
        raise


class _Loader:
    """One pass over one file; gathers every fault before it raises the first."""

    def __init__(self, tree: Tree, text: str, protocol: Protocol, ask: Ask | None) -> None:
        self.tree, self.protocol, self.ask = tree, protocol, ask
        self.faults = Faults(tree)
        self.source = Source(name=Path(tree.file).name, sha256=hashlib.sha256(text.encode()).hexdigest())
        self.urgent: str | None = None

    def load(self) -> Case:
        top = self.tree.value
        if not isinstance(top, dict):
            self.faults.add((), "a case file has two keys at the top: person and visits.")
            self.faults.check()
        self.faults.unknown_keys(top, ("person", "visits"), ())
        self.faults.missing_keys(top, ("person", "visits"), ())
        person = self._person(top.get("person"))
        raw = top.get("visits")
        if "visits" in top and not (isinstance(raw, list) and 0 < len(raw) <= MOST_VISITS):
            self.faults.add(
                ("visits",), f"visits must be a list of 1 to {MOST_VISITS} visits, each starting with '- date: ...'."
            )
        visits = [
            self._visit(visit, ("visits", i), person) for i, visit in enumerate(raw if isinstance(raw, list) else [])
        ]
        complete = [visit for visit in visits if visit is not None]
        self._order(visits)
        self.faults.check(self.urgent)
        if person is None:
            raise AssertionError("a fault was not noted")
        return Case(person=person, visits=tuple(sorted(complete, key=lambda v: v.date)), source=self.source)

    def _person(self, raw: Any) -> Person | None:
        if isinstance(raw, dict) and raw.get("sex") == "not said":
            raw = {**raw, "sex": "not_said"}
        return None if raw is None else self.faults.model(Person, raw, ("person",))

    def _order(self, visits: list[Visit | None]) -> None:
        seen: set[dt.date] = set()
        for i, visit in enumerate(visits):
            if visit is None:
                continue
            if visit.date in seen:
                self.faults.add(
                    ("visits", i, "date"), f"two visits have the date {visit.date}; each visit needs its own."
                )
            seen.add(visit.date)

    # --- one visit ---

    def _visit(self, raw: Any, path: Path_, person: Person | None) -> Visit | None:
        if not isinstance(raw, dict):
            self.faults.add(path, f"a visit must be a group of keys: {', '.join(_VISIT_KEYS)}.")
            return None
        before = len(self.faults.found)
        self.faults.unknown_keys(raw, _VISIT_KEYS, path)
        self.faults.missing_keys(raw, _VISIT_NEEDS, path)
        date = raw.get("date")
        if "date" in raw and not isinstance(date, dt.date):
            self.faults.add((*path, "date"), f"date is {show(date)}, but a date such as 2026-03-02 was expected.")
        parts = {key: self.faults.model(kind, raw[key], (*path, key)) for key, kind in _PARTS.items() if key in raw}
        pain, function, resources = parts.get("pain"), parts.get("function"), parts.get("resources")
        answers = self._safety(
            raw.get("safety"),
            (*path, "safety"),
            Circumstances(
                {},
                person,
                pain if isinstance(pain, Pain) else None,
                function if isinstance(function, Function) else None,
            ),
        )
        readings = self._readings(raw.get("readings"), (*path, "readings"))
        observations = self._observations(raw.get("observations"), (*path, "observations"))
        if isinstance(pain, Pain):
            self._closed_list(pain.brought_on_by, self.protocol.words.tasks, (*path, "pain", "brought_on_by"))
            if pain.worst_0_10 < pain.now_0_10:
                self.faults.add(
                    (*path, "pain", "worst_0_10"), "worst_0_10 is lower than now_0_10; check the two numbers."
                )
        if isinstance(resources, Resources):
            self._closed_list(resources.equipment, self.protocol.words.equipment, (*path, "resources", "equipment"))
            self._closed_list(
                resources.stop_list, self.protocol.stop_conditions.values(), (*path, "resources", "stop_list")
            )
        life = parts.get("life")
        if isinstance(life, Life) and isinstance(date, dt.date):
            for i, run in enumerate(life.runs):
                if run.date > date:
                    self.faults.add((*path, "life", "runs", i), f"the run of {run.date} is after the visit of {date}.")
        if len(self.faults.found) > before:
            return None
        return Visit.model_validate(
            {
                "date": date,
                "safety": answers,
                "function": Function(),
                **{key: part for key, part in parts.items() if part is not None},
                "readings": readings,
                "observations": observations,
            }
        )

    def _closed_list(self, given: Iterable[str], known: Iterable[Any], path: Path_) -> None:
        words = [entry.id for entry in known]
        for i, word in enumerate(given):
            if word not in words:
                self.faults.add((*path, i), f"'{show(word)}' is not known under {path[-1]}{nearest(word, words)}.")

    # --- safety ---

    def _safety(self, raw: Any, path: Path_, about: Circumstances) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        before = len(self.faults.found)
        if raw is None:
            raw = {}
        if not isinstance(raw, dict):
            self.faults.add(path, "safety must be a group of questions, each answered yes, no or unsure.")
            return answers
        for key, value in raw.items():
            if key not in self.protocol.safety_questions:
                self.faults.add(
                    (*path, key), f"there is no safety question '{key}'{nearest(key, self.protocol.safety_questions)}."
                )
            elif value is True or value is False or value == "unsure":
                answers[key] = Answer.UNSURE if value == "unsure" else Answer.YES if value else Answer.NO
            else:
                self.faults.add((*path, key), f"{key} is {show(value)}, but yes, no or unsure was expected.")
        if not self._is_urgent(answers, about) and len(self.faults.found) == before:  # a slip first, then what is open
            self._open_questions(answers, path, about)
        return answers

    def _is_urgent(self, answers: dict[str, Answer], about: Circumstances) -> bool:
        """Whether this visit's answers ask for urgent action, so that nothing more needs to be asked."""
        now = Circumstances(answers, about.person, about.pain, about.function)
        urgent = urgent_action(now, self.protocol)
        self.urgent = urgent or self.urgent
        return urgent is not None

    def _open_questions(self, answers: dict[str, Answer], path: Path_, about: Circumstances) -> None:
        """Ask what is open; answers can open further questions, so look again until nothing is left."""
        while True:
            now = Circumstances(answers, about.person, about.pain, about.function)
            open_ = [q for q in questions_to_ask(now, self.protocol) if q not in answers]
            if not open_:
                return
            if self.ask is None:
                names = ", ".join(open_[:6]) + (f" and {len(open_) - 6} more" if len(open_) > 6 else "")
                self.faults.add(
                    path,
                    f"safety: {len(open_)} question{'s are' if len(open_) > 1 else ' is'} not answered: {names}. "
                    "Answer each with yes, no or unsure ('coxa protocol safety' shows their words).",
                )
                return
            answers[open_[0]] = self.ask(self.protocol.safety_questions[open_[0]])
            if self._is_urgent(answers, about):
                return

    # --- readings and observations ---

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

    def _readings(self, raw: Any, path: Path_) -> tuple[Reading, ...]:
        readings: list[Reading] = []
        seen: dict[tuple[str, ...], int | None] = {}
        for where, entry in self._list_of_groups(raw, path):
            typed = self._raw_reading(entry, where)
            if typed is None:
                continue
            key = (typed.test, typed.side.value, typed.method.value, typed.protocol)
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

    def _observations(self, raw: Any, path: Path_) -> tuple[Observation, ...]:
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
