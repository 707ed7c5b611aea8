"""Who is followed, and that an exchange of people never goes unsaid. A script of who is where plays the models."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from coxa.motion.blazepose import LANDMARKS, BlazePose, Picture, Pose
from coxa.motion.regions import Candidate, Region
from coxa.motion.tracking import LOOK_SECONDS, Sight, Tracker, beside, ends, others, preferred, scale_change

WIDTH, HEIGHT, STEP = 1280, 720, 5
# Each pixel tells its column, so that the script knows which part of the picture it is shown.
PICTURE: Picture = np.tile((np.arange(WIDTH) // STEP).astype(np.uint8)[None, :, None], (HEIGHT, 1, 3))
FIGURE = np.random.default_rng(3).uniform(-0.4, 0.4, (len(LANDMARKS), 2))


def at(x: float, size: float = 500.0, y: float = 400.0) -> Region:
    return Region(x, y, size, 0.0)


class Script:
    """People by frame: where each one is, and whether the detector sees them."""

    def __init__(self, frames: Sequence[Sequence[Region]], unseen: Sequence[int] = ()) -> None:
        self.frames, self.unseen = frames, unseen
        self.now = 0
        self.looks = 0

    def detect(self, picture: Picture) -> list[Candidate]:
        self.looks += 1
        left = STEP * int(picture[0, 0, 0])
        return [
            Candidate(replace(region, x=region.x - left), 0.9)
            for region in ([] if self.now in self.unseen else self.frames[self.now])
            if 0 <= region.x - left < picture.shape[1]
        ]

    def landmarks(self, picture: Picture, region: Region) -> Pose | None:
        """Like the model: whoever overlaps the region most is found, if anybody does."""
        here = max(self.frames[self.now], key=region.overlap, default=None)
        if here is None or region.overlap(here) < 0.2:
            return None
        points = np.array([here.x, here.y]) + FIGURE * here.size
        return Pose(points, np.full(len(LANDMARKS), 0.9), 0.99, region, here)


def follow(
    frames: Sequence[Sequence[Region]], rate: float = 15.0, unseen: Sequence[int] = ()
) -> tuple[list[Sight], Script]:
    script = Script(frames, unseen)
    tracker = Tracker(cast("BlazePose", script))
    sights = []
    for k in range(len(frames)):
        script.now = k
        sights.append(tracker.see(PICTURE, k / rate))
    return sights, script


def breaks(sights: list[Sight]) -> list[int]:
    return [k for k, sight in enumerate(sights) if sight.broken]


def places(sights: list[Sight]) -> list[float]:
    return [float(sight.points[:, 0].mean() - 500 * FIGURE[:, 0].mean()) for sight in sights]


def test_one_person_is_followed_without_a_break() -> None:
    sights, script = follow([[at(300 + 12 * k)] for k in range(40)])
    assert breaks(sights) == []
    assert places(sights) == pytest.approx([300 + 12 * k for k in range(40)])
    assert [sight.people for sight in sights] == [1] * 40
    assert [k for k, sight in enumerate(sights) if sight.redetected] == [0]
    # First, and then twice a second: the detector costs as much as a landmark model.
    assert script.looks == 1 + int(39 / np.ceil(15 * LOOK_SECONDS))


def test_large_and_central_is_chosen_at_first() -> None:
    found = [Candidate(at(100, 480), 0.99), Candidate(at(640, 500), 0.6), Candidate(at(660, 100), 0.9)]
    assert [one.region.size for one in preferred(found, None, 1280, 720)] == [500, 480, 100]


def test_who_was_followed_is_preferred_to_who_is_larger() -> None:
    found = [Candidate(at(640, 700), 0.99), Candidate(at(120, 400), 0.6)]
    assert preferred(found, at(100, 410), 1280, 720)[0].region.size == 400


def test_a_passer_by_is_counted_and_not_followed() -> None:
    frames = [[at(640), at(1350 - 15 * k, 450)] if 10 <= k < 80 else [at(640)] for k in range(100)]
    sights, _ = follow(frames)
    assert places(sights) == pytest.approx([640] * 100)
    assert breaks(sights) == []
    counts = [sight.people for sight in sights]
    assert counts[:8] == [1] * 8
    assert max(counts[10:30]) == 2
    assert max(counts[65:85]) == 2
    assert counts[-1] == 1


@pytest.mark.parametrize("x", [100, 1150])
def test_somebody_at_either_end_is_counted_throughout(x: float) -> None:
    sights, script = follow([[at(640), at(x, 300)]] * 40)
    assert [sight.people for sight in sights] == [2] * 40
    assert script.looks == 1 + int(39 / np.ceil(15 * LOOK_SECONDS))


def test_the_ends_cover_the_picture() -> None:
    assert ends(1280, 720) == [(0, 0, 720), (560, 0, 720)]
    assert ends(720, 1280) == [(0, 0, 720), (0, 560, 720)]
    assert ends(640, 540) == []


def test_a_part_of_the_tracked_person_is_nobody_else() -> None:
    points = np.array([640.0, 400.0]) + FIGURE * 500
    tracked = Pose(points, np.full(len(LANDMARKS), 0.9), 0.99, at(640), at(640))
    assert beside([at(540, 400), at(640, 480), at(500, 160)], tracked) == 0
    assert beside([at(100, 300), at(1100, 100)], tracked) == 1


def test_small_figures_in_the_background_are_not_counted() -> None:
    sights, _ = follow([[at(640), at(100, 90)]] * 10)
    assert {sight.people for sight in sights} == {1}
    assert others([Candidate(at(100, 200), 0.9), Candidate(at(640, 500), 0.9)], at(640)) == 1


def test_a_jump_to_somebody_else_is_a_break() -> None:
    """The followed person is gone from one frame to the next, and the region catches a neighbour."""
    sights, _ = follow([[at(640)]] * 10 + [[at(860)]] * 10)
    assert breaks(sights) == [10]


def test_a_change_of_size_at_the_same_place_is_a_break() -> None:
    sights, _ = follow([[at(640, 500)]] * 10 + [[at(640, 320)]] * 10)
    assert breaks(sights) == [10]


def test_found_again_elsewhere_is_a_break() -> None:
    sights, _ = follow([[at(300)]] * 10 + [[]] * 3 + [[at(1000)]] * 5)
    assert breaks(sights) == [13]
    lost = sights[11]
    assert np.isnan(lost.points).all()
    assert (lost.visibility == 0).all()
    assert (lost.presence, lost.region, lost.people) == (0.0, None, 0)


def test_found_again_late_is_a_break_even_in_the_same_place() -> None:
    sights, _ = follow([[at(300)]] * 10 + [[]] * 15 + [[at(300)]] * 5)
    assert breaks(sights) == [25]


def test_found_again_at_once_in_the_same_place_is_none() -> None:
    sights, _ = follow([[at(300)]] * 10 + [[]] * 2 + [[at(305)]] * 5)
    assert breaks(sights) == []
    assert sights[12].redetected


def test_found_again_where_two_people_are_is_a_break() -> None:
    sights, _ = follow([[at(300)]] * 10 + [[]] * 2 + [[at(305), at(380)]] * 5)
    assert breaks(sights) == [12]


def test_a_detector_that_misses_the_person_changes_nothing() -> None:
    """People who lie down are often missed by the detector while their landmarks are found."""
    sights, _ = follow([[at(640)]] * 30, unseen=range(1, 30))
    assert breaks(sights) == []
    assert {sight.people for sight in sights} == {1}


def test_one_bent_limb_is_no_change_of_scale() -> None:
    before = FIGURE * 500
    after = before.copy()
    after[LANDMARKS.index("left_knee")] += 300
    assert abs(scale_change(before, after)) < 0.1
    assert scale_change(before, before * 1.5) == pytest.approx(np.log(1.5))
