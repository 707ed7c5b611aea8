"""The check of picture files finds what is missing, surplus, unsafe or unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coxa.pictures import check
from coxa.pictures.check import library_problems, measuring_problems, svg_problems
from tests.pictures.made import HEAD, loop, make_library, measuring, pack, still


def test_good_pictures_have_no_problems(tmp_path: Path) -> None:
    make_library(tmp_path, ["a", "b"], ["a"])
    assert list(library_problems(["a", "b"], tmp_path)) == []
    assert list(measuring_problems(["a"], tmp_path)) == []


def test_missing_and_surplus_files_are_named(tmp_path: Path) -> None:
    make_library(tmp_path, ["a", "old"], ["a", "old"])
    (tmp_path / "library" / "male" / "a.end.svg").unlink()
    (tmp_path / "measuring" / "a.female.json.gz").unlink()
    problems = list(library_problems(["a"], tmp_path))
    assert "male/a.end.svg is missing" in problems
    assert sum("old" in problem and "belongs to no test" in problem for problem in problems) == 6
    assert list(measuring_problems(["a"], tmp_path))[:3] == [
        "a.female.json.gz is missing",
        "old.female.json.gz is of a test that reads no angle",
        "old.male.json.gz is of a test that reads no angle",
    ]


def test_size_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_library(tmp_path, ["a"])
    monkeypatch.setattr(check, "MOST_BYTES", 1000)
    (problem,) = library_problems(["a"], tmp_path)
    assert "more than 1000" in problem


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("<script>alert(1)</script>", "the element script"),
        ("<foreignObject/>", "the element foreignObject"),
        ('<image href="https://x.org/a.png"/>', "the element image"),
        ('<path class="skin" onclick="x()" d="M0 0"/>', "the attribute onclick"),
        ('<path class="skin" style="fill:red" d="M0 0"/>', "the attribute style"),
        ('<use href="#a"/>', "the element use"),
        ('<path class="scales" d="M0 0"/>', "no class scales"),
        ('<path d="M0 0"/>', "a path has no class"),
        ("<style>.skin{fill:url(#x)}</style>", "its style has url("),
        ("<style>@import 'x';</style>", "its style has @import"),
        ("<style>.skin{fill:var(--x)}</style>", "its style has var("),
        ("<path", "it is no XML"),
        ("<!-- hidden -->", "a declaration, a comment"),
        ("<style>@keyframes a{0%{opacity:0}}</style>", "it moves"),
    ],
)
def test_unsafe_or_unknown_content_is_found(part: str, words: str) -> None:
    spoilt = still(0).replace("</svg>", f"{part}</svg>")
    assert any(words in problem for problem in svg_problems(spoilt, moving=False))


def test_entities_are_refused_unread() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + still(0)
    assert list(svg_problems(bomb, moving=False)) == ["it has a declaration, a comment or an instruction"]


def test_a_loop_must_move_and_respect_who_wants_no_motion() -> None:
    assert list(svg_problems(loop(), moving=True)) == []
    for spoilt in (still(0), loop().replace("prefers-reduced-motion", "prefers-more-motion")):
        assert any("doesn't move" in problem for problem in svg_problems(spoilt, moving=True))


def test_the_style_comes_first() -> None:
    assert any("no style" in p for p in svg_problems(f'{HEAD}<path class="skin" d="M0 0"/></svg>', moving=False))


def test_parts_of_measuring_pictures_are_checked(tmp_path: Path) -> None:
    make_library(tmp_path, [], ["a"])
    spoilt = measuring("a", "male", props="<script/>")
    pack(tmp_path / "measuring" / "a.male.json.gz", json.dumps(spoilt))
    pack(tmp_path / "measuring" / "a.female.json.gz", "{")
    first, second = measuring_problems(["a"], tmp_path)
    assert first.startswith("a.female.json.gz: ")
    assert second == "a.male.json.gz: props: it has the element script"
