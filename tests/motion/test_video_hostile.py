"""Files that aren't what they say: one clear sentence, soon, with little memory, and nothing left behind."""

import dataclasses
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coxa.errors import RecordingError
from coxa.motion.video import Video, VideoLimits
from tests.motion.clips import corners, level, write_clip, write_sound

SHORT = VideoLimits(wait=10.0, wait_total=30.0)


def read(path: Path, limits: VideoLimits = SHORT) -> int:
    """Read everything; returns the number of frames."""
    with Video(path, limits=limits) as video:
        return sum(1 for _ in video)


def outcome(path: Path) -> int:
    """Number of frames, 0 when it is explained why there are none; anything else is a failure."""
    try:
        return read(path)
    except RecordingError:
        return 0


def sentence(path: Path, limits: VideoLimits = SHORT) -> str:
    """What is said about a file that can't be read."""
    with pytest.raises(RecordingError) as caught:
        read(path, limits)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    assert said.endswith(".")
    assert "Error" not in said
    return said


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", [level(40 + 5 * k) for k in range(30)])
    return path.read_bytes()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(100)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
HEIC = box(b"ftyp", b"heic" + bytes(12)) + bytes(100)


@pytest.mark.parametrize(
    ("name", "content", "say"),
    [
        ("empty.mp4", b"", "empty"),
        ("photo.jpg", JPEG, "picture, not a video"),
        ("photo.mp4", PNG, "picture, not a video"),
        ("photo.mov", HEIC, "picture, not a video"),
        ("list.mp4", b"#EXTM3U\n#EXTINF:1,\nclip.mp4\n", "playlist"),
        ("list.mp4", b"ffconcat version 1.0\nfile clip.mp4\n", "playlist"),
        ("text.mp4", b"This is a letter.\n" * 100, "isn't a video"),
        ("zeros.mp4", bytes(10_000), "isn't a video"),
        ("half.avi", b"RIFF\xff\xff\xff\xffAVI LIST", "isn't a video"),
        ("huge-box.mp4", struct.pack(">I4sQ", 1, b"moov", 2**62) + bytes(64), "nothing that can be played"),
    ],
)
def test_what_is_no_video(tmp_path: Path, name: str, content: bytes, say: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert say in sentence(path)


def test_sound_only(tmp_path: Path) -> None:
    assert "no moving picture" in sentence(write_sound(tmp_path / "sound.mp4"))


def test_one_frame(tmp_path: Path) -> None:
    assert "single frame" in sentence(write_clip(tmp_path / "one.mp4", [level(90)]))


def test_missing_folder_and_pipe(tmp_path: Path) -> None:
    assert "can't be opened" in sentence(tmp_path / "missing.mp4")
    assert "isn't an ordinary file" in sentence(tmp_path)
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    assert "isn't an ordinary file" in sentence(pipe)


def test_cut_off(tmp_path: Path, clip: bytes) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(clip[: len(clip) * 2 // 3])  # the index comes last: nothing can be found without it
    assert "nothing that can be played" in sentence(path)


def test_cut_off_where_the_index_comes_first(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "whole.mkv", [level(5 * k) for k in range(40)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert 2 <= read(path) < 40  # what is there is read


def test_encrypted(tmp_path: Path, clip: bytes) -> None:
    path = tmp_path / "encrypted.mp4"
    path.write_bytes(clip.replace(b"mp4v", b"encv"))
    assert "encrypted or of an unknown kind" in sentence(path)


def test_wrong_extension_is_no_fault(tmp_path: Path, clip: bytes) -> None:
    path = tmp_path / "clip.txt"
    path.write_bytes(clip)
    assert read(path) == 30


@pytest.mark.parametrize(
    ("limit", "say"),
    [
        ({"bytes": 1000}, "larger than"),
        ({"side": 60}, "too large"),
        ({"pixels": 3000}, "too large"),
        ({"seconds": 0.5}, "longer than"),
        ({"frames": 10}, "more than 10 frames"),
    ],
)
def test_limits(tmp_path: Path, clip: bytes, limit: dict[str, float], say: str) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip)
    assert say in sentence(path, dataclasses.replace(SHORT, **limit))  # type: ignore[arg-type]  # each limit has its type


def test_hundred_thousand_pixels_wide(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mkv", [level(90)] * 3, codec="ffv1")
    content = path.read_bytes()
    assert content.count(b"\xb0\x81\x40\xba\x81\x30") == 1  # PixelWidth 64, PixelHeight 48
    # The two elements in as many bytes: width 65,500 with two bytes, and the height's element becomes a void one.
    path.write_bytes(content.replace(b"\xb0\x81\x40\xba\x81\x30", b"\xb0\x82\xff\xdc\xec\x80"))
    assert "too large" in sentence(path) or "isn't a video" in sentence(path)


def test_decoding_that_needs_too_much_memory(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "large.mp4", [corners(3840, 2160)] * 2)
    assert "memory" in sentence(path, dataclasses.replace(SHORT, memory=256 * 1024**2))


def test_waiting_has_an_end(tmp_path: Path, clip: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip)
    assert "stands still" in sentence(path, dataclasses.replace(SHORT, wait=0.001))
    assert "takes too long" in sentence(path, dataclasses.replace(SHORT, wait_total=0.001))


def test_memory_stays_bounded_while_nobody_reads(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "long.mp4", [corners(1280, 720)] * 60)
    with Video(path) as video:
        time.sleep(1.0)
        assert video._messages.qsize() <= 2
        assert next(iter(video))[0] == 0.0


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bool]]]:
    """A server that notes whether anybody came."""
    came: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stop = threading.Event()

        def wait() -> None:
            while not stop.is_set():
                try:
                    server.accept()[0].close()
                    came.append(True)
                except TimeoutError:
                    continue

        thread = threading.Thread(target=wait)
        thread.start()
        yield server.getsockname()[1], came
        stop.set()
        thread.join()


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4", "list.sdp", "list.mpd"])
def test_playlists_are_not_followed(tmp_path: Path, listener: tuple[int, list[bool]], name: str) -> None:
    port, came = listener
    address = f"http://127.0.0.1:{port}/clip.mp4"
    contents = {
        "list.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n",
        "list.mp4": f"\n\n#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n",
        "list.sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
        "list.mpd": f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{address}</BaseURL></MPD>',
    }
    path = tmp_path / name
    path.write_text(contents[name])
    assert "video" in sentence(path)
    time.sleep(0.3)
    assert came == []


def test_no_second_file_is_opened(tmp_path: Path, clip: bytes) -> None:
    """An MP4 whose data reference points to another file gives no picture from there."""
    (tmp_path / "other.mp4").write_bytes(clip)
    assert clip.count(b"url \x00\x00\x00\x01") == 1
    path = tmp_path / "reference.mp4"
    at = clip.find(b"mdat")
    # "Not in this file" (flag 0), and the samples that are in it are gone.
    path.write_bytes(
        clip[: at + 4].replace(b"url \x00\x00\x00\x01", b"url \x00\x00\x00\x00") + bytes(500) + clip[at + 504 :]
    )
    assert outcome(path) <= 30


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(damage=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=20), keep=st.floats(0.05, 1.0))
def test_damaged_files_are_read_or_explained(
    tmp_path: Path, clip: bytes, damage: list[tuple[float, int]], keep: float
) -> None:
    content = bytearray(clip)
    for place, value in damage:
        content[min(int(place * len(content)), len(content) - 1)] = value
    path = tmp_path / "damaged.mp4"
    path.write_bytes(content[: max(1, int(keep * len(content)))])
    began = time.monotonic()
    assert outcome(path) <= 31
    assert time.monotonic() - began < 15


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(
        [b"", b"\x1aE\xdf\xa3", b"RIFF\x00\x00\x01\x00AVI ", b"\x00\x00\x00\x18ftypisom", b"G" + bytes(187)]
    ),
    st.binary(max_size=2000),
)
def test_random_bytes_are_explained(tmp_path: Path, start: bytes, rest: bytes) -> None:
    path = tmp_path / "random.mp4"
    path.write_bytes(start + rest or b"x")
    sentence(path)
