"""Coxa: what a person's hips have to do with their sore lower back, and what to do about it.

The library in four calls::

    case = coxa.load_case("case.yaml")        # a readable file, checked line by line
    assessment = coxa.assess(case)            # the last visit, or coxa.assess(case, date=...)
    plan = coxa.prescribe(case, assessment)   # the dated home programme
    change = coxa.compare(case)               # the last two visits, beyond measurement error

Everything runs on this machine; nothing is sent anywhere.
"""

from __future__ import annotations

from coxa.case import load_case
from coxa.errors import CaseFileError, ComparisonError, CoxaError, InputError, OutputError, ProtocolError
from coxa.model import Assessment, Case, Comparison, Person, Plan, Reading, Visit
from coxa.version import __version__
from coxa.visits import assess, compare, prescribe, visit_on

__all__ = [
    "Assessment",
    "Case",
    "CaseFileError",
    "Comparison",
    "ComparisonError",
    "CoxaError",
    "InputError",
    "OutputError",
    "Person",
    "Plan",
    "ProtocolError",
    "Reading",
    "Visit",
    "__version__",
    "assess",
    "compare",
    "load_case",
    "prescribe",
    "visit_on",
]
