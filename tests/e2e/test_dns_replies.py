"""What dns faults make of replies, over UDP and TCP, with dig; dnspython reads every message that
firedrill builds, as an oracle that shares no code with it."""

import socket

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from harness.config import fault, proxy
from harness.dns import answer, record
from harness.tools import dig

ZONE = {
    ("shop.test", "A"): ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"],
    ("shop.test", "AAAA"): ["fd00::1"],
    ("one.test", "A"): ["10.0.0.7"],
    ("alias.test", "A"): lambda asked: answer(asked, [
        record("CNAME", "shop.test"), b"\x04shop\x04test\0" + record("A", "10.0.0.1")[2:]]),
}
TRANSPORTS = ["udp", "tcp"]
BOTH = pytest.mark.parametrize("transport", TRANSPORTS)


@pytest.fixture
def resolver(firedrill, upstream):
    """A firedrill with a dns proxy and an http one; `server` is the scripted server behind it."""
    server = upstream.dns(dict(ZONE))
    running = firedrill([proxy("dns", "dns", [server.target]),
                         proxy("web", "http", "127.0.0.1:9")])
    running.server = server
    return running


@pytest.fixture
def break_it(resolver):
    def put(kind, parameters=None, **more):
        resolver.admin.put("/v1/faults/broken", fault("broken", "dns", kind, parameters, **more))
        resolver.admin.enable("broken")

    return put


@pytest.fixture
def ask(resolver):
    """ask(name, type, transport): dnspython's strict reading of the reply."""

    def asked(name, kind="A", transport="udp", **options):
        query = dns.message.make_query(name, kind, **{"use_edns": 0, **options})
        host, port = resolver.address("dns")
        send = dns.query.tcp if transport == "tcp" else dns.query.udp
        return send(query, host, timeout=2, port=port)

    return asked


def addresses(reply):
    return [item.address for rrset in reply.answer for item in rrset
            if item.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA)]


@BOTH
def test_ttl_changes_nothing_but_the_ttl(ask, break_it, transport):
    before = ask("shop.test", transport=transport)
    break_it("dns.ttl", {"set": "0s"})
    after = ask("shop.test", transport=transport)
    assert [rrset.ttl for rrset in after.answer] == [0]
    assert (after.flags, after.edns, addresses(after)) == \
        (before.flags, before.edns, addresses(before))


@BOTH
def test_subset_rotate_and_shuffle(ask, break_it, transport):
    whole = addresses(ask("shop.test", transport=transport))
    break_it("dns.subset", {"keep": 2})
    kept = addresses(ask("shop.test", transport=transport))
    assert len(kept) == 2 and set(kept) < set(whole)
    assert addresses(ask("shop.test", transport=transport)) == kept
    break_it("dns.shuffle")
    orders = {tuple(addresses(ask("shop.test", transport=transport))) for _ in range(12)}
    assert len(orders) > 1 and all(sorted(order) == sorted(whole) for order in orders)


def test_rotate_moves_the_first_address_with_each_answer(resolver, break_it):
    break_it("dns.rotate")
    first = [dig(resolver.address("dns"), "shop.test").data[0] for _ in range(4)]
    assert first == ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.1"]


def test_rotate_turns_the_addresses_of_each_type_by_themselves(resolver, break_it):
    resolver.server.zone[("shop.test", "AAAA")] = ["fd00::1", "fd00::2"]
    break_it("dns.rotate")
    pairs = [[dig(resolver.address("dns"), "shop.test", kind).data[0] for kind in ("A", "AAAA")]
             for _ in range(2)]
    assert pairs == [["10.0.0.2", "fd00::2"], ["10.0.0.3", "fd00::1"]]


def test_a_hit_is_noted_when_it_is_done(resolver, ask, break_it):
    break_it("dns.reorder", {"order": "cname_last"})
    ask("one.test")
    shown = resolver.admin.get("/v1/faults/broken")
    assert (shown["counters"]["hit"], shown["hits"]) == (0, [])
    ask("alias.test")
    shown = resolver.admin.get("/v1/faults/broken")
    assert shown["counters"]["hit"] == len(shown["hits"]) == 1


def test_what_was_frozen_may_be_kept_as_long_as_its_ttl(resolver, ask, break_it):
    break_it("dns.stale")
    assert resolver.admin.get("/v1/faults/broken")["healed_by"] is None
    ask("one.test")
    assert resolver.admin.call("POST", "/v1/faults/broken/disable", {}).json["healed_by"]


def test_reorder_puts_the_alias_last(resolver, break_it):
    assert [row[2] for row in dig(resolver.address("dns"), "alias.test").answers] == ["CNAME", "A"]
    break_it("dns.reorder", {"order": "cname_last"})
    reply = dig(resolver.address("dns"), "alias.test")
    assert [row[2:] for row in reply.answers] == [("A", "10.0.0.1"), ("CNAME", "shop.test.")]


def test_truncate_sends_the_client_to_tcp(resolver, break_it):
    break_it("dns.truncate")
    assert dig(resolver.address("dns"), "one.test", "A", "+ignore").flags >= {"tc"}
    assert dig(resolver.address("dns"), "one.test").data == ["10.0.0.7"]
    assert [seen.transport for seen in resolver.server.queries] == ["udp", "udp", "tcp"]


@BOTH
def test_lame_and_loop(ask, break_it, transport):
    break_it("dns.lame")
    reply = ask("shop.test", transport=transport)
    assert (reply.rcode(), reply.answer, reply.authority) == (dns.rcode.NOERROR, [], [])
    assert not reply.flags & (dns.flags.AA | dns.flags.RA)
    break_it("dns.loop", {"length": 3})
    reply = ask("shop.test", transport=transport)
    targets = {str(rrset.name): str(rrset[0].target) for rrset in reply.answer}
    name, seen = "shop.test.", []
    while name not in seen:
        seen.append(name)
        name = targets[name]
    assert name == "shop.test." and len(seen) == 3


