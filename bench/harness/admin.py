"""firedrill's admin API, as far as the benchmarks toggle faults through it."""

import http.client
import json


class AdminError(Exception):
    """The API refused a call."""


class Admin:
    """One kept connection to the API, which is made anew when it was closed between two calls."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def put_fault(self, name, fault):
        self._call("PUT", f"/v1/faults/{name}", fault)

    def enable(self, name):
        self._call("POST", f"/v1/faults/{name}/enable", {"for": "10m", "reason": "benchmark"})

    def disable(self, name):
        self._call("POST", f"/v1/faults/{name}/disable", {})

    def _call(self, method, path, body):
        try:
            response = self._send(method, path, body)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            response = self._send(method, path, body)
        text = response.read().decode(errors="replace")
        if response.status >= 300:
            raise AdminError(f"{method} {path}: {response.status} {text[:500]}")

    def _send(self, method, path, body):
        self._connection.request(method, path, json.dumps(body),
                                 {"Content-Type": "application/json"})
        return self._connection.getresponse()
