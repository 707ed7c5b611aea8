"""What an assessment asks an exercise to serve, and which exercises are ruled out for this person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coxa.model import Answer, Assessment, Resources, Side, Support, VerdictLabel, Visit
from coxa.protocol import Protocol
from coxa.protocol.schema import RELEASE_KINDS, STRETCH_KINDS, Exercise, StopCondition
from coxa.reason.verdicts import MOVEMENT

VERDICT_WEIGHT = 3.0
SUPPORT_WEIGHT: Mapping[Support, float] = {Support.SUPPORTED: 3.0, Support.POSSIBLE: 1.5}
TASK_WEIGHT = 2.0
GENERAL_WEIGHT, GENERAL_BESIDE_OTHERS = 1.0, 0.3
"""Weights order the choice among exercises; they follow the order of care (FACTS G) and are no effect sizes."""
SERVED: Mapping[VerdictLabel, tuple[str, ...]] = {
    VerdictLabel.FLEXIBILITY: ("flexibility",),
    VerdictLabel.MOBILITY: ("mobility",),
    VerdictLabel.BOTH: ("flexibility", "mobility"),
}
WHAT = {"flexibility": "muscle length", "mobility": "joint range"}
FLEXORS = ("rectus_femoris", "tensor_fasciae_latae", "iliopsoas_or_capsule")
EXPERIENCE = ("new", "some", "trained")
HIGH_PAIN = 7.0
GROIN_QUESTIONS = frozenset({"groin_pain_on_rotation", "groin_pinch_in_flexion"})


@dataclass(frozen=True)
class Need:
    """Something to work on: a verdict such as ``flexion:flexibility`` or a contributor, on some sides."""

    key: str
    weight: float
    sides: tuple[Side, ...]
    name: str


@dataclass(frozen=True)
class Care:
    """What the assessment forbids, whatever would help."""

    nerve: bool
    hypermobile: bool
    hip_condition: bool
    bony: bool
    high_pain: bool


def care_of(assessment: Assessment, visit: Visit) -> Care:
    """Read off an assessment what must not be done."""
    support = {c.id: c.support for c in assessment.contributors}
    likely = (Support.SUPPORTED, Support.POSSIBLE)
    return Care(
        nerve=assessment.nerve_care,
        hypermobile=assessment.hypermobile,
        hip_condition=support.get("hip_joint_condition") in likely or (visit.pain.groin and not _groin_tested(visit)),
        bony=any(v.label is VerdictLabel.BONY_PATTERN for v in assessment.verdicts),
        high_pain=visit.pain.now_0_10 >= HIGH_PAIN,
    )


def _groin_tested(visit: Visit) -> bool:
    """Whether the hip was found painless in rotation or bending on both sides."""
    painless = {o.side for o in visit.observations if o.question in GROIN_QUESTIONS and not o.answer}
    return painless >= {Side.LEFT, Side.RIGHT}


def stop_conditions(visit: Visit, protocol: Protocol) -> tuple[StopCondition, ...]:
    """The person's stop list, together with what the safety answers imply (known thin bones, for example)."""
    return tuple(
        stop
        for stop in protocol.stop_conditions.values()
        if stop.id in visit.resources.stop_list
        or (stop.asked_as is not None and visit.safety.get(stop.asked_as, Answer.NO) is not Answer.NO)
    )


def cautions(exercise: Exercise, stops: tuple[StopCondition, ...]) -> tuple[str, ...]:
    """Conditions with which this exercise asks for care."""
    return tuple(stop.name for stop in stops if exercise.kind in stop.caution)


