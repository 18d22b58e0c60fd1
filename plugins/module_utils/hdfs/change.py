# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an HDFS that is there would lose by new settings or other groups, told from the settings that its hosts still have.

A daemon whose directory is moved starts with an empty one, and so do all of them where the settings are the same on all hosts. An
address that NameNodes, DataNodes and failover controllers know each other by cannot change under them one by one. A DataNode that is
no longer listed is dropped at once, with its blocks.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple
from xml.etree import ElementTree

from ..security.preflight import ALLOW_STOP
from .cluster import EDITS, IMAGE, VERSION, Layout

UNIT_DIRECTORY = "/etc/systemd/system"


@dataclass(frozen=True)
class Place:
    """Where a daemon keeps what must not be lost; ``marks`` exist in a directory that holds some of it.

    Of several directories each is a full copy, or with ``parts`` has something of its own.
    """

    unit: str
    key: str
    variable: str
    marks: Tuple[str, ...]
    parts: bool = False


PLACES = (
    Place("hdfs-namenode.service", "dfs.namenode.name.dir", "hdfs_name_dirs", (IMAGE, EDITS)),
    Place("hdfs-journalnode.service", "dfs.journalnode.edits.dir", "hdfs_journal_dir", ("*/" + EDITS,)),
    Place("hdfs-datanode.service", "dfs.datanode.data.dir", "hdfs_data_dirs", (VERSION,), parts=True),
)
PORTS = {
    "hdfs_rpc_port": re.compile(r"dfs\.namenode\.rpc-address(\..*)?"),
    "hdfs_http_port": re.compile(r"dfs\.namenode\.https?-address(\..*)?"),
    "hdfs_zkfc_port": re.compile(r"dfs\.ha\.zkfc\.port"),
    "hdfs_journal_rpc_port": re.compile(r"dfs\.journalnode\.rpc-address"),
}
_PRINCIPAL = "dfs.namenode.kerberos.principal"
#: The setting with the principal of a host's own web servers, in which both its name and the realm are.
_OWN_NAME = "dfs.namenode.kerberos.internal.spnego.principal"
JOURNAL = "dfs.namenode.shared.edits.dir"


def read_site(text: Optional[str]) -> Dict[str, str]:
    """The properties of an hdfs-site.xml; none of a file that is absent or that no daemon could read either."""
    try:
        root = ElementTree.fromstring(text or "<configuration/>")
    except ElementTree.ParseError:
        return {}
    return {(entry.findtext("name") or "").strip(): (entry.findtext("value") or "").strip() for entry in root.iter("property")}


