# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes ansible-playbook cheaper for tests, by what it does again and again. None of it changes what a run does.

Each task has a process for each host. Two of three of these only decide whether the tasks of a file are for the host, or keep a fact: here that
takes a function's time. The others compile the templates of their task anew, and look for garbage in what they have from their parent, of which
the kernel makes them a copy for that. A variable is worked out again for each template that names it, with a copy of all variables, which can be
some hundred times a task. Each run packs its modules anew, with all that they import.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import marshal
import os
import sys
from importlib.metadata import version
from operator import is_
from pathlib import Path
from types import CodeType
from typing import Any, Callable, Dict, Iterator, List, Tuple

from ansible import constants
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: quick
type: aggregate
short_description: Fewer processes, which keep compiled templates, values of variables and packed modules, and look for no garbage
description:
  - For the tests of this collection, which run ansible-playbook some hundred times.
"""

ROOT = Path(__file__).resolve().parents[2]
#: Compiled by these, and read by no other.
KEPT = ROOT / ".cache/templates" / f"{sys.implementation.cache_tag}-{version('jinja2')}-{version('ansible-core')}"
#: What this process has read or compiled, and what it has from its parent.
AT_HAND: Dict[str, CodeType] = {}
#: Of one ansible-core, in a directory for each state of the collection's sources.
PACKED = ROOT / ".cache/modules" / version("ansible-core")
#: Stands among modules that were packed while somebody wrote the sources.
UNKNOWN = "of-no-known-state"
#: Neither calls a host nor waits.
DECISIONS = {f"ansible.builtin.{name}" for name in ("assert", "debug", "fail", "include_role", "include_tasks", "include_vars", "set_fact")}


def kept(key: str, compiled: Callable[[], CodeType]) -> CodeType:
    """The code of a template, compiled by the first process that asks for it."""
    if key not in AT_HAND:
        AT_HAND[key] = _kept_on_disk(key, compiled)
    return AT_HAND[key]


def _kept_on_disk(key: str, compiled: Callable[[], CodeType]) -> CodeType:
    file = KEPT / hashlib.sha256(key.encode()).hexdigest()
    with contextlib.suppress(OSError, EOFError, ValueError, TypeError):
        found: CodeType = marshal.loads(file.read_bytes())
        return found
    code = compiled()
    KEPT.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(f".{os.getpid()}")
    new.write_bytes(marshal.dumps(code))
    new.replace(file)
    return code


def keep_templates() -> None:
    """Let Ansible's Jinja look first among what was compiled. An ansible-core that has it elsewhere compiles anew."""
    with contextlib.suppress(ImportError):
        from ansible._internal._templating import _jinja_bits as inside

        compile_anew = inside.AnsibleEnvironment.compile

        def compile_or_read(self: Any, source: Any, *arguments: Any, **options: Any) -> Any:
            """Only what comes as text and has no name: files of templates know theirs."""
            if not isinstance(source, str) or arguments or options:
                return compile_anew(self, source, *arguments, **options)
            context = inside._TemplateCompileContext.current(optional=True)
            syntax: Tuple[Any, ...] = tuple(getattr(self, name) for name in inside._TEMPLATE_OVERRIDE_FIELD_NAMES)
            return kept(repr((str(source), syntax, context and context.escape_backslashes)), lambda: compile_anew(self, source))

        inside.AnsibleEnvironment.compile = compile_or_read


def keep_values() -> None:
    """Let a task work out a variable once, and not for each of those that name it. An ansible-core that has its variables elsewhere does as ever."""
    with contextlib.suppress(ImportError):
        from ansible._internal._templating import _jinja_bits as inside
        from ansible._internal._templating._engine import TemplateEngine

        lazified = inside._flatten_and_lazify_vars
        given = TemplateEngine.available_variables
        # Of the engine that has asked last. An engine that had it itself would take it into each copy of a value, which knows its engine.
        last: List[Any] = [None, None, [], []]

        def give_others(self: Any, variables: Any) -> None:
            """Nothing is known of these yet."""
            last[:] = [None, None, [], []]
            given.fset(self, variables)

        def lazified_once(mapping: Any) -> Iterator[Any]:
            """What Ansible makes of a dictionary keeps each value that was asked for."""
            engine = inside.TemplateContext.current().templar
            if mapping is not engine.available_variables or not isinstance(mapping, dict):
                yield from lazified(mapping)
                return
            now = list(mapping.values())
            if last[0] is not engine or last[1] is not mapping or len(last[2]) != len(now) or not all(map(is_, last[2], now)):
                last[:] = [engine, mapping, now, list(lazified(mapping))]
            yield from last[3]

        TemplateEngine.available_variables = property(given.fget, give_others)
        inside._flatten_and_lazify_vars = lazified_once


def state_of_sources() -> str:
    """A digest of all that modules of the collection are packed of."""
    state = hashlib.sha256()
    for source in sorted(file for part in ("modules", "module_utils") for file in (ROOT / "plugins" / part).rglob("*.py")):
        state.update(f"{source} ".encode() + source.read_bytes())
    return state.hexdigest()


def keep_modules() -> None:
    """Let this run find what others have packed, where Ansible keeps what it has packed itself. It removes the link with its own files.

    An ansible-core that does not lock these files between runs packs anew.
    """
    with contextlib.suppress(ImportError):
        importlib.import_module("ansible._internal._locking")
        kept_here = PACKED / state_of_sources()
        kept_here.mkdir(parents=True, exist_ok=True)
        if (kept_here / UNKNOWN).exists():
            return
        Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache").symlink_to(kept_here)


def forget_modules() -> None:
    """What was packed while somebody wrote the sources is of no known state. Runs that have begun with it end with it; none begins with it any more."""
    link = Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache")
    if link.is_symlink() and link.resolve().name != state_of_sources():
        (link.resolve() / UNKNOWN).touch()


def decide_here() -> None:
    """Have what neither calls a host nor waits done in this process. An ansible-core that hands results on in another way goes on with workers."""
    from ansible.executor.process import worker

    if not hasattr(worker, "_RawTaskResult"):
        return
    start_process = worker.WorkerProcess.start

    def start(self: Any) -> None:
        """As the worker's own _run, with a copy of the task, as a process has one. Blocks around it are nobody's to change."""
        if self._task.resolved_action not in DECISIONS:
            start_process(self)
            return
        task = self._task.copy(exclude_parent=True, exclude_tasks=True)
        task._parent = self._task._parent
        try:
            with worker._task.TaskContext(task):
                answer = worker.TaskExecutor(
                    self._host, task, self._task_vars, self._play_context, self._loader, self._shared_loader_obj, self._final_q,
                    self._variable_manager).run()
                self._final_q.send_task_result(worker._RawTaskResult(host=self._host, task=task, return_data=answer, task_fields=task.dump_attrs()))
        except Exception:  # an answer that cannot be sent, which a worker tells in words
            start_process(self)

    worker.WorkerProcess.start = start


class CallbackModule(CallbackBase):
    """Enabled by tests/playbook.py and .config/molecule/config.yml."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "quick"
    CALLBACK_NEEDS_ENABLED = True

    began = False

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Before the first task, so that all workers have it of their parent."""
        if not self.began:
            self.began = True
            keep_templates()
            keep_values()
            keep_modules()
            decide_here()
            gc.freeze()
            gc.disable()

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """After the last task."""
        forget_modules()
