"""Rules with an edge: training load, hypermobility, hip osteoarthritis, left against right."""

import datetime as dt
import math
from typing import Any

import pytest

from coxa.model import Life, Method, Observation, Pain, Person, Reading, Run, Sex, Side, Visit
from coxa.reason.asymmetry import asymmetries
from coxa.reason.contributors import Picture
from coxa.reason.contributors.joints import beighton_cut, is_hypermobile, osteoarthritis_picture
from coxa.reason.limits import judge
from coxa.reason.load import largest_jump
from coxa.reason.verdicts import NerveSigns, decide
from tests.strategies import DATE, PROTOCOL, reading, visit

LEFT, RIGHT = Side.LEFT, Side.RIGHT


# --- the single-session rule ------------------------------------------------------------------------------------------


def ran(*runs: tuple[int, float]) -> Life:
    """Runs as days before the visit and kilometres."""
    return Life(
        sitting_hours=1,
        sessions_per_week=3,
        coached=False,
        squats=False,
        runs=tuple(Run(date=DATE - dt.timedelta(days=days), km=km) for days, km in runs),
    )


@pytest.mark.parametrize(
    ("km", "percent", "ratio"),
    [
        (10.0, 0.0, None),
        (11.0, 10.0, None),  # 10 % is within the rule
        (11.01, 10.1, 1.64),
        (13.0, 30.0, 1.64),
        (13.01, 30.1, 1.52),
        (20.0, 100.0, 1.52),
        (20.01, 100.1, 2.28),
        (35.0, 250.0, 2.28),
    ],
)
def test_the_bands_of_a_jump(km: float, percent: float, ratio: float | None) -> None:
    spike = largest_jump(ran((20, 10.0), (3, km)), DATE, PROTOCOL)
    assert spike is not None
    assert spike.percent == pytest.approx(percent)
    assert spike.longest_before_km == 10.0
    assert (None if spike.band is None else spike.band.hazard_ratio) == ratio


@pytest.mark.parametrize(
    ("runs", "percent"),
    [
        ([], None),
        ([(3, 10.0)], None),  # nothing to compare with
        ([(33, 5.0), (3, 10.0)], 100.0),  # 30 days before the run still counts
        ([(34, 5.0), (3, 10.0)], None),  # 31 days don't
        ([(60, 5.0), (31, 20.0)], None),  # the jump itself is too long ago
        ([(50, 5.0), (30, 20.0)], 300.0),
        ([(3, 5.0), (3, 20.0)], None),  # two runs on one day are not before each other
        ([(20, 10.0), (10, 8.0), (3, 12.0)], 20.0),  # the longest before, not the last
        ([(20, 10.0), (10, 15.0), (3, 30.0)], 100.0),  # the largest of two jumps
    ],
)
def test_which_runs_are_compared(runs: list[tuple[int, float]], percent: float | None) -> None:
    spike = largest_jump(ran(*runs), DATE, PROTOCOL)
    assert (None if spike is None else spike.percent) == (None if percent is None else pytest.approx(percent))


# --- Beighton ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "score", "history", "mobile"),
    [
        (50, 5, None, True),
        (50, 4, None, False),
        (50, 4, 1, False),
        (50, 4, 2, True),  # one short, with two of five history questions
        (50, 3, 5, False),
        (51, 4, None, True),
        (51, 3, 2, True),
        (51, 3, 1, False),
        (51, 2, 5, False),
        (20, 9, 0, True),
    ],
)
def test_beighton(age: int, score: int, history: int | None, mobile: bool) -> None:
    assert is_hypermobile(age, score, history) is mobile


def test_beighton_cut_falls_after_fifty() -> None:
    assert [beighton_cut(age) for age in (18, 50, 51, 80)] == [5, 5, 4, 4]


# --- hip osteoarthritis: APTA 2017 and ACR 1991 -----------------------------------------------------------------------


