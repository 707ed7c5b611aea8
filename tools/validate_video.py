"""Judge markerless video on the lab's rendered clips: ``python -m tools.validate_video [FOLDER ...]`` prints Markdown.

Without a folder the clips are those of ``tests/fixtures/pose_clips`` (evaluation set: other people, rooms and cameras
than the gates were set on); with one, freshly rendered ones. They go through the product's own reading and gates.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from coxa.protocol import load_protocol
from tests.pose_clips import PoseClip, pose_clips
from tools import video_tables as tables
from tools.markdown import table
from tools.video_clips import Judged, PlainProtocol, folder_clips, judged

FIRST_FRESH_SEED = 20_000
"""Clips with smaller seeds were looked at while readings and gates were made."""
SEEN = """\
**{seen} of these clips were looked at while readings and gates were made**, so they describe more than they judge."""

GOALS = """\
### What was to be reached
Camera within 10° of square. In brackets per cent and the exact 95 % interval (Clopper and Pearson 1934), which is wide
because clips are few."""

BY_YAW = """\
### By test and camera
Clips in which nothing is wrong but, perhaps, the camera's slant. *95 %*: 95 % of the accepted readings are less far off
than this. *Worst* keeps its sign."""

CONSTRAINTS = """\
### What the constraints bring
Good clips that are accepted, read plainly (raw landmarks of each picture, against level) and as the product reads them
([decision 0021](decisions/0021-what-a-test-prescribes-is-used.md)). Tests that aren't named are read plainly."""

DEVICE = """\
### Error that a video reading carries for the camera's part
`device_sem` in `protocol/data/errors.yaml`: RMSE of the accepted readings of clips done rightly, whatever the camera's
slant, but never less than that over all tests, because there are few clips of each, nor than the SD of {real:g}°
published for this family of models on real people
([decision 0023](decisions/0023-a-videos-error-has-a-published-floor.md))."""


def page(clips: Sequence[PoseClip]) -> str:
    """The whole section."""
    results = judged(clips)
    plain = judged(clips, PlainProtocol(load_protocol().folder))
    tests = {str(clip.about["test"]) for clip in clips}
    good = sum(one.good for one in results)
    wrong = sum(one.wrong for one in results)
    accepted = tables.errors_of(results).size
    left_out = len(clips) - len(results)
    skipped = f" {left_out} clips show tests that video isn't asked to read." if left_out else ""
    errors = tables.device_errors(results)
    seen = sum(int(clip.about["seed"]) < FIRST_FRESH_SEED for clip in clips)
    parts = [
        f"""{len(clips)} clips of {len(tests)} test views, {good} of them done rightly and filmed within 10° of
square.{skipped} Of {accepted} accepted readings, whatever was wrong in the clip, **{wrong} were more than 10° off**.
{tables.agreement(results)}""",
        SEEN.format(seen=seen) if seen else "",
        GOALS,
        tables.claims(results),
        BY_YAW,
        tables.by_yaw(results),
        "### By what was wrong with the clip",
        tables.by_kind(results),
        "Every reading that was accepted and is more than 10° off:",
        tables.wrong_ones(results),
        "Why good clips were refused (a clip may have several reasons):",
        tables.reasons(results),
        "### By body, clothes and picture\nGood clips of all tests together.",
        tables.by_group(results),
        CONSTRAINTS,
        tables.plain_against_fit(results, plain),
        DEVICE.format(real=tables.REAL_PEOPLE),
        table(["Test", "Degrees"], [[test, f"{error:.1f}"] for test, error in errors.items()]),
    ]
    return "\n\n".join(part for part in parts if part)


def plot(results: Sequence[Judged], path: Path) -> None:
    """Bland–Altman plot of the accepted readings: error against the mean of reading and truth."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (only for the picture)

    good = [one for one in results if one.good and one.error is not None]
    truth = np.array([one.truth for one in good])
    error = tables.errors_of(good)
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.add_subplot()
    marks = "osv^<>DPXh*pd"
    for mark, test in zip(marks, dict.fromkeys(one.test for one in good), strict=False):
        at = [i for i, one in enumerate(good) if one.test == test]
        axes.plot(truth[at] + error[at] / 2, error[at], mark, label=test.replace("_", " "), alpha=0.8)
    bias, spread = error.mean(), error.std(ddof=1)
    for level, style in ((bias, "-"), (bias - 1.96 * spread, "--"), (bias + 1.96 * spread, "--")):
        axes.axhline(level, color="#555", linestyle=style, linewidth=1)
        axes.annotate(f"{level:+.1f}°", (1.0, level), xycoords=("axes fraction", "data"), va="bottom", ha="right")
    axes.set_xlabel("mean of reading and truth, degrees")
    axes.set_ylabel("reading minus truth, degrees")
    axes.grid(alpha=0.2)
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    figure.savefig(path, metadata={"Date": None}, dpi=120)


def main() -> None:
    """Print the tables; ``--plot FILE`` draws the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*", help="freshly rendered clips with their landmarks")
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    clips = [clip for folder in options.folders for clip in folder_clips(folder)] or list(pose_clips())
    print(page(clips))
    if options.plot is not None:
        plot(judged(clips), options.plot)


if __name__ == "__main__":
    main()
