"""The first part of ``coxa demo``: a video is measured."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from coxa.cli.examples import example_recording
from coxa.cli.measure import draw, measured
from coxa.cli.terminal import console_for
from coxa.errors import UnavailableError
from coxa.model import Person, Reading, Sex, Side
from coxa.protocol import load_protocol

DEMO_RECORDING, DEMO_TEST, DEMO_PROTOCOL = "straight-leg-raise-left.mp4", "straight_leg_raise", "supine_active"


def demo_recording(output: Path) -> tuple[Reading | None, tuple[Path, ...]]:
    """Measure the example video, print and draw what was found, and give the reading with the files that were made.

    Where this machine can't run the pose model, a sentence says so and there is no reading.
    """
    from coxa.recordings import RecordingOptions
    from coxa.report.measurement import print_measurement

    console = console_for()
    console.print(Text("A recording, measured", style="bold"))
    try:
        video = example_recording(DEMO_RECORDING)
        found = measured(video, DEMO_TEST, Side.LEFT, RecordingOptions(protocol=DEMO_PROTOCOL))
    except UnavailableError as error:
        console.print(Text(f"{error} The demonstration goes on without it.", style="yellow"))
        return None, ()
    (one,) = found.measurements
    print_measurement(one, load_protocol(), console)
    console.print(Text("The person in this video is drawn by a computer, so the true angle is known: 62 degrees."))
    console.print()
    files = output / "straight-leg-raise.svg", output / "straight-leg-raise-overlay.mp4"
    output.mkdir(parents=True, exist_ok=True)
    draw(found, video, (None, None), files, Person(age=41, sex=Sex.FEMALE))
    return one.reading, files
