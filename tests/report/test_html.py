"""The HTML report: complete, self-contained, safe with hostile words, and readable for everybody."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

import coxa
from coxa.model import ActionLevel, Case, Side
from coxa.protocol import Protocol, load_protocol
from coxa.report.html import chance, render_comparison, render_report, sides
from coxa.report.view import View, make_view

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'too'"
EXAMPLE = Path(__file__).parents[2] / "examples" / "cases" / "01-desk-worker.yaml"
KINDS = ("example", "everything", "nerve", "empty", "refused", "within_days", "emergency")
VOID = {"meta", "line", "circle", "rect", "br"}
CaseOf = Callable[..., Case]


class Page(HTMLParser):
    """What a page holds: tags, ids, links inside it, text, and whether every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute)) is not None]


def squeeze(words: str) -> str:
    return " ".join(words.split())


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol()


@pytest.fixture
def case_of(tmp_path: Path, protocol: Protocol) -> CaseOf:
    """Build a case: the example's first visit, changed, and answered with 'no' wherever nothing else is said."""

    def build(
        *, yes: tuple[str, ...] = (), readings: list[dict[str, Any]] | None = None, again: bool = False, **visit: Any
    ) -> Case:
        content = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
        content["visits"] = content["visits"][: 2 if again else 1]
        last = content["visits"][-1]
        last["safety"] = {question: question in yes for question in protocol.safety_questions}
        if readings is not None:
            last["readings"] = readings
        for key, value in visit.items():
            last[key] = {**last[key], **value} if isinstance(value, dict) else value
        path = tmp_path / "case.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return coxa.load_case(path)

    return build


def everything(protocol: Protocol) -> list[dict[str, Any]]:
    """One reading of every test, protocol and side, in the middle of what is plausible."""
    readings = []
    for test in protocol.tests.values():
        for allowed in test.methods[:1]:
            for variant in allowed.protocols:
                for side in ("left", "right") if test.sided else ("both",):
                    middle = (allowed.minimum + allowed.maximum) / 2 + (4 if side == "left" else -4)
                    reading: dict[str, Any] = {
                        "test": test.id,
                        "side": side,
                        "method": allowed.method.value,
                        "protocol": variant,
                    }
                    if allowed.trigonometric:
                        reading |= {"value_cm": 3.0, "thigh_length_cm": 41}
                    else:
                        reading[f"value_{allowed.unit.value}"] = middle
                    readings.append(reading)
    return readings


def observations(protocol: Protocol, *, nerve: bool) -> list[dict[str, Any]]:
    return [
        {"test": test.id, "side": side, **{q.id: q.role != "nerve" or nerve for q in test.questions}}
        for test in protocol.tests.values()
        if test.questions
        for side in (("left", "right") if test.sided else ("both",))
    ]


def refused() -> list[dict[str, Any]]:
    knee = {"test": "active_knee_extension", "method": "inclinometer", "protocol": "supine_90_90", "value_deg": 30}
    return [
        {**knee, "side": "left", "refused_because": ["pelvis_moved", "not_held"]},
        {**knee, "side": "right"},
    ]


def build(kind: str, case_of: CaseOf, protocol: Protocol) -> Case:
    """The case of one kind."""
    match kind:
        case "example":
            return coxa.load_case(EXAMPLE)
        case "everything":
            return case_of(readings=everything(protocol), observations=observations(protocol, nerve=False))
        case "nerve":
            return case_of(readings=everything(protocol), observations=observations(protocol, nerve=True))
        case "empty":
            return case_of(readings=[], observations=[])
        case "refused":
            return case_of(readings=refused(), observations=[])
        case "within_days":
            return case_of(yes=("leg_numb_or_walking_trouble",))
        case _:
            return case_of(yes=("saddle_numbness", "fever_or_chills"))


def view_of(case: Case, protocol: Protocol, today: dt.date | None = None, visit: int = 0) -> View:
    assessment = coxa.assess(case, case.visits[visit].date)
    return make_view(assessment, coxa.prescribe(case, assessment), protocol, case.source, today)


