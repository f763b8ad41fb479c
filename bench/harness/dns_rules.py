"""What a DNS proxy has to do with each query, in each variant of the contenders."""

from dataclasses import dataclass

ADDRESS = "192.0.2.99"
TTL = 30
ASKED = "bench.test"  # every name that the load asks for is below it


@dataclass(frozen=True)
class DnsRules:
    """Rules by suffix, each for a domain of its own, that match no query; and whether another one
    answers every query with an address."""

    unmatched: int = 0
    forged: bool = False

    @property
    def domains(self):
        return [f"rule{number}.test" for number in range(self.unmatched)]


DNS_VARIANTS = {
    "plain": DnsRules(),
    "100 rules": DnsRules(100),
    "10000 rules": DnsRules(10_000),
    "forged": DnsRules(forged=True),
    "forged, 100 rules": DnsRules(100, forged=True),
    "forged, 10000 rules": DnsRules(10_000, forged=True),
}
