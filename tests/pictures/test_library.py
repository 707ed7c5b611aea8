"""Stills and loops: every test and exercise has its own, in the colours that were asked for."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, get_args

import pytest

from coxa.errors import InputError
from coxa.pictures import FIGURES, MOMENTS, Figure, Moment, Theme, picture, skins, subjects
from coxa.pictures.check import library_problems
from coxa.pictures.library import LIBRARY
from coxa.pictures.palettes import THEMES, colours
from coxa.pictures.svg import inline, recoloured, size, top_rules, used_classes
from coxa.protocol import load_protocol
from tests.pictures.made import HEAD, clear, loop, make_library, still
from tools.colour_pictures import coloured


def test_every_test_and_exercise_has_its_pictures() -> None:
    p = load_protocol()
    problems = list(library_problems([*p.tests, *p.derived_tests, *p.exercises]))
    assert not problems, f"{len(problems)} problems, such as: {problems[:12]}"


def test_names_are_those_of_the_types() -> None:
    assert get_args(Figure) == FIGURES
    assert get_args(Moment) == MOMENTS
    assert set(get_args(Theme)) == set(THEMES)


def test_subjects_are_those_with_all_six(made: Path) -> None:
    assert subjects() == ("glute_bridge", "straight_leg_raise")
    (made / "library" / "male" / "glute_bridge.loop.svg").unlink()
    clear()
    assert subjects() == ("straight_leg_raise",)


@pytest.mark.parametrize("skin", skins())
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_has_the_colours_that_were_asked_for(made: Path, skin: str, theme: Any) -> None:
    svg = picture("glute_bridge", "start", skin=skin, theme=theme)
    root = ET.fromstring(svg)
    css = root[0].text or ""
    for name in ("skin", "trousers", "shirt", "muscle", "mat"):
        assert f".{name}{{fill:{colours(skin, theme)[name]}" in css
    assert "#ecc6ac" not in css or colours(skin)["skin"] == "#ecc6ac"
    assert "@media" not in css
    assert set(re.findall(r"^\.([\w-]+)|\}\.([\w-]+)", css)) == {(n, "") for n in [css[1:].split("{")[0]]} | {
        ("", n) for n in sorted(used_classes(svg))[1:]
    }


def test_what_is_drawn_stays(made: Path) -> None:
    before = ET.fromstring(still(0))
    after = ET.fromstring(picture("glute_bridge", "start"))
    assert [e.attrib for e in before.iter() if e.tag.endswith("path")] == [
        e.attrib for e in after.iter() if e.tag.endswith("path")
    ]
    assert before.attrib == after.attrib


def test_a_loop_keeps_its_motion(made: Path) -> None:
    svg = picture("glute_bridge", "loop", theme="dark")
    styles = [e.text or "" for e in ET.fromstring(svg).iter() if e.tag.endswith("style")]
    assert len(styles) == 2
    assert "@keyframes k0" in styles[1]
    assert "prefers-reduced-motion" in styles[1]
    assert styles[0].startswith(".mat{") or ".mat{" in styles[0]


def test_colours_and_motion_may_share_a_style() -> None:
    one = loop().replace("</style><style>", "")
    assert one.count("<style>") == 1
    assert recoloured(one, "honey", "light") == recoloured(loop(), "honey", "light")


def test_lines_of_a_small_picture_are_finer() -> None:
    small = still(0).replace("0 0 1600 1000", "0 0 800 500")
    assert size(small) == (800, 500)
    assert "stroke-width:2.5" in recoloured(small, "honey", "light")
    assert "--fine:0.5" in inline(small, "x", "x")


@pytest.mark.parametrize(
    ("subject", "options", "words"),
    [
        ("moonwalk", {}, r"no picture of 'moonwalk'; 'coxa protocol tests'"),
        ("../glute_bridge", {}, r"no picture of '\.\./glute_bridge'"),
        ("glute_bridge", {"moment": "middle"}, r"no moment 'middle'; choose one of start, end, loop"),
        ("glute_bridge", {"figure": "child"}, r"no figure 'child'; choose one of female, male"),
        ("glute_bridge", {"skin": "green"}, r"no skin tone 'green'"),
        ("glute_bridge", {"theme": "sepia"}, r"no theme 'sepia'"),
    ],
)
def test_what_is_unknown_is_one_sentence(made: Path, subject: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        picture(subject, **{"moment": "start", **options})


# --- inside a page ----------------------------------------------------------------------------------------------------


def test_pictures_of_one_page_move_apart() -> None:
    one, two = inline(loop(), "one", "first"), inline(loop(), "two", "second")
    for name, svg in (("one", one), ("two", two)):
        assert set(re.findall(r"@keyframes ([\w-]+)", svg)) == {f"{name}-k0", f"{name}-k1"}
        assert set(re.findall(r"animation-name:([\w-]+)", svg)) == {f"{name}-k0", f"{name}-k1"}
        selected = set(re.findall(r"\.([A-Za-z][\w-]*)", "".join(re.findall(r"<style>(.*?)</style>", svg))))
        assert selected == {f"{name}-frame", f"{name}-f0", f"{name}-f1"}
        drawn = {word for value in re.findall(r' class="([^"]*)"', svg) for word in value.split()}
        assert selected <= drawn
        assert {"skin", "trousers", "pose"} <= drawn


def test_a_picture_in_a_page_says_what_it_is_and_names_no_address() -> None:
    svg = inline(still(0), "x", 'Knee <up> & "out"')
    assert 'role="img" aria-label="Knee &lt;up&gt; &amp; &quot;out&quot;"' in svg
    assert "http" not in svg
    assert "<style" not in svg
    ET.fromstring(svg)


def test_rules_are_taken_apart() -> None:
    assert list(top_rules(".a{b:c}@media x{.d{e:f}.g{h:i}} .j{k:l}")) == [
        ".a{b:c}",
        "@media x{.d{e:f}.g{h:i}}",
        " .j{k:l}",
    ]


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="not an SVG"):
        recoloured("<html></html>", "honey", "light")
    with pytest.raises(ValueError, match="viewBox"):
        size(HEAD.replace("0 0 1600", "1 0 1600"))


def test_the_made_library_is_one(tmp_path: Path) -> None:
    make_library(tmp_path, ["a"])
    assert list(library_problems(["a"], tmp_path)) == []


def test_stored_pictures_have_the_colours_of_the_palette() -> None:
    for path in sorted(LIBRARY.rglob("*.svg")):
        text = path.read_text("utf-8")
        assert coloured(text) == text, f"{path.name} needs `python -m tools.colour_pictures`"
