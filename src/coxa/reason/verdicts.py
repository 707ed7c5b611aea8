"""Flexibility against mobility, per hip motion and side, from paired tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coxa.model import Finding, Motion, Side, Verdict, VerdictLabel
from coxa.reason.limits import best
from coxa.reason.numbers import NAMED, UNLIKELY, Interval, bounds, extension, in_words, pair, rotation

SIDES = (Side.LEFT, Side.RIGHT)
UNKNOWN: Interval = (0.0, 1.0)
NAMED_LABELS: tuple[VerdictLabel, ...] = tuple(label for label in VerdictLabel if label is not VerdictLabel.CANT_TELL)
MUSCLES: Mapping[Motion, tuple[str, ...]] = {
    Motion.EXTENSION: ("rectus_femoris", "tensor_fasciae_latae", "iliopsoas_or_capsule"),
}
_EVIDENCE: Mapping[Motion, tuple[str, ...]] = {
    Motion.FLEXION: ("paired_tests_rule", "flexibility_mobility_overlap", "hip_flexion_pelvis_share"),
    Motion.EXTENSION: ("paired_tests_rule", "thomas_split_logic", "vigotsky_2016_thomas_pelvis"),
    Motion.ROTATION: ("paired_tests_rule", "rotation_arc_shift", "kouyoumdjian_2012_rotation"),
    Motion.ABDUCTION: ("paired_tests_rule", "prather_2010_abduction_agreement"),
}
MOVEMENT = {
    Motion.FLEXION: "bending the hip",
    Motion.EXTENSION: "straightening the hip",
    Motion.ROTATION: "turning the hip",
    Motion.ABDUCTION: "moving the leg out",
}


@dataclass(frozen=True)
class Slot:
    """One input of a formula: which tests can fill it, first choice first, and the one to ask for when it is empty."""

    tests: tuple[tuple[str, str], ...]

    def fill(self, findings: tuple[Finding, ...], side: Side) -> Finding | None:
        """The best judged finding of the first test that has one."""
        for test, protocol in self.tests:
            found = best(findings, test, side, protocol)
            if found is not None and found.p_limited is not None:
                return found
        return None


FLEXION_SLOTS = (
    Slot((("active_knee_extension", "supine_90_90"), ("straight_leg_raise", "supine_passive"))),
    Slot((("hip_flexion_knee_bent", "supine_passive"),)),
)
EXTENSION_SLOTS = (
    Slot((("modified_thomas_hip", "pelvis_held"),)),
    Slot((("modified_thomas_hip", "pelvis_held_knee_straight"),)),
    Slot((("modified_thomas_hip", "pelvis_held_abducted"),)),
)
ROTATION_SLOTS = (
    Slot((("hip_total_rotation_90", "seated_90"),)),
    Slot((("hip_total_rotation_0", "prone_0"),)),
    Slot((("hip_internal_rotation_90", "seated_90"),)),
    Slot((("hip_internal_rotation_0", "prone_0"),)),
    Slot((("hip_external_rotation_90", "seated_90"),)),
    Slot((("hip_external_rotation_0", "prone_0"),)),
)
ABDUCTION_SLOTS = (
    Slot((("hip_abduction_knee_straight", "supine_knee_straight"),)),
    Slot((("hip_abduction_knee_bent", "supine_knee_bent"),)),
)


@dataclass(frozen=True)
class NerveSigns:
    """Sides on which a length test is not to be trusted because a nerve answered."""

    straight_leg_raise: frozenset[Side] = frozenset()
    front_thigh: frozenset[Side] = frozenset()

    @property
    def sides(self) -> tuple[Side, ...]:
        """All sides with a nerve sign, left first."""
        return tuple(side for side in SIDES if side in self.straight_leg_raise | self.front_thigh)


def decide(findings: tuple[Finding, ...], nerve: NerveSigns) -> tuple[Verdict, ...]:
    """Verdicts for flexion, extension, rotation and abduction on both sides."""
    verdicts = []
    for side in SIDES:
        turning = _Inputs.of(ROTATION_SLOTS, findings, side)
        low, high = bounds(rotation, turning.intervals)
        joint = (low["mobility"], high["mobility"])
        flexing = _Inputs.of(FLEXION_SLOTS, findings, side)
        straightening = _Inputs.of(EXTENSION_SLOTS, findings, side)
        outward = _Inputs.of(ABDUCTION_SLOTS, findings, side)
        verdicts += [
            _verdict(
                Motion.FLEXION,
                side,
                flexing,
                bounds(pair, flexing.intervals),
                side in nerve.straight_leg_raise,
            ),
            _verdict(
                Motion.EXTENSION,
                side,
                straightening,
                bounds(extension, (*straightening.intervals, joint)),
                side in nerve.front_thigh,
            ),
            _verdict(Motion.ROTATION, side, turning, (low, high), False),
            _verdict(Motion.ABDUCTION, side, outward, bounds(pair, outward.intervals), False),
        ]
    return tuple(verdicts)


@dataclass(frozen=True)
class _Inputs:
    intervals: tuple[Interval, ...]
    used: tuple[str, ...]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, slots: tuple[Slot, ...], findings: tuple[Finding, ...], side: Side) -> _Inputs:
        filled = [slot.fill(findings, side) for slot in slots]
        return cls(
            tuple(UNKNOWN if f is None else (f.p_limited, f.p_limited) for f in filled),
            tuple(f"{f.test}:{f.protocol}" for f in filled if f),
            tuple(":".join(slot.tests[0]) for slot, f in zip(slots, filled, strict=True) if f is None),
        )


def _verdict(
    motion: Motion,
    side: Side,
    inputs: _Inputs,
    limits: tuple[dict[str, float], dict[str, float]],
    nerve: bool,
) -> Verdict:
    low, high = limits
    shares: dict[VerdictLabel, float] = {label: low.get(label.value, 0.0) for label in NAMED_LABELS}
    muscles = {name: low[name] for name in MUSCLES.get(motion, ())}
    if nerve:  # a nerve may have stopped the length test, so a muscle can't be named
        shares[VerdictLabel.FLEXIBILITY] = shares[VerdictLabel.BOTH] = 0.0
        muscles = dict.fromkeys(muscles, 0.0)
    named = max(shares, key=lambda label: shares[label])
    label = named if shares[named] >= NAMED else VerdictLabel.CANT_TELL
    shares[VerdictLabel.CANT_TELL] = max(0.0, 1.0 - sum(shares.values()))
    ruled_out = tuple(name for name in NAMED_LABELS if high.get(name.value, 0.0) <= UNLIKELY and name.value in high)
    return Verdict(
        motion=motion,
        side=side,
        label=label,
        probabilities=shares,
        ruled_out=ruled_out,
        muscles=muscles,
        used=inputs.used,
        missing=inputs.missing,
        say=_say(motion, side, label, shares, muscles, ruled_out, inputs, nerve),
        evidence=_EVIDENCE[motion],
    )


def _say(
    motion: Motion,
    side: Side,
    label: VerdictLabel,
    shares: Mapping[VerdictLabel, float],
    muscles: Mapping[str, float],
    ruled_out: tuple[VerdictLabel, ...],
    inputs: _Inputs,
    nerve: bool,
) -> str:
    doing = f"{side.value.capitalize()}, {MOVEMENT[motion]}"
    p = f"probability {in_words(shares[label])}"
    front = muscles.get("iliopsoas_or_capsule", 0.0) >= NAMED
    what = (
        "the front of the hip, muscle or capsule, which this test can't part,"
        if front
        else "a muscle that does not lengthen fully"
    )
    said = {
        VerdictLabel.FLEXIBILITY: f"{doing}: {what} is the likelier limit ({p}).",
        VerdictLabel.MOBILITY: f"{doing}: the joint or its capsule is the likelier limit ({p}).",
        VerdictLabel.BOTH: f"{doing}: both muscle and joint seem limited ({p}).",
        VerdictLabel.BONY_PATTERN: f"{doing}: a usual total arc, shifted to one side ({p}). This is the shape of "
        "the bone; it is not to be mobilised.",
        VerdictLabel.CLEAR: f"{doing}: neither muscle nor joint seems limited ({p}).",
    }
    if label is not VerdictLabel.CANT_TELL:
        return said[label]
    if nerve:
        return f"{doing}: can't tell, because a nerve may have stopped the test before the muscle did."
    if not inputs.used:
        return f"{doing}: can't tell; it was not measured in a way that has a norm."
    out = f" Unlikely: {', '.join(word(name) for name in ruled_out)}." if ruled_out else ""
    why = (
        "one of the paired tests is missing or has no norm"
        if inputs.missing
        else "the readings are too close to the limits"
    )
    return f"{doing}: can't tell, because {why}.{out}"


def word(label: VerdictLabel) -> str:
    """A verdict label as plain words."""
    return {
        VerdictLabel.FLEXIBILITY: "a short muscle alone",
        VerdictLabel.MOBILITY: "a stiff joint alone",
        VerdictLabel.BOTH: "both together",
        VerdictLabel.BONY_PATTERN: "a bony pattern",
        VerdictLabel.CLEAR: "nothing limited",
        VerdictLabel.CANT_TELL: "can't tell",
    }[label]
