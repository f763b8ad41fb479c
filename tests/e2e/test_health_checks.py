"""Faults that probes alone meet, in front of a real HAProxy: its server goes down and up, or stays
although probes fail, and the traffic never notices."""

import shutil

import pytest

from harness.config import fault, proxy
from harness.haproxy import Haproxy
from harness.tools import curl
from harness.upstream import eventually

pytestmark = pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed")

CHECKS = [
    "option httpchk",
    "option httpchk /healthz",
    "option httpchk GET /healthz",
    "option httpchk HEAD /healthz HTTP/1.0",
    "option httpchk\n  http-check send meth OPTIONS uri / ver HTTP/1.1 hdr Host shop",
    "option httpchk\n  http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host shop\n"
    "  http-check send-state",
    "option httpchk\n  http-check send meth GET uri / hdr User-Agent kube-probe/1.29",
]


@pytest.fixture
def watched(firedrill, upstream, tmp_path):
    """watched(check, fault keys) starts firedrill before a shop, and HAProxy before firedrill."""
    balancers = []

    def start(check=CHECKS[2], **keys):
        unhealthy = fault("unhealthy", "shop", "http.status", {"code": 503, "persona": "nginx"},
                          match={"healthchecks": True}, **{"enabled": True, **keys})
        running = firedrill([proxy("shop", "http", upstream.http().target)], [unhealthy])
        balancers.append(Haproxy(tmp_path, running.address("shop"), check))
        balancers[-1].firedrill = running
        return balancers[-1]

    yield start
    for balancer in balancers:
        balancer.stop()


def is_up(balancer):
    return balancer.server()["status"].startswith("UP")


def check_traffic(running):
    assert curl(running.url("shop", "/healthz")).body == b"ok\n"
    assert curl(running.url("shop", "/"), "--http1.0").body == b"ok\n"


def test_flapping_above_the_thresholds_takes_the_server_out_and_back(watched):
    balancer = watched(shape={"flap": {"active": "800ms", "idle": "600ms"}})
    for _ in range(2):
        eventually(lambda: not is_up(balancer))
        check_traffic(balancer.firedrill)
        eventually(lambda: is_up(balancer))
    assert int(balancer.server()["chkdown"]) >= 2
    assert curl("http://{}:{}/".format(*balancer.address)).body == b"ok\n"


def test_flapping_below_the_thresholds_never_takes_it_out(watched):
    # The very first probe decides alone; only behind it three must fail.
    balancer = watched(shape={"flap": {"active": "150ms", "idle": "450ms"}}, enabled=False)
    eventually(lambda: balancer.server()["check_status"] == "L7OK")
    balancer.firedrill.admin.enable("unhealthy")
    eventually(lambda: int(balancer.server()["chkfail"]) >= 4)
    assert int(balancer.server()["chkdown"]) == 0
    assert is_up(balancer)
    assert curl("http://{}:{}/".format(*balancer.address)).body == b"ok\n"


@pytest.mark.parametrize("check", CHECKS)
def test_every_way_in_which_it_probes_is_known(watched, check):
    balancer = watched(check)
    eventually(lambda: not is_up(balancer))
    assert balancer.server()["check_code"] == "503"
    check_traffic(balancer.firedrill)
