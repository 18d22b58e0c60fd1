# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DC/OS behind the library responses: the stand-in's Cosmos and Marathon, and a Mesos in memory at /mesos."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional
from urllib.parse import unquote, urlsplit

import requests
from ansible_collections.baremetal.flink.plugins.module_utils.dcos import package as cosmos_package
from ansible_collections.baremetal.flink.tests.stand_ins.cosmos.api import Cluster, Lost
from ansible_collections.baremetal.flink.tests.unit.fakes.marathon import Time
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import FakeMesos

URL = "https://dcos.example.org"
DEFAULTS = {
    "url": URL, "name": "flink", "version": None, "options": {}, "secret_options": None, "exclusive": False, "app_id": None, "state": "present",
    "wait": True, "timeout": 60, "teardown": True, "framework": None, "zookeeper_state": None, "masters": None, "leader_timeout": 0, "retries": 0,
}


class FakeDcos:
    """``cluster`` and ``mesos`` are what the module sees; ``run`` is the module without Ansible."""

    def __init__(self, mock: Any, cluster: Optional[Cluster] = None) -> None:
        self.cluster = cluster or Cluster()
        self.mesos = FakeMesos()
        self.time = Time()
        self.warnings: List[str] = []
        self.requests: List[requests.PreparedRequest] = []
        for method in ("GET", "POST"):
            mock.add_callback(method, re.compile(r"https?://.*"), self._answer)

    def _answer(self, request: requests.PreparedRequest) -> Any:
        self.requests.append(request)
        parts = urlsplit(str(request.url))
        if f"{parts.scheme}://{parts.netloc}" != URL:
            return self.mesos._answer(request)
        if parts.path.startswith("/mesos/"):
            request.url = self.mesos.leading + parts.path[len("/mesos"):] if self.mesos.leading else f"{self.mesos.masters[0]}/"
            return self.mesos._answer(request)
        try:
            return self.cluster.answer(str(request.method), unquote(parts.path), dict(request.headers), request.body or b"")
        except Lost:
            raise requests.exceptions.ConnectionError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer")) from None

    @property
    def changes(self) -> List[str]:
        return self.cluster.changes

    def run(self, check: bool = False, **params: Any) -> Dict[str, Any]:
        return cosmos_package.core({**DEFAULTS, **params}, check, self.warnings.append, self.time.clock, self._sleep)

    def _sleep(self, seconds: float) -> None:
        # Tests put another sleep there while the module waits.
        self.time.sleep(seconds)
