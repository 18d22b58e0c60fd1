# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of zoo.cfg with which a member would end, or that contradict how the role writes its file and confines its process.

A member that cannot read its settings ends at its next start, and so would each one of a rolling restart. The rules are those of
ZooKeeper 3.8's ``QuorumPeerConfig.parseProperties``, ``parseDynamicConfig`` and ``checkValidity``, and of ``NIOServerCnxnFactory``.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from ..settings import as_text

OWN_SETTINGS = {
    "4lw.commands.whitelist": "zookeeper_four_letter_words",
    "admin.enableServer": "zookeeper_admin_port",
    "admin.serverPort": "zookeeper_admin_port",
    "autopurge.purgeInterval": "zookeeper_autopurge_hours",
    "autopurge.snapRetainCount": "zookeeper_autopurge_keep",
    "clientPort": "zookeeper_client_port",
    "dataDir": "zookeeper_data_dir",
    "dataLogDir": "zookeeper_data_log_dir",
    "initLimit": "zookeeper_init_ticks",
    "maxClientCnxns": "zookeeper_max_client_connections",
    "maxSessionTimeout": "zookeeper_max_session_timeout_ms",
    "metricsProvider.className": "zookeeper_metrics_port",
    "metricsProvider.httpPort": "zookeeper_metrics_port",
    "peerType": "zookeeper_role",
    "syncLimit": "zookeeper_sync_ticks",
    "tickTime": "zookeeper_tick_ms",
}

#: ZooKeeper takes whatever begins so for a member, a group of members or the weight of one.
MEMBERS = ("server.", "group", "weight")

#: What is refused whatever its value, and why.
NEVER = {
    "dynamicConfigFile": "it names a file with members of its own, and the members come from the group zookeeper",
    "oraclePath": "a program outside would decide who leads, and the role counts majorities",
}

WHOLE_NUMBERS = (
    "clientPortListenBacklog", "connectToLearnerMasterLimit", "electionAlg", "jvm.pause.info-threshold.ms", "jvm.pause.sleep.time.ms",
    "jvm.pause.warn-threshold.ms", "minSessionTimeout", "multiAddress.reachabilityCheckTimeoutMs", "observerMasterPort",
    "quorum.cnxn.threads.size", "secureClientPort",
)  # fmt: skip

BOOLEANS = (
    "jvm.pause.monitor", "localSessionsEnabled", "localSessionsUpgradingEnabled", "multiAddress.enabled",
    "multiAddress.reachabilityCheckEnabled", "portUnification", "quorum.auth.enableSasl", "quorum.auth.learnerRequireSasl",
    "quorum.auth.serverRequireSasl", "quorumListenOnAllIPs", "reconfigEnabled", "sslQuorum", "sslQuorumReloadCertFiles",
    "standaloneEnabled", "syncEnabled",
)  # fmt: skip

#: The unit has ProtectHome and PrivateTmp.
HIDDEN = ("/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/")

NETTY = "org.apache.zookeeper.server.NettyServerCnxnFactory"


def setting_faults(settings: Mapping[str, Any], layout: Mapping[str, Any]) -> List[str]:
    """One sentence for each thing that a member would not bear.

    ``layout`` is what the role knows besides: ``voters`` (their number), ``observers``, ``address`` (the host's), ``ports`` (by variable),
    ``tick_ms``, ``init_ticks``, ``sync_ticks``, ``max_session_ms`` and ``java_options``.
    """
    written = {str(key): _text(value) for key, value in settings.items() if value is not None}
    faults = _owned(written) + _malformed(written)
    if faults:
        return faults
    return (
        _solitary(written, int(layout.get("voters", 1)), int(layout.get("observers", 0)))
        + _encryption(written, layout.get("java_options") or [])
        + _authentication(written)
        + _addresses(written, str(layout.get("address", "")), layout.get("ports") or {})
        + _times(written, layout)
        + [
            f"zookeeper_settings.{key} names {value}, which the member does not see, as its unit hides home and temporary directories; put the "
            "file into /etc/zookeeper, for example."
            for key, value in written.items()
            if value.startswith(HIDDEN)
        ]
    )


def _owned(written: Mapping[str, str]) -> List[str]:
    faults = []
    for key, value in written.items():
        if key in OWN_SETTINGS:
            faults.append(f"zookeeper_settings must not have {key}; set {OWN_SETTINGS[key]} instead.")
        elif key.startswith(MEMBERS):
            faults.append(f"zookeeper_settings must not have {key}; the members come from the group zookeeper.")
        elif key in NEVER:
            faults.append(f"zookeeper_settings must not have {key}: {NEVER[key]}; leave it out.")
        elif key == "reconfigEnabled" and value == "true":
            faults.append(
                "zookeeper_settings.reconfigEnabled is true: a member would move its members out of zoo.cfg into files beside it, which it may not "
                "write, and end; leave it out, change the group zookeeper, and run again."
            )
    return faults


