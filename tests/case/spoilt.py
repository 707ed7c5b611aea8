"""A good case file, and every way of spoiling it that has its own sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import coxa
from coxa.errors import CaseFileError
from coxa.model import Case
from coxa.protocol import load_protocol

QUESTIONS = [q.id for q in load_protocol().safety_questions.values() if q.ask_if is None]
SAFETY = "\n".join(f"      {question}: no" for question in [*QUESTIONS, "pregnant"])
SECONDS = 3.0
"""Longer than that no file may take, good or bad."""
GOOD = f"""\
person: {{age: 41, sex: female}}
visits:
  - date: 2026-03-02
    safety:
{SAFETY}
    pain: {{weeks: 10, now_0_10: 4, worst_0_10: 6, brought_on_by: [sitting], below_knee: no, groin: no}}
    life: {{sitting_hours: 8, sessions_per_week: 2, coached: no, squats: no, runs: [{{date: 2026-02-27, km: 12}}]}}
    resources: {{minutes_per_day: 15, days_per_week: 5, equipment: [ball], stop_list: []}}
    readings:
      - {{test: active_knee_extension, side: left, method: inclinometer, protocol: supine_90_90, trials_deg: [62, 60]}}
      - {{test: active_knee_extension, side: right, method: inclinometer, protocol: supine_90_90, trials_deg: [57, 58]}}
      - {{test: modified_thomas_hip, side: left, method: tape, protocol: pelvis_held,
         value_cm: -9, thigh_length_cm: 41}}
      - {{test: fingertip_to_floor, method: tape, protocol: standing_knees_straight, trials_cm: [14, 13]}}
    observations:
      - {{test: straight_leg_raise, side: left, nerve_differentiation: no}}
