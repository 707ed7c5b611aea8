"""Every error that Coxa raises on purpose, in one tree.

::

    CoxaError                  anything that Coxa can explain in one sentence
    ├── InputError             what was given can't be used; the sentence says what to change
    │   ├── CaseFileError      a case file: knows the file and the line
    │   ├── ComparisonError    two visits that can't be compared
    │   └── RecordingError     a recording that can't be read
    ├── UnavailableError       this machine lacks a part that the task needs
    ├── ProtocolError          Coxa's own knowledge files contradict themselves (a defect of ours)
    └── OutputError            a result could not be written; nothing half-done is left

The command line turns each of them into one line on standard error and exit status 2.
"""

from __future__ import annotations


class CoxaError(Exception):
    """Base of all errors that Coxa raises on purpose; ``str(error)`` is one clear sentence."""


class InputError(CoxaError):
    """What was given can't be used; the sentence says what is wrong and what to do."""


class CaseFileError(InputError):
    """A case file that can't be used.

    Parameters
    ----------
    message: what is wrong and what was expected.
    file: the file's name as the user gave it.
    line: 1-based line of the fault, or ``None`` when it concerns the whole file.
    others: how many further faults were found.
    urgent: what to do at once, when the safety answers could be read and one of them is urgent: a fault in the file
        must never hide that.
    """

    def __init__(
        self, message: str, *, file: str, line: int | None = None, others: int = 0, urgent: str | None = None
    ) -> None:
        self.urgent = urgent
        self.message = message
        self.file = file
        self.line = line
        self.others = others
        place = file if line is None else f"{file}, line {line}"
        more = "" if others == 0 else f" ({others} more problem{'s' if others > 1 else ''} after this one.)"
        super().__init__(f"{place}: {message}{more}")


class ComparisonError(InputError):
    """Two visits that can't be compared (different people, or only one visit)."""


class RecordingError(InputError):
    """A recording that can't be read: broken, of an unknown kind, too large, or without what is needed.

    Parameters
    ----------
    message: what is wrong and what to do, a whole sentence.
    file: the file's name as the user gave it.
    """

    def __init__(self, message: str, *, file: str) -> None:
        self.message = message
        self.file = file
        super().__init__(f"{file}: {message}")


class UnavailableError(CoxaError):
    """This machine lacks a part that the task needs; the sentence says which, and how to get it."""


class ProtocolError(CoxaError):
    """Coxa's own knowledge files contradict themselves."""


class OutputError(CoxaError):
    """A result could not be written."""
