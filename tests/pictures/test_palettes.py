"""The colours can be told apart: lines from what they lie on, muscles from skin and clothes."""

from __future__ import annotations

import itertools
import math
import re
from typing import Literal

import pytest

from coxa.errors import InputError
from coxa.pictures import DEFAULT_SKIN, skins
from coxa.pictures.palettes import background, classes, colours, page_style, style

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ON_FLOOR = ("mat", "mat-shade", "wall", "wall-shade")
PAGE_CARD = {"light": ("#ffffff", "#f7f5f0"), "dark": ("#1a2326", "#11181a")}
"""Grounds of the report's page (report.css)."""
each_theme = pytest.mark.parametrize("theme", THEMES)
each_skin = pytest.mark.parametrize("skin", skins())


def linear(colour: str) -> tuple[float, float, float]:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2, 1 to 21."""
    bright = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other))]
    return (max(bright) + 0.05) / (min(bright) + 0.05)


def lab(colour: str) -> tuple[float, float, float]:
    """CIELAB under D65."""
    r, g, b = linear(colour)
    x, y, z = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def test_the_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert math.dist(lab("#ffffff"), lab("#000000")) == pytest.approx(100, abs=0.1)


def test_there_are_skins_from_light_to_dark() -> None:
    assert len(skins()) >= 5
    assert DEFAULT_SKIN in skins()
    lightness = [lab(colours(skin)["skin"])[0] for skin in skins()]
    assert lightness == sorted(lightness, reverse=True)
    assert all(a - b > 5 for a, b in itertools.pairwise(lightness))


def test_every_theme_has_the_same_classes_as_plain_colours() -> None:
    assert set(colours(theme="light")) == set(colours(theme="dark"))
    for theme in THEMES:
        assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in colours(theme=theme).values())


@each_theme
def test_outlines_and_arrows_stand_out_from_the_ground(theme: Literal["light", "dark"]) -> None:
    found = colours(theme=theme)
    for line, least in (("outer", 4.5), ("arrow", 4.5), ("arrow-head", 4.5)):
        for ground in (background(theme), *PAGE_CARD[theme], *(found[name] for name in ON_FLOOR)):
            assert contrast(found[line], ground) >= least, (line, ground)


@each_theme
@each_skin
def test_lines_inside_the_figure_are_seen(skin: str, theme: Literal["light", "dark"]) -> None:
    found = colours(skin, theme)
    for area, least in (("skin", 2.0), ("shirt", 3.0), ("trousers", 2.0)):
        assert contrast(found["inner"], found[area]) >= least, area
    assert contrast(found["face"], found["skin"]) >= 1.6


@each_theme
@each_skin
def test_a_muscle_is_told_from_skin_and_clothes(skin: str, theme: Literal["light", "dark"]) -> None:
    found = colours(skin, theme)
    for area in ("skin", "skin-shade", "shirt", "shirt-shade", "trousers", "trousers-shade"):
        assert math.dist(lab(found["muscle"]), lab(found[area])) >= 30, area
        # by brightness alone, for those who don't see the red: the muscle itself or its rim
        assert max(contrast(found[part], found[area]) for part in ("muscle", "muscle-rim")) >= 2, area
    assert contrast(found["muscle"], found["muscle-rim"]) >= 3


def test_there_is_one_plain_rule_per_class() -> None:
    css = style(classes())
    assert sorted(re.findall(r"\.([\w-]+)\{[^{}]*\}", css)) == sorted(classes())
    assert re.sub(r"\.[\w-]+\{[^{}]*\}", "", css) == ""
    assert "var(" not in css
    assert ".outer{fill:none;stroke:" in css
    assert "stroke-width:5;" in css


def test_lines_get_finer_with_the_picture() -> None:
    assert "stroke-width:2.5;" in style(["outer"], fineness=0.5)


def test_both_themes_are_light_on_paper() -> None:
    light, dark = style(["outer", "skin"], theme="both").split("@media screen and (prefers-color-scheme:dark)")
    assert light == style(["outer", "skin"], theme="light")
    assert colours(theme="dark")["outer"] in dark
    assert "skin" not in dark  # it is the same


def test_rules_of_a_page_hold_for_pictures_only() -> None:
    selectors = re.findall(
        r"([^{}]+)\{(?!\.)", page_style().replace("@media screen and (prefers-color-scheme:dark)", "")
    )
    assert all(selector.startswith(".pose .") for selector in selectors)


def test_an_unknown_skin_is_one_sentence() -> None:
    with pytest.raises(InputError, match=r"no skin tone 'green'; choose one of porcelain"):
        colours("green")
