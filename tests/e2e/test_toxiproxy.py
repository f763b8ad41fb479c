"""The Toxiproxy API: what its clients send, and what they get, to the byte."""

import json
import re
import socket

import pytest

from harness.config import fault, proxy
from harness.toxiproxy import Toxiproxy
from harness.wire import Wire, connect_outcome

PLAIN = "text/plain; charset=utf-8"


@pytest.fixture
def served(firedrill):
    """A firedrill without any proxy."""
    return firedrill([])


@pytest.fixture
def api(served):
    return Toxiproxy(served.address("admin"))


def error(status, message):
    return status, json.dumps({"error": message, "status": status}, separators=(",", ":")) + "\n"


# --- the npm client -------------------------------------------------------------------------------


def test_npm_client(api, upstream, node):
    target = upstream().target
    client = node("toxiproxy.mjs", "http://{}:{}".format(*api.address), target)
    seen = {thing["step"]: thing.get("error", thing.get("result")) for thing in client.rest()}
    listen = seen["create"]["listen"]
    assert re.fullmatch(r"127\.0\.0\.1:\d+", listen)
    assert not listen.endswith(":0")
    redis = {"name": "redis", "listen": listen, "upstream": target, "enabled": True}
    toxic = {"name": "latency_downstream", "type": "latency", "stream": "downstream",
             "toxicity": 1, "attributes": {"latency": 20, "jitter": 5}}
    assert seen == {
        "version": '{"version": "2.12.0"}\n',
        "create": redis,
        "create again": "Request failed with status code 409",
        "get": redis,
        "get nothing": "Request failed with status code 404",
        "add toxic": toxic,
        "add toxic again": "Request failed with status code 409",
        "add unknown toxic": "Request failed with status code 400",
        "get toxic": toxic,
        "update toxic": toxic | {"toxicity": 0.5, "attributes": {"latency": 30, "jitter": 5}},
        "remove toxic": None,
        "get removed toxic": "Request failed with status code 404",
        "disable": redis | {"enabled": False},
        "reset": None,
        "all": [redis],
        "populate": ["redis", "other"],
        "populate nothing": [],
        "remove": None,
        "left": ["other"],
    }


# --- proxies --------------------------------------------------------------------------------------


def test_a_proxy_is_shown_in_the_order_of_the_original(api):
    status, text = api.text("POST", "/proxies", {"name": "a", "upstream": "localhost:1"})
    assert status == 201
    assert re.fullmatch(r'{"name":"a","listen":"\[::\]:\d+","upstream":"localhost:1",'
                        r'"enabled":true,"toxics":\[\]}', text)


def test_proxies_are_sorted_by_name(api):
    assert api.text("GET", "/proxies") == (200, "{}")
    for name in ["b", "a", "Z", "a-"]:
        api.create(name, "localhost:1")
    assert list(api.get("/proxies")) == ["Z", "a", "a-", "b"]


@pytest.mark.parametrize("listen, shown", [
    ("localhost:0", r"127\.0\.0\.1:\d+"), ("127.0.0.1:0", r"127\.0\.0\.1:\d+"),
    (":0", r"\[::\]:\d+"), ("", r"\[::\]:\d+"), ("0.0.0.0:0", r"\[::\]:\d+"), (None, r"\[::\]:\d+"),
])
def test_listen_is_shown_as_bound(api, listen, shown):
    body = {"name": "a", "upstream": "localhost:1", "listen": listen, "enabled": None}
    assert re.fullmatch(shown, api.call("POST", "/proxies", body).json["listen"])


def test_a_proxy_relays(api, upstream):
    with Wire.connect(api.create("echo", upstream().target)) as wire:
        assert wire.send(b"hello").read_exactly(5) == b"hello"


def test_a_disabled_proxy_is_kept_as_it_was_written(api):
    body = {"name": "a", "upstream": "garbage", "listen": "nonsense", "enabled": False}
    assert api.call("POST", "/proxies", body).json == body | {"toxics": []}
    assert api.text("POST", "/proxies/a", {"enabled": True}) == \
        error(500, "address nonsense: missing port in address")


