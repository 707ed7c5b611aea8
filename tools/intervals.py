"""Shares among few clips, and how sure they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import beta


def clopper_pearson(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share (Clopper and Pearson 1934), from 0 to 1."""
    outside = (1.0 - level) / 2.0
    low = float(beta.ppf(outside, hits, of - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1.0 - outside, hits + 1, of - hits)) if hits < of else 1.0
    return low, high


def share(hits: int, of: int) -> str:
    """``3 of 40 (7.5 %; 1.6 to 20)`` in per cent, or a dash."""
    if not of:
        return "–"
    low, high = clopper_pearson(hits, of)
    return f"{hits} of {of} ({100 * hits / of:.0f} %; {100 * low:.0f} to {100 * high:.0f})"


def intraclass_correlation(pairs: npt.NDArray[np.float64]) -> float:
    """ICC(A,1): absolute agreement of single measurements (McGraw and Wong 1996), from a two-way analysis of variance.

    ``pairs``: (clips, 2) reading and truth.
    """
    n, k = pairs.shape
    mean = pairs.mean()
    rows = k * ((pairs.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    columns = n * ((pairs.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    rest = pairs - pairs.mean(axis=1, keepdims=True) - pairs.mean(axis=0) + mean
    error = (rest**2).sum() / ((n - 1) * (k - 1))
    return float((rows - error) / (rows + (k - 1) * error + k * (columns - error) / n))
