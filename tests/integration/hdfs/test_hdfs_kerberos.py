# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""hdfs_path, hdfs_info and hdfs_check against a real HDFS that asks for Kerberos, with a real KDC; called with Debian's Python, as on hosts."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.security.knock import Knock, Target

from tests.integration.ansible_module import run_module
from tests.integration.hdfs.kerberized import HOST, KerberizedCluster, kerberized
from tests.integration.kerberos_realm import REALM

PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="module", name="hdfs")
def _hdfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KerberizedCluster]:
    with kerberized(tmp_path_factory.mktemp("kerberized")) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def _as_a_host(hdfs: KerberizedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The realm is what krb5.conf has, and nobody has a ticket."""
    monkeypatch.setenv("KRB5_CONFIG", str(hdfs.realm.krb5_conf))
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{hdfs.directory}/none")


def call(name: str, hdfs: KerberizedCluster, check: bool = False, verbose: bool = False, **given: Any) -> Dict[str, Any]:
    """By HDFS' own keytab, unless another one or none is given."""
    arguments = {"namenodes": [f"https://{hdfs.namenode}"], "ca_path": str(hdfs.tls.trust), "kerberos_principal": f"hdfs/{HOST}",
                 "kerberos_keytab": str(hdfs.keytab), **given}
    return run_module(name, check=check, arguments={key: value for key, value in arguments.items() if value is not None}, python=PYTHON, verbose=verbose)


def test_directories_and_files(hdfs: KerberizedCluster) -> None:
    wish = {"paths": [{"path": "/flink", "owner": "flink", "mode": "0750"}, {"path": "/flink/a b.txt", "state": "file", "content": "of Kerberos\n"}]}
    made = call("hdfs_path", hdfs, verbose=True, **wish)
    assert made["changed"] and made["changed_paths"] == ["/flink", "/flink/a b.txt"], made["printed"]
    again = call("hdfs_path", hdfs, wait_for="writable", **wish)
    assert not again["failed"] and again["changed"] is False and again["hdfs"]["active"] == f"https://{hdfs.namenode}"
    assert '"owner":"hdfs"' in hdfs.curl(f"https://{hdfs.namenode}/webhdfs/v1/flink/a%20b.txt?op=GETFILESTATUS")
    # A write is told by the NameNode which DataNode takes it, with a token in the address.
    assert not re.search(r"delegation=(?!\*)|Negotiate [A-Za-z0-9+/]{20}", made["printed"])


def test_the_state_of_hdfs(hdfs: KerberizedCluster) -> None:
    seen = call("hdfs_info", hdfs, wait_for="healthy", datanodes=1)
    assert seen["healthy"] and seen["active"] == f"https://{hdfs.namenode}" and seen["cluster"]["datanodes"]["live"] == 1


def test_a_file_is_tried_by_a_ticket_of_the_user(hdfs: KerberizedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRB5CCNAME", hdfs.realm.ticket(f"hdfs/{HOST}", hdfs.keytab)["KRB5CCNAME"])
    tried = call("hdfs_check", hdfs, kerberos_keytab=None, directory="/")
    assert (tried["failed"], tried["bytes"]) == (False, 4096), tried["printed"]


def test_another_one_may_do_less(hdfs: KerberizedCluster) -> None:
    keytab = str(hdfs.realm.keytab("alice", "alice"))
    refused = call("hdfs_path", hdfs, path="/of-alice", kerberos_principal="alice", kerberos_keytab=keytab)
    assert refused["failed"] and "The HDFS user alice may not do this with /of-alice" in refused["msg"]
    assert "set kerberos_principal to one who may" in refused["msg"]


@pytest.mark.parametrize(("given", "sentence"), [
    ({"kerberos_principal": None, "kerberos_keytab": None}, "answered 401 Authentication required: "),
    ({"kerberos_principal": None, "kerberos_keytab": None}, "the server asks for Kerberos: set kerberos_principal, and kerberos_keytab"),
    ({"kerberos_keytab": None}, f"hdfs/{HOST} gets no ticket for HTTP/{HOST} by a ticket of the user that the module runs as: "),
    ({"kerberos_principal": "bob"}, f"the server asks for Kerberos, and bob gets no ticket for HTTP/{HOST} by the keytab "),
])
def test_a_stranger_is_told_what_he_lacks(hdfs: KerberizedCluster, given: Dict[str, Any], sentence: str) -> None:
    for name, more in (("hdfs_info", {}), ("hdfs_path", {"path": "/strange"}), ("hdfs_check", {"directory": "/"})):
        refused = call(name, hdfs, **given, **more)
        assert refused["failed"] and sentence in refused["msg"] and "Traceback" not in refused["printed"], refused["msg"]


def test_an_audit_is_told_nothing_without_a_ticket(hdfs: KerberizedCluster) -> None:
    got = Knock(5).at(Target("x", "127.0.0.1", hdfs.web, "webhdfs"))
    assert (got.language, got.data, got.told) == ("tls", False, "GET /webhdfs/v1/ wants a login (Negotiate)")


def test_the_principal_may_have_its_realm(hdfs: KerberizedCluster) -> None:
    assert call("hdfs_info", hdfs, kerberos_principal=f"hdfs/{HOST}@{REALM}", wait_for="active")["failed"] is False
