"""Whether picture files are what they should be: safe, small, and drawn with classes that the palettes know.

``library_problems`` and ``measuring_problems`` give one sentence per problem and nothing when all is well.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from pathlib import Path

from coxa.errors import ProtocolError
from coxa.pictures.library import FIGURES, MOMENTS
from coxa.pictures.measuring import read_measuring
from coxa.pictures.palettes import FOLDER, classes

MOST_BYTES = 12_000_000
"""Of all pictures together."""
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    {"svg", "style", "g", "path", "circle", "ellipse", "line", "polyline", "polygon", "rect", "title", "desc"}
)
_ATTRIBUTES = frozenset(
    {"class", "d", "viewBox", "fill-rule", "transform", "cx", "cy", "r", "rx", "ry", "x", "y", "x1", "x2", "y1", "y2"}
    | {"points", "width", "height"}
)
_FORBIDDEN_CSS = re.compile(r"var\(|url\(|@import|@font-face|expression|javascript|\\", re.I)
_NAMED = re.compile(r"\.([A-Za-z][\w-]*)")
Problems = Iterator[str]


def library_problems(wanted: Collection[str], folder: Path = FOLDER) -> Problems:
    """What is wrong with the stills and loops: each ID of ``wanted`` needs its six, and nothing else may be there."""
    names = {f"{figure}/{one}.{moment}.svg" for figure in FIGURES for one in wanted for moment in MOMENTS}
    library = folder / "library"
    there = {path.relative_to(library).as_posix() for path in library.rglob("*") if path.is_file()}
    yield from (f"{name} is missing" for name in sorted(names - there))
    yield from (f"{name} belongs to no test or exercise" for name in sorted(there - names))
    for name in sorted(there & names):
        moving = name.endswith(".loop.svg")
        yield from (f"{name}: {what}" for what in svg_problems((library / name).read_text("utf-8"), moving=moving))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.suffix in {".svg", ".gz"})
    if size > MOST_BYTES:
        yield f"all pictures together have {size} bytes, more than {MOST_BYTES}"


def measuring_problems(wanted: Collection[str], folder: Path = FOLDER) -> Problems:
    """What is wrong with the measuring pictures: each ID of ``wanted`` needs both figures, others may not be there."""
    names = {f"{one}.{figure}.json.gz" for one in wanted for figure in FIGURES}
    measuring = folder / "measuring"
    there = {path.name for path in measuring.glob("*")}
    yield from (f"{name} is missing" for name in sorted(names - there))
    yield from (f"{name} is of a test that reads no angle" for name in sorted(there - names))
    for name in sorted(there & names):
        try:
            read = read_measuring(measuring / name)
        except ProtocolError as error:
            yield str(error)
            continue
        parts = {"ground": read.ground, "props": read.props, **{f"{at:g}°": path for at, path in read.frames.items()}}
        for part, paths in parts.items():
            drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><style/>{paths}</svg>'
            yield from (f"{name}: {part}: {what}" for what in svg_problems(drawn, moving=False))


def svg_problems(svg: str, *, moving: bool) -> Problems:
    """What keeps a text from being a picture of the library; ``moving``: whether it must have a motion."""
    if "<!" in svg or "<?" in svg:  # no entities, no declarations: nothing but elements
        yield "it has a declaration, a comment or an instruction"
        return
    try:
        root = ET.fromstring(svg)  # entities are out already, and that is all that could grow
    except ET.ParseError as error:
        yield f"it is no XML: {error}"
        return
    styles = root.findall(f".//{_NAMESPACE}style")
    if root.tag != f"{_NAMESPACE}svg" or not styles or root[0] is not styles[0]:
        yield "its first element is no style"
    if not re.fullmatch(r"0 0 \d+ \d+", root.get("viewBox", "")):
        yield "its viewBox doesn't begin at 0 0"
    css = "".join(one.text or "" for one in styles)
    yield from (f"its style has {found}" for found in sorted(set(_FORBIDDEN_CSS.findall(css))))
    if moving and not ("@keyframes" in css and "prefers-reduced-motion" in css):
        yield "it doesn't move, or moves for those who asked for no motion"
    elif not moving and "@keyframes" in css:
        yield "it moves"
    yield from _element_problems(root, classes() | frozenset(_NAMED.findall(css)) if moving else classes())


def _element_problems(root: ET.Element, known: Collection[str]) -> Problems:
    found: set[str] = set()
    for element in root.iter():
        name = element.tag.removeprefix(_NAMESPACE)
        if name not in _ELEMENTS:
            found.add(f"it has the element {name}")
        found |= {f"it has the attribute {one}" for one in element.attrib if one not in _ATTRIBUTES}
        found |= {f"the palettes have no class {one}" for one in element.get("class", "").split() if one not in known}
        if name == "path" and "class" not in element.attrib:
            found.add("a path has no class")
    yield from sorted(found)
