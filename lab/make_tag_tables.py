"""Small tables of found corners and truth: ``python -m lab.make_tag_tables CLIPS tests/fixtures/tag_clips``.

Needs Coxa and no torch: corners are found in the videos by the product, as ``measure_recording`` does. Corners are
rounded to 0.01 px, angles to 0.01 degrees.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from coxa.model import Source
from coxa.motion.tags import TagLayout, find_corners
from coxa.motion.video import Video
from coxa.protocol import load_protocol
from coxa.recordings import TAG_RATE

UNSEEN = np.iinfo(np.int32).min
PER_PIXEL = 100
# What of the meta data is kept: the rest can be had again from the seed.
KEPT = ("name", "set", "test", "side", "seed", "tags", "heading", "wall")
CAMERA = ("yaw", "distance", "above", "roll", "across", "size")
MOST_BYTES = 500_000


def main() -> None:
    """Writes ``clips.json`` and ``clips.npz``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    metas = [json.loads(path.read_text()) for path in sorted(options.clips.glob("*.json"))]
    tables = [table(meta, options.clips / f"{meta['name']}.mp4") for meta in metas]
    about = {
        "angle_names": metas[0]["angle_names"],
        "phases": metas[0]["phases"],
        "clips": [
            {key: meta[key] for key in KEPT}
            | {"taped": meta["taped"], "person": meta["person"]}
            | {"camera": {key: meta["camera"][key] for key in CAMERA}, "frames": len(rows["times"])}
            for meta, rows in zip(metas, tables, strict=True)
        ],
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "clips.json").write_text(json.dumps(rounded(about), separators=(",", ":")) + "\n")
    np.savez_compressed(
        options.out / "clips.npz",
        allow_pickle=False,
        **{name: np.concatenate([rows[name] for rows in tables]) for name in tables[0]},
    )
    total = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"{len(metas)} clips, {total} bytes")
    if total > MOST_BYTES:
        raise SystemExit(f"That is more than {MOST_BYTES} bytes.")


def table(meta: dict[str, Any], video: Path) -> dict[str, npt.NDArray[Any]]:
    """One clip's columns, each (frames, ...); ``corners`` in hundredths of a pixel, of the clip's own tags only."""
    layout = TagLayout.of(load_protocol())
    with Video(video, rate=TAG_RATE) as frames:
        seen = find_corners(frames, layout, Source(name=video.name))
    truth = np.load(video.with_suffix(".truth.npz"))
    if not np.allclose(seen.times, truth["times"], atol=1e-3):
        raise ValueError(f"{video.name}: its frames aren't those of the truth")
    numbers = list(layout.names)
    own = seen.corners[:, [numbers.index(number) for number in meta["tags"]]]
    found = np.nan_to_num(np.round(own * PER_PIXEL), nan=UNSEEN).astype(np.int32)
    error = np.sqrt(np.nanmean((own - truth["corners"]) ** 2))
    print(
        f"{meta['name']}: tags seen {np.isfinite(own).all(axis=(2, 3)).mean():.0%}, corners {error:.2f} px", flush=True
    )
    return {
        "times": seen.times.astype(np.float32),
        "phase": truth["phase"],
        "corners": found,
        "bones": hundredths(truth["bones"]),
        "arrows": hundredths(truth["arrows"]),
    }


def hundredths(degrees: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
    """Angles as whole hundredths of a degree."""
    return np.asarray(np.round(degrees * 100), dtype=np.int16)


def rounded(value: Any) -> Any:
    """Numbers of a nested structure at three decimals."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 3) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
