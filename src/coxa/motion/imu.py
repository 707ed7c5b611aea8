"""Orientations of inertial sensors: quaternions, rotation matrices or iSen's Euler angles, as CSV, TXT or STO.

Which columns belong together is told by their names: the name of the sensor and one of the endings in ``QUATERNIONS``
or ``MATRICES`` (the endings alone for a single sensor). Exports turn the sensor into the world, and so it is taken.

iSen's export gives Euler angles X, Y, Z per sensor. That the matrix is Ry(Y)·Rz(Z)·Rx(X), sensor to world, y vertical,
was found from its own other columns (the tests repeat it on ``$COXA_DATA/imu-isen``): it gives the stored angles of
each sensor axis against the vertical to 0.001°, and its rates of turn agree with the gyroscope's (correlation 0.98 to
0.99, 1 to 3 % in size). That y points down is told by the same file's joint angles: only so do hip adduction, hip
rotation and the turns of the pelvis come out with iSen's own signs, and does the pelvis turn forwards with the swinging
leg. Coxa's third axis points up, so (x, y, z) becomes (z, -x, -y).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from coxa.motion.csvtable import CsvTable, blocks, first_line, read_csv, rows_of
from coxa.motion.files import RecordingFile
from coxa.motion.recording import FloatArray, Orientations
from coxa.motion.settings import Settings
from coxa.motion.texttable import times_from

QUATERNIONS: tuple[tuple[str, str, str, str], ...] = (
    ("quat_w", "quat_x", "quat_y", "quat_z"),
    ("quat_q0", "quat_q1", "quat_q2", "quat_q3"),
    ("qw", "qx", "qy", "qz"),
    ("q0", "q1", "q2", "q3"),
    ("w", "x", "y", "z"),
)
"""Endings of w, x, y, z, in small letters; the longer first, because ``thigh_quat_w`` also ends in ``_w``."""
MATRICES: tuple[tuple[str, ...], ...] = tuple(
    tuple(pattern.format(row, column) for row in (1, 2, 3) for column in (1, 2, 3))
    for pattern in ("r{}{}", "m{}{}", "r_{}{}", "mat[{}][{}]", "rot_{}{}")
)
"""Endings of the nine numbers, row by row."""
UNIT_TOLERANCE = 0.02
"""How far the length of a quaternion, or the product of a matrix with its own transpose, may be from one."""
_AXIS = re.compile(r"(?P<sensor>.+) (?P<part>[XYZ])::Y")
_TILT = re.compile(r"(?P<sensor>.+) Eje [XYZ]::Y")
_Z_UP = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])


def looks_like_imu(file: RecordingFile) -> bool:
    """Whether the first line names a whole quaternion, a whole matrix, or iSen's sensors."""
    header = first_line(file)
    return bool(_groups(header, QUATERNIONS) or _groups(header, MATRICES) or any(map(_TILT.fullmatch, header)))


def read_imu(file: RecordingFile, settings: Settings) -> Orientations:
    """Unit quaternions of each sensor, sensor to world.

    Raises
    ------
    RecordingError: no such columns, quaternions not of unit length, matrices that are no rotations, or no times.
    """
    table = read_csv(file)
    if any(map(_TILT.fullmatch, table.header)):
        return _isen(file, table)
    quaternions, matrices = _groups(table.header, QUATERNIONS), _groups(table.header, MATRICES)
    if not quaternions and not matrices:
        raise file.error("its columns hold no orientation; endings such as _w, _x, _y, _z or r11 to r33 were expected.")
    if quaternions:
        names, raw = list(quaternions), table.values[:, [quaternions[name] for name in quaternions]]
        values = unit_quaternions(file, raw, names)
        what = "quaternions, scalar first"
    else:
        names, raw = list(matrices), table.values[:, [matrices[name] for name in matrices]]
        values = from_matrices(file, raw.reshape(len(raw), len(names), 3, 3), names)
        what = "rotation matrices"
    stamps = table.values[:, table.time_columns[0]] if table.time_columns else np.full(len(raw), np.nan)
    if not table.time_columns and settings.rate is None:
        raise file.error("it has no column with the time (in seconds); name it 'time', or give the rate.")
    times, about = times_from(file, stamps, settings.rate)
    return Orientations(
        times=times,
        source=table.source,
        log=(f"Read as {what}, taken as sensor to world with the third axis up.", *about),
        names=tuple(names),
        quaternions=values,
    )