"""


def outcome(path: Path) -> Case | CaseFileError:
    """The case, or the error of its file; any other error is a fault of ours."""
    try:
        return coxa.load_case(path)
    except CaseFileError as error:
        return error


def swap(old: str, new: str) -> Callable[[str], str]:
    """Change the one place where a text occurs."""

    def change(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        return text.replace(old, new)

    return change


#: name, change, a text that marks the line of the fault (after the change), words of the sentence
FAULTS: list[tuple[str, Callable[[str], str], str, tuple[str, ...]]] = [
    # what is missing
    ("no person", swap("person: {age: 41, sex: female}\n", ""), "visits:", ("'person' is missing",)),
    ("no age", swap("age: 41, ", ""), "person:", ("'age' is missing",)),
    ("no sex", swap(", sex: female", ""), "person:", ("'sex' is missing",)),
    ("no date", swap("  - date: 2026-03-02\n    safety:", "  - safety:"), "- safety", ("'date' is missing",)),
    ("no pain", lambda t: re.sub(r"    pain: .*\n", "", t), "date: 2026-03-02", ("'pain' is missing",)),
    ("no stop list", swap(", stop_list: []", ""), "resources:", ("'stop_list' is missing",)),
    ("no test", swap("test: fingertip_to_floor, ", ""), "standing_knees", ("'test' is missing",)),
    (
        "no method",
        swap("method: tape, protocol: standing", "protocol: standing"),
        "fingertip",
        ("'method' is missing",),
    ),
    ("no number", swap(", trials_cm: [14, 13]", ""), "fingertip", ("exactly one of trials_deg",)),
    ("no side", swap("side: right, method", "method"), "[57, 58]", ("one side at a time", "left or right")),
    ("no thigh", swap(", thigh_length_cm: 41", ""), "modified_thomas", ("also needs thigh_length_cm",)),
    ("no safety", lambda t: t.replace(f"    safety:\n{SAFETY}\n", ""), "date: 2026", ("questions are not answered",)),
    ("one open question", swap("      cancer_ever: no\n", ""), "safety:", ("1 question is not answered: cancer_ever",)),
    (
        "all open",
        lambda t: t.replace(f"safety:\n{SAFETY}", "safety: {}"),
        "safety:",
        ("not answered", "yes, no or unsure"),
    ),
    (
        "an answer of another kind",
        swap("leg_weakness: no", "leg_weakness: maybe"),
        "leg_weakness:",
        ("yes, no or unsure",),
    ),
    # unknown words, with a hint
    (
        "unknown key at the top",
        swap("person:", "persona:"),
        "persona:",
        ("unknown key 'persona'", "did you mean 'person'?"),
    ),
    (
        "unknown key in a part",
        swap("weeks: 10", "week: 10"),
        "pain: {",
        ("unknown key 'week'", "did you mean 'weeks'?"),
    ),
    (
        "unknown key in a visit",
        swap("observations:", "observation:"),
        "observation:",
        ("did you mean 'observations'?",),
    ),
    ("unknown key in a reading", swap("trials_cm: [14", "trial_cm: [14"), "trial_cm", ("unknown key 'trial_cm'",)),
    (
        "unknown test",
        swap("fingertip_to_floor", "fingertip_to_flor"),
        "to_flor",
        ("no test 'fingertip_to_flor'", "floor"),
    ),
    (
        "computed test",
        swap("active_knee_extension, side: left", "hip_total_rotation_90, side: left"),
        "total",
        ("is computed by Coxa", "hip_internal_rotation_90"),
    ),
    ("unknown protocol", swap("standing_knees_straight", "standing"), "fingertip", ("has no protocol 'standing'",)),
    (
        "unknown method",
        swap("tape, protocol: standing", "ruler, protocol: standing"),
        "ruler",
        ("method is 'ruler'", "tape"),
    ),
    (
        "impossible method",
        swap("tape, protocol: standing", "video, protocol: standing"),
        "fingertip",
        ("can't be measured by video", "tape"),
    ),
    (
        "unknown side",
        swap("side: left, method: inclin", "side: links, method: inclin"),
        "links",
        ("side is 'links'", "left or right"),
    ),
    (
        "side of a test without sides",
        swap("fingertip_to_floor, ", "fingertip_to_floor, side: left, "),
        "fingertip",
        ("has no side",),
    ),
    ("unknown task", swap("[sitting]", "[siting]"), "pain: {", ("'siting' is not known", "did you mean 'sitting'?")),
    ("unknown equipment", swap("[ball]", "[bal]"), "resources:", ("'bal' is not known", "'ball'")),
    ("unknown condition", swap("stop_list: []", "stop_list: [anticoagulant]"), "resources:", ("'anticoagulants'",)),
    (
        "unknown safety question",
        swap("cancer_ever: no", "cancer_eve: no"),
        "cancer_eve:",
        ("no safety question 'cancer_eve'", "cancer_ever"),
    ),
    (
        "unknown question of a test",
        swap("nerve_differentiation: no", "nerve: no"),
        "nerve: no",
        ("has no question 'nerve'",),
    ),
    ("unknown sex", swap("sex: female", "sex: woman"), "person:", ("'woman'", "female")),
    (
        "unknown refusal",
        swap("trials_cm: [14, 13]", "trials_cm: [14, 13], refused_because: [tired]"),
        "tired",
        ("'tired'", "not_held"),
    ),
    # numbers
    ("impossible angle", swap("[62, 60]", "[62, 160]"), "160", ("160° is outside what is possible", "-10 to 110°")),
    ("impossible length", swap("[14, 13]", "[140, 13]"), "140", ("140 cm is outside what is possible",)),
    (
        "wrong unit",
        swap("trials_deg: [62, 60]", "trials_cm: [62, 60]"),
        "trials_cm: [62",
        ("written in degrees: use trials_deg",),
    ),
    ("wrong unit of a height", swap("value_cm: -9", "value_deg: -9"), "modified_thomas", ("written in centimetres",)),
    (
        "thigh in metres",
        swap("thigh_length_cm: 41", "thigh_length_cm: 0.41"),
        "modified_thomas",
        ("0.41 cm is outside",),
    ),
    ("height above the thigh", swap("value_cm: -9", "value_cm: -45"), "modified_thomas", ("can't be -45 cm",)),
    (
        "thigh of another test",
        swap("[62, 60]", "[62, 60], thigh_length_cm: 41"),
        "[62, 60], thigh",
        ("belongs to the modified Thomas",),
    ),
    ("two units", swap("value_cm: -9", "value_cm: -9, value_deg: -9"), "modified_thomas", ("exactly one of",)),
    ("no trials", swap("[62, 60]", "[]"), "trials_deg: []", ("one to 5 numbers",)),
    ("six trials", swap("[62, 60]", "[62, 60, 61, 61, 61, 61]"), "61, 61", ("one to 5 numbers",)),
    ("text for a number", swap("[62, 60]", "[62, sixty]"), "sixty", ("has sixty, but a number was expected",)),
    ("number in quotes", swap("[62, 60]", '[62, "60"]'), '"60"', ("a number was expected",)),
    ("true for a number", swap("[62, 60]", "[62, true]"), "true", ("has yes, but a number was expected",)),
    ("nothing for a number", swap("[62, 60]", "[62, ]"), "[57, 58]", ()),
    ("null for a number", swap("[62, 60]", "[62, ~]"), "~", ("has nothing, but a number was expected",)),
    ("not a number", swap("[62, 60]", "[62, .nan]"), ".nan", ("a number was expected",)),
    ("infinite", swap("[62, 60]", "[62, -.inf]"), ".inf", ("a number was expected",)),
    ("written infinity", swap("weeks: 10", "weeks: inf"), "pain: {", ("weeks is inf", "a number was expected")),
    ("too large to be finite", swap("[62, 60]", "[62, 9e99]"), "9e99", ("outside what is possible",)),
    ("huge whole number", swap("age: 41", "age: " + "9" * 400), "person:", ("999...", "a whole number was expected")),
    ("huge whole number in trials", swap("[62, 60]", "[" + "9" * 5000 + "]"), "999", ("a number was expected",)),
    ("hexadecimal", swap("age: 41", "age: 0x29"), "person:", ("0x29", "a whole number was expected")),
    ("underscores", swap("age: 41", "age: 4_1"), "person:", ("a whole number was expected",)),
    ("sixty-based", swap("weeks: 10", "weeks: 1:30"), "pain: {", ("weeks is 1:30",)),
    ("half a year of age", swap("age: 41", "age: 41.5"), "person:", ("age is 41.5", "a whole number was expected")),
    ("negative age", swap("age: 41", "age: -1"), "person:", ("age is -1", "at least 0")),
    ("yes as age", swap("age: 41", "age: yes"), "person:", ("age is yes", "a whole number was expected")),
    ("text as age", swap("age: 41", "age: forty"), "person:", ("age is forty", "a whole number was expected")),
    ("pain of eleven", swap("now_0_10: 4", "now_0_10: 11"), "pain: {", ("now_0_10 is 11", "at most 10")),
    ("worst below now", swap("now_0_10: 4", "now_0_10: 7"), "pain: {", ("worst_0_10 is lower than now_0_10",)),
    (
        "eight days a week",
        swap("days_per_week: 5", "days_per_week: 8"),
        "resources:",
        ("days_per_week is 8", "at most 7"),
    ),
    ("number for yes", swap("groin: no", "groin: 0"), "pain: {", ("groin is 0", "yes or no was expected")),
    ("text for a list", swap("[sitting]", "sitting"), "pain: {", ("a list was expected",)),
    ("list for a group", swap("{age: 41, sex: female}", "[41, female]"), "person:", ("must be a group of keys",)),
    ("text for a visit", lambda t: t.split("  - date")[0] + "  - tomorrow\n", "tomorrow", ("must be a group of keys",)),
    ("group for visits", lambda t: t.split("  - date")[0] + "  one: two\n", "visits:", ("must be a list",)),
    ("no visits", lambda t: t.split("visits:")[0] + "visits: []\n", "visits:", ("list of 1 to",)),
    ("nothing under visits", lambda t: t.split("visits:")[0] + "visits:\n", "visits:", ("must be a list",)),
    ("text for a reading", lambda t: re.sub(r"- {test: finger.*", "- 14 cm", t), "14 cm", ("must be a group",)),
    (
        "text for familiar pain",
        swap("[62, 60]", "[62, 60], brings_familiar_pain: perhaps"),
        "perhaps",
        ("yes or no was expected",),
    ),
    # dates
    (
        "no such day",
        swap("date: 2026-03-02\n", "date: 2026-02-30\n"),
        "02-30",
        ("date is 2026-02-30", "such as 2026-03-02"),
    ),
    (
        "another way of writing dates",
        swap("date: 2026-03-02\n", "date: 02/03/2026\n"),
        "02/03",
        ("such as 2026-03-02",),
    ),
    ("run after the visit", swap("2026-02-27", "2026-03-27"), "life:", ("2026-03-27 is after the visit",)),
    (
        "same date twice",
        lambda t: t + "  - date" + t.split("  - date")[1],
        "LAST - date:",
        ("two visits have the date",),
    ),
    # given twice
    (
        "left given twice",
        swap("side: right, method: inclin", "side: left, method: inclin"),
        "[57, 58]",
        ("already given on line", "write side: right"),
    ),
    (
        "a key given twice",
        swap("sex: female", "sex: female, age: 42"),
        "person:",
        ("'age' is given twice", "first on line 1"),
    ),
    (
        "an answer given twice",
        swap("      cancer_ever: no\n", "      cancer_ever: no\n      cancer_ever: yes\n"),
        "cancer_ever: yes",
        ("'cancer_ever' is given twice",),
    ),
    (
        "an observation given twice",
        lambda t: t + "      - {test: straight_leg_raise, side: left, nerve_differentiation: yes}\n",
        "nerve_differentiation: yes",
        ("answered twice for left",),
    ),
    # YAML
    ("an alias", swap("weeks: 10", "weeks: &w 10"), "pain: {", ("anchors and aliases", "not allowed")),
    ("an alias of nothing", swap("weeks: 10", "weeks: *w"), "pain: {", ("anchors and aliases",)),
    ("a tag", swap("age: 41", "age: !!int 41"), "person:", ("tags (!) are not allowed",)),
    ("a tag that runs code", swap("age: 41", "age: !!python/object/apply:os.system [ls]"), "person:", ("tags (!)",)),
    ("two documents", lambda t: t + "---\n" + t, "---", ("second document", "one file holds one case")),
    ("deep nesting", swap("[62, 60]", "[" * 400 + "]" * 400), "[[[", ("nested more than",)),
    ("a list as a key", swap("age: 41", "[age]: 41"), "person:", ("a key must be a plain word",)),
    ("an open bracket", swap("sex: female}", "sex: female"), "visits:", ("not valid YAML",)),
    ("a tab", swap("    pain:", "\tpain:"), "pain: {", ("a tab can't indent",)),
    ("a control sign", swap("female", "fem\x07ale"), "person: {", ("can't be seen",)),
    ("plain text", lambda _: "My back hurts.\n", "My back", ("two keys at the top",)),
    ("a list at the top", lambda _: "- person\n- visits\n", "- person", ("two keys at the top",)),
    ("nothing but a comment", lambda _: "# soon\n", "", ("the file is empty",)),
]
