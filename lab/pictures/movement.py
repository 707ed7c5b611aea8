"""A subject's movement for one body: solved postures at its keys and in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.pictures.rig import Posed, vector
from lab.pictures.script import Key, ScriptError, Subject
from lab.pictures.solids import FLOOR, Solid
from lab.pictures.solve import Solved, Solver, Wish
from lab.pictures.things import Thing, thing
from lab.rotation import FloatArray

# Places that stay where they are while they touch the same thing; rounder ones roll.
HOLDING = ("heel", "ball", "toes", "palm", "fingertips", "hand_edge", "elbow", "knee", "instep")
STEPS = 5  # pictures from one key to the next, the first not counted
MOST_MISSED = 0.008  # metres


@dataclass(frozen=True)
class Frame:
    """One instant: the skeleton, where things are, and the key's number when it is one."""

    posed: Posed
    things: Mapping[str, Thing]
    key: int | None
    solved: Solved


def frames(subject: Subject, solver: Solver, steps: int = STEPS) -> list[Frame]:
    """The movement from the first key to the last, with ``steps`` pictures between two keys.

    Raises
    ------
    ScriptError: a thing that is touched isn't there.
    """
    out: list[Frame] = []
    held: dict[str, FloatArray] = {}
    for number, key in enumerate(subject.keys):
        before = subject.keys[number - 1] if number else None
        pins = _pins(key, before, held)
        things = _things(key.things)
        solved = _solved(subject, solver, key, things, pins, vector(key.angles), out[-1].solved.values if out else None)
        if before is not None:
            out += _between(subject, solver, (before, key), pins, out[-1].solved, solved, steps)
        out.append(Frame(solved.posed, things, number, solved))
        held = {place: solver.middle(solved.posed, place) for place in key.touching}
    return out


def _between(
    subject: Subject,
    solver: Solver,
    keys: tuple[Key, Key],
    pins: Mapping[str, FloatArray],
    start: Solved,
    end: Solved,
    steps: int,
) -> list[Frame]:
    out: list[Frame] = []
    common = {place: on for place, on in keys[1].touching.items() if keys[0].touching.get(place) == on}
    pair = tuple(both for both in keys[1].together if both in keys[0].together)
    stay = {place: where for place, where in pins.items() if place in common and place not in keys[1].at}
    for step in range(1, steps):
        part = 0.5 - 0.5 * np.cos(np.pi * step / steps)
        settings = mixed(keys[0].things, keys[1].things, part)
        things = _things(settings)
        values = start.values + part * (end.values - start.values)
        key = Key(keys[1].angles, common, pair, frozenset(), {}, keys[1].fixed, settings)
        solved = _solved(subject, solver, key, things, stay, values, values)
        out.append(Frame(solved.posed, things, None, solved))
    return out


def _solved(
    subject: Subject,
    solver: Solver,
    key: Key,
    things: Mapping[str, Thing],
    pins: Mapping[str, FloatArray],
    angles: FloatArray,
    start: FloatArray | None,
) -> Solved:
    solids: dict[str, Solid] = {"floor": FLOOR} | {
        name: one.solid for name, one in things.items() if one.solid is not None
    }
    for place, on in key.touching.items():
        if on not in solids:
            raise ScriptError(f"{subject.name}: {place} touches {on!r}, which isn't a solid thing of this picture.")
    wish = Wish(
        base=subject.base,
        angles=angles,
        touching={place: solids[on] for place, on in key.touching.items()},
        together=key.together,
        pinned=pins,
        fixed=key.fixed,
        solids=tuple(solids.values()),
    )
    return solver.solve(wish, start)


def _pins(key: Key, before: Key | None, held: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    pins = {}
    if before is not None:
        for place, on in key.touching.items():
            if before.touching.get(place) == on and place.endswith(HOLDING) and place not in key.slides:
                pins[place] = held[place]
    wanted = {
        place: np.array([np.nan if x is None else x for x in where], dtype=np.float64)
        for place, where in key.at.items()
    }
    return pins | wanted


def _things(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Thing]:
    return {name: thing(name, setting) for name, setting in settings.items()}


def mixed(first: Mapping[str, Any], second: Mapping[str, Any], part: float) -> dict[str, Any]:
    """Settings between two of the same form: numbers are mixed, everything else is the second's."""
    out: dict[str, Any] = {}
    for name, value in second.items():
        old = first.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            out[name] = mixed(old, value, part)
        elif isinstance(value, list) and isinstance(old, list) and len(value) == len(old):
            out[name] = [
                a + part * (b - a) if isinstance(b, int | float) else b for a, b in zip(old, value, strict=True)
            ]
        elif isinstance(value, int | float) and not isinstance(value, bool) and isinstance(old, int | float):
            out[name] = old + part * (value - old)
        else:
            out[name] = value
    return out


def worst(frames_: list[Frame]) -> tuple[float, str]:
    """Metres and name of the worst contact of all frames."""
    return max(((frame.solved.worst, frame.solved.what) for frame in frames_), key=lambda pair: pair[0])
