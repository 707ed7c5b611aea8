"""Regions, anchors and candidates, against geometry that can be worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coxa.motion.regions import DETECTOR_SIDE, Region, anchors, candidates, letterbox, sigmoid, suppress

REGIONS = st.builds(
    Region, st.floats(-500, 2500), st.floats(-500, 2500), st.floats(20, 3000), st.floats(-math.pi, math.pi)
)


def test_anchors() -> None:
    grid = anchors()
    assert grid.shape == (28 * 28 * 2 + 14 * 14 * 2 + 7 * 7 * 6, 2)
    assert grid[0] == pytest.approx([0.5 / 28, 0.5 / 28])
    assert grid[2] == pytest.approx([1.5 / 28, 0.5 / 28])  # along the row first, two at each place
    assert grid[28 * 28 * 2 + 28 * 2 // 2] == pytest.approx([0.5 / 14, 1.5 / 14])
    assert grid[-1] == pytest.approx([6.5 / 7, 6.5 / 7])


@pytest.mark.parametrize(
    ("edge", "angle"),
    [((100, 20), 0.0), ((180, 100), math.pi / 2), ((20, 100), -math.pi / 2), ((156.57, 43.43), 0.7854)],
)
def test_region_is_turned_with_the_person(edge: tuple[float, float], angle: float) -> None:
    region = Region.around((100, 100), edge)
    assert (region.x, region.y, region.size) == pytest.approx((100, 100, 200), abs=0.01)
    assert region.angle == pytest.approx(angle, abs=1e-4)


def test_the_head_is_up_in_the_models_input() -> None:
    """Whatever way the person lies, the edge of the circle (beyond the head) is straight above the middle."""
    for turn in np.linspace(-3, 3, 13):
        edge = np.array([400 + 100 * math.cos(turn), 300 + 100 * math.sin(turn)])
        matrix = Region.around((400, 300), edge).to_picture()
        seen = np.linalg.solve(matrix[:, :2], edge - matrix[:, 2])
        assert seen == pytest.approx([128, 128 - 128 / 1.25], abs=1e-6)


@given(REGIONS)
def test_middle_and_corners_of_the_input(region: Region) -> None:
    matrix = region.to_picture()
    middle = matrix @ [128, 128, 1]
    assert middle == pytest.approx([region.x, region.y], abs=1e-6)
    corner, side = matrix @ [0, 0, 1], matrix @ [256, 0, 1]
    assert math.dist(corner, side) == pytest.approx(region.size)
    assert math.dist(corner, middle) == pytest.approx(region.size / math.sqrt(2))


@given(REGIONS, REGIONS)
def test_overlap(one: Region, other: Region) -> None:
    assert one.overlap(one) == pytest.approx(1.0)
    assert one.overlap(other) == pytest.approx(other.overlap(one))
    assert 0.0 <= one.overlap(other) <= 1.0 + 1e-9


def test_overlap_of_halves() -> None:
    assert Region(50, 50, 100, 0).overlap(Region(100, 50, 100, 1)) == pytest.approx(1 / 3)
    assert Region(50, 50, 100, 0).overlap(Region(150, 50, 100, 0)) == 0.0


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (500, 500)])
def test_letterbox_holds_the_whole_picture_in_the_middle(width: int, height: int) -> None:
    matrix = letterbox(width, height)
    low, high = matrix @ [0, 0, 1], matrix @ [width, height, 1]
    assert low + high == pytest.approx([DETECTOR_SIDE, DETECTOR_SIDE])
    assert max(high - low) == pytest.approx(DETECTOR_SIDE)


def test_suppression_groups_by_person() -> None:
    low = np.array([[0.0, 0.0], [0.5, 0.0], [10.0, 10.0], [0.2, 0.1], [10.1, 10.0]])
    groups = suppress(low, low + 4, np.array([0.6, 0.9, 0.7, 0.8, 0.95]))
    assert [sorted(group.tolist()) for group in groups] == [[2, 4], [0, 1, 3]]
    assert [int(group[0]) for group in groups] == [4, 1]


def test_suppression_ends_with_boxes_of_no_size() -> None:
    low = np.zeros((3, 2))
    assert len(suppress(low, low, np.array([0.6, 0.9, 0.7]))) == 3
    assert suppress(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0)) == []


def test_candidates_are_where_the_detector_points() -> None:
    """Two people in a 448 x 224 picture: each is seen by two anchors, whose points are averaged by score."""
    matrix = letterbox(448, 224)
    centres = np.array([[0.25, 0.5], [0.25, 0.5], [0.75, 0.5]])
    raw = np.zeros((3, 12), dtype=np.float32)
    raw[:, 2:4] = 40  # boxes, in pixels of the input
    raw[:, 7] = -20  # the circle's edge is 20 px above its middle
    raw[1, 4] = 3.0
    first, second = candidates(raw, np.array([0.9, 0.6, 0.8]), centres, matrix)
    assert first.score == 0.9
    # Anchors at a quarter and three quarters of the width; 3 px of the input are 6 px of the picture, weight 0.4.
    assert (first.region.x, first.region.y) == pytest.approx((0.25 * 448 + 6 * 0.4, 112), abs=1e-3)
    assert (second.region.x, second.region.y, second.region.size) == pytest.approx((0.75 * 448, 112, 100), abs=1e-3)


def test_candidates_without_size_are_left_out() -> None:
    raw = np.zeros((1, 12), dtype=np.float32)
    assert candidates(raw, np.array([0.9]), np.array([[0.5, 0.5]]), letterbox(100, 100)) == []


def test_sigmoid_does_not_overflow() -> None:
    values = np.array([-1e30, -50, 0, 50, 1e30], dtype=np.float32)
    assert sigmoid(values) == pytest.approx([0, 0, 0.5, 1, 1], abs=1e-12)
