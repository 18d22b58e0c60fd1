# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a plain function becomes a Jinja filter."""

from __future__ import annotations

from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Callable, Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ..module_utils.errors import CollectionError
from ..module_utils.layers import LAYERS

UTILS = "ansible_collections.baremetal.flink.plugins.module_utils"


def as_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``function`` so that its CollectionError becomes the one-sentence failure of the template."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except CollectionError as error:
            raise AnsibleFilterError(str(error)) from None

    return run


def late_filter(module: str, function: str) -> Callable[..., Any]:
    """A filter out of ``module`` of module_utils that is imported when it is used.

    To find one filter Ansible loads the files of all, in each of the processes that carry out its tasks: what few of them need must not
    cost every task its import (0.2 s for the flags of Mesos and Marathon, 0.3 s for the options of a job).
    """

    def imported() -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(import_module(f"{UTILS}.{module}"), function)
        return found

    def run(*args: Any, **kwargs: Any) -> Any:
        return as_filter(imported())(*args, **kwargs)

    return run


def import_layers(groups: Mapping[str, Sequence[str]]) -> None:
    """Import what judges and runs the layers that have hosts.

    For a filter of a play's hosts: that is evaluated by the process from which Ansible forks one for each task and host, and each of those
    would compile the same files again.
    """
    for layer in ["java", *(layer for layer, names in LAYERS.items() if any(groups.get(name) for name in names))]:
        for part in ("preflight", "run"):
            if find_spec(f"{UTILS}.{layer}.{part}"):
                import_module(f"{UTILS}.{layer}.{part}")
