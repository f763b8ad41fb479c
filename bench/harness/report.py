"""The results for people (text and Markdown) and for programs (JSON)."""

import dataclasses
import os
import platform
import re
import subprocess

_TABLE = re.compile(r"<!-- table -->.*?<!-- /table -->", re.DOTALL)
_MEASURES = {"cpu": "CPU per unit"}
# The other percentiles are in the JSON file.
_PRINTED = ("cpu", "throughput", "mean", "p50", "p99")
_HEADER = ("scenario", "measure", "value", "peer", "peer's", "ratio", "95 % interval", "bar", "")


def machine():
    """What a reader must know to judge the figures."""
    with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
        models = [line.partition(":")[2].strip()
                  for line in cpuinfo if line.startswith("model name")]
    versions = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", "haproxy", "nginx",
         "libnginx-mod-stream", "dnsdist", "dnsmasq-base", "unbound", "dnsperf"],
        capture_output=True, text=True, check=False).stdout
    return {"cpu": models[0] if models else platform.machine(), "cores": os.cpu_count(),
            "kernel": platform.release(), "load": os.getloadavg()[0],
            "peers": versions.splitlines()}


def outcome_text(outcome):
    lines = [f"{outcome.scenario}: {outcome.title}"]
    if outcome.failure:
        lines.append(f"  FAILED: {outcome.failure}")
    if outcome.skipped:
        lines.append(f"  skipped: {outcome.skipped}")
    rows = [_cells(row)[1:] for row in _printed(outcome)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines += ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join(lines)


def markdown(outcomes, about):
    lines = [f"{about['cpu']}, {about['cores']} cores, Linux {about['kernel']}; "
             f"{about['rounds']} rounds of {about['seconds']} s; {', '.join(about['peers'])}; "
             f"subject: {about['subject']}.", "",
             "| " + " | ".join(_HEADER) + " |", "|" + "---|" * len(_HEADER)]
    for outcome in outcomes:
        if outcome.failure:
            lines.append(f"| {outcome.scenario} | failed: {outcome.failure} |" + " |" * 7)
        lines += ["| " + " | ".join(_cells(row)) + " |" for row in _printed(outcome)]
    return "\n".join(lines)


def write_markdown(path, table):
    """Replaces the marked table in a document, or writes a new one."""
    block = f"<!-- table -->\n\n{table}\n\n<!-- /table -->"
    text = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
    text, replaced = _TABLE.subn(lambda _: block, text, count=1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text if replaced else f"{text}{block}\n")


def as_json(outcomes, about):
    return {"about": about, "scenarios": [
        {**dataclasses.asdict(outcome),
         "rows": [{**dataclasses.asdict(row), "met": row.met} for row in outcome.rows]}
        for outcome in outcomes]}


def _printed(outcome):
    return [row for row in outcome.rows if not row.peer or row.measure in _PRINTED]


def _cells(row):
    measure = _MEASURES.get(row.measure, row.measure)
    bar = "" if row.bar is None else f"{'>=' if row.more_is_better else '<='} {_figure(row.bar)}"
    if bar and not row.peer:
        bar += " " + row.unit
    interval = ("" if row.value.low == row.value.high else
                f"{_figure(row.value.low)} to {_figure(row.value.high)}")
    if not row.peer:
        return (row.scenario, measure, f"{_figure(row.value.median)} {row.unit}", "", "", "",
                interval, bar, row.verdict)
    return (row.scenario, measure, f"{_figure(row.ours)} {row.unit}", row.peer,
            f"{_figure(row.theirs)} {row.unit}", f"{row.value.median:.2f}", interval, bar,
            row.verdict)


def _figure(value):
    """About three digits, which is more than most of these are worth, and no sign on a zero."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{round(value, 2) + 0.0:.2f}"
