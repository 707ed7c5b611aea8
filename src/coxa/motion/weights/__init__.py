"""The models that find a person in a picture: where they are, and how to tell that they are the right ones.

The ``.tflite`` files are put here when Coxa is built (``tools/weights.py``) and are shipped with it; see ``NOTICE``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal, get_args

from coxa.errors import UnavailableError

Model = Literal["lite", "full", "heavy"]
MODELS: tuple[Model, ...] = get_args(Model)

FOLDER = Path(__file__).parent
DETECTOR = "pose_detection.tflite"
SHA256 = {
    DETECTOR: "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85",
    "pose_landmark_lite.tflite": "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "pose_landmark_heavy.tflite": "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
}
"""What each file must be."""


def landmark_file(model: Model) -> str:
    """Name of the file of one landmark model."""
    return f"pose_landmark_{model}.tflite"


def faults(folder: Path = FOLDER) -> tuple[str, ...]:
    """Names of the files that are missing or not what they must be; empty when all is well."""
    return tuple(name for name, digest in SHA256.items() if _sha256(folder / name) != digest)


def read(name: str) -> bytes:
    """The content of one file, checked: a changed model would measure wrongly without a sign of it.

    Raises
    ------
    UnavailableError: it is missing or not what it must be.
    """
    try:
        content = (FOLDER / name).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        state = "is not the file it should be" if content else "is missing"
        raise UnavailableError(f"The pose model '{name}' {state}: run 'make setup', or install Coxa again.")
    return content


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
