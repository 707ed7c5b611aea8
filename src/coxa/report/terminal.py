"""Reports as terminal text, at any width from 60 columns on, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from coxa.model import (
    ActionLevel,
    Change,
    ChangeLabel,
    Comparison,
    Contributor,
    FindingLabel,
    Support,
    Verdict,
    VerdictLabel,
)
from coxa.reason.numbers import in_words
from coxa.report.view import PlanView, TestRow, View, care, day
from coxa.report.words import PROBABILITY_NOTE, SUPPORT_WORD, VERDICT_WORD

STRIP = 25
_COLOUR = {
    FindingLabel.LIMITED: "red",
    FindingLabel.LOW: "yellow",
    FindingLabel.TYPICAL: "green",
    FindingLabel.CANT_TELL: "magenta",
    FindingLabel.NO_COMPARABLE_NORM: "cyan",
}
_VERDICT_COLOUR = {
    VerdictLabel.FLEXIBILITY: "red",
    VerdictLabel.MOBILITY: "red",
    VerdictLabel.BOTH: "red",
    VerdictLabel.BONY_PATTERN: "cyan",
    VerdictLabel.CLEAR: "green",
    VerdictLabel.CANT_TELL: "magenta",
}
_CHANGE = {
    ChangeLabel.BETTER: ("green", "better"),
    ChangeLabel.WORSE: ("red", "worse"),
    ChangeLabel.CHANGED: ("cyan", "changed"),
    ChangeLabel.NO_DETECTABLE_CHANGE: ("bright_black", "no detectable change"),
    ChangeLabel.NOT_COMPARABLE: ("magenta", "not comparable"),
}
_URGENT = {ActionLevel.EMERGENCY_NOW, ActionLevel.SAME_DAY, ActionLevel.WITHIN_DAYS, ActionLevel.OUT_OF_SCOPE}


def print_report(view: View, console: Console) -> None:
    """Print the report of one visit."""
    console.print()
    console.print(Text(view.title, style="bold"), Text(f"  {view.person}, {view.date}", style="bright_black"))
    if view.knowledge_note:
        console.print(Text(view.knowledge_note, style="yellow"))
    _safety(view, console)
    if view.assessment.safety.ends_screening:
        console.print(
            Text("The screening ends here. Nothing else was judged, and there is no programme.", style="bold")
        )
        _foot(view, console)
        return
    console.print(Panel(view.assessment.headline, border_style="blue"))
    _measured(view, console)
    _verdicts(view, console)
    _trail(view, console)
    _contributors(view, console)
    if view.next_measurements:
        _heading("What to measure next", console)
        for test, side, method, why in view.next_measurements:
            where = "" if side == "both" else f", {side}"
            console.print(Padding(f"• {test}{where} ({method}): {why}", (0, 0, 0, 2)))
    if view.plan is not None:
        _plan(view.plan, console)
    else:
        _heading("Programme", console)
        console.print("  No programme for now.")
        if view.after_retest:
            console.print(Padding(Text(view.after_retest, style="bold"), (0, 0, 0, 2)))
        _bullets(view.no_programme, console)
    _foot(view, console)


def _heading(text: str, console: Console) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))


def _safety(view: View, console: Console) -> None:
    safety = view.assessment.safety
    if not safety.actions:
        console.print(Text("✓ No answer asks for a doctor first.", style="green"))
        return
    colour = "red" if safety.level in _URGENT else "yellow"
    body: list[RenderableType] = []
    for action in safety.actions:
        body.append(Text(action.say, style="bold" if action.level == safety.level else ""))
        body.extend(Text(f"  because: {reason}", style="bright_black") for reason in action.because)
    console.print(Panel(Group(*body), title=view.level_word, border_style=colour, title_align="left"))


def _measured(view: View, console: Console) -> None:
    _heading("What was measured", console)
    if not view.rows and not view.refused:
        console.print("  Nothing yet.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("Test", ratio=5, min_width=18)
    table.add_column("Side", min_width=5)
    table.add_column("Reading (95 %)", justify="right", no_wrap=True)
    table.add_column("On the norm", no_wrap=True, min_width=STRIP)
    table.add_column("Finding", min_width=12)
    for row in view.rows:
        for i, side in enumerate(row.sides):
            colour = _COLOUR[side.finding.label]
            table.add_row(
                Text(row.name) if i == 0 else "",
                "" if side.side.value == "both" else side.side.value,
                side.number,
                _strip(row, i),
                Text(side.word, style=colour),
            )
    console.print(Padding(table, (0, 0, 0, 2)))
    console.print(
        Text("  ░ limited  ▒ low side  ─ usual  ● your reading, with ━ its 95 % interval", style="bright_black")
    )
    notes = [
        (row.name, side.side.value, note) for row in view.rows for side in row.sides for note in side.finding.notes
    ]
    for name, side_name, note in notes:
        console.print(Padding(Text(f"! {name}, {side_name}: {note}", style="yellow"), (0, 0, 0, 2)))
    for sign in view.signs:
        console.print(Padding(Text(f"? {sign}"), (0, 0, 0, 2)))
    for gap in view.assessment.asymmetries:
        console.print(Padding(Text(f"≠ {gap.say}", style="yellow"), (0, 0, 0, 2)))
    for finding in view.refused:
        name = view.refs.protocol.test_name(finding.test)
        console.print(Padding(Text(f"✗ {name}, {finding.side.value}: {finding.say}", style="yellow"), (0, 0, 0, 2)))


def _strip(row: TestRow, i: int) -> Text:
    """The reading on the norm in one line of characters."""
    low, high = row.axis
    finding = row.sides[i].finding
    value = finding.value if finding.value is not None else low

    def cell(x: float) -> int:
        return min(STRIP - 1, max(0, int((x - low) / (high - low) * STRIP)))

    cells = []
    for k in range(STRIP):
        x = low + (k + 0.5) / STRIP * (high - low)
        if row.limited_cut is None or row.low_cut is None:
            cells.append("·")
        elif (x < row.limited_cut) == row.lower_is_worse:
            cells.append("░")
        elif (x < row.low_cut) == row.lower_is_worse:
            cells.append("▒")
        else:
            cells.append("─")
    text = Text("".join(cells), style="bright_black")
    if finding.interval95 is not None:
        a, b = cell(finding.interval95[0]), cell(finding.interval95[1])
        text = Text("").join([text[:a], Text("━" * (b - a + 1), style=_COLOUR[finding.label]), text[b + 1 :]])
    at = cell(value)
    return Text("").join([text[:at], Text("●", style=f"bold {_COLOUR[finding.label]}"), text[at + 1 :]])


def _verdicts(view: View, console: Console) -> None:
    _heading("Flexibility or mobility?", console)
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    table.add_column("Motion", min_width=20)
    table.add_column("Left")
    table.add_column("Right")
    for row in view.motions:
        table.add_row(row.name, _verdict(row.left), _verdict(row.right))
    console.print(Padding(table, (0, 0, 0, 2)))
    console.print(Padding(Text(PROBABILITY_NOTE, style="bright_black"), (0, 0, 0, 2)))
    for row in view.motions:
        for verdict in (row.left, row.right):
            if verdict.used and verdict.label is not VerdictLabel.CLEAR:
                console.print(Padding(Text(verdict.say, style="bright_black"), (0, 0, 0, 2)))


def _verdict(verdict: Verdict) -> Text:
    text = VERDICT_WORD[verdict.label]
    if verdict.label is not VerdictLabel.CANT_TELL:
        text += f" ({in_words(verdict.probabilities[verdict.label])})"
    elif not verdict.used:
        return Text("not judged", style="bright_black")
    return Text(text, style=_VERDICT_COLOUR[verdict.label])


def _trail(view: View, console: Console) -> None:
    _heading("How we got there", console)
    for i, step in enumerate(view.assessment.trail, start=1):
        body = Text.assemble((f"{i}. {step.asked}\n", "bold"), f"{step.found} ", (step.how_sure, "bright_black"))
        body.append(f"\n→ {step.follows}", style="blue")
        console.print(Padding(body, (0, 0, 0, 2)))


def _contributors(view: View, console: Console) -> None:
    _heading("What may have to do with the pain", console)
    console.print(
        Text(
            "  Ordered by written rules from what you said and measured; an order, not a probability.",
            style="bright_black",
        )
    )
    for contributor in view.contributors(Support.SUPPORTED, Support.POSSIBLE):
        _contributor(contributor, console)
    for support in (Support.UNLIKELY, Support.CANT_TELL):
        names = [c.name for c in view.contributors(support)]
        if names:
            word = SUPPORT_WORD[support]
            console.print(
                Padding(Text(f"{word[0].upper()}{word[1:]}: {'; '.join(names)}.", style="bright_black"), (1, 0, 0, 2))
            )


def _contributor(contributor: Contributor, console: Console) -> None:
    sides = " and ".join(side.value for side in contributor.sides)
    title = Text.assemble(
        (contributor.name, "bold"), f" ({sides})" if sides else "", f" · {SUPPORT_WORD[contributor.support]}"
    )
    console.print(Padding(title, (1, 0, 0, 2)))
    for sign, colour, items in (("+", "green", contributor.reasons_for), ("-", "red", contributor.reasons_against)):
        research = [item for item in items if item.group == "research"]
        for item in [item for item in items if item.group != "research"] + research[:1]:
            line = Text.assemble((f"{sign} ", colour), (item.say, "bright_black" if item in research else ""))
            if item in research:
                line.append(f" (Research; {len(research) - 1} more in the report.)" if research[1:] else " (Research.)")
            console.print(Padding(line, (0, 0, 0, 4)))
    console.print(
        Padding(Text(f"? Would change our mind: {contributor.would_change_our_mind}", style="cyan"), (0, 0, 0, 4))
    )


def _plan(view: PlanView, console: Console) -> None:
    plan = view.plan
    if plan.after_retest:
        console.print(Panel(plan.after_retest, title="After the re-test", title_align="left", border_style="blue"))
    _heading(f"Programme: {plan.weeks} weeks from {day(plan.start)}", console)
    console.print(
        f"  {plan.days_per_week} days a week, at most {plan.minutes_per_day} minutes a day; "
        "sessions A and B alternate, each week beginning with A."
    )
    for goal in plan.goals:
        console.print(Padding(f"Goal: {goal}", (0, 0, 0, 2)))
    for letter, phase, session in view.templates:
        console.print(
            Padding(
                Text(f"Session {letter}, {phase[0].lower()}{phase[1:]} ({session.minutes:.0f} min)", style="bold"),
                (1, 0, 0, 2),
            )
        )
        for item in session.items:
            console.print(
                Padding(
                    Text.assemble(f"• {item.name}: ", (item.dose, "bold"), (f"  {item.why}", "bright_black")),
                    (0, 0, 0, 4),
                )
            )
            if item.cautions:
                console.print(Padding(Text(care(item.cautions), style="yellow"), (0, 0, 0, 6)))
    if view.advice:
        console.print(Padding(Text("Every day", style="bold"), (1, 0, 0, 2)))
        _bullets((card.exercise.plain_name for card in view.advice), console)
    if plan.referral:
        console.print(Padding(Text("Let a professional look at", style="bold yellow"), (1, 0, 0, 2)))
        _bullets(plan.referral, console)
    console.print(Padding(Text("Test again", style="bold"), (1, 0, 0, 2)))
    _bullets((f"{day(r.date)} (week {r.week}): {r.say}" for r in plan.retests), console)
    console.print(Padding(Text("Stop, or see someone", style="bold"), (1, 0, 0, 2)))
    _bullets(plan.stop_rules, console)
    if plan.left_out:
        console.print(Padding(Text("Left out, and why", style="bold"), (1, 0, 0, 2)))
        _bullets((f"{item.name}: {item.because}" for item in plan.left_out), console, style="bright_black")


def _bullets(lines: Iterable[str], console: Console, style: str = "") -> None:
    for line in lines:
        console.print(Padding(Text(f"• {line}", style=style), (0, 0, 0, 4)))


def _foot(view: View, console: Console) -> None:
    console.print()
    console.print(
        Text(
            f"{view.assessment.software}, knowledge {view.assessment.protocol_version}. "
            "Coxa informs; it does not diagnose. The full report with steps and evidence: -o FOLDER.",
            style="bright_black",
        )
    )


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print what differs between two visits."""
    console.print()
    console.print(
        Text("Then and now", style="bold"),
        Text(f"  {day(comparison.before)} and {day(comparison.after)}", style="bright_black"),
    )
    console.print(Panel(comparison.headline, border_style="blue"))
    for title, changes in (("Pain and daily life", comparison.outcomes), ("Tests", comparison.tests)):
        if changes:
            _heading(title, console)
            console.print(Padding(_changes(changes), (0, 0, 0, 2)))
    _heading("What next", console)
    _bullets(comparison.next_steps, console)


def _changes(changes: Iterable[Change]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for name, options in (
        ("What", {"ratio": 5, "min_width": 18}),
        ("Side", {}),
        ("Before", {"justify": "right"}),
        ("After", {"justify": "right"}),
        ("Change", {"justify": "right"}),
        ("Needs", {"justify": "right"}),
        ("Result", {"min_width": 12}),
    ):
        table.add_column(name, **options)
    for change in changes:
        colour, word = _CHANGE[change.label]
        table.add_row(
            change.name,
            "" if change.side.value == "both" else change.side.value,
            *(_number(x) for x in (change.before, change.after)),
            "" if change.difference is None else f"{change.difference:+.1f}",
            _number(change.mdc95),
            Text(word, style=colour),
        )
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
