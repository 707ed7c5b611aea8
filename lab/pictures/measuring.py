"""Pictures of a test at every reading, so that a report can show a person's own: ``measuring/<test>.<figure>.json.gz``.

The posture goes from the first key towards the end key as far as the reading asks, with the measured joint exactly
there. That the drawn limb then points where the reading says is checked.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.pictures.compose import SMALL, Composer
from lab.pictures.movement import Movement
from lab.pictures.script import ScriptError, Subject
from lab.pictures.svg import paths
from lab.rotation import FloatArray

MOST_OFF = 1.0  # degrees between the reading and what the picture shows
MOST_MOVED = 25.0  # picture units by which the joint may wander


def measuring_picture(composer: Composer, subject: Subject, figure: str) -> dict[str, Any]:
    """A figure's drawing at every reading from ``low`` to ``high``, and where the angle lies in it.

    ``pivot``: the joint's place in the picture; ``zero``: the direction, degrees counterclockwise from the picture's
    right, in which the limb points at a reading of 0; ``sign``: 1 when larger readings are further counterclockwise;
    ``reach``: from the joint to the limb's end, picture units; ``frames``: the figure's paths by reading.

    Raises
    ------
    ScriptError: the drawn limb doesn't show the reading within ``MOST_OFF`` degrees, or its joint wanders.
    """
    measure = subject.measure
    if measure is None:
        raise ScriptError(f"{subject.name} has nothing to measure.")
    movement = Movement(subject, composer.solver)
    readings = np.arange(measure.low, measure.high + 1e-9, measure.step)
    moments = [
        movement.with_angle(measure.angle, measure.offset + measure.factor * reading) for reading in readings.tolist()
    ]
    view = composer.view(subject, moments, long_side=SMALL)
    joints = [composer.solver.rig.joints(frame.posed) for frame in moments]
    pivots, tips = (view.project([joint[name] for joint in joints]) for name in measure.line)
    zero, sign = shown(subject.name, readings, tips - pivots)
    if (moved := float(np.ptp(pivots, axis=0).max())) > MOST_MOVED:
        raise ScriptError(f"{subject.name}: {measure.line[0]} wanders by {moved:.0f} units.")
    drawings = [composer.draw(subject, frame, view) for frame in moments]
    moving = any(drawing.props != drawings[0].props for drawing in drawings)
    return {
        "test": subject.name,
        "figure": figure,
        "side": measure.line[0].split("_")[0],
        "view_box": [0, 0, *view.size],
        "pivot": pivots.mean(0).round(1).tolist(),
        "zero": round(zero, 1),
        "sign": sign,
        "reach": round(float(np.linalg.norm(tips - pivots, axis=1).mean()), 1),
        "from": measure.low,
        "to": measure.high,
        "step": measure.step,
        "ground": paths(drawings[0].ground),
        "props": "" if moving else paths(drawings[0].props),
        "frames": {
            f"{reading:g}": (paths(one.props) if moving else "") + paths(one.figure)
            for reading, one in zip(readings, drawings, strict=True)
        },
    }


def shown(name: str, readings: FloatArray, limbs: FloatArray) -> tuple[float, int]:
    """Where a reading of 0 points and which way readings grow, from the limb's (n, 2) directions, y down.

    Raises
    ------
    ScriptError: the directions don't follow the readings.
    """
    angles = np.degrees(np.unwrap(np.arctan2(-limbs[:, 1], limbs[:, 0])))
    sign = 1 if angles[-1] > angles[0] else -1
    zeros = angles - sign * readings
    off = float(np.abs(zeros - zeros.mean()).max())
    if off > MOST_OFF:
        raise ScriptError(f"{name}: the picture is {off:.1f} degrees off the reading.")
    return float(zeros.mean()), sign
