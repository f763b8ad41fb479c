"""Runs in a network and mount namespace of its own: firedrill as the one name server of a
resolv.conf, and glibc's resolver as its client. Prints how long a lookup took, and what it gave.

    unshare -n -m python3 -m harness.namespace DIRECTORY FAULT-AS-JSON NAME
"""

import json
import pathlib
import socket
import subprocess
import sys
import time

from harness.config import config, proxy
from harness.dns import DnsServer
from harness.process import Firedrill


def main(directory, fault, name):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    resolv = pathlib.Path(directory) / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\n", encoding="utf-8")
    subprocess.run(["mount", "--bind", resolv, "/etc/resolv.conf"], check=True)
    server = DnsServer({(name, "A"): ["10.0.0.1"], (name, "AAAA"): ["fd00::1"]})
    running = Firedrill(config([proxy("dns", "dns", [server.target], listen="127.0.0.1:53")],
                               [json.loads(fault)]), directory)
    began = time.monotonic()
    try:
        found = sorted({entry[4][0] for entry in socket.getaddrinfo(name, 80)})
    except socket.gaierror as error:
        found = error.errno
    print(json.dumps({"seconds": time.monotonic() - began, "found": found}))
    running.stop()
    running.cleanup()


if __name__ == "__main__":
    main(*sys.argv[1:])