def picture(person: Person, one: Visit) -> Picture:
    findings = judge(person, one.readings, PROTOCOL)
    return Picture(
        person=person,
        visit=one,
        findings=findings,
        verdicts=decide(findings, NerveSigns()),
        asymmetries=asymmetries(findings, PROTOCOL),
        nerve=NerveSigns(),
        hypermobile=None,
        spike=None,
        protocol=PROTOCOL,
    )


def hip(
    internal: float, flexion: float | None = None, *, side: Side = LEFT, method: Method = Method.GONIOMETER
) -> tuple[Reading, ...]:
    turned = reading("hip_internal_rotation_90", internal, side=side, method=method)
    bent = () if flexion is None else (reading("hip_flexion_knee_bent", flexion, side=side, method=method),)
    return (turned, *bent)


def looks_like_osteoarthritis(
    *readings: Reading, age: int = 60, side: Side = LEFT, hurts: bool | None = None, **more: Any
) -> bool:
    """``hurts``: whether turning the left hip inwards hurts in the groin."""
    values = {"weeks": 30, "now_0_10": 4, "worst_0_10": 6, "below_knee": False, "groin": False, **more}
    turning = {"test": "hip_internal_rotation_90", "side": "left", "question": "groin_pain_on_rotation"}
    seen = () if hurts is None else (Observation.model_validate({**turning, "answer": hurts}),)
    one = visit(pain=Pain.model_validate(values), readings=readings, observations=seen)
    return osteoarthritis_picture(picture(Person(age=age, sex=Sex.MALE), one), side)


BEARING: dict[str, Any] = {"hip_pain_on_weight_bearing": True, "morning_stiffness_minutes": 30}


@pytest.mark.parametrize(
    ("readings", "more", "expected"),
    [
        (hip(23.9), BEARING, True),
        (hip(24.0), BEARING, False),
        (hip(24.0), {**BEARING, "hurts": True}, True),  # and/or pain on turning inwards
        (hip(24.0), {**BEARING, "hurts": False}, False),
        (hip(24.0), {"morning_stiffness_minutes": 61, "hip_pain_on_weight_bearing": True, "hurts": True}, False),
        (hip(23.9), {**BEARING, "morning_stiffness_minutes": 59}, True),
        (hip(23.9), {**BEARING, "morning_stiffness_minutes": 60}, False),
        (hip(23.9), {**BEARING, "morning_stiffness_minutes": 0}, False),
        (hip(23.9), {**BEARING, "morning_stiffness_minutes": None}, False),
        (hip(23.9), {"morning_stiffness_minutes": 30, "groin": True}, False),  # no pain on weight bearing
        # 15° less than the other side, in both movements
        ((*hip(30, 100), *hip(45, 115, side=RIGHT)), BEARING, True),
        ((*hip(30, 101), *hip(45, 115, side=RIGHT)), BEARING, False),
        ((*hip(31, 100), *hip(45, 115, side=RIGHT)), BEARING, False),
        ((*hip(30, 100), *hip(45, side=RIGHT)), BEARING, False),
    ],
)
def test_the_picture_of_apta_2017(readings: tuple[Reading, ...], more: dict[str, Any], expected: bool) -> None:
    assert looks_like_osteoarthritis(*readings, **more) is expected


PAINFUL: dict[str, Any] = {"groin": True, "hurts": True, "morning_stiffness_minutes": 60}


@pytest.mark.parametrize(
    ("readings", "more", "expected"),
    [
        (hip(30), PAINFUL, True),
        (hip(15), PAINFUL, True),
        (hip(30), {**PAINFUL, "morning_stiffness_minutes": 61}, False),
        (hip(30), {**PAINFUL, "hurts": False}, False),
        (hip(30), {**PAINFUL, "groin": False}, False),
        (hip(14.9, 115), {"groin": True}, True),  # flexion stands in where the ESR is unknown
        (hip(14.9, 115.1), {"groin": True}, False),
        (hip(14.9), {"groin": True}, False),
        (hip(15.0, 115), {"groin": True}, False),
        (hip(14.9, 115), {}, False),  # no hip pain
    ],
)
def test_the_picture_of_acr_1991(readings: tuple[Reading, ...], more: dict[str, Any], expected: bool) -> None:
    assert looks_like_osteoarthritis(*readings, **more) is expected


