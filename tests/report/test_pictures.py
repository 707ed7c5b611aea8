"""Pictures in the report: where they belong, of the right figure, in a page that stays small and self-contained."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest

import coxa
from coxa.errors import InputError
from coxa.model import Sex
from coxa.pictures import subjects
from coxa.pictures.palettes import classes, colours
from coxa.protocol import Protocol
from coxa.report.bundle import visit_files
from coxa.report.gallery import Gallery, chosen_gallery
from coxa.report.html import render_report
from coxa.report.pdf import handout_pdf, report_pdf
from coxa.report.view import View
from tests.report.pages import EXAMPLE, CaseOf, Page, build, self_contained, view_of

CSS = (Path(__file__).parents[2] / "src" / "coxa" / "report" / "templates" / "report.css").read_text("utf-8")
REPORT_BYTES = 6_000_000


def labels(html: str) -> list[str]:
    return [
        attrs["aria-label"] or "" for tag, attrs in Page(html).tags if tag == "svg" and attrs.get("class") == "pose"
    ]


def test_every_exercise_shows_start_end_and_movement(pictured: Path, protocol: Protocol) -> None:
    view = view_of(coxa.load_case(EXAMPLE), protocol)
    html = render_report(view)
    self_contained(html)
    assert view.plan is not None
    for card in (*view.plan.cards, *view.plan.advice):
        name = card.exercise.plain_name
        for words in ("the start", "the end position", "the whole movement"):
            assert labels(html).count(f"{name}: {words}") == 1


def test_every_reading_of_an_angle_is_shown_beside_its_norm(
    pictured: Path, case_of: CaseOf, protocol: Protocol
) -> None:
    view = view_of(build("everything", case_of, protocol), protocol)
    html = render_report(view)
    drawn = [label for label in labels(html) if "the picture shows" in label]
    wanted = [side for row in view.rows if row.unit == "°" and row.test in protocol.tests for side in row.sides]
    assert len(drawn) == len(wanted)
    for row in view.rows:
        shown = [label for label in drawn if label.startswith((f"{row.name}:", f"{row.name},"))]
        assert bool(shown) == (row.unit == "°" and row.test in protocol.tests), row.test


def test_a_refused_reading_has_no_picture(pictured: Path, case_of: CaseOf, protocol: Protocol) -> None:
    view = view_of(build("refused", case_of, protocol), protocol)
    drawn = [label for label in labels(render_report(view)) if "the picture shows" in label]
    assert len(drawn) == 1
    assert "right" in drawn[0]


def test_what_to_measure_next_is_shown(pictured: Path, case_of: CaseOf, protocol: Protocol) -> None:
    view = view_of(build("empty", case_of, protocol), protocol)
    wanted = {protocol.test_name(n.test) for n in view.assessment.next_measurements}
    assert wanted
    html = render_report(view)
    assert all(f"{name}: the start" in labels(html) for name in wanted)
    assert all(f"{name}: the start position" in alts(report_pdf(view)) for name in wanted)


def test_movement_waits_for_those_who_want_it(pictured: Path, protocol: Protocol) -> None:
    html = render_report(view_of(coxa.load_case(EXAMPLE), protocol))
    (allowed,) = re.findall(
        r"@media screen and \(prefers-reduced-motion: no-preference\) \{(.*?)\n\}", html, flags=re.S
    )
    assert ".loop { display: block; }" in allowed
    assert "\n.loop { display: none; }" in html.replace(allowed, "")
    assert html.count('<input type="checkbox" checked>') == html.count('class="loop"')
    assert "<script" not in html


def test_moving_pictures_have_names_of_their_own(pictured: Path, protocol: Protocol) -> None:
    html = render_report(view_of(coxa.load_case(EXAMPLE), protocol))
    names = re.findall(r"@keyframes ([\w-]+)", html)
    assert names
    assert len(names) == len(set(names))


def test_the_page_has_no_rule_for_a_class_of_the_pictures() -> None:
    own = set(re.findall(r"\.([A-Za-z][\w-]*)", CSS))
    assert own & classes() == set()


@pytest.mark.parametrize("kind", ["example", "everything", "empty"])
def test_the_page_stays_small(kind: str, case_of: CaseOf, protocol: Protocol) -> None:
    # with the pictures that ship
    assert len(render_report(view_of(build(kind, case_of, protocol), protocol)).encode()) < REPORT_BYTES


def test_the_paper_stays_small(case_of: CaseOf, protocol: Protocol) -> None:
    assert len(report_pdf(view_of(build("everything", case_of, protocol), protocol))) < REPORT_BYTES


def test_without_pictures_the_report_is_as_it_was(tmp_path: Path, protocol: Protocol) -> None:
    from tests.pictures.made import library_in_use

    with library_in_use(tmp_path, []):
        html = render_report(view_of(coxa.load_case(EXAMPLE), protocol))
    self_contained(html)
    assert labels(html) == []
    assert '<div class="poses"' not in html


# --- on paper ---------------------------------------------------------------------------------------------------------


def alts(made: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(made)) as document:
        return [
            str(item["/Alt"]) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]


def test_paper_shows_readings_and_exercises(pictured: Path, protocol: Protocol) -> None:
    view = view_of(coxa.load_case(EXAMPLE), protocol)
    assert view.plan is not None
    found = alts(report_pdf(view))
    for card in view.plan.cards:
        assert {f"{card.exercise.plain_name}: the {word} position" for word in ("start", "end")} <= set(found)
    for row in view.rows:
        shown = [
            alt for alt in found if "the picture shows" in alt and alt.startswith((f"{row.name}:", f"{row.name},"))
        ]
        assert len(shown) == (len(row.sides) if row.unit == "°" and row.test in protocol.tests else 0)


def test_the_one_page_programme_stays_one_page(pictured: Path, protocol: Protocol) -> None:
    view = view_of(coxa.load_case(EXAMPLE), protocol)
    made = handout_pdf(view)
    with pikepdf.open(io.BytesIO(made)) as document:
        assert len(document.pages) == 1
    assert view.plan is not None
    items = {item.name for _, _, session in view.plan.templates for item in session.items}
    assert {f"{name}: the end position" for name in items} <= set(alts(made))
    assert made == handout_pdf(view)


# --- who is shown -----------------------------------------------------------------------------------------------------


def view_with(protocol: Protocol, sex: Sex, gallery: Gallery | None = None) -> View:
    from coxa.report.view import make_view

    case = coxa.load_case(EXAMPLE)
    case = case.model_copy(update={"person": case.person.model_copy(update={"sex": sex})})
    assessment = coxa.assess(case, case.visits[0].date)
    return make_view(assessment, coxa.prescribe(case, assessment), protocol, case.source, None, gallery)


@pytest.mark.parametrize(("sex", "figure"), [(Sex.FEMALE, "female"), (Sex.MALE, "male"), (Sex.NOT_SAID, None)])
def test_the_figure_is_of_the_persons_sex(protocol: Protocol, sex: Sex, figure: str | None) -> None:
    assert view_with(protocol, sex).gallery.figure == figure


def test_a_chosen_figure_and_skin_win(pictured: Path, protocol: Protocol) -> None:
    view = view_with(protocol, Sex.FEMALE, chosen_gallery("male", "espresso"))
    assert view.gallery == Gallery("male", "espresso")
    assert f".pose .skin{{fill:{colours('espresso')['skin']}" in render_report(view)


def test_where_the_sex_is_not_said_both_figures_are_shown_in_turn(pictured: Path) -> None:
    for figure in ("female", "male"):
        for path in (pictured / "library" / figure).glob("*.start.svg"):
            path.write_text(path.read_text("utf-8").replace("1600 1000", f"1600 {len(figure)}00"), encoding="utf-8")
    shown = [("1600 600" in (Gallery().still(one, "start", "light") or "")) for one in subjects()]
    assert shown == [i % 2 == 0 for i in range(len(shown))]


def test_the_skin_reaches_every_file(pictured: Path, protocol: Protocol) -> None:
    case = coxa.load_case(EXAMPLE)
    assessment = coxa.assess(case, case.visits[0].date)
    plan = coxa.prescribe(case, assessment)
    plain = visit_files(assessment, plan, case.source, protocol)
    dark = visit_files(assessment, plan, case.source, protocol, gallery=chosen_gallery(None, "espresso"))
    assert {name for name in plain if plain[name] != dark[name]} == {"report.html", "report.pdf", "plan.pdf"}


@pytest.mark.parametrize(("figure", "skin", "words"), [("child", "sand", "no figure 'child'"), (None, "x", "no skin")])
def test_an_unknown_choice_is_one_sentence(figure: str | None, skin: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        chosen_gallery(figure, skin)
