"""Movement, squat, load, sitting, and the possibility that it is not the hip."""

from __future__ import annotations

from coxa.model import FindingLabel, Motion, VerdictLabel
from coxa.reason.contributors.joints import NOT_HIP_TESTS, any_limited
from coxa.reason.contributors.picture import Picture, Reasons
from coxa.reason.load import WINDOW_DAYS
from coxa.reason.verdicts import SIDES

HALF_A_WEEK = 0.5
LONG_SITTING_HOURS = 3.0
"""Hours a day from which sitting went with more disability in people with back pain (Alzahrani 2022)."""


def movement_control(picture: Picture) -> Reasons:
    """The waiter's bow, judged beside the room that the hips have."""
    reasons = Reasons("movement_control", picture)
    bends = picture.answered("hip_hinge", "back_bends_first")
    if bends is not None:
        reasons.add(
            "for" if bends else "against",
            2,
            "In the bow the back bends before the hips." if bends else "In the bow the hips bend first.",
            group="measured",
            evidence=["luomajoki_2008_movement_control", "movement_control_kappa"],
        )
    if bends and not any_limited(picture) and any(f.label is FindingLabel.TYPICAL for f in picture.findings):
        reasons.add("for", 1, "The hips have room to bend.", group="measured")
    if picture.answered("hip_hinge", "hinge_hurts"):
        reasons.add("for", 2, "The bow brings on pain.", group="pain")
    signs = [
        name
        for question, name in (
            ("cannot_hold_30_seconds", "not held for 30 seconds"),
            ("pelvis_drops", "the pelvis drops"),
            ("trunk_leans", "the trunk leans"),
        )
        if picture.answered("single_leg_stance", question)
    ]
    if signs:
        reasons.add(
            "for",
            1,
            f"Standing on one leg: {', '.join(signs)}.",
            group="measured",
            evidence=["single_leg_stance_weak_link"],
        )
    reasons.painful_tasks()
    return reasons


def squat_form(picture: Picture) -> Reasons:
    """Whether the person squats, whether it hurts, and what was seen."""
    reasons = Reasons("squat_form", picture)
    life = picture.visit.life
    hurts = picture.answered("deep_squat", "squat_hurts")
    if not life.squats:
        reasons.add("against", 2, "Squats are not part of the training.", group="habit")
    if hurts is not None:
        reasons.add(
            "for" if hurts else "against",
            2,
            "Squatting brings on pain." if hurts else "Squatting does not hurt.",
            group="pain",
        )
    for question, say in (
        ("stays_above_parallel", "The squat stays above parallel."),
        ("heels_lift", "The heels lift at the bottom."),
        ("low_back_rounds", "The low back rounds at the bottom, which is normal to some degree."),
    ):
        if picture.answered("deep_squat", question):
            reasons.add(
                "for",
                1 if life.squats else 0,
                say,
                group="measured",
                evidence=["kim_2015_squat_depth", "squat_hip_flexion_ct"],
            )
    if life.squats and not life.coached:
        reasons.add("for", 1, "No one coaches the training.", group="habit", evidence=["squat_comfort_rule"])
    reasons.painful_tasks()
    return reasons


