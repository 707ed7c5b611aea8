"""Closed words: every list of choices that readings and results use."""

from __future__ import annotations

from enum import StrEnum


class Sex(StrEnum):
    """Sex, as far as norms need it; when it is not said, both limits are used and the wider decides."""

    FEMALE = "female"
    MALE = "male"
    NOT_SAID = "not_said"


class Side(StrEnum):
    """The person's own side; ``both`` for a test that has no side."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Method(StrEnum):
    """How a number was measured."""

    VIDEO = "video"
    PRINTED_MARKERS = "printed_markers"
    INCLINOMETER = "inclinometer"
    GONIOMETER = "goniometer"
    TAPE = "tape"
    MOCAP = "mocap"
    IMU = "imu"


class Unit(StrEnum):
    """Unit of a reading: degrees of angle, or centimetres by tape."""

    DEGREE = "deg"
    CENTIMETRE = "cm"


class Refusal(StrEnum):
    """Why a reading is not shown as a number: a closed list."""

    NO_PERSON = "no_person"
    SEVERAL_PEOPLE = "several_people"
    PERSON_CHANGED = "person_changed"
    OUT_OF_FRAME = "out_of_frame"
    WRONG_PLANE = "wrong_plane"
    CAMERA_MOVED = "camera_moved"
    LIMB_LENGTH_CHANGED = "limb_length_changed"
    KNEE_BENT = "knee_bent"
    PELVIS_MOVED = "pelvis_moved"
    POSITION_LOST = "position_lost"
    NOT_HELD = "not_held"
    TOO_FAST = "too_fast"
    LOW_FRAME_RATE = "low_frame_rate"
    UNREADABLE = "unreadable"


class FindingLabel(StrEnum):
    """A reading judged against its limit."""

    LIMITED = "limited"
    LOW = "low"
    TYPICAL = "typical"
    CANT_TELL = "cant_tell"
    NO_COMPARABLE_NORM = "no_comparable_norm"


class Motion(StrEnum):
    """The hip motions for which flexibility is told from mobility."""

    FLEXION = "flexion"
    EXTENSION = "extension"
    ROTATION = "rotation"
    ABDUCTION = "abduction"


class VerdictLabel(StrEnum):
    """What limits a hip motion."""

    FLEXIBILITY = "flexibility"
    MOBILITY = "mobility"
    BOTH = "both"
    BONY_PATTERN = "bony_pattern"
    CLEAR = "clear"
    CANT_TELL = "cant_tell"


class ActionLevel(StrEnum):
    """What a safety answer asks for, most urgent first."""

    EMERGENCY_NOW = "emergency_now"
    SAME_DAY = "same_day"
    WITHIN_DAYS = "within_days"
    OUT_OF_SCOPE = "out_of_scope"
    REFER = "refer"
    NONE = "none"


class Answer(StrEnum):
    """Answer to a safety question; ``unsure`` counts as yes."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Support(StrEnum):
    """How far the evidence in this case speaks for a contributor: an order, not a probability."""

    SUPPORTED = "supported"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    CANT_TELL = "cant_tell"


class RetestAction(StrEnum):
    """What the programme does after a re-test."""

    CONTINUE = "continue"
    PROGRESS = "progress"
    SHIFT = "shift"
    EASE = "ease"
    STOP = "stop"


class ChangeLabel(StrEnum):
    """What differs between two visits, beyond error."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    NO_DETECTABLE_CHANGE = "no_detectable_change"
    NOT_COMPARABLE = "not_comparable"
