"""The little Markdown that generated pages need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coxa.protocol.schema import Condition

NOTE = "*Made by `make docs`. Don't edit this page: edit what it is made from ({made_from}).*"


def page(title: str, made_from: str, parts: Iterable[str]) -> str:
    """A whole page with its title, and where its content comes from."""
    return "\n\n".join([f"# {title}", NOTE.format(made_from=made_from), *(part for part in parts if part)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; line breaks and bars in cells are taken care of."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {' '.join(item.split())}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """A numbered list."""
    return "\n".join(f"{i}. {' '.join(item.split())}" for i, item in enumerate(items, start=1))


def facts(pairs: Mapping[str, str]) -> str:
    """Names with their text, empty ones left out."""
    return bullets(f"**{name}**: {text}" for name, text in pairs.items() if text)


def code(words: Iterable[str]) -> str:
    """Words as code, with commas."""
    return ", ".join(f"`{word}`" for word in words)


def claims(ids: Iterable[str]) -> str:
    """Links to claims on the evidence page."""
    return ", ".join(f"[{name}](evidence.md#{name})" for name in ids)


def contents(entries: Iterable[tuple[str, str]]) -> str:
    """A list of links to headings of the same page: heading and text."""
    return bullets(f"[{heading}](#{anchor(heading)}): {text}" for heading, text in entries)


def anchor(heading: str) -> str:
    """The anchor that a heading gets."""
    kept = "".join(c for c in heading.lower().replace("`", "") if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def number(value: float | None) -> str:
    """A number, or a dash."""
    return "-" if value is None else f"{value:.4g}"


def condition_words(condition: Condition) -> str:
    """A condition of the safety rules in words; questions by their ID."""
    c = condition
    if c.answered_yes is not None:
        return f"`{c.answered_yes}`"
    for parts, joined in ((c.all_of, " and "), (c.any_of, " or ")):
        if parts is not None:
            return "(" + joined.join(condition_words(part) for part in parts) + ")"
    if c.none_of is not None:
        return "none of (" + ", ".join(condition_words(part) for part in c.none_of) + ")"
    if c.of is not None:
        count = f"exactly {c.exactly}" if c.exactly is not None else f"at least {c.at_least}"
        return f"{count} of (" + ", ".join(condition_words(part) for part in c.of) + ")"
    (key,) = c.model_fields_set
    return _FACT[key].format(getattr(c, key)) if getattr(c, key) is not False else f"not: {_FACT[key]}"


_FACT = {
    "age_min": "age {:g} or over",
    "age_max": "age {:g} or under",
    "onset_age_below": "the pain began before the age of {:g}",
    "weeks_over": "pain for more than {:g} weeks",
    "pain_now_min": "pain of {:g} or more now",
    "pain_below_knee": "pain below the knee",
    "pain_groin": "pain in the groin",
    "not_male": "sex female or not said",
    "start_back_high": "STarT Back risk high",
}
