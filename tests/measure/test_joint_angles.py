"""Known angles come back from markers: every angle, both sides, whatever the laboratory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from coxa import InputError
from coxa.measure.joint_angles import joint_angles
from coxa.measure.skeleton import Skeleton, skeleton
from coxa.motion import Angles
from coxa.protocol import load_protocol
from tests.measure import walker
from tests.measure.walker import Array

SETS = load_protocol().marker_sets
EXACT = 1e-6
RANGES = {
    "hip_flexion": (-30.0, 130.0),
    "hip_adduction": (-45.0, 30.0),
    "hip_rotation": (-45.0, 45.0),
    "knee_flexion": (-10.0, 140.0),
    "knee_adduction": (-10.0, 10.0),
    "knee_rotation": (-20.0, 20.0),
}
LEG = tuple(f"{side}_{name}" for side in ("left", "right") for name in RANGES)
PELVIS = {"pelvis_tilt": (-80.0, 80.0), "pelvis_obliquity": (-30.0, 30.0)}


def drawn(seed: int, frames: int = 40) -> dict[str, Array]:
    """Angles all over their ranges, each frame on its own."""
    random = np.random.default_rng(seed)
    legs = {f"{side}_{name}": random.uniform(*RANGES[name], frames) for side in ("left", "right") for name in RANGES}
    return legs | {name: random.uniform(*PELVIS[name], frames) for name in PELVIS}


def built(markers: Mapping[str, Array], set_name: str = "plug_in_gait", **options: object) -> Skeleton:
    options = {"centres": "harrington", "sizes": walker.SIZES} | options
    return skeleton(walker.motion(markers), SETS[set_name], **options)  # type: ignore[arg-type]


def worst(angles: Angles, known: Mapping[str, Array], names: tuple[str, ...] = LEG) -> float:
    return max(float(np.max(np.abs(angles.column(name) - known[name]))) for name in names)


@pytest.mark.parametrize("medial", [False, True])
def test_every_angle_comes_back_exactly(medial: bool) -> None:
    known = drawn(1)
    markers = walker.plug_in_gait(known, medial=medial)
    angles = joint_angles(built(markers, "generic" if medial else "plug_in_gait"))
    assert worst(angles, known) < EXACT
    assert worst(angles, known, tuple(PELVIS)) < EXACT


@pytest.mark.parametrize(
    ("name", "flag"),
    [(name, side) for name in RANGES for side in ("left", "right")],
)
def test_one_angle_alone_moves_one_column(name: str, flag: str) -> None:
    known = {f"{flag}_{name}": np.linspace(*RANGES[name], 60)}
    angles = joint_angles(built(walker.plug_in_gait(known)))
    assert worst(angles, known, tuple(known)) < EXACT
    still = [column for column in LEG if column not in known]
    assert max(float(np.max(np.abs(angles.column(column)))) for column in still) < EXACT


@pytest.mark.parametrize("method", ["davis", "bell"])
def test_other_regressions_give_their_own_centres(method: str) -> None:
    """Markers made with the centre that each paper's formula gives, worked out by hand for this pelvis and leg."""
    centre = {
        # C = 0.115*860-15.3 = 83.6; back = 0.1288*860-48.56+7 = 69.208 (mm)
        "davis": (
            0.0836 * np.cos(0.5) * np.sin(0.314) - 0.069208 * np.cos(0.314),
            0.125 - 0.0836 * np.sin(0.5),
            -0.0836 * np.cos(0.5) * np.cos(0.314) - 0.069208 * np.sin(0.314),
        ),
        "bell": (-0.0475, 0.09, -0.075),
    }[method]
    known = drawn(2)
    markers = walker.plug_in_gait(known, {"left": centre, "right": (centre[0], -centre[1], centre[2])})
    assert worst(joint_angles(built(markers, centres=method)), known) < EXACT


@settings(max_examples=40)
@given(
    turn=st.floats(-180, 180),
    shift=st.tuples(*[st.floats(-5, 5)] * 3),
    seed=st.integers(0, 1000),
)
def test_turning_and_moving_the_laboratory_changes_nothing(
    turn: float, shift: tuple[float, float, float], seed: int
) -> None:
    known = drawn(seed, 6)
    markers = walker.plug_in_gait(known)
    room = Rotation.from_euler("z", turn, degrees=True)
    moved = {name: room.apply(values) + np.array(shift) for name, values in markers.items()}
    before, after = joint_angles(built(markers)), joint_angles(built(moved))
    assert before.names == after.names
    assert np.max(np.abs(before.values - after.values)) < EXACT