def change(
    before: Optional[str],
    wanted: Mapping[str, Any],
    units: Sequence[str],
    path: str,
    exists: Optional[Mapping[str, bool]] = None,
    running: Sequence[str] = (),
    partial: bool = False,
    allow_stop: bool = False,
) -> Dict[str, Any]:
    """What a host would lose by other settings.

    :param before: its hdfs-site.xml as it is.
    :param wanted: the properties that it is going to have.
    :param units: the daemons that it is going to run.
    :param path: where that file is, for the sentences.
    :param exists: which of the paths of an earlier answer's ``exists`` there are.
    :param running: which of the units of an earlier answer's ``units`` run.
    :param partial: whether this run leaves out hosts of HDFS.
    :param allow_stop: whether all daemons of HDFS may be stopped for a change that they make together.
    :returns: ``exists``, paths and globs to look for, and ``units``, to be asked for, before ``faults`` is whole; ``due``, whether
        there is any of these.
    """
    old = read_site(before)
    faults = []
    if JOURNAL in old and JOURNAL not in wanted:
        faults.append(
            f"By {path} HDFS has several NameNodes, which keep their latest edits in the JournalNodes, and the inventory leaves one without them: "
            "fill hdfs_namenode and hdfs_journalnode again; or, while the NameNode that stays is the active one, run `hdfs dfsadmin -safemode "
            "enter` and `hdfs dfsadmin -saveNamespace` as HDFS's user, stop the units of HDFS on all hosts, "
            f"remove {path} from them, and run again."
        )
    look: List[str] = []
    for place in PLACES:
        if place.unit in units and place.key in old:
            looked, moved = _moved(place, _directories(old[place.key]), _directories(wanted.get(place.key, "")), exists or {}, path)
            look += looked
            faults += moved
    ports = _ports(old, wanted)
    if ports and (running or partial):
        forget = ", run `hdfs zkfc -formatZK -force` as HDFS's user on a NameNode" if JOURNAL in old and "hdfs_rpc_port" in ports else ""
        faults.append(
            f"A running HDFS cannot change {' and '.join(f'{name} from {was} to {will}' for name, (was, will) in ports.items())}: "
            f"set it back, or stop the units of HDFS on all hosts{forget}, and run again without --limit."
        )
    turning = turns({"": before}, is_kerberized(wanted))
    # Before the other sentence: hosts that have failed with it are left out from then on.
    if turning and running and not allow_stop:
        was, will = ("kerberos", "simple") if is_kerberized(old) else ("simple", "kerberos")
        faults.append(
            f"hdfs_authentication would change from {was} to {will} while HDFS runs, for which all of its daemons have to stop at once, for some 20 seconds: "
            f"run with {ALLOW_STOP} set to true, and without --limit, when that may be, or set hdfs_authentication back to {was}.")
    elif turning and partial:
        faults.append("hdfs_authentication changes on all hosts of HDFS at once, and this run leaves some out: run without --limit, when all can be reached, "
                      f"or set it back to what {path} has on the others.")
    name_before, name_after = old.get(_OWN_NAME), wanted.get(_OWN_NAME)
    renamed = bool(name_before and name_after and name_before != name_after)
    if renamed and (running or partial):
        faults.append(
            f"By {path} the web servers of this host are {name_before}, and they would become {name_after}: daemons of two realms, or that know a host by two "
            "names, do not let each other in. Set kerberos_realm and hdfs_address back, or stop the units of HDFS on all hosts and run again without --limit, "
            f"or set hdfs_authentication to simple first, with {ALLOW_STOP} set to true, and to kerberos again after that.")
    ask = list(units) if ports or turning or renamed else []
    return {"exists": look, "units": ask, "faults": faults, "due": bool(look or ask or faults)}


def is_kerberized(site: Mapping[str, Any]) -> bool:
    """Whether NameNodes with these settings let in nobody without a ticket."""
    return bool(site.get(_PRINCIPAL))


def turns(texts: Mapping[str, Optional[str]], kerberized: bool) -> bool:
    """Whether a host of those whose hdfs-site.xml is given has settings of the other kind; one without any has none."""
    return any(site and is_kerberized(site) != kerberized for site in map(read_site, texts.values()))


def departures(
    layout: Layout, looks: Mapping[str, Mapping[str, Any]], addresses: Mapping[str, str], conf_dir: str, info: Optional[Mapping[str, Any]] = None
) -> Dict[str, Any]:
    """Who leaves HDFS, or a part of it, and must not yet.

    :param looks: per host of this run, ``exists`` with the files of the units, and ``contents`` with hdfs-site.xml and hosts.include.
    :param addresses: of all members.
    :param info: what hdfs_info answers for the ``endpoints`` of an earlier answer.
    :returns: ``endpoints``, the NameNodes as they were, to be asked before ``faults`` is whole; ``due``, whether they have to be.
    """
    def had(host: str, daemon: str) -> bool:
        return bool(looks[host]["exists"].get(f"{UNIT_DIRECTORY}/hdfs-{daemon}.service"))

    def text(host: str, name: str) -> str:
        return looks[host]["contents"].get(posixpath.join(conf_dir, name)) or ""

    listed = {line for host in looks if had(host, "namenode") for line in text(host, "hosts.include").split()}
    dropped = listed - {addresses[host] for host in layout.datanodes}
    idle = [host for host in looks if had(host, "datanode") and host not in layout.datanodes]
    deposed = sorted(host for host in looks if had(host, "namenode") and host not in layout.namenodes)
    if not dropped and not idle and not deposed:
        return {"endpoints": [], "faults": [], "due": False}
    sites = {host: read_site(text(host, "hdfs-site.xml")) for host in looks}
    former = {host: site.get("dfs.datanode.hostname", "") for host, site in sites.items()}
    # A host that stays under another address has not left.
    dropped = (dropped | {former[host] for host in idle}) - {former[host] for host in looks if host in layout.datanodes} - {""}
    endpoints = sorted({
        value if scheme(site) == "http" else f"https://{value}"
        for site in sites.values() for key, value in site.items() if PORTS["hdfs_http_port"].fullmatch(key)})
    faults = []
    if info is not None:
        faults = [fault for host in deposed for fault in _deposed(host, deposed, sites[host], info)] + _dropped(sorted(dropped), info)
    return {"endpoints": endpoints, "faults": faults, "due": bool(endpoints and (dropped or deposed))}


