"""All scenarios and their bars. A bar is the worst value of a measure that is good enough."""

from .bursts import Bursts
from .comparison import Comparison, Peer
from .contenders import Contender
from .delay_accuracy import DelayAccuracy
from .dnsperf import DnsperfComparison
from .held_memory import HeldMemory
from .idle_memory import IdleMemory
from .rate_accuracy import RateAccuracy
from .toggles import Toggles

_SMALL = ("--size", 64)


def _haproxy(**bars):
    return Peer(Contender("haproxy"), bars)


def _splicing(**bars):
    return Peer(Contender("haproxy", "splice"), bars)


def _nginx(**bars):
    return Peer(Contender("nginx"), bars)


def _echo(connections, **bars):
    return Comparison(
        f"tcp.{connections}", f"TCP, 64-byte messages to and fro on {connections} connections",
        "echo", "echo", ("--connections", connections, *_SMALL),
        (_haproxy(cpu=0.95, **bars), _nginx()))


def _bulk(direction, streams):
    return Comparison(
        f"bulk.{direction}.{streams}", f"TCP, bytes {direction} on {streams} streams at full speed",
        f"bulk-{direction}", {"up": "sink", "down": "source"}[direction], ("--streams", streams),
        (_splicing(cpu=1.00, throughput=1.00),))


def _http(connections, **bars):
    return Comparison(
        f"http.{connections}", f"HTTP, 100-byte responses on {connections} kept connections",
        "http", "http", ("--connections", connections), (_haproxy(**bars), _nginx(**bars)))


def _body(name, size, title, form="length"):
    return Comparison(
        f"http.{name}", f"HTTP, {title} bodies ({form}) on 16 kept connections",
        "http", "http", ("--connections", 16, "--size", size, "--form", form),
        (_haproxy(), _nginx()))


def _http_rules(name, variant, **bars):
    return Comparison(
        f"http.{name}", f"HTTP, http.64 with {variant}",
        "http", "http", ("--connections", 64), (Peer(Contender("firedrill"), bars),), variant)


def _dns_peers(variant="plain", **bars):
    """dnsdist, which bars may judge by, and two whose work is more than to forward."""
    return (Peer(Contender("dnsdist", variant), bars),
            *(Peer(Contender(program, variant), {}) for program in ("unbound", "dnsmasq")))


def _dns_udp(name, title, variant, *peers):
    return Comparison(
        f"dns.{name}", f"DNS over UDP, 64 queries under way, {title}",
        "dns-udp", "dns", ("--sockets", 8, "--window", 8), peers, variant)


def _without_rules(variant, **bars):
    return Peer(Contender("firedrill", variant), bars)


def _faults(count, variant, peer, **bars):
    return Comparison(
        f"faults.{count}", f"TCP, tcp.64 with {variant} by which everything passes",
        "echo", "echo", ("--connections", 64, *_SMALL),
        (Peer(Contender("firedrill", peer), bars),), variant)


def _latency(milliseconds, connections, **bars):
    """About 4,000 messages a second, if there are connections enough; on a single one, as many as
    its delay lets through, for five seconds when that is long."""
    single = connections == 1
    return DelayAccuracy(
        f"latency.{milliseconds}ms.{connections}",
        f"Error of a tcp.latency of {milliseconds} ms on {connections:,} "
        f"connection{'' if single else 's'}",
        {"early": 0.0, **{f"error {part}": bar for part, bar in bars.items()}},
        delay=milliseconds / 1e3, connections=connections,
        pause=0.001 if single else connections / 4000,
        seconds=min(max(0.2 * milliseconds, 1.0), 5.0) if single else 1.0)


def _bandwidth(name, rate, title, **more):
    return RateAccuracy(f"bandwidth.{name}", f"Deviation from a tcp.bandwidth of {title}",
                        rate=rate, bar=1.0, **more)


