# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Learns the system of a host, or the state of its units, within a bound; or says that the host cannot be reached."""

from __future__ import annotations

import contextlib
import signal
from typing import Any, Dict, Iterator, Optional

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase

from ..plugin_utils.system_facts import SUBSET
from ..plugin_utils.unit_look import layers_units

NO_PROMPT = "waiting for privilege escalation prompt"


class Silence(BaseException):
    """The bound is over. Not an Exception: a connection plugin takes those for a reason to try again."""


@contextlib.contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise Silence in the body when it takes longer. A task has a process of its own, and with it the alarm."""

    def ring(*dummy: Any) -> None:
        raise Silence

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class ActionModule(ActionBase):
    """Documented in plugins/modules/host_reach.py."""

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        dummy, arguments = self.validate_argument_spec(
            {"within": {"type": "int", "default": 30}, "units": {"type": "list", "elements": "str"}}
        )
        result: Dict[str, Any] = super().run(tmp, task_vars)
        module: str = "ansible.legacy.setup"
        options: Dict[str, Any] = {"gather_subset": list(SUBSET)}
        if arguments["units"] is not None:
            module, options = "baremetal.flink.host_units", {"units": [{"name": name} for name in arguments["units"]]}
        try:
            with within(arguments["within"]):
                result.update(self._execute_module(module, options, task_vars=task_vars))
            if "units" in result:
                variables = task_vars or {}
                result.update(layers_units(result["units"], str(variables["inventory_hostname"]), variables["groups"]))
        except Silence:
            raise AnsibleConnectionFailure(f"the host is silent: no answer within {arguments['within']} s") from None
        except AnsibleError as error:
            # What the connection says after its own time-out; before ansible-core 2.19 not as a failure to connect.
            if NO_PROMPT in str(error):
                raise AnsibleConnectionFailure("the host is silent: not even a prompt for the password of sudo came back") from None
            raise
        return result
