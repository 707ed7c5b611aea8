"""Trials, plateaus and peaks, on angles whose true end positions are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coxa.measure.end_range import EndRange, find_end_range
from coxa.motion import FloatArray


def movement(
    end: float,
    *,
    rate: float = 15.0,
    rest: float = 0.0,
    hold: float = 2.0,
    reps: int = 1,
    rise: float = 2.0,
    noise: float = 0.0,
    seed: int = 0,
) -> tuple[FloatArray, FloatArray]:
    """Rest 1 s, a raised-cosine rise, a hold, the way back; ``reps`` times with a pause of 1 s."""
    corners, now = [(0.0, rest)], 0.0
    shapes: list[tuple[float, float, float, float]] = []
    for _ in range(reps):
        for seconds, start, stop in ((1.0, rest, rest), (rise, rest, end), (hold, end, end), (rise, end, rest)):
            shapes.append((now, seconds, start, stop))
            now += seconds
            corners.append((now, stop))
    times = np.arange(0.0, now + 1.0, 1.0 / rate)
    angle = np.full(times.size, rest)
    for begin, seconds, start, stop in shapes:
        inside = (times >= begin) & (times < begin + seconds)
        phase = (times[inside] - begin) / seconds
        angle[inside] = start + (stop - start) * (0.5 - 0.5 * np.cos(np.pi * phase))
    return times, angle + np.random.default_rng(seed).normal(0.0, noise, times.size)


def only(found: EndRange) -> float:
    assert len(found.trials) == 1, found
    assert found.unheld == 0
    return found.trials[0].value


@given(end=st.floats(20.0, 130.0), rate=st.sampled_from([10.0, 15.0, 30.0, 100.0]), hold=st.floats(1.2, 4.0))
def test_a_held_end_is_exact_without_noise(end: float, rate: float, hold: float) -> None:
    assert only(find_end_range(*movement(end, rate=rate, hold=hold), "highest", hold_seconds=1.0)) == pytest.approx(
        end, abs=0.3
    )


@pytest.mark.parametrize("seed", range(20))
def test_noise_and_tremor_do_not_shift_it(seed: int) -> None:
    times, angle = movement(70.0, noise=1.0, seed=seed)
    angle += 0.8 * np.sin(2 * np.pi * 5.0 * times)
    found = find_end_range(times, angle, "highest", hold_seconds=1.0)
    assert only(found) == pytest.approx(70.0, abs=1.0)
    assert found.trials[0].held_seconds >= 1.0


def test_each_repetition_is_a_trial() -> None:
    found = find_end_range(*movement(60.0, reps=3, noise=0.5), "highest", hold_seconds=1.0)
    assert [round(trial.value) for trial in found.trials] == [60, 60, 60]


def test_lowest_is_for_deficits() -> None:
    times, angle = movement(25.0, rest=90.0)
    assert only(find_end_range(times, angle, "lowest", hold_seconds=1.0)) == pytest.approx(25.0, abs=0.3)


def test_what_hangs_still_is_one_reading() -> None:
    times = np.arange(0.0, 4.0, 1 / 15)
    angle = -8.0 + 0.5 * np.sin(times)
    assert only(find_end_range(times, angle, "steady", hold_seconds=1.0)) == pytest.approx(-8.0, abs=0.5)


def test_a_clip_without_movement_shows_nothing_unless_a_limb_may_hang() -> None:
    """A leg that just lies there is no straight leg raise of 0 degrees."""
    times = np.arange(0.0, 4.0, 1 / 15)
    angle = 1.0 + 0.8 * np.sin(times)
    for end in ("highest", "lowest", "peak"):
        assert find_end_range(times, angle, end, hold_seconds=1.0).trials == ()
    assert only(find_end_range(times, angle, "lowest", hold_seconds=1.0, still_counts=True)) == pytest.approx(1, abs=1)


@pytest.mark.parametrize("end", [5.0, 6.0, 9.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_small_movement_is_told_from_its_rest(end: float, seed: int) -> None:
    found = find_end_range(*movement(end, noise=0.3, seed=seed), "highest", hold_seconds=1.0)
    assert only(found) == pytest.approx(end, abs=0.5)


@pytest.mark.parametrize("hold", [0.0, 0.3])
def test_a_swing_without_a_hold_is_no_trial(hold: float) -> None:
    found = find_end_range(*movement(80.0, hold=hold, rise=1.0, rate=30.0), "highest", hold_seconds=1.0)
    assert found.trials == ()
    assert found.unheld == 1


def test_a_pause_on_the_way_to_a_swing_is_no_end() -> None:
    times, first = movement(40.0, hold=2.0, rate=30.0)
    bump = 35.0 * np.exp(-(((times - 5.2) / 0.3) ** 2))
    found = find_end_range(times, first + bump, "highest", hold_seconds=1.0)
    assert found.trials == ()


@pytest.mark.parametrize("turn", [0.6, 1.0, 2.0])
def test_a_peak_is_not_flattened(turn: float) -> None:
    times = np.arange(0.0, 2.0 + 2 * turn, 1 / 30)
    angle = np.where(np.abs(times - 1 - turn) < turn, 45 + 45 * np.cos(np.pi * (times - 1 - turn) / turn), 0.0)
    assert only(find_end_range(times, angle, "peak", hold_seconds=1.0)) == pytest.approx(90.0, abs=2.5)


def test_lost_frames_and_wild_landmarks_are_left_out() -> None:
    times, angle = movement(70.0)
    angle[[5, 40, 55, 62]] += 45.0
    angle[50:54] = np.nan
    assert only(find_end_range(times, angle, "highest", hold_seconds=1.0)) == pytest.approx(70.0, abs=0.3)


def test_a_hold_that_was_mostly_not_seen_is_none() -> None:
    times, angle = movement(70.0)
    angle[(times > 3.1) & (times < 4.9)] = np.nan
    assert find_end_range(times, angle, "highest", hold_seconds=1.0).trials == ()


def test_nothing_seen() -> None:
    times = np.arange(0.0, 3.0, 0.1)
    assert find_end_range(times, np.full(times.size, np.nan), "highest", hold_seconds=1.0).trials == ()


def test_top_speed() -> None:
    found = find_end_range(*movement(90.0, rise=1.0, rate=30.0), "highest", hold_seconds=1.0)
    assert found.trials[0].top_speed == pytest.approx(90 * np.pi / 2, rel=0.1)
