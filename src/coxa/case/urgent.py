"""Urgent safety answers in a file that can't be used for anything else."""

from __future__ import annotations

import re

from coxa.model import ActionLevel, Answer
from coxa.protocol import Protocol
from coxa.reason.safety import Circumstances, gate

URGENT = frozenset({ActionLevel.EMERGENCY_NOW, ActionLevel.SAME_DAY})
_ANSWERED = re.compile(r"""\b([a-z_]+)["']?[ \t]*:[ \t]*["']?(yes|true|unsure)\b""", re.IGNORECASE)


def urgent_action(about: Circumstances, protocol: Protocol) -> str | None:
    """What to do at once, if the safety answers ask for urgent action."""
    result = gate(about, protocol)
    return result.actions[0].say if result.level in URGENT else None


def urgent_in(text: str, protocol: Protocol) -> str | None:
    """What to do at once, read off the lines of a text that need not even be YAML.

    A slip of the keyboard elsewhere in the file must never hide that somebody answered yes to such a question.
    """
    lines = (line.split(" #")[0] for line in text.splitlines() if not line.lstrip().startswith("#"))
    answers = {
        question.lower(): Answer.UNSURE if answer.lower() == "unsure" else Answer.YES
        for line in lines
        for question, answer in _ANSWERED.findall(line)
        if question.lower() in protocol.safety_questions
    }
    return urgent_action(Circumstances(answers), protocol)