def test_an_impossible_upstream_fails_each_connection(api):
    assert connect_outcome(api.create("a", "garbage")) == "rst"
    assert connect_outcome(api.create("b", "no.such.name.invalid:1")) == "rst"
    assert connect_outcome(api.create("metadata", "169.254.169.254:80")) == "rst"


@pytest.mark.parametrize("body, message", [
    ({}, "missing required field: name"),
    ({"name": "", "upstream": "x"}, "missing required field: name"),
    ({"name": "a"}, "missing required field: upstream"),
    ("", "bad request body: EOF"),
    ("{", "bad request body: unexpected EOF"),
    ("hello", "bad request body: invalid character 'h' looking for beginning of value"),
    ({"name": "a", "enabled": "x"}, "bad request body: json: cannot unmarshal string into Go struct"
                                    " field Proxy.enabled of type bool"),
])
def test_bad_proxies(api, body, message):
    assert api.text("POST", "/proxies", body) == error(400, message)


def test_an_address_in_use(api):
    host, port = api.create("a", "localhost:1")
    body = {"name": "b", "upstream": "localhost:1", "listen": f"{host}:{port}"}
    assert api.text("POST", "/proxies", body) == \
        error(500, f"listen tcp 127.0.0.1:{port}: bind: address already in use")
    assert list(api.get("/proxies")) == ["a"]


@pytest.mark.parametrize("listen, message", [
    ("nonsense", "listen tcp: address nonsense: missing port in address"),
    ("localhost:99999", "listen tcp: address 99999: invalid port"),
])
def test_bad_addresses(api, listen, message):
    body = {"name": "a", "upstream": "localhost:1", "listen": listen}
    assert api.text("POST", "/proxies", body) == error(500, message)


def test_proxies_that_are_there_or_not(api):
    api.create("a", "localhost:1")
    body = {"name": "a", "upstream": "x"}
    assert api.text("POST", "/proxies", body) == error(409, "proxy already exists")
    for method in ["GET", "POST", "PATCH", "DELETE"]:
        assert api.text(method, "/proxies/b", "{") == error(404, "proxy not found")
        assert api.text(method, "/proxies/a/toxics/b", "{") == error(404, "toxic not found")
    assert api.call("DELETE", "/proxies/a").status == 204
    assert api.text("GET", "/proxies/a") == error(404, "proxy not found")


@pytest.mark.parametrize("name, path", [
    ("localhost:6379", "localhost:6379"), ("a b", "a%20b"), ("é<&>", "%C3%A9%3C%26%3E"),
    ("a+b", "a+b"), ("%", "%25"),
])
def test_names_of_all_kinds(api, name, path):
    api.create(name, "localhost:1")
    status, text = api.text("GET", f"/proxies/{path}")
    assert status == 200
    assert json.loads(text)["name"] == name
    assert "<" not in text and "&" not in text
    api.toxic(path, "latency")
    api.remove(f"/proxies/{path}")


def test_a_name_with_a_slash_can_be_made_but_not_addressed(api):
    api.create("a/b", "localhost:1")
    assert api.text("GET", "/proxies/a%2Fb") == (404, "404 page not found\n")


def test_toxics_in_a_body_are_ignored(api):
    api.create("a", "localhost:1", toxics=[{"type": "latency"}])
    api.toxic("a", "bandwidth", name="kept")
    shown = api.update("a", name="b", toxics=[], upstream="localhost:2")
    assert shown["name"] == "a"
    assert [toxic["name"] for toxic in shown["toxics"]] == ["kept"]


# --- disabling and updating -----------------------------------------------------------------------


def test_disabling_cuts_connections_and_keeps_the_port(api, upstream):
    server = upstream()
    address = api.create("a", server.target)
    with Wire.connect(address) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"
        assert api.update("a", enabled=False)["enabled"] is False
        assert wire.read_to_end() == (b"", "fin")
    assert connect_outcome(address) == "refused"
    assert api.update("a", enabled=True)["listen"] == "{}:{}".format(*address)
    with Wire.connect(address) as wire:
        assert wire.send(b"y").read_exactly(1) == b"y"


