"""The median of per-round figures, and how far it can be trusted."""

import math
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A median with the bounds of its 95 % confidence interval."""

    median: float
    low: float
    high: float


def estimate(values):
    """No shape of the noise is assumed: the bounds are order statistics (the sign test's interval).
    With fewer than six values no such interval reaches 95 %, and they are the extremes."""
    ordered = sorted(values)
    skip = _skipped_ranks(len(ordered))
    return Estimate(statistics.median(ordered), ordered[skip], ordered[-1 - skip])


def _skipped_ranks(count):
    """How many values may be left out at each end while the interval still holds 95 %."""
    below = 0.0
    for rank in range(count // 2 + 1):
        below += math.comb(count, rank) / 2**count
        if below > 0.025:
            return max(rank - 1, 0)
    return 0


def percentile(values, part):
    """The least value that `part` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(part * len(ordered)) - 1, 0)]
