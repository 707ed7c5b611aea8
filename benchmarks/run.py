"""Readings judged per second (table against one by one), a screening, a plan, and the report files."""

from __future__ import annotations

import gc
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import coxa
from coxa.cli import DEMO_CASE
from coxa.cli.examples import example_case
from coxa.model import Method, Person, Reading, Sex, Side, Source, Unit
from coxa.protocol import load_protocol
from coxa.reason.limits import judge
from coxa.reason.table import SEXES, SIDES, Readings, Vocabulary, judge_table
from coxa.reason.verdicts import NerveSigns, decide
from coxa.report.bundle import visit_files
from coxa.version import SOFTWARE

READINGS = 1_000_000
ONE_BY_ONE_PEOPLE = 400
TESTS = (
    ("active_knee_extension", Method.INCLINOMETER, "supine_90_90", Unit.DEGREE, 35.0, 12.0),
    ("hip_flexion_knee_bent", Method.GONIOMETER, "supine_passive", Unit.DEGREE, 116.0, 12.0),
    ("modified_thomas_hip", Method.TAPE, "pelvis_held", Unit.DEGREE, -10.0, 9.0),
    ("hip_internal_rotation_90", Method.INCLINOMETER, "seated_90", Unit.DEGREE, 32.0, 10.0),
    ("hip_external_rotation_90", Method.INCLINOMETER, "seated_90", Unit.DEGREE, 44.0, 10.0),
    ("hip_internal_rotation_0", Method.INCLINOMETER, "prone_0", Unit.DEGREE, 34.0, 10.0),
    ("hip_external_rotation_0", Method.INCLINOMETER, "prone_0", Unit.DEGREE, 40.0, 11.0),
    ("weight_bearing_lunge", Method.TAPE, "knee_to_wall", Unit.CENTIMETRE, 11.0, 3.0),
)


def synthetic(readings: int, seed: int = 20261123) -> tuple[Readings, Vocabulary]:
    """Readings of made-up people: every test of ``TESTS`` on both sides."""
    vocabulary = Vocabulary(load_protocol())
    people = readings // (2 * len(TESTS))
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), 2 * len(TESTS))
    codes = vocabulary.codes(t[:4] for t in TESTS)
    spread = np.tile(np.repeat(np.arange(len(TESTS)), 2), people)
    mean, sd = np.array([t[4] for t in TESTS]), np.array([t[5] for t in TESTS])
    return (
        Readings(
            person=person,
            age=np.repeat(random.integers(18, 80, people), 2 * len(TESTS)),
            sex=np.repeat(random.integers(0, 3, people), 2 * len(TESTS)),
            side=np.tile([0, 1], people * len(TESTS)),
            combo=codes[spread],
            value=np.round(random.normal(mean[spread], sd[spread]), 1),
            trials=np.full(len(person), 3),
            sem=np.full(len(person), np.nan),
        ),
        vocabulary,
    )


def one_by_one(table: Readings, vocabulary: Vocabulary, people: int) -> int:
    """Judge the first people of a table through the ordinary path; returns the number of readings."""
    protocol, count = vocabulary.protocol, 0
    per_person = 2 * len(TESTS)
    for p in range(people):
        rows = range(p * per_person, (p + 1) * per_person)
        person = Person(age=int(table.age[rows[0]]), sex=Sex(SEXES[table.sex[rows[0]]]))
        readings = []
        for i in rows:
            test, method, variant, unit = vocabulary.combos[table.combo[i]]
            sem = float(vocabulary.whole[table.combo[i]])
            readings.append(
                Reading(
                    test=test,
                    side=Side(SIDES[table.side[i]]),
                    value=float(table.value[i]),
                    unit=unit,
                    method=method,
                    protocol=variant,
                    trials=(float(table.value[i]),),
                    sem=sem,
                    interval95=None,
                    accepted=True,
                    source=Source(name="bench"),
                    software=SOFTWARE,
                )
            )
        decide(judge(person, readings, protocol), NerveSigns())
        count += len(readings)
    return count


def seconds(work: Callable[[], object], times: int = 5) -> tuple[float, float, float]:
    """Minimum, median and maximum time of some runs."""
    taken = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken), statistics.median(taken), max(taken)


def line(what: str, times: tuple[float, float, float], extra: str = "") -> None:
    """Print one measurement."""
    low, middle, high = times
    print(f"{what:<58} {middle:8.3f} s  (min {low:.3f}, max {high:.3f}){extra}")


def main() -> None:
    """Print everything, side by side in one run."""
    print(f"{SOFTWARE}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    table, vocabulary = synthetic(READINGS)
    judge_table(*synthetic(1600))
    fast = seconds(lambda: judge_table(table, vocabulary), 3)
    line(
        f"findings and verdicts of {len(table.value):,} readings, table",
        fast,
        f"  {len(table.value) / fast[1]:,.0f} readings/s",
    )
    count = one_by_one(table, vocabulary, ONE_BY_ONE_PEOPLE)
    slow = seconds(lambda: one_by_one(table, vocabulary, ONE_BY_ONE_PEOPLE), 3)
    line(f"the same for {count:,} readings, one by one", slow, f"  {count / slow[1]:,.0f} readings/s")
    print(
        f"{'table against one by one, per reading':<58} {(slow[1] / count) / (fast[1] / len(table.value)):8.0f} times\n"
    )

    path = example_case(DEMO_CASE)
    case = coxa.load_case(path)
    assessment = coxa.assess(case, case.visits[0].date)
    plan = coxa.prescribe(case, assessment)
    line("read and check a case file", seconds(lambda: coxa.load_case(path)))
    line("assess a visit", seconds(lambda: coxa.assess(case, case.visits[0].date)))
    line("write the programme", seconds(lambda: coxa.prescribe(case, assessment)))
    line(
        "make HTML, two PDFs, calendar and JSON",
        seconds(lambda: visit_files(assessment, plan, case.source, load_protocol())),
    )
    with tempfile.TemporaryDirectory() as folder:
        run = [sys.executable, "-m", "coxa.cli", "screen", str(path)]
        line(
            "whole command 'coxa screen CASE' (warm)",
            seconds(lambda: subprocess.run(run, check=True, capture_output=True)),
        )
        with_files = [*run, "-o", str(Path(folder) / "out")]
        line(
            "the same with -o FOLDER (all files)",
            seconds(lambda: subprocess.run(with_files, check=True, capture_output=True)),
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{'peak memory of this run':<58} {peak:8.0f} MB")


if __name__ == "__main__":
    main()
