"""Which set a recording has, and markers that were there while standing only."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from coxa import InputError
from coxa.errors import RecordingError
from coxa.measure.frames import carried
from coxa.measure.joint_angles import joint_angles
from coxa.measure.markers import marker_points, recognise
from coxa.measure.skeleton import skeleton
from coxa.model import Source
from coxa.motion import Motion
from coxa.protocol import load_protocol
from tests.measure import walker
from tests.measure.walker import Array

SETS = load_protocol().marker_sets
STANDING = {"left_hip_flexion": np.zeros(20)}


def renamed(names: dict[str, str]) -> Motion:
    markers = walker.plug_in_gait(STANDING)
    return walker.motion({names.get(name, name): values for name, values in markers.items()})


def test_each_set_is_recognised_by_its_own_names() -> None:
    for marker_set in SETS.values():
        points = [marker_set.names_of(point)[0] for point in marker_set.points]
        assert recognise(walker.motion({name: np.zeros((1, 3)) for name in points}), SETS) is marker_set


def test_prefix_case_and_dots_are_not_compared() -> None:
    names = {name: f"HC002D:{name.lower()}" for name in walker.plug_in_gait(STANDING)}
    recording = renamed(names | {"LASI": "l.asi"})
    assert recognise(recording, SETS).id == "plug_in_gait"
    assert marker_points(recording, SETS["plug_in_gait"]).has("left_asis", "left_knee")


def test_what_is_missing_for_the_nearest_set_is_said() -> None:
    markers = walker.plug_in_gait(STANDING)
    del markers["LKNE"], markers["SACR"]
    with pytest.raises(
        RecordingError, match="nearest is plug_in_gait, which also needs SACR or LPSI, LKNE: add"
    ) as said:
        recognise(walker.motion(markers), SETS)
    assert str(said.value).count(". ") <= 1
    with pytest.raises(RecordingError, match=r"made\.c3d"):
        recognise(walker.motion({"A": np.zeros((1, 3))}), SETS)


def test_a_set_that_is_asked_for_must_fit_too() -> None:
    with pytest.raises(RecordingError, match="the marker set opensim_gait also needs"):
        skeleton(walker.motion(walker.plug_in_gait(STANDING)), SETS["opensim_gait"])


def test_psis_serve_where_there_is_no_sacrum() -> None:
    markers = walker.plug_in_gait({"left_hip_flexion": np.linspace(0, 100, 30)})
    sacrum = markers.pop("SACR")
    side = markers["LASI"] - markers["RASI"]
    markers |= {"LPSI": sacrum + 0.2 * side, "RPSI": sacrum - 0.2 * side}
    recording = walker.motion(markers)
    angles = joint_angles(skeleton(recording, recognise(recording, SETS), centres="harrington"))
    assert angles.column("pelvis_tilt") == pytest.approx(0.0, abs=1e-6)


def test_a_shank_without_its_marker_keeps_hip_and_knee_flexion() -> None:
    known = {"left_hip_flexion": np.linspace(0, 90, 30), "left_knee_flexion": np.linspace(0, 120, 30)}
    markers = walker.plug_in_gait(known)
    del markers["LTIB"], markers["RTIB"]
    angles = joint_angles(
        skeleton(walker.motion(markers), SETS["plug_in_gait"], centres="harrington", sizes=walker.SIZES)
    )
    for name, values in known.items():
        assert angles.column(name) == pytest.approx(values, abs=1e-6), name


def test_a_marker_that_is_named_but_never_seen_is_said() -> None:
    markers = walker.plug_in_gait(STANDING)
    markers["RKNE"] = np.full_like(markers["RKNE"], np.nan)
    with pytest.raises(RecordingError, match="right_knee are never seen"):
        skeleton(walker.motion(markers), SETS["plug_in_gait"])


# --- standing trial --------------------------------------------------------------------------------------------------

CLUSTER = np.array([[0.05, 0.09, -0.1], [0.09, 0.02, -0.2], [-0.06, 0.08, -0.25]])


def opensim(known: dict[str, Array], *, knees: bool) -> dict[str, Array]:
    """OpenSim's names: clusters on thigh and shank, markers on both sides of knee and ankle only if ``knees``."""
    turned = walker.segments(known)
    centre = walker.joints(turned, np.zeros((len(turned["pelvis"]), 3)), walker.HARRINGTON)
    own = walker.plug_in_gait(known, medial=True)
    out = {"L.ASIS": own["left_asis"], "R.ASIS": own["right_asis"], "V.Sacral": own["sacrum"]}
    for side, letter, sign in (("left", "L", 1), ("right", "R", -1)):
        for part, upper, name in (("thigh", "hip", "Thigh"), ("shank", "knee", "Shank")):
            for place, where in zip(CLUSTER, ("Upper", "Front", "Rear"), strict=True):
                moved = turned[f"{side}_{part}"].apply(place * (1, sign, 1))
                out[f"{letter}.{name}.{where}"] = centre[f"{side}_{upper}"] + moved
        if knees:
            for ours, theirs in (("knee", "Knee"), ("ankle", "Ankle")):
                out[f"{letter}.{theirs}.Lat"] = own[f"{side}_{ours}_lateral"]
                out[f"{letter}.{theirs}.Med"] = own[f"{side}_{ours}_medial"]
    return out


