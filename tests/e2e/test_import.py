"""`firedrill import rpz`: a response policy zone becomes faults that `firedrill check` accepts."""

import pytest
import yaml

from harness.process import run

HEAD = """\
$TTL 300
$ORIGIN rpz.test.
@ SOA localhost. root.localhost. 1 3600 900 604800 300
@ NS localhost.
"""
ZONE = HEAD + """\
gone.example CNAME .
empty.example CNAME *.
silent.example CNAME rpz-drop.
*.bad.example CNAME .
good.bad.example CNAME rpz-passthru.
moved.example A 10.20.30.99
moved.example AAAA fd00::99
alias.example 60 CNAME garden.test.
8.0.0.0.10.rpz-client-ip CNAME rpz-drop.
"""


@pytest.fixture
def import_rpz(tmp_path):
    def do(text, *options):
        path = tmp_path / "zone.rpz"
        path.write_text(text, encoding="utf-8")
        return run("import", "rpz", path, *options)

    return do


def test_what_it_prints_is_a_part_of_a_configuration(import_rpz, tmp_path):
    done = import_rpz(ZONE)
    assert done.returncode == 0, done.stderr
    (tmp_path / "faults.yaml").write_text(done.stdout, encoding="utf-8")
    (tmp_path / "proxies.yaml").write_text(
        "environment: test\nproxies:\n  - {name: dns, protocol: dns, listen: '127.0.0.1:0', "
        "upstream: system}\n", encoding="utf-8")
    checked = run("check", tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "7 faults" in checked.stdout


def test_each_policy_becomes_its_fault(import_rpz):
    faults = yaml.safe_load(import_rpz(ZONE, "--proxy", "dns").stdout)["faults"]
    assert {fault["proxy"] for fault in faults} == {"dns"}
    found = {tuple(fault["match"].get("names", fault["match"].get("sources"))): fault
             for fault in faults}
    assert {key[0]: fault["type"] for key, fault in found.items()} == {
        "gone.example": "dns.nxdomain", "empty.example": "dns.nodata",
        "silent.example": "dns.drop", "*.bad.example": "dns.nxdomain",
        "moved.example": "dns.answer", "alias.example": "dns.answer", "10.0.0.0/8": "dns.drop"}
    assert found[("*.bad.example",)]["match"]["except"] == ["good.bad.example"]
    assert found[("moved.example",)]["with"]["records"] == [
        "300 A 10.20.30.99", "300 AAAA fd00::99"]
    assert found[("alias.example",)]["with"]["records"] == ["60 CNAME garden.test."]


def test_tcp_only_truncates_over_udp(import_rpz):
    done = import_rpz(HEAD + "big.example CNAME rpz-tcp-only.\n")
    assert yaml.safe_load(done.stdout)["faults"][0]["type"] == "dns.truncate"


@pytest.mark.parametrize("line, told", [
    ("32.1.2.0.192.rpz-ip CNAME .", "rpz-ip"),
    ("ns.evil.example.rpz-nsdname CNAME .", "rpz-nsdname"),
    ("24.0.0.0.10.rpz-client-ip CNAME rpz-passthru.", "rpz-passthru"),
    ("a.example CNAME *.garden.test.", "*.garden.test.")])
def test_what_has_no_equivalent_is_told_with_its_line(import_rpz, line, told):
    done = import_rpz(HEAD + line + "\ngone.example CNAME .\n")
    assert done.returncode == 1
    assert "zone.rpz:5: " in done.stderr and told in done.stderr
    assert "1 of the zone's records" in done.stderr
    assert yaml.safe_load(done.stdout)["faults"][0]["type"] == "dns.nxdomain"
    assert import_rpz(HEAD + line + "\n", "--partial").returncode == 0


def test_a_file_that_is_no_zone_is_refused(import_rpz):
    done = import_rpz("this is no zone\n")
    assert done.returncode == 1 and done.stderr


@pytest.mark.parametrize("arguments", [
    ["import", "rpz"], ["toxiproxy", "--config"], ["check"],
    ["serve", "--toxiproxy-config"]], ids=" ".join)
def test_a_directory_in_the_place_of_a_file_is_told_of(tmp_path, arguments):
    done = run(*arguments, str(tmp_path))
    assert done.returncode == 1, done.stderr
    assert str(tmp_path) in done.stderr and "basic_filebuf" not in done.stderr
    assert "has no *.yaml file" in done.stderr or "Is a directory" in done.stderr
