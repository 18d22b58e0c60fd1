# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be done to the members of an HDFS cluster, decided from what all of them hold on disk.

Formatting throws a namespace away, so it is allowed only when no NameNode and no JournalNode has an image or a single edit.
A format that was interrupted leaves a VERSION file without either, and is done again. (FSImage.format of Hadoop 3.4 writes
the VERSION files of NameNode and JournalNodes first and renames the first image into place last.)
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

# The number in an image's name has 19 digits; its checksum (.md5) and an unfinished image (.ckpt) must not match.
IMAGE = "current/fsimage_" + "[0-9]" * 19
EDITS = "current/edits_*"
VERSION = "current/VERSION"
EPOCH = "current/last-promised-epoch"

# What may stand before a data directory, as in [SSD]/disk1, and in which case is no matter (StorageLocation.parse of Hadoop 3.4).
STORAGE_TYPES = ("ARCHIVE", "DISK", "NVDIMM", "PROVIDED", "RAM_DISK", "SSD")
DATA_DIR = re.compile(r"(?:\[(\w+)\])?(?:file://)?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Layout:
    """Who is what, by inventory name, and where state is kept on disk."""

    namenodes: List[str]
    journalnodes: List[str]
    datanodes: List[str]
    name_dirs: List[str]
    data_dirs: List[str]
    journal_dir: str
    nameservice: str

    @property
    def ha(self) -> bool:
        return len(self.namenodes) > 1

    @property
    def journal(self) -> str:
        return posixpath.join(self.journal_dir, self.nameservice)

    @property
    def data_paths(self) -> List[str]:
        return data_paths(self.data_dirs)

    @property
    def keepers(self) -> List[str]:
        """The hosts that hold the namespace."""
        return sorted(set(self.namenodes) | set(self.journalnodes))

    def marks(self) -> List[str]:
        """Paths and globs whose existence tells what a host holds."""
        return (
            [posixpath.join(directory, mark) for directory in self.name_dirs for mark in (IMAGE, EDITS, VERSION)]
            + [posixpath.join(self.journal, mark) for mark in (EDITS, VERSION)]
            + [posixpath.join(directory, VERSION) for directory in self.data_paths]
        )

    def journal_identity(self) -> List[str]:
        """Files that make a directory a member of this journal."""
        return [posixpath.join(self.journal, mark) for mark in (EPOCH, VERSION)]


def data_paths(directories: Sequence[str]) -> List[str]:
    """Data directories without the storage types that may stand before them."""
    return [DATA_DIR.fullmatch(directory)[2] for directory in directories]  # type: ignore[index]


@dataclass
class Plan:
    """What has to happen before the daemons can simply be started."""

    faults: List[str] = field(default_factory=list)
    look_at: List[str] = field(default_factory=list)
    format_on: Optional[str] = None
    force: bool = False
    bootstrap: List[str] = field(default_factory=list)
    initialize_on: Optional[str] = None
    journals: List[str] = field(default_factory=list)
    journal_files: Dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> bool:
        return bool(self.faults or self.look_at or self.format_on or self.bootstrap or self.initialize_on or self.journals)


def faults(
    layout: Layout, host: str, grouped: bool, quorum: str = "", decommission: Sequence[str] = (), replication: int = 1,
    final_without_value: Sequence[str] = (),
) -> List[str]:
    """What is wrong with the inventory, each in one sentence that says what to change.

    :param final_without_value: settings that shall be final, and are in no file.
    """
    found = []
    if grouped and host not in layout.namenodes + layout.journalnodes + layout.datanodes:
        return [f"{host} is in none of the groups hdfs_namenode, hdfs_journalnode and hdfs_datanode: add it to one of them."]
    if not layout.namenodes:
        found.append("The group hdfs_namenode is empty: put one host into it, or two or more for high availability.")
    if not layout.datanodes:
        found.append("The group hdfs_datanode is empty: put at least one host into it.")
    journals = len(layout.journalnodes)
    if layout.ha and journals < 3:
        found.append(
            f"{len(layout.namenodes)} NameNodes need at least three JournalNodes, hdfs_journalnode has {journals}: "
            "add hosts to it, or, for a new HDFS, leave one host in hdfs_namenode."
        )
    elif layout.ha and journals % 2 == 0:
        found.append(
            f"hdfs_journalnode has {journals} hosts, an even number, which survives no more failures than {journals - 1}: "
            f"use {journals - 1} or {journals + 1}."
        )
    elif journals and not layout.ha and layout.namenodes:
        found.append(
            "hdfs_journalnode is not empty but there is one NameNode: add a second host to hdfs_namenode, or, for an HDFS that never had two, "
            "empty hdfs_journalnode.")
    if layout.ha and not quorum:
        found.append("Automatic failover needs ZooKeeper: fill the group zookeeper, or set hdfs_zookeeper_quorum.")
    ids: Dict[str, str] = {}
    for name in layout.namenodes:
        other = ids.setdefault(re.sub("[^A-Za-z0-9]", "_", name), name)
        if other != name:
            found.append(f"The NameNodes {other} and {name} would have the same id: rename one of them in the inventory.")
    found += _leaving_faults(layout, decommission, replication)
    found += _directory_faults(layout)
    found += [
        f"hdfs_final_settings names {key}, which neither core-site.xml nor hdfs-site.xml has: give it a value in hdfs_core_settings or "
        "hdfs_site_settings." for key in final_without_value]
    return found


def _leaving_faults(layout: Layout, decommission: Sequence[str], replication: int) -> List[str]:
    found = []
    for name in decommission:
        if name not in layout.datanodes:
            found.append(f"hdfs_decommission names {name}, which is not in hdfs_datanode: keep it in the group until it is decommissioned.")
    left = len(set(layout.datanodes) - set(decommission))
    if layout.datanodes and left < replication:
        found.append(f"{left} DataNodes stay in service, too few for hdfs_replication {replication}: lower it, or add DataNodes.")
    return found


def _directory_faults(layout: Layout) -> List[str]:
    found = [
        f"The directory {directory!r} is not absolute: begin it with a slash."
        for directory in layout.name_dirs + layout.data_paths + [layout.journal_dir] if not directory.startswith("/")]
    for directory in layout.data_dirs:
        kind = DATA_DIR.fullmatch(directory)[1]  # type: ignore[index]
        if kind and kind.upper() not in STORAGE_TYPES:
            found.append(f"hdfs_data_dirs has {directory}: {kind} is no storage type, write one of {', '.join(STORAGE_TYPES)} in the brackets.")
    twice = sorted({path for path in layout.data_paths if layout.data_paths.count(path) > 1})
    return found + [f"hdfs_data_dirs has {path} twice: keep one of them, a directory has one storage type." for path in twice]


def plan(layout: Layout, looks: Mapping[str, Mapping[str, Any]], in_run: Sequence[str], initialize: bool = False) -> Plan:
    """What has to be done, given what each host holds.

    :param looks: per host looked at, ``exists`` (mark to bool) and ``contents`` (path to text or null).
    :param in_run: the hosts that this run may change; the other ones are only looked at.
    :param initialize: whether empty JournalNodes may be filled from the one NameNode that has a namespace.
    """
    def holds(host: str, directories: Sequence[str], *marks: str) -> bool:
        exists = looks[host]["exists"]
        return any(exists.get(posixpath.join(directory, mark)) for directory in directories for mark in marks)

    keepers = [host for host in layout.keepers if host in looks]
    namenodes = [host for host in layout.namenodes if host in looks]
    journalnodes = [host for host in layout.journalnodes if host in looks] if layout.ha else []
    images = [host for host in namenodes if holds(host, layout.name_dirs, IMAGE)]
    journals = [host for host in journalnodes if holds(host, [layout.journal], VERSION)]
    imageless = [host for host in namenodes if host not in images and host in in_run]
    blank = [host for host in journalnodes if host not in journals and host in in_run]
    # An initialisation that was interrupted has left JournalNodes that are formatted, but without an edit.
    begun = initialize and layout.ha and not any(holds(host, [layout.journal], EDITS) for host in journalnodes)
    if not imageless and not blank and not begun:
        return Plan()
    unseen = [host for host in layout.keepers if host not in looks]
    if unseen:
        return Plan(look_at=unseen)

    edits = [host for host in namenodes if holds(host, layout.name_dirs, EDITS)]
    edits += [host for host in journalnodes if holds(host, [layout.journal], EDITS)]
    if not images and not edits:
        absent = [host for host in keepers if host not in in_run]
        if absent:
            return Plan(faults=[f"HDFS is not formatted yet, which needs all its hosts; {', '.join(absent)} is not in this run: run without --limit."])
        old = [host for host in layout.datanodes if host in looks and holds(host, layout.data_paths, VERSION)]
        if old:
            return Plan(faults=[
                f"No NameNode has a namespace, but {', '.join(old)} has blocks of an earlier one: restore a name directory, "
                f"or remove {' and '.join(layout.data_paths)} there if nothing in them is needed."])
        first = layout.namenodes[0]
        partial = any(holds(host, layout.name_dirs, VERSION) for host in namenodes) or bool(journals)
        return Plan(format_on=first, force=partial, bootstrap=[host for host in imageless if host != first])
    if not images:
        return Plan(faults=[
            f"No NameNode has an image (fsimage), but there are edits on {', '.join(sorted(set(edits)))}: restore "
            f"{layout.name_dirs[0]} on one NameNode from a backup. Nothing was formatted."])

    made = Plan(bootstrap=imageless)
    if begun and len(images) == 1 and images[0] in in_run:
        made.initialize_on, made.force = images[0], bool(journals)
    elif blank and len(journals) * 2 > len(journalnodes):
        made.journal_files, made.faults = _journal_files(layout, {host: looks[host]["contents"] for host in journals})
        made.journals = [] if made.faults else blank
    elif blank:
        made.faults.append(
            f"{', '.join(images)} has a namespace, but only {len(journals)} of {len(journalnodes)} JournalNodes hold its journal, no majority: "
            f"restore {layout.journal} on them; if this was HDFS with one NameNode until now, set hdfs_initialize_journals.")
    return made


def _journal_files(layout: Layout, contents: Mapping[str, Mapping[str, Optional[str]]]) -> Tuple[Dict[str, str], List[str]]:
    """What makes an empty directory a member: the identity of the others and, so that no promise is broken, their highest epoch.

    :param contents: the files that name these, per host of the other JournalNodes; None for one that is not there.
    :returns: the files, and what is wrong with those of the others.
    """
    epoch, version = layout.journal_identity()
    promised = {host: content[epoch] or "" for host, content in contents.items() if content.get(epoch) is not None}
    faults = [
        f"{epoch} on {host} holds no number: restore it from a backup, or write the highest of the other JournalNodes there."
        for host, text in promised.items() if not text.strip().isdigit()]
    identity = next((content[version] for content in contents.values() if (content.get(version) or "").strip()), None)
    if not identity:
        faults.append(f"{version} is empty on {', '.join(contents)}: restore {layout.journal} on one of them from a backup.")
    if faults:
        return {}, faults
    return {epoch: f"{max((int(text) for text in promised.values()), default=0)}\n", version: str(identity)}, []


def restart_steps(
    layout: Layout, units: Mapping[str, Mapping[str, Mapping[str, Any]]], active: Optional[str]
) -> List[Dict[str, Any]]:
    """The order in which stale daemons are restarted, one host at a time.

    JournalNodes first, each alone, so that two of three always write; then the NameNodes in standby with their failover
    controllers; then the DataNodes, one by one; the active NameNode last, after it handed over. A NameNode that came new is known to
    DataNodes only after their restart: made active before that, it would miss all blocks.

    :param units: per host of this run, the units by name with ``stale``.
    :param active: the host whose NameNode is active, if any is.
    :returns: steps with ``host``, ``units``, ``failover_to``, the host that must be made active first, and ``title``.
    """
    def stale(host: str, *names: str) -> List[str]:
        return [name for name in names if units.get(host, {}).get(name, {}).get("stale")]

    def step(host: str, names: List[str], failover_to: Optional[str] = None) -> Dict[str, Any]:
        return {"host": host, "units": names, "failover_to": failover_to, "title": f"{' and '.join(names)} on {host}"}

    steps = [step(host, names) for host in layout.journalnodes for names in [stale(host, "hdfs-journalnode.service")] if names]
    standby = [host for host in layout.namenodes if host != active]
    for host in standby:
        names = stale(host, "hdfs-namenode.service", "hdfs-zkfc.service")
        if names:
            steps.append(step(host, names))
    steps += [step(host, names) for host in layout.datanodes for names in [stale(host, "hdfs-datanode.service")] if names]
    if active:
        names = stale(active, "hdfs-namenode.service", "hdfs-zkfc.service")
        if names:
            steps.append(step(active, names, standby[0] if standby else None))
    return steps


def rosters_differ(nodes: Sequence[Mapping[str, Any]], members: Sequence[str], leaving: Sequence[str]) -> bool:
    """Whether the active NameNode's idea of its DataNodes is older than its lists of hosts.

    :param nodes: its DataNodes with ``name`` and ``address`` (host:port) and ``admin_state``; with a list of hosts in use it
        names those too that never came.
    :param members: addresses of all DataNodes, those that leave included.
    :param leaving: addresses of those that are to be decommissioned.
    """
    def is_one_of(node: Mapping[str, Any], wanted: Sequence[str]) -> bool:
        return any(str(node.get(key) or "").rpartition(":")[0] in wanted for key in ("name", "address"))

    if len(nodes) != len(members) or not all(is_one_of(node, members) for node in nodes):
        return True
    return any(is_one_of(node, leaving) != str(node["admin_state"]).startswith("Decommission") for node in nodes)


def as_layout(values: Mapping[str, Any]) -> Layout:
    """A layout out of an Ansible dictionary."""
    return Layout(**{key: values[key] for key in Layout.__dataclass_fields__})  # pylint: disable=no-member


def as_dict(made: Plan) -> Dict[str, Any]:
    """A plan for Ansible, with ``work``."""
    return dict(asdict(made), work=made.work)
