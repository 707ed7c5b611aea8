"""Cross-reference checks: what the schema of one entry alone can't see.

``check(protocol)`` returns one sentence per problem and nothing when the knowledge holds together. A change of the data
files is not finished before it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, get_args

import yaml
from pydantic import BaseModel

from coxa.errors import ProtocolError
from coxa.model import ActionLevel, Method, Refusal, Unit
from coxa.protocol import schema as s
from coxa.protocol.check_recordings import recordings
from coxa.protocol.device_errors import device_error_problems
from coxa.protocol.loader import Protocol

LEAST_EXERCISES, LEAST_LESSONS = 40, 10
FORBIDDEN = re.compile(r"\b(out of place|damag(e|ed|es|ing)|misalign\w*|unstable|cure[ds]?|curing)\b", re.IGNORECASE)
"""Words that frighten or promise; they have no place in any text that a person reads."""
NOT_READ = frozenset({"id", "doi", "reference"})
"""Fields that hold IDs or citations."""
STRENGTH: tuple[s.Status, ...] = ("read", "derived", "recalled-high", "recalled-check")
"""How well a source was verified, best first; ``opinion`` stands outside this order."""
STANDING_ADVICE = frozenset({"load_advice", "sitting_break"})
REFERENCE_ONLY = frozenset(
    {
        "acp_2017",
        "bartsch_2025_practice_survey",
        "education_dose",
        "fijavz_2024_back_rolling",
        "hayden_2021_exercise_cochrane",
        "konrad_2021_rolling_plus_stretching",
        "markerless_video_error",
        "myofascial_release_lbp",
        "side_view_video",
        "thomas_tape_trigonometry",
        "who_2023",
    }
)
"""Claims that no entry rests on; they are kept for whoever looks the field up."""

Problems = Iterator[str]


def check(protocol: Protocol) -> tuple[str, ...]:
    """Everything in the knowledge that contradicts itself or points nowhere, one sentence per problem."""
    found: list[str] = []
    for part in (
        _evidence,
        _tests,
        _derived_tests,
        _limits,
        _ages,
        _errors,
        device_error_problems,
        _safety,
        _ask_order,
        _exercises,
        _closed_lists,
        _reasoning,
        _printed_markers,
        recordings,
        _words,
    ):
        found.extend(_guarded(part, protocol))
    return tuple(dict.fromkeys(found))


def _guarded(part: Callable[[Protocol], Problems], protocol: Protocol) -> Problems:
    """The problems of one part; a file that can't be read at all is itself a problem."""
    try:
        yield from part(protocol)
    except ProtocolError as error:
        yield str(error)
    except KeyError as error:
        yield f"the knowledge has no {error}"
    except (OSError, ValueError, yaml.YAMLError) as error:
        yield f"a knowledge file can't be read: {' '.join(str(error).split())}"


def _unknown(place: str, what: str, used: Iterable[str | None], known: Collection[str]) -> Problems:
    for name in used:
        if name is not None and name not in known:
            yield f"{place}: there is no {what} '{name}'"


# --- evidence --------------------------------------------------------------------------------------------------------


