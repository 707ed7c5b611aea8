"""The bounds that the angles of real recordings must keep; ``python -m tools.validate_angles`` prints the figures."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from coxa import InputError
from tools.validate_angles import (
    Agreement,
    Series,
    agreement,
    isen,
    marker_angles,
    markers,
    opensim,
    opensim_against_itself,
    plug_in_gait,
    stoop,
)

pytestmark = pytest.mark.data
HIPS_AND_KNEE = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion")


@cache
def walks(folder: Path) -> tuple[Series, ...]:
    return tuple(plug_in_gait(folder))


def of(series: tuple[Series, ...], way: str, angle: str) -> Agreement:
    return agreement([one for one in series if one.way == way and one.angle == angle])


@pytest.mark.parametrize("angle", [*HIPS_AND_KNEE, "knee_adduction", "knee_rotation", "ankle_dorsiflexion"])
def test_stored_segments_give_the_stored_angles(data_dir: Path, angle: str) -> None:
    found = of(walks(data_dir / "plug-in-gait"), "stored segments", angle)
    assert found.frames > 3000
    assert found.rmse < 0.001


@pytest.mark.parametrize("angle", HIPS_AND_KNEE)
def test_markers_with_measured_sizes_give_the_stored_angles(data_dir: Path, angle: str) -> None:
    assert of(walks(data_dir / "plug-in-gait"), "markers, sizes measured", angle).rmse < 0.02


@pytest.mark.parametrize(
    ("angle", "rmse", "offset_free"),
    [("hip_flexion", 0.8, 0.3), ("hip_adduction", 1.6, 0.2), ("hip_rotation", 1.2, 0.5), ("knee_flexion", 0.8, 0.4)],
)
def test_markers_alone(data_dir: Path, angle: str, rmse: float, offset_free: float) -> None:
    found = of(walks(data_dir / "plug-in-gait"), "markers alone", angle)
    assert found.rmse < rmse
    assert found.offset_free < offset_free


@pytest.mark.parametrize("side", ["left", "right"])
def test_opensim_gait2354(data_dir: Path, side: str) -> None:
    found = of(tuple(opensim(data_dir / "opensim-gait2354")), "markers, standing trial", f"{side}_hip_flexion")
    assert found.offset_free < 3.0
    assert abs(found.range_error) < 3.0
    assert abs(found.bias) < 3.0


def test_opensim_gait10dof(data_dir: Path) -> None:
    """A planar model: its answer differs from the other model's on the same walk by up to 6° of range."""
    series = tuple(opensim(data_dir / "opensim-gait10dof"))
    left, right = (of(series, "markers, standing trial", f"{side}_hip_flexion") for side in ("left", "right"))
    assert left.offset_free < 3.0
    assert abs(left.range_error) < 3.0
    assert right.offset_free < 4.0
    assert abs(right.range_error) < 9.0
    both = opensim_against_itself(data_dir / "opensim-gait2354", data_dir / "opensim-gait10dof")
    models = {one.angle: one for one in both}
    assert abs(models["right_hip_flexion"].range_error) > 5.0


def test_sensors(data_dir: Path) -> None:
    series = tuple(isen(data_dir / "imu-isen"))
    bounds = {"hip_flexion": 1.5, "hip_adduction": 1.5, "hip_rotation": 3.0, "knee_flexion": 1.5}
    for side in ("left", "right"):
        for angle, bound in bounds.items():
            assert of(series, "sensors", f"{side}_{angle}").rmse < bound, (side, angle)
    for angle in ("pelvis_tilt", "pelvis_obliquity", "pelvis_rotation"):
        assert of(series, "sensors", angle).rmse < 1.5, angle


def test_the_stoop_lift_is_plausible(data_dir: Path) -> None:
    angles = stoop(data_dir / "stoop-lift")
    for side in ("left", "right"):
        flexion = angles.column(f"{side}_hip_flexion")
        assert 0 < flexion.min() < 20
        assert 95 < flexion.max() < 120


@pytest.mark.parametrize("column", ["trunk_tilt", "trunk_obliquity", "trunk_rotation", "pelvis_tilt"])
def test_trunk_and_pelvis_from_markers_are_the_stored_ones(data_dir: Path, column: str) -> None:
    for path in (data_dir / "plug-in-gait").glob("*/S*/*.c3d"):
        motion = markers(path)
        stored, own = (marker_angles(motion, centres).column(column) for centres in ("stored", "davis"))
        both = np.isfinite(stored) & np.isfinite(own)
        off = (own - stored)[both]
        if column.endswith("rotation"):  # they count from slightly different ways walked
            off = off - np.median(off)
        assert np.quantile(np.abs(off), 0.95) < 0.2, path.name
        assert abs(np.median(stored[both])) < 40.0, path.name


def test_no_walk_gives_a_hip_centre_by_function(data_dir: Path) -> None:
    for path in (data_dir / "plug-in-gait").glob("*/*/*.c3d"):
        with pytest.raises(InputError, match="hip"):
            marker_angles(markers(path), "functional")
