"""What holds for every test: Hypothesis profiles, no network, and, where COXA_NO_SKIPS is set, no skipped test."""

import os
import shutil
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=200)
settings.register_profile("dev", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))

CHROMIUM_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


class NetworkForbiddenError(AssertionError):
    """A test tried to leave this machine."""


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _forbid(host: object) -> NoReturn:
    raise NetworkForbiddenError(f"Coxa is offline, but something asked for {host!r}")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse every connection and look-up that is not to this machine itself."""

    def guard_socket(name: str, patch: pytest.MonkeyPatch) -> None:
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, *args: Any) -> Any:
            address = args[-1]
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
                _forbid(address)
            return original(self, *args)

        patch.setattr(socket.socket, name, guarded)

    def guard_lookup(name: str, patch: pytest.MonkeyPatch) -> None:
        original = getattr(socket, name)

        def guarded(host: object, *args: Any, **kwargs: Any) -> Any:
            if not _is_loopback(host):
                _forbid(host)
            return original(host, *args, **kwargs)

        patch.setattr(socket, name, guarded)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            guard_socket(name, patch)
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            guard_lookup(name, patch)
        yield


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Give the folder of shared recordings that COXA_DATA names; mark such tests with `data`."""
    named = os.environ.get("COXA_DATA")
    if not named:
        pytest.skip("COXA_DATA is not set: it names the folder of recordings")
    folder = Path(named)
    assert folder.is_dir(), f"COXA_DATA is not a folder: {named}"
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Give the system's Chromium; mark such tests with `browser`."""
    found = shutil.which("/usr/bin/chromium") or shutil.which("chromium")
    if found is None:
        pytest.skip("no Chromium: neither /usr/bin/chromium nor chromium in the PATH")
    return Path(found)


@pytest.fixture(scope="session")
def chromium_args() -> list[str]:
    """Give the flags that keep Chromium headless and off the network; Playwright takes them as `args`."""
    return list(CHROMIUM_ARGS)


def _forbidden_skips(config: pytest.Config) -> int:
    """Count the skipped tests where none is allowed; xdist's workers leave that to their controller."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("COXA_NO_SKIPS") or reporter is None or hasattr(config, "workerinput"):
        return 0
    return len(reporter.stats.get("skipped", []))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _forbidden_skips(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if skipped := _forbidden_skips(config):
        terminalreporter.write_line(f"COXA_NO_SKIPS: {skipped} skipped, none is allowed, so the run fails", red=True)
