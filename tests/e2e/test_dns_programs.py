"""What people see of each dns fault who ask with dig or with kdig, over UDP and over TCP, while a
real authority stands behind the proxy."""

import concurrent.futures

import pytest

from harness.authority import ORIGIN
from harness.config import fault, proxy
from harness.tools import dig, kdig

PROGRAMS = {"dig": dig, "kdig": kdig}
TRANSPORTS = {"udp": [], "tcp": ["+tcp"]}
SHOP = ["A 10.0.0.1", "A 10.0.0.2", "A 10.0.0.3"]
HEAD = f"CNAME middle.{ORIGIN}."
MIDDLE = f"CNAME shop.{ORIGIN}."


@pytest.fixture
def resolver(firedrill, authority):
    return firedrill([proxy("dns", "dns", [authority.target])])


@pytest.fixture
def look_up(resolver):
    """look_up(fault, parameters, name, type, option...) is what each program sees over each
    transport while the fault is active: {(program, transport): Dig}."""

    def run(kind, parameters, name="shop", qtype="A", *options, **more):
        resolver.admin.put("/v1/faults/broken", fault("broken", "dns", kind, parameters, **more))
        resolver.admin.enable("broken")
        address = resolver.address("dns")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            running = {
                (program, transport): pool.submit(
                    ask, address, f"{name}.{ORIGIN}", qtype, "+time=1", "+edns=0", *options, *over)
                for program, ask in PROGRAMS.items() for transport, over in TRANSPORTS.items()}
        return {by: seen.result() for by, seen in running.items()}

    return run


def rows(seen):
    return [f"{kind} {data}" for _, _, kind, data in seen.answers]


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind, parameters, name, status, expected", [
    ("dns.answer", {"records": ["A 10.9.9.9"]}, "shop", "NOERROR", ["A 10.9.9.9"]),
    ("dns.answer", {"records": ["CNAME one.test.", "one.test. A 10.9.9.9"]}, "shop", "NOERROR",
     ["CNAME one.test.", "A 10.9.9.9"]),
    ("dns.answer", {"records": ["A 10.9.9.9"], "reach": "upstream"}, "alias", "NOERROR",
     [HEAD, MIDDLE, "A 10.9.9.9"]),
    ("dns.answer", {"self": "dns"}, "shop", "NOERROR", ["A 127.0.0.1"]),
    ("dns.rcode", {"rcode": "YXDOMAIN"}, "shop", "YXDOMAIN", []),
    ("dns.nxdomain", {}, "shop", "NXDOMAIN", []),
    ("dns.servfail", {}, "shop", "SERVFAIL", []),
    ("dns.refused", {}, "shop", "REFUSED", []),
    ("dns.nodata", {}, "shop", "NOERROR", []),
    ("dns.lame", {}, "shop", "NOERROR", []),
    ("dns.loop", {}, "shop", "NOERROR", [f"CNAME c1.shop.{ORIGIN}.", f"CNAME shop.{ORIGIN}."]),
    ("dns.reorder", {"order": "cname_last"}, "alias", "NOERROR", [*SHOP, HEAD, MIDDLE]),
    ("dns.reorder", {"order": "reversed"}, "alias", "NOERROR", [*SHOP[::-1], MIDDLE, HEAD]),
    ("dns.stale", {}, "shop", "NOERROR", SHOP),
    ("dns.truncate", {"over": "both"}, "shop", "NOERROR", []),
    ("dns.duplicate", {"records": ["A 10.9.9.9"]}, "shop", "NOERROR", ["A 10.9.9.9"]),
    ("dns.family", {"family": "ipv4", "action": "nodata"}, "shop", "NOERROR", []),
], ids=lambda value: str(value)[:20])
def test_the_answer_is_the_faults(look_up, kind, parameters, name, status, expected):
    for by, seen in look_up(kind, parameters, name, "A", "+ignore").items():
        assert (seen.status, rows(seen)) == (status, expected), by
        assert seen.edns and ("tc" in seen.flags) == (kind == "dns.truncate"), by


