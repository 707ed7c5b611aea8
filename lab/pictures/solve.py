"""A posture that touches what it should touch and goes through nothing, near the angles that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import least_squares

from lab.dress import body_vertices
from lab.pictures.patches import Places
from lab.pictures.rig import NAMES, SIDES, Posed, Rig
from lab.pictures.solids import Solid
from lab.rotation import FloatArray

# How freely the solver may leave an angle that was asked for, degrees; metres for x, y, z.
FREEDOM = {"x": 0.6, "y": 0.6, "z": 0.6, "pelvis_lean": 6, "pelvis_side": 3, "pelvis_turn": 3}
USUAL, STIFF, LOOSE = 8.0, 3.0, 14.0
STIFF_ENDS = ("_side", "_turn", "lumbar", "thoracic", "neck")
LOOSE_ENDS = ("_arm", "_arm_out", "_arm_turn", "_elbow", "_wrist", "_forearm")
FROZEN_ENDS = ("_grip", "_toes")
LIMITS = {
    "hip": (-35, 140), "hip_out": (-45, 85), "hip_turn": (-60, 85), "knee": (0, 155), "ankle": (-60, 42),
    "foot_side": (-30, 30), "arm": (-60, 190), "arm_out": (-60, 175), "arm_turn": (-100, 100), "elbow": (0, 150),
    "forearm": (-100, 100), "wrist": (-85, 90), "wrist_side": (-35, 35),
    "lumbar": (-35, 60), "thoracic": (-20, 50), "neck": (-50, 60),
}  # fmt: skip
TOUCH, THROUGH, PINNED = 0.003, 0.004, 0.004  # metres that count as much as one share of freedom
SKIN_GAP = 0.012  # between two places of the same body that touch
SINK = 0.004  # soft parts may go in as far as this
SAMPLES = 900
# What is asked of the angles gives way step by step while a contact is still missed by more than this.
EASES, GOOD = (1.0, 3.0, 9.0), 0.005


@dataclass(frozen=True)
class Wish:
    """What one posture should be.

    Parameters
    ----------
    base: how it lies or stands (``rig.BASES``).
    angles: (names,) wanted.
    touching: place to the solid that it touches.
    together: pairs of places of the body that touch each other.
    pinned: place to where its middle must be, (3,); NaN leaves an axis free.
    fixed: names of angles that mustn't change.
    solids: what can't be gone through.
    """

    base: str
    angles: FloatArray
    touching: Mapping[str, Solid] = field(default_factory=dict)
    together: Sequence[tuple[str, str]] = ()
    pinned: Mapping[str, FloatArray] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    solids: Sequence[Solid] = ()


@dataclass(frozen=True)
class Solved:
    """The posture found. ``worst``: metres by which the worst contact is missed or the deepest point goes through."""

    values: FloatArray
    posed: Posed
    worst: float
    what: str


class Solver:
    """Finds postures for one body."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.places = rig, Places(rig)
        skin = body_vertices()
        self._sample = skin[np.linspace(0, len(skin) - 1, SAMPLES).astype(int)]

    def middle(self, posed: Posed, place: str) -> FloatArray:
        """(3,) the middle of a place."""
        return np.asarray(self.rig.skin(posed, self.places.find(place)).mean(0))

    def solve(self, wish: Wish, start: FloatArray | None = None) -> Solved:
        """The nearest posture that fits.

        Raises
        ------
        UnknownPlaceError: a place in the wish isn't one of the body's.
        """
        free = np.array(
            [i for i, name in enumerate(NAMES) if name not in wish.fixed and not name.endswith(FROZEN_ENDS)]
        )
        share = np.array([_freedom(NAMES[i]) for i in free])
        low, high = np.array([_limits(NAMES[i]) for i in free]).T
        # From where the body was before, and from where it is wanted: the way from one to the other may be barred.
        starts = [wish.angles] if start is None or np.array_equal(start, wish.angles) else [start, wish.angles]
        tries = [np.clip(values[free], low + 1e-6, high - 1e-6) for values in starts]
        misses = self._misses(wish)
        whole = wish.angles.copy()

        def residuals(values: FloatArray, ease: float) -> FloatArray:
            whole[free] = values
            parts = misses(self.rig.pose(wish.base, whole))
            return np.concatenate([(values - wish.angles[free]) / (ease * share), *(part for _, part in parts)])

        for ease in EASES:
            searches = [
                least_squares(
                    residuals,
                    values,
                    args=(ease,),
                    bounds=(low, high),
                    x_scale=share,
                    max_nfev=30,
                    ftol=1e-4,
                    xtol=1e-5,
                )
                for values in tries
            ]
            found = min(searches, key=lambda search: search.cost)
            tries = [found.x]
            whole[free] = found.x
            posed = self.rig.pose(wish.base, whole)
            worst, what = max(
                ((float(np.abs(part).max(initial=0)) * TOUCH, name) for name, part in misses(posed)), default=(0.0, "")
            )
            if worst < GOOD:
                break
        return Solved(whole.copy(), posed, worst, what)

    def _misses(self, wish: Wish) -> Callable[[Posed], list[tuple[str, FloatArray]]]:
        """A function that says by how much each condition is missed, each with its name."""
        find = self.places.find
        wanted = [*wish.touching, *wish.pinned, *(place for pair in wish.together for place in pair)]
        chosen = [find(place) for place in dict.fromkeys(wanted)]
        starts = np.cumsum([len(self._sample), *(len(part) for part in chosen)])
        parts = {name: slice(a, b) for name, a, b in zip(dict.fromkeys(wanted), starts[:-1], starts[1:], strict=True)}
        skinned = self.rig.skinner(np.concatenate([self._sample, *chosen]).astype(np.int64))

        def misses(posed: Posed) -> list[tuple[str, FloatArray]]:
            skin = skinned(posed)
            out = [
                (f"through thing {i}", np.minimum(solid.distance(skin) + SINK, 0) / THROUGH)
                for i, solid in enumerate(wish.solids)
            ]
            for place, solid in wish.touching.items():
                out.append((f"{place} touches", np.atleast_1d(solid.distance(skin[parts[place]]).min() / TOUCH)))
            for one, other in wish.together:
                apart = np.linalg.norm(skin[parts[one]].mean(0) - skin[parts[other]].mean(0))
                out.append((f"{one} touches {other}", np.atleast_1d((apart - SKIN_GAP) / TOUCH)))
            for place, where in wish.pinned.items():
                away = skin[parts[place]].mean(0) - where
                out.append((f"{place} stays", np.where(np.isnan(away), 0, away) / PINNED))
            return out

        return misses


def _freedom(name: str) -> float:
    if name in FREEDOM:
        return FREEDOM[name]
    if name.endswith(LOOSE_ENDS):
        return LOOSE
    return STIFF if name.endswith(STIFF_ENDS) else USUAL


def _limits(name: str) -> tuple[float, float]:
    for side in SIDES:
        name = name.removeprefix(f"{side}_")
    return LIMITS.get(name, (-np.inf, np.inf))
