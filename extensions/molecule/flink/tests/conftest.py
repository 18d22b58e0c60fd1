"""Two one-host clusters and what an operator has: ansible-playbook, ssh, REST."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import time
import urllib.request
from pathlib import Path

import pytest

from tests import knock
from tests.scenario import Operator


#: What becomes of callers of REST with TLS: in clear one is told where to call, and nothing else.
MUTUAL = {"clear": "301", "nobody": False, "platform": False, "caller": True}


class Clusters(Operator):
    """What Flink says over REST."""

    @property
    def authorities(self):
        """security_ca_dir, as molecule.yml has it."""
        return os.path.join(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "ca")

    def has_internal_tls(self, node):
        """Whether the JobManager that runs was started with it."""
        return {"key": "security.ssl.internal.enabled", "value": "true"} in self.rest(node, "/jobmanager/config")

    def rest(self, node, path, port=8081):
        """An answer, with the certificate of the node where TLS is spoken: a call in clear is redirected there."""
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=self.caller(node)))
        with opener.open(f"http://{self.addresses[node]}:{port}{path}", timeout=10) as answer:
            return json.load(answer)

    def caller(self, node):
        """Trusts the platform, and shows the certificate that the command of the node has, as far as there is any of it yet."""
        context = ssl.create_default_context()
        for authority in Path(self.authorities).glob("platform/*.pem"):
            context.load_verify_locations(authority)
        mine = self.issued(node, "flink-clients", "flink-flink-client")
        if mine.exists():
            context.load_cert_chain(mine)
        return context

    def issued(self, node, authority, identity):
        """Certificate and key, as the controller keeps them."""
        return Path(self.authorities, authority, "certificates", identity, f"{node}.pem")

    def at_rest(self, node, port=8081, cluster="flink"):
        """What becomes at REST of callers in clear, without a certificate, with that of the server itself, and with the right one."""
        def knocked(*mine):
            return knock.with_tls(self.addresses[node], port, mine or None) == knock.LET_IN

        with socket.create_connection((self.addresses[node], port), timeout=20) as raw:
            raw.sendall(b"GET /overview HTTP/1.1\r\nHost: stranger\r\nConnection: close\r\n\r\n")
            status = raw.recv(4096).split(b"\r\n")[0].split()[1].decode()
        of_platform, of_callers = self.issued(node, "platform", f"flink-{cluster}-rest"), self.issued(node, "flink-clients", f"flink-{cluster}-client")
        return {"clear": status, "nobody": knocked(), "platform": knocked(of_platform, of_platform), "caller": knocked(of_callers, of_callers)}

    def wait_for_taskmanager(self, node, other_than=None, seconds=90):
        """Seconds until a single TaskManager other than the given one is registered, and its id.

        A killed one stays registered until its heartbeats are missed.
        """
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            try:
                found = [each["id"] for each in self.rest(node, "/taskmanagers")["taskmanagers"] if each["id"] != other_than]
            except OSError:
                found = []
            if len(found) == 1:
                return time.monotonic() - started, found[0]
            time.sleep(0.5)
        raise AssertionError(f"no single TaskManager other than {other_than} on {node} within {seconds} s: {found}")


@pytest.fixture(scope="session")
def operator(tmp_path_factory):
    return Clusters("flink", "extensions/molecule/flink/converge.yml", tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session", params=["node1", "node2"])
def name(request):
    return request.param


@pytest.fixture
def process(host):
    """Main process id and command line of a unit."""

    def look(unit):
        pid = host.check_output("systemctl show --property=MainPID --value %s", unit)
        return int(pid), host.check_output("ps -o args= -p %s", pid)

    return look


def heap_of(command: str) -> int:
    """Bytes of -Xmx."""
    return int(re.search(r"-Xmx(\d+) ", command).group(1))
