"""Judge markerless video on the lab's rendered clips: ``python -m tools.validate_video`` prints Markdown.

The landmarks of the clips (evaluation set, other people and rooms than the gates were set on) are in
``tests/fixtures/pose_clips``; they go through the product's own reading and gates.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coxa.measure.pose import measure_pose
from coxa.measure.recorded import Measurement
from coxa.model import Side
from coxa.protocol import load_protocol
from tests.pose_clips import PoseClip, pose_clips
from tools.markdown import table

SQUARE = 10.0
"""Degrees of camera yaw within which a clip counts as filmed square."""
FAR_OFF = 10.0
TESTS = {"hip_abduction_standing": "hip_abduction_knee_straight", "hip_abduction_supine": "hip_abduction_knee_straight"}
PROTOCOLS = {"straight_leg_raise": "supine_active"}
GOOD = ("plain", "far leg")


@dataclass(frozen=True)
class Judged:
    """One clip, what was read in it, and how far that is off (``None`` when it was refused)."""

    clip: PoseClip
    measurement: Measurement

    @property
    def test(self) -> str:
        """The lab's name of the test's view."""
        return str(self.clip.about["test"])

    @property
    def good(self) -> bool:
        """Filmed square and done rightly."""
        return self.clip.about["kind"] in GOOD and abs(self.clip.about["camera"]["yaw"]) <= SQUARE

    @property
    def oblique(self) -> bool:
        """Done rightly, filmed from a slant."""
        return self.clip.about["kind"] in GOOD and abs(self.clip.about["camera"]["yaw"]) > SQUARE

    @property
    def error(self) -> float | None:
        """Reading minus truth, degrees."""
        value = self.measurement.reading.value
        return None if value is None else value - self.clip.held


def judged(clips: Iterable[PoseClip]) -> list[Judged]:
    """Every clip through the product's own path."""
    knowledge = load_protocol()
    found = []
    for clip in clips:
        test = TESTS.get(clip.about["test"], clip.about["test"])
        spec = knowledge.tests[test]
        side = Side(clip.about["side"]) if spec.sided else Side.BOTH
        protocol = PROTOCOLS.get(test, spec.protocols[0].id)
        found.append(Judged(clip, measure_pose(clip.track, test, side, protocol, knowledge)))
    return found


