"""The admin API: what each call answers, how errors look, and what a browser may not do."""

import json
import socket
import time

import pytest

from harness.admin import items
from harness.config import fault, proxy
from harness.process import run
from harness.tools import curl
from harness.upstream import eventually
from harness.wire import Wire, connect_outcome

SLOW = fault("slow", "db", "tcp.latency", {"delay": "1ms"})


@pytest.fixture
def running(firedrill, upstream):
    return firedrill([proxy("db", "tcp", upstream().target)], [SLOW],
                     profiles=[{"name": "all", "faults": ["slow"]}])


@pytest.fixture
def admin(running):
    return running.admin


# --- proxies and faults ---------------------------------------------------------------------------


def test_proxies_are_listed_and_read(admin):
    assert [entry["name"] for entry in items(admin.get("/v1/proxies"), "proxies")] == ["db"]
    assert admin.get("/v1/proxies/db")["protocol"] == "tcp"


def test_a_proxy_is_made_edited_and_removed(admin, upstream):
    made = admin.put("/v1/proxies/more", proxy("more", "tcp", upstream().target))
    host, _, port = made["listen"].rpartition(":")
    with Wire.connect((host, int(port))) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"
    admin.patch("/v1/proxies/more", {"upstream": "127.0.0.1:9"})
    assert admin.get("/v1/proxies/more")["upstream"] == "127.0.0.1:9"
    admin.delete("/v1/proxies/more")
    assert admin.call("GET", "/v1/proxies/more").status == 404


def test_a_fault_is_made_edited_and_removed(admin):
    admin.put("/v1/faults/cut", fault("cut", "db", "tcp.reset", {"bytes": 10}))
    admin.patch("/v1/faults/cut", {"with": {"bytes": 20}, "share": "50%"})
    assert admin.fault("cut")["with"]["bytes"] in (20, "20")
    admin.patch("/v1/faults/cut", {"share": None})  # a merge patch removes by null
    assert admin.fault("cut").get("share") in (None, "100%")
    admin.delete("/v1/faults/cut")
    assert admin.call("GET", "/v1/faults/cut").status == 404


def test_enable_says_when_the_fault_will_end(admin):
    admin.enable("slow", **{"for": "10m"})
    state = admin.fault("slow")
    assert state["active"] is True
    assert "slow" in admin.active()
    admin.disable("slow")
    assert admin.fault("slow")["active"] is False


def test_enable_and_disable_may_be_repeated(admin):
    for _ in range(2):
        admin.enable("slow")
    for _ in range(2):
        admin.disable("slow")
    assert admin.active() == set()


@pytest.mark.parametrize("duration", ["3h", "-1s", "soon", 5])
def test_a_lifetime_beyond_the_greatest_or_that_is_none_is_refused(admin, duration):
    reply = admin.call("POST", "/v1/faults/slow/enable", {"for": duration})
    assert reply.status == 422 and reply.error["path"] == "/for"
    assert admin.active() == set()


def test_a_lease_that_is_not_renewed_ends_the_fault(admin):
    admin.enable("slow", lease="1s")
    for _ in range(3):
        admin.enable("slow", lease="1s")
        assert admin.active() == {"slow"}
    eventually(lambda: not admin.active(), within=3)


def test_a_profile_is_listed_and_switched(admin):
    assert [entry["name"] for entry in items(admin.get("/v1/profiles"), "profiles")] == ["all"]
    assert admin.call("POST", "/v1/profiles/all/enable", {}).status == 200
    assert admin.active() == {"slow"}
    assert admin.call("POST", "/v1/profiles/all/disable", {}).status == 200
    assert admin.active() == set()


def test_halt_ends_everything_and_a_lock_keeps_it_so(admin):
    admin.enable("slow")
    admin.halt(lock=True, reason="real incident")
    assert admin.active() == set()
    reply = admin.call("POST", "/v1/faults/slow/enable", {})
    assert reply.status == 409 and "real incident" in reply.error["message"]
    admin.unlock()
    admin.enable("slow")
    assert admin.active() == {"slow"}


# --- errors ---------------------------------------------------------------------------------------

