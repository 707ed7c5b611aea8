"""The report as one HTML file that needs nothing else: no script, no address outside, colours for light and dark.

The templates hold the words and the order; this module turns nouns into what they show. Nothing here decides anything.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from coxa.model import (
    Change,
    ChangeLabel,
    Comparison,
    FindingLabel,
    NextMeasurement,
    Observation,
    Side,
    Support,
    Verdict,
    VerdictLabel,
)
from coxa.protocol import Protocol
from coxa.report.figure import Palette, norm_figure
from coxa.report.html_pictures import PagePictures
from coxa.report.view import References, TestRow, View, care, day
from coxa.report.words import (
    CERTAINTY_WORD,
    FINDING_WORD,
    LEVEL_WORD,
    METHOD_WORD,
    PROBABILITY_NOTE,
    SUPPORT_WORD,
    VERDICT_WORD,
    VERIFIED_WORD,
)
from coxa.version import SOFTWARE

PALETTE = Palette(
    ink="var(--ink)",
    quiet="var(--quiet)",
    usual="var(--band-usual)",
    low="var(--band-low)",
    limited="var(--band-limited)",
    mark={label: f"var(--mark-{label.value})" for label in FindingLabel},
)
STEP_WORD = {
    "safety": "Safety",
    "flexibility": "Flexibility",
    "form_and_load": "Form and load",
    "mobility": "Mobility",
    "other_explanations": "Other explanations",
    "remedy": "What follows",
}
KIND_WORD = {
    "foam_rolling": "rolling",
    "trigger_point": "pressing",
    "compression_band": "wrapping",
    "static_stretch": "held stretch",
    "dynamic_stretch": "moving stretch",
    "mobility_drill": "joint movement",
    "motor_control": "practice",
    "strength": "strength",
    "load_advice": "load",
    "squat_form": "squat form",
    "sitting_break": "sitting break",
}
DIRECTION_WORD = {
    "supports": "speaks for the idea",
    "contradicts": "speaks against the idea",
    "mixed": "speaks both ways",
    "neutral": "neither for nor against",
}
CHANGE_WORD = {
    ChangeLabel.BETTER: "better",
    ChangeLabel.WORSE: "worse",
    ChangeLabel.CHANGED: "changed",
    ChangeLabel.NO_DETECTABLE_CHANGE: "no clear change",
    ChangeLabel.NOT_COMPARABLE: "can't be compared",
}
GROUPS = (
    ("Limited, or too close to tell", (FindingLabel.LIMITED, FindingLabel.CANT_TELL)),
    ("Within the usual range", (FindingLabel.LOW, FindingLabel.TYPICAL)),
    ("Your own baseline: no comparable norm", (FindingLabel.NO_COMPARABLE_NORM,)),
)
WORSE_WHEN_HIGHER = frozenset({"nprs", "rmdq", "odi"})
"""Outcomes of which less is better: pain and disability."""
WIDEST_CHANGE = 3.0
"""A change figure spans this many times the change that error alone explains, to either side."""


def render_report(view: View) -> str:
    """One visit as a page. When safety ended the screening: the action, the reasons, and where they come from."""
    ended = view.assessment.safety.ends_screening
    return _render("stopped" if ended else "report", view.refs.fresh(), _visit_context(view))


def render_comparison(comparison: Comparison, protocol: Protocol) -> str:
    """A re-test as a page: what differs beyond error, and what follows. An urgent safety answer leads."""
    context = {
        "c": comparison,
        "urgent": not comparison.safety.programme_allowed,
        "judged": any(change.after is not None for change in comparison.tests),
        "before": day(comparison.before),
        "after": day(comparison.after),
        "person": f"{comparison.person.age} years, {comparison.person.sex.value.replace('_', ' ')}",
        "software": SOFTWARE,
        "protocol_version": protocol.version,
        "tests": _by_measure(comparison.tests),
        "change_figure": functools.partial(_change_figure, protocol=protocol),
    }
    return _render("comparison", References(protocol), context)


def _render(template: str, references: References, context: Mapping[str, Any]) -> str:
    words = {
        "references": references,
        "refs": functools.partial(_refs, references),
        "protocol": references.protocol,
        "chance": chance,
        "care": care,
        "PROBABILITY_NOTE": PROBABILITY_NOTE,
        "day": day,
        "short_day": _short_day,
        "CHANGE_WORD": CHANGE_WORD,
        "CERTAINTY_WORD": CERTAINTY_WORD,
        "DIRECTION_WORD": DIRECTION_WORD,
        "VERIFIED_WORD": VERIFIED_WORD,
    }
    return _environment().get_template(f"{template}.html.jinja").render({**words, **context})


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("coxa.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visit_context(view: View) -> dict[str, Any]:
    protocol, assessment = view.refs.protocol, view.assessment
    return {
        "view": view,
        "a": assessment,
        "rows": tuple(_grouped(view.rows)),
        "seen": tuple(_seen(assessment.observations, protocol)),
        "next": tuple(_next(assessment.next_measurements, protocol)),
        "referral": view.plan.plan.referral if view.plan else (),
        "figure": _figure,
        "pictures": PagePictures(view.gallery, PALETTE),
        "shares": _shares,
        "share": _share,
        "parts_of": functools.partial(_parts_of, protocol=protocol),
        "muscles": functools.partial(_muscles, protocol=protocol),
        "sides": sides,
        "Support": Support,
        "FINDING_WORD": FINDING_WORD,
        "KIND_WORD": KIND_WORD,
        "LEVEL_WORD": LEVEL_WORD,
        "METHOD_WORD": METHOD_WORD,
        "STEP_WORD": STEP_WORD,
        "SUPPORT_WORD": SUPPORT_WORD,
        "VERDICT_WORD": VERDICT_WORD,
    }


# --- words and numbers ------------------------------------------------------------------------------------------------


def chance(p: float) -> str:
    """A probability in words that never sound surer than a model can be: under 1 %, 42 %, over 99 %."""
    return "over 99 %" if p > 0.99 else "under 1 %" if p < 0.01 else f"{100 * p:.0f} %"


def sides(which: Iterable[Side]) -> str:
    """Sides in words: left, right, or left and right; nothing for a test or exercise without sides."""
    return " and ".join(side.value for side in which if side is not Side.BOTH)


def _short_day(date: dt.date) -> str:
    return f"{date:%a} {date.day} {date:%b}"


def _refs(references: References, ids: Iterable[str]) -> Markup:
    """Small numbers that lead to the list of evidence at the end."""
    numbers = sorted(references(ids))
    if not numbers:
        return Markup()
    links = Markup(", ").join(
        Markup('<a href="#e{0}" aria-label="evidence {0}">{0}</a>').format(number) for number in numbers
    )
    return Markup('<span class="refs">[{}]</span>').format(links)


# --- what was measured ------------------------------------------------------------------------------------------------


def _figure(row: TestRow) -> Markup:
    # inside a page the name space is known, and the file is to hold no address at all
    return Markup(norm_figure(row, PALETTE).replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def _grouped(rows: Sequence[TestRow]) -> Iterable[tuple[str, list[TestRow]]]:
    """Rows by their most telling side: limited and can't tell first, a baseline last."""
    order = [label for _, labels in GROUPS for label in labels]
    worst = {id(row): min(order.index(side.finding.label) for side in row.sides) for row in rows}
    for title, labels in GROUPS:
        ranks = [order.index(label) for label in labels]
        members = [row for row in rows if worst[id(row)] in ranks]
        if members:
            yield title, sorted(members, key=lambda row: worst[id(row)])


