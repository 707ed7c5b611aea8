"""C3D: markers as stored by most motion-capture systems, with the joint angles that their software computed.

ezc3d does the reading, in a guarded process: of 1,500 broken files, 5 crashed it, 2 kept it in an endless loop, and of
the 363 that were cut short it read 350 as if nothing were missing. So the header is checked against the size of the
file first. The limit of 255 labels is lifted by ``LABELS2`` and so on.

The C3D user guide (https://www.c3d.org/HTML/) says what the parameters mean: ``X_SCREEN`` and ``Y_SCREEN`` are the axes
that go right and up on a screen, so ``Y_SCREEN`` is vertical; a residual below 0 marks a point that wasn't seen.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from coxa.motion import c3d_native
from coxa.motion.files import MOST_BINARY_BYTES, RecordingFile, check_values
from coxa.motion.points import clean, clean_name, metres_per
from coxa.motion.recording import FloatArray, Motion, even_times, unique_names
from coxa.motion.sandbox import run_guarded
from coxa.motion.settings import Settings
from coxa.motion.texttable import MOST_RATE

BLOCK = 512
LEAST_MEMORY = 1_500_000_000
MEMORY_PER_BYTE = 30
"""ezc3d keeps one object per point and frame: 14 bytes of memory per byte of file, measured on 19 MB."""
LEAST_SECONDS = 30.0
SECONDS_PER_BYTE = 3e-7
"""Measured 0.9e-7."""
DROPPED_GROUPS = ("FORCES", "MOMENTS", "POWERS", "SCALARS")
_UNLABELLED = re.compile(r"\*\d*|uname\*?\d*|un-?label+ed[\s_:-]*\d*|", re.IGNORECASE)
_ANGLE = re.compile(r"\w+Angles|[LR]AbsAnkleAngle")
"""Where a file has no POINT:ANGLES. Not 'Angle' alone: the shoulder blade has one, and markers on it."""
_DROPPED = re.compile(r"\w+(Forces?|Moments?|Powers?|GRF)")
_AXES = {"X": 0, "Y": 1, "Z": 2}
#: first byte of a processor type in the parameter section: byte order of the numbers
_ORDERS = {84: "<", 85: "<", 86: ">"}


def looks_like_c3d(file: RecordingFile) -> bool:
    """Whether the content is unmistakably C3D: the key byte, and a known processor where the parameters begin."""
    head = file.head
    if len(head) < BLOCK or head[1] != 0x50 or head[0] == 0:
        return False
    at = (head[0] - 1) * BLOCK + 3
    return at < len(head) and head[at] in _ORDERS


def read_c3d(file: RecordingFile, settings: Settings) -> Motion:  # noqa: ARG001  (every reader is called alike)
    """Marker positions in metres and stored joint angles in degrees.

    Names lose the subject's prefix where they stay unique; points without a label, and forces, moments, powers and
    scalars that are stored like points, are left out and named in the log.

    Raises
    ------
    RecordingError: no C3D, cut short, broken, an unknown unit, or no frame rate.
    """
    file.limit(MOST_BINARY_BYTES)
    _check_header(file)
    source = file.source()
    whole = run_guarded(
        c3d_native.load,
        file.name,
        memory_bytes=LEAST_MEMORY + MEMORY_PER_BYTE * file.size,
        seconds=LEAST_SECONDS + SECONDS_PER_BYTE * file.size,
        file_name=file.name,
    )
    _check_content(file, whole)
    parameters = whole["parameters"]["POINT"]
    groups = _sort_labels(_labels(parameters, whole["positions"].shape[1]), parameters)
    if not groups.points:
        raise file.error("it holds no labelled point; label the markers and export again.")
    positions, about_unit = _metres(file, whole["positions"], groups.points, parameters)
    positions = np.where(_missing(whole, groups.points)[..., None], np.nan, positions)
    positions, about_points = clean(positions)
    angles, about_angles = _angles(whole, groups.angles, parameters)
    return Motion(
        times=even_times(positions.shape[0], whole["rate"]),
        source=source,
        log=(
            f"Read from C3D, {about_unit}; its first frame is number {whole['first_frame'] + 1}.",
            *groups.log,
            *about_points,
            *about_angles,
        ),
        names=tuple(groups.points),
        positions=positions,
        unit="m",
        vertical=_vertical(parameters),
        stored_angles=angles,
    )


# --- is the file whole ---


def _check_header(file: RecordingFile) -> None:
    """Refuse what its header shows to be no C3D, or cut short, before native code sees it."""
    if not looks_like_c3d(file):
        raise file.error("this is no C3D file, or its header is broken; export it again.")
    order = _ORDERS[file.head[(file.head[0] - 1) * BLOCK + 3]]
    points, analogs, first, last = struct.unpack_from(order + "4H", file.head, 2)
    start = struct.unpack_from(order + "H", file.head, 16)[0]
    whole_numbers = struct.unpack_from("<h", file.head, 14)[0] >= 0 if order == "<" else file.head[12] < 0x80
    if file.head[(file.head[0] - 1) * BLOCK + 3] == 85:  # DEC keeps the sign of a real number in its second byte
        whole_numbers = file.head[13] < 0x80
    width = 2 if whole_numbers else 4
    if last < first or start == 0:
        raise file.error("its header is broken (last frame before the first); export it again.")
    frames = last - first + 1
    if (start - 1) * BLOCK + frames * (4 * points + analogs) * width > file.size:
        raise file.error("the file is shorter than its header says: it was cut short. Copy or export it again.")
    check_values(file, frames, 4 * max(points, 1))


def _check_content(file: RecordingFile, whole: Mapping[str, Any]) -> None:
    """What ezc3d returned must fit into the file: four numbers of two bytes or more per point and frame."""
    frames, points, _ = whole["positions"].shape
    if frames == 0 or points == 0:
        raise file.error("it holds no point; it is broken, or holds only analogue signals.")
    check_values(file, frames, 4 * points)
    if frames * (4 * points + whole["analog_values_per_frame"]) * 2 > file.size:
        raise file.error("the file is shorter than it says: it was cut short. Copy or export it again.")
    rate = whole["rate"]
    if not (np.isfinite(rate) and 0 < rate <= MOST_RATE):
        raise file.error(f"its frame rate is {rate:g}, which can't be; set the rate and export it again.")


# --- labels ---


class _Groups:
    """Columns of the file by what they are: name to column number."""

    def __init__(self) -> None:
        self.points: dict[str, int] = {}
        self.angles: dict[str, int] = {}
        self.log: list[str] = []


def _numbered(parameters: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a list that goes on in NAME2, NAME3 ..."""
    out = _texts(parameters.get(name))
    number = 2
    while f"{name}{number}" in parameters:
        out += _texts(parameters[f"{name}{number}"])
        number += 1
    return out


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [_clean_text(value)]
    return [_clean_text(item) for item in value or () if isinstance(item, str)] if isinstance(value, list) else []


