"""Figures of one proxy by itself: memory of idle connections, accuracy of delays, toggles."""

import contextlib
import os
import statistics
import time
from dataclasses import dataclass

from .admin import Admin
from .contenders import Contender
from .load import LoadError, read_result
from .results import Outcome, Row
from .statistics import estimate, percentile

_KIB = 1024
_FAULT = "bench"
_OURS_ALONE = "no peer has faults to toggle"


@dataclass(frozen=True)
class IdleMemory:
    """How much user memory the proxy gains for each connection that has had one exchange and now
    does nothing. Each sample is a fresh process, so that no earlier load has filled its heap."""

    name: str
    title: str
    load: str
    service: str
    bar: float
    peers: tuple
    connections: int = 2000
    samples: int = 3

    def run(self, bench):
        outcome = Outcome(self.name, self.title)
        for program in dict.fromkeys((bench.subject, *self.peers)):
            contender = Contender(program)
            if not bench.stable.can_run(contender, self.service):
                continue
            growths = [self._growth(bench, contender) for _ in range(self.samples)]
            outcome.rounds.append({"program": program, "growths": growths})
            for kind in ("anonymous", "pss"):
                judged = program == bench.subject and kind == "anonymous"
                outcome.rows.append(Row(
                    scenario=self.name, measure=f"{program} {kind}", unit="KiB",
                    value=estimate([growth[kind] / _KIB for growth in growths]),
                    bar=self.bar if judged else None))
        return outcome

    def _growth(self, bench, contender):
        """Bytes for each connection, of each kind of memory."""
        with bench.stable.start(contender) as proxy:
            before = proxy.memory()
            with bench.tools.start(self.load, proxy.ports[self.service], "--connections",
                                   self.connections, seconds=60, warmup=0.5) as client:
                read_result(client)
                after = proxy.memory()
        return {kind: (after[kind] - before[kind]) / self.connections for kind in before}


@dataclass(frozen=True)
class DelayAccuracy:
    """How far a delay of tcp.latency is from what was asked for: the round trip with the fault,
    less the median round trip without the proxy, less the delay. The connections take turns, so
    that the machine is nowhere near its limits and queues do not pass for errors."""

    name: str
    title: str
    bars: dict  # by measure, in microseconds
    delay: float = 10_000.0  # microseconds
    options: tuple = ("--connections", 1000, "--pause", 0.25)

    def run(self, bench):
        outcome = Outcome(self.name, self.title)
        if bench.subject != "firedrill":
            outcome.skipped = _OURS_ALONE
            return outcome
        with bench.stable.start(Contender("firedrill")) as proxy, \
                Admin(proxy.ports["admin"]) as admin:
            admin.put_fault(_FAULT, {"proxy": "echo", "type": "tcp.latency",
                                     "with": {"delay": f"{self.delay:.0f}us"}})
            for _ in range(bench.rounds):
                direct = self._load(bench, bench.backend_ports["echo"])
                admin.enable(_FAULT)
                delayed = self._load(bench, proxy.ports["echo"])
                admin.disable(_FAULT)
                passed = self._load(bench, proxy.ports["echo"])
                outcome.rounds.append({"direct": direct, "delayed": delayed, "passed": passed})
        for part in ("p50", "p90", "p99", "p99.9"):
            errors = [each["delayed"][f"{part}_us"] - each["direct"]["p50_us"] - self.delay
                      for each in outcome.rounds]
            outcome.rows.append(Row(scenario=self.name, measure=f"error {part}", unit="us",
                                    value=estimate(errors), bar=self.bars.get(part)))
        return outcome

    def _load(self, bench, port):
        result = bench.tools.run("echo", port, *self.options, seconds=max(bench.seconds, 1.0),
                                 warmup=bench.warmup)
        if result["errors"]:
            raise LoadError(f"{result['errors']} errors: {result['first_error']}")
        return result


@contextlib.contextmanager
def _prompt_turns():
    """Lets this process run as soon as it can: it shares its core with the load, and its own wait
    for a turn is no part of what it measures. Without the right to it the figure is the worse."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    yield
    os.setpriority(os.PRIO_PROCESS, 0, before)


@dataclass(frozen=True)
class ToggleTime:
    """How long a call takes that switches a fault on or off while messages pass. When it returns,
    the change is in effect on all workers."""

    name: str
    title: str
    bars: dict  # by measure, in milliseconds
    toggles: int = 200
    interval: float = 0.025  # seconds: the admin API takes 50 changes in one

    def run(self, bench):
        outcome = Outcome(self.name, self.title)
        if bench.subject != "firedrill":
            outcome.skipped = _OURS_ALONE
            return outcome
        length = self.toggles * self.interval * 4 + 5
        with bench.stable.start(Contender("firedrill")) as proxy, \
                Admin(proxy.ports["admin"]) as admin, \
                bench.tools.start("echo", proxy.ports["echo"], "--connections", 64,
                                  seconds=length, warmup=bench.warmup):
            admin.put_fault(_FAULT, {"proxy": "echo", "type": "tcp.latency",
                                     "with": {"delay": "1ms"}})
            time.sleep(1)  # the load settles
            with _prompt_turns():
                times = self._toggle(admin)
        outcome.rounds.append({"milliseconds": times})
        for measure, value in (("p50", statistics.median(times)),
                               ("p99", percentile(times, 0.99)), ("max", max(times))):
            outcome.rows.append(Row(scenario=self.name, measure=measure, unit="ms",
                                    value=estimate([value]), bar=self.bars.get(measure)))
        return outcome

    def _toggle(self, admin):
        """The milliseconds that each call took."""
        times = []
        for _ in range(self.toggles // 2):
            for call in (admin.enable, admin.disable):
                start = time.perf_counter()
                call(_FAULT)
                times.append((time.perf_counter() - start) * 1e3)
                time.sleep(self.interval)
        return times
