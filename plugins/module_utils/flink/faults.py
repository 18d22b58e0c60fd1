# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the inventory and the role's options cannot work, one sentence each, saying what to change."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import Any, List, Mapping, Sequence

from ..inputs import input_faults, picked
from .certificates import maker_faults
from .conf.command_line import shown_secrets
from .conf.plan import problems
from .cluster import Cluster
from .internal_tls import OPTION as INTERNAL_TLS
from .internal_tls import tls_faults
from .job_clusters import job_cluster_problems
from .memory import memory_problems
from .rest_tls import OPTION as REST_TLS
from .rest_tls import rest_faults
from .tickets import ticket_faults
from .versions import DEFAULTS, MANAGERS, SPANS, FlinkVersion, names_of
from .zookeeper_login import login_faults

#: What Apache calls its archives; one of another version than the one that is set up would be read by other rules.
ARCHIVE = re.compile(r"\bflink-(\d+\.\d+\.\d+)-bin")
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
#: A minor version is no release that could be fetched, and without quotes 1.20 becomes 1.2 on its way here.
MINOR_VERSION = re.compile(r"[0-9]+\.[0-9]+")
#: Bounds of a ZooKeeper server with ticks of 2000 ms.
SESSION_MS = (4000, 40000)
#: Where the role java puts its own, and the oldest that a registry has.
JAVA_LINK, EVERYWHERE = "/opt/java", 11
PORT_NAMES = ("rest", "rpc", "blob", "artifacts", "libprocess")
SESSION_PORTS = ("rest_port", "jobmanager_port", "blob_port", "taskmanager_port", "taskmanager_data_port", "metrics_ports")
#: Variables of the environment that are not the user's to set, with what is.
OWNED = {
    "JAVA_HOME": "flink_java_home",
    "JVM_ARGS": "flink_java_options",
    "FLINK_ENV_JAVA_OPTS": "flink_java_options",
    "FLINK_ENV_JAVA_OPTS_JM": "flink_jobmanager_java_options",
    "FLINK_ENV_JAVA_OPTS_TM": "flink_taskmanager_java_options",
    "FLINK_ENV_JAVA_OPTS_HS": "flink_java_options",
    "FLINK_ENV_JAVA_OPTS_CLI": "flink_client_java_options",
    "FLINK_LOG_DIR": "flink_log_dir",
    "FLINK_CONF_DIR": "",
    "FLINK_PID_DIR": "",
    "FLINK_IDENT_STRING": "",
    "HADOOP_CLASSPATH": "flink_hadoop_classpath",
    "HADOOP_CONF_DIR": "flink_hadoop_conf_dir",
    "HIGH_AVAILABILITY": "flink_zookeeper_quorum",
    "LIBPROCESS_IP": "flink_address",
    "LIBPROCESS_PORT": "flink_appmaster_ports",
    "MESOS_NATIVE_JAVA_LIBRARY": "flink_mesos_native_library",
}


def flink_faults(cluster: Cluster) -> List[str]:
    """Sentences without their full stops; empty when nothing is wrong."""
    options, settings = cluster.options, cluster.options["flink_conf_settings"]
    found = _job_clusters(cluster) + _release(cluster) + (_on_mesos(cluster) if cluster.mesos else _groups(cluster))
    found += ticket_faults(cluster) + _high_availability(cluster) + _sizes(cluster) + _restart_strategy(cluster) + memory_problems(settings)
    found += tls_faults(cluster) + rest_faults(cluster) + maker_faults(cluster, (INTERNAL_TLS, REST_TLS)) + login_faults(cluster)
    inputs = [fault[:-1] if fault.endswith(".") else fault for fault in input_faults(given(options))]
    if not inputs and cluster.version:
        inputs = problems(settings, options["flink_version"], options["flink_unknown_keys"], cluster.mesos)
    return found + inputs


