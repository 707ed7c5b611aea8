"""What a picture shows, read from the YAML files in ``lab/pictures/poses``: postures, what touches what, things, view.

Angles are named as in ``rig.py``; without ``left_`` or ``right_`` they mean both sides. Each key tells what
changes since the key before it. Places are named as in ``patches.py``; the groups below stand for several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from lab.pictures.rig import BASES, MIDDLE_NAMES, NAMES, SIDE_NAMES, SIDES

FOLDER = Path(__file__).parent / "poses"
GROUPS = {
    "foot": ("heel", "ball"),
    "flat_hand": ("palm", "fingertips"),
    "flat_forearm": ("elbow", "hand_edge"),
}
WHOLE = {
    "feet": "foot",
    "flat_hands": "flat_hand",
    "knees": "knee",
    "buttocks": "buttock",
    "palms": "palm",
    "heels": "heel",
}
SUBJECT_KEYS = {"base", "muscles", "view", "things", "arrows", "keys", "end", "loop", "seconds", "measure"}
KEY_KEYS = {"angles", "touching", "together", "slides", "at", "fixed", "things"}
LOOPS = ("there_and_back", "round")


class ScriptError(ValueError):
    """A file of poses says something that can't be drawn; the message says what and where."""


@dataclass(frozen=True)
class Key:
    """One posture of a movement, complete: nothing is left to be looked up in earlier ones.

    ``at``: place to wanted (x, y, z) in metres, None where an axis is free. ``slides``: touching places that may move
    on their surface since the key before. ``things``: changed settings of things by name.
    """

    angles: Mapping[str, float]
    touching: Mapping[str, str]
    together: Sequence[tuple[str, str]]
    slides: frozenset[str]
    at: Mapping[str, tuple[float | None, ...]]
    fixed: frozenset[str]
    things: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Measure:
    """How a test's reading is seen: the angle at a reading is ``offset + factor * reading``.

    ``line``: the joint that the angle is about and the joint that moves around it (names of ``Rig.joints``); ``low``,
    ``high``, ``step``: the readings that get a picture.
    """

    angle: str
    line: tuple[str, str]
    low: float
    high: float
    step: float = 5.0
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Subject:
    """Everything about the pictures of one test or exercise.

    ``muscles``: name to the sides that are marked. ``arrows``: places whose path is drawn. ``end``: the key of the end
    picture. ``loop``: whether the movement goes back the way it came or begins again.
    """

    name: str
    base: str
    keys: Sequence[Key]
    end: int
    muscles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    view: Mapping[str, Any] = field(default_factory=dict)
    arrows: Sequence[str] = ()
    loop: str = "there_and_back"
    seconds: float = 4.0
    measure: Measure | None = None


def subjects(folder: Path = FOLDER) -> dict[str, Subject]:
    """Every subject by ID.

    Raises
    ------
    ScriptError: a file isn't as it should be, or an ID comes twice.
    """
    found: dict[str, Subject] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name, raw in (yaml.safe_load(path.read_text()) or {}).items():
            if name in found:
                raise ScriptError(f"{path.name}: {name} is there twice.")
            try:
                found[name] = _subject(name, raw)
            except ScriptError as error:
                raise ScriptError(f"{path.name}: {name}: {error}") from None
    return found


def _subject(name: str, raw: Mapping[str, Any]) -> Subject:
    _known(raw, SUBJECT_KEYS)
    if raw["base"] not in BASES:
        raise ScriptError(f"base {raw['base']!r} isn't one of {', '.join(BASES)}.")
    keys: list[Key] = []
    for part in raw["keys"]:
        keys.append(_key(part, keys[-1] if keys else None, raw.get("things", {})))
    loop = raw.get("loop", LOOPS[0])
    if loop not in LOOPS:
        raise ScriptError(f"loop {loop!r} isn't one of {', '.join(LOOPS)}.")
    muscles = {
        muscle: frozenset(SIDES if side == "both" else [side]) for muscle, side in raw.get("muscles", {}).items()
    }
    return Subject(
        name=name,
        base=raw["base"],
        keys=keys,
        end=int(raw.get("end", len(keys) - 1)),
        muscles=muscles,
        view=raw.get("view", {}),
        arrows=tuple(raw.get("arrows", ())),
        loop=loop,
        seconds=float(raw.get("seconds", 4.0)),
        measure=_measure(raw["measure"]) if "measure" in raw else None,
    )


def _measure(raw: Mapping[str, Any]) -> Measure:
    _known(raw, {field.name for field in fields(Measure)})
    if raw["angle"] not in NAMES:
        raise ScriptError(f"there is no angle {raw['angle']!r} to measure.")
    pivot, tip = raw["line"]
    return Measure(**{**raw, "line": (str(pivot), str(tip))})


def _key(raw: Mapping[str, Any], before: Key | None, things: Mapping[str, Any]) -> Key:
    _known(raw, KEY_KEYS)
    angles = dict(before.angles) if before else {}
    for name, value in raw.get("angles", {}).items():
        angles.update(dict.fromkeys(_angle_names(name), float(value)))
    touching = dict(before.touching) if before else {}
    for place, thing in raw.get("touching", {}).items():
        for single in places(place):
            touching.pop(single, None)
            if thing is not None:
                touching[single] = thing
    together = (
        tuple((one, other) for one, other in raw["together"])
        if "together" in raw
        else (before.together if before else ())
    )
    now = {name: dict(settings) for name, settings in (before.things if before else things).items()}
    for name, settings in raw.get("things", {}).items():
        now.setdefault(name, {}).update(settings)
    return Key(
        angles=angles,
        touching=touching,
        together=together,
        slides=frozenset(single for place in raw.get("slides", ()) for single in places(place)),
        at={single: tuple(where) for place, where in raw.get("at", {}).items() for single in places(place)},
        fixed=frozenset(name for group in raw.get("fixed", ()) for name in _angle_names(group)),
        things=now,
    )


def places(name: str) -> list[str]:
    """The single places that a name stands for."""
    if name in WHOLE:
        return [single for side in SIDES for single in places(f"{side}_{WHOLE[name]}")]
    side, _, rest = name.partition("_")
    return [f"{side}_{part}" for part in GROUPS[rest]] if side in SIDES and rest in GROUPS else [name]


def _angle_names(name: str) -> tuple[str, ...]:
    if name in SIDE_NAMES:
        return tuple(f"{side}_{name}" for side in SIDES)
    if name in MIDDLE_NAMES or name in NAMES:
        return (name,)
    raise ScriptError(f"there is no angle {name!r}.")


def _known(raw: Mapping[str, Any], allowed: set[str]) -> None:
    if unknown := set(raw) - allowed:
        raise ScriptError(f"unknown {', '.join(sorted(unknown))}.")
