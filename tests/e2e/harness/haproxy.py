"""A real HAProxy that watches one server."""

import csv
import io
import subprocess

from harness.upstream import free_port, wait_for_listener
from harness.wire import TIMEOUT, Wire

CONFIG = """
global
  stats socket ipv4@127.0.0.1:{stats}
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 1s
  timeout check 5s
frontend web
  bind 127.0.0.1:{port}
  default_backend shop
backend shop
  {check}
  server one {server} check inter 100ms fall 3 rise 2
"""


class Haproxy:
    """HAProxy in front of the server at (host, port), which it probes ten times a second with
    `check`; three failures take the server out, two successes bring it back."""

    def __init__(self, root, server, check="option httpchk GET /healthz"):
        self.address = ("127.0.0.1", free_port())
        self._stats = ("127.0.0.1", free_port())
        config = root / "haproxy.cfg"
        config.write_text(CONFIG.format(stats=self._stats[1], port=self.address[1], check=check,
                                        server="{}:{}".format(*server)))
        self._process = subprocess.Popen(["haproxy", "-db", "-f", str(config)],
                                         stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_listener(self.address)

    def server(self):
        """What HAProxy knows of the server: `status`, `chkfail`, `chkdown` and more, as text."""
        with Wire.connect(self._stats) as wire:
            table = wire.send(b"show stat\n").read_to_end()[0].decode()
        rows = csv.DictReader(io.StringIO(table.removeprefix("# ")))
        return next(row for row in rows if row["svname"] == "one")

    def stop(self):
        self._process.terminate()
        self._process.wait(TIMEOUT)
