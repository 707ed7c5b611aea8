"""Colours of the pictures: skins, hair, clothes and things, for light and dark backgrounds."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml

from coxa.errors import InputError

Theme = Literal["light", "dark", "both"]
THEMES: tuple[Theme, ...] = ("light", "dark", "both")
FOLDER = Path(str(files("coxa.pictures")))


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((FOLDER / "palettes.yaml").read_text("utf-8"))
    return data


DEFAULT_SKIN: str = _data()["default_skin"]


def skins() -> tuple[str, ...]:
    """Names of the skin tones, from light to dark."""
    return tuple(_data()["skins"])


def background(theme: Literal["light", "dark"]) -> str:
    """The colour on which pictures of a theme are meant to lie."""
    return str(_data()["background"][theme])


@cache
def colours(skin: str = DEFAULT_SKIN, theme: Literal["light", "dark"] = "light") -> dict[str, str]:
    """Colour of every class, as ``#rrggbb``, and of rims as ``<class>-rim``.

    Raises
    ------
    InputError: there is no such skin tone.
    """
    data = _data()
    if skin not in data["skins"]:
        raise InputError(f"there is no skin tone '{skin}'; choose one of {', '.join(data['skins'])}.")
    base, shade, face = data["skins"][skin]
    hair, strands = data["hairs"][data["usual_hair"][skin]]
    own = {"skin": base, "skin-shade": shade, "face": face, "hair": hair, "hair-shade": strands, "brow": strands}
    return {**own, **data["clothes"][theme], **data["things"][theme]}


@cache
def classes() -> frozenset[str]:
    """Every class that a picture may use."""
    return frozenset(colours()) - {f"{name}-rim" for name in _data()["rims"]}


def style(used: Collection[str], skin: str = DEFAULT_SKIN, theme: Theme = "light", fineness: float = 1.0) -> str:
    """CSS with one rule per class of ``used``; ``both`` follows what the viewer prefers, and is light on paper.

    ``fineness``: the longer side of the picture, by 1600; lines get finer with it.
    """
    return _style(used, skin, theme, "", lambda width: f"{width * fineness:.3g}")


def page_style(skin: str = DEFAULT_SKIN) -> str:
    """CSS for all pictures of a page, which are of the class ``pose`` and may have ``--fine``, their fineness."""
    return _style(classes(), skin, "both", ".pose ", lambda width: f"calc({width}px*var(--fine,1))")


def _style(used: Collection[str], skin: str, theme: Theme, scope: str, width: Callable[[float], str]) -> str:
    names = sorted(used)
    if theme != "both":
        return "".join(_rule(name, skin, theme, scope, width) for name in names)
    light = {name: _rule(name, skin, "light", scope, width) for name in names}
    dark = "".join(rule for name in names if (rule := _rule(name, skin, "dark", scope, width)) != light[name])
    return f"{''.join(light.values())}@media screen and (prefers-color-scheme:dark){{{dark}}}"


def _rule(name: str, skin: str, theme: Literal["light", "dark"], scope: str, width: Callable[[float], str]) -> str:
    data, found = _data(), colours(skin, theme)
    if name in data["lines"]:
        line = f"fill:none;stroke:{found[name]};stroke-width:{width(data['lines'][name])};"
        return f"{scope}.{name}{{{line}stroke-linecap:round;stroke-linejoin:round}}"
    rim = ""
    if name in data["rims"]:
        rim = f";stroke:{found[f'{name}-rim']};stroke-width:{width(data['rims'][name])};stroke-linejoin:round"
    return f"{scope}.{name}{{fill:{found[name]}{rim}}}"
