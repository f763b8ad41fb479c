"""The access log of an http proxy: a line of JSON for each request, for the operator."""

import json
import os
import re
import signal
import socket

import pytest

from harness.config import fault, proxy
from harness.tools import curl
from harness.upstream import eventually, response
from harness.wire import Wire


@pytest.fixture
def shop(firedrill, upstream, tmp_path):
    """A firedrill whose proxy `shop` writes an access log; `lines(count)` waits for as many."""
    path = tmp_path / "access.log"
    server = upstream.http(lambda request, wire: response(b"hello\n", fields=["X-A: b"]))
    running = firedrill([proxy("shop", "http", server.target, access_log=str(path))],
                        [fault("down", "shop", "http.status", {"code": 503}),
                         fault("slow", "shop", "http.latency", {"delay": "50ms"}),
                         fault("late", "shop", "tcp.latency", {"delay": "1ms"})])
    running.log_path = path
    running.lines = lambda count: eventually(
        lambda: (lines := entries(path)) and len(lines) >= count and lines)
    return running


def entries(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def test_a_request_is_a_line(shop):
    sent = b"POST /cart/a?b=c%20d HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 4\r\n\r\nbody"
    with Wire.connect(shop.address("shop")) as wire:
        answer = wire.send(sent).read_until(b"hello\n")
        [line] = shop.lines(1)
        host, port = wire.socket.getsockname()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert 0 < line.pop("upstream_duration") <= line.pop("duration") < 10
    assert line == {"proxy": "shop", "client": f"{host}:{port}", "method": "POST",
                    "host": "shop.test", "path": "/cart/a", "query": "b=c%20d", "status": 200,
                    "request_bytes": len(sent), "response_bytes": len(answer), "faults": []}


def test_a_line_names_what_was_done_to_the_request(shop):
    for name in ["slow", "down", "late"]:
        shop.admin.enable(name)
    assert curl(shop.url("shop")).status == 503
    [line] = shop.lines(1)
    assert sorted(line["faults"]) == ["down", "late", "slow"]
    assert line["status"] == 503
    assert line["duration"] >= line["upstream_duration"] >= 0.05  # what is injected is upstream's


def test_what_is_no_request_is_a_line_too(shop):
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(b"NONSENSE\r\n\r\n").read_until(b"\r\n\r\n")
    [line] = shop.lines(1)
    assert (line["status"], line["method"], line["path"]) == (400, "", "")


def test_each_request_of_a_connection_is_a_line_of_its_own(shop):
    with Wire.connect(shop.address("shop")) as wire:
        for path in [b"/1", b"/2"]:
            wire.send(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n").read_until(b"hello\n")
    first, second = shop.lines(2)
    assert (first["path"], second["path"]) == ("/1", "/2")
    assert first["response_bytes"] == second["response_bytes"]


def test_any_bytes_make_a_valid_line(shop):
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(b"GET /\"\\<'?\x7e HTTP/1.1\r\nHost: a\r\n\r\n").read_until(b"hello\n")
    [line] = shop.lines(1)
    assert line["path"] == "/\"\\<'"


def test_a_rotated_file_is_opened_anew_by_sighup(shop):
    curl(shop.url("shop", "/before"))
    shop.lines(1)
    rotated = shop.log_path.with_suffix(".1")
    shop.log_path.rename(rotated)
    shop.signal(signal.SIGHUP)
    eventually(lambda: shop.admin.call("GET", "/v1/journal").body.count(b"config.load") == 2)
    curl(shop.url("shop", "/after"))
    assert [line["path"] for line in shop.lines(1)] == ["/after"]
    assert [line["path"] for line in entries(rotated)] == ["/before"]


def test_what_waits_is_written_at_the_end(shop):
    curl(shop.url("shop", "/last"))
    shop.stop()
    assert [line["path"] for line in entries(shop.log_path)] == ["/last"]


def test_a_file_that_cannot_be_opened_changes_nothing(shop, tmp_path):
    wrong = str(tmp_path / "no" / "such.log")
    reply = shop.admin.call("PATCH", "/v1/proxies/shop", {"access_log": wrong})
    assert reply.status == 422
    assert reply.error["path"] == "/access_log"
    assert f"cannot open {wrong}: No such file or directory" in reply.error["message"]
    curl(shop.url("shop", "/still"))
    assert [line["path"] for line in shop.lines(1)] == ["/still"]


@pytest.mark.parametrize("make, why", [
    (lambda path: path.mkdir(), "is a directory"),
    (lambda path: path.symlink_to(path.with_name("elsewhere")), "is a symbolic link"),
    (lambda path: socket.socket(socket.AF_UNIX).bind(str(path)), "is neither a regular file nor"),
    (lambda path: "/dev/null", "is neither a regular file nor")],
    ids=["directory", "link", "socket", "device"])
def test_only_regular_files_and_pipes_are_written_to(shop, tmp_path, make, why):
    path = make(tmp_path / "odd") or str(tmp_path / "odd")
    reply = shop.admin.call("PATCH", "/v1/proxies/shop", {"access_log": path})
    assert reply.status == 422 and reply.error["path"] == "/access_log"
    assert f"cannot open {path}: {why}" in reply.error["message"]
    assert not (tmp_path / "elsewhere").exists()


def test_only_http_proxies_have_one(served):
    reply = served.admin.call("PUT", "/v1/proxies/db", proxy("db", "tcp", "127.0.0.1:1",
                                                             access_log="/tmp/x"))
    assert reply.status == 422 and "is for http proxies" in reply.error["message"]


def test_it_can_be_switched_on_and_off(shop):
    shop.admin.patch("/v1/proxies/shop", {"access_log": None})
    curl(shop.url("shop", "/unseen"))
    shop.admin.patch("/v1/proxies/shop", {"access_log": str(shop.log_path)})
    curl(shop.url("shop", "/seen"))
    assert [line["path"] for line in shop.lines(1)] == ["/seen"]


def test_a_file_that_takes_nothing_stops_no_traffic_and_is_counted(firedrill, upstream, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    running = firedrill([proxy("shop", "http", upstream.http().target, access_log=str(pipe))])
    os.close(reader)  # from now on a write fails
    assert curl(running.url("shop")).status == 200
    name = 'firedrill_access_log_dropped_total{proxy="shop"}'
    eventually(lambda: running.admin.metrics("/v1/metrics")[name] == 1)
    assert curl(running.url("shop")).status == 200
