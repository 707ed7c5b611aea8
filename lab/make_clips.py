"""Renders clips with their truth: ``python -m lab.make_clips OUT --set evaluation --tests ID --clips 0 1 2``."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from lab.cast import CLIPS, clip
from lab.film import Studio, Take, meta, write_video
from lab.poses import TESTS


def main() -> None:
    """Writes ``NAME.mp4``, ``NAME.json`` and ``NAME.truth.npz`` per clip; what is there already is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--set", choices=("development", "evaluation"), default="development", dest="group")
    parser.add_argument("--tests", nargs="+", choices=TESTS, default=list(TESTS), metavar="ID")
    parser.add_argument("--clips", nargs="+", type=int, choices=range(CLIPS), default=list(range(CLIPS)), metavar="N")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    studio = Studio()
    for number in options.clips:
        for test in options.tests:
            make(options.out, studio, options.group, test, number)


def make(out: Path, studio: Studio, group: str, test: str, number: int) -> None:
    """One clip."""
    one = clip(group, test, number)
    if (out / f"{one.name}.json").exists():
        return
    start = time.perf_counter()
    known = Take()
    write_video(out / f"{one.name}.mp4", studio.frames(one, known), one.course.rate)
    np.savez_compressed(
        out / f"{one.name}.truth.npz",
        times=one.course.times,
        phase=one.course.phases.astype(np.int8),
        progress=one.course.progress.astype(np.float32),
        joints=known.joints.astype(np.float32),
        pixels=one.shot.camera(test).project(known.joints).astype(np.float32),
        angles=known.angles.astype(np.float32),
    )
    (out / f"{one.name}.json").write_text(json.dumps({"set": group, **meta(one, known)}, indent=1) + "\n")
    print(f"{one.name}: {one.kind}, {len(one.course.times)} frames, {time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
