"""Muscles that may not lengthen fully: hamstrings, the three hip flexors, and the rest."""

from __future__ import annotations

import math

from coxa.measure.typed import Z95
from coxa.model import FindingLabel, Motion, Side, VerdictLabel
from coxa.reason.contributors.picture import Picture, Reasons
from coxa.reason.numbers import NAMED, UNLIKELY, in_words
from coxa.reason.verdicts import SIDES

FLEXIBLE = (VerdictLabel.FLEXIBILITY, VerdictLabel.BOTH)
_FLEXORS = {
    "rectus_femoris": "the thigh drops when the knee is straightened, so the muscle that crosses the knee is the "
    "likelier limit",
    "tensor_fasciae_latae": "the thigh drops when it is moved outwards, so the outer front muscle is the likelier "
    "limit",
    "iliopsoas_or_capsule": "the thigh stays up whatever the knee does, which points to the deep hip flexor or "
    "the capsule",
}


def hamstrings(picture: Picture) -> Reasons:
    """Active knee extension and straight leg raise, against bending with the knee bent."""
    reasons = Reasons("hamstrings", picture)
    for side in SIDES:
        if side in picture.nerve.straight_leg_raise:
            reasons.add(
                "against",
                2,
                "a nerve may be what stops these tests, so they say nothing about the muscle.",
                group="measured",
                side=side,
                evidence=["neural_differentiation"],
            )
            continue
        knee = picture.finding("active_knee_extension", side)
        reasons.range_of("active_knee_extension", side)
        # the leg raise mixes muscle and nerve, so it adds little beside the better test
        better = knee is not None and knee.p_limited is not None
        reasons.range_of("straight_leg_raise", side, points=1 if better else 2, variant="supine_passive")
        reasons.verdict_is(Motion.FLEXION, side, FLEXIBLE, "bending the hip with the knee bent has more room")
        reasons.larger_gap(("active_knee_extension", "straight_leg_raise"), side)
    reasons.painful_tasks()
    return reasons


def hip_flexor(picture: Picture, muscle: str) -> Reasons:
    """One of the three parts that the modified Thomas test can tell apart."""
    reasons = Reasons(muscle, picture)
    for side in SIDES:
        thomas = picture.finding("modified_thomas_hip", side, "pelvis_held")
        if thomas is None or thomas.p_limited is None:
            continue
        verdict = picture.verdict(Motion.EXTENSION, side)
        share = verdict.muscles.get(muscle, 0.0)
        if thomas.label in (FindingLabel.TYPICAL, FindingLabel.CANT_TELL):
            reasons.range_of("modified_thomas_hip", side, variant="pelvis_held")
        elif share >= NAMED:
            reasons.add(
                "for",
                2,
                f"{_FLEXORS[muscle]} (probability {in_words(share)}).",
                group="measured",
                side=side,
                evidence=verdict.evidence,
            )
            if thomas.brings_familiar_pain:
                reasons.add("for", 2, "the test brought on the usual pain.", group="pain", side=side)
            reasons.larger_gap(("modified_thomas_hip",), side)
        elif _left_open(picture, side):
            reasons.add(
                "for",
                1,
                "the thigh stays high, but the repeats that would name the muscle are missing or unclear.",
                group="measured",
                side=side,
                evidence=["thomas_split_logic"],
            )
        else:
            reasons.add("against", 1, "the repeats of the test point elsewhere.", group="measured", side=side)
        if muscle == "rectus_femoris" and side in picture.nerve.front_thigh:
            reasons.add(
                "against",
                2,
                "bending the knee face down tingles in the front of the thigh, so a nerve may be what pulls.",
                group="measured",
                side=side,
                evidence=["neural_differentiation"],
            )
    reasons.painful_tasks()
    return reasons


def _left_open(picture: Picture, side: Side) -> bool:
    """Whether the thigh is high but the split names no muscle."""
    verdict = picture.verdict(Motion.EXTENSION, side)
    thomas = picture.finding("modified_thomas_hip", side, "pelvis_held")
    high = thomas is not None and (thomas.p_limited or 0.0) > UNLIKELY
    return high and max(verdict.muscles.values()) < NAMED


def other_hip_muscles(picture: Picture) -> Reasons:
    """Rotators (one position limited) and adductors (knee straight against bent)."""
    reasons = Reasons("other_hip_muscles", picture)
    for side in SIDES:
        if picture.verdict(Motion.ROTATION, side).used:
            reasons.verdict_is(
                Motion.ROTATION,
                side,
                (VerdictLabel.FLEXIBILITY,),
                "turning is limited in one position only, which points to a muscle",
            )
        reasons.larger_gap(("hip_abduction_knee_straight", "hip_adduction_knee_straight"), side)
    for side in SIDES:
        straight, bent = (picture.finding(f"hip_abduction_knee_{knee}", side) for knee in ("straight", "bent"))
        if straight and bent and straight.value is not None and bent.value is not None and straight.sem and bent.sem:
            gain, needed = bent.value - straight.value, Z95 * math.hypot(straight.sem, bent.sem)
            if gain > max(10.0, needed):
                reasons.add(
                    "for",
                    1,
                    f"the leg goes out {gain:.0f}° further with the knee bent, more than error explains "
                    f"({needed:.0f}°).",
                    group="measured",
                    side=side,
                    evidence=["prather_2010_abduction_agreement"],
                )
    reasons.painful_tasks()
    return reasons
