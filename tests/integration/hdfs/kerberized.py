# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real HDFS on loopback that lets in nobody without a ticket of a real realm, as the role sets it up with hdfs_authentication kerberos."""

from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path
from typing import Any, Dict, Iterator, List
from xml.sax.saxutils import escape

from tests.integration.certificates import Certificates
from tests.integration.hdfs.hdfs_cluster import HdfsCluster
from tests.integration.kerberos_realm import REALM, Realm

#: The name that both resolves to loopback and is what loopback resolves to.
HOST = "localhost"


class KerberizedCluster(HdfsCluster):
    """All daemons on one host, whose principals are the superuser's, the DataNode's, and that of web servers."""

    host = HOST

    def __init__(self, directory: Path, realm: Realm) -> None:
        self.realm = realm
        self.keytab = realm.keytab("hdfs", f"hdfs/{HOST}")
        self.datanode_keytab = realm.keytab("dn", f"dn/{HOST}")
        self.web_keytab = realm.keytab("http", f"HTTP/{HOST}")
        self.tls = Certificates(directory.parent / "tls", kind="rsa").make("hdfs", names=(HOST, "127.0.0.1"))
        super().__init__(directory)
        self._stores()

    def settings(self) -> Dict[str, str]:
        dummy, web, dummy2 = self.datanode_ports
        return {
            "hadoop.security.authentication": "kerberos",
            "hadoop.security.authorization": "true",
            "hadoop.rpc.protection": "privacy",
            "hadoop.http.filter.initializers": "org.apache.hadoop.security.AuthenticationFilterInitializer",
            "hadoop.http.authentication.type": "kerberos",
            "hadoop.http.authentication.simple.anonymous.allowed": "false",
            "hadoop.http.authentication.kerberos.principal": f"HTTP/{HOST}@{REALM}",
            "hadoop.http.authentication.kerberos.keytab": str(self.web_keytab),
            "hadoop.ssl.enabled.protocols": "TLSv1.2,TLSv1.3",
            "dfs.http.policy": "HTTPS_ONLY",
            "dfs.namenode.https-address": self.namenode,
            "dfs.datanode.https.address": f"{HOST}:{web}",
            "dfs.data.transfer.protection": "privacy",
            "dfs.encrypt.data.transfer.cipher.suites": "AES/CTR/NoPadding",
            "dfs.block.access.token.enable": "true",
            "dfs.namenode.kerberos.principal": f"hdfs/_HOST@{REALM}",
            "dfs.namenode.kerberos.principal.pattern": f"hdfs/{{{HOST}}}@{REALM}",
            "dfs.namenode.keytab.file": str(self.keytab),
            "dfs.datanode.hostname": HOST,
            "dfs.datanode.kerberos.principal": f"dn/_HOST@{REALM}",
            "dfs.datanode.keytab.file": str(self.datanode_keytab),
            "dfs.web.authentication.kerberos.principal": f"HTTP/{HOST}@{REALM}",
            "dfs.web.authentication.kerberos.keytab": str(self.web_keytab),
            "dfs.namenode.kerberos.internal.spnego.principal": f"HTTP/{HOST}@{REALM}",
        }

    def _stores(self) -> None:
        server = {
            "ssl.server.keystore.type": "pkcs12", "ssl.server.keystore.location": str(self.tls.keystore),
            "ssl.server.keystore.password": self.tls.store_password, "ssl.server.keystore.keypassword": self.tls.store_password,
            "ssl.server.truststore.type": "pkcs12", "ssl.server.truststore.location": str(self.tls.truststore),
            "ssl.server.truststore.password": self.tls.trust_password,
        }  # fmt: skip
        client = {key.replace("server", "client"): value for key, value in server.items() if "truststore" in key}
        for name, properties in (("ssl-server.xml", server), ("ssl-client.xml", client)):
            lines = "".join(f"<property><name>{key}</name><value>{escape(value)}</value></property>" for key, value in properties.items())
            (self.directory / "conf" / name).write_text(f"<configuration>{lines}</configuration>", encoding="utf-8")

    def _command(self, what: str, *arguments: str) -> List[str]:
        java, *rest = super()._command(what, *arguments)
        return [java, f"-Djava.security.krb5.conf={self.realm.krb5_conf}", *rest]

    def _environment(self) -> Dict[str, str]:
        """As the command of the role has it for HDFS's user."""
        return {**self.realm.environment, "KRB5PRINCIPAL": f"hdfs/{HOST}@{REALM}", "KRB5KEYTAB": str(self.keytab)}

    def curl(self, url: str, *arguments: str, ticket: bool = True) -> str:
        """What the web server of a daemon answers, with its status on a line of its own."""
        environment = self.realm.ticket(f"hdfs/{HOST}", self.keytab) if ticket else {**self.realm.environment, "KRB5CCNAME": "FILE:/nonexistent"}
        command = ["curl", "-s", "--negotiate", "-u", ":", "--cacert", str(self.tls.trust), "-w", "\\n%{http_code}", *arguments, url]
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=30).stdout

    def jmx(self, bean: str) -> List[Dict[str, Any]]:
        text, dummy, status = self.curl(f"https://{self.namenode}/jmx?qry={bean}").rpartition("\n")
        if status != "200":
            raise ValueError(f"{status}: {text[:300]}")
        beans: List[Dict[str, Any]] = json.loads(text)["beans"]
        return beans


@contextlib.contextmanager
def kerberized(directory: Path) -> Iterator[KerberizedCluster]:
    """A cluster that runs, with a realm of its own; both end with the body."""
    realm = Realm(directory / "realm")
    with contextlib.ExitStack() as stack:
        stack.callback(realm.stop)
        cluster = KerberizedCluster(directory / "cluster", realm.start())
        stack.callback(cluster.stop)
        cluster.start()
        yield cluster
