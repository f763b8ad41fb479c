"""`firedrill toxiproxy` in the place of toxiproxy-server, and Toxiproxy's files in serve."""

import json
import re
import signal

import pytest

from harness.config import config
from harness.process import Firedrill, run
from harness.toxiproxy import Toxiproxy, ToxiproxyServer
from harness.upstream import eventually
from harness.wire import Wire


@pytest.fixture
def server(tmp_path):
    """server(config, *flags) starts one; each must end in order with the test."""
    started = []

    def start(entries=(), *flags):
        directory = tmp_path / f"toxiproxy{len(started)}"
        directory.mkdir()
        started.append(ToxiproxyServer(list(entries), directory, flags))
        return started[-1]

    yield start
    try:
        for process in started:
            if process.process.poll() is None:
                process.stop()
    finally:
        for process in started:
            process.cleanup()


def entry(name, upstream, **more):
    return {"name": name, "listen": "localhost:0", "upstream": upstream, **more}


LATENCY = {"type": "latency", "attributes": {"latency": 150, "jitter": 0}, "toxicity": 1}


def test_a_file_makes_proxies_and_toxics(server, upstream):
    process = server([entry("a", upstream().target, toxics=[LATENCY]),
                      entry("b", "x:1", enabled=False, listen="anything")])
    api = Toxiproxy(process.address("admin"))
    shown = api.get("/proxies")
    assert [(one["enabled"], one["listen"]) for one in shown.values()] == \
        [(True, "127.0.0.1:{}".format(process.address("a")[1])), (False, "anything")]
    assert shown["a"]["toxics"] == [LATENCY | {"name": "latency_downstream",
                                               "stream": "downstream"}]
    with Wire.connect(process.address("a")) as wire:
        assert wire.send(b"x").is_silent(0.1)
        assert wire.read_exactly(1) == b"x"


def test_no_toxic_ends_by_itself(server):
    process = server([entry("a", "x:1", toxics=[LATENCY])])
    Toxiproxy(process.address("admin")).toxic("a", "timeout")
    for name in ["a:latency_downstream", "a:timeout_downstream"]:
        fault = process.admin.fault(name)
        assert (fault["active"], fault["deadline"], fault["seconds_left"]) == (True, None, None)


def test_metrics_are_shown_when_asked_for_and_count_live_connections(server, upstream):
    target = upstream().target
    process = server([entry("a", target)], "-proxy-metrics")
    api = Toxiproxy(process.address("admin"))
    listener = "{}:{}".format(*process.address("a"))
    with Wire.connect(process.address("a")) as wire:
        assert wire.send(b"hello").read_exactly(5) == b"hello"
        text = api.text("GET", "/metrics")[1]
    for name in ["received", "sent"]:
        for direction in ["upstream", "downstream"]:
            assert (f'toxiproxy_proxy_{name}_bytes_total{{direction="{direction}",'
                    f'listener="{listener}",proxy="a",upstream="{target}"}} 5\n') in text
    assert "process_resident_memory_bytes" not in text
    assert api.call("POST", "/metrics").status == 200


def byte_counts(api):
    """{(received or sent, direction): bytes} of all proxies together."""
    counts = {}
    pattern = r'toxiproxy_proxy_(\w+)_bytes_total\{direction="(\w+)",.*\} (\d+)'
    for name, direction, count in re.findall(pattern, api.text("GET", "/metrics")[1]):
        counts[name, direction] = counts.get((name, direction), 0) + int(count)
    return counts


def test_what_a_toxic_keeps_was_received_and_not_sent(server, upstream):
    process = server([entry("a", upstream().target)], "-proxy-metrics")
    api = Toxiproxy(process.address("admin"))
    with Wire.connect(process.address("a")) as wire:
        assert wire.send(b"hello").read_exactly(5) == b"hello"
        api.toxic("a", "bandwidth", {"rate": 0})
        assert wire.send(b"more").is_silent(0.1)
        assert byte_counts(api) == {("received", "upstream"): 9, ("sent", "upstream"): 9,
                                    ("received", "downstream"): 9, ("sent", "downstream"): 5}
        api.remove("/proxies/a/toxics/bandwidth_downstream")
        assert wire.read_exactly(4) == b"more"
        assert byte_counts(api)["sent", "downstream"] == 9


def test_counts_go_on_when_a_proxy_is_disabled_and_enabled(server, upstream):
    process = server([entry("a", upstream().target)], "-proxy-metrics")
    api = Toxiproxy(process.address("admin"))
    with Wire.connect(process.address("a")) as wire:
        assert wire.send(b"hello").read_exactly(5) == b"hello"
    five = {(name, direction): 5 for name in ["received", "sent"]
            for direction in ["upstream", "downstream"]}
    api.update("a", enabled=False)
    assert byte_counts(api) == five
    api.update("a", enabled=True)
    with Wire.connect(process.address("a")) as wire:
        assert wire.send(b"again").read_exactly(5) == b"again"
    assert byte_counts(api) == {key: 10 for key in five}