@pytest.mark.parametrize(("age", "expected"), [(50, False), (51, True)])
def test_never_at_fifty_or_younger(age: int, expected: bool) -> None:
    assert looks_like_osteoarthritis(*hip(10, 100), age=age, **BEARING, groin=True) is expected


def test_only_the_side_that_was_measured() -> None:
    assert not looks_like_osteoarthritis(*hip(10, 100), side=RIGHT, **BEARING)


# --- left against right -----------------------------------------------------------------------------------------------


def gap(left: Reading, right: Reading) -> tuple[float, Side] | None:
    """Threshold and worse side of the difference, if there is one."""
    found = asymmetries(judge(Person(age=30, sex=Sex.MALE), (left, right), PROTOCOL), PROTOCOL)
    return (found[0].threshold, found[0].worse_side) if found else None


def pair(test: str, left: float, right: float, method: Method = Method.INCLINOMETER) -> tuple[Reading, Reading]:
    return reading(test, left, method=method), reading(test, right, side=RIGHT, method=method)


def test_ten_degrees_where_the_error_is_smaller() -> None:
    """Straight leg raise: 1.96·√2·2.6 = 7.2°, so the floor of 10° decides."""
    assert gap(*pair("straight_leg_raise", 60, 70)) is None
    assert gap(*pair("straight_leg_raise", 60, 70.1)) == (10.0, LEFT)
    assert gap(*pair("straight_leg_raise", 70.1, 60)) == (10.0, RIGHT)


def test_the_error_where_it_is_larger() -> None:
    """Rotation by goniometer: 1.96·√2·7 = 19.4°."""
    error = 1.96 * math.hypot(7, 7)
    assert gap(*pair("hip_internal_rotation_90", 20, 39.4, Method.GONIOMETER)) is None
    found = gap(*pair("hip_internal_rotation_90", 20, 39.5, Method.GONIOMETER))
    assert found is not None
    assert found[0] == pytest.approx(error)
    assert found[1] is LEFT


def test_the_worse_side_is_the_higher_one_where_higher_is_worse() -> None:
    """Active knee extension: 1.96·√2·4.33 = 12.0°."""
    assert gap(*pair("active_knee_extension", 20, 31.9)) is None
    found = gap(*pair("active_knee_extension", 20, 32.1))
    assert found is not None
    assert found[0] == pytest.approx(12.0, abs=1e-3)
    assert found[1] is RIGHT


def test_centimetres_have_a_floor_of_their_own() -> None:
    assert gap(*pair("weight_bearing_lunge", 12, 9, Method.TAPE)) is None
    assert gap(*pair("weight_bearing_lunge", 12, 8.9, Method.TAPE)) == (3.0, RIGHT)


def test_degrees_of_a_test_whose_floor_is_in_centimetres() -> None:
    assert gap(*pair("weight_bearing_lunge", 40, 30)) is None
    assert gap(*pair("weight_bearing_lunge", 40, 29.9)) == (10.0, RIGHT)


def test_two_methods_are_not_compared() -> None:
    left = reading("straight_leg_raise", 30)
    right = reading("straight_leg_raise", 80, side=RIGHT, method=Method.GONIOMETER)
    assert gap(left, right) is None


def test_totals_are_compared_too() -> None:
    readings = (
        *pair("hip_internal_rotation_90", 20, 29),
        *pair("hip_external_rotation_90", 30, 39),
    )
    found = asymmetries(judge(Person(age=30, sex=Sex.MALE), readings, PROTOCOL), PROTOCOL)
    assert [(a.test, a.worse_side) for a in found] == [("hip_total_rotation_90", LEFT)]
    assert found[0].threshold == pytest.approx(1.96 * math.sqrt(4 * 3.6**2), abs=1e-3)