@BOTH
def test_stale_keeps_what_was_and_follows_again_after_it(resolver, ask, break_it, transport):
    break_it("dns.stale")
    assert addresses(ask("one.test", transport=transport)) == ["10.0.0.7"]
    resolver.server.zone[("one.test", "A")] = ["10.0.0.8", "10.0.0.9"]
    assert addresses(ask("one.test", transport=transport)) == ["10.0.0.7"]
    resolver.admin.disable("broken")
    assert addresses(ask("one.test", transport=transport)) == ["10.0.0.8", "10.0.0.9"]
    resolver.admin.enable("broken")
    assert addresses(ask("one.test", transport=transport)) == ["10.0.0.8", "10.0.0.9"]


@pytest.mark.parametrize("kind", ["wrong_id", "wrong_question", "bad_pointer", "cut", "rdlength",
                                  "trailing_garbage"])
def test_a_malformed_answer_is_none_to_a_strict_client(ask, break_it, kind):
    break_it("dns.malform", {"kind": kind})
    with pytest.raises((dns.exception.DNSException, dns.query.BadResponse)):
        ask("shop.test")


@BOTH
def test_answer_may_change_only_the_data_of_the_upstreams(ask, break_it, transport):
    before = ask("alias.test", transport=transport)
    break_it("dns.answer", {"records": ["A 10.9.9.9"], "reach": "upstream"})
    after = ask("alias.test", transport=transport)
    assert (after.flags, after.edns, after.payload) == (before.flags, before.edns, before.payload)
    assert [str(rrset.name) for rrset in after.answer] == ["alias.test.", "shop.test."]
    assert addresses(after) == ["10.9.9.9"]
    assert addresses(ask("none.test", transport=transport)) == ["10.9.9.9"]


def test_answer_may_be_the_address_of_a_proxy_of_our_own(resolver, ask, break_it):
    break_it("dns.answer", {"self": "web"})
    assert addresses(ask("shop.test")) == ["127.0.0.1"]
    assert ask("shop.test", "AAAA").answer == []
    reply = resolver.admin.call("PUT", "/v1/faults/bad", fault(
        "bad", "dns", "dns.answer", {"self": "wbe"}))
    assert reply.status == 422 and reply.error["path"] == "/with/self"


def test_answer_splits_by_client(ask, break_it):
    break_it("dns.answer", {"records": ["A 10.9.9.9"]}, match={"sources": ["127.0.0.2"]})
    assert "10.9.9.9" not in addresses(ask("shop.test"))
    break_it("dns.answer", {"records": ["A 10.9.9.9"]}, match={"sources": ["127.0.0.1"]})
    assert addresses(ask("shop.test")) == ["10.9.9.9"]


def test_duplicate_sends_the_forged_answer_first(resolver, break_it):
    break_it("dns.duplicate", {"records": ["A 10.9.9.9"]})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        sock.connect(resolver.address("dns"))
        sock.send(dns.message.make_query("one.test", "A").to_wire())
        replies = [dns.message.from_wire(sock.recv(4096)) for _ in range(2)]
    assert [addresses(reply) for reply in replies] == [["10.9.9.9"], ["10.0.0.7"]]
    assert replies[0].id == replies[1].id


def test_family_touches_one_family(resolver, break_it):
    break_it("dns.family", {"family": "ipv6", "action": "drop"})
    assert dig(resolver.address("dns"), "shop.test", "AAAA", "+time=1").status == ""
    assert dig(resolver.address("dns"), "shop.test", "A").status == "NOERROR"


@BOTH
def test_delay_after_the_upstream_has_answered(resolver, break_it, transport):
    break_it("dns.delay", {"delay": "400ms"}, direction="response")
    options = ["+tcp"] if transport == "tcp" else []
    reply = dig(resolver.address("dns"), "one.test", "A", *options)
    assert reply.data == ["10.0.0.7"] and reply.seconds >= 0.4


def test_a_match_may_ask_for_the_response(resolver, ask, break_it):
    break_it("dns.servfail")
    reply = resolver.admin.call("PUT", "/v1/faults/early", fault(
        "early", "dns", "dns.servfail", match={"response": {"answers": 1}}))
    assert reply.status == 422 and reply.error["path"] == "/match"
    break_it("dns.ttl", {"set": "1s"}, match={
        "response": {"rcode": ["NOERROR"], "answers": {"min": 2}, "contains": ["10.0.0.0/24"]}})
    assert [rrset.ttl for rrset in ask("shop.test").answer] == [1]
    assert [rrset.ttl for rrset in ask("one.test").answer] == [60]


def test_a_trigger_may_count_each_name_or_question_apart(resolver, ask, break_it):
    break_it("dns.refused", trigger={"first": 1, "scope": "name"})
    codes = [ask(name).rcode() for name in ["shop.test", "one.test", "SHOP.test", "one.test"]]
    assert codes == [dns.rcode.REFUSED, dns.rcode.REFUSED, dns.rcode.NOERROR, dns.rcode.NOERROR]
    break_it("dns.refused", trigger={"first": 1, "scope": "client+name+type"})
    codes = [ask("shop.test", kind).rcode() for kind in ["A", "AAAA", "A", "AAAA"]]
    assert codes == [dns.rcode.REFUSED, dns.rcode.REFUSED, dns.rcode.NOERROR, dns.rcode.NOERROR]
