"""How askew an arrow is that was laid along the limb as seen square to the card: ``python -m lab.taping``.

Limbs taper, and a card that is turned about one is tilted both ways; only seen from the side does its arrow then lie
along the line from joint to joint.
"""

from __future__ import annotations

import numpy as np

from lab.body import STANDING, Pose
from lab.rotation import FloatArray, unit
from lab.tag_cast import FIRST, PEOPLE, taped_person
from lab.tags import SEGMENTS, beneath, lying, seat

TURNS = (-12.0, -6.0, 0.0, 6.0, 12.0)
"""Degrees about the limb at which cards are tried."""


def askew(number: int, side: str, segment: str) -> FloatArray:
    """(turns,) degrees, towards the front at the upper end, of one person's cards."""
    who = taped_person(number)
    vertices, joints = who.body.pose(Pose(STANDING))
    meshes = who.mesh(vertices)
    found = []
    for turn in TURNS:
        outward, along, middle = seat(joints, side, segment, turn)
        under = beneath(meshes, middle, outward)
        points = np.concatenate([mesh.vertices[own] for mesh, own in zip(meshes, under, strict=True)])
        normal = lying(points, outward)
        up = unit(along - (along @ normal) * normal)
        found.append(np.degrees(np.arctan2(-up[1], up[2]) - np.arctan2(-along[1], along[2])))
    return np.array(found)


def main() -> None:
    """Prints mean, standard deviation and 95 % for thigh and lower leg."""
    first = FIRST["evaluation"]
    for segment in SEGMENTS:
        off = np.concatenate(
            [askew(number, side, segment) for number in range(first, first + PEOPLE) for side in ("left", "right")]
        )
        most = np.percentile(np.abs(off), 95)
        print(f"{segment}: {off.size} cards, {off.mean():+.1f} ± {off.std():.1f}, 95 % below {most:.1f} degrees")


if __name__ == "__main__":
    main()
