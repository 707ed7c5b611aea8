"""Joints, nerves and what belongs to a professional."""

from __future__ import annotations

from coxa.model import Answer, FindingLabel, Motion, Side, VerdictLabel
from coxa.reason.contributors.picture import Picture, Reasons
from coxa.reason.verdicts import SIDES

STIFF = (VerdictLabel.MOBILITY, VerdictLabel.BOTH)
ROTATIONS = (
    "hip_internal_rotation_90",
    "hip_internal_rotation_0",
    "hip_external_rotation_90",
    "hip_external_rotation_0",
)
NOT_HIP_TESTS = frozenset({"weight_bearing_lunge", "fingertip_to_floor"})
"""Tests of the ankle and of the whole chain: their result says nothing about the hip alone."""
OLDER = 50
"""Age above which the APTA 2017 and ACR 1991 descriptions of hip osteoarthritis apply."""
APTA_INTERNAL_ROTATION, APTA_SIDE_GAP, APTA_STIFFNESS_MINUTES = 24.0, 15.0, 60.0
ACR_INTERNAL_ROTATION, ACR_FLEXION = 15.0, 115.0


def hip_joint_mobility(picture: Picture) -> Reasons:
    """Total rotation in both positions, and bending with the knee bent."""
    reasons = Reasons("hip_joint_mobility", picture)
    for side in SIDES:
        for test in (
            "hip_total_rotation_90",
            "hip_total_rotation_0",
            "hip_internal_rotation_90",
            "hip_flexion_knee_bent",
        ):
            reasons.range_of(test, side, points=2 if "total" in test else 1)
        reasons.verdict_is(
            Motion.ROTATION, side, STIFF, "turning is limited in both positions, which points to the joint"
        )
        reasons.verdict_is(Motion.FLEXION, side, STIFF, "bending is limited although the knee is bent")
        reasons.larger_gap((*ROTATIONS, "hip_total_rotation_90", "hip_total_rotation_0", "hip_flexion_knee_bent"), side)
        if picture.verdict(Motion.ROTATION, side).label is VerdictLabel.BONY_PATTERN:
            reasons.add(
                "against",
                3,
                "the arc is usual but shifted: the shape of the bone, which no exercise changes and none should "
                "try to.",
                group="measured",
                side=side,
                evidence=["rotation_arc_shift"],
            )
    if picture.visit.life.rotation_sport and reasons.sides_with("for", "measured"):
        reasons.add(
            "for", 1, "The sport turns on the hips.", group="habit", evidence=["van_dillen_2008_rotation_sport"]
        )
    reasons.painful_tasks()
    return reasons


def ankle_mobility(picture: Picture) -> Reasons:
    """Knee-to-wall lunge, and whether raised heels deepen the squat."""
    reasons = Reasons("ankle_mobility", picture)
    for side in SIDES:
        reasons.range_of("weight_bearing_lunge", side)
        reasons.larger_gap(("weight_bearing_lunge",), side)
    helps = picture.answered("deep_squat", "heels_raised_helps")
    if helps is not None:
        reasons.add(
            "for" if helps else "against",
            1,
            "The squat is deeper or easier with the heels raised."
            if helps
            else "Raised heels do not change the squat.",
            group="measured",
            evidence=["kim_2015_squat_depth"],
        )
    reasons.painful_tasks()
    return reasons


def hypermobility(picture: Picture) -> Reasons:
    """Beighton score against its age-bound cut-off."""
    reasons = Reasons("hypermobility", picture)
    given = picture.visit.hypermobility
    if given is not None and picture.hypermobile is not None:
        cut = beighton_cut(picture.person.age)
        reasons.add(
            "for" if picture.hypermobile else "against",
            3 if picture.hypermobile else 2,
            f"Beighton score {given.beighton_0_9} of 9 (cut-off at this age {cut}"
            + (
                f"; {given.history_yes_0_5} of 5 history questions yes)." if given.history_yes_0_5 is not None else ")."
            ),
            group="measured",
            evidence=["beighton_2017", "malek_2021_beighton"],
        )
    reasons.painful_tasks()
    return reasons


def beighton_cut(age: int) -> int:
    """Beighton score from which joints count as very mobile: 5 to 50 years of age, 4 above (2017 criteria)."""
    return 5 if age <= OLDER else 4


def is_hypermobile(age: int, score: int, history_yes: int | None) -> bool:
    """At the cut-off, or one point short with at least two of five history questions answered yes."""
    cut = beighton_cut(age)
    return score >= cut or (score == cut - 1 and (history_yes or 0) >= 2)


