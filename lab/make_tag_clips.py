"""Renders clips of printed markers with their truth: ``python -m lab.make_tag_clips OUT --set evaluation``."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from lab.film import write_video
from lab.tag_cast import TAGGED, YAWS, tag_clip
from lab.tag_film import Known, Set, TagStudio, framed, meta

QUALITY = 20
"""Of the encoder: about as many bits a picture as a phone spends (17 Mbit/s with 30 pictures of 1080p)."""


def main() -> None:
    """Writes ``NAME.mp4``, ``NAME.json`` and ``NAME.truth.npz`` per clip; what is there already is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--set", choices=("development", "evaluation"), default="development", dest="group")
    parser.add_argument("--tests", nargs="+", choices=TAGGED, default=list(TAGGED), metavar="ID")
    parser.add_argument("--clips", nargs="+", type=int, choices=range(len(YAWS)), default=range(len(YAWS)), metavar="N")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    studio = TagStudio()
    for number in options.clips:
        for test in options.tests:
            make(options.out, studio, options.group, test, number)


def make(out: Path, studio: TagStudio, group: str, test: str, number: int) -> None:
    """One clip."""
    clip = tag_clip(group, test, number)
    if (out / f"{clip.name}.json").exists():
        return
    start = time.perf_counter()
    stage, known, course = Set(clip), Known(), clip.course
    camera = framed(stage)
    write_video(out / f"{clip.name}.mp4", studio.frames(stage, camera, known), course.rate, crf=QUALITY)
    np.savez_compressed(
        out / f"{clip.name}.truth.npz",
        times=course.times,
        phase=course.phases.astype(np.int8),
        bones=np.array(known.bones, dtype=np.float32),
        arrows=np.array(known.arrows, dtype=np.float32),
        pelvis=np.array(known.pelvis, dtype=np.float32),
        corners=np.array(known.corners, dtype=np.float32),
    )
    (out / f"{clip.name}.json").write_text(json.dumps({"set": group, **meta(stage, camera)}, indent=1) + "\n")
    print(f"{clip.name}: {len(course.times)} frames, {time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
