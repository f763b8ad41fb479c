"""Many changes while much goes on."""

import contextlib
import os
import statistics
import time
from dataclasses import dataclass

from .load import read_result
from .probe import FAULT, Probe
from .results import Row
from .statistics import estimate, percentile

_SETTLE = 1.0  # seconds, before the first change and after the last


@dataclass(frozen=True)
class Toggles(Probe):
    """A fault is switched on and off, so many times a second, while conversations pass that miss
    nothing: each must get back every byte that it sent, in order, and then the end. When a call
    returns, its change is in effect on all workers; how long calls take is measured too."""

    bars: dict  # by row
    options: tuple
    per_second: int = 100
    seconds: float = 5.0

    def measure(self, bench, proxy, admin, outcome):
        admin.put_fault(FAULT, {"proxy": "echo", "type": "tcp.latency", "direction": "both",
                                "with": {"delay": "1ms"}})
        with bench.tools.start("audit", proxy.ports["echo"], *self.options,
                               seconds=self.seconds + 2 * _SETTLE,
                               warmup=bench.warmup) as client:
            time.sleep(_SETTLE)
            with _prompt_turns():
                start = time.perf_counter()
                times = self._toggle(admin)
                elapsed = time.perf_counter() - start
            result = read_result(client)
        outcome.rounds.append({"milliseconds": times, "load": result})
        outcome.rows += [
            self._row("errors", "", result["errors"]),
            self._row("conversations", "", result["units"]),
            self._row("changes", "/s", len(times) / elapsed),
            self._row("call p50", "ms", statistics.median(times)),
            self._row("call p99", "ms", percentile(times, 0.99)),
            self._row("call max", "ms", max(times))]

    def _row(self, measure, unit, value):
        return Row(scenario=self.name, measure=measure, unit=unit, value=estimate([value]),
                   bar=self.bars.get(measure), more_is_better=measure == "changes")

    def _toggle(self, admin):
        """The milliseconds that each call took. Every call has its own time to begin, so that a
        slow one makes the next ones late but not fewer."""
        times = []
        due = time.perf_counter()
        for number in range(round(self.seconds * self.per_second)):
            time.sleep(max(due - time.perf_counter(), 0))
            start = time.perf_counter()
            (admin.disable if number % 2 else admin.enable)(FAULT)
            times.append((time.perf_counter() - start) * 1e3)
            due += 1 / self.per_second
        return times


@contextlib.contextmanager
def _prompt_turns():
    """Lets this process run as soon as it can: it shares its core with the load, and its own wait
    for a turn is no part of what it measures. Without the right to it the figure is the worse."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)
