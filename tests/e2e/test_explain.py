"""`POST /v1/explain` and `firedrill explain`: which faults would hit something, and why not."""

import pytest

from harness.config import fault, proxy
from harness.process import run


@pytest.fixture
def running(firedrill, upstream):
    return firedrill([
        proxy("db", "tcp", upstream().target),
        proxy("shop", "http", upstream.http().target),
        proxy("dns", "dns", [upstream.dns({("shop.test", "A"): ["10.0.0.1"]}).target])])


@pytest.fixture
def admin(running):
    return running.admin


def activate(admin, *definitions):
    for definition in definitions:
        admin.put(f"/v1/faults/{definition['name']}", definition)
        admin.enable(definition["name"])


def teller(running, name):
    """told(*options) is what the command line says of the first fault."""
    host, port = running.address("admin")

    def told(*options):
        done = run("explain", name, *options, "--admin", f"http://{host}:{port}")
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[1].split()[3:]

    return told


def explain(admin, body):
    told = admin.call("POST", "/v1/explain", body).json["faults"]
    return {entry["fault"]: entry for entry in told}


def test_explain_names_the_reason_for_each_fault(running, admin):
    faults = [
        fault("hits", "shop", "http.status", {"code": 503}, match={"path": "/pay"}, priority=5),
        fault("too-late", "shop", "http.status", {"code": 500}),
        fault("elsewhere", "shop", "http.status", {"code": 500}, match={"method": "POST"}),
        fault("unlucky", "shop", "http.status", {"code": 500}, share="0%"),
        fault("waits", "shop", "http.status", {"code": 500}, trigger={"after": 5}),
        fault("dry", "shop", "http.latency", {"delay": "1s"}, dry_run=True),
        fault("other", "db", "tcp.refuse"),
        fault("dormant", "shop", "http.status", {"code": 500})]
    for one in faults:
        admin.put(f"/v1/faults/{one['name']}", one)
        if one["name"] != "dormant":
            admin.enable(one["name"])
    question = {"proxy": "shop", "request": {"path": "/pay", "source": "10.0.0.9"}}
    told = explain(admin, question)
    assert {name: entry["reason"] for name, entry in told.items()} == {
        "hits": None, "too-late": "terminal", "elsewhere": "match", "unlucky": "share",
        "waits": "trigger", "dry": "dry_run", "other": "other_proxy", "dormant": "off"}
    assert told["elsewhere"]["field"] == "match.methods"
    assert told["hits"]["hit"] is True and told["waits"]["ordinal"] == 1
    assert explain(admin, question) == told, "it leaves no trace"
    assert all(entry["counters"]["matched"] == 0 for entry in admin.get("/v1/faults")["faults"])


def test_explain_speaks_of_queries_connections_and_events(running, admin):
    activate(admin, fault("dns", "dns", "dns.nxdomain", match={"qtypes": ["AAAA"]}),
             fault("tcp", "db", "tcp.refuse", match={"source": "10.0.0.0/8"}),
             fault("event", "shop", "stream.drop", match={"event": "order"}))
    asked = {"proxy": "dns", "query": {"name": "shop.test", "qtype": "A"}}
    assert explain(admin, asked)["dns"]["field"] == "match.qtypes"
    asked["query"]["qtype"] = "AAAA"
    assert explain(admin, asked)["dns"]["hit"] is True
    assert explain(admin, {"proxy": "db", "connection": {}})["tcp"]["field"] == "match.sources"
    assert explain(admin, {"proxy": "db", "connection": {"source": "10.1.1.1"}})["tcp"]["hit"]
    stream = {"proxy": "shop", "request": {}, "event": {"type": "order", "payload": "{}"}}
    assert explain(admin, stream)["event"]["hit"] is True


