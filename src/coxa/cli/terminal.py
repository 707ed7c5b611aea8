"""The terminal as the commands use it."""

from __future__ import annotations

import os
import sys

from rich.console import Console


def console_for(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or 100 columns where there is none."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 100
    return Console(stderr=stderr, highlight=False, markup=False, soft_wrap=False, width=width)
