"""Small tables of landmarks and truth for `make test`: ``python -m lab.make_fixtures CLIPS tests/fixtures/pose_clips``.

Takes every clip of the folder that has landmarks of the heavy model. ``coded`` says how the numbers are kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lab.measured import MEASURED

SIDES = ("left", "right")
# What the product reads, in the model's own order.
POINTS = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
NUMBERS = (11, 12, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32)
LANDMARKS = tuple(f"{side}_{name}" for name in POINTS for side in SIDES)
JOINTS = tuple(f"{side}_{name}" for name in ("hip", "knee", "ankle") for side in SIDES)
ANGLES = ("value", "pelvis_list", *(f"{side}_{name}" for name in ("thigh", "knee_flexion") for side in SIDES))
# What of the meta data is kept: the rest can be had again from the seed.
KEPT = ("name", "test", "side", "near_side", "view", "kind", "cheats", "people", "seed")
CAMERA = ("yaw", "pitch", "roll", "height", "distance", "frame_size")
PERSON = ("sex", "years", "weight", "leg_length", "sleeve", "loose", "long_hair", "tone")
MOST_BYTES = 3_000_000
MISSING = np.iinfo(np.int16).min
PER_PIXEL, PER_DEGREE = 10, 100
# Points further out than this are cut to it: a point that far outside the picture is no point.
FARTHEST = 3200.0

Columns = dict[str, npt.NDArray[np.int16]]


def main() -> None:
    """Writes ``clips.json`` and ``clips.npz``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    found = [path for path in options.clips.glob("*.json") if path.with_suffix(".npz").exists()]
    order = list(MEASURED)
    metas = sorted((json.loads(path.read_text()) for path in found), key=lambda m: (order.index(m["test"]), m["name"]))
    tables = [columns(meta, np.load(options.clips / f"{meta['name']}.npz")) for meta in metas]
    options.out.mkdir(parents=True, exist_ok=True)
    heading = {"landmark_names": LANDMARKS, "joint_names": JOINTS, "angle_names": ANGLES, "phases": metas[0]["phases"]}
    clips = ",\n".join(json.dumps(about(meta, rows)) for meta, rows in zip(metas, tables, strict=True))
    text = json.dumps(heading, indent=1)[:-2] + f',\n "clips": [\n{clips}\n]\n}}\n'
    (options.out / "clips.json").write_text(text)
    arrays = {name: coded([rows[name] for rows in tables]) for name in tables[0]}
    np.savez_compressed(options.out / "clips.npz", allow_pickle=False, **arrays)
    total = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"{len(metas)} clips, {total} bytes")
    if total > MOST_BYTES:
        raise SystemExit(f"That is more than {MOST_BYTES} bytes.")


def about(meta: Mapping[str, Any], rows: Columns) -> dict[str, Any]:
    """What is said about a clip in ``clips.json``."""
    kept = {key: meta[key] for key in KEPT} | {"frames": rows["times"].shape[1]}
    kept["cheats"] = {name: round(value, 1) for name, value in meta["cheats"].items()}
    return kept | {
        "camera": _rounded(meta["camera"], CAMERA),
        "person": _rounded(meta["person"], PERSON),
        "picture": _rounded(meta["picture"], tuple(meta["picture"])),
    }


def columns(meta: Mapping[str, Any], arrays: Any) -> Columns:
    """One clip's numbers, each (columns, frames)."""
    frames = len(arrays["times"])

    def given(name: str) -> npt.NDArray[Any]:
        return np.asarray(arrays[name] if name in arrays.files else np.zeros(frames))

    joints = [meta["joint_names"].index(name) for name in JOINTS]
    angles = [meta["angle_names"].index(name) for name in ANGLES]
    return {
        "times": whole(arrays["times"][:, None], 1000),
        "phase": whole(arrays["phase"][:, None], 1),
        "landmarks": whole(arrays["landmarks"][:, NUMBERS].reshape(frames, -1), PER_PIXEL),
        "joints": whole(arrays["pixels"][:, joints].reshape(frames, -1), PER_PIXEL),
        "angles": whole(arrays["angles"][:, angles], PER_DEGREE),
        "presence": whole(given("presence")[:, None], 100),
        "people": whole(given("people")[:, None], 1),
        "breaks": whole(given("breaks")[:, None], 1),
        "camera_shift": whole(given("camera_shift")[:, None], PER_PIXEL),
    }


def whole(rows: npt.NDArray[Any], parts: int) -> npt.NDArray[np.int16]:
    """(frames, columns) numbers as whole numbers of a unit's parts, column by column; missing ones as ``MISSING``."""
    found = np.isfinite(rows)
    numbers = np.clip(np.where(found, rows, 0.0) * parts, -FARTHEST * PER_PIXEL, FARTHEST * PER_PIXEL).round()
    return np.ascontiguousarray(np.where(found, numbers, MISSING).astype(np.int16).T)


def coded(clips: Sequence[npt.NDArray[np.int16]]) -> npt.NDArray[np.uint8]:
    """(2, columns, all frames) low and high bytes of the differences from frame to frame, modulo 65536.

    Differences are small, and all high bytes together hardly need room. ``np.cumsum`` along the frames, in int16, gives
    the numbers back.
    """
    numbers = np.concatenate(clips, axis=1)
    with np.errstate(over="ignore"):
        steps = np.diff(numbers, axis=1, prepend=np.zeros((len(numbers), 1), dtype=np.int16))
    unsigned = steps.astype(np.int16).view(np.uint16)
    return np.stack([unsigned & 0xFF, unsigned >> 8]).astype(np.uint8)


def _rounded(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    found = {name: values.get(name) for name in names}
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in found.items()}


if __name__ == "__main__":
    main()
