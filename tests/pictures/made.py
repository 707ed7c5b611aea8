"""A small picture library, drawn by hand: a lying figure of thick lines that lifts its right leg."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from coxa.pictures import library
from coxa.pictures import measuring as measuring_files

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 1000" fill-rule="evenodd">'
COLOURS = "<style>.skin{fill:#ecc6ac}.outer{fill:none;stroke:#2b3744;stroke-width:5}</style>"
MOTION = (
    "<style>.frame{visibility:hidden;animation:4s step-end infinite}.f1{visibility:visible}"
    ".f0{animation-name:k0}@keyframes k0{0%{visibility:visible}50%{visibility:hidden}}"
    ".f1{animation-name:k1}@keyframes k1{0%{visibility:hidden}50%{visibility:visible}}"
    "@media (prefers-reduced-motion:reduce){.frame{animation:none}}</style>"
)
PIVOT, REACH = (760.0, 700.0), 520.0
GROUND = '<path class="mat" d="M60 770H1540V820H60z"/>'


def bar(start: tuple[float, float], end: tuple[float, float], half: float) -> str:
    (x1, y1), (x2, y2) = start, end
    across = math.dist(start, end)
    dx, dy = half * (y2 - y1) / across, half * (x1 - x2) / across
    points = ((x1 + dx, y1 + dy), (x2 + dx, y2 + dy), (x2 - dx, y2 - dy), (x1 - dx, y1 - dy))
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "z"


def person(angle: float) -> str:
    """The figure with its leg at ``angle`` degrees above the floor."""
    tip = PIVOT[0] + REACH * math.cos(math.radians(angle)), PIVOT[1] - REACH * math.sin(math.radians(angle))
    thigh = tuple((a + b) / 2 for a, b in zip(PIVOT, tip, strict=True))
    still = bar(PIVOT, (PIVOT[0] + REACH, PIVOT[1] + 20), 50)
    return (
        f'<path class="skin" d="M330 700a85 85 0 1 1-170 0a85 85 0 1 1 170 0z"/>'
        f'<path class="trousers" d="{still}"/><path class="shirt" d="{bar((340, 700), PIVOT, 75)}"/>'
        f'<path class="trousers" d="{bar(PIVOT, tip, 52)}"/>'
        f'<path class="muscle" d="{bar(PIVOT, (thigh[0], thigh[1]), 25)}"/>'
        f'<path class="outer" d="{bar(PIVOT, tip, 52)}"/>'
    )


def still(angle: float) -> str:
    return f"{HEAD}{COLOURS}{GROUND}{person(angle)}</svg>\n"


def loop() -> str:
    frames = f'<g class="frame f0">{person(0)}</g><g class="frame f1">{person(70)}</g>'
    return f"{HEAD}{COLOURS}{MOTION}{GROUND}{frames}</svg>\n"


def measuring(test: str, figure: str, **changes: Any) -> dict[str, Any]:
    return {
        "test": test,
        "figure": figure,
        "side": "right",
        "view_box": [0, 0, 1600, 1000],
        "pivot": list(PIVOT),
        "zero": 0,
        "sign": 1,
        "reach": REACH,
        "from": 0,
        "to": 90,
        "step": 5,
        "ground": GROUND,
        "props": "",
        "frames": {f"{angle}": person(angle) for angle in range(0, 91, 5)},
    } | changes


def pack(path: Path, text: str) -> None:
    """Write a packed file."""
    path.write_bytes(gzip.compress(text.encode()))


def make_library(folder: Path, subjects: Iterable[str], tests: Iterable[str] = ()) -> None:
    """Write stills and loops of ``subjects`` and measuring pictures of ``tests`` into a folder."""
    for figure in ("female", "male"):
        (folder / "library" / figure).mkdir(parents=True)
        for subject in subjects:
            texts = {"start": still(0), "end": still(70), "loop": loop()}
            for moment, text in texts.items():
                (folder / "library" / figure / f"{subject}.{moment}.svg").write_text(text, encoding="utf-8")
    (folder / "measuring").mkdir()
    for test in tests:
        for figure in ("female", "male"):
            path = folder / "measuring" / f"{test}.{figure}.json.gz"
            pack(path, json.dumps(measuring(test, figure)))


@contextmanager
def library_in_use(folder: Path, subjects: Iterable[str], tests: Iterable[str] = ()) -> Iterator[Path]:
    """Make a library that is all that the product finds."""
    make_library(folder, subjects, tests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "LIBRARY", folder / "library")
        patch.setattr(measuring_files, "MEASURING", folder / "measuring")
        clear()
        yield folder
    clear()


def clear() -> None:
    for cached in (library.subjects, measuring_files.measured_tests, measuring_files.measuring_picture):
        cached.cache_clear()
