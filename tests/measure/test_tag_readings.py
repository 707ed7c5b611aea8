"""From pictures to a Reading: rendered straight leg raises at a known angle, 1280 × 720."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from coxa.measure.recorded import Measurement
from coxa.measure.tag_tests import measure_tags
from coxa.model import Refusal, Side
from coxa.motion.tags import TagLayout, track_tags
from coxa.motion.video import Video
from coxa.protocol import load_protocol
from tools.make_tag_example import NAME, TRUE_ANGLE
from tools.tag_scene import Camera, Leg, Look, Picture, Taped, camera_at, movement

PEAK, RATE, SECONDS = 62.0, 6.0, 4.9
KNOWLEDGE = load_protocol()
LEFT = Leg(0.0, heading=4.0, taped={"thigh": Taped(8.0, 3.0), "shank": Taped(-6.0, -2.0)})
RIGHT = replace(LEFT, right=True, heading=-4.0, hip=(-0.45, 0.0, 0.5), wall=(-0.6, 0.5, 1.0))
EYE = camera_at(np.array([-0.1, 0.0, 0.75]), distance=2.0, yaw=-15.0, pitch=8.0, roll=2.0, view=68.0)
Clip = list[tuple[float, Picture]]


def rendered(leg: Leg, end: Leg, eye: Camera = EYE) -> Clip:
    return list(movement(eye, leg, end, rate=RATE, seconds=SECONDS, look=Look(samples=3)))


def read(clip: Iterable[tuple[float, Picture]], side: Side = Side.LEFT) -> Measurement:
    track = track_tags(clip, TagLayout.of(KNOWLEDGE))
    return measure_tags(track, "straight_leg_raise", side, "supine_passive", KNOWLEDGE)


@pytest.fixture(scope="module")
def left() -> Clip:
    return rendered(LEFT, replace(LEFT, thigh=PEAK))


def test_the_left_leg_is_read_within_a_degree(left: Clip) -> None:
    measured = read(left)
    assert measured.reading.refusals == ()
    assert measured.reading.value == pytest.approx(PEAK, abs=1.0)
    assert measured.reading.instrument == "apriltag_36h11"


def test_the_shipped_example_is_read_as_its_readme_says() -> None:
    folder = Path(__file__).resolve().parents[2] / "examples" / "recordings"
    truth = re.search(r"\*\*(.*)°\*\* above where it lay flat", (folder / "README.md").read_text("utf-8"))
    assert truth is not None
    assert float(truth[1]) == TRUE_ANGLE
    with Video(folder / NAME, rate=7.5) as video:
        assert read(video).reading.value == pytest.approx(TRUE_ANGLE, abs=1.0)


def test_the_right_leg_is_read_within_a_degree() -> None:
    measured = read(rendered(RIGHT, replace(RIGHT, thigh=PEAK)), Side.RIGHT)
    assert measured.reading.refusals == ()
    assert measured.reading.value == pytest.approx(PEAK, abs=1.0)


def test_a_bent_knee_is_refused() -> None:
    small = replace(EYE, width=960, height=540, focal=0.75 * EYE.focal)
    bent = rendered(LEFT, replace(LEFT, thigh=PEAK, knee=20.0), small)
    assert read(bent).reading.refusals == (Refusal.KNEE_BENT,)


def test_a_hand_over_the_lower_leg_s_marker_is_refused(left: Clip) -> None:
    end = replace(LEFT, thigh=PEAK)
    shank = next(tag for tag in end.tags() if tag.id == 3)
    x, y = EYE.pixels(shank.centre[None])[0]

    def covered() -> Iterator[tuple[float, Picture]]:
        for time, picture in left:
            hand = picture.copy()
            if time > 3.0:
                cv2.circle(hand, (round(x), round(y)), 35, (150, 120, 105), -1)
            yield time, hand

    assert read(covered()).reading.refusals == (Refusal.OUT_OF_FRAME,)


def test_a_camera_that_is_knocked_is_refused(left: Clip) -> None:
    shaken = [(time, np.roll(picture, 20, axis=1) if time > 4.1 else picture) for time, picture in left]
    assert read(shaken).reading.refusals == (Refusal.CAMERA_MOVED,)