def _seen(observations: Iterable[Observation], protocol: Protocol) -> Iterable[tuple[str, str, str, str]]:
    """Answers to the questions that belong to tests: test, question, and the answer for left (or both) and right."""
    answers: dict[tuple[str, str], dict[Side, bool]] = {}
    for o in observations:
        answers.setdefault((o.test, o.question), {})[o.side] = o.answer
    for (test, question), given in answers.items():
        ask = next(q.ask for q in protocol.tests[test].questions if q.id == question)
        said = "; ".join(
            f"{side.value + ': ' if side is not Side.BOTH else ''}{'yes' if given[side] else 'no'}"
            for side in (Side.LEFT, Side.RIGHT, Side.BOTH)
            if side in given
        )
        yield protocol.test_name(test), ask, said, "yes" if any(given.values()) else "no"


def _next(wanted: Iterable[NextMeasurement], protocol: Protocol) -> Iterable[dict[str, str]]:
    """What to measure next, one entry per test, with its sides."""
    merged: dict[tuple[str, str, str, str], list[Side]] = {}
    for n in wanted:
        how = METHOD_WORD[n.method] if n.method else "by watching"
        merged.setdefault((n.test, protocol.test_name(n.test), how, n.why), []).append(n.side)
    shown_before: set[str] = set()  # pictures come once for each test
    for (test, name, how, why), which in merged.items():
        yield {
            "test": "" if test in shown_before else test,
            "name": name,
            "how": how,
            "why": why,
            "sides": sides(which),
        }
        shown_before.add(test)


