"""Reference pages made from the knowledge files."""

from __future__ import annotations

from collections.abc import Iterator

from coxa.measure.typed import UNIT_WORD
from coxa.model import ActionLevel, Method, Unit
from coxa.protocol import Protocol
from coxa.protocol.schema import MDC95_FACTOR, AllowedMethod, Dose, Exercise, MeasurementError, TestSpec
from coxa.reason.limits import MEAN_SD_CUTS, Cut, cuts
from coxa.reason.safety import ENDS_SCREENING, STOPS_PROGRAMME
from coxa.report.words import BASIS_WORD, CERTAINTY_WORD, LEVEL_WORD, METHOD_WORD, VERIFIED_WORD
from tools.markdown import bullets, claims, code, condition_words, contents, facts, number, numbered, page, table
from tools.picture_pages import stills

NOT_READ = {
    Method.VIDEO: "not by markerless video",
    Method.MOCAP: "not read by Coxa from motion capture",
    Method.IMU: "not read by Coxa from sensors",
}
RECORDED = tuple(NOT_READ)
DATA = "src/coxa/protocol/data"
WORSE = {True: "lower", False: "higher", None: "neither end is better"}
LEVEL = {
    "home": "at home, alone or with a helper",
    "trainer": "with a trainer or helper who knows the test",
    "clinician": "with a clinician",
}


# --- tests -----------------------------------------------------------------------------------------------------------


def tests_page(p: Protocol) -> str:
    """Every test: how to do it, and how to write it into a case file."""
    intro = (
        "Each test with its position, steps and ways of measuring. The ID goes under `test`, the protocol under "
        "`protocol`, the method under `method` of a [case file](case-file.md). `coxa measure` "
        "reads many of them from recordings (`coxa protocol recordings`); a number that another system gave you can be "
        "typed in, with the method named."
    )
    derived = table(
        ["ID", "In plain words", "Sum of", "Protocol", "What it shows"],
        [
            [f"`{d.id}`", d.plain_name, code(d.sum_of), f"`{d.protocol}`", d.what_it_shows]
            for d in p.derived_tests.values()
        ],
    )
    return page(
        "Tests",
        f"`{DATA}/tests/*.yaml`, `derived_tests.yaml`",
        [
            intro,
            contents((t.id, f"{t.plain_name} ({t.level})") for t in p.tests.values()),
            *(_test(t, p) for t in p.tests.values()),
            "## Computed, never typed",
            derived,
        ],
    )


def _test(t: TestSpec, p: Protocol) -> str:
    tissues = {word.id: word.name for word in p.words.tissues}
    about = facts(
        {
            "Clinical name": t.name,
            "Tests": ", ".join(t.tests) + (f" ({t.motion.value})" if t.motion else ""),
            "Looks at": ", ".join(tissues[target] for target in t.targets),
            "For": LEVEL[t.level],
            "Side": "left and right apart" if t.sided else "no side (`both`, or left out)",
            "Takes": f"about {t.minutes:g} minutes, {t.trials} trials",
            "Number": f"{t.sign} Worse when: {WORSE[t.lower_is_worse]}.",
            "Position": t.position,
            "Best at home": _best(t),
            "Left-right difference worth a word": _floor(t),
        }
    )
    parts = [
        f"## {t.id}",
        t.plain_name + ".",
        stills(t.id, t.plain_name),
        about,
        "**How to do it**",
        numbered(t.steps),
        "**What spoils it**",
        bullets(t.cheats),
        "**Safety**",
        bullets(t.safety),
        table(["Protocol", "Name", "Rules"], [[f"`{v.id}`", v.name, v.rules] for v in t.protocols]),
    ]
    if t.methods:
        parts.append(table(["Method", "Protocols", "Write", "Possible", "How"], [_way(way, t, p) for way in t.methods]))
    if t.questions:
        parts.append(
            table(
                ["Question (under `observations`)", "Ask", "If yes"],
                [[f"`{q.id}`", q.ask, q.if_yes] for q in t.questions],
            )
        )
    parts.append(facts({"Shows": t.what_it_shows, "Can't show": t.what_it_cannot_show, "Evidence": claims(t.evidence)}))
    return "\n\n".join(part for part in parts if part)


