"""NSD, a real authoritative server, with a signed zone of every kind of record and answer."""

import pathlib
import subprocess

import dns.rdatatype
import dns.zone

from harness.upstream import free_port, wait_for_listener
from harness.wire import TIMEOUT

ORIGIN = "drill.test"
_HERE = pathlib.Path(__file__).resolve().parent

_CONFIGURATION = """
server:
  ip-address: 127.0.0.1
  port: {port}
  username: ""
  chroot: ""
  zonesdir: "{root}"
  zonelistfile: "{root}/zone.list"
  database: ""
  xfrdfile: ""
  xfrdir: "{root}"
  pidfile: "{root}/nsd.pid"
  logfile: "{root}/nsd.log"
  server-count: 1
  ipv4-edns-size: 4096
  nsid: "ascii_{nsid}"
  answer-cookie: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: {origin}
  zonefile: signed
  provide-xfr: 127.0.0.1 NOKEY
"""


def zone_text():
    """The zone, with sets that fill the usual sizes over UDP, more than these, and nearly all that
    a message can hold."""
    large = [f"crowd A 10.9.{n // 200}.{n % 200}" for n in range(200)]
    large += [f'big TXT "{n:0120d}"' for n in range(60)]
    large += [f'huge TXT "{n:0240d}"' for n in range(230)]
    return (_HERE / f"{ORIGIN}.zone").read_text(encoding="utf-8") + "\n".join(large) + "\n"


def questions():
    """Names and types to ask for: all that the zone has, and what leads to other answers."""
    zone = dns.zone.from_text(zone_text(), relativize=False)
    held = [(name.to_text(), dns.rdatatype.to_text(rdataset.rdtype))
            for name, node in zone.nodes.items() for rdataset in node.rdatasets]
    return held + [(f"{name}.{ORIGIN}." if name else f"{ORIGIN}.", kind) for name, kind in [
        ("alias", "A"), ("alias", "AAAA"), ("away", "A"), ("x.old", "A"), ("old", "A"),
        ("any.wild", "A"), ("any.wild", "MX"), ("empty", "A"), ("none", "A"), ("none.shop", "TXT"),
        ("host.sub", "A"), ("host.signed", "A"), ("shop", "MX"), ("shop", "TYPE65281"),
        ("shop", "ANY"), ("", "DNSKEY"), ("", "NSEC")]] + [("elsewhere.test.", "A"), (".", "NS")]


class Nsd:
    """nsd on the zone; whatever it needs and leaves is in the directory `root`. `key` is the
    file of the public key with which the zone is signed."""

    NSID = "drill"

    def __init__(self, root):
        (root / "zone").write_text(zone_text(), encoding="utf-8")
        self.key = root / (self._run(root, "ldns-keygen", "-a", "ECDSAP256SHA256", "-k", ORIGIN)
                           .strip() + ".key")
        self._run(root, "ldns-signzone", "-f", "signed", "zone", self.key.stem)
        self.address = ("127.0.0.1", free_port())
        self.target = "{}:{}".format(*self.address)
        configuration = root / "nsd.conf"
        configuration.write_text(_CONFIGURATION.format(
            root=root, port=self.address[1], nsid=self.NSID, origin=ORIGIN), encoding="utf-8")
        self._process = subprocess.Popen(["/usr/sbin/nsd", "-d", "-c", str(configuration)],
                                         stdin=subprocess.DEVNULL)
        wait_for_listener(self.address)

    def stop(self):
        self._process.terminate()
        self._process.wait(TIMEOUT)

    def _run(self, root, *command):
        return subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=TIMEOUT, check=True).stdout
