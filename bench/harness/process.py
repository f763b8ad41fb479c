"""Child processes: pinned to cores, waited for, measured, and always ended by their pid."""

import ctypes
import itertools
import os
import random
import resource
import signal
import socket
import subprocess
import time
from dataclasses import dataclass

_START_LIMIT = 15.0
_STOP_LIMIT = 10.0
_PR_SET_PDEATHSIG = 1
_serial = itertools.count(1)
_libc = ctypes.CDLL(None, use_errno=True)


class ProcessError(Exception):
    """A child that would not start, or ended by itself."""


@dataclass(frozen=True)
class Cores:
    """Who runs where: the proxy alone on one core, the load on another."""

    proxy: frozenset
    load: frozenset

    @property
    def all(self):
        return self.proxy | self.load

    @classmethod
    def choose(cls):
        usable = sorted(os.sched_getaffinity(0))
        if len(usable) < 2:
            raise ProcessError("two cores are needed: one for the proxy, one for the load")
        return cls(frozenset(usable[:1]), frozenset(usable[-1:]))


class Child:
    """A running program. Leaving its context ends it; so does the death of this process."""

    def __init__(self, name, command, directory, cores, stdout=None):
        self.name = name
        self._log_path = os.path.join(directory, f"{name}.{next(_serial)}.log")
        with open(self._log_path, "wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=stdout or log,
                stderr=log,
                preexec_fn=lambda: _prepare(cores),
            )
        self.pid = self._process.pid
        self.stdout = self._process.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_for_port(self, port):
        """Returns once the child accepts TCP connections on the port."""
        end = time.monotonic() + _START_LIMIT
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise ProcessError(f"{self.name} does not listen on port {port}: {self.log_tail()}")

    def log_tail(self):
        with open(self._log_path, encoding="utf-8", errors="replace") as log:
            return log.read()[-2000:].strip() or "it said nothing"

    def memory(self):
        """User memory in bytes: what the process holds alone (anonymous), and its share (PSS)."""
        fields = {}
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as rollup:
            for line in rollup:
                name, _, rest = line.partition(":")
                if rest.strip().endswith("kB"):
                    fields[name] = int(rest.split()[0]) * 1024
        return {"anonymous": fields["Anonymous"], "pss": fields["Pss"]}

    def cpu_seconds(self):
        """User and system time of all its threads, to the nanosecond."""
        clock = ~self.pid << 3 | 2  # as clock_getcpuclockid makes it
        return time.clock_gettime(clock)

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


def _prepare(cores):
    """Runs in the child: it must not outlive us, and stays on its cores."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.sched_setaffinity(0, cores)


def free_port():
    """A port that is free for UDP and TCP, below those that the kernel gives to clients."""
    for _ in range(1000):
        port = random.randint(12000, 30000)
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
                tcp.bind(("127.0.0.1", port))
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                    udp.bind(("127.0.0.1", port))
                    return port
        except OSError:
            continue
    raise ProcessError("no free port")


def raise_descriptor_limit():
    """Children inherit it; a proxy needs two descriptors for each connection (connections.py)."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
