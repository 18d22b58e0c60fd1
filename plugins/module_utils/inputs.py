# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users hand to a role for its daemons' files, judged in one go."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from .quoting import account_faults, environment_faults, java_option_faults, path_faults
from .settings import settings_faults


def picked(options: Mapping[str, Any], *names: str) -> Dict[str, Any]:
    """These options by their names, as input_faults wants them of each kind."""
    return {name: options[name] for name in names}


def input_faults(given: Mapping[str, Any]) -> List[str]:
    """One sentence for each value that could not be written as it is meant. ``given`` has values of variables, by kind and by their names:

    ``settings``: maps that go into a configuration; ``accounts``: names of users and groups; ``paths``: paths on the hosts, and lists
    of them; ``java_options``: lists of options of JVMs, which the program ``split_by`` takes apart at blanks, if there is one;
    ``environment``: maps of environment variables, of which ``owned`` are the role's, with what is to be set instead.
    """
    faults = [fault for variable, value in given.get("settings", {}).items() for fault in settings_faults(value, variable)]
    faults += account_faults(given.get("accounts", {})) + path_faults(given.get("paths", {}))
    for variable, value in given.get("java_options", {}).items():
        faults += java_option_faults(variable, value, given.get("split_by", ""))
    for variable, value in given.get("environment", {}).items():
        faults += environment_faults(variable, value, given.get("owned", {}))
    return faults


def null_faults(options: Mapping[str, Any], names: Sequence[str]) -> List[str]:
    """A sentence for each of these maps and lists that is null."""
    return [f"{name} is null: leave it out, or give it a value." for name in names if options[name] is None]


def repository_faults(options: Mapping[str, Any], role: str) -> List[str]:
    """What is wrong with the package repository that a role may add."""
    if options[f"{role}_repository_key"] and not options[f"{role}_repository"]:
        return [f"{role}_repository_key is set and {role}_repository is not: name the repository, or leave both out."]
    return []
