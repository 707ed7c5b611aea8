"""One visit becomes an Assessment."""

from __future__ import annotations

from coxa.model import (
    Assessment,
    Contributor,
    Motion,
    NextMeasurement,
    Person,
    SafetyResult,
    Side,
    Support,
    TrailStep,
    Verdict,
    VerdictLabel,
    Visit,
)
from coxa.protocol import Protocol
from coxa.reason.asymmetry import asymmetries
from coxa.reason.contributors import Picture, rank
from coxa.reason.contributors.joints import is_hypermobile
from coxa.reason.limits import judge
from coxa.reason.load import largest_jump
from coxa.reason.next_steps import next_measurements
from coxa.reason.numbers import NAMED
from coxa.reason.pathway import safety_only, trail
from coxa.reason.safety import gate_visit
from coxa.reason.verdicts import MOVEMENT, SIDES, NerveSigns, decide
from coxa.version import SOFTWARE


def assess(person: Person, visit: Visit, protocol: Protocol) -> Assessment:
    """Judge one visit.

    Safety comes first and decides alone: when it ends the screening, nothing else in the visit is looked at.
    """
    safety = gate_visit(person, visit, protocol)
    if safety.ends_screening:
        return _ended(person, visit, safety, protocol)
    nerve = nerve_doubt(visit)
    findings = judge(person, visit.readings, protocol)
    verdicts = decide(findings, nerve)
    given = visit.hypermobility
    picture = Picture(
        person=person,
        visit=visit,
        findings=findings,
        verdicts=verdicts,
        asymmetries=asymmetries(findings, protocol),
        nerve=nerve,
        hypermobile=None if given is None else is_hypermobile(person.age, given.beighton_0_9, given.history_yes_0_5),
        spike=largest_jump(visit.life, visit.date, protocol),
        protocol=protocol,
    )
    contributors = rank(picture)
    return _assessment(
        person,
        visit,
        safety,
        protocol,
        picture=picture,
        contributors=contributors,
        steps=trail(picture, safety, contributors, nerve_care=nerve_care(picture, contributors)),
        measure_next=next_measurements(picture, nerve_care=nerve_care(picture, contributors)),
        headline=_headline(verdicts, contributors, safety),
    )


def nerve_care(picture: Picture, contributors: tuple[Contributor, ...]) -> bool:
    """Whether to treat a nerve as irritable: a sign in a test, pain below the knee, or other reasons for one."""
    likely = any(c.id == "nerve" and c.support in (Support.SUPPORTED, Support.POSSIBLE) for c in contributors)
    return bool(picture.nerve.sides) or likely


def nerve_signs(visit: Visit) -> NerveSigns:
    """Sides on which a nerve answered in the straight leg raise or in the prone knee bend."""

    def sides(test: str, question: str) -> frozenset[Side]:
        return frozenset(o.side for o in visit.observations if o.test == test and o.question == question and o.answer)

    return NerveSigns(
        sides("straight_leg_raise", "nerve_differentiation"), sides("prone_knee_bend", "front_thigh_tingling")
    )


def nerve_doubt(visit: Visit) -> NerveSigns:
    """Sides on which a nerve may have stopped a length test: a sign in a test, or uncleared pain below the knee."""
    signs = nerve_signs(visit)
    if not visit.pain.below_knee:
        return signs
    cleared = {o.side for o in visit.observations if o.question == "nerve_differentiation" and not o.answer}
    return NerveSigns(signs.straight_leg_raise | (frozenset(SIDES) - cleared), signs.front_thigh)


def _ended(person: Person, visit: Visit, safety: SafetyResult, protocol: Protocol) -> Assessment:
    step = protocol.pathway["safety"]
    return _assessment(
        person,
        visit,
        safety,
        protocol,
        steps=safety_only(safety, step.asked, step.evidence),
        headline=safety.actions[0].say,
    )


def _assessment(  # noqa: PLR0913
    person: Person,
    visit: Visit,
    safety: SafetyResult,
    protocol: Protocol,
    *,
    steps: tuple[TrailStep, ...],
    headline: str,
    picture: Picture | None = None,
    contributors: tuple[Contributor, ...] = (),
    measure_next: tuple[NextMeasurement, ...] = (),
) -> Assessment:
    return Assessment(
        person=person,
        date=visit.date,
        safety=safety,
        readings=visit.readings if picture else (),
        observations=visit.observations if picture else (),
        findings=picture.findings if picture else (),
        verdicts=picture.verdicts if picture else (),
        asymmetries=picture.asymmetries if picture else (),
        trail=steps,
        contributors=contributors,
        next_measurements=measure_next,
        nerve_positive=nerve_signs(visit).sides if picture else (),
        nerve_care=picture is not None and nerve_care(picture, contributors),
        hypermobile=bool(picture and picture.hypermobile),
        headline=headline,
        protocol_version=protocol.version,
        software=SOFTWARE,
    )


FRONT = "the front (muscle or capsule) is the likelier limit in {motion}"
_SHORT = {
    VerdictLabel.FLEXIBILITY: "a muscle is the likelier limit in {motion}",
    VerdictLabel.MOBILITY: "the joint is the likelier limit in {motion}",
    VerdictLabel.BOTH: "muscle and joint both seem limited in {motion}",
    VerdictLabel.BONY_PATTERN: "the shape of the bone is the likelier reason for a shifted arc in {motion}",
}


MOTIONS, LABELS = tuple(Motion), tuple(VerdictLabel)
"""The order in which verdicts are told, whatever the side."""


def _headline(verdicts: tuple[Verdict, ...], contributors: tuple[Contributor, ...], safety: SafetyResult) -> str:
    """What was found at the hips, then what may have to do with the pain, in one breath."""
    told: dict[str, list[str]] = {}
    for v in sorted(verdicts, key=lambda v: (MOTIONS.index(v.motion), LABELS.index(v.label), SIDES.index(v.side))):
        if v.label in _SHORT:
            front = v.label is VerdictLabel.FLEXIBILITY and v.muscles.get("iliopsoas_or_capsule", 0.0) >= NAMED
            words = FRONT if front else _SHORT[v.label]
            told.setdefault(words.format(motion=MOVEMENT[v.motion]), []).append(v.side.value)
    parts = [f"{words} ({' and '.join(sides)})" for words, sides in told.items()]
    if parts:
        hips = "At the hips, " + "; ".join(parts) + "."
    elif 2 * sum(v.label is VerdictLabel.CLEAR for v in verdicts) >= max(1, sum(bool(v.used) for v in verdicts)):
        hips = "Nothing clearly limited was found at the hips."
    else:
        hips = "The hip tests can't tell what is limited, if anything."
    seen = [c for c in contributors if c.action == "refer"]
    if not safety.programme_allowed:
        hips = f"First let a professional look at what the safety answers say. {hips}"
    elif seen:
        hips = f"Let a professional look at this: {', '.join(c.name[0].lower() + c.name[1:] for c in seen)}. {hips}"
    supported = [c for c in contributors if c.support is Support.SUPPORTED]
    if [c.id for c in supported] == ["not_the_hip"]:
        return f"{hips} So the pain more likely has to do with something other than the hip."
    supported = [c for c in supported if c.id != "not_the_hip"]
    first = supported or [c for c in contributors if c.support is Support.POSSIBLE][:2]
    names = ", ".join(c.name[0].lower() + c.name[1:] for c in first)
    if supported:
        return f"{hips} What fits your pain best: {names}. This is a lead to try out, not a diagnosis."
    if first:
        return f"{hips} May play a part in the pain: {names}. Nothing here stands out clearly."
    return f"{hips} Nothing measured here explains the pain."
