"""The clients that people really use, as programs: curl, dig, kdig, and those of npm."""

import dataclasses
import json
import pathlib
import queue
import re
import subprocess
import threading
import time

from harness.wire import TIMEOUT

HERE = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass
class Curl:
    exit: int  # curl's own code: 0 done, 7 refused, 28 timeout, 52 empty reply, 56 reset
    body: bytes
    status: int
    seconds: float
    first_byte: float
    errors: str


def curl(*arguments):
    """Runs curl on what a user would type after it."""
    process = subprocess.run(
        ["curl", "-sS", "--max-time", str(TIMEOUT), "-w", "%{stderr}\n%{json}",
         *map(str, arguments)],
        capture_output=True, stdin=subprocess.DEVNULL, timeout=3 * TIMEOUT, check=False)
    errors, _, report = process.stderr.decode().rpartition("\n")
    facts = json.loads(report)
    return Curl(process.returncode, process.stdout, facts["http_code"], facts["time_total"],
                facts["time_starttransfer"], errors)


@dataclasses.dataclass
class Dig:
    exit: int
    status: str  # NOERROR, NXDOMAIN, ... or "" when no reply came
    flags: set
    answers: list  # (name, ttl, type, data)
    edns: bool
    seconds: float
    text: str

    @property
    def data(self):
        return [data for _, _, _, data in self.answers]


def dig(address, name, kind="A", *options):
    """Runs dig once, without its retries, against an address."""
    return _look_up(["dig", *_question(address, name, kind), "+tries=1", "+time=2", *options])


def kdig(address, name, kind="A", *options):
    """The same with Knot's kdig, which prints nearly as dig does."""
    return _look_up(["kdig", *_question(address, name, kind), "+retry=0", "+time=2", *options])


def _question(address, name, kind):
    host, port = address
    return [f"@{host}", "-p", str(port), name, kind]


def _look_up(command):
    began = time.monotonic()
    process = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                             timeout=3 * TIMEOUT, check=False)
    seconds = time.monotonic() - began
    text = process.stdout + process.stderr
    status = re.search(r"status: (\w+)", text)
    flags = re.search(r";; [fF]lags: ([a-z ]*);", text)
    section = re.search(r";; ANSWER SECTION:\n(.*?)\n\n", text, re.DOTALL)
    rows = [line.split(None, 4) for line in section[1].splitlines()] if section else []
    answers = [(row[0], int(row[1]), row[3], row[4]) for row in rows if len(row) == 5]
    return Dig(process.returncode, status[1] if status else "", set(flags[1].split()) if flags else
               set(), answers, "PSEUDOSECTION" in text, seconds, text)


def run_tool(*command):
    """What a program prints, whatever becomes of it."""
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=3 * TIMEOUT).stdout


class Node:
    """A client of tests/e2e/clients, which prints one JSON object for each thing that it sees."""

    def __init__(self, client, *arguments):
        self._process = subprocess.Popen(
            ["node", str(HERE / "clients" / client), *arguments], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, within=TIMEOUT):
        """The next thing that the client saw; None when it has ended."""
        try:
            line = self._lines.get(timeout=within)
        except queue.Empty:
            raise AssertionError(f"the client saw nothing for {within} s") from None
        return json.loads(line) if line is not None else None

    def take(self, count):
        return [self.next() for _ in range(count)]

    def is_silent(self, seconds):
        """Whether the client sees nothing for so long."""
        try:
            self._lines.put(self._lines.get(timeout=seconds))
            return False
        except queue.Empty:
            return True

    def rest(self):
        """All that follows until the client ends by itself."""
        seen = []
        while (thing := self.next()) is not None:
            seen.append(thing)
        return seen

    def stop(self):
        self._process.kill()
        self._process.wait(TIMEOUT)

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)
