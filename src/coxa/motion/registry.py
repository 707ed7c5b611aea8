"""Every kind of recording that Coxa reads, and the one function that reads them.

A kind is one entry of ``KINDS``; its reader is named, not imported, so that ezc3d, pyarrow or a video decoder is loaded
only when such a file comes. To add a kind, add an entry.

How the reader is chosen: the content decides where it is unmistakable (``looks``), whatever the name says, and the log
then notes it. Otherwise the extension decides, and that reader says what is wrong. Neither: one sentence.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coxa.errors import InputError
from coxa.motion.files import RecordingFile, is_folder, open_file, shown
from coxa.motion.recording import Angles, Motion, Orientations
from coxa.motion.settings import Settings

AnyRecording = Motion | Angles | Orientations
Reader = Callable[[RecordingFile, Settings], AnyRecording]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of recording.

    Parameters
    ----------
    name: as in ``read_recording(..., kind=...)``.
    extensions: small letters, with the dot. Of several kinds with one extension, the first takes what no content
        tells.
    what: what it is, for people.
    reader: ``module:function`` below ``coxa.motion``; called with an opened file and the settings.
    looks: ``module:function`` that says whether the content is unmistakably of this kind, or ``None`` when the name
        must tell.
    """

    name: str
    extensions: tuple[str, ...]
    what: str
    reader: str
    looks: str | None = None

    def read(self, file: RecordingFile, settings: Settings) -> AnyRecording:
        """Read a file as this kind."""
        reader: Reader = _load(self.reader)
        return reader(file, settings)

    def recognises(self, file: RecordingFile) -> bool:
        """Whether the content is unmistakably of this kind."""
        return self.looks is not None and bool(_load(self.looks)(file))


VIDEO = "video"
KINDS: tuple[Kind, ...] = (
    Kind(
        name=VIDEO,
        extensions=(".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts", ".3gp"),
        what="video of one person, whose landmarks BlazePose finds",
        reader="pose:read_video",
        looks="video:looks_like_video",
    ),
    Kind(
        name="c3d",
        extensions=(".c3d",),
        what="motion capture: markers and stored angles (C3D)",
        reader="c3d:read_c3d",
        looks="c3d:looks_like_c3d",
    ),
    Kind(
        name="trc",
        extensions=(".trc",),
        what="motion capture: markers as text (TRC)",
        reader="trc:read_trc",
        looks="trc:looks_like_trc",
    ),
    Kind(
        name="opensim",
        extensions=(".mot", ".sto"),
        what="joint angles from OpenSim (MOT, STO)",
        reader="opensim:read_opensim",
        looks="opensim:looks_like_opensim",
    ),
    Kind(
        name="opensense",
        extensions=(".sto",),
        what="orientations of inertial sensors, as OpenSense takes them (STO)",
        reader="opensim:read_opensense",
        looks="opensim:looks_like_opensense",
    ),
    Kind(
        name="angles",
        extensions=(".csv", ".tsv", ".txt"),
        what="joint angles as a table with times (CSV)",
        reader="angles_csv:read_angles_csv",
        looks="angles_csv:looks_like_angles_csv",
    ),
    Kind(
        name="sensors",
        extensions=(".csv", ".tsv", ".txt"),
        what="orientations of inertial sensors: quaternions, matrices (CSV)",
        reader="imu:read_imu",
        looks="imu:looks_like_imu",
    ),
    Kind(
        name="points",
        extensions=(".csv", ".tsv", ".txt"),
        what="landmarks or points as a table (CSV)",
        reader="landmarks_csv:read_landmarks_csv",
        looks="landmarks_csv:looks_like_landmarks_csv",
    ),
    Kind(
        name="landmarks",
        extensions=(".json",),
        what="landmarks of a pose model (JSON of BlazePose, OpenPose, AlphaPose)",
        reader="landmarks_json:read_landmarks_json",
    ),
    Kind(
        name="coxa-json",
        extensions=(".json",),
        what="any recording, as Coxa writes it (JSON)",
        reader="tables:read_json",
        looks="tables:looks_like_coxa_json",
    ),
    Kind(
        name="coxa-parquet",
        extensions=(".parquet",),
        what="any recording, as Coxa writes it (Parquet)",
        reader="tables:read_parquet",
        looks="tables:looks_like_parquet",
    ),
)


def read_recording(path: Path, *, kind: str | None = None, settings: Settings | None = None) -> AnyRecording:
    """Read any recording that Coxa knows.

    Parameters
    ----------
    path: an ordinary file, or the folder that OpenPose writes (one JSON per frame).
    kind: the name of a kind; by default the content and the extension tell.
    settings: what the file can't say itself, such as the size of the picture.

    Raises
    ------
    RecordingError: it can't be read; one sentence that names the file.
    InputError: there is no such kind.
    """
    path = Path(path)
    if kind in {None, "landmarks"} and is_folder(path):
        from coxa.motion.landmarks_json import read_openpose_folder  # noqa: PLC0415  (only for folders)

        return read_openpose_folder(path, settings or Settings())
    file = open_file(path)
    chosen, log = kind_of(file, kind)
    recording = chosen.read(file, settings or Settings())
    for sentence in log:
        recording = recording.noted(sentence)
    return recording


def kind_of(file: RecordingFile, name: str | None = None) -> tuple[Kind, tuple[str, ...]]:
    """The kind of a file (by name, or told from the file), and what there is to note about the choice.

    Raises
    ------
    RecordingError: no kind fits.
    InputError: there is no kind of that name.
    """
    if name is not None:
        for kind in KINDS:
            if kind.name == name:
                return kind, ()
        raise InputError(f"there is no kind of recording '{shown(name)}'; it must be one of {', '.join(kind_names())}.")
    extension = file.path.suffix.lower()
    by_name = [kind for kind in KINDS if extension in kind.extensions]
    for kind in by_name:
        if kind.recognises(file):
            return kind, ()
    for kind in KINDS:
        if kind not in by_name and kind.recognises(file):
            return kind, (f"The name ends in '{shown(extension)}', but the content is {kind.what}: read as that.",)
    if by_name:
        return by_name[0], ()
    known = ", ".join(sorted({ending for kind in KINDS for ending in kind.extensions}))
    raise file.error(f"Coxa doesn't know this kind of recording; it reads {known}.")


def kind_names() -> tuple[str, ...]:
    """Names of all kinds."""
    return tuple(kind.name for kind in KINDS)


def _load(name: str) -> Callable[..., AnyRecording]:
    module, _, function = name.partition(":")
    found: Callable[..., AnyRecording] = getattr(importlib.import_module(f"coxa.motion.{module}"), function)
    return found