def test_a_standing_trial_carries_knees_and_ankles_along() -> None:
    random = np.random.default_rng(7)
    names = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion")
    known = {f"{side}_{name}": random.uniform(-20, 100, 50) / 4 for side in ("left", "right") for name in names}
    standing = walker.motion(opensim(STANDING, knees=True), name="standing.trc")
    walk = walker.motion(opensim(known, knees=False), name="walk.trc")
    with pytest.raises(RecordingError, match="add a standing trial"):
        recognise(walk, SETS)
    marker_set = recognise(walk, SETS, standing)
    assert marker_set.id == "opensim_gait"
    angles = joint_angles(skeleton(walk, marker_set, standing=standing))
    for name, values in known.items():
        assert angles.column(name) == pytest.approx(values, abs=1e-6), name


def test_a_standing_trial_in_which_the_person_moves_is_refused() -> None:
    moving = {"left_knee_flexion": np.linspace(0, 40, 20)}
    standing = walker.motion(opensim(moving, knees=True), name="standing.trc")
    walk = walker.motion(opensim(moving, knees=False), name="walk.trc")
    with pytest.raises(RecordingError, match=r"standing\.trc: the person moves"):
        skeleton(walk, SETS["opensim_gait"], standing=standing)


def test_the_rigid_fit_needs_three_markers_and_takes_more() -> None:
    random = np.random.default_rng(8)
    model = random.normal(size=(4, 3))
    turned = Rotation.random(3, rng=random)
    seen = np.stack([turn.apply(model) + np.array([1.0, 2.0, 3.0]) for turn in turned])
    seen[1, 0] = np.nan
    seen[2, :2] = np.nan
    rotation, shift = carried(model, seen)
    assert rotation[:2] == pytest.approx(turned.as_matrix()[:2])
    assert shift[:2] == pytest.approx(np.tile([1.0, 2.0, 3.0], (2, 1)))
    assert not np.isfinite(rotation[2]).any()


# --- what is up, sizes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("axis", "turn"), [("z", (0, 0, 0)), ("y", (-90, 0, 0)), ("x", (0, 90, 0)), ("-z", (180, 0, 0))]
)
def test_up_is_told_from_standing(axis: str, turn: tuple[float, float, float]) -> None:
    room = Rotation.from_euler("xyz", turn, degrees=True)
    markers = {name: room.apply(values) for name, values in walker.plug_in_gait(STANDING).items()}
    body = skeleton(walker.motion(markers, vertical=None), SETS["plug_in_gait"])
    assert body.vertical == pytest.approx(room.apply([0, 0, 1]), abs=1e-9)
    assert any(f"Up is taken to be {axis}," in sentence for sentence in body.log)
    given = skeleton(walker.motion(markers, vertical=None), SETS["plug_in_gait"], up="x")
    assert given.vertical == pytest.approx([1, 0, 0])


def test_what_is_up_must_be_clear_or_said() -> None:
    room = Rotation.from_euler("x", 45, degrees=True)
    markers = {name: room.apply(values) for name, values in walker.plug_in_gait(STANDING).items()}
    with pytest.raises(InputError, match="--up"):
        skeleton(walker.motion(markers, vertical=None), SETS["plug_in_gait"])
    with pytest.raises(InputError, match="no axis"):
        skeleton(walker.motion(markers), SETS["plug_in_gait"], up="w")


def test_estimated_sizes_are_said() -> None:
    body = skeleton(walker.motion(walker.plug_in_gait(STANDING)), SETS["plug_in_gait"])
    assert sum("estimated" in sentence for sentence in body.log) == 6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"LKNE": 10.0}, "would give a left leg length of"),
        ({"LKNE": 1e200}, "never seen together|would give"),
        (dict.fromkeys(("LASI", "LKNE", "LANK"), 0.0), "would give a left leg length of 0 mm"),
    ],
)
def test_absurd_coordinates_are_said(change: dict[str, float], words: str) -> None:
    markers = walker.plug_in_gait(STANDING)
    for name, factor in change.items():
        markers[name] = markers[name] * factor
    with pytest.raises(InputError, match=words):
        joint_angles(skeleton(walker.motion(markers), SETS["plug_in_gait"]))


def test_a_leg_never_whole_is_said() -> None:
    markers = walker.plug_in_gait(STANDING)
    markers["RKNE"][::2] = np.nan
    markers["RANK"][1::2] = np.nan
    with pytest.raises(RecordingError, match="right leg's markers are never seen together; give the leg length"):
        skeleton(walker.motion(markers), SETS["plug_in_gait"])


def test_pixels_are_refused() -> None:
    flat = Motion(
        times=np.arange(2.0),
        source=Source(name="video.mp4"),
        names=("LASI",),
        positions=np.zeros((2, 1, 2)),
        unit="px",
    )
    with pytest.raises(InputError, match="three dimensions"):
        skeleton(flat, SETS["plug_in_gait"])


def test_stored_segments_must_be_there_when_asked_for() -> None:
    with pytest.raises(InputError, match="holds no stored segments"):
        skeleton(walker.motion(walker.plug_in_gait(STANDING)), SETS["plug_in_gait"], centres="stored")
