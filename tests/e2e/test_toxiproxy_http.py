"""The Toxiproxy API as HTTP: routes, headers, who is kept out, and what each language sends."""

import json
import re

import pytest

from harness.toxiproxy import Toxiproxy
from harness.wire import Wire

PLAIN = "text/plain; charset=utf-8"


# --- what the server says of itself ---------------------------------------------------------------


def test_version(api):
    reply = api.call("GET", "/version")
    assert (reply.status, reply.body) == (200, b'{"version": "2.12.0"}\n')
    assert reply.headers["content-type"] == "application/json;charset=utf-8"


def test_headers_of_an_answer(api):
    for reply in [api.call("GET", "/proxies"), api.call("GET", "/proxies/none"),
                  api.call("POST", "/populate", "[]")]:
        assert re.fullmatch("[0-9a-v]{20}", reply.headers["x-toxiproxy-request-id"])
    assert api.call("GET", "/proxies").headers["content-type"] == "application/json"
    wrong = api.call("GET", "/proxies/none")
    assert wrong.headers["content-type"] == PLAIN
    assert wrong.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/nope", "/version/", "/proxies/", "/proxies/a/",
                                  "/proxies/a/toxics/", "/proxies/a/toxics/b/c"])
def test_unknown_paths(api, path):
    reply = api.call("GET", path)
    assert (reply.status, reply.body) == (404, b"404 page not found\n")
    assert reply.headers["content-type"] == PLAIN
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "x-toxiproxy-request-id" not in reply.headers


@pytest.mark.parametrize("method, path", [
    ("PUT", "/proxies"), ("DELETE", "/proxies"), ("GET", "/populate"), ("GET", "/reset"),
    ("POST", "/version"), ("HEAD", "/version"), ("HEAD", "/proxies"), ("OPTIONS", "/proxies"),
    ("PUT", "/proxies/a"), ("DELETE", "/proxies/a/toxics"), ("PUT", "/proxies/a/toxics/b"),
])
def test_wrong_methods(api, method, path):
    reply = api.call(method, path)
    assert (reply.status, reply.body) == (405, b"")
    assert "allow" not in reply.headers
    assert "x-toxiproxy-request-id" not in reply.headers


def test_paths_are_cleaned(api):
    for path, clean in [("//proxies", "/proxies"), ("/proxies//a", "/proxies/a"),
                        ("/x/../version", "/version")]:
        reply = api.call("GET", path)
        assert (reply.status, reply.headers["location"]) == (301, clean)


def test_the_native_api_keeps_its_own_refusals(served):
    reply = served.admin.call("GET", "/v1/nope")
    assert (reply.status, reply.error["code"]) == (404, "not_found")
    reply = served.admin.call("DELETE", "/v1/faults")
    assert (reply.status, reply.error["code"]) == (405, "method_not_allowed")
    reply = served.admin.call("DELETE", "/healthz")
    assert (reply.status, reply.error["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("method, path", [("GET", "/proxies"), ("POST", "/reset"),
                                          ("GET", "/version")])
def test_browsers_are_kept_out(api, method, path):
    api.create("a", "x:1", enabled=False)
    reply = api.call(method, path, headers={"User-Agent": "Mozilla/5.0"})
    assert (reply.status, reply.body) == (403, b"User agent not allowed\n")
    assert reply.headers["content-type"] == PLAIN
    assert "x-toxiproxy-request-id" in reply.headers
    assert api.get("/proxies/a")["enabled"] is False
    assert api.call("GET", path if method == "GET" else "/version",
                    headers={"User-Agent": "mozilla/5.0"}).status == 200


@pytest.mark.parametrize("headers", [
    {"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"},
])
def test_pages_of_others_are_kept_out(api, headers):
    api.create("a", "x:1", enabled=False)
    assert api.call("POST", "/reset", headers=headers).status in (403, 421)
    assert api.get("/proxies/a")["enabled"] is False


def test_who_may_not_look_finds_nothing_there(firedrill, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("operator:o:" + "o" * 32 + "\ntriage:t:" + "t" * 32 + "\n")
    tokens.chmod(0o600)
    api = Toxiproxy(firedrill([], admin={"listen": "127.0.0.1:0", "tokens_file": str(tokens)})
                    .address("admin"))
    assert api.text("GET", "/proxies") == (404, "404 page not found\n")
    triage = api.call("GET", "/proxies", headers={"Authorization": "Bearer " + "t" * 32})
    assert (triage.status, triage.body) == (404, b"404 page not found\n")
    operator = api.call("GET", "/proxies", headers={"Authorization": "Bearer " + "o" * 32})
    assert (operator.status, operator.body) == (200, b"{}")


# --- what other languages' clients send -----------------------------------------------------------


def test_dotnet_writes_pascal_case_in_chunks_and_asks_to_continue(api):
    body = b'{"Name":"net","Listen":"localhost:0","Upstream":"x:1","Enabled":true,"Toxics":null}'
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    head, answer = api.raw(b"POST /proxies HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                           b"Content-Type: application/json; charset=utf-8\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n" + chunked)
    assert head.startswith(b"HTTP/1.1 201 Created\r\n")
    assert json.loads(answer)["name"] == "net"
    toxic = (b'{"Attributes":{"Latency":5,"Jitter":1},"Name":null,"Type":"latency",'
             b'"Stream":"UpStream","Toxicity":1.0}')
    head, answer = api.raw(b"POST /proxies/net/toxics HTTP/1.1\r\nHost: localhost\r\n"
                           b"Content-Length: %d\r\n\r\n%s" % (len(toxic), toxic))
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer == (b'{"attributes":{"latency":5,"jitter":1},"name":"latency_UpStream",'
                      b'"type":"latency","stream":"UpStream","toxicity":1}')


def test_expect_is_answered_before_the_body_is_sent(api):
    with Wire.connect(api.address) as wire:
        wire.send(b"POST /populate HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                  b"Content-Length: 2\r\n\r\n")
        assert wire.read_until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.send(b"[]")
        assert wire.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 201 Created\r\n")


def test_ruby_and_php_write_nulls(api):
    made = api.call("POST", "/proxies", {"name": "ruby", "listen": "localhost:0",
                                         "upstream": "x:1", "enabled": None})
    assert (made.status, made.json["enabled"]) == (201, True)
    toxic = api.call("POST", "/proxies/ruby/toxics",
                     {"type": "timeout", "stream": None, "name": None, "attributes": []})
    assert (toxic.status, toxic.json["name"]) == (200, "timeout_downstream")
    same = api.call("POST", "/proxies/ruby", {"listen": None, "upstream": None, "enabled": None})
    assert (same.status, same.json["listen"]) == (200, made.json["listen"])


def test_http_1_0_without_a_host(api):
    head, body = api.raw(b"GET /version HTTP/1.0\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200 OK\r\n")
    assert body == b'{"version": "2.12.0"}\n'


def test_a_large_body(api):
    api.create("a", "x:1")
    body = json.dumps({"type": "latency", "padding": "x" * 3_000_000})
    assert api.call("POST", "/proxies/a/toxics", body).status == 200


def test_a_test_suite_is_not_slowed_down(api):
    api.create("a", "x:1")
    for _ in range(300):
        api.toxic("a", "latency")
        api.remove("/proxies/a/toxics/latency_downstream")
    assert api.get("/proxies/a/toxics") == []
