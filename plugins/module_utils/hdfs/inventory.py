# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is what in HDFS. Out of whole, sorted groups, so that neither --limit nor the order of the inventory changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Mapping, Sequence

from ..layers import LAYERS


@dataclass(frozen=True)
class Members:
    """The hosts of each daemon, by inventory name, as ``host`` sees them; a host of an inventory without groups is an HDFS of its own."""

    host: str
    grouped: bool
    namenodes: List[str]
    journalnodes: List[str]
    datanodes: List[str]

    @property
    def ha(self) -> bool:
        return len(self.namenodes) > 1

    @property
    def hosts(self) -> List[str]:
        return sorted({*self.namenodes, *self.journalnodes, *self.datanodes})

    @property
    def is_namenode(self) -> bool:
        return self.host in self.namenodes

    @property
    def is_journalnode(self) -> bool:
        return self.host in self.journalnodes

    @property
    def is_datanode(self) -> bool:
        return self.host in self.datanodes

    @property
    def is_zkfc(self) -> bool:
        """Whether a failover controller runs here, as beside each of several NameNodes."""
        return self.ha and self.is_namenode


def is_grouped(groups: Mapping[str, Sequence[str]]) -> bool:
    """Whether the inventory says who is what."""
    return any(groups.get(name) for name in LAYERS["hdfs"])


def daemon_hosts(groups: Mapping[str, Sequence[str]], group: str, alone: str) -> List[str]:
    """The hosts of a group; without any group of HDFS the host ``alone``."""
    return sorted(groups.get(group, [])) if is_grouped(groups) else [alone]


def members(groups: Mapping[str, Sequence[str]], host: str) -> Members:
    """Who is what, for one host."""
    return Members(
        host=host,
        grouped=is_grouped(groups),
        namenodes=daemon_hosts(groups, "hdfs_namenode", host),
        journalnodes=sorted(groups.get("hdfs_journalnode", [])),
        datanodes=daemon_hosts(groups, "hdfs_datanode", host),
    )
