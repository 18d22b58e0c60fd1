# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/v2/info and /metrics. Does not measure anything but what the state counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict

from . import BUILDREF, VERSION
from .answers import Answer
from .flags import redacted
from .model import PROVISIONED, RUNNING, STAGING

if TYPE_CHECKING:
    from .core import Core

CONFIG = (
    "access_control_allow_origin", "checkpoint", "decline_offer_duration", "default_network_name", "env_vars_prefix", "executor",
    "failover_timeout", "framework_name", "ha", "hostname", "launch_token_refresh_interval", "local_port_max", "local_port_min", "master",
    "max_instances_per_offer", "mesos_bridge_name", "mesos_heartbeat_failure_threshold", "mesos_heartbeat_interval", "mesos_role",
    "mesos_user", "min_revive_offers_interval", "offer_matching_timeout", "on_elected_prepare_timeout", "reconciliation_initial_delay",
    "reconciliation_interval", "scale_apps_initial_delay", "scale_apps_interval", "store_cache", "task_launch_confirm_timeout",
    "task_launch_timeout", "task_lost_expunge_initial_delay", "task_lost_expunge_interval", "task_reservation_timeout", "webui_url",
    "maintenance_mode",
)  # fmt: skip
ZOOKEEPER = (
    "zk", "zk_compression", "zk_compression_threshold", "zk_connection_timeout", "zk_max_node_size", "zk_max_versions", "zk_session_timeout",
    "zk_timeout",
)  # fmt: skip


def info(core: "Core", me: str) -> Dict[str, Any]:
    """/v2/info of the leader."""
    flags = core.flags
    config: Dict[str, Any] = {name: redacted(getattr(flags, name)) for name in CONFIG}
    config["features"] = flags.enable_features
    config["launch_token"] = flags.launch_tokens
    config["leader_proxy_connection_timeout_ms"] = flags.leader_proxy_connection_timeout
    config["leader_proxy_read_timeout_ms"] = flags.leader_proxy_read_timeout
    config["new_group_enforce_role"] = flags.new_group_enforce_role.capitalize()
    master = core.master or {}
    address = master.get("address") or {}
    found = f"http://{address.get('hostname') or master.get('hostname')}:{address.get('port') or master.get('port')}/" if master else None
    config["mesos_leader_ui_url"] = flags.mesos_leader_ui_url or found
    shown: Dict[str, Any] = {"name": flags.framework_name, "version": VERSION, "buildref": BUILDREF, "elected": True, "leader": me}
    if core.state.framework_id:
        shown["frameworkId"] = core.state.framework_id
    shown["marathon_config"] = config
    shown["zookeeper_config"] = {name: redacted(getattr(flags, name)) for name in ZOOKEEPER}
    shown["http_config"] = {"http_port": flags.http_port, "https_port": flags.https_port}
    return shown


def metrics(core: "Core", prometheus: bool) -> Answer:
    """Gauges."""
    instances = list(core.state.instances.values())
    prefix = core.flags.metrics_name_prefix
    values = {
        f"{prefix}.apps.active.gauge": len(core.state.apps),
        f"{prefix}.deployments.active.gauge": len(core.state.deployments),
        f"{prefix}.instances.running.gauge": len([each for each in instances if each.condition == RUNNING]),
        f"{prefix}.instances.staged.gauge": len([each for each in instances if each.condition in (PROVISIONED, STAGING)]),
        f"{prefix}.mesos.connected.gauge": int(core.connected),
    }
    if prometheus:
        lines = [f"{name.replace('.', '_')} {value}" for name, value in values.items()]
        return Answer(200, "\n".join(lines) + "\n", {}, "text/plain; version=0.0.4")
    gauges = {name: {"value": value} for name, value in values.items()}
    return Answer(200, {"version": "4.0.0", "gauges": gauges, "counters": {}, "histograms": {}, "meters": {}, "timers": {}})