def _groups(header: Sequence[str], endings: Sequence[Sequence[str]]) -> Mapping[str, list[int]]:
    """Sensor → columns of its numbers in order, by the first set of endings that is whole for it."""
    found: dict[str, list[int]] = {}
    used: set[int] = set()
    lower = [cell.strip().lower() for cell in header]
    for group in endings:
        sensors: dict[str, dict[str, int]] = {}
        for column, cell in enumerate(lower):
            for ending in group:
                before = cell.removesuffix(ending)
                if column not in used and len(before) < len(cell) and (not before or before[-1] in " _.:-/"):
                    sensor = header[column].strip()[: len(before)].rstrip(" _.:-/") or "sensor"
                    sensors.setdefault(sensor, {}).setdefault(ending, column)
        for sensor, parts in sensors.items():
            if len(parts) == len(group) and sensor not in found:
                found[sensor] = [parts[ending] for ending in group]
                used.update(found[sensor])
    return found


def unit_quaternions(file: RecordingFile, raw: FloatArray, names: Sequence[str]) -> FloatArray:
    """(frames, sensors, 4) made exactly unit and steady in sign; NaN where any part is missing, or all are zero.

    Raises
    ------
    RecordingError: their length differs from one by more than 2 %.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        length = np.sqrt(np.sum(raw**2, axis=-1))
        gone = ~np.isfinite(length) & np.isnan(raw).any(axis=-1) | (raw == 0).all(axis=-1)
        wrong = ~gone & ~(np.abs(length - 1.0) <= UNIT_TOLERANCE)
    if wrong.any():
        frame, sensor = (int(i[0]) for i in np.nonzero(wrong))
        raise file.error(
            f"the quaternion of {names[sensor]} in frame {frame + 1} has the length {length[frame, sensor]:.3g} "
            "instead of 1; these columns are no orientation, or broken."
        )
    return np.where(gone[..., None], np.nan, raw / np.where(gone, 1.0, length)[..., None])


def from_matrices(file: RecordingFile, raw: FloatArray, names: Sequence[str]) -> FloatArray:
    """(frames, sensors, 4) of rotation matrices (frames, sensors, 3, 3); NaN where any number is missing.

    Raises
    ------
    RecordingError: the axes of a matrix aren't of unit length and square to each other, or it is a mirror image.
    """
    gone = np.isnan(raw).any(axis=(-1, -2)) | (raw == 0).all(axis=(-1, -2))
    whole = np.where(gone[..., None, None], np.eye(3), raw)
    with np.errstate(over="ignore", invalid="ignore"):
        off = np.abs(whole @ np.swapaxes(whole, -1, -2) - np.eye(3)).max(axis=(-1, -2))
        wrong = ~(off <= UNIT_TOLERANCE) | (np.linalg.det(np.clip(whole, -2.0, 2.0)) < 0)
    if wrong.any():
        frame, sensor = (int(i[0]) for i in np.nonzero(wrong))
        raise file.error(
            f"the matrix of {names[sensor]} in frame {frame + 1} is no rotation (its axes aren't square to each "
            "other); these columns are no orientation, or broken."
        )
    return np.where(gone[..., None], np.nan, _quaternions(Rotation.from_matrix(whole.reshape(-1, 3, 3)), raw.shape[:2]))


def _quaternions(rotation: Rotation, shape: tuple[int, ...]) -> FloatArray:
    found: FloatArray = rotation.as_quat(scalar_first=True).reshape(*shape, 4)
    return found


def _isen(file: RecordingFile, table: CsvTable) -> Orientations:
    """The block that gives X, Y, Z of each sensor and comes just before the axes' angles against the vertical."""
    parts = blocks(table)
    tilt = next(i for i, (_, members) in enumerate(parts) if any(_TILT.fullmatch(table.header[m]) for m in members))
    if tilt == 0:
        raise file.error("its block of angles X, Y, Z is missing; export the sensors' orientations too.")
    time, members = parts[tilt - 1]
    sensors: dict[str, dict[str, int]] = {}
    for i in members:
        match = _AXIS.fullmatch(table.header[i])
        if match:
            sensors.setdefault(match["sensor"], {})[match["part"]] = i
    whole = {name: axes for name, axes in sensors.items() if len(axes) == 3}
    if not whole or time < 0:
        raise file.error("its block of angles X, Y, Z is missing; export the sensors' orientations too.")
    order = [time, *(whole[name][axis] for name in whole for axis in "YZX")]
    rows = rows_of(table.values[:, order], 0)
    euler = rows[:, 1:].reshape(-1, 3)
    gone: npt.NDArray[np.bool_] = np.asarray(np.isnan(euler).any(axis=1))
    rotation = Rotation.from_euler("YZX", np.where(gone[:, None], 0.0, euler), degrees=True)
    turned = Rotation.from_matrix(_Z_UP) * rotation
    values = np.where(gone[:, None], np.nan, _quaternions(turned, (len(euler),)))
    times, about = times_from(file, rows[:, 0], None)
    return Orientations(
        times=times,
        source=table.source,
        log=("Read from iSen's Euler angles (Y, then Z, then X), world turned so that the third axis is up.", *about),
        names=tuple(whole),
        quaternions=values.reshape(len(rows), len(whole), 4),
    )
