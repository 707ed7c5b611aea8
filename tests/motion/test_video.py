"""Pictures from ordinary video files: turned, mirrored, with unsteady times, cut to a part, at a wanted rate."""

import contextlib
import io
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path
from time import sleep

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coxa.errors import RecordingError
from coxa.motion.decoder import Decoder, Job, Output, nearest_to_grid
from coxa.motion.video import Video
from tests.motion.clips import Picture, corners, level, set_display_matrix, write_clip

RED, GREEN, BLUE, WHITE = (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)


def times_of(
    path: Path, rate: float | None = None, start: float | None = None, end: float | None = None
) -> list[float]:
    with Video(path, rate=rate, start=start, end=end) as video:
        return [time for time, _ in video]


def first_picture(path: Path) -> Picture:
    with Video(path) as video:
        return next(iter(video))[1].copy()


def corner_colours(picture: Picture) -> list[tuple[int, ...]]:
    height, width = picture.shape[:2]
    spots = [(4, 4), (4, width - 5), (height - 5, 4), (height - 5, width - 5)]
    return [tuple(int(value > 128) for value in picture[spot]) for spot in spots]


@pytest.mark.parametrize(
    ("matrix", "seen"),
    [
        ((1, 0, 0, 1), [RED, GREEN, BLUE, WHITE]),
        ((0, 1, -1, 0), [BLUE, RED, WHITE, GREEN]),  # a quarter turn clockwise: a phone held upright
        ((-1, 0, 0, -1), [WHITE, BLUE, GREEN, RED]),
        ((0, -1, 1, 0), [GREEN, WHITE, RED, BLUE]),
        ((-1, 0, 0, 1), [GREEN, RED, WHITE, BLUE]),  # mirrored: left and right would be exchanged
        ((1, 0, 0, -1), [BLUE, WHITE, RED, GREEN]),
        ((0, 1, 1, 0), [RED, BLUE, GREEN, WHITE]),
    ],
)
def test_the_picture_is_turned_as_displayed(
    tmp_path: Path, matrix: tuple[int, int, int, int], seen: list[tuple[int, ...]]
) -> None:
    path = set_display_matrix(write_clip(tmp_path / "turned.mp4", [corners()] * 3), *matrix)
    with Video(path) as video:
        pictures = [picture.copy() for _, picture in video]
        upright = matrix[0] != 0
        assert video.facts.display == video.facts.size == ((96, 64) if upright else (64, 96))
    assert len(pictures) == 3
    for picture in pictures:
        assert picture.flags.c_contiguous
        assert picture.dtype == np.uint8
        assert corner_colours(picture) == seen


def test_pixels_become_square(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "wide.mp4", [corners()] * 3, aspect=Fraction(4, 3))
    with Video(path) as video:
        assert video.facts.display == (128, 64)
        assert next(iter(video))[1].shape == (64, 128, 3)


def test_large_pictures_are_made_smaller_and_points_go_back_to_full_size(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "large.mp4", [corners(192, 128)] * 3)
    with Video(path, long_side=96) as video:
        assert video.facts.size == (96, 64)
        assert video.facts.display == (192, 128)
        assert corner_colours(next(iter(video))[1]) == [RED, GREEN, BLUE, WHITE]
        # The middle of the picture stays the middle, and the outer edge the outer edge: pixel centres are whole.
        back = video.facts.to_display(np.array([[47.5, 31.5], [-0.5, -0.5], [95.5, 63.5]]))
    assert back == pytest.approx(np.array([[95.5, 63.5], [-0.5, -0.5], [191.5, 127.5]]))


CONTAINERS = {
    ".mp4": "libx264",
    ".mov": "mjpeg",
    ".mkv": "ffv1",
    ".webm": "libvpx-vp9",
    ".avi": "mpeg4",
    ".ts": "libx264",
}


