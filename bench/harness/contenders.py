"""The proxies that are compared: how each is configured and started.

Each runs as one process with one worker thread, without logs, limits or rate control, and otherwise
as its package leaves it. A service is a listener of the proxy with its upstream: `echo`, `sink` and
`source` over TCP, `http`, and `dns`. A variant is a different configuration of the same proxy.
"""

import os
from dataclasses import dataclass

from .connections import bearable
from .dns_peers import dnsdist_configuration, dnsmasq_configuration, unbound_configuration
from .dns_rules import DNS_VARIANTS
from .firedrill_configuration import IDLE_RULES, STACKS, firedrill_configuration
from .process import Child, free_port

TCP_SERVICES = ("echo", "sink", "source")
_MOST_CONNECTIONS = 10_500


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
        program = _PROGRAMS[contender.program]
        there = contender.program != "firedrill" or self._firedrill is not None
        return there and service in program.services.get(contender.variant, ())

    def start(self, contender):
        program = _PROGRAMS[contender.program]
        services = program.services[contender.variant]
        ports = {service: free_port() for service in services}
        if contender.program == "firedrill":
            ports["admin"] = free_port()
        routes = {service: (port, self._backend.get(service)) for service, port in ports.items()}
        path = os.path.join(self._scratch, f"{contender.program}.{ports[services[0]]}.conf")
        _write(path, program.configuration(contender.variant, routes, self._scratch))
        command = [self._firedrill if word == "firedrill" else word.format(path=path)
                   for word in program.command]
        cores = self._cores.all if contender.variant in _WIDE else self._cores.proxy
        return Proxy(command, self._scratch, cores, ports)


def _write(path, configuration):
    """A text, or the texts of the files of a directory."""
    if isinstance(configuration, str):
        with open(path, "w", encoding="utf-8") as file:
            file.write(configuration)
        return
    os.mkdir(path)
    for number, text in enumerate(configuration):
        _write(os.path.join(path, f"{number:03}.yaml"), text)


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


@dataclass(frozen=True)
class _Program:
    command: tuple
    configuration: object
    services: dict  # by variant


_EVERYTHING = (*TCP_SERVICES, "http", "dns")

# Variants whose threads need more than the one core.
_WIDE = ("two workers", "one worker, free cores")

_DNS = dict.fromkeys(DNS_VARIANTS, ("dns",))

_PROGRAMS = {
    "firedrill": _Program(
        ("firedrill", "serve", "-c", "{path}"), firedrill_configuration,
        {**_DNS, "plain": _EVERYTHING,
         **dict.fromkeys(STACKS, ("echo",)),
         **dict.fromkeys((*IDLE_RULES, "1% status"), ("http",)),
         "two workers": ("http",), "one worker, free cores": ("http",)}),
    "haproxy": _Program(
        ("/usr/sbin/haproxy", "-db", "-f", "{path}"), _haproxy_configuration,
        {"plain": (*TCP_SERVICES, "http"), "splice": (*TCP_SERVICES, "http")}),
    "nginx": _Program(
        ("/usr/sbin/nginx", "-e", "stderr", "-c", "{path}"), _nginx_configuration,
        {"plain": (*TCP_SERVICES, "http")}),
    "dnsdist": _Program(
        ("/usr/bin/dnsdist", "-C", "{path}", "--supervised", "--disable-syslog"),
        dnsdist_configuration, _DNS),
    "dnsmasq": _Program(
        ("/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file={path}"),
        dnsmasq_configuration, _DNS),
    "unbound": _Program(
        ("/usr/sbin/unbound", "-d", "-c", "{path}"), unbound_configuration, _DNS),
}

PROGRAMS = tuple(_PROGRAMS)
