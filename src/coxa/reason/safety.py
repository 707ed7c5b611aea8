"""The safety gate: it comes before everything and decides alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coxa.model import ActionLevel, Answer, Function, Pain, Person, SafetyAction, SafetyResult, Sex, Visit
from coxa.protocol import Protocol
from coxa.protocol.schema import Condition

URGENCY = tuple(ActionLevel)
"""Levels, most urgent first."""
ENDS_SCREENING = frozenset({ActionLevel.EMERGENCY_NOW, ActionLevel.SAME_DAY, ActionLevel.OUT_OF_SCOPE})
STOPS_PROGRAMME = ENDS_SCREENING | {ActionLevel.WITHIN_DAYS}
WEEKS_PER_YEAR = 365.25 / 7
UNSURE = " (not sure, taken as yes)"


@dataclass(frozen=True)
class Circumstances:
    """What the rules look at. Unknown numbers are ``None``; a condition on an unknown number does not hold."""

    answers: Mapping[str, Answer]
    person: Person | None = None
    pain: Pain | None = None
    function: Function | None = None

    def said_yes(self, question: str) -> bool:
        """Whether a question was answered yes, or unsure, which counts as yes."""
        return self.answers.get(question, Answer.NO) is not Answer.NO


def holds(condition: Condition, c: Circumstances) -> bool:  # noqa: PLR0911, PLR0912  (one branch per kind of condition)
    """Whether a condition of ``safety.yaml`` holds."""
    k = condition
    if k.answered_yes is not None:
        return c.said_yes(k.answered_yes)
    if k.all_of is not None:
        return all(holds(part, c) for part in k.all_of)
    if k.any_of is not None:
        return any(holds(part, c) for part in k.any_of)
    if k.none_of is not None:
        return not any(holds(part, c) for part in k.none_of)
    if k.of is not None:
        count = sum(holds(part, c) for part in k.of)
        return count == k.exactly if k.exactly is not None else count >= (k.at_least or 0)
    person, pain = c.person, c.pain
    if k.start_back_high is not None:
        return (c.function is not None and c.function.start_back_risk == "high") == k.start_back_high
    if person is not None:
        if k.age_min is not None:
            return person.age >= k.age_min
        if k.age_max is not None:
            return person.age <= k.age_max
        if k.not_male is not None:
            return (person.sex is not Sex.MALE) == k.not_male
    if pain is not None:
        if k.weeks_over is not None:
            return pain.weeks > k.weeks_over
        if k.pain_now_min is not None:
            return pain.now_0_10 >= k.pain_now_min
        if k.pain_below_knee is not None:
            return pain.below_knee == k.pain_below_knee
        if k.pain_groin is not None:
            return pain.groin == k.pain_groin
        if k.onset_age_below is not None and person is not None:
            return person.age - pain.weeks / WEEKS_PER_YEAR < k.onset_age_below
    return False


def questions_to_ask(c: Circumstances, protocol: Protocol) -> tuple[str, ...]:
    """IDs of the safety questions that concern this person, in order."""
    return tuple(q.id for q in protocol.safety_questions.values() if q.ask_if is None or holds(q.ask_if, c))


def gate(c: Circumstances, protocol: Protocol) -> SafetyResult:
    """Everything that the answers ask for, most urgent first."""
    actions = [
        SafetyAction(
            rule=rule.id,
            level=rule.level,
            say=rule.say,
            because=_because(rule.when, c, protocol),
            evidence=rule.evidence,
        )
        for rule in protocol.safety_rules.values()
        if holds(rule.when, c)
    ]
    # most urgent first; within a level a firm yes before an unsure one, then the file's order
    actions.sort(key=lambda action: (URGENCY.index(action.level), all(UNSURE in b for b in action.because)))
    ending = [action for action in actions if action.level in ENDS_SCREENING]
    if ending:  # advice milder than what ends the screening would contradict it; what is more urgent still leads
        most = URGENCY.index(ending[0].level)
        actions = [a for a in actions if a.level in ENDS_SCREENING or URGENCY.index(a.level) < most]
    level = actions[0].level if actions else ActionLevel.NONE
    return SafetyResult(
        level=level,
        actions=tuple(actions),
        ends_screening=any(action.level in ENDS_SCREENING for action in actions),
        programme_allowed=not any(action.level in STOPS_PROGRAMME for action in actions),
    )


def gate_visit(person: Person, visit: Visit, protocol: Protocol) -> SafetyResult:
    """The safety gate of one visit.

    What asks for a look within days no longer withholds the programme once a professional has looked.
    """
    result = gate(Circumstances(visit.safety, person, visit.pain, visit.function), protocol)
    if result.level is ActionLevel.WITHIN_DAYS and visit.resources.seen_by_professional:
        return result.model_copy(update={"programme_allowed": True})
    return result


def _fact(part: Condition, c: Circumstances) -> str | None:
    """What a condition looks at besides the answers, in words."""
    person, pain = c.person, c.pain
    if person is not None and (part.age_min is not None or part.age_max is not None):
        return f"Age {person.age}."
    if pain is not None and part.pain_below_knee:
        return "The pain runs below the knee."
    if pain is not None and part.pain_groin:
        return "There is pain in the groin."
    if pain is not None and part.weeks_over is not None:
        return f"The pain has lasted {pain.weeks:g} weeks."
    if pain is not None and part.pain_now_min is not None:
        return f"Pain of {pain.now_0_10:g} out of 10 now."
    if part.start_back_high:
        return "The STarT Back result is high."
    return None


def _because(condition: Condition, c: Circumstances, protocol: Protocol) -> tuple[str, ...]:
    """The questions behind a rule that were answered yes, in their own words."""
    found: list[str] = []

    def walk(part: Condition) -> None:
        if part.answered_yes is not None and c.said_yes(part.answered_yes):
            unsure = c.answers[part.answered_yes] is Answer.UNSURE
            found.append(protocol.safety_questions[part.answered_yes].ask + (UNSURE if unsure else ""))
        fact = _fact(part, c)
        if fact is not None and holds(part, c):
            found.append(fact)
        for child in (*(part.all_of or ()), *(part.any_of or ()), *(part.of or ())):
            walk(child)

    walk(condition)
    return tuple(dict.fromkeys(found))
