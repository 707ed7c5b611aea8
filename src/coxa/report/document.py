"""JSON documents: the whole assessment and plan, or a comparison, with where they came from."""

from __future__ import annotations

import json
from typing import Any

from coxa.model import Assessment, Comparison, Plan, Source
from coxa.version import SOFTWARE


def assessment_document(assessment: Assessment, plan: Plan, source: Source) -> dict[str, Any]:
    """The assessment and the plan as plain values, in the shapes of ``coxa.model``."""
    return {
        "document": "coxa.assessment",
        "software": SOFTWARE,
        "source": source.model_dump(mode="json"),
        "assessment": assessment.model_dump(mode="json"),
        "plan": plan.model_dump(mode="json"),
    }


def comparison_document(comparison: Comparison, sources: tuple[Source, ...]) -> dict[str, Any]:
    """The comparison as plain values."""
    return {
        "document": "coxa.comparison",
        "software": SOFTWARE,
        "sources": [source.model_dump(mode="json") for source in sources],
        "comparison": comparison.model_dump(mode="json"),
    }


def to_json(document: Any) -> str:
    """Readable JSON with a final line break."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
