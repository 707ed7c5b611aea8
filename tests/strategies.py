"""Hypothesis strategies for people, visits and readings; everything is made the way that a case file makes it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any, TypeVar

from hypothesis import strategies as st

from coxa.measure import RawReading, read_trials
from coxa.model import (
    Answer,
    Function,
    Hypermobility,
    Life,
    Method,
    Observation,
    Pain,
    Person,
    Reading,
    Refusal,
    Resources,
    Run,
    Sex,
    Side,
    Source,
    SpecificActivity,
    Unit,
    Visit,
)
from coxa.protocol import load_protocol
from coxa.protocol.schema import AllowedMethod, TestSpec
from coxa.reason.limits import cuts, lower_worse

PROTOCOL = load_protocol()
SOURCE = Source(name="strategy.yaml")
DATE = dt.date(2026, 3, 2)
QUESTIONS = tuple(PROTOCOL.safety_questions)
TASKS = tuple(word.id for word in PROTOCOL.words.tasks)
EQUIPMENT = tuple(item.id for item in PROTOCOL.words.equipment)
STOPS = tuple(PROTOCOL.stop_conditions)
ALL_CALM: Mapping[str, Answer] = dict.fromkeys(QUESTIONS, Answer.NO)
T = TypeVar("T")
YES_LIKE = st.sampled_from([Answer.YES, Answer.UNSURE])
SCORES = st.integers(0, 10).map(float)
VERDICT_TESTS = (
    "active_knee_extension",
    "straight_leg_raise",
    "hip_flexion_knee_bent",
    "modified_thomas_hip",
    "hip_internal_rotation_90",
    "hip_external_rotation_90",
    "hip_internal_rotation_0",
    "hip_external_rotation_0",
    "weight_bearing_lunge",
)


def now_and_then(one_in: int) -> st.SearchStrategy[bool]:
    """True about once in so many; shrinks to False."""
    return st.sampled_from([*[False] * (one_in - 1), True])


def mostly(weight: int, usual: st.SearchStrategy[T], *others: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """``usual`` in ``weight`` cases for each case of one of the others."""
    return st.sampled_from([*[usual] * weight, *others]).flatmap(lambda strategy: strategy)


def persons(*, adult: bool = False) -> st.SearchStrategy[Person]:
    """Mostly of the ages for which there are limits; now and then younger (unless ``adult``) or older."""
    usual, old = st.integers(18, 59), st.integers(60, 95)
    young = usual if adult else st.integers(8, 17)
    return st.builds(Person, age=mostly(12, usual, old, young), sex=st.sampled_from(Sex))


@st.composite
def safety_answers(draw: st.DrawFn, *, calm: bool = False) -> dict[str, Answer]:
    """Five times in six all no; otherwise one to four questions answered yes or unsure."""
    answers = dict(ALL_CALM)
    if not calm and draw(now_and_then(6)):
        for question in draw(st.lists(st.sampled_from(QUESTIONS), min_size=1, max_size=4, unique=True)):
            answers[question] = draw(YES_LIKE)
    return answers


@st.composite
def pains(draw: st.DrawFn) -> Pain:
    """Pain in the person's own numbers."""
    now = draw(st.integers(0, 10))
    return Pain(
        weeks=draw(st.sampled_from([0.5, 2.0, 6.0, 12.0, 14.0, 30.0, 200.0, 1000.0])),
        now_0_10=now,
        worst_0_10=draw(st.integers(now, 10)),
        brought_on_by=tuple(draw(st.lists(st.sampled_from(TASKS), max_size=4, unique=True))),
        below_knee=draw(now_and_then(6)),
        groin=draw(now_and_then(5)),
        hip_pain_on_weight_bearing=draw(now_and_then(5)),
        morning_stiffness_minutes=draw(st.sampled_from([None, 0.0, 20.0, 60.0, 120.0])),
    )


def functions() -> st.SearchStrategy[Function]:
    """Activities and totals of questionnaires."""
    activity = st.builds(
        SpecificActivity, activity=st.sampled_from(["putting on socks", "an hour at the desk"]), score_0_10=SCORES
    )
    return st.builds(
        Function,
        psfs=st.lists(activity, max_size=2, unique_by=lambda item: item.activity).map(tuple),
        groc=st.sampled_from([None, -3.0, 0.0, 2.0, 5.0]),
        rmdq_0_24=st.sampled_from([None, 0, 7, 20]),
        odi_0_100=st.sampled_from([None, 8.0, 40.0]),
        start_back_risk=st.sampled_from([None, None, "low", "medium", "high"]),
    )


