# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings a jar of the controller to the host, once: a jar that the host keeps from an earlier run is not sent again."""

from __future__ import annotations

import posixpath
from typing import Any, Dict, Optional

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.artifact.parts import file_digest

HISTORY_DIR = "/var/lib/flink/jobs"
WITH_JAR = ("running", "finished")


class ActionModule(ActionBase):
    """Documented in plugins/modules/flink_job.py."""

    TRANSFERS_FILES = True

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        result: Dict[str, Any] = super().run(tmp, variables)
        arguments = dict(self._task.args)
        source = arguments.get("jar_src")
        try:
            if source:
                self._bring(str(source), arguments, variables)
            result.update(self._execute_module(module_name="baremetal.flink.flink_job", module_args=arguments, task_vars=variables))
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _bring(self, source: str, arguments: Dict[str, Any], variables: Dict[str, Any]) -> None:
        for other in ("jar", "jar_checksum"):
            if arguments.get(other):
                raise AnsibleActionFail(f"jar_src and {other} exclude each other; give jar_src for a jar on the controller, else {other}.")
        try:
            path = self._loader.get_real_file(self._find_needle("files", source))
            digest = file_digest(path)
        except (AnsibleError, OSError) as error:
            raise AnsibleActionFail(f"jar_src: {source} cannot be read on the controller: {error}") from None
        arguments.update(jar=path, jar_checksum=f"sha256:{digest}")
        if arguments.get("state", "running") not in WITH_JAR or self._task.check_mode or self._kept(arguments, digest, variables):
            return  # with the checksum the module does not read the jar
        target = self._connection._shell.join_path(self._connection._shell.tmpdir or self._make_tmp_path(), f"{digest[:12]}.jar")
        self._transfer_file(path, target)
        self._fixup_perms2((self._connection._shell.tmpdir, target))
        arguments["jar"] = target

    def _kept(self, arguments: Dict[str, Any], digest: str, variables: Dict[str, Any]) -> bool:
        path = posixpath.join(str(arguments.get("history_dir") or HISTORY_DIR), str(arguments.get("name")), "jars", f"{digest}.jar")
        # By its content: a power cut may have left an empty file of that name.
        asked = {"path": path, "get_checksum": True, "checksum_algorithm": "sha256", "get_mime": False, "get_attributes": False}
        answer = self._execute_module(module_name="ansible.builtin.stat", module_args=asked, task_vars=variables, wrap_async=False)
        return (answer.get("stat") or {}).get("checksum") == digest
