"""What every reader needs first: an ordinary file of bounded size, its content, and its SHA-256."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from coxa.errors import RecordingError
from coxa.model import Source

MOST_TEXT_BYTES = 500_000_000
MOST_BINARY_BYTES = 1_000_000_000
MOST_JSON_BYTES = 100_000_000
"""JSON becomes Python objects of ten times its size before it becomes numbers."""
MOST_VALUES = 60_000_000
"""Frames × points × dimensions, or frames × columns: half an hour of 100 markers at 100 frames per second."""
MOST_FRAMES = 2_000_000
MOST_COLUMNS = 100_000
HEAD_BYTES = 65_536
_CHUNK = 1 << 20


@dataclass(frozen=True)
class RecordingFile:
    """An ordinary, non-empty file that somebody wants to have read.

    Parameters
    ----------
    path: where it is.
    size: bytes.
    head: its first 64 kB, by which its kind is recognised.
    """

    path: Path
    size: int
    head: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The file as the user gave it, for sentences."""
        return str(self.path)

    def error(self, message: str) -> RecordingError:
        """The error that says what is wrong with this file."""
        return RecordingError(message, file=self.name)

    def content(self, most: int) -> tuple[bytes, Source]:
        """All bytes, and where they came from.

        Raises
        ------
        RecordingError: more than ``most`` bytes, or the file can't be read.
        """
        self.limit(most)
        try:
            with self.path.open("rb") as stream:
                raw = stream.read(most + 1)
        except OSError as error:
            raise self.error(f"the file can't be read ({error.strerror or error}).") from None
        if len(raw) > most:
            raise self.error("the file grew while it was read; try again.")
        return raw, Source(name=self.path.name, sha256=hashlib.sha256(raw).hexdigest())

    def text(self, most: int = MOST_TEXT_BYTES) -> tuple[str, Source]:
        """All text, with line ends of every system as ``\\n``, and where it came from. UTF-8, else Western European.

        Raises
        ------
        RecordingError: too large, unreadable, or no text.
        """
        raw, source = self.content(most)
        if b"\0" in raw:
            raise self.error("this is not a text file, though its name says so; export the recording again.")
        if raw.count(b"\n") + raw.count(b"\r") > 2 * MOST_FRAMES:
            raise self.error(f"the file has more than {MOST_FRAMES:,} lines; cut the recording.")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        return text.replace("\r\n", "\n").replace("\r", "\n"), source

    def source(self) -> Source:
        """Name and SHA-256, without holding the content in memory.

        Raises
        ------
        RecordingError: the file can't be read.
        """
        digest = hashlib.sha256()
        try:
            with self.path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise self.error(f"the file can't be read ({error.strerror or error}).") from None
        return Source(name=self.path.name, sha256=digest.hexdigest())

    def limit(self, most: int) -> None:
        """Refuse a file of more than ``most`` bytes.

        Raises
        ------
        RecordingError: it is larger.
        """
        if self.size > most:
            raise self.error(
                f"the file has {self.size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB are read. Cut the recording."
            )


def open_file(path: Path) -> RecordingFile:
    """The file, if it is an ordinary one with something in it.

    Raises
    ------
    RecordingError: no such file, a folder, pipe or device, empty, or not readable.
    """
    name = str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise RecordingError("this is a folder; give one recording.", file=name)
        if not stat.S_ISREG(status.st_mode):
            raise RecordingError("this is not an ordinary file; give a recording.", file=name)
        if status.st_size == 0:
            raise RecordingError("the file is empty; export or copy the recording again.", file=name)
        with path.open("rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise RecordingError("this is not an ordinary file; give a recording.", file=name)
            head = stream.read(HEAD_BYTES)
    except FileNotFoundError:
        raise RecordingError("there is no such file; check the name.", file=name) from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        raise RecordingError(f"the file can't be read ({reason}).", file=name) from None
    return RecordingFile(path, status.st_size, head)


def is_folder(path: Path) -> bool:
    """Whether there is a folder of that name; never an error."""
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that no file can have
        return False


def shown(text: str, most: int = 40) -> str:
    """A piece of the file's own text that is fit for a sentence: printable, and not long."""
    plain = "".join(char if char.isprintable() else "?" for char in text[: most + 1])
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def check_values(file: RecordingFile, frames: int, columns: int) -> None:
    """Refuse a table that would not fit into memory, before it is made.

    Raises
    ------
    RecordingError: too many frames, columns, or numbers in all.
    """
    if frames > MOST_FRAMES or columns > MOST_COLUMNS or frames * columns > MOST_VALUES:
        raise file.error(
            f"{frames:,} frames of {columns:,} numbers are more than Coxa reads "
            f"({MOST_VALUES:,} numbers in all); cut the recording."
        )
