"""The proxies that are compared: how each is configured and started.

Each runs as one process with one worker thread, without logs, limits or rate control, and otherwise
as its package leaves it. A service is a listener of the proxy with its upstream: `echo`, `sink` and
`source` over TCP, `http`, and `dns`. A variant is a different configuration of the same proxy.
"""

import json
import os
from dataclasses import dataclass

from .connections import bearable
from .process import Child, free_port

TCP_SERVICES = ("echo", "sink", "source")
RULES = 100
_MOST_CONNECTIONS = 10_500

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
_STACKS = {"1 fault": 1, "3 faults": 3, "10 faults": 10}


# HTTP faults beside which requests pass: how many, and whether they are switched on. They select by
# path, as most do.
_IDLE_RULES = {"100 inactive": (100, False), "100 unmatched": (100, True),
               "1000 unmatched": (1000, True)}


@dataclass(frozen=True)
class Contender:
    """One proxy in one configuration, as a scenario names it."""

    program: str
    variant: str = "plain"

    @property
    def label(self):
        return self.program if self.variant == "plain" else f"{self.program} ({self.variant})"


class Proxy(Child):
    """A started contender, which listens for every service that it knows."""

    def __init__(self, command, directory, cores, ports):
        super().__init__(os.path.basename(command[0]), command, directory, cores)
        self.ports = ports
        try:
            for port in ports.values():
                self.wait_for_port(port)
        except BaseException:
            self.stop()
            raise


