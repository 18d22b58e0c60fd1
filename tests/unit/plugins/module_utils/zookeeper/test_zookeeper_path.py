# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules about nodes, on a session that lives in a dictionary; the integration tests have the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError, ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.path import (
    DATA_LIMIT,
    Wanted,
    make_absent,
    make_present,
    parse_acl,
    parse_data,
)
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import (
    WORLD,
    Acl,
    Node,
    NodeChanged,
    Stat,
    digest_id,
    parse_hosts,
    parse_path,
)

READ_ONLY = frozenset([Acl("world", "anyone", 1)])
IDENTITY = ("digest", digest_id("flink", "geheim"))


def stat(**kwargs):
    values = dict.fromkeys(Stat.__dataclass_fields__, 0)
    return Stat(**{**values, **kwargs})


class FakeSession:
    """Nodes by path, with ZooKeeper's versions; `interfere` runs once before the next write, as another client would."""

    def __init__(self, **nodes):
        self.nodes = {"/": Node("/", b"", WORLD, stat())}
        self.writes = []
        self.interfere = None
        for path, data in nodes.items():
            self.put(path, data)

    def put(self, path, data=b"", acl=WORLD, owner=0):
        before = self.nodes.get(path)
        version = before.stat.version + 1 if before else 0
        self.nodes[path] = Node(path, data, acl, stat(version=version, ephemeral_owner=owner))

    def read(self, path):
        node = self.nodes.get(path)
        return node and replace(node, stat=replace(node.stat, children_count=len(self.children(path))))

    def stat(self, path):
        node = self.read(path)
        return node and node.stat

    def children(self, path):
        prefix = path.rstrip("/") + "/"
        return sorted(
            one[len(prefix) :] for one in self.nodes if one.startswith(prefix) and one != "/" and "/" not in one[len(prefix) :]
        )

    def _write(self, *what):
        if self.interfere:
            interfere, self.interfere = self.interfere, None
            interfere()
        self.writes.append(what)

    def create(self, path, data, acl):
        self._write("create", path)
        if path in self.nodes or (path.rsplit("/", 1)[0] or "/") not in self.nodes:
            raise NodeChanged(path)
        self.nodes[path] = Node(path, data, acl, stat())

    def set_data(self, path, data, version):
        self._write("set_data", path)
        if self.nodes[path].stat.version != version:
            raise NodeChanged(path)
        self.nodes[path] = replace(self.nodes[path], data=data, stat=replace(self.nodes[path].stat, version=version + 1))

    def set_acl(self, path, acl, aversion):
        self._write("set_acl", path)
        if path not in self.nodes:
            raise ZooKeeperError(path)
        if self.nodes[path].stat.aversion != aversion:
            raise NodeChanged(path)
        self.nodes[path] = replace(self.nodes[path], acl=acl, stat=replace(self.nodes[path].stat, aversion=aversion + 1))

    def delete(self, nodes):
        self._write("delete", *[path for path, _version in nodes])
        kept = dict(self.nodes)
        for path, version in nodes:
            if kept[path].stat.version != version or any(one.startswith(path + "/") for one in kept):
                raise NodeChanged(path)
            del kept[path]
        self.nodes = kept


@pytest.fixture
def session():
    fake = FakeSession()
    for path in ("/app", "/app/a", "/app/a/deep", "/app/b"):
        fake.put(path, b"old")
    return fake


def both(session, make, wanted):
    """Check mode must foresee what the run does, and write nothing."""
    foreseen = make(session, wanted, True)
    assert session.writes == []
    done = make(session, wanted, False)
    assert (foreseen.changed, foreseen.created, foreseen.deleted, foreseen.acl_changed, foreseen.data_changed) == (
        done.changed,
        done.created,
        done.deleted,
        done.acl_changed,
        done.data_changed,
    )
    assert foreseen.as_result(False)["diff"] == done.as_result(False)["diff"]
    return done


def test_a_node_comes_with_its_parents_and_its_acl(session):
    done = both(session, make_present, Wanted("/new/x/y", b"1", READ_ONLY))
    assert done.created == ["/new", "/new/x", "/new/x/y"]
    assert session.nodes["/new/x/y"].data == b"1"
    assert {session.nodes[path].acl for path in done.created} == {READ_ONLY}
    assert session.nodes["/new"].data == b""


def test_nothing_is_written_when_all_is_well(session):
    for wanted in (Wanted("/app"), Wanted("/app", b"old"), Wanted("/app", acl=WORLD), Wanted("/app", acl=WORLD, recursive=True)):
        done = both(session, make_present, wanted)
        assert not done.changed
    assert session.writes == []


