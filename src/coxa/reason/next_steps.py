"""What to measure next, when it can't tell."""

from __future__ import annotations

from coxa.model import Finding, FindingLabel, Method, NextMeasurement, Side, VerdictLabel
from coxa.reason.contributors.picture import Picture
from coxa.reason.limits import cuts
from coxa.reason.numbers import SURE, UNLIKELY
from coxa.reason.verdicts import ABDUCTION_SLOTS, EXTENSION_SLOTS, FLEXION_SLOTS, ROTATION_SLOTS, SIDES

LENGTH_TESTS = frozenset({"active_knee_extension", "straight_leg_raise", "prone_knee_bend", "fingertip_to_floor"})
"""Tests that pull on a sensitive nerve: not asked for, no goals and no re-tests while a nerve may be irritable."""
AT_HOME = (Method.TAPE, Method.INCLINOMETER, Method.GONIOMETER)
MOST = 8
"""More than this is no advice."""
_ORDER = {
    test: place
    for place, (test, _) in enumerate(
        choice
        for slots in (FLEXION_SLOTS, EXTENSION_SLOTS, ROTATION_SLOTS, ABDUCTION_SLOTS)
        for slot in slots
        for choice in slot.tests
    )
}
"""The order of the paired tests; every other test comes after them."""


def next_measurements(picture: Picture, *, nerve_care: bool) -> tuple[NextMeasurement, ...]:
    """The missing halves of pairs first, then readings too close to their limit, then the checks of form."""
    missing = [
        one
        for verdict in picture.verdicts
        if verdict.label is VerdictLabel.CANT_TELL and verdict.used
        for slot in verdict.missing
        for one in _missing(picture, slot, verdict.side)
    ]
    form = [
        NextMeasurement(test="hip_hinge", side=Side.BOTH, method=None, why="To see how the movement is controlled.")
    ]
    watched = any(o.test == "hip_hinge" for o in picture.visit.observations)
    classes = [missing, _unclear(picture), [] if watched else form, _nothing_yet(picture)]
    if nerve_care:
        classes = [[one for one in members if one.test not in LENGTH_TESTS] for members in classes]
    return _most_useful(*classes)


def _most_useful(*classes: list[NextMeasurement]) -> tuple[NextMeasurement, ...]:
    """Each test and side once, the first class first, as far as there is room.

    A test is kept on all its sides or left out, and tests have one order whatever the side, so that neither side is
    favoured.
    """
    wanted: dict[str, dict[Side, NextMeasurement]] = {}
    for members in classes:
        for one in sorted(members, key=lambda one: (_ORDER.get(one.test, len(_ORDER)), one.test)):
            wanted.setdefault(one.test, {}).setdefault(one.side, one)
    kept: list[NextMeasurement] = []
    for sides in wanted.values():
        if len(kept) + len(sides) <= MOST:
            kept.extend(sides[side] for side in (*SIDES, Side.BOTH) if side in sides)
    return tuple(kept)


def _nothing_yet(picture: Picture) -> list[NextMeasurement]:
    if picture.findings:
        return []
    return [
        NextMeasurement(
            test=test,
            side=side,
            method=_home_method(picture, test),
            why="Nothing has been measured on this side yet.",
        )
        for test in ("active_knee_extension", "hip_internal_rotation_90", "modified_thomas_hip")
        for side in SIDES
    ]


def _missing(picture: Picture, slot: str, side: Side) -> list[NextMeasurement]:
    test, _, variant = slot.partition(":")
    derived = picture.protocol.derived_tests.get(test)
    wanted = [t for t in derived.sum_of if picture.finding(t, side) is None] if derived else [test]
    why = {
        "pelvis_held_knee_straight": "Repeat it with the knee straightened: does the thigh drop?",
        "pelvis_held_abducted": "Repeat it with the thigh moved outwards: does the thigh drop?",
    }.get(variant, "The other half of the pair: it tells muscle from joint.")
    return [
        NextMeasurement(test=t, side=side, method=_home_method(picture, t), why=why)
        for t in wanted
        if _has_norm(picture, t)
    ]


def _has_norm(picture: Picture, test: str) -> bool:
    """Whether measuring a test could settle anything for someone of this age and sex."""
    return any(
        cut.applies(picture.person.age, picture.person.sex)
        for (name, _, _), limits in cuts(picture.protocol).items()
        if name == test
        for cut in limits
    )


def _unclear(picture: Picture) -> list[NextMeasurement]:
    return [
        NextMeasurement(
            test=f.test,
            side=f.side,
            method=_steadier(picture, f),
            why="Too close to the limit to call: repeat it on another day, three trials, with the steadiest "
            "method you have.",
        )
        for f in picture.findings
        if f.label is FindingLabel.CANT_TELL
        and f.p_limited is not None
        and UNLIKELY < f.p_limited < SURE
        and f.test in picture.protocol.tests
        and not _settled(picture, f)
    ]


def _settled(picture: Picture, finding: Finding) -> bool:
    """Whether the verdict that this reading belongs to is named without it being any clearer."""
    motion = picture.protocol.tests[finding.test].motion
    return motion is not None and any(
        v.label is not VerdictLabel.CANT_TELL for v in picture.verdicts if (v.motion, v.side) == (motion, finding.side)
    )


def _steadier(picture: Picture, finding: Finding) -> Method:
    """The home method with the smallest known error, if it beats the one used."""
    errors = [
        e
        for e in picture.protocol.errors.values()
        if (e.test, e.unit) == (finding.test, finding.unit) and finding.protocol in e.protocols and e.method in AT_HOME
    ]
    best = min(errors, key=lambda e: (e.standard_error, e.method.value), default=None)
    better = best is not None and finding.sem is not None and best.standard_error < finding.sem
    return best.method if best is not None and better else finding.method


def _home_method(picture: Picture, test: str) -> Method | None:
    method = picture.protocol.tests[test].best_at_home.method
    return method if isinstance(method, Method) else None
