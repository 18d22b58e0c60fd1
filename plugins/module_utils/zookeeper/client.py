# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the layers call ZooKeeper: what the variables of its members ask for, and what a JVM and the modules are told to do so."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean

from ..addresses import SECURE, agreed, variables_of
from ..errors import InputError
from ..security.preflight import in_clear
from .logins import LOGIN_PROPERTY, client_file, password_faults
from .transport import PLAIN_TOO, TLS_ONLY

#: Of ZooKeeper in its own jars, and of the part before it in the names of those that were moved to another place, as Flink's were.
PACKAGE = "org.apache.zookeeper"
#: What the role sets of a JVM that comes by TLS.
OWN = ("-Dzookeeper.client.secure", "-Dzookeeper.clientCnxnSocket", "-Dzookeeper.ssl.keyStore.", "-Dzookeeper.ssl.trustStore.", LOGIN_PROPERTY)


def zookeeper_access(groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Mapping[str, Any]]) -> Dict[str, Any]:
    """How the members of the group ``zookeeper`` let clients in, by their variables: ``tls``, ``clients`` and ``users``, passwords by name.

    :raises InputError: the members disagree about one of them.
    """
    members = list(groups.get("zookeeper") or [])
    known = variables_of(members, hostvars)
    named = [variables.get("zookeeper_users") or {} for variables in known.values()] or [{}]
    # What the role's defaults say where the inventory does not.
    secure = str(agreed(members, known, "security_profile", "")) == SECURE
    # Without the values, which are passwords.
    if any(users != named[0] for users in named):
        raise InputError("zookeeper_users is not the same on all hosts of the group zookeeper; set it for the whole group.")
    tls = boolean(agreed(members, known, "zookeeper_tls", secure), strict=False)
    return {
        "tls": tls,
        "clients": str(agreed(members, known, "zookeeper_clients", TLS_ONLY if secure and tls and not in_clear(groups) else PLAIN_TOO)),
        "users": {str(name): str(password) for name, password in named[0].items()},
    }


def zookeeper_client(user: str, password: str, tls: bool, directory: str, login: str, shaded: str = "") -> Dict[str, Any]:
    """What a process on a host needs to call ZooKeeper, with its certificate in ``directory`` and its user in the file ``login``.

    Without ``tls`` it calls in clear, as nobody; without ``password`` it is no user. ``shaded`` is what the names of ZooKeeper's classes in the
    jars of the process have in front of them, with a dot at the end.

    :returns: ``user``, the name or nothing; ``java_options``; ``watched``, files that the process reads once; ``login``, the text of that file;
        ``acl`` for zookeeper_path; ``tls`` and ``auth``, options of modules. Each is empty where there is nothing of it. ``auth`` is there without
        ``tls`` too: who was a user before takes back what he has closed. ``call`` has those of the two that the process itself goes by.
    """
    auth = {"scheme": "sasl", "username": user, "password": password} if user and password else {}
    files = {"ca_file": f"{directory}/trust.pem", "cert_file": f"{directory}/certificate.pem", "key_file": f"{directory}/key.pem"}
    options: List[str] = []
    watched: List[str] = []
    if tls:
        # ZooKeeper takes a file for PEM by its name.
        watched = [f"{directory}/keystore.pem", files["ca_file"]]
        options = [
            "-Dzookeeper.client.secure=true", f"-Dzookeeper.clientCnxnSocket={shaded}{PACKAGE}.ClientCnxnSocketNetty",
            f"-Dzookeeper.ssl.keyStore.location={watched[0]}", f"-Dzookeeper.ssl.trustStore.location={watched[1]}",
        ]  # fmt: skip
    named = bool(tls and auth)
    return {
        "user": user if named else "",
        "java_options": options + ([f"{LOGIN_PROPERTY}={login}"] if named else []),
        "watched": watched + ([login] if named else []),
        "login": client_file(user, password, f"{shaded}{PACKAGE}") if named else "",
        "acl": [{"scheme": "sasl", "id": user}] if named else [],
        "tls": files if tls else {},
        "auth": auth,
        "call": {**({"tls": files} if tls else {}), **({"auth": auth} if named else {})},
    }


def client_faults(prefix: str, options: Mapping[str, Any], access: Mapping[str, Any], java_options: Mapping[str, Sequence[Any]]) -> List[str]:
    """What is wrong with the variables ``PREFIX_zookeeper_tls``, ``_user`` and ``_password`` of a layer beside those of the members, one sentence each.

    ``java_options`` are those of the processes that call ZooKeeper, by variable.
    """
    tls, user, password = (options[f"{prefix}_zookeeper_{name}"] for name in ("tls", "user", "password"))
    if not tls:
        return [f"zookeeper_clients is {TLS_ONLY}, and {prefix}_zookeeper_tls is false: set it to true."] if access["clients"] == TLS_ONLY else []
    found = []
    if access["clients"] == TLS_ONLY and access["users"] and not (user and password):
        found.append(
            f"zookeeper_clients is {TLS_ONLY}, and zookeeper_users has no {user or 'user for this layer'}: ZooKeeper lets in nobody else; put "
            f"{user or 'one'} into it, or name one of it in {prefix}_zookeeper_user."
        )
    if user and password:
        found += password_faults(f"{prefix}_zookeeper_password", password)
    for variable, words in java_options.items():
        found += [
            f"{variable} has {word.partition('=')[0]}, which {prefix}_zookeeper_tls sets; leave it out."
            for word in map(str, words) if word.startswith(OWN)
        ]  # fmt: skip
    return found
