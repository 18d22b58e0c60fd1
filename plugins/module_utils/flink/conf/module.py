# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module flink_conf does with a plan: reads the file, writes it with its rights, and tells what changed."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Optional

from ...secrets import HIDDEN, Secrets
from ..versions import FIRST_WITHOUT_LEGACY, minor_of
from .catalogue import Catalogue
from .plan import HA_OPTIONS, Plan, Request
from .storage import load, store
from .syntax import LEGACY, STANDARD, Syntax, syntax_of


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    path = os.path.realpath(params["path"])
    syntax = syntax_of(path, minor_of(params["version"]), params["version"])
    request = Request(
        version=params["version"],
        syntax=syntax,
        high_availability={option: params[option] for option, key in HA_OPTIONS},
        settings=params["settings"],
        absent=params["absent"],
        unknown_keys=params["unknown_keys"],
        exclusive=params["exclusive"],
        charset=params["charset"],
        secret_keys=params["secret_keys"],
    )
    before, legacy = load(path), _legacy(path, syntax)
    plan = Plan(request)
    former = _taken_over(legacy, plan.catalogue) if before is None and legacy and params["take_over"] else before or ""
    outcome = plan.outcome(former)
    if legacy and not params["take_over"] and plan.catalogue.minor < FIRST_WITHOUT_LEGACY:
        module.warn(f"Flink {plan.catalogue.name} reads {legacy} as long as it is there, and not {path}: set take_over, or remove it.")
    for warning in outcome.warnings:
        module.warn(warning)
    result: Dict[str, Any] = {
        "path": path,
        "version": plan.catalogue.name,
        "changed": outcome.changed or before is None or bool(legacy and params["take_over"]),
        "settings": outcome.effective,
        "changed_keys": list(outcome.changes),
        "changes": outcome.changes,
        "restart": outcome.restart,
        "renamed": outcome.renamed,
        "duplicates": outcome.duplicates,
        "taken_over": legacy if params["take_over"] else None,
    }
    attributes = module.load_file_common_arguments(params, path=path)
    attribute_diff: Dict[str, Any] = {}
    write = result["changed"] and not check_mode
    if write and params["backup"] and before is not None:
        result["backup_file"] = module.backup_local(path)
    if before is not None:
        # Before the text, so that a new secret is never in a file with the old mode; chattr would get in its way.
        result["changed"] = module.set_fs_attributes_if_different({**attributes, "attributes": None}, result["changed"], attribute_diff)
    if write:
        store(module, path, outcome.text, attributes, params["make_directory"], like=legacy or path)
        if legacy and params["take_over"]:
            # Not before the new file is there. A run that was killed in between is made good by the next one.
            os.replace(legacy, f"{legacy}.taken-over")
    if attributes["attributes"] and os.path.exists(path):
        result["changed"] = module.set_fs_attributes_if_different(attributes, result["changed"], attribute_diff)
    text_diff = {"before_header": path, "after_header": path, "before": outcome.shown_before, "after": outcome.shown_after}
    result["diff"] = [text_diff] + ([attribute_diff] if attribute_diff else [])
    return result


def _legacy(path: str, syntax: Syntax) -> Optional[str]:
    """The flink-conf.yaml beside a config.yaml, if there is one."""
    beside = os.path.join(os.path.dirname(path), LEGACY)
    return beside if syntax.name == STANDARD and os.path.exists(beside) else None


def _taken_over(legacy: str, catalogue: Catalogue) -> str:
    from .yaml_document import taken_over

    return taken_over(load(legacy) or "", catalogue.written_name, catalogue.last_minor)


def shown_settings(params: Mapping[str, Any]) -> Dict[str, str]:
    """``settings`` without its secrets."""
    secrets = Secrets(params["secret_keys"])
    return {
        # A map is refused anyway, and a list may hold secrets under any name.
        str(key): HIDDEN if isinstance(value, (dict, list)) else secrets.show(str(key), str(value))
        for key, value in params["settings"].items()
    }


SPEC: Dict[str, Any] = dict(
    argument_spec={
        "path": {"type": "path", "required": True},
        "version": {"type": "str", "required": True},
        "high_availability": {"type": "str"},
        "zookeeper_quorum": {"type": "list", "elements": "str"},
        "storage_dir": {"type": "str"},
        "cluster_id": {"type": "str"},
        "zookeeper_root": {"type": "str"},
        "mesos_workers_path": {"type": "str"},
        "zookeeper_acl": {"type": "str", "choices": ["open", "creator"]},
        "zookeeper_session_timeout": {"type": "int"},
        "zookeeper_connection_timeout": {"type": "int"},
        "zookeeper_retry_wait": {"type": "int"},
        "zookeeper_max_retry_attempts": {"type": "int"},
        "jobmanager_port": {"type": "str"},
        "settings": {"type": "dict", "default": {}},
        "absent": {"type": "list", "elements": "str", "default": [], "no_log": False},
        "unknown_keys": {"type": "str", "choices": ["error", "warn", "allow"], "default": "error", "no_log": False},
        "exclusive": {"type": "bool", "default": False},
        "charset": {"type": "str", "choices": ["ascii", "utf-8"], "default": "ascii"},
        "secret_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
        "take_over": {"type": "bool", "default": False},
        "make_directory": {"type": "bool", "default": False},
        "backup": {"type": "bool", "default": False},
    },
    requirements=(),
    shown={"settings": shown_settings},
    add_file_common_args=True,
)
