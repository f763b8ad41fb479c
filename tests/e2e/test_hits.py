"""The operator's proof that a fault was hit: its last ten hits, which nobody else sees."""

import json
import re

from harness.config import fault, proxy
from harness.process import run
from harness.tools import curl, dig
from harness.upstream import EventFeed, eventually
from harness.wire import Wire, connect_outcome

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def hits(running, name):
    return running.admin.fault(name)["hits"]


def without_client(hit):
    """The hit's own members; the rest is checked here."""
    assert RFC3339.fullmatch(hit["time"])
    assert hit["client"].startswith("127.0.0.1:")
    return {key: value for key, value in hit.items() if key not in ("time", "client")}


def test_of_requests_the_last_ten_are_shown_newest_first(firedrill, upstream):
    shop = firedrill([proxy("shop", "http", upstream.http().target)],
                     [fault("down", "shop", "http.status", {"code": 503}, enabled=True,
                            match={"path": "/cart"})])
    assert hits(shop, "down") == []
    for number in range(13):
        assert curl(shop.url("shop", f"/cart/{number}?secret=1")).status == 503
    curl(shop.url("shop", "/other"))
    shown = [without_client(hit) for hit in hits(shop, "down")]
    assert shown == [{"proxy": "shop", "method": "GET", "path": f"/cart/{number}", "status": 503}
                     for number in range(12, 2, -1)]


def test_of_a_delayed_request_the_upstreams_status_is_shown(firedrill, upstream):
    shop = firedrill([proxy("shop", "http", upstream.http().target)],
                     [fault("slow", "shop", "http.latency", {"delay": "1ms"}, enabled=True)])
    assert curl("-X", "POST", shop.url("shop")).status == 200
    [hit] = hits(shop, "slow")
    assert (hit["method"], hit["status"]) == ("POST", 200)


def test_of_a_request_without_an_answer_the_status_is_null(firedrill, upstream):
    shop = firedrill([proxy("shop", "http", upstream.http().target)],
                     [fault("slow", "shop", "http.latency", {"delay": "1h"}, enabled=True)])
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        eventually(lambda: shop.admin.fault("slow")["counters"]["hit"] == 1)
        wire.reset()
    [hit] = eventually(lambda: hits(shop, "slow"))
    assert without_client(hit) == {"proxy": "shop", "method": "GET", "path": "/a", "status": None}


def test_of_a_request_that_hangs_the_hit_is_shown_at_once(firedrill, upstream):
    shop = firedrill([proxy("shop", "http", upstream.http().target)],
                     [fault("stuck", "shop", "http.hang", enabled=True)])
    with Wire.connect(shop.address("shop")) as wire:
        wire.send(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        [hit] = eventually(lambda: hits(shop, "stuck"))
        assert without_client(hit) == {"proxy": "shop", "method": "GET", "path": "/a",
                                       "status": None}
        shop.admin.disable("stuck")
        wire.read_until(b"\r\n\r\n")
    assert len(hits(shop, "stuck")) == 1


def test_hits_outlive_edits_and_the_end_of_a_fault_and_end_with_its_removal(firedrill, upstream):
    definition = fault("down", "shop", "http.status", {"code": 503})
    shop = firedrill([proxy("shop", "http", upstream.http().target)], [definition])
    shop.admin.enable("down")
    curl(shop.url("shop"))
    shop.admin.patch("/v1/faults/down", {"with": {"code": 500}})
    curl(shop.url("shop"))
    shop.admin.disable("down")
    assert [hit["status"] for hit in hits(shop, "down")] == [500, 503]
    shop.admin.delete("/v1/faults/down")
    shop.admin.put("/v1/faults/down", definition)
    assert hits(shop, "down") == []


def test_a_long_path_is_cut(firedrill, upstream):
    shop = firedrill([proxy("shop", "http", upstream.http().target)],
                     [fault("down", "shop", "http.status", {"code": 503}, enabled=True)])
    curl(shop.url("shop", "/" + "a" * 1000))
    [hit] = hits(shop, "down")
    assert hit["path"] == "/" + "a" * 255


def test_of_connections_the_client_is_shown(firedrill, upstream):
    database = firedrill([proxy("db", "tcp", upstream().target)],
                         [fault("gone", "db", "tcp.reset", enabled=True)])
    assert connect_outcome(database.address("db")) == "rst"
    assert [without_client(hit) for hit in hits(database, "gone")] == [{"proxy": "db"}]


def test_of_queries_name_type_and_transport_are_shown(firedrill, upstream):
    dns = firedrill([proxy("dns", "dns", "127.0.0.1:9")],
                    [fault("gone", "dns", "dns.nxdomain", enabled=True)])
    dig(dns.address("dns"), "www.example.test", "AAAA")
    dig(dns.address("dns"), "api.example.test", "A", "+tcp")
    assert [without_client(hit) for hit in hits(dns, "gone")] == [
        {"proxy": "dns", "name": "api.example.test", "type": "A", "transport": "tcp"},
        {"proxy": "dns", "name": "www.example.test", "type": "AAAA", "transport": "udp"}]


def test_of_events_type_id_and_place_are_shown(firedrill, upstream):
    feed = upstream.keep(EventFeed([(7, "order", "a"), (8, "price", "b"), (9, "order", "c")],
                                   keep_open=False))
    shop = firedrill([proxy("shop", "http", feed.target)],
                     [fault("lost", "shop", "stream.drop", enabled=True, match={"event": "order"})])
    curl(shop.url("shop", "/events"))
    assert [without_client(hit) for hit in hits(shop, "lost")] == [
        {"proxy": "shop", "type": "order", "channel": "", "id": "9", "index": 3,
         "before": 28, "after": 0},
        {"proxy": "shop", "type": "order", "channel": "", "id": "7", "index": 1,
         "before": 28, "after": 0}]


def test_the_command_line_shows_them_and_nothing_that_trainees_see_does(firedrill, upstream):
    shop = firedrill([proxy("shop", "http", upstream.http().target)],
                     [fault("down", "shop", "http.status", {"code": 503}, enabled=True)])
    curl(shop.url("shop", "/betrayed"))
    shown = run("fault", "show", "down", "--admin", "{}:{}".format(*shop.address("admin")))
    assert json.loads(shown.stdout)["hits"][0]["path"] == "/betrayed"
    seen = "".join(shop.output) + shop.stderr() + curl(shop.url("admin", "/metrics")).body.decode()
    assert "betrayed" not in seen and "down" not in seen
