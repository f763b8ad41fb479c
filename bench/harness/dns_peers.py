"""The configurations of the DNS forwarders beside which firedrill is measured. None of them keeps
answers; each is free to have as many queries under way as the load asks for."""

from .dns_rules import ADDRESS, ASKED, DNS_VARIANTS, TTL

_UNDER_WAY = 2000
_MANY = 1000  # rules, beyond which dnsdist is asked to look names up in one set


def dnsdist_configuration(variant, routes, _scratch):
    """Its rules are tried one after the other, as users write them. Nobody would write 10,000:
    there is a set of names for that, which is one rule."""
    port, upstream = routes["dns"]
    rules = DNS_VARIANTS[variant]
    lines = [
        f'setLocal("127.0.0.1:{port}", {{maxInFlight=1000}})',
        f'newServer({{address="127.0.0.1:{upstream}", maxInFlight=1000}}):setUp()',
        "setMaxTCPClientThreads(1)",
        "setSecurityPollSuffix('')"]
    if rules.unmatched > _MANY:
        lines.append("local names = newSuffixMatchNode()")
        lines += [f'names:add("{domain}.")' for domain in rules.domains]
        lines.append("addAction(SuffixMatchNodeRule(names), DropAction())")
    else:
        lines += [f'addAction({{"{domain}."}}, DropAction())' for domain in rules.domains]
    if rules.forged:
        lines.append(f'addAction({{"{ASKED}."}}, SpoofAction("{ADDRESS}"))')
    return "\n".join(lines) + "\n"


def dnsmasq_configuration(variant, routes, _scratch):
    port, upstream = routes["dns"]
    rules = DNS_VARIANTS[variant]
    lines = [
        "user=root", "pid-file=", "log-facility=-", "no-resolv", "no-hosts", "no-poll",
        "bind-interfaces", "listen-address=127.0.0.1", f"port={port}",
        f"server=127.0.0.1#{upstream}", "cache-size=0", f"dns-forward-max={_UNDER_WAY}",
        f"local-ttl={TTL}"]
    lines += [f"address=/{domain}/" for domain in rules.domains]
    if rules.forged:
        lines.append(f"address=/{ASKED}/{ADDRESS}")
    return "\n".join(lines) + "\n"


def unbound_configuration(variant, routes, _scratch):
    port, upstream = routes["dns"]
    rules = DNS_VARIANTS[variant]
    lines = [
        "server:",
        "  num-threads: 1",
        f"  interface: 127.0.0.1@{port}",
        "  do-daemonize: no",
        "  do-not-query-localhost: no",
        '  username: ""',
        '  chroot: ""',
        '  directory: ""',
        '  pidfile: ""',
        "  use-syslog: no",
        '  module-config: "iterator"',
        f"  outgoing-range: {2 * _UNDER_WAY}",
        f"  num-queries-per-thread: {_UNDER_WAY}",
        '  local-zone: "test." nodefault']  # which it would answer for by itself
    lines += [f'  local-zone: "{domain}." deny' for domain in rules.domains]
    if rules.forged:
        lines += [f'  local-zone: "{ASKED}." redirect',
                  f'  local-data: "{ASKED}. {TTL} IN A {ADDRESS}"']
    lines += ["forward-zone:", '  name: "."', f"  forward-addr: 127.0.0.1@{upstream}",
              "  forward-no-cache: yes"]
    return "\n".join(lines) + "\n"
