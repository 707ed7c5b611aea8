"""Check of errors that are put together from a device's part and the test's own: ``with_error`` and ``device_sem``."""

from __future__ import annotations

import math
from collections.abc import Iterator

from coxa.protocol.loader import Protocol
from coxa.protocol.schema import MeasurementError

TOLERANCE = 0.05
"""Degrees or centimetres by which a written sum may be rounded."""


def device_error_problems(protocol: Protocol) -> Iterator[str]:
    """One sentence for each error whose parts are missing, belong to another test, or don't add up."""
    for error in protocol.errors.values():
        parts = (error.device_sem, error.with_error)
        if error.basis == "validation" or parts != (None, None):
            yield from _problems(error, protocol)


def _problems(error: MeasurementError, protocol: Protocol) -> Iterator[str]:
    place = f"error {error.id}"
    if error.basis != "validation" or error.device_sem is None or error.with_error is None or error.sem is None:
        yield f"{place}: an error by validation states device_sem, with_error and sem, and no other error does"
        return
    other = protocol.errors.get(error.with_error)
    if other is None:
        yield f"{place}: there is no error '{error.with_error}'"
        return
    if (other.test, other.unit) != (error.test, error.unit):
        yield f"{place}: {other.id} is for another test or unit"
    if other.basis == "validation":
        yield f"{place}: {other.id} is itself put together; take that of a hand-held device"
    whole = math.hypot(error.device_sem, other.standard_error)
    if abs(whole - error.sem) > TOLERANCE:
        yield f"{place}: {error.device_sem:g} and {other.standard_error:.2f} make {whole:.2f}, not {error.sem:g}"
