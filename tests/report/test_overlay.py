"""The overlay shows the measured leg on its own pictures, hides heads, and is a whole file or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from coxa.errors import InputError, OutputError, RecordingError
from coxa.measure.planar import PLANAR
from coxa.measure.pose import measure_pose
from coxa.measure.recorded import Measurement
from coxa.model import Method, Side
from coxa.motion.pose_track import PoseTrack
from coxa.motion.video import VideoFacts
from coxa.protocol import load_protocol
from coxa.report.angle_drawing import DRAWN, draw_words
from coxa.report.overlay import LONG_SIDE, Overlay, OverlayWriter, write_overlay
from tests.motion.clips import write_clip
from tests.report.recordings import lying_track, nothing_seen

Picture = npt.NDArray[np.uint8]

KNOWLEDGE = load_protocol()
SIZE = (320, 180)
TIMES = np.arange(30) / 10
DEGREES = np.interp(TIMES, [0.0, 0.5, 1.2], [0.0, 0.0, 60.0])


def _track(size: tuple[int, int] = SIZE) -> PoseTrack:
    return lying_track(size, TIMES, DEGREES)


def _measured(track: PoseTrack, *, roll: float = 0.0) -> Measurement:
    return measure_pose(track, "straight_leg_raise", Side.LEFT, "supine_passive", KNOWLEDGE, roll_degrees=roll)


def _speckled(size: tuple[int, int] = SIZE) -> Picture:
    """A picture of fine detail, so that hiding shows."""
    coarse = np.random.default_rng(4).integers(60, 200, (size[1] // 2, size[0] // 2, 3))
    return np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1).astype(np.uint8)


def _facts(size: tuple[int, int] = SIZE, display: tuple[int, int] | None = None) -> VideoFacts:
    return VideoFacts(size=size, display=display or size, seconds=None, rate=None, codec="made")


def _drawn(track: PoseTrack, frame: int, *, hide: bool = True, measured: Measurement | None = None) -> Picture:
    measured = measured or _measured(track)
    assert measured.body is not None
    picture = _speckled()
    Overlay(measured, measured.body, track, _facts(), hide_heads=hide).draw(picture, frame)
    return picture


def _changed(picture: Picture) -> npt.NDArray[np.bool_]:
    different: npt.NDArray[np.bool_] = (picture != _speckled()).any(axis=2)
    return different


def _read(path: Path) -> tuple[list[float], list[Picture]]:
    with av.open(str(path)) as file:
        frames = list(file.decode(video=0))
        assert file.streams.video[0].codec_context.name == "h264"
        return [float(frame.time or 0.0) for frame in frames], [
            np.asarray(f.to_ndarray(format="rgb24"), dtype=np.uint8) for f in frames
        ]


def test_each_analysed_picture_is_there_at_its_time(tmp_path: Path) -> None:
    video = write_clip(tmp_path / "in.mp4", [_speckled()] * 30, TIMES)
    track = _track()
    done: list[int] = []
    write_overlay(video, tmp_path / "out.mp4", _measured(track), track, on_progress=lambda now, _: done.append(now))
    times, pictures = _read(tmp_path / "out.mp4")
    assert times == pytest.approx(TIMES.tolist(), abs=1e-3)
    assert pictures[0].shape == (180, 320, 3)
    assert done == list(range(1, 31))
    assert {file.name for file in tmp_path.iterdir()} == {"in.mp4", "out.mp4"}


def test_the_head_is_hidden_and_the_rest_is_left_alone() -> None:
    track = _track()
    hidden = _changed(_drawn(track, 0)) & ~_changed(_drawn(track, 0, hide=False))
    x, y = np.nanmean(track.motion.positions[0, :11], axis=0).round().astype(int)
    assert hidden[y - 8 : y + 8, x - 8 : x + 8].mean() > 0.9
    assert not hidden[:, 150:].any()


def test_what_is_drawn_lies_along_the_tested_leg() -> None:
    track = _track()
    changed = _changed(_drawn(track, 20, hide=False))
    for name, share in (("left_knee", 1.0), ("left_ankle", 1.0)):
        x, y = track.motion.point(name)[20].round().astype(int)
        assert changed[y - 2 : y + 3, x - 2 : x + 3].mean() == share
    assert not changed[:40, :100].any()
    assert changed.mean() < 0.35


def test_the_leg_that_was_measured_is_drawn_though_the_labels_are_exchanged() -> None:
    track = _track()
    names = [n.replace("left", "-").replace("right", "left").replace("-", "right") for n in track.motion.names]
    order = [names.index(name) for name in track.motion.names]
    swapped = replace(track, motion=replace(track.motion, positions=track.motion.positions[:, order]))
    assert np.array_equal(_drawn(swapped, 20, hide=False), _drawn(track, 20, hide=False))


def test_a_rolled_camera_moves_the_level_and_not_the_leg() -> None:
    track = _track()
    measured = _measured(track, roll=8.0)
    straight, rolled = (_changed(_drawn(track, 20, hide=False, measured=m)) for m in (None, measured))
    x, y = track.motion.point("left_ankle")[20].round().astype(int)
    assert rolled[y - 2 : y + 3, x - 2 : x + 3].all()
    assert (straight != rolled).any()


def test_everything_is_hidden_while_nobody_is_found() -> None:
    track = _track()
    positions = track.motion.positions.copy()
    positions[14] = np.nan
    gone = replace(track, motion=replace(track.motion, positions=positions))
    assert _changed(_drawn(gone, 14)).mean() > 0.95


def test_others_are_hidden_too() -> None:
    track = _track()
    crowd = replace(track, people=np.full(30, 2))
    alone, beside = _changed(_drawn(track, 0)), _changed(_drawn(crowd, 0))
    assert not alone[:20].any()
    assert beside[:20].mean() > 0.95


def test_a_hold_and_a_refusal_are_said_on_the_picture() -> None:
    track = _track()
    strip = slice(165, 180)
    assert not _changed(_drawn(track, 2))[strip, :150].any()
    assert _changed(_drawn(track, 25))[strip].mean() > 0.95
    moved = replace(track, camera_shift=np.linspace(0.0, 60.0, 30))
    said = _measured(moved)
    assert said.reading.value is None
    assert (_drawn(moved, 25, measured=said) != _drawn(track, 25)).any()


def test_a_smaller_picture_is_drawn_in_its_own_pixels() -> None:
    large = _track((640, 360))
    measured = _measured(large)
    assert measured.body is not None
    picture = _speckled()
    Overlay(measured, measured.body, large, _facts(SIZE, (640, 360)), hide_heads=False).draw(picture, 20)
    x, y = (large.motion.point("left_ankle")[20] / 2).round().astype(int)
    assert _changed(picture)[y - 1 : y + 2, x - 1 : x + 2].all()


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, ValueError])
def test_an_interruption_leaves_nothing_and_spares_the_older_file(
    tmp_path: Path, interrupt: type[BaseException]
) -> None:
    video = write_clip(tmp_path / "in.mp4", [_speckled()] * 30, TIMES)
    old = tmp_path / "out.mp4"
    old.write_bytes(b"old")
    track = _track()

    def stop(done: int, _: int) -> None:
        if done == 5:
            raise interrupt

    with pytest.raises(interrupt):
        write_overlay(video, old, _measured(track), track, on_progress=stop)
    assert old.read_bytes() == b"old"
    assert {file.name for file in tmp_path.iterdir()} == {"in.mp4", "out.mp4"}


@pytest.mark.parametrize("times", [TIMES[:-3], TIMES * 1.1, np.arange(33) / 10])
def test_another_video_is_refused(tmp_path: Path, times: npt.NDArray[np.float64]) -> None:
    video = write_clip(tmp_path / "in.mp4", [_speckled()] * times.size, times)
    track = _track()
    with pytest.raises(RecordingError, match="aren't those that were measured"):
        write_overlay(video, tmp_path / "out.mp4", _measured(track), track)
    assert not (tmp_path / "out.mp4").exists()


def test_odd_pictures_lose_a_row(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "odd.mp4", (65, 47), 10.0) as writer:
        writer.add(0.0, np.full((47, 65, 3), 90, dtype=np.uint8))
    assert _read(tmp_path / "odd.mp4")[1][0].shape == (46, 64, 3)


def test_what_cannot_be_drawn_or_written_is_said(tmp_path: Path) -> None:
    video = write_clip(tmp_path / "in.mp4", [_speckled()] * 30, TIMES)
    track = _track()
    with pytest.raises(InputError, match="is the video itself"):
        write_overlay(video, video, _measured(track), track)
    with pytest.raises(InputError, match="of another kind"):
        write_overlay(video, tmp_path / "out.mp4", nothing_seen(KNOWLEDGE), track)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError):
        write_overlay(video, tmp_path / "folder", _measured(track), track)


def test_drawn_angles_are_the_measured_ones() -> None:
    """For each quantity the angle between the drawn lines is the number, whatever its sign."""
    body = _measured(_track()).body
    assert body is not None
    for quantity, drawn in DRAWN.items():
        arm, reference = body.segment(drawn.vertex, drawn.tip), drawn.reference(body)
        cosine = (arm * reference).sum(axis=1) / np.linalg.norm(arm, axis=1) / np.linalg.norm(reference, axis=1)
        angle = np.abs(PLANAR[quantity](body))
        seen = np.isfinite(cosine) & np.isfinite(angle)
        between = np.degrees(np.arccos(np.clip(cosine[seen], -1.0, 1.0)))
        assert np.minimum(angle[seen], 360 - angle[seen]) == pytest.approx(between, abs=1e-4), quantity


def test_every_test_that_video_reads_can_be_drawn() -> None:
    recordings = KNOWLEDGE.recordings.values()
    assert {one.quantity for one in recordings if one.method is Method.VIDEO} <= set(DRAWN)


def test_words_stay_inside_the_picture() -> None:
    picture = np.zeros((20, 30, 3), dtype=np.uint8)
    for centre in ((-50.0, -50.0), (500.0, 500.0)):
        draw_words(picture, "123° and more", np.array(centre), 14)
    assert picture.any()
    assert LONG_SIDE <= 1280
