# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module of this collection starts and ends; the only file that imports AnsibleModule."""

from __future__ import annotations

import importlib
import traceback
from typing import Any, Callable, Dict, Mapping, Sequence

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError

Core = Callable[[Mapping[str, Any], bool, Callable[[str], None]], Dict[str, Any]]
ModuleCore = Callable[[Mapping[str, Any], bool, AnsibleModule], Dict[str, Any]]


def run(argument_spec: Mapping[str, Any], core: Core, *, requirements: Sequence[str], **kwargs: Any) -> None:
    """Parse the arguments, call ``core(params, check_mode, warn)`` and exit with the dictionary that it returns.

    ``warn`` takes a sentence that the person at the keyboard sees beside the result. The rest is as in run_with_module.
    """
    run_with_module(
        argument_spec,
        lambda params, check_mode, module: core(params, check_mode, module.warn),
        requirements=requirements,
        **kwargs,
    )


def run_with_module(
    argument_spec: Mapping[str, Any],
    core: ModuleCore,
    *,
    requirements: Sequence[str],
    supports_check_mode: bool = True,
    **kwargs: Any,
) -> None:
    """As run, for cores that need AnsibleModule itself (commands, SELinux labels): ``core(params, check_mode, module)``.

    ``requirements`` are Python libraries that must be importable on the host; the first missing one is reported as
    Ansible reports it everywhere. ``kwargs`` go to AnsibleModule (``required_if`` and its like). A CollectionError becomes
    the failure message and its details become keys of the result; anything else is a defect and keeps its traceback.
    """
    module = AnsibleModule(argument_spec=dict(argument_spec), supports_check_mode=supports_check_mode, **kwargs)
    for library in requirements:
        try:
            importlib.import_module(library)
        except ImportError:
            module.fail_json(msg=missing_required_lib(library), exception=traceback.format_exc())
    try:
        result = core(module.params, module.check_mode, module)
    except CollectionError as error:
        module.fail_json(msg=str(error), **error.details)
    result.setdefault("changed", False)
    module.exit_json(**result)
