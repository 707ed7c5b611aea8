"""A subject's movement for one body: solved postures at its keys and in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from lab.pictures.rig import INDEX, Posed, vector
from lab.pictures.script import Key, ScriptError, Subject
from lab.pictures.solids import FLOOR, Solid
from lab.pictures.solve import Solved, Solver, Wish
from lab.pictures.things import Thing, thing
from lab.rotation import FloatArray

# Places that stay where they are while they touch the same thing; rounder ones roll.
HOLDING = ("heel", "ball", "toes", "palm", "fingertips", "hand_edge", "elbow", "knee", "instep")


@dataclass(frozen=True)
class Frame:
    """One instant: what was asked, the skeleton, where things are, and the key's number when it is one."""

    asked: Key
    solved: Solved
    things: Mapping[str, Thing]
    number: int | None = None

    @property
    def posed(self) -> Posed:
        """The skeleton."""
        return self.solved.posed


class Movement:
    """The solved keys of a subject, and what lies between them.

    Raises
    ------
    ScriptError: a thing that is touched isn't there.
    """

    def __init__(self, subject: Subject, solver: Solver) -> None:
        self.subject, self._solver = subject, solver
        self.keys: list[Frame] = []
        for number, key in enumerate(subject.keys):
            pins = {place: np.array([np.nan if x is None else x for x in at]) for place, at in key.at.items()}
            before = self.keys[-1] if self.keys else None
            if before:
                pins = self._held(before, key) | pins
            start = before.solved.values if before else None
            self.keys.append(replace(self._frame(key, vector(key.angles), start, pins), number=number))

    def frames(self, steps: int) -> list[Frame]:
        """Every key and what lies between them in ``steps`` steps each, slow at both ends."""
        out = self.keys[:1]
        for first, last in pairwise(self.keys):
            parts = (0.5 - 0.5 * np.cos(np.pi * step / steps) for step in range(1, steps))
            out = [*out, *(self._mixed(first, last, float(part), {}) for part in parts), last]
        return out

    def with_angle(self, name: str, value: float) -> Frame:
        """The instant from the first key to the end key, or beyond them, at which one angle is exactly this."""
        first, last = self.keys[0], self.keys[self.subject.end]
        low, high = (frame.solved.values[INDEX[name]] for frame in (first, last))
        return self._mixed(first, last, float((value - low) / (high - low)), {name: value})

    def worst(self, frames: list[Frame]) -> tuple[float, str]:
        """Metres and name of the contact that is missed most."""
        return max(((frame.solved.worst, frame.solved.what) for frame in frames), key=lambda pair: pair[0])

    def _mixed(self, first: Frame, last: Frame, part: float, exactly: Mapping[str, float]) -> Frame:
        start, end = first.asked, last.asked
        key = replace(
            end,
            touching={place: on for place, on in end.touching.items() if start.touching.get(place) == on},
            together=tuple(pair for pair in end.together if pair in start.together),
            fixed=end.fixed | frozenset(exactly),
            things=mixed(start.things, end.things, part),
        )
        values = first.solved.values + part * (last.solved.values - first.solved.values)
        for name, value in exactly.items():
            values[INDEX[name]] = value
        held = {place: at for place, at in self._held(first, key).items() if place not in end.at}
        return self._frame(key, values, values, held)

    def _held(self, before: Frame, key: Key) -> dict[str, FloatArray]:
        """Where the places are that stay since the frame before."""
        return {
            place: self._solver.middle(before.posed, place)
            for place, on in key.touching.items()
            if before.asked.touching.get(place) == on and place.endswith(HOLDING) and place not in key.slides
        }

    def _frame(self, key: Key, angles: FloatArray, start: FloatArray | None, pins: Mapping[str, FloatArray]) -> Frame:
        things = {name: thing(name, settings) for name, settings in key.things.items()}
        solids: dict[str, Solid] = {"floor": FLOOR}
        solids |= {name: one.solid for name, one in things.items() if one.solid is not None}
        for place, on in key.touching.items():
            if on not in solids:
                raise ScriptError(f"{place} touches {on!r}, which isn't a solid thing of this picture.")
        wish = Wish(
            base=self.subject.base,
            angles=angles,
            touching={place: solids[on] for place, on in key.touching.items()},
            together=key.together,
            pinned=pins,
            fixed=key.fixed,
            solids=tuple(solids.values()),
        )
        return Frame(key, self._solver.solve(wish, start), things)


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