def _clean_text(raw: str) -> str:
    """A name as typed: bytes that aren't UTF-8 are Western European; one way of writing each accent; no padding."""
    try:
        data = raw.encode("utf-8", "surrogateescape")
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    except UnicodeEncodeError:
        text = raw.encode("utf-8", "replace").decode("utf-8")
    return clean_name(text)


def _labels(parameters: Mapping[str, Any], count: int) -> list[str]:
    labels = _numbered(parameters, "LABELS")[:count]
    return labels + [""] * (count - len(labels))


def _group(parameters: Mapping[str, Any], name: str) -> set[str]:
    return {_bare(label) for label in _numbered(parameters, name)}


def _bare(label: str) -> str:
    """A label without the subject's prefix (``Anna:LASI``)."""
    return label.rpartition(":")[2].strip()


def _sort_labels(labels: Sequence[str], parameters: Mapping[str, Any]) -> _Groups:
    out = _Groups()
    angles = _group(parameters, "ANGLES")
    dropped = set().union(*(_group(parameters, name) for name in DROPPED_GROUPS))
    grouped = bool(angles or dropped)
    point_columns, angle_columns, left_out, unlabelled = [], [], 0, 0
    for column, label in enumerate(labels):
        bare = _bare(label)
        if _UNLABELLED.fullmatch(label) or _UNLABELLED.fullmatch(bare):
            unlabelled += 1
        elif bare in angles or (not grouped and _ANGLE.fullmatch(bare)):
            angle_columns.append(column)
        elif bare in dropped or (not grouped and _DROPPED.fullmatch(bare)):
            left_out += 1
        else:
            point_columns.append(column)
    out.points = _named(labels, point_columns, out.log)
    out.angles = _named(labels, angle_columns, out.log)
    if unlabelled:
        out.log.append(f"{unlabelled} points without a label were left out.")
    if left_out:
        out.log.append(f"{left_out} forces, moments, powers and scalars were left out.")
    return out


