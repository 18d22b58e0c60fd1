# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State in ZooKeeper under <zk>/state: one znode of JSON for each app, instance, deployment and failure.

Does not compress, and does not use the real one's buckets and protobuf.
"""

from __future__ import annotations

import json
import urllib.parse
from typing import Any, Dict, List, Optional, Tuple

from kazoo.client import KazooClient
from kazoo.exceptions import KazooException, NoNodeError

from .ending import ZOOKEEPER_LOSS, die

AT_ONCE = 50
KINDS = ("apps", "instance", "deployment", "taskFailures", "group", "framework-id")


class ZooKeeperStore:
    """Writes what differs from what it wrote before, in transactions."""

    def __init__(self, client: KazooClient, path: str, acl: List[Any]) -> None:
        self.client, self.path, self.acl = client, path + "/state", acl
        self._written: Dict[Tuple[str, str], bytes] = {}

    def _node(self, kind: str, key: str) -> str:
        return f"{self.path}/{kind}/{urllib.parse.quote(key, safe='')}"

    def load(self) -> Dict[str, Dict[str, Any]]:
        """All values; the parents are made if they are missing."""
        kinds: Dict[str, Dict[str, Any]] = {}
        for kind in KINDS:
            self.client.ensure_path(f"{self.path}/{kind}", acl=self.acl)
            kinds[kind] = {}
            for name in self.client.get_children(f"{self.path}/{kind}"):
                try:
                    data = self.client.get(f"{self.path}/{kind}/{name}")[0]
                except NoNodeError:
                    continue
                key = urllib.parse.unquote(name)
                self._written[(kind, key)] = data
                kinds[kind][key] = json.loads(data)
        return kinds

    def save(self, kinds: Dict[str, Dict[str, Any]]) -> None:
        """Store what changed. A store that cannot be written ends the process, as in the real one."""
        wanted = {(kind, key): json.dumps(value, separators=(",", ":")).encode() for kind, values in kinds.items() for key, value in values.items()}
        changes: List[Tuple[Tuple[str, str], Optional[bytes]]] = [(each, None) for each in self._written if each not in wanted]
        changes += [(each, data) for each, data in wanted.items() if self._written.get(each) != data]
        try:
            for start in range(0, len(changes), AT_ONCE):
                self._write(changes[start : start + AT_ONCE])
        except KazooException as error:
            die(ZOOKEEPER_LOSS, f"The state cannot be written to ZooKeeper: {type(error).__name__}: {error}")
        self._written = wanted

    def _write(self, changes: List[Tuple[Tuple[str, str], Optional[bytes]]]) -> None:
        transaction = self.client.transaction()
        for (kind, key), data in changes:
            node = self._node(kind, key)
            if data is None:
                transaction.delete(node)
            elif (kind, key) in self._written:
                transaction.set_data(node, data)
            else:
                transaction.create(node, data, acl=self.acl)
        for result in transaction.commit():
            if isinstance(result, Exception):
                raise result
