# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HDFS that asks for Kerberos and a Flink on it, as their operator has them, and as a stranger sees them."""

from __future__ import annotations

import base64
import shlex

import pytest
import requests

from tests.scenario import Operator


KEYTAB = "/etc/flink/kerberos/flink.keytab"


class Kerberized(Operator):
    """Three hosts, looked at as root; `app` is a user of HDFS who has a keytab, `ops` of the hosts a stranger to it."""

    looks_as_root = True

    def tries(self, host, command):
        """Status and output of a command that may fail."""
        text, dummy, status = self.on(host, f"{{ {command}; }} 2>&1; echo status $?").rpartition("status ")
        return int(status), text.strip()

    def as_app(self, host, command):
        """With a ticket of its own."""
        inner = f"kinit -k -t /etc/app/app.keytab app/{host} && {command}"
        return self.on(host, f"sudo -u nobody env KRB5CCNAME=FILE:/tmp/app_tickets sh -c {shlex.quote(inner)}")

    def as_hdfs(self, host, command):
        """As HDFS' own user, by its keytab."""
        return self.on(host, f"sudo -u hdfs {command}")

    def as_flink(self, host, command):
        """As Flink's processes, by their keytab."""
        login = f"KRB5PRINCIPAL=flink/{host}@TESTS.EXAMPLE KRB5KEYTAB={KEYTAB}"
        return self.on(host, f"sudo -u flink env {login} sh -c {shlex.quote(command)}")

    def rest(self, path, port=8081):
        """What Flink's JobManager answers, or at 8082 its history server."""
        answer = requests.get(f"http://{self.addresses['node2']}:{port}{path}", timeout=5)
        answer.raise_for_status()
        return answer.json()

    def checkpoint(self, job, what="completed", after=0):
        """The number of a job's latest checkpoint, or of the one that it was restored from, once it is more than that."""
        def probe():
            seen = (self.rest(f"/jobs/{job}/checkpoints")["latest"] or {}).get(what)
            return seen and seen["id"] > after and seen["id"]
        return self.wait_for(probe, f"a checkpoint that is {what}")

    def states(self):
        """Which NameNode is what."""
        lines = self.as_hdfs("node1", "hdfs haadmin -getAllServiceState 2>/dev/null").splitlines()
        return {line.split(":")[0]: line.split()[-1] for line in lines if line}

    def bytes_of(self, host, path):
        """A file of a host."""
        return base64.b64decode(self.on(host, f"sudo base64 -w0 {path}"))

    def asked(self, host, port, scheme="https"):
        """The status that a web server answers a caller without a ticket with; None where there is no answer."""
        if not self.trust.exists():
            self.trust.write_text(self.on(host, "cat /etc/hadoop/tls/trust.pem"))
        try:
            return requests.get(f"{scheme}://{self.addresses[host]}:{port}/jmx", timeout=10, verify=str(self.trust)).status_code
        except requests.ConnectionError:
            return None

    @property
    def trust(self):
        """The authority of the platform, on this machine."""
        return self.directory / "trust.pem"


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Kerberized("kerberized", "playbooks/hdfs.yml", tmp_path_factory.mktemp("inventories"))
