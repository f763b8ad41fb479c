"""Every message that a dns fault makes, over UDP and TCP, before a real authority: dnspython and
libldns read it, agree on it, and find the id, the question and the counts that they must."""

import collections
import socket
import struct

import dns.message
import dns.rdatatype
import dns.zone
import pytest

from harness.admin import items
from harness.authority import ORIGIN, zone_text
from harness.config import fault, proxy
from harness.dns import exchange_tcp, exchange_udp, framed, parse_query, query, read_frame
from harness.dns_oracles import Unreadable, read_by_both, read_by_dnspython, read_by_ldns
from harness.wire import Wire

TRANSPORTS = ["udp", "tcp"]
CLIENTS = {
    "without EDNS": {"use_edns": False},
    "EDNS": {"use_edns": 0, "payload": 1232},
    "DO": {"want_dnssec": True, "payload": 4096},
}
FORGED = {"records": ["A 10.9.9.1", "2h A 10.9.9.2", "AAAA fd00::9", 'TXT "two" "strings"',
                      "MX 10 mail.test.", "SRV 1 2 443 shop.test."]}
CHAIN = {"records": ["CNAME one.test.", "one.test. CNAME two.test.", "two.test. A 10.9.9.9"]}
CROWD = {"records": [f"A 10.9.9.{n}" for n in range(90)]}  # more than max_udp holds

# The faults that make messages, with whatever decides what they make.
WELL_FORMED = {
    "dns.answer": [
        FORGED, CHAIN, CROWD, {"self": "dns"}, {**FORGED, "other_types": "pass"},
        {**FORGED, "reach": "upstream"}, {**CHAIN, "reach": "upstream"},
        {**CROWD, "reach": "upstream", "other_types": "pass"}],
    "dns.rcode": [
        {"rcode": "FORMERR"}, {"rcode": "NOTAUTH"}, {"rcode": "BADVERS"}, {"rcode": "RCODE4095"},
        {"rcode": "SERVFAIL", "extended_error": 22}, {"rcode": "NXDOMAIN", "negative_ttl": "1h"}],
    "dns.nxdomain": [{}, {"negative_ttl": "0s", "extended_error": 15}],
    "dns.servfail": [{}],
    "dns.refused": [{"extended_error": 18}],
    "dns.nodata": [{}],
    "dns.delay": [{"delay": "1ms"}],
    "dns.subset": [{"keep": 1}, {"keep": 50, "pick": "query"}],
    "dns.rotate": [{}],
    "dns.shuffle": [{}],
    "dns.reorder": [{"order": "cname_last"}, {"order": "reversed"}],
    "dns.truncate": [{}, {"over": "both"}],
    "dns.ttl": [{"set": "2147483647s"}, {"scale": 0.5, "at_least": "1m", "at_most": "2m"}],
    "dns.lame": [{}],
    "dns.loop": [{"length": 1}, {"length": 32}],
    "dns.stale": [{}],
    "dns.family": [{"action": "nodata"}, {"action": "delay", "delay": "1ms"}],
}
READ_ELSEWHERE = {"dns.duplicate", "dns.malform"}
SILENT = {"dns.drop"}

_LONGEST = ".".join(["a" * 63] * 3 + ["a" * 50, ORIGIN])  # 255 bytes on the wire
QUESTIONS = [("Shop", "A"), ("sHOP", "AAAA"), ("alias", "A"), ("crowd", "A"), ("big", "TXT"),
             ("X.nEw", "A"), ("x.old", "A"), ("none", "A"), ("sub", "A"), ("web", "HTTPS"),
             ("odd", "TYPE65280"), ("shop", "ANY")]
QUESTIONS = [(f"{name}.{ORIGIN}.", kind) for name, kind in QUESTIONS]
QUESTIONS += [(f"{_LONGEST}.", "A"), (".", "NS")]


def messages(questions=tuple(QUESTIONS)):
    """Every question from every kind of client, each with an id of its own."""
    made = []
    for options in CLIENTS.values():
        for name, kind in questions:
            asked = dns.message.make_query(name, kind, **options)
            asked.id = len(made) * 257 + 1
            made.append(asked.to_wire())
    return made