@pytest.mark.parametrize(("suffix", "codec"), CONTAINERS.items())
def test_containers_and_codecs(tmp_path: Path, suffix: str, codec: str) -> None:
    pictures = [level(30 + 10 * k) for k in range(12)]
    path = write_clip(tmp_path / f"clip{suffix}", pictures, rate=25, codec=codec)
    with Video(path) as video:
        seen = [(time, float(picture.mean())) for time, picture in video]
    assert [time for time, _ in seen] == pytest.approx([k / 25 for k in range(12)], abs=0.002)
    assert [grey for _, grey in seen] == pytest.approx([30 + 10 * k for k in range(12)], abs=6)


def test_wanted_rate_goes_by_time_and_not_by_count(tmp_path: Path) -> None:
    # 30 Hz, then a gap, then 10 Hz: what a phone does when the light changes.
    times = [k / 30 for k in range(15)] + [0.8 + k / 10 for k in range(8)]
    pictures = [level(10 + 10 * k) for k in range(len(times))]
    path = write_clip(tmp_path / "variable.mkv", pictures, times)
    assert times_of(path) == pytest.approx(times, abs=0.001)
    with Video(path, rate=10) as video:
        seen = [(time, float(picture.mean())) for time, picture in video]
    wanted = [0.0, 0.1, 0.2, 0.3, 0.4, 0.4667, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5]
    assert [time for time, _ in seen] == pytest.approx(wanted, abs=0.001)
    # Each time comes with its own picture.
    expected = [10 + 10 * int(np.argmin(np.abs(np.array(times) - time))) for time in wanted]
    assert [grey for _, grey in seen] == pytest.approx(expected, abs=6)


def test_a_part_of_the_video(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [level(100)] * 60, rate=30)
    assert times_of(path, start=0.5, end=1.0) == pytest.approx([0.5 + k / 30 for k in range(16)], abs=0.002)
    assert times_of(path, rate=10, start=0.5, end=1.0) == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9, 1.0], abs=0.002)
    with pytest.raises(RecordingError, match="between the start and the end"):
        times_of(path, start=5.0)


def job_from(path: Path, start: float) -> Job:
    """Every frame of a file from ``start`` on, under ordinary limits."""
    return Job(str(path), None, start, 99.0, 4096, 10**7, 600.0, 10**5, 2**32, 1920, None, 4)


@pytest.mark.parametrize(
    ("suffix", "codec", "seeks"), [(".mp4", "libx264", True), (".mkv", "libx264", True), (".ts", "libx264", False)]
)
def test_a_late_start_gives_the_same_frames_without_decoding_all(
    tmp_path: Path, suffix: str, codec: str, seeks: bool
) -> None:
    path = tmp_path / f"clip{suffix}"
    pictures = [np.roll(corners(), 3 * k, axis=1) for k in range(250)]
    write_clip(path, pictures, rate=25, codec=codec, options={"g": "20", "bf": "3"})
    with Video(path) as video:
        every = [(moment, picture.tobytes()) for moment, picture in video]
    for rate, start in ((None, 7.3), (10.0, 7.34), (None, 9.9)):
        with Video(path, rate=rate, start=start) as video:
            late = [(moment, picture.tobytes()) for moment, picture in video]
        assert late == list(nearest_to_grid(iter(every), rate, start, 600.0))
    with path.open("rb") as file:
        decoder = Decoder(job_from(path, 7.0), file, Output(io.BytesIO()))
        for _ in decoder.frames():
            pass
    assert (decoder.decoded < 130) == seeks


def test_a_seek_that_lands_too_late_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "clip.mp4", [level(100)] * 250, rate=25, options={"g": "20"})
    monkeypatch.setattr("coxa.motion.decoder.SEEK_AHEAD", -2.0)
    with path.open("rb") as file:
        moments = [moment for moment, _ in Decoder(job_from(path, 5.0), file, Output(io.BytesIO())).frames()]
    assert moments == pytest.approx([k / 25 for k in range(250)], abs=0.002)


def test_times_count_from_the_first_frame(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "late.mkv", [level(100)] * 5, [3.0 + k / 20 for k in range(5)])
    assert times_of(path) == pytest.approx([k / 20 for k in range(5)], abs=0.001)