def _best(t: TestSpec) -> str:
    method = t.best_at_home.method
    name = METHOD_WORD[method] if isinstance(method, Method) else "watching"
    return f"{name}. {t.best_at_home.why}"


def _floor(t: TestSpec) -> str:
    floor = t.asymmetry_floor
    return "" if floor is None else f"more than {floor.value:g}{UNIT_WORD[floor.unit]}, and more than the error"


def _way(way: AllowedMethod, test: TestSpec, p: Protocol) -> list[str]:
    key = "`trials_cm` and `thigh_length_cm`" if way.trigonometric else "`trials_cm`"
    return [
        f"`{way.method.value}`",
        code(way.protocols),
        "`trials_deg`" if way.unit is Unit.DEGREE and not way.trigonometric else key,
        f"{way.minimum:g} to {way.maximum:g}{UNIT_WORD[way.unit]}",
        _how(way, test, p) if way.method in RECORDED else way.how,
    ]


def _how(way: AllowedMethod, test: TestSpec, p: Protocol) -> str:
    """Whether Coxa reads a test from recordings of a method, and if not, why."""
    typed = "typed in, as your system gives it"
    if any(p.recorded_test(test.id, way.method, variant) is not None for variant in way.protocols):
        return f"read from a recording by `coxa measure`, or {typed}"
    why = next((no.say for no in p.not_recorded.values() if (no.test, no.method) == (test.id, way.method)), "")
    return f"{NOT_READ[way.method]}: {why} Else {typed}" if why else typed


# --- exercises -------------------------------------------------------------------------------------------------------


def exercises_page(p: Protocol) -> str:
    """Every exercise and piece of advice."""
    kinds = dict.fromkeys(e.kind for e in p.exercises.values())
    intro = (
        "What a programme can be made of. Doses are for one day; `per side` means that each side gets all of it. Which "
        "exercise a person is given, and why another is left out, is decided as "
        "[decision 0006](../decisions/0006-plan-as-a-mixed-integer-programme.md) says."
    )
    parts = [intro]
    for kind in kinds:
        parts.append(f"## {kind.replace('_', ' ').capitalize()}")
        parts += [_exercise(e, p) for e in p.exercises.values() if e.kind == kind]
    return page("Exercises", f"`{DATA}/exercises/*.yaml`", parts)


def _exercise(e: Exercise, p: Protocol) -> str:
    equipment = {item.id: item.name for item in p.words.equipment}
    about = facts(
        {
            "ID": f"`{e.id}`, {e.name}",
            "Serves": code((*e.serves_verdicts, *e.serves_contributors, *(f"task:{t}" for t in e.practises)))
            + (" and anyone" if e.general else ""),
            "Needs": ", ".join(equipment[item] for item in e.equipment) or "nothing",
            "For": {"new": "everyone", "some": "some training experience", "trained": "trained people"}[e.experience]
            + (", with a professional present" if e.professional_present else ""),
            "Dose": _dose(e.dose) if e.dose else "standing advice, every day",
            "Dose from week 3": _dose(e.later_dose) if e.later_dose else "",
            "Start": e.setup,
            "Feel": e.feel,
            "Mistakes": " ".join(f"{mistake.rstrip('.')}." for mistake in e.mistakes),
            "Easier": e.easier + (f" Or `{e.easier_exercise}`." if e.easier_exercise else ""),
            "Harder": e.harder + (f" Or `{e.harder_exercise}`." if e.harder_exercise else ""),
            "Pain": e.pain_rule,
            "Stop at": "; ".join(sign.rstrip(".") for sign in e.stop_signs) + ".",
            "Not with (beyond those of its kind)": code(e.contraindications),
            "Evidence": ("low for this use. " if e.low_evidence else "") + claims(e.evidence),
        }
    )
    parts = [f"### {e.plain_name}", stills(e.id, e.plain_name), about, numbered(e.steps)]
    return "\n\n".join(part for part in parts if part)


