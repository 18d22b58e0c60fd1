# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role kerberos says of inventory, settings and host before anything is touched."""

from __future__ import annotations

import re
import time
from functools import partial
from typing import Any, Callable, Dict, List, Mapping

from ..addresses import agreed
from ..errors import CollectionError
from ..inventory import Inventory, Verdict
from .database import DATABASE, STASH
from .kdcs import GROUP, kerberos_kdcs
from .keytab_format import ENCTYPES, SOUND, check_realm, full_name

OWN, GIVEN = "own", "given"
#: What the role computes and this judges.
COMPUTED = ()
PORTS = {"kdc": "krb5-kdc", "admin": "krb5-admin-server", "replica": "krb5-kpropd"}
_LIFETIME = re.compile(r"(\d+[dhms])+\Z")
_MODE = re.compile(r"0?[46]?00|0?[46]40\Z")


def primary(inventory: Inventory) -> bool:
    """Whether the database is written on the host."""
    return list(inventory.groups.get(GROUP, []))[:1] == [inventory.host]


def wanted_ports(inventory: Inventory) -> List[str]:
    """Which of PORTS the host listens on."""
    kdcs = list(inventory.groups.get(GROUP, []))
    if inventory.host not in kdcs or not inventory.options["kerberos_realm"]:
        return []
    return ["kdc", "admin" if primary(inventory) else "replica"]


def preflight(inventory: Inventory, clock: Callable[[], float] = time.time) -> Verdict:
    """Called by layer_preflight. Without a realm there is nothing to do, on any host."""
    options, kdcs = inventory.options, list(inventory.groups.get(GROUP, []))
    if not options["kerberos_realm"]:
        return Verdict([f"The group {GROUP} has hosts, and kerberos_realm is empty: name the realm, such as EXAMPLE.ORG."] if kdcs else [],
                       known={"due": False})
    faults = _faults(inventory)
    if faults:
        return Verdict(faults)
    member = inventory.host in kdcs
    packages = inventory.family["packages"] + (inventory.family["kdc_packages"] if member else [])
    look: Dict[str, Any] = {
        "packages": packages, "exists": [DATABASE, STASH],
        "ports": [{"port": options[f"kerberos_{name}_port"], "unit": PORTS[name]} for name in wanted_ports(inventory)],
    }
    if member and len(kdcs) > 1:
        look["resolve"] = sorted(kdc["name"] for kdc in kerberos_kdcs(inventory.groups, inventory.hostvars))
    return Verdict(look=look, after=partial(_after, inventory, clock))


def _after(inventory: Inventory, clock: Callable[[], float], seen: Mapping[str, Any]) -> Verdict:
    """What the host itself has told: how it is called, and its clock, which is compared with those of the others later."""
    kdcs, name = list(inventory.groups.get(GROUP, [])), inventory.options["kerberos_host"]
    faults = []
    if inventory.host in kdcs and len(kdcs) > 1 and seen["nodename"] != name:
        faults.append(
            f"kerberos_host of {inventory.host} is {name}, and the host calls itself {seen['nodename']}, by which copies of the database are sent and "
            "taken: set one to the other, kerberos_host or the name of the host (hostnamectl)."
        )
    return Verdict(faults, known={"due": True, "clock_offset": seen["clock"] - clock()})


def _faults(inventory: Inventory) -> List[str]:
    options, kdcs = inventory.options, list(inventory.groups.get(GROUP, []))
    faults: List[str] = []
    for judge in (_realm_faults, _kdc_faults, _conf_faults, keytab_faults):
        try:
            faults += judge(inventory)
        except CollectionError as error:
            faults.append(error.message)
    if inventory.host in kdcs and options["kerberos_realm_source"] == OWN and not inventory.family["kdc_packages"]:
        faults.append(f"This collection sets up a KDC on Debian and Ubuntu alone, and {inventory.host} is {inventory.facts['distribution']}: put another "
                      f"host into the group {GROUP}, or name a realm that is there with kerberos_realm_source: {GIVEN}.")
    return faults


