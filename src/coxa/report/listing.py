"""What the knowledge files hold, listed for whoever looks it up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from coxa.errors import InputError
from coxa.protocol import Protocol
from coxa.protocol.schema import MDC95_FACTOR, Entry
from coxa.report.words import BASIS_WORD, CERTAINTY_WORD, LEVEL_WORD, VERIFIED_WORD

TABLE_WIDTH = 140
"""Columns of a terminal from which a table holds an ID without cutting it."""


@dataclass(frozen=True)
class Group:
    """One group of knowledge: its entries, and a line for each."""

    about: str
    entries: Callable[[Protocol], Mapping[str, Entry]]
    columns: tuple[str, ...]
    line: Callable[[Any], tuple[str, ...]]


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:g}"


GROUPS: Mapping[str, Group] = {
    "tests": Group(
        "Tests, with how to do them",
        lambda p: p.tests,
        ("ID", "In plain words", "For", "Measured by", "Protocols"),
        lambda t: (
            t.id,
            t.plain_name,
            t.level,
            ", ".join(dict.fromkeys(way.method.value for way in t.methods)) or "watching",
            ", ".join(variant.id for variant in t.protocols),
        ),
    ),
    "norms": Group(
        "Published norms as found in the literature; blank means not known",
        lambda p: p.norms,
        ("ID", "Mean", "SD", "n", "Unit", "Verified"),
        lambda n: (n.id, _number(n.mean), _number(n.sd), _number(n.n), n.unit, n.verified),
    ),
    "limits": Group(
        "Where 'low' and 'limited' begin, and what that rests on",
        lambda p: p.limits,
        ("ID", "Protocol", "Sex", "Ages", "Rule", "Source", "Verified"),
        lambda x: (x.id, x.protocol, x.sex, f"{x.age_min}-{x.age_max}", x.rule, x.source, x.verified),
    ),
    "reliability": Group(
        "Error of measurement per test, method and protocol",
        lambda p: p.errors,
        ("ID", "Protocols", "SEM", "MDC95", "Basis", "Verified"),
        lambda e: (
            e.id,
            ", ".join(e.protocols),
            f"{e.standard_error:.2f} {e.unit.value}",
            f"{MDC95_FACTOR * e.standard_error:.1f} {e.unit.value}",
            BASIS_WORD[e.basis],
            e.verified,
        ),
    ),
    "exercises": Group(
        "Exercises and standing advice",
        lambda p: p.exercises,
        ("ID", "In plain words", "Kind", "Serves", "Needs"),
        lambda e: (
            e.id,
            e.plain_name,
            e.kind.replace("_", " "),
            ", ".join((*e.serves_verdicts, *e.serves_contributors)),
            ", ".join(e.equipment),
        ),
    ),
    "safety": Group(
        "Safety questions",
        lambda p: p.safety_questions,
        ("ID", "Question", "Asked of"),
        lambda q: (q.id, q.ask, "everyone" if q.ask_if is None else "some, depending on other answers"),
    ),
    "rules": Group(
        "What follows from the safety answers",
        lambda p: p.safety_rules,
        ("ID", "Level", "What to do"),
        lambda r: (r.id, LEVEL_WORD[r.level], r.say),
    ),
    "stops": Group(
        "Health conditions that rule out kinds of exercise",
        lambda p: p.stop_conditions,
        ("ID", "Condition", "Rules out", "Care with"),
        lambda s: (
            s.id,
            s.name,
            ", ".join(s.stops).replace("_", " "),
            ", ".join(s.caution).replace("_", " "),
        ),
    ),
    "evidence": Group(
        "Claims with size, certainty and reference",
        lambda p: p.evidence,
        ("ID", "Claim", "Size", "Towards the idea", "Certainty", "Reference"),
        lambda c: (c.id, c.claim, c.size, c.direction, CERTAINTY_WORD[c.certainty], c.reference),
    ),
    "lessons": Group(
        "Lessons",
        lambda p: p.lessons,
        ("ID", "Title", "Message"),
        lambda lesson: (lesson.id, lesson.title, lesson.message),
    ),
    "recordings": Group(
        "How tests are read from recordings: which angle, where its end is, what must stay in place",
        lambda p: p.recordings,
        ("ID", "Protocols", "Angle", "View", "End", "Refused when"),
        lambda r: (
            r.id,
            ", ".join(r.protocols),
            r.quantity.value
            + (" since the start" if r.zero_at_start else "")
            + (f", the limb turning about the {r.pivot}" if r.pivot else ""),
            r.view.value if r.view else "",
            r.end,
            "; ".join(check.say for check in r.checks),
        ),
    ),
    "marker_sets": Group(
        "Marker sets of motion-capture laboratories that 'coxa angles' knows",
        lambda p: p.marker_sets,
        ("ID", "Name", "Markers of the left leg", "Hip centre", "Source"),
        lambda m: (
            m.id,
            m.name,
            ", ".join(m.names_of(point)[0] for point in m.points if point.startswith("left_")),
            m.hip_centre,
            m.source,
        ),
    ),
    "markers": Group(
        "Printed markers for measuring with a camera: which tag is taped where",
        lambda p: p.printed_markers,
        ("ID", "Tag", "Where", "Arrow"),
        lambda m: (m.id, str(m.tag), m.where, m.arrow),
    ),
}


def listing(group: str, protocol: Protocol, entry: str | None) -> list[dict[str, Any]]:
    """Entries of a group as plain values; one of them when ``entry`` is given.

    Raises
    ------
    InputError: there is no such group or entry.
    """
    if group not in GROUPS:
        raise InputError(f"there is no group '{group}'; choose one of {', '.join(GROUPS)}.")
    entries = GROUPS[group].entries(protocol)
    if entry is None:
        return [one.model_dump(mode="json", exclude_none=True) for one in entries.values()]
    if entry not in entries:
        raise InputError(f"there is no entry '{entry}' in {group}; 'coxa protocol {group}' lists all.")
    return [entries[entry].model_dump(mode="json", exclude_none=True)]


def print_groups(console: Console) -> None:
    """Print the names of all groups."""
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for name, group in GROUPS.items():
        table.add_row(Text(name, style="bold"), group.about)
    console.print(table)


def print_group(group: str, protocol: Protocol, console: Console) -> None:
    """Print each entry of a group: a line of a table where there is room, else a few lines, so that no ID is cut."""
    listing(group, protocol, None)
    shape = GROUPS[group]
    if console.width < TABLE_WIDTH:
        console.print(shape.about)
        for entry in shape.entries(protocol).values():
            name, *cells = shape.line(entry)
            console.print(Text(name, style="bold"), soft_wrap=True)
            for heading, cell in zip(shape.columns[1:], cells, strict=True):
                console.print(Padding(Text.assemble((f"{heading}: ", "bright_black"), cell), (0, 0, 0, 2)))
        return
    table = Table(*shape.columns, box=None, pad_edge=False, padding=(0, 1), title=shape.about, title_justify="left")
    for column in table.columns:
        column.overflow = "fold"
    table.columns[0].min_width = 24
    for entry in shape.entries(protocol).values():
        table.add_row(*(Text(cell) for cell in shape.line(entry)))
    console.print(table)


def print_entry(values: dict[str, Any], console: Console) -> None:
    """Print all that is known of one entry."""
    for key, value in values.items():
        if key == "verified":
            value = f"{value}: {VERIFIED_WORD[value]}"  # noqa: PLW2901
        _print_value(key.replace("_", " "), value, console, 0)


def _print_value(name: str, value: Any, console: Console, depth: int) -> None:
    pad = (0, 0, 0, 2 * depth)
    if isinstance(value, dict):
        console.print(Padding(Text(name, style="bold"), pad))
        for key, inner in value.items():
            _print_value(key.replace("_", " "), inner, console, depth + 1)
    elif isinstance(value, list):
        console.print(Padding(Text(name, style="bold"), pad))
        for i, inner in enumerate(value, start=1):
            if isinstance(inner, dict):
                _print_value(f"{i}.", inner, console, depth + 1)
            else:
                console.print(Padding(f"{i}. {inner}", (0, 0, 0, 2 * depth + 2)))
    else:
        word = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        console.print(Padding(Text.assemble((f"{name}: ", "bold"), str(word)), pad))