@pytest.fixture(params=KINDS)
def view(request: pytest.FixtureRequest, case_of: CaseOf, protocol: Protocol) -> View:
    return view_of(build(request.param, case_of, protocol), protocol)


@pytest.fixture
def page(view: View) -> str:
    return render_report(view)


# --- every page -------------------------------------------------------------------------------------------------------


def self_contained(html: str) -> None:
    assert not re.search(r"https?:|//\w|url\(|@import|src=|<script|<link|<iframe|javascript:", html)
    page = Page(html)
    assert not page.open
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    for link in page.all("href"):
        assert link.startswith("#")
        assert link[1:] in ids
    assert set(page.all("aria-labelledby")) <= set(ids)


def test_page_needs_nothing_from_outside(page: str) -> None:
    self_contained(page)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert '<html lang="en">' in page
    assert 'name="viewport"' in page


def test_page_is_the_same_twice_and_leaves_the_view_alone(view: View) -> None:
    before = list(view.refs.ids)
    assert render_report(view) == render_report(view)
    assert view.refs.ids == before


def test_headings_skip_no_level(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(page).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_tables_have_headers_with_scope(page: str) -> None:
    for tag, attrs in Page(page).tags:
        if tag == "th":
            assert attrs["scope"] in {"col", "row", "rowgroup"}


def test_provenance_is_on_every_page(page: str, view: View) -> None:
    text = Page(page).text
    for words in (
        view.assessment.software,
        view.assessment.protocol_version,
        view.source_name,
        view.source_sha256[:12],
        "This informs; it is not a diagnosis.",
        view.date,
        view.person,
    ):
        assert words in text


def test_no_calming_or_alarming_word(page: str) -> None:
    assert not re.search(r"out of place|damaged|misaligned|unstable", Page(page).text, re.I)


# --- a full report ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "emergency"])
def test_every_part_of_the_view_is_shown(kind: str, case_of: CaseOf, protocol: Protocol) -> None:
    view = view_of(build(kind, case_of, protocol), protocol)
    text = Page(render_report(view)).text
    for words in expected_words(view, protocol):
        assert squeeze(words) in text


def expected_words(view: View, protocol: Protocol) -> Iterator[str]:
    a = view.assessment
    yield from (view.title, a.headline, view.level_word[1:])
    for row in view.rows:
        yield from (row.name, row.clinical_name, row.protocol_name, row.norm_source, row.error_source, row.shows)
        yield from (side.finding.say for side in row.sides)
        yield row.cannot_show
    for finding in view.refused:
        yield from (protocol.test_name(finding.test), finding.say)
    for motion in view.motions:
        yield from (motion.name, motion.left.say, motion.right.say)
    yield from (gap.say for gap in a.asymmetries)
    for step in a.trail:
        yield from (step.asked, step.found, step.how_sure, step.follows)
    for c in a.contributors:
        yield from (c.name, c.would_change_our_mind[1:])
        yield from (item.say for item in (*c.reasons_for, *c.reasons_against))
    for name, _, how, why in view.next_measurements:
        yield from (name, how, why)
    yield from (judgement.say for judgement, _ in (*view.idea_right, *view.idea_wrong))
    if view.plan is not None:
        yield from plan_words(view)


def test_after_a_retest_the_page_says_what_the_programme_does(protocol: Protocol) -> None:
    view = view_of(coxa.load_case(EXAMPLE), protocol, visit=1)
    assert view.after_retest is not None
    assert squeeze(view.after_retest) in Page(render_report(view)).text


def test_a_programme_that_ended_at_a_retest_says_why(case_of: CaseOf, protocol: Protocol) -> None:
    case = case_of(again=True, pain={"now_0_10": 5, "worst_0_10": 8}, function={"psfs": [], "groc": 0})
    view = view_of(case, protocol, visit=1)
    assert view.plan is None
    assert view.after_retest is not None
    text = Page(render_report(view)).text
    assert all(squeeze(words) in text for words in (view.after_retest, *view.no_programme, "no programme for now"))


def plan_words(view: View) -> Iterator[str]:
    assert view.plan is not None
    plan = view.plan.plan
    yield from (*plan.goals, *plan.progression, *plan.stop_rules, *plan.referral, *view.plan.equipment)
    for card in (*view.plan.cards, *view.plan.advice):
        e = card.exercise
        yield from (e.plain_name, card.why, card.first_dose, card.later_dose or "", e.setup, *e.steps, e.feel)
        yield from (*e.mistakes, e.easier, e.harder, e.pain_rule, *e.stop_signs)
    for left in plan.left_out:
        yield from (left.name, left.because)
    for retest in plan.retests:
        yield retest.say
    for lesson in view.plan.lessons:
        yield from (lesson.title, lesson.message, *lesson.paragraphs, lesson.ask)
        yield from (words for option in lesson.options for words in (option.text, option.reply))
    for session in plan.sessions:
        yield f"{session.date:%a} {session.date.day} {session.date:%b} {session.letter}"


def test_every_reference_is_listed_in_reading_order(view: View, protocol: Protocol) -> None:
    html = render_report(view)
    page = Page(html)
    listed = [int(i[1:]) for i in page.all("id") if re.fullmatch(r"e\d+", i)]
    assert listed == list(range(1, len(listed) + 1))
    wanted = {e for action in view.assessment.safety.actions for e in action.evidence}
    if not view.assessment.safety.ends_screening:
        wanted |= set(view.refs.ids)
        wanted |= {e for v in view.assessment.verdicts for e in v.evidence}
        wanted |= {e for step in view.assessment.trail for e in step.evidence}
        wanted |= {
            e for c in view.assessment.contributors for r in c.reasons_for + c.reasons_against for e in r.evidence
        }
        wanted |= set(view.plan.plan.evidence) if view.plan else set()
        numbers = list(dict.fromkeys(int(n) for n in re.findall(r'aria-label="evidence (\d+)"', html)))
        assert numbers[:5] == [1, 2, 3, 4, 5]
    for claim in wanted:
        assert squeeze(protocol.evidence[claim].claim) in page.text
        assert squeeze(protocol.evidence[claim].reference) in page.text
        assert protocol.evidence[claim].doi is None or f"DOI {protocol.evidence[claim].doi}" in page.text


def test_left_and_right_are_named_in_every_figure(case_of: CaseOf, protocol: Protocol) -> None:
    view = view_of(build("everything", case_of, protocol), protocol)
    html = render_report(view)
    for row in view.rows:
        names = [side.side for side in row.sides]
        figure = re.search(rf'aria-label="{re.escape(row.name)}: [^"]*"', html)
        assert figure is not None
        assert ("left " in figure[0] and "right " in figure[0]) == (Side.BOTH not in names)


def test_limited_and_cant_tell_come_first(case_of: CaseOf, protocol: Protocol) -> None:
    text = Page(render_report(view_of(build("everything", case_of, protocol), protocol))).text
    order = [text.index(t) for t in ("Limited, or too close", "Within the usual range", "Your own baseline")]
    assert order == sorted(order)


def test_likely_contributors_are_open_and_the_others_folded(protocol: Protocol) -> None:
    view = view_of(coxa.load_case(EXAMPLE), protocol)
    for tag, attrs in Page(render_report(view)).tags:
        kind = attrs.get("class") or ""
        if tag == "details" and "support-" in kind:
            assert ("open" in attrs) == ("support-supported" in kind or "support-possible" in kind)


def test_stale_knowledge_is_said(protocol: Protocol) -> None:
    late = protocol.about.review_due.replace(year=protocol.about.review_due.year + 1)
    view = view_of(coxa.load_case(EXAMPLE), protocol, today=late)
    assert view.knowledge_note is not None
    assert view.knowledge_note in Page(render_report(view)).text


def test_nothing_measured_says_so(case_of: CaseOf, protocol: Protocol) -> None:
    text = Page(render_report(view_of(build("empty", case_of, protocol), protocol))).text
    assert "No reading in this visit could be used" in text


# --- safety -----------------------------------------------------------------------------------------------------------


def test_an_ended_screening_shows_the_action_and_no_programme(case_of: CaseOf, protocol: Protocol) -> None:
    view = view_of(build("emergency", case_of, protocol), protocol)
    assert view.assessment.safety.level is ActionLevel.EMERGENCY_NOW
    page = Page(render_report(view))
    action = view.assessment.safety.actions[0]
    assert page.text.index(squeeze(action.say)) < 250
    assert all(squeeze(reason) in page.text for a in view.assessment.safety.actions for reason in a.because)
    assert "programme" not in set(page.all("id"))
    for words in ("Session", "What was measured", "Your programme", "Flexibility"):
        assert words not in page.text


def test_within_days_there_is_a_judgement_but_no_programme(case_of: CaseOf, protocol: Protocol) -> None:
    page = Page(render_report(view_of(build("within_days", case_of, protocol), protocol)))
    assert "There is no programme for now." in page.text
    assert "What was measured" in page.text
    assert "Session A" not in page.text


def test_hostile_words_stay_words(case_of: CaseOf, protocol: Protocol) -> None:
    case = case_of(function={"psfs": [{"activity": HOSTILE, "score_0_10": 3}]})
    view = view_of(case, protocol)
    html = render_report(view)
    assert "<script" not in html
    assert HOSTILE in Page(html).text
    assert view.plan is not None


def test_hostile_file_name_stays_a_name(protocol: Protocol) -> None:
    case = coxa.load_case(EXAMPLE)
    named = case.model_copy(update={"source": case.source.model_copy(update={"name": HOSTILE})})
    assert "<script" not in render_report(view_of(named, protocol))


# --- re-test ----------------------------------------------------------------------------------------------------------


def test_a_retest_shows_every_change(protocol: Protocol) -> None:
    comparison = coxa.compare(coxa.load_case(EXAMPLE))
    html = render_comparison(comparison, protocol)
    self_contained(html)
    text = Page(html).text
    assert squeeze(comparison.headline) in text
    assert all(squeeze(step) in text for step in comparison.next_steps)
    for change in (*comparison.tests, *comparison.outcomes):
        assert change.name in text
        assert squeeze(change.say[1:]) in text
    for claim in comparison.evidence:
        assert squeeze(protocol.evidence[claim].claim) in text


def test_a_retest_with_an_urgent_answer_shows_that_first(case_of: CaseOf, protocol: Protocol) -> None:
    comparison = coxa.compare(case_of(yes=("saddle_numbness",), again=True))
    html = render_comparison(comparison, protocol)
    self_contained(html)
    text = Page(html).text
    assert text.index(squeeze(comparison.headline)) < 250
    assert "Pain and daily life" not in text


def test_hostile_activity_in_a_retest(protocol: Protocol) -> None:
    comparison = coxa.compare(coxa.load_case(EXAMPLE))
    first = comparison.outcomes[0].model_copy(update={"name": HOSTILE})
    html = render_comparison(comparison.model_copy(update={"outcomes": (first,)}), protocol)
    assert "<script" not in html
    assert HOSTILE in Page(html).text


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "words"), [(1.0, "over 99 %"), (0.991, "over 99 %"), (0.42, "42 %"), (0.0, "under 1 %"), (0.99, "99 %")]
)
def test_a_probability_never_sounds_certain(p: float, words: str) -> None:
    assert chance(p) == words


def test_sides_in_words() -> None:
    assert sides((Side.LEFT, Side.RIGHT)) == "left and right"
    assert sides((Side.BOTH,)) == ""


# --- in a browser -----------------------------------------------------------------------------------------------------


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
