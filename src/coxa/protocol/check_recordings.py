"""What the entries on recorded tests must fulfil together with the tests themselves."""

from __future__ import annotations

from collections.abc import Iterator

from coxa.model import Method, Unit
from coxa.protocol.loader import Protocol

RECORDED = (Method.VIDEO, Method.MOCAP, Method.IMU, Method.PRINTED_MARKERS)
"""Methods whose readings come from a recording."""


def recordings(p: Protocol) -> Iterator[str]:
    """One sentence per problem: unknown or forbidden ways of measuring, ways told twice, and ways left out."""
    allowed = {
        (test.id, way.method, variant)
        for test in p.tests.values()
        for way in test.methods
        if way.method in RECORDED and way.unit is Unit.DEGREE
        for variant in way.protocols
    }
    seen: dict[tuple[str, Method, str], str] = {}
    for entry in p.recordings.values():
        place = f"recorded test {entry.id}"
        if entry.test not in p.tests:
            yield f"{place}: there is no test '{entry.test}'"
            continue
        for variant in entry.protocols:
            way = (entry.test, entry.method, variant)
            if way not in allowed:
                yield f"{place}: {entry.test} can't be measured by {entry.method.value} in degrees ({variant})"
            if way in seen:
                yield f"{place}: {seen[way]} already says how this is read ({variant})"
            seen[way] = entry.id
    for left_out in p.not_recorded.values():
        if left_out.test not in p.tests:
            yield f"not recorded {left_out.id}: there is no test '{left_out.test}'"
    given_up = {(left_out.test, left_out.method) for left_out in p.not_recorded.values()}
    for test, method, variant in sorted(allowed - set(seen)):
        if (test, method) not in given_up:
            yield f"test {test}: nothing says how it is read from {method.value} ({variant}), or why it can't be"
