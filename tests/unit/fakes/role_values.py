# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values and templates of a role as one host has them, rendered in this process."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence
from unittest import mock

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.filter import AnsibleJinja2Filter
from ansible.plugins.loader import filter_loader, lookup_loader
from ansible.template import Templar
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.module import SPEC
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.plan import HA_OPTIONS, Plan, Request

try:
    from ansible.template import trust_as_template as trusted
except ImportError:  # ansible-core before 2.19 trusts all text

    def trusted(text: str) -> str:
        """Text that may be a template."""
        return text


ROLES = Path(__file__).resolve().parents[3] / "roles"
COLLECTION = "baremetal.flink"
OMITTED = "__omitted__"
INCLUDE, IMPORT = "ansible.builtin.include_tasks", "ansible.builtin.import_tasks"
PLUGINS = f"ansible_collections.{COLLECTION}.plugins"
#: Those of the collection, which Ansible finds by a loader that units do not have.
FILTERS: Dict[str, Any] = {}
for file in sorted((ROLES.parent / "plugins" / "filter").glob("*.py")):
    for short, function in import_module(f"{PLUGINS}.filter.{file.stem}").FilterModule().filters().items():
        FILTERS[f"{COLLECTION}.{short}"] = function


class RoleValues:
    """The role's defaults and variables, below those that are given, which all hosts have; the host is the first of ``groups``.

    ``own`` are variables of single hosts.
    """

    def __init__(
        self, role: str, groups: Mapping[str, Sequence[str]], addresses: Optional[Mapping[str, str]] = None,
        own: Optional[Mapping[str, Mapping[str, Any]]] = None, **given: Any
    ) -> None:
        self._role = ROLES / role
        names = sorted({name for members in groups.values() for name in members} | set(addresses or {}))
        known = addresses or {name: f"192.0.2.{number}" for number, name in enumerate(names, 1)}
        hosts = {name: {**given, "ansible_host": known.get(name, name), "inventory_hostname": name, **(own or {}).get(name, {})} for name in names}
        variables: Dict[str, Any] = {"groups": dict(groups), "hostvars": hosts, "role_path": str(self._role), "ansible_check_mode": False,
                                     "ansible_search_path": [str(self._role)], "omit": OMITTED}
        for path in [self._role / "defaults" / "main.yml", *sorted((self._role / "vars").rglob("*.yml"))]:
            variables.update(templates_of(yaml.safe_load(path.read_text(encoding="utf-8")) or {}))
        variables.update(hosts[names[0]])
        loader = DataLoader()
        loader.set_basedir(str(self._role))
        self._hosts = hosts
        self._templar = Templar(loader, variables)

    def of(self, name: str, **given: Any) -> None:
        """Gives one host variables of its own, which others see; the host's own values are not told anew."""
        self._hosts[name].update(given)

    def value(self, name: str) -> Any:
        """Of a variable."""
        return self._rendered(f"{{{{ {name} }}}}")

    def text(self, template: str) -> str:
        """Of a template."""
        return str(self._rendered((self._role / "templates" / template).read_text(encoding="utf-8"), overrides={"trim_blocks": True}))

    def flink_conf(self, command: bool = False) -> str:
        """The text that tasks/configure.yml makes the module flink_conf write into a new file, or into that of the command."""
        def include(name: str, **has: str) -> Dict[str, Any]:
            tasks = yaml.safe_load((self._role / "tasks" / name).read_text(encoding="utf-8"))
            (found,) = [task for task in tasks if all(task.get(key, value) == value and key in task for key, value in has.items())]
            return dict(found)

        (arguments,) = [task["baremetal.flink.flink_conf"] for task in yaml.safe_load((self._role / "tasks" / "conf_file.yml").read_text(encoding="utf-8"))]
        how = include("configure.yml", **{INCLUDE: "conf_file.yml"}) if command else include("configure.yml", **{IMPORT: "conf_file.yml"})
        texts = {name: how["vars"][value[3:-3]] if isinstance(value, str) and value[3:-3] in how["vars"] else value for name, value in arguments.items()}
        given = {name: self._rendered(value) if isinstance(value, str) else value for name, value in texts.items()}
        checked = ArgumentSpecValidator(SPEC["argument_spec"]).validate(
            {name: value for name, value in given.items() if value != OMITTED and name in SPEC["argument_spec"]})
        assert not checked.error_messages, checked.error_messages
        params = checked.validated_parameters
        request = Request(
            version=params["version"], settings=params["settings"], unknown_keys=params["unknown_keys"], exclusive=params["exclusive"],
            high_availability={option: params[option] for option, dummy in HA_OPTIONS},
        )
        return Plan(request).outcome("").text

    def _rendered(self, text: str, **how: Any) -> Any:
        with mock.patch.object(filter_loader, "get", _found), mock.patch.object(lookup_loader, "get", _found_lookup):
            return self._templar.template(trusted(text), **how)


def _found(name: str, *args: Any, **kwargs: Any) -> Any:
    """A filter of the collection, or one of Ansible's."""
    if name not in FILTERS:
        return ANSIBLES(name, *args, **kwargs)
    plugin = AnsibleJinja2Filter(FILTERS[name])
    plugin._load_name = name
    return plugin


def _found_lookup(name: str, *args: Any, **kwargs: Any) -> Any:
    return ANSIBLES_LOOKUPS(name.rpartition(".")[2], *args, **kwargs)


ANSIBLES, ANSIBLES_LOOKUPS = filter_loader.get, lookup_loader.get


def templates_of(value: Any) -> Any:
    """The same, of which each text may be a template."""
    if isinstance(value, dict):
        return {key: templates_of(each) for key, each in value.items()}
    if isinstance(value, list):
        return [templates_of(each) for each in value]
    return trusted(value) if isinstance(value, str) else value
