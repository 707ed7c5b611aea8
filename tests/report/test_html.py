"""The HTML report: complete, self-contained, safe with hostile words, and readable for everybody."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest

import coxa
from coxa.model import ActionLevel, Side
from coxa.protocol import Protocol
from coxa.report.html import chance, render_comparison, render_report, sides
from coxa.report.view import View
from tests.report.pages import (
    EXAMPLE,
    HOSTILE,
    KINDS,
    CaseOf,
    Page,
    build,
    self_contained,
    squeeze,
    view_of,
)


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