def test_explain_decides_by_the_reply_to_a_query(running, admin):
    activate(admin, fault("dns", "dns", "dns.ttl", {"set": "0s"}, match={
        "response": {"rcode": ["NOERROR"], "answers": 1, "contains": ["10.0.0.0/8"]}}))
    told = teller(running, "dns")
    asked = ("--name", "shop.test")
    assert told(*asked) == ["response"]
    assert told(*asked, "--record", "A 10.0.0.7") == ["hit"]
    assert told(*asked, "--record", "A 192.0.2.1") == ["match", "(match.response)"]
    assert told(*asked, "--rcode", "NXDOMAIN") == ["match", "(match.response)"]
    body = {"proxy": "dns", "query": {"name": "a.test"}, "response": {"status": 200}}
    assert admin.call("POST", "/v1/explain", body).status == 422


@pytest.mark.parametrize("body, what", [
    ({}, "proxy: is required"),
    ({"proxy": "db"}, "must have exactly one of connection, request and query"),
    ({"proxy": "db", "connection": {}, "query": {"name": "a"}}, "exactly one"),
    ({"proxy": "nowhere", "connection": {}}, 'there is no proxy "nowhere"'),
    ({"proxy": "db", "request": {}}, "speaks tcp"),
    ({"proxy": "dns", "connection": {}}, "speaks dns"),
    ({"proxy": "shop", "request": {"path": "/a b"}}, "none that an http proxy would accept"),
    ({"proxy": "shop", "request": {"headers": ["A: b\r\n\r\nGET / HTTP/1.1"]}}, "none that"),
    ({"proxy": "shop", "connection": {"source": "here"}}, "must be an IP address"),
    ({"proxy": "db", "connection": {}, "event": {}}, "no codec"),
    ({"proxy": "dns", "query": {"name": "a"}, "event": {}}, "beside the request or connection"),
    ({"proxy": "shop", "request": {}, "event": {"codec": "ndjsn"}}, "did you mean"),
    ({"proxy": "shop", "request": {}, "event": {"headers": ["none"]}}, 'must be "Name: value"'),
    ({"proxy": "shop", "request": {}, "event": {"direction": "both"}}, "request or response"),
    ({"proxy": "shop", "connection": {}, "response": {}}, "beside the request"),
    ({"proxy": "shop", "request": {}, "response": {"status": 99}}, "must be from 200 to 599")])
def test_explain_refuses_what_can_not_be(admin, body, what):
    reply = admin.call("POST", "/v1/explain", body)
    assert reply.status == 422
    assert what in f"{reply.error.get('path', '')}: {reply.error['message']}"


def test_the_command_line_explains(running, admin):
    activate(admin, fault("broken", "shop", "http.status", {"code": 503}, match={"path": "/pay"}))
    told = teller(running, "shop")
    assert told("--path", "/pay") == ["hit"]
    assert told("--path", "/") == ["match", "(match.path)"]


def test_the_command_line_explains_events(firedrill, upstream):
    running = firedrill([proxy("feed", "tcp", upstream().target, codec="lines")],
                        [fault("refunds", "feed", "stream.drop", match={"json": {"/k": 1}},
                               enabled=True)])
    told = teller(running, "feed")
    assert told() == ["other_family"]
    assert told("--payload", '{"k": 1}') == ["hit"]
    assert told("--payload", '{"k": 2}') == ["match", "(match.json)"]
    assert told("--payload", '{"k": 1}', "--event-direction", "request") == ["direction"]


def test_the_command_line_explains_what_depends_on_the_response(running, admin):
    activate(admin, fault("broken", "shop", "http.latency", {"delay": "1s"}, match={
        "response": {"status": ["5xx"], "header": {"x-node": "7"}}}))
    told = teller(running, "shop")
    assert told("--path", "/") == ["response"]
    assert told("--status", "503", "--response-header", "X-Node: 7") == ["hit"]
    assert told("--status", "503") == ["match", "(match.response)"]
    assert told("--response-header", "X-Node: 7") == ["match", "(match.response)"]
