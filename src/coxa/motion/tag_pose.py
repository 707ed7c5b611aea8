"""From the four corners of a printed tag to its orientation in the camera.

A flat square seen in a picture has two orientations that fit almost equally well: tilted towards the camera's line of
sight and away from it. Both are computed (IPPE: Collins and Bartoli 2014, "Infinitesimal plane-based pose estimation",
as in OpenCV's ``SOLVEPNP_IPPE_SQUARE``) and refined to the least reprojection error. Which one is true is decided for
the whole clip: by how well each fits over time, by a limb's turning steadily, and by all tags facing roughly the same
way.

Camera axes: right, down, forward. Tag axes: right, up (the printed arrow), out of the paper.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from coxa.motion.recording import FloatArray

CORNER_ERROR = 0.1
"""Pixels, 1 SD of a corner, the yardstick of fit where nothing better is known; rendered tags give 0.03 to 0.11."""
_LEAST_ERROR = 0.04
"""Pixels: part of the error repeats in every frame, and the fit of the clip's own tags can't show less than this."""
_STEADY_DEGREES, _FASTEST = 3.0, 300.0
"""Degrees by which an orientation may change between frames, plus degrees per second, before it counts as a jump."""
_IPPE_FAILED = 0.5
"""px²: the two poses of IPPE are refined from elsewhere too when neither fits better than this."""
_FACING_ALIKE = 20.0
"""Degrees, 1 SD: how far the normals of two tags on one side of a person and on the wall behind differ."""
_COUNTED = 20
"""Frames that count as independent evidence; neighbouring frames of a still limb all err alike."""
_SURE = 6.0
"""How much worse, in squared standard deviations, the other orientation must fit (odds of e³, 20 to 1)."""
HARMLESS = 10.0
"""Degrees: when the two orientations differ by less, taking the wrong one moves an angle by 0.4° at most (τ²/4)."""


@dataclass(frozen=True, eq=False)
class TwoPoses:
    """Both orientations of one tag in each frame, better fit first; NaN where the tag isn't seen.

    Parameters
    ----------
    rotations: (frames, 2, 3, 3) tag to camera.
    places: (frames, 2, 3) centre of the tag in metres, in camera axes.
    squares: (frames, 2) sum of the eight squared reprojection errors in px².
    """

    rotations: FloatArray
    places: FloatArray
    squares: FloatArray


def intrinsics(focal: float, size: tuple[int, int]) -> FloatArray:
    """(3, 3) camera matrix: square pixels, the optical axis in the middle of the picture."""
    return np.array([[focal, 0, (size[0] - 1) / 2], [0, focal, (size[1] - 1) / 2], [0, 0, 1]])


def own_corners(side: float) -> FloatArray:
    """(4, 3) corners of a tag in its own axes, metres, in the detector's order."""
    return side / 2 * np.array([[-1.0, 1, 0], [1, 1, 0], [1, -1, 0], [-1, -1, 0]])


def poses(corners: FloatArray, side: float, matrix: FloatArray) -> TwoPoses:
    """Both poses of a tag of ``side`` metres for (frames, 4, 2) corners in pixels."""
    frames = len(corners)
    made = TwoPoses(np.full((frames, 2, 3, 3), np.nan), np.full((frames, 2, 3), np.nan), np.full((frames, 2), np.nan))
    own = own_corners(side)
    for frame in np.flatnonzero(np.isfinite(corners).all(axis=(1, 2))):
        for place, (square, rotation, centre) in enumerate(_both(own, corners[frame], matrix)):
            made.squares[frame, place] = square
            made.rotations[frame, place] = rotation
            made.places[frame, place] = centre
    return made


Pose = tuple[float, FloatArray, FloatArray]


def _both(own: FloatArray, corners: FloatArray, matrix: FloatArray) -> list[Pose]:
    _, turns, shifts, _ = cv2.solvePnPGeneric(own, corners, matrix, None, flags=cv2.SOLVEPNP_IPPE_SQUARE)
    found = [_refined(own, corners, matrix, turn, shift) for turn, shift in zip(turns, shifts, strict=True)]
    if not any(pose is not None and pose[0] < _IPPE_FAILED for pose in found):
        found.append(_refined(own, corners, matrix, *_frontal(own, corners, matrix)))
    ranked = sorted((pose for pose in found if pose is not None), key=lambda pose: pose[0])[:2]
    if len(ranked) == 2 and ranked[1][0] >= _IPPE_FAILED:
        mirrored = _refined(own, corners, matrix, *_mirrored(ranked[0]))
        if mirrored is not None and mirrored[0] < ranked[0][0] / 2:
            return [mirrored, ranked[0]]
    return ranked


