"""A case file becomes a Case, or one clear sentence that says what is wrong with it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from coxa.case.entries import Entries
from coxa.case.faults import Faults, nearest, show
from coxa.case.tree import Path_, Tree, decode, parse, read_bytes
from coxa.case.urgent import lenient, urgent_action, urgent_in
from coxa.errors import CaseFileError
from coxa.model import (
    ActionLevel,
    Answer,
    Case,
    Function,
    Hypermobility,
    Life,
    Pain,
    Person,
    Resources,
    Source,
    Visit,
)
from coxa.protocol import Protocol, load_protocol
from coxa.protocol.schema import SafetyQuestion
from coxa.reason.safety import Circumstances, gate, questions_to_ask

MOST_VISITS = 60
FIRST_YEAR, LAST_YEAR = 1990, 2200
_PARTS: Mapping[str, type[Pain | Function | Life | Hypermobility | Resources]] = {
    "pain": Pain,
    "function": Function,
    "life": Life,
    "hypermobility": Hypermobility,
    "resources": Resources,
}
_VISIT_NEEDS = ("date", "safety", "pain", "life", "resources")
_VISIT_KEYS = ("date", "safety", *_PARTS, "readings", "observations")
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
        tree = parse(decode(raw, str(path)), str(path))
        if ask is not None:  # other faults are told before anybody answers forty questions
            _Loader(tree, raw, protocol, lambda _: Answer.NO).load()
        return _Loader(tree, raw, protocol, ask).load()
    except CaseFileError as error:
        error.urgent = error.urgent or urgent_in(lenient(raw), protocol)
        raise


class _Loader:
    """One pass over one file; gathers every fault before it raises the first."""

    def __init__(self, tree: Tree, raw: bytes, protocol: Protocol, ask: Ask | None) -> None:
        self.tree, self.protocol, self.ask = tree, protocol, ask
        self.faults = Faults(tree)
        self.source = Source(name=Path(tree.file).name, sha256=hashlib.sha256(raw).hexdigest())
        self.entries = Entries(tree, self.faults, protocol, self.source)
        self.urgent: str | None = None
        self.stops: tuple[str, ...] | None = None

    def load(self) -> Case:
        top = self.tree.value
        if not isinstance(top, dict):
            self.faults.add((), "a case file has two keys at the top: person and visits.")
            self.faults.check()
        self.faults.unknown_keys(top, ("person", "visits"), ())
        self.faults.missing_keys(top, ("person", "visits"), ())
        person = self._person(top["person"]) if "person" in top else None
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
        if person is None:  # 'person' was given without a value, and that is noted as a fault
            raise CaseFileError("person is missing.", file=self.tree.file)
        return Case(person=person, visits=tuple(sorted(complete, key=lambda v: v.date)), source=self.source)

    def _person(self, raw: Any) -> Person | None:
        if isinstance(raw, dict) and raw.get("sex") == "not said":
            raw = {**raw, "sex": "not_said"}
        return self.faults.model(Person, raw, ("person",))

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
        # without any safety answers, every open question is asked, or named as a fault
        self.faults.missing_keys(raw, (key for key in _VISIT_NEEDS if key != "safety"), path)
        date = raw.get("date")
        if isinstance(date, dt.date) and not FIRST_YEAR <= date.year <= LAST_YEAR:
            self.faults.add((*path, "date"), f"date is {date}; a year from {FIRST_YEAR} to {LAST_YEAR} was expected.")
        if "date" in raw and not isinstance(date, dt.date):
            self.faults.add((*path, "date"), f"date is {show(date)}, but a date such as 2026-03-02 was expected.")
        ask_stops = (
            self.ask is not None and isinstance(means := raw.get("resources"), dict) and "stop_list" not in means
        )
        if ask_stops:
            raw = {**raw, "resources": {**raw["resources"], "stop_list": []}}
        parts = {key: self.faults.model(kind, raw[key], (*path, key)) for key, kind in _PARTS.items() if key in raw}
        pain, function = parts.get("pain"), parts.get("function")
        about = Circumstances(
            {},
            person,
            pain if isinstance(pain, Pain) else None,
            function if isinstance(function, Function) else None,
        )
        answers = self._safety(raw.get("safety"), (*path, "safety"), about)
        readings = self.entries.readings(raw.get("readings"), (*path, "readings"))
        observations = self.entries.observations(raw.get("observations"), (*path, "observations"))
        resources = parts.get("resources")
        urgent = urgent_action(replace(about, answers=answers), self.protocol)
        if ask_stops and isinstance(resources, Resources) and urgent is None:  # this visit's answers, no other's
            if self.stops is None:  # once for all visits: the same person answers
                self.stops = tuple(self._ask_stops())
            parts["resources"] = resources.model_copy(update={"stop_list": self.stops})
        self._cross_check(date, parts, answers, path)
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

    def _cross_check(self, date: Any, parts: Mapping[str, Any], answers: Mapping[str, Answer], path: Path_) -> None:
        """What the parts of a visit must agree on."""
        pain, function, life, resources = (parts.get(key) for key in ("pain", "function", "life", "resources"))
        if isinstance(pain, Pain):
            self._closed_list(pain.brought_on_by, self.protocol.words.tasks, (*path, "pain", "brought_on_by"))
            if pain.worst_0_10 < pain.now_0_10:
                self.faults.add(
                    (*path, "pain", "worst_0_10"), "worst_0_10 is lower than now_0_10; check the two numbers."
                )
        if isinstance(function, Function):
            self._activities(function, (*path, "function", "psfs"))
        if isinstance(resources, Resources):
            self._resources(resources, date, answers, (*path, "resources"))
        if isinstance(life, Life) and isinstance(date, dt.date):
            for i, run in enumerate(life.runs):
                if run.date > date:
                    self.faults.add((*path, "life", "runs", i), f"the run of {run.date} is after the visit of {date}.")

    def _activities(self, function: Function, path: Path_) -> None:
        names = [item.activity.lower() for item in function.psfs]
        for i, name in enumerate(names):
            if name in names[:i]:
                self.faults.add((*path, i), f"the activity '{show(name)}' is given twice.")

    def _resources(self, resources: Resources, date: Any, answers: Mapping[str, Answer], path: Path_) -> None:
        self._agree(resources, answers, path)
        if isinstance(date, dt.date) and resources.start is not None and resources.start < date:
            self.faults.add((*path, "start"), f"start is {resources.start}, before the visit of {date}.")
        self._closed_list(resources.equipment, self.protocol.words.equipment, (*path, "equipment"))
        self._closed_list(resources.stop_list, self.protocol.stop_conditions.values(), (*path, "stop_list"))

    def _agree(self, resources: Resources, answers: Mapping[str, Answer], path: Path_) -> None:
        """A stop list that names what a safety answer denies: one of the two is wrong, and it matters which."""
        for stop in self.protocol.stop_conditions.values():
            if stop.id in resources.stop_list and stop.asked_as and answers.get(stop.asked_as) is Answer.NO:
                self.faults.add(
                    (*path, "stop_list"),
                    f"the stop list says {stop.id}, but the safety answer {stop.asked_as} is no; make the two agree.",
                )

    def _closed_list(self, given: Iterable[str], known: Iterable[Any], path: Path_) -> None:
        words = [entry.id for entry in known]
        for i, word in enumerate(given):
            if word not in words:
                more = "; 'coxa protocol stops' lists all" if path[-1] == "stop_list" else ""
                hint = nearest(word, words) or more
                self.faults.add((*path, i), f"'{show(word)}' is not known under {path[-1]}{hint}.")

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
        emergency = self._is_emergency(answers, about)
        if not emergency and len(self.faults.found) == before:  # a slip first, then what is open
            self._open_questions(answers, path, about)
        return answers

    def _is_emergency(self, answers: dict[str, Answer], about: Circumstances) -> bool:
        """Whether this visit's answers are an emergency, so that nothing more needs to be asked.

        Anything less urgent does not end the questions: one of those still open may be an emergency.
        """
        now = replace(about, answers=answers)
        self.urgent = urgent_action(now, self.protocol) or self.urgent
        return gate(now, self.protocol).level is ActionLevel.EMERGENCY_NOW

    def _ask_stops(self) -> Iterable[str]:
        """Ask for every health condition that rules out some exercise, unless a safety question has asked already."""
        for stop in self.protocol.stop_conditions.values():
            question = SafetyQuestion(id=stop.id, group="scope", ask=stop.ask)
            if stop.asked_as is None and self.ask is not None and self.ask(question) is not Answer.NO:
                yield stop.id

    def _open_questions(self, answers: dict[str, Answer], path: Path_, about: Circumstances) -> None:
        """Ask what is open; answers can open further questions, so look again until nothing is left."""
        while True:
            now = replace(about, answers=answers)
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
            if self._is_emergency(answers, about):
                return