ERRORS = {
    "no such fault": ("GET", "/v1/faults/none", None, 404),
    "no such fault to enable": ("POST", "/v1/faults/none/enable", {}, 404),
    "no such profile": ("POST", "/v1/profiles/none/enable", {}, 404),
    "no such path": ("GET", "/v1/none", None, 404),
    "a method that the path has not": ("DELETE", "/v1/faults", None, 405),
    "no JSON": ("PUT", "/v1/faults/x", b"{", 400),
    "JSON that is too deep": ("PUT", "/v1/faults/x", b"[" * 40 + b"]" * 40, 400),
    "a duplicate key": ("PUT", "/v1/faults/x", b'{"a": 1, "a": 2}', 400),
    "no object": ("PUT", "/v1/faults/x", b"[]", 422),
    "an unknown type": ("PUT", "/v1/faults/x", fault("x", "db", "tcp.none"), 422),
    "an unknown parameter": (
        "PUT", "/v1/faults/x", fault("x", "db", "tcp.latency", {"dely": "1s"}), 422),
    "an unknown proxy": ("PUT", "/v1/faults/x", fault("x", "none", "tcp.latency",
                                                     {"delay": "1s"}), 422),
    "another name than the path's": ("PUT", "/v1/faults/x", SLOW, 422),
    "a body above 256 KiB": ("PUT", "/v1/faults/x", b" " * 300_000, 413),
    "a proxy that a fault needs": ("DELETE", "/v1/proxies/db", None, 409),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_has_its_status_and_says_what_is_wrong(admin, name):
    method, path, body, status = ERRORS[name]
    before = admin.get("/v1/config")
    reply = admin.call(method, path, body)
    assert reply.status == status
    assert reply.headers["content-type"].startswith("application/json")
    assert reply.error["code"] and reply.error["message"]
    assert admin.get("/v1/config") == before


def test_an_error_points_at_the_place_in_the_body(admin):
    reply = admin.call("PUT", "/v1/faults/x", fault("x", "db", "tcp.latency", {"dely": "1s"}))
    assert reply.error["path"] == "/with/dely" and "delay" in reply.error["message"]


def test_an_address_in_use_is_a_conflict(admin, upstream):
    taken = upstream()
    reply = admin.call("PUT", "/v1/proxies/x", proxy("x", "tcp", "127.0.0.1:9") |
                       {"listen": taken.target})
    assert reply.status == 409 and taken.target in reply.error["message"]
    assert admin.call("GET", "/v1/proxies/x").status == 404


# --- the browser defence --------------------------------------------------------------------------


@pytest.mark.parametrize("headers, status", [
    ({"Host": "evil.test"}, 421), ({"Host": "127.0.0.1.evil.test"}, 421),
    ({"Origin": "http://evil.test"}, 403), ({"Origin": "null"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403)],
    ids=lambda value: str(value))
def test_a_page_from_elsewhere_is_turned_away(admin, headers, status):
    assert admin.call("GET", "/v1/faults", headers=headers).status == status
    assert admin.call("POST", "/v1/halt", {}, headers=headers).status == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "",
                                  "application/json; charset=utf-8", "multipart/form-data"])
def test_a_change_needs_exactly_json(admin, kind):
    reply = admin.call("POST", "/v1/faults/slow/enable", b"{}", {"Content-Type": kind})
    assert reply.status in (400, 415)
    assert admin.active() == set()


def test_get_changes_nothing(admin):
    for path in ("/v1/halt", "/v1/faults/slow/enable", "/v1/reload"):
        assert admin.call("GET", path).status in (404, 405)


def test_no_reply_invites_other_origins(admin):
    reply = admin.call("OPTIONS", "/v1/faults", headers={
        "Origin": "http://evil.test", "Access-Control-Request-Method": "PUT"})
    assert reply.status in (403, 405)
    assert not [name for name in reply.headers if name.startswith("access-control")]


# --- what it tells --------------------------------------------------------------------------------


def test_every_fault_type_describes_its_parameters(admin):
    types = {entry["type"] if "type" in entry else entry["name"]: entry
             for entry in items(admin.get("/v1/fault-types"), "types")}
    assert {"tcp.refuse", "tcp.blackhole", "tcp.latency", "tcp.bandwidth", "tcp.reset",
            "http.status", "http.latency", "dns.answer", "dns.nxdomain", "dns.servfail",
            "dns.nodata", "dns.drop", "dns.delay",
            "stream.drop", "stream.duplicate", "stream.delay", "stream.corrupt",
            "stream.poison"} <= set(types)
    assert "delay" in json.dumps(types["tcp.latency"])


