"""Landmarks as JSON, in the shapes that are met.

- ``{frame: {point: [x, y(, z)]}}``, also below ``positions`` (the Keraal data set);
- a list of frames, also below ``frames``: each a list of ``{x, y, z, visibility}`` or ``[x, y, ...]``, or such a list
  below ``landmarks`` or ``keypoints`` with a ``time`` (seconds) or ``timestamp_ms``, or ``{point: {x, y, ...}}``;
- OpenPose: ``{people: [{pose_keypoints_2d: [x, y, c, ...]}]}``, one frame or a list of them;
- a folder with one such file per frame, as OpenPose writes it (``read_openpose_folder``);
- AlphaPose: a list of ``{image_id, keypoints: [x, y, c, ...], idx}``, one per person and picture.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from coxa.model import Source
from coxa.motion.files import MOST_FRAMES, MOST_JSON_BYTES, RecordingFile, open_file
from coxa.motion.landmarks import MOST_PEOPLE, Frame, Person, Point, point, to_motion
from coxa.motion.recording import Motion
from coxa.motion.settings import Settings

_LISTS = ("landmarks", "pose_landmarks", "keypoints", "points")
_SCORES = ("visibility", "confidence", "score", "c", "v", "presence")
_KEYPOINTS = re.compile(r"(\d{1,15})_keypoints\.json$")
MOST_FILES = 200_000
MOST_FRAME_BYTES = 1_000_000
_RATES = ("rate", "fps", "frame_rate")


def load_json(file: RecordingFile, text: str) -> Any:
    """Any JSON value.

    Raises
    ------
    RecordingError: no JSON, or nested too deeply.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise file.error("this is not JSON, or it was cut short; export it again.") from None


def read_landmarks_json(file: RecordingFile, settings: Settings) -> Motion:
    """One person's landmarks in pixels, by our names.

    Raises
    ------
    RecordingError: no JSON of a known shape, several people, no picture size, or no times.
    """
    text, source = file.text(MOST_JSON_BYTES)
    whole = load_json(file, text)
    if isinstance(whole, dict) and "coxa" in whole:
        raise file.error("this is a recording that Coxa wrote, not a table of landmarks; read it as kind 'coxa-json'.")
    rate = None
    if isinstance(whole, dict):
        rate = next((number for key in _RATES if not math.isnan(number := _number(whole.get(key)))), None)
    try:
        frames = list(_frames(whole))
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        raise file.error(
            "its JSON is no table of landmarks; that of BlazePose, OpenPose or AlphaPose was expected, or frames of "
            "points by name."
        ) from None
    if not frames:
        raise file.error("there is no frame in it.")
    if len(frames) > MOST_FRAMES or any(len(frame.people) > MOST_PEOPLE for frame in frames):
        raise file.error("it holds more frames or people than Coxa reads; cut the recording.")
    return to_motion(file, frames, rate, settings, source)


def read_openpose_folder(path: Path, settings: Settings) -> Motion:
    """One person's landmarks from a folder as OpenPose writes it: one ``NAME_000000000012_keypoints.json`` per frame.

    Raises
    ------
    RecordingError: no such files in it, a file that is broken, several people, no picture size, or no rate.
    """
    folder = RecordingFile(path, 0, b"")
    try:
        found = sorted(item for item in path.iterdir() if _KEYPOINTS.search(item.name))
    except OSError as error:
        raise folder.error(f"the folder can't be read ({error.strerror or error}).") from None
    if not found:
        raise folder.error("this is a folder without *_keypoints.json files of OpenPose; give one recording.")
    if len({_KEYPOINTS.sub("", item.name) for item in found}) > 1:
        raise folder.error("the folder holds several recordings; put each into a folder of its own.")
    if len(found) > MOST_FILES:
        raise folder.error(f"the folder holds {len(found):,} frames; at most {MOST_FILES:,} are read.")
    digest = hashlib.sha256()
    frames = []
    for item in found:
        file = open_file(item)
        text, source = file.text(MOST_FRAME_BYTES)
        digest.update((source.sha256 or "").encode())
        number = _KEYPOINTS.search(item.name)
        try:
            frames += [
                replace(frame, number=float(number[1]) if number else 0.0) for frame in _frames(load_json(file, text))
            ]
        except (TypeError, ValueError, KeyError, IndexError, OverflowError):
            raise file.error("this is no frame that OpenPose wrote.") from None
    if any(len(frame.people) > MOST_PEOPLE for frame in frames):
        raise folder.error("it holds more people than Coxa reads.")
    return to_motion(folder, frames, None, settings, Source(name=path.name, sha256=digest.hexdigest()))


