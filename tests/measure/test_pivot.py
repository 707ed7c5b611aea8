"""Where a limb turned: on made-up limbs whose joint is known, also when it is seen beside itself."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coxa.measure.pivot import fit_circle, with_pivot
from coxa.measure.planar import PlanarBody, thigh_elevation
from coxa.model import Side
from coxa.motion import FloatArray
from tests.measure.bodies import course

LENGTH = 80.0
HIP = np.array([300.0, 200.0])


def limb(degrees: FloatArray, length: float = LENGTH) -> FloatArray:
    """The lower end of a limb that hangs on HIP, y up, at these degrees above level."""
    return HIP + length * np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)


def seconds(frames: int, rate: float = 10.0) -> FloatArray:
    return np.arange(frames) / rate


def body(degrees: FloatArray, beside: FloatArray) -> PlanarBody:
    """Somebody who lies with the feet to the right, the hips seen beside the joint."""
    knee = limb(degrees)
    hip = HIP + np.broadcast_to(beside, knee.shape)
    points = {"hip": hip, "knee": knee, "ankle": limb(degrees, 2 * LENGTH), "shoulder": hip - [120.0, 0.0]}
    return PlanarBody(seconds(degrees.size), Side.LEFT, points, points)


@given(end=st.floats(30.0, 130.0), start=st.floats(-20.0, 10.0))
def test_a_joint_that_is_seen_where_it_is_stays_there(start: float, end: float) -> None:
    degrees = course(start, end)
    circle = fit_circle(seconds(degrees.size), np.tile(HIP, (degrees.size, 1)), limb(degrees))
    assert circle is not None
    assert circle.centre == pytest.approx(HIP, abs=1e-3)
    assert circle.radius == pytest.approx(LENGTH, abs=1e-3)
    assert circle.frames.all()


@given(angle=st.floats(0.0, 360.0), share=st.floats(0.02, 0.12))
def test_a_joint_that_is_seen_beside_itself_is_put_back_by_a_wide_arc(angle: float, share: float) -> None:
    """115 degrees, as in the Thomas test: the worst way round, about half of the error goes."""
    beside = share * LENGTH * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    degrees = course(110.0, -5.0)
    seen = body(degrees, beside)
    placed = with_pivot(seen, "hip")
    assert np.linalg.norm(placed.tested["hip"][0] - HIP) < 0.55 * np.linalg.norm(beside)
    held = slice(40, 50)
    before, after = (np.abs(np.median(thigh_elevation(one)[held]) + 5.0) for one in (seen, placed))
    assert after < 0.55 * before + 1.0


def test_the_way_it_is_filmed_makes_no_difference() -> None:
    degrees, beside = course(110.0, -5.0), np.array([4.0, 6.0])
    frames = degrees.size
    here = fit_circle(seconds(frames), np.tile(HIP + beside, (frames, 1)), limb(degrees))
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    there = fit_circle(
        seconds(frames), 3.0 * np.tile(HIP + beside, (frames, 1)) @ turn.T + 50.0, 3.0 * limb(degrees) @ turn.T + 50.0
    )
    assert here is not None
    assert there is not None
    assert there.radius == pytest.approx(3.0 * here.radius, rel=0.02)
    assert there.centre == pytest.approx(3.0 * turn @ here.centre + 50.0, abs=3.0)


def test_a_limb_that_hangs_still_leaves_the_joint_where_it_is_seen() -> None:
    degrees = np.full(60, -8.0)
    seen = body(degrees, np.array([3.0, 5.0]))
    assert with_pivot(seen, "hip").tested["hip"][30] == pytest.approx(HIP + np.array([3.0, 5.0]), abs=0.5)


def test_wrong_and_missing_pictures_hardly_count() -> None:
    degrees = course(110.0, -5.0)
    random = np.random.default_rng(7)
    knee = limb(degrees) + random.normal(0, 0.8, (degrees.size, 2))
    hip = np.tile(HIP, (degrees.size, 1)) + random.normal(0, 0.8, (degrees.size, 2))
    wild = random.choice(degrees.size, degrees.size // 10, replace=False)
    knee[wild] = HIP + random.normal(0, 150.0, (wild.size, 2))
    gone = random.choice(degrees.size, degrees.size // 4, replace=False)
    knee[gone] = np.nan
    circle = fit_circle(seconds(degrees.size), hip, knee)
    assert circle is not None
    assert circle.centre == pytest.approx(HIP, abs=0.05 * LENGTH)
    assert not circle.frames[gone].any()


def test_somebody_who_walks_to_the_table_first_is_fitted_where_they_lie() -> None:
    degrees = course(110.0, -5.0)
    lying = np.tile(HIP, (degrees.size, 1))
    walking = np.linspace([0.0, 300.0], [250.0, 260.0], 20)
    hip = np.concatenate([walking, lying])
    knee = np.concatenate([walking - [0.0, LENGTH], limb(degrees)])
    circle = fit_circle(seconds(hip.shape[0]), hip, knee)
    assert circle is not None
    assert circle.centre == pytest.approx(HIP, abs=1.0)
    assert not circle.frames[:20].any()


@pytest.mark.parametrize(
    ("joint", "end"),
    [
        (np.full((40, 2), np.nan), np.zeros((40, 2))),
        (np.zeros((40, 2)), np.zeros((40, 2))),
        (np.full((40, 2), np.inf), np.full((40, 2), -np.inf)),
        (np.zeros((3, 2)), np.ones((3, 2))),
        (np.zeros((0, 2)), np.zeros((0, 2))),
    ],
)
def test_nothing_to_fit_is_no_circle(joint: FloatArray, end: FloatArray) -> None:
    assert fit_circle(seconds(joint.shape[0]), joint, end) is None


@given(seed=st.integers(0, 200))
def test_nonsense_gives_numbers_or_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    joint, end = random.normal(0, 10.0 ** random.integers(-3, 6), (2, 30, 2))
    joint[random.random(30) < 0.3] = np.nan
    end[random.random(30) < 0.3] = np.inf
    circle = fit_circle(np.zeros(30), joint, end)
    assert circle is None or (np.isfinite(circle.centre).all() and np.isfinite(circle.radius))


def test_a_minute_of_video_takes_less_than_a_second() -> None:
    degrees = np.tile(course(110.0, -5.0), 30)[:1800]
    random = np.random.default_rng(1)
    knee = limb(degrees) + random.normal(0, 2.0, (1800, 2))
    start = time.perf_counter()
    assert fit_circle(seconds(1800, 30.0), np.tile(HIP + np.array([5.0, 5.0]), (1800, 1)), knee) is not None
    assert time.perf_counter() - start < 1.0
