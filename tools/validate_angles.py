"""Compare our joint angles with what recordings hold: ``python -m tools.validate_angles FOLDER`` prints Markdown.

FOLDER is laid out like the shared recordings: ``plug-in-gait``, ``opensim-*``, ``stoop-lift`` and ``imu-isen``; what
isn't there is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ezc3d
import numpy as np

from coxa.measure.body import BodySizes
from coxa.measure.imu import sensor_angles
from coxa.measure.joint_angles import joint_angles
from coxa.measure.markers import recognise
from coxa.measure.skeleton import Centres, skeleton
from coxa.motion import Angles, FloatArray, Motion, Orientations
from coxa.motion.angle_names import from_opensim
from coxa.motion.registry import read_recording
from coxa.protocol import load_protocol
from tools.markdown import table

SIDES = {"left": "L", "right": "R"}
PLUG_IN_GAIT = {
    "hip_flexion": ("HipAngles", 0),
    "hip_adduction": ("HipAngles", 1),
    "hip_rotation": ("HipAngles", 2),
    "knee_flexion": ("KneeAngles", 0),
    "knee_adduction": ("KneeAngles", 1),
    "knee_rotation": ("KneeAngles", 2),
    "ankle_dorsiflexion": ("AnkleAngles", 0),
}
PELVIS = {"pelvis_tilt": (0, 1.0), "pelvis_obliquity": (1, -1.0), "pelvis_rotation": (2, 1.0)}
"""Component of Plug-in Gait's right pelvis angles, and its sign in ours."""
OPENSIM = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion", "ankle_dorsiflexion")
ISEN_SIDED = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion")
ISEN = {"pelvis_tilt": 1.0, "pelvis_obliquity": -1.0, "pelvis_rotation": 1.0}


@dataclass(frozen=True)
class Series:
    """One angle of one side in one recording: ours and the file's own, at the same times, degrees."""

    data: str
    way: str
    angle: str
    recording: str
    ours: FloatArray
    theirs: FloatArray

    @property
    def error(self) -> FloatArray:
        """Ours minus theirs, where both are known."""
        error = self.ours - self.theirs
        return error[np.isfinite(error)]

    @property
    def range_error(self) -> float:
        """Our range minus theirs, over the frames that both know."""
        both = np.isfinite(self.ours) & np.isfinite(self.theirs)
        return float(np.ptp(self.ours[both]) - np.ptp(self.theirs[both]))


@dataclass(frozen=True)
class Agreement:
    """How well several series agree; ``range_error`` is the largest of them, with its sign."""

    frames: int
    bias: float
    sd: float
    rmse: float
    offset_free: float
    range_error: float


def agreement(series: Sequence[Series]) -> Agreement:
    """Pool frames. The offset that ``offset_free`` leaves out is that of each series."""
    errors = [one.error for one in series]
    every = np.concatenate(errors)
    centred = np.concatenate([error - error.mean() for error in errors])
    return Agreement(
        frames=len(every),
        bias=float(every.mean()),
        sd=float(every.std()),
        rmse=float(np.sqrt(np.mean(every**2))),
        offset_free=float(np.sqrt(np.mean(centred**2))),
        range_error=max((one.range_error for one in series), key=abs),
    )


# --- data sets -------------------------------------------------------------------------------------------------------


def plug_in_gait(folder: Path) -> Iterator[Series]:
    """Stored segments; markers with the sizes that the file holds; markers alone; markers with Harrington's centres."""
    ways: tuple[tuple[str, Centres, bool], ...] = (
        ("stored segments", "stored", False),
        ("markers, sizes measured", "davis", True),
        ("markers alone", "davis", False),
        ("markers alone, Harrington", "harrington", False),
    )
    for path in sorted(folder.glob("*/*/*.c3d")):
        motion = markers(path)
        sizes = stored_sizes(path)
        for way, centres, measured in ways:
            angles = marker_angles(motion, centres, sizes=sizes if measured else None)
            for angle, (name, part) in PLUG_IN_GAIT.items():
                for side, letter in SIDES.items():
                    stored = motion.stored_angles[f"{letter}{name}"][:, part]
                    yield Series("plug-in-gait", way, angle, path.stem, angles.column(f"{side}_{angle}"), stored)
            if way == "stored segments" and path.parent.name == "Straight":
                for angle, (part, sign) in PELVIS.items():
                    stored = sign * motion.stored_angles["RPelvisAngles"][:, part]
                    yield Series("plug-in-gait (straight)", way, angle, path.stem, angles.column(angle), stored)


def stored_sizes(path: Path) -> BodySizes:
    """What the laboratory measured, from the file's PROCESSING group (millimetres)."""
    group: Any = ezc3d.c3d(str(path))["parameters"]["PROCESSING"]

    def metres(name: str) -> float:
        return float(np.ravel(group[name]["value"])[0]) / 1000.0

    return BodySizes(
        {side: metres(f"{letter}LegLength") for side, letter in SIDES.items()},
        {side: metres(f"{letter}KneeWidth") for side, letter in SIDES.items()},
        {side: metres(f"{letter}AnkleWidth") for side, letter in SIDES.items()},
        metres("InterAsisDistance"),
        metres("MarkerDiameter"),
    )


