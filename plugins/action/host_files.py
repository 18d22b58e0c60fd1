# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders every template of the task on the controller and hands all of them to the module in one execution."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Optional

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.template import generate_ansible_template_vars

from ..module_utils.host.files import HostFilesError, expand, pack
from ..plugin_utils.once import Once

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19 trusts every template
    trust_as_template = None

OVERRIDES = {"trim_blocks": True, "lstrip_blocks": False}
CONTENT_KEYS = ("template", "content", "source")


class ActionModule(ActionBase):
    """The controller's half of host_files."""

    # No temporary directory on the host: the module gets everything with its arguments.
    TRANSFERS_FILES = False

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Render, then run the module once."""
        task_vars = task_vars or {}
        result: Dict[str, Any] = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if "payload" in arguments:
            raise AnsibleActionFail("payload is set by host_files itself; give the text as content, template or source.")
        known = Once(self._templar, task_vars)
        for name in ("entries", "units"):
            variable = arguments.pop(f"{name}_of", None)
            if variable is None:
                continue
            if name in arguments:
                raise AnsibleActionFail(f"give {name} or {name}_of, not both.")
            if variable not in task_vars:
                raise AnsibleActionFail(f"{name}_of: there is no variable {variable!r}.")
            arguments[name] = self._without_omitted(known.template(task_vars[variable]), task_vars.get("omit"))
        entries = arguments.get("entries")
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise AnsibleActionFail("entries must be a list of dictionaries, each with a path.")
        try:
            entries = expand(self._wanted(entries))
        except HostFilesError as error:
            raise AnsibleActionFail(error.message) from None
        contents: Dict[int, bytes] = {}
        plain: List[Dict[str, Any]] = []
        for position, entry in enumerate(entries):
            given = [key for key in CONTENT_KEYS if entry.get(key) is not None]
            if len(given) > 1:
                raise AnsibleActionFail(f"{entry.get('path')}: give only one of {', '.join(given)}.")
            if given:
                contents[position] = self._content(given[0], entry, known, task_vars)
            plain.append({key: value for key, value in entry.items() if key not in CONTENT_KEYS and key != "vars"})
        arguments["entries"] = plain
        if contents:
            arguments["payload"] = pack(contents)
        try:
            result.update(
                self._execute_module(module_name="baremetal.flink.host_files", module_args=arguments, task_vars=task_vars)
            )
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    @staticmethod
    def _without_omitted(found: Any, omit: Any) -> Any:
        """As the arguments of a task; ansible-core from 2.19 on leaves out by itself what is omitted."""
        if trust_as_template or not isinstance(found, list):
            return found
        return [{key: value for key, value in each.items() if value != omit} if isinstance(each, dict) else each for each in found]

    @staticmethod
    def _wanted(entries: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
        """Those entries whose condition holds, or that have none."""
        wanted = []
        for entry in entries:
            try:
                if boolean(entry.get("when", True)):
                    wanted.append(entry)
            except TypeError:
                where = entry.get("path") or ", ".join(entry.get("paths") or [])
                raise AnsibleActionFail(f"{where}: when is {entry['when']!r}: write a condition that is true or false.") from None
        return wanted

    def _content(self, key: str, entry: Dict[str, Any], known: Once, task_vars: Dict[str, Any]) -> bytes:
        path = entry.get("path")
        try:
            if key == "template":
                return self._render(entry, known, task_vars)
            if key == "source":
                with open(self._loader.get_real_file(self._find_needle("files", entry["source"])), "rb") as handle:
                    return handle.read()
        except (AnsibleError, OSError) as error:
            raise AnsibleActionFail(f"{path}: {entry[key]}: {error}") from None
        content = entry["content"]
        if isinstance(content, (dict, list)):
            return json.dumps(content).encode("utf-8")
        return str(content).encode("utf-8")

    def _render(self, entry: Dict[str, Any], known: Once, task_vars: Dict[str, Any]) -> bytes:
        source = self._find_needle("templates", entry["template"])
        text = self._loader.get_text_file_contents(source) if trust_as_template else self._read_template(source)
        searchpath: List[str] = []
        for base in list(task_vars.get("ansible_search_path", [])) + [self._loader.get_basedir(), os.path.dirname(source)]:
            searchpath += [os.path.join(base, "templates"), base]
        generated = generate_ansible_template_vars(entry["template"], source, entry.get("path"))
        if "ansible_managed" in task_vars:
            generated.pop("ansible_managed", None)
        variables = known.variables_for(text, {**generated, **(entry.get("vars") or {})})
        if trust_as_template:
            templar = self._templar.copy_with_new_env(searchpath=searchpath, available_variables=variables)
            rendered = templar.template(trust_as_template(text), escape_backslashes=False, overrides=dict(OVERRIDES))
        else:
            # The plain environment, which newer cores do not have: with native types a template of one number would render as a number.
            from ansible.template import AnsibleEnvironment

            templar = self._templar.copy_with_new_env(
                environment_class=AnsibleEnvironment, searchpath=searchpath, available_variables=variables
            )
            rendered = templar.do_template(
                text, preserve_trailing_newlines=True, escape_backslashes=False, overrides=dict(OVERRIDES)
            )
            # A loop without a turn gets the newline after it, which is nothing at all from 2.19 on.
            rendered = rendered if str(rendered).strip("\n") else ""
        return ("" if rendered is None else str(rendered)).encode("utf-8")

    def _read_template(self, source: str) -> str:
        content, dummy = self._loader._get_file_contents(source)
        return str(content, "utf-8")