def _dose(dose: Dose) -> str:
    if dose.repetitions is None:
        once = f"{dose.hold_seconds} s"
    else:
        once = f"{dose.repetitions} times" + (f", hold {dose.hold_seconds} s" if dose.hold_seconds else "")
    side = ", per side" if dose.per_side else ""
    return f"{dose.sets} × {once}{side}, on {dose.days_min} to {dose.days_max} days a week"


# --- numbers ---------------------------------------------------------------------------------------------------------


def limits_page(p: Protocol) -> str:
    """Where low and limited begin, with the cuts worked out."""
    low, limited = MEAN_SD_CUTS
    intro = (
        f"By the rule `mean_sd`, *low* begins {low:g} and *limited* {limited:g} standard deviations "
        "from the mean of healthy people, on the worse side. Other limits are stated as published. A limit holds for "
        "its own test, protocol, unit, sex and ages only; outside it there is no comparable norm and a reading is a "
        "baseline. `coxa protocol norms` lists all published rows, used or not."
    )
    listed = {cut.limit.id: cut for found in cuts(p).values() for cut in found}
    without = [t.id for t in p.tests.values() if not any(x.test == t.id for x in p.limits.values())]
    head = ["Limit", "Test", "Protocol", "Sex", "Ages", "Mean (SD)", "Low", "Limited", "Verified"]
    return page(
        "Limits",
        f"`{DATA}/limits.yaml`, `published_norms.csv`",
        [
            intro,
            table(head, [_limit(listed[name]) for name in p.limits]),
            "## What they rest on",
            bullets(f"`{x.id}`: {x.source} ({VERIFIED_WORD[x.verified]}). {x.note}" for x in p.limits.values()),
            "## Tests without a limit",
            f"These serve as a baseline or as yes/no questions only: {code(without)}.",
        ],
    )


def _limit(cut: Cut) -> list[str]:
    x, unit, worse = cut.limit, UNIT_WORD[cut.limit.unit], "below" if cut.lower_is_worse else "above"
    return [
        f"`{x.id}`",
        f"`{x.test}`",
        f"`{x.protocol}`",
        x.sex,
        f"{x.age_min}-{x.age_max}",
        f"{number(cut.mean)}{unit} ({number(cut.sd)})" if cut.mean is not None else "as published",
        f"{worse} {cut.low:.1f}{unit}",
        f"{worse} {cut.limited:.1f}{unit}",
        x.verified,
    ]


def reliability_page(p: Protocol) -> str:
    """The error of every way of measuring."""
    intro = (
        "The standard error of measurement (SEM) of one trial, and the smallest change beyond error between two "
        f"readings of one trial each (MDC95 = {MDC95_FACTOR:.2f} × SEM). *Repeat part*: the part of the SEM that more "
        "trials reduce; where it is blank, more trials earn nothing. A way of measuring that isn't listed has no known "
        "error: its readings are a baseline and are never judged."
    )
    rows = [
        [
            f"`{e.test}`",
            f"`{e.method.value}`",
            code(e.protocols),
            f"{e.standard_error:.2f}{UNIT_WORD[e.unit]}",
            "" if e.sem_repeat is None else f"{e.sem_repeat:g}{UNIT_WORD[e.unit]}",
            f"{MDC95_FACTOR * e.standard_error:.1f}{UNIT_WORD[e.unit]}",
            f"`{e.basis}`",
            e.verified,
        ]
        for e in p.errors.values()
    ]
    return page(
        "Measurement error",
        f"`{DATA}/errors.yaml`, `published_reliability.csv`",
        [
            intro,
            table(["Test", "Method", "Protocols", "SEM", "Repeat part", "MDC95", "Basis", "Verified"], rows),
            "## Basis",
            bullets(f"`{name}`: {words}" for name, words in BASIS_WORD.items()),
            "## What they rest on",
            bullets(f"`{e.id}`: {e.source}. {e.note}{_parts(e)}" for e in p.errors.values()),
        ],
    )


