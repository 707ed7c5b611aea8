"""Joint angles from sensors on the segments.

Every segment is taken to stand upright and to face the same way during a neutral pose; from then on it moves with its
sensor. Upright is the sensors' own vertical. The way to face is told from the movement: knees bend backwards, or,
without sensors on the shanks, hips bend forwards further than backwards. Sensors may sit on a segment in any way, but
must share one heading, as those of one system do after its own calibration.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.spatial.transform import Rotation

from coxa.errors import InputError
from coxa.measure.frames import segment_cardan, unit, unwrapped
from coxa.measure.joint_angles import leg_angles
from coxa.measure.sensors import BoolArray, rotations, sensor_assignment
from coxa.motion import Angles, FloatArray, Orientations

STILL = 5.0
"""Degrees that a sensor may turn during the neutral pose (95 % of frames)."""
LEAST_BEND = 20.0
"""Degrees of knee (or hip) movement from which the way to face can be told."""
UP = np.array([0.0, 0.0, 1.0])


def sensor_angles(
    recording: Orientations,
    sensors: Mapping[str, str] | None = None,
    neutral: tuple[float, float] = (0.0, 1.0),
) -> Angles:
    """Hip, knee, pelvis (and trunk) angles over time, in the columns and signs of ``joint_angles``.

    Parameters
    ----------
    recording: sensor to world, the world's third axis up.
    sensors: name of the sensor on each segment (``pelvis``, ``left_thigh``, ``right_shank``, ``trunk`` ...); what isn't
        given is told from names and movement, see ``sensor_assignment``.
    neutral: seconds from the beginning between which the person stands still and upright, feet parallel; all joint
        angles are zero there.

    Raises
    ------
    InputError: sensors can't be told apart, the person moves during the neutral pose, or bends too little for the way
        to face to be told.
    """
    placed, told = sensor_assignment(recording, sensors or {})
    moved: dict[str, Rotation] = {}
    there: dict[str, BoolArray] = {}
    for segment, sensor in placed.items():
        moved[segment], there[segment] = _from_neutral(recording, sensor, neutral)
    left, said = _left(moved, there)
    room = np.stack([np.cross(left, UP), left, UP], axis=-1)
    frames = {
        segment: np.where(there[segment][:, None, None], moved[segment].as_matrix() @ room, np.nan) for segment in moved
    }
    columns: dict[str, FloatArray] = {}
    for side in ("left", "right"):
        if f"{side}_thigh" in frames:
            shank = frames.get(f"{side}_shank")
            columns.update(leg_angles(frames["pelvis"], frames[f"{side}_thigh"], shank, side))
    for segment in ("pelvis", "trunk"):
        if segment in frames:
            turn, side_up, tilt = segment_cardan(room.T @ frames[segment]).T
            columns |= {
                f"{segment}_tilt": tilt,
                f"{segment}_obliquity": side_up,
                f"{segment}_rotation": unwrapped(turn),
            }
    return Angles(
        times=recording.times,
        source=recording.source,
        log=(
            *recording.log,
            *told,
            f"Neutral from {neutral[0]:g} to {neutral[1]:g} s: all angles count from it.",
            said,
        ),
        names=tuple(columns),
        values=np.stack(list(columns.values()), axis=-1),
        units=("deg",) * len(columns),
    )


def _from_neutral(recording: Orientations, sensor: str, neutral: tuple[float, float]) -> tuple[Rotation, BoolArray]:
    """How a sensor has turned since the neutral pose, in the world's axes, and in which frames that is known."""
    turned, there = rotations(recording.sensor(sensor))
    since = recording.times - recording.times[0]
    pose = there & (since >= neutral[0]) & (since <= neutral[1])
    if not pose.any():
        raise InputError(f"{recording.source.name}: the sensor {sensor} holds no frame of the neutral pose.")
    mean = turned[pose].mean()
    away = np.degrees((turned[pose] * mean.inv()).magnitude())
    if np.quantile(away, 0.95) > STILL:
        raise InputError(
            f"{recording.source.name}: the sensor {sensor} turns by {np.quantile(away, 0.95):.0f}° during the neutral "
            f"pose ({neutral[0]:g} to {neutral[1]:g} s); choose seconds of still standing with --neutral."
        )
    return turned * mean.inv(), there


def _left(moved: Mapping[str, Rotation], there: Mapping[str, BoolArray]) -> tuple[FloatArray, str]:
    """Horizontal unit vector to the person's left in the neutral pose, and a sentence on how it was told."""
    axes, joint = _axes(moved, there, ("thigh", "shank")), "knees"
    if not axes:
        axes, joint = [-axis for axis in _axes(moved, there, ("pelvis", "thigh"))], "hips"
    if not axes:
        raise InputError(
            f"no knee or hip bends by {LEAST_BEND:.0f}° or more, so that it can't be told which way the person faces."
        )
    left = unit(np.sum(axes, axis=0) * (1.0, 1.0, 0.0))
    spread = max(float(np.degrees(np.arccos(np.clip(unit(axis) @ left, -1.0, 1.0)))) for axis in axes)
    return left, f"Forwards was told from the {joint}, whose axes lie within {spread:.0f}° of it."


def _axes(moved: Mapping[str, Rotation], there: Mapping[str, BoolArray], joint: tuple[str, str]) -> list[FloatArray]:
    """Main axes of a joint, of each side that has it and bends it."""
    axes = []
    for side in ("left", "right"):
        first, second = (name if name == "pelvis" else f"{side}_{name}" for name in joint)
        if first in moved and second in moved:
            both = there[first] & there[second]
            axis = _bending(moved[first][both], moved[second][both])
            axes += [] if axis is None else [axis]
    return axes


def _bending(upper: Rotation, lower: Rotation) -> FloatArray | None:
    """Main axis about which a joint turns, longer the more it does, in the direction of its larger turns."""
    turn = (upper.inv() * lower).as_rotvec()
    if len(turn) < 2:
        return None
    _, size, axes = np.linalg.svd(turn, full_matrices=False)
    along = turn @ axes[0]
    if np.degrees(np.ptp(along)) < LEAST_BEND:
        return None
    return np.asarray(axes[0] * np.sign(along.sum()) * size[0] / np.sqrt(len(turn)))
