"""Side by side: the subject and its peers under the same load, in interleaved rounds."""

import contextlib
import statistics
from dataclasses import dataclass, field

from .contenders import Contender
from .load import LoadError
from .results import Outcome, Row
from .statistics import estimate


@dataclass(frozen=True)
class Peer:
    """Whom the subject is compared with, and the bars: the worst ratios that will do."""

    contender: Contender
    bars: dict  # by measure; empty for a peer that is shown but judges nothing


@dataclass(frozen=True)
class Comparison:
    """A load, and those who bear it in turn."""

    name: str
    title: str
    load: str
    service: str
    options: tuple
    peers: tuple
    variant: str = "plain"
    bars: dict = field(default_factory=dict)  # of the subject's own figures, by measure

    def run(self, bench):
        outcome = Outcome(self.name, self.title)
        # The subject may be its own peer, which shows how much of a ratio is noise.
        contenders = [Contender(bench.subject, self.variant),
                      *(peer.contender for peer in self.peers)]
        for contender in contenders:
            if not bench.stable.can_run(contender, self.service):
                outcome.skipped = f"{contender.label} is not there, or has no such service"
                return outcome
        with contextlib.ExitStack() as stack:
            proxies = [stack.enter_context(bench.stable.start(each)) for each in contenders]
            for number in range(bench.rounds):
                outcome.rounds.append(self._round(bench, proxies, number))
        for index, peer in enumerate(self.peers, start=1):
            outcome.rows += self.rows(peer, outcome.rounds, index)
        outcome.rows += [
            Row(scenario=self.name, measure=f"own {measure}", bar=bar, unit=self._unit(measure),
                value=estimate([results[0][measure] for results in outcome.rounds]))
            for measure, bar in self.bars.items()]
        return outcome

    @property
    def _bulk(self):
        return self.load.startswith("bulk")

    def _round(self, bench, proxies, number):
        """Each contender once, beginning with another one each time."""
        results = [None] * len(proxies)
        for step in range(len(proxies)):
            index = (number + step) % len(proxies)
            proxy = proxies[index]
            try:
                results[index] = self.measure(bench, proxy)
            except LoadError as error:
                raise LoadError(f"{proxy.name}: {error}") from error
        return results

    def measure(self, bench, proxy):
        """The measures of one run, of which each becomes a ratio."""
        return self.figures(self.run_load(bench, proxy))

    def run_load(self, bench, proxy):
        return bench.tools.run(
            self.load, proxy.ports[self.service], *self.options,
            seconds=bench.seconds, warmup=bench.warmup, process=proxy.pid)

    def figures(self, result):
        units = result["bytes"] / 1e9 if self._bulk else result["units"]
        cpu = result["process_cpu_us"] / units
        figures = {"cpu": cpu / 1e6 if self._bulk else cpu, "throughput": units / result["seconds"]}
        if not self._bulk:
            figures |= {name: result[f"{name}_us"] for name in ("p50", "p90", "p99", "p99.9")}
        return figures

    def rows(self, peer, rounds, index):
        return [self._row(measure, peer, rounds, index) for measure in rounds[0][0]]

    def _row(self, measure, peer, rounds, index):
        ours = [results[0][measure] for results in rounds]
        theirs = [results[index][measure] for results in rounds]
        return Row(
            scenario=self.name, measure=measure, peer=peer.contender.label,
            value=estimate([mine / other for mine, other in zip(ours, theirs)]),
            bar=peer.bars.get(measure), unit=self._unit(measure),
            ours=statistics.median(ours), theirs=statistics.median(theirs),
            more_is_better=measure == "throughput")

    def _unit(self, measure):
        if measure == "throughput":
            return "GB/s" if self._bulk else "/s"
        return "s/GB" if self._bulk else "us"
