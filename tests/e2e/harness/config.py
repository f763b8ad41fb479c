"""Configurations in few words, as dicts; anything that the words do not cover is given by key."""


def proxy(name, protocol, upstream, **more):
    return {"name": name, "protocol": protocol, "listen": "127.0.0.1:0", "upstream": upstream,
            **more}


def fault(name, target, kind, parameters=None, **more):
    """A fault of type `kind` on the proxy `target`, off unless `more` says otherwise."""
    return {"name": name, "proxy": target, "type": kind, "with": parameters or {}, **more}


def config(proxies, faults=(), **more):
    return {
        "environment": "test",
        "admin": {"listen": "127.0.0.1:0"},
        "workers": 2,
        "proxies": list(proxies),
        "faults": list(faults),
        **more,
    }