SCENARIOS = (
    _echo(1, p50=1.00, p99=1.00),
    _echo(64),
    _echo(1000),
    Comparison("tcp.connect", "TCP, a connection for each 64-byte message, 16 at a time",
               "echo-connect", "echo", ("--connections", 16, *_SMALL),
               (_haproxy(cpu=1.00), _nginx())),
    Comparison("tcp.64k", "TCP, 64 KiB messages to and fro on 16 connections",
               "echo", "echo", ("--connections", 16, "--size", 65536),
               (_splicing(cpu=0.90), _nginx())),
    _bulk("down", 1),
    _bulk("down", 16),
    _bulk("up", 1),
    _bulk("up", 16),
    _http(1),
    _http(64, cpu=0.65),
    _http(1000, cpu=0.65),
    _body("0", 0, "empty"),
    _body("16k", 16 << 10, "16 KiB"),
    _body("64k", 64 << 10, "64 KiB"),
    _body("64k.chunked", 64 << 10, "64 KiB", "chunked"),
    _body("1m", 1 << 20, "1 MiB"),
    Comparison("http.chunks", "HTTP, chunks of 100 bytes up and back down, 1,000 a second in all",
               "http-chunks", "http", ("--connections", 16, "--pause", 0.016),
               (_haproxy(),), bars={"p99": 1000.0}),
    _http_rules("inactive", "100 inactive"),
    _http_rules("unmatched", "100 unmatched", cpu=1.10),
    _http_rules("unmatched.1000", "1000 unmatched", cpu=1.10),
    _http_rules("status", "1% status"),
    Comparison("http.connect", "HTTP, a connection for each 100-byte response, 16 at a time",
               "http-connect", "http", ("--connections", 16), (_haproxy(cpu=1.10), _nginx())),
    Comparison("http.workers", "HTTP, 64 kept connections, two workers beside one on two cores",
               "http", "http", ("--connections", 64),
               (Peer(Contender("firedrill", "one worker, free cores"), {"cpu": 1.10}),),
               "two workers"),
    _dns_udp("udp", "no rules", "plain", *_dns_peers(cpu=0.75)),
    _dns_udp("rules", "100 suffix rules", "100 rules", *_dns_peers("100 rules", cpu=0.30)),
    _dns_udp("rules.10000", "10,000 suffix rules", "10000 rules",
             _without_rules("plain", cpu=1.05), *_dns_peers("10000 rules")),
    _dns_udp("forged", "forged answers", "forged", *_dns_peers("forged", cpu=1.00)),
    _dns_udp("forged.100", "forged answers beside 100 suffix rules", "forged, 100 rules",
             *_dns_peers("forged, 100 rules")),
    _dns_udp("forged.10000", "forged answers beside 10,000 suffix rules", "forged, 10000 rules",
             _without_rules("forged"), *_dns_peers("forged, 10000 rules")),
    Comparison("dns.tcp", "DNS over TCP, 16 queries under way on each of 4 connections",
               "dns-tcp", "dns", ("--connections", 4, "--window", 16),
               (Peer(Contender("dnsdist"), {"cpu": 0.40}), Peer(Contender("unbound"), {}))),
    Comparison("dns.rate", "DNS over UDP, 5,000 queries a second, whatever becomes of them",
               "dns-udp", "dns", ("--sockets", 8, "--window", 1000, "--rate", 5000), _dns_peers()),
    Bursts("dns.burst", "DNS over UDP, 500 queries at one moment, four times a second",
           "dns-burst", "dns", ("--size", 500, "--pause", 0.25), _dns_peers()),
    DnsperfComparison("dns.dnsperf", "DNS over UDP, 64 queries under way from dnsperf",
                      "dnsperf", "dns", ("-c", 8, "-q", 64, "-T", 1), _dns_peers()),
    IdleMemory("idle.tcp", "User memory of an idle TCP connection, of 10,000",
               "idle-echo", "echo", 5.0, ("haproxy", "nginx")),
    IdleMemory("idle.http", "User memory of an idle HTTP connection, of 10,000",
               "idle-http", "http", 5.0, ("haproxy", "nginx")),
    HeldMemory("idle.held", "User memory of a TCP connection with 64 bytes held, of 10,000"),
    _faults(1, "1 fault", "plain"),
    _faults(3, "3 faults", "1 fault", cpu=1.15),
    _faults(10, "10 faults", "1 fault"),
    _latency(1, 1, p99=200.0),
    _latency(1, 1_000),
    _latency(1, 10_000, p99=1000.0),
    _latency(10, 1, p99=200.0),
    _latency(10, 1_000, p50=100.0, p99=500.0),
    _latency(10, 10_000, p99=1000.0),
    _latency(100, 1, p99=200.0),
    _latency(100, 1_000),
    _latency(100, 10_000, p99=1000.0),
    _bandwidth("10KB", 1e4, "10 KB/s"),
    _bandwidth("1MB", 1e6, "1 MB/s"),
    _bandwidth("100MB", 1e8, "100 MB/s"),
    _bandwidth("1GB", 1e9, "1 GB/s"),
    _bandwidth("shared", 1e8, "100 MB/s that 16 streams share", scope="proxy", streams=16),
    Toggles("toggles", "100 changes of a fault a second, under a load that misses nothing",
            {"errors": 0, "changes": 99.0, "call p99": 5.0},
            options=("--connections", 16, "--size", 262_144)),
)
