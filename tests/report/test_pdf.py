"""The PDF files: accessible, complete, the same every time, and safe against any text."""

import dataclasses
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import typst

import coxa
from coxa.model import ActionLevel, Answer, Case, Plan, Session, Source, Support
from coxa.protocol import load_protocol
from coxa.report import pdf
from coxa.report.figure import describe
from coxa.report.paper import handout_data, report_data, stop_data
from coxa.report.paper_pictures import Raw
from coxa.report.pdf import covered, displayable, handout_pdf, report_pdf
from coxa.report.view import References, View, make_view, plan_view

CASE = Path(__file__).resolve().parents[2] / "examples" / "cases" / "01-desk-worker.yaml"
SOURCE = Source(name="case.yaml", sha256="ab" * 32)
HOSTILE = '#panic() $x$ @ref *bold* _it_ \\ ` <tag> // /* ] } [1] #import "@preview/x:0.1.0"'
A4 = (595, 842)


def view_of(case: Case) -> View:
    first = case.visits[0]
    assessment = coxa.assess(case, first.date)
    return make_view(assessment, coxa.prescribe(case, assessment), load_protocol(), SOURCE)


@pytest.fixture(scope="module")
def case() -> Case:
    return coxa.load_case(CASE)


@pytest.fixture(scope="module")
def view(case: Case) -> View:
    return view_of(case)


@pytest.fixture(scope="module")
def emergency(case: Case) -> View:
    visit = case.visits[0]
    answered = visit.model_copy(update={"safety": {**visit.safety, "saddle_numbness": Answer.YES}})
    return view_of(case.model_copy(update={"visits": (answered,)}))