def _citations(p: Protocol) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every entry that claims something, and the claims that it rests on."""
    groups: Mapping[str, Mapping[str, Any]] = {
        "test": p.tests,
        "exercise": p.exercises,
        "lesson": p.lessons,
        "safety rule": p.safety_rules,
        "stop condition": p.stop_conditions,
        "pathway step": p.pathway,
        "idea": p.idea,
        "outcome": p.outcomes,
        "plan rule": p.plan_rules,
    }
    for group, entries in groups.items():
        for name, entry in entries.items():
            yield f"{group} {name}", tuple(entry.evidence)
    for name, spec in p.contributors.items():
        yield f"contributor {name}", (*spec.research_for, *spec.research_against)


def _evidence(p: Protocol) -> Problems:
    used: set[str] = set()
    for place, claims in _citations(p):
        if not claims:
            yield f"{place}: no evidence is named"
        yield from _unknown(place, "claim", claims, p.evidence)
        used.update(claims)
    for name in p.evidence:
        if name not in used | REFERENCE_ONLY:
            yield f"claim {name}: nothing rests on it, and it is not kept for reference"


# --- tests and numbers -----------------------------------------------------------------------------------------------


def _tests(p: Protocol) -> Problems:
    tissues = {word.id for word in p.words.tissues}
    for test in p.tests.values():
        place = f"test {test.id}"
        variants = [variant.id for variant in test.protocols]
        yield from _twice(place, "protocol", variants)
        yield from _twice(place, "question", [question.id for question in test.questions])
        yield from _unknown(place, "tissue", test.targets, tissues)
        ways = [(way.method, variant) for way in test.methods for variant in way.protocols]
        yield from _twice(place, "way of measuring", [f"{method.value} {variant}" for method, variant in ways])
        yield from _unknown(place, "protocol", (variant for _, variant in ways), variants)
        for variant in variants:
            if variant not in {known for _, known in ways}:
                yield f"{place}: protocol '{variant}' has no method"
        best = test.best_at_home.method
        if best == "observation":
            if not test.questions:
                yield f"{place}: best at home is watching, but no question is asked"
        elif best not in {method for method, _ in ways}:
            yield f"{place}: the best method at home, {best}, is not allowed"
        if any(way.trigonometric and way.method is not Method.TAPE for way in test.methods):
            yield f"{place}: only a tape measures by trigonometry"
        floor = test.asymmetry_floor
        if floor is not None and floor.unit not in {way.unit for way in test.methods}:
            yield f"{place}: the asymmetry floor is in a unit that no method gives"


def _twice(place: str, what: str, names: Iterable[str]) -> Problems:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"{place}: {what} '{name}' is given twice"
        seen.add(name)


def _derived_tests(p: Protocol) -> Problems:
    for derived in p.derived_tests.values():
        place = f"derived test {derived.id}"
        yield from _unknown(place, "test", derived.sum_of, p.tests)
        if derived.id in p.tests:
            yield f"{place}: a test that is typed has the same ID"
        for name in derived.sum_of:
            if name in p.tests and (derived.protocol, derived.unit) not in _measured(p.tests[name]):
                yield f"{place}: {name} isn't measured in {derived.unit.value} in protocol {derived.protocol}"


def _measured(test: s.TestSpec) -> set[tuple[str, Unit]]:
    return {(variant, way.unit) for way in test.methods for variant in way.protocols}


def _limits(p: Protocol) -> Problems:
    for limit in p.limits.values():
        place = f"limit {limit.id}"
        derived = p.derived_tests.get(limit.test)
        known = {(derived.protocol, derived.unit)} if derived else set()
        lower_is_worse: bool | None = True
        if derived is None:
            yield from _unknown(place, "test", [limit.test], p.tests)
            if limit.test not in p.tests:
                continue
            known, lower_is_worse = _measured(p.tests[limit.test]), p.tests[limit.test].lower_is_worse
        if (limit.protocol, limit.unit) not in known:
            yield f"{place}: {limit.test} has no protocol '{limit.protocol}' in {limit.unit.value}"
        if lower_is_worse is None:
            yield f"{place}: neither end of {limit.test} is better, so it can't be limited"
        elif limit.low is not None and limit.limited is not None and (limit.low > limit.limited) != lower_is_worse:
            yield f"{place}: low ({limit.low:g}) and limited ({limit.limited:g}) are on the wrong sides of each other"
        if limit.age_min > limit.age_max:
            yield f"{place}: the ages run backwards"
        if limit.verified == "recalled-check":
            yield f"{place}: rests on a number that is recalled and still to be checked"
        yield from _rows_of(limit, place, p)


def _rows_of(limit: s.Limit, place: str, p: Protocol) -> Problems:
    if limit.mean_from is None:
        return
    spread_from = limit.sd_from or limit.mean_from
    rows = dict.fromkeys((limit.mean_from, spread_from))
    yield from _unknown(place, "published row", rows, p.norms)
    for name in rows:
        row = p.norms.get(name)
        if row is None:
            continue
        if (row.test, row.protocol, row.unit) != (limit.test, limit.protocol, limit.unit.value):
            yield f"{place}: row {name} is for another test, protocol or unit"
        if limit.sex != "any" and row.sex not in (limit.sex, "both"):
            yield f"{place}: row {name} is for the other sex"
        if name == limit.mean_from and row.mean is None:
            yield f"{place}: row {name} has no mean"
        if name == spread_from and not (row.sd is not None and row.sd > 0):
            yield f"{place}: row {name} has no standard deviation"
        yield from _no_better(place, limit.verified, name, row.verified)


def _no_better(place: str, said: s.Status, name: str, row: s.Status) -> Problems:
    if row == "recalled-check":
        yield f"{place}: row {name} is recalled and still to be checked, so it can't decide"
    elif said in STRENGTH and row in STRENGTH and STRENGTH.index(said) < STRENGTH.index(row):
        yield f"{place}: is called '{said}', but row {name} is only '{row}'"


def _ages(p: Protocol) -> Problems:
    for a, b in combinations(p.limits.values(), 2):
        same = (a.test, a.protocol, a.unit) == (b.test, b.protocol, b.unit)
        sexes = a.sex == b.sex or "any" in (a.sex, b.sex)
        if same and sexes and a.age_min <= b.age_max and b.age_min <= a.age_max:
            yield f"limits {a.id} and {b.id}: both hold for the same person, their ages overlap"


def _errors(p: Protocol) -> Problems:
    seen: dict[tuple[str, Method, str, Unit], str] = {}
    for error in p.errors.values():
        place = f"error {error.id}"
        yield from _unknown(place, "test", [error.test], p.tests)
        if error.test not in p.tests:
            continue
        test = p.tests[error.test]
        yield from _unknown(place, "protocol", error.protocols, [variant.id for variant in test.protocols])
        allowed = {(way.method, variant, way.unit) for way in test.methods for variant in way.protocols}
        for variant in error.protocols:
            if (error.method, variant, error.unit) not in allowed:
                yield f"{place}: {test.id} can't be measured by {error.method.value} in {error.unit.value} ({variant})"
            key = (error.test, error.method, variant, error.unit)
            if key in seen:
                yield f"{place}: {seen[key]} already gives the error of the same way of measuring"
            seen[key] = error.id
        if error.verified == "recalled-check":
            yield f"{place}: rests on a number that is recalled and still to be checked"
        yield from _unknown(place, "published row", error.rows, p.reliability)
        for name in error.rows:
            if name in p.reliability:
                yield from _no_better(place, error.verified, name, p.reliability[name].verified)


# --- safety ----------------------------------------------------------------------------------------------------------


def conditions(condition: s.Condition) -> Iterator[s.Condition]:
    """A condition and all that it is made of."""
    yield condition
    for part in (
        *(condition.all_of or ()),
        *(condition.any_of or ()),
        *(condition.none_of or ()),
        *(condition.of or ()),
    ):
        yield from conditions(part)


def questions_in(condition: s.Condition | None) -> tuple[str, ...]:
    """IDs of all safety questions that a condition looks at, however deep."""
    if condition is None:
        return ()
    return tuple(part.answered_yes for part in conditions(condition) if part.answered_yes is not None)


def _safety(p: Protocol) -> Problems:
    used: set[str] = set()
    for rule in p.safety_rules.values():
        place = f"safety rule {rule.id}"
        names = questions_in(rule.when)
        yield from _unknown(place, "safety question", names, p.safety_questions)
        used.update(names)
        if rule.level is ActionLevel.NONE:
            yield f"{place}: asks for nothing"
    for question in p.safety_questions.values():
        place = f"safety question {question.id}"
        yield from _unknown(place, "safety question", questions_in(question.ask_if), p.safety_questions)
        if question.id not in used:
            yield f"{place}: no rule looks at the answer"


def _ask_order(p: Protocol) -> Problems:
    """``ask_if`` has no cycle, and looks only at questions that come first."""
    needs = {question.id: questions_in(question.ask_if) for question in p.safety_questions.values()}
    order = {name: place for place, name in enumerate(needs)}
    for name, first in needs.items():
        if name in _reached(name, needs):
            yield f"safety question {name}: is asked only after its own answer, a cycle"
        elif any(order.get(other, -1) > order[name] for other in first):
            yield f"safety question {name}: waits for an answer that is asked for later"


def _reached(start: str, needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    ahead = list(needs[start])
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(needs.get(name, ()))
    return found


# --- exercises, lists, words -----------------------------------------------------------------------------------------


def _exercises(p: Protocol) -> Problems:
    words = p.words
    tissues, tasks = {word.id for word in words.tissues}, {word.id for word in words.tasks}
    equipment = {item.id for item in words.equipment}
    for exercise in p.exercises.values():
        place = f"exercise {exercise.id}"
        yield from _unknown(place, "tissue", exercise.targets, tissues)
        yield from _unknown(place, "contributor", exercise.serves_contributors, p.contributors)
        yield from _unknown(place, "task", exercise.practises, tasks)
        yield from _unknown(place, "equipment", exercise.equipment, equipment)
        yield from _unknown(place, "stop condition", exercise.contraindications, p.stop_conditions)
        others = (exercise.easier_exercise, exercise.harder_exercise)
        yield from _unknown(place, "exercise", others, p.exercises)
        if exercise.id in others or (others[0] is not None and others[0] == others[1]):
            yield f"{place}: its easier and harder versions must be other exercises, and two different ones"
        if not (exercise.serves_verdicts or exercise.serves_contributors or exercise.practises or exercise.general):
            yield f"{place}: serves nothing, so no plan can ever hold it"
        if (exercise.dose is None) != (exercise.kind in STANDING_ADVICE):
            yield f"{place}: standing advice has no dose, and everything else has one"
        if exercise.kind == "compression_band" and not exercise.professional_present:
            yield f"{place}: a compression band needs a professional present"


def _closed_lists(p: Protocol) -> Problems:
    if len(p.exercises) < LEAST_EXERCISES:
        yield f"exercises: {len(p.exercises)} are too few, at least {LEAST_EXERCISES} are needed"
    if len(p.lessons) < LEAST_LESSONS:
        yield f"lessons: {len(p.lessons)} are too few, at least {LEAST_LESSONS} are needed"
    kinds = {exercise.kind for exercise in p.exercises.values()}
    for kind in get_args(s.ExerciseKind):
        if kind not in kinds:
            yield f"exercises: there is none of the kind {kind}"
    words = p.words
    for refusal in Refusal:
        if refusal not in {word.id for word in words.refusals}:
            yield f"words: the refusal {refusal.value} has no sentence that says what to do"
    for name, entries in (("task", words.tasks), ("equipment", words.equipment), ("tissue", words.tissues)):
        yield from _twice("words", name, (entry.id for entry in entries))
    yield from _twice("words", "refusal", (word.id.value for word in words.refusals))


def _reasoning(p: Protocol) -> Problems:
    tasks = {word.id for word in p.words.tasks}
    for spec in p.contributors.values():
        yield from _unknown(f"contributor {spec.id}", "task", spec.painful_tasks, tasks)
    above = [band.above_percent for band in p.load_bands]
    if not above or above != sorted(set(above)):
        yield "pathway: the load bands must rise"
    if p.about.review_due <= p.about.reviewed:
        yield "about: the next review must come after the last one"


def _printed_markers(p: Protocol) -> Problems:
    markers = p.printed_markers.values()
    yield from _twice("printed markers", "tag", (str(marker.tag) for marker in markers))
    places = ("wall", *(f"{side}_{place}" for side in ("left", "right") for place in ("pelvis", "thigh", "shank")))
    for place in places:
        if place not in p.printed_markers:
            yield f"printed markers: there is none for {place}"


def _words(p: Protocol) -> Problems:
    groups: Mapping[str, Iterable[BaseModel]] = {
        "marker set": p.marker_sets.values(),
        "test": p.tests.values(),
        "derived test": p.derived_tests.values(),
        "limit": p.limits.values(),
        "error": p.errors.values(),
        "claim": p.evidence.values(),
        "safety question": p.safety_questions.values(),
        "safety rule": p.safety_rules.values(),
        "stop condition": p.stop_conditions.values(),
        "exercise": p.exercises.values(),
        "lesson": p.lessons.values(),
        "pathway step": p.pathway.values(),
        "idea": p.idea.values(),
        "contributor": p.contributors.values(),
        "outcome": p.outcomes.values(),
        "plan rule": p.plan_rules.values(),
        "printed marker": p.printed_markers.values(),
        "recorded test": p.recordings.values(),
        "not recorded": p.not_recorded.values(),
        "words": (p.words,),
    }
    for group, entries in groups.items():
        for entry in entries:
            for text in texts(entry.model_dump(mode="json")):
                hit = FORBIDDEN.search(text)
                if hit:
                    yield f"{group} {getattr(entry, 'id', '')}: the word '{hit.group()}' must not be used"


def texts(value: object) -> Iterator[str]:
    """Every text of a dumped entry that a person may read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key not in NOT_READ:
                yield from texts(part)
    elif isinstance(value, Iterable):
        for part in value:
            yield from texts(part)
