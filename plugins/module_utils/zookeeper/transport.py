# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How members are reached, by clients and by each other: the settings of zoo.cfg for each step, and what is wrong with what a user wants.

What a member takes and refuses at each step was tried with ZooKeeper 3.8. From 3.5 on the quorum can have TLS; that clients can be made to name
a user (``enforce.auth``) is from 3.7.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Sequence

from ..addresses import agreed
from ..errors import InputError
from .logins import login_faults
from .settings import NETTY

#: The steps between an ensemble in clear and one over TLS, which steps.py tells of.
PLAIN, MIXED, ENCRYPTED, STRICT = range(4)

DIRECTORY = "/etc/zookeeper/tls"
CERTIFICATE = f"{DIRECTORY}/certificate.pem"
#: Key and certificates in one file, by whose name ZooKeeper takes it for PEM.
BUNDLE = f"{DIRECTORY}/keystore.pem"
TRUST = f"{DIRECTORY}/trust.pem"
#: The option ``tls`` of a module that calls the members of a host from there.
MODULE_TLS = {"ca_file": TRUST, "cert_file": CERTIFICATE, "key_file": f"{DIRECTORY}/key.pem"}
PLAIN_TOO, TLS_ONLY = "plain_too", "tls_only"

PROTOCOLS = "TLSv1.2,TLSv1.3"
#: ZooKeeper 3.8 has by itself neither those of TLS 1.3, nor only such with authenticated encryption.
CIPHERS = ",".join([
    "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
])  # fmt: skip

#: What follows from zookeeper_tls, zookeeper_clients and zookeeper_users. Other settings of TLS are the user's to choose.
OWN = re.compile(
    r"sslQuorum|portUnification|client\.portUnification|secureClientPort|serverCnxnFactory|authProvider\.(x509|sasl)|enforce\.auth\..*"
    r"|ssl\.(quorum\.)?(keyStore|trustStore)\..*"
)
OLDEST = (3, 7)


def transport(step: int, port: int, clients: str, logins: bool) -> Dict[str, str]:
    """Lines of zoo.cfg for a step of steps.py. ``port`` is the clients', whatever they speak; ``logins`` tells whether there are users."""
    if step == PLAIN:
        return {"clientPort": str(port)}
    lines = {
        "serverCnxnFactory": NETTY,
        "authProvider.x509": "org.apache.zookeeper.server.auth.X509AuthenticationProvider",
        "portUnification": _word(step < STRICT),
        "sslQuorum": _word(step >= ENCRYPTED),
    }
    for prefix in ("ssl", "ssl.quorum"):
        lines.update({
            f"{prefix}.keyStore.location": BUNDLE, f"{prefix}.trustStore.location": TRUST,
            f"{prefix}.enabledProtocols": PROTOCOLS, f"{prefix}.ciphersuites": CIPHERS,
        })  # fmt: skip
    if logins:
        lines["authProvider.sasl"] = "org.apache.zookeeper.server.auth.SASLAuthenticationProvider"
    if step < STRICT or clients == PLAIN_TOO:
        return {**lines, "clientPort": str(port), "client.portUnification": "true"}
    lines["secureClientPort"] = str(port)
    if logins:
        lines.update({"enforce.auth.enabled": "true", "enforce.auth.schemes": "sasl"})
    return lines


def with_settings(lines: Mapping[str, str], settings: Mapping[str, Any]) -> Dict[str, Any]:
    """The lines with a user's own; an address for the clients' port is one for whichever port they have."""
    merged: Dict[str, Any] = {**lines, **settings}
    if "secureClientPort" in lines and "clientPortAddress" in settings:
        merged["secureClientPortAddress"] = merged.pop("clientPortAddress")
    return merged


def served_port(settings: Mapping[str, str]) -> int:
    """On which port a member serves that runs with these lines; 0 where they do not say."""
    port = settings.get("clientPort") or settings.get("secureClientPort") or ""
    return int(port) if port.isdigit() else 0


def transport_faults(
    options: Mapping[str, Any], members: Sequence[str], hostvars: Mapping[str, Mapping[str, Any]], packaged: bool
) -> List[str]:
    """What is wrong with ``zookeeper_tls``, ``zookeeper_clients`` and ``zookeeper_users`` among the role's options, one sentence each."""
    faults = []
    for variable, default in (("zookeeper_tls", False), ("zookeeper_clients", PLAIN_TOO)):
        try:
            agreed(members, hostvars, variable, default)
        except InputError as error:
            faults.append(str(error))
    if not options["zookeeper_tls"]:
        wanted = [name for name in ("zookeeper_users", "zookeeper_clients") if options[name] and options[name] != PLAIN_TOO]
        return faults + [f"{name} is set, and has no effect without TLS: set zookeeper_tls to true, or leave it out." for name in wanted]
    version = [int(number) for number in re.findall(r"\d+", str(options["zookeeper_version"]))[:2]]
    if not packaged and tuple(version) < OLDEST:
        faults.append(
            f"zookeeper_tls needs ZooKeeper {'.'.join(map(str, OLDEST))} or newer, and zookeeper_version is {options['zookeeper_version']}; take "
            "a newer one."
        )
    faults += [
        f"zookeeper_settings must not have {key} beside zookeeper_tls, which sets it; take it out."
        for key in options["zookeeper_settings"] or {} if OWN.fullmatch(str(key))
    ]  # fmt: skip
    return faults + login_faults(options["zookeeper_users"] or {}, options["zookeeper_java_options"] or [])


def _word(value: bool) -> str:
    return "true" if value else "false"
