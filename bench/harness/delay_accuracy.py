"""How exactly a delay is kept, and what keeping it costs."""

from dataclasses import dataclass

from .connections import bearable, remark
from .probe import FAULT, Probe
from .results import Row
from .statistics import estimate

_WARMUP = 0.5  # seconds, at least: opening thousands of connections has to be over


@dataclass(frozen=True)
class DelayAccuracy(Probe):
    """The error of a tcp.latency: the round trip with the fault, less the median round trip through
    the same proxy without it under the same load, less the delay. The connections take turns, so
    that the machine is nowhere near its limits and queues do not pass for errors.

    A message is early when its whole round trip took less than the delay alone: that needs no
    other measurement, so that no noise excuses or accuses it."""

    bars: dict  # by row
    delay: float  # seconds
    connections: int
    pause: float  # seconds, between a reply and the next message of its connection
    seconds: float  # of one measurement, at least: enough messages for a 99th percentile

    def measure(self, bench, proxy, admin, outcome):
        outcome.title += remark(self.connections)
        admin.put_fault(FAULT, {"proxy": "echo", "type": "tcp.latency",
                                "with": {"delay": f"{self.delay * 1e6:.0f}us"}})
        for _ in range(bench.rounds):
            passed = self._load(bench, proxy)
            admin.enable(FAULT)
            delayed = self._load(bench, proxy)
            admin.disable(FAULT)
            outcome.rounds.append({"passed": passed, "delayed": delayed})
        outcome.rows += self._rows(outcome.rounds)

    def _load(self, bench, proxy):
        return bench.tools.run(
            "echo", proxy.ports["echo"], "--size", 64, "--connections", bearable(self.connections),
            "--pause", self.pause, "--least", self.delay,
            seconds=max(bench.seconds, self.seconds), warmup=max(bench.warmup, _WARMUP),
            process=proxy.pid)

    def _rows(self, rounds):
        rows = [self._row(f"error {part}", "us", [
            each["delayed"][f"{part}_us"] - each["passed"]["p50_us"] - self.delay * 1e6
            for each in rounds]) for part in ("p50", "p90", "p99", "p99.9")]
        rows.append(self._row("early", "%", [
            each["delayed"]["early"] / each["delayed"]["units"] * 100 for each in rounds]))
        rows += [self._row(measure, "us", [
            each[kind]["process_cpu_us"] / each[kind]["units"] for each in rounds])
            for measure, kind in (("CPU per message", "delayed"),
                                  ("CPU per message, no fault", "passed"))]
        return rows

    def _row(self, measure, unit, values):
        return Row(scenario=self.name, measure=measure, unit=unit, value=estimate(values),
                   bar=self.bars.get(measure))
