"""Command line: thin commands over the library.

Exit status: 0 done, 2 bad usage or unreadable input (one line on standard error), 3 refused, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

import coxa
from coxa.cli.angles import angles
from coxa.cli.demonstration import demo_recording
from coxa.cli.examples import example_case
from coxa.cli.markers import markers
from coxa.cli.measure import measure
from coxa.cli.picture import FigureOption, SkinOption, picture
from coxa.cli.terminal import console_for
from coxa.errors import CaseFileError, CoxaError, InputError
from coxa.model import Answer, Case, Reading
from coxa.pictures import DEFAULT_SKIN
from coxa.protocol import load_protocol
from coxa.protocol.schema import SafetyQuestion
from coxa.version import SOFTWARE

app = typer.Typer(
    name="coxa",
    help="Find out what your hips have to do with your sore lower back, and what to do about it. All on this machine.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
CaseArgument = Annotated[Path, typer.Argument(metavar="CASE.yaml", help="The case file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="Write the report files into this folder.")
]
DEMO_CASE = "01-desk-worker.yaml"
USAGE, STOPPED = 2, 130


def _today() -> dt.date:
    return dt.date.today()  # noqa: TID251  (the one clock: is the knowledge due for review?)


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(SOFTWARE)
        raise typer.Exit


@app.command()
def screen(
    case: CaseArgument,
    visit: Annotated[str | None, typer.Option(metavar="DATE", help="Which visit; by default the last.")] = None,
    json: JsonOption = False,
    output: OutputOption = None,
    figure: FigureOption = None,
    skin: SkinOption = DEFAULT_SKIN,
) -> None:
    """Screen one visit and write a home programme.

    Safety first; then findings, flexibility or mobility, and what may have to do with the pain.

    With -o FOLDER it writes report.html, report.pdf, plan.pdf (one page), plan.ics and assessment.json.
    """
    answers: dict[str, Answer] = {}
    loaded = coxa.load_case(case, functools.partial(_ask_in_terminal, answers) if _can_ask() else None)
    if answers:
        _show_answers(answers)
    _screen(loaded, _date(visit), output, json=json, look=(figure, skin))


def _screen(
    case: Case, date: dt.date | None, output: Path | None, *, json: bool, look: tuple[str | None, str]
) -> tuple[Path, ...]:
    from coxa.report.document import assessment_document, to_json
    from coxa.report.gallery import chosen_gallery
    from coxa.report.terminal import print_report
    from coxa.report.view import make_view

    protocol, gallery = load_protocol(), chosen_gallery(*look)
    assessment = coxa.assess(case, date)
    plan = coxa.prescribe(case, assessment)
    written: tuple[Path, ...] = ()
    if output is not None:
        from coxa.report.bundle import PROGRAMME_FILES, visit_files
        from coxa.report.files import write_all

        made = visit_files(assessment, plan, case.source, protocol, _today(), gallery)
        written = write_all(output, made, stale=[name for name in PROGRAMME_FILES if name not in made])
    if json:
        sys.stdout.write(to_json(assessment_document(assessment, plan, case.source)))
    else:
        console = console_for()
        print_report(make_view(assessment, plan, protocol, case.source, _today()), console)
        _print_paths(written, console)
    return written


def _print_paths(paths: tuple[Path, ...], console: Console) -> None:
    if paths:
        console.print()
        console.print(Text("Written:", style="bold"))
        for path in paths:
            console.print(Text(f"  {path}"), soft_wrap=True)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="BEFORE.yaml", help="A case file; alone: its last two visits.")],
    after: Annotated[
        Path | None, typer.Argument(metavar="AFTER.yaml", help="A later case file of the same person.")
    ] = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Say what truly changed between two visits.

    Beyond measurement error, with what the plan does next.
    """
    first = coxa.load_case(before)
    _compare(first, coxa.load_case(after) if after is not None else None, output, json=json)


def _compare(before: Case, after: Case | None, output: Path | None, *, json: bool) -> tuple[Path, ...]:
    from coxa.report.bundle import comparison_files
    from coxa.report.document import comparison_document, to_json
    from coxa.report.files import write_all
    from coxa.report.terminal import print_comparison

    comparison = coxa.compare(before, after)
    sources = (before.source,) if after is None else (before.source, after.source)
    written: tuple[Path, ...] = ()
    if output is not None:
        written = write_all(output, comparison_files(comparison, sources, load_protocol()))
    if json:
        sys.stdout.write(to_json(comparison_document(comparison, sources)))
    else:
        console = console_for()
        print_comparison(comparison, console)
        _print_paths(written, console)
    return written


@app.command()
def protocol(
    group: Annotated[
        str | None, typer.Argument(help="tests, norms, limits, reliability, exercises, safety, ...")
    ] = None,
    entry: Annotated[str | None, typer.Argument(help="ID of one entry, to see all of it.")] = None,
    json: JsonOption = False,
) -> None:
    """Look up tests, norms, exercises, evidence ...

    Each number and claim with its source and how well that was verified.
    """
    from coxa.report.document import to_json
    from coxa.report.listing import GROUPS, listing, print_entry, print_group, print_groups

    knowledge, console = load_protocol(), console_for()
    if group is None:
        if json:
            sys.stdout.write(to_json({name: shape.about for name, shape in GROUPS.items()}))
        else:
            print_groups(console)
        return
    values = listing(group, knowledge, entry)
    if json:
        sys.stdout.write(to_json(values))
    elif entry is None:
        print_group(group, knowledge, console)
    else:
        print_entry(values[0], console)


