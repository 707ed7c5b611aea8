"""The camera's movement, on pictures that are moved by known amounts."""

import cv2
import numpy as np
import pytest

from coxa.motion.blazepose import Picture
from coxa.motion.camera import LOOK_SECONDS, CameraShift, person_box

NOBODY = np.full((33, 2), np.nan)


def room(seed: int = 5) -> Picture:
    """A picture with edges and corners at random, larger than what the camera sees."""
    random = np.random.default_rng(seed)
    picture = np.full((1000, 1600, 3), 120, dtype=np.uint8)
    for _ in range(120):
        x, y, w, h = (int(value) for value in random.integers((0, 0, 20, 20), (1550, 950, 160, 160)))
        cv2.rectangle(picture, (x, y), (x + w, y + h), [int(value) for value in random.integers(0, 255, 3)], -1)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5), dtype=np.uint8)


def view(world: Picture, x: float, y: float, roll: float = 0.0) -> Picture:
    """What a camera sees that points (x, y) pixels away from the middle, turned by some degrees."""
    matrix = cv2.getRotationMatrix2D((800.0, 500.0), roll, 1.0)
    matrix[:, 2] -= np.array([160 + x, 140 + y])
    return np.asarray(cv2.warpAffine(world, matrix, (1280, 720)), dtype=np.uint8)


def body(x: float, y: float) -> np.ndarray:
    return np.random.default_rng(2).uniform((x - 150, y - 300), (x + 150, y + 300), (33, 2))


def with_person(picture: Picture, points: np.ndarray, grey: int) -> Picture:
    """A patterned figure over the background."""
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    out = picture.copy()
    tile = np.indices((720, 1280)).sum(axis=0) // 17 % 2 * 120 + grey
    shifted = np.roll(tile, int(left), axis=1)
    box = slice(max(int(top), 0), int(bottom)), slice(max(int(left), 0), int(right))
    out[box] = shifted[box][:, :, None]
    return out


def measure(pictures: list[Picture], people: list[np.ndarray]) -> list[float]:
    camera = CameraShift()
    return [
        camera.update(picture, person, LOOK_SECONDS * k)
        for k, (picture, person) in enumerate(zip(pictures, people, strict=True))
    ]


@pytest.mark.parametrize("step", [(0.0, 0.0), (1.5, -0.5), (6.0, 3.0), (-25.0, 10.0)])
def test_known_movement(step: tuple[float, float]) -> None:
    world = room()
    shifts = measure([view(world, step[0] * k, step[1] * k) for k in range(6)], [NOBODY] * 6)
    assert shifts == pytest.approx([np.hypot(*step) * k for k in range(6)], abs=0.6)


def test_a_long_pan_adds_up() -> None:
    world = room()
    xs = np.linspace(-150, 150, 16)
    shifts = measure([view(world, x, 0) for x in xs], [NOBODY] * 16)
    assert shifts == pytest.approx((xs + 150).tolist(), abs=3.0)


def test_a_camera_that_stands_still_stays_at_nothing_while_the_person_moves() -> None:
    world = room()
    people = [body(300 + 40 * k, 380) for k in range(12)]
    pictures = [with_person(view(world, 0, 0), person, 60) for person in people]
    noise = np.random.default_rng(1)
    pictures = [np.clip(picture + noise.normal(0, 4, picture.shape), 0, 255).astype(np.uint8) for picture in pictures]
    assert max(measure(pictures, people)) < 1.0


def test_a_moving_camera_is_seen_behind_the_person() -> None:
    world = room()
    people = [body(640, 380)] * 6
    pictures = [with_person(view(world, 8 * k, 0), person, 60) for k, person in enumerate(people)]
    assert measure(pictures, people) == pytest.approx([8.0 * k for k in range(6)], abs=1.5)


def test_other_movement_in_the_background_is_outvoted() -> None:
    world = room()
    passing = [body(200 + 90 * k, 380) for k in range(8)]
    pictures = [with_person(view(world, 0, 0), person, 90) for person in passing]
    assert max(measure(pictures, [NOBODY] * 8)) < 1.5


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_bare_wall_tells_nothing(grey: int) -> None:
    wall: Picture = np.full((720, 1280, 3), grey, dtype=np.uint8)
    assert np.isnan(measure([wall] * 3, [NOBODY] * 3)).all()


def test_a_cut_to_another_scene_tells_nothing() -> None:
    shifts = measure([view(room(5), 0, 0), view(room(6), 0, 0)], [NOBODY] * 2)
    assert shifts[0] == 0.0
    assert np.isnan(shifts[1])


def test_between_two_looks_the_last_value_holds() -> None:
    world, camera = room(), CameraShift()
    assert camera.update(view(world, 0, 0), NOBODY, 0.0) == 0.0
    assert camera.update(view(world, 20, 0), NOBODY, LOOK_SECONDS / 2) == 0.0
    assert camera.update(view(world, 20, 0), NOBODY, LOOK_SECONDS) == pytest.approx(20, abs=1)


def test_person_box() -> None:
    assert person_box(NOBODY) is None
    assert person_box(np.array([[10.0, 20.0], [110.0, 60.0]])) == (-5, 5, 125, 75)
