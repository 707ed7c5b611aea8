"""``coxa measure``: one test, measured in a recording."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from coxa.cli.options import pairs, span
from coxa.cli.terminal import console_for
from coxa.errors import InputError
from coxa.model import Method, Person, Sex, Side
from coxa.protocol import load_protocol

if TYPE_CHECKING:
    from coxa.measure.recorded import Measurement
    from coxa.recordings import Measured, RecordingOptions

REFUSED = 3
PLOT_ENDINGS = (".svg", ".png", ".pdf")


class RecordingMethod(StrEnum):
    """Ways to measure that a recording can hold."""

    VIDEO = "video"
    PRINTED_MARKERS = "printed_markers"
    MOCAP = "mocap"
    IMU = "imu"


class PoseModel(StrEnum):
    """Sizes of the pose model."""

    LITE = "lite"
    FULL = "full"
    HEAVY = "heavy"


def measure(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Video, motion capture, landmarks or sensors.")],
    test: Annotated[str, typer.Option("--test", metavar="ID", help="Which test it shows; 'coxa protocol tests'.")],
    side: Annotated[Side, typer.Option(help="The person's own side; both: each in turn, or a test without side.")],
    protocol: Annotated[
        str | None, typer.Option(metavar="ID", help="How the test was done, where there are several ways.")
    ] = None,
    method: Annotated[
        RecordingMethod | None,
        typer.Option(help="printed_markers for a video of printed markers; else the kind of file tells."),
    ] = None,
    model: Annotated[
        PoseModel, typer.Option(help="Pose model; never mix two in one person's record.")
    ] = PoseModel.HEAVY,
    rate: Annotated[
        float | None,
        typer.Option(
            metavar="HZ",
            help="Pictures per second to look at, by default what the test needs; of landmarks without times.",
        ),
    ] = None,
    seconds: Annotated[str | None, typer.Option(metavar="FROM-TO", help="Part of the video to look at.")] = None,
    roll: Annotated[
        float, typer.Option(metavar="DEGREES", help="Tilt of the camera: plus when the floor's right end is too low.")
    ] = 0.0,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Size of the picture, for landmarks stored as fractions of it.")
    ] = None,
    standing: Annotated[Path | None, typer.Option(metavar="FILE", help="Standing trial, for markers.")] = None,
    marker_set: Annotated[str | None, typer.Option("--set", metavar="NAME", help="Marker set.")] = None,
    up: Annotated[str | None, typer.Option(metavar="AXIS", help="Axis that points up: x, y, z, -x, -y or -z.")] = None,
    sensors: Annotated[str | None, typer.Option(metavar="SEGMENT=SENSOR,...", help="Which sensor sits where.")] = None,
    neutral: Annotated[
        str | None, typer.Option(metavar="FROM-TO", help="Seconds of still standing, for sensors; by default 0-1.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Draw angle, holds and norm: .svg, .png or .pdf.")
    ] = None,
    overlay: Annotated[
        Path | None, typer.Option(metavar="FILE.mp4", help="Store the video with the angle drawn in, the face blurred.")
    ] = None,
    age: Annotated[int | None, typer.Option(min=0, max=120, help="For the norm in the drawing.")] = None,
    sex: Annotated[Sex, typer.Option(help="For the norm in the drawing.")] = Sex.NOT_SAID,
    json: Annotated[bool, typer.Option("--json", help="Print the reading as JSON.")] = False,
) -> None:
    """Measure a test in a recording: the number with its error, or why it can't be trusted.

    Exit status 3 when every reading was refused. The video itself is never stored unless --overlay asks for it.
    """
    from coxa.recordings import RecordingOptions

    window = (None, None) if seconds is None else span("--seconds", seconds)
    options = RecordingOptions(
        method=None if method is None else Method(method.value),
        protocol=protocol,
        model=model.value,
        rate=rate,
        start=window[0],
        end=window[1],
        roll_degrees=roll,
        frame_size=None if size is None else _size(size),
        standing=standing,
        marker_set=marker_set,
        up=up,
        sensors=pairs("--sensors", sensors),
        neutral=(0.0, 1.0) if neutral is None else span("--neutral", neutral),
    )
    _check_drawings(file, method, plot, overlay)
    found = measured(file, test, side, options)
    person = None if age is None else Person(age=age, sex=sex)
    _show(found.measurements, json=json)
    draw(found, file, window, (plot, overlay), person)
    if not any(one.reading.accepted for one in found.measurements):
        raise typer.Exit(REFUSED)


def measured(file: Path, test: str, side: Side, options: RecordingOptions) -> Measured:
    """Measure under a progress bar, where there is a terminal."""
    from coxa.recordings import measure_recording

    if not sys.stderr.isatty():
        return measure_recording(file, test, side, options)
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console_for(stderr=True), transient=True) as bar:
        task = bar.add_task(Text(f"Measuring {file.name}").plain, total=None)

        def show(done: float, total: float | None) -> None:
            bar.update(task, completed=done, total=total)

        return measure_recording(file, test, side, options, on_progress=show)


def _check_drawings(file: Path, method: RecordingMethod | None, plot: Path | None, overlay: Path | None) -> None:
    """Say before a long computation what can't be drawn after it."""
    if plot is not None and plot.suffix.lower() not in PLOT_ENDINGS:
        raise InputError(f"--plot {plot}: a name that ends in {', '.join(PLOT_ENDINGS)} was expected.")
    if overlay is None:
        return
    if overlay.suffix.lower() != ".mp4":
        raise InputError(f"--overlay {overlay}: a name that ends in .mp4 was expected.")
    if overlay.exists() and file.exists() and overlay.samefile(file):
        raise InputError(f"--overlay {overlay} is the video itself: choose another name.")
    if method is RecordingMethod.PRINTED_MARKERS:
        raise InputError("--overlay draws people without printed markers only: leave it out.")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise InputError(f"--size {text}: width x height in pixels, such as 1280x720, was expected.")
    return int(width), int(height)


def draw(
    found: Measured,
    file: Path,
    window: tuple[float | None, float | None],
    wanted: tuple[Path | None, Path | None],
    person: Person | None = None,
) -> None:
    """Write the drawing and the overlay that were asked for, of the seconds that were looked at.

    Raises
    ------
    InputError: an overlay of something else than a markerless video.
    OutputError: a file can't be written.
    """
    several = len(found.measurements) > 1
    plot, overlay = wanted
    for one in found.measurements:
        if plot is not None:
            from coxa.report.measurement_plot import plot_measurement

            plot_measurement(one, _named(plot, one, several=several), load_protocol(), person=person)
        if overlay is not None:
            from coxa.report.overlay import write_overlay

            if found.track is None or found.rate is None:
                raise InputError(f"--overlay: {file} is no video, so there is nothing to draw on.")
            target = _named(overlay, one, several=several)
            write_overlay(file, target, one, found.track, rate=found.rate, start=window[0], end=window[1])


def _named(path: Path, measurement: Measurement, *, several: bool) -> Path:
    """One file per side: the side goes into the name."""
    return path.with_stem(f"{path.stem}-{measurement.reading.side.value}") if several else path


def _show(measurements: tuple[Measurement, ...], *, json: bool) -> None:
    from coxa.report.document import to_json
    from coxa.report.measurement import print_measurement, reading_document

    if json:
        documents = [reading_document(one.reading) for one in measurements]
        sys.stdout.write(to_json(documents[0] if len(documents) == 1 else documents))
        return
    console = console_for()
    for number, one in enumerate(measurements):
        if number:
            console.print()
        print_measurement(one, load_protocol(), console)
