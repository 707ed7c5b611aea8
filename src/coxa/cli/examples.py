"""Where the examples are that ship with Coxa."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from coxa.errors import InputError


def example_case(name: str) -> Path:
    """Path of an example case, in an installed package or in a checkout."""
    return _example(name, "cases")


def example_recording(name: str) -> Path:
    """Path of an example recording, in an installed package or in a checkout."""
    return _example(name, "recordings")


def _example(name: str, folder: str) -> Path:
    package = Path(str(files("coxa")))
    for place in (package / "examples", package.parents[1] / "examples"):
        if (place / folder / name).is_file():
            return place / folder / name
    raise InputError(f"the example {name} is missing; install Coxa again.")
