"""Printed tags: found exactly, the true pose of the two chosen, the world upright, hostile pictures harmless."""

import dataclasses
import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from coxa import InputError
from coxa.motion.recording import FloatArray
from coxa.motion.tag_corners import LARGEST_PICTURE, find_tags, tag_cells
from coxa.motion.tag_focal import different_views, estimate_focal, usual_focal
from coxa.motion.tag_pose import TwoPoses, choose, intrinsics, poses, rotation_covariance, turned
from coxa.motion.tags import SeenTags, TagLayout, TagTrack, track_corners, track_tags
from coxa.protocol import load_protocol
from tools.tag_scene import FACING, Camera, Leg, Look, Picture, Tag, camera_at, draw, exposed

AIM = np.array([-0.1, 0.0, 0.75])
LAYOUT = TagLayout.of(load_protocol())
STILL = Look(blur=0.7, noise=3.0, samples=4)


def camera(*, distance: float = 2.0, yaw: float = -20.0, view: float = 65.0) -> Camera:
    return camera_at(AIM, distance=distance, yaw=yaw, pitch=8.0, view=view)


def pictures(
    eye: Camera, legs: list[Leg], *, rate: float = 30.0, without: int | None = None
) -> Iterator[tuple[float, Picture]]:
    random = np.random.default_rng(5)
    for frame, leg in enumerate(legs):
        tags = [tag for tag in leg.tags() if tag.id != without]
        yield frame / 30, exposed(draw(eye, tags, leg.limbs(), STILL), STILL, random)


@pytest.fixture(scope="module")
def raised() -> list[Leg]:
    return [
        Leg(degrees, knee) for degrees, knee in ((0.0, 0.0), (20.0, 10.0), (40.0, 20.0), (60.0, 30.0), (60.0, 30.0))
    ]


@pytest.fixture(scope="module")
def track(raised: list[Leg]) -> TagTrack:
    return track_tags(pictures(camera(), raised), LAYOUT)


# --- corners ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("distance", [1.5, 2.5])
def test_corners_are_exact(distance: float) -> None:
    eye, leg = camera(distance=distance), Leg(40.0, 20.0)
    (shown,) = pictures(eye, [leg])
    found = find_tags(shown[1], LAYOUT.names)
    assert set(found) == {0, 1, 2, 3}
    errors = np.concatenate([found[tag.id] - eye.pixels(tag.corners()) for tag in leg.tags()])
    assert np.abs(errors).max() < 0.2
    assert errors.std() < 0.06
    assert abs(errors.mean()) < 0.03  # no half pixel


def test_only_what_is_wanted_is_found() -> None:
    (shown,) = pictures(camera(), [Leg(0.0)])
    assert set(find_tags(shown[1], {2})) == {2}
    assert find_tags(shown[1], set()) == {}


def test_grey_and_rgb_are_the_same() -> None:
    (shown,) = pictures(camera(), [Leg(0.0)])
    colour, grey = find_tags(shown[1], {2}), find_tags(np.ascontiguousarray(shown[1][:, :, 0]), {2})
    np.testing.assert_allclose(colour[2], grey[2])


def test_a_tag_that_is_seen_twice_is_left_out() -> None:
    (shown,) = pictures(camera(), [Leg(0.0)])
    both = np.concatenate([shown[1], shown[1]], axis=0)
    assert find_tags(both, LAYOUT.names) == {}


def test_a_half_covered_edge_is_no_corner() -> None:
    eye, leg = camera(), Leg(0.0)
    picture = draw(eye, leg.tags(), leg.limbs(), STILL)
    thigh = eye.pixels(leg.tags()[2].corners())
    picture[:, : int(thigh[:, 0].min()) + 3] = 20.0
    assert 2 not in find_tags(exposed(picture, STILL, np.random.default_rng(0)), LAYOUT.names)


def test_a_tag_bent_around_a_leg_is_not_found() -> None:
    eye = camera(distance=1.5)
    for bend, found in ((None, True), (0.08, False)):
        tag = Tag(2, FACING, np.array([-0.1, 0.0, 0.4]), bend=bend)
        picture = exposed(draw(eye, [tag], look=STILL), STILL, np.random.default_rng(1))
        assert (2 in find_tags(picture, LAYOUT.names)) is found


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (4, 300), (300, 4), (31, 31)])
def test_tiny_pictures_hold_nothing(size: tuple[int, int]) -> None:
    assert find_tags(np.zeros((*size, 3), dtype=np.uint8), LAYOUT.names) == {}


