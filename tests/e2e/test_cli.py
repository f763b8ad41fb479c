"""The command line against a running firedrill, and in the shells that complete it."""

import json
import os
import pathlib
import subprocess

import pytest

from harness.config import fault, proxy
from harness.process import BINARY, run
from harness.tools import curl
from harness.wire import Wire, connect_outcome


@pytest.fixture
def running(firedrill, upstream):
    return firedrill([proxy("shop", "http", upstream.http().target)],
                     [fault("broken", "shop", "http.status", {"code": 503})])


@pytest.fixture
def cli(running):
    """cli(*words) runs a command against it and returns what it prints; it must succeed."""
    def call(*words):
        done = run(*words, "--admin", "{}:{}".format(*running.address("admin")))
        assert done.returncode == 0, done.stderr
        return done.stdout
    call.running = running
    return call


def listener(shown):
    host, _, port = shown.strip().rpartition(" ")[2].rpartition(":")
    return host, int(port)


def test_a_proxy_is_created_switched_off_and_on_and_removed(cli, upstream):
    made = cli("proxy", "create", "db", "--upstream", upstream().target, "--set", "idle_timeout=1h")
    assert made.startswith("db listens on 127.0.0.1:")
    address = listener(made)
    with Wire.connect(address) as wire:
        assert wire.send(b"x").read_exactly(1) == b"x"
    shown = json.loads(cli("proxy", "show", "db", "--json"))
    assert shown["protocol"] == "tcp" and shown["idle_timeout"] == "1h"
    assert cli("proxy", "disable", "db") == "db does not listen any more\n"
    assert connect_outcome(address) == "refused"
    again = listener(cli("proxy", "enable", "db"))
    assert connect_outcome(again) == "open"
    cli("proxy", "rm", "db")
    assert connect_outcome(again) == "refused"
    assert "db" not in cli("proxy", "ls")


def test_creating_a_proxy_never_replaces_one_by_accident(cli, upstream):
    admin = "{}:{}".format(*cli.running.address("admin"))
    create = ("proxy", "create", "shop", "--protocol", "http", "--upstream",
              upstream.http().target, "--admin", admin)
    refused = run(*create)
    assert refused.returncode == 1 and "--replace" in refused.stderr
    assert run(*create, "--replace").returncode == 0
    assert run("proxy", "create", "x", "--admin", admin).returncode == 2


def test_top_shows_what_passes_and_what_is_active(cli):
    for _ in range(5):
        curl(cli.running.url("shop"))
    table = cli("top", "--count", "1", "--interval", "100ms")
    assert table.splitlines()[0].split()[:4] == ["PROXY", "PROTOCOL", "UP", "OPEN"]
    assert table.splitlines()[1].startswith("shop   http")
    assert table.endswith("no fault is active\n")
    cli("fault", "enable", "broken", "--for", "1m")
    rows = json.loads(cli("top", "--count", "1", "--interval", "100ms", "--json"))
    assert [row["name"] for row in rows["faults"]] == ["broken"]
    assert 0 < rows["faults"][0]["seconds_left"] <= 60


# --- completion -----------------------------------------------------------------------------------


def with_firedrill(cli):
    """An environment in which `firedrill` is the binary, which speaks to the running one."""
    directory = pathlib.Path(cli.running.path).parent / "bin"
    directory.mkdir(exist_ok=True)
    if not (directory / "firedrill").exists():
        (directory / "firedrill").symlink_to(BINARY)
    return {**os.environ, "PATH": f"{directory}:{os.environ['PATH']}",
            "FIREDRILL_ADMIN": "{}:{}".format(*cli.running.address("admin"))}


def in_bash(words):
    quoted = " ".join(f"'{word}'" for word in ["firedrill", *words])
    show = """printf '%s\\n' "${COMPREPLY[@]}" """
    return ["bash", "-c", f"source <(firedrill completion bash); COMP_WORDS=({quoted}); "
                          f"COMP_CWORD={len(words)}; _firedrill; {show}"]


def in_fish(words):
    line = " ".join(["firedrill", *words])
    return ["fish", "--no-config", "-c",
            f"firedrill completion fish | source; complete -C '{line}' | cut -f1"]


@pytest.mark.parametrize("shell", [in_bash, in_fish])
@pytest.mark.parametrize("words, expected, not_expected", [
    (["fa"], {"fault"}, {"proxy"}),
    (["fault", "en"], {"enable"}, {"disable"}),
    (["fault", "enable", ""], {"broken"}, {"shop"}),
    (["fault", "enable", "--f"], {"--for"}, {"--reason"}),
    (["proxy", "show", "sh"], {"shop"}, {"broken"}),
])
def test_a_shell_completes_commands_options_and_names(cli, shell, words, expected, not_expected):
    done = subprocess.run(shell(words), env=with_firedrill(cli), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=20, check=False)
    offered = set(done.stdout.split())
    assert done.returncode == 0 and done.stderr == ""
    assert expected <= offered and not offered & not_expected


def test_zsh_takes_the_completion(cli):
    script = ("autoload -U compinit; compinit -u -D; source <(firedrill completion zsh); "
              "print ${_comps[firedrill]}")
    done = subprocess.run(["zsh", "-f", "-c", script], env=with_firedrill(cli),
                          capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.stderr) == ("_firedrill\n", "")


def test_completion_for_another_shell_is_refused():
    assert run("completion", "tcsh").returncode == 2
