"""Memory in which the decoding process leaves frames, so that they needn't go through a pipe.

It has no name and no file: it is gone with the last of the two processes, however they end.
"""

from __future__ import annotations

import mmap
import os
import sys

import numpy as np
import numpy.typing as npt

SLOTS = 4
"""One is looked at, one is filled, the others wait: pages that no frame reaches take no memory."""


class SharedFrames:
    """Slots of equal size in sealed anonymous memory.

    Parameters
    ----------
    size: bytes of one slot.

    Raises
    ------
    OSError: the system gives none.
    """

    def __init__(self, size: int) -> None:
        if sys.platform != "linux":  # macOS and Windows have only named memory, which can stay behind
            raise OSError("no anonymous shared memory")
        import fcntl  # noqa: PLC0415  (not on Windows)

        self.size = size
        self.file = os.memfd_create("coxa-frames", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(self.file, SLOTS * size)
            # A decoder that made it smaller would end us with a bus error.
            fcntl.fcntl(self.file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
            self._memory = np.frombuffer(mmap.mmap(self.file, SLOTS * size), dtype=np.uint8)
        except BaseException:
            os.close(self.file)
            raise

    def slot(self, index: int, length: int) -> npt.NDArray[np.uint8]:
        """The first ``length`` bytes of a slot, in place."""
        begin = index * self.size
        return self._memory[begin : begin + length]

    def close_file(self) -> None:
        """Keep the memory and give up the handle, once the decoding process has its own."""
        os.close(self.file)


def shared_frames(size: int) -> SharedFrames | None:
    """Slots of ``size`` bytes, or ``None`` where the system gives none."""
    try:
        return SharedFrames(size)
    except (AttributeError, OSError):  # AttributeError: a C library without it
        return None
