"""The DNS forwarder and its faults, over UDP and TCP, with dig and with messages made by hand."""

import socket
import struct
import time

import pytest

from harness.config import fault, proxy
from harness.dns import answer, exchange_udp, query, record
from harness.tools import dig
from harness.wire import Wire

ZONE = {
    ("shop.test", "A"): ["10.0.0.1", "10.0.0.2"],
    ("shop.test", "AAAA"): ["fd00::1"],
    ("shop.test", "TXT"): ["v=1"],
    ("alias.test", "CNAME"): ["shop.test"],
    ("payments.test", "A"): ["10.0.0.7"],
}
BOTH = pytest.mark.parametrize("transport", [[], ["+tcp"]], ids=["udp", "tcp"])


@pytest.fixture
def resolver(firedrill, upstream):
    """A firedrill with one dns proxy `dns`; `server` is the scripted server behind it."""
    server = upstream.dns(dict(ZONE))
    running = firedrill([proxy("dns", "dns", [server.target])])
    running.server = server
    return running


@pytest.fixture
def ask(resolver):
    return lambda *arguments: dig(resolver.address("dns"), *arguments)


@pytest.fixture
def break_it(resolver):
    """break_it(type, parameters) activates a fault named `broken` on `dns`."""

    def put(kind, parameters=None, **more):
        resolver.admin.put("/v1/faults/broken", fault("broken", "dns", kind, parameters, **more))
        resolver.admin.enable("broken")

    return put


# --- forwarding -----------------------------------------------------------------------------------


@BOTH
def test_answers_pass_unchanged_on_the_transport_they_were_asked_on(resolver, ask, transport):
    reply = ask("shop.test", "A", *transport)
    assert (reply.status, reply.data) == ("NOERROR", ["10.0.0.1", "10.0.0.2"])
    assert ask("shop.test", "AAAA", *transport).data == ["fd00::1"]
    assert ask("shop.test", "TXT", *transport).data == ['"v=1"']
    assert ask("none.test", "A", *transport).status == "NXDOMAIN"
    assert {seen.transport for seen in resolver.server.queries} == {"tcp" if transport else "udp"}


def test_edns_passes_and_is_not_added(resolver, ask):
    assert ask("shop.test", "A", "+edns", "+bufsize=4096", "+nocookie").edns
    assert resolver.server.queries[-1].opt
    assert not ask("shop.test", "A", "+noedns").edns
    assert not resolver.server.queries[-1].opt


def test_the_case_and_the_identity_of_a_query_are_kept(resolver):
    message = query("sHoP.TeSt", "A", identity=0xBEEF)
    reply = exchange_udp(resolver.address("dns"), message)
    assert reply[:2] == b"\xbe\xef"
    assert reply[12:len(message)] == message[12:]