def intraclass_correlation(pairs: npt.NDArray[np.float64]) -> float:
    """ICC(A,1): absolute agreement of single measurements (McGraw and Wong 1996), from a two-way analysis of variance.

    ``pairs``: (clips, 2) reading and truth.
    """
    n, k = pairs.shape
    mean = pairs.mean()
    rows = k * ((pairs.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    columns = n * ((pairs.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    rest = pairs - pairs.mean(axis=1, keepdims=True) - pairs.mean(axis=0) + mean
    error = (rest**2).sum() / ((n - 1) * (k - 1))
    return float((rows - error) / (rows + (k - 1) * error + k * (columns - error) / n))


def agreement(results: Sequence[Judged]) -> str:
    """Table per test: accepted readings of clips that were filmed square and done rightly."""
    rows = []
    for test in dict.fromkeys(one.test for one in results):
        good = [one for one in results if one.test == test and one.good]
        errors = np.array([one.error for one in good if one.error is not None])
        rows.append([test, f"{errors.size} of {len(good)}", *_numbers(errors)])
    everything = [one for one in results if one.good and one.error is not None]
    errors = np.array([one.error for one in everything])
    rows.append(["**all**", f"{errors.size} of {sum(one.good for one in results)}", *_numbers(errors)])
    return table(["Test", "Accepted", "Bias", "SD", "RMSE", "95 % limits", "Worst"], rows)


def _numbers(errors: npt.NDArray[np.float64]) -> list[str]:
    if not errors.size:
        return ["–"] * 5
    bias = float(errors.mean())
    spread = float(errors.std(ddof=1)) if errors.size > 1 else math.nan
    limits = f"{bias - 1.96 * spread:+.1f} to {bias + 1.96 * spread:+.1f}" if errors.size > 2 else "–"
    worst = float(errors[np.abs(errors).argmax()])
    rmse = math.sqrt(float((errors**2).mean()))
    return [f"{bias:+.1f}", f"{spread:.1f}" if errors.size > 1 else "–", f"{rmse:.1f}", limits, f"{worst:+.1f}"]


def device_errors(results: Sequence[Judged]) -> dict[str, float]:
    """Error of the camera's reading by test, degrees: what ``device_sem`` in ``errors.yaml`` must hold.

    RMSE of the accepted readings of clips that were done rightly, whatever the camera's slant, but never less than the
    RMSE over all tests: there are few clips of each. Abduction counts as it is filmed, lying, from above.
    """
    done = [one for one in results if (one.good or one.oblique) and one.test != "hip_abduction_standing"]
    everything = _rmse(done)
    tests = dict.fromkeys(one.test for one in done)
    return {
        TESTS.get(test, test): round(max(everything, _rmse([one for one in done if one.test == test])), 1)
        for test in tests
    }


def _rmse(results: Sequence[Judged]) -> float:
    errors = np.array([one.error for one in results if one.error is not None])
    return math.sqrt(float((errors**2).mean()))


def gates(results: Sequence[Judged]) -> str:
    """Table per kind of clip: what was refused, and how far off the accepted ones are."""
    kinds: dict[str, Callable[[Judged], bool]] = {
        "square camera, done rightly": lambda one: one.good,
        "camera 20° or 30° off square": lambda one: one.oblique,
        "second person walks past": lambda one: one.clip.about["kind"] == "second person",
        "cheats and spoilt clips": lambda one: (
            not one.good and not one.oblique and one.clip.about["kind"] != "second person"
        ),
    }
    rows = []
    for name, belongs in kinds.items():
        those = [one for one in results if belongs(one)]
        errors = [abs(one.error) for one in those if one.error is not None]
        far = sum(error > FAR_OFF for error in errors)
        worst = f"{max(errors):.1f}" if errors else "–"
        rows.append([name, str(len(those)), str(len(those) - len(errors)), str(far), worst])
    return table(["Clips", "Number", "Refused", f"Accepted, more than {FAR_OFF:.0f}° off", "Worst accepted"], rows)


def accepted_faults(results: Sequence[Judged]) -> str:
    """Table of clips with a fault that were accepted all the same: what markerless video can't see."""
    rows = []
    for one in results:
        if one.good or one.error is None:
            continue
        cheats = ", ".join(f"{name.replace('_', ' ')} {value:.0f}°" for name, value in one.clip.about["cheats"].items())
        said = [str(one.clip.about["name"]), str(one.clip.about["kind"]).replace("_", " ")]
        rows.append([*said, cheats or f"camera {one.clip.about['camera']['yaw']:+.0f}°", f"{one.error:+.1f}"])
    return table(["Clip", "What was wrong", "How much", "Error"], rows)


def plot(results: Sequence[Judged], path: Path) -> None:
    """Bland–Altman plot of the accepted readings: error against the mean of reading and truth."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (only for the picture)

    good = [one for one in results if one.good and one.error is not None]
    truth = np.array([one.clip.held for one in good])
    error = np.array([one.error for one in good])
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
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    results = judged(pose_clips())
    good = [one for one in results if one.good and one.error is not None]
    pairs = np.array([(one.clip.held + one.error, one.clip.held) for one in good if one.error is not None])
    print(agreement(results))
    print(f"\nICC(A,1) over all {len(pairs)} accepted readings: {intraclass_correlation(pairs):.3f}.\n")
    print("Error that a video reading carries for the camera's part (`device_sem`), whatever the camera's slant:\n")
    print(table(["Test", "Degrees"], [[test, f"{error:.1f}"] for test, error in device_errors(results).items()]))
    print()
    print(gates(results))
    print("\nAccepted although something was wrong:\n")
    print(accepted_faults(results))
    if options.plot is not None:
        plot(results, options.plot)


if __name__ == "__main__":
    main()
