"""The same comparison by a load generator that is not ours."""

import math
import os
import re
from dataclasses import dataclass

from .comparison import Comparison
from .load import LoadError

_NAMES = 10_000  # as bench_client asks for


@dataclass(frozen=True)
class DnsperfComparison(Comparison):
    """DNS-OARC's dnsperf in bench_client's place, as a check of what that measures. It sends each
    query by itself, and its start and end are within what is measured."""

    def measure(self, bench, proxy):
        seconds = max(math.ceil(bench.seconds), 1)
        before = proxy.cpu_seconds()
        text = bench.tools.run_other(
            ["dnsperf", "-s", "127.0.0.1", "-p", str(proxy.ports[self.service]),
             "-d", _query_file(bench.tools.scratch), "-l", str(seconds), *map(str, self.options)],
            seconds)
        cpu = proxy.cpu_seconds() - before
        completed = _number(r"Queries completed: +(\d+)", text)
        if completed != _number(r"Queries sent: +(\d+)", text) or \
                completed != _number(r"Response codes: +NOERROR (\d+)", text):
            raise LoadError(f"some queries have no good answer: {text}")
        return {"cpu": cpu * 1e6 / completed,
                "throughput": _number(r"Queries per second: +([\d.]+)", text),
                "mean": _number(r"Average Latency \(s\): +([\d.]+)", text) * 1e6}


def _number(pattern, text):
    found = re.search(pattern, text)
    if not found:
        raise LoadError(f"dnsperf said nothing of {pattern}: {text}")
    return float(found[1])


def _query_file(directory):
    """The names to ask for, a line each; written once."""
    path = os.path.join(directory, "queries")
    if not os.path.exists(path):
        with open(path, "w", encoding="ascii") as file:
            file.writelines(f"h{number}.bench.test A\n" for number in range(_NAMES))
    return path
