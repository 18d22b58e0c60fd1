# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts round trips: the tasks per host that ran a module there, and where the time went."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: module_tasks
type: aggregate
short_description: Count the module tasks per host
description: Writes them, and the seconds of each task, to the file that MODULE_TASKS_OUT names.
"""
#: Actions that run on the controller alone.
LOCAL = {"assert", "debug", "fail", "include_role", "include_tasks", "include_vars", "import_role", "import_tasks", "meta",
         "set_fact", "add_host", "group_by", "validate_argument_spec"}


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "module_tasks"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self.per_host: dict[str, int] = {}
        self.seconds: list[tuple[str, float]] = []
        self.task = ("start", time.monotonic())

    def _next(self, name):
        title, since = self.task
        self.seconds.append((title, round(time.monotonic() - since, 3)))
        self.task = (name, time.monotonic())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._next(task.get_name())

    def _count(self, result):
        if result.task.action.rpartition(".")[2] not in LOCAL:
            host = result.host.get_name()
            self.per_host[host] = self.per_host.get(host, 0) + 1

    def v2_runner_on_ok(self, result):
        self._count(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._count(result)

    def v2_playbook_on_stats(self, stats):
        self._next("end")
        with open(os.environ["MODULE_TASKS_OUT"], "w", encoding="utf-8") as out:
            json.dump({"per_host": self.per_host, "seconds": self.seconds}, out)
