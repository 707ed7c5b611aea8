"""What is said about the parts that a video needs."""

import platform
import sys
from importlib import metadata

import pytest

from coxa.motion import weights
from coxa.report.doctor import Check, examine
from tests.strategies import PROTOCOL


def video() -> Check:
    (found,) = (check for check in examine(PROTOCOL, PROTOCOL.about.reviewed) if check.what == "Video")
    return found


def without(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = metadata.version

    def version(wanted: str) -> str:
        if wanted == name:
            raise metadata.PackageNotFoundError(wanted)
        return original(wanted)

    monkeypatch.setattr(metadata, "version", version)


def test_all_there() -> None:
    check = video()
    assert check.ok
    assert "ai-edge-litert" in check.say
    assert "lite, full and heavy" in check.say


def test_missing_or_changed_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(weights.SHA256, "pose_landmark_full.tflite", "0" * 64)
    check = video()
    assert not check.ok
    assert "pose_landmark_full.tflite" in check.say
    assert "make setup" in check.say


@pytest.mark.parametrize("name", ["av", "opencv-python-headless", "ai-edge-litert"])
def test_missing_library(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    without(name, monkeypatch)
    check = video()
    assert not check.ok
    assert f"{name}" in check.say


def test_an_intel_mac_is_not_at_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    without("ai-edge-litert", monkeypatch)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    check = video()
    assert check.ok
    assert "no wheel for Intel Macs" in check.say
