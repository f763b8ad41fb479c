"""What scenarios have in common that measure a fault, and thus firedrill alone."""

from dataclasses import dataclass

from .admin import Admin
from .contenders import Contender
from .results import Outcome

FAULT = "bench"
NO_PEER = "no peer has faults"


@dataclass(frozen=True)
class Probe:
    """A scenario around one firedrill and its admin API; a subclass has the measurement."""

    name: str
    title: str

    def run(self, bench):
        outcome = Outcome(self.name, self.title)
        if bench.subject != "firedrill":
            outcome.skipped = NO_PEER
            return outcome
        with bench.stable.start(Contender("firedrill")) as proxy, \
                Admin(proxy.ports["admin"]) as admin:
            self.measure(bench, proxy, admin, outcome)
        return outcome

    def measure(self, bench, proxy, admin, outcome):
        """Adds its rows and rounds to the outcome."""
        raise NotImplementedError