def _realm_faults(inventory: Inventory) -> List[str]:
    options, kdcs = inventory.options, list(inventory.groups.get(GROUP, []))
    check_realm(options["kerberos_realm"])
    if options["kerberos_realm_source"] == OWN and not kdcs:
        return [f"kerberos_realm is {options['kerberos_realm']}, and no host is in the group {GROUP} to keep it: put one or two there, or set "
                f"kerberos_realm_source to {GIVEN} for a realm that is there."]
    if options["kerberos_realm_source"] == OWN:
        return []
    faults = []
    if kdcs:
        faults.append(f"kerberos_realm_source is {GIVEN}, and {', '.join(kdcs)} would be KDCs of a realm of the platform's own: take them out of the "
                      f"group {GROUP}, or set it to {OWN}.")
    if options["kerberos_write_conf"] and not options["kerberos_kdcs"]:
        faults.append("kerberos_realm_source is given, and kerberos_kdcs names no KDC for krb5.conf: name them, or leave the file as it is with "
                      "kerberos_write_conf: false.")
    if options["kerberos_keytabs"] and not options["kerberos_given_keytabs"]:
        faults.append("kerberos_keytabs are wanted of a realm that is given, and kerberos_given_keytabs names no keytab of the controller to take the "
                      "keys from.")
    if options["kerberos_rotate"]:
        faults.append("kerberos_rotate is for a realm of the platform's own; where it is given, export the keytabs again there and run site.yml.")
    return faults


def _kdc_faults(inventory: Inventory) -> List[str]:
    kdcs = list(inventory.groups.get(GROUP, []))
    names = [kdc["name"] for kdc in kerberos_kdcs(inventory.groups, inventory.hostvars)]
    for variable in ("kerberos_realm", "kerberos_kdc_port", "kerberos_admin_port", "kerberos_replica_port", "kerberos_realm_source"):
        agreed(kdcs, inventory.hostvars, variable, "")
    twice = sorted({name for name in names if names.count(name) > 1})
    return [f"kerberos_host is {name} on several hosts of the group {GROUP}; each has a name of its own." for name in twice]


def _conf_faults(inventory: Inventory) -> List[str]:
    options = inventory.options
    faults = []
    full_name(f"host/{options['kerberos_host']}", options["kerberos_realm"])
    for variable in ("kerberos_ticket_lifetime", "kerberos_renew_lifetime"):
        if not _LIFETIME.match(options[variable]):
            faults.append(f"{variable} is {options[variable]!r}; write a time such as 10h, 7d or 1d12h.")
    sound = [ENCTYPES[kind] for kind in SOUND]
    for name in options["kerberos_enctypes"]:
        if name not in sound:
            faults.append(f"kerberos_enctypes has {name!r}; take some of {', '.join(sound)}.")
    if not options["kerberos_enctypes"]:
        faults.append(f"kerberos_enctypes is empty; take some of {', '.join(sound)}.")
    for variable, least in (("kerberos_timeout_ms", 100), ("kerberos_tries", 1), ("kerberos_replica_minutes", 1)):
        if options[variable] < least:
            faults.append(f"{variable} is {options[variable]}; give {least} at least.")
    return faults


def keytab_faults(inventory: Inventory) -> List[str]:
    """What is wrong with kerberos_keytabs."""
    faults, paths = [], []
    for keytab in inventory.options["kerberos_keytabs"] or []:
        path = str(keytab.get("path") or "")
        paths.append(path)
        if not path.startswith("/"):
            faults.append(f"kerberos_keytabs has the path {path!r}; write it from / on.")
        if not keytab.get("principals"):
            faults.append(f"The keytab {path} of kerberos_keytabs has no principals; name those whose keys shall be in it.")
        for principal in keytab.get("principals") or []:
            full_name(principal, inventory.options["kerberos_realm"])
        if not _MODE.fullmatch(str(keytab.get("mode") or "0400")):
            faults.append(f"The keytab {path} of kerberos_keytabs has the mode {keytab['mode']!r}; a keytab is as secret as a password: 0400, 0600, "
                          "0440 or 0640.")
    return faults + [f"kerberos_keytabs has {path} twice; name all its principals in one." for path in sorted({one for one in paths if paths.count(one) > 1})]