@pytest.mark.parametrize(
    ("rate", "start", "end"), [(0.0, None, None), (float("nan"), None, None), (None, -1.0, None), (None, 2.0, 1.0)]
)
def test_impossible_wishes_are_refused(
    tmp_path: Path, rate: float | None, start: float | None, end: float | None
) -> None:
    with pytest.raises(RecordingError, match="The wanted"):
        Video(tmp_path / "any.mp4", rate=rate, start=start, end=end)


def test_nothing_stays_behind_when_the_reader_stops_early(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [corners(640, 480)] * 90)
    before = threading.active_count()
    with contextlib.suppress(KeyboardInterrupt), Video(path) as video:
        for _ in video:
            raise KeyboardInterrupt
    assert video._process.poll() is not None
    assert threading.active_count() == before


def test_frames_are_the_same_through_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "clip.mp4", [level(5 * k) for k in range(40)])

    def seen() -> list[tuple[float, bytes]]:
        with Video(path) as video:
            assert (video._shared is None) == piped
            return [(time, picture.tobytes()) for time, picture in video]

    piped = sys.platform != "linux"
    first = seen()
    piped = True
    monkeypatch.setattr("coxa.motion.video.shared_frames", lambda _: None)
    assert seen() == first
    assert len({content for _, content in first}) == len(first) == 40


def test_a_picture_lasts_until_the_next(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [level(5 * k) for k in range(30)])
    with Video(path) as video:
        for number, (_, picture) in enumerate(video):
            if number % 10 == 0:
                sleep(0.2)  # the decoder would be far ahead by now
            assert float(picture.mean()) == pytest.approx(5 * number, abs=6)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_decoder_ends_when_the_reader_is_killed(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [corners(640, 480)] * 90)
    code = (
        "import os, signal, sys; from coxa.motion.video import Video\n"
        "with Video(sys.argv[1]) as video:\n"
        "    next(iter(video)); print(video._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, check=False)
    status = Path("/proc") / ran.stdout.strip() / "status"
    for _ in range(100):
        if not status.exists() or "State:\tZ" in status.read_text():
            return
        sleep(0.05)
    pytest.fail("it still runs")


def test_a_decoder_that_is_killed_is_no_end_of_the_video(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [corners(640, 480)] * 90)
    with Video(path) as video:
        frames = iter(video)
        next(frames)
        video._process.kill()
        with pytest.raises(RecordingError, match="gave up"):
            list(frames)


def test_the_decoder_needs_nothing_of_coxa() -> None:
    from coxa.motion import video

    code = "import sys, runpy; runpy.run_path(sys.argv[1]); print(any(m.split('.')[0] == 'coxa' for m in sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code, str(video._DECODER)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "False"


# --- the grid ---------------------------------------------------------------------------------------------------------

TIMES = st.lists(st.floats(0.001, 0.4), min_size=1, max_size=40).map(lambda steps: np.cumsum([0.0, *steps]).tolist())


@given(TIMES, st.floats(0.5, 60.0), st.floats(0.0, 3.0), st.floats(0.01, 5.0))
def test_each_frame_is_the_nearest_to_a_time_of_the_grid(
    times: list[float], rate: float, start: float, span: float
) -> None:
    end = start + span
    chosen = [time for time, _ in nearest_to_grid(iter([(time, None) for time in times]), rate, start, end)]
    assert chosen == sorted(set(chosen))
    grid = [start + k / rate for k in range(int(span * rate) + 2) if start + k / rate <= end]
    near = {min(times, key=lambda time: (abs(time - point), time)) for point in grid if point <= times[-1]}
    assert near <= {*chosen} | {
        time for time in times if any(abs(abs(time - p) - abs(o - p)) < 1e-9 for p in grid for o in chosen)
    }
    for time in chosen:
        assert any(abs(time - point) <= min(abs(other - point) for other in times) + 1e-9 for point in grid)
