"""What to measure next, when it can't tell."""

from __future__ import annotations

from coxa.model import FindingLabel, Method, NextMeasurement, Side, VerdictLabel
from coxa.reason.contributors.picture import Picture
from coxa.reason.numbers import SURE
from coxa.reason.verdicts import SIDES

MOST = 8
"""More than this is no advice."""


def next_measurements(picture: Picture) -> tuple[NextMeasurement, ...]:
    """The missing halves of pairs first, then readings too close to their limit, then the checks of form."""
    found: list[NextMeasurement] = []
    for verdict in picture.verdicts:
        if verdict.label is not VerdictLabel.CANT_TELL or not verdict.used:
            continue
        for slot in verdict.missing:
            found.extend(_missing(picture, slot, verdict.side))
    found.extend(_unclear(picture))
    if not any(o.test == "hip_hinge" for o in picture.visit.observations):
        found.append(
            NextMeasurement(
                test="hip_hinge", side=Side.BOTH, method=Method.VIDEO, why="To see how the movement is controlled."
            )
        )
    if not picture.findings:
        found.extend(
            NextMeasurement(
                test=test,
                side=side,
                method=_home_method(picture, test),
                why="Nothing has been measured on this side yet.",
            )
            for test in ("active_knee_extension", "hip_internal_rotation_90", "modified_thomas_hip")
            for side in SIDES
        )
    unique = {(n.test, n.side): n for n in reversed(found)}
    ordered = [n for n in found if unique.pop((n.test, n.side), None) is not None]
    return tuple(ordered[:MOST])


def _missing(picture: Picture, slot: str, side: Side) -> list[NextMeasurement]:
    test, _, variant = slot.partition(":")
    derived = picture.protocol.derived_tests.get(test)
    wanted = [t for t in derived.sum_of if picture.finding(t, side) is None] if derived else [test]
    why = {
        "pelvis_held_knee_straight": "Repeat it with the knee straightened: does the thigh drop?",
        "pelvis_held_abducted": "Repeat it with the thigh moved outwards: does the thigh drop?",
    }.get(variant, "The other half of the pair: it tells muscle from joint.")
    has_norm = {limit.test for limit in picture.protocol.limits.values()}
    return [
        NextMeasurement(test=t, side=side, method=_home_method(picture, t), why=why) for t in wanted if t in has_norm
    ]


def _unclear(picture: Picture) -> list[NextMeasurement]:
    return [
        NextMeasurement(
            test=f.test,
            side=f.side,
            method=_steadier(picture, f.test, f.method, f.sem),
            why="Too close to the limit to call: repeat it on another day, three trials, with the steadiest "
            "method you have.",
        )
        for f in picture.findings
        if f.label is FindingLabel.CANT_TELL
        and f.p_limited is not None
        and 1 - SURE < f.p_limited < SURE
        and f.test in picture.protocol.tests
    ]


def _steadier(picture: Picture, test: str, used: Method, sem: float | None) -> Method:
    """The home method with the smallest known error, if it beats the one used."""
    errors = [e for e in picture.protocol.errors.values() if e.test == test]
    best = min(errors, key=lambda e: (e.standard_error, e.method.value), default=None)
    return best.method if best is not None and sem is not None and best.standard_error < sem else used


def _home_method(picture: Picture, test: str) -> Method | None:
    method = picture.protocol.tests[test].best_at_home.method
    return method if isinstance(method, Method) else None