def scheme(site: Mapping[str, Any]) -> str:
    """How the web servers of a configuration are called."""
    return "https" if site.get("dfs.http.policy") == "HTTPS_ONLY" else "http"


def _directories(value: Any) -> List[str]:
    """Paths out of a list such as ``[SSD]file:///a,/b``."""
    return [re.sub(r"^(\[\w+\])?\s*(file:(//)?)?", "", part.strip()).rstrip("/") for part in str(value).split(",") if part.strip()]


def _moved(place: Place, before: List[str], wanted: List[str], exists: Mapping[str, bool], path: str) -> Tuple[List[str], List[str]]:
    """What to look for, and the sentence that refuses."""
    left = [directory for directory in before if directory not in wanted]
    if not left:
        return [], []

    def holding(directories: Sequence[str]) -> List[str]:
        return [directory for directory in directories if any(exists.get(posixpath.join(directory, mark)) for mark in place.marks)]

    looked = [posixpath.join(directory, mark) for directory in left + wanted for mark in place.marks]
    added = [directory for directory in wanted if directory not in before]
    if not holding(left) or (len(holding(added)) >= len(holding(left)) if place.parts else holding(wanted)):
        return looked, []
    lost = " and ".join(holding(left))
    move = f"move {lost} to {' and '.join(added)}" if added else f"empty {lost}"
    aside = f", or rename {lost} if other hosts have all of its blocks" if place.parts else ""
    return looked, [
        f"{path} has {lost} in {place.key}, which is in use, and the inventory wants {' and '.join(wanted) or 'none'}: stop {place.unit} on this host, "
        f"{move} and run again, or set {place.variable} back{aside}."
    ]


def _ports(old: Mapping[str, str], wanted: Mapping[str, Any]) -> Dict[str, Tuple[str, str]]:
    """The ports that differ, by the variable that sets them."""
    def port(site: Mapping[str, Any], key: "re.Pattern[str]") -> str:
        return next((str(value).rpartition(":")[2] for name, value in sorted(site.items()) if key.fullmatch(name)), "")

    found = {variable: (port(old, key), port(wanted, key)) for variable, key in PORTS.items()}
    return {variable: both for variable, both in found.items() if all(both) and both[0] != both[1]}


def _deposed(host: str, all_of_them: Sequence[str], site: Mapping[str, str], info: Mapping[str, Any]) -> List[str]:
    service, own = site.get("dfs.nameservices"), site.get("dfs.ha.namenode.id")
    if not service or not own:
        alone = f"{scheme(site)}://{site.get(f'dfs.namenode.{scheme(site)}-address')}"
        return [
            f"{host} leaves hdfs_namenode and its NameNode is the only one: put it back, add two hosts to make HDFS highly available, and take it out "
            "after that."
        ] if info["active"] == alone else []
    if info["active"] != f"{scheme(site)}://{site.get(f'dfs.namenode.{scheme(site)}-address.{service}.{own}')}":
        return []
    gone = [re.sub("[^A-Za-z0-9]", "_", name) for name in all_of_them]
    heirs = [name for name in site.get(f"dfs.ha.namenodes.{service}", "").split(",") if name not in gone] or ["ID"]
    return [
        f"{host} leaves hdfs_namenode and its NameNode is the active one: run `hdfs haadmin -failover {own} {heirs[0]}` as HDFS's user on it, "
        "and run again."
    ]


def _dropped(leaving: Sequence[str], info: Mapping[str, Any]) -> List[str]:
    if not leaving:
        return []
    if info["cluster"] is None:
        return [
            f"{', '.join(leaving)} would no longer be a DataNode, and no NameNode is active that could tell whether other hosts have its blocks: "
            "put it back into hdfs_datanode and run again."
        ]
    full = [
        name for name in leaving for node in info["cluster"]["datanodes"]["nodes"]
        if node["live"] and node["admin_state"] != "Decommissioned"
        and name in [str(node.get(key) or "").rpartition(":")[0] for key in ("name", "address")]
    ]
    return [
        f"{', '.join(full)} would no longer be a DataNode, with blocks that no other host may have: put it back into hdfs_datanode, name it in "
        "hdfs_decommission until it is Decommissioned, and take it out of both then."
    ] if full else []