def opensim(folder: Path) -> Iterator[Series]:
    """Markers of a walk, with the standing trial, against OpenSim's own inverse kinematics."""
    walk = next(path for path in sorted(folder.glob("*.trc")) if "static" not in path.name)
    answer = next(path for path in sorted(folder.iterdir()) if path.suffix == ".mot")
    theirs = from_opensim(angle_table(answer))
    ours = marker_angles(markers(walk), "regression", standing=markers(folder / "subject01_static.trc"))
    names = [f"{side}_{angle}" for angle in OPENSIM for side in SIDES] + list(PELVIS)
    for name in names:
        if name in theirs.names:
            yield Series(folder.name, "markers, standing trial", name, walk.stem, *matched(ours, theirs, name))


def opensim_against_itself(first: Path, second: Path) -> Iterator[Series]:
    """The two OpenSim answers on one walk against each other: how far the answer itself depends on the model."""
    both = [from_opensim(angle_table(next(folder.glob("*.mot")))) for folder in (first, second)]
    for name in [f"{side}_{angle}" for angle in ("hip_flexion", "knee_flexion") for side in SIDES] + ["pelvis_tilt"]:
        yield Series(
            f"{second.name} against {first.name}", "OpenSim, both", name, "walk", *matched(both[1], both[0], name)
        )


def isen(folder: Path) -> Iterator[Series]:
    """Sensors against the angles that their maker's software computed."""
    recording = read_recording(folder / "iSen_sensors.csv")
    assert isinstance(recording, Orientations)
    ours = sensor_angles(recording, {"left_thigh": "LEO"})
    theirs = angle_table(folder / "iSen_angles.csv")
    signs = {f"{side}_{angle}": 1.0 for angle in ISEN_SIDED for side in SIDES} | ISEN
    for name, sign in signs.items():
        first, second = matched(ours, theirs, name)
        yield Series("imu-isen", "sensors", name, "iSen", first, sign * second)


def stoop(folder: Path) -> Angles:
    """The stoop lift, which has no answer of its own that could be read: ranges only."""
    return marker_angles(markers(next(folder.glob("stoop*.c3d"))), "regression")


# --- helpers ---------------------------------------------------------------------------------------------------------


def markers(path: Path) -> Motion:
    """A recording that holds markers."""
    recording = read_recording(path)
    assert isinstance(recording, Motion), path
    return recording


def angle_table(path: Path) -> Angles:
    """A recording that holds angles."""
    recording = read_recording(path)
    assert isinstance(recording, Angles), path
    return recording


def marker_angles(
    motion: Motion, centres: Centres, standing: Motion | None = None, sizes: BodySizes | None = None
) -> Angles:
    """Joint angles by the set that the names tell."""
    marker_set = recognise(motion, load_protocol().marker_sets, standing)
    return joint_angles(skeleton(motion, marker_set, centres=centres, standing=standing, sizes=sizes))


def matched(ours: Angles, theirs: Angles, name: str) -> tuple[FloatArray, FloatArray]:
    """Both columns at their times; ours by straight lines between our frames, NaN outside."""
    values = np.interp(theirs.times, ours.times, ours.column(name), left=np.nan, right=np.nan)
    return values, theirs.column(name)


def every_series(data: Path) -> Iterator[Series]:
    """Everything that the folder holds."""
    if (data / "plug-in-gait").is_dir():
        yield from plug_in_gait(data / "plug-in-gait")
    models = sorted(data.glob("opensim-*"), reverse=True)
    for folder in models:
        yield from opensim(folder)
    if len(models) == 2:
        yield from opensim_against_itself(*models)
    if (data / "imu-isen").is_dir():
        yield from isen(data / "imu-isen")


def report(series: Iterable[Series]) -> str:
    """A table in Markdown with a line per data set, way and angle."""
    groups: dict[tuple[str, str, str], list[Series]] = {}
    for one in series:
        groups.setdefault((one.data, one.way, one.angle), []).append(one)
    rows = []
    for (data, way, angle), members in groups.items():
        a = agreement(members)
        low, high = a.bias - 1.96 * a.sd, a.bias + 1.96 * a.sd
        numbers = (a.bias, a.sd, a.rmse, a.offset_free, a.range_error)
        rows.append([data, way, angle, str(a.frames), *(f"{v + 0.0:.2f}" for v in numbers), f"{low:.1f} to {high:.1f}"])
    head = ["Data", "Way", "Angle", "n", "Bias", "SD", "RMSE", "RMSE without offset", "Range error", "95 % limits"]
    return table(head, rows).replace("-0.00", "0.00")


def ranges(angles: Angles) -> str:
    """A table in Markdown with the range of every column."""
    columns = zip(angles.names, angles.values.T, strict=True)
    return table(["Angle", "Least", "Greatest"], [[name, f"{v.min():.1f}", f"{v.max():.1f}"] for name, v in columns])


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of recordings")
    data: Path = parser.parse_args().data
    print("Degrees. n counts frames of both sides; range error is the largest of all recordings and sides.\n")
    print(report(every_series(data)))
    if (data / "stoop-lift").is_dir():
        print("\nStoop lift (no answer to compare with), degrees:\n")
        print(ranges(stoop(data / "stoop-lift")))


if __name__ == "__main__":
    main()
