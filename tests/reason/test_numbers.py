"""The few formulas, against numbers that were worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coxa.measure import RawReading, read_trials
from coxa.measure.typed import standard_error
from coxa.model import Method, Side, Unit
from coxa.protocol.schema import MeasurementError
from coxa.reason.numbers import bounds, extension, in_words, normal_cdf, pair, probability_beyond, rotation
from tests.strategies import PROTOCOL, SOURCE

CHANCES = st.floats(0.0, 1.0)
SIX = st.tuples(CHANCES, CHANCES, CHANCES, CHANCES, CHANCES, CHANCES)
TRIALS = st.lists(st.floats(-90, 170), min_size=1, max_size=5).map(tuple)


def error_of(sem: float, repeat: float | None) -> MeasurementError:
    return MeasurementError(
        id="made_up",
        test="x",
        method=Method.GONIOMETER,
        protocols=("p",),
        unit=Unit.DEGREE,
        sem=sem,
        sem_repeat=repeat,
        basis="published",
        source="made up",
        verified="read",
        note="made up",
    )


ERRORS = st.tuples(st.floats(0.5, 12.0), st.none() | st.floats(0.05, 1.0)).map(
    lambda drawn: error_of(drawn[0], None if drawn[1] is None else drawn[0] * drawn[1])
)


# --- probability of being beyond a cut --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "cut", "sem", "lower", "p"),
    [
        (50.0, 50.0, 3.0, True, 0.5),
        (50.0, 50.0, 3.0, False, 0.5),
        (60.0, 50.0, 5.0, False, 0.97725),  # two standard errors beyond
        (60.0, 50.0, 5.0, True, 0.02275),
        (47.0, 50.0, 3.0, True, 0.84134),  # one
        (54.92, 50.0, 3.0, False, 0.9495),  # 1.64
        (50.0 + 3.0 * 1.2816, 50.0, 3.0, False, 0.9),  # where a finding is named
        (-20.0, 0.0, 3.0, False, 1.3e-11),
    ],
)
def test_probability_beyond(value: float, cut: float, sem: float, lower: bool, p: float) -> None:
    assert probability_beyond(value, cut, sem, lower_is_worse=lower) == pytest.approx(p, abs=5e-5)


@given(st.floats(-200, 200), st.floats(-200, 200), st.floats(0.1, 20))
def test_beyond_on_one_side_is_not_beyond_on_the_other(value: float, cut: float, sem: float) -> None:
    one = probability_beyond(value, cut, sem, lower_is_worse=True)
    other = probability_beyond(value, cut, sem, lower_is_worse=False)
    assert 0.0 <= one <= 1.0
    assert one + other == pytest.approx(1.0)


def test_the_distribution_function_takes_whole_numbers_and_far_tails() -> None:
    assert normal_cdf(0) == 0.5
    assert normal_cdf(-40.0) == pytest.approx(0.0, abs=1e-300)
    assert normal_cdf(40.0) == 1.0


def test_a_probability_is_never_told_as_0_or_1() -> None:
    assert [in_words(p) for p in (0.0, 0.004, 0.006, 0.5, 0.994, 0.999, 1.0)] == [
        "less than 0.01",
        "less than 0.01",
        "0.01",
        "0.50",
        "0.99",
        "more than 0.99",
        "more than 0.99",
    ]


# --- error of a mean of trials ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sem", "repeat", "trials", "expected"),
    [
        (5.0, 3.0, (10.0,), 5.0),
        (5.0, 3.0, (10.0, 10.0, 10.0), 4.3589),  # √(16 + 9/3)
        (5.0, 3.0, (7.0, 10.0, 13.0), 4.3589),  # s = 3, as published
        (5.0, 3.0, (0.0, 10.0, 20.0), 7.0238),  # s = 10: √(16 + 100/3)
        (5.0, 5.0, (10.0, 10.0), 3.5355),  # all of it is repeat error: 5/√2
        (2.6, None, (10.0, 10.0, 10.0), 2.6),  # the repeat part is not known: more trials earn nothing
        (2.6, None, (0.0, 10.0, 20.0), 5.7735),  # 10/√3
        (12 / (1.96 * math.sqrt(2)), 2.6, (40.0, 40.0, 40.0), 3.7730),  # active knee extension
    ],
)
def test_standard_error(sem: float, repeat: float | None, trials: tuple[float, ...], expected: float) -> None:
    assert standard_error(error_of(sem, repeat), trials) == pytest.approx(expected, abs=5e-5)


def test_no_known_error_is_no_error_of_zero() -> None:
    assert standard_error(None, (10.0, 11.0)) is None


@given(ERRORS, st.floats(-90, 170), st.integers(1, 4))
def test_more_trials_never_widen_the_error(error: MeasurementError, value: float, n: int) -> None:
    """Trials that scatter no more than published."""
    fewer, more = standard_error(error, (value,) * n), standard_error(error, (value,) * (n + 1))
    assert fewer is not None
    assert more is not None
    assert more <= fewer + 1e-9
    assert fewer <= error.standard_error + 1e-9


@given(ERRORS, TRIALS, st.floats(1.0, 4.0))
def test_wider_scatter_never_narrows_the_error(
    error: MeasurementError, trials: tuple[float, ...], factor: float
) -> None:
    middle = math.fsum(trials) / len(trials)
    near = standard_error(error, trials)
    far = standard_error(error, tuple(middle + factor * (trial - middle) for trial in trials))
    assert near is not None
    assert far is not None
    assert far >= near - 1e-9


@given(ERRORS, TRIALS)
def test_trials_never_take_away_what_repeating_cannot_reduce(
    error: MeasurementError, trials: tuple[float, ...]
) -> None:
    found = standard_error(error, trials)
    stays = math.sqrt(max(0.0, error.standard_error**2 - (error.sem_repeat or 0.0) ** 2))
    assert found is not None
    assert found >= stays - 1e-9


# --- modified Thomas by tape ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("height", "thigh", "angle"), [(0.0, 40.0, 0.0), (20.0, 40.0, 30.0), (-20.0, 40.0, -30.0), (-9.0, 41.0, -12.680)]
)
def test_trigonometry(height: float, thigh: float, angle: float) -> None:
    raw = RawReading(
        "modified_thomas_hip",
        Side.LEFT,
        Method.TAPE,
        "pelvis_held",
        (height, height, height),
        Unit.CENTIMETRE,
        thigh_length_cm=thigh,
    )
    reading = read_trials(raw, PROTOCOL, SOURCE)
    assert reading.value == pytest.approx(angle, abs=5e-4)
    assert reading.unit is Unit.DEGREE
    assert reading.sem == pytest.approx(9.61 * math.sqrt(0.1), abs=5e-4)


# --- paired tests -----------------------------------------------------------------------------------------------------


def test_pair() -> None:
    assert pair(0.8, 0.1) == pytest.approx({"flexibility": 0.72, "mobility": 0.02, "both": 0.08, "clear": 0.18})


def test_extension() -> None:
    assert extension(0.9, 0.9, 0.1, 0.5) == pytest.approx(
        {
            "rectus_femoris": 0.09,
            "tensor_fasciae_latae": 0.729,
            "iliopsoas_or_capsule": 0.081,
            "flexibility": 0.8595,
            "mobility": 0.0405,
            "clear": 0.1,
        }
    )


@pytest.mark.parametrize(
    ("chances", "named"),
    [
        ((1.0, 0.0, 0.5, 0.5), "rectus_femoris"),  # drops with the knee straight
        ((1.0, 1.0, 0.0, 0.5), "tensor_fasciae_latae"),  # drops when abducted
        ((1.0, 1.0, 1.0, 0.5), "iliopsoas_or_capsule"),  # stays up whatever is done
        ((0.0, 1.0, 1.0, 1.0), "clear"),
    ],
)
def test_extension_names_the_muscle(chances: tuple[float, float, float, float], named: str) -> None:
    assert extension(*chances)[named] == 1.0


def test_rotation() -> None:
    assert rotation(0.1, 0.2, 0.9, 0.8, 0.05, 0.1) == pytest.approx(
        {"flexibility": 0.26, "mobility": 0.02, "bony_pattern": 0.519408, "clear": 0.200592}
    )


@pytest.mark.parametrize(
    ("chances", "named"),
    [
        ((1, 1, 0.5, 0.5, 0.5, 0.5), "mobility"),  # both arcs small
        ((1, 0, 0.5, 0.5, 0.5, 0.5), "flexibility"),  # one of two positions
        ((0, 0, 1, 1, 0, 0), "bony_pattern"),  # usual arcs, inward limited in both positions
        ((0, 0, 0, 0, 1, 1), "bony_pattern"),  # the same, outward
        ((0, 0, 1, 0, 0, 1), "clear"),  # not the same direction
        ((0, 0, 0, 0, 0, 0), "clear"),
    ],
)
def test_rotation_tells_joint_muscle_and_bone_apart(chances: tuple[float, ...], named: str) -> None:
    assert rotation(*chances)[named] == 1.0


@given(SIX)
def test_every_formula_sums_to_one(p: tuple[float, float, float, float, float, float]) -> None:
    whole = ("flexibility", "mobility", "both", "bony_pattern", "clear")
    for outcome in (pair(*p[:2]), extension(*p[:4]), rotation(*p)):
        assert math.fsum(outcome.get(key, 0.0) for key in whole) == pytest.approx(1.0)
        assert all(-1e-12 <= value <= 1 + 1e-12 for value in outcome.values())


# --- what is not known ------------------------------------------------------------------------------------------------


def test_bounds_with_a_missing_joint_test() -> None:
    low, high = bounds(pair, [(0.8, 0.8), (0.0, 1.0)])
    assert low == pytest.approx({"flexibility": 0.0, "mobility": 0.0, "both": 0.0, "clear": 0.0})
    assert high == pytest.approx({"flexibility": 0.8, "mobility": 0.2, "both": 0.8, "clear": 0.2})


def test_bounds_of_the_conventions_example() -> None:
    """Bending with the knee bent is fine (0.03) and there is no length test: mobility and both are ruled out."""
    _, high = bounds(pair, [(0.0, 1.0), (0.03, 0.03)])
    assert high["mobility"] <= 0.1
    assert high["both"] <= 0.1
    assert high["flexibility"] == high["clear"] == pytest.approx(0.97)


def test_bounds_of_what_is_all_known() -> None:
    low, high = bounds(pair, [(0.8, 0.8), (0.1, 0.1)])
    assert low == pytest.approx(high)


@given(SIX, st.lists(st.booleans(), min_size=6, max_size=6))
def test_the_truth_lies_within_the_bounds(
    p: tuple[float, float, float, float, float, float], known: list[bool]
) -> None:
    low, high = bounds(rotation, [(v, v) if k else (0.0, 1.0) for v, k in zip(p, known, strict=True)])
    for key, value in rotation(*p).items():
        assert low[key] - 1e-12 <= value <= high[key] + 1e-12
