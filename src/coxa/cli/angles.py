"""``coxa angles``: joint angles of a motion-capture or sensor recording."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, get_args

import typer
from rich.text import Text

from coxa.cli.options import pairs, span
from coxa.cli.terminal import console_for
from coxa.errors import InputError
from coxa.protocol import load_protocol

if TYPE_CHECKING:
    from coxa.measure.body import BodySizes
    from coxa.motion import Angles, Motion
    from coxa.motion.registry import AnyRecording

T = TypeVar("T")
_SIZE = re.compile(r"((?P<side>left|right)_)?(?P<name>leg_length|knee_width|ankle_width)_mm")
SIZES = (
    "leg_length_mm, knee_width_mm, ankle_width_mm (with left_ or right_ before), asis_distance_mm, marker_diameter_mm"
)


def angles(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Markers (C3D, TRC ...) or sensor orientations (CSV ...).")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT.csv", help="Write the angles: .csv, .mot, .parquet or .json."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the ranges as JSON instead of a table.")] = False,
    marker_set: Annotated[
        str | None, typer.Option("--set", metavar="NAME", help="Marker set; by default told from the names.")
    ] = None,
    centres: Annotated[
        str | None,
        typer.Option(
            metavar="WAY",
            help="Hip centres: stored (in the file), regression (the set's usual one), davis, harrington, bell, or "
            "functional (from the movement). By default stored where the file holds them, else regression.",
        ),
    ] = None,
    standing: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Standing trial with the markers that were taken off afterwards."),
    ] = None,
    sizes: Annotated[
        str | None, typer.Option(metavar="NAME=MM,...", help=f"Sizes of the body: {SIZES}. Others are estimated.")
    ] = None,
    up: Annotated[str | None, typer.Option(metavar="AXIS", help="Axis that points up: x, y, z, -x, -y or -z.")] = None,
    sensors: Annotated[
        str | None,
        typer.Option(metavar="SEGMENT=SENSOR,...", help="Which sensor sits where, such as pelvis=A,left_thigh=B."),
    ] = None,
    neutral: Annotated[
        str | None,
        typer.Option(metavar="FROM-TO", help="Seconds of still, upright standing, for sensors; by default 0-1."),
    ] = None,
) -> None:
    """Joint angles of hips, knees, ankles and pelvis from markers or sensors.

    Flexion, adduction, internal rotation, dorsiflexion and anterior tilt are positive. Without -o it prints the range
    of every angle.
    """
    options = {"--set": marker_set, "--centres": centres, "--standing": standing, "--sizes": sizes, "--up": up}
    recording = _busy(f"Reading {file.name}", lambda: _read(file))
    found = _busy("Measuring", lambda: _angles(recording, options, {"--sensors": sensors, "--neutral": neutral}))
    _show(found, output, json=json)


def _busy(words: str, work: Callable[[], T]) -> T:
    """Do the work, under a moving sign on the terminal if there is one."""
    if not sys.stderr.isatty():
        return work()
    with console_for(stderr=True).status(Text(words)):
        return work()


def _read(path: Path) -> AnyRecording:
    from coxa.motion.registry import read_recording

    return read_recording(path)


def _show(found: Angles, output: Path | None, *, json: bool) -> None:
    from coxa.report.angle_table import angles_document, print_angles
    from coxa.report.document import to_json

    if output is not None:
        from coxa.motion.writers import write_recording

        write_recording(found, output)
    if json:
        sys.stdout.write(to_json(angles_document(found)))
    elif output is None:
        print_angles(found, console_for())
    else:
        console_for().print(Text(f"Written: {output}"), soft_wrap=True)


def _angles(
    recording: AnyRecording, marker_options: Mapping[str, Path | str | None], sensor_options: Mapping[str, str | None]
) -> Angles:
    from coxa.motion import Angles, Orientations

    if isinstance(recording, Angles):
        _none_of({**marker_options, **sensor_options}, recording, "angles already")
        return recording.noted("The file holds angles already; they are shown as stored.")
    if isinstance(recording, Orientations):
        from coxa.measure.imu import sensor_angles

        _none_of(marker_options, recording, "orientations of sensors")
        assigned = pairs("--sensors", sensor_options["--sensors"])
        stood = sensor_options["--neutral"]
        neutral = (0.0, 1.0) if stood is None else span("--neutral", stood)
        return sensor_angles(recording, assigned, neutral)
    _none_of(sensor_options, recording, "markers")
    return _marker_angles(recording, marker_options)


def _none_of(options: Mapping[str, object], recording: AnyRecording, what: str) -> None:
    for name, value in options.items():
        if value is not None:
            raise InputError(f"{recording.source.name} holds {what}, for which {name} means nothing; leave it out.")


def _marker_angles(recording: Motion, options: Mapping[str, Path | str | None]) -> Angles:
    from coxa.measure.joint_angles import joint_angles
    from coxa.measure.markers import recognise
    from coxa.measure.skeleton import Centres, skeleton
    from coxa.motion import Motion

    sets = load_protocol().marker_sets
    chosen, centres, up = (options[name] for name in ("--set", "--centres", "--up"))
    way = next((known for known in get_args(Centres) if known == centres), None)
    if centres is not None and way is None:
        raise InputError(f"--centres {centres}: choose one of {', '.join(get_args(Centres))}.")
    if chosen is not None and chosen not in sets:
        raise InputError(f"--set {chosen}: choose one of {', '.join(sets)}.")
    standing = options["--standing"]
    still = None if standing is None else _read(Path(standing))
    if still is not None and not isinstance(still, Motion):
        raise InputError(f"{still.source.name} holds no markers; a standing trial does.")
    body = skeleton(
        recording,
        recognise(recording, sets, still) if chosen is None else sets[str(chosen)],
        centres=way,
        standing=still,
        sizes=_sizes(options["--sizes"]),
        up=None if up is None else str(up),
    )
    return joint_angles(body)


def _sizes(text: object) -> BodySizes:
    from coxa.measure.body import DEFAULT_MARKER, BodySizes

    by_side: dict[str, dict[str, float]] = {"leg_length": {}, "knee_width": {}, "ankle_width": {}}
    width, marker = None, DEFAULT_MARKER
    for key, value in pairs("--sizes", text).items():
        match = _SIZE.fullmatch(key)
        try:
            metres = float(value) / 1000.0
        except ValueError:
            raise InputError(f"--sizes {key}={value}: a number of millimetres was expected.") from None
        if match:
            for side in [match["side"]] if match["side"] else ["left", "right"]:
                by_side[match["name"]][side] = metres
        elif key == "asis_distance_mm":
            width = metres
        elif key == "marker_diameter_mm":
            marker = metres
        else:
            raise InputError(f"--sizes: there is no size '{key}'; choose from {SIZES}.")
    return BodySizes(**by_side, asis_distance=width, marker_diameter=marker)
