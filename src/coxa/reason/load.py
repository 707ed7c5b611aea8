"""Training load by the single-session rule: one run against the longest of the 30 days before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from coxa.model import Life
from coxa.protocol import Protocol
from coxa.protocol.schema import LoadBand

WINDOW_DAYS = 30
"""Look-back of the single-session rule and how long a jump is considered recent (Frandsen 2025)."""


@dataclass(frozen=True)
class Spike:
    """The largest jump of a single run in the last 30 days; ``band`` is ``None`` when it stays within 10 %."""

    date: dt.date
    km: float
    longest_before_km: float
    percent: float
    band: LoadBand | None


def largest_jump(life: Life, on: dt.date, protocol: Protocol) -> Spike | None:
    """Largest jump among the runs of the 30 days up to ``on``; ``None`` when no run has another to compare with."""
    best: Spike | None = None
    for run in life.runs:
        if not 0 <= (on - run.date).days <= WINDOW_DAYS:
            continue
        before = [other.km for other in life.runs if 0 < (run.date - other.date).days <= WINDOW_DAYS]
        if not before:
            continue
        percent = round(100 * (run.km / max(before) - 1), 6)  # 11 km after 10 km is 10 %, not a hair more
        if best is None or percent > best.percent:
            bands = [band for band in protocol.load_bands if percent > band.above_percent]
            best = Spike(run.date, run.km, max(before), percent, bands[-1] if bands else None)
    return best