def nerve(picture: Picture) -> Reasons:
    """Nerve differentiation, front-thigh tingling, pain below the knee."""
    reasons = Reasons("nerve", picture, every_side=True)  # a test on one side says nothing about the other
    asked = [
        ("straight_leg_raise", "nerve_differentiation", "the leg raise changes when the ankle or the neck moves."),
        ("prone_knee_bend", "front_thigh_tingling", "bending the knee face down tingles in the front of the thigh."),
    ]
    for side in SIDES:
        for test, question, say in asked:
            no = f"no nerve sign in the {picture.protocol.test_name(test, plain=False).lower()}."
            reasons.answer_to(test, question, side, say, no, points=3, evidence="neural_differentiation")
    pain = picture.visit.pain
    if pain.below_knee:
        reasons.add("for", 2, "The pain runs below the knee.", group="pain", evidence=["refer_routine_rule"])
    else:
        reasons.add("against", 1, "The pain does not run below the knee.", group="pain")
    for question in ("leg_weakness", "leg_numb_or_walking_trouble"):
        if picture.visit.safety.get(question, Answer.NO) is not Answer.NO:
            say = picture.protocol.safety_questions[question].ask
            reasons.add("for", 2, f"Answered yes: {say}", group="pain", evidence=["leg_weakness_pathway"])
    reasons.looked_at = True  # pain below the knee is always asked
    if any(item.direction == "for" and item.points for _, item in reasons.items):
        reasons.painful_tasks()
    return reasons


def hip_joint_condition(picture: Picture) -> Reasons:
    """Groin pain with lost rotation, or the published pictures of hip osteoarthritis: refer, do not roll."""
    reasons = Reasons("hip_joint_condition", picture, every_side=True)
    pain = picture.visit.pain
    for side in SIDES:
        for test, question, say in (
            ("hip_internal_rotation_90", "groin_pain_on_rotation", "turning the hip hurts in the groin."),
            ("hip_flexion_knee_bent", "groin_pinch_in_flexion", "bending the hip pinches in the groin."),
        ):
            reasons.answer_to(test, question, side, say, f"no: {say}", points=2, evidence="acr_1991_hip_osteoarthritis")
        if pain.groin and any(picture.limited(test, side) for test in ROTATIONS):
            reasons.add(
                "for",
                3,
                "groin pain together with lost rotation.",
                group="measured",
                side=side,
                evidence=["refer_routine_rule"],
            )
        if osteoarthritis_picture(picture, side):
            reasons.add(
                "for",
                3,
                "age, groin or hip pain, short morning stiffness and lost rotation together fit what is published "
                "for hip osteoarthritis.",
                group="measured",
                side=side,
                evidence=["apta_2017_hip", "acr_1991_hip_osteoarthritis"],
            )
    if pain.groin or pain.hip_pain_on_weight_bearing:
        where = "in the groin" if pain.groin else "at the hip when standing on it"
        reasons.add("for", 1, f"There is pain {where}.", group="pain", evidence=["refer_routine_rule"])
    else:
        reasons.add("against", 2, "There is no pain in the groin or at the hip.", group="pain")
    reasons.looked_at = True  # groin pain is always asked
    return reasons


def osteoarthritis_picture(picture: Picture, side: Side) -> bool:
    """APTA 2017 (over 50, pain on weight bearing, stiffness under 1 h, lost rotation) or ACR 1991; never under 50.

    The groups are clinical criteria against other hip disease, not against back pain: a reason to refer, no diagnosis.
    """
    pain, hip_pain = picture.visit.pain, picture.visit.pain.groin or picture.visit.pain.hip_pain_on_weight_bearing
    internal = picture.finding("hip_internal_rotation_90", side)
    if picture.person.age <= OLDER or not hip_pain or internal is None or internal.value is None:
        return False
    painful = bool(picture.answered("hip_internal_rotation_90", "groin_pain_on_rotation", side))
    short_stiffness = pain.morning_stiffness_minutes is not None and pain.morning_stiffness_minutes > 0
    apta = (
        pain.hip_pain_on_weight_bearing
        and short_stiffness
        and (pain.morning_stiffness_minutes or 0) < APTA_STIFFNESS_MINUTES
        and (internal.value < APTA_INTERNAL_ROTATION or _both_less_than_other_side(picture, side) or painful)
    )
    flexion = picture.finding("hip_flexion_knee_bent", side)
    acr_painful = (
        internal.value >= ACR_INTERNAL_ROTATION
        and painful
        and short_stiffness
        and (pain.morning_stiffness_minutes or 0) <= APTA_STIFFNESS_MINUTES
    )
    acr_stiff = (
        internal.value < ACR_INTERNAL_ROTATION
        and flexion is not None
        and flexion.value is not None
        and flexion.value <= ACR_FLEXION
    )
    return apta or acr_painful or acr_stiff


def _both_less_than_other_side(picture: Picture, side: Side) -> bool:
    other = Side.RIGHT if side is Side.LEFT else Side.LEFT
    for test in ("hip_internal_rotation_90", "hip_flexion_knee_bent"):
        here, there = picture.finding(test, side), picture.finding(test, other)
        if here is None or there is None or here.value is None or there.value is None or here.method != there.method:
            return False
        if round(there.value - here.value, 6) < APTA_SIDE_GAP:
            return False
    return True


def any_limited(picture: Picture) -> bool:
    """Whether any hip test is called limited."""
    return any(f.label is FindingLabel.LIMITED and f.test not in NOT_HIP_TESTS for f in picture.findings)