def test_many_queries_at_once_get_each_its_own_answer(resolver):
    for n in range(200):
        resolver.server.zone[(f"h{n}.test", "A")] = [f"10.1.0.{n}"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.connect(resolver.address("dns"))
        for n in range(200):
            sock.send(query(f"h{n}.test", "A", identity=n))
        replies = [sock.recv(4096) for _ in range(200)]
    assert {int.from_bytes(reply[:2], "big"): reply[-1] for reply in replies} == \
        {n: n for n in range(200)}


def test_queries_on_one_tcp_connection_are_pipelined_and_a_prefix_may_be_split(resolver):
    messages = [query("shop.test", kind, identity=n) for n, kind in enumerate(["A", "AAAA", "TXT"])]
    stream = b"".join(len(message).to_bytes(2, "big") + message for message in messages)
    with Wire.connect(resolver.address("dns")) as wire:
        for byte in stream[:40]:
            wire.send(bytes([byte]))
        wire.send(stream[40:]).half_close()
        replies = [wire.read_exactly(int.from_bytes(wire.read_exactly(2), "big")) for _ in messages]
        assert sorted(reply[1] for reply in replies) == [0, 1, 2]
        assert wire.read_to_end() == (b"", "fin")


def test_a_truncated_answer_sends_the_client_to_tcp(resolver, ask):
    full = [record("A", "10.0.0.1")]
    resolver.server.zone[("big.test", "A")] = lambda asked: (
        answer(asked, full) if asked.transport == "tcp" else answer(asked, flags=0x8780))
    assert ask("big.test").data == ["10.0.0.1"]
    assert [seen.transport for seen in resolver.server.queries] == ["udp", "tcp"]


@pytest.mark.parametrize("name, message", [
    ("shorter than a header", b"\x12\x34\x01\x00"),
    ("a response", b"\x12\x34\x81\x00" + query("shop.test", "A")[4:]),
    ("a label that runs past the end", query("shop.test", "A")[:12] + b"\x3fshop"),
    ("a pointer in the question", query("shop.test", "A")[:12] + b"\xc0\x0c\0\1\0\1")],
    ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_query_is_dropped(resolver, ask, name, message):
    assert exchange_udp(resolver.address("dns"), message, timeout=0.5) is None
    assert resolver.server.queries == []
    assert ask("shop.test").status == "NOERROR"


@pytest.mark.parametrize("count", [0, 2])
def test_other_than_one_question_is_a_format_error(resolver, count):
    message = query("shop.test", "A")
    message = message[:4] + struct.pack(">H", count) + message[6:] + message[12:] * (count == 2)
    reply = exchange_udp(resolver.address("dns"), message)
    assert reply[3] & 15 == 1 and resolver.server.queries == []


def test_an_answer_to_another_question_is_not_passed_on(resolver):
    resolver.server.zone[("liar.test", "A")] = lambda asked: answer(asked, [
        record("A", "10.6.6.6")]).replace(b"\x04liar", b"\x04evil")
    assert exchange_udp(resolver.address("dns"), query("liar.test", "A"), timeout=1) is None


# --- faults ---------------------------------------------------------------------------------------


@BOTH
def test_answer_forges_the_named_type_and_leaves_other_names_alone(ask, break_it, transport):
    break_it("dns.answer", {"records": ["A 10.20.30.99"], "ttl": "30s"},
             match={"names": ["payments.test"]})
    reply = ask("payments.test", "A", *transport)
    assert (reply.status, reply.answers) == (
        "NOERROR", [("payments.test.", 30, "A", "10.20.30.99")])
    assert ask("shop.test", "A", *transport).data == ["10.0.0.1", "10.0.0.2"]


def test_a_forged_answer_looks_like_the_upstreams(resolver, ask, break_it):
    before = ask("payments.test")
    break_it("dns.answer", {"records": ["A 10.20.30.99"], "ttl": "60s"})
    after = ask("payments.test")
    # A forged answer is a resolver's: not authoritative, whatever stands behind it.
    assert (after.flags, after.edns) == (before.flags - {"aa"}, before.edns)
    assert [row[:3] for row in after.answers] == [row[:3] for row in before.answers]
    assert not ask("payments.test", "A", "+noedns").edns


def test_answer_can_forge_several_records_and_types(ask, break_it):
    break_it("dns.answer", {"records": ["A 10.9.9.1", "A 10.9.9.2", "AAAA fd00::9",
                                        'TXT "two words"', "MX 10 mail.test."]})
    assert sorted(ask("shop.test", "A").data) == ["10.9.9.1", "10.9.9.2"]
    assert ask("shop.test", "AAAA").data == ["fd00::9"]
    assert ask("shop.test", "TXT").data == ['"two words"']
    assert ask("shop.test", "MX").data == ["10 mail.test."]


def test_a_forged_answer_says_nothing_of_other_types_unless_asked_to_pass_them(ask, break_it):
    break_it("dns.answer", {"records": ["A 10.9.9.1"]})
    reply = ask("shop.test", "AAAA")
    assert (reply.status, reply.data) == ("NOERROR", [])
    break_it("dns.answer", {"records": ["A 10.9.9.1"], "other_types": "pass"})
    assert ask("shop.test", "AAAA").data == ["fd00::1"]


@BOTH
@pytest.mark.parametrize("kind, status", [
    ("dns.nxdomain", "NXDOMAIN"), ("dns.servfail", "SERVFAIL"), ("dns.nodata", "NOERROR")])
def test_an_rcode_fault_answers_with_it_and_no_records(ask, break_it, kind, status, transport):
    break_it(kind, match={"names": ["shop.test"]})
    reply = ask("shop.test", "A", *transport)
    assert (reply.status, reply.data) == (status, [])
    assert ask("payments.test", "A", *transport).data == ["10.0.0.7"]


def test_nxdomain_lets_the_client_cache_it(ask, break_it):
    break_it("dns.nxdomain")
    assert "SOA" in ask("shop.test").text


@BOTH
def test_drop_gives_no_answer_and_the_upstream_hears_nothing(resolver, ask, break_it, transport):
    break_it("dns.drop", match={"names": ["shop.test"], "qtypes": ["A"]})
    assert ask("shop.test", "A", "+time=1", *transport).status == ""
    assert resolver.server.queries == []
    assert ask("shop.test", "AAAA", *transport).data == ["fd00::1"]


@BOTH
def test_delay_answers_late_and_holds_up_nobody_else(resolver, ask, break_it, transport):
    break_it("dns.delay", {"delay": "500ms"}, match={"names": ["shop.test"]})
    reply = ask("shop.test", "A", *transport)
    assert reply.data == ["10.0.0.1", "10.0.0.2"] and 0.5 <= reply.seconds < 1.5
    assert ask("payments.test", "A", *transport).seconds < 0.4


def test_a_delayed_answer_does_not_block_the_next_on_the_same_connection(resolver, break_it):
    break_it("dns.delay", {"delay": "1s"}, match={"qtypes": ["A"]})
    with Wire.connect(resolver.address("dns")) as wire:
        for n, kind in enumerate(["A", "AAAA"]):
            message = query("shop.test", kind, identity=n)
            wire.send(len(message).to_bytes(2, "big") + message)
        order = [wire.read_exactly(int.from_bytes(wire.read_exactly(2), "big"))[1] for _ in "ab"]
    assert order == [1, 0]


def test_an_answer_that_delay_holds_leaves_at_once_when_it_ends(resolver, break_it):
    break_it("dns.delay", {"delay": "30s"})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.connect(resolver.address("dns"))
        sock.send(query("shop.test", "A"))
        resolver.admin.get("/v1/faults")
        began = time.monotonic()
        resolver.admin.disable("broken")
        assert sock.recv(4096)[3] & 15 == 0
        assert time.monotonic() - began < 1


@pytest.mark.parametrize("match, hit, missed", [
    ({"names": ["*.shop.test"]}, ["a.shop.test", "a.b.shop.test"], ["shop.test", "ashop.test"]),
    ({"names": ["SHOP.test"]}, ["shop.test", "Shop.Test"], ["www.shop.test"]),
    ({"names": ["~^h[0-9]+\\.test$"]}, ["h1.test"], ["hx.test", "shop.test"]),
    ({"sources": ["10.0.0.0/8"]}, [], ["shop.test"])], ids=lambda value: str(value)[:40])
def test_match_by_name_and_source(ask, break_it, match, hit, missed):
    break_it("dns.servfail", match=match)
    assert [ask(name).status for name in hit] == ["SERVFAIL"] * len(hit)
    assert "SERVFAIL" not in [ask(name).status for name in missed]


def test_match_by_transport(ask, break_it):
    break_it("dns.servfail", match={"transport": "tcp"})
    assert ask("shop.test", "A", "+tcp").status == "SERVFAIL"
    assert ask("shop.test").status == "NOERROR"


@pytest.mark.parametrize("record_text", [
    "A 10.0.0.256", "AAAA 10.0.0.1", "A", "NOSUCH 1", 'TXT "open', "SRV 0 0 70000 a.test."])
def test_a_record_that_is_none_is_refused_with_its_path(resolver, record_text):
    reply = resolver.admin.call("PUT", "/v1/faults/bad", fault(
        "bad", "dns", "dns.answer", {"records": [record_text]}))
    assert reply.status == 422
    assert reply.error["path"].startswith("/with/records")


def test_a_type_that_nothing_is_known_of_is_forwarded_too(resolver, ask):
    assert ask("shop.test", "TYPE65280").status == "NOERROR"
    assert resolver.server.queries[-1].kind == "65280"
