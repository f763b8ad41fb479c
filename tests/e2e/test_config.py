"""Configuration: every mistake is named with its place and what is allowed, and nothing is applied
by halves, whether at the start, by `firedrill check` or at a reload."""

import json
import os
import re
import signal
import socket
import subprocess

import pytest

from harness.admin import Admin
from harness.config import config, fault, proxy
from harness.process import BINARY, run
from harness.tools import curl
from harness.upstream import eventually
from harness.wire import Wire, connect_outcome

GOOD = """\
environment: staging
admin: {listen: 127.0.0.1:0}
proxies:
  - name: shop
    protocol: http
    listen: 127.0.0.1:0
    upstream: 127.0.0.1:9
faults:
  - name: slow
    proxy: shop
    type: http.latency
    with: {delay: 200ms}
"""


@pytest.fixture
def check(tmp_path):
    """check(text) runs `firedrill check` on it: the exit status and its complaints, in order."""

    def check_text(text):
        path = tmp_path / "drill.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        result = run("check", path)
        lines = (result.stderr + result.stdout).splitlines()
        return result.returncode, [line.replace(str(path), "drill.yaml") for line in lines]

    return check_text


def test_a_sound_file_passes(check):
    assert check(GOOD)[0] == 0


def test_json_is_accepted(check):
    assert check('{"proxies": [{"name": "a", "protocol": "tcp", "listen": "127.0.0.1:0", '
                 '"upstream": "127.0.0.1:9"}]}')[0] == 0


