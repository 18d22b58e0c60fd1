# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each host as it stands after the roles have run: its keys, and what a stranger gets at each of its ports."""

from __future__ import annotations

import contextlib
import socket

NAMENODES = ("node1", "node2")
FLINK = ("node2", "node3")
KEYTAB = "/etc/flink/kerberos/flink.keytab"
SIMPLE = "-D hadoop.security.authentication=simple"


def test_keys_are_of_this_host_and_for_its_daemons_alone(host, name):
    for keytab, principal in (("superuser", "hdfs"), ("datanode", "dn"), ("web", "HTTP")):
        file = host.file(f"/etc/hadoop/kerberos/{keytab}.keytab")
        assert (file.user, file.group, file.mode) == ("hdfs", "root", 0o400)
        listed = host.check_output(f"klist -k {file.path}").splitlines()[3:]
        assert {line.split()[1] for line in listed} == {f"{principal}/{name}@TESTS.EXAMPLE"}
    for path, mode in (("ssl-server.xml", 0o640), ("tls/key.pem", 0o640), ("tls/keystore.p12", 0o640), ("ssl-client.xml", 0o644), ("tls/trust.pem", 0o644)):
        assert host.file(f"/etc/hadoop/{path}").mode == mode
    # Neither as arguments, nor in what daemons write.
    password = host.file("/etc/hadoop/tls/keystore.password").content_string
    assert password and password not in host.check_output("ps -ewwo args") and password not in host.check_output("journalctl -o cat -u 'hdfs-*'")


def test_flinks_key_is_where_its_processes_are_and_for_them_alone(host, name):
    file = host.file(KEYTAB)
    assert file.exists is (name in FLINK)
    if name in FLINK:
        assert (file.user, file.group, file.mode) == ("flink", "root", 0o400)
        assert {line.split()[1] for line in host.check_output(f"klist -k {KEYTAB}").splitlines()[3:]} == {f"flink/{name}@TESTS.EXAMPLE"}


def test_tokens_are_in_no_log(host):
    assert host.run("journalctl -o cat -u 'hdfs-*' | grep 'delegation='").rc == 1


def test_flink_has_tickets_and_fetches_no_tokens(host, name):
    if name in FLINK:
        process = "jobmanager" if name == "node2" else "taskmanager"
        said = host.check_output(f"journalctl -o cat -u flink-{process}")
        assert f"Hadoop user set to flink/{name}@TESTS.EXAMPLE (auth:KERBEROS)" in said and "HDFS_DELEGATION_TOKEN" not in said


def test_web_servers_ask_a_stranger_for_a_ticket_and_speak_no_http(operator, name):
    for port in ([9870] if name in NAMENODES else []) + [8480, 9864]:
        assert operator.asked(name, port) == 401
        assert operator.asked(name, port, scheme="http") is None


def test_calls_of_a_stranger_are_refused(operator, name):
    """Of NameNode and failover controller, of JournalNode and DataNode; with a client that asks for tickets, and one that does not."""
    for port in ([8020, 8019] if name in NAMENODES else []) + [8485, 9867]:
        status, said = operator.tries(name, f"HADOOP_USER_NAME=hdfs hdfs dfsadmin {SIMPLE} -fs hdfs://{name}:{port} -report")
        assert status != 0 and "SIMPLE authentication is not enabled." in said, said
    status, said = operator.tries(name, "HADOOP_USER_NAME=hdfs hdfs dfs -ls /")
    assert status != 0 and "Client cannot authenticate via:[TOKEN, KERBEROS]" in said, said


def test_a_datanode_gives_no_block_to_who_does_not_encrypt(operator, name):
    with socket.create_connection((operator.addresses[name], 9866), 10) as link, contextlib.suppress(ConnectionResetError):
        # Version 28 of the protocol, and the request to read a block.
        link.sendall(bytes([0, 28, 81]) + bytes(40))
        assert link.recv(100) == b""
