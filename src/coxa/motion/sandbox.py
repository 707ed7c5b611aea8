"""Run a function in a process of its own, with limits on memory and time: what native code does to a hostile file.

The child is a fresh Python (``sys.executable``), not a fork: threads and open libraries of the parent don't matter, and
it is the same on every system. It loads the one module that holds the function from its file, without the package
around it, so a module that imports little starts fast: 0.1 s with NumPy and ezc3d on an idle machine and 0.3 s on a
busy one, where the whole package takes another 0.4 s (measured on two cores).
"""

from __future__ import annotations

import pickle
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar, cast

from coxa.errors import RecordingError

T = TypeVar("T")
P = ParamSpec("P")
_LENGTH = struct.Struct("<Q")

_CHILD = """
import sys
def main():
    import importlib.util, os, pickle, struct
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what native code prints on standard output must not mix with the answer
    sys.path[:], module, file, name, args, memory, seconds = pickle.load(sys.stdin.buffer)
    if module in sys.modules:
        loaded = sys.modules[module]
    else:
        spec = importlib.util.spec_from_file_location(module, file)
        loaded = sys.modules[module] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
    limit(memory, seconds)
    buffers = []
    try:
        answer = ("result", getattr(loaded, name)(*args))
        body = pickle.dumps(answer, protocol=5, buffer_callback=buffers.append)
    except MemoryError:
        body, buffers = pickle.dumps(("memory", "")), []
    except Exception as error:
        known = "coxa.errors" in sys.modules and isinstance(error, sys.modules["coxa.errors"].CoxaError)
        message = getattr(error, "message", str(error)) if known else f"{type(error).__name__}: {error}"
        body, buffers = pickle.dumps(("told" if known else "failed", message)), []
    for part in (struct.pack("<Q", len(buffers)), *(b for x in (body, *(y.raw() for y in buffers))
                 for b in (struct.pack("<Q", len(x)), x))):
        out.write(part)
    out.flush()
    os._exit(0)
def limit(memory, seconds):
    try:
        import resource
    except ImportError:  # Windows
        return
    try:
        with open("/proc/self/statm") as stream:
            taken = int(stream.read().split()[0]) * resource.getpagesize()
    except OSError:
        taken = 0
    for what, most in ((resource.RLIMIT_AS, taken + memory), (resource.RLIMIT_CPU, int(8 * seconds) + 1),
                       (resource.RLIMIT_CORE, 0)):
        try:
            hard = resource.getrlimit(what)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):  # a system that doesn't have this limit
            pass
main()
"""


def run_guarded(function: Callable[P, T], *args: P.args, memory_bytes: int, seconds: float, file_name: str) -> T:  # type: ignore[valid-type]
    """The function's result, computed in a child process that can't take more than its share.

    Parameters
    ----------
    function: defined at the top of a module; that module is loaded by its file, so importing little makes it fast.
    args: what can be pickled.
    memory_bytes: how much the child may take beyond what its imports took, where the system can limit it
        (address space on Linux; Windows has no such limit, macOS doesn't enforce it).
    seconds: wall-clock time until the child is ended.
    file_name: the file that the sentences speak of.

    Returns
    -------
    The result; NumPy arrays come back as plain memory, not copied into a pickle.

    Raises
    ------
    RecordingError: too slow, too large, crashed, or the function raised an error; its own ``CoxaError`` keeps its
        sentence.
    """
    module = sys.modules[function.__module__]
    if module.__file__ is None or "." in function.__qualname__:
        raise TypeError("run_guarded needs a function at the top of a module that is a file")
    task = pickle.dumps(
        (sys.path, module.__name__, str(Path(module.__file__)), function.__name__, args, memory_bytes, seconds)
    )
    # isolated: a file such as struct.py beside the recording must not be run
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        answer, _ = child.communicate(task, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise RecordingError(
            f"reading it took longer than {seconds:g} seconds, so it was given up; the file is broken or too long.",
            file=file_name,
        ) from None
    finally:  # also after Ctrl-C
        if child.poll() is None:
            child.kill()
            child.wait()
        for stream in (child.stdin, child.stdout):
            _close(stream)
    return cast(T, _result(answer, child.returncode, file_name))


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        try:
            stream.close()
        except OSError:  # what was still to be written to a child that is gone
            return


def _result(answer: bytes, status: int, file_name: str) -> Any:
    if status != 0 or not answer:
        cpu = getattr(signal, "SIGXCPU", None)
        why = "took too long" if cpu is not None and status == -cpu else "crashed"
        raise RecordingError(f"reading it {why}; the file is broken. Export it again.", file=file_name)
    what, result = _unpack(memoryview(answer))
    if what == "result":
        return result
    if what == "told":
        raise RecordingError(result, file=file_name)
    if what == "memory":
        raise RecordingError(
            "reading it needs more memory than is allowed; the file is broken or too long.", file=file_name
        )
    words = " ".join(result.split())[:160]
    raise RecordingError(f"it can't be read ({words}); the file is broken or of another kind.", file=file_name)


def _unpack(answer: memoryview) -> tuple[str, Any]:
    parts = []
    count = _LENGTH.unpack_from(answer)[0]
    at = _LENGTH.size
    for _ in range(count + 1):
        size = _LENGTH.unpack_from(answer, at)[0]
        at += _LENGTH.size
        parts.append(answer[at : at + size])
        at += size
    what, result = pickle.loads(parts[0], buffers=[bytearray(part) for part in parts[1:]])
    return what, result


__all__ = ["run_guarded"]
