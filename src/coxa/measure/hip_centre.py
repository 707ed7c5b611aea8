"""Where the centre of the hip joint lies, in the frame of the pelvis: by regression and by function.

The frame's origin lies midway between the two ASIS markers, its axes are x forwards, y left, z up; metres.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from coxa.errors import InputError
from coxa.measure.body import BodySizes
from coxa.measure.frames import across, unit
from coxa.motion import FloatArray
from coxa.protocol.schema import HipRegression

LEAST_FLEXION, LEAST_ABDUCTION = 40.0, 35.0
"""Degrees over which the thigh must swing in its widest plane and across it, for a centre by function. Walking swings
it over 45-59° by 16-26°, and then put the centre 24 to 64 mm from Plug-in Gait's (six walks of three children)."""
LEAST_FRAMES = 50
FARTHEST = 0.25
"""Metres from midway between the ASIS within which a hip centre can lie."""
ROUNDS = 200


def regression(
    method: HipRegression, width: float, depth: float, sizes: BodySizes
) -> tuple[dict[str, FloatArray], str]:
    """Hip centres of both sides by regression, and one sentence on it.

    Parameters
    ----------
    width: metres between the two ASIS markers.
    depth: metres from midway between them back to the sacrum (midway between the PSIS).
    sizes: of the body; ``davis`` needs leg lengths and the marker's diameter.

    ``davis``
        Davis and others 1991 (Hum Mov Sci 10:575-587) as Plug-in Gait uses it (the Newington model):
        C = 0.115·leg − 15.3 mm with the mean leg length, θ = 28.4° (0.5 rad), β = 18° (0.314 rad); from ASIS to
        trochanter in the sagittal plane 0.1288·leg − 48.56 mm with the side's own leg.
    ``harrington``
        Harrington and others 2007 (J Biomech 40:595-602), from magnetic resonance images of 32 people:
        x = −0.24·depth − 9.9 mm, y = ±(0.33·width + 7.3 mm), z = −0.30·width − 10.9 mm.
    ``bell``
        Bell and others 1990 (J Biomech 23:617-621): 14 % of the width inwards, 30 % down and 19 % back from the ASIS.
    """
    if method == "harrington":
        out = (-0.24 * depth - 0.0099, 0.33 * width + 0.0073, -0.30 * width - 0.0109)
        return _both(out), "Hip centres by regression on the pelvis (Harrington 2007)."
    if method == "bell":
        return _both((-0.19 * width, 0.36 * width, -0.30 * width)), "Hip centres by regression (Bell 1990)."
    return _davis(width, sizes), "Hip centres by regression (Davis 1991, as Plug-in Gait)."


def _both(right_mirrored: tuple[float, float, float]) -> dict[str, FloatArray]:
    x, y, z = right_mirrored
    return {"left": np.array([x, y, z]), "right": np.array([x, -y, z])}


def _davis(width: float, sizes: BodySizes) -> dict[str, FloatArray]:
    theta, beta = 0.5, 0.314
    offset = 0.115 * float(np.mean(list(sizes.leg_length.values()))) - 0.0153
    out = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        back = 0.1288 * sizes.leg_length[side] - 0.04856 + sizes.marker_diameter / 2
        x = offset * np.cos(theta) * np.sin(beta) - back * np.cos(beta)
        y = sign * (width / 2 - offset * np.sin(theta))
        z = -offset * np.cos(theta) * np.cos(beta) - back * np.sin(beta)
        out[side] = np.array([x, y, z])
    return out


def functional(thigh: Mapping[str, FloatArray], side: str) -> tuple[FloatArray, str]:
    """Hip centre of one side by function, and one sentence on it.

    Each marker of the thigh moves on a sphere of its own about one common centre: least squares on the squared radii
    (Gamage and Lasenby 2002, J Biomech 35:87-93) with the bias that noise brings taken off again (Halvorsen 2003,
    J Biomech 36:999-1008).

    Parameters
    ----------
    thigh: (frames, 3) of each marker of the thigh in the frame of the pelvis.

    Raises
    ------
    InputError: no marker, or the thigh doesn't move enough in two planes for a centre to be found.
    """
    clouds = [values[np.isfinite(values).all(axis=1)] for values in thigh.values()]
    clouds = [cloud for cloud in clouds if len(cloud) >= LEAST_FRAMES]
    if not clouds:
        raise InputError(
            f"the {side} thigh has no marker in {LEAST_FRAMES} frames or more for a hip centre by function."
        )
    _enough_range(clouds, side)
    centre, spread = _compensated(clouds)
    if np.linalg.norm(centre) > FARTHEST or centre[1] * (1 if side == "left" else -1) < 0:
        raise InputError(
            f"the {side} hip centre by function lies outside the pelvis: use --centres regression, or a recording of "
            "leg circles in which the pelvis markers stay on the bone."
        )
    return centre, f"{side.capitalize()} hip centre by function; its radii vary by {1000 * spread:.1f} mm."


def _enough_range(clouds: list[FloatArray], side: str) -> None:
    """Refuse a movement in which the lowest marker doesn't swing enough, about a first estimate of the centre."""
    wide, narrow = 0.0, 0.0
    centre = _sphere(clouds, 0.0, np.zeros(3))
    if np.isfinite(centre).all():
        knee = max(clouds, key=lambda cloud: float(np.linalg.norm(np.median(cloud, axis=0) - centre)))
        direction = unit(knee - centre)
        off = across(direction, unit(np.median(direction, axis=0)))
        _, _, axes = np.linalg.svd(off - off.mean(axis=0), full_matrices=False)
        wide, narrow = (_swing(off @ axes[i]) for i in (0, 1))
    if wide < LEAST_FLEXION or narrow < LEAST_ABDUCTION:
        raise InputError(
            f"the {side} hip moves over {wide:.0f}° by {narrow:.0f}°, and a hip centre by function needs at least "
            f"{LEAST_FLEXION:.0f}° by {LEAST_ABDUCTION:.0f}°: use --centres regression, or a recording of leg circles."
        )


def _swing(along: FloatArray) -> float:
    """Degrees between the ends of a movement on the unit sphere, without its outermost 4 % of frames."""
    low, high = np.quantile(along, [0.02, 0.98])
    return float(np.degrees(2 * np.arcsin(min(1.0, (high - low) / 2))))


def _sphere(clouds: list[FloatArray], variance: float, about: FloatArray) -> FloatArray:
    """Common centre of the spheres, with the bias of noise of this variance taken off."""
    matrix, right = np.zeros((3, 3)), np.zeros(3)
    for cloud in clouds:
        mean = cloud.mean(axis=0)
        off = cloud - mean
        square = np.sum(off**2, axis=1)
        covariance = off.T @ off / len(off)
        matrix += 2.0 * covariance
        right += off.T @ square / len(off) + 2.0 * covariance @ mean
        right -= 2.0 * variance * (mean - about)
    if np.linalg.cond(matrix) > 1e12:
        return np.full(3, np.nan)
    return np.asarray(np.linalg.solve(matrix, right))


def _compensated(clouds: list[FloatArray]) -> tuple[FloatArray, float]:
    """Centre, and the standard deviation of the radii about it."""
    centre, variance = _sphere(clouds, 0.0, np.zeros(3)), 0.0
    for _ in range(ROUNDS):
        squares = [np.sum((cloud - centre) ** 2, axis=1) for cloud in clouds]
        variance = float(np.mean([np.var(square) / (4.0 * np.mean(square)) for square in squares]))
        new = _sphere(clouds, variance, centre)
        if np.linalg.norm(new - centre) < 1e-9:
            break
        centre = new
    return centre, float(np.sqrt(variance))
