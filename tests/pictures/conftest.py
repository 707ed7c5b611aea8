"""A small library for the tests of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pictures.made import clear, make_library, use_library


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Path]:
    """Give a folder with a library of two subjects, which is what the product finds."""
    make_library(tmp_path, ["glute_bridge", "straight_leg_raise"], ["straight_leg_raise"])
    with pytest.MonkeyPatch.context() as patch:
        use_library(tmp_path, patch)
        yield tmp_path
    clear()
