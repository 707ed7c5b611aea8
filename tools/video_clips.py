"""Rendered clips through the product's own reading of a video, and what is known about each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from coxa.measure.pose import measure_pose
from coxa.measure.recorded import Measurement
from coxa.model import Method, Side, Source
from coxa.motion.blazepose import LANDMARKS
from coxa.motion.pose_track import PoseTrack
from coxa.motion.recording import Motion
from coxa.protocol import Protocol, load_protocol
from coxa.protocol.schema import Quantity, RecordedTest
from tests.pose_clips import PoseClip

SQUARE = 10.0
"""Degrees of camera yaw within which a clip counts as filmed square."""
FAR_OFF = 10.0
"""Degrees of error from which a reading counts as wrong."""
GOOD = ("plain", "far leg")
"""Kinds of clips in which nothing is wrong but, perhaps, the camera's yaw."""
TESTS = {"hip_abduction_standing": "hip_abduction_knee_straight", "hip_abduction_supine": "hip_abduction_knee_straight"}
"""The lab's views whose test has another name."""
PROTOCOLS = {"straight_leg_raise": "supine_active"}
ZERO_IS_STANDING = ("hip_hinge", "deep_squat")
"""Tests whose number counts from standing (docs/conventions.md), where the rig's own angle isn't quite zero."""
RAW = {"prone_knee_bend_video": Quantity.KNEE_FLEXION}
"""Recorded tests that are read from another angle where no joint is fitted."""


@dataclass(frozen=True)
class Judged:
    """One clip, what was read in it, and how far that is off (``None`` when it was refused)."""

    clip: PoseClip
    measurement: Measurement

    @property
    def test(self) -> str:
        """The lab's name of the test's view."""
        return str(self.clip.about["test"])

    @property
    def kind(self) -> str:
        """What is special about the clip."""
        return str(self.clip.about["kind"])

    @property
    def yaw(self) -> float:
        """Degrees of the camera off square, without a sign."""
        return abs(float(self.clip.about["camera"]["yaw"]))

    @property
    def done_rightly(self) -> bool:
        """Nothing is wrong with the clip but, perhaps, the camera's yaw."""
        return self.kind in GOOD

    @property
    def good(self) -> bool:
        """Filmed square and done rightly."""
        return self.done_rightly and self.yaw <= SQUARE

    @property
    def oblique(self) -> bool:
        """Done rightly, filmed from a slant."""
        return self.done_rightly and self.yaw > SQUARE

    @property
    def truth(self) -> float:
        """What the test's number truly is, degrees."""
        held = self.clip.held
        if self.test in ZERO_IS_STANDING:
            held -= float(np.median(self.clip.angles["value"][self.clip.phases == "rest"]))
        return held

    @property
    def error(self) -> float | None:
        """Reading minus truth, degrees."""
        value = self.measurement.reading.value
        return None if value is None else value - self.truth

    @property
    def wrong(self) -> bool:
        """Accepted, and wrong all the same."""
        return self.error is not None and abs(self.error) > FAR_OFF

    @property
    def found(self) -> float | None:
        """Error of the first trial that was found, whether it was accepted or not."""
        trials = self.measurement.trials
        return trials[0].trial.value - self.truth if trials else None


def judged(clips: Iterable[PoseClip], knowledge: Protocol | None = None) -> list[Judged]:
    """Every clip through the product's own path; clips of tests that aren't read from video are left out."""
    knowledge = knowledge or load_protocol()
    found = []
    for clip in clips:
        test = TESTS.get(clip.about["test"], clip.about["test"])
        spec = knowledge.tests[test]
        side = Side(clip.about["side"]) if spec.sided else Side.BOTH
        protocol = PROTOCOLS.get(test, spec.protocols[0].id)
        if knowledge.recorded_test(test, Method.VIDEO, protocol) is not None:
            found.append(Judged(clip, measure_pose(clip.track, test, side, protocol, knowledge)))
    return found


class PlainProtocol(Protocol):
    """What is known, but every video read plainly: raw landmarks of each picture, against level, nothing fitted."""

    @cached_property
    def recordings(self) -> Mapping[str, RecordedTest]:
        """How tests are read from recordings, by ID."""
        entries = super().recordings
        return {name: _plain(entry) if entry.method is Method.VIDEO else entry for name, entry in entries.items()}


