"""YAML text becomes plain values that remember their line; hostile text is refused before anything is built."""

from __future__ import annotations

import datetime as dt
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from coxa.errors import CaseFileError

MOST_BYTES = 1_000_000
MOST_EVENTS = 50_000
DEEPEST = 12
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories of characters that can't be seen and have no place in a case file."""
_COMMA = re.compile(r"\d,\d")
_INTEGER = re.compile(r"[-+]?\d{1,15}")
_NUMBER = re.compile(r"[-+]?(\d{1,15}\.?\d{0,15}|\.\d{1,15})([eE][-+]?\d{1,2})?")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_BOOLEAN = {"yes": True, "no": False, "true": True, "false": False}
_NOTHING = {"", "~", "null"}

Path_ = tuple[str | int, ...]


@dataclass
class Tree:
    """The values of a file, and the 1-based line of each path."""

    file: str
    value: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Path_) -> int | None:
        """Line of a path, or of the nearest parent that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_bytes(path: Path) -> bytes:
    """Content of an ordinary file of at most 1 MB.

    Raises
    ------
    CaseFileError: no such file, not an ordinary file, or too large.
    """
    name = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise CaseFileError("this is not a file; give a case file such as case.yaml.", file=name)
        if status.st_size > MOST_BYTES:
            raise CaseFileError(
                f"the file has {status.st_size / 1e6:.1f} MB; a case file has at most {MOST_BYTES / 1e6:.0f} MB.",
                file=name,
            )
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise CaseFileError("there is no such file; check the name.", file=name) from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        raise CaseFileError(f"the file can't be read ({reason}).", file=name) from None
    if len(raw) > MOST_BYTES:
        raise CaseFileError("the file grew while it was read; try again.", file=name)
    return raw


def decode(raw: bytes, name: str) -> str:
    """Text of a file's content.

    Raises
    ------
    CaseFileError: not UTF-8.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CaseFileError("the text is not UTF-8; save the file as UTF-8.", file=name, line=line) from None


def _hides(text: str) -> bool:
    """Whether a text holds characters that can't be seen; line breaks and tabs aside."""
    return not text.isprintable() and any(unicodedata.category(c) in HIDDEN for c in text if c not in "\n\t")


def _look_for_slips(text: str, file: str) -> None:
    """Slips that YAML would take without a word: a decimal comma, a tab, characters that can't be seen."""
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.split(" #")[0]
        if _COMMA.search(plain) and '"' not in plain:
            raise CaseFileError(
                "a comma stands between two digits; write 34.5 with a point, or put a space after a comma in a list.",
                file=file,
                line=number,
            )
        if plain.startswith("\t") or re.match(r" *\t", plain):
            raise CaseFileError("a tab can't indent a line; use spaces.", file=file, line=number)
        if _hides(line):
            raise CaseFileError("a character that can't be seen is in this line; delete it.", file=file, line=number)


def parse(text: str, file: str) -> Tree:
    """Parse YAML into plain values. Yes/no, numbers, dates and text are told apart; anchors and tags are refused.

    Raises
    ------
    CaseFileError: not YAML, empty, a key given twice, nested too deeply, or using anchors, aliases or tags.
    """
    tree = Tree(file)
    try:
        _look_for_slips(text, file)
        _look_for_traps(text, file)
        node = yaml.compose(text, Loader=_PARSER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or "unreadable character")
        raise CaseFileError(
            f"this is not valid YAML ({problem}); check indentation, colons and quotes here.",
            file=file,
            line=mark.line + 1 if mark is not None else None,
        ) from None
    if node is None:
        raise CaseFileError("the file is empty; see examples/cases for what belongs in it.", file=file)
    tree.value = _build(node, (), tree)
    return tree


def _look_for_traps(text: str, file: str) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_PARSER)):
        line = event.start_mark.line + 1 if event.start_mark is not None else None
        if getattr(event, "anchor", None) is not None:
            raise CaseFileError(
                "anchors and aliases (& and *) are not allowed; write the value out.", file=file, line=line
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if getattr(event, "tag", None) is not None:
            raise CaseFileError("tags (!) are not allowed; write a plain value.", file=file, line=line)
        if depth > DEEPEST:
            raise CaseFileError(f"nested more than {DEEPEST} levels deep; a case file needs six.", file=file, line=line)
        if count > MOST_EVENTS:
            raise CaseFileError("far too many entries for a case file.", file=file, line=line)
        if isinstance(event, yaml.DocumentStartEvent) and count > 1:
            raise CaseFileError(
                "a second document (---) is not allowed; one file holds one case.", file=file, line=line
            )


def _build(node: yaml.Node, path: Path_, tree: Tree) -> Any:
    tree.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, tree)
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, i), tree) for i, child in enumerate(node.value)]
    if _hides(str(node.value)):
        line = node.start_mark.line + 1
        raise CaseFileError("a character that can't be seen is in this value; delete it.", file=tree.file, line=line)
    return _scalar(str(node.value), quoted=getattr(node, "style", None) in ("'", '"', "|", ">"))


def _mapping(node: yaml.MappingNode, path: Path_, tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise CaseFileError("a key must be a plain word.", file=tree.file, line=line)
        key = str(key_node.value)
        if key in found:
            raise CaseFileError(
                f"'{key}' is given twice (first on line {tree.lines[(*path, key)]}); keep one of them.",
                file=tree.file,
                line=line,
            )
        found[key] = _build(value_node, (*path, key), tree)
        tree.lines[(*path, key)] = line
    return found


def _scalar(text: str, *, quoted: bool) -> Any:
    if quoted:
        return text
    plain = text.strip()
    if plain.lower() in _BOOLEAN:
        return _BOOLEAN[plain.lower()]
    if plain.lower() in _NOTHING:
        return None
    if _INTEGER.fullmatch(plain):
        return int(plain)
    if _NUMBER.fullmatch(plain):
        return float(plain)
    day = _DATE.fullmatch(plain)
    if day:
        try:
            return dt.date(*(int(part) for part in day.groups()))
        except ValueError:
            return plain
    return plain
