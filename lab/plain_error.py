"""How wrong the plainest reading is: raw landmarks, frame by frame, one angle of 2D segments, no gate.

``python -m lab.plain_error OUT ...`` reads what ``lab.make_clips`` and ``lab.landmarks`` wrote.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lab.course import HOLD
from lab.measured import measured
from lab.rotation import FloatArray

# BlazePose's numbers of the left side; the right side's are one higher.
LANDMARKS = {"shoulder": 11, "hip": 23, "knee": 25, "ankle": 27}


def main() -> None:
    """A table: error of the held angle by test for the undisturbed clips, and how often the legs were swapped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="+", help="folders of clips")
    parser.add_argument("--yaw", type=float, default=10.5, help="clips with the camera within these degrees")
    parser.add_argument("--suffix", default="", help="'.full' for the landmarks of another model")
    options = parser.parse_args()
    rows: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for path in sorted(path for folder in options.out for path in folder.glob("*.json")):
        table = path.with_suffix(f"{options.suffix}.npz")
        meta = json.loads(path.read_text())
        plain = meta["kind"] in {"plain", "far leg"} and abs(meta["camera"]["yaw"]) <= options.yaw
        if plain and table.exists():
            rows[meta["test"]].append(held_error(meta, np.load(table)))
    print("test                        clips  bias    SD   worst   legs swapped in (clips: share of frames)")
    for test, found in rows.items():
        error, swapped, _ = np.array(found).T
        worst = error[np.nanargmax(np.abs(error))]
        shares = ", ".join(f"{share:.0%}" for share in swapped if share > 0.05) or "none"
        print(f"{test:27s} {len(error):5d} {np.nanmean(error):+6.1f} {np.nanstd(error):5.1f} {worst:+7.1f}   {shares}")


def held_error(meta: Mapping[str, Any], table: Mapping[str, FloatArray]) -> tuple[float, float, float]:
    """Median error in the hold in degrees with the legs put right; shares of frames swapped, and without a person."""
    held = table["phase"] == HOLD
    side = meta["side"]
    other = "left" if side == "right" else "right"
    truth = table["angles"][held, meta["angle_names"].index("value")]
    points = {name: table["landmarks"][held, i] for name, i in numbered(side).items()}
    swapped = {name: table["landmarks"][held, i] for name, i in numbered(other).items()}
    true = {name: table["pixels"][held, meta["joint_names"].index(f"{side}_{name}")] for name in LANDMARKS}
    wrong = distance(swapped, true) < 0.6 * distance(points, true)
    measured = np.where(wrong, reading(meta, swapped), reading(meta, points))
    missing = float(np.isnan(measured).mean())
    error = float(np.nanmedian((measured - truth + 180) % 360 - 180)) if missing < 1 else np.nan
    return error, swapped_share(meta, table), missing


def swapped_share(meta: Mapping[str, Any], table: Mapping[str, FloatArray]) -> float:
    """Share of the frames after the rest in which the tested leg's landmarks lie on the other leg."""
    later = table["phase"] > 0
    other = "left" if meta["side"] == "right" else "right"
    true = {name: table["pixels"][later, meta["joint_names"].index(f"{meta['side']}_{name}")] for name in LANDMARKS}
    own, swapped = (
        distance({name: table["landmarks"][later, i] for name, i in numbered(side).items()}, true)
        for side in (meta["side"], other)
    )
    return float((swapped < 0.6 * own).mean())


def distance(points: Mapping[str, FloatArray], true: Mapping[str, FloatArray]) -> FloatArray:
    """(frames,) mean pixels from knee and ankle to where they truly are."""
    return np.asarray(sum(np.linalg.norm(points[n] - true[n], axis=-1) for n in ("knee", "ankle")) / 2)


def numbered(side: str) -> dict[str, int]:
    """The landmarks' numbers for one side."""
    return {name: i + (side == "right") for name, i in LANDMARKS.items()}


def reading(meta: Mapping[str, Any], points: Mapping[str, FloatArray]) -> FloatArray:
    """(frames,) what the test measures, from pixels as they are, a level and square camera taken for granted."""
    matrix = np.array(meta["camera"]["matrix"])
    feet = 1.0 if matrix[0, :3] @ np.array(meta["plane"]["along"]) > 0 else -1.0

    def direction(start: str, end: str) -> FloatArray:
        line = points[end] - points[start]
        return np.asarray(np.degrees(np.arctan2(-line[..., 1], feet * line[..., 0])))

    return measured(meta["test"], meta["side"], direction)


if __name__ == "__main__":
    main()
