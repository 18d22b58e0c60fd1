# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the table of playbooks/verify.yml as lines, which no callback folds or quotes."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils.addresses import KERBEROS, hdfs_authentication
from ..module_utils.errors import CollectionError
from ..module_utils.security.preflight import PROFILES
from ..plugin_utils.verify_table import NOT_ASKED, OK, verify_lines, verify_rows, what_is_clear, who_reaches


class ActionModule(ActionBase):
    """Documented in plugins/modules/verify_table.py."""

    TRANSFERS_FILES = False

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        dummy, arguments = self.validate_argument_spec({
            "layers": {"type": "dict", "required": True}, "profile": {"type": "str", "choices": list(PROFILES)},
            "let_in": {"type": "list", "elements": "str", "default": []},
        })
        rows = verify_rows(variables["groups"], variables["hostvars"], arguments["layers"])
        display = Display()
        said = [who_reaches(arguments["profile"], arguments["let_in"], rows), what_is_clear(arguments["profile"], rows, _asks_for_tickets(variables))]
        for line in ["", *verify_lines(rows), "", *(line for sentence in said if sentence for line in (sentence, ""))]:
            display.display(line)
        bad = [row["name"] for row in rows if row["state"] not in (OK, NOT_ASKED)]
        result = {**super().run(tmp, variables), "changed": False}
        if bad:  # without the rows, which would be printed a second time
            return {**result, "failed": True, "msg": f"{len(bad)} of {len(rows)} are not ok: {', '.join(bad)}. See the table above."}
        return {**result, "rows": rows}


def _asks_for_tickets(variables: Mapping[str, Any]) -> bool:
    """Whether HDFS does. Hosts that disagree are for the next run of site to refuse."""
    try:
        return hdfs_authentication(variables["groups"], variables["hostvars"]) == KERBEROS
    except CollectionError:
        return False
