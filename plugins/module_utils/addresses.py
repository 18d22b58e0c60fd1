# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connect strings and quorums out of inventory groups.

Everything here takes all members of a group and their variables, never the hosts of the current play, so that a run with
``--limit`` computes the same strings as a run over the whole inventory.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ansible.module_utils.parsing.convert_bool import boolean

from .errors import InputError

#: What a member of a ZooKeeper ensemble is.
PARTICIPANT, OBSERVER = "participant", "observer"

_ZOOKEEPER_URL = re.compile(r"zk://(?:(?P<user>[^@/:\s]+):(?P<password>[^@/\s]+)@)?(?P<servers>[^@/\s]+)(?P<path>/[^\s]*[^/\s])/?")

#: How HDFS lets clients in (hdfs_authentication) when it knows who they are; its hosts are called by their names then.
KERBEROS, SIMPLE = "kerberos", "simple"
#: The security_profile with which ports speak TLS and ask for a login wherever the daemon can.
SECURE = "secure"
#: Layers that listen on IPv4 alone, by the variable that holds the address of a host for them.
IPV4_LAYERS = {"hdfs_address": "HDFS", "mesos_address": "Mesos", "marathon_address": "Marathon", "flink_address": "Flink"}


def addresses(hosts: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]], variable: str) -> List[str]:
    """The address of each host, in the order given: its ``variable``, else its ``ansible_host``, else its name.

    With Kerberos, where names count, that of HDFS is ``hdfs_address``, else ``kerberos_host``, else the host's name.

    :raises InputError: a host is not in the inventory, is listed twice, shares its address with another one, or has one of IPv6 for a layer
        of IPV4_LAYERS.
    """
    hosts = _host_names(hosts)
    owners: Dict[str, str] = {}
    for host in hosts:
        if host not in hostvars:
            raise InputError(f"Host {host} is not in the inventory; add it or take it out of the group.")
        address = _address(host, hostvars[host], variable)
        if address in owners:
            if owners[address] == host:
                raise InputError(f"Host {host} is listed twice in one group; name it once.")
            raise InputError(f"Hosts {owners[address]} and {host} both have the address {address}; set {variable} of one.")
        owners[address] = host
    return list(owners)


