# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only a real server can say about sessions, versions, transactions and access."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError, ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.path import Wanted, make_absent, make_present, parse_acl
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import WORLD, NodeChanged
from kazoo.client import KazooClient

USER = {"scheme": "digest", "mechanism": "DIGEST-MD5", "username": "flink", "password": "horse", "service": "zookeeper"}
OWN = [{"scheme": "auth", "permissions": ["all"]}, {"scheme": "world", "permissions": ["read"]}]


def test_a_chroot_is_created_down_from_its_first_part(connect):
    with connect("/racks/one") as session:
        done = make_present(session, Wanted("/a", b"x"), False)
        assert done.created == ["/", "/a"]
        with pytest.raises(InputError, match="root node"):
            make_absent(session, Wanted("/", recursive=True), False)
    with connect() as session:
        assert session.data("/racks/one/a") == b"x"


def test_the_write_of_a_second_client_is_not_lost(connect):
    with connect() as ours, connect() as theirs:
        make_present(ours, Wanted("/race", b"0"), False)
        read = ours.read("/race")
        theirs.set_data("/race", b"theirs", read.stat.version)
        for write in (
            lambda: ours.set_data("/race", b"ours", read.stat.version),
            lambda: ours.delete([("/race", read.stat.version)]),
            lambda: ours.create("/race", b"", WORLD),
            lambda: ours.create("/nowhere/race", b"", WORLD),
        ):
            with pytest.raises(NodeChanged, match="changed by another client in the meantime; run again"):
                write()
        theirs.set_acl("/race", WORLD, 0)
        with pytest.raises(NodeChanged):
            ours.set_acl("/race", WORLD, 0)
        assert ours.data("/race") == b"theirs"


def test_a_large_tree_goes_in_several_transactions(connect):
    with connect() as session:
        make_present(session, Wanted("/large"), False)
        for number in range(1100):
            session.create(f"/large/{number}", b"", WORLD)
        assert len(make_absent(session, Wanted("/large", recursive=True), False).deleted) == 1101
        assert session.stat("/large") is None


def test_one_stale_version_keeps_the_whole_tree(connect):
    with connect() as session:
        make_present(session, Wanted("/whole/a"), False)
        make_present(session, Wanted("/whole/b"), False)
        with pytest.raises(NodeChanged, match="/whole/b"):
            session.delete([("/whole/a", 0), ("/whole/b", 7), ("/whole", 0)])
        assert session.children("/whole") == ["a", "b"]


def test_owned_nodes_are_for_their_owner(connect):
    with connect(auth=USER) as owner:
        wanted = Wanted("/owned", b"x", parse_acl(OWN, owner.identity))
        assert make_present(owner, wanted, False).changed
        assert not make_present(owner, wanted, False).changed
        assert make_present(owner, Wanted("/owned", acl=WORLD), True).acl_changed == ["/owned"]
    with connect() as stranger:
        assert stranger.data("/owned") == b"x"
        with pytest.raises(ZooKeeperError, match="denies access to /owned"):
            make_present(stranger, Wanted("/owned", b"y"), False)
        with pytest.raises(ZooKeeperError, match="hides digests of the ACL of /owned"):
            make_present(stranger, Wanted("/owned", acl=WORLD), False)


def test_an_acl_that_the_server_does_not_know_is_refused(connect):
    with connect() as session:
        with pytest.raises(ZooKeeperError, match="rejects the access control list for /odd"):
            make_present(session, Wanted("/odd", acl=parse_acl([{"scheme": "ip", "id": "not-an-ip", "permissions": ["all"]}], None)), False)
        assert session.stat("/odd") is None


def test_the_node_of_a_living_session_is_spared(ensemble, connect):
    client = KazooClient(hosts=",".join(ensemble.servers))
    client.start(timeout=10)
    client.create("/living/leader", b"me", ephemeral=True, makepath=True)
    with connect() as session:
        owner = session.stat("/living/leader").ephemeral_owner
        assert owner == client.client_id[0]
        with pytest.raises(InputError, match=f"/living/leader is ephemeral and belongs to the living session 0x{owner:x}"):
            make_absent(session, Wanted("/living", recursive=True), False)
        with pytest.raises(InputError, match="/living/leader is ephemeral and cannot have children"):
            make_present(session, Wanted("/living/leader/x"), False)
        client.stop()
        client.close()
        assert make_absent(session, Wanted("/living", recursive=True), False).deleted == ["/living"]