@pytest.fixture
def resolver(firedrill, authority):
    return firedrill([proxy("dns", "dns", [authority.target])])


@pytest.fixture
def break_it(resolver):
    def put(kind, parameters=None, **more):
        resolver.admin.put("/v1/faults/broken", fault("broken", "dns", kind, parameters, **more))
        resolver.admin.enable("broken")

    return put


def exchange(address, asked, transport):
    if transport == "tcp":
        return exchange_tcp(address, asked)
    return [exchange_udp(address, message) for message in asked]


# --- messages that must be read -------------------------------------------------------------------


@pytest.mark.parametrize("kind", WELL_FORMED)
def test_what_a_fault_answers_is_well_formed(resolver, break_it, kind):
    asked = messages()
    for parameters in WELL_FORMED[kind]:
        break_it(kind, parameters)
        for transport in TRANSPORTS:
            replies = exchange(resolver.address("dns"), asked, transport)
            for message, reply in zip(asked, replies):
                check_well_formed(message, reply, transport)


def check_well_formed(message, reply, transport):
    """Readable, and the reply to this query for this client."""
    asked = dns.message.from_wire(message)
    assert reply, asked
    reading = read_by_both(reply)
    question = parse_query(message).question
    assert (reading.identity, len(reading.questions)) == (asked.id, 1)
    assert reply[12:12 + len(question)] == question
    assert reading.edns == (asked.edns >= 0)
    assert len(reply) <= (65535 if transport == "tcp" else max(asked.payload, 512))


def test_both_messages_of_a_duplicate_are_well_formed(resolver, break_it):
    break_it("dns.duplicate", FORGED)
    for message in messages([(f"Shop.{ORIGIN}.", "A"), (f"void.{ORIGIN}.", "TXT")]):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(2)
            client.connect(resolver.address("dns"))
            client.send(message)
            pairs = {"udp": [client.recv(65535), client.recv(65535)]}
        with Wire.connect(resolver.address("dns")) as wire:
            wire.send(framed(message))
            pairs["tcp"] = [read_frame(wire), read_frame(wire)]
        for transport, (first, second) in pairs.items():
            assert first != second
            check_well_formed(message, first, transport)
            check_well_formed(message, second, transport)


def opt(owner=b"\0", size=1232, version=0, flags=0):
    return owner + struct.pack(">2HBBHH", 41, size, 0, version, flags, 0)


# The additional section of a query, what its header says of it, and the response code for it when
# it is not the fault's own.
ODD_QUERIES = {
    "two OPT": (opt() + opt(), 2, 1),
    "an OPT of a later version": (opt(version=3), 1, 16),
    "an OPT with a name": (opt(owner=b"\1a\0"), 1, 1),
    "half an OPT": (opt()[:5], 1, 1),
    "no OPT where there should be one": (b"", 1, 1),
    "an OPT that allows next to nothing": (opt(size=10), 1, None),
    "an OPT with every flag": (opt(flags=0xFFFF), 1, None),
    "a record behind the OPT": (opt() + b"\xc0\x0c" + struct.pack(">2HIH", 1, 1, 0, 0), 2, None),
    "bytes behind the end": (opt() + b"more", 1, None),
    "a TSIG": (b"\1k\0" + struct.pack(">2HIH", 250, 255, 0, 0), 1, None),
}


@pytest.mark.parametrize("additional, count, rcode", ODD_QUERIES.values(), ids=ODD_QUERIES)
def test_an_odd_query_is_answered_readably_too(resolver, break_it, additional, count, rcode):
    break_it("dns.nxdomain", {"extended_error": 15})
    message = query("shop.test", "A") + additional
    message = message[:11] + bytes([count]) + message[12:]
    [over_tcp] = exchange_tcp(resolver.address("dns"), [message])
    for reply in (exchange_udp(resolver.address("dns"), message), over_tcp):
        reading = read_by_both(reply)
        assert reading.rcode == (3 if rcode is None else rcode)
        assert len(reading.questions) == 1 and len(reply) <= 512


