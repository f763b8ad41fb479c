"""The Toxiproxy API: its proxies, as clients make, change and find them."""

import json
import re
import socket

import pytest

from harness.toxiproxy import error
from harness.wire import Wire, connect_outcome


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
