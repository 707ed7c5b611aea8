"""The one loader of the knowledge files."""

from __future__ import annotations

import csv
import functools
import hashlib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from coxa.errors import ProtocolError
from coxa.model import Method, Refusal, Unit
from coxa.protocol import schema as s

_YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
E = TypeVar("E", bound=s.Entry)


class Protocol:
    """The knowledge of one folder. Each group is read when first used and kept.

    Parameters
    ----------
    folder: folder with the knowledge files; by default the one that ships with Coxa.

    Raises
    ------
    ProtocolError: on first use of a group whose file breaks its schema or gives an ID twice.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # --- reading ---

    def _yaml(self, name: str) -> dict[str, Any]:
        try:
            content = yaml.load((self.folder / name).read_text(encoding="utf-8"), Loader=_YamlLoader)
        except (OSError, yaml.YAMLError) as error:
            raise ProtocolError(f"{name}: {error}") from error
        if not isinstance(content, dict):
            raise ProtocolError(f"{name}: a mapping was expected at the top of the file")
        return content

    def _entries(self, kind: type[E], raw: object, place: str) -> dict[str, E]:
        try:
            entries = TypeAdapter(list[kind]).validate_python(raw)  # type: ignore[valid-type]
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ProtocolError(f"{place}: entry {where}: {first['msg']}") from error
        found: dict[str, E] = {}
        for entry in entries:
            key = str(entry.id)  # type: ignore[attr-defined]
            if key in found:
                raise ProtocolError(f"{place}: the ID {key} is given twice")
            found[key] = entry
        return found

    def _folder_entries(self, kind: type[E], folder: str) -> dict[str, E]:
        raw: list[object] = []
        for path in sorted((self.folder / folder).glob("*.yaml")):
            raw.extend(self._yaml(f"{folder}/{path.name}")[folder])
        return self._entries(kind, raw, folder)

    def _csv(self, kind: type[E], name: str) -> dict[str, E]:
        keep_blank = {"sem", "mdc95", "icc", "rater", "method"}
        with (self.folder / name).open(encoding="utf-8", newline="") as stream:
            rows = [
                {key: (value if value != "" or key in keep_blank else None) for key, value in row.items()}
                for row in csv.DictReader(stream)
            ]
        return self._entries(kind, rows, name)

    # --- groups ---

    @cached_property
    def about(self) -> s.About:
        """Version of the knowledge and when it is due for review."""
        return s.About.model_validate(self._yaml("about.yaml"))

    @cached_property
    def version(self) -> str:
        """Version with the first 12 hex digits of a SHA-256 over all knowledge files."""
        digest = hashlib.sha256()
        for path in sorted(p for p in self.folder.rglob("*") if p.suffix in {".yaml", ".csv"}):
            digest.update(path.relative_to(self.folder).as_posix().encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
        return f"{self.about.version}+{digest.hexdigest()[:12]}"

    @cached_property
    def tests(self) -> Mapping[str, s.TestSpec]:
        """Every test by ID."""
        return self._folder_entries(s.TestSpec, "tests")

    @cached_property
    def derived_tests(self) -> Mapping[str, s.DerivedTest]:
        """Quantities computed from two tests, by ID."""
        return self._entries(s.DerivedTest, self._yaml("derived_tests.yaml")["derived_tests"], "derived_tests.yaml")

    @cached_property
    def norms(self) -> Mapping[str, s.Norm]:
        """Published norms by ID, as found in the literature."""
        return self._csv(s.Norm, "published_norms.csv")

    @cached_property
    def reliability(self) -> Mapping[str, s.PublishedReliability]:
        """Published reliability by ID, as found in the literature."""
        return self._csv(s.PublishedReliability, "published_reliability.csv")

    @cached_property
    def limits(self) -> Mapping[str, s.Limit]:
        """Limits by ID."""
        return self._entries(s.Limit, self._yaml("limits.yaml")["limits"], "limits.yaml")

    @cached_property
    def errors(self) -> Mapping[str, s.MeasurementError]:
        """Errors of measurement by ID."""
        return self._entries(s.MeasurementError, self._yaml("errors.yaml")["errors"], "errors.yaml")

    @cached_property
    def recordings(self) -> Mapping[str, s.RecordedTest]:
        """How tests are read from recordings, by ID."""
        return self._entries(s.RecordedTest, self._yaml("recordings.yaml")["recordings"], "recordings.yaml")

    @cached_property
    def not_recorded(self) -> Mapping[str, s.NotRecorded]:
        """Tests that can't be read from recordings of one method, and why, by ID."""
        return self._entries(s.NotRecorded, self._yaml("recordings.yaml")["not_recorded"], "recordings.yaml")

    @cached_property
    def evidence(self) -> Mapping[str, s.Claim]:
        """Claims by ID."""
        return self._entries(s.Claim, self._yaml("evidence.yaml")["claims"], "evidence.yaml")

    @cached_property
    def _safety(self) -> dict[str, Any]:
        return self._yaml("safety.yaml")

    @cached_property
    def safety_questions(self) -> Mapping[str, s.SafetyQuestion]:
        """Red-flag questions by ID, in the order in which they are asked."""
        return self._entries(s.SafetyQuestion, self._safety["questions"], "safety.yaml questions")

    @cached_property
    def safety_rules(self) -> Mapping[str, s.SafetyRule]:
        """Rules from answers to actions, by ID."""
        return self._entries(s.SafetyRule, self._safety["rules"], "safety.yaml rules")

    @cached_property
    def stop_conditions(self) -> Mapping[str, s.StopCondition]:
        """Health conditions that rule out kinds of exercise, by ID."""
        return self._entries(s.StopCondition, self._safety["stop_conditions"], "safety.yaml stop_conditions")

    @cached_property
    def exercises(self) -> Mapping[str, s.Exercise]:
        """Exercises and standing advice by ID."""
        return self._folder_entries(s.Exercise, "exercises")

    @cached_property
    def lessons(self) -> Mapping[str, s.Lesson]:
        """Lessons by ID, in the order in which they are taught."""
        return self._entries(s.Lesson, self._yaml("lessons.yaml")["lessons"], "lessons.yaml")

    @cached_property
    def _pathway(self) -> dict[str, Any]:
        return self._yaml("pathway.yaml")

    @cached_property
    def pathway(self) -> Mapping[str, s.PathwayStep]:
        """Steps of the pathway by ID, in order."""
        return self._entries(s.PathwayStep, self._pathway["steps"], "pathway.yaml steps")

    @cached_property
    def idea(self) -> Mapping[str, s.IdeaJudgement]:
        """What the source idea gets right and wrong, by ID."""
        return self._entries(s.IdeaJudgement, self._pathway["idea"], "pathway.yaml idea")

    @cached_property
    def contributors(self) -> Mapping[str, s.ContributorSpec]:
        """Possible reasons for the pain by ID."""
        return self._entries(s.ContributorSpec, self._yaml("contributors.yaml")["contributors"], "contributors.yaml")

    @cached_property
    def outcomes(self) -> Mapping[str, s.OutcomeRule]:
        """Changes that matter, by outcome ID."""
        return self._entries(s.OutcomeRule, self._pathway["outcomes"], "pathway.yaml outcomes")

    @cached_property
    def plan_rules(self) -> Mapping[str, s.PlanRule]:
        """Rules that every programme carries, by ID."""
        return self._entries(s.PlanRule, self._yaml("plan.yaml")["rules"], "plan.yaml")

    @cached_property
    def load_bands(self) -> tuple[s.LoadBand, ...]:
        """Bands of the single-session rule, lowest first."""
        return tuple(s.LoadBand.model_validate(band) for band in self._pathway["load_bands"])

    @cached_property
    def _printed(self) -> dict[str, Any]:
        return self._yaml("printed_markers.yaml")

    @cached_property
    def printed_tag(self) -> s.PrintedTag:
        """Family and size of the printed tags."""
        return s.PrintedTag.model_validate(self._printed["tag"])

    @cached_property
    def printed_markers(self) -> Mapping[str, s.PrintedMarker]:
        """Printed markers by ID, in the order in which they are printed."""
        return self._entries(s.PrintedMarker, self._printed["markers"], "printed_markers.yaml")

    @cached_property
    def words(self) -> s.Words:
        """Closed lists and their plain words."""
        return s.Words.model_validate(self._yaml("words.yaml"))

    @cached_property
    def marker_sets(self) -> Mapping[str, s.MarkerSet]:
        """Marker sets of motion-capture laboratories, by ID."""
        return self._folder_entries(s.MarkerSet, "marker_sets")

    # --- look-ups ---

    @cached_property
    def _error_index(self) -> dict[tuple[str, Method, str, Unit, str | None], s.MeasurementError]:
        return {
            (error.test, error.method, protocol, error.unit, instrument): error
            for error in self.errors.values()
            for protocol in error.protocols
            for instrument in (error.instruments or (None,))
        }

    def error_of(
        self, test: str, method: Method, protocol: str, unit: Unit, instrument: str | None = None
    ) -> s.MeasurementError | None:
        """Error of measurement of a test by a method in a protocol; ``None`` when none is known.

        An error that was found for certain instruments (such as one pose model) holds for no other.
        """
        return self._error_index.get((test, method, protocol, unit, instrument))

    def recorded_test(self, test: str, method: Method, protocol: str) -> s.RecordedTest | None:
        """How a test in a protocol is read from recordings of one method; ``None`` when it isn't."""
        entries = self.recordings.values()
        return next((e for e in entries if (e.test, e.method) == (test, method) and protocol in e.protocols), None)

    def test_name(self, test: str, *, plain: bool = True) -> str:
        """Name of a test or of a derived quantity."""
        spec = self.tests.get(test) or self.derived_tests[test]
        return spec.plain_name if plain else spec.name

    def refusal_advice(self, refusal: Refusal) -> str:
        """What to do about a refused reading."""
        return next(word.do for word in self.words.refusals if word.id is refusal)


@functools.cache
def load_protocol() -> Protocol:
    """The knowledge that ships with Coxa."""
    return Protocol(Path(str(files("coxa.protocol") / "data")))