def _frames(whole: Any) -> Iterable[Frame]:
    if isinstance(whole, (dict, list)) and len(whole) > MOST_FRAMES:  # before millions of objects are made of it
        raise OverflowError
    if isinstance(whole, dict):
        for key in ("positions", "frames"):
            if isinstance(whole.get(key), (dict, list)):
                return _frames(whole[key])
        if "people" in whole or any(key in whole for key in _LISTS):
            return [_frame(whole)]
        if whole and all(_is_number(key) for key in whole):
            return [replace(_frame(whole[key]), number=float(key)) for key in sorted(whole, key=float)]
        if whole and all(isinstance(value, dict) and "people" in value for value in whole.values()):
            return [_frame(whole[key]) for key in sorted(whole)]
    if isinstance(whole, list):
        if whole and all(isinstance(item, dict) and "image_id" in item for item in whole):
            return _alphapose(whole)
        return [_frame(item) for item in whole]
    raise ValueError


def _alphapose(items: Sequence[Mapping[str, Any]]) -> list[Frame]:
    """One entry per person and picture; people by their track number where there is one."""
    pictures: dict[str, list[tuple[float, Person]]] = {}
    tracks: dict[float, int] = {}
    for item in items:
        number = _number(item.get("idx"))
        if not math.isnan(number):
            tracks.setdefault(number, len(tracks))
        pictures.setdefault(str(item["image_id"]), []).append((number, _triples(item["keypoints"])))
    if len(tracks) > MOST_PEOPLE:
        raise ValueError
    frames = []
    for people in pictures.values():
        if not tracks:
            frames.append(Frame(math.nan, [person for _, person in people]))
            continue
        ordered: list[Person] = [{} for _ in tracks]
        for number, person in people:
            ordered[tracks[number]] = person
        frames.append(Frame(math.nan, ordered))
    return frames


def _frame(item: Any) -> Frame:
    if isinstance(item, list):
        return Frame(math.nan, [_person(item)] if item else [])
    if not isinstance(item, dict):
        raise TypeError
    time = _time(item)
    if "people" in item:
        return Frame(
            time, [_triples(_first(person, "pose_keypoints_2d", "pose_keypoints")) for person in item["people"]]
        )
    for key in _LISTS:
        if key in item:
            content = item[key]
            return Frame(time, [_person(content)] if content else [])
    named = {key: value for key, value in item.items() if isinstance(value, (list, dict))}
    return Frame(time, [_person(named)] if named else [])


def _first(person: Mapping[str, Any], *keys: str) -> Any:
    found = [person[key] for key in keys if key in person]
    return found[0]


def _time(item: Mapping[str, Any]) -> float:
    for key, factor in (("time", 1.0), ("time_s", 1.0), ("timestamp_ms", 0.001), ("time_ms", 0.001)):
        if key in item:
            return _number(item[key]) * factor
    return math.nan


def _person(content: Any) -> Person:
    if isinstance(content, dict):
        return {str(name): _point(value) for name, value in content.items()}
    if isinstance(content, list) and content and all(_is_number(value) for value in content):
        return _triples(content)
    named = [
        str(item.get("name", item.get("part", i))) if isinstance(item, dict) else str(i)
        for i, item in enumerate(content)
    ]
    if len(set(named)) != len(named):
        raise ValueError
    return {name: _point(item) for name, item in zip(named, content, strict=True)}


def _point(value: Any) -> Point:
    if isinstance(value, dict):
        score = next((_number(value[key]) for key in _SCORES if key in value), math.nan)
        return _number(value["x"]), _number(value["y"]), score
    numbers = [_number(item) for item in value]
    if len(numbers) < 2:
        raise ValueError
    return point(numbers[:2] if len(numbers) < 4 else [*numbers[:2], numbers[3]])  # the third is depth


def _triples(values: Any) -> Person:
    """Flat x, y, confidence of each point."""
    numbers = [_number(value) for value in values]
    if len(numbers) % 3:
        raise ValueError
    return {str(i): (numbers[3 * i], numbers[3 * i + 1], numbers[3 * i + 2]) for i in range(len(numbers) // 3)}


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    number = float(value)
    return number if math.isfinite(number) else math.nan


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        try:
            return math.isfinite(float(value))
        except ValueError:
            return False
    return isinstance(value, (int, float)) and not isinstance(value, bool)
