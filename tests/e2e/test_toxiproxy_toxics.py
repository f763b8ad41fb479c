"""The Toxiproxy API: its toxics, what sets many things at once, and the native view of it all."""

import pytest

from harness.config import fault, proxy
from harness.toxiproxy import Toxiproxy, error


# --- populate and reset ---------------------------------------------------------------------------


def test_populate_makes_what_is_not_there(api):
    body = [{"name": "a", "upstream": "x:1", "listen": "localhost:0"},
            {"name": "b", "upstream": "y:1", "enabled": False}]
    reply = api.call("POST", "/populate", body)
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
    ([{"name": "a", "upstream": "x"}, {"name": None, "upstream": "x"}],
     "missing required field: name at proxy 2"),
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
    api.define("a", "x:1", listen="nonsense", enabled=False)
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
    ("slow_close", {"delay": 9}), ("timeout", {"timeout": -7}),
    ("reset_peer", {"timeout": 2**63 - 1}), ("limit_data", {"bytes": 0}),
    ("slicer", {"average_size": 0, "size_variation": -2**63, "delay": 1}),
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
    shown = api.get("/proxies/a/toxics/latency_upstream")
    assert shown["attributes"] == {"latency": 7, "jitter": 0}
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