def _refined(
    own: FloatArray, corners: FloatArray, matrix: FloatArray, turn: npt.NDArray[Any], shift: npt.NDArray[Any]
) -> Pose | None:
    """The pose of least reprojection error near a start; ``None`` when it diverges or lies behind the camera."""
    steps = (cv2.TERM_CRITERIA_MAX_ITER, 25, 0)
    turn, shift = cv2.solvePnPRefineLM(own, corners, matrix, None, turn.copy(), shift.copy(), steps)
    rotation = np.asarray(cv2.Rodrigues(turn)[0], dtype=np.float64)
    centre = np.asarray(shift, dtype=np.float64).ravel()
    seen = (own @ rotation.T + centre) @ matrix.T
    square = float(((seen[:, :2] / seen[:, 2:] - corners) ** 2).sum())
    return (square, rotation, centre) if math.isfinite(square) and centre[2] > 0 else None


def _mirrored(pose: Pose) -> tuple[FloatArray, FloatArray]:
    """The pose that looks nearly the same, its depth mirrored: IPPE loses it where a tag turns about an exact axis."""
    _, rotation, centre = pose
    half_turn = Rotation.from_rotvec(math.pi * centre / np.linalg.norm(centre)).as_matrix()
    turn = Rotation.from_matrix(half_turn @ rotation @ np.diag([-1.0, -1.0, 1.0]))
    return turn.as_rotvec()[:, None], centre[:, None]


