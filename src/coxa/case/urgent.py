"""Urgent safety answers in a file that can't be used for anything else."""

from __future__ import annotations

import difflib
import re

from coxa.model import ActionLevel, Answer, Pain, Person, Sex
from coxa.protocol import Protocol
from coxa.reason.safety import Circumstances, gate

URGENT = frozenset({ActionLevel.EMERGENCY_NOW, ActionLevel.SAME_DAY})
NO = frozenset({"no", "false", "n", "off", "0", "nein", ""})
YES = frozenset({"yes", "true", "y", "on", "1", "ja", "si"})
LONGEST_LINE = 2000
MOST_KEYS = 400
"""Different keys whose spelling is looked at; a case file has about a hundred."""
SHORTEST_KEY = 7
MOST_LINES = 5000
NEARLY = 0.85
"""How alike a misspelt key and a safety question must be to count as that question."""
_ANSWERED = re.compile(r"""([A-Za-z][\w -]{3,40}?)["']?[ \t]*:[ \t]*["'\[]?[ \t]*([^,"'}\]#]*)""")
_AGE = re.compile(r"\bage\w?[ \t]*:[ \t]*[\"']?(\d{1,3})\b")
_BELOW_KNEE = re.compile(r"\bbelow_knee[ \t]*:[ \t]*[\"']?(yes|true|y)\b", re.IGNORECASE)


def urgent_action(about: Circumstances, protocol: Protocol) -> str | None:
    """What to do at once, if the safety answers ask for urgent action."""
    result = gate(about, protocol)
    return result.actions[0].say if result.level in URGENT else None


def lenient(raw: bytes) -> str:
    """Text of any file, readable as far as possible: UTF-8, or UTF-16 as some editors write it."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:200].count(0) > len(raw[:200]) // 4:
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-8", "replace")


def urgent_in(text: str, protocol: Protocol) -> str | None:
    """What to do at once, read off the lines of a text that need not even be YAML.

    A slip of the keyboard elsewhere in the file must never hide that somebody answered yes to such a question. What is
    neither yes nor no counts as unsure, and unsure counts as yes.
    """
    lines = [line.split(" #")[0][:LONGEST_LINE] for line in text.splitlines() if not line.lstrip().startswith("#")]
    lines = lines[:MOST_LINES]
    answers: dict[str, Answer] = {}
    # what each key means; beyond MOST_KEYS different ones only the exact spelling counts
    meant: dict[str, str | None] = {}
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        for key, value in _ANSWERED.findall(line):
            if key not in meant:
                meant[key] = _question(key, protocol, guess=len(meant) < MOST_KEYS)
            question = meant[key]
            if question is None:
                continue
            word = (value.strip() or (following.strip() if ":" not in following else "")).lower()
            if word not in NO and not (word.startswith("no") and "sure" not in word):
                answers[question] = Answer.YES if word in YES else Answer.UNSURE
    person, pain = _about(text)
    return urgent_action(Circumstances(answers, person, pain), protocol)


def _question(key: str, protocol: Protocol, *, guess: bool) -> str | None:
    """The safety question that a key means, however it is spelt."""
    plain = re.sub(r"[\s-]+", "_", key.strip().lower())
    if plain in protocol.safety_questions:
        return plain
    if len(plain) < SHORTEST_KEY:
        return None
    near = difflib.get_close_matches(plain, protocol.safety_questions, n=1, cutoff=NEARLY) if guess else []
    return near[0] if near else None


def _about(text: str) -> tuple[Person | None, Pain | None]:
    """Age and pain below the knee, as far as they can be read: some combinations need them."""
    age = _AGE.search(text)
    person = Person(age=min(120, int(age.group(1))), sex=Sex.NOT_SAID) if age else None
    below = bool(_BELOW_KNEE.search(text))
    return person, Pain(weeks=0, now_0_10=0, worst_0_10=0, below_knee=below, groin=False)
