"""Two visits compared: beyond error or not, the same both ways round."""

import datetime as dt
import math

import pytest
from hypothesis import given, settings

from coxa.errors import ComparisonError
from coxa.model import Change, ChangeLabel, Comparison, Function, Method, Pain, Person, Sex, SpecificActivity, Visit
from coxa.reason import assess, compare
from tests.strategies import DATE, PROTOCOL, persons, reading, visit, visits

LATER = DATE + dt.timedelta(weeks=4)
WOMAN = Person(age=40, sex=Sex.FEMALE)
TURNED = {ChangeLabel.BETTER: ChangeLabel.WORSE, ChangeLabel.WORSE: ChangeLabel.BETTER}


def compared(before: Visit, after: Visit, person: Person = WOMAN) -> Comparison:
    first = before.model_copy(update={"date": DATE})
    second = after.model_copy(update={"date": LATER})
    return compare(assess(person, first, PROTOCOL), first, assess(person, second, PROTOCOL), second, PROTOCOL)


def found(changes: tuple[Change, ...]) -> dict[tuple[str, str, str, str], list[Change]]:
    table: dict[tuple[str, str, str, str], list[Change]] = {}
    for change in changes:
        if change.before is not None and change.after is not None:
            table.setdefault((change.measure, change.name, change.side.value, change.unit), []).append(change)
    return table


@settings(max_examples=80)
@given(persons(adult=True), visits(calm=True, one_way=True), visits(calm=True, one_way=True))
def test_change_is_the_same_both_ways_round(person: Person, one: Visit, two: Visit) -> None:
    two = two.model_copy(update={"hypermobility": one.hypermobility})
    there, back = compared(one, two, person), compared(two, one, person)
    for forwards, backwards in (
        (found(there.tests), found(back.tests)),
        (found(there.outcomes), found(back.outcomes)),
    ):
        assert forwards.keys() == backwards.keys()
        for key, several in forwards.items():
            for a, b in zip(several, backwards[key], strict=True):
                assert (a.before, a.after) == (b.after, b.before)
                assert b.label is TURNED.get(a.label, a.label), (a, b)
                assert a.mdc95 == b.mdc95
                if a.difference is not None and b.difference is not None:
                    assert a.difference == pytest.approx(-b.difference)


@settings(max_examples=60)
@given(persons(adult=True), visits(calm=True))
def test_compared_with_itself_nothing_changed(person: Person, one: Visit) -> None:
    one = one.model_copy(update={"function": one.function.model_copy(update={"groc": None})})
    same = compared(one, one, person)
    for change in (*same.tests, *same.outcomes):
        assert change.label in (ChangeLabel.NO_DETECTABLE_CHANGE, ChangeLabel.NOT_COMPARABLE)
        assert change.difference in (0.0, None)
    assert same.success is None


# --- by hand ----------------------------------------------------------------------------------------------------------


def knee(value: float, method: Method = Method.GONIOMETER) -> Visit:
    return visit(readings=(reading("active_knee_extension", value, method=method),))


@pytest.mark.parametrize(
    ("after", "label"),
    [
        (50.0, ChangeLabel.NO_DETECTABLE_CHANGE),
        (38.1, ChangeLabel.NO_DETECTABLE_CHANGE),
        (37.9, ChangeLabel.BETTER),  # 12.1° less deficit; MDC95 is 12° for one trial
        (61.9, ChangeLabel.NO_DETECTABLE_CHANGE),
        (62.1, ChangeLabel.WORSE),
    ],
)
def test_a_change_is_real_only_beyond_the_published_mdc(after: float, label: ChangeLabel) -> None:
    (change,) = compared(knee(50.0), knee(after)).tests
    assert change.mdc95 == pytest.approx(12.0, abs=1e-3)
    assert change.label is label
    assert change.difference == pytest.approx(after - 50.0)


def test_both_errors_count() -> None:
    one = visit(readings=(reading("straight_leg_raise", 60.0),))
    (change,) = compared(one, visit(readings=(reading("straight_leg_raise", 68.0),))).tests
    assert change.mdc95 == pytest.approx(1.96 * math.hypot(2.6, 2.6), abs=1e-3)
    assert change.label is ChangeLabel.BETTER


def test_another_method_is_not_compared() -> None:
    (change,) = compared(knee(60.0), knee(20.0, Method.INCLINOMETER)).tests
    assert change.label is ChangeLabel.NOT_COMPARABLE
    assert "different methods" in change.say


def test_a_test_without_a_better_end_only_changes() -> None:
    one, two = (visit(readings=(reading("hip_flexion_knee_bent", value),)) for value in (90.0, 130.0))
    (change,) = compared(one, two).tests
    assert change.label is ChangeLabel.BETTER
    loose = {"hypermobility": {"beighton_0_9": 9}}
    (loosened,) = compared(
        Visit.model_validate({**one.model_dump(), **loose}), Visit.model_validate({**two.model_dump(), **loose})
    ).tests
    assert loosened.label is ChangeLabel.CHANGED


def pain(now: float) -> Visit:
    return visit(pain=Pain(weeks=30, now_0_10=now, worst_0_10=10, below_knee=False, groin=False))


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        (6, 4, ChangeLabel.BETTER),
        (6, 4.1, ChangeLabel.NO_DETECTABLE_CHANGE),
        (3, 5, ChangeLabel.WORSE),
        (5.4, 3.4, ChangeLabel.BETTER),
        (4.4, 2.4, ChangeLabel.BETTER),
        (2.4, 4.4, ChangeLabel.WORSE),
    ],
)
def test_pain_changes_by_two_points(before: float, after: float, label: ChangeLabel) -> None:
    change = compared(pain(before), pain(after)).outcomes[0]
    assert change.measure == "nprs"
    assert change.label is label


def activities(*scores: float) -> Visit:
    items = tuple(SpecificActivity(activity=f"task {i}", score_0_10=score) for i, score in enumerate(scores))
    return visit(function=Function(psfs=items))


def test_one_activity_needs_three_points_and_their_mean_two() -> None:
    labels = {(c.measure, c.name): c.label for c in compared(activities(1, 2, 3), activities(3, 4, 5)).outcomes}
    assert labels["psfs_mean", PROTOCOL.outcomes["psfs_mean"].name] is ChangeLabel.BETTER
    assert labels["psfs_single", "Task 0"] is ChangeLabel.NO_DETECTABLE_CHANGE
    labels = {(c.measure, c.name): c.label for c in compared(activities(1), activities(4)).outcomes}
    assert labels["psfs_single", "Task 0"] is ChangeLabel.BETTER


def test_a_mean_of_exactly_two_points_is_a_change_whatever_the_thirds() -> None:
    change = next(
        c for c in compared(activities(0, 0.1, 0.1), activities(2, 2.1, 2.1)).outcomes if c.measure == "psfs_mean"
    )
    assert change.label is ChangeLabel.BETTER


def test_visits_in_the_wrong_order_are_refused() -> None:
    one, two = assess(WOMAN, visit(), PROTOCOL), assess(WOMAN, visit(date=LATER), PROTOCOL)
    with pytest.raises(ComparisonError, match="must be later"):
        compare(two, visit(date=LATER), one, visit(), PROTOCOL)