# --- flexibility or mobility ------------------------------------------------------------------------------------------


def _shares(verdict: Verdict) -> list[tuple[VerdictLabel, float]]:
    """The shares of a verdict that can be seen, in a fixed order."""
    return [(label, verdict.probabilities.get(label, 0.0)) for label in VerdictLabel]


def _share(label: VerdictLabel, p: float) -> str:
    if label is VerdictLabel.CANT_TELL:  # what no test has settled; it is no probability of anything
        return "all still open" if p > 0.995 else f"still open {100 * p:.0f} %"
    return f"{VERDICT_WORD[label]} {chance(p)}"


def _parts_of(keys: Iterable[str], protocol: Protocol) -> list[str]:
    """Names of tests with their position, from ``test:protocol``."""
    names = []
    for key in keys:
        test, _, variant = key.partition(":")
        derived = protocol.derived_tests.get(test)
        spec = protocol.tests[derived.sum_of[0] if derived else test]
        position = next((v.name for v in spec.protocols if v.id == variant), "")
        names.append(protocol.test_name(test) + (f" ({position[0].lower()}{position[1:]})" if position else ""))
    return list(dict.fromkeys(names))


def _muscles(verdict: Verdict, protocol: Protocol) -> list[str]:
    """Which muscle the tests point to, where they can split it."""
    return [
        f"{protocol.contributors[name].name[0].lower()}{protocol.contributors[name].name[1:]}: {chance(p)}"
        for name, p in verdict.muscles.items()
        if p >= 0.01
    ]


# --- change -----------------------------------------------------------------------------------------------------------


def _by_measure(changes: Iterable[Change]) -> list[tuple[str, list[Change]]]:
    """Changes by test, those that differ beyond error first."""
    grouped: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        grouped.setdefault((change.measure, change.name), []).append(change)
    differs = (ChangeLabel.BETTER, ChangeLabel.WORSE, ChangeLabel.CHANGED)
    found = [(name, members) for (_, name), members in grouped.items()]
    return sorted(found, key=lambda item: not any(change.label in differs for change in item[1]))


def _change_figure(change: Change, protocol: Protocol) -> Markup:
    """Difference against the band that error alone explains; to the right is better, where one end is better."""
    if change.difference is None or not change.mdc95:
        return Markup()
    spec = protocol.tests.get(change.measure)
    higher_is_worse = change.measure in WORSE_WHEN_HIGHER or (spec is not None and spec.lower_is_worse is False)
    towards = -1.0 if higher_is_worse else 1.0
    ratio = max(-WIDEST_CHANGE, min(WIDEST_CHANGE, towards * change.difference / change.mdc95))
    at, half = 50 + 47 * ratio / WIDEST_CHANGE, 47 / WIDEST_CHANGE
    return Markup(
        '<svg class="change" width="160" height="22" aria-hidden="true">'
        '<rect x="0" y="8" width="100%" height="6" rx="3" fill="var(--line)"/>'
        '<rect x="{:.1f}%" y="4" width="{:.1f}%" height="14" rx="3" fill="var(--error-band)"/>'
        '<line x1="50%" x2="50%" y1="2" y2="20" stroke="var(--quiet)"/>'
        '<circle cx="{:.1f}%" cy="11" r="6" fill="var(--change-{})"/></svg>'
    ).format(50 - half, 2 * half, at, change.label.value)
