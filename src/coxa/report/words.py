"""Plain words for what the model names, the same in terminal, page and PDF."""

from __future__ import annotations

from coxa.model import (
    ActionLevel,
    FindingLabel,
    Method,
    Motion,
    Support,
    VerdictLabel,
)
from coxa.protocol.schema import Quantity

FINDING_WORD = {
    FindingLabel.LIMITED: "limited",
    FindingLabel.LOW: "low side of usual",
    FindingLabel.TYPICAL: "usual",
    FindingLabel.CANT_TELL: "can't tell",
    FindingLabel.NO_COMPARABLE_NORM: "baseline only",
}
VERDICT_WORD = {
    VerdictLabel.FLEXIBILITY: "flexibility",
    VerdictLabel.MOBILITY: "mobility",
    VerdictLabel.BOTH: "both",
    VerdictLabel.BONY_PATTERN: "bony pattern",
    VerdictLabel.CLEAR: "clear",
    VerdictLabel.CANT_TELL: "can't tell",
}
SUPPORT_WORD = {
    Support.SUPPORTED: "fits your pain",
    Support.POSSIBLE: "may play a part",
    Support.UNLIKELY: "little sign of it",
    Support.CANT_TELL: "not known",
}
LEVEL_WORD = {
    ActionLevel.EMERGENCY_NOW: "Emergency: act now",
    ActionLevel.SAME_DAY: "Be seen today",
    ActionLevel.WITHIN_DAYS: "Be seen within days",
    ActionLevel.OUT_OF_SCOPE: "For a professional only",
    ActionLevel.REFER: "Mention this to a professional",
    ActionLevel.NONE: "No warning sign",
}
METHOD_WORD = {
    Method.VIDEO: "video",
    Method.PRINTED_MARKERS: "video of printed markers",
    Method.INCLINOMETER: "phone or inclinometer",
    Method.GONIOMETER: "goniometer",
    Method.TAPE: "tape",
    Method.MOCAP: "motion capture",
    Method.IMU: "motion sensors",
}
MOTION_WORD = {
    Motion.FLEXION: "Bending the hip",
    Motion.EXTENSION: "Straightening the hip",
    Motion.ROTATION: "Turning the hip",
    Motion.ABDUCTION: "Moving the leg out",
}
QUANTITY_WORD = {
    Quantity.LEG_ELEVATION: "Leg above level",
    Quantity.THIGH_ELEVATION: "Thigh above level",
    Quantity.OTHER_LEG_ELEVATION: "Other leg above level",
    Quantity.OTHER_THIGH_ELEVATION: "Other thigh above level",
    Quantity.THIGH_SLOPE: "Slope of the thigh",
    Quantity.SHANK_DEFICIT: "Shin short of upright",
    Quantity.SHANK_ELEVATION: "Shin above level",
    Quantity.KNEE_FLEXION: "Bend of the knee",
    Quantity.HIP_FLEXION_TRUNK: "Bend between trunk and thigh",
    Quantity.HIP_INTERNAL_ROTATION: "Shin turned outwards",
    Quantity.HIP_EXTERNAL_ROTATION: "Shin turned inwards",
    Quantity.LEG_ABDUCTION: "Leg out from the trunk's line",
    Quantity.THIGH_ABDUCTION: "Thigh out from the trunk's line",
    Quantity.LEG_ADDUCTION: "Leg in from the trunk's line",
    Quantity.THIGH_ADDUCTION: "Thigh in from the trunk's line",
    Quantity.SHANK_LEAN: "Shin leaning forwards",
    Quantity.PELVIC_DROP: "Drop of the pelvis",
    Quantity.PELVIS_LINE: "Tilt of the hips against the trunk",
    Quantity.PELVIS_TILT: "Pelvis tipped forwards",
    Quantity.PELVIS_ROLL: "Pelvis turned along",
    Quantity.PELVIS_TURN: "Tilt of the hips against level",
}
VERIFIED_WORD = {
    "read": "read at the source",
    "derived": "worked out from numbers read at the source",
    "recalled-high": "recalled with high confidence, not re-read",
    "recalled-check": "recalled, to be checked",
    "opinion": "a rule of this product or of experts, not measured",
}
PROBABILITY_NOTE = (
    "A probability here counts the error of measuring only: not the choice of the norm, and not whether it has to do "
    "with the pain."
)
BASIS_WORD = {
    "published": "published for this test and method",
    "derived": "worked out from published figures for this test and method",
    "borrowed": "borrowed from another device or position of this test",
    "method_level": "taken from the method in general",
    "validation": "the device's part from recordings with known answers, together with the error of the test itself",
}
CERTAINTY_WORD = {
    "very_low": "very low certainty",
    "low": "low certainty",
    "moderate": "moderate certainty",
    "high": "high certainty",
    "opinion": "opinion",
}