@settings(max_examples=40)
@given(vertical=st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1), seed=st.integers(0, 1000))
def test_any_orientation_of_the_laboratory(vertical: tuple[float, float, float], seed: int) -> None:
    up = np.array(vertical) / np.linalg.norm(vertical)
    room, _ = Rotation.align_vectors([up], [[0.0, 0.0, 1.0]])
    known = drawn(seed, 6)
    markers = {name: room.apply(values) for name, values in walker.plug_in_gait(known).items()}
    recording = walker.motion(markers, (float(up[0]), float(up[1]), float(up[2])))
    angles = joint_angles(skeleton(recording, SETS["plug_in_gait"], centres="harrington", sizes=walker.SIZES))
    assert worst(angles, known) < EXACT
    assert worst(angles, known, tuple(PELVIS)) < EXACT


@settings(max_examples=40)
@given(seed=st.integers(0, 1000))
def test_a_mirrored_person_has_left_and_right_exchanged(seed: int) -> None:
    markers = walker.plug_in_gait(drawn(seed, 6))
    swap = {"L": "R", "R": "L"}
    mirrored = {
        (swap[name[0]] + name[1:] if name[0] in swap else name): values * (1, -1, 1) for name, values in markers.items()
    }
    before, after = joint_angles(built(markers)), joint_angles(built(mirrored))
    for name in before.names:
        side, _, rest = name.partition("_")
        other = {"left": f"right_{rest}", "right": f"left_{rest}"}.get(side, name)
        sign = -1.0 if name in ("pelvis_obliquity", "pelvis_rotation") else 1.0
        assert np.max(np.abs(before.column(name) - sign * after.column(other))) < EXACT, name


def test_a_missing_marker_hides_only_what_needs_it() -> None:
    markers = walker.plug_in_gait(drawn(3))
    markers["LKNE"][5] = np.nan
    markers["RHEE"][7] = np.nan
    angles = joint_angles(built(markers))
    assert not np.isfinite(angles.column("left_hip_flexion")[5])
    assert not np.isfinite(angles.column("left_ankle_dorsiflexion")[5])
    assert not np.isfinite(angles.column("right_ankle_dorsiflexion")[7])
    for name in angles.names:
        hidden = {5} if name.startswith("left") else {7} if name == "right_ankle_dorsiflexion" else set()
        assert set(np.flatnonzero(~np.isfinite(angles.column(name)))) == hidden, name


def test_the_foot_square_to_the_shank_is_zero_and_up_is_positive() -> None:
    angles = joint_angles(built(walker.plug_in_gait(drawn(4))))
    assert np.max(np.abs(angles.column("left_ankle_dorsiflexion"))) < EXACT
    markers = walker.plug_in_gait({"left_hip_flexion": np.zeros(3)})
    markers["LTOE"] += (0, 0, 0.1)
    raised = joint_angles(built(markers)).column("left_ankle_dorsiflexion")
    assert raised == pytest.approx(np.degrees(np.arctan2(0.1, 0.2)))


def test_rotation_counts_from_the_way_walked() -> None:
    frames = 100
    turned = {"pelvis_rotation": np.full(frames, 20.0)}
    way = np.linspace(0, 2, frames)[:, None] * (1.0, 0.0, 0.0)
    walked = joint_angles(built(walker.plug_in_gait(turned, place=way)))
    assert walked.column("pelvis_rotation") == pytest.approx(20.0)
    backwards = joint_angles(built(walker.plug_in_gait(turned, place=-way)))
    assert backwards.column("pelvis_rotation") == pytest.approx(20.0)
    on_the_spot = joint_angles(built(walker.plug_in_gait(turned)))
    assert on_the_spot.column("pelvis_rotation") == pytest.approx(0.0)
    assert any("where the pelvis faces" in sentence for sentence in on_the_spot.log)


def test_a_whole_turn_has_no_jump() -> None:
    known = {"pelvis_rotation": np.linspace(0.0, 400.0, 200)}
    rotation = joint_angles(built(walker.plug_in_gait(known))).column("pelvis_rotation")
    assert np.ptp(rotation) == pytest.approx(400.0)


def test_directions_point_down_the_leg() -> None:
    body = built(walker.plug_in_gait({"left_hip_flexion": np.full(3, 90.0), "left_knee_flexion": np.full(3, 90.0)}))
    assert body.thigh_direction("left") == pytest.approx(np.tile([1.0, 0.0, 0.0], (3, 1)), abs=1e-9)
    assert body.shank_direction("left") == pytest.approx(np.tile([0.0, 0.0, -1.0], (3, 1)), abs=1e-9)
    assert body.thigh_direction("right") == pytest.approx(np.tile([0.0, 0.0, -1.0], (3, 1)), abs=1e-9)


def test_no_frame_at_all_is_refused() -> None:
    markers = walker.plug_in_gait(drawn(5))
    markers["LASI"][::2] = np.nan
    markers["RASI"][1::2] = np.nan
    with pytest.raises(InputError, match="no frame holds"):
        joint_angles(built(markers))