class Stable:
    """Starts contenders before one backend."""

    def __init__(self, firedrill, scratch, cores, backend_ports):
        self._firedrill = firedrill
        self._scratch = scratch
        self._cores = cores
        self._backend = backend_ports

    def can_run(self, contender, service):
        programs = _PROGRAMS.get(contender.program)
        return programs is not None and service in programs.services.get(contender.variant, ())

    def start(self, contender):
        program = _PROGRAMS[contender.program]
        services = program.services[contender.variant]
        ports = {service: free_port() for service in services}
        if contender.program == "firedrill":
            ports["admin"] = free_port()
        routes = {service: (port, self._backend.get(service)) for service, port in ports.items()}
        path = os.path.join(self._scratch, f"{contender.program}.{ports[services[0]]}.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(program.configuration(contender.variant, routes, self._scratch))
        command = [self._firedrill if word == "firedrill" else word.format(path=path)
                   for word in program.command]
        cores = self._cores.all if contender.variant in _WIDE else self._cores.proxy
        return Proxy(command, self._scratch, cores, ports)


def _firedrill_configuration(variant, routes, _scratch):
    """JSON is YAML too."""
    admin, _ = routes["admin"]
    protocols = {"http": "http", "dns": "dns"}
    proxies = [
        {"name": service, "protocol": protocols.get(service, "tcp"), "listen": f"127.0.0.1:{port}",
         "upstream": [f"127.0.0.1:{upstream}"] if service == "dns" else f"127.0.0.1:{upstream}"}
        for service, (port, upstream) in routes.items() if service != "admin"]
    faults = []
    if variant == "rules":
        faults = [{"name": f"rule-{number}", "proxy": "dns", "type": "dns.drop", "enabled": True,
                   "for": "2h", "match": {"names": [f"*.rule{number}.test"]}}
                  for number in range(RULES)]
    if variant == "forged":
        faults = [{"name": "forged", "proxy": "dns", "type": "dns.answer", "enabled": True,
                   "for": "2h", "with": {"records": ["A 192.0.2.99"], "ttl": "30s"},
                   "match": {"names": ["*.bench.test"]}}]
    count, active = _IDLE_RULES.get(variant, (0, False))
    faults += [{"name": f"rule-{number}", "proxy": "http", "type": "http.status",
                "enabled": active, "for": "2h", "with": {"code": 503},
                "match": {"path": f"/rule/{number}", "method": "POST"}}
               for number in range(count)]
    if variant == "1% status":
        # To the client it looks like the upstream's, so that it counts as a good response.
        faults += [{"name": "status", "proxy": "http", "type": "http.status", "enabled": True,
                    "for": "2h", "share": "1%", "with": {"code": 200, "body": "x" * 100}}]
    faults += [{"name": name, "proxy": "echo", "type": name, "enabled": True, "for": "2h",
                "with": parameters, **direction}
               for name, parameters, direction in _HARMLESS_FAULTS[:_STACKS.get(variant, 0)]]
    return json.dumps({
        "environment": "bench",
        "workers": 2 if variant == "two workers" else 1,
        "admin": {"listen": f"127.0.0.1:{admin}"},
        "defaults": {"for": "15m", "max_for": "2h"},
        "proxies": proxies,
        "faults": faults,
    }, indent=2)


def _haproxy_configuration(variant, routes, _scratch):
    splice = "  option splice-request\n  option splice-response\n" if variant == "splice" else ""
    # Each connection that is spliced may take a pipe as well.
    most = bearable(_MOST_CONNECTIONS) // (2 if splice else 1)
    sections = [
        f"global\n  nbthread 1\n  maxconn {most}\n",
        "defaults\n  timeout connect 5s\n  timeout client 10m\n  timeout server 10m\n"]
    for service, (port, upstream) in routes.items():
        mode = "http" if service == "http" else "tcp"
        sections.append(f"listen {service}\n  mode {mode}\n{splice}"
                        f"  bind 127.0.0.1:{port}\n  server upstream 127.0.0.1:{upstream}\n")
    return "\n".join(sections)


def _nginx_configuration(_variant, routes, scratch):
    http_port, http_upstream = routes["http"]
    streams = "\n".join(
        f"  server {{ listen 127.0.0.1:{port}; proxy_pass 127.0.0.1:{upstream}; }}"
        for service, (port, upstream) in routes.items() if service in TCP_SERVICES)
    paths = "\n".join(f"  {name}_temp_path {scratch}/nginx-{name};" for name in
                      ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    descriptors = 2 * bearable(_MOST_CONNECTIONS) + 100
    return f"""load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
master_process off;
worker_processes 1;
worker_rlimit_nofile {descriptors};
pid {scratch}/nginx.{http_port}.pid;
error_log stderr;
events {{ worker_connections {descriptors}; }}
stream {{
{streams}
}}
http {{
  access_log off;
{paths}
  keepalive_requests 1000000000;
  upstream backend {{
    server 127.0.0.1:{http_upstream};
    keepalive 2000;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{http_port};
    location / {{
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
}}
"""


def _dnsdist_configuration(variant, routes, _scratch):
    port, upstream = routes["dns"]
    lines = [
        f'setLocal("127.0.0.1:{port}", {{maxInFlight=1000}})',
        f'newServer({{address="127.0.0.1:{upstream}", maxInFlight=1000}}):setUp()',
        "setMaxTCPClientThreads(1)",
        "setSecurityPollSuffix('')"]
    if variant == "rules":
        lines += [f'addAction({{"rule{number}.test."}}, DropAction())' for number in range(RULES)]
    if variant == "forged":
        lines.append('addAction({"bench.test."}, SpoofAction("192.0.2.99"))')
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Program:
    command: tuple
    configuration: object
    services: dict  # by variant


_EVERYTHING = (*TCP_SERVICES, "http", "dns")

# Variants whose threads need more than the one core.
_WIDE = ("two workers", "one worker, free cores")

_PROGRAMS = {
    "firedrill": _Program(
        ("firedrill", "serve", "-c", "{path}"), _firedrill_configuration,
        {"plain": _EVERYTHING, "rules": ("dns",), "forged": ("dns",),
         **dict.fromkeys(_STACKS, ("echo",)),
         **dict.fromkeys((*_IDLE_RULES, "1% status"), ("http",)),
         "two workers": ("http",), "one worker, free cores": ("http",)}),
    "haproxy": _Program(
        ("/usr/sbin/haproxy", "-db", "-f", "{path}"), _haproxy_configuration,
        {"plain": (*TCP_SERVICES, "http"), "splice": (*TCP_SERVICES, "http")}),
    "nginx": _Program(
        ("/usr/sbin/nginx", "-e", "stderr", "-c", "{path}"), _nginx_configuration,
        {"plain": (*TCP_SERVICES, "http")}),
    "dnsdist": _Program(
        ("/usr/bin/dnsdist", "-C", "{path}", "--supervised", "--disable-syslog"),
        _dnsdist_configuration, {"plain": ("dns",), "rules": ("dns",), "forged": ("dns",)}),
}

PROGRAMS = tuple(_PROGRAMS)
