"""Every hazard names controls and tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HAZARDS: list[dict[str, Any]] = yaml.safe_load((ROOT / "docs" / "hazards.yaml").read_text(encoding="utf-8"))["hazards"]
REQUIRED = {
    "missed_red_flag",
    "left_right_swap",
    "sign_error",
    "overconfident_ranking",
    "irritable_nerve_stretched",
    "rolling_over_a_clot",
    "wrong_norm",
    "stale_knowledge",
}


def test_the_required_hazards_are_there() -> None:
    ids = [hazard["id"] for hazard in HAZARDS]
    assert len(ids) == len(set(ids))
    assert set(ids) >= REQUIRED


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: str(hazard["id"]))
def test_controls_and_tests_exist(hazard: dict[str, Any]) -> None:
    assert set(hazard) == {"id", "hazard", "harm", "controls", "tests"}
    assert hazard["controls"], "no control"
    assert hazard["tests"], "no test proves the control"
    for control in hazard["controls"]:
        assert set(control) == {"what", "file"}
        assert (ROOT / control["file"]).exists(), f"{control['file']} is gone"
    for test in hazard["tests"]:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body), f"{test} is gone"
