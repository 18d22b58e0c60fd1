# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the firewall around the ports of the platform on one host, as a file for ``nft -f``.

Only a packet to one of these ports is ever refused. What other tables of the host say of it counts as well: nftables lets a packet in that all of
them accept.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Dict, Iterable, List, Mapping, Sequence, Set, Tuple, Union

from ..addresses import IPV4_LAYERS
from ..errors import InputError
from ..host.preflight import resolve
from ..layers import LAYERS
from ..listeners import Listener, merged
from .firewall import TABLE, UNIT

Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

#: Variables that hold where a host is reached besides ansible_host; each layer has its own.
LAYER_ADDRESSES = ("kerberos_address", "zookeeper_address", *IPV4_LAYERS)
#: Who gets in, in the order of the rules.
PLATFORM, OPERATORS, CLIENTS = "platform", "operators", "clients"


def platform_hosts(groups: Mapping[str, Sequence[str]]) -> List[str]:
    """All members of the groups of all layers, sorted: of the whole inventory, whatever --limit says."""
    return sorted({host for names in LAYERS.values() for name in names for host in groups.get(name, [])})


def platform_names(known: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """Where the hosts of the platform reach each other, sorted: names and addresses, as the variables of each layer have them.

    What the controller calls a host may be a name for its ssh alone. It does not count where each layer of the host has an address of its own.
    """
    found: Set[str] = set()
    for host, variables in known.items():
        found |= {_bare(variables[name]) for name in LAYER_ADDRESSES if variables.get(name)}
        login, member_of = _bare(variables.get("ansible_host") or host), set(variables.get("group_names") or [])
        layers = [layer for layer, names in LAYERS.items() if member_of & set(names)]
        if is_address(login) or not layers or not all(variables.get(f"{layer}_address") for layer in layers):
            found.add(login)
    return sorted(found)


def _bare(address: Any) -> str:
    return str(address).strip().strip("[]")


def is_address(name: str) -> bool:
    """Whether it is an address, and not a name that has to be looked up."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def resolved(name: str) -> List[str]:
    """The addresses of a name, as this machine sees them; none when it knows the name as little as others do."""
    try:
        return sorted(resolve(name))
    except OSError:
        return []


def networks(variable: str, given: Iterable[Any]) -> List[Network]:
    """Addresses and networks that a user named, without those that others have in them.

    :raises InputError: one is neither, or its address is not the first of its network.
    """
    found: List[Network] = []
    for each in given:
        text = str(each).strip()
        try:
            found.append(ipaddress.ip_network(text))
        except ValueError:
            try:
                meant = ipaddress.ip_network(text, strict=False)
            except ValueError:
                raise InputError(
                    f"{variable} has {text!r}, which is no address and no network: write one such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/64. "
                    "Host names are not looked up."
                ) from None
            raise InputError(f"{variable} has {text}, an address with the length of a network: write {meant}, or {text.partition('/')[0]}.") from None
    return _collapsed(found)


def _collapsed(found: Iterable[Network]) -> List[Network]:
    every = list(found)
    four = ipaddress.collapse_addresses(each for each in every if isinstance(each, ipaddress.IPv4Network))
    six = ipaddress.collapse_addresses(each for each in every if isinstance(each, ipaddress.IPv6Network))
    return [*sorted(four), *sorted(six)]


def addresses_of(names: Iterable[str], resolved: Mapping[str, Sequence[str]]) -> List[Network]:
    """The networks of single addresses that these names stand for, without loopback, which needs no rule, and what is only valid on one link."""
    found = []
    for name in names:
        for address in map(ipaddress.ip_address, [name] if is_address(name) else resolved[name]):
            if not (address.is_loopback or address.is_link_local or address.is_unspecified):
                found.append(ipaddress.ip_network(address))
    return _collapsed(found)


def rules(listening: Sequence[Listener], who: Mapping[str, Sequence[Network]]) -> str:
    """The file: it puts the table in the place of the one before in one step.

    :param listening: what the daemons of the host listen on.
    :param who: the networks of PLATFORM, OPERATORS and CLIENTS.
    """
    guarded, for_clients = merged(listening), merged(one for one in listening if one.clients)
    sets: List[Tuple[str, str, List[str]]] = [("ports", "inet_service", _ranges(guarded))]
    allowed: List[str] = []
    for name in (PLATFORM, OPERATORS, CLIENTS):
        for version, family in ((4, "ip"), (6, "ip6")):
            elements = [_element(each) for each in who[name] if each.version == version]
            if elements and (name != CLIENTS or for_clients):
                sets.append((f"{name}{version}", f"ipv{version}_addr", elements))
                allowed.append(f"{'tcp dport @client_ports ' if name == CLIENTS else ''}{family} saddr @{name}{version} accept")
    if any(name.startswith(CLIENTS) for name, _type, _elements in sets):
        sets.insert(1, ("client_ports", "inet_service", _ranges(for_clients)))
    table = " ".join(TABLE)
    lines = [
        "# Written by the collection baremetal.flink: who reaches the ports of the platform on this host, and nothing else.",
        f"# Of no effect until it is loaded: systemctl reload {UNIT}",
        f"table {table}", f"delete table {table}", f"table {table} {{",
    ]
    for name, kind, elements in sets:
        lines += [f"\tset {name} {{", f"\t\ttype {kind}", "\t\tflags interval", f"\t\telements = {{ {', '.join(elements)} }}", "\t}", ""]
    # Before the addresses of packets are translated, so that a port which Docker publishes for a task is one of the host's too.
    lines += [
        "\tchain arriving {", "\t\ttype filter hook prerouting priority mangle; policy accept;", "\t\tiif lo accept",
        "\t\tct state established,related accept", "\t\tfib daddr type local tcp dport @ports jump guarded", "\t}", "",
        "\tchain guarded {", *(f"\t\t{rule}" for rule in allowed), "\t\tcounter reject with icmpx type admin-prohibited", "\t}", "}",
    ]
    return "\n".join(lines) + "\n"


def _ranges(ports: Iterable[Tuple[int, int]]) -> List[str]:
    return [str(first) if first == last else f"{first}-{last}" for first, last in ports]


def _element(network: Network) -> str:
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


def port_words(listening: Sequence[Listener]) -> List[str]:
    """The ports of the host in ascending order, for sentences."""
    return _ranges(merged(listening))


def ssh_faults(listening: Sequence[Listener], ports: Mapping[str, Any]) -> List[str]:
    """A sentence for each port of the platform that is one of ssh's: a firewall around it would shut out who runs this. ``ports`` are those by
    the variables that they come from."""
    shut: Dict[str, str] = {}
    for variable, port in ports.items():
        for one in listening:
            if one.first <= int(port) <= one.last:
                shut.setdefault(one.origin, f"{one.origin} has port {port} in it, which is that of ssh ({variable}): choose other ports.")
    return list(shut.values())
