# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of a task, each of which is worked out once.

Ansible works a variable out again for each template that names it, with a copy of all variables: the files of Flink on one host are some 200
templates, of which it makes 760.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, Dict, Iterator, Mapping, Set

from ansible.errors import AnsibleError

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19 cannot tell a value from a template, so a value could become one
    trust_as_template = None

WORD = re.compile(r"[A-Za-z_]\w*")
#: Ansible's own, which have all variables in them, or those of other hosts.
MAGIC = frozenset({"vars", "hostvars", "groups", "ansible_facts"})


class Once:
    """What a task's templates name, bottom up.

    :param templar: the action's.
    :param variables: the task's.
    """

    def __init__(self, templar: Any, variables: Mapping[str, Any]) -> None:
        self._given = variables
        self._variables: Dict[str, Any] = dict(variables)
        self._templar = templar.copy_with_new_env(available_variables=self._variables)
        self._named: Dict[str, Set[str]] = {}

    def template(self, value: Any) -> Any:
        """As Ansible's own."""
        if trust_as_template:
            self._settle(value)
        return self._templar.template(value)

    def variables_for(self, text: str, own: Mapping[str, Any]) -> Dict[str, Any]:
        """The variables of a template that has some of its own: what goes by one of those is left to be worked out there."""
        if trust_as_template:
            self._settle(text)
        others = {name: self._given[name] for name, reached in self._named.items() if name in self._given and not reached.isdisjoint(own)}
        return {**self._variables, **others, **own}

    def _settle(self, value: Any) -> Set[str]:
        """Have each variable that ``value`` names be what it is worked out to, and tell which names that goes by."""
        found: Set[str] = set()
        for text in _templates(value):
            for name in WORD.findall(text):
                found.add(name)
                found |= self._settle_named(name)
        return found

    def _settle_named(self, name: str) -> Set[str]:
        if name in self._named or name in MAGIC or name not in self._variables:
            return self._named.get(name, set())
        # A variable that names itself is one for Ansible to refuse.
        self._named[name] = set()
        value = self._variables[name]
        found = self._named[name] = self._settle(value)
        if found:
            # What cannot be worked out is told to whoever uses it, if anybody does.
            with suppress(AnsibleError):
                self._variables[name] = self._templar.template(value)
        return found


def _templates(value: Any) -> Iterator[str]:
    """The texts in ``value`` that may be templates."""
    if isinstance(value, str):
        if "{{" in value or "{%" in value:
            yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _templates(each)
