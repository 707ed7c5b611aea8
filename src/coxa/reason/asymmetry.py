"""Left-right differences that are larger than the floor of the test and than measurement error."""

from __future__ import annotations

import math
from collections.abc import Iterable

from coxa.measure.typed import UNIT_WORD, Z95
from coxa.model import Asymmetry, Finding, Side, Unit
from coxa.protocol import Protocol
from coxa.reason.numbers import shown


def asymmetries(findings: Iterable[Finding], protocol: Protocol) -> tuple[Asymmetry, ...]:
    """Differences beyond max(floor, 1.96·√(SEM_left² + SEM_right²)), same method, instrument and protocol only.

    The floor is 10° for angles (FACTS A3) or the test's own; a test without floor or without known error is not
    compared.
    """
    by_key: dict[tuple[str, str, str, str, str], dict[Side, Finding]] = {}
    for finding in findings:
        if finding.value is not None and finding.sem is not None:
            key = (
                finding.test,
                finding.method.value,
                finding.instrument or "",
                finding.protocol,
                finding.unit.value,
            )
            by_key.setdefault(key, {})[finding.side] = finding
    found = []
    for sides in by_key.values():
        left, right = sides.get(Side.LEFT), sides.get(Side.RIGHT)
        if left is None or right is None:
            continue
        threshold = _threshold(left, right, protocol)
        if threshold is not None:
            gap = _gap(left, right, threshold, protocol)
            found.extend([gap] if gap else [])
    return tuple(found)


def _threshold(left: Finding, right: Finding, protocol: Protocol) -> float | None:
    if left.sem is None or right.sem is None:
        return None
    test = protocol.derived_tests[left.test].sum_of[0] if left.test in protocol.derived_tests else left.test
    floor = protocol.tests[test].asymmetry_floor
    if floor is None:
        return None
    noise = Z95 * math.hypot(left.sem, right.sem)
    # a floor in centimetres says nothing about the same test in degrees: then the 10° rule holds
    least = floor.value if floor.unit is left.unit else 10.0
    return max(least, noise) if left.unit in (floor.unit, Unit.DEGREE) else None


def _gap(left: Finding, right: Finding, threshold: float, protocol: Protocol) -> Asymmetry | None:
    if left.value is None or right.value is None or round(abs(left.value - right.value), 6) <= threshold:
        return None
    left_lower = left.value < right.value
    worse = Side.LEFT if left_lower == left.lower_is_worse else Side.RIGHT
    unit = UNIT_WORD[left.unit]
    return Asymmetry(
        test=left.test,
        method=left.method,
        protocol=left.protocol,
        unit=left.unit,
        left=left.value,
        right=right.value,
        threshold=threshold,
        worse_side=worse,
        say=f"{protocol.test_name(left.test)}: left {shown(left.value, unit)}, right {shown(right.value, unit)}; "
        f"the difference is more than {shown(threshold, unit)}, the larger of the floor and the error.",
    )
