"""The admin API as a client sees it."""

import dataclasses
import http.client
import json
import re

from harness.wire import TIMEOUT


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict  # names in lower case
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


class Admin:
    """Calls to one admin listener. `call` returns any reply; the named ones insist on success."""

    def __init__(self, address):
        self.address = address

    def call(self, method, path, body=None, headers=None):
        """`body` is sent as JSON unless it is bytes; `headers` replace the default ones."""
        fields = {"Content-Type": "application/json"} if body is not None else {}
        fields |= headers or {}
        payload = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
        try:
            connection.request(method, path, payload, fields)
            reply = connection.getresponse()
            names = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, names, reply.read())
        finally:
            connection.close()

    def get(self, path):
        return self._done("GET", path).json

    def put(self, path, body):
        return self._done("PUT", path, body).json

    def patch(self, path, body):
        return self._done("PATCH", path, body).json

    def delete(self, path):
        self._done("DELETE", path)

    def enable(self, fault, **options):
        self._done("POST", f"/v1/faults/{fault}/enable", options)

    def disable(self, fault):
        self._done("POST", f"/v1/faults/{fault}/disable", {})

    def skip(self, fault, **options):
        self._done("POST", f"/v1/faults/{fault}/skip", options)

    def halt(self, **options):
        self._done("POST", "/v1/halt", options)

    def unlock(self):
        self._done("POST", "/v1/unlock", {})

    def reload(self):
        self._done("POST", "/v1/reload", {})

    def fault(self, name):
        return self.get(f"/v1/faults/{name}")

    def active(self):
        """The names of the active faults."""
        faults = items(self.get("/v1/faults"), "faults")
        return {fault["name"] for fault in faults if fault["active"]}

    def metrics(self, path="/metrics"):
        """{'name{labels}': value} of the Prometheus text."""
        lines = self._done("GET", path).body.decode().splitlines()
        samples = (re.fullmatch(r"(\S+?(?:\{.*\})?) (\S+)", line) for line in lines)
        return {sample[1]: float(sample[2]) for sample in samples if sample}

    def _done(self, method, path, body=None):
        reply = self.call(method, path, body)
        assert 200 <= reply.status < 300, f"{method} {path}: {reply.status} {reply.body!r}"
        return reply


def items(reply, key):
    """The entries of a list reply, bare or under a key of its own."""
    return reply[key] if isinstance(reply, dict) else reply
