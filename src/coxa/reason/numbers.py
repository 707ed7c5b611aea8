"""The few formulas behind every judgement. Each works on plain floats and, element by element, on NumPy arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

SURE, UNLIKELY = 0.9, 0.1
"""A finding is named when its probability is at least 0.9, or at most 0.1; design section 5."""
NAMED = 0.6
"""A verdict is named when its probability is at least this; design section 6."""
LOW_ABOVE = 0.5
"""Not limited, and more likely than not beyond the low cut: ``low``."""

Value = Any  # float or numpy array: the formulas use only + − × /
Interval = tuple[Value, Value]


def normal_cdf(x: Value) -> Value:
    """Standard normal distribution function."""
    if isinstance(x, float | int):
        return 0.5 * math.erfc(-x / math.sqrt(2.0))
    from scipy.special import ndtr  # noqa: PLC0415  (slow to import; only tables need it)

    return ndtr(x)


def probability_beyond(value: Value, cut: Value, sem: Value, *, lower_is_worse: bool) -> Value:
    """P(true value beyond ``cut`` on the worse side), the true value being normal around ``value`` with SD ``sem``."""
    distance = (cut - value) if lower_is_worse else (value - cut)
    return normal_cdf(distance / sem)


def bounds(
    formula: Callable[..., Mapping[str, Value]],
    inputs: Sequence[Interval],
    least: Callable[[Value, Value], Value] = min,
    most: Callable[[Value, Value], Value] = max,
) -> tuple[dict[str, Value], dict[str, Value]]:
    """Least and greatest value of each output of ``formula`` when every input lies anywhere in its interval.

    The formulas are linear in each input, so the extremes lie at the corners. A known probability p is the interval
    (p, p), an unknown one (0, 1). For arrays give ``least=numpy.minimum, most=numpy.maximum``.
    """
    low: dict[str, Value] = {}
    high: dict[str, Value] = {}
    choices = [(lo,) if lo is hi else (lo, hi) for lo, hi in inputs]
    for corner in product(*choices):
        for key, value in formula(*corner).items():
            low[key] = least(low[key], value) if key in low else value
            high[key] = most(high[key], value) if key in high else value
    return low, high


def in_words(p: float) -> str:
    """A probability with two digits; never 0 or 1, which no measurement can be."""
    return "less than 0.01" if p < 0.005 else "more than 0.99" if p > 0.995 else f"{p:.2f}"


def shown(value: float, unit: str = "", *, signed: bool = False) -> str:
    """A number with one decimal and a true minus sign, its sign always when ``signed``."""
    value = round(value, 1) + 0.0  # no "−0.0"
    return (f"{value:+.1f}" if signed else f"{value:.1f}").replace("-", "−") + unit


# --- paired tests (design section 6) ---------------------------------------------------------------------------------


def pair(length: Value, joint: Value) -> dict[str, Value]:
    """Two-joint muscle taut (length test) against slack (joint test): P(limited) of each."""
    return {
        "flexibility": length * (1 - joint),
        "mobility": joint * (1 - length),
        "both": length * joint,
        "clear": (1 - length) * (1 - joint),
    }


def extension(hip: Value, straight: Value, abducted: Value, joint: Value) -> dict[str, Value]:
    """Modified Thomas: hip angle, again with the knee straight, again abducted; ``joint`` from rotation.

    A thigh that drops with the knee straight: rectus femoris. One that drops when abducted: tensor fasciae latae. One
    that stays up: iliopsoas or capsule, which the joint's rotation decides.
    """
    rectus = hip * (1 - straight)
    tensor = hip * straight * (1 - abducted)
    stays = hip * straight * abducted
    return {
        "flexibility": rectus + tensor + stays * (1 - joint),
        "mobility": stays * joint,
        "clear": 1 - hip,
        "rectus_femoris": rectus,
        "tensor_fasciae_latae": tensor,
        "iliopsoas_or_capsule": stays,
    }


def rotation(
    arc_90: Value, arc_0: Value, internal_90: Value, internal_0: Value, external_90: Value, external_0: Value
) -> dict[str, Value]:
    """Rotation at 90° and at 0°: total arcs, and the two directions.

    Both arcs small: mobility. One small: a muscle. Neither small, but the same direction limited in both positions: the
    arc is shifted, a bony pattern that is never mobilised.
    """
    usual = (1 - arc_90) * (1 - arc_0)
    centred = (1 - internal_90 * internal_0) * (1 - external_90 * external_0)
    return {
        "flexibility": arc_90 * (1 - arc_0) + arc_0 * (1 - arc_90),
        "mobility": arc_90 * arc_0,
        "bony_pattern": usual * (1 - centred),
        "clear": usual * centred,
    }