def test_black_white_and_noise_hold_nothing() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    for picture in (np.zeros_like(noise), np.full_like(noise, 255), noise):
        assert find_tags(picture, LAYOUT.names) == {}


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((100, 100, 3)),
        np.zeros((100, 100, 4), dtype=np.uint8),
        np.zeros(100, dtype=np.uint8),
        np.broadcast_to(np.zeros(1, dtype=np.uint8), (LARGEST_PICTURE, 2)),
    ],
)
def test_other_arrays_are_refused(picture: Picture) -> None:
    with pytest.raises(InputError):
        find_tags(picture, LAYOUT.names)


def test_bitmaps_have_a_black_border_and_differ() -> None:
    cells = [tag_cells(number) for number in LAYOUT.names]
    for one in cells:
        assert not one[[0, -1]].any()
        assert not one[:, [0, -1]].any()
    assert len({one.tobytes() for one in cells}) == len(cells)


# --- poses -----------------------------------------------------------------------------------------------------------


def test_a_tag_seen_squarely_has_a_pose() -> None:
    flat = Tag(0, FACING, np.array([-0.1, 0.5, 0.75]))
    eye = camera_at(AIM, distance=3.0, view=75.0)
    for focal in np.linspace(700, 1400, 15):
        both = poses(eye.pixels(flat.corners())[None], 0.1, intrinsics(float(focal), (1280, 720)))
        assert both.squares[0, 0] < 1e-3
        assert both.rotations[0, 0, 2, 2] < -0.99


@settings(max_examples=60)
@given(
    roll=st.floats(-180, 180),
    tilt=st.floats(12, 60),
    towards=st.floats(0, 360),
    place=st.tuples(st.floats(-0.8, 0.8), st.floats(-0.4, 0.4), st.floats(1.0, 4.0)),
)
@example(roll=180.0, tilt=14.0, towards=0.0, place=(0.0, 0.25, 3.0))
def test_exact_corners_give_the_exact_pose(
    roll: float, tilt: float, towards: float, place: tuple[float, float, float]
) -> None:
    facing = Rotation.from_matrix(np.diag([1.0, -1.0, -1.0]))
    slant = Rotation.from_rotvec(math.radians(tilt) * np.array([math.cos(towards), math.sin(towards), 0.0]))
    truth = (slant * facing * Rotation.from_euler("z", roll, degrees=True)).as_matrix()
    matrix = intrinsics(1000.0, (1280, 720))
    seen = (np.array([[-1, 1, 0], [1, 1, 0], [1, -1, 0], [-1, -1, 0]]) * 0.05 @ truth.T + place) @ matrix.T
    both = poses((seen[:, :2] / seen[:, 2:])[None], 0.1, matrix)
    assert turned(both.rotations[0, 0], truth) < 0.01
    np.testing.assert_allclose(both.places[0, 0], place, atol=1e-4)
    assert both.squares[0, 0] < 1e-6


def _two(first: list[Rotation], second: list[Rotation], squares: list[tuple[float, float]]) -> TwoPoses:
    rotations = np.stack([[a.as_matrix(), b.as_matrix()] for a, b in zip(first, second, strict=True)])
    return TwoPoses(rotations, np.broadcast_to([0.0, 0.0, 2.0], (len(first), 2, 3)), np.array(squares))


def tilted(degrees: float) -> Rotation:
    return Rotation.from_euler("y", degrees, degrees=True) * Rotation.from_matrix(np.diag([1.0, -1.0, -1.0]))


def test_time_resolves_the_second_solution() -> None:
    """In a few frames noise makes the false pose fit better; the limb can't jump there and back."""
    frames, wrong = 30, {4, 5, 17}
    true, false = [tilted(25 + 0.2 * at) for at in range(frames)], [tilted(-25 - 0.2 * at) for at in range(frames)]
    first = [false[at] if at in wrong else true[at] for at in range(frames)]
    second = [true[at] if at in wrong else false[at] for at in range(frames)]
    squares = [(0.02, 0.03) if at in wrong else (0.02, 0.3) for at in range(frames)]
    (chosen,) = choose([_two(first, second, squares)], np.arange(frames) / 30)
    assert float(np.max(turned(chosen.rotations, np.stack([r.as_matrix() for r in true])))) < 1e-3
    assert chosen.resolved


def test_other_tags_resolve_what_time_cannot() -> None:
    """A tag whose poses fit equally well takes the one that faces as the others do; alone it stays unresolved."""
    frames = 20
    here, there = [tilted(28)] * frames, [tilted(-28)] * frames
    unclear = _two(there, here, [(0.0200, 0.0202)] * frames)
    clear = [_two([tilted(t)] * frames, [tilted(-t)] * frames, [(0.02, 0.9)] * frames) for t in (25, 30)]
    times = np.arange(frames) / 30
    assert not choose([unclear], times)[0].resolved
    chosen = choose([unclear, *clear], times)[0]
    assert chosen.resolved
    assert float(turned(chosen.rotations[0], here[0].as_matrix())) < 1e-3


