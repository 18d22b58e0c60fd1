# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of ZooKeeper, who prove by SASL DIGEST-MD5 that they know a password, as the JAAS file of a member has them."""

from __future__ import annotations

import re
from typing import Any, List, Mapping, Sequence

LOGIN_PROPERTY = "-Djava.security.auth.login.config"
#: JAAS reads the name as one word, and in ACLs a colon ends it.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_PRINTABLE = re.compile(r"[ -~]+")


def jaas_file(users: Mapping[str, Any]) -> str:
    """The file for ``java.security.auth.login.config`` of a member."""
    lines = [f'    user_{name}="{_escaped(password)}"' for name, password in sorted(users.items())]
    return "\n".join(["Server {", "    org.apache.zookeeper.server.auth.DigestLoginModule required", *lines]) + ";\n};\n"


def client_file(user: str, password: str, package: str = "org.apache.zookeeper") -> str:
    """The file for ``java.security.auth.login.config`` of a client; ``package`` is that of ZooKeeper in its jars."""
    return "\n".join([
        "Client {", f"    {package}.server.auth.DigestLoginModule required", f'    username="{_escaped(user)}"',
        f'    password="{_escaped(password)}";', "};", "",
    ])  # fmt: skip


def login_faults(users: Mapping[str, Any], java_options: Sequence[Any] = ()) -> List[str]:
    """One sentence for each user that a member would not read as it is meant. No sentence has a password in it."""
    faults = []
    for name, password in users.items():
        text = "" if password is None else str(password)
        if not _NAME.fullmatch(str(name)):
            faults.append(f"zookeeper_users has the name {str(name)!r}: use letters, digits and . _ -, a letter first.")
        if not text:
            faults.append(f"zookeeper_users has no password for {name}; give one.")
        else:
            faults += password_faults(f"The password of {name} in zookeeper_users", text)
    if users and any(str(option).startswith(LOGIN_PROPERTY) for option in java_options):
        faults.append(f"zookeeper_java_options has {LOGIN_PROPERTY}, which zookeeper_users sets; leave out one of them.")
    return faults


def password_faults(what: str, password: str) -> List[str]:
    """Why a JAAS file would not have this password as it is, at most one sentence, which begins with ``what``."""
    if not _PRINTABLE.fullmatch(password):
        return [f"{what} has characters besides the printable ones of ASCII; choose another one."]
    return [f"{what} has ${{, which Java would take for a property; choose another one."] if "${" in password else []


def _escaped(value: Any) -> str:
    return str(value).replace("\\", "\\\\").replace('"', '\\"')
