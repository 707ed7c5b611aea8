"""A subject becomes its pictures: start, end, and a loop of the movement, for one figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lab.dress import body_vertices
from lab.pictures.arrows import arrow
from lab.pictures.artist import Artist
from lab.pictures.drawn_things import Stage, pieces_of
from lab.pictures.movement import Frame, Movement
from lab.pictures.people import person
from lab.pictures.piece import GROUND, Drawing, View
from lab.pictures.rig import Rig
from lab.pictures.script import ScriptError, Subject
from lab.pictures.solve import Solver
from lab.pictures.svg import loop, still
from lab.rotation import FloatArray

MOST_MISSED = 0.008  # metres
# Steps from one key to the next, by the number of keys: a loop has about as many pictures in any case.
STEPS = {1: 1, 2: 5, 3: 3, 4: 2}
LARGE, SMALL = 1600, 1000  # picture units of the longer side: stills; loops, which have many pictures in one file
MARGIN = 0.06  # of the picture's width, on every side
ASPECTS = (0.75, 1.75)  # narrowest and widest picture, width by height


@dataclass(frozen=True)
class Pictures:
    """SVG texts."""

    start: str
    end: str
    loop: str

    @property
    def by_moment(self) -> dict[str, str]:
        """The texts by the moment that they show."""
        return {"start": self.start, "end": self.end, "loop": self.loop}


class Composer:
    """Makes the pictures of one figure (``people.PEOPLE``)."""

    def __init__(self, figure: str) -> None:
        self.dressed = person(figure)
        self.solver = Solver(Rig(self.dressed.body))
        self._artist = Artist()

    def pictures(self, subject: Subject, moving: bool = True) -> Pictures:
        """All pictures of a subject; the loop only shows the keys when it needn't be ``moving``, which is quicker.

        Raises
        ------
        ScriptError: a posture can't be solved: something that should touch is more than ``MOST_MISSED`` away.
        """
        movement = Movement(subject, self.solver)
        moments = movement.frames(STEPS[min(len(movement.keys), max(STEPS))] if moving else 1)
        missed = movement.worst(moments)
        if missed[0] > MOST_MISSED:
            raise ScriptError(f"{subject.name}: {missed[1]} is {missed[0] * 1000:.0f} mm off.")
        view = self.view(subject, moments)
        start, end = (self.draw(subject, movement.keys[number], view) for number in (0, subject.end))
        small = replace(view, long_side=SMALL)
        drawings = [self.draw(subject, frame, small) for frame in moments]
        marks = [mark for place in subject.arrows for mark in arrow(self._path(place, moments, view, subject.end))]
        back = subject.loop == "there_and_back"
        last = next(i for i, frame in enumerate(moments) if frame.number == subject.end)
        return Pictures(
            start=still(start, marks),
            end=still(end),
            loop=loop(drawings, subject.seconds, last, back),
        )

    def _shown(self, frame: Frame) -> list[FloatArray]:
        """Vertices of everything that the picture must hold."""
        skin = self.solver.rig.skin(frame.posed)
        stage = Stage(self.solver, frame.posed, skin)
        things = [piece for one in frame.things.values() for piece in pieces_of(one, stage)]
        return [skin[body_vertices()], *(piece.vertices for piece in things if piece.region not in GROUND)]

    def draw(self, subject: Subject, frame: Frame, view: View) -> Drawing:
        """One instant."""
        skin = self.solver.rig.skin(frame.posed)
        pieces = self._artist.figure(self.dressed, skin, subject.muscles)
        stage = Stage(self.solver, frame.posed, skin)
        for thing in frame.things.values():
            pieces += pieces_of(thing, stage)
        return self._artist.draw(pieces, view)

    def view(self, subject: Subject, moments: Sequence[Frame], long_side: int = LARGE) -> View:
        """A view in which the whole movement just fits, with all things but ground and walls."""
        settings = subject.view
        direction = float(settings.get("azimuth", 0)), float(settings.get("elevation", 8))
        plain = View(*direction, (0.0, 0.0, 0.0), 1.0)
        right, up = plain.axes[:2]
        seen = [vertices for frame in moments for vertices in self._shown(frame)]
        flat = np.concatenate(seen) @ np.stack([right, up], 1)
        low, high = flat.min(0), flat.max(0)
        extra = settings.get("room", {})
        low -= (float(extra.get("left", 0)), float(extra.get("below", 0)))
        high += (float(extra.get("right", 0)), float(extra.get("above", 0)))
        size = (high - low) * (1 + 2 * MARGIN)
        aspect = float(np.clip(size[0] / size[1], *ASPECTS))
        half = max(size[0], size[1] * aspect) / 2
        middle = (low + high) / 2
        target = middle[0] * right + middle[1] * up
        middle_point = (float(target[0]), float(target[1]), float(target[2]))
        return View(*direction, middle_point, float(half), aspect, long_side)

    def _path(self, place: str, moments: Sequence[Frame], view: View, end: int) -> FloatArray:
        last = next(i for i, frame in enumerate(moments) if frame.number == end)
        return view.project([self.solver.middle(frame.posed, place) for frame in moments[: last + 1]])
