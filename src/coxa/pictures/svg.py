"""Other colours for an SVG of the library, and its form inside a page."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from html import escape

from coxa.pictures.palettes import Theme, classes, style

FULL = 1600
"""Units of the longer side of a picture for which the widths of lines are given."""
_STYLE = re.compile(r"<style>(.*?)</style>", re.S)
_CLASS = re.compile(r'\bclass="([^"]*)"')
_SELECTED = re.compile(r"\.([A-Za-z][\w-]*)")
_OPENING = re.compile(r"<svg\b([^>]*)>")


def recoloured(svg: str, skin: str, theme: Theme) -> str:
    """The picture in another palette; rules that move it stay."""
    head, motion, body = _parts(svg)
    moving = f"<style>{motion}</style>" if motion else ""
    return f"<svg{head}><style>{style(used_classes(body), skin, theme, max(size(head)) / FULL)}</style>{moving}{body}"


def inline(svg: str, name: str, label: str) -> str:
    """The picture as part of a page that holds the palette itself.

    Parameters
    ----------
    svg: a picture of the library.
    name: a word that no other picture of the page has; what moves in this picture is named after it.
    label: what it shows, for those who can't see it.
    """
    head, motion, body = _parts(svg)
    head = re.sub(r'\s*xmlns="[^"]*"', "", head)
    if motion:
        moving = set(_SELECTED.findall(motion)) | set(re.findall(r"@keyframes\s+([\w-]+)", motion))
        words = "|".join(sorted(map(re.escape, moving), key=len, reverse=True))
        own = functools.partial(re.compile(rf"(?<![\w-])({words})(?![\w-])").sub, rf"{name}-\1")
        body = _CLASS.sub(lambda found: f'class="{own(found[1])}"', body)
        motion = f"<style>{own(motion)}</style>"
    fine = max(size(head)) / FULL
    lines = "" if fine == 1 else f' style="--fine:{fine:.4g}"'
    return f'<svg{head} class="pose"{lines} role="img" aria-label="{escape(label)}">{motion}{body}'


def used_classes(svg: str) -> frozenset[str]:
    """The classes of the palette that occur."""
    return frozenset(word for value in _CLASS.findall(svg) for word in value.split()) & classes()


def size(svg: str) -> tuple[int, int]:
    """Width and height of a picture in its units."""
    found = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    if found is None:
        raise ValueError("a picture's viewBox begins at 0 0")
    return int(found[1]), int(found[2])


def top_rules(css: str) -> Iterator[str]:
    """The rules of a style sheet, each @-rule with all that it holds."""
    depth, start = 0, 0
    for at, character in enumerate(css):
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield css[start : at + 1]
                start = at + 1


def _parts(svg: str) -> tuple[str, str, str]:
    """Attributes of the root, the rules that aren't about colours, and everything after the styles."""
    opening = _OPENING.search(svg)
    if opening is None:
        raise ValueError("not an SVG")
    body = svg[opening.end() :]
    rules = (rule for css in _STYLE.findall(body) for rule in top_rules(css))
    motion = "".join(rule for rule in rules if not classes() & set(_SELECTED.findall(rule)))
    return opening[1], motion, _STYLE.sub("", body)
