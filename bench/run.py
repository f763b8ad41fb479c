#!/usr/bin/env python3
"""Measures firedrill beside what it stands in for; bench/README.md explains the method.

The exit status is 0 when all bars are met, 1 when one is missed or a scenario fails, 2 for wrong
usage.
"""

import argparse
import fnmatch
import json
import os
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness import report
from harness.admin import AdminError
from harness.contenders import PROGRAMS, Stable
from harness.load import LoadError, Tools
from harness.process import Cores, ProcessError, raise_descriptor_limit
from harness.results import Outcome
from harness.scenarios import SCENARIOS


@dataclass(frozen=True)
class Bench:
    """What a scenario needs: whom to measure, with what, how often and for how long."""

    subject: str
    tools: Tools
    stable: Stable
    backend_ports: dict
    rounds: int
    seconds: float
    warmup: float


def main():
    arguments = parse_arguments()
    scenarios = chosen(arguments.scenario)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the children are ended
    try:
        outcomes = run(arguments, scenarios)
    except ProcessError as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit(1)
    sys.exit(0 if all(outcome.good for outcome in outcomes) else 1)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--firedrill", metavar="PATH", help="the binary to measure")
    parser.add_argument("--tools", metavar="DIR",
                        help="where bench_client and bench_backend are (default: beside the "
                             "binary, in bench/)")
    parser.add_argument("--scenario", metavar="NAME", nargs="+", default=["*"],
                        help="which to run; patterns such as 'tcp.*' are understood")
    parser.add_argument("--subject", choices=PROGRAMS, default="firedrill",
                        help="measure a peer instead: against itself, it shows the noise")
    parser.add_argument("--rounds", type=int, help="rounds of each scenario (default 15)")
    parser.add_argument("--seconds", type=float, help="length of one measurement (default 1)")
    parser.add_argument("--quick", action="store_true", help="4 rounds of 0.5 s: about 3 minutes")
    parser.add_argument("--list", action="store_true", help="print the scenarios and end")
    parser.add_argument("--json", metavar="OUT", help="write everything that was measured")
    parser.add_argument("--markdown", metavar="OUT",
                        help="write the table, in its marked place if the file has one")
    arguments = parser.parse_args()
    if arguments.list:
        for scenario in SCENARIOS:
            print(f"{scenario.name:20} {scenario.title}")
        sys.exit(0)
    arguments.rounds = arguments.rounds or (4 if arguments.quick else 15)
    arguments.seconds = arguments.seconds or (0.5 if arguments.quick else 1.0)
    if not 1 <= arguments.rounds <= 1000 or not 0.05 <= arguments.seconds <= 60:
        parser.error("--rounds must be from 1 to 1000, --seconds from 0.05 to 60")
    if arguments.firedrill is None and arguments.subject == "firedrill":
        parser.error("--firedrill is needed, unless --subject names a peer")
    if arguments.firedrill is None and arguments.tools is None:
        parser.error("without --firedrill, --tools is needed")
    if arguments.firedrill and not os.access(arguments.firedrill, os.X_OK):
        parser.error(f"{arguments.firedrill} is not a program")
    if not chosen(arguments.scenario):
        parser.error("no scenario has such a name; --list prints them")
    return arguments


def chosen(patterns):
    return [scenario for scenario in SCENARIOS
            if any(fnmatch.fnmatchcase(scenario.name, pattern) for pattern in patterns)]


def run(arguments, scenarios):
    about = report.machine() | {"subject": arguments.subject, "rounds": arguments.rounds,
                                "seconds": arguments.seconds}
    if about["load"] > 0.5:
        print(f"The machine is busy (load {about['load']:.1f}): trust the ratios of CPU time only.")
    raise_descriptor_limit()
    cores = Cores.choose()
    os.sched_setaffinity(0, cores.load)
    firedrill = arguments.firedrill and os.path.abspath(arguments.firedrill)
    tool_directory = os.path.abspath(arguments.tools or Path(firedrill).parent / "bench")
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="firedrill-bench-") as scratch:
        tools = Tools(tool_directory, scratch, cores.load)
        with tools.start_backend() as backend:
            bench = Bench(
                subject=arguments.subject, tools=tools,
                stable=Stable(firedrill, scratch, cores, backend.ports),
                backend_ports=backend.ports, rounds=arguments.rounds,
                seconds=arguments.seconds, warmup=min(0.2, arguments.seconds / 2))
            for scenario in scenarios:
                outcomes.append(attempt(scenario, bench))
                print(report.outcome_text(outcomes[-1]), flush=True)
    save(arguments, outcomes, about)
    return outcomes


def attempt(scenario, bench):
    """A scenario that fails is reported, and the others still run."""
    try:
        return scenario.run(bench)
    except (LoadError, ProcessError, AdminError, OSError) as error:
        return Outcome(scenario.name, scenario.title, failure=str(error))


def save(arguments, outcomes, about):
    if arguments.json:
        Path(arguments.json).write_text(
            json.dumps(report.as_json(outcomes, about), indent=1) + "\n", encoding="utf-8")
    if arguments.markdown:
        report.write_markdown(arguments.markdown, report.markdown(outcomes, about))


if __name__ == "__main__":
    main()
