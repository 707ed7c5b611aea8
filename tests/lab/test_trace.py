"""The curves of the picture library keep to what they trace."""

import re

import numpy as np
import pytest

from lab.pictures.trace import chains, fit, outlines, path_data, rounded


def disc(radius: float, size: int = 120) -> np.ndarray:
    y, x = np.mgrid[:size, :size] + 0.5
    return np.asarray(np.hypot(x - size / 2, y - size / 2) < radius)


def along(curves: np.ndarray) -> np.ndarray:
    t = np.linspace(0, 1, 20)[:, None]
    return np.concatenate(
        [(1 - t) ** 3 * p[0] + 3 * t * (1 - t) ** 2 * p[1] + 3 * t**2 * (1 - t) * p[2] + t**3 * p[3] for p in curves]
    )


def test_a_disc_becomes_few_curves_that_stay_on_its_rim() -> None:
    (line,) = outlines(disc(40), 30)
    curves = fit(rounded(line, True, 3.0), True, 1.0)
    off = np.linalg.norm(along(curves) - 60, axis=1) - 40
    assert np.abs(off).max() < 1.6
    assert len(curves) <= 12


def test_a_square_keeps_its_corners_and_straight_sides() -> None:
    side, none = np.arange(0, 80.0), np.zeros(80)
    sides = [(side, none), (80 + none, side), (80 - side, 80 + none), (none, 80 - side)]
    square = np.concatenate([np.stack(xy, 1) for xy in sides])
    curves = fit(square, True, 0.8, stiff=True)
    corners = {tuple(np.rint(p[0]).astype(int)) for p in curves}
    assert {(80, 0), (80, 80), (0, 80)} <= corners
    assert "c" not in path_data([curves], True)


def test_the_crack_around_an_area_is_one_closed_line() -> None:
    mask = disc(30)
    (line,) = chains(mask[:, 1:] != mask[:, :-1], mask[1:] != mask[:-1], np.zeros((121, 121), dtype=bool), 10)
    assert line.closed
    assert np.linalg.norm(line.points - 60, axis=1) == pytest.approx(30, abs=1.5)


def test_short_loose_ends_and_specks_are_left_out() -> None:
    across, down = np.zeros((50, 49), dtype=bool), np.zeros((49, 50), dtype=bool)
    across[10:15, 20] = True
    across[30:48, 5] = True
    across[10:45, 40] = True
    held = np.zeros((51, 51), dtype=bool)
    assert [len(line.points) for line in chains(across, down, held, 10)] == [36]
    held[30, 6] = True
    assert sorted(len(line.points) for line in chains(across, down, held, 10)) == [19, 36]


def test_relative_commands_come_back_to_where_they_began() -> None:
    data = path_data([fit(outlines(disc(40), 30)[0], True, 1.0)], True)
    numbers = [int(n) for n in re.findall(r"-?\d+", data.split("c", 1)[1])]
    assert np.array(numbers[4::6]).sum() == 0
    assert np.array(numbers[5::6]).sum() == 0
    assert data.endswith("z")


def test_small_things_are_written_in_tenths() -> None:
    line = np.array([[[1.04, 2.06], [1.2, 2.3], [1.4, 2.9], [1.5, 3.02]]])
    assert path_data([line], False, 10).startswith("M1 2.1")