def test_an_update_that_changes_nothing_leaves_connections_alone(api, upstream):
    target = upstream().target
    host, port = api.create("a", target)
    with Wire.connect((host, port)) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"
        api.update("a", enabled=True, upstream=target, listen=f"localhost:{port}")
        assert wire.send(b"y").read_exactly(1) == b"y"


def test_another_upstream_cuts_connections_and_keeps_toxics(api, upstream):
    address = api.create("a", upstream().target)
    api.toxic("a", "latency", {"latency": 1})
    other = upstream(lambda wire: wire.send(b"other"))
    with Wire.connect(address) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"
        shown = api.call("PATCH", "/proxies/a", {"upstream": other.target}).json
        assert wire.read_to_end()[0] == b""
    assert shown["upstream"] == other.target
    assert len(shown["toxics"]) == 1
    with Wire.connect(address) as wire:
        assert wire.read_exactly(5) == b"other"


def test_a_new_address_that_fails_leaves_the_proxy_disabled(api):
    api.create("a", "localhost:1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        assert api.text("POST", "/proxies/a", {"listen": listen}) == \
            error(500, f"listen tcp {listen}: bind: address already in use")
        shown = api.get("/proxies/a")
        assert (shown["enabled"], shown["listen"]) == (False, listen)
    before = api.get("/proxies/a")
    assert api.text("POST", "/proxies/a", {"listen": "bad"}) == \
        error(500, "address bad: missing port in address")
    assert api.get("/proxies/a") == before


def test_deleting_forgets_toxics_and_cuts_connections(api, served, upstream):
    target = upstream().target
    address = api.create("a", target)
    api.toxic("a", "latency")
    with Wire.connect(address) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"
        api.remove("/proxies/a")
        assert wire.read_to_end()[0] == b""
    api.create("a", target)
    assert api.get("/proxies/a/toxics") == []
    assert served.admin.get("/v1/faults")["faults"] == []


# --- populate and reset ---------------------------------------------------------------------------


def test_populate_makes_what_is_not_there(api):
    reply = api.call("POST", "/populate", [{"name": "a", "upstream": "x:1", "listen": "localhost:0"},
                                           {"name": "b", "upstream": "y:1", "enabled": False}])
    assert reply.status == 201
    assert list(reply.json) == ["proxies"]
    assert [(one["name"], one["enabled"]) for one in reply.json["proxies"]] == \
        [("a", True), ("b", False)]


@pytest.mark.parametrize("body", ["[]", "null"])
def test_populate_with_nothing(api, body):
    assert api.text("POST", "/populate", body) == (201, '{"proxies":[]}')


def test_populate_leaves_alone_what_is_there(api, upstream):
    host, port = api.create("a", "x:1")
    api.toxic("a", "latency")
    same = {"name": "a", "upstream": "x:1", "listen": f"localhost:{port}", "enabled": False}
    shown = api.call("POST", "/populate", [same]).json["proxies"][0]
    assert shown["enabled"] is True
    assert len(shown["toxics"]) == 1
    other = same | {"upstream": upstream().target, "enabled": True}
    shown = api.call("POST", "/populate", [other]).json["proxies"][0]
    assert (shown["toxics"], shown["listen"]) == ([], f"{host}:{port}")


@pytest.mark.parametrize("body, message", [
    ([{"name": "a", "upstream": "x"}, {"upstream": "x"}], "missing required field: name at proxy 2"),
    ([{"name": "a"}], "missing required field: upstream at proxy 1"),
])
def test_populate_checks_all_before_it_makes_any(api, body, message):
    reply = api.call("POST", "/populate", body)
    assert (reply.status, reply.headers["content-type"]) == (400, "application/json")
    assert reply.json == {"error": message, "status": 400, "proxies": []}
    assert api.get("/proxies") == {}


def test_populate_wants_an_array(api):
    reply = api.call("POST", "/populate", {"name": "a"})
    assert reply.status == 400
    assert reply.json["error"].startswith("bad request body: json: cannot unmarshal object")


def test_populate_stops_at_the_first_failure(api):
    body = [{"name": "a", "upstream": "x:1"}, {"name": "b", "upstream": "x:1", "listen": "bad"},
            {"name": "c", "upstream": "x:1"}]
    reply = api.call("POST", "/populate", body)
    assert (reply.status, reply.json["error"]) == \
        (500, "listen tcp: address bad: missing port in address")
    assert [one["name"] for one in reply.json["proxies"]] == ["a"]
    assert list(api.get("/proxies")) == ["a"]


def test_reset_starts_proxies_and_removes_toxics(api, served):
    api.create("a", "x:1", enabled=False)
    api.create("b", "x:1")
    api.toxic("b", "latency")
    api.toxic("b", "bandwidth", stream="upstream")
    reply = api.call("POST", "/reset", "no json at all")
    assert (reply.status, reply.body) == (204, b"")
    assert [(one["enabled"], one["toxics"]) for one in api.get("/proxies").values()] == \
        [(True, [])] * 2
    assert served.admin.get("/v1/faults")["faults"] == []


def test_reset_goes_on_past_a_proxy_that_cannot_start(api):
    api.create("a", "x:1", listen="nonsense", enabled=False)
    api.create("b", "x:1", enabled=False)
    api.toxic("b", "latency")
    assert api.text("POST", "/reset") == \
        error(500, "listen tcp: address nonsense: missing port in address")
    assert (api.get("/proxies/b")["enabled"], api.get("/proxies/b")["toxics"]) == (True, [])


# --- toxics ---------------------------------------------------------------------------------------


def test_toxics_are_listed_upstream_first_then_as_they_were_made(api):
    api.create("a", "x:1")
    for name, stream in [("1", "downstream"), ("2", "upstream"), ("3", "DownStream"),
                         ("4", "UpStream")]:
        api.toxic("a", "latency", name=name, stream=stream)
    assert [toxic["name"] for toxic in api.get("/proxies/a/toxics")] == ["2", "4", "1", "3"]
    api.update_toxic("a", "2", attributes={"latency": 5})
    assert [toxic["name"] for toxic in api.get("/proxies/a")["toxics"]] == ["2", "4", "1", "3"]


def test_a_toxic_is_echoed_to_the_byte(api):
    api.create("a", "x:1")
    assert api.text("POST", "/proxies/a/toxics", '{"type":"latency","toxicity":0.33333333}') == (
        200, '{"attributes":{"latency":0,"jitter":0},"name":"latency_downstream","type":"latency",'
             '"stream":"downstream","toxicity":0.33333334}')


@pytest.mark.parametrize("kind, attributes", [
    ("latency", {"latency": -5, "jitter": 3}), ("bandwidth", {"rate": -1}),
    ("slow_close", {"delay": 9}), ("timeout", {"timeout": -7}), ("reset_peer", {"timeout": 2**63 - 1}),
    ("slicer", {"average_size": 0, "size_variation": -2**63, "delay": 1}), ("limit_data", {"bytes": 0}),
    ("noop", {}), ("packet_loss", {"loss_rate": 0.25, "correlation": -1.5}),
])
def test_every_type_keeps_what_it_was_given(api, kind, attributes):
    api.create("a", "x:1")
    made = api.toxic("a", kind, attributes, toxicity=5)
    assert made == {"attributes": attributes, "name": f"{kind}_downstream", "type": kind,
                    "stream": "downstream", "toxicity": 5}
    assert api.get("/proxies/a/toxics") == [made]


@pytest.mark.parametrize("body, message", [
    ({"type": "nope", "stream": "sideways"},
     "stream was invalid, can be either upstream or downstream"),
    ({"type": "latency", "stream": ""}, "stream was invalid, can be either upstream or downstream"),
    ({"type": "nope"}, "invalid toxic type"), ({}, "invalid toxic type"),
    ("", "bad request body: EOF"),
    ({"type": "bandwidth", "attributes": {"rate": 1.5}},
     "bad request body: json: cannot unmarshal number 1.5 into Go struct field "
     "BandwidthToxic.attributes.rate of type int64"),
])
def test_bad_toxics(api, body, message):
    api.create("a", "x:1")
    assert api.text("POST", "/proxies/a/toxics", body) == error(400, message)
    assert api.get("/proxies/a/toxics") == []


def test_a_toxic_of_the_name_in_either_stream_is_refused(api):
    api.create("a", "x:1")
    api.toxic("a", "latency", name="same", stream="upstream")
    assert api.text("POST", "/proxies/a/toxics", {"type": "timeout", "name": "same"}) == \
        error(409, "toxic already exists")


def test_an_update_is_all_or_nothing(api):
    api.create("a", "x:1")
    api.toxic("a", "latency", {"latency": 1, "jitter": 2})
    path = "/proxies/a/toxics/latency_downstream"
    assert api.call("PATCH", path, {"attributes": {"latency": 9, "jitter": "x"}}).status == 400
    assert api.get(path)["attributes"] == {"latency": 1, "jitter": 2}
    changed = api.call("PATCH", path, {"attributes": {"jitter": 9}, "toxicity": 0.1, "name": "b",
                                       "type": "timeout", "stream": "upstream"})
    assert (changed.status, changed.json) == (200, {
        "attributes": {"latency": 1, "jitter": 9}, "name": "latency_downstream", "type": "latency",
        "stream": "downstream", "toxicity": 0.1})
    assert api.get(path) == changed.json


# --- both views -----------------------------------------------------------------------------------


def test_a_toxic_is_a_fault(api, served):
    api.create("a", "x:1")
    api.toxic("a", "latency", {"latency": 100, "jitter": 20}, stream="upstream", toxicity=0.5)
    shown = served.admin.fault("a:latency_upstream")
    assert (shown["type"], shown["with"], shown["direction"], shown["active"]) == \
        ("tcp.latency", {"delay": {"uniform": ["80ms", "120ms"]}}, "request", True)
    assert shown["seconds_left"] > 7190  # max_for
    served.admin.patch("/v1/faults/a:latency_upstream", {"with": {"delay": "7ms"}})
    assert api.get("/proxies/a/toxics/latency_upstream")["attributes"] == {"latency": 7, "jitter": 0}
    served.admin.disable("a:latency_upstream")
    assert api.get("/proxies/a/toxics") == []
    api.toxic("a", "latency", stream="upstream")
    assert len(served.admin.get("/v1/faults")["faults"]) == 1


def test_a_fault_that_a_toxic_can_say_is_one(firedrill, upstream):
    proxies = [proxy("a", "tcp", upstream().target), proxy("web", "http", upstream().target)]
    both = firedrill(proxies, [
        fault("slow", "a", "tcp.latency", {"delay": "30ms"}, share="50%"),
        fault("odd", "a", "tcp.latency", {"delay": {"normal": {"mean": "9ms", "sd": "1ms"}}}),
        fault("wide", ["a", "web"], "tcp.latency", {"delay": "1ms"}),
    ])
    api = Toxiproxy(both.address("admin"))
    assert list(api.get("/proxies")) == ["a"]
    assert api.get("/proxies/a/toxics") == []
    for name in ["slow", "odd", "wide"]:
        both.admin.enable(name)
    assert api.get("/proxies/a/toxics") == [
        {"attributes": {"latency": 30, "jitter": 0}, "name": "slow", "type": "latency",
         "stream": "downstream", "toxicity": 0.5}]
    api.remove("/proxies/a/toxics/slow")
    assert both.admin.fault("slow")["active"] is False
    assert api.text("POST", "/proxies", {"name": "web", "upstream": "x"})[0] == 409


def test_a_lock_refuses_toxics(api, served):
    api.create("a", "x:1")
    served.admin.halt(lock=True, reason="a real incident")
    assert api.text("POST", "/proxies/a/toxics", {"type": "latency"}) == \
        error(403, "new faults are locked out: a real incident")


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
