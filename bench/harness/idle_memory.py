"""Memory of connections that do nothing."""

from dataclasses import dataclass

from .connections import bearable, remark
from .contenders import Contender
from .load import read_result
from .results import Outcome, Row
from .statistics import estimate

_KIB = 1024


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
    connections: int = 10_000
    samples: int = 3

    def run(self, bench):
        outcome = Outcome(self.name, self.title + remark(self.connections))
        for program in dict.fromkeys((bench.subject, *self.peers)):
            contender = Contender(program)
            if not bench.stable.can_run(contender, self.service):
                continue
            growths = [self._growth(bench, contender) for _ in range(self.samples)]
            outcome.rounds.append({"program": program, "growths": growths})
            bar = self.bar if program == bench.subject else None
            outcome.rows += memory_rows(self.name, program, growths, bar)
        return outcome

    def _growth(self, bench, contender):
        """Bytes for each connection, of each kind of memory."""
        count = bearable(self.connections)
        with bench.stable.start(contender) as proxy:
            before = proxy.memory()
            with bench.tools.start(self.load, proxy.ports[self.service], "--connections", count,
                                   seconds=60, warmup=0.5) as client:
                read_result(client)
                return growth_each(before, proxy.memory(), count)


def growth_each(before, after, connections):
    """Bytes for each connection, of each kind of memory."""
    return {kind: (after[kind] - before[kind]) / connections for kind in before}


def memory_rows(scenario, program, growths, bar):
    """The samples of one program; the bar judges what it holds alone."""
    return [Row(scenario=scenario, measure=f"{program} {kind}", unit="KiB",
                value=estimate([growth[kind] / _KIB for growth in growths]),
                bar=bar if kind == "anonymous" else None)
            for kind in ("anonymous", "pss")]
