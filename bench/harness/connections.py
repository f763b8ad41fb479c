"""How many connections this machine lets a proxy carry."""

import resource

_SPARE = 200  # descriptors that a proxy needs besides those of its connections


def bearable(wanted):
    """As many of the wanted connections as the limit of descriptors permits: each takes two of a
    proxy. Only a privileged process can raise it."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(wanted, (limit - _SPARE) // 2)


def remark(wanted):
    """What a title must say when there are fewer than it promises."""
    count = bearable(wanted)
    return "" if count == wanted else f" (here {count:,}: the limit of descriptors)"
