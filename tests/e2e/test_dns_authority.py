"""A real authority, NSD with a signed zone, behind a dns proxy: what it answers arrives byte for
byte, whoever asks: messages of every kind, kdig, drill and a validator."""

import dns.edns
import dns.message
import pytest

from harness.authority import ORIGIN, Nsd, questions
from harness.config import fault, proxy
from harness.dns import exchange_tcp, exchange_udp, framed, parse_query, read_frame
from harness.tools import kdig, run_tool
from harness.wire import Wire

QUESTIONS = questions()
ASKED_AS = {
    "without EDNS": {"use_edns": False},
    "EDNS": {"use_edns": 0, "payload": 1232},
    "DO": {"want_dnssec": True, "payload": 4096},
}
AS = pytest.mark.parametrize("options", ASKED_AS.values(), ids=ASKED_AS)


@pytest.fixture
def resolver(firedrill, authority):
    return firedrill([proxy("dns", "dns", [authority.target])])


def message_for(number, name, kind, **options):
    query = dns.message.make_query(name, kind, **options)
    query.id = number
    return query.to_wire()


def mixed_case(name):
    return "".join(letter.upper() if place % 2 else letter for place, letter in enumerate(name))


# --- every answer ---------------------------------------------------------------------------------


@AS
def test_every_answer_over_udp_is_the_authoritys(resolver, authority, options):
    truncated = 0
    for number, (name, kind) in enumerate(QUESTIONS):
        message = message_for(number, mixed_case(name), kind, **options)
        reply = exchange_udp(resolver.address("dns"), message)
        assert reply == exchange_udp(authority.address, message), (name, kind)
        assert reply[12:].startswith(parse_query(message).question)
        truncated += bool(reply[2] & 2)
    assert truncated


@AS
def test_every_answer_over_one_tcp_connection_is_the_authoritys(resolver, authority, options):
    messages = [message_for(number, mixed_case(name), kind, **options)
                for number, (name, kind) in enumerate(QUESTIONS)]
    direct = exchange_tcp(authority.address, messages)
    assert exchange_tcp(resolver.address("dns"), messages) == direct
    assert max(map(len, direct)) > 50_000 and not any(reply[2] & 2 for reply in direct)


@pytest.mark.parametrize("name, options", [
    (f"shop.{ORIGIN}.", {"use_edns": 1}), ("version.server.", {"rdclass": "CH"})],
    ids=["a later EDNS", "the class CH"])
def test_what_is_not_ours_to_judge_is_the_authoritys_to_answer(resolver, authority, name, options):
    message = message_for(7, name, "TXT", **options)
    reply = exchange_udp(resolver.address("dns"), message)
    assert reply and reply == exchange_udp(authority.address, message)


# --- EDNS options ---------------------------------------------------------------------------------

OPTIONS = [
    dns.edns.GenericOption(dns.edns.NSID, b""),
    dns.edns.GenericOption(dns.edns.COOKIE, bytes(range(8))),
    dns.edns.GenericOption(dns.edns.PADDING, bytes(64)),
    dns.edns.ECSOption("10.20.0.0", 16),
    dns.edns.GenericOption(65001, b"nobody knows this one"),
]


def test_options_and_their_answers_pass(resolver, authority):
    message = message_for(1, f"shop.{ORIGIN}", "A", use_edns=0, options=OPTIONS)
    before = after = reply = None
    while before is None or before != after:  # a server's cookie tells the second
        before = exchange_udp(authority.address, message)
        reply = exchange_udp(resolver.address("dns"), message)
        after = exchange_udp(authority.address, message)
    assert reply == before
    given = {option.otype: option for option in dns.message.from_wire(reply).options}
    assert given[dns.edns.NSID].data == Nsd.NSID.encode()
    assert len(given[dns.edns.COOKIE].data) == 24


@pytest.mark.parametrize("transport", [[], ["+tcp"]], ids=["udp", "tcp"])
def test_what_kdig_puts_into_edns_arrives_untouched(firedrill, upstream, transport):
    server = upstream.dns({("shop.test", "A"): ["10.0.0.1"]})
    running = firedrill([proxy("dns", "dns", [server.target])])
    options = ["+nsid", "+cookie=0001020304050607", "+padding=128", "+subnet=10.20.0.0/16",
               "+ednsopt=65001:0abc", "+dnssec", "+bufsize=1400", *transport]
    for address in (running.address("dns"), server.address):
        assert kdig(address, "shop.test", "A", *options).data == ["10.0.0.1"]
    through, direct = server.queries
    assert through.opt == direct.opt and len(through.opt) > 64


