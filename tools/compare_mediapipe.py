"""How far our landmarks are from MediaPipe's own, and from themselves in smaller pictures.

``python -m tools.compare_mediapipe VIDEO`` looks at each frame by itself (nothing is followed), with the full model.
MediaPipe is installed from PyPI into ``build/mediapipe`` at first: it is too heavy to be a dependency.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from coxa.motion.blazepose import BlazePose, Pose
from coxa.motion.regions import FloatArray, Region
from coxa.motion.video import Video

MEDIAPIPE = "mediapipe==0.10.21"
VENV = Path("build/mediapipe")
RATE = 15.0
SMALLER = (1280, 960, 640)
THEIRS = """
import sys
import mediapipe as mp, numpy as np
pictures = np.load(sys.argv[1], mmap_mode="r")
found = np.full((len(pictures), 33, 2), np.nan)
with mp.solutions.pose.Pose(static_image_mode=True, model_complexity=1, smooth_landmarks=False) as pose:
    for k, picture in enumerate(pictures):
        height, width = picture.shape[:2]
        seen = pose.process(np.array(picture)).pose_landmarks
        if seen:
            found[k] = [(point.x * width, point.y * height) for point in seen.landmark]
np.save(sys.argv[2], found)
"""


def mediapipe() -> str:
    """The Python of MediaPipe's own environment, made when it isn't there."""
    python = VENV / "bin" / "python"
    if not (VENV / ".done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", MEDIAPIPE], check=True)
        (VENV / ".done").touch()
    return str(python)


def spread(what: str, difference: FloatArray) -> None:
    """Print the distances and the common shift of (frames, 33, 2) differences."""
    away = np.hypot(difference[..., 0], difference[..., 1])
    shift = np.median(difference.reshape(-1, 2), axis=0)
    middle, most = np.percentile(away, (50, 95))
    print(
        f"{what:<44} {len(difference):4} frames: median {middle:5.2f} px, 95 % {most:5.2f} px, "
        f"median shift {shift[0]:+.2f} {shift[1]:+.2f} px"
    )


def main() -> None:
    """Print the comparison."""
    path, models = Path(sys.argv[1]), BlazePose("full")
    poses: list[Pose | None] = []
    pictures = []
    with Video(path, rate=RATE) as video:
        for _, picture in video:
            found = models.detect(picture)
            poses.append(models.landmarks(picture, found[0].region) if found else None)
            pictures.append(picture.copy())
    ours = np.stack([np.full((33, 2), np.nan) if pose is None else pose.points for pose in poses])
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "pictures.npy", Path(folder) / "found.npy"
        np.save(source, np.stack(pictures))
        subprocess.run([mediapipe(), "-c", THEIRS, str(source), str(target)], check=True, stderr=subprocess.DEVNULL)
        theirs = np.load(target)
    both = np.isfinite(ours).all(axis=(1, 2)) & np.isfinite(theirs).all(axis=(1, 2))
    print(
        f"somebody seen: by us {np.isfinite(ours[:, 0, 0]).sum()}, by {MEDIAPIPE} {np.isfinite(theirs[:, 0, 0]).sum()}"
    )
    print(f"median side of the region: {np.median([pose.region.size for pose in poses if pose]):.0f} px")
    spread(f"ours from {MEDIAPIPE}", (ours - theirs)[both])
    for side in SMALLER:
        differences = []
        with Video(path, rate=RATE, long_side=side) as video:
            factor = video.facts.display[0] / video.facts.size[0]
            for (_, picture), pose in zip(video, poses, strict=True):
                if pose is None:
                    continue
                old = pose.region
                region = Region(
                    (old.x + 0.5) / factor - 0.5, (old.y + 0.5) / factor - 0.5, old.size / factor, old.angle
                )
                smaller = models.landmarks(picture, region)
                if smaller is not None:
                    differences.append(video.facts.to_display(smaller.points) - pose.points)
        spread(f"the same regions in pictures of {side} px", np.array(differences))


if __name__ == "__main__":
    main()