def _malformed(written: Mapping[str, str]) -> List[str]:
    faults = []
    for key, value in written.items():
        if key in BOOLEANS and value not in ("true", "false"):
            faults.append(f"zookeeper_settings.{key} is {value!r}; ZooKeeper ends with anything but true and false there.")
        if key in WHOLE_NUMBERS and not value.lstrip("-").isdigit():
            faults.append(f"zookeeper_settings.{key} is {value!r}; ZooKeeper ends with anything but a whole number there.")
    if written.get("electionAlg", "3") != "3":
        faults.append("zookeeper_settings.electionAlg must be 3, the only one that ZooKeeper still has; leave it out.")
    return faults


def _solitary(written: Mapping[str, str], voters: int, observers: int) -> List[str]:
    if written.get("standaloneEnabled") == "false" and voters + observers == 1:
        return [
            "zookeeper_settings.standaloneEnabled is false: a single member would look for others and end; leave it out, or put three hosts "
            "into the group zookeeper."
        ]
    return []


def _encryption(written: Mapping[str, str], java_options: Sequence[Any]) -> List[str]:
    properties = dict(str(option)[2:].partition("=")[::2] for option in java_options if str(option).startswith("-D"))
    known = {**{f"zookeeper.{key}": value for key, value in written.items()}, **properties}
    faults = []
    if "secureClientPort" in written:
        missing = [] if known.get("zookeeper.serverCnxnFactory") == NETTY else [f"serverCnxnFactory: {NETTY}"]
        missing += [] if known.get("zookeeper.ssl.keyStore.location") else ["ssl.keyStore.location"]
        if missing:
            faults.append(f"zookeeper_settings.secureClientPort is set, and TLS for clients needs {' and '.join(missing)} too; add it.")
    elif "secureClientPortAddress" in written:
        faults.append("zookeeper_settings has secureClientPortAddress without secureClientPort, with which ZooKeeper ends; add that port.")
    if written.get("sslQuorum") == "true":
        stores = ("ssl.quorum.keyStore.location", "ssl.quorum.trustStore.location")
        missing = [store for store in stores if not known.get(f"zookeeper.{store}")]
        if missing:
            faults.append(f"zookeeper_settings.sslQuorum is true, and TLS between the members needs {' and '.join(missing)} too; add it.")
    return faults


def _authentication(written: Mapping[str, str]) -> List[str]:
    enabled, learner, server = (
        written.get(f"quorum.auth.{key}") == "true" for key in ("enableSasl", "learnerRequireSasl", "serverRequireSasl")
    )
    if (learner or server) and not enabled:
        return ["zookeeper_settings requires SASL between the members without quorum.auth.enableSasl: true, with which ZooKeeper ends; add it."]
    if server and not learner:
        return ["zookeeper_settings.quorum.auth.serverRequireSasl needs quorum.auth.learnerRequireSasl: true, or ZooKeeper ends; add it."]
    return []


def _addresses(written: Mapping[str, str], address: str, ports: Mapping[str, Any]) -> List[str]:
    faults = []
    own = written.get("clientPortAddress")
    if own and own.strip("[]") not in ("0.0.0.0", "::", address.strip("[]")):  # noqa: S104 - compared, not bound
        faults.append(
            f"zookeeper_settings.clientPortAddress is {own}, and clients and members reach this host at {address}; set it to that address for "
            "each host, or leave it out."
        )
    taken: Dict[int, str] = {}
    listed = {**ports, **{f"zookeeper_settings.{key}": written[key] for key in ("secureClientPort", "observerMasterPort") if key in written}}
    for name, number in listed.items():
        if int(number) <= 0:
            continue
        if int(number) in taken:
            faults.append(f"{taken[int(number)]} and {name} are both {number}; give each a port of its own.")
        taken.setdefault(int(number), name)
    return faults


def _times(written: Mapping[str, str], layout: Mapping[str, Any]) -> List[str]:
    faults = [
        f"{variable} is {layout[name]}; it must be 1 or more."
        for name, variable in (("tick_ms", "zookeeper_tick_ms"), ("init_ticks", "zookeeper_init_ticks"), ("sync_ticks", "zookeeper_sync_ticks"))
        if int(layout.get(name, 1)) < 1
    ]
    longest, tick = int(layout.get("max_session_ms", -1)), int(layout.get("tick_ms", 2000))
    shortest = int(written.get("minSessionTimeout", -1))
    # Both take -1 for "not set": two and twenty ticks.
    longest, least = (tick * 20 if longest == -1 else longest), (tick * 2 if shortest == -1 else shortest)
    if least > longest:
        source = "two ticks of zookeeper_tick_ms" if shortest == -1 else "zookeeper_settings.minSessionTimeout"
        faults.append(
            f"zookeeper_max_session_timeout_ms is {longest}, less than the shortest session of {least} ms ({source}), with which ZooKeeper ends; "
            "make it longer."
        )
    return faults


def _text(value: Any) -> str:
    text = as_text(value).strip()
    return text.lower() if text.lower() in ("true", "false") else text
