"""Renders clips with their truth: ``python -m lab.make_clips OUT --set evaluation``.

``--tests ID ...`` and ``--clips 0 1 2`` make a part of the set, ``--most 10`` no more than ten clips in this run,
``--small`` the evaluation clips of ``make lab-small``.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from lab.cast import clip, clip_name
from lab.film import Studio, Take, meta, write_video
from lab.kinds import SETS, in_order, small
from lab.poses import TESTS


def main() -> None:
    """Writes ``NAME.mp4``, ``NAME.json`` and ``NAME.truth.npz`` per clip; what is there already is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--set", choices=SETS, default="development", dest="group")
    parser.add_argument("--tests", nargs="+", choices=TESTS, default=list(TESTS), metavar="ID")
    parser.add_argument("--clips", nargs="+", type=int, metavar="N")
    parser.add_argument("--most", type=int, default=10_000)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    group = "evaluation" if options.small else options.group
    chosen = [
        (test, number)
        for test, number in (small() if options.small else in_order(group))
        if test in options.tests and (options.clips is None or number in options.clips)
    ]
    todo = [one for one in chosen if not (options.out / f"{clip_name(*one)}.json").exists()]
    print(f"{len(chosen)} clips, {len(chosen) - len(todo)} of them there already", flush=True)
    studio = Studio()
    for done, (test, number) in enumerate(todo[: options.most], len(chosen) - len(todo) + 1):
        print(f"{done} of {len(chosen)}: ", end="")
        make(options.out, studio, group, test, number)


def make(out: Path, studio: Studio, group: str, test: str, number: int) -> None:
    """One clip; its JSON file comes last and says that it is whole."""
    one = clip(group, test, number)
    start = time.perf_counter()
    known = Take()
    write_video(out / f"{one.name}.mp4", studio.frames(one, known), one.course.rate)
    np.savez_compressed(
        out / f"{one.name}.truth.npz",
        times=one.course.times,
        phase=one.course.phases.astype(np.int8),
        progress=one.course.progress.astype(np.float32),
        joints=known.joints.astype(np.float32),
        pixels=one.shot.project(test, known.joints).astype(np.float32),
        angles=known.angles.astype(np.float32),
        cheats=known.cheats.astype(np.float32),
    )
    (out / f"{one.name}.json").write_text(json.dumps({"set": group, **meta(one, known)}, indent=1) + "\n")
    print(f"{one.name}: {one.kind}, {len(one.course.times)} frames, {time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