def runs() -> st.SearchStrategy[tuple[Run, ...]]:
    """Up to five runs in the ten weeks before the visit."""
    run = st.builds(
        lambda days, km: Run(date=DATE - dt.timedelta(days=days), km=km), st.integers(0, 70), st.integers(1, 40)
    )
    return st.lists(run, max_size=5).map(tuple)


def lives() -> st.SearchStrategy[Life]:
    """Sitting, training and squatting."""
    return st.builds(
        Life,
        sitting_hours=st.sampled_from([0.5, 2.9, 3.0, 8.0, 14.0]),
        sessions_per_week=st.integers(0, 7),
        coached=st.booleans(),
        squats=st.booleans(),
        runs=runs(),
        load_jumped=st.sampled_from([None, False, True]),
        rotation_sport=st.booleans(),
    )


def beightons() -> st.SearchStrategy[Hypermobility | None]:
    """Mostly not scored or low; now and then at or over the cut-off."""
    scored = st.builds(Hypermobility, beighton_0_9=st.integers(0, 9), history_yes_0_5=st.sampled_from([None, 0, 2, 5]))
    return mostly(2, st.none(), scored)


@st.composite
def resources(draw: st.DrawFn) -> Resources:
    """Any budget of time, equipment and experience, with up to three stop conditions."""
    return Resources(
        minutes_per_day=draw(mostly(3, st.integers(8, 30), st.integers(5, 120))),
        days_per_week=draw(st.integers(1, 7)),
        equipment=tuple(draw(st.lists(st.sampled_from(EQUIPMENT), max_size=len(EQUIPMENT), unique=True))),
        stop_list=tuple(draw(st.lists(st.sampled_from(STOPS), max_size=3, unique=True)))
        if draw(now_and_then(2))
        else (),
        experience=draw(st.sampled_from(["new", "some", "trained"])),
        professional_present=draw(st.booleans()),
        weeks=draw(st.sampled_from([None, 4, 5, 8])),
        start=draw(st.sampled_from([None, DATE, DATE + dt.timedelta(days=9)])),
    )


# --- readings ---------------------------------------------------------------------------------------------------------


def ways(test: TestSpec) -> list[tuple[AllowedMethod, str]]:
    """Every method with each of its protocols."""
    return [(way, variant) for way in test.methods for variant in way.protocols]


def sides_of(test: TestSpec) -> tuple[Side, ...]:
    """The sides on which a test is done."""
    return (Side.LEFT, Side.RIGHT) if test.sided else (Side.BOTH,)


def range_of(test: TestSpec, way: AllowedMethod, variant: str) -> tuple[float, float]:
    """Values that a real person may show: around the limits where there are some, else all that is possible."""
    limits = cuts(PROTOCOL).get((test.id, variant, way.unit), ())
    if not limits:
        return way.minimum, way.maximum
    room = 3 * max(abs(cut.low - cut.limited) for cut in limits)
    all_cuts = [value for cut in limits for value in (cut.low, cut.limited)]
    worse = lower_worse(test.id, PROTOCOL)
    low = min(all_cuts) - (room if worse else 3 * room)
    high = max(all_cuts) + (3 * room if worse else room)
    return max(way.minimum, low), min(way.maximum, high)


@st.composite
def raw_readings(
    draw: st.DrawFn, test: TestSpec, side: Side, way: AllowedMethod, variant: str, *, refused: bool = True
) -> RawReading:
    """What somebody may have typed: one to three trials that lie close together."""
    low, high = range_of(test, way, variant)
    middle = draw(st.floats(low, high).map(lambda value: round(value, 1)))
    further = draw(st.lists(st.integers(-20, 20), max_size=2))
    trials = [middle, *(middle + tenths / 10 for tenths in further)]
    edge = 0.5 if way.trigonometric else 0.0  # rounding a height must not leave the range of angles
    trials = [min(way.maximum - edge, max(way.minimum + edge, value)) for value in trials]
    thigh = None
    if way.trigonometric:
        thigh = draw(st.sampled_from([34.0, 41.0, 50.0]))
        trials = [round(thigh * math.sin(math.radians(value)), 2) for value in trials]
    return RawReading(
        test=test.id,
        side=side,
        method=way.method,
        protocol=variant,
        trials=tuple(trials),
        unit=Unit.CENTIMETRE if way.trigonometric else way.unit,
        thigh_length_cm=thigh,
        refusals=(draw(st.sampled_from(Refusal)),) if refused and draw(now_and_then(15)) else (),
        brings_familiar_pain=draw(st.sampled_from([None, False, True])),
    )


