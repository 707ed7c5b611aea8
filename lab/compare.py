"""Clips made again against the committed tables: ``python -m lab.compare CLIPS``; fails when a reading isn't the same.

Needs Coxa and no torch. Truth and readings may differ by 0.1 degrees; whether the landmarks are the same bit for bit is
told, and not asked for.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from lab.make_fixtures import ANGLES, JOINTS, LANDMARKS, about, columns
from tests.pose_clips import PoseClip, pose_clip, pose_clips
from tools.video_clips import judged

TOLERANCE = 0.1
"""Degrees."""


def main() -> None:
    """A line per clip; leaves with an error when one differs or none is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path)
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, help="degrees")
    options = parser.parse_args()
    committed = {str(clip.about["name"]): clip for clip in pose_clips()}
    metas = sorted(path for path in options.clips.glob("*.json") if path.with_suffix(".npz").exists())
    print("clip                           landmarks       truth, degrees   committed      now   difference")
    failed = [path.stem for path in metas if not same(made_again(path), committed[path.stem], options.tolerance)]
    if failed or not metas:
        raise SystemExit(f"{len(failed)} of {len(metas)} clips differ from the tables: {', '.join(failed)}")
    print(f"All {len(metas)} clips give the readings of the committed tables.")


def made_again(path: Path) -> PoseClip:
    """A freshly made clip, rounded as the tables are."""
    meta = json.loads(path.read_text(encoding="utf-8"))
    with np.load(path.with_suffix(".npz")) as file:
        rows = columns(meta, file)
    heading = {"landmark_names": LANDMARKS, "joint_names": JOINTS, "angle_names": ANGLES, "phases": meta["phases"]}
    return pose_clip(heading, about(meta, rows), rows)


def same(now: PoseClip, then: PoseClip, tolerance: float) -> bool:
    """Prints one line and says whether truth and reading are the same within the tolerance."""
    if now.track.motion.frames != then.track.motion.frames:
        print(f"{now.about['name']}: another number of frames")
        return False
    truth = float(np.abs(now.angles["value"] - then.angles["value"]).max())
    points = now.track.motion.positions, then.track.motion.positions
    alike = np.array_equal(*points, equal_nan=True)
    landmarks = "the same" if alike else f"{np.nanmedian(np.abs(points[0] - points[1])):.1f} px (median)"
    readings = [reading(clip) for clip in (now, then)]
    shown = " ".join(f"{'refused' if value is None else format(value, '.2f'):>11}" for value in reversed(readings))
    first, second = readings
    difference = abs(first - second) if first is not None and second is not None else 0.0 if first == second else np.inf
    print(f"{now.about['name']:30s} {landmarks:15s} {truth:14.3f} {shown} {difference:12.2f}", flush=True)
    return max(truth, difference) <= tolerance


def reading(clip: PoseClip) -> float | None:
    """What the product reads, in degrees; ``None`` when it refuses."""
    return judged([clip])[0].measurement.reading.value


if __name__ == "__main__":
    main()
