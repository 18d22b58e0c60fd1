# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a task's arguments are those that its module takes, by the module's own specification and Ansible's own validator."""

from __future__ import annotations

import importlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Tuple
from unittest import mock

import ansible.modules
from ansible.errors import AnsibleError
from ansible.module_utils.basic import FILE_COMMON_ARGUMENTS
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.mod_args import ModuleArgsParser
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring

from .sources import ROOT

OURS = "baremetal.flink."
BUILTIN = "ansible.builtin."
RULES = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
#: Modules whose arguments are the user's own names.
FREE_NAMES = {BUILTIN + name for name in ("set_fact", "set_stats", "meta", "import_playbook")}
BLOCK = ("block", "rescue", "always")
SCALARS: Dict[str, Any] = {"bool": True, "int": 1, "float": 1.0, "bits": 1, "bytes": 1, "json": "{}"}


class _Captured(Exception):
    """Raised in place of a module's start, with what it asked AnsibleModule for."""

    @classmethod
    def of(cls, **asked: Any) -> None:
        """Stands in for AnsibleModule."""
        raise cls(asked)


def tasks(value: Any) -> Iterator[Dict[str, Any]]:
    """The single tasks of a list of tasks or plays, with those of their blocks."""
    for item in value:
        inner = [item[name] for name in (*BLOCK, "tasks", "pre_tasks", "post_tasks", "handlers") if item.get(name)]
        if inner:
            for part in inner:
                yield from tasks(part)
        elif not {"hosts", "import_playbook", BUILTIN + "import_playbook"} & set(item):
            yield item


def _from_documentation(path: str, name: str) -> Dict[str, Any]:
    """A specification out of the module's DOCUMENTATION; for modules that are an action plugin, it is the only one."""
    documented = get_docstring(path, fragment_loader, collection_name=name.rpartition(".")[0], plugin_type="module")[0]

    def spec(options: Mapping[str, Any]) -> Dict[str, Any]:
        made = {}
        for option, said in (options or {}).items():
            kept = {key: said[key] for key in ("type", "elements", "choices", "required", "aliases") if said.get(key) is not None}
            if isinstance(kept.get("choices"), dict):
                kept["choices"] = list(kept["choices"])
            if said.get("suboptions"):
                kept["options"] = spec(said["suboptions"])
            made[option] = kept
        return made

    return {"argument_spec": spec(documented.get("options"))}


@lru_cache(maxsize=None)
def specification(name: str) -> Mapping[str, Any]:
    """What the module gives to AnsibleModule: ``argument_spec`` and the rules beside it.

    :raises AnsibleError: there is no such module.
    """
    if name.startswith(OURS):
        short = name[len(OURS):]
        path = ROOT / "plugins" / "modules" / f"{short}.py"
        if not path.is_file():
            raise AnsibleError(f"the collection has no module {short}")
        if "def main(" not in path.read_text(encoding="utf-8"):
            return _from_documentation(str(path), name)
        module = importlib.import_module(f"ansible_collections.baremetal.flink.plugins.modules.{short}")
        start = "ansible_collections.baremetal.flink.plugins.module_utils.module.AnsibleModule"
        with mock.patch(start, side_effect=_Captured.of):
            try:
                module.main()
            except _Captured as captured:
                asked = captured.args[0]
                common = FILE_COMMON_ARGUMENTS if asked.get("add_file_common_args") else {}
                return {**asked, "argument_spec": {**common, **asked["argument_spec"]}}
        raise AnsibleError(f"main() of {short} ended without asking AnsibleModule for its arguments")
    if not name.startswith(BUILTIN):
        raise AnsibleError(f"{name} is neither of this collection nor of {BUILTIN[:-1]}, and users need nothing else installed")
    path = Path(ansible.modules.__path__[0]) / f"{name[len(BUILTIN):]}.py"
    if not path.is_file():
        raise AnsibleError(f"ansible-core has no module {name}")
    return _from_documentation(str(path), name)


def _is_template(value: Any) -> bool:
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def concrete(value: Any, option: Mapping[str, Any]) -> Any:
    """``value`` with each Jinja expression replaced by something that the option takes: a template may give any type."""
    choices = option.get("choices")
    wanted = option.get("type", "str")
    suboptions = option.get("options")
    if _is_template(value):
        if choices and wanted != "list":
            return list(choices)[0]
        if wanted == "list":
            item = {"choices": choices, "type": option.get("elements", "str"), "options": suboptions}
            return [concrete(value, item)]
        if wanted == "dict":
            return {name: concrete(value, sub) for name, sub in (suboptions or {}).items() if sub.get("required")}
        return SCALARS.get(wanted, value)
    if wanted == "list" and isinstance(value, list):
        item = {"choices": choices, "type": option.get("elements", "raw"), "options": suboptions}
        return [concrete(one, item) for one in value]
    if wanted == "dict" and isinstance(value, dict) and suboptions:
        return {name: concrete(inner, suboptions.get(name, {"type": "raw"})) for name, inner in value.items()}
    return value


def argument_faults(arguments: Mapping[str, Any], asked: Mapping[str, Any]) -> List[str]:
    """What Ansible's validator says about the arguments of a module or role with this specification."""
    spec = asked["argument_spec"]
    names = {alias: name for name, option in spec.items() for alias in (name, *option.get("aliases", []))}
    given = {key: concrete(value, spec.get(names.get(key, key), {"type": "raw"})) for key, value in arguments.items()}
    validator = ArgumentSpecValidator(dict(spec), **{rule: asked[rule] for rule in RULES if asked.get(rule)})
    return list(validator.validate(given).error_messages)


def _action(task: Mapping[str, Any]) -> Tuple[str, Any]:
    name, arguments, dummy = ModuleArgsParser(task_ds=dict(task)).parse(skip_action_validation=True)
    return name, arguments


def task_faults(task: Mapping[str, Any]) -> List[str]:
    """What is wrong with a task's module and arguments; each is one sentence."""
    title = task.get("name", "a task")
    try:
        name, arguments = _action(task)
        if name in FREE_NAMES:
            return []
        if "." not in name:
            return [f"{title}: {name} wants its full name, such as {BUILTIN}{name}"]
        asked = specification(name)
    except AnsibleError as error:
        return [f"{title}: {error}"]
    given = {key: value for key, value in arguments.items() if not key.startswith("_")}
    if "_variable_params" in arguments or "_raw_params" in arguments:  # all of them in one template, or a command line
        return []
    return [f"{title}: {name}: {fault}" for fault in argument_faults(given, asked)]