def _named(labels: Sequence[str], columns: Sequence[int], log: list[str]) -> dict[str, int]:
    """Names for columns: without prefix where that is unique, numbered where even the whole label is there twice."""
    bare = [_bare(labels[column]) for column in columns]
    names = [short if bare.count(short) == 1 else labels[column] for short, column in zip(bare, columns, strict=True)]
    if any(short != labels[column] for short, column in zip(names, columns, strict=True)):
        log.append("The subject's prefix was taken off the names.")
    if len(set(names)) < len(names):
        log.append("Some names are there twice; repeats were numbered.")
    return dict(zip(unique_names(names), columns, strict=True))


# --- numbers ---


def _missing(whole: Mapping[str, Any], columns: Mapping[str, int]) -> npt.NDArray[np.bool_]:
    residuals = whole["residuals"][:, list(columns.values())]
    return np.asarray(~(residuals >= 0), dtype=np.bool_)


def _metres(
    file: RecordingFile, raw: FloatArray, columns: Mapping[str, int], parameters: Mapping[str, Any]
) -> tuple[FloatArray, str]:
    positions = raw[:, list(columns.values())]
    unit = next(iter(_texts(parameters.get("UNITS"))), "")
    if unit:
        return positions * metres_per(file, unit), f"unit {unit}"
    with np.errstate(invalid="ignore"):
        seen = positions[np.isfinite(positions).all(axis=-1) & (positions != 0).any(axis=-1)]
    size = float(np.linalg.norm(np.ptp(seen, axis=0))) if len(seen) else 0.0
    if size > 300.0:
        return positions * 0.001, f"which gives no unit: millimetres, because the points span {size:.0f}"
    if 0.3 < size < 10.0:
        return positions, f"which gives no unit: metres, because the points span {size:.2f}"
    raise file.error(
        "it gives no length unit (POINT:UNITS), and the points don't show it; set the unit and export again."
    )


def _angles(
    whole: Mapping[str, Any], columns: Mapping[str, int], parameters: Mapping[str, Any]
) -> tuple[dict[str, FloatArray], tuple[str, ...]]:
    """Stored angles in degrees, NaN where they are missing."""
    if not columns:
        return {}, ()
    unit = next(iter(_texts(parameters.get("ANGLE_UNITS"))), "deg")
    radians = unit.lower().startswith("rad")
    values = np.where(_missing(whole, columns)[..., None], np.nan, whole["positions"][:, list(columns.values())])
    values = np.degrees(values) if radians else values
    found = {name: values[:, i] for i, name in enumerate(columns)}
    return found, (f"{len(columns)} stored angles are in {'radians' if radians else 'degrees'} in the file.",)


def _vertical(parameters: Mapping[str, Any]) -> tuple[float, float, float] | None:
    """Up, where the file says so: its screen's vertical axis."""
    right, up = (_axis(_texts(parameters.get(name))) for name in ("X_SCREEN", "Y_SCREEN"))
    if right is None or up is None or right[0] == up[0]:
        return None
    out = [0.0, 0.0, 0.0]
    out[up[0]] = up[1]
    return out[0], out[1], out[2]


def _axis(texts: Iterable[str]) -> tuple[int, float] | None:
    text = next(iter(texts), "").strip().upper()
    sign = -1.0 if text.startswith("-") else 1.0
    number = _AXES.get(text.lstrip("+-"))
    return None if number is None else (number, sign)
