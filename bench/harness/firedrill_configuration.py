"""firedrill's configuration in each variant; JSON is YAML too."""

import json

from .dns_rules import ADDRESS, ASKED, DNS_VARIANTS, TTL

_FAULTS_IN_A_FILE = 1000  # a file has a limit of size

_BOTH_WAYS = {"direction": "both"}

# Faults that let every message pass at once, unchanged, but have their work with each: to draw a
# delay of nothing, to cut into pieces, to draw what is lost, to count bytes, to put off a death.
# Only the last lets a message wait, for the nanoseconds that it takes on such a link.
_HARMLESS_FAULTS = (
    ("tcp.latency", {"delay": "0ms"}, _BOTH_WAYS),
    ("tcp.slice", {"size": "4KB"}, _BOTH_WAYS),
    ("tcp.loss", {"rate": "0%"}, _BOTH_WAYS),
    ("tcp.limit", {"bytes": "1000GB"}, _BOTH_WAYS),
    ("tcp.corrupt", {"offset": "1000GB"}, _BOTH_WAYS),
    ("tcp.stall", {"for": "1s", "bytes": "1000GB"}, _BOTH_WAYS),
    ("tcp.reset", {"bytes": "1000GB"}, _BOTH_WAYS),
    ("tcp.close", {"bytes": "1000GB"}, _BOTH_WAYS),
    ("tcp.idle_kill", {"after": "1h"}, {}),
    ("tcp.bandwidth", {"rate": "10GB/s"}, _BOTH_WAYS),
)

# How many of them the variants have.
STACKS = {"1 fault": 1, "3 faults": 3, "10 faults": 10}

# HTTP faults beside which requests pass: how many, and whether they are switched on. They select by
# path, as most do.
IDLE_RULES = {"100 inactive": (100, False), "100 unmatched": (100, True),
              "1000 unmatched": (1000, True)}


def firedrill_configuration(variant, routes, _scratch):
    """The texts of its files."""
    faults = [*_dns_faults(variant), *_http_faults(variant), *_echo_faults(variant)]
    parts = [faults[start:start + _FAULTS_IN_A_FILE]
             for start in range(0, len(faults), _FAULTS_IN_A_FILE)]
    return [json.dumps(_process(variant, routes), indent=2),
            *(json.dumps({"faults": part}, indent=2) for part in parts)]


def _process(variant, routes):
    admin, _ = routes["admin"]
    protocols = {"http": "http", "dns": "dns"}
    return {
        "environment": "bench",
        "workers": 2 if variant == "two workers" else 1,
        "admin": {"listen": f"127.0.0.1:{admin}"},
        "defaults": {"for": "15m", "max_for": "2h"},
        "proxies": [
            {"name": service, "protocol": protocols.get(service, "tcp"),
             "listen": f"127.0.0.1:{port}",
             "upstream": [f"127.0.0.1:{upstream}"] if service == "dns"
             else f"127.0.0.1:{upstream}"}
            for service, (port, upstream) in routes.items() if service != "admin"],
    }


def _fault(name, proxy, kind, **more):
    return {"name": name, "proxy": proxy, "type": kind, "enabled": True, "for": "2h", **more}


def _dns_faults(variant):
    if variant not in DNS_VARIANTS:
        return
    rules = DNS_VARIANTS[variant]
    for domain in rules.domains:
        yield _fault(domain.partition(".")[0], "dns", "dns.drop", match={"names": [f"*.{domain}"]})
    if rules.forged:
        yield _fault("forged", "dns", "dns.answer", match={"names": [f"*.{ASKED}"]},
                     **{"with": {"records": [f"A {ADDRESS}"], "ttl": f"{TTL}s"}})


def _http_faults(variant):
    count, active = IDLE_RULES.get(variant, (0, False))
    for number in range(count):
        yield _fault(f"rule-{number}", "http", "http.status", enabled=active,
                     match={"path": f"/rule/{number}", "method": "POST"}, **{"with": {"code": 503}})
    if variant == "1% status":
        # To the client it looks like the upstream's, so that it counts as a good response.
        yield _fault("status", "http", "http.status", share="1%",
                     **{"with": {"code": 200, "body": "x" * 100}})


def _echo_faults(variant):
    for name, parameters, direction in _HARMLESS_FAULTS[:STACKS.get(variant, 0)]:
        yield _fault(name, "echo", name, **{"with": parameters}, **direction)
