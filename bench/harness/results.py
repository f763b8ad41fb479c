"""What a run finds out, as rows that the report prints and the JSON file keeps."""

from dataclasses import dataclass, field

from .statistics import Estimate


@dataclass(frozen=True)
class Row:
    """One figure, which a bar may judge: a ratio to a peer, or an absolute figure without one. An
    error may be negative; its size is what is judged."""

    scenario: str
    measure: str
    value: Estimate  # the ratio, when there is a peer
    bar: float | None = None
    unit: str = ""
    peer: str = ""
    ours: float | None = None  # the subject's and the peer's own medians, in `unit`
    theirs: float | None = None
    more_is_better: bool = False

    @property
    def met(self):
        if self.bar is None:
            return None
        value = self.value.median
        return value >= self.bar if self.more_is_better else abs(value) <= self.bar

    @property
    def verdict(self):
        return {None: "", True: "met", False: "MISSED"}[self.met]


@dataclass
class Outcome:
    """What one scenario gave: its rows and raw rounds, or the reason why it gave none."""

    scenario: str
    title: str
    rows: list = field(default_factory=list)
    rounds: list = field(default_factory=list)
    failure: str = ""
    skipped: str = ""  # why the subject has nothing to show here

    @property
    def good(self):
        return not self.failure and all(row.met is not False for row in self.rows)
