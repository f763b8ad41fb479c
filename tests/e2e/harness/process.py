"""The firedrill process under test, from its start to the proof that nothing of it is left."""

import json
import os
import pathlib
import queue
import signal
import socket
import subprocess
import threading

from harness.admin import Admin

START = 20  # seconds until the ready line; generous, for sanitizer builds on busy machines
STOP = 30  # seconds from SIGTERM to the exit; the drain deadline is 25

BINARY = os.environ.get("FIREDRILL_BINARY", "firedrill")


def run(*arguments, env=None, timeout=START):
    """Runs the command line to its end; the result has returncode, stdout and stderr as text."""
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=timeout, env=env, check=False)


class Firedrill:
    """`firedrill serve` on a configuration: a dict, which is written as JSON, or YAML text."""

    def __init__(self, config, directory, descriptors=None):
        self.path = pathlib.Path(directory) / "firedrill.yaml"
        self.write(config)
        self.log = open(self.path.with_suffix(".stderr"), "w+", encoding="utf-8")
        limit = ["prlimit", f"--nofile={descriptors}:{descriptors}"] if descriptors else []
        self.process = self.spawn([*limit, BINARY, *self.arguments()])
        self.output = []
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._addresses = self._wait_until_ready()
        self.admin = Admin(self.address("admin"))

    def spawn(self, command, **more):
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=self.log, text=True, start_new_session=True, **more)

    def arguments(self):
        """What stands behind the program's name."""
        return ["serve", "-c", str(self.path)]

    def write(self, config):
        """Replaces the configuration file; firedrill reads it at its next reload."""
        text = config if isinstance(config, str) else json.dumps(config, indent=1)
        self.path.write_text(text, encoding="utf-8")

    def address(self, name):
        """Where the proxy of this name, or `admin`, listens: (host, port), or a socket's path."""
        if self._addresses[name].startswith("unix:"):
            return self._addresses[name].removeprefix("unix:")
        host, _, port = self._addresses[name].rpartition(":")
        return host.strip("[]"), int(port)

    def url(self, name, path="/"):
        return "http://{}:{}{}".format(*self.address(name), path)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """The death that leaves no time for anything."""
        self.process.kill()
        self.process.wait(STOP)

    def wait(self):
        """The exit status, once the process has ended."""
        return self.process.wait(STOP)

    def stop(self):
        """Ends it in order and checks that it went in order, leaving no process and no listener."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        assert self.wait() == 0, self.stderr()
        self.check_gone()

    def check_gone(self):
        try:
            os.killpg(self.process.pid, 0)
            raise AssertionError("a process of its group is left")
        except ProcessLookupError:
            pass
        for name in self._addresses:
            address = self.address(name)
            family = socket.AF_UNIX if isinstance(address, str) else \
                socket.AF_INET6 if ":" in address[0] else socket.AF_INET
            with socket.socket(family) as probe:
                assert probe.connect_ex(address) != 0, f"{name} still accepts connections"

    def cleanup(self):
        """Ends what is left of it after a failed test."""
        if self.process.poll() is None:
            self.kill()
        self.log.close()

    def stderr(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text(encoding="utf-8")

    def descriptors(self):
        """How many descriptors it has open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def cpu_seconds(self):
        """User and system time that the process has used."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _read(self):
        for line in self.process.stdout:
            self.output.append(line)
            self._lines.put(line)
        self._lines.put(None)

    def _wait_until_ready(self):
        try:
            while (line := self._lines.get(timeout=START)) is not None:
                word, *entries = line.split()
                if word == "ready":
                    return dict(entry.split("=", 1) for entry in entries)
        except queue.Empty:
            self.cleanup()
            raise AssertionError("no ready line") from None
        raise AssertionError(f"ended with {self.wait()} before it was ready: {self.stderr()}")
