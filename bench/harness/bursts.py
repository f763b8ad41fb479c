"""Whether a burst of queries comes through whole."""

from dataclasses import dataclass

from .comparison import Comparison
from .results import Row
from .statistics import estimate


@dataclass(frozen=True)
class Bursts(Comparison):
    """Many queries leave at one moment; what has no answer when the next burst begins is lost, in a
    queue that was too short for it. Losses have no ratio, so that they are shown for each."""

    lost_bar: float = 0.0  # per cent, of the subject

    def run(self, bench):
        outcome = super().run(bench)
        if outcome.rounds:
            bars = [(bench.subject, self.lost_bar),
                    *((peer.contender.label, None) for peer in self.peers)]
            outcome.rows += [self._losses(label, outcome.rounds, index, bar)
                             for index, (label, bar) in enumerate(bars)]
        return outcome

    def figures(self, result):
        sent = result["units"] + result["lost"]
        return super().figures(result) | {"lost": result["lost"] / sent * 100}

    def rows(self, peer, rounds, index):
        answered = [[{name: value for name, value in figures.items() if name != "lost"}
                     for figures in each] for each in rounds]
        return super().rows(peer, answered, index)

    def _losses(self, label, rounds, index, bar):
        return Row(scenario=self.name, measure=f"{label} lost", unit="%", bar=bar,
                   value=estimate([figures[index]["lost"] for figures in rounds]))
