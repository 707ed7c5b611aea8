"""Small tables of landmarks and truth for `make test`: ``python -m lab.make_fixtures CLIPS tests/fixtures/pose_clips``.

Takes every clip of the folder that has landmarks of the heavy model. Rounded to 0.1 px and 0.01 degrees.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lab.measured import MEASURED

JOINTS = tuple(f"{side}_{name}" for name in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right"))
# What of the meta data is kept: the rest can be had again from the seed.
KEPT = ("name", "test", "side", "near_side", "view", "kind", "cheats", "people", "seed")
CAMERA = ("yaw", "roll", "height", "distance", "frame_size")
MOST_BYTES = 2_000_000


def main() -> None:
    """Writes ``clips.json`` and ``clips.npz``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    found = [path for path in options.clips.glob("*.json") if path.with_suffix(".npz").exists()]
    order = list(MEASURED)
    metas = sorted((json.loads(path.read_text()) for path in found), key=lambda m: (order.index(m["test"]), m["name"]))
    tables = [table(meta, np.load(options.clips / f"{meta['name']}.npz")) for meta in metas]
    options.out.mkdir(parents=True, exist_ok=True)
    about = {
        "joint_names": JOINTS,
        "angle_names": metas[0]["angle_names"],
        "phases": metas[0]["phases"],
        "clips": [
            {key: meta[key] for key in KEPT}
            | {"camera": {key: meta["camera"][key] for key in CAMERA}, "frames": len(rows["times"])}
            for meta, rows in zip(metas, tables, strict=True)
        ],
    }
    lines = json.dumps(about, indent=1)
    (options.out / "clips.json").write_text(lines + "\n")
    np.savez_compressed(
        options.out / "clips.npz",
        allow_pickle=False,
        **{name: np.concatenate([rows[name] for rows in tables]) for name in tables[0]},
    )
    total = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"{len(metas)} clips, {total} bytes")
    if total > MOST_BYTES:
        raise SystemExit(f"That is more than {MOST_BYTES} bytes.")


def table(meta: dict[str, Any], arrays: Any) -> dict[str, npt.NDArray[Any]]:
    """One clip's columns, each (frames, ...)."""
    frames = len(arrays["times"])
    chosen = [meta["joint_names"].index(name) for name in JOINTS]

    def given(name: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
        return np.asarray(arrays[name] if name in arrays.files else np.zeros((frames, *shape)))

    return {
        "times": arrays["times"].astype(np.float32),
        "phase": arrays["phase"],
        "landmarks": arrays["landmarks"].round(1).astype(np.float32),
        "visibility": (given("visibility", (33,)) * 100).round().astype(np.uint8),
        "presence": (given("presence", ()) * 100).round().astype(np.uint8),
        "people": given("people", ()).astype(np.int8),
        "breaks": given("breaks", ()).astype(np.bool_),
        "camera_shift": given("camera_shift", ()).round(1).astype(np.float32),
        "joints": arrays["pixels"][:, chosen].round(1).astype(np.float32),
        "angles": arrays["angles"].round(2).astype(np.float32),
    }


if __name__ == "__main__":
    main()
