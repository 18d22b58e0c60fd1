# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tasks of several runs of security_certificate ask for, without Ansible and without a host."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from ansible_collections.baremetal.flink.plugins.module_utils.security.certificate import SPEC, Certificates, Context, Outcome

NOW = datetime.datetime(2026, 11, 29, 12, 0, tzinfo=datetime.timezone.utc)
HOSTS = ("node1.example.org", "node2.example.org")


class Controller:
    """A directory of authorities, and a clock. ``task`` is one task for one host, with the host having got its files."""

    def __init__(self, root: Path) -> None:
        self.root, self.now = root, NOW
        self.present = set(HOSTS)

    def work(self, host: str = HOSTS[0], dry: bool = False, address: str = "", **options: Any) -> Certificates:
        params = {name: option.get("default") for name, option in SPEC.items()}
        params.update({"name": "zookeeper", "directory": "/etc/zk", "ca_dir": str(self.root), "key_type": "ecdsa", **options})
        variables = {"ansible_host": address} if address else {}
        return Certificates(params, Context(host, variables, self.present, lambda path: Path(path).read_bytes(), self.now, dry))

    def task(self, host: str = HOSTS[0], dry: bool = False, written: bool = True, **options: Any) -> Outcome:
        work = self.work(host, dry, **options)
        outcome = work.prepare()
        if written and not dry:
            work.record(outcome)
        return outcome

    def run(self, **options: Any) -> "list[Outcome]":
        """On all hosts."""
        return [self.task(host, **options) for host in HOSTS]

    def pass_days(self, days: float) -> None:
        self.now += datetime.timedelta(days=days)
