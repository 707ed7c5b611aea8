"""A recording becomes readings: the file is read, the right way to measure is chosen, and a test is measured in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from coxa.errors import InputError
from coxa.measure.pose import measure_pose
from coxa.measure.recorded import Measurement, recorded_test
from coxa.model import Method, Side
from coxa.motion import Angles, Motion, Orientations, Recording
from coxa.motion.angle_names import coordinate, from_opensim
from coxa.motion.files import RecordingFile, is_folder, open_file
from coxa.motion.pose_track import PoseTrack, bare_track
from coxa.motion.registry import VIDEO, kind_of, read_recording
from coxa.motion.settings import Settings
from coxa.protocol import Protocol, load_protocol
from coxa.protocol.schema import RecordedTest, TestedLeg, TestSpec, View

if TYPE_CHECKING:
    from coxa.measure.skeleton import Skeleton

Picture = npt.NDArray[np.uint8]
Progress = Callable[[float, float | None], None]
Model = Literal["lite", "full", "heavy"]
TAG_RATE = 15.0
"""Pictures per second in which printed markers are looked for: the held position is what counts."""
MOST_ROLL = 45.0
SLOWEST, FASTEST = 0.5, 10_000.0
CAMERA = (Method.VIDEO, Method.PRINTED_MARKERS)


@dataclass(frozen=True, kw_only=True)
class RecordingOptions:
    """What can be said about a recording beyond the test that it shows.

    Parameters
    ----------
    method: ``video`` or ``printed_markers`` for a video; by default the kind of file tells.
    protocol: of the test, where it has several.
    model: pose model for video; readings of different models are not compared.
    rate: pictures per second to look at, by default what the test needs; for tables that hold no times: their rate.
    start, end: seconds of the recording to look at.
    roll_degrees: how far the picture's horizon is turned, plus when its right end is too low.
    frame_size: width and height of the picture, for landmark tables that hold fractions of it.
    standing: a standing trial, for markers that were taken off afterwards.
    marker_set: ID of the marker set; by default told from the names.
    up: the laboratory axis that points up, such as ``z``; by default what the file says or standing people show.
    sensors: which sensor sits on which segment.
    neutral: seconds of still, upright standing, for sensors.
    """

    method: Method | None = None
    protocol: str | None = None
    model: Model = "heavy"
    rate: float | None = None
    start: float | None = None
    end: float | None = None
    roll_degrees: float = 0.0
    frame_size: tuple[int, int] | None = None
    standing: Path | None = None
    marker_set: str | None = None
    up: str | None = None
    sensors: Mapping[str, str] = field(default_factory=dict)
    neutral: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Measured:
    """One measurement for each side that was asked for.

    Where a person was followed in a video, ``track`` holds their landmarks, and ``rate`` the pictures per second that
    were asked for.
    """

    measurements: tuple[Measurement, ...]
    track: PoseTrack | None = None
    rate: float | None = None


def measure_recording(
    path: Path,
    test: str,
    side: Side,
    options: RecordingOptions | None = None,
    *,
    on_progress: Progress | None = None,
) -> Measured:
    """Measure one test in a recording.

    Parameters
    ----------
    side: the person's own; ``both`` measures each side in turn, or a test that has no side.
    on_progress: called with the seconds done and the seconds in all, as far as they are known, while a video is read.

    Raises
    ------
    RecordingError: the file can't be read, or lacks what the test needs.
    InputError: no such test, side or protocol, or the test can't be read from this kind of recording.
    UnavailableError: this machine can't run the pose model.
    """
    options = options or RecordingOptions()
    knowledge = load_protocol()
    spec = knowledge.tests.get(test)
    if spec is None:
        raise InputError(f"there is no test '{test}'; 'coxa protocol tests' lists all.")
    _check(options)
    settings = Settings(frame_size=options.frame_size, rate=options.rate)
    if is_folder(Path(path)):
        return _from_recording(read_recording(Path(path), settings=settings), spec, side, options, knowledge)
    file = open_file(Path(path))
    kind, _ = kind_of(file)
    if kind.name == VIDEO:
        return _from_video(file, spec, side, options, knowledge, on_progress)
    return _from_recording(read_recording(Path(path), settings=settings), spec, side, options, knowledge)


def _check(options: RecordingOptions) -> None:
    if not abs(options.roll_degrees) <= MOST_ROLL:
        raise InputError(f"a roll of {options.roll_degrees:g} was given; degrees from -45 to 45 were expected.")
    if options.rate is not None and not SLOWEST <= options.rate <= FASTEST:
        raise InputError(f"a rate of {options.rate:g} was given; {SLOWEST:g} to {FASTEST:g} per second were expected.")


def _is_measured_as(method: Method, recording: Recording, options: RecordingOptions) -> None:
    """Refuse what the options say about another kind of recording, rather than ignore it."""
    name = recording.source.name
    if options.method not in (None, method):
        raise InputError(f"{name} is measured as {method.value}: leave the method out.")
    if options.start is not None or options.end is not None:
        raise InputError(f"{name} is no video: cut it to the seconds that you want, and leave the seconds out.")
    if options.roll_degrees and method is not Method.VIDEO:
        raise InputError(f"{name} has no camera that could be rolled: leave the roll out.")


def _sides(spec: TestSpec, side: Side) -> tuple[Side, ...]:
    if not spec.sided:
        if side is not Side.BOTH:
            raise InputError(f"{spec.id} has no side: use --side both.")
        return (Side.BOTH,)
    return (Side.LEFT, Side.RIGHT) if side is Side.BOTH else (side,)


def _protocol(spec: TestSpec, options: RecordingOptions) -> str:
    names = [variant.id for variant in spec.protocols]
    if options.protocol is None and len(names) > 1:
        raise InputError(f"{spec.id} is done in {len(names)} ways: say which with --protocol {' or '.join(names)}.")
    if options.protocol is not None and options.protocol not in names:
        raise InputError(f"{spec.id} has no protocol '{options.protocol}'; it must be {' or '.join(names)}.")
    return options.protocol or names[0]


def _recorded(spec: TestSpec, method: Method, protocol: str, knowledge: Protocol) -> RecordedTest:
    return recorded_test(knowledge, spec.id, method, protocol)


# --- video -----------------------------------------------------------------------------------------------------------


def _from_video(
    file: RecordingFile,
    spec: TestSpec,
    side: Side,
    options: RecordingOptions,
    knowledge: Protocol,
    on_progress: Progress | None,
) -> Measured:
    protocol, sides = _protocol(spec, options), _sides(spec, side)
    method = options.method or Method.VIDEO
    if method not in CAMERA:
        raise InputError(f"{file.name} is a video: the method is video or printed_markers, not {method.value}.")
    recorded = _recorded(spec, method, protocol, knowledge)
    _one_side_at_a_time(recorded, sides)
    if method is Method.PRINTED_MARKERS:
        return _from_tags(file, spec, sides, protocol, options, knowledge, on_progress)
    from coxa.motion.pose import estimate_pose  # noqa: PLC0415  (loads the decoder and the model's runtime)

    rate = options.rate or recorded.rate_hz
    track = estimate_pose(
        file.path,
        model=options.model,
        rate=rate,
        start=options.start,
        end=options.end,
        on_progress=on_progress,
    )
    return replace(_from_track(track, spec, sides, protocol, options, knowledge), rate=rate)


def _one_side_at_a_time(recorded: RecordedTest, sides: tuple[Side, ...]) -> None:
    """Seen from the side, a camera stands at one leg; only a view of both legs can tell which one moved."""
    told_apart = recorded.method is Method.VIDEO and recorded.tested_leg is TestedLeg.NAMED
    if len(sides) > 1 and (recorded.view is View.SIDE or not told_apart):
        raise InputError(
            f"{recorded.test}: film each leg on its own, with the camera on its side, and give --side left or right."
        )


def _from_track(
    track: PoseTrack,
    spec: TestSpec,
    sides: tuple[Side, ...],
    protocol: str,
    options: RecordingOptions,
    knowledge: Protocol,
) -> Measured:
    measurements = tuple(
        measure_pose(track, spec.id, one, protocol, knowledge, roll_degrees=options.roll_degrees) for one in sides
    )
    return Measured(measurements, track)


def _from_tags(
    file: RecordingFile,
    spec: TestSpec,
    sides: tuple[Side, ...],
    protocol: str,
    options: RecordingOptions,
    knowledge: Protocol,
    on_progress: Progress | None,
) -> Measured:
    from coxa.measure.tag_tests import measure_tags  # noqa: PLC0415  (loads OpenCV)
    from coxa.motion.tags import TagLayout, track_tags  # noqa: PLC0415
    from coxa.motion.video import Video  # noqa: PLC0415

    rate = options.rate or TAG_RATE
    with Video(file.path, rate=rate, start=options.start, end=options.end) as video:
        frames = _counted(video, options.start or 0.0, video.facts.seconds, on_progress)
        track = track_tags(frames, TagLayout.of(knowledge), source=file.source())
    return Measured(tuple(measure_tags(track, spec.id, one, protocol, knowledge) for one in sides))


def _counted(
    frames: Iterable[tuple[float, Picture]], first: float, last: float | None, on_progress: Progress | None
) -> Iterator[tuple[float, Picture]]:
    for time, picture in frames:
        yield time, picture
        if on_progress is not None:
            on_progress(time - first, None if last is None else max(last - first, time - first))


# --- laboratory and sensors ------------------------------------------------------------------------------------------


def _from_recording(
    recording: Motion | Angles | Orientations,
    spec: TestSpec,
    side: Side,
    options: RecordingOptions,
    knowledge: Protocol,
) -> Measured:
    protocol, sides = _protocol(spec, options), _sides(spec, side)
    if isinstance(recording, Motion) and recording.unit == "px":
        _is_measured_as(Method.VIDEO, recording, options)
        recorded = _recorded(spec, Method.VIDEO, protocol, knowledge)
        _one_side_at_a_time(recorded, sides)
        return _from_track(bare_track(recording, "landmarks"), spec, sides, protocol, options, knowledge)
    from coxa.measure.lab import measure_angles, measure_skeleton  # noqa: PLC0415

    if isinstance(recording, Motion):
        _is_measured_as(Method.MOCAP, recording, options)
        body = skeleton_of(recording, options, knowledge)
        return Measured(
            tuple(measure_skeleton(body, spec.id, one, protocol, knowledge, instrument="markers") for one in sides)
        )
    _is_measured_as(Method.IMU, recording, options)
    if isinstance(recording, Angles) and options.method is not Method.IMU:
        raise InputError(
            f"{recording.source.name} holds joint angles, and doesn't say of what. If they are of sensors and zero in "
            "upright standing, say --method imu; for markers give the recording of the markers itself."
        )
    if isinstance(recording, Orientations):
        from coxa.measure.imu import sensor_angles  # noqa: PLC0415

        recording = sensor_angles(recording, options.sensors, options.neutral)
    elif any(coordinate(name) in ("hip_flexion_r", "hip_flexion_l") for name in recording.names):
        recording = from_opensim(recording)
    return Measured(
        tuple(measure_angles(recording, spec.id, one, protocol, knowledge, instrument="sensors") for one in sides)
    )


def skeleton_of(motion: Motion, options: RecordingOptions, knowledge: Protocol) -> Skeleton:
    """The skeleton of a marker recording with these options.

    Raises
    ------
    RecordingError: a needed marker is missing.
    InputError: no such marker set, or the standing trial holds no markers.
    """
    from coxa.measure.markers import recognise  # noqa: PLC0415
    from coxa.measure.skeleton import skeleton  # noqa: PLC0415

    sets = knowledge.marker_sets
    if options.marker_set is not None and options.marker_set not in sets:
        raise InputError(f"there is no marker set '{options.marker_set}'; there are {', '.join(sets)}.")
    standing = None if options.standing is None else read_recording(options.standing)
    if standing is not None and not isinstance(standing, Motion):
        raise InputError(f"{standing.source.name} holds no markers; a standing trial does.")
    chosen = recognise(motion, sets, standing) if options.marker_set is None else sets[options.marker_set]
    return skeleton(motion, chosen, standing=standing, up=options.up)
