"""Make the example recording of printed markers: ``python -m tools.make_tag_example examples/recordings``.

A straight leg raise of the left side at a known angle, rendered by ``tag_scene`` and compressed as a phone would, with
tags taped askew and the camera oblique, as at home.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tools.tag_scene import Leg, Look, Picture, Taped, camera_at, movement

NAME = "straight-leg-raise-printed-markers.mp4"
TRUE_ANGLE = 64.0
RATE = 15
SECONDS = 7.0
SIZE = (1280, 720)
MOST_BYTES = 300_000
LEG = Leg(
    0.0,
    heading=3.0,
    taped={"thigh": Taped(8.0, 2.5), "shank": Taped(-6.0, -2.0), "pelvis": Taped(5.0, 4.0)},
)


def pictures() -> Iterator[Picture]:
    """What the camera saw: oblique by 15°, from 2 m."""
    eye = camera_at(np.array([-0.1, 0.0, 0.75]), distance=2.0, yaw=-15.0, pitch=8.0, roll=1.0, size=SIZE, view=68.0)
    end = replace(LEG, thigh=TRUE_ANGLE, knee=2.0, pelvis=12.0)
    return (picture for _, picture in movement(eye, LEG, end, rate=RATE, seconds=SECONDS, look=Look(noise=2.0)))


def write(path: Path, frames: list[Picture], quality: int) -> None:
    """H.264 in MP4; ``quality`` is the encoder's constant rate factor: lower is better and larger."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(RATE))
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(quality), "preset": "slow", "threads": "1"}
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def main() -> None:
    """Write the recording, as well as its size allows."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("out", type=Path)
    path = parser.parse_args().out / NAME
    frames = list(pictures())
    for quality in range(20, 40, 2):
        write(path, frames, quality)
        if path.stat().st_size <= MOST_BYTES:
            break
    print(f"{path.name}: {path.stat().st_size} bytes, quality {quality}, true held angle {TRUE_ANGLE:g}°")


if __name__ == "__main__":
    main()
