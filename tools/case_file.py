"""The reference page of case files: key tables from ``coxa.model``, closed lists from the knowledge files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from coxa.case.entries import MOST_TRIALS
from coxa.case.loader import MOST_VISITS
from coxa.case.tree import DEEPEST, MOST_BYTES
from coxa.measure.typed import THIGH_CM
from coxa.model import Function, Hypermobility, Life, Method, Pain, Person, Resources, Run, Side, SpecificActivity
from coxa.protocol import Protocol
from tools.markdown import bullets, code, page, table

HEAD = ["Key", "Unit", "Values", "Needed", "Meaning"]
GROUPS: Mapping[str, tuple[type[BaseModel], str]] = {
    "person": (Person, "Who was screened. No name is needed, and none is kept."),
    "pain": (Pain, "The person's own words and numbers, under `pain` of a visit."),
    "function": (Function, "What the pain keeps the person from doing, under `function` of a visit; may be left out."),
    "psfs": (SpecificActivity, "One entry of `psfs` (Patient-Specific Functional Scale), under `function`."),
    "life": (Life, "Sitting, training and squatting, under `life` of a visit."),
    "runs": (
        Run,
        "One entry of `runs`, under `life`. Each run of the last 30 days is compared with the 30 days before it.",
    ),
    "hypermobility": (Hypermobility, "Under `hypermobility` of a visit; may be left out."),
    "resources": (Resources, "What the person can give, and must not do, under `resources` of a visit."),
}
TITLES = {"psfs": "Activities (psfs)"}
MEANING: Mapping[str, tuple[str, str]] = {
    "person.age": ("years", "completed years; decides which limits hold"),
    "person.sex": ("", "as far as limits need it; `not said` is fine: then the wider limit decides"),
    "pain.weeks": ("weeks", "since this pain began"),
    "pain.now_0_10": ("points", "0 none, 10 the worst imaginable; compared at a re-test"),
    "pain.worst_0_10": ("points", "at its worst; not below `now_0_10`. Kept, not judged"),
    "pain.brought_on_by": ("", "what brings the pain on: IDs of [painful tasks](#painful-tasks)"),
    "pain.below_knee": ("", "does the pain run below the knee?"),
    "pain.groin": ("", "is there pain in the groin?"),
    "pain.hip_pain_on_weight_bearing": ("", "is there pain at the hip when standing on it?"),
    "pain.morning_stiffness_minutes": ("minutes", "how long the hip or back is stiff in the morning"),
    "function.psfs": ("", "activities that the pain limits; same words at each visit, so that they can be compared"),
    "function.groc": ("points", "overall change as felt since the visit before: -5 much worse, +5 much better"),
    "function.rmdq_0_24": ("points", "total of the Roland-Morris questionnaire; the total only"),
    "function.odi_0_100": ("points", "total of the Oswestry index; the total only"),
    "function.start_back_risk": ("", "result of STarT Back; `high` asks for a professional"),
    "psfs.activity": ("", "an everyday activity, in quotes"),
    "psfs.score_0_10": ("points", "0 unable, 10 as before the pain"),
    "life.sitting_hours": ("hours a day", "on a usual day"),
    "life.sessions_per_week": ("a week", "training sessions"),
    "life.coached": ("", "does a professional coach the training?"),
    "life.squats": ("", "are squats part of the training?"),
    "life.runs": ("", "runs, for the single-session rule"),
    "life.load_jumped": ("", "did training or work become suddenly more in the last weeks?"),
    "life.rotation_sport": ("", "a sport that turns on the hips, such as golf, tennis or judo?"),
    "runs.date": ("", "day of the run, not after the visit"),
    "runs.km": ("km", "length of the run"),
    "hypermobility.beighton_0_9": ("points", "Beighton score"),
    "hypermobility.history_yes_0_5": ("answers", "how many of the five history questions were answered yes"),
    "resources.minutes_per_day": ("minutes", "the longest that a session may take"),
    "resources.days_per_week": ("days", "training days in a week"),
    "resources.equipment": ("", "what is there beyond what every home has: IDs of [equipment](#equipment)"),
    "resources.stop_list": ("", "health conditions, IDs of the [stop list](safety.md#stop-list); `[]` if none"),
    "resources.experience": ("", "with training: exercises for later stay out until then"),
    "resources.professional_present": ("", "is a professional there during sessions?"),
    "resources.seen_by_professional": (
        "",
        "has a professional looked since Coxa said to see one? Then the programme may go on",
    ),
    "resources.weeks": ("weeks", "length of the programme; left out: 8, or 4 when nothing was named yet"),
    "resources.start": ("", "first day; left out: the day after the visit"),
}
FILE_ROWS = (
    ("person", "", "a group", "yes", "[person](#person)"),
    ("visits", "", f"a list of 1 to {MOST_VISITS}", "yes", "[visits](#visit); each has its own date"),
)
VISIT_ROWS = (
    ("date", "", "a date such as 2026-03-02", "yes", "day of the visit"),
    ("safety", "", "a group", "yes", "the [safety questions](safety.md#questions), each `yes`, `no` or `unsure`"),
    ("pain", "", "a group", "yes", "[pain](#pain)"),
    ("function", "", "a group", "no", "[function](#function)"),
    ("life", "", "a group", "yes", "[life](#life)"),
    ("hypermobility", "", "a group", "no", "[hypermobility](#hypermobility)"),
    ("resources", "", "a group", "yes", "[resources](#resources)"),
    ("readings", "", "a list", "no", "[readings](#readings)"),
    ("observations", "", "a list", "no", "[observations](#observations)"),
)
READING_ROWS = (
    ("test", "", "an ID of [tests](tests.md)", "yes", "which test"),
    ("side", "", "SIDES", "for tests with sides", "the person's own side"),
    ("method", "", "METHODS", "yes", "how it was measured; the test says which are possible"),
    ("protocol", "", "an ID of the test", "yes", "the position and rules; compared only within one protocol"),
    ("trials_deg", "degrees", "TRIALS", "one of four", "one number for each trial, in their order"),
    ("value_deg", "degrees", "TRIALS", "one of four", "the same; reads better for a single number"),
    ("trials_cm", "cm", "TRIALS", "one of four", "for tests by tape"),
    ("value_cm", "cm", "TRIALS", "one of four", "for tests by tape, a single number"),
    ("thigh_length_cm", "cm", "THIGH", "modified Thomas by tape", "from the bony point of the hip to the knee"),
    ("instrument", "", "a word such as `blazepose_heavy`", "no", "what read the recording (`coxa measure` says)"),
    ("refused_because", "", "a list of [faults](#faults)", "no", "what spoilt the test; the number is then not used"),
    ("brings_familiar_pain", "", "yes or no", "no", "did the test bring on the pain that the person knows?"),
)
OBSERVATION_ROWS = (
    ("test", "", "an ID of [tests](tests.md)", "yes", "which test"),
    ("side", "", "SIDES", "for tests with sides", "the person's own side"),
    ("*question*", "", "yes or no", "no", "the ID of a question of that test, such as `nerve_differentiation`"),
)


def case_file_page(p: Protocol) -> str:
    """Every key of a case file with its unit, values and meaning."""
    parts = [
        "One person and their visits, in YAML. [How to write one](../how-to/case-file.md) explains it by example. An "
        "unknown key is an error, and the order of keys doesn't matter.",
        bullets(
            [
                f"UTF-8, at most {MOST_BYTES / 1e6:.0f} MB, nested at most {DEEPEST} levels deep.",
                "`yes`, `no`, `true`, `false`, numbers and dates are understood; in quotes they are text.",
                "Anchors (`&`, `*`), tags (`!`), a second document (`---`) and a key given twice are refused.",
            ]
        ),
        "## File",
        _rows(FILE_ROWS),
        "## Visit",
        _rows(VISIT_ROWS),
    ]
    for group, (kind, about) in GROUPS.items():
        parts += [f"## {TITLES.get(group, group.capitalize())}", about, table(HEAD, _model_rows(group, kind))]
    parts += [
        "## Readings",
        "One entry for each test, side, method and protocol; the value is the mean of its trials.",
        _rows(READING_ROWS),
        "## Observations",
        "Yes/no answers to the questions that belong to a test; one entry may answer several of them.",
        _rows(OBSERVATION_ROWS),
        "## Painful tasks",
        bullets(f"`{word.id}`: {word.name}" for word in p.words.tasks),
        "## Equipment",
        "Taken for granted: " + code(item.id for item in p.words.equipment if item.assumed) + ".",
        bullets(f"`{item.id}`: {item.name}" for item in p.words.equipment if not item.assumed),
        "## Faults",
        bullets(f"`{word.id.value}`: {word.do}" for word in p.words.refusals),
    ]
    return page("Case file", "`src/coxa/model`, `src/coxa/case`, `words.yaml`", parts)


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    values = {
        "SIDES": " or ".join(f"`{side.value}`" for side in Side),
        "METHODS": code(method.value for method in Method),
        "TRIALS": f"1 to {MOST_TRIALS} numbers",
        "THIGH": f"{THIGH_CM[0]:g} to {THIGH_CM[1]:g}",
    }
    return table(
        HEAD,
        [
            (key if key.startswith("*") else f"`{key}`", unit, values.get(value, value), needed, meaning)
            for key, unit, value, needed, meaning in rows
        ],
    )


def _model_rows(group: str, kind: type[BaseModel]) -> Iterable[tuple[str, ...]]:
    properties = kind.model_json_schema()
    for key, field in kind.model_fields.items():
        unit, meaning = MEANING[f"{group}.{key}"]
        values = _values(properties["properties"][key], properties.get("$defs", {}))
        needed = "yes" if field.is_required() else f"no{_default(field.get_default())}"
        yield f"`{key}`", unit, values, needed, meaning


def _default(value: object) -> str:
    if value is None or value == ():
        return ""
    return f"; left out: {'no' if value is False else value}"


def _values(shape: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "anyOf" in shape:
        shape = next(part for part in shape["anyOf"] if part.get("type") != "null")
    if "$ref" in shape:
        shape = definitions[shape["$ref"].rsplit("/", 1)[1]]
    if "enum" in shape:
        return " or ".join(f"`{word.replace('_', ' ')}`" for word in shape["enum"])
    kind = shape.get("type")
    if kind == "array":
        return "a list" + (f" of at most {shape['maxItems']}" if "maxItems" in shape else "")
    if kind == "boolean":
        return "yes or no"
    if kind == "string":
        if shape.get("format") == "date":
            return "a date such as 2026-03-02"
        return "text" + (f" of at most {shape['maxLength']} characters" if "maxLength" in shape else "")
    word = "whole number, " if kind == "integer" else ""
    if "exclusiveMinimum" in shape:
        return f"{word}more than {shape['exclusiveMinimum']:g}, at most {shape['maximum']:g}"
    return f"{word}{shape['minimum']:g} to {shape['maximum']:g}"