def zookeeper_connect(
    hosts: Sequence[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    port: Optional[int] = None,
    chroot: str = "",
    variable: str = "zookeeper_address",
) -> str:
    """ZooKeeper's connect string ``a:2181,b:2181/chroot`` of the voting members, sorted by address.

    Sorted, because every process that is restarted for a changed connect string is one restart too many when only the
    order of the inventory changed. Without observers for the same reason: they may come and go. The port is ``port``, else the
    ``zookeeper_client_port`` that the members' variables agree on, else 2181.

    :raises InputError: as :func:`addresses`; the group is empty, the port or the chroot is not one, or the members disagree about the port.
    """
    known = variables_of(hosts, hostvars)
    if not addresses(hosts, known, variable):
        raise InputError("The ZooKeeper group is empty; put one, three or five hosts into it.")
    members = addresses([host for host in hosts if zookeeper_role(host, known[host]) == PARTICIPANT], known, variable)
    if not members:
        raise InputError("All hosts of the ZooKeeper group observe; let one, three or five of them be participants.")
    number = _port(agreed(hosts, known, "zookeeper_client_port", 2181) if port is None else port)
    root = _chroot(chroot)
    return ",".join(_endpoint(address, number) for address in sorted(members)) + root


def zookeeper_role(host: str, variables: Mapping[str, Any]) -> str:
    """Whether a member votes (``participant``) or observes, by its variable ``zookeeper_role``.

    :raises InputError: the variable says something else.
    """
    role = str(variables.get("zookeeper_role") or PARTICIPANT)
    if role not in (PARTICIPANT, OBSERVER):
        raise InputError(f"zookeeper_role of host {host} is {role!r}; it must be {PARTICIPANT} or {OBSERVER}.")
    return role


def zookeeper_url(
    hosts: Sequence[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    path: str = "",
    port: Optional[int] = None,
    variable: str = "zookeeper_address",
) -> str:
    """The form that Mesos and Marathon take: ``zk://a:2181,b:2181/path``.

    :raises InputError: as :func:`zookeeper_connect`.
    """
    return "zk://" + zookeeper_connect(hosts, hostvars, port=port, chroot=path, variable=variable)


def split_zookeeper_url(url: str) -> Tuple[str, str, str, str]:
    """User, password, servers and path of a ``zk://`` URL of Mesos or Marathon; without a login the first two are empty.

    :raises InputError: it is none.
    """
    match = _ZOOKEEPER_URL.fullmatch(url.strip())
    if not match:
        raise InputError("A URL of ZooKeeper must be written as zk://HOST:PORT,HOST:PORT,.../PATH, such as zk://10.0.0.1:2181/mesos.")
    return match.group("user") or "", match.group("password") or "", match.group("servers"), match.group("path")


def mesos_quorum(hosts: Sequence[str]) -> int:
    """The majority of the Mesos masters, the value of ``--quorum``.

    :raises InputError: the group is empty or names a host twice.
    """
    hosts = _host_names(hosts)
    if not hosts:
        raise InputError("The Mesos master group is empty; put one, three or five hosts into it.")
    for host in hosts:
        if hosts.count(host) > 1:
            raise InputError(f"Host {host} is listed twice in one group; name it once.")
    return len(hosts) // 2 + 1


def mesos_masters(
    hosts: Sequence[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    port: Optional[int] = None,
    variable: str = "mesos_address",
) -> List[str]:
    """``address:port`` of every Mesos master, sorted by address, so that the order of the inventory never changes it.

    The port is ``port``, else each host's ``mesos_master_port``, else 5050.

    :raises InputError: as :func:`addresses`; the group is empty, or a port is none.
    """
    _host_names(hosts)
    if not hosts:
        raise InputError("The Mesos master group is empty; put one, three or five hosts into it.")
    return _endpoints(hosts, hostvars, port, "mesos_master_port", 5050, variable)


def mesos_url(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    path: Optional[str] = None,
    port: Optional[int] = None,
    variable: str = "zookeeper_address",
) -> str:
    """Where the Mesos masters elect their leader: ``zk://a:2181,b:2181/mesos``, the ensemble being the group ``zookeeper``.

    The path is ``path``, else the ``mesos_zookeeper_path`` that the masters' variables agree on, else /mesos; the port is that of
    :func:`zookeeper_connect`.

    :raises InputError: as :func:`zookeeper_connect`, or hosts of one group disagree about the path or the port.
    """
    if path is None:
        path = str(agreed(groups.get("mesos_master") or [], hostvars, "mesos_zookeeper_path", "/mesos"))
    if not _chroot(path):
        raise InputError("The Mesos masters need a path of their own in ZooKeeper; set mesos_zookeeper_path to one such as /mesos.")
    return zookeeper_url(groups.get("zookeeper") or [], hostvars, path=path, port=port, variable=variable)


def marathon_urls(
    hosts: Sequence[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    port: Optional[int] = None,
    scheme: str = "",
    variable: str = "marathon_address",
) -> List[str]:
    """``http://address:port`` of every Marathon, or ``https://address:port``, sorted by address.

    The port is ``port``, else each host's ``marathon_http_port``, else 8080; the scheme is ``scheme``, else as :func:`marathon_tls` says.

    :raises InputError: as :func:`addresses`; the group is empty, a port is none, or the hosts disagree about TLS.
    """
    _host_names(hosts)
    if not hosts:
        raise InputError("The Marathon group is empty; put one host or more into it.")
    scheme = scheme or ("https" if marathon_tls(hosts, hostvars) else "http")
    return [f"{scheme}://{endpoint}" for endpoint in _endpoints(hosts, hostvars, port, "marathon_http_port", 8080, variable)]


def marathon_tls(hosts: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the Marathons speak https alone, by their variable ``marathon_tls``, and without it by ``security_profile``.

    :raises InputError: they disagree, and a Marathon that does not lead calls the leader the way it is called itself.
    """
    known = variables_of(hosts, hostvars)
    secure = str(agreed(hosts, known, "security_profile", "")) == SECURE
    wanted = {host: {"marathon_tls": boolean(found.get("marathon_tls", secure), strict=False)} for host, found in known.items()}
    return bool(agreed(hosts, wanted, "marathon_tls", secure))


def hdfs_nameservice(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    nameservice: Optional[str] = None,
    port: Optional[int] = None,
    variable: str = "hdfs_address",
) -> str:
    """The URL of HDFS: the name service with two or more NameNodes, the one NameNode, or empty without any.

    What is not given is what the NameNodes' variables ``hdfs_nameservice`` and ``hdfs_rpc_port`` agree on, else flink-hdfs and 8020.

    :raises InputError: as :func:`addresses`; the name service or the port is not one, or the NameNodes disagree about it.
    """
    hosts = groups.get("hdfs_namenode") or []
    known = variables_of(hosts, hostvars)
    members = addresses(hosts, known, variable)
    if not members:
        return ""
    if len(members) == 1:
        return f"hdfs://{_endpoint(members[0], _port(agreed(hosts, known, 'hdfs_rpc_port', 8020) if port is None else port))}"
    if nameservice is None:
        nameservice = str(agreed(hosts, known, "hdfs_nameservice", "flink-hdfs"))
    if not nameservice or any(character in nameservice for character in ":/ "):
        raise InputError(f"The HDFS name service {nameservice!r} must be a plain name without colon, slash or space.")
    return f"hdfs://{nameservice}"


def hdfs_authentication(groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]) -> str:
    """How the NameNodes of an inventory let clients in, by their variables: SIMPLE, or KERBEROS.

    :raises InputError: they disagree.
    """
    return authentication_of(groups.get("hdfs_namenode") or [], hostvars)


def authentication_of(hosts: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]]) -> str:
    """How daemons of HDFS on these hosts let clients in.

    :raises InputError: they disagree.
    """
    known = {host: {"hdfs_authentication": _authentication(found)} for host, found in variables_of(hosts, hostvars).items()}
    return str(agreed(hosts, known, "hdfs_authentication", SIMPLE))


def _authentication(variables: Mapping[str, Any]) -> str:
    """What a host's hdfs_authentication says, and without it what follows from the whole platform's security."""
    return str(variables.get("hdfs_authentication", KERBEROS if secure_by_tickets(variables) else SIMPLE))


def secure_by_tickets(variables: Mapping[str, Any]) -> bool:
    """Whether the security of the whole platform wants tickets wherever a daemon of the host can ask for them."""
    return variables.get("security_profile") == SECURE and variables.get("security_authentication") == KERBEROS


def hdfs_namenodes(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    port: Optional[int] = None,
    variable: str = "hdfs_address",
) -> List[str]:
    """``address:port`` of every NameNode's web server, sorted by address, and with Kerberos as a URL of https; empty without any.

    The port is ``port``, else each host's ``hdfs_http_port``, else 9870.

    :raises InputError: as :func:`addresses`, or a port is none.
    """
    found = _endpoints(groups.get("hdfs_namenode") or [], hostvars, port, "hdfs_http_port", 9870, variable)
    if hdfs_authentication(groups, hostvars) == KERBEROS:
        return [f"https://{endpoint}" for endpoint in found]
    return found


def _endpoints(
    hosts: Sequence[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    port: Optional[int],
    port_variable: str,
    default_port: int,
    variable: str,
) -> List[str]:
    known = variables_of(hosts, hostvars)
    found = zip(addresses(hosts, known, variable), [str(host) for host in hosts])
    return [
        _endpoint(address, _port(known[host].get(port_variable, default_port) if port is None else port)) for address, host in sorted(found)
    ]


def variables_of(hosts: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]]) -> Dict[str, Mapping[str, Any]]:
    """The variables of those hosts that the inventory has. Ansible puts a host's together anew whenever it is asked for them."""
    return {host: hostvars[host] for host in _host_names(hosts) if host in hostvars}


def agreed(hosts: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]], variable: str, default: Any) -> Any:
    """The value that all hosts give a variable, ``default`` where one does not set it."""
    values = {host: found.get(variable, default) for host, found in variables_of(hosts, hostvars).items()}
    first = next(iter(values), "")
    for host, value in values.items():
        if str(value) != str(values[first]):
            raise InputError(f"{variable} is {values[first]} on host {first} and {value} on host {host}; set the same for the whole group.")
    return values[first] if values else default


def _host_names(hosts: Sequence[str]) -> List[str]:
    if isinstance(hosts, (str, Mapping)) or not isinstance(hosts, Sequence):
        raise InputError(f"A list of host names is needed, such as groups['zookeeper'], not {hosts!r}.")
    return [str(host) for host in hosts]


def _address(host: str, variables: Mapping[str, Any], variable: str) -> str:
    named = variable == "hdfs_address" and _authentication(variables) == KERBEROS
    for name in (variable, "kerberos_host" if named else "ansible_host"):
        if name in variables:
            address = str(variables[name] or "").strip()
            if not address or any(character in address for character in ",/ "):
                raise InputError(f"{name} of host {host} is {variables[name]!r}; give one host name or IP address.")
            if variable in IPV4_LAYERS and _is_ipv6(address):
                raise InputError(
                    f"{name} of host {host} is {address}, an IPv6 address, and {IPV4_LAYERS[variable]} listens on IPv4 alone: set {variable} to an "
                    "IPv4 address of this host, or to a name that has one."
                )
            return address
    return host


def _is_ipv6(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).version == 6
    except ValueError:
        return False


def _port(port: Any) -> int:
    try:
        number = int(port)
    except (TypeError, ValueError):
        number = 0
    if not 0 < number < 65536:
        raise InputError(f"The port {port!r} must be a number from 1 to 65535.")
    return number


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address and not address.startswith("[") else f"{address}:{port}"


def _chroot(chroot: str) -> str:
    if not chroot or chroot == "/":
        return ""
    if not chroot.startswith("/") or chroot.endswith("/") or "//" in chroot:
        raise InputError(f"The ZooKeeper path {chroot!r} must start with a slash and not end with one.")
    return chroot