def test_two_poses_that_hardly_differ_do_no_harm() -> None:
    frames = 10
    (chosen,) = choose(
        [_two([tilted(2)] * frames, [tilted(-2)] * frames, [(0.02, 0.02)] * frames)], np.arange(frames) / 30
    )
    assert chosen.resolved


def test_a_tag_that_is_never_seen_is_not_resolved() -> None:
    nothing = TwoPoses(np.full((3, 2, 3, 3), np.nan), np.full((3, 2, 3), np.nan), np.full((3, 2), np.nan))
    (chosen,) = choose([nothing], np.arange(3.0))
    assert not chosen.resolved
    assert np.isnan(chosen.rotations).all()


def test_covariance_is_that_of_simulated_corner_errors() -> None:
    random = np.random.default_rng(11)
    truth, place, matrix = tilted(35).as_matrix(), np.array([0.2, 0.1, 2.0]), intrinsics(1000.0, (1280, 720))
    seen = (np.array([[-1, 1, 0], [1, 1, 0], [1, -1, 0], [-1, -1, 0]]) * 0.05 @ truth.T + place) @ matrix.T
    corners = seen[:, :2] / seen[:, 2:] + 0.05 * random.standard_normal((1500, 4, 2))
    found = poses(corners, 0.1, matrix).rotations[:, 0]
    turns = Rotation.from_matrix(found @ truth.T).as_rotvec(degrees=True)
    said = 0.05**2 * rotation_covariance(truth[None], place[None], 0.1, 1000.0)[0]
    np.testing.assert_allclose(np.sqrt(np.diag(said)), turns.std(axis=0), rtol=0.12)


# --- focal length ----------------------------------------------------------------------------------------------------


def _views(eye: Camera, noise: float) -> FloatArray:
    random = np.random.default_rng(2)
    legs = [Leg(degrees, degrees / 2) for degrees in np.linspace(0, 80, 12)]
    corners = np.stack([[eye.pixels(tag.corners()) for tag in leg.tags()] for leg in legs])
    return corners + noise * random.standard_normal(corners.shape)


@pytest.mark.parametrize("view", [60.0, 75.0])
def test_focal_length_is_found_from_slanted_tags(view: float) -> None:
    eye = camera(yaw=-25.0, view=view)
    found = estimate_focal(different_views(_views(eye, 0.03)), 0.1, (1280, 720))
    assert found.origin == "tags"
    assert found.pixels == pytest.approx(eye.focal, rel=0.04)
    assert found.spread < 0.07
    assert found.view(1280) == pytest.approx(view, abs=2.5)


def test_focal_length_stays_usual_when_nothing_tells_it() -> None:
    usual = usual_focal((1280, 720))
    assert estimate_focal(np.zeros((0, 4, 2)), 0.1, (1280, 720)) == usual
    flat = Tag(0, FACING, np.array([-0.1, 0.5, 0.75])).corners()
    frontal = camera_at(AIM, distance=3.0, view=75.0).pixels(flat)[None]
    found = estimate_focal(frontal, 0.1, (1280, 720))
    assert found.pixels == pytest.approx(usual.pixels, rel=0.02)
    assert found.spread > 0.1


def test_a_still_tag_is_one_view() -> None:
    still = np.repeat(_views(camera(), 0.0)[:1], 50, axis=0)
    assert len(different_views(still)) == 4
    assert len(different_views(np.full((5, 2, 4, 2), np.nan))) == 0


# --- the whole track -------------------------------------------------------------------------------------------------


def test_world_is_upright_and_along_the_wall(track: TagTrack, raised: list[Leg]) -> None:
    names = [LAYOUT.names[tag.id] for tag in raised[0].tags()]
    assert names == ["wall", "left_pelvis", "left_thigh", "left_shank"]
    for frame, leg in enumerate(raised):
        for name, tag in zip(names, leg.tags(), strict=True):
            assert float(turned(track.rotations(name)[frame], tag.rotation)) < 3.0  # tilt towards the camera included
            shown, true = track.rotations(name)[frame][:, 1], tag.rotation[:, 1]
            assert math.degrees(math.atan2(shown[2], shown[0]) - math.atan2(true[2], true[0])) == pytest.approx(
                0, abs=0.5
            )
            np.testing.assert_allclose(
                track.positions[frame, track.index(name)], tag.centre - np.array(leg.wall), atol=0.06
            )