def test_data_is_replaced_and_shown(session):
    done = both(session, make_present, Wanted("/app/a", b"new"))
    assert session.writes == [("set_data", "/app/a")]
    result = done.as_result(False)
    assert (result["changed"], result["data"], result["stat"]["version"]) == (True, "new", 1)
    assert (result["diff"]["before"]["data"], result["diff"]["after"]["data"]) == ("old", "new")


def test_secret_data_is_in_no_result(session):
    for data in (b"geheim", b"old"):
        shown = repr(make_present(session, Wanted("/app/a", data), True).as_result(True))
        assert "geheim" not in shown
        assert "'old'" not in shown
    assert "to be replaced" in repr(make_present(session, Wanted("/app/a", b"geheim"), True).as_result(True))


def test_bytes_that_are_no_text_are_shown_in_base64(session):
    result = make_present(session, Wanted("/app/a", b"\x00\xff"), False).as_result(False)
    assert (result["data"], result["data_base64"]) == (None, "AP8=")
    assert result["diff"]["after"]["data_base64"] == "AP8="


def test_the_acl_alone_is_changed_here_or_in_the_whole_tree(session):
    assert both(session, make_present, Wanted("/app", acl=READ_ONLY)).acl_changed == ["/app"]
    session.writes.clear()
    done = both(session, make_present, Wanted("/app", acl=READ_ONLY, recursive=True))
    assert done.acl_changed == ["/app/a", "/app/b", "/app/a/deep"]
    assert session.nodes["/app/a/deep"].data == b"old"


def test_the_node_itself_has_the_new_acl_only_when_all_below_it_have(session):
    make_present(session, Wanted("/app", acl=READ_ONLY, recursive=True), False)
    assert session.writes == [("set_acl", path) for path in ("/app/a/deep", "/app/b", "/app/a", "/app")]


def test_a_node_that_another_client_deletes_needs_no_acl(session):
    session.interfere = lambda: session.nodes.pop("/app/a/deep")
    assert make_present(session, Wanted("/app", acl=READ_ONLY, recursive=True), False).changed and session.nodes["/app"].acl == READ_ONLY
    session.interfere = lambda: [session.nodes.pop(path) for path in list(session.nodes) if path.startswith("/app")]
    with pytest.raises(ZooKeeperError, match="/app"):
        make_present(session, Wanted("/app", acl=WORLD), False)


def test_the_acl_of_the_root_leaves_zookeepers_own_nodes_alone(session):
    session.put("/zookeeper")
    session.put("/zookeeper/quota")
    done = make_present(session, Wanted("/", acl=READ_ONLY, recursive=True), True)
    assert done.acl_changed == ["/", "/app", "/app/a", "/app/b", "/app/a/deep"]


def test_a_write_of_another_client_is_not_lost(session):
    session.interfere = lambda: session.put("/app/a", b"theirs")
    with pytest.raises(NodeChanged):
        make_present(session, Wanted("/app/a", b"mine"), False)
    assert session.nodes["/app/a"].data == b"theirs"


def test_a_child_that_appears_while_its_parent_goes_stops_the_deletion(session):
    session.interfere = lambda: session.put("/app/c")
    with pytest.raises(NodeChanged):
        make_absent(session, Wanted("/app", recursive=True), False)
    assert "/app/a/deep" in session.nodes


def test_a_tree_goes_as_a_whole(session):
    done = both(session, make_absent, Wanted("/app", recursive=True))
    assert done.deleted == ["/app", "/app/a", "/app/a/deep", "/app/b"]
    assert list(session.nodes) == ["/"]
    assert session.writes[0][-1] == "/app"
    result = done.as_result(False)
    assert (result["exists"], result["stat"], result["diff"]["after"]) == (False, None, {"state": "absent"})


def test_what_is_not_there_needs_no_deletion(session):
    assert not both(session, make_absent, Wanted("/nowhere")).changed


def test_the_version_given_by_the_user_must_match(session):
    with pytest.raises(ZooKeeperError, match="has version 0, not 3"):
        make_present(session, Wanted("/app", b"x", version=3), False)
    with pytest.raises(ZooKeeperError, match="has version 0, not 3"):
        make_absent(session, Wanted("/app/b", version=3), False)
    with pytest.raises(ZooKeeperError, match="should have version 0 but does not exist"):
        make_present(session, Wanted("/nowhere", version=0), False)
    assert make_present(session, Wanted("/app", b"x", version=0), False).changed