def test_no_type_of_dns_fault_is_missing_here(resolver):
    types = {entry["type"] for entry in items(resolver.admin.get("/v1/fault-types"), "types")}
    assert {kind for kind in types if kind.startswith("dns.")} == \
        WELL_FORMED.keys() | READ_ELSEWHERE | SILENT


# --- what is in them ------------------------------------------------------------------------------


def held_records():
    """(type, text, wire) of each small set of the zone, as dnspython reads the zone file. An alias
    would be the answer to everything; a place has many spellings, of which firedrill takes one."""
    zone = dns.zone.from_text(zone_text(), relativize=False)
    for rdataset in (rdataset for node in zone.nodes.values() for rdataset in node.rdatasets):
        kind = dns.rdatatype.to_text(rdataset.rdtype)
        if kind not in ("CNAME", "LOC") and len(rdataset) < 10:
            yield from ((kind, data.to_text(), data.to_wire()) for data in rdataset)


def test_forged_data_of_every_type_is_what_dnspython_makes_of_its_text(resolver, break_it):
    expected = collections.defaultdict(set)
    for kind, _, wire in held_records():
        expected[kind].add(wire)
    break_it("dns.answer", {"records": [f"{kind} {text}" for kind, text, _ in held_records()]})
    for kind, wires in expected.items():
        message = dns.message.make_query("any.test.", kind, use_edns=False).to_wire()
        reading = read_by_both(exchange_tcp(resolver.address("dns"), [message])[0])
        start = len(reading.questions[0][0]) + 10
        assert {record[start:] for record in reading.answer} == wires, kind
    assert len(expected) >= 30


# --- messages that must not be read ---------------------------------------------------------------


def wrong_id(good, bad):
    assert bad[:2] != good[:2] and bad[2:] == good[2:]


def wrong_question(good, bad):
    [before], [after] = (read_by_both(message).questions for message in (good, bad))
    assert before[0].lower() != after[0].lower() and before[1:] == after[1:]
    question = slice(12, 12 + len(before[0]))
    assert replaced(bad, question, good) == good


def bad_pointer(good, bad):
    owner = first_record(good)
    assert replaced(bad, slice(owner, owner + 2), good) == good
    assert int.from_bytes(bad[owner:owner + 2], "big") == 0xC000 | owner
    assert_unreadable(bad, read_by_dnspython, read_by_ldns)


def cut(good, bad):
    assert 12 <= len(bad) < len(good) and good.startswith(bad)
    assert_unreadable(bad, read_by_dnspython, read_by_ldns)


def trailing_garbage(good, bad):
    assert len(bad) > len(good) and bad.startswith(good)
    assert_unreadable(bad, read_by_dnspython)  # ldns, as many clients do, looks no further


def rdlength(good, bad):
    length = end_of_name(good, first_record(good)) + 8
    assert replaced(bad, slice(length, length + 2), good) == good
    assert_unreadable(bad, read_by_dnspython, read_by_ldns)


def replaced(message, part, other):
    """The message with this part of it taken from another."""
    return message[:part.start] + other[part] + message[part.stop:]


def first_record(message):
    return end_of_name(message, 12) + 4


def end_of_name(message, at):
    while 0 < message[at] < 64:
        at += 1 + message[at]
    return at + (2 if message[at] else 1)


def assert_unreadable(message, *readers):
    for read in readers:
        with pytest.raises(Unreadable):
            read(message)


DEFECTS = [wrong_id, wrong_question, bad_pointer, cut, trailing_garbage, rdlength]
SMALL = [(name, kind) for name, kind in QUESTIONS
         if name != "." and not name.startswith(("big", "crowd"))]


@pytest.mark.parametrize("check", DEFECTS, ids=lambda check: check.__name__)
def test_a_malformed_answer_has_its_defect_and_no_other(resolver, authority, break_it, check):
    break_it("dns.malform", {"kind": check.__name__})
    for message in messages(SMALL):
        check(exchange_udp(authority.address, message),
              exchange_udp(resolver.address("dns"), message))
        with Wire.connect(resolver.address("dns")) as wire:
            bad = read_frame(wire.send(framed(message)))
        [good] = exchange_tcp(authority.address, [message])
        check(good, bad)
