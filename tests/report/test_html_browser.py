"""The HTML report in a real browser: accessibility, widths, and paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import coxa
from coxa.pictures.palettes import colours
from coxa.protocol import Protocol
from coxa.report.html import render_comparison, render_report
from tests.report.pages import EXAMPLE, CaseOf, build, view_of


@pytest.fixture(scope="module")
def browser(chromium: Path, chromium_args: list[str]) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(chromium), args=chromium_args)
        yield started
        started.close()


def check_in_browser(browser: Any, html: str, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # the page's own policy forbids scripts, axe included: it is set aside for this check only
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    try:
        page = context.new_page()
        page.set_content(html)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        violations = Axe().run(page).response["violations"]
        assert not violations, [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in violations]
    finally:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 320)])
@pytest.mark.parametrize("kind", ["example", "everything", "emergency"])
def test_axe_finds_nothing(
    browser: Any, kind: str, scheme: str, width: int, case_of: CaseOf, protocol: Protocol
) -> None:
    check_in_browser(browser, render_report(view_of(build(kind, case_of, protocol), protocol)), scheme, width)


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("dark", 1440), ("light", 320)])
def test_axe_finds_nothing_in_a_retest(browser: Any, scheme: str, width: int, protocol: Protocol) -> None:
    html = render_comparison(coxa.compare(coxa.load_case(EXAMPLE)), protocol)
    check_in_browser(browser, html, scheme, width)


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 320)])
@pytest.mark.parametrize("kind", ["everything", "empty"])
def test_axe_finds_nothing_in_pictures(
    browser: Any, kind: str, scheme: str, width: int, pictured: Path, case_of: CaseOf, protocol: Protocol
) -> None:
    check_in_browser(browser, render_report(view_of(build(kind, case_of, protocol), protocol)), scheme, width)


@pytest.mark.browser
def test_movement_can_be_stopped_and_unwished(browser: Any, pictured: Path, protocol: Protocol) -> None:
    html = render_report(view_of(coxa.load_case(EXAMPLE), protocol))
    for motion, moving in (("no-preference", True), ("reduce", False)):
        context = browser.new_context(reduced_motion=motion)
        try:
            page = context.new_page()
            page.set_content(html)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            still, loop = page.locator(".moving .still").first, page.locator(".moving .loop").first
            assert (still.is_visible(), loop.is_visible()) == (not moving, moving)
            if moving:
                running = "document.getAnimations().filter(a => a.playState == 'running').length"
                assert page.evaluate(running) > 0
                for box in page.locator(".moving input").all():
                    box.uncheck()
                assert still.is_visible()
                assert page.evaluate(running) == 0
                page.locator(".moving input").first.check()
                page.emulate_media(media="print")
                assert still.is_visible()
                assert not page.locator(".moving input").first.is_visible()
        finally:
            context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_follow_the_page(browser: Any, scheme: Any, pictured: Path, protocol: Protocol) -> None:
    context = browser.new_context(color_scheme=scheme)
    try:
        page = context.new_page()
        page.set_content(render_report(view_of(coxa.load_case(EXAMPLE), protocol)))
        line = page.locator(".readings .outer").first
        colour = colours(theme=scheme)["outer"]
        wanted = f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"
        assert line.evaluate("e => getComputedStyle(e).stroke") == wanted
        assert line.evaluate("e => getComputedStyle(e).strokeWidth") == "5px"
    finally:
        context.close()


@pytest.mark.browser
def test_on_paper_everything_is_unfolded(browser: Any, protocol: Protocol) -> None:
    context = browser.new_context()
    try:
        page = context.new_page()
        page.set_content(render_report(view_of(coxa.load_case(EXAMPLE), protocol)))
        folded = page.locator(".exercise .steps").first
        assert not folded.is_visible()
        page.emulate_media(media="print")
        assert folded.is_visible()
        assert not page.locator(".toc").is_visible()
    finally:
        context.close()