def test_the_api_describes_itself(admin):
    described = admin.get("/openapi.json")
    assert described["openapi"].startswith("3.")
    for path in ("/v1/proxies", "/v1/faults/{name}", "/v1/faults/{name}/enable", "/v1/halt"):
        assert path in described["paths"]


def test_the_configuration_is_shown_as_it_is_in_effect(admin):
    admin.put("/v1/faults/cut", fault("cut", "db", "tcp.reset"))
    shown = admin.get("/v1/config")
    assert [entry["name"] for entry in shown["faults"]] == ["slow", "cut"]
    assert shown["environment"] == "test"


def test_health_and_readiness(admin):
    assert admin.call("GET", "/healthz").status == 200
    assert admin.call("GET", "/readyz").status == 200


def test_metrics_count_traffic_and_show_no_fault(running, admin):
    before = set(admin.metrics())
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"x" * 100).read_exactly(100)
    admin.enable("slow")

    def ended():
        return sum(value for name, value in admin.metrics().items()
                   if name.startswith("edge_connections_total{") and 'proxy="db"' in name)

    eventually(lambda: ended() == 1)
    samples = admin.metrics()
    assert set(samples) == before
    assert not [name for name in samples if "fault" in name or "slow" in name]


def test_operator_metrics_tell_of_faults(running, admin):
    admin.enable("slow")
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"x").read_exactly(1)
    names = [name for name, value in admin.metrics("/v1/metrics").items() if value]
    assert [name for name in names if name.startswith("firedrill_") and 'fault="slow"' in name]


def test_counters_are_told_by_stats(running, admin):
    with Wire.connect(running.address("db")) as wire:
        wire.send(b"x").read_exactly(1)
    assert "db" in json.dumps(admin.get("/v1/stats"))


def test_the_event_stream_tells_of_changes(admin):
    with Wire.connect(admin.address) as wire:
        host, port = admin.address
        wire.send(f"GET /v1/events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        assert b"text/event-stream" in wire.read_until(b"\r\n\r\n")
        admin.enable("slow")
        wire.read_until(b"slow")


def test_a_toggle_is_in_effect_when_its_call_returns(running, admin):
    admin.put("/v1/faults/cut", fault("cut", "db", "tcp.refuse", {"mode": "reset"}))
    for _ in range(25):
        admin.enable("cut")
        assert connect_outcome(running.address("db")) == "rst"
        admin.disable("cut")
        with Wire.connect(running.address("db")) as wire:
            assert wire.send(b"x").read_exactly(1) == b"x"


def test_a_client_that_sends_nothing_does_not_hold_up_others(admin):
    idle = [socket.create_connection(admin.address, 5) for _ in range(20)]
    began = time.monotonic()
    assert admin.call("GET", "/healthz").status == 200
    assert time.monotonic() - began < 1
    for connection in idle:
        connection.close()


# --- the other ways in ----------------------------------------------------------------------------


def test_the_command_line_speaks_it(running, admin):
    url = "http://{}:{}".format(*admin.address)

    def cli(*arguments):
        return run(*arguments, "--admin", url)

    listed = cli("fault", "ls", "--json")
    assert listed.returncode == 0 and "slow" in listed.stdout
    assert cli("fault", "enable", "slow").returncode == 0
    assert admin.active() == {"slow"}
    assert cli("halt").returncode == 0
    assert admin.active() == set()
    missing = cli("fault", "enable", "none")
    assert missing.returncode == 1 and "none" in missing.stderr
    assert run("fault", "enable").returncode == 2
    assert run("no-such-command").returncode == 2


def test_a_unix_socket_serves_it(firedrill, upstream, tmp_path):
    path = tmp_path / "admin.sock"
    running = firedrill([proxy("db", "tcp", upstream().target)],
                        admin={"listen": f"unix:{path}"})
    reply = curl("--unix-socket", path, "http://localhost/v1/proxies")
    assert reply.status == 200 and b'"db"' in reply.body
    assert path.stat().st_mode & 0o777 == 0o660
    running.stop()
    assert not path.exists()


def test_every_change_is_journaled(firedrill, upstream, tmp_path):
    journal = tmp_path / "journal.ndjson"
    running = firedrill([proxy("db", "tcp", upstream().target)], [SLOW], journal=str(journal))
    running.admin.enable("slow", reason="drill 7")
    running.admin.halt()
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    assert any("drill 7" in json.dumps(entry) and "slow" in json.dumps(entry) for entry in entries)
    assert "drill 7" not in "".join(running.output)
