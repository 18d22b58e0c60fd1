# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module of this collection starts and ends; the only file that imports AnsibleModule."""

from __future__ import annotations

import importlib
import traceback
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Sequence

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .errors import CollectionError

#: AnsibleModule, for those whose core needs it.
Module = AnsibleModule
Core = Callable[[Mapping[str, Any], bool, Callable[[str], None]], Dict[str, Any]]
ModuleCore = Callable[[Mapping[str, Any], bool, AnsibleModule], Dict[str, Any]]
Show = Callable[[Mapping[str, Any]], Any]


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
    shown: Optional[Mapping[str, Show]] = None,
    supports_check_mode: bool = True,
    **kwargs: Any,
) -> None:
    """As run, for cores that need AnsibleModule itself (commands, SELinux labels): ``core(params, check_mode, module)``.

    ``shown`` has the options that may hold secrets without being one: none of them goes into the host's system log, and the
    invocation, which Ansible prints with -vvv, has what the function makes of all parameters. With no_log alone each of their
    values, such as "true" or "8081", would be blotted out all over the result; hiding the secrets in there is for the core.

    ``requirements`` are Python libraries that must be importable on the host; the first missing one is reported as
    Ansible reports it everywhere. ``kwargs`` go to AnsibleModule (``required_if`` and its like). A CollectionError becomes
    the failure message and its details become keys of the result; anything else is a defect and keeps its traceback.
    """
    shown = shown or {}
    spec = {name: {**option, "no_log": True} if name in shown else option for name, option in argument_spec.items()}
    module = AnsibleModule(argument_spec=spec, supports_check_mode=supports_check_mode, **kwargs)
    params = module.params
    if shown:
        module.no_log_values = set(_secrets(argument_spec, params))
        module.params = {**params, **{name: show(params) for name, show in shown.items()}}
    for library in requirements:
        try:
            importlib.import_module(library)
        except ImportError:
            module.fail_json(msg=missing_required_lib(library), exception=traceback.format_exc())
    try:
        result = core(params, module.check_mode, module)
    except CollectionError as error:
        module.fail_json(msg=str(error), **error.details)
    result.setdefault("changed", False)
    module.exit_json(**result)


def _secrets(spec: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[str]:
    """The values of all options that are marked no_log, those inside others too."""
    for name, option in spec.items():
        value = params.get(name)
        if option.get("no_log"):
            yield from _leaves(value)
        elif option.get("options"):
            for each in value if isinstance(value, list) else [value]:
                yield from _secrets(option["options"], each or {})


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    elif not isinstance(value, bool) and value not in (None, ""):
        yield str(value)
