"""Hip centres by function: found exactly, refused when the movement can't tell."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from coxa import InputError
from coxa.measure.hip_centre import functional
from coxa.measure.joint_angles import joint_angles
from coxa.measure.skeleton import skeleton
from coxa.protocol import load_protocol
from tests.measure import walker
from tests.measure.walker import Array

CENTRE = np.array([-0.04, 0.085, -0.08])
MARKERS = {"left_thigh": np.array([0.0, 0.1, -0.25]), "left_knee": np.array([0.0, 0.06, -0.42])}


def circles(flexion: float, abduction: float, frames: int = 400) -> dict[str, Array]:
    """Markers of a thigh that swings over these full ranges about ``CENTRE``."""
    phase = np.linspace(0, 4 * np.pi, frames)
    angles = np.stack([-20 - flexion / 2 * np.sin(phase), abduction / 2 * np.sin(2 * phase)], axis=-1)
    turned = Rotation.from_euler("YX", angles, degrees=True)
    return {name: turned.apply(place) + CENTRE for name, place in MARKERS.items()}


def test_the_centre_of_perfect_circles_is_exact() -> None:
    centre, said = functional(circles(60, 40), "left")
    assert centre == pytest.approx(CENTRE, abs=1e-7)
    assert "0.0 mm" in said


def test_noise_brings_no_bias() -> None:
    """3 mm of noise, 400 frames: the plain least squares is pulled towards the markers, the compensated isn't."""
    off = []
    for seed in range(30):
        random = np.random.default_rng(seed)
        noisy = {name: values + random.normal(0, 0.003, values.shape) for name, values in circles(60, 40).items()}
        off.append(functional(noisy, "left")[0] - CENTRE)
    spread = np.std(off, axis=0) / np.sqrt(len(off))
    assert np.all(np.abs(np.mean(off, axis=0)) < 4 * spread + 1e-4)
    assert np.max(np.linalg.norm(off, axis=1)) < 0.006


@pytest.mark.parametrize(("flexion", "abduction"), [(60, 5), (30, 40), (55, 25), (0.5, 0.5), (60, 0)])
def test_too_little_movement_is_refused(flexion: float, abduction: float) -> None:
    random = np.random.default_rng(3)
    noisy = {n: values + random.normal(0, 0.0005, values.shape) for n, values in circles(flexion, abduction).items()}
    with pytest.raises(InputError, match="left hip"):
        functional(noisy, "left")


def test_the_wrong_side_and_too_few_frames_are_refused() -> None:
    with pytest.raises(InputError, match="outside the pelvis"):
        functional(circles(60, 40), "right")
    with pytest.raises(InputError, match="no marker in 50 frames"):
        functional(circles(60, 40, frames=20), "left")


def test_a_skeleton_by_function_gives_the_angles_back() -> None:
    phase = np.linspace(0, 6 * np.pi, 300)
    known = {
        f"{side}_hip_{name}": middle + size * np.sin(speed * phase)
        for side in ("left", "right")
        for name, middle, size, speed in (("flexion", 20, 35, 1), ("adduction", -5, 20, 2), ("rotation", 0, 10, 0.7))
    }
    centre = {"left": (-0.05, 0.07, -0.095), "right": (-0.045, -0.075, -0.09)}
    recording = walker.motion(walker.plug_in_gait(known, centre))
    marker_set = load_protocol().marker_sets["plug_in_gait"]
    angles = joint_angles(skeleton(recording, marker_set, centres="functional", sizes=walker.SIZES))
    for name, values in known.items():
        assert angles.column(name) == pytest.approx(values, abs=1e-5), name
