"""Make docs/validation.md: ``python -m tools.validation`` (``make validate``). Takes minutes.

The sections on video, on how often it is looked at, and on printed markers need nothing but this tree. Those on the
shared recordings need their folder, in ``COXA_DATA`` or with ``--recordings``; else they stay as the page has them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from coxa.errors import CoxaError
from coxa.measure.end_range import find_end_range
from coxa.measure.pose import measure_pose
from coxa.model import Method, Side
from coxa.motion.pose import estimate_pose
from coxa.protocol import load_protocol
from tools import validate_angles, validate_tags, validate_video
from tools.markdown import table

PAGE = Path("docs") / "validation.md"
PICTURE = Path("docs") / "images" / "validation-video.png"
RATES = (5.0, 7.5, 10.0, 15.0, 30.0)

INTRODUCTION = """\
# Validation

How far each way of measuring is off, what is refused, and what nobody knows yet. Made by `make validate`; each part
names its own command. The parts on motion capture, on sensors and on a recording that holds no test need the shared
recordings (`COXA_DATA`); where they aren't there, those parts stay as they were made last. Degrees throughout. *Bias*
is the mean error, *SD* its standard deviation, *RMSE* the root of its mean square, *95 % limits* bias ± 1.96 SD.

**What has no ground truth here.** No person was measured by video and by a reference at once: the video figures come
from rendered people with exactly known angles. Their joint centres are those of a rig, so the bias is partly a matter
of definition; it is never subtracted, and it widens the error of a reading. Real people in real rooms are harder.
Skin that moves under printed markers, tape put on askew, and how much a person's own range differs from day to day
are not seen by any of these figures; the errors in `protocol/data/errors.yaml` add what is published or say that it
is an opinion."""

VIDEO = """\
## Video without markers
`python -m tools.validate_video`: the lab's evaluation clips (other people, clothes, rooms, cameras and lights than
those on which readings and gates were made), heavy model, through the product's own reading and gates; with folders
after it, the same of freshly rendered clips (`lab/README.md`). The truth is what the test measures in the hold
(docs/conventions.md); for bow and squat it counts from standing."""

VIDEO_END = """\
![Error of each accepted reading of a good clip against its angle](images/validation-video.png)"""

SAMPLING = """\
## How often a video is looked at
A squat that goes down and up in {seconds:g} s without a hold, sampled at several rates and phases, without noise: how
far the peak is missed. Held positions don't depend on the rate; they are looked at 10 times a second, peaks 30."""

WALKING = """\
## A recording that holds no test
The walking video of the shared recordings (two people, jumping jacks, a flip), measured as each of the tests that
video can read: **{accepted} of {asked} accepted.** Why they were refused, counted over tests:"""

TAGS = """\
## Printed markers
`python -m tools.validate_tags`, through the product's own reading and gates, camera unknown, yaw up to ±30°: people of
the lab with cards taped to skin and clothes (`tests/fixtures/tag_clips`), and tags alone on grey limbs. Where a number
counts from a start, arrows are up to 3° askew; elsewhere not at all, because each degree is a degree wrong."""

ANGLES = """\
## Motion capture and sensors
`python -m tools.validate_angles $COXA_DATA`."""


def printed(work: Callable[[], object], arguments: Sequence[str] = ()) -> str:
    """What a command prints."""
    said, before = io.StringIO(), sys.argv
    sys.argv = ["validation", *arguments]
    try:
        with contextlib.redirect_stdout(said):
            work()
    finally:
        sys.argv = before
    return said.getvalue().strip()


def sampling(seconds: float = 1.2, depth: float = 110.0) -> str:
    """Table: error of the peak of a movement without a hold, by sampling rate."""
    rows = []
    for rate in RATES:
        errors = []
        for phase in np.linspace(0.0, 1.0, 12, endpoint=False):
            times = (np.arange(int((seconds + 2.0) * rate)) + phase) / rate
            inside = np.clip((times - 1.0) / seconds, 0.0, 1.0)
            angle = depth * (0.5 - 0.5 * np.cos(2.0 * np.pi * inside))
            found = find_end_range(times, angle, "peak", hold_seconds=1.0)
            errors += [trial.value - depth for trial in found.trials]
        worst = max(errors, key=abs)
        rows.append([f"{rate:g}", f"{np.mean(errors):+.1f}", f"{worst:+.1f}"])
    return table(["Pictures per second", "Mean error of the peak", "Worst"], rows)


def walking(video: Path) -> str:
    """The walking video as every test: how many were accepted, and why the others weren't."""
    knowledge = load_protocol()
    track = estimate_pose(video, rate=15.0)
    asked = accepted = 0
    reasons: dict[str, int] = {}
    for entry in knowledge.recordings.values():
        if entry.method is not Method.VIDEO:
            continue
        sides = (Side.LEFT, Side.RIGHT) if knowledge.tests[entry.test].sided else (Side.BOTH,)
        for side in sides:
            asked += 1
            try:
                reading = measure_pose(track, entry.test, side, entry.protocols[0], knowledge).reading
            except CoxaError:
                continue
            accepted += reading.accepted
            for refusal in reading.refusals:
                reasons[refusal.value] = reasons.get(refusal.value, 0) + 1
    rows = [[name, str(count)] for name, count in sorted(reasons.items(), key=lambda item: -item[1])]
    return WALKING.format(accepted=accepted, asked=asked) + "\n\n" + table(["Reason", "Times"], rows)


def sections(page: str) -> dict[str, str]:
    """The parts of a page by the heading that each begins with."""
    parts = [f"## {part}".strip() for part in ("\n" + page).split("\n## ")[1:]]
    return {part.splitlines()[0]: part for part in parts}


def of_recordings(folder: Path | None, old: Mapping[str, str]) -> tuple[str, str]:
    """The parts that need the shared recordings: a recording that holds no test, and motion capture with sensors."""
    if folder is not None:
        video = folder / "walking-video" / "walk.mp4"
        return walking(video), f"{ANGLES}\n\n{printed(validate_angles.main, [str(folder)])}"
    print("COXA_DATA isn't set: the sections on the shared recordings stay as they were.")
    kept = [old.get(part.splitlines()[0]) for part in (WALKING, ANGLES)]
    if kept[0] is None or kept[1] is None:
        raise SystemExit(f"{PAGE} has no such sections yet: set COXA_DATA to the folder of the shared recordings.")
    return kept[0], kept[1]


def main() -> None:
    """Write the page and its picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=Path, default=os.environ.get("COXA_DATA") or None)
    parser.add_argument("--clips", default="12", help="clips per cell of the printed markers")
    options = parser.parse_args()
    if options.recordings is not None and not options.recordings.is_dir():
        raise SystemExit(f"{options.recordings} is no folder: COXA_DATA names the folder of the shared recordings.")
    still, angles = of_recordings(options.recordings, sections(PAGE.read_text(encoding="utf-8")))
    parts = [
        INTRODUCTION,
        VIDEO,
        printed(validate_video.main, ["--plot", str(PICTURE)]),
        VIDEO_END,
        still,
        SAMPLING.format(seconds=1.2),
        sampling(),
        TAGS,
        printed(validate_tags.main, ["--clips", options.clips]),
        angles,
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
