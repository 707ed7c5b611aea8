"""Shape of the knowledge files in ``protocol/data``; one class per kind of entry.

Every number carries its unit, its source and how well that source was verified:

============== =====================================================================================
``read``           read at the source (mostly the abstract or a table)
``derived``        arithmetic on numbers that were read
``recalled-high``  recalled with high confidence, not read again
``recalled-check`` recalled, to be checked; shown to whoever looks it up, never used to decide
``opinion``        a rule of this product or of experts, without measured evidence
============== =====================================================================================
"""

from __future__ import annotations

from coxa.protocol.schema.base import (
    ACTIVE_KINDS,
    MDC95_FACTOR,
    RELEASE_KINDS,
    STRETCH_KINDS,
    Claim,
    Entry,
    ExerciseKind,
    Id,
    Status,
    Text,
)
from coxa.protocol.schema.exercises import Dose, Exercise, Lesson, Option
from coxa.protocol.schema.markers import HipRegression, MarkerSet, MiddlePoint, SidedPoint, SideLetters, marker_key
from coxa.protocol.schema.numbers import Limit, MeasurementError, Norm, PublishedReliability
from coxa.protocol.schema.printed_markers import PrintedMarker, PrintedTag
from coxa.protocol.schema.reasoning import (
    About,
    ContributorSpec,
    Equipment,
    IdeaJudgement,
    LoadBand,
    OutcomeRule,
    PathwayStep,
    PlanRule,
    RefusalWord,
    Word,
    Words,
)
from coxa.protocol.schema.recordings import Check, NotRecorded, Quantity, RecordedTest, TestedLeg, View
from coxa.protocol.schema.safety import Condition, SafetyQuestion, SafetyRule, StopCondition
from coxa.protocol.schema.tests import (
    AllowedMethod,
    BestAtHome,
    DerivedTest,
    Floor,
    ProtocolVariant,
    Question,
    TestSpec,
)

__all__ = [
    "ACTIVE_KINDS",
    "MDC95_FACTOR",
    "RELEASE_KINDS",
    "STRETCH_KINDS",
    "About",
    "AllowedMethod",
    "BestAtHome",
    "Check",
    "Claim",
    "Condition",
    "ContributorSpec",
    "DerivedTest",
    "Dose",
    "Entry",
    "Equipment",
    "Exercise",
    "ExerciseKind",
    "Floor",
    "HipRegression",
    "Id",
    "IdeaJudgement",
    "Lesson",
    "Limit",
    "LoadBand",
    "MarkerSet",
    "MeasurementError",
    "MiddlePoint",
    "Norm",
    "NotRecorded",
    "Option",
    "OutcomeRule",
    "PathwayStep",
    "PlanRule",
    "PrintedMarker",
    "PrintedTag",
    "ProtocolVariant",
    "PublishedReliability",
    "Quantity",
    "Question",
    "RecordedTest",
    "RefusalWord",
    "SafetyQuestion",
    "SafetyRule",
    "SideLetters",
    "SidedPoint",
    "Status",
    "StopCondition",
    "TestSpec",
    "TestedLeg",
    "Text",
    "View",
    "Word",
    "Words",
    "marker_key",
]
