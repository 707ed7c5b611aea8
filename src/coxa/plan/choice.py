"""Choosing exercises as a small optimisation.

Two sessions, A and B, alternate over the training days of each week, A first. For exercise e and session s let z(e, s)
be 1 when e is in s, x(e) be 1 when e is chosen at all, and c(n) be 1 when need n is covered by at least one chosen
exercise; worth(n) is that of the exercise which serves n best. The choice

    maximise  Σ worth(n)·c(n) + 0.2·Σ usefulness(e)·x(e) + 0.03·Σ usefulness(e)·z(e, s)

is found exactly (mixed-integer linear programme, solved by HiGHS) so that

- no session takes longer than the minutes of a day, counted with the larger of the first and the later dose;
- an exercise is done on no more days than its dose allows, and on no fewer as far as the training days reach;
- one exercise per chain of easier and harder versions, one release and one stretch per tissue;
- every session with a release exercise also holds control or strength work, and so does the plan as a whole;
- no more than ``MOST`` exercises in all and two of them release.

A need counts once per way of serving it (practice, strength, lengthening, release), so covering a second need is
worth more than a second exercise for the first. Among equally good choices the one whose longer session is shorter
wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import highspy

from coxa.errors import CoxaError
from coxa.protocol.schema import ACTIVE_KINDS, RELEASE_KINDS, STRETCH_KINDS, Exercise

MOST = 8
MOST_RELEASE = 2
FURTHER = 0.2
AGAIN = 0.03
LONGER = 1e-4
"""Worth of one more exercise for covered needs, and of doing a chosen one in a session, as shares of its usefulness;
what a minute of the longer session costs."""


@dataclass(frozen=True)
class Candidate:
    """An exercise that may be chosen: how many minutes one session of it takes at most, and the needs that it
    covers."""

    exercise: Exercise
    minutes: float
    covers: Mapping[str, float]

    @property
    def usefulness(self) -> float:
        """Worth of all the needs that it covers."""
        return sum(self.covers.values())


@dataclass(frozen=True)
class Choice:
    """Indices of the chosen candidates in session A and in session B."""

    a: tuple[int, ...]
    b: tuple[int, ...]


def choose(candidates: Sequence[Candidate], minutes_per_day: float, days_per_week: int) -> Choice:
    """The most useful choice that keeps every rule; empty when no candidate fits into a day."""
    if not candidates:
        return Choice((), ())
    needs: dict[str, float] = {}
    for c in candidates:
        for key, worth in c.covers.items():
            needs[key] = max(worth, needs.get(key, 0.0))
    rows = _Rows(len(candidates), tuple(needs))
    days = ((days_per_week + 1) // 2, days_per_week // 2)
    for i, candidate in enumerate(candidates):
        _link(rows, i, candidate, days, days_per_week)
    for session in (0, 1):
        minutes = {rows.z(i, session): c.minutes for i, c in enumerate(candidates)}
        rows.add(minutes, 0, minutes_per_day)
        rows.add({rows.longer: 1, **{column: -m for column, m in minutes.items()}}, 0, minutes_per_day)
    _groups(rows, candidates)
    _company(rows, candidates)
    for key in needs:
        rows.add({rows.c(key): 1, **{rows.x(i): -1 for i, c in enumerate(candidates) if key in c.covers}}, -rows.n, 0)
    return _solve(rows, candidates, needs, days)


class _Rows:
    """Rows of the constraint matrix; columns are x(e), z(e, A), z(e, B), c(n), minutes of the longer session."""

    def __init__(self, n: int, needs: tuple[str, ...]) -> None:
        self.n = n
        self.needs = needs
        self.coefficients: list[dict[int, float]] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def x(self, i: int) -> int:
        return i

    def z(self, i: int, session: int) -> int:
        return self.n * (1 + session) + i

    def c(self, key: str) -> int:
        return 3 * self.n + self.needs.index(key)

    @property
    def columns(self) -> int:
        return self.longer + 1

    @property
    def longer(self) -> int:
        return 3 * self.n + len(self.needs)

    def add(self, coefficients: dict[int, float], lower: float, upper: float) -> None:
        self.coefficients.append(coefficients)
        self.lower.append(lower)
        self.upper.append(upper)


def _link(rows: _Rows, i: int, candidate: Candidate, days: tuple[int, int], days_per_week: int) -> None:
    dose = candidate.exercise.dose
    if dose is None:
        raise ValueError("standing advice is not chosen here")
    x, a, b = rows.x(i), rows.z(i, 0), rows.z(i, 1)
    rows.add({x: 1, a: -1}, 0, 1)
    rows.add({x: 1, b: -1}, 0, 1)
    rows.add({x: 1, a: -1, b: -1}, -1, 0)
    rows.add({a: days[0], b: days[1]}, 0, dose.days_max)
    least = min(dose.days_min, days_per_week)
    rows.add({a: days[0], b: days[1], x: -least}, 0, 7)


def _groups(rows: _Rows, candidates: Sequence[Candidate]) -> None:
    def at_most(members: list[int], most: int) -> None:
        if len(members) > most:
            rows.add({rows.x(i): 1 for i in members}, 0, most)

    for chain in _chains(candidates):
        at_most(chain, 1)
    for kinds in (RELEASE_KINDS, STRETCH_KINDS):
        tissues = sorted({t for c in candidates if c.exercise.kind in kinds for t in c.exercise.targets})
        for tissue in tissues:
            at_most(_those(candidates, lambda e, k=kinds, t=tissue: e.kind in k and t in e.targets), 1)  # type: ignore[misc]
    at_most(_those(candidates, lambda e: e.kind in RELEASE_KINDS), MOST_RELEASE)
    at_most(list(range(len(candidates))), MOST)


def _company(rows: _Rows, candidates: Sequence[Candidate]) -> None:
    """Release never stands alone, and neither does stretching: control or strength goes with it."""
    active = _those(candidates, lambda e: e.kind in ACTIVE_KINDS)
    for i in _those(candidates, lambda e: e.kind in RELEASE_KINDS):
        for session in (0, 1):
            rows.add({rows.z(i, session): 1, **{rows.z(j, session): -1 for j in active}}, -rows.n, 0)
    for i in range(len(candidates)):
        if i not in active:
            rows.add({rows.x(i): 1, **{rows.x(j): -1 for j in active}}, -rows.n, 0)


def _those(candidates: Sequence[Candidate], wanted: Callable[[Exercise], bool]) -> list[int]:
    return [i for i, c in enumerate(candidates) if wanted(c.exercise)]


def _chains(candidates: Sequence[Candidate]) -> list[list[int]]:
    """Groups of candidates that are easier or harder versions of each other."""
    group = {c.exercise.id: c.exercise.id for c in candidates}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for c in candidates:
        for other in (c.exercise.easier_exercise, c.exercise.harder_exercise):
            if other in group:
                group[root(str(other))] = root(c.exercise.id)
    chains: dict[str, list[int]] = {}
    for i, c in enumerate(candidates):
        chains.setdefault(root(c.exercise.id), []).append(i)
    return list(chains.values())


def _solve(rows: _Rows, candidates: Sequence[Candidate], needs: Mapping[str, float], days: tuple[int, int]) -> Choice:
    n = rows.n
    useful = [c.usefulness for c in candidates]
    first = [FURTHER * u + 1e-7 * (n - i) for i, u in enumerate(useful)]  # ties: the order of the files decides
    again = [AGAIN * u for u in useful]
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = rows.columns, len(rows.coefficients)
    problem.sense_ = highspy.ObjSense.kMaximize
    problem.col_cost_ = [*first, *again, *again, *needs.values(), -LONGER]
    problem.col_lower_ = [0.0] * rows.columns
    second = 0.0 if days[1] == 0 else 1.0
    problem.col_upper_ = [1.0] * (2 * n) + [second] * n + [1.0] * len(needs) + [highspy.kHighsInf]
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    problem.integrality_ = [whole] * (rows.columns - 1) + [real]
    problem.row_lower_, problem.row_upper_ = rows.lower, rows.upper
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = [0, *accumulate(len(row) for row in rows.coefficients)]
    problem.a_matrix_.index_ = [column for row in rows.coefficients for column in row]
    problem.a_matrix_.value_ = [float(value) for row in rows.coefficients for value in row.values()]
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("threads", 1)
    solver.passModel(problem)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:  # choosing nothing keeps every rule
        raise CoxaError(f"the choice of exercises failed ({solver.getModelStatus()}); please report this.")
    picked = [value > 0.5 for value in solver.getSolution().col_value]
    return Choice(
        tuple(i for i in range(n) if picked[rows.z(i, 0)]), tuple(i for i in range(n) if picked[rows.z(i, 1)])
    )
