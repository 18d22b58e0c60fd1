# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host beside the one of the task, that an action works on: reached, and with privileges, as a delegated task would reach it.

Delegation belongs to a task as a whole and is decided before the task knows whether it needs the other host at all.
"""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping

from ansible import constants
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import become_loader
from ansible.template import Templar


def variables_of(hostvars: Any, host: str) -> Dict[str, Any]:
    """A host's variables as a task on it has them; templates in them are still templates."""
    found: Dict[str, Any] = hostvars.raw_get(host)
    return found


def action_on(action: ActionBase, variables: Mapping[str, Any]) -> ActionBase:
    """An action of the same kind and task, whose modules and files go to the host of the variables."""
    task = action._task
    templar = Templar(loader=action._loader, variables=dict(variables))
    context = action._play_context.copy().set_task_and_variable_override(task=task, variables=variables, templar=templar)
    name = templar.template(variables.get("ansible_connection") or task.connection)
    connection = action._shared_loader_obj.connection_loader.get(name, context, os.devnull, task_uuid=task._uuid, ansible_playbook_pid=str(os.getppid()))
    # The passwords of --ask-pass and --ask-become-pass are the same for all hosts of a run, and travel in the context.
    keywords = dict(task.dump_attrs(), timeout=context.timeout)
    keywords.update({option: value for option, value in (("password", context.password), ("become_pass", context.become_pass)) if value})
    keywords.pop("retries", None)

    def set_options(kind: str, plugin: Any) -> None:
        known = [each for each in constants.config.get_plugin_vars(kind, plugin._load_name) if each in variables]
        plugin.set_options(task_keys=keywords, var_options={each: templar.template(variables[each]) for each in known})

    if boolean(templar.template(variables.get("ansible_become", task.become)) or False):
        become = become_loader.get(templar.template(variables.get("ansible_become_method") or task.become_method))
        set_options("become", become)
        connection.set_become_plugin(become)
        context.set_become_plugin(become.name)
    set_options("connection", connection)
    set_options("shell", connection._shell)
    return type(action)(
        task=task, connection=connection, play_context=context, loader=action._loader, templar=templar, shared_loader_obj=action._shared_loader_obj
    )