def given(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """What users hand to files and command lines of Flink, for input_faults."""
    named = partial(picked, options)
    job = options.get("flink_job_cluster") or {}
    paths = named("flink_java_home", "flink_tmp_dirs", "flink_log_dir", "flink_hadoop_conf_dir", "flink_mesos_native_library")
    if options["flink_cluster_manager"] == "standalone":
        paths = {**paths, "flink_mesos_native_library": ""}
    return {
        "settings": {**named("flink_settings"), "settings of flink_job_clusters": job.get("settings", {})},
        "accounts": named("flink_user", "flink_group"),
        "paths": paths,
        "java_options": named("flink_java_options", "flink_jobmanager_java_options", "flink_taskmanager_java_options", "flink_client_java_options"),
        "split_by": "Flink's start script",
        "environment": named("flink_environment"),
        "owned": OWNED,
    }


def _job_clusters(cluster: Cluster) -> List[str]:
    options, path = cluster.options, str(cluster.options["flink_cluster_id"])[1:]
    declared = options["flink_job_clusters"]
    ports = [] if cluster.mesos else [options[f"flink_{name}"] for name in SESSION_PORTS]
    if ports and options["flink_history_server"]:
        ports.append(options["flink_history_server_port"])
    found = job_cluster_problems(declared, options["flink_cluster_manager"], options["flink_name"], ports, len(cluster.taskmanager_hosts))
    jars = [job.get("jar") for job in declared if job.get("state", "present") != "absent"]
    found += [
        f"flink_job_clusters names {jar}, and there is no such file on the controller: build it, or correct the path"
        for jar in jars if jar and not os.path.exists(jar)
    ]
    if path in [job.get("name", "") for job in declared]:
        found.append(f"job cluster {path} would have flink_cluster_id, the path of the session cluster in ZooKeeper: rename it")
    return found


def _release(cluster: Cluster) -> List[str]:
    options, name, found = cluster.options, str(cluster.options["flink_name"]), []
    if name != "flink" and not cluster.mesos:
        found.append(f"flink_name is {name}, and hosts have one standalone Flink, called flink: leave flink_name alone, or use Mesos")
    if not NAME.fullmatch(name):
        found.append(
            f"flink_name is {name}, which becomes a directory, a command and a part of an app: use lower-case letters, digits and -, a letter first"
        )
    version, manager = cluster.version, options["flink_cluster_manager"]
    if MINOR_VERSION.fullmatch(str(options["flink_version"])):
        found.append(
            f"flink_version is {options['flink_version']}, which is no release: name one such as {DEFAULTS[manager]} (a number without quotes loses its last "
            "0, and 1.20 is then 1.2)"
        )
    elif not version:
        found.append(f"flink_version is {options['flink_version']}, and the role sets up {names_of(MANAGERS[manager])} on {manager}: choose one of these")
    elif not version.has(manager):
        elsewhere = [name for name in MANAGERS if version.has(name)]
        found.append(
            f"flink_version is {options['flink_version']}, and on {manager} the role sets up {names_of(MANAGERS[manager])}: choose one of these"
            + "".join(f", or set flink_cluster_manager to {name}" for name in elsewhere)
        )
    elif options["flink_source"] == "pypi" and not version.has("pypi"):
        found.append(
            f"flink_source is pypi, which has Flink {names_of(SPANS['pypi'])} and no {options['flink_version']}: set flink_source to archive, and "
            "flink_archive_url or flink_archive_path with flink_archive_checksum"
        )
    named = ARCHIVE.search(str(options["flink_archive_url"] or options["flink_archive_path"] or ""))
    if options["flink_source"] == "archive" and named and named.group(1) != str(options["flink_version"]):
        found.append(f"flink_version is {options['flink_version']}, and the archive is one of Flink {named.group(1)}: set flink_version to that")
    client = options["flink_zookeeper_client_version"]
    unfit = version.zookeeper_client_fault(client) if version else ""
    if unfit:
        found.append(f"flink_zookeeper_client_version is {client}, {unfit}")
    if version and max(version.java) < EVERYWHERE and options["flink_java_home"] == JAVA_LINK and not _own_java(cluster):
        found.append(
            f"Flink {options['flink_version']} runs on Java {version.usual_java} alone, which no package registry has: put one on the hosts and name its "
            "directory in flink_java_home, or set java_source to archive or existing"
        )
    placed = (options["flink_archive_url"] or options["flink_archive_path"]) and options["flink_archive_checksum"]
    if options["flink_source"] == "archive" and not placed:
        found.append("flink_source is archive: set flink_archive_url or flink_archive_path, and flink_archive_checksum")
    return found


def _own_java(cluster: Cluster) -> bool:
    """Whether the role java is given one; which it is the host's own preflight sees."""
    return cluster.inventory.hostvars[cluster.host].get("java_source", "") in ("archive", "existing")


def _groups(cluster: Cluster) -> List[str]:
    found = [
        f"the group {group} is empty: put at least one host into it"
        for group, hosts in (("flink_jobmanager", cluster.jobmanagers), ("flink_taskmanager", cluster.taskmanagers)) if not hosts
    ]
    if not cluster.has_host:
        found.append(
            "this host is neither in flink_jobmanager nor in flink_taskmanager nor in flink_client: put it into one of them, or leave it out of the play"
        )
    return found


def _on_mesos(cluster: Cluster) -> List[str]:
    options, found = cluster.options, []
    if not cluster.has_host:
        found.append(
            f"on Mesos Flink runs on the hosts of the group mesos_agent, or flink_mesos: {cluster.host} is in neither; put it there, or set "
            "flink_cluster_manager to standalone"
        )
    if not cluster.highly_available:
        found.append(
            f"the AppMaster may start on any of {', '.join(cluster.members)} and finds its jobs again through ZooKeeper only: put hosts into the "
            "group zookeeper, or set flink_zookeeper_quorum"
        )
    if not options["flink_mesos_master"]:
        found.append(
            "flink_mesos_master is empty: put hosts into the groups mesos_master and zookeeper, or set it to zk://host:2181/mesos or host:5050"
        )
    if not options["flink_marathon_urls"]:
        found.append("flink_marathon_urls is empty: put hosts into the group marathon, or set it")
    left_out = _without(cluster.groups.get("mesos_agent", []), cluster.members)
    if left_out and not options["flink_mesos_constraint"]:
        found.append(
            f"the group flink_mesos leaves out {', '.join(left_out)} of mesos_agent, where Flink could be sent all the same: give its agents an "
            "attribute, and name it in flink_mesos_constraint (attribute:value) and in the constraints of flink_app"
        )
    if cluster.version:
        found += _of_version_on_mesos(cluster, cluster.version)
    found += _appmaster_ports(cluster)
    if bool(options["flink_mesos_principal"]) != bool(options["flink_mesos_secret"]):
        found.append("flink_mesos_principal and flink_mesos_secret belong together: set both or none")
    return found + _seen_by_all(cluster)


def _seen_by_all(cluster: Cluster) -> List[str]:
    """Secrets that everybody on an agent's host could read."""
    options = cluster.options
    keys = shown_secrets(options["flink_conf_settings"], options["flink_mesos_exposed_keys"])
    if not keys:
        return []
    return [
        f"{', '.join(keys)} would stand in the arguments of TaskManagers, which everybody on an agent's host reads, as Flink on Mesos hands all of its "
        "settings to them there: give what needs them a file that its user alone reads (for file systems of Hadoop core-site.xml in "
        "flink_hadoop_conf_dir), or name these keys in flink_mesos_exposed_keys"
    ]


def _appmaster_ports(cluster: Cluster) -> List[str]:
    options = cluster.options
    given_ports = options["flink_appmaster_ports"]
    unknown = _without(list(given_ports), PORT_NAMES)
    if unknown:
        return [f"flink_appmaster_ports names {', '.join(unknown)}, and the ports of the AppMaster are {', '.join(PORT_NAMES)}"]
    # Marathon numbers a port that is 0 as a service port (10000 to 20000), and with requirePorts looks for that number in the offers of agents.
    is_open = [name for name in PORT_NAMES if str(given_ports.get(name) or 0) == "0"]
    own = {"portDefinitions", "requirePorts"} & set(options["flink_app"])
    if cluster.job or own or len(is_open) in (0, len(PORT_NAMES)):
        return []
    return [
        f"flink_appmaster_ports leaves {', '.join(is_open)} open and fixes the others, and Marathon would wait for ever for an offer with ports that no agent "
        "has: fix all five, or none"
    ]


def _of_version_on_mesos(cluster: Cluster, version: FlinkVersion) -> List[str]:
    options, found = cluster.options, []
    if options["flink_mesos_initial_tasks"] and not version.has("initial_tasks"):
        found.append(
            f"flink_mesos_initial_tasks is {options['flink_mesos_initial_tasks']}, and Flink {options['flink_version']} starts TaskManagers when a "
            f"job needs them: mesos.initial-tasks works in {names_of(SPANS['initial_tasks'])}; set it to 0"
        )
    if (options["flink_job_clusters"] or cluster.job) and not version.has("job_clusters_on_mesos"):
        found.append(
            f"flink_job_clusters on Mesos need Flink {names_of(SPANS['job_clusters_on_mesos'])}, and flink_version is {options['flink_version']}: run "
            "these jobs in the session cluster, with flink_jobs"
        )
    return found


def _high_availability(cluster: Cluster) -> List[str]:
    options, found = cluster.options, []
    jobmanagers, session_ms = cluster.jobmanagers, options["flink_zookeeper_session_ms"]
    if len(jobmanagers) > 1 and not cluster.highly_available:
        found.append(
            f"{len(jobmanagers)} JobManagers ({', '.join(jobmanagers)}) need ZooKeeper to elect a leader: put hosts into the group zookeeper, set "
            "flink_zookeeper_quorum, or keep one JobManager"
        )
    if len(cluster.members) > 1 and not options["flink_storage_shared"]:
        found.append(
            f"flink_storage_url is {options['flink_storage_url']}, which the {len(cluster.members)} hosts do not share: put hosts into hdfs_namenode and "
            "hdfs_datanode, or set flink_storage_url to a shared place (and flink_storage_shared to true if it is mounted on all of them)"
        )
    if cluster.highly_available and not SESSION_MS[0] <= session_ms <= SESSION_MS[1]:
        found.append(
            f"flink_zookeeper_session_ms is {session_ms}: choose 4000 to 40000, the bounds of a ZooKeeper server with ticks of 2000 ms"
        )
    if not (options["flink_cluster_id"].startswith("/") and options["flink_zookeeper_root"].startswith("/")):
        found.append("flink_cluster_id and flink_zookeeper_root are paths in ZooKeeper: begin them with /")
    return found


def _sizes(cluster: Cluster) -> List[str]:
    options, found = cluster.options, []
    if options["flink_heartbeat_timeout_ms"] < 2 * options["flink_heartbeat_interval_ms"]:
        found.append(
            f"flink_heartbeat_timeout_ms is {options['flink_heartbeat_timeout_ms']}: make it at least twice flink_heartbeat_interval_ms, or one late "
            "heartbeat ends a job"
        )
    if cluster.slots < 1:
        found.append(f"flink_taskmanager_slots is {cluster.slots}: give each TaskManager at least one slot")
    elif not cluster.mesos and cluster.parallelism > cluster.all_slots:
        what = f"parallelism of job cluster {cluster.name}" if cluster.job else "flink_parallelism"
        found.append(
            f"{what} is {cluster.parallelism}, but all TaskManagers together have {cluster.all_slots} slots: no job would ever start; lower it or "
            "raise flink_taskmanager_slots"
        )
    return found


def _restart_strategy(cluster: Cluster) -> List[str]:
    # Parameters of a strategy that is not in force do nothing, without a word of Flink's.
    settings = cluster.user_settings
    own = cluster.options["flink_restart_strategy"]
    unread = [key for key in settings if str(key).startswith("restart-strategy.") and not str(key).startswith(f"restart-strategy.{own}.")]
    if {"restart-strategy", "restart-strategy.type"} & set(settings) or not unread:
        return []
    return [
        f"flink_settings has {', '.join(unread)}, which Flink does not read with the restart-strategy of the role, {own}: set restart-strategy too, to "
        "the one that is meant, or take these keys out"
    ]


def _without(names: Sequence[str], others: Sequence[str]) -> List[str]:
    return sorted(set(names).difference(others))
