"""The error pages of http.status are those of the programs that they pretend to be, byte for byte.

Each test runs the real program, asks it for every page that the persona has, and asks firedrill,
with a fault of that persona, for the same.
"""

import re
import shutil
import socket
import subprocess
import time

import pytest

from harness.config import fault, proxy

HAPROXY_CODES = [200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429,
                 500, 501, 502, 503, 504]
NGINX_CODES = [400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 416, 421, 429,
               500, 501, 502, 503, 504, 505, 507]
DATE = re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert process.poll() is None, "the program has ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise TimeoutError(f"nobody listens on port {port}")


@pytest.fixture
def start():
    """Starts a program and waits until it listens on `port`; ends it with the test."""
    running = []

    def starter(command, port):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running.append(process)
        wait_for(port, process)

    yield starter
    for process in running:
        process.terminate()
        process.wait(timeout=10)


def answer(address, path, method, connection):
    """The bytes of one response. Its date is checked to be a date and then made the same."""
    with socket.create_connection(address, timeout=5) as client:
        request = f"{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\n\r\n"
        client.sendall(request.encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += read(client)
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        while method != "HEAD" and len(body) < int(length[1]):
            body += read(client)
        return DATE.sub(b"DATE", head) + b"\r\n\r\n" + body


def read(client):
    piece = client.recv(65536)
    assert piece, "the connection ended early"
    return piece


def persona_proxy(firedrill, persona, codes):
    """The address of a firedrill that answers each /CODE with the persona's page."""
    faults = [fault(f"status-{code}", "web", "http.status", {"code": code, "persona": persona},
                    enabled=True,
                    match={"matches": [{"path": {"type": "Exact", "value": f"/{code}"}}]})
              for code in codes]
    return firedrill([proxy("web", "http", "127.0.0.1:1")], faults).address("web")


def haproxy_config(port):
    denials = "".join(f"  http-request deny deny_status {code} if {{ path /{code} }}\n"
                      for code in HAPROXY_CODES)
    return (f"defaults\n  mode http\n"
            f"  timeout client 5s\n  timeout server 5s\n  timeout connect 1s\n"
            f"frontend web\n  bind 127.0.0.1:{port}\n{denials}")


def nginx_config(port, directory):
    paths = " ".join(f"{kind}_temp_path {directory}/{kind};"
                     for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    locations = "".join(f"location = /{code} {{ return {code}; }}\n" for code in NGINX_CODES)
    return (f"daemon off; pid {directory}/pid; error_log {directory}/errors; events {{}}\n"
            f"http {{ access_log off; {paths}\n"
            f"server {{ listen 127.0.0.1:{port};\n{locations}}} }}\n")


def compare(real, ours, codes):
    for code in codes:
        for method in ["GET", "HEAD"]:
            for connection in ["keep-alive", "close"]:
                asked = (f"/{code}", method, connection)
                assert answer(ours, *asked) == answer(real, *asked), asked


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")
def test_haproxy_pages_are_haproxys(start, firedrill, tmp_path):
    real = free_port()
    config = tmp_path / "haproxy.cfg"
    config.write_text(haproxy_config(real))
    start(["haproxy", "-db", "-f", str(config)], real)
    ours = persona_proxy(firedrill, "haproxy", HAPROXY_CODES)
    compare(("127.0.0.1", real), ours, HAPROXY_CODES)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_pages_are_nginxs(start, firedrill, tmp_path):
    real = free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(nginx_config(real, tmp_path))
    start(["nginx", "-p", str(tmp_path), "-c", str(config)], real)
    ours = persona_proxy(firedrill, "nginx", NGINX_CODES)
    compare(("127.0.0.1", real), ours, NGINX_CODES)
