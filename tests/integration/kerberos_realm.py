# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A realm for the time of a test: Debian's KDC on loopback, as nobody but whoever runs the test."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Dict, Optional

from tests.integration.loopback import DIE_WITH_PARENT
from tests.ports import free_ports

REALM = "TESTS.EXAMPLE"
ENCTYPES = "aes256-cts-hmac-sha384-192 aes256-cts-hmac-sha1-96"
KRB5_CONF = """[libdefaults]
    default_realm = {realm}
    dns_lookup_realm = false
    dns_lookup_kdc = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    kdc_timeout = 2000
    max_retries = 1
    permitted_enctypes = {enctypes}
[realms]
    {realm} = {{
        kdc = 127.0.0.1:{port}
    }}
"""
KDC_CONF = """[kdcdefaults]
    kdc_listen = ""
    kdc_tcp_listen = 127.0.0.1:{port}
[realms]
    {realm} = {{
        database_name = {directory}/principal
        key_stash_file = {directory}/stash
        master_key_type = aes256-cts-hmac-sha384-192
        supported_enctypes = aes256-cts-hmac-sha384-192:normal aes256-cts-hmac-sha1-96:normal
    }}
[logging]
    kdc = FILE:{directory}/kdc.log
"""


class Realm:
    """Its files, and what it gives out, are below one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True)
        (self.port,) = free_ports(1)
        self.krb5_conf = directory / "krb5.conf"
        self.krb5_conf.write_text(KRB5_CONF.format(realm=REALM, enctypes=ENCTYPES, port=self.port), encoding="ascii")
        (directory / "kdc.conf").write_text(KDC_CONF.format(realm=REALM, directory=directory, port=self.port), encoding="ascii")
        self._kdc: Optional["subprocess.Popen[bytes]"] = None

    @property
    def environment(self) -> Dict[str, str]:
        """Of a process that takes part."""
        return {**os.environ, "KRB5_CONFIG": str(self.krb5_conf), "PATH": f"{os.environ['PATH']}:/usr/sbin"}

    def start(self) -> "Realm":
        self._run("kdb5_util", "create", "-s", "-r", REALM, said="master\nmaster\n")
        self._kdc = subprocess.Popen([*DIE_WITH_PARENT, "krb5kdc", "-n", "-r", REALM], env=self._as_kdc())
        for dummy in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)
        raise AssertionError("the KDC does not listen")

    def stop(self) -> None:
        if self._kdc:
            self._kdc.terminate()
            self._kdc.wait(15)
            self._kdc = None

    def keytab(self, name: str, *principals: str) -> Path:
        """A keytab with these principals, which are made."""
        path = self.directory / f"{name}.keytab"
        for principal in principals:
            self._run("kadmin.local", "-r", REALM, "addprinc", "-randkey", principal)
        self._run("kadmin.local", "-r", REALM, "ktadd", "-norandkey", "-k", str(path), *principals)
        return path

    def ticket(self, principal: str, keytab: Path) -> Dict[str, str]:
        """The environment of a user who has got a ticket."""
        environment = {**self.environment, "KRB5CCNAME": f"FILE:{self.directory / 'tickets'}"}
        subprocess.run(["kinit", "-k", "-t", str(keytab), principal], env=environment, check=True, timeout=30)
        return environment

    def _as_kdc(self) -> Dict[str, str]:
        return {**self.environment, "KRB5_KDC_PROFILE": str(self.directory / "kdc.conf")}

    def _run(self, *command: str, said: str = "") -> None:
        ran = subprocess.run(command, env=self._as_kdc(), input=said, check=False, capture_output=True, text=True, timeout=30)
        assert ran.returncode == 0, ran.stdout + ran.stderr
