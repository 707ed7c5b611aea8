"""The rendered clips of ``tests/fixtures/tag_clips``: corners of printed markers as found, and the truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from coxa.measure.recorded import Measurement
from coxa.measure.tag_tests import measure_tags
from coxa.model import Method, Side, Source
from coxa.motion.recording import FloatArray
from coxa.motion.tags import SeenTags, TagLayout, TagTrack, track_corners
from coxa.protocol import load_protocol
from coxa.protocol.schema import Quantity, RecordedTest

FOLDER = Path(__file__).parent / "fixtures" / "tag_clips"
UNSEEN = np.iinfo(np.int32).min
ALSO_SHOWN = {"modified_thomas_hip": ("modified_thomas_knee",)}
"""Other tests that a test's clip shows."""


@dataclass(frozen=True, eq=False)
class TagClip:
    """One clip.

    Parameters
    ----------
    about: name, set, test, side, seed, tags, taped, wall, person and camera, as in ``clips.json``.
    seen: where the product found the tags in the video.
    phases: (frames,) ``rest``, ``move``, ``hold`` or ``back``.
    bones: (frames,) degrees of the true ``thigh``, ``shank`` (both above level) and ``knee_flexion``, by name.
    arrows: the same of the true arrows of the cards, which the skin carries.
    """

    about: Mapping[str, Any]
    seen: SeenTags
    phases: npt.NDArray[np.str_]
    bones: Mapping[str, FloatArray]
    arrows: Mapping[str, FloatArray]

    @property
    def tests(self) -> tuple[str, ...]:
        """Tests that can be read from the clip."""
        return (self.about["test"], *ALSO_SHOWN.get(self.about["test"], ()))

    @property
    def yaw(self) -> float:
        """Degrees of the camera from square to the wall."""
        return float(self.about["camera"]["yaw"])

    @cached_property
    def track(self) -> TagTrack:
        """The tags over time, as the product follows them."""
        return track_corners(self.seen, TagLayout.of(load_protocol()), source=_source(self.about))

    def truth(self, test: str) -> float:
        """What the test measures, in the signs of docs/conventions.md, from the joint centres."""
        return self._held(self.bones, _recorded(test))

    def arrow(self, test: str) -> float:
        """What a perfect camera would read: the same from the true arrows of the cards."""
        return self._held(self.arrows, _recorded(test))

    def _held(self, angles: Mapping[str, FloatArray], recorded: RecordedTest) -> float:
        value = {
            Quantity.THIGH_ELEVATION: angles["thigh"],
            Quantity.SHANK_DEFICIT: 90.0 - angles["shank"],
            Quantity.KNEE_FLEXION: angles["knee_flexion"],
        }[recorded.quantity]
        held = float(np.median(value[self.phases == "hold"]))
        held -= float(np.median(value[self.phases == "rest"])) if recorded.zero_at_start else 0.0
        return (held + 180.0) % 360.0 - 180.0


def measured(clip: TagClip, test: str) -> Measurement:
    """The product's own reading."""
    protocol = _recorded(test).protocols[0]
    return measure_tags(clip.track, test, Side(clip.about["side"]), protocol, load_protocol())


def _recorded(test: str) -> RecordedTest:
    entries = load_protocol().recordings.values()
    return next(one for one in entries if one.test == test and one.method is Method.PRINTED_MARKERS)


def _source(about: Mapping[str, Any]) -> Source:
    return Source(name=f"{about['name']}.mp4", sha256="0" * 64)


@cache
def tag_clips(folder: Path = FOLDER) -> tuple[TagClip, ...]:
    """All clips of tables as ``lab.make_tag_tables`` writes them, in the order of ``clips.json``."""
    about = json.loads((folder / "clips.json").read_text(encoding="utf-8"))
    with np.load(folder / "clips.npz") as file:
        arrays = {name: file[name] for name in file.files}
    ends = np.cumsum([clip["frames"] for clip in about["clips"]])
    clips = []
    for clip, end in zip(about["clips"], ends, strict=True):
        rows = {name: array[end - clip["frames"] : end] for name, array in arrays.items()}
        angles = {
            name: {one: rows[name][:, i] / 100.0 for i, one in enumerate(about["angle_names"])}
            for name in ("bones", "arrows")
        }
        phases = np.array(about["phases"])[rows["phase"]]
        clips.append(TagClip(clip, _seen(clip, rows), phases, angles["bones"], angles["arrows"]))
    return tuple(clips)


def _seen(clip: Mapping[str, Any], rows: Mapping[str, npt.NDArray[Any]]) -> SeenTags:
    numbers = list(TagLayout.of(load_protocol()).names)
    own = np.where(rows["corners"] == UNSEEN, np.nan, rows["corners"] / 100.0)
    corners = np.full((clip["frames"], len(numbers), 4, 2), np.nan)
    corners[:, [numbers.index(number) for number in clip["tags"]]] = own
    width, height = clip["camera"]["size"]
    return SeenTags(rows["times"].astype(float).round(3), corners, (width, height))
