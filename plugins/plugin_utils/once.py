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
#: What goes by these may have tuples in it until the outermost template is done, when they become lists.
OF_TUPLES = frozenset({"zip", "zip_longest", "product", "items", "dictsort", "groupby", "combinations", "permutations", "subelements"})
#: What goes by this loses a part then, and what is a tuple itself becomes a list.
OMIT = "omit"
TUPLE = re.compile(r"(?<![\w\])])\([^()]*,[^()]*\)")
#: Whether a value may be another one before it is worked out to its end: no, within a list or dictionary that it has, or itself.
SURE, WITHIN, ITSELF = range(3)


class Once:
    """What a task's templates name, bottom up.

    What a condition leaves out is worked out with the rest, lookups too, and nobody is told when that fails.

    :param templar: the action's.
    :param variables: the task's.
    """

    def __init__(self, templar: Any, variables: Mapping[str, Any]) -> None:
        self._given = variables
        self._variables: Dict[str, Any] = dict(variables)
        self._templar = templar.copy_with_new_env(available_variables=self._variables) if trust_as_template else templar
        #: By variable, the words in it, and whether it is the same to its end.
        self._words: Dict[str, Set[str]] = {}
        self._doubt: Dict[str, int] = {}

    def template(self, value: Any) -> Any:
        """As Ansible's own."""
        if trust_as_template:
            self._settle(value)
        return self._templar.template(value)

    def variables_for(self, text: str, own: Mapping[str, Any]) -> Dict[str, Any]:
        """The variables of a template that has some of its own: what goes by one of those is left to be worked out there."""
        if trust_as_template:
            self._settle(text)
        reached: Set[str] = set()
        news = set(own)
        while news:
            reached |= news
            news = {name for name, words in self._words.items() if name not in reached and not words.isdisjoint(reached)}
        others = {name: self._given[name] for name in reached if name in self._given}
        return {**self._variables, **others, **own}

    def _settle(self, value: Any) -> "tuple[Set[str], int]":
        """Have each variable that ``value`` names be what it is worked out to; the words in it, and whether it is the same to its end."""
        found: Set[str] = set()
        doubt = SURE
        for text in _templates(value):
            found.update(WORD.findall(text))
            doubt = ITSELF if TUPLE.search(text) else doubt
        for name in found:
            if name not in self._words and name not in MAGIC and name in self._variables:
                self._settle_named(name)
        own = ITSELF if OMIT in found else SURE if found.isdisjoint(OF_TUPLES) else WITHIN
        return found, max(doubt, own, *(self._doubt.get(name, SURE) for name in found), SURE)

    def _settle_named(self, name: str) -> None:
        # A variable that names itself is one for Ansible to refuse; what meets it on the way is kept by nobody.
        self._words[name], self._doubt[name] = set(), ITSELF
        value = self._variables[name]
        self._words[name], self._doubt[name] = self._settle(value)
        if self._words[name]:
            # What cannot be worked out is told to whoever uses it, if anybody does.
            with suppress(AnsibleError):
                worked = self._templar.template(value)
                if self._doubt[name] <= _bears(worked):
                    self._variables[name], self._doubt[name] = worked, SURE


def _bears(value: Any) -> int:
    """The doubt that leaves a value what it is: one without parts has nothing that could be another, nor have parts without parts."""
    if not isinstance(value, (dict, list)):
        return ITSELF
    parts = value.values() if isinstance(value, dict) else value
    return SURE if any(isinstance(part, (dict, list)) for part in parts) else WITHIN


def _templates(value: Any) -> Iterator[str]:
    """The texts in ``value`` that may be templates."""
    if isinstance(value, str):
        if "{{" in value or "{%" in value:
            yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _templates(each)
