"""A whole rendered clip of a straight leg raise, from pictures to the angle."""

import numpy as np
import pytest

from coxa.measure.tag_angles import Hold, held_inclination, held_relative_angle, held_rotation_since, inclination
from coxa.motion.tags import TagLayout, TagTrack, track_tags
from coxa.protocol import load_protocol
from tools.tag_scene import Look, camera_at, leg_raise

FLAT, PEAK = Hold(0.0, 1.4), Hold(3.6, 5.4)


@pytest.fixture(scope="module")
def track() -> TagTrack:
    eye = camera_at(np.array([-0.1, 0.0, 0.75]), distance=2.0, yaw=-25.0, pitch=10.0, size=(960, 540), view=70.0)
    clip = leg_raise(eye, peak=75.0, rate=5.0, look=Look(samples=3))
    return track_tags(clip, TagLayout.of(load_protocol()))


def test_the_raise_is_read(track: TagTrack) -> None:
    for reading in (
        held_inclination(track, "left_shank", PEAK),
        held_inclination(track, "left_thigh", PEAK),
        held_rotation_since(track, "left_shank", PEAK, FLAT),
    ):
        assert reading.refusals == ()
        assert reading.value == pytest.approx(75.0, abs=0.6)
        assert reading.sem is not None
        assert 0.0 < reading.sem < 0.8


def test_knee_and_pelvis_stay(track: TagTrack) -> None:
    assert held_relative_angle(track, "left_thigh", "left_shank", PEAK).value == pytest.approx(0.0, abs=0.6)
    assert held_rotation_since(track, "left_pelvis", PEAK, FLAT).value == pytest.approx(0.0, abs=0.6)


def test_the_way_up_and_down_is_seen(track: TagTrack) -> None:
    angle = inclination(track, "left_shank")
    assert abs(angle[0]) < 1
    assert abs(angle[-1]) < 2
    up = angle[(track.times > 1.4) & (track.times < 3.6)]
    assert (np.diff(up) > -0.2).all()
