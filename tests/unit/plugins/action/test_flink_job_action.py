# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a jar travels to the host."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, List

import pytest
from ansible_collections.baremetal.flink.plugins.action.flink_job import ActionModule

CONTENT = b"a jar"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Action(ActionModule):
    """Without a host; ``stat`` is what the host says of the jar that it keeps."""

    def __init__(self, stat: Dict[str, Any]) -> None:
        shell = SimpleNamespace(tmpdir="/tmp/t", join_path=lambda *parts: "/".join(parts))
        self._connection = SimpleNamespace(_shell=shell)
        self._loader = SimpleNamespace(get_real_file=lambda path: path)
        self._task = SimpleNamespace(check_mode=False)
        self.stat = stat
        self.asked: List[Dict[str, Any]] = []
        self.sent: List[str] = []

    def _find_needle(self, dirname: str, needle: str) -> str:
        return needle

    def _execute_module(self, **asked: Any) -> Dict[str, Any]:
        self.asked.append(asked["module_args"])
        return self.stat

    def _transfer_file(self, local_path: str, remote_path: str) -> str:
        self.sent.append(remote_path)
        return remote_path

    def _fixup_perms2(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to do without a host."""


@pytest.mark.parametrize(
    ("stat", "travels"),
    [
        ({"stat": {"exists": True, "checksum": DIGEST}}, False),
        ({"stat": {"exists": True, "checksum": hashlib.sha256(b"").hexdigest()}}, True),
        ({"stat": {"exists": False}}, True),
        ({"failed": True, "msg": "Permission denied"}, True),
    ],
)
def test_a_jar_travels_unless_the_host_has_it_whole(tmp_path: Path, stat: Dict[str, Any], travels: bool) -> None:
    source = tmp_path / "job.jar"
    source.write_bytes(CONTENT)
    action, arguments = Action(stat), {"name": "counts"}
    action._bring(str(source), arguments, {})
    assert action.asked[0]["path"] == f"/var/lib/flink/jobs/counts/jars/{DIGEST}.jar" and action.asked[0]["checksum_algorithm"] == "sha256"
    assert bool(action.sent) == travels
    assert arguments["jar"] == (action.sent[0] if travels else str(source)) and arguments["jar_checksum"] == f"sha256:{DIGEST}"
