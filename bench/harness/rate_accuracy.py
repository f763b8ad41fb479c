"""How exactly a rate is kept."""

import statistics
from dataclasses import dataclass

from .probe import FAULT, Probe
from .results import Row
from .statistics import estimate

_BOUNDLESS = "boundless"
_HEADROOM = 1.2
_SECONDS = 2.0  # of one measurement, at least


@dataclass(frozen=True)
class RateAccuracy(Probe):
    """How far the rate at which bytes come down through a tcp.bandwidth is from what was asked for,
    in percent. The client takes it from the first arrival to the last, so that it does not depend
    on how many of the fault's pieces fall into the time of the measurement.

    A rate that this machine does not carry is no fault of the fault: the same bytes also pass one
    of 1 TB/s, and a rate that comes close to what gets through there is shown without a bar."""

    rate: float  # bytes a second
    bar: float  # percent
    scope: str = "connection"
    streams: int = 1

    def measure(self, bench, proxy, admin, outcome):
        self._put(admin, FAULT, self.rate)
        self._put(admin, _BOUNDLESS, 1e12)
        for _ in range(bench.rounds):
            outcome.rounds.append({"kept": self._rate(bench, proxy, admin, FAULT),
                                   "carried": self._rate(bench, proxy, admin, _BOUNDLESS)})
        carried = [each["carried"] for each in outcome.rounds]
        judged = statistics.median(carried) >= self._expected * _HEADROOM
        outcome.rows += [
            Row(scenario=self.name, measure="deviation", unit="%", bar=self.bar if judged else None,
                value=estimate([(each["kept"] / self._expected - 1) * 100
                                for each in outcome.rounds])),
            Row(scenario=self.name, measure="without limit", unit="MB/s",
                value=estimate([each / 1e6 for each in carried]))]

    @property
    def _expected(self):
        """Of all streams together."""
        return self.rate * (self.streams if self.scope == "connection" else 1)

    def _put(self, admin, name, rate):
        admin.put_fault(name, {"proxy": "source", "type": "tcp.bandwidth",
                               "with": {"rate": f"{rate:.0f}B/s", "scope": self.scope}})

    def _rate(self, bench, proxy, admin, fault):
        admin.enable(fault)
        result = bench.tools.run(
            "bulk-down", proxy.ports["source"], "--streams", self.streams,
            seconds=max(bench.seconds, _SECONDS), warmup=bench.warmup)
        admin.disable(fault)
        return result["bytes_per_second"]
