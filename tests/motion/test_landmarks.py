"""Landmarks of every pose model become one set of names, in pixels, of one person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coxa.errors import RecordingError
from coxa.motion import Motion
from coxa.motion.registry import read_recording
from coxa.motion.settings import Settings
from coxa.motion.skeletons import BLAZEPOSE_33, BODY_25, BY_COUNT, COCO_17, HALPE_26, canonical

SIZE = Settings(frame_size=(640, 480), rate=30.0)


def read(tmp_path: Path, content: Any, settings: Settings = SIZE, name: str = "a.json") -> Motion:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    found = read_recording(path, settings=settings)
    assert isinstance(found, Motion)
    assert found.unit == "px"
    return found


def test_each_set_has_as_many_names_as_its_number() -> None:
    for number, (_, names) in BY_COUNT.items():
        assert len(names) == len(set(names)) == number
    # spot checks against the published lists
    assert (BLAZEPOSE_33[23], BLAZEPOSE_33[26], BLAZEPOSE_33[31]) == ("left_hip", "right_knee", "left_foot_index")
    assert (BLAZEPOSE_33[15], BLAZEPOSE_33[22]) == ("left_wrist", "right_thumb")
    assert (BODY_25[8], BODY_25[9], BODY_25[14], BODY_25[24]) == ("mid_hip", "right_hip", "left_ankle", "right_heel")
    assert (COCO_17[11], COCO_17[16], HALPE_26[19], HALPE_26[24]) == (
        "left_hip",
        "right_ankle",
        "mid_hip",
        "left_heel",
    )


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Left_hip", "left_hip"),
        ("lHip", "left_hip"),
        ("LHip", "left_hip"),
        ("RBigToe", "right_foot_index"),
        ("rShoulder", "right_shoulder"),
        ("HipLeft", "left_hip"),
        ("left hip", "left_hip"),
        ("LEFT_KNEE", "left_knee"),
        ("Left_foot_index", "left_foot_index"),
        ("Mouth_left", "mouth_left"),
        ("MidHip", "mid_hip"),
        ("Nose", "nose"),
        ("Neck", "neck"),
        ("something else", "something_else"),
    ],
)
def test_names(theirs: str, ours: str) -> None:
    assert canonical(theirs) == ours


def blaze(value: float) -> list[dict[str, float]]:
    return [{"x": value + i, "y": 2 * value + i, "z": -5.0, "visibility": 0.5} for i in range(33)]


@pytest.mark.parametrize(
    "content",
    [
        [blaze(100.0), blaze(110.0)],
        {"fps": 30, "frames": [{"landmarks": blaze(100.0)}, {"landmarks": blaze(110.0)}]},
        [
            {"timestamp_ms": 0, "pose_landmarks": blaze(100.0)},
            {"timestamp_ms": 1000 / 30, "pose_landmarks": blaze(110.0)},
        ],
        [
            {"time": 0.0, **dict(zip(BLAZEPOSE_33, blaze(100.0), strict=True))},
            {"time": 1 / 30, **dict(zip(BLAZEPOSE_33, blaze(110.0), strict=True))},
        ],
        {
            "1": dict(zip(BLAZEPOSE_33, blaze(100.0), strict=True)),
            "2": dict(zip(BLAZEPOSE_33, blaze(110.0), strict=True)),
        },
        [[[p["x"], p["y"], p["z"], p["visibility"]] for p in blaze(value)] for value in (100.0, 110.0)],
    ],
)
def test_blazepose_in_every_shape(tmp_path: Path, content: Any) -> None:
    found = read(tmp_path, content)
    assert found.names == BLAZEPOSE_33
    assert found.point("left_hip").tolist() == [[123.0, 223.0], [133.0, 243.0]]
    assert found.rate == pytest.approx(30.0)
    assert found.confidence is not None
    assert (found.confidence == 0.5).all()


def test_fractions_need_the_size_of_the_picture(tmp_path: Path) -> None:
    content = {"positions": {"1.0": {"Left_hip": [0.25, 0.5, 0.1]}, "3.0": {"Left_hip": [0.5, 1.0, 0.1]}}}
    with pytest.raises(RecordingError, match="width and height"):
        read(tmp_path, content, Settings(rate=30.0))
    found = read(tmp_path, content)
    # the left edge of the picture is at -0.5: the centre of the first pixel is 0
    assert found.point("left_hip").tolist() == [[159.5, 239.5], [319.5, 479.5]]
    assert found.frame_size == (640, 480)
    np.testing.assert_allclose(found.times, [0.0, 2 / 30])  # frame 2 is missing


def test_neither_pixels_nor_fractions_is_refused(tmp_path: Path) -> None:
    world = [{"landmarks": [{"x": -0.9, "y": 0.8}, {"x": 0.4, "y": -0.7}] * 16 + [{"x": 0.1, "y": 0.1}]}]
    with pytest.raises(RecordingError, match="neither pixels nor fractions"):
        read(tmp_path, world)


def test_no_times_and_no_rate(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="give the rate"):
        read(tmp_path, [blaze(100.0)], Settings(frame_size=(640, 480)))


def openpose(*people: list[float]) -> dict[str, Any]:
    return {"version": 1.3, "people": [{"person_id": [-1], "pose_keypoints_2d": person} for person in people]}


def test_openpose_and_what_it_did_not_find(tmp_path: Path) -> None:
    person = [float(i % 3 == 2) or 50.0 + i for i in range(75)]
    person[3 * 9 : 3 * 9 + 3] = [0.0, 0.0, 0.0]
    found = read(tmp_path, [openpose(person), openpose(), openpose(person)])
    assert found.names == BODY_25
    assert np.isnan(found.point("right_hip")).all()
    assert np.isnan(found.positions[1]).all()  # nobody in that frame
    assert found.point("mid_hip")[0].tolist() == [74.0, 75.0]
    assert read(tmp_path, [openpose(person[:54])]).names == BY_COUNT[18][1]


def test_several_people_are_never_chosen_silently(tmp_path: Path) -> None:
    first, second = [100.0, 100.0, 1.0] * 25, [300.0, 300.0, 1.0] * 25
    content = [openpose(first), openpose(first, second)]
    with pytest.raises(RecordingError, match="2 people"):
        read(tmp_path, content)
    found = read(tmp_path, content, Settings(rate=30.0, person=1))
    assert np.isnan(found.positions[0]).all()
    assert found.positions[1, 0].tolist() == [300.0, 300.0]
    assert any("Person 1 of 2" in sentence for sentence in found.log)
    with pytest.raises(RecordingError, match="no person 7"):
        read(tmp_path, content, Settings(rate=30.0, person=7))


def test_a_folder_of_one_file_per_frame(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for number in (0, 1, 3):
        content = json.dumps(openpose([100.0 + number, 50.0, 0.9] * 25))
        (folder / f"clip_{number:012d}_keypoints.json").write_text(content, "utf-8")
    (folder / "notes.txt").write_text("ignored", "utf-8")
    found = read_recording(folder, settings=SIZE)
    assert isinstance(found, Motion)
    np.testing.assert_allclose(found.times, [0.0, 1 / 30, 3 / 30])
    assert found.point("left_hip")[:, 0].tolist() == [100.0, 101.0, 103.0]
    other = folder / "other_000000000004_keypoints.json"
    other.write_text("{}", "utf-8")
    with pytest.raises(RecordingError, match="several recordings"):
        read_recording(folder, settings=SIZE)
    other.rename(folder / "clip_000000000004_keypoints.json")
    with pytest.raises(RecordingError, match="no frame that OpenPose wrote"):
        read_recording(folder, settings=SIZE)


def test_alphapose_keeps_its_tracks_apart(tmp_path: Path) -> None:
    def entry(image: int, track: int, x: float) -> dict[str, Any]:
        return {"image_id": f"{image}.jpg", "idx": track, "score": 2.5, "keypoints": [x, 9.0, 0.8] * 26}

    content = [entry(0, 1, 100.0), entry(0, 2, 300.0), entry(1, 2, 301.0), entry(1, 1, 101.0)]
    found = read(tmp_path, content, Settings(rate=30.0, person=1))
    assert found.names == HALPE_26
    assert found.point("left_heel")[:, 0].tolist() == [300.0, 301.0]


@pytest.mark.parametrize(
    "header", ["time,left_hip_x,left_hip_y,left_hip_c,nose_x,nose_y,nose_c", "time,x0,y0,v0,x16,y16,v16"]
)
def test_csv(tmp_path: Path, header: str) -> None:
    text = f"{header}\n0,10,20,0.5,30,40,0.6\n0.1,11,21,0.5,31,41,0.6\n"
    found = read(tmp_path, text, name="a.csv")
    assert found.rate == pytest.approx(10.0)
    if "nose" in header:
        assert found.point("nose").tolist() == [[30.0, 40.0], [31.0, 41.0]]
    else:
        assert found.names == COCO_17
        assert found.point("right_ankle").tolist() == [[30.0, 40.0], [31.0, 41.0]]


def test_an_unknown_number_of_nameless_points(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="4 points have no names"):
        read(tmp_path, [[[10.0, 20.0]] * 4])


def test_two_points_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="same name"):
        read(tmp_path, [{"LHip": [10.0, 20.0], "left_hip": [11.0, 20.0]}])
