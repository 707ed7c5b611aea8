"""Readings and intake become an Assessment; two visits become a Comparison. Pure functions throughout."""

from coxa.reason.assess import assess
from coxa.reason.change import compare

__all__ = ["assess", "compare"]