def text_of(content: bytes) -> str:
    """All text, with line breaks, hyphenation and the invisible places to break taken out."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    joined = "\n".join(pages).replace("\u200b", "").replace("\ufffe", "")
    return re.sub(r"\s+", " ", joined)


def page_sizes(content: bytes) -> list[tuple[int, int]]:
    with pikepdf.open(io.BytesIO(content)) as document:
        return [(round(float(p.mediabox[2])), round(float(p.mediabox[3]))) for p in document.pages]


def structure(content: bytes) -> list[tuple[str, str | None]]:
    """Every tag of the structure tree with its alternative text."""
    found: list[tuple[str, str | None]] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append((str(node["/S"]), str(node["/Alt"]) if "/Alt" in node else None))
            if "/K" in node:
                walk(node["/K"])

    with pikepdf.open(io.BytesIO(content)) as document:
        walk(document.Root.StructTreeRoot)
    return found


def largest(view: View) -> View:
    """A programme with eight exercises in each session, seven days a week for eight weeks, all names long."""
    assert view.plan is not None
    protocol, plan = load_protocol(), view.plan.plan
    longest = sorted(
        (e for e in protocol.exercises.values() if e.dose is not None), key=lambda e: len(e.plain_name), reverse=True
    )[:16]
    like = plan.sessions[0].items[0].model_copy(update={"dose": "3 × 12 times, hold 10 s, each side"})
    items = tuple(like.model_copy(update={"exercise": e.id, "name": e.plain_name, "kind": e.kind}) for e in longest)
    sessions = tuple(
        Session.model_validate(
            {
                **plan.sessions[0].model_dump(),
                "date": plan.start.replace(month=1 + day // 28, day=1 + day % 28),
                "week": 1 + day // 7,
                "letter": "AB"[day % 7 % 2],
                "items": items[:8] if day % 7 % 2 == 0 else items[8:],
            }
        )
        for day in range(56)
    )
    return with_plan(view, plan.model_copy(update={"sessions": sessions, "days_per_week": 7, "weeks": 8}))


def with_plan(view: View, plan: Plan) -> View:
    refs = References(load_protocol(), list(view.refs.ids))
    return dataclasses.replace(view, plan=plan_view(plan, load_protocol(), refs), refs=refs)


@pytest.mark.parametrize("kind", ["report", "handout", "stop"])
def test_is_accessible(kind: str, view: View, emergency: View) -> None:
    made = handout_pdf(view) if kind == "handout" else report_pdf(view if kind == "report" else emergency)
    title = {"report": view.title, "handout": "My hip and back programme", "stop": emergency.level_word}[kind]
    with pikepdf.open(io.BytesIO(made)) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert str(document.Root.Lang).startswith("en")
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"]) == title
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == title
    tags = structure(made)
    headings = [int(tag[2:]) for tag, _ in tags if re.fullmatch(r"/H\d", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    figures = [alt for tag, alt in tags if tag == "/Figure"]
    assert all(figures)
    data = stop_data(emergency) if kind == "stop" else report_data(view) if kind == "report" else handout_of(view)
    assert len(figures) == len(list(pictures_in(data)))
    if kind != "stop":
        assert {"/Table", "/TH", "/TD", "/LI"} <= {tag for tag, _ in tags}


def handout_of(view: View) -> dict[str, Any]:
    assert view.plan is not None
    return handout_data(view, view.plan)


def pictures_in(value: Any) -> Iterator[str]:
    """Every SVG in what goes on paper."""
    if isinstance(value, dict):
        for item in value.values():
            yield from pictures_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from pictures_in(item)
    elif isinstance(value, Raw) and value.startswith("<svg"):
        yield value


def test_figures_say_their_numbers(view: View) -> None:
    alts = [alt for tag, alt in structure(report_pdf(view)) if tag == "/Figure" and alt]
    for row in view.rows:
        (alt,) = (alt for alt in alts if alt == describe(row))
        assert all(side.number in alt and side.word in alt for side in row.sides)


def test_report_tells_everything(view: View) -> None:
    text = text_of(report_pdf(view))
    assessment = view.assessment
    assert view.plan is not None
    likely = view.contributors(Support.SUPPORTED, Support.POSSIBLE)
    expected = [
        assessment.headline,
        view.person,
        view.date,
        *(row.name for row in view.rows),
        *(side.number for row in view.rows for side in row.sides),
        *(row.name for row in view.motions),
        *(step.asked for step in assessment.trail),
        *(step.follows for step in assessment.trail),
        *(c.would_change_our_mind for c in likely),
        *(r.say for c in likely for r in (*c.reasons_for, *c.reasons_against)),
        *(c.name for c in assessment.contributors),
        *(why for *_, why in view.next_measurements),
        *(item.say for item, _ in (*view.idea_right, *view.idea_wrong)),
        *view.plan.plan.goals,
        *view.plan.plan.stop_rules,
        *(card.exercise.setup for card in view.plan.cards),
        *(step for card in view.plan.cards for step in card.exercise.steps),
        *(lesson.message for lesson in view.plan.lessons),
        *(row.norm_source for row in view.rows),
        *(row.error_source for row in view.rows),
        assessment.protocol_version,
        view.source_sha256,
        "case.yaml",
    ]
    flat = re.sub(r"[\s−-]", "", text)
    missing = [wanted for wanted in expected if re.sub(r"[\s−-]", "", wanted) not in flat]
    assert not missing
    count = len(page_sizes(report_pdf(view)))
    assert f"page 1 of {count}" in text
    assert f"page {count} of {count}" in text


def test_every_number_in_brackets_is_in_the_evidence_list(view: View) -> None:
    text = text_of(report_pdf(view))
    body, _, rest = text.rpartition("The numbers in brackets in this report point here.")
    evidence = rest.partition("Where the numbers come from")[0]
    cited = {int(n) for group in re.findall(r"\[((?:\d+, )*\d+)\]", body) for n in group.split(", ")}
    assert cited
    assert cited <= {int(n) for n in re.findall(r"(?<= )\d+(?= [A-Z])", evidence)}


def test_printing_does_not_change_the_view(view: View) -> None:
    before = list(view.refs.ids)
    report_pdf(view)
    assert view.refs.ids == before


def test_safety_comes_alone(emergency: View) -> None:
    assert emergency.assessment.safety.level is ActionLevel.EMERGENCY_NOW
    made = report_pdf(emergency)
    text = text_of(made)
    assert len(page_sizes(made)) == 1
    assert emergency.level_word in text
    for action in emergency.assessment.safety.actions:
        assert action.say in text
        assert all(reason in text for reason in action.because)
    assert "Session" not in text
    with pytest.raises(ValueError, match="no programme"):
        handout_pdf(emergency)


def test_several_warnings_stay_on_one_page(case: Case) -> None:
    visit = case.visits[0]
    yes = ("bladder_or_bowel_change", "saddle_numbness", "both_legs_pain", "leg_weakness", "fever_or_chills")
    answers = {**visit.safety, **dict.fromkeys(yes, Answer.YES)}
    made = report_pdf(view_of(case.model_copy(update={"visits": (visit.model_copy(update={"safety": answers}),)})))
    assert len(page_sizes(made)) == 1


def test_every_warning_at_once_begins_with_what_to_do(case: Case) -> None:
    visit = case.visits[0]
    worst = visit.model_copy(update={"safety": dict.fromkeys(load_protocol().safety_questions, Answer.UNSURE)})
    view = view_of(case.model_copy(update={"visits": (worst,)}))
    made = report_pdf(view)
    assert len(page_sizes(made)) <= 4
    text = text_of(made)
    assert all(action.say in text for action in view.assessment.safety.actions)
    assert text.index(view.assessment.safety.actions[0].say) < 100


def test_handout_is_one_page_with_all_that_one_needs(view: View) -> None:
    made = handout_pdf(view)
    assert page_sizes(made) == [A4]
    text = text_of(made)
    assert view.plan is not None
    for _, _, session in view.plan.templates:
        assert all(item.name in text and item.dose in text for item in session.items)
    for session in view.plan.plan.sessions:
        assert f"{session.date:%a} {session.date.day} {session.date:%b}" in text
    assert all(rule in text for rule in view.plan.plan.stop_rules)
    assert all(card.exercise.plain_name in text for card in view.plan.advice)


def test_handout_of_the_largest_plan_is_one_page(view: View) -> None:
    made = handout_pdf(largest(view))
    assert page_sizes(made) == [A4]
    assert len(re.findall(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]{2}(?!:)", text_of(made))) == 56


@pytest.mark.parametrize("days", [1, 2, 7])
def test_handout_for_few_and_many_days(case: Case, days: int) -> None:
    visit = case.visits[0]
    resources = visit.resources.model_copy(update={"days_per_week": days, "minutes_per_day": 60})
    changed = case.model_copy(update={"visits": (visit.model_copy(update={"resources": resources}),)})
    assert page_sizes(handout_pdf(view_of(changed))) == [A4]


def test_a_programme_without_a_session_still_has_its_advice(view: View) -> None:
    assert view.plan is not None
    empty = with_plan(view, view.plan.plan.model_copy(update={"sessions": ()}))
    for made in (report_pdf(empty), handout_pdf(empty)):
        text = text_of(made)
        assert "No exercise fits" in text
        assert all(card.exercise.plain_name in text for card in view.plan.advice)


def test_texts_are_never_read_as_markup(view: View) -> None:
    assert view.plan is not None
    plan = view.plan.plan
    long_word = "Donaudampfschiffahrt" * 12
    nasty = (HOSTILE, f"{HOSTILE} {long_word}", "socks 🧦 and 漢字", "tab\tand\x00null\u202eend")
    sessions = tuple(
        s.model_copy(update={"items": tuple(i.model_copy(update={"name": nasty[1], "dose": HOSTILE}) for i in s.items)})
        for s in plan.sessions
    )
    changed = with_plan(view, plan.model_copy(update={"goals": nasty, "sessions": sessions}))
    assessment = view.assessment.model_copy(update={"headline": HOSTILE})
    changed = dataclasses.replace(changed, assessment=assessment, source_name=HOSTILE, title=HOSTILE)
    text = text_of(report_pdf(changed)).replace(" ", "")
    wanted = HOSTILE.replace(" ", "")
    assert text.count(wanted) >= 5
    assert long_word in text
    assert "socks[socks]and□□" in text
    made = handout_pdf(changed)
    assert page_sizes(made) == [A4]
    assert wanted in text_of(made).replace(" ", "")


def test_what_our_fonts_cannot_show_is_put_into_words() -> None:
    assert displayable("café Łódź Ωμέγα Москва 3 × 10 → ≥ 5°") == "café Łódź Ωμέγα Москва 3 × 10 → ≥ 5°"
    assert displayable("👍🏽") == "[thumbs up sign][emoji modifier fitzpatrick type-4]"
    assert displayable("e\u0301\ufe0f\u200d漢\u3000x\n") == "é□ x "
    assert displayable("\ud800") == ""


def test_fonts_show_all_that_they_say() -> None:
    characters = "".join(chr(point) for point in sorted(covered()) if point != 0xAD)
    template = (
        '#set document(title: "t")\n#set text(font: "Coxa Sans", lang: "en", fallback: false)\n'
        "#sys.inputs.t\n#text(weight: 600, sys.inputs.t)\n#emph(sys.inputs.t)"
    )
    compiled, warnings = typst.compile_with_warnings(
        template.encode(), font_paths=pdf._fonts(), sys_inputs={"t": characters}, pdf_standards=["ua-1"]
    )
    assert compiled
    assert not warnings
    with pytest.raises(typst.TypstError):  # a character that is missing would be noticed
        typst.compile(template.encode(), font_paths=pdf._fonts(), sys_inputs={"t": "漢"}, pdf_standards=["ua-1"])


def test_fonts_are_small_and_licensed() -> None:
    folder = Path(pdf.__file__).parent / "fonts"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 700_000
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text("utf-8")
    assert set(pdf._fonts().families()) == {"Coxa Sans"}


def test_only_our_fonts_are_in_the_file(view: View) -> None:
    with pikepdf.open(io.BytesIO(report_pdf(view))) as document:
        names = {
            str(item["/BaseFont"])
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }
    assert names
    assert all("CoxaSans" in name for name in names)


def test_templates_fetch_and_evaluate_nothing() -> None:
    for path in (Path(pdf.__file__).parent / "typst").glob("*.typ"):
        source = path.read_text("utf-8")
        assert not re.search(r"@\w+/|\beval\(|\bread\(|\bplugin\(|datetime\.today", source), path.name


def test_same_view_gives_the_same_bytes(case: Case, view: View, emergency: View) -> None:
    again = view_of(case)
    assert report_pdf(view) == report_pdf(again)
    assert handout_pdf(view) == handout_pdf(again)
    assert report_pdf(emergency) == report_pdf(emergency)


def test_date_in_the_file_is_that_of_the_visit(view: View) -> None:
    with pikepdf.open(io.BytesIO(report_pdf(view))) as document:
        assert str(document.docinfo["/CreationDate"]).startswith(f"D:{view.assessment.date:%Y%m%d}")
