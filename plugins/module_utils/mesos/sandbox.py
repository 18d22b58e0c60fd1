# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks of Marathon and their executors wrote to stderr at last, as agents serve it out of the sandboxes.

The leading master knows where an agent is, the agent's /state has the directory of each executor, also of those that have ended, and
/files/read what is in there. The executor of an app's task has the task's id. Recorded from Mesos of the 1.11 line.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional
from urllib.parse import urlencode

from ..errors import CollectionError
from ..http_client import HttpClient, HttpError, HttpSettings, base_url, one_line
from .masters import MASTER_PORT, MesosError, MesosMasters

#: Bytes of the end of a file that are looked at; an agent gives no more than 64 KiB at once.
TAIL = 16384
LINES = 3
LINE_LENGTH = 300
REQUEST_SECONDS = 5.0
_HEALTH = re.compile(r"health check for task '.*?' failed: ")


class Sandboxes:
    """Reads them; ``leader`` gives the address of the leading master."""

    def __init__(self, client: HttpClient, leader: Callable[[], Optional[str]]) -> None:
        self._client = client
        self._leader = leader

    @classmethod
    def from_params(cls, params: Mapping[str, Any], leader: Callable[[], Optional[str]]) -> "Sandboxes":
        """With the TLS settings of the module's other requests, and with the credentials that are meant for Mesos."""
        settings = HttpSettings.from_params(params)
        return cls(
            HttpClient(
                replace(
                    settings,
                    url_username=params.get("mesos_username"),
                    url_password=params.get("mesos_password"),
                    token=None,
                    request_timeout=min(settings.request_timeout, REQUEST_SECONDS),
                    retries=0,
                )
            ),
            leader,
        )

    def last_words(self, task_id: str, agent_id: str, host: str) -> str:
        """A sentence with the end of a task's stderr, or with the reason why nobody can tell; empty when nothing was written."""
        try:
            said = telling(self.stderr(task_id, agent_id))
        except CollectionError as error:
            why = error.message
            if isinstance(error, HttpError) and error.status in (401, 403):
                why = f"{error.url} refuses the credentials; set mesos_username and mesos_password"
            return f"the stderr of task {task_id} on {host} cannot be read ({why})"
        return f"the stderr of task {task_id} on {host} ends with: {' | '.join(said)}" if said else ""

    def stderr(self, task_id: str, agent_id: str) -> str:
        """The end of what a task and its executor wrote to stderr.

        :raises MesosError: the agent or the task is not known any more.
        """
        address = self._leader()
        if not address:
            raise MesosError("Marathon names no leading master")
        masters = MesosMasters(self._client, lambda: [base_url(address, MASTER_PORT)])
        agents = [agent for agent in masters.get("/slaves").get("slaves") or [] if agent.get("id") == agent_id]
        if not agents:
            raise MesosError(f"the master at {address} knows no agent {agent_id} any more")
        agent = base_url(str(agents[0].get("pid", "")).rpartition("@")[2], agents[0].get("port") or 0)
        directories = [each["directory"] for each in executors(masters.at(agent, "/state")) if each.get("id") == task_id and each.get("directory")]
        if not directories:
            raise MesosError(f"the agent at {agent} has no sandbox of it any more")
        path = f"{directories[0]}/stderr"
        size = int(masters.at(agent, _read(path, -1))["offset"])
        return str(masters.at(agent, _read(path, max(0, size - TAIL), TAIL))["data"])


def executors(state: Mapping[str, Any]) -> Iterator[Dict[str, Any]]:
    """All executors that an agent knows: of frameworks that run and that have ended, those that run first."""
    frameworks = [*(state.get("frameworks") or []), *(state.get("completed_frameworks") or [])]
    for key in ("executors", "completed_executors"):
        for framework in frameworks:
            yield from framework.get(key) or []


def telling(text: str) -> List[str]:
    """The last lines of a stderr, and before them why the last health check failed if they do not tell it."""
    lines = [one_line(line, LINE_LENGTH) for line in text.splitlines() if line.strip()]
    last = lines[-LINES:]
    failed = [line for line in lines if _HEALTH.search(line)][-1:]
    return last if not failed or failed[0] in last else failed + last


def _read(path: str, offset: int, length: Optional[int] = None) -> str:
    """With offset -1 the agent answers with the size of the file."""
    asked = {"path": path, "offset": str(offset), **({"length": str(length)} if length is not None else {})}
    return f"/files/read?{urlencode(asked)}"
