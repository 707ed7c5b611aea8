"""A person whose left and right are swapped gets the mirrored assessment, plan and comparison, and nothing else."""

import datetime as dt

from hypothesis import given, settings

from coxa.model import Person, Side, Visit
from coxa.plan import prescribe
from coxa.reason import assess, compare
from tests.mirror import mirror, mirrored_visit, plain, text
from tests.strategies import DATE, PROTOCOL, persons, reading, visit, visits


@settings(max_examples=120)
@given(persons(), visits())
def test_swapping_the_sides_mirrors_assessment_and_plan(person: Person, one: Visit) -> None:
    other = mirrored_visit(one)
    here, there = assess(person, one, PROTOCOL), assess(person, other, PROTOCOL)
    assert plain(there) == mirror(here)
    assert [c.id for c in there.contributors] == [c.id for c in here.contributors]
    plans = prescribe(here, one, PROTOCOL), prescribe(there, other, PROTOCOL)
    assert plain(plans[1]) == mirror(plans[0])
    assert [s.date for s in plans[1].sessions] == [s.date for s in plans[0].sessions]


@settings(max_examples=40)
@given(persons(adult=True), visits(calm=True), visits(calm=True, date=DATE + dt.timedelta(weeks=4)))
def test_swapping_the_sides_mirrors_a_comparison(person: Person, one: Visit, two: Visit) -> None:
    def compared(first: Visit, second: Visit) -> object:
        return compare(assess(person, first, PROTOCOL), first, assess(person, second, PROTOCOL), second, PROTOCOL)

    both = compare(assess(person, one, PROTOCOL), one, assess(person, two, PROTOCOL), two, PROTOCOL)
    assert plain(both).keys() == mirror(both).keys()
    first, second = mirrored_visit(one), mirrored_visit(two)
    swapped = compare(assess(person, first, PROTOCOL), first, assess(person, second, PROTOCOL), second, PROTOCOL)
    assert plain(swapped) == mirror(both)


def test_the_mirror_itself() -> None:
    assert text("Left: 40°, right side.", swap=True) == "Right: 40°, left side"
    assert text("a bright aftermath", swap=True) == "a bright aftermath"
    assert text("left 40°, right 60°; more", swap=True) == text("left 60°, right 40°; more", swap=False)
    one = visit(readings=(reading("active_knee_extension", 60.0), reading("straight_leg_raise", 50, side=Side.RIGHT)))
    assert mirrored_visit(one) != one
    assert mirrored_visit(mirrored_visit(one)) == one
    person = Person.model_validate({"age": 30, "sex": "male"})
    assert plain(assess(person, one, PROTOCOL)) != plain(assess(person, mirrored_visit(one), PROTOCOL))