def test_negative_answers_may_be_kept_and_lame_ones_admit_that_they_are(look_up):
    for kind in ("dns.nxdomain", "dns.nodata"):
        for by, seen in look_up(kind, {"negative_ttl": "77s"}).items():
            assert f"{ORIGIN}." in seen.text and "1209600 77" in seen.text, by
    for by, seen in look_up("dns.lame", {}).items():
        assert not seen.flags & {"aa", "ra"}, by


def test_an_extended_error_is_shown_by_its_name(look_up):
    for by, seen in look_up("dns.refused", {"extended_error": 18}).items():
        assert "18 (Prohibited)" in seen.text, by


def test_addresses_are_fewer_or_in_another_order(look_up):
    for by, seen in look_up("dns.subset", {"keep": 1}).items():
        assert len(seen.data) == 1 and set(rows(seen)) < set(SHOP), by
    for kind in ("dns.shuffle", "dns.rotate"):
        assert {tuple(sorted(rows(seen))) for seen in look_up(kind, {}).values()} == {tuple(SHOP)}
    turns = {rows(seen)[0] for seen in look_up("dns.rotate", {}).values()}
    assert turns == set(SHOP)  # four turns


def test_times_to_live_are_the_faults(look_up):
    for by, seen in look_up("dns.ttl", {"set": "0s"}, "alias").items():
        assert {ttl for _, ttl, _, _ in seen.answers} == {0} and rows(seen)[2:] == SHOP, by


# --- silence --------------------------------------------------------------------------------------


def test_what_is_dropped_is_silence_and_what_is_delayed_comes(look_up):
    for by, seen in look_up("dns.drop", {}).items():
        assert seen.status == "" and seen.seconds >= 1, by
    for by, seen in look_up("dns.family", {}, "shop", "AAAA").items():
        assert seen.status == "" and seen.seconds >= 1, by
    for kind, parameters in [("dns.delay", {"delay": "400ms"}),
                             ("dns.family", {"family": "ipv4", "action": "delay",
                                             "delay": "400ms"})]:
        for by, seen in look_up(kind, parameters).items():
            assert rows(seen) == SHOP and seen.seconds >= 0.4, by


def test_truncated_programs_come_back_over_tcp(look_up):
    for by, seen in look_up("dns.truncate", {}).items():
        assert rows(seen) == SHOP and "tc" not in seen.flags, by
    truncated = look_up("dns.truncate", {}, "shop", "A", "+ignore")
    assert {transport for (_, transport), seen in truncated.items() if "tc" in seen.flags} == \
        {"udp"}


# --- messages that are none -----------------------------------------------------------------------

COMPLAINTS = {
    "wrong_id": {"dig": "ID mismatch", "kdig": "is different from query ID"},
    "wrong_question": {"dig": "Question section mismatch",
                       "kdig": "question sections are different"},
    "bad_pointer": {"dig": "bad compression pointer", "kdig": "malformed reply packet"},
    "trailing_garbage": {"dig": "24 extra bytes at end", "kdig": "trailing data"},
    "rdlength": {"dig": "malformed message packet", "kdig": "malformed reply packet"},
}


@pytest.mark.parametrize("kind", COMPLAINTS)
def test_a_malformed_answer_is_complained_of(look_up, kind):
    for (program, transport), seen in look_up("dns.malform", {"kind": kind}).items():
        assert COMPLAINTS[kind][program] in seen.text, (program, transport, seen.text)


def test_a_cut_answer_is_complained_of_wherever_it_is_cut(look_up):
    for (program, transport), seen in look_up("dns.malform", {"kind": "cut"}).items():
        complaints = ("malformed message packet", "Got bad packet", "malformed reply packet")
        assert any(each in seen.text for each in complaints), (program, transport, seen.text)