# name: (text to replace, replacement, place, words of the complaint)
MISTAKES = {
    "an unknown key": ("    listen:", "    lisen:", "6:5", ["proxies[0].lisen", "listen"]),
    "a missing key": ("    upstream: 127.0.0.1:9\n", "", "4:5", ["upstream"]),
    "an unknown protocol": (
        "http\n", "htpt\n", "5:15", ["proxies[0].protocol", "tcp", "http", "dns"]),
    "an impossible port": ("127.0.0.1:9\n", "127.0.0.1:99999\n", "7:15", ["proxies[0].upstream"]),
    "an impossible address": (
        "listen: 127.0.0.1:0\n", "listen: 127.0.0.256:0\n", "6:13", ["proxies[0].listen"]),
    "an unknown fault type": (
        "http.latency", "http.latencyy", "11:11", ["faults[0].type", "http.latency"]),
    "a dangling reference": (
        "proxy: shop", "proxy: shopp", "10:12", ["faults[0].proxy", "shopp", "shop"]),
    "a fault of another protocol": (
        "http.latency\n    with: {delay: 200ms}", "dns.nxdomain", "10:12",
        ["faults[0].proxy", "shop", "http", "dns.nxdomain"]),
    "a duration without unit": ("200ms", "200", "12:19", ["faults[0].with.delay", "10ms"]),
    "a negative duration": ("200ms", "-5ms", "12:19", ["faults[0].with.delay"]),
    "an unknown parameter": (
        "delay: 200ms", "dely: 200ms", "12:12", ["faults[0].with.dely", "delay"]),
    "a list for a text": (": staging", ": [staging]", "1:14", ["environment", "a string"]),
    "a text for a number": ("admin:", "workers: many\nadmin:", "2:10", ["workers", "many"]),
    "a share above one": (
        "    with:", "    share: 150%\n    with:", "12:12", ["faults[0].share", "15%"]),
    "an alias": ("staging", "&a staging", "1:14", ["anchor"]),
    "a duplicate key": ("admin:", "environment: x\nadmin:", "2:1", ["environment"]),
    "an empty list of matches": (
        "    with:", "    match: {matches: []}\n    with:", "12:22", ["matches"]),
    "a regular expression that is none": (
        "    with:",
        '    match: {matches: [{path: {type: RegularExpression, value: "("}}]}\n    with:',
        "12:63", ["value"]),
    "a ramp of what can't ramp": (
        "    with:",
        "    shape: {ramp: {field: with.code, from: 1, to: 2, over: 1m}}\n    with:", "12:27",
        ["faults[0].shape.ramp.field", "share or with.delay", "http.latency"]),
    "a ramp between different units": (
        "    with:",
        "    shape: {ramp: {field: with.delay, from: 1ms, to: \"5%\", over: 1m}}\n    with:",
        "12:54", ["faults[0].shape.ramp.to"]),
    "a ramp of the share to more than all": (
        "    with:", "    shape: {ramp: {field: share, from: 1%, to: 2, over: 1m}}\n    with:",
        "12:48", ["faults[0].shape.ramp.to", "12.5%"]),
    "a budget of nothing": (
        "    with:", "    budget: {total: 0}\n    with:", "12:21",
        ["faults[0].budget.total", "from 1"]),
    "a variant with a wrong parameter": (
        "    with: {delay: 200ms}", "    variants: [{with: {delay: 5}}]", "12:31",
        ["faults[0].variants[0].with.delay", "10ms"]),
    "no variant": (
        "    with:", "    variants: []\n    with:", "12:15",
        ["faults[0].variants", "a list of maps"]),
    "a trace that is not there": (
        "200ms", "{trace: nowhere.txt}", "12:27",
        ["faults[0].with.delay.trace", "nowhere.txt", "can't be read"]),
    "a scope without a condition": (
        "    with:", "    trigger: {scope: client}\n    with:", "12:22",
        ["faults[0].trigger.scope"]),
    "a scope that a type can't have": (
        "http.latency\n", "tcp.latency\n    trigger: {first: 1, scope: connection}\n", "12:14",
        ["faults[0].trigger", "tcp.latency"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_what_is_allowed(check, name):
    old, new, place, words = MISTAKES[name]
    assert old in GOOD
    status, complaints = check(GOOD.replace(old, new, 1))
    assert status == 1
    found = [line for line in complaints if line.startswith(f"drill.yaml:{place}: ")]
    assert any(all(word in line for word in words) for line in found), complaints


def test_a_name_may_be_given_once(check):
    twice = GOOD + "  - {name: slow, proxy: shop, type: http.latency, with: {delay: 1s}}\n"
    status, complaints = check(twice)
    assert status == 1
    expected = re.compile(r"drill\.yaml:13:\d+: faults\[1\]\.name: .*slow")
    assert any(expected.match(line) for line in complaints)


def test_all_mistakes_are_told_at_once(check):
    text = GOOD.replace("http\n", "htpt\n", 1).replace("200ms", "soon")
    text = text.replace("    listen:", "    x:")
    _, complaints = check(text)
    places = {line.split(": ")[1] for line in complaints if line.startswith("drill.yaml:")}
    assert {"proxies[0].protocol", "proxies[0].x", "proxies[0].listen",
            "faults[0].with.delay"} <= places


@pytest.mark.parametrize("text", [
    b"proxies: [", b"\xff\xfe", b"a: *x\n", b"a: &x [*x]\n", b"- " * 50 + b"x\n",
    b"environment: " + b"x" * (1 << 20) + b"\n",
    b"l: [" + b"1," * 120_000 + b"1]\n", b"\0"],
    ids=["cut", "bytes", "alias", "recursive", "deep", "large", "many", "nul"])
def test_text_that_is_no_configuration_is_refused_quickly_and_calmly(check, text):
    status, complaints = check(text)
    assert status == 1 and complaints


def test_a_file_that_is_not_there_is_named(tmp_path):
    result = run("check", tmp_path / "none.yaml")
    assert result.returncode == 1 and "none.yaml" in result.stderr


def test_a_directory_is_merged_in_the_order_of_names(tmp_path):
    head, faults = GOOD.split("faults:")
    (tmp_path / "a.yaml").write_text(head)
    (tmp_path / "b.yaml").write_text("faults:" + faults)
    assert run("check", tmp_path).returncode == 0
    (tmp_path / "b.yaml").write_text(("faults:" + faults).replace("200ms", "soon"))
    result = run("check", tmp_path)
    assert result.returncode == 1 and "b.yaml:5:19: " in result.stderr + result.stdout


def test_serve_refuses_what_check_refuses(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD.replace("200ms", "soon"))
    result = run("serve", "-c", path)
    assert result.returncode == 1
    assert f"{path}:12:19: faults[0].with.delay: " in result.stderr


@pytest.mark.parametrize("environment", ["production", "prod", "prod-eu"])
def test_serve_refuses_a_protected_environment(tmp_path, environment):
    path = tmp_path / "prod.yaml"
    path.write_text(GOOD.replace("staging", environment))
    result = run("serve", "-c", path)
    assert result.returncode == 1
    assert environment in result.stderr and "protected" in result.stderr


def test_serve_names_the_address_that_is_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "127.0.0.1:{}".format(taken.getsockname()[1])
        path = tmp_path / "taken.yaml"
        path.write_text(GOOD.replace("    listen: 127.0.0.1:0", f"    listen: {address}"))
        result = run("serve", "-c", path)
    assert result.returncode == 1
    assert address in result.stderr and "in use" in result.stderr


def test_serve_refuses_an_admin_listener_for_everybody_without_a_token(tmp_path):
    path = tmp_path / "open.yaml"
    path.write_text(GOOD.replace("admin: {listen: 127.0.0.1:0}", "admin: {listen: 0.0.0.0:0}"))
    result = run("serve", "-c", path)
    assert result.returncode == 1 and "admin" in result.stderr


# --- reload ---------------------------------------------------------------------------------------


def by_signal(running):
    running.signal(signal.SIGHUP)


def by_api(running):
    running.admin.reload()


RELOAD = pytest.mark.parametrize("reload", [by_signal, by_api])


@RELOAD
def test_a_reload_adds_changes_and_removes(firedrill, upstream, reload):
    old, new = upstream.http(), upstream()
    running = firedrill([proxy("keep", "http", old.target), proxy("gone", "tcp", new.target)])
    gone = running.address("gone")
    running.write(config([proxy("keep", "http", old.target), proxy("fresh", "tcp", new.target)],
                         [fault("down", "keep", "http.status", {"code": 503})]))
    reload(running)
    eventually(lambda: running.admin.call("GET", "/v1/faults/down").status == 200)
    assert connect_outcome(gone) == "refused"
    assert running.admin.call("GET", "/v1/proxies/gone").status == 404
    assert running.admin.get("/v1/proxies/fresh")["name"] == "fresh"
    running.admin.enable("down")
    assert curl(running.url("keep")).status == 503


@RELOAD
def test_a_bad_file_changes_nothing(firedrill, upstream, reload):
    running = firedrill([proxy("db", "tcp", upstream().target)],
                        [fault("slow", "db", "tcp.latency", {"delay": "1ms"})])
    running.admin.enable("slow")
    before = running.admin.get("/v1/config")
    running.write(config([proxy("db", "tpc", "nowhere")]))
    if reload is by_api:
        reply = running.admin.call("POST", "/v1/reload", {})
        assert reply.status == 422 and "proxies[0].protocol" in reply.body.decode()
    else:
        reload(running)
        eventually(lambda: re.search(r"firedrill\.yaml:\d+:\d+", running.stderr()))
        assert "proxies[0]" not in running.stderr(), "the log tells what, not only where"
        assert "proxies[0].protocol" in running.admin.call("GET", "/v1/journal").body.decode()
    assert running.admin.get("/v1/config") == before
    assert running.admin.active() == {"slow"}
    assert connect_outcome(running.address("db")) == "open"


@RELOAD
def test_sessions_of_an_unchanged_proxy_live_through_reloads(firedrill, upstream, reload):
    proxies = [proxy("db", "tcp", upstream().target)]
    running = firedrill(proxies)
    with Wire.connect(running.address("db")) as wire:
        for n in range(20):
            running.write(config(proxies, [fault(f"f{n}", "db", "tcp.latency", {"delay": "1ms"})]))
            reload(running)
            eventually(lambda n=n: running.admin.call("GET", f"/v1/faults/f{n}").status == 200)
            assert wire.send(b"%02d" % n).read_exactly(2) == b"%02d" % n


@RELOAD
def test_a_proxy_may_be_renamed_on_its_address(firedrill, upstream, reload):
    target = upstream().target
    running = firedrill([proxy("old", "tcp", target)])
    address = running.address("old")
    running.write(config([proxy("new", "tcp", target, listen="{}:{}".format(*address))]))
    reload(running)
    eventually(lambda: running.admin.call("GET", "/v1/proxies/new").status == 200)
    assert connect_outcome(address) == "open"


def test_the_address_of_the_command_line_is_that_of_a_reload_too(tmp_path, upstream):
    path = tmp_path / "drill.yaml"
    path.write_text(json.dumps(config([proxy("db", "tcp", upstream().target)],
                                      admin={"listen": "127.0.0.1:1"})))
    with subprocess.Popen([BINARY, "serve", "-c", path, "--admin-listen", "127.0.0.1:0"],
                          stdout=subprocess.PIPE, text=True) as process:
        try:
            ready = process.stdout.readline()
            host, port = re.search(r"admin=(\S+):(\d+)", ready).groups()
            reply = Admin((host, int(port))).call("POST", "/v1/reload", {})
            assert json.loads(reply.body) == {"after_restart": []}
        finally:
            process.terminate()


def test_the_configuration_of_the_repository_passes(tmp_path):
    directory = os.environ.get("FIREDRILL_CONFIGS", "")
    files = [os.path.join(directory, name) for name in sorted(os.listdir(directory))
             if name.endswith(".yaml")]
    assert files
    for path in files:
        result = run("check", path)
        assert result.returncode == 0, result.stderr