@app.command()
def doctor(json: JsonOption = False) -> None:
    """Check that Coxa is complete and up to date."""
    from coxa.report.doctor import examine, print_examination
    from coxa.report.document import to_json

    checks = examine(load_protocol(), _today())
    if json:
        sys.stdout.write(to_json([{"what": c.what, "ok": c.ok, "say": c.say} for c in checks]))
    else:
        print_examination(checks, console_for())
    if not all(check.ok for check in checks):
        raise typer.Exit(USAGE)


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where to write.")] = Path(
        "coxa-demo"
    ),
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open the report in the browser.")] = False,
    figure: FigureOption = None,
    skin: SkinOption = DEFAULT_SKIN,
) -> None:
    """Run the whole chain on an example.

    A video is measured; then first visit, programme, re-test after six weeks.
    """
    console = console_for()
    case = coxa.load_case(example_case(DEMO_CASE))
    measured, drawn = demo_recording(output / "recording")
    case = _with_reading(case, measured)
    first, second = case.visits[0].date, case.visits[1].date
    look = figure, skin
    written = _screen(case, first, output / "visit-1", json=False, look=look)
    written += _screen(case, second, output / "visit-2", json=False, look=look)
    written += _compare(case, None, output, json=False)
    console.print()
    console.print(Text("Done. Recording, report, programme and re-test of the example:", style="bold green"))
    for path in (*drawn, *written):
        if path.suffix in (".html", ".pdf", ".ics", ".svg", ".mp4"):
            console.print(Text(f"  {path.resolve()}"), soft_wrap=True)
    if open_:
        import webbrowser

        webbrowser.open((output / "visit-1" / "report.html").resolve().as_uri())


app.command()(angles)
app.command()(markers)
app.command()(measure)
app.command()(picture)


def _with_reading(case: Case, reading: Reading | None) -> Case:
    """The case with one more reading at its first visit, if there is one."""
    if reading is None:
        return case
    first = case.visits[0]
    first = first.model_copy(update={"readings": (*first.readings, reading)})
    return case.model_copy(update={"visits": (first, *case.visits[1:])})


def _date(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--visit {text}: a date such as 2026-03-02 was expected.") from None


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask_in_terminal(answers: dict[str, Answer], question: SafetyQuestion) -> Answer:
    console = console_for(stderr=True)
    console.print(Text(f"{len(answers) + 1}. {question.ask}", style="bold"))
    if question.help:
        console.print(Text(question.help, style="bright_black"))
    words = {
        "y": Answer.YES,
        "yes": Answer.YES,
        "n": Answer.NO,
        "no": Answer.NO,
        "u": Answer.UNSURE,
        "unsure": Answer.UNSURE,
        "not sure": Answer.UNSURE,
    }
    while True:
        reply = console.input("yes, no or unsure? ").strip().lower()
        if reply in words:
            answers[question.id] = words[reply]
            return words[reply]
        console.print("Please type yes, no or unsure.")


def _show_answers(answers: dict[str, Answer]) -> None:
    """Print what was answered in the form in which the file takes it."""
    known = load_protocol().safety_questions
    safety = "".join(f"      {name}: {answer.value}\n" for name, answer in answers.items() if name in known)
    stops = [name for name, answer in answers.items() if name not in known and answer is not Answer.NO]
    asked = any(name not in known for name in answers)
    _say("to keep these answers, put them into the file, under the visit:")
    sys.stderr.write(f"    safety:\n{safety}" if safety else "")
    sys.stderr.write(f"    resources: {{..., stop_list: [{', '.join(stops)}]}}\n" if asked else "")


def _say(sentence: str) -> None:
    sys.stderr.write(f"coxa: {sentence}\n")


def main() -> None:
    """Entry point: every expected error becomes one line on standard error and its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # pipes on Windows default to an encoding without our characters
            stream.reconfigure(encoding="utf-8")
    try:
        status = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except CaseFileError as error:
        if error.urgent:
            _say(f"BEFORE ANYTHING ELSE: {error.urgent}")
        _say(str(error))
        status = USAGE
    except CoxaError as error:
        _say(str(error))
        status = USAGE
    except typer.TyperException as error:
        said = getattr(error, "format_message", error.__str__)()  # the fuller sentence, where there is one
        end = "" if said.endswith((".", "?")) else "."
        _say(f"{said}{end} 'coxa --help' shows what there is.")
        status = USAGE
    except (KeyboardInterrupt, typer.Abort):
        status = STOPPED
    except BrokenPipeError:  # the reader of our output has gone, as with 'coxa ... | head'
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    if status == STOPPED:  # Typer answers some of the interrupts itself, without a word
        sys.stderr.write("\n")
        _say("stopped; nothing half-done was left.")
    sys.exit(status if isinstance(status, int) else 0)