def _frontal(own: FloatArray, corners: FloatArray, matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where the tag would be if it faced the camera squarely: there IPPE divides by zero and may fail."""
    up = (corners[0] + corners[1] - corners[2] - corners[3]) / 2
    depth = matrix[0, 0] * float(np.linalg.norm(own[0] - own[3])) / float(np.linalg.norm(up))
    middle = np.append((corners.mean(axis=0) - matrix[:2, 2]) / matrix[0, 0], 1.0) * depth
    turn = Rotation.from_euler("z", math.atan2(up[0], -up[1])) * Rotation.from_matrix(np.diag([1.0, -1.0, -1.0]))
    return turn.as_rotvec()[:, None], middle[:, None]


def turned(first: FloatArray, second: FloatArray) -> FloatArray:
    """Degrees between rotation matrices (..., 3, 3)."""
    trace = np.einsum("...ij,...ij->...", first, second)
    return np.asarray(np.degrees(np.arccos(np.clip((trace - 1) / 2, -1, 1))))


def steady_choice(both: TwoPoses, times: FloatArray) -> npt.NDArray[np.intp]:
    """(frames,) which of the two poses, so that fit and steadiness together are best (Viterbi); 0 where not seen."""
    seen = np.flatnonzero(np.isfinite(both.squares[:, 0]))
    choice = np.zeros(len(times), dtype=np.intp)
    if seen.size == 0:
        return choice
    fit = np.nan_to_num(both.squares[seen] / CORNER_ERROR**2, nan=1e12)
    turns = both.rotations[seen]
    step = turned(turns[:-1, :, None], turns[1:, None, :])
    slack = _STEADY_DEGREES + _FASTEST * np.diff(times[seen])
    jump = np.nan_to_num((step / slack[:, None, None]) ** 2, nan=1e12)
    total, origin = fit[0], np.zeros((len(seen), 2), dtype=np.intp)
    for at in range(1, len(seen)):
        paths = total[:, None] + jump[at - 1]
        origin[at] = paths.argmin(axis=0)
        total = paths.min(axis=0) + fit[at]
    state = int(total.argmin())
    for at in range(len(seen) - 1, -1, -1):
        choice[seen[at]] = state
        state = int(origin[at, state])
    return choice


@dataclass(frozen=True, eq=False)
class Chosen:
    """One pose per frame of one tag, and whether it is sure to be the true one of the two."""

    rotations: FloatArray
    places: FloatArray
    squares: FloatArray
    resolved: bool


def choose(tags: list[TwoPoses], times: FloatArray) -> list[Chosen]:
    """The true pose of each tag in each frame, decided for all tags together.

    For each tag, the steadiest sequence of poses and its mirror image are the two candidates. All combinations over the
    tags are tried; the best has the least misfit together with the most similar normals. A tag is ``resolved`` when the
    best combination with its other candidate is clearly worse, or when the candidates hardly differ.
    """
    chosen = [steady_choice(tag, times) for tag in tags]
    candidates = [(_taken(tag, pick), _taken(tag, 1 - pick)) for tag, pick in zip(tags, chosen, strict=True)]
    seen = [place for place, tag in enumerate(tags) if np.isfinite(tag.squares[:, 0]).any()]
    best, margin = _best_combination([candidates[place] for place in seen], _error(tags))
    out = []
    for place, (first, second) in enumerate(candidates):
        if place not in seen:
            out.append(Chosen(*first, resolved=False))
            continue
        at = seen.index(place)
        taken = (first, second)[best[at]]
        gap = float(np.nanmedian(turned(first[0], second[0])))
        out.append(Chosen(*taken, resolved=margin[at] > _SURE or not gap > HARMLESS))
    return out


Candidate = tuple[FloatArray, FloatArray, FloatArray]


def _taken(both: TwoPoses, pick: npt.NDArray[np.intp]) -> Candidate:
    at = np.arange(len(pick))
    single = np.isnan(both.squares[:, 1])  # the second didn't converge: there is only one
    pick = np.where(single, 0, pick)
    return both.rotations[at, pick], both.places[at, pick], both.squares[at, pick]


def _error(tags: list[TwoPoses]) -> float:
    """Pixels, 1 SD of a corner in this clip, from how well the better poses fit (8 coordinates less 6 of the pose)."""
    squares = [float(np.nanmean(tag.squares[:, 0])) for tag in tags if np.isfinite(tag.squares[:, 0]).any()]
    return max(_LEAST_ERROR, math.sqrt(float(np.median(squares)) / 2)) if squares else CORNER_ERROR


def _best_combination(pairs: list[tuple[Candidate, Candidate]], error: float) -> tuple[tuple[int, ...], list[float]]:
    """Which candidate of each tag, and by how much the best choice with the other one is worse."""
    if not pairs:
        return (), []
    misfit = np.array([[_misfit(candidate, error) for candidate in pair] for pair in pairs])
    normals = np.array([[_normal(candidate[0]) for candidate in pair] for pair in pairs])
    cosine = np.clip(np.einsum("aik,bjk->aibj", normals, normals), -1, 1)
    apart = (np.degrees(np.arccos(cosine)) / _FACING_ALIKE) ** 2 / max(1, len(pairs) - 1)
    costs = {}
    for picks in itertools.product((0, 1), repeat=len(pairs)):
        cost = sum(misfit[tag, pick] for tag, pick in enumerate(picks))
        cost += sum(apart[a, picks[a], b, picks[b]] for a, b in itertools.combinations(range(len(pairs)), 2))
        costs[picks] = float(cost)
    best = min(costs, key=lambda picks: costs[picks])
    margin = [
        min(cost for picks, cost in costs.items() if picks[tag] != best[tag]) - costs[best] for tag in range(len(pairs))
    ]
    return best, margin


def _misfit(candidate: Candidate, error: float) -> float:
    squares = candidate[2][np.isfinite(candidate[2])]
    return float(squares.mean()) / error**2 * min(len(squares), _COUNTED)


def _normal(rotations: FloatArray) -> FloatArray:
    mean = np.nanmean(rotations[:, :, 2], axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def rotation_covariance(rotations: FloatArray, places: FloatArray, side: float, focal: float) -> FloatArray:
    """(frames, 3, 3) covariance, in degrees² per px² of corner error, of small turns about the camera's axes.

    First-order propagation of independent errors of the eight corner coordinates through the pose: (JᵀJ)⁻¹.
    """
    arms = np.einsum("fij,cj->fci", rotations, own_corners(side))
    points = arms + places[:, None]
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    zero = np.zeros_like(x)
    project = focal * np.stack(
        [np.stack([1 / z, zero, -x / z**2], -1), np.stack([zero, 1 / z, -y / z**2], -1)], axis=-2
    )
    a, b, c = arms[..., 0], arms[..., 1], arms[..., 2]
    cross = np.stack([np.stack([zero, c, -b], -1), np.stack([-c, zero, a], -1), np.stack([b, -a, zero], -1)], axis=-2)
    jacobian = np.concatenate([project @ cross, project], axis=-1).reshape(len(rotations), 8, 6)
    out = np.full((len(rotations), 3, 3), np.nan)
    good = np.isfinite(jacobian).all(axis=(1, 2))
    normal = np.swapaxes(jacobian[good], 1, 2) @ jacobian[good]
    scale = np.sqrt(np.einsum("fii->fi", normal))
    inverse = np.linalg.pinv(normal / (scale[:, :, None] * scale[:, None, :]), hermitian=True)
    out[good] = (inverse / (scale[:, :, None] * scale[:, None, :]))[:, :3, :3] * math.degrees(1.0) ** 2
    return out
