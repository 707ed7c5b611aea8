"""Sessions: which exercises on which day, in which order, at which dose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coxa.model import Prescription, Resources, Session, Side
from coxa.plan.choice import Candidate, Choice
from coxa.plan.needs import Need, cautions, served
from coxa.protocol.schema import ACTIVE_KINDS, Dose, Exercise, StopCondition

ORDER_OF_KINDS = (
    "foam_rolling",
    "trigger_point",
    "compression_band",
    "mobility_drill",
    "dynamic_stretch",
    "motor_control",
    "squat_form",
    "strength",
    "static_stretch",
)
LATER_FROM_WEEK = 3
KEPT_WORDS = "kept from the programme so far"
MESSAGES = 3
"""Education: three short messages each session (FACTS G)."""


@dataclass(frozen=True)
class Calendar:
    """When sessions take place, and for whom.

    ``ease``: half the sets for two weeks, after a re-test that was worse. ``history``: what an exercise has to do with
    the programme so far. ``ahead``: exercises that are kept go on at their later dose.
    """

    needs: tuple[Need, ...]
    stops: tuple[StopCondition, ...]
    resources: Resources
    start: dt.date
    weeks: int
    ease: bool
    history: Mapping[str, str]
    ahead: bool


def sessions_of(
    candidates: Sequence[Candidate], choice: Choice, calendar: Calendar, lessons: tuple[str, ...]
) -> tuple[Session, ...]:
    """Every session of the programme, week by week."""
    sessions: list[Session] = []
    days = calendar.resources.days_per_week
    for week in range(1, calendar.weeks + 1):
        for day in range(days):
            letter = "A" if day % 2 == 0 else "B"
            picked = choice.a if letter == "A" else choice.b
            later = week >= LATER_FROM_WEEK
            items = [_item(candidates[i].exercise, calendar, later=later) for i in picked]
            items.sort(key=lambda item: ORDER_OF_KINDS.index(item.kind))
            first = len(sessions) % len(lessons)
            if items:
                sessions.append(
                    Session.model_validate(
                        {
                            "date": calendar.start + dt.timedelta(days=7 * (week - 1) + day * 7 // days),
                            "week": week,
                            "letter": letter,
                            "lessons": tuple(lessons[(first + k) % len(lessons)] for k in range(MESSAGES)),
                            "items": tuple(items),
                            "minutes": round(sum(item.minutes for item in items), 1),
                        }
                    )
                )
    return tuple(sessions)


def _item(exercise: Exercise, calendar: Calendar, *, later: bool) -> Prescription:
    history = calendar.history.get(exercise.id, "")
    ahead = calendar.resources.experience == "trained" or (calendar.ahead and history == KEPT_WORDS)
    return prescription_of(
        exercise,
        calendar.needs,
        calendar.stops,
        later=(later or ahead) and not calendar.ease,
        halve=calendar.ease and not later,
        history=history,
    )


def prescription_of(
    exercise: Exercise,
    needs: tuple[Need, ...],
    stops: tuple[StopCondition, ...],
    *,
    later: bool = False,
    halve: bool = False,
    history: str = "",
) -> Prescription:
    """One exercise with its dose for this person; ``halve`` halves the sets, rounded up."""
    serving = served(exercise, needs)
    sides = sides_of(exercise, serving)
    dose = exercise.later_dose if later and exercise.later_dose is not None else exercise.dose
    if halve and dose is not None:
        dose = dose.model_copy(update={"sets": (dose.sets + 1) // 2})
    why = ", ".join(dict.fromkeys(need.name for need in serving)) or (
        "" if history else "general strength and movement"
    )
    why = "; ".join(part for part in (why, history) if part)
    return Prescription(
        exercise=exercise.id,
        name=exercise.plain_name,
        kind=exercise.kind,
        sides=sides,
        sets=dose.sets if dose else 1,
        repetitions=dose.repetitions if dose else None,
        hold_seconds=dose.hold_seconds if dose else None,
        minutes=round(dose.seconds(len(sides)) / 60, 2) if dose else 0.0,
        dose=_dose_words(dose, sides) if dose else "Every day, as it fits.",
        why=why,
        cautions=cautions(exercise, stops),
    )


def _dose_words(dose: Dose, sides: tuple[Side, ...]) -> str:
    if dose.repetitions is None:
        once = f"{dose.hold_seconds} s"
    elif dose.hold_seconds:
        once = f"{dose.repetitions} times, hold {dose.hold_seconds} s"
    else:
        once = f"{dose.repetitions} times"
    where = {(Side.LEFT,): ", left side", (Side.RIGHT,): ", right side", (Side.LEFT, Side.RIGHT): ", each side"}.get(
        sides, ""
    )
    return f"{dose.sets} × {once}{where}" if dose.sets > 1 else f"{once}{where}"


def sides_of(exercise: Exercise, serving: tuple[Need, ...]) -> tuple[Side, ...]:
    """Sides to do: those that ask for it; both for control and strength, and when no side asks."""
    if not exercise.sided:
        return (Side.BOTH,)
    asked = tuple(s for s in (Side.LEFT, Side.RIGHT) if any(s in need.sides for need in serving))
    return (Side.LEFT, Side.RIGHT) if exercise.kind in ACTIVE_KINDS or not asked else asked


def longest(exercise: Exercise, sides: tuple[Side, ...]) -> float:
    """Minutes of the longer of its doses."""
    doses = [dose for dose in (exercise.dose, exercise.later_dose) if dose is not None]
    return max(dose.seconds(len(sides)) for dose in doses) / 60
