"""The load's side of a measurement: the backend behind the proxies, and the client before them."""

import json
import os
import subprocess

from .process import Child, ProcessError, free_port

_SERVICES = ("echo", "http", "sink", "source", "dns")
_GRACE = 50.0  # the client gives up by itself well before


class LoadError(Exception):
    """A client that could not do its work."""


class Tools:
    """The two programs of bench/load, on the core that the proxies do not use."""

    def __init__(self, directory, scratch, cores):
        self._directory = directory
        self.scratch = scratch
        self._cores = cores

    def start_backend(self):
        return Backend(self._path("bench_backend"), self.scratch, self._cores)

    def run(self, load, port, *options, seconds, warmup, process=None):
        """Runs one load to its end and returns its result, which has no errors."""
        command = self._command(load, port, options, seconds, warmup)
        if process is not None:
            command += ["--process", str(process)]
        result = json.loads(self.run_other(command, seconds + warmup))
        if result["errors"]:
            raise LoadError(f"{result['errors']} errors: {result['first_error']}")
        if not result["bytes" if load.startswith("bulk") else "units"]:
            raise LoadError(f"{load}: no work was done")
        return result

    def run_other(self, command, seconds):
        """Runs a load generator, ours or another's, for so long, and returns what it prints."""
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                timeout=seconds + _GRACE,
                preexec_fn=lambda: os.sched_setaffinity(0, self._cores))
        except subprocess.TimeoutExpired as error:
            raise LoadError("the load generator did not end") from error
        if done.returncode != 0:
            raise LoadError(done.stderr.strip())
        return done.stdout

    def start(self, load, port, *options, seconds, warmup):
        """A client in the background, for those who watch the proxy meanwhile."""
        command = self._command(load, port, options, seconds, warmup)
        return Child("client", command, self.scratch, self._cores, stdout=subprocess.PIPE)

    def _command(self, load, port, options, seconds, warmup):
        return [self._path("bench_client"), load, "--to", f"127.0.0.1:{port}",
                "--seconds", str(seconds), "--warmup", str(warmup), *map(str, options)]

    def _path(self, program):
        return os.path.join(self._directory, program)


class Backend(Child):
    """The services behind the proxies; `ports` says where each of them listens."""

    def __init__(self, path, scratch, cores):
        ports = [word for service in _SERVICES for word in (f"--{service}", str(free_port()))]
        super().__init__("backend", [path, "--seconds", "7200", *ports], scratch, cores,
                         stdout=subprocess.PIPE)
        line = self.stdout.readline()
        if not line:
            self.stop()
            raise ProcessError(f"the backend does not start: {self.log_tail()}")
        self.ports = json.loads(line)


def read_result(client):
    """The line of JSON that a background client prints when it is ready or done."""
    line = client.stdout.readline()
    if not line:
        raise LoadError(client.log_tail())
    return json.loads(line)
