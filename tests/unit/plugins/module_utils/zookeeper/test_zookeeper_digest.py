# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins of Mesos and Marathon in ZooKeeper: where they go, and when what they keep is closed or opened."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.digest import change, login_faults, tree_turn, zookeeper_digest

URL = "zk://h1:2181,h2:2181/mesos"
DIRECTORY = "/etc/mesos"


def access(url=URL, user="mesos", password="pw", acl="creator", layer="mesos"):
    return zookeeper_digest(url, user, password, acl, layer)


def changed(comes="", closed="", outside=(), **given):
    seen = {"contents": {f"{DIRECTORY}/zookeeper-user": comes or None, f"{DIRECTORY}/zookeeper-closed": closed or None}}
    return change("mesos", DIRECTORY, access(**given), seen, outside)


@pytest.mark.parametrize(("given", "url", "login", "auth"), [
    ({}, "zk://mesos:pw@h1:2181,h2:2181/mesos", True, {"scheme": "digest", "username": "mesos", "password": "pw"}),
    ({"password": ""}, URL, False, {}),
    ({"acl": "open"}, URL, False, {"scheme": "digest", "username": "mesos", "password": "pw"}),
    ({"url": "zk://ops:a:b'c@h1:2181/apps/marathon/", "password": ""}, "zk://ops:a:b'c@h1:2181/apps/marathon", True,
     {"scheme": "digest", "username": "ops", "password": "a:b'c"}),
])
def test_the_login_is_in_the_url_that_daemons_get(given, url, login, auth):
    found = access(**given)
    assert (found["url"], found["login"], found["auth"]) == (url, login, auth)


def test_modules_have_the_login_as_long_as_something_may_be_closed():
    found = access(acl="open")
    assert found["asked"] == "zk://mesos:pw@h1:2181,h2:2181/mesos"
    assert (found["hosts"], found["path"]) == ("h1:2181,h2:2181", "/mesos")
    assert access(url="", password="")["asked"] == "" and access(url="file:///srv/zk")["url"] == "file:///srv/zk"


def test_others_read_who_leads_and_nothing_of_marathons():
    assert [entry["scheme"] for entry in access()["closed"]] == ["auth", "world"] and access()["closed"][1]["permissions"] == ["read"]
    assert access(layer="marathon")["closed"] == [{"scheme": "auth", "permissions": ["all"]}]
    assert access()["open"] == [{"scheme": "world", "permissions": ["all"]}]


def test_a_mark_tells_logins_apart_and_does_not_tell_them():
    marks = {access(user=user, password=password)["mark"] for user in ("mesos", "ops") for password in ("pw", "other")}
    assert len(marks) == 4 and all(len(mark.split()[1]) == 4 for mark in marks) and "pw" not in str(marks)


def test_without_a_path_that_would_be_all_of_zookeeper():
    with pytest.raises(InputError, match="zk://HOST:PORT"):
        access(url="zk://h1:2181/")


@pytest.mark.parametrize(("given", "sentence"), [
    ({"url": "zk://ops:pw@h1:2181/mesos"}, "mesos_zookeeper_url has a login, and mesos_zookeeper_password is set"),
    ({"url": ""}, "mesos_zookeeper_password needs a ZooKeeper"),
    ({"user": ""}, "mesos_zookeeper_user is ''"),
    ({"user": "a/b"}, "neither blanks nor @, / or :"),
    ({"password": "p@w"}, "at which Mesos and Marathon would cut their zk:// URL"),
])
def test_logins_that_a_url_could_not_hold(given, sentence):
    options = {"url": URL, "user": "mesos", "password": "hunter2", **given}
    found = login_faults("mesos", {f"mesos_zookeeper_{name}": value for name, value in options.items()})
    assert len(found) == 1 and sentence in found[0] and "hunter" not in found[0] and "p@w" not in found[0]
    assert login_faults("mesos", {"mesos_zookeeper_url": URL, "mesos_zookeeper_user": "", "mesos_zookeeper_password": ""}) == []


MARK = access()["mark"]


@pytest.mark.parametrize(("given", "turn"), [
    ({"password": ""}, {"comes": False, "closes": False, "opens": False}),
    ({}, {"comes": True, "closes": True, "opens": False}),
    # A run that was interrupted after the daemons came with the login.
    ({"comes": MARK}, {"comes": True, "closes": True, "opens": False}),
    ({"comes": MARK, "closed": f"{MARK}\n"}, {"comes": True, "closes": False, "opens": False}),
    ({"comes": MARK, "closed": MARK, "acl": "open"}, {"comes": False, "closes": False, "opens": True}),
    ({"comes": MARK, "acl": "open"}, {"comes": False, "closes": False, "opens": True}),
    ({"acl": "open"}, {"comes": False, "closes": False, "opens": False}),
])
def test_what_becomes_of_the_tree(given, turn):
    verdict = changed(**given)
    assert verdict.faults == [] and verdict.known == {"zookeeper": turn}


@pytest.mark.parametrize(("given", "sentence"), [
    ({"closed": MARK, "password": ""}, "The masters would be nobody in ZooKeeper, where what they keep is closed to all but the user mesos"),
    ({"comes": MARK, "password": ""}, "mesos_zookeeper_acl set to open while the user and the password are what they were"),
    ({"closed": MARK, "password": "other"}, "with another password or name than the one to which what they keep is closed (mesos)"),
    ({"closed": MARK, "user": "ops", "acl": "open"}, "would come to ZooKeeper as ops"),
    ({"outside": ["n2", "n3"]}, "would close what they keep in ZooKeeper, and n2, n3, which write it too"),
    ({"closed": MARK, "acl": "open", "outside": ["n2"]}, "would open what they keep in ZooKeeper, and n2"),
])
def test_what_would_shut_the_daemons_out(given, sentence):
    verdict = changed(**given)
    assert sentence in verdict.faults[0] and len(verdict.faults) == 1 and verdict.known == {}


def test_a_part_of_the_hosts_may_run_when_nothing_turns():
    assert changed(closed=MARK, outside=["n2"]).faults == [] and changed(password="", outside=["n2"]).faults == []


def test_what_was_made_with_a_login_in_the_url_is_left_as_it_is():
    """Who has written it there has had it closed, or not, by himself."""
    url = "zk://ops:pw@h1:2181/mesos"
    assert changed(url=url, password="").known == {"zookeeper": {"comes": True, "closes": False, "opens": False}}
    assert changed(url=url, password="", outside=["n2"]).faults == []


def test_one_turn_for_all_hosts():
    assert tree_turn([{}, {"zookeeper": {"opens": False, "closes": False}}]) == ""
    assert tree_turn([{}, {"zookeeper": {"opens": True, "closes": False}}]) == "opens"
    assert tree_turn(iter([{"zookeeper": {"closes": True}}, {}])) == "closes"
