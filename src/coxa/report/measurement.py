"""A measurement for people: the number with its error, every trial, or why there is no number and what to do."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coxa.measure.recorded import Measurement
from coxa.measure.typed import Z95
from coxa.model import Reading, Side
from coxa.protocol import Protocol
from coxa.report.words import METHOD_WORD


def reading_document(reading: Reading) -> dict[str, Any]:
    """A reading as plain values, in the shape of ``coxa.model.Reading``."""
    return reading.model_dump(mode="json")


def case_line(reading: Reading) -> str:
    """The line that puts an accepted reading into a case file, under ``readings``."""
    trials = ", ".join(f"{trial:g}" for trial in reading.trials)
    side = "" if reading.side is Side.BOTH else f"side: {reading.side.value}, "
    return (
        f"- {{test: {reading.test}, {side}method: {reading.method.value}, protocol: {reading.protocol}, "
        f"instrument: {reading.instrument}, trials_deg: [{trials}]}}"
    )


def print_measurement(measurement: Measurement, knowledge: Protocol, console: Console) -> None:
    """Print a measurement: what, how much, how sure, from which trials; or why not and what to do."""
    reading = measurement.reading
    side = "" if reading.side is Side.BOTH else f", {reading.side.value}"
    console.print(Text(f"{knowledge.test_name(reading.test)}{side}", style="bold"))
    console.print(
        Text(
            f"{reading.test}, {reading.protocol}; {METHOD_WORD[reading.method]} ({reading.instrument}) "
            f"from {reading.source.name}",
            style="bright_black",
        )
    )
    console.print(_headline(reading))
    if measurement.trials:
        console.print(_trials(measurement))
    said = [fault.say for fault in measurement.faults]
    for sentence in said if not reading.accepted else ():
        console.print(Text(f"  {sentence[0].upper()}{sentence[1:]}."))
    for refusal in reading.refusals:
        console.print(Text.assemble(("  What to do: ", "bold"), knowledge.refusal_advice(refusal)))
    for warning in reading.warnings:
        console.print(Text(f"  Note: {warning}", style="yellow"))
    for sentence in measurement.log:
        console.print(Text(f"  {sentence}", style="bright_black"))
    if reading.accepted:
        console.print(Text("For a case file, under readings:", style="bright_black"))
        console.print(Text(f"  {case_line(reading)}"), soft_wrap=True)


def _headline(reading: Reading) -> Text:
    if reading.value is None:
        return Text.assemble(("Refused: ", "bold red"), "this recording gives no number that can be trusted.")
    number = f"{reading.value:.1f}°"
    if reading.sem is None or reading.interval95 is None:
        return Text.assemble(
            (number, "bold green"), "  The error of this way of measuring is not known: baseline only."
        )
    low, high = reading.interval95
    return Text.assemble(
        (number, "bold green"),
        f" ± {Z95 * reading.sem:.0f}°  (95 of 100 times the true angle lies between {low:.0f}° and {high:.0f}°)",
    )


def _trials(measurement: Measurement) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for heading, justify in (
        ("Trial", "right"),
        ("Angle", "right"),
        ("Seconds", "left"),
        ("Held", "right"),
        ("", "left"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    times = measurement.times
    for number, judged in enumerate(measurement.trials, start=1):
        trial = judged.trial
        span = f"{times[trial.start]:.1f} to {times[trial.end - 1]:.1f}"
        held = f"{trial.held_seconds:.1f} s" if trial.held_seconds else "no"
        if judged.faults or not measurement.reading.accepted:
            why = "; ".join(fault.say for fault in judged.faults) or "the recording can't be trusted"
            table.add_row(str(number), "", span, held, Text(f"left out: {why}", style="yellow"))
        else:
            table.add_row(str(number), f"{trial.value:.1f}°", span, held, Text("counts", style="green"))
    return table
