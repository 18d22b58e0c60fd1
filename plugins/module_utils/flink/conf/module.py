# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module flink_conf does with a plan: reads the file, writes it with its rights, and tells what changed."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping

from ...secrets import HIDDEN, Secrets
from .plan import HA_OPTIONS, Plan, Request
from .storage import load, store


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    path = os.path.realpath(params["path"])
    request = Request(
        version=params["version"],
        high_availability={option: params[option] for option, key in HA_OPTIONS},
        settings=params["settings"],
        absent=params["absent"],
        unknown_keys=params["unknown_keys"],
        exclusive=params["exclusive"],
        charset=params["charset"],
        secret_keys=params["secret_keys"],
    )
    before = load(path)
    plan = Plan(request)
    outcome = plan.outcome(before or "")
    for warning in outcome.warnings:
        module.warn(warning)
    result: Dict[str, Any] = {
        "path": path,
        "version": plan.catalogue.name,
        "changed": outcome.changed or before is None,
        "settings": outcome.effective,
        "changed_keys": list(outcome.changes),
        "changes": outcome.changes,
        "restart": outcome.restart,
        "renamed": outcome.renamed,
        "duplicates": outcome.duplicates,
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
        store(module, path, outcome.text, attributes, params["make_directory"])
    if attributes["attributes"] and os.path.exists(path):
        result["changed"] = module.set_fs_attributes_if_different(attributes, result["changed"], attribute_diff)
    text_diff = {"before_header": path, "after_header": path, "before": outcome.shown_before, "after": outcome.shown_after}
    result["diff"] = [text_diff] + ([attribute_diff] if attribute_diff else [])
    return result


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
        "make_directory": {"type": "bool", "default": False},
        "backup": {"type": "bool", "default": False},
    },
    requirements=(),
    shown={"settings": shown_settings},
    add_file_common_args=True,
)
