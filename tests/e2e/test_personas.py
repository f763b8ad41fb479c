"""The error pages of http.status are those of the programs that they pretend to be, byte for byte.

Each test runs the real program, asks it for every page that the persona has, and asks firedrill,
with a fault of that persona, for the same.
"""

import os
import re
import shutil
import socket
import subprocess

import pytest

from harness.config import fault, proxy
from harness.process import run
from harness.upstream import response
from harness.wire import TIMEOUT

HAPROXY_CODES = [200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429,
                 500, 501, 502, 503, 504]
NGINX_CODES = [400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 416, 421, 429,
               500, 501, 502, 503, 504, 505, 507]
HAPROXY = """
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 1s
frontend web
  bind fd@{fd}
{rules}
"""
NGINX = """
daemon off;
pid {root}/pid;
error_log {root}/errors;
events {{}}
http {{
  access_log off;
  client_body_temp_path {root}/body;
  proxy_temp_path {root}/proxy;
  fastcgi_temp_path {root}/fastcgi;
  uwsgi_temp_path {root}/uwsgi;
  scgi_temp_path {root}/scgi;
  server {{
    listen 127.0.0.1:{port};
    {locations}
  }}
}}
"""
DATE = re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


@pytest.fixture
def start():
    """start(listener, command, **environment) runs a program that inherits the listening socket:
    connections wait in its queue until the program accepts them."""
    running = []

    def starter(listener, command, **environment):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   pass_fds=[listener.fileno()], env={**os.environ, **environment})
        listener.close()
        running.append(process)

    yield starter
    for process in running:
        assert process.poll() is None, "the program has ended"
        process.terminate()
        process.wait(timeout=TIMEOUT)


@pytest.fixture
def haproxy(start, tmp_path):
    """haproxy(rules) runs HAProxy with these lines in its frontend, and gives its address."""
    def run_it(rules):
        listener = socket.create_server(("127.0.0.1", 0))
        address = listener.getsockname()
        config = tmp_path / "haproxy.cfg"
        config.write_text(HAPROXY.format(fd=listener.fileno(), rules=rules))
        start(listener, ["haproxy", "-db", "-f", str(config)])
        return address
    return run_it


@pytest.fixture
def real_nginx(start, tmp_path):
    """real_nginx(locations) runs nginx with these lines in its server, and gives its address."""
    def run_it(locations):
        listener = socket.create_server(("127.0.0.1", 0))
        address = listener.getsockname()
        config = tmp_path / "nginx.conf"
        config.write_text(NGINX.format(root=tmp_path, port=address[1], locations=locations))
        start(listener, ["nginx", "-p", str(tmp_path), "-c", str(config)],
              NGINX=f"{listener.fileno()};")
        return address
    return run_it


def answer(address, path, method, connection):
    """The bytes of one response. Its date is checked to be a date and then made the same."""
    with socket.create_connection(address, timeout=TIMEOUT) as client:
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


def compare(real, ours, codes):
    for code in codes:
        for method in ["GET", "HEAD"]:
            for connection in ["keep-alive", "close"]:
                asked = (f"/{code}", method, connection)
                assert answer(ours, *asked) == answer(real, *asked), asked


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")
def test_haproxy_pages_are_haproxys(haproxy, firedrill):
    real = haproxy("".join(f"  http-request deny deny_status {code} if {{ path /{code} }}\n"
                           for code in HAPROXY_CODES))
    ours = persona_proxy(firedrill, "haproxy", HAPROXY_CODES)
    compare(real, ours, HAPROXY_CODES)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_pages_are_nginxs(real_nginx, firedrill):
    real = real_nginx("".join(f"location = /{code} {{ return {code}; }}\n"
                              for code in NGINX_CODES))
    ours = persona_proxy(firedrill, "nginx", NGINX_CODES)
    compare(real, ours, NGINX_CODES)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
@pytest.mark.parametrize("location", [
    "return 503;",
    "default_type application/json; add_header X-oDD 'a  b' always; return 502 '{\"down\": 1}';"])
def test_a_captured_page_is_given_back_byte_for_byte(real_nginx, firedrill, tmp_path, location):
    host, port = real_nginx(f"location /down {{ {location} }}\n")
    page = tmp_path / "page.http"
    done = run("persona", "capture", f"http://{host}:{port}/down?now", "--output", page)
    assert (done.returncode, done.stderr) == (0, "")
    captured = DATE.sub(b"DATE", page.read_bytes())
    real = answer((host, port), "/down", "GET", "close")
    assert captured == real.replace(b"Connection: close\r\n", b"")
    ours = firedrill([proxy("web", "http", "127.0.0.1:1")],
                     [fault("down", "web", "http.status", {"page_file": str(page)}, enabled=True)])
    assert answer(ours.address("web"), "/down", "GET", "keep-alive") == captured
    head = captured.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert answer(ours.address("web"), "/down", "HEAD", "keep-alive") == head


def test_what_cannot_be_captured_is_said(upstream):
    server = upstream.http(lambda request, wire: response(300000 * b"a", "503 No"))
    greeter = upstream(lambda wire: wire.send(b"220 mail.test ESMTP\r\n"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = "127.0.0.1:{}".format(listener.getsockname()[1])
    for target, said in [(server.target, "the body is larger than 256 KiB"),
                         (greeter.target, "that is no HTTP/1 response"),
                         (nobody, f"cannot reach {nobody}: Connection refused")]:
        done = run("persona", "capture", f"http://{target}/")
        assert (done.returncode, done.stdout) == (1, ""), target
        assert said in done.stderr
    for url in ["https://a.test/", "a.test"]:
        done = run("persona", "capture", url)
        assert done.returncode == 2 and "http://" in done.stderr
