"""The knowledge holds together, and every way in which it could fall apart is found."""

import ast
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import coxa
from coxa.model import Motion, Refusal
from coxa.protocol import Protocol, load_protocol
from coxa.protocol.check import FORBIDDEN, REFERENCE_ONLY, check, questions_in, texts
from coxa.protocol.schema import MDC95_FACTOR, RELEASE_KINDS, STRETCH_KINDS, Quantity
from coxa.reason import verdicts
from coxa.reason.limits import Cut, cuts

DATA = load_protocol().folder
SOURCE = Path(coxa.__file__).parent
Change = Callable[[dict[str, Any]], object]


# --- the real data ----------------------------------------------------------------------------------------------------


def test_the_shipped_knowledge_has_no_problem() -> None:
    assert check(load_protocol()) == ()


def test_what_is_kept_for_reference_exists_and_rests_nowhere() -> None:
    protocol = load_protocol()
    cited = {claim for spec in protocol.contributors.values() for claim in (*spec.research_for, *spec.research_against)}
    for group in (protocol.tests, protocol.exercises, protocol.lessons, protocol.safety_rules, protocol.plan_rules):
        cited.update(claim for entry in group.values() for claim in entry.evidence)
    assert set(protocol.evidence) >= REFERENCE_ONLY
    assert not cited & REFERENCE_ONLY


def test_every_claim_that_the_code_names_exists() -> None:
    """``evidence=[...]`` in the reasoning, and its tables of evidence, are typed by hand."""
    protocol, named = load_protocol(), set[str]()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "evidence":
                named.update(_words_in(node.value))
    named.update(claim for claims in verdicts._EVIDENCE.values() for claim in claims)
    assert len(named) > 20
    assert named <= set(protocol.evidence), named - set(protocol.evidence)


