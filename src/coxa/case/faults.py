"""Faults in a case file, gathered and said in one clear sentence each."""

from __future__ import annotations

import datetime as dt
import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from coxa.case.tree import Path_, Tree
from coxa.errors import CaseFileError

M = TypeVar("M", bound=BaseModel)


class Faults:
    """Collects faults; ``check`` raises the first one by line."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.found: list[tuple[int, str]] = []

    def add(self, path: Path_, message: str) -> None:
        """Note a fault at a path."""
        self.found.append((self.tree.line(path) or 1, message))

    def check(self, urgent: str | None = None) -> None:
        """Raise the first fault, if there is any."""
        if self.found:
            line, message = min(self.found, key=lambda fault: fault[0])  # of one line, the one that was seen first
            raise CaseFileError(message, file=self.tree.file, line=line, others=len(self.found) - 1, urgent=urgent)

    def model(self, kind: type[M], value: Any, path: Path_) -> M | None:
        """A value as a model, or ``None`` with every fault noted."""
        if not isinstance(value, Mapping):
            self.add(path, f"{name_of(path)} must be a group of keys: {', '.join(kind.model_fields)}.")
            return None
        try:
            return kind.model_validate_json(json.dumps(value, default=_plain), strict=True)
        except ValidationError as error:
            # a misspelt key leaves the right one missing: the slip is told first
            for problem in sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden"):
                where = (*path, *problem["loc"])
                self.add(where, _sentence(problem, where, kind))
            return None

    def unknown_keys(self, value: Mapping[str, Any], allowed: Iterable[str], path: Path_) -> None:
        """Note every key that is not allowed."""
        known = tuple(allowed)
        for key in value:
            if key not in known:
                self.add((*path, key), f"unknown key '{key}'{nearest(key, known)}.")

    def missing_keys(self, value: Mapping[str, Any], needed: Iterable[str], path: Path_) -> None:
        """Note every key that is missing."""
        for key in needed:
            if key not in value:
                self.add(path, f"{name_of(path)}: '{key}' is missing.")


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest known word."""
    words = tuple(known)
    near = difflib.get_close_matches(word, words, n=1)
    if near:
        return f" (did you mean '{near[0]}'?)"
    return f"; it can be {', '.join(words)}" if len(words) <= 12 else ""


def name_of(path: Path_) -> str:
    """A path in words: ``visits[0].pain.weeks`` is 'visit 1, pain, weeks'."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int):
            words[-1:] = [f"{words[-1].removesuffix('s')} {part + 1}"] if words else [str(part + 1)]
        else:
            words.append(part)
    return ", ".join(words) or "the file"


def show(value: Any) -> str:
    """A value as the person wrote it, shortened."""
    text = (
        {True: "yes", False: "no", None: "nothing"}.get(value, str(value))
        if isinstance(value, bool | None)
        else str(value)
    )
    return text if len(text) <= 40 else text[:37] + "..."


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "yes or no",
    "string_type": "text (in quotes)",
    "date_type": "a date such as 2026-03-02",
    "date_from_datetime_parsing": "a date such as 2026-03-02",
    "date_parsing": "a date such as 2026-03-02",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a group of keys",
    "model_type": "a group of keys",
    "model_attributes_type": "a group of keys",
}


def _sentence(problem: Any, path: Path_, kind: type[BaseModel]) -> str:
    code, context, given = problem["type"], problem.get("ctx", {}), problem.get("input")
    name = name_of(path)
    if code == "missing":
        return f"{name_of(path[:-1])}: '{path[-1]}' is missing."
    if code == "extra_forbidden":
        return f"unknown key '{path[-1]}'{nearest(str(path[-1]), kind.model_fields)}."
    if code in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        bound = next(iter(context.values()))
        word = {
            "greater_than_equal": "at least",
            "greater_than": "more than",
            "less_than_equal": "at most",
            "less_than": "less than",
        }[code]
        return f"{name} is {show(given)}, but it must be {word} {bound:g}."
    if code in ("enum", "literal_error"):
        return f"{name} is '{show(given)}', but it must be {context['expected'].replace(chr(39), '')}."
    if code in ("too_long", "string_too_long"):
        return f"{name} is too long; at most {context['max_length']} are allowed."
    if code in ("too_short", "string_too_short"):
        return f"{name} must not be empty."
    if code in _EXPECTED:
        return f"{name} is {show(given)}, but {_EXPECTED[code]} was expected."
    return f"{name}: {problem['msg'][0].lower() + problem['msg'][1:]}."
