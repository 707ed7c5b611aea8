"""The product's own pipeline over rendered clips: ``python -m lab.landmarks OUT [--model heavy]``.

Needs Coxa and no torch. Writes ``NAME.npz`` (``NAME.full.npz`` for another model than heavy): the arrays of
``NAME.truth.npz`` and ``landmarks`` (frames, 33, 2) pixels, ``visibility`` (frames, 33), ``presence``, ``people``,
``breaks`` and ``camera_shift`` (frames,) as ``coxa.motion.pose.PoseTrack`` says.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from coxa.errors import RecordingError
from coxa.motion.pose import estimate_pose
from coxa.motion.weights import MODELS, Model


def main() -> None:
    """All clips of a folder; what is there already is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", choices=MODELS, default="heavy")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds to wait for more clips before ending")
    options = parser.parse_args()
    last = time.monotonic()
    while True:
        todo = [path for path in options.out.glob("*.json") if not table(path, options.model).exists()]
        for path in sorted(todo, key=lambda path: (path.stem[-2:], path.stem)):
            watch(path, options.model)
            last = time.monotonic()
        if not todo:
            if time.monotonic() - last > options.wait:
                return
            time.sleep(1.0)


def table(meta: Path, model: Model) -> Path:
    """Where the landmarks of a clip go."""
    return meta.with_suffix(".npz" if model == "heavy" else f".{model}.npz")


def watch(meta: Path, model: Model) -> None:
    """One clip."""
    start = time.perf_counter()
    truth = np.load(meta.with_suffix(".truth.npz"))
    arrays: dict[str, Any] = {name: truth[name] for name in truth.files}
    frames = len(arrays["times"])
    try:
        track = estimate_pose(meta.with_suffix(".mp4"), model=model)
    except RecordingError as error:
        print(f"{meta.stem}: {error}", flush=True)
        arrays["landmarks"] = np.full((frames, 33, 2), np.nan, dtype=np.float32)
    else:
        if not np.allclose(track.motion.times, arrays["times"], atol=1e-3):
            raise ValueError(f"{meta.stem}: the video's frames aren't those of the truth")
        assert track.motion.confidence is not None
        arrays["landmarks"] = track.motion.positions.astype(np.float32)
        arrays["visibility"] = track.motion.confidence.astype(np.float32)
        arrays["presence"] = track.presence.astype(np.float32)
        arrays |= {
            "people": track.people,
            "breaks": track.breaks,
            "camera_shift": track.camera_shift.astype(np.float32),
        }
    out = table(meta, model)
    part = out.with_name(f"{out.name}.part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)
    part.rename(out)
    kind = json.loads(meta.read_text())["kind"]
    print(f"{meta.stem}: {kind}, {(time.perf_counter() - start) / frames:.3f} s per frame", flush=True)


if __name__ == "__main__":
    main()