@pytest.mark.parametrize(
    "make,wanted,message",
    [
        (make_absent, Wanted("/", recursive=True), "root node"),
        (make_absent, Wanted("/zookeeper", recursive=True), "belongs to ZooKeeper"),
        (make_absent, Wanted("/zookeeper/quota"), "belongs to ZooKeeper"),
        (make_present, Wanted("/zookeeper/x", b""), "belongs to ZooKeeper"),
        (make_absent, Wanted("/app"), "has 2 children; set recursive: true"),
        (make_absent, Wanted("/live", recursive=True), "/live/leader is ephemeral.*0x1f"),
        (make_present, Wanted("/live/leader", b"me"), "/live/leader is ephemeral"),
        (make_present, Wanted("/live", acl=READ_ONLY, recursive=True), "/live/leader is ephemeral"),
        (make_present, Wanted("/live/leader/child"), "cannot have children"),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_what_is_refused(session, make, wanted, message, check_mode):
    session.put("/live")
    session.put("/live/leader", owner=0x1F)
    with pytest.raises(InputError, match=message):
        make(session, wanted, check_mode)
    assert session.writes == []


def test_ephemeral_nodes_go_when_the_task_says_so(session):
    session.put("/live")
    session.put("/live/leader", owner=1)
    done = make_absent(session, Wanted("/live", recursive=True, allow_ephemeral=True), False)
    assert done.deleted == ["/live", "/live/leader"]


def test_hidden_digests_are_not_taken_for_a_difference(session):
    session.put("/hidden", acl=frozenset([Acl("digest", "flink:x", 31)]))
    with pytest.raises(ZooKeeperError, match="hides digests"):
        make_present(session, Wanted("/hidden", acl=frozenset([Acl(*IDENTITY, 31)])), False)
    assert not make_present(session, Wanted("/hidden"), False).changed


def entry(scheme, *permissions, **kwargs):
    return {"scheme": scheme, "id": None, "password": None, "permissions": list(permissions) or ["all"], **kwargs}


def test_acl_entries_are_written_as_the_server_keeps_them():
    parsed = parse_acl(
        [
            entry("world", "read"),
            entry("auth"),
            entry("digest", "read", "write", id="super", password="test"),
            entry("ip", "read", id="10.0.0.0/24"),
            entry("ip", "write", "read", id="10.0.0.0/24"),
        ],
        IDENTITY,
    )
    assert parsed == {
        Acl("world", "anyone", 1),
        Acl("digest", IDENTITY[1], 31),
        Acl("digest", "super:D/InIHSb7yEEbrWz8b9l71RjZJU=", 3),
        Acl("ip", "10.0.0.0/24", 3),
    }
    assert parse_acl(None, None) is None


@pytest.mark.parametrize(
    "entries,message",
    [
        ([], "acl is empty"),
        ([entry("auth")], "give auth with scheme digest"),
        ([entry("ip")], "scheme ip needs an id"),
        ([entry("digest", id="flink")], "needs a password"),
    ],
)
def test_incomplete_acl_entries_are_named(entries, message):
    with pytest.raises(InputError, match=message):
        parse_acl(entries, None)


def test_data_is_text_or_base64():
    assert parse_data(None, "text") is None
    assert parse_data("Grüße", "text") == "Grüße".encode()
    assert parse_data("AP8\n=", "base64") == b"\x00\xff"
    with pytest.raises(InputError, match="not valid base64"):
        parse_data("what?", "base64")
    with pytest.raises(InputError, match="takes at most"):
        parse_data("x" * (DATA_LIMIT + 1), "text")


@pytest.mark.parametrize("given,path", [("/", "/"), ("/a", "/a"), ("/a/b/", "/a/b"), ("/a.b/..c", "/a.b/..c")])
def test_paths(given, path):
    assert parse_path(given) == path


@pytest.mark.parametrize("path", ["", "a", "a/b", "/a//b", "/a/../b", "/./a", "/a\x00", "/a\nb"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(InputError, match="ZooKeeper path"):
        parse_path(path)


def test_hosts_may_carry_a_chroot():
    assert parse_hosts(["a:1,b:2/x/y"]) == (["a:1", "b:2"], "/x/y")
    assert parse_hosts(["a", "b/x"]) == (["a:2181", "b:2181"], "/x")
    assert parse_hosts(["a/"]) == (["a:2181"], "")
    with pytest.raises(InputError, match="belongs to ZooKeeper"):
        parse_hosts(["a/zookeeper/quota"])