def _parts(error: MeasurementError) -> str:
    """What an error that is put together is made of."""
    if error.device_sem is None or error.with_error is None:
        return ""
    unit = UNIT_WORD[error.unit]
    read_by = f" Holds for {code(error.instruments)}." if error.instruments else ""
    return f" Device {error.device_sem:g}{unit} together with `{error.with_error}`.{read_by}"


# --- safety ----------------------------------------------------------------------------------------------------------


def safety_page(p: Protocol) -> str:
    """Questions, what follows from the answers, and the stop list."""
    return page("Safety", f"`{DATA}/safety.yaml`", _safety_parts(p))


def _safety_parts(p: Protocol) -> Iterator[str]:
    yield (
        "Every question is answered `yes`, `no` or `unsure` under `safety` of a visit; `unsure` counts as `yes`. A "
        "question that concerns only some people is asked only of them. All rules that fit are kept, and the most "
        "urgent one leads; when one ends the screening, milder advice is left out."
    )
    yield table(
        ["Level", "Shown as", "Ends the screening", "Allows a programme"],
        [
            [f"`{x.value}`", LEVEL_WORD[x], _yes(x in ENDS_SCREENING), _yes(x not in STOPS_PROGRAMME)]
            for x in ActionLevel
        ],
    )
    yield "## Questions"
    yield table(
        ["ID", "Group", "Question", "Help", "Asked of"],
        [
            [f"`{q.id}`", q.group, q.ask, q.help or "", "everyone" if q.ask_if is None else condition_words(q.ask_if)]
            for q in p.safety_questions.values()
        ],
    )
    yield "## Rules"
    for level in ActionLevel:
        rules = [rule for rule in p.safety_rules.values() if rule.level is level]
        if rules:
            yield f"### {LEVEL_WORD[level]} (`{level.value}`)"
            yield table(
                ["Rule", "When", "What it says", "Evidence"],
                [[f"`{r.id}`", condition_words(r.when), r.say, claims(r.evidence)] for r in rules],
            )
    yield "## Stop list"
    yield (
        "Health conditions that rule out kinds of exercise. The IDs go under `stop_list` of `resources`. An exercise "
        "may name further conditions of its own."
    )
    yield table(
        ["ID", "Ask", "Rules out", "Care with", "Source", "Evidence"],
        [
            [f"`{s.id}`", s.ask, _kinds(s.stops), _kinds(s.caution), s.source, claims(s.evidence)]
            for s in p.stop_conditions.values()
        ],
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _kinds(kinds: tuple[str, ...]) -> str:
    return ", ".join(kinds).replace("_", " ")


# --- evidence --------------------------------------------------------------------------------------------------------


def evidence_page(p: Protocol) -> str:
    """Every claim with its size, certainty and reference."""
    topics = dict.fromkeys(claim.topic for claim in p.evidence.values())
    intro = (
        "What Coxa's statements rest on. *Direction* is towards the idea that the hips are behind low back pain and "
        "that releasing them helps. *Verified* says how well we know the source."
    )
    parts = [intro, bullets(f"`{name}`: {words}" for name, words in VERIFIED_WORD.items())]
    for topic in topics:
        parts.append(f"## {topic.replace('_', ' ').capitalize()}")
        for claim in p.evidence.values():
            if claim.topic == topic:
                doi = f", doi {claim.doi}" if claim.doi else ""
                parts += [
                    f"### {claim.id}",
                    claim.claim,
                    facts(
                        {
                            "Size": claim.size,
                            "Direction": claim.direction,
                            "Certainty": CERTAINTY_WORD[claim.certainty],
                            "Reference": claim.reference + doi,
                            "Verified": claim.verified,
                        }
                    ),
                ]
    return page("Evidence", f"`{DATA}/evidence.yaml`", parts)
