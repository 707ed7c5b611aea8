"""Fetching the pose models when Coxa is built: checked, whole or not at all, and one sentence when it can't be done."""

import hashlib
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from coxa.motion.weights import DETECTOR, FOLDER, SHA256, faults
from tools import weights

ROOT = Path(__file__).resolve().parents[1]


def tarball(path: Path, contents: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
    return path


def good() -> dict[str, bytes]:
    return {weights.MEMBERS.get(name, name): (FOLDER / name).read_bytes() for name in SHA256}


def test_files_are_unpacked_whole(tmp_path: Path) -> None:
    weights.unpack(tarball(tmp_path / "a.tgz", good()), tuple(SHA256), tmp_path)
    assert faults(tmp_path) == ()
    assert not list(tmp_path.glob(".*.part"))


def test_one_wrong_file_and_nothing_is_kept(tmp_path: Path) -> None:
    contents = {**good(), "pose_landmark_heavy.tflite": b"changed"}
    folder = tmp_path / "weights"
    folder.mkdir()
    with pytest.raises(weights.FetchError, match="wrong SHA-256"):
        weights.unpack(tarball(tmp_path / "a.tgz", contents), tuple(SHA256), folder)
    assert list(folder.iterdir()) == []


def test_only_what_is_missing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SHA256:
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / DETECTOR).unlink()
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(weights, "download", lambda folder: folder / "x.tgz")
    monkeypatch.setattr(weights, "unpack", lambda tarball, names, folder: asked.append(names))
    weights.fetch(tmp_path)
    assert asked == [(DETECTOR,)]
    (tmp_path / DETECTOR).write_bytes((FOLDER / DETECTOR).read_bytes())
    weights.fetch(tmp_path)
    assert len(asked) == 1


def fake_npm(folder: Path, script: str) -> str:
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(0o755)
    return str(npm)


def test_another_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = fake_npm(tmp_path, f"cp {tarball(tmp_path / 'a.tar', good())} ./mediapipe-pose.tgz")
    monkeypatch.setattr(weights, "npm_client", lambda: npm)
    folder = tmp_path / "download"
    folder.mkdir()
    with pytest.raises(weights.FetchError, match="wrong SHA-512"):
        weights.download(folder)


def test_offline_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = fake_npm(tmp_path, "echo 'npm error network ENOTFOUND' >&2; exit 1")
    monkeypatch.setattr(weights, "npm_client", lambda: npm)
    with pytest.raises(weights.FetchError, match="connect to the internet") as caught:
        weights.download(tmp_path)
    assert "\n" not in str(caught.value)


def test_no_npm_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(weights.FetchError, match="there is none"):
        weights.npm_client()


def test_integrity_is_written_as_npm_does() -> None:
    assert weights.integrity(b"") == (
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    )


def test_check_says_by_its_status(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "tools.weights", "--check"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(("src", "."))}
    assert subprocess.run(run, cwd=ROOT, env=environment, check=False, timeout=60).returncode == 0


def test_licence_lies_beside_the_models() -> None:
    assert (FOLDER / "LICENSE").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")
    notice = (FOLDER / "NOTICE").read_text("utf-8")
    assert all(name in notice for name in SHA256)
    assert weights.PACKAGE.rpartition("@")[2] in notice
    assert hashlib.sha256((FOLDER / DETECTOR).read_bytes()).hexdigest() == SHA256[DETECTOR]
