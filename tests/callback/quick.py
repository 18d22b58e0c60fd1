# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes ansible-playbook cheaper for tests, by what a process for each task and host does again and again.

Each of these processes compiles the templates of its task anew, and looks for garbage in what it has from its parent, of which the kernel makes it
a copy for that. Both are half of the controller's processor time in a run that changes nothing. Each run packs its modules anew, with all that
they import. None of it changes what a run does.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import marshal
import os
import sys
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any, Callable, Tuple

from ansible import constants
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: quick
type: aggregate
short_description: Keeps compiled templates and packed modules, and no process looks for garbage
description:
  - For the tests of this collection, which run ansible-playbook some hundred times.
"""

ROOT = Path(__file__).resolve().parents[2]
#: Compiled by these, and read by no other.
KEPT = ROOT / ".cache/templates" / f"{sys.implementation.cache_tag}-{version('jinja2')}-{version('ansible-core')}"
#: Of one ansible-core, in a directory for each state of the collection's sources.
PACKED = ROOT / ".cache/modules" / version("ansible-core")


def kept(key: str, compiled: Callable[[], CodeType]) -> CodeType:
    """The code of a template, compiled by the first process that asks for it."""
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


def keep_modules() -> None:
    """Let this run find what others have packed, where Ansible keeps what it has packed itself. It removes the link with its own files."""
    state = hashlib.sha256()
    for source in sorted(file for part in ("modules", "module_utils") for file in (ROOT / "plugins" / part).rglob("*.py")):
        state.update(f"{source} ".encode() + source.read_bytes())
    kept_here = PACKED / state.hexdigest()
    kept_here.mkdir(parents=True, exist_ok=True)
    Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache").symlink_to(kept_here)


class CallbackModule(CallbackBase):
    """Enabled by tests/playbook.py and .config/molecule/config.yml."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "quick"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Before the first task, so that all workers have it of their parent."""
        keep_templates()
        keep_modules()
        gc.freeze()
        gc.disable()