@st.composite
def readings(draw: st.DrawFn, *, refused: bool = True, one_way: bool = False) -> tuple[Reading, ...]:
    """Readings of some tests, mostly on both sides; unless ``one_way``, a test may be measured in two ways."""
    some = st.lists(st.sampled_from(VERDICT_TESTS), unique=True)
    tests = draw(
        mostly(2, st.just(list(VERDICT_TESTS)), some, st.lists(st.sampled_from(sorted(PROTOCOL.tests)), unique=True))
    )
    found: list[Reading] = []
    for name in tests:
        test = PROTOCOL.tests[name]
        variants = [variant.id for variant in test.protocols]
        for variant in variants if draw(now_and_then(2)) else variants[:1]:
            possible = [way for way, place in ways(test) if place == variant]
            judged = [way for way in possible if PROTOCOL.error_of(name, way.method, variant, way.unit)]
            picks = [draw(st.sampled_from(judged or possible))]
            other = draw(st.sampled_from(possible))
            if not one_way and other is not picks[0] and draw(now_and_then(6)):
                picks.append(other)
            for way in picks:
                for side in sides_of(test):
                    if not draw(now_and_then(8)):
                        raw = draw(raw_readings(test, side, way, variant, refused=refused))
                        found.append(read_trials(raw, PROTOCOL, SOURCE))
    return tuple(found)


@st.composite
def observations(draw: st.DrawFn) -> tuple[Observation, ...]:
    """Answers to some questions of some tests; yes means that something was found."""
    found: list[Observation] = []
    for test in PROTOCOL.tests.values():
        for question in test.questions:
            if draw(st.booleans()):
                found.extend(
                    Observation(test=test.id, side=side, question=question.id, answer=draw(now_and_then(6)))
                    for side in sides_of(test)
                )
    return tuple(found)


@st.composite
def visits(draw: st.DrawFn, *, calm: bool = False, one_way: bool = False, date: dt.date = DATE) -> Visit:
    """A whole visit. Most pass the safety gate; with ``calm`` no safety question is answered yes."""
    return Visit(
        date=date,
        safety=draw(safety_answers(calm=calm)),
        pain=draw(pains()),
        function=draw(functions()),
        life=draw(lives()),
        hypermobility=draw(beightons()),
        resources=draw(resources()),
        readings=draw(readings(one_way=one_way)),
        observations=draw(observations()),
    )


# --- made by hand -----------------------------------------------------------------------------------------------------


def reading(
    test: str,
    value: float,
    *,
    side: Side = Side.LEFT,
    method: Method = Method.INCLINOMETER,
    variant: str | None = None,
    **more: Any,
) -> Reading:
    """One reading of a single trial, by default in the first protocol of the test."""
    spec = PROTOCOL.tests[test]
    place = variant or spec.protocols[0].id
    unit = next(way.unit for way, name in ways(spec) if way.method is method and name == place)
    return read_trials(RawReading(test, side, method, place, (value,), unit, **more), PROTOCOL, SOURCE)


def visit(**changes: Any) -> Visit:
    """A calm visit with mild pain and nothing measured."""
    fields: dict[str, Any] = {
        "date": DATE,
        "safety": dict(ALL_CALM),
        "pain": Pain(weeks=30, now_0_10=3, worst_0_10=5, below_knee=False, groin=False),
        "function": Function(),
        "life": Life(sitting_hours=2, sessions_per_week=2, coached=True, squats=False),
        "resources": Resources(minutes_per_day=15, days_per_week=4, stop_list=()),
    }
    return Visit(**{**fields, **changes})
