"""The tables of docs/validation.md: shares with their intervals, goals, and clips from a folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from coxa.model import Method
from coxa.motion.blazepose import LANDMARKS
from coxa.protocol import load_protocol
from tests.pose_clips import PoseClip, pose_clips
from tools import validate_video, validation, video_tables
from tools.device_errors import rewritten
from tools.intervals import clopper_pearson, intraclass_correlation, share
from tools.video_clips import Judged, folder_clips, judged

KNOWLEDGE = load_protocol()
LYING = ("straight_leg_raise", "active_knee_extension", "modified_thomas_hip")
FEW = [clip for test in LYING for clip in [one for one in pose_clips() if one.about["test"] == test][:8]]
"""Some clips of three tests: enough to make every table."""


@pytest.fixture(scope="module")
def some() -> list[Judged]:
    return judged(FEW)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (1, 20, 0.00127, 0.2487), (50, 100, 0.3983, 0.6017)],
)
def test_exact_intervals_of_shares(hits: int, of: int, low: float, high: float) -> None:
    """Published values of Clopper and Pearson's interval; for none of n its upper end is 1 - 0.025^(1/n)."""
    assert clopper_pearson(hits, of) == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_is_a_dash() -> None:
    assert share(0, 0) == "–"
    assert share(1, 20) == "1 of 20 (5 %; 0 to 25)"


def test_intraclass_correlation_knows_an_offset() -> None:
    """Shrout and Fleiss 1979, table 2 (six subjects, four judges): ICC(2,1) = 0.29."""
    ratings = np.array(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
    )
    assert intraclass_correlation(ratings) == pytest.approx(0.29, abs=0.005)


def test_goals_are_counted_on_good_clips_and_wrong_readings_on_all(some: list[Judged]) -> None:
    rows = {line.split(" | ")[0].strip("| "): line for line in video_tables.claims(some).splitlines()[2:]}
    good = [one for one in some if one.good and one.test == "straight_leg_raise"]
    accepted = [one for one in good if one.error is not None]
    close = sum(abs(one.error or 0.0) <= video_tables.CLOSE for one in accepted)
    assert f"| {share(close, len(accepted))}:" in rows["straight_leg_raise"]
    assert f"{len(good) - len(accepted)} of {len(good)} (" in rows["straight_leg_raise"]
    assert "abduction" not in rows  # none of these clips shows it


def test_a_reading_far_off_is_counted_as_wrong(some: list[Judged]) -> None:
    one = next(one for one in some if one.good and one.error is not None)
    reading = one.measurement.reading
    assert reading.value is not None
    off = Judged(
        one.clip,
        type(one.measurement)(
            **{**vars(one.measurement), "reading": reading.model_copy(update={"value": reading.value + 20.0})}
        ),
    )
    assert off.wrong
    assert not one.wrong
    assert "**not reached**" in video_tables.claims([off])
    assert str(one.clip.about["name"]) in video_tables.wrong_ones([off])
    assert video_tables.wrong_ones([one]) == "None."


def test_every_camera_range_has_its_clips_once(some: list[Judged]) -> None:
    done = [one for one in some if one.done_rightly]
    rows = [line.split(" | ") for line in video_tables.by_yaw(some).splitlines()[2:]]
    counted = sum(int(row[2].split()[2]) for row in rows if "all" not in row[0])
    assert counted == len(done)


def test_the_section_has_all_its_parts() -> None:
    text = validate_video.page(FEW)
    for heading in ("What was to be reached", "By test and camera", "By what was wrong", "What the constraints bring"):
        assert f"### {heading}" in text
    assert "nan" not in text


def test_rendered_clips_are_read_from_a_folder_as_from_the_committed_tables(tmp_path: Path) -> None:
    clip = FEW[0]
    _write(tmp_path, clip)
    again = folder_clips(tmp_path)[0]
    before, after = judged([clip])[0], judged([again])[0]
    assert after.error == pytest.approx(before.error)
    assert after.truth == pytest.approx(before.truth)


def _write(folder: Path, clip: PoseClip) -> None:
    phases = sorted(set(clip.phases.tolist()))
    about = {**clip.about, "phases": phases, "joint_names": list(clip.joints), "angle_names": list(clip.angles)}
    (folder / "clip.json").write_text(json.dumps(about), encoding="utf-8")
    track = clip.track
    landmarks = np.full((track.motion.frames, len(LANDMARKS), 2), np.nan)
    landmarks[:, [LANDMARKS.index(name) for name in track.motion.names]] = track.motion.positions
    np.savez(
        folder / "clip.npz",
        times=track.motion.times,
        phase=np.array([phases.index(phase) for phase in clip.phases.tolist()]),
        pixels=np.stack(list(clip.joints.values()), axis=1),
        angles=np.stack(list(clip.angles.values()), axis=1),
        landmarks=landmarks,
        presence=track.presence,
        people=track.people,
        breaks=track.breaks,
        camera_shift=track.camera_shift,
    )


def test_a_clip_in_which_nobody_was_found_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, FEW[0])
    with np.load(tmp_path / "clip.npz") as file:
        rows = {name: file[name] for name in file.files if name in {"times", "phase", "pixels", "angles", "landmarks"}}
    rows["landmarks"] = np.full_like(rows["landmarks"], np.nan)
    np.savez(tmp_path / "clip.npz", **rows)
    assert judged(folder_clips(tmp_path))[0].error is None


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"lab\.landmarks"):
        folder_clips(tmp_path)


def test_parts_of_the_page_that_need_recordings_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    page = "# T\n\nsaid\n\n## A recording that holds no test\nold\n\n### more\n\n## Motion capture and sensors\n1 2\n"
    still, angles = validation.of_recordings(None, validation.sections(page))
    assert still == "## A recording that holds no test\nold\n\n### more"
    assert angles == "## Motion capture and sensors\n1 2"
    assert "COXA_DATA" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="COXA_DATA"):
        validation.of_recordings(None, {})


def test_new_errors_are_written_where_they_rest_on_rendered_clips() -> None:
    text = (Path(KNOWLEDGE.folder) / "errors.yaml").read_text(encoding="utf-8")
    tests = {e.test for e in KNOWLEDGE.errors.values() if e.method is Method.VIDEO and e.basis == "validation"}
    new = rewritten(text, KNOWLEDGE, dict.fromkeys(tests, 9.9))
    assert new.count("device_sem: 9.9") == sum(
        e.method is Method.VIDEO and e.basis == "validation" for e in KNOWLEDGE.errors.values()
    )
    assert len(new.splitlines()) == len(text.splitlines())
    now = {e.test: e.device_sem or 0.0 for e in KNOWLEDGE.errors.values() if e.method is Method.VIDEO}
    assert rewritten(text, KNOWLEDGE, now) == text