def training_load(picture: Picture) -> Reasons:
    """The single-session rule for runs, or a jump that the person names."""
    reasons = Reasons("training_load", picture)
    life, spike = picture.visit.life, picture.spike
    if spike is not None and spike.band is not None:
        reasons.add(
            "for",
            2,
            f"A run of {spike.km:g} km on {spike.date.day} {spike.date:%B} was {spike.percent:.0f} % longer than "
            "the longest of the "
            f"{WINDOW_DAYS} days before ({spike.longest_before_km:g} km). In runners such a jump went with "
            f"{spike.band.hazard_ratio} times the rate of running injury in general, not of back pain.",
            group="habit",
            evidence=["frandsen_2025_single_session"],
        )
        weeks_since = (picture.visit.date - spike.date).days / 7
        if picture.visit.pain.weeks <= weeks_since + HALF_A_WEEK:
            reasons.add("for", 2, "The pain began about the time of that run, or after it.", group="pain")
        else:
            reasons.add("against", 1, "The pain was there before that run.", group="pain")
    elif spike is not None:
        reasons.add(
            "against",
            2,
            f"No run of the last {WINDOW_DAYS} days was more than 10 % longer than the longest of the "
            f"{WINDOW_DAYS} days before it.",
            group="habit",
            evidence=["frandsen_2025_single_session"],
        )
    if life.load_jumped is not None:
        reasons.add(
            "for" if life.load_jumped else "against",
            2,
            "Training or work became suddenly more in the last weeks."
            if life.load_jumped
            else "Training and work stayed much the same in the last weeks.",
            group="habit",
            evidence=["frandsen_2025_single_session"],
        )
    if life.sessions_per_week == 0 and not life.runs:
        reasons.add("against", 1, "There is no regular training.", group="habit")
    reasons.painful_tasks()
    return reasons


def sitting(picture: Picture) -> Reasons:
    """Hours of sitting, and whether sitting is what hurts."""
    reasons = Reasons("sitting", picture)
    hours = picture.visit.life.sitting_hours
    hurts = "sitting" in picture.visit.pain.brought_on_by
    much = hours >= LONG_SITTING_HOURS
    what = "three or more" if much and hurts else "which do not bring on the pain" if much else "fewer than three"
    reasons.add(
        "for" if much and hurts else "against",
        1,
        f"{hours:g} hours of sitting on a usual day, {what}.",
        group="habit",
        evidence=["alzahrani_2022_sitting"],
    )
    reasons.painful_tasks()
    return reasons


def _well_covered(picture: Picture) -> bool:
    """Whether bending, straightening and turning were all judged on both sides and found clear."""
    clear = {(v.motion, v.side) for v in picture.verdicts if v.label is VerdictLabel.CLEAR}
    return all(
        {(Motion.FLEXION, side), (Motion.EXTENSION, side)} <= clear
        and any(
            f.test == "hip_internal_rotation_90" and f.side is side and f.p_limited is not None
            for f in picture.findings
        )
        for side in SIDES
    )


def not_the_hip(picture: Picture) -> Reasons:
    """What speaks for looking beyond the hip."""
    reasons = Reasons("not_the_hip", picture)
    judged = [f for f in picture.findings if f.p_limited is not None and f.test not in NOT_HIP_TESTS]
    usual = [f for f in judged if f.label in (FindingLabel.TYPICAL, FindingLabel.LOW)]
    if judged:
        share = len(usual) / len(judged)
        if share == 1.0:
            points = 3 if _well_covered(picture) else 1
            reasons.add("for", points, f"No limit was found in {len(judged)} hip measurements.", group="measured")
        elif any_limited(picture):
            reasons.add("against", 2, "At least one hip measurement is limited beyond error.", group="measured")
        else:
            points = 1 if share >= 0.5 else 0
            reasons.add("for", points, "No hip measurement is limited beyond error.", group="measured")
    named = {v.label for v in picture.verdicts} - {
        VerdictLabel.CANT_TELL,
        VerdictLabel.CLEAR,
        VerdictLabel.BONY_PATTERN,
    }
    at_the_hip = [f for f in picture.findings if f.test not in NOT_HIP_TESTS]
    familiar = any(f.brings_familiar_pain for f in at_the_hip)
    asked = any(f.brings_familiar_pain is not None for f in at_the_hip)
    if familiar:
        reasons.add("against", 2, "A hip test brought on the usual pain.", group="pain")
    elif asked:
        reasons.add("for", 1, "No hip test brought on the usual pain.", group="pain", evidence=["hip_spine_prior"])
    if not named and "nothing_in_particular" in picture.visit.pain.brought_on_by:
        reasons.add("for", 1, "Nothing in particular brings on the pain.", group="pain")
    return reasons