def test_track_says_what_it_did(track: TagTrack) -> None:
    assert track.detected[:, :4].all()
    assert not track.detected[:, 4:].any()
    assert track.resolved.tolist() == [True] * 4 + [False] * 3
    assert np.nanmax(track.reprojection_error) < 0.1
    assert np.nanmax(track.misfit) < 0.004
    assert np.nanmax(track.camera_shift) < 0.05
    assert track.focal.pixels == pytest.approx(camera().focal, rel=0.1)
    assert "wall in 100 %" in track.log[0]
    assert track.orientations.names == track.names
    with pytest.raises(InputError, match="no printed marker"):
        track.rotations("nose")


def test_printed_at_another_scale_gives_the_same_orientations(raised: list[Leg], track: TagTrack) -> None:
    small = [dataclasses.replace(leg, side=0.095) for leg in raised]
    other = track_tags(pictures(camera(), small), LAYOUT)
    for name in ("left_thigh", "left_shank"):
        assert float(np.max(turned(track.rotations(name), other.rotations(name)))) < 2.0
    ratio = np.linalg.norm(other.positions[:, 2], axis=1) / np.linalg.norm(track.positions[:, 2], axis=1)
    np.testing.assert_allclose(ratio, 1 / 0.95, rtol=0.03)


def test_without_the_wall_there_is_no_world(raised: list[Leg]) -> None:
    track = track_tags(pictures(camera(), raised[:2], without=0), LAYOUT)
    assert np.isnan(track.orientations.quaternions).all()
    assert np.isnan(track.camera_shift).all()
    assert track.detected[:, 2].all()


def test_a_missing_tag_is_missing_and_nothing_else(raised: list[Leg]) -> None:
    track = track_tags(pictures(camera(), raised[:2], without=3), LAYOUT)
    assert np.isnan(track.rotations("left_shank")).all()
    assert np.isfinite(track.rotations("left_thigh")).all()


def test_a_moved_camera_shows(raised: list[Leg]) -> None:
    before, after = pictures(camera(), raised[:3]), pictures(camera(yaw=-17.0), raised[:2])
    track = track_tags([*before, *((time + 1, picture) for time, picture in after)], LAYOUT)
    assert np.max(track.camera_shift[3:]) > 0.5
    assert np.max(track.camera_shift[:3]) < 0.1


def test_empty_pictures_are_a_track_of_nothing() -> None:
    frames = [(at / 30, np.zeros((120, 160, 3), dtype=np.uint8)) for at in range(3)]
    track = track_tags(frames, LAYOUT)
    assert not track.detected.any()
    assert np.isnan(track.orientations.quaternions).all()
    assert track.focal.origin == "usual"
    assert "none seen" in track.log[0]


def test_bad_videos_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = np.zeros((64, 64, 3), dtype=np.uint8), np.zeros((80, 64, 3), dtype=np.uint8)
    with pytest.raises(InputError, match="no picture"):
        track_tags([], LAYOUT)
    with pytest.raises(InputError, match="size of the picture changes"):
        track_tags([(0.0, small), (0.1, large)], LAYOUT)
    with pytest.raises(InputError, match="don't grow"):
        track_tags([(0.1, small), (0.0, small)], LAYOUT)
    with pytest.raises(InputError, match="no wall"):
        track_tags([(0.0, small)], TagLayout({1: "left_thigh"}, 0.1))
    with pytest.raises(InputError, match="focal length"):
        track_tags([(0.0, small)], LAYOUT, focal=0.0)
    monkeypatch.setattr("coxa.motion.tags.MOST_FRAMES", 3)

    def endless() -> Iterator[tuple[float, Picture]]:
        at = 0
        while True:
            at += 1
            yield at / 30, small

    with pytest.raises(InputError, match="too long"):
        track_tags(endless(), LAYOUT)


def test_corners_must_be_those_of_the_layout() -> None:
    nothing = np.full((2, len(LAYOUT.names), 4, 2), np.nan)
    track = track_corners(SeenTags(np.array([0.0, 0.1]), nothing, (640, 480)), LAYOUT)
    assert not track.detected.any()
    with pytest.raises(InputError, match="every tag of the layout"):
        track_corners(SeenTags(np.array([0.0]), nothing, (640, 480)), LAYOUT)
    with pytest.raises(InputError, match="every tag of the layout"):
        track_corners(SeenTags(np.zeros(0), nothing[:0], (640, 480)), LAYOUT)
