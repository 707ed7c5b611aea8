"""Case files: one person and their visits, written and read by people (design section 7)."""

from coxa.case.loader import load_case

__all__ = ["load_case"]