def _words_in(node: ast.AST) -> set[str]:
    found = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return {word for word in found if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", word)}


def test_every_test_that_the_verdicts_ask_for_exists() -> None:
    protocol = load_protocol()
    known = {(test.id, variant.id) for test in protocol.tests.values() for variant in test.protocols}
    known |= {(derived.id, derived.protocol) for derived in protocol.derived_tests.values()}
    for slots in (verdicts.FLEXION_SLOTS, verdicts.EXTENSION_SLOTS, verdicts.ROTATION_SLOTS, verdicts.ABDUCTION_SLOTS):
        for slot in slots:
            assert set(slot.tests) <= known


def test_no_forbidden_word_is_written_in_the_code() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.name != "check.py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert not FORBIDDEN.search(node.value), f"{path.name}: {node.value}"


@pytest.mark.parametrize("word", ["out of place", "damaged", "Misaligned", "misalignment", "unstable", "cure", "cures"])
def test_forbidden_words_are_seen(word: str) -> None:
    assert FORBIDDEN.search(f"Your hip is {word}, perhaps.")


@pytest.mark.parametrize("word", ["secure", "obscured", "accurate", "stable", "curve", "alignment"])
def test_words_that_only_look_alike_are_left_alone(word: str) -> None:
    assert not FORBIDDEN.search(f"A {word} chair.")


def test_every_refusal_says_what_to_do() -> None:
    for refusal in Refusal:
        assert load_protocol().refusal_advice(refusal).endswith(".")


# --- FACTS A3: the cuts that were published in the facts base ------------------------------------------------------

A3 = [
    ("hip_flexion_knee_bent", "supine_passive", "deg", "male", 105, 97),
    ("hip_flexion_knee_bent", "supine_passive", "deg", "female", 112, 105),
    ("hip_internal_rotation_90", "seated_90", "deg", "male", 17, 11),
    ("hip_internal_rotation_90", "seated_90", "deg", "female", 24, 17),
    ("hip_internal_rotation_0", "prone_0", "deg", "male", 19, 13),
    ("hip_internal_rotation_0", "prone_0", "deg", "female", 29, 22),
    ("hip_external_rotation_90", "seated_90", "deg", "male", 34, 27),
    ("hip_external_rotation_90", "seated_90", "deg", "female", 39, 33),
    ("hip_total_rotation_90", "seated_90", "deg", "any", 67, 59),
    ("active_knee_extension", "supine_90_90", "deg", "male", 46, 53),
    ("active_knee_extension", "supine_90_90", "deg", "female", 41, 49),
    ("modified_thomas_hip", "pelvis_held", "deg", "any", -8, 0),
    ("straight_leg_raise", "supine_passive", "deg", "male", 62, 57),
    ("straight_leg_raise", "supine_passive", "deg", "female", 67, 61),
    ("weight_bearing_lunge", "knee_to_wall", "deg", "any", 35, 32),
    ("weight_bearing_lunge", "knee_to_wall", "cm", "any", 9.2, 7.4),
]


def cut_of(test: str, variant: str, unit: str, sex: str, age: int = 30) -> Cut:
    table = cuts(load_protocol())
    (found,) = (
        cut
        for (name, place, measured), several in table.items()
        if (name, place, measured.value) == (test, variant, unit)
        for cut in several
        if cut.limit.sex == sex and cut.limit.age_min <= age <= cut.limit.age_max
    )
    return found


@pytest.mark.parametrize(("test", "variant", "unit", "sex", "low", "limited"), A3)
def test_computed_cuts_are_those_of_the_facts(
    test: str, variant: str, unit: str, sex: str, low: float, limited: float
) -> None:
    """FACTS rounds to whole degrees and to millimetres, and rounds a half either way."""
    cut = cut_of(test, variant, unit, sex)
    half = 0.05 if unit == "cm" else 0.5
    assert cut.low == pytest.approx(low, abs=half + 1e-9)
    assert cut.limited == pytest.approx(limited, abs=half + 1e-9)


@pytest.mark.parametrize(("sex", "mean", "sd"), [("male", 115.8, 11.2), ("female", 122.0, 10.5)])
def test_bending_is_shifted_by_three_degrees_from_45_on(sex: str, mean: float, sd: float) -> None:
    young = cut_of("hip_flexion_knee_bent", "supine_passive", "deg", sex, 44)
    older = cut_of("hip_flexion_knee_bent", "supine_passive", "deg", sex, 45)
    assert (young.mean, young.sd) == (mean, sd)
    assert young.limited - older.limited == pytest.approx(3.0)
    assert older.limited == pytest.approx(mean - 3.0 - 1.65 * sd)


SEM = [
    ("active_knee_extension_goniometer", 12 / (1.96 * 2**0.5), 4.33),
    ("straight_leg_raise_goniometer_supine_passive", 2.6, 2.6),
    ("modified_thomas_hip_tape", 9.61 * (1 - 0.90) ** 0.5, 3.04),
    ("modified_thomas_hip_goniometer", 9.61 * (1 - 0.30) ** 0.5, 8.04),
    ("modified_thomas_hip_inclinometer", 3.6, 3.6),
    ("prone_knee_bend_goniometer", 8 / (1.96 * 2**0.5), 2.89),
    ("hip_flexion_knee_bent_goniometer", 11.2 * (1 - 0.87) ** 0.5, 4.04),
    ("hip_internal_rotation_90_inclinometer", 3.6, 3.6),
    ("hip_internal_rotation_0_inclinometer", 10.1 * (1 - 0.81) ** 0.5, 4.40),
    ("hip_external_rotation_0_inclinometer", 11.5 * (1 - 0.77) ** 0.5, 5.52),
    ("weight_bearing_lunge_tape", 1.9 / (1.96 * 2**0.5), 0.69),
    ("weight_bearing_lunge_inclinometer", 4.7 / (1.96 * 2**0.5), 1.70),
    ("fingertip_to_floor_tape", 4.5 / (1.96 * 2**0.5), 1.62),
]


@pytest.mark.parametrize(("name", "exact", "rounded"), SEM)
def test_standard_errors_follow_from_what_was_published(name: str, exact: float, rounded: float) -> None:
    error = load_protocol().errors[name]
    assert error.standard_error == pytest.approx(exact, abs=1e-9)
    assert error.standard_error == pytest.approx(rounded, abs=0.005)


def test_mdc95_is_1_96_times_root_2_times_sem() -> None:
    assert pytest.approx(2.772, abs=0.001) == MDC95_FACTOR


# --- faults, each put into a copy of the data -------------------------------------------------------------------------


def by_id(content: dict[str, Any], group: str, name: str) -> dict[str, Any]:
    return next(entry for entry in content[group] if entry["id"] == name)


def put(group: str, name: str, **values: Any) -> Change:
    return lambda content: by_id(content, group, name).update(values)


def drop(group: str, keep: Callable[[dict[str, Any]], bool]) -> Change:
    return lambda content: content.update({group: [entry for entry in content[group] if keep(entry)]})


def deep_condition(content: dict[str, Any]) -> None:
    when = by_id(content, "rules", "spondyloarthritis_reassess")["when"]
    when["all_of"].append({"none_of": [{"at_least": 1, "of": ["no_such_question", "psoriasis_ever"]}]})


def twin_limit(**values: Any) -> Change:
    def change(content: dict[str, Any]) -> None:
        twin = {**by_id(content, "limits", "hip_flexion_knee_bent_male"), "id": "twin", **values}
        content["limits"].append(twin)

    return change


def twin_error(content: dict[str, Any]) -> None:
    content["errors"].append({**content["errors"][0], "id": "twin"})


def repeat_question(content: dict[str, Any]) -> None:
    questions = by_id(content, "tests", "straight_leg_raise")["questions"]
    questions.append(questions[0])


def no_way(content: dict[str, Any]) -> None:
    test = by_id(content, "tests", "modified_thomas_hip")
    test["protocols"].append({"id": "never_measured", "name": "Never measured", "rules": "Nobody can."})


def other_method(content: dict[str, Any]) -> None:
    by_id(content, "tests", "active_knee_extension")["methods"][0]["protocols"] = ["elsewhere"]


def cycle(content: dict[str, Any]) -> None:
    by_id(content, "questions", "leg_weakness")["ask_if"] = {"any_of": ["cancer_ever", "leg_weakness_fast"]}


def say(group: str, name: str, field: str) -> Change:
    return put(group, name, **{field: "Your pelvis is out of place."})


def say_in_option(content: dict[str, Any]) -> None:
    content["lessons"][0]["options"][0]["reply"] = "Rolling cures it."


def unmatched_row(content: dict[str, Any]) -> None:
    by_id(content, "limits", "hip_flexion_knee_bent_male").update(
        mean_from="hip_internal_rotation_90_czuppon_2017_male_17"
    )


FAULTS: list[tuple[str, Change, str]] = [
    # an ID that is used anywhere exists
    (
        "tests/hamstrings.yaml",
        put("tests", "active_knee_extension", evidence=["nobody_2020"]),
        "no claim 'nobody_2020'",
    ),
    ("tests/hamstrings.yaml", put("tests", "active_knee_extension", targets=["elbow"]), "no tissue 'elbow'"),
    ("tests/hamstrings.yaml", other_method, "no protocol 'elsewhere'"),
    ("derived_tests.yaml", put("derived_tests", "hip_total_rotation_0", sum_of=["x", "y"]), "no test 'x'"),
    ("limits.yaml", put("limits", "modified_thomas_hip", test="thomas"), "no test 'thomas'"),
    ("limits.yaml", put("limits", "modified_thomas_hip", protocol="loose"), "has no protocol 'loose'"),
    ("limits.yaml", put("limits", "hip_flexion_knee_bent_male", mean_from="row"), "no published row 'row'"),
    ("limits.yaml", put("limits", "hip_flexion_knee_bent_male", sd_from="row"), "no published row 'row'"),
    ("errors.yaml", put("errors", "modified_thomas_hip_tape", test="thomas"), "no test 'thomas'"),
    ("errors.yaml", put("errors", "modified_thomas_hip_tape", protocols=["loose"]), "no protocol 'loose'"),
    ("errors.yaml", put("errors", "modified_thomas_hip_tape", rows=["row"]), "no published row 'row'"),
    ("safety.yaml", put("rules", "cancer_history", evidence=["nobody_2020"]), "no claim 'nobody_2020'"),
    ("safety.yaml", put("rules", "cancer_history", when="no_such_question"), "no safety question 'no_such_question'"),
    ("safety.yaml", deep_condition, "no safety question 'no_such_question'"),
    ("safety.yaml", put("questions", "leg_weakness_fast", ask_if="tired"), "no safety question 'tired'"),
    ("safety.yaml", put("stop_conditions", "fracture", evidence=["nobody_2020"]), "no claim 'nobody_2020'"),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", targets=["elbow"]), "no tissue 'elbow'"),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", equipment=["horse"]), "no equipment 'horse'"),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", contraindications=["flu"]), "no stop condition 'flu'"),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", practises=["flying"]), "no task 'flying'"),
    (
        "exercises/strength.yaml",
        put("exercises", "glute_bridge", serves_contributors=["luck"]),
        "no contributor 'luck'",
    ),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", harder_exercise="moon"), "no exercise 'moon'"),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", easier_exercise="moon"), "no exercise 'moon'"),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", evidence=["nobody_2020"]), "no claim 'nobody_2020'"),
    ("contributors.yaml", put("contributors", "sitting", painful_tasks=["flying"]), "no task 'flying'"),
    ("contributors.yaml", put("contributors", "sitting", research_for=["nobody_2020"]), "no claim 'nobody_2020'"),
    ("lessons.yaml", put("lessons", "training_load", evidence=["nobody_2020"]), "no claim 'nobody_2020'"),
    ("pathway.yaml", put("steps", "remedy", evidence=["nobody_2020"]), "no claim 'nobody_2020'"),
    ("pathway.yaml", put("idea", "elimination", evidence=["nobody_2020"]), "no claim 'nobody_2020'"),
    ("pathway.yaml", put("outcomes", "nprs", evidence=["nobody_2020"]), "no claim 'nobody_2020'"),
    ("plan.yaml", put("rules", "stop_exercise", evidence=["nobody_2020"]), "no claim 'nobody_2020'"),
    # printed markers
    (
        "printed_markers.yaml",
        put("markers", "left_thigh", tag=3),
        "printed markers: tag '3' is given twice",
    ),
    (
        "printed_markers.yaml",
        drop("markers", lambda marker: marker["id"] != "wall"),
        "printed markers: there is none for wall",
    ),
    ("printed_markers.yaml", put("markers", "left_thigh", side="right"), "the ID is side and place"),
    ("printed_markers.yaml", put("markers", "wall", side="left"), "the one on the wall has none"),
    ("printed_markers.yaml", say("markers", "left_shank", "where"), "must not be used"),
    # errors that are put together
    ("errors.yaml", put("errors", "modified_thomas_hip_printed_markers", with_error="row"), "there is no error 'row'"),
    (
        "errors.yaml",
        put("errors", "modified_thomas_hip_printed_markers", with_error="modified_thomas_knee_goniometer"),
        "is for another test or unit",
    ),
    (
        "errors.yaml",
        put("errors", "modified_thomas_hip_printed_markers", with_error="modified_thomas_hip_printed_markers"),
        "is itself put together",
    ),
    ("errors.yaml", put("errors", "modified_thomas_hip_printed_markers", sem=4.4), "make 4.69, not 4.4"),
    ("errors.yaml", put("errors", "modified_thomas_hip_printed_markers", device_sem=None), "an error by validation"),
    ("errors.yaml", put("errors", "modified_thomas_hip_tape", device_sem=2.0), "no other error does"),
    # numbers
    (
        "limits.yaml",
        put("limits", "modified_thomas_hip", verified="recalled-check"),
        "recalled and still to be checked",
    ),
    ("errors.yaml", put("errors", "modified_thomas_hip_tape", verified="recalled-check"), "still to be checked"),
    ("limits.yaml", put("limits", "straight_leg_raise_male_20", verified="read"), "is only 'recalled-high'"),
    ("limits.yaml", put("limits", "modified_thomas_hip", low=3.0), "wrong sides of each other"),
    ("limits.yaml", put("limits", "modified_thomas_hip", age_min=70), "the ages run backwards"),
    ("limits.yaml", unmatched_row, "is for another test, protocol or unit"),
    ("limits.yaml", put("limits", "hip_flexion_knee_bent_male", sex="female"), "is for the other sex"),
    (
        "limits.yaml",
        put("limits", "hip_total_rotation_0", sd_from="hip_total_rotation_0_kouyoumdjian_2012_both_20"),
        "has no standard deviation",
    ),
    ("limits.yaml", twin_limit(age_min=44), "their ages overlap"),
    ("limits.yaml", twin_limit(age_min=18, sex="any"), "their ages overlap"),
    ("errors.yaml", twin_error, "already gives the error of the same way"),
    ("errors.yaml", put("errors", "modified_thomas_hip_goniometer", method="video", unit="cm"), "can't be measured by"),
    ("errors.yaml", put("errors", "hip_abduction_knee_bent_goniometer", method="inclinometer"), "can't be measured by"),
    ("tests/form_and_control.yaml", put("tests", "weight_bearing_lunge", lower_is_worse=None), "can't be limited"),
    ("tests/hip_joint.yaml", put("tests", "hip_flexion_knee_bent", lower_is_worse=False, methods=[]), "has no method"),
    ("tests/hip_flexors.yaml", no_way, "protocol 'never_measured' has no method"),
    ("tests/hip_flexors.yaml", put("tests", "modified_thomas_hip", lower_is_worse=True), "wrong sides of each other"),
    ("tests/hamstrings.yaml", repeat_question, "is given twice"),
    (
        "tests/hamstrings.yaml",
        put("tests", "active_knee_extension", best_at_home={"method": "tape", "why": "It is cheap."}),
        "is not allowed",
    ),
    ("pathway.yaml", lambda content: content["load_bands"].reverse(), "load bands must rise"),
    ("about.yaml", lambda content: content.update(review_due="2001-01-01"), "next review must come after"),
    # every claim rests on evidence, every piece of evidence is used
    ("tests/hamstrings.yaml", put("tests", "active_knee_extension", evidence=[]), "no evidence is named"),
    ("contributors.yaml", put("contributors", "nerve", research_for=[]), "no evidence is named"),
    ("evidence.yaml", put("claims", "nice_ng59", id="nobody_cites_this"), "nothing rests on it"),
    # safety
    ("safety.yaml", cycle, "a cycle"),
    ("safety.yaml", put("questions", "leg_weakness", ask_if="cancer_ever"), "asked for later"),
    ("safety.yaml", put("questions", "leg_weakness_fast", ask_if="leg_weakness_fast"), "a cycle"),
    ("safety.yaml", put("rules", "pain_at_night", level="none"), "asks for nothing"),
    ("safety.yaml", put("rules", "scope_pregnant", when="cancer_ever"), "no rule looks at the answer"),
    # exercises, lessons, words
    (
        "exercises/strength.yaml",
        put("exercises", "glute_bridge", serves_contributors=[], serves_verdicts=[], practises=[], general=False),
        "no plan can ever hold it",
    ),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", dose=None, later_dose=None), "standing advice"),
    ("exercises/strength.yaml", put("exercises", "glute_bridge", harder_exercise="glute_bridge"), "other exercises"),
    (
        "exercises/compression_band.yaml",
        put("exercises", "compression_thigh", professional_present=False),
        "needs a professional present",
    ),
    ("exercises/compression_band.yaml", drop("exercises", lambda _: False), "none of the kind compression_band"),
    ("exercises/strength.yaml", drop("exercises", lambda _: False), "none of the kind strength"),
    ("lessons.yaml", drop("lessons", lambda lesson: lesson["id"] < "p"), "are too few, at least 10"),
    ("words.yaml", drop("refusals", lambda word: word["id"] != "not_held"), "the refusal not_held has no sentence"),
    ("words.yaml", drop("tasks", lambda word: word["id"] != "sitting"), "no task 'sitting'"),
    ("words.yaml", drop("equipment", lambda word: word["id"] != "ball"), "no equipment 'ball'"),
    ("words.yaml", lambda content: content["tasks"].append(content["tasks"][0]), "is given twice"),
    # words that are not said
    (
        "tests/hamstrings.yaml",
        say("tests", "active_knee_extension", "what_it_shows"),
        "'out of place' must not be used",
    ),
    ("safety.yaml", say("rules", "pain_at_night", "say"), "'out of place' must not be used"),
    ("exercises/strength.yaml", say("exercises", "glute_bridge", "feel"), "'out of place' must not be used"),
    ("evidence.yaml", say("claims", "nice_ng59", "claim"), "'out of place' must not be used"),
    ("lessons.yaml", say_in_option, "'cures' must not be used"),
    # every way of measuring by a recording is read once, or says why not
    ("recordings.yaml", put("recordings", "deep_squat_video", test="squat"), "no test 'squat'"),
    ("recordings.yaml", put("recordings", "deep_squat_video", protocols=["loose"]), "by video in degrees (loose)"),
    ("recordings.yaml", put("recordings", "deep_squat_imu", test="hip_abduction_knee_bent"), "by imu in degrees"),
    ("recordings.yaml", put("recordings", "deep_squat_imu", method="mocap"), "already says how this is read"),
    ("recordings.yaml", put("not_recorded", "fingertip_to_floor_imu", test="reach"), "no test 'reach'"),
    (
        "recordings.yaml",
        drop("recordings", lambda entry: entry["id"] != "deep_squat_mocap"),
        "nothing says how it is read from mocap (feet_shoulder_width)",
    ),
    (
        "recordings.yaml",
        drop("not_recorded", lambda entry: entry["id"] != "single_leg_stance_video"),
        "test single_leg_stance: nothing says how it is read from video",
    ),
    ("recordings.yaml", say("recordings", "deep_squat_imu", "why"), "'out of place' must not be used"),
    ("recordings.yaml", say("not_recorded", "fingertip_to_floor_imu", "say"), "'out of place' must not be used"),
    # files that can't be read
    ("limits.yaml", lambda content: content["limits"].append({"id": "half"}), "limits.yaml: entry"),
    ("limits.yaml", lambda content: content["limits"].append(content["limits"][0]), "is given twice"),
    ("about.yaml", lambda content: content.pop("version"), "can't be read"),
    ("words.yaml", lambda content: content.pop("tasks"), "can't be read"),
    ("pathway.yaml", lambda content: content.pop("steps"), "has no 'steps'"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("knowledge") / "data"
    shutil.copytree(DATA, folder)
    return folder


@pytest.mark.parametrize(("name", "change", "expected"), FAULTS, ids=[f"{n}-{e}" for n, _, e in FAULTS])
def test_a_fault_is_found(copy: Path, name: str, change: Change, expected: str) -> None:
    path = copy / name
    original = path.read_text("utf-8")
    content = yaml.load(original, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    change(content)
    try:
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
        problems = check(Protocol(copy))
    finally:
        path.write_text(original, "utf-8")
    assert any(expected in problem for problem in problems), problems


def test_a_few_exercises_are_too_few(copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(copy, folder)
    (folder / "exercises" / "strength.yaml").unlink()
    (folder / "exercises" / "motor_control.yaml").unlink()
    (folder / "exercises" / "static_stretch.yaml").unlink()
    assert any("are too few, at least 40" in problem for problem in check(Protocol(folder)))


@pytest.mark.parametrize(("old", "new"), [("115.8,11.2", "115.8,11.2"), ("read", "recalled-check")])
def test_a_limit_on_a_row_that_is_to_be_checked_is_found(copy: Path, tmp_path: Path, old: str, new: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(copy, folder)
    path = folder / "published_norms.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    row = next(i for i, line in enumerate(lines) if line.startswith("hip_flexion_czuppon_2017_male_17,"))
    head, _, tail = lines[row].rpartition(old)
    lines[row] = head + new + tail
    path.write_text("".join(lines), "utf-8")
    problems = check(Protocol(folder))
    assert any("recalled and still to be checked" in problem for problem in problems) == (new == "recalled-check")


def test_a_missing_file_and_broken_yaml_are_problems_and_no_traceback(copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(copy, folder)
    (folder / "lessons.yaml").unlink()
    (folder / "plan.yaml").write_text("rules: [", "utf-8")
    problems = check(Protocol(folder))
    assert any("lessons.yaml" in problem for problem in problems)
    assert all("\n" not in problem for problem in problems)


# --- helpers that others may use ------------------------------------------------------------------------------------


def test_questions_are_found_however_deep() -> None:
    rule = load_protocol().safety_rules["cancer_with_nerve_signs"]
    assert {"cancer_ever", "leg_weakness", "saddle_numbness"} <= set(questions_in(rule.when))
    assert "psoriasis_ever" in questions_in(load_protocol().safety_rules["spondyloarthritis_reassess"].when)


def test_texts_leave_out_ids_and_citations() -> None:
    assert list(texts({"id": "x", "reference": "y", "say": ["a", {"more": "b"}], "n": 3})) == ["a", "b"]


def test_every_motion_and_kind_of_limit_is_served_by_an_exercise() -> None:
    served = {key for exercise in load_protocol().exercises.values() for key in exercise.serves_verdicts}
    for motion in Motion:
        assert f"{motion.value}:flexibility" in served
        assert f"{motion.value}:mobility" in served


def test_stretching_and_release_stop_at_what_the_facts_say() -> None:
    stops = {name: set(condition.stops) for name, condition in load_protocol().stop_conditions.items()}
    # FACTS C1: the six conditions of the Delphi study, and the product's own stricter ones
    for name in ("open_wound", "fracture", "local_inflammation", "deep_vein_thrombosis", "osteomyelitis"):
        assert stops[name] >= RELEASE_KINDS
    for name in ("anticoagulants", "bleeding_disorder", "osteoporosis", "varicose_veins", "loss_of_sensation"):
        assert stops[name] >= RELEASE_KINDS
    assert stops["acute_muscle_tear"] >= RELEASE_KINDS | STRETCH_KINDS
    # FACTS C3: further stops of the compression band
    for name in ("vascular_disease", "diabetes_with_neuropathy", "hypertension", "past_clot", "latex_allergy"):
        assert "compression_band" in stops[name]


def test_every_quantity_is_used() -> None:
    entries = load_protocol().recordings.values()
    used = {entry.quantity for entry in entries} | {entry.while_lowest for entry in entries}
    used |= {check.quantity for entry in entries for check in entry.checks}
    assert set(Quantity) <= used
