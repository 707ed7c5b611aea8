"""A small library for the tests of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pictures.made import library_in_use


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Path]:
    """Give a folder with a library of two subjects, which is what the product finds."""
    with library_in_use(tmp_path, ["glute_bridge", "straight_leg_raise"], ["straight_leg_raise"]) as folder:
        yield folder
