"""What glibc's own resolver does with a fault, such as the famous drill of five seconds."""

import json
import pathlib
import socket
import subprocess
import sys

import pytest

from harness.config import fault

NAMESPACE = ["unshare", "-n", "-m"]


def possible():
    made = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False)
    return made.returncode == 0


pytestmark = pytest.mark.skipif(not possible(), reason="needs to make namespaces")


@pytest.fixture
def look_up(tmp_path):
    """look_up(fault) is what getaddrinfo gives while the fault is active, and how long it took."""

    def run(broken):
        process = subprocess.run(
            [*NAMESPACE, sys.executable, "-B", "-m", "harness.namespace", tmp_path,
             json.dumps({**broken, "enabled": True}), "shop.test"],
            cwd=pathlib.Path(__file__).parent, capture_output=True, text=True, timeout=60,
            check=False)
        assert process.returncode == 0, process.stderr
        return json.loads(process.stdout)

    return run


def test_one_lost_aaaa_query_costs_five_seconds(look_up):
    seen = look_up(fault("lost", "dns", "dns.drop", match={"qtypes": ["AAAA"]},
                         trigger={"first": 1}))
    assert seen["found"] == ["10.0.0.1", "fd00::1"]
    assert 4.5 < seen["seconds"] < 6.5


def test_nodata_is_no_address_at_once(look_up):
    seen = look_up(fault("none", "dns", "dns.nodata"))
    assert seen["found"] in (socket.EAI_NODATA, socket.EAI_NONAME)
    assert seen["seconds"] < 1
