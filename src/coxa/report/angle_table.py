"""Joint angles in short: the range of every column, for a terminal and as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coxa.motion import Angles
from coxa.version import SOFTWARE


def angles_document(angles: Angles) -> dict[str, Any]:
    """Least, greatest and range of every column, with how they were made, as plain values."""
    return {
        "document": "coxa.angles",
        "software": SOFTWARE,
        "source": angles.source.model_dump(mode="json"),
        "frames": angles.frames,
        "seconds": round(angles.duration, 6),
        "rate": round(angles.rate, 6),
        "columns": {name: _column(angles, i) for i, name in enumerate(angles.names)},
        "log": list(angles.log),
    }


def _column(angles: Angles, index: int) -> dict[str, Any]:
    values = angles.values[:, index]
    found = values[np.isfinite(values)]
    least, most = (float(found.min()), float(found.max())) if found.size else (None, None)
    return {
        "unit": angles.units[index],
        "min": least,
        "max": most,
        "range": None if least is None or most is None else most - least,
        "missing_frames": int(values.size - found.size),
    }


def print_angles(angles: Angles, console: Console) -> None:
    """Print a line per angle, left beside right, and how they were made."""
    document = angles_document(angles)
    title = f"{angles.source.name}: {angles.frames} frames, {angles.duration:.2f} s at {angles.rate:g} per second"
    console.print(Text(title, style="bold"), soft_wrap=True)
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for heading in ("Angle", "Least", "Greatest", "Range", "Frames missing"):
        table.add_column(heading, justify="left" if heading == "Angle" else "right")
    for name, column in document["columns"].items():
        numbers = [_number(column[key], column["unit"]) for key in ("min", "max", "range")]
        table.add_row(name, *numbers, str(column["missing_frames"] or ""))
    console.print(table)
    for sentence in angles.log:
        console.print(Text(f"- {sentence}", style="bright_black"))


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "never seen"
    return f"{value + 0.0:.1f}°" if unit == "deg" else f"{value:.3g} {unit}".rstrip()
