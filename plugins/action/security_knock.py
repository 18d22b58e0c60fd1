# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands the module what it is to try: every port of the platform, as the playbook audit has noted them on its hosts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Dict, Optional

from ansible.plugins.action import ActionBase

from ..module_utils.addresses import variables_of
from ..module_utils.security import audit, rules


class ActionModule(ActionBase):
    """Documented in plugins/modules/security_knock.py."""

    TRANSFERS_FILES = False

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        arguments = dict(self._task.args)
        if arguments.get("targets") is None:
            hosts = variables_of(rules.platform_hosts(variables["groups"]), variables["hostvars"])
            arguments["targets"] = [asdict(target) for target in audit.targets(hosts)]
        result: Dict[str, Any] = super().run(tmp, variables)
        result.update(self._execute_module("baremetal.flink.security_knock", arguments, task_vars=variables))
        return result
