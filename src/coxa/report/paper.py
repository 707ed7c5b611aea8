"""What goes on paper, as plain data for the Typst templates: strings, numbers and lists, nothing to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from coxa.measure.typed import UNIT_WORD
from coxa.model import (
    Contributor,
    Reading,
    RetestDay,
    Session,
    Side,
    Support,
    Verdict,
    VerdictLabel,
)
from coxa.protocol.schema import Claim
from coxa.reason.numbers import in_words
from coxa.report.figure import describe, norm_figure
from coxa.report.gallery import Gallery
from coxa.report.paper_pictures import FONT, PRINT, Raw, readings, stills
from coxa.report.view import ExerciseCard, PlanView, References, TestRow, View, care, day
from coxa.report.words import CERTAINTY_WORD, METHOD_WORD, PROBABILITY_NOTE, SUPPORT_WORD, VERDICT_WORD, VERIFIED_WORD

Data = dict[str, Any]
FEW_TESTS = 3
"""As many names of tests as the one-page programme spells out on the day of a re-test."""
_TONE = {
    VerdictLabel.FLEXIBILITY: "limited",
    VerdictLabel.MOBILITY: "limited",
    VerdictLabel.BOTH: "limited",
    VerdictLabel.BONY_PATTERN: "no_comparable_norm",
    VerdictLabel.CLEAR: "typical",
    VerdictLabel.CANT_TELL: "cant_tell",
}
_DIRECTION = {"supports": "towards", "contradicts": "against", "mixed": "mixed", "neutral": "neither way"}
_ENDED = (
    "It ends here, because this comes first. Nothing else was judged, and there is no exercise programme. "
    "Take this page with you and show it."
)
_NO_PLAN = "There is no programme for now. See a professional first."
_SAFETY_FIRST = "There is no programme for now: what is said under safety comes first."
_NOTHING_FITS = "No exercise fits the time and things that you have. The daily advice still helps."
_LEGEND = (
    "In each picture the dot is the reading and the line through it its 95 % interval: the true value probably lies "
    "within. The darkest band is limited, the middle one the low side of usual, the palest usual; the dotted line is "
    "the average of comparable people."
)


# --- one page: safety first -------------------------------------------------------------------------------------------


def stop_data(view: View) -> Data:
    """The page that says what to do when safety ended the screening."""
    safety, refs = view.assessment.safety, view.refs.fresh()
    leading = [action for action in safety.actions if action.level is safety.level]
    others = [action for action in safety.actions if action.level is not safety.level]
    return {
        **_common(view, view.level_word),
        "level_word": view.level_word,
        "actions": [
            {"say": action.say, "leading": action.level is safety.level, "refs": refs(action.evidence)}
            for action in (*leading, *others)
        ],
        "reasons": list(dict.fromkeys(reason for action in safety.actions for reason in action.because)),
        "ended": _ENDED,
        "evidence": [_claim(number, claim) for number, claim in refs.claims],
    }


# --- the report -------------------------------------------------------------------------------------------------------


def report_data(view: View) -> Data:
    """The whole report."""
    assessment = view.assessment
    refs = view.refs.fresh()
    data = {
        **_common(view, view.title),
        "headline": assessment.headline,
        "level_word": view.level_word,
        "actions": [
            {"say": action.say, "because": action.because, "refs": refs(action.evidence)}
            for action in assessment.safety.actions
        ],
        "legend": _LEGEND,
        "tests": [_test(row, view.gallery) for row in view.rows],
        "refused": [
            f"{view.refs.protocol.test_name(finding.test)}{_side(finding.side)}: {finding.say}"
            for finding in view.refused
        ],
        "signs": list(view.signs),
        "asymmetries": [item.say for item in assessment.asymmetries],
        "probability_note": PROBABILITY_NOTE,
        "motions": [{"name": row.name, "sides": [_verdict(row.left), _verdict(row.right)]} for row in view.motions],
        "verdicts": [
            {"say": verdict.say, "refs": refs(verdict.evidence)}
            for row in view.motions
            for verdict in (row.left, row.right)
            if verdict.used and verdict.label is not VerdictLabel.CLEAR
        ],
        "trail": [
            {
                "asked": step.asked,
                "found": step.found,
                "how_sure": step.how_sure,
                "follows": step.follows,
                "refs": refs(step.evidence),
            }
            for step in assessment.trail
        ],
        "contributors": [_group(view, support, refs) for support in Support if view.contributors(support)],
        "next": _next(view),
        "idea": [
            {"title": title, "items": [{"say": item.say, "refs": refs(item.evidence)} for item, _ in items]}
            for title, items in (("What it gets right", view.idea_right), ("What it gets wrong", view.idea_wrong))
        ],
        "plan": None if view.plan is None else _plan(view, view.plan, refs),
        "no_plan": _NO_PLAN if assessment.safety.programme_allowed else _SAFETY_FIRST,
        "readings": [_reading(view, reading) for reading in assessment.readings if reading.accepted],
    }
    return {**data, "evidence": [_claim(number, claim) for number, claim in refs.claims]}


def _next(view: View) -> list[Data]:
    """What to measure next; a test that comes several times has its pictures once."""
    rows: list[Data] = []
    pictured: set[str] = set()
    for wanted, (name, side, method, why) in zip(
        view.assessment.next_measurements, view.next_measurements, strict=True
    ):
        pictures = [] if wanted.test in pictured else stills(view.gallery, wanted.test, name)
        pictured.add(wanted.test)
        which = "" if side == "both" else side
        rows.append({"test": name, "side": which, "method": method, "why": why, "stills": pictures})
    return rows


def _common(view: View, title: str) -> Data:
    assessment = view.assessment
    source = f"Source: {view.source_name}. " if view.source_name else ""
    return {
        "title": title,
        "person": view.person,
        "date": view.date,
        "software": assessment.software,
        "foot": f"Visit of {view.date}. Coxa informs; it does not diagnose.",
        "knowledge_note": view.knowledge_note,
        "provenance": f"{source}Judged by {assessment.software} with knowledge {assessment.protocol_version}.",
        "checksum": Raw(view.source_sha256),
    }


def _side(side: Side) -> str:
    return "" if side is Side.BOTH else f", {side.value}"


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _claim(number: int, claim: Claim) -> Data:
    return {
        "number": number,
        "claim": claim.claim,
        "size": _upper(claim.size),
        "direction": _DIRECTION[claim.direction],
        "certainty": CERTAINTY_WORD[claim.certainty],
        "reference": claim.reference,
        "doi": None if claim.doi is None else Raw(claim.doi),
        "verified": VERIFIED_WORD[claim.verified],
    }


def _test(row: TestRow, gallery: Gallery) -> Data:
    return {
        "name": row.name,
        "how": f"{row.clinical_name} · {row.protocol_name} · by {row.method}",
        "sides": [
            {
                "side": "" if side.side is Side.BOTH else _upper(side.side.value),
                "number": _minus(side.number),
                "word": side.word,
                "tone": side.finding.label.value,
            }
            for side in row.sides
        ],
        "figure": Raw(norm_figure(row, PRINT, FONT)),
        "alt": describe(row),
        "readings": readings(row, gallery),
        "shows": row.shows,
        "cannot": row.cannot_show,
        "notes": list(dict.fromkeys(note for side in row.sides for note in side.finding.notes)),
        "norm_source": row.norm_source,
        "error_source": row.error_source,
    }


def _verdict(verdict: Verdict) -> Data:
    word = VERDICT_WORD[verdict.label]
    if verdict.label is not VerdictLabel.CANT_TELL:
        word = f"{word} ({in_words(verdict.probabilities[verdict.label])})"
    elif not verdict.used:
        word = "not judged"
    ruled_out = ", ".join(VERDICT_WORD[label] for label in verdict.ruled_out)
    told = verdict.label is VerdictLabel.CANT_TELL and verdict.used and ruled_out
    return {"word": word, "tone": _TONE[verdict.label], "ruled_out": f"ruled out: {ruled_out}" if told else ""}


def _group(view: View, support: Support, refs: References) -> Data:
    """Likely contributors in full; of the others the name and the weightiest reason (the page has them all)."""
    found = view.contributors(support)
    if support in (Support.SUPPORTED, Support.POSSIBLE):
        return {"items": [{**_contributor(item, refs), "word": SUPPORT_WORD[support]} for item in found], "brief": []}
    return {"items": [], "brief": [_brief(item) for item in found], "word": _upper(SUPPORT_WORD[support])}


def _brief(contributor: Contributor) -> Data:
    own = [item for item in contributor.reasons_against if item.group != "research"]
    missing = "Not measured, or not in a way that has a norm."
    because = missing if contributor.support is Support.CANT_TELL else own[0].say if own else "Nothing points to it."
    return {"name": _upper(contributor.name), "because": because}


def _contributor(contributor: Contributor, refs: References) -> Data:
    sides = " and ".join(side.value for side in contributor.sides)

    def reasons(items: Iterable[Any]) -> list[Data]:
        return [{"say": item.say, "research": item.group == "research", "refs": refs(item.evidence)} for item in items]

    return {
        "name": _upper(contributor.name),
        "sides": f" {sides}" if sides else "",
        "reasons_for": reasons(contributor.reasons_for),
        "reasons_against": reasons(contributor.reasons_against),
        "would_change_our_mind": contributor.would_change_our_mind,
    }


def _reading(view: View, reading: Reading) -> Data:
    spec, unit = view.refs.protocol.tests[reading.test], UNIT_WORD[reading.unit]
    return {
        "test": spec.plain_name,
        "side": "" if reading.side is Side.BOTH else reading.side.value,
        "method": METHOD_WORD[reading.method],
        "position": next(variant.name for variant in spec.protocols if variant.id == reading.protocol),
        "trials": _minus(", ".join(f"{trial:.1f}" for trial in reading.trials) + unit),
        "sem": "not known" if reading.sem is None else f"{reading.sem:.1f}{unit}",
    }


# --- the programme ----------------------------------------------------------------------------------------------------


def _plan(view: View, shown: PlanView, refs: References) -> Data:
    plan, name = shown.plan, view.refs.protocol.test_name
    return {
        "facts": _facts(shown),
        "equipment": ", ".join(shown.equipment) or "nothing but some room on the floor",
        "goals": plan.goals,
        "after_retest": plan.after_retest,
        "sessions": _sessions(shown, None),
        "nothing_fits": _NOTHING_FITS,
        "refs": refs(plan.evidence),
        "advice": [
            {"name": card.exercise.plain_name, "say": card.exercise.steps[0], "refs": refs(card.exercise.evidence)}
            for card in shown.advice
        ],
        "weeks": [
            {"name": f"Week {week}", "days": " · ".join(f"{_short(s)} {s.letter}" for s in sessions)}
            for week, sessions in shown.weeks
        ],
        "retests": [
            {
                "day": f"{retest.date:%a} {day(retest.date)}",
                "say": retest.say,
                "what": f"Tests: {'; '.join(name(test) for test in retest.what)}." if retest.what else "",
            }
            for retest in plan.retests
        ],
        "progression": plan.progression,
        "stop": plan.stop_rules,
        "referral": plan.referral,
        "exercises": [_exercise(card, refs, view.gallery) for card in (*shown.cards, *shown.advice)],
        "left_out": [f"{item.name}: {item.because}" for item in plan.left_out],
        "lessons": [
            {
                "title": lesson.title,
                "message": lesson.message,
                "paragraphs": lesson.paragraphs,
                "ask": lesson.ask,
                "options": [option.text for option in lesson.options],
                "answer": next(option.text for option in lesson.options if option.correct),
                "reply": next(option.reply for option in lesson.options if option.correct),
                "refs": refs(lesson.evidence),
            }
            for lesson in shown.lessons
        ],
    }


def _facts(shown: PlanView) -> str:
    plan = shown.plan
    days = "1 day" if plan.days_per_week == 1 else f"{plan.days_per_week} days"
    return f"{plan.weeks} weeks from {day(plan.start)}, {days} a week, at most {plan.minutes_per_day} minutes a day"


def _short(session: Session) -> str:
    return f"{session.date:%a} {session.date.day} {session.date:%b}"


def _sessions(shown: PlanView, gallery: Gallery | None) -> list[Data]:
    """One entry per kind of session, with the doses of both phases side by side; stills if a gallery is given."""
    kinds: dict[str, list[tuple[str, Session]]] = {}
    for letter, phase, session in shown.templates:
        kinds.setdefault(letter, []).append((phase, session))
    return [_session(letter, phases, gallery) for letter, phases in kinds.items()]


def _session(letter: str, phases: Sequence[tuple[str, Session]], gallery: Gallery | None) -> Data:
    (_, first), (_, later) = phases[0], phases[-1]
    later_doses = {item.exercise: item.dose for item in later.items}
    minutes = [f"{first.minutes:.0f}", f"{later.minutes:.0f}"]
    names = [phase if len(phases) == 1 else phase.partition(" to ")[0] for phase, _ in phases]
    return {
        "letter": letter,
        "title": f"Session {letter}: {', later '.join(dict.fromkeys(minutes))} minutes",
        "head": ["Exercise", *names],
        "items": [
            {
                "name": item.name + (" (take care, see the report)" if item.cautions else ""),
                "doses": [item.dose, later_doses.get(item.exercise, item.dose)][: len(phases)],
                "why": item.why,
                "stills": stills(gallery, item.exercise, item.name) if gallery else [],
            }
            for item in first.items
        ],
    }


def _exercise(card: ExerciseCard, refs: References, gallery: Gallery) -> Data:
    exercise = card.exercise
    dose = card.first_dose if card.later_dose is None else f"{card.first_dose}; from week 3: {card.later_dose}"
    return {
        "name": exercise.plain_name,
        "clinical": exercise.name,
        "sessions": f" · session {' and '.join(card.sessions)}" if card.sessions else " · every day",
        "dose": dose,
        "optional": exercise.low_evidence,
        "why": card.why,
        "care": care(card.cautions),
        "refs": refs(exercise.evidence),
        "stills": stills(gallery, exercise.id, exercise.plain_name),
        "setup": exercise.setup,
        "steps": exercise.steps,
        "feel": exercise.feel,
        "mistakes": exercise.mistakes,
        "easier": exercise.easier,
        "harder": exercise.harder,
        "pain_rule": exercise.pain_rule,
        "stop_signs": exercise.stop_signs,
    }


def handout_data(view: View, shown: PlanView) -> Data:
    """The programme on one page."""
    plan, name = shown.plan, view.refs.protocol.test_name
    return {
        **_common(view, "My hip and back programme"),
        "facts": f"{_facts(shown)}. You need: {', '.join(shown.equipment) or 'nothing'}.",
        "sessions": _sessions(shown, view.gallery),
        "nothing_fits": _NOTHING_FITS,
        "days": max((len(sessions) for _, sessions in shown.weeks), default=1),
        "weeks": [
            {"name": str(week), "days": [{"letter": s.letter, "name": _short(s)} for s in sessions]}
            for week, sessions in shown.weeks
        ],
        "retests": [
            {"day": f"{r.date:%a} {r.date.day} {r.date:%b}:", "say": _retest(r, plan.retests[-1], name)}
            for r in plan.retests
        ],
        "advice": [card.exercise.plain_name for card in shown.advice],
        "stop": plan.stop_rules,
    }


def _retest(retest: RetestDay, last: RetestDay, name: Callable[[str], str]) -> str:
    score = "score pain and your activities"
    if not retest.what:
        return score
    if len(retest.what) > FEW_TESTS:
        which = "all the tests of the first visit" if retest is last else "the tests that the report names for this day"
        return f"{score}; repeat {which}"
    return f"{score}; repeat: {', '.join(name(test)[:1].lower() + name(test)[1:] for test in retest.what)}"