def needs_of(assessment: Assessment, visit: Visit, protocol: Protocol) -> tuple[Need, ...]:
    """Named verdicts and likely contributors, with the sides that they concern, and practice of the painful tasks."""
    needs: dict[str, Need] = {}

    def add(key: str, weight: float, sides: tuple[Side, ...], name: str) -> None:
        old = needs.get(key)
        both = tuple(s for s in (Side.LEFT, Side.RIGHT) if s in sides or (old is not None and s in old.sides))
        needs[key] = Need(key, weight if old is None else max(weight, old.weight), both, name)

    for verdict in assessment.verdicts:
        for kind in SERVED.get(verdict.label, ()):
            weight = VERDICT_WEIGHT * verdict.probabilities[verdict.label]
            add(
                f"{verdict.motion.value}:{kind}",
                weight,
                (verdict.side,),
                f"{WHAT[kind]} for {MOVEMENT[verdict.motion]}",
            )
    for contributor in assessment.contributors:
        if contributor.support in SUPPORT_WEIGHT:
            weight = SUPPORT_WEIGHT[contributor.support]
            add(contributor.id, weight, contributor.sides, protocol.contributors[contributor.id].served_as)
    names = {word.id: word.name for word in protocol.words.tasks}
    for task in visit.pain.brought_on_by:
        add(f"task:{task}", TASK_WEIGHT, (), f"practice for {names[task].lower()}")
    # one order whichever side has what, so that the same needs of left or right lead to the same choice
    return tuple(sorted(needs.values(), key=lambda need: _verdict_order(need.key)))


def _verdict_order(key: str) -> tuple[int, str]:
    """Verdicts first, by name; everything else after them as it was added."""
    return (0, key) if key.partition(":")[2] in WHAT else (1, "")


def served(exercise: Exercise, needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """The needs that an exercise serves.

    Extension splits by muscle: an exercise for one hip flexor serves the verdict only if that muscle is a likely
    one, or none is named.
    """
    keys = {need.key for need in needs}
    named = [flexor for flexor in FLEXORS if flexor in keys]
    wrong_flexor = (
        bool(named)
        and any(flexor in exercise.serves_contributors for flexor in FLEXORS)
        and not any(flexor in exercise.serves_contributors for flexor in named)
    )
    tasks = {f"task:{task}" for task in exercise.practises}
    wanted = {*exercise.serves_contributors, *exercise.serves_verdicts, *tasks}
    return tuple(
        need for need in needs if need.key in wanted and not (wrong_flexor and need.key.startswith("extension:"))
    )


def forbidden(exercise: Exercise, care: Care, resources: Resources, stops: tuple[StopCondition, ...]) -> str | None:
    """Why this person must not do this exercise; ``None`` when nothing speaks against it."""
    for stop in stops:
        if exercise.kind in stop.stops or stop.id in exercise.contraindications:
            return f"not with: {stop.name[0].lower() + stop.name[1:]}"
    if exercise.kind == "compression_band" and not (exercise.professional_present and resources.professional_present):
        return "only with a professional present"
    if care.nerve and (
        exercise.kind in STRETCH_KINDS or not (exercise.dose is None or "nerve" in exercise.serves_contributors)
    ):
        return "a nerve may be sensitive, so nothing that could pull on it"
    if care.hypermobile and (exercise.kind in STRETCH_KINDS | RELEASE_KINDS or exercise.kind == "mobility_drill"):
        return "your joints are very mobile, so control and strength rather than more range"
    if care.hip_condition and exercise.kind in STRETCH_KINDS | RELEASE_KINDS | {"mobility_drill"}:
        return "a professional should look at the hip joint first"
    if care.bony and any(verdict.startswith("rotation:") for verdict in exercise.serves_verdicts):
        return "the turning arc is set by the shape of the bone"
    if care.high_pain and exercise.loads_spine_or_impact:
        return "not while pain is 7 out of 10 or more"
    return None


def out_of_reach(exercise: Exercise, resources: Resources, protocol: Protocol) -> str | None:
    """Why this person can't do this exercise now: equipment or experience."""
    if exercise.professional_present and not resources.professional_present:
        return "only with a professional present"
    assumed = {item.id: item for item in protocol.words.equipment}
    missing = [e for e in exercise.equipment if not assumed[e].assumed and e not in resources.equipment]
    if missing:
        return f"needs: {', '.join(assumed[e].name.lower() for e in missing)}"
    if EXPERIENCE.index(exercise.experience) > EXPERIENCE.index(resources.experience):
        return "for later, with more training experience"
    return None
