"""Writing results: all of them or none, and no stale programme beside a new result."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from coxa.errors import OutputError


def write_all(folder: Path, files: Mapping[str, bytes], stale: Iterable[str] = ()) -> tuple[Path, ...]:
    """Write files into a folder (made when missing): first all beside it, then each moved into place.

    ``stale`` are names of older results that must not stay, such as a programme that no longer holds.

    Raises
    ------
    OutputError: the folder can't be made or written; nothing half-written is left.
    """
    made: Path | None = None
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file, not a folder; choose another place with -o.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".coxa-", dir=folder.parent))
        for name, content in files.items():
            with (made / name).open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        folder.mkdir(exist_ok=True)
        _swap(folder, made, files, stale)
    except OSError as error:
        raise OutputError(f"the results can't be written to {folder} ({error.strerror or error}).") from None
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
    return tuple(folder / name for name in files)


def write_one(path: Path, content: bytes) -> None:
    """Write one file, in full or not at all; what was there before stays until the new one is complete.

    Raises
    ------
    OutputError: the file can't be written; nothing half-written is left.
    """
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file in it with -o.")
    made: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".coxa-", dir=path.parent, delete=False) as stream:
            made = Path(stream.name)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        made.chmod(0o666 & ~_umask())
        made.replace(path)
    except OSError as error:
        raise OutputError(f"{path} can't be written ({error.strerror or error}).") from None
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _swap(folder: Path, made: Path, files: Iterable[str], stale: Iterable[str]) -> None:
    """Put the new files in place of the old; if one can't be moved, everything is as it was before."""
    old = made / "old"
    old.mkdir()
    aside: list[str] = []
    placed: list[str] = []
    try:
        for name in dict.fromkeys((*files, *stale)):
            if (folder / name).exists():
                (folder / name).replace(old / name)
                aside.append(name)
        for name in files:
            (made / name).replace(folder / name)
            placed.append(name)
    except OSError:
        for name in placed:
            (folder / name).unlink(missing_ok=True)
        for name in aside:
            (old / name).replace(folder / name)
        raise
