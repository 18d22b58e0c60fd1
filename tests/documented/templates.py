# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the Jinja expressions of an example can be read, and its filters exist and take what they are given."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import lru_cache
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Set

import ansible.plugins.filter
import jinja2
from jinja2 import nodes

from .arguments import BUILTIN, OURS
from .sources import ROOT

#: Keys of tasks and plays whose strings are bare expressions.
EXPRESSIONS = ("when", "that", "until", "failed_when", "changed_when")
ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])


@lru_cache(maxsize=None)
def our_filters() -> Dict[str, Callable[..., Any]]:
    """The collection's filters by their short names."""
    found: Dict[str, Callable[..., Any]] = {}
    for path in sorted((ROOT / "plugins" / "filter").glob("*.py")):
        module = importlib.import_module(f"ansible_collections.baremetal.flink.plugins.filter.{path.stem}")
        found.update(module.FilterModule().filters())
    return found


@lru_cache(maxsize=None)
def builtin_filters() -> FrozenSet[str]:
    """The names of ansible-core's filters."""
    names: Set[str] = set()
    for found in pkgutil.iter_modules(ansible.plugins.filter.__path__):
        module = importlib.import_module(f"ansible.plugins.filter.{found.name}")
        names |= set(module.FilterModule().filters())
    return frozenset(names)


def templates(value: Any, bare: bool = False) -> Iterator[str]:
    """Every string of a value that Ansible would template."""
    if isinstance(value, str):
        if bare:
            yield "{{ " + value + " }}"
        elif "{{" in value or "{%" in value:
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from templates(item, bare)
    elif isinstance(value, dict):
        # The `when` of an entry in a module's list is a value like others.
        is_task = any("." in name or name == "block" for name in map(str, value))
        for name, item in value.items():
            yield from templates(item, name in EXPRESSIONS and (is_task or name != "when"))


def _filter_faults(node: nodes.Filter) -> List[str]:
    if node.name.startswith(OURS):
        function = our_filters().get(node.name[len(OURS):])
        if function is None:
            return [f"the collection has no filter {node.name[len(OURS):]}"]
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return []
        try:
            inspect.signature(getattr(function, "imported", lambda found=function: found)()).bind(None, *node.args, **{pair.key: None for pair in node.kwargs})
        except TypeError as error:
            return [f"filter {node.name}: {error}"]
        return []
    if node.name in ENVIRONMENT.filters:
        return []
    return [] if node.name.removeprefix(BUILTIN) in builtin_filters() else [f"there is no filter {node.name}"]


def template_faults(value: Any) -> List[str]:
    """What is wrong with the expressions in a value; each is one sentence."""
    faults = []
    for text in templates(value):
        try:
            tree = ENVIRONMENT.parse(text)
        except jinja2.TemplateSyntaxError as error:
            faults.append(f"{text!r} cannot be read as a template: {error}")
            continue
        for node in tree.find_all(nodes.Filter):
            faults += _filter_faults(node)
    return faults
