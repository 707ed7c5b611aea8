"""Options whose text holds several values."""

from __future__ import annotations

from coxa.errors import InputError


def pairs(option: str, text: object) -> dict[str, str]:
    """``a=1,b=2`` as a mapping; empty for ``None``.

    Raises
    ------
    InputError: a part isn't name=value, or a name is given twice.
    """
    found: dict[str, str] = {}
    for part in str(text).split(",") if text is not None else ():
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not name or not equals or not value or name in found:
            raise InputError(f"{option} {text}: name=value, with commas between and each name once, was expected.")
        found[name] = value
    return found


def span(option: str, text: str) -> tuple[float, float]:
    """``0.5-2`` as two growing numbers of seconds.

    Raises
    ------
    InputError: it is something else.
    """
    first, dash, last = text.partition("-")
    try:
        found = float(first), float(last)
    except ValueError:
        found = (1.0, 0.0)
    if not dash or not 0 <= found[0] < found[1]:
        raise InputError(f"{option} {text}: two numbers of seconds such as 0-1 were expected.")
    return found
