"""The types that a recording becomes."""

import numpy as np
import pytest

from coxa import InputError
from coxa.model import Source
from coxa.motion import Angles, Motion, Orientations
from coxa.motion.recording import even_times, unique_names

SOURCE = Source(name="x.trc")


def motion(times: list[float], points: int = 2) -> Motion:
    positions = np.zeros((len(times), points, 3))
    names = tuple(f"P{i}" for i in range(points))
    return Motion(times=np.array(times), source=SOURCE, names=names, positions=positions, unit="m")


def test_rate_is_the_median_so_that_one_gap_does_not_change_it() -> None:
    assert motion([0.0, 0.1, 0.2, 0.9, 1.0]).rate == pytest.approx(10.0)
    assert motion([0.0]).rate == 0.0


@pytest.mark.parametrize("times", [[], [0.0, 0.0], [0.0, 1.0, 0.5], [0.0, float("nan")]])
def test_times_must_grow(times: list[float]) -> None:
    with pytest.raises(InputError, match=r"x\.trc"):
        motion(times)


def test_what_is_missing_is_named() -> None:
    whole = motion([0.0, 0.1])
    assert whole.has("P0", "P1")
    assert not whole.has("P0", "LASI")
    with pytest.raises(InputError, match="no point called 'LASI'"):
        whole.point("LASI")


def test_shapes_must_fit() -> None:
    times = even_times(3, 10.0)
    with pytest.raises(InputError, match="shape"):
        Motion(times=times, source=SOURCE, names=("A",), positions=np.zeros((3, 1, 3)), unit="px")
    with pytest.raises(InputError, match="twice"):
        Motion(times=times, source=SOURCE, names=("A", "A"), positions=np.zeros((3, 2, 3)), unit="m")
    with pytest.raises(InputError, match="confidence"):
        Motion(
            times=times,
            source=SOURCE,
            names=("A",),
            positions=np.zeros((3, 1, 3)),
            unit="m",
            confidence=np.zeros((2, 1)),
        )
    with pytest.raises(InputError, match="one value per column"):
        Angles(times=times, source=SOURCE, names=("a",), values=np.zeros((3, 2)), units=("deg",))
    with pytest.raises(InputError, match="one quaternion"):
        Orientations(times=times, source=SOURCE, names=("a",), quaternions=np.zeros((3, 1, 3)))


def test_a_part_keeps_everything_in_step() -> None:
    whole = motion([0.0, 0.1, 0.2]).noted("read")
    part = whole.part(np.array([False, True, True]))
    assert part.frames == 2
    assert part.positions.shape == (2, 2, 3)
    assert part.log == ("read",)
    assert part.duration == pytest.approx(0.1)


def test_unique_names() -> None:
    assert unique_names(["A", "B", "A", "A_2", "A"]) == ("A", "B", "A_3", "A_2", "A_4")
