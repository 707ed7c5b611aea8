"""The example videos of ``examples/recordings``: ``python -m lab.make_examples examples/recordings``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lab.cast import Clip, clip
from lab.course import Course
from lab.film import Studio, Take, write_video
from lab.scene import Placing, Shot

RATE = 15.0
MOST_BYTES = 250_000


@dataclass(frozen=True)
class Example:
    """One example: the test, side and end angle, the camera's yaw, and what is done wrong."""

    test: str
    side: str
    end: float
    person: int
    room: int
    yaw: float = 0.0
    height: float = 0.8
    cheats: Mapping[str, float] = field(default_factory=dict)

    def clip(self, name: str) -> Clip:
        """The example as a clip: a still hand, a good camera, a bright room without clutter."""
        base = clip("examples", self.test, self.room)
        shot = Shot(yaw=self.yaw, height=self.height, distance=3.0, field_of_view=43.0)
        light = replace(base.room.light, sun_strength=0.5, sky_strength=0.62, tint=(1.0, 1.0, 1.0))
        return replace(
            base,
            name=name,
            kind="example",
            placing=Placing(self.test, self.side, self.side),
            person=self.person,
            room=replace(base.room, light=light, clutter=False),
            shot=shot,
            course=Course(rest=1.5, move=2.2, hold=2.1, back=1.2, rate=RATE, tremor=0.3),
            end=self.end,
            cheats=self.cheats,
            passer_by=None,
            noise=0.6,
        )


EXAMPLES = {
    "straight-leg-raise-left": Example("straight_leg_raise", "left", 62, 90_001, 0),
    "active-knee-extension-right": Example("active_knee_extension", "right", 34, 90_002, 1),
    "hip-internal-rotation-left": Example("hip_internal_rotation_90", "left", 28, 90_003, 2),
    "modified-thomas-right": Example("modified_thomas_hip", "right", -6, 90_005, 0),
    "hip-external-rotation-right": Example("hip_external_rotation_90", "right", 37, 90_006, 0),
    "hip-abduction-standing-left": Example("hip_abduction_standing", "left", 35, 90_007, 0),
    "prone-knee-bend-left": Example("prone_knee_bend", "left", 118, 90_008, 0),
    "hip-flexion-knee-bent-right": Example("hip_flexion_knee_bent", "right", 96, 90_009, 0),
    "hip-hinge": Example("hip_hinge", "left", 62, 90_010, 0),
    "deep-squat": Example("deep_squat", "right", 98, 90_011, 0),
    "straight-leg-raise-oblique-camera": Example("straight_leg_raise", "right", 70, 90_004, 3, yaw=30),
}


def main() -> None:
    """Writes every example, as well as its size allows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="+", choices=EXAMPLES, default=list(EXAMPLES), metavar="NAME")
    options = parser.parse_args()
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    studio = Studio()
    for name in options.only:
        example = EXAMPLES[name]
        one, known = example.clip(name), Take()
        pictures = list(studio.frames(one, known))
        path = out / f"{name}.mp4"
        for crf in range(22, 40, 2):
            write_video(path, iter(pictures), RATE, crf, "slow")
            if path.stat().st_size <= MOST_BYTES:
                break
        held = known.angles[one.course.phases == 2, known.angle_names.index("value")]
        print(f"{path.name}: {path.stat().st_size} bytes, quality {crf}, true held angle {held.mean():.1f} degrees")


if __name__ == "__main__":
    main()