def test_the_log_is_lines_of_json_on_standard_output(server):
    process = server([entry("a", "x:1")])
    api = Toxiproxy(process.address("admin"))
    api.define("b", "y:2")
    api.toxic("b", "latency", {"latency": 1})
    api.remove("/proxies/b")
    process.stop()
    assert process.stderr() == ""
    eventually(lambda: "stopped" in process.output[-1])
    records = [json.loads(line) for line in process.output]
    assert [record["message"] for record in records] == [
        "Starting Toxiproxy", "Started proxy", "Starting Toxiproxy HTTP server", "Started proxy",
        "Terminated proxy", "Shutdown started", "stopped"]
    started = records[1]
    assert list(started) == ["level", "name", "listen", "upstream", "time", "message"]
    assert started["level"] == "info"
    assert (started["name"], started["upstream"]) == ("a", "x:1")
    assert started["listen"] == "{}:{}".format(*process.address("a"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", started["time"])


def test_runtime_metrics(server):
    api = Toxiproxy(server([], "-runtime-metrics").address("admin"))
    status, text = api.text("GET", "/metrics")
    assert status == 200
    assert "process_resident_memory_bytes" in text
    assert "toxiproxy_proxy" not in text


def test_without_a_flag_there_are_no_metrics(server):
    api = Toxiproxy(server().address("admin"))
    assert api.text("GET", "/metrics") == (404, "404 page not found\n")


def test_other_machines_may_call_it_by_any_name(server):
    process = server([], "-host=0.0.0.0")
    api = Toxiproxy(("127.0.0.1", process.address("admin")[1]))
    assert api.call("GET", "/version", headers={"Host": "toxiproxy:8474"}).status == 200
    foreign = {"Host": "toxiproxy:8474", "Origin": "http://evil.example"}
    assert api.call("POST", "/reset", headers=foreign).status == 403
    process.signal(signal.SIGTERM)
    assert process.wait() == 0


def test_on_the_loopback_only_its_own_names_are_served(server):
    api = Toxiproxy(server().address("admin"))
    assert api.call("GET", "/version", headers={"Host": "toxiproxy:8474"}).status == 421


def test_the_same_seed_rolls_alike(server, upstream):
    target = upstream().target

    def rolls(seed):
        process = server([entry("a", target, toxics=[LATENCY | {"toxicity": 0.5}])], "-seed", seed)
        slow = []
        for _ in range(16):
            with Wire.connect(process.address("a")) as wire:
                slow.append(wire.send(b"x").is_silent(0.1))
        return slow

    first = rolls("7")
    assert len(set(first)) == 2
    assert rolls("7") == first
    assert rolls("8") != first


@pytest.mark.parametrize("flags, status, output", [
    (["-version"], 0, r"^toxiproxy-server version 2\.12\.0\n$"),
    (["--version=true"], 0, r"^toxiproxy-server version 2\.12\.0\n$"),
    (["-h"], 0, "^Usage of firedrill toxiproxy:\n  -config string\n"),
    (["-nope"], 2, "^flag provided but not defined: -nope\nUsage of"),
    (["-port"], 2, "^flag needs an argument: -port\nUsage of"),
    (["-seed", "x"], 2, '^invalid value "x" for flag -seed: parse error\nUsage of'),
    (["-config", "/does/not/exist"], 1, "No such file or directory"),
])
def test_flags(flags, status, output):
    done = run("toxiproxy", *flags)
    assert done.returncode == status
    assert re.search(output, done.stdout + done.stderr)


def test_a_port_that_is_taken_ends_it(server):
    port = server().address("admin")[1]
    done = run("toxiproxy", "-port", port)
    assert done.returncode == 1
    assert "Address already in use" in done.stderr


@pytest.mark.parametrize("entries, mistake", [
    ("[", "unexpected EOF"), ('{"name":"a"}', "must be an array of proxies, not object"),
    ([{"name": "a"}], "[0]: missing required field: upstream at proxy 1"),
    ([entry("a", "x"), entry("a", "x")], '"a" is used twice'),
    ([entry("a", "x", listen="bad")], "[0].listen: address bad: missing port in address"),
    ([entry("a", "x", toxics=[{"type": "frogs"}])], "[0].toxics[0]: invalid toxic type"),
    ([entry("a", "x", toxics=[LATENCY, LATENCY])], "[0].toxics[1]: toxic already exists"),
])
def test_a_wrong_file_ends_it(tmp_path, entries, mistake):
    path = tmp_path / "toxiproxy.json"
    path.write_text(entries if isinstance(entries, str) else json.dumps(entries))
    done = run("toxiproxy", "-port", "0", "-config", path)
    assert done.returncode == 1
    assert mistake in done.stderr


class BesideToxiproxy(Firedrill):
    """`firedrill serve` with a file of its own and one of Toxiproxy's."""

    def arguments(self):
        return [*super().arguments(), "--toxiproxy-config", str(self.path.with_suffix(".json"))]


def test_serve_takes_a_toxiproxy_file_beside_its_own(tmp_path, upstream):
    target = upstream().target
    file = tmp_path / "firedrill.json"
    file.write_text(json.dumps([entry("a", target, toxics=[LATENCY])]))
    native = {"name": "own", "protocol": "tcp", "listen": "127.0.0.1:0", "upstream": target}
    process = BesideToxiproxy(config([native]), tmp_path)
    try:
        api = Toxiproxy(process.address("admin"))
        assert {name: len(one["toxics"]) for name, one in api.get("/proxies").items()} == \
            {"a": 1, "own": 0}
        assert 0 < process.admin.fault("a:latency_downstream")["seconds_left"] <= 7200
        file.write_text(json.dumps([entry("a", target), entry("b", target)]))
        process.admin.reload()
        assert {name: len(one["toxics"]) for name, one in api.get("/proxies").items()} == \
            {"a": 0, "b": 0, "own": 0}
        process.stop()
    finally:
        process.cleanup()
