# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real ZooKeeper member that takes TLS with certificates and users with passwords, and nothing else, as the role sets it up."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import Any, Dict, Iterator

from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.client import zookeeper_client
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.logins import LOGIN_PROPERTY, jaas_file
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.transport import BUNDLE, STRICT, TLS_ONLY, TRUST, transport
from ansible_collections.baremetal.flink.plugins.module_utils.wait import Observation, wait_for
from tests.integration.certificates import Certificates
from tests.integration.zookeeper import ensemble

PASSWORD = 'a "quoted" \\ password'


class Secure:
    """``member`` runs. Each user has a certificate of its own, as that gets into access control lists too."""

    def __init__(self, home: Path, member: ensemble.Ensemble) -> None:
        self.member, self.home = member, home

    def start(self) -> None:
        """Start it, also after it was killed."""
        self.member.start(1, [f"secureClientPort={self.member.port}", "secureClientPortAddress=127.0.0.1"])

    def client(self, user: str, home: Path, shaded: str = "") -> Dict[str, Any]:
        """What the filter zookeeper_client says for ``user``, whose file it writes into ``home``."""
        found = zookeeper_client(user, PASSWORD, True, str(self.home / user), str(home / f"{user}-login.conf"), shaded)
        (home / f"{user}-login.conf").write_text(found["login"], encoding="ascii")
        return found

    def options(self, client: Dict[str, Any]) -> Dict[str, Any]:
        """Options of a session as this client."""
        auth = {"mechanism": "DIGEST-MD5", "service": "zookeeper", **client["auth"]}
        tls = {"key_password": None, "verify": True, "check_hostname": True, **client["tls"]}
        return {"hosts": self.member.servers, "connect_timeout": 20, "auth": auth, "tls": tls}


@contextlib.contextmanager
def secure_zookeeper(home: Path, *users: str) -> Iterator[Secure]:
    """Runs below ``home``, for the users, all with PASSWORD."""
    ensemble.install()
    issued = Certificates(home)
    own = issued.make("member", ("127.0.0.1",))
    for user in users:
        issued.make(user, ("127.0.0.1",))
    (home / "jaas.conf").write_text(jaas_file(dict.fromkeys(users, PASSWORD)), encoding="ascii")
    settings = transport(STRICT, 0, TLS_ONLY, True)
    places = {BUNDLE: str(own.bundle), TRUST: str(own.trust)}
    lines = [f"{key}={places.get(value, value)}" for key, value in settings.items() if key != "secureClientPort" and not key.startswith("ssl.quorum")]
    with_users = [f"{LOGIN_PROPERTY}={home}/jaas.conf"]
    member = ensemble.Ensemble(home, size=1, settings=[line for line in lines if not line.startswith("sslQuorum")], jvm=with_users)
    found = Secure(home, member)
    try:
        found.start()
        wait_for(lambda: _listens(member.port), 30, 0.2, "a member that listens")
        yield found
    finally:
        member.__exit__()


def _listens(port: int) -> Observation:
    with socket.socket() as trial:
        return Observation(trial.connect_ex(("127.0.0.1", port)) == 0, "a closed port")