def _plain(entry: RecordedTest) -> RecordedTest:
    checks = tuple(check for check in entry.checks if not check.at_start)
    quantity = RAW.get(entry.id, entry.quantity)
    return entry.model_copy(update={"pivot": None, "zero_at_start": False, "quantity": quantity, "checks": checks})


def folder_clips(folder: Path) -> list[PoseClip]:
    """Freshly rendered clips: ``NAME.json`` and ``NAME.npz`` as ``lab.make_clips`` and ``lab.landmarks`` write them."""
    found = [path for path in sorted(folder.glob("*.json")) if path.with_suffix(".npz").exists()]
    clips = [_clip(json.loads(path.read_text(encoding="utf-8")), path.with_suffix(".npz")) for path in found]
    if not clips:
        raise SystemExit(f"{folder} holds no clips with landmarks: run lab.make_clips and lab.landmarks first.")
    return clips


def _clip(about: Mapping[str, Any], table: Path) -> PoseClip:
    with np.load(table) as file:
        rows = {name: file[name] for name in file.files}
    frames = rows["times"].size
    nobody = {
        "presence": np.zeros(frames),
        "people": np.zeros(frames, dtype=np.int64),
        "breaks": np.zeros(frames, bool),
    }
    rows = nobody | {"camera_shift": np.full(frames, np.nan)} | rows  # a video in which nobody was found has only NaN
    width, height = about["camera"]["frame_size"]
    motion = Motion(
        times=rows["times"].astype(float).round(3),
        source=Source(name=f"{about['name']}.mp4", sha256="0" * 64),
        names=LANDMARKS,
        positions=rows["landmarks"].astype(float),
        unit="px",
        frame_size=(width, height),
    )
    track = PoseTrack(
        motion=motion,
        people=rows["people"].astype(np.int64),
        breaks=rows["breaks"].astype(np.bool_),
        presence=rows["presence"].astype(float),
        model="blazepose_heavy",
        camera_shift=rows["camera_shift"].astype(float),
    )
    return PoseClip(
        about=about,
        track=track,
        phases=np.array(about["phases"])[rows["phase"]],
        joints={name: rows["pixels"][:, i].astype(float) for i, name in enumerate(about["joint_names"])},
        angles={name: rows["angles"][:, i].astype(float) for i, name in enumerate(about["angle_names"])},
    )


# --- groups of people, clothes and pictures ---


def _years(person: Mapping[str, Any]) -> str:
    years = person.get("years")
    if years is None:
        return ""
    return "20 to 39" if years < 40 else "40 to 59" if years < 60 else "60 to 80"


def _third(value: float | None, words: tuple[str, str, str], cuts: tuple[float, float]) -> str:
    if value is None:
        return ""
    return words[0] if value < cuts[0] else words[1] if value < cuts[1] else words[2]


def _clothes(person: Mapping[str, Any]) -> str:
    loose = person.get("loose")
    return "" if loose is None else "loose" if loose > 0 else "tight"


def _shape(about: Mapping[str, Any]) -> str:
    width, height = about["camera"]["frame_size"]
    return "portrait" if height > width else "landscape"


Grouping = Callable[[Mapping[str, Any]], str]
GROUPINGS: Mapping[str, Grouping] = {
    "Sex": lambda about: str(about.get("person", {}).get("sex", "")),
    "Age": lambda about: _years(about.get("person", {})),
    "Weight": lambda about: _third(about.get("person", {}).get("weight"), ("light", "middling", "heavy"), (0.45, 0.7)),
    "Trousers fit": lambda about: _clothes(about.get("person", {})),
    "Trouser legs": lambda about: str(about.get("person", {}).get("leg_length", "")),
    "Skin": lambda about: _third(about.get("person", {}).get("tone"), ("light", "middling", "dark"), (2, 4)),
    "Picture": _shape,
    "Leg": lambda about: "" if about["view"] != "side" else "far" if about["kind"] == "far leg" else "near",
    "Light": lambda about: {True: "dim", False: "bright"}.get(about.get("picture", {}).get("dim"), ""),
    "Motion blur": lambda about: (
        {True: "yes", False: "no"}.get(bool(about["picture"].get("shutter")), "") if "picture" in about else ""
    ),
}
"""Name of a grouping, and the group of a clip from what is known about it ('' when it isn't)."""