def test_a_cookie_of_the_servers_is_known_again(resolver):
    message = message_for(1, f"shop.{ORIGIN}", "A", use_edns=0, options=[OPTIONS[1]])
    [cookie] = dns.message.from_wire(exchange_udp(resolver.address("dns"), message)).options
    again = kdig(resolver.address("dns"), f"shop.{ORIGIN}", "A", f"+cookie={cookie.data.hex()}")
    assert again.status == "NOERROR" and cookie.data[:8].hex().upper() in again.text


# --- programs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, kind", [
    ("shop", "A"), ("alias", "A"), ("any.wild", "TXT"), ("text", "TXT"), ("web", "HTTPS"),
    ("none", "A"), ("sub", "A"), ("big", "TXT")])
def test_kdig_prints_the_same_with_the_proxy_as_without(resolver, authority, name, kind):
    options = ["+dnssec", "+nsid", "+multiline"]
    through, direct = (kdig(address, f"{name}.{ORIGIN}", kind, *options)
                       for address in (resolver.address("dns"), authority.address))
    assert without_what_varies(through.text) == without_what_varies(direct.text)
    assert through.status in ("NOERROR", "NXDOMAIN") and f'"{Nsd.NSID}"' in through.text


def without_what_varies(text):
    """kdig's output but for ids, times, and where the answer came from."""
    lines = (line.partition("; id: ")[0] for line in text.splitlines())
    return [line for line in lines
            if not line.startswith((";; Time ", ";; From ", ";; WARNING: truncated reply from"))]


def test_kdig_keeps_a_connection_open(resolver, authority):
    host, port = resolver.address("dns")
    names = [f"{name}.{ORIGIN}" for name in ("shop", "single", "mail", "ns1", "big", "huge")]
    kinds = ["A", "A", "A", "A", "TXT", "TXT"]
    asked = [word for name, kind in zip(names, kinds) for word in ("-q", name, "-t", kind)]
    lines = run_tool("kdig", f"@{host}", "-p", port, "+tcp", "+keepopen", "+short", *asked)
    direct = [line for name, kind in zip(names, kinds)
              for line in kdig(authority.address, name, kind, "+tcp", "+short").text.splitlines()]
    assert lines.splitlines() == direct and len(direct) == 3 + 1 + 1 + 1 + 60 + 230
    metrics = resolver.admin.metrics()
    assert sum(value for name, value in metrics.items() if "connections_total" in name) == 1


@pytest.mark.parametrize("program", ["dig", "kdig"])
def test_a_zone_is_transferred_whole(resolver, authority, program):
    def transferred(address):
        host, port = address
        text = run_tool(program, f"@{host}", "-p", port, ORIGIN, "AXFR", "+time=2")
        return [line for line in text.splitlines() if line and not line.startswith(";")]

    direct = transferred(authority.address)
    assert transferred(resolver.address("dns")) == direct
    assert sum(map(len, direct)) > 65535  # so that it needs more than one message


def test_a_query_behind_a_transfer_is_answered_behind_it(resolver, authority):
    transfer, other = (message_for(number, name, kind, use_edns=False) for number, name, kind in
                       [(1, ORIGIN, "AXFR"), (2, f"shop.{ORIGIN}", "A")])

    def all_replies(address):
        with Wire.connect(address) as wire:
            replies = [read_frame(wire.send(framed(transfer) + framed(other)))]
            while replies[-1][:2] != other[:2]:
                replies.append(read_frame(wire))
        return replies

    direct = all_replies(authority.address)
    assert all_replies(resolver.address("dns")) == direct and len(direct) > 3


def test_a_validator_trusts_what_comes_through_and_nothing_that_is_forged(
        firedrill, authority):
    running = firedrill([proxy("dns", "dns", [authority.target])], [fault(
        "wrong", "dns", "dns.answer", {"records": ["A 10.66.6.6"]},
        match={"names": [f"shop.{ORIGIN}"]})])
    host, port = running.address("dns")

    def chase(name):
        return run_tool("drill", "-S", "-k", authority.key, "-p", port, f"{name}.{ORIGIN}",
                        f"@{host}")

    assert "Chase successful" in chase("shop")
    running.admin.enable("wrong")
    assert "Chase successful" not in chase("shop")
    assert "Chase successful" in chase("single")
