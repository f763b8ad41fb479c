"""Every http fault together with every other, in both orders of definition, and above tcp stages:
client and upstream see what the table of harness/fault_modes.py composes, and whatever follows on
the connection gets its own answer, or a connection that is closed."""

import itertools

import pytest

from harness.exchange import Ask
from harness.fault_modes import MODES
from harness.faulted_shop import FaultedShop

SHAPES = ("length", "chunked")
STAGES = {
    "tcp.latency": {"delay": "5ms"},
    "tcp.bandwidth": {"rate": "1MB/s"},
    "tcp.slice": {"size": 7, "delay": "100us"},
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    running = FaultedShop(tmp_path_factory.mktemp("pairs"), STAGES)
    yield running
    running.stop()


def check(shop, modes, shape, listener="shop"):
    """The faulted exchange, and two behind it in the same write."""
    shop.check([Ask(f"hit-{shop.name()}", shape, modes), *shop.followers()], listener)


@pytest.mark.parametrize("first, second", itertools.product(MODES, repeat=2))
def test_a_fault_with_another(shop, first, second):
    for shape in SHAPES:
        check(shop, (first, second), shape)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("first", MODES)
def test_a_fault_above_a_stage_of_tcp(shop, first, stage):
    for shape in SHAPES:
        check(shop, (first,), shape, stage)
