# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the table of playbooks/audit.yml as lines, which no callback folds or quotes, and writes all of it to a file of the controller."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Optional

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils.addresses import variables_of
from ..module_utils.errors import CollectionError
from ..module_utils.security import rules
from ..module_utils.security.audit import WIDE, as_json, notes
from ..module_utils.security.preflight import GUARDED, PROFILES, in_clear
from ..plugin_utils.audit_table import answers_of, audit_lines, audit_rows, failure, lists_of, untried

OPTIONS: Dict[str, Dict[str, Any]] = {
    "profile": {"type": "str", "choices": list(PROFILES), "default": GUARDED}, "clients": {"type": "list", "elements": "str", "default": []},
    "operators": {"type": "list", "elements": "str", "default": []}, "controller": {"type": "list", "elements": "dict", "default": []},
    "outsiders": {"type": "list", "elements": "str", "default": []}, "json": {"type": "path"},
}


class ActionModule(ActionBase):
    """Documented in plugins/modules/audit_table.py."""

    TRANSFERS_FILES = False

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        dummy, options = self.validate_argument_spec(OPTIONS)
        hosts = variables_of(rules.platform_hosts(variables["groups"]), variables["hostvars"])
        try:
            lists = lists_of(options["profile"], options["clients"], options["operators"], hosts, bool(in_clear(variables["groups"])))
        except CollectionError as error:
            raise AnsibleActionFail(error.message) from None
        outsiders = variables_of(options["outsiders"], variables["hostvars"])
        answers = answers_of(options["controller"], outsiders)
        rows = audit_rows(lists, answers, hosts)
        display = Display()
        for line in ["", *audit_lines(rows, list(hosts)), "", *notes(lists, rows, hosts)]:
            display.display(line)
        if options["json"]:
            _write(os.path.expanduser(options["json"]), json.dumps(as_json(lists, rows, answers, hosts), indent=2) + "\n")
        result = {**super().run(tmp, variables), "changed": False}
        said = failure(options["profile"], rows, untried(hosts, outsiders))
        if said:
            return {**result, "failed": True, "msg": said}
        return {**result, "wide": [f"{row.what} on {row.host}" for row in rows if row.state == WIDE]}


def _write(path: str, text: str) -> None:
    """For its owner alone: it tells where to begin."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            # One that is there keeps its mode when it is opened.
            os.fchmod(descriptor, 0o600)
            handle.write(text)
    except OSError as error:
        raise AnsibleActionFail(f"security_audit_json: {path} cannot be written on the controller: {error.strerror}") from None
