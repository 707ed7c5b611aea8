"""Left and right swapped, in numbers and in words."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

from coxa.model import Side, Visit

OTHER_SIDE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BOTH: Side.BOTH}
_SWAPPED = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}


def mirrored_visit(visit: Visit) -> Visit:
    """The same visit of somebody whose left and right are swapped."""
    return visit.model_copy(
        update={
            "readings": tuple(r.model_copy(update={"side": OTHER_SIDE[r.side]}) for r in visit.readings),
            "observations": tuple(o.model_copy(update={"side": OTHER_SIDE[o.side]}) for o in visit.observations),
        }
    )


def plain(value: BaseModel) -> Any:
    """A noun as sorted plain values, so that the order in which the sides were looked at doesn't count."""
    return _sorted(value.model_dump(mode="json"), swap=False)


def mirror(value: BaseModel) -> Any:
    """A noun as ``plain`` values with left and right swapped in keys, values and texts."""
    return _sorted(value.model_dump(mode="json"), swap=True)


def _sorted(value: Any, *, swap: bool) -> Any:
    if isinstance(value, dict):
        return {_SWAPPED.get(key, key) if swap else key: _sorted(part, swap=swap) for key, part in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(part, swap=swap) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return text(value, swap=swap) if isinstance(value, str) else value


def text(words: str, *, swap: bool) -> str:
    """A text with its sides swapped if asked, left named before right, and its sentences in alphabetical order."""
    if swap:  # "left the picture" and "left out" are no sides
        words = re.sub(r"\b[lL]eft\b(?! the| out| in)|\b[rR]ight\b", lambda found: _SWAPPED[found.group()], words)
    words = re.sub(r"\bright( and |-)left\b", r"left\1right", words).replace("Right and left", "Left and right")
    words = re.sub(r"\bright ([^,;]+), left ([^,;]+)", r"left \2, right \1", words)
    lead, colon, rest = words.rpartition(": ") if words.startswith(("Some sign of", "At the hips")) else ("", "", words)
    return lead + colon + " | ".join(sorted(part.strip(" .;") for part in re.split(r"[;.] |, (?=muscle|joint)", rest)))
