"""What is shipped: the wheel, the pinned requirements, the import rules."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import coxa
from coxa.motion.weights import SHA256
from coxa.pictures import subjects

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "coxa"
LOCKS = ("build", "runtime", "weights", "dev")
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.+))?$")
JUNK = {".pyc", ".pyo", ".DS_Store"}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def project_name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return normalised(match.group())


def lock_entries(name: str) -> list[tuple[str, list[str]]]:
    """Each requirement line of a lock file with its hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(line.split(" --hash=")[0].strip(), re.findall(r"--hash=(\S+)", line)) for line in lines]


def pins(name: str) -> set[tuple[str, str, str]]:
    """Name, version and marker of everything that a lock file pins."""
    found = set()
    for requirement, _ in lock_entries(name):
        match = PINNED.match(requirement)
        assert match, f"requirements/{name}.txt: not pinned: {requirement}"
        found.add((normalised(match["name"]), match["version"], match["marker"] or ""))
    return found


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


def test_version_is_the_same_everywhere(pyproject: dict[str, Any], wheel: Path) -> None:
    assert pyproject["project"]["version"] == coxa.__version__
    written = [re.findall(r'^__version__ = "(.+)"', path.read_text("utf-8"), re.M) for path in PACKAGE.rglob("*.py")]
    assert {version for versions in written for version in versions} == {coxa.__version__}
    assert wheel.name == f"coxa-{coxa.__version__}-py3-none-any.whl"
    assert f"## [{coxa.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    expected = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and not JUNK & {path.suffix, path.name}
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    examples = {
        f"coxa/examples/{path.relative_to(ROOT / 'examples')}"
        for path in (ROOT / "examples").rglob("*")
        if path.suffix in {".yaml", ".mp4", ".md"}
    }
    assert packed == expected | examples
    assert "coxa/py.typed" in packed
    assert any(name.endswith(".yaml") for name in packed)
    assert "coxa/pictures/palettes.yaml" in packed
    assert {f"coxa/pictures/library/male/{subject}.loop.svg" for subject in subjects()} <= packed
    # Git ignores the pose models, so a wheel without them would be easy to make.
    assert {f"coxa/motion/weights/{name}" for name in (*SHA256, "LICENSE", "NOTICE")} <= packed


def test_wheel_says_licence_and_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.split(".dist-info/")[1]: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    assert "coxa = coxa.cli:main" in texts["entry_points.txt"]
    assert "License-Expression: Apache-2.0" in texts["METADATA"]
    assert texts["licenses/LICENSE"] == (ROOT / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    assert pins(name)
    for requirement, hashes in lock_entries(name):
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_index_and_no_path(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text
    assert not re.search(r"(^|\s)/\w", text)


def test_locks_carry_every_dependency(pyproject: dict[str, Any]) -> None:
    runtime = {name for name, _, _ in pins("runtime")}
    assert {project_name(entry) for entry in pyproject["project"]["dependencies"]} <= runtime
    for group in ("build", "weights", "dev"):
        wanted = {project_name(entry) for entry in pyproject["dependency-groups"][group] if isinstance(entry, str)}
        assert wanted <= {name for name, _, _ in pins(group)}


def test_dev_lock_agrees_with_what_users_get() -> None:
    assert pins("build") | pins("runtime") <= pins("dev")


def test_import_rules_name_every_part(pyproject: dict[str, Any]) -> None:
    parts = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    (layers,) = (contract for contract in contracts if contract["type"] == "layers")
    assert set(layers["layers"]) == parts - {"__init__", "__main__"}
    assert layers["exhaustive"] is True
