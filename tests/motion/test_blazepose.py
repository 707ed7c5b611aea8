"""The models' input and output: nothing is shifted by half a pixel, and left and right are the person's."""

import math
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coxa.errors import UnavailableError
from coxa.motion import weights
from coxa.motion.blazepose import LANDMARKS, BlazePose, Picture, cut, refine
from coxa.motion.regions import LANDMARK_SIDE, Region


def blob(x: float, y: float, spread: float, width: int, height: int) -> Picture:
    """A bright round spot whose centre of mass is at (x, y)."""
    columns, rows = np.arange(width), np.arange(height)[:, None]
    light = 250 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2))
    return np.repeat(np.round(light).astype(np.uint8)[:, :, None], 3, axis=2)


def centre_of(picture: Picture) -> tuple[float, float]:
    light = picture[:, :, 0].astype(np.float64)
    rows, columns = np.mgrid[0 : light.shape[0], 0 : light.shape[1]]
    return float((light * columns).sum() / light.sum()), float((light * rows).sum() / light.sum())


@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 2, -2.0, math.pi])
@pytest.mark.parametrize("size", [128.0, 256.0, 640.0, 1100.0])
def test_a_spot_comes_back_to_where_it_was(angle: float, size: float) -> None:
    """A spot is cut out by the warp, found in the model's input, and led back by the matrix: the same place.

    A shift by half a pixel anywhere would be 0.5 px or more; what is left here is rounding to 256 levels of grey.
    """
    region = Region(601.3, 399.6, size, angle)
    x, y = 601.3 + 0.08 * size, 399.6 - 0.05 * size
    out: Picture = np.empty((LANDMARK_SIDE, LANDMARK_SIDE, 3), dtype=np.uint8)
    matrix = region.to_picture()
    cut(blob(x, y, 0.03 * size, 1200, 800), matrix, out)
    back = matrix @ [*centre_of(out), 1]
    assert back == pytest.approx([x, y], abs=0.02 * max(1.0, size / 256))


def test_a_region_of_the_inputs_size_is_cut_out_exactly() -> None:
    picture: Picture = np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    out: Picture = np.empty((LANDMARK_SIDE, LANDMARK_SIDE, 3), dtype=np.uint8)
    cut(picture, Region(138, 150, 256, 0).to_picture(), out)
    assert (out == picture[22:278, 10:266]).all()


@given(st.integers(0, 34), st.floats(4, 59), st.floats(4, 59), st.floats(0.6, 1.0))
def test_refinement_finds_the_centre_of_the_heat(index: int, x: float, y: float, spread: float) -> None:
    rows, columns = np.mgrid[0:64, 0:64]
    heat = np.full((64, 64, 35), -20.0, dtype=np.float32)
    heat[:, :, index] = 4 - ((columns - x) ** 2 + (rows - y) ** 2) / spread**2
    points = np.full((35, 2), 0.25)
    points[index] = (x + 0.4) / 64, (y - 0.3) / 64
    refined = refine(points, heat)
    assert refined[index] * 64 == pytest.approx([x, y], abs=0.25)
    others = np.arange(35) != index
    assert (refined[others] == points[others]).all()


def test_refinement_leaves_points_outside_the_input_alone() -> None:
    heat = np.full((64, 64, 3), 5.0, dtype=np.float32)
    points = np.array([[-0.1, 0.5], [0.5, 1.0], [1.7, -3.0]])
    assert (refine(points, heat) == points).all()


def test_refinement_at_the_edge_uses_what_is_there() -> None:
    heat = np.full((64, 64, 1), 5.0, dtype=np.float32)
    # Columns 0 to 3 around column 0, rows 60 to 63 around row 63, all equally hot.
    assert refine(np.array([[0.0, 0.999]]), heat)[0] * 64 == pytest.approx([1.5, 61.5])


def test_names() -> None:
    assert len(LANDMARKS) == len(set(LANDMARKS)) == 33
    assert LANDMARKS[23:29] == ("left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle")


def test_nobody_in_an_empty_picture() -> None:
    models = BlazePose("lite")
    grey: Picture = np.full((360, 640, 3), 128, dtype=np.uint8)
    assert models.detect(grey) == []
    assert models.landmarks(grey, Region(320, 180, 300, 0)) is None


def test_a_machine_without_litert_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(UnavailableError, match="Intel Macs"):
        BlazePose("lite")


def test_loading_the_models_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    BlazePose("lite")
    assert capfd.readouterr() == ("", "")


def test_the_models_are_those_that_were_validated() -> None:
    assert weights.faults() == ()


def test_a_changed_model_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setitem(weights.SHA256, "pose_landmark_lite.tflite", "0" * 64)
    with pytest.raises(UnavailableError, match="is not the file it should be"):
        BlazePose("lite")
    monkeypatch.setattr(weights, "FOLDER", weights.FOLDER / "nowhere")
    with pytest.raises(UnavailableError, match="is missing"):
        BlazePose("full")


def test_opencv_warps_as_assumed() -> None:
    """Whole numbers are pixel centres in OpenCV's warps, on both sides; another version might do otherwise."""
    picture = blob(20.25, 30.5, 3.0, 60, 60)
    moved = cv2.warpAffine(picture, np.array([[2.0, 0, 1], [0, 2.0, 1]]), (130, 130), flags=cv2.INTER_LINEAR)
    assert centre_of(np.asarray(moved, dtype=np.uint8)) == pytest.approx((41.5, 62.0), abs=0.02)
