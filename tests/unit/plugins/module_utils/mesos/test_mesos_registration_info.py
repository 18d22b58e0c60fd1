# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Mesos would take a scheduler once more: a framework with a principal and without one, with and without a secret."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.mesos.registration_info import core, in_use
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import ZooKeeperUnreachable
from ansible_collections.baremetal.flink.tests.unit.fakes.mesos import MARATHON, FakeMesos, mocked

PARAMS = {
    "scheduler": "Marathon", "principal": "marathon", "authenticates": False, "user": "root", "checkpoint": True,
    "renew_with": "marathon_renew_framework", "record": "zk://zk1:2181/marathon/state/framework-id", "settings": None,
}


@pytest.fixture
def mesos():
    with mocked() as mock:
        yield FakeMesos().install(mock)


def info_of(mesos):
    """What the master has of Marathon's framework; a test changes it."""
    return next(each["framework_info"] for each in mesos.frameworks if each["framework_info"]["id"]["value"] == MARATHON)


def look(mesos, recorded=MARATHON, **params):
    def found(record):
        if isinstance(recorded, Exception):
            raise recorded
        return recorded

    return core({**PARAMS, **params}, False, lambda text: None, mesos.client(), found)


def test_a_new_framework_has_its_principal_from_the_start(mesos):
    found = look(mesos, None)
    assert (found["principal"], found["faults"], found["known"], mesos.asked) == ("marathon", [], True, [])


@pytest.mark.parametrize("authenticates", [False, True])
def test_with_its_principal_authentication_is_turned_on_and_off(mesos, authenticates):
    info_of(mesos).update(principal="marathon", user="root", checkpoint=True)
    found = look(mesos, authenticates=authenticates)
    assert (found["principal"], found["faults"], found["known"]) == ("marathon", [], True)


def test_a_framework_without_a_principal_stays_without_and_cannot_authenticate(mesos):
    info = info_of(mesos)
    info.pop("principal", None)
    info.update(user="root", checkpoint=True)
    found = look(mesos)
    assert (found["principal"], found["faults"], found["known"]) == ("", [], True)
    fault, = look(mesos, authenticates=True)["faults"]
    assert fault == (
        f"Marathon's framework {MARATHON} has the principal none, Mesos lets no framework change it, and it would register with marathon: change that "
        "back, or set marathon_renew_framework to true, and Marathon registers as a new framework, which ends the tasks of this one and starts them anew."
    )


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"principal": "other"}, "has the principal marathon, Mesos lets no framework change it, and it would register with other"),
        ({"principal": ""}, "has the principal marathon, Mesos lets no framework change it, and it would register with none"),
        ({"user": "flink"}, "has the user root, Mesos lets no framework change it, and it would register with flink"),
        ({"checkpoint": False}, "has the checkpoint true, Mesos lets no framework change it, and it would register with false"),
    ],
)
def test_what_never_changes(mesos, declared, words):
    info_of(mesos).update(principal="marathon", user="root", checkpoint=True)
    fault, = look(mesos, **declared)["faults"]
    assert words in fault and "set marathon_renew_framework to true" in fault


def test_masters_before_1_9_let_it_in_all_the_same(mesos):
    mesos.version = "1.8.1"
    info_of(mesos).pop("principal", None)
    info_of(mesos).update(user="root", checkpoint=True)
    found = look(mesos, authenticates=True, user="flink")
    assert (found["principal"], found["faults"], found["known"]) == ("marathon", [], True)


def test_a_framework_that_was_removed(mesos):
    mesos.completed = [each for each in mesos.frameworks if each["framework_info"]["id"]["value"] == MARATHON]
    mesos.frameworks = [each for each in mesos.frameworks if each not in mesos.completed]
    fault, = look(mesos)["faults"]
    assert fault.startswith(f"Mesos has removed the framework {MARATHON} of Marathon") and "marathon_renew_framework" in fault


@pytest.mark.parametrize(
    ("text", "authenticates", "principal"),
    [
        (None, False, "marathon"), ('MARATHON_HA=""\n', False, ""), ('A="b"\nMARATHON_PRINCIPAL="old"\n', False, "old"),
        ('MARATHON_HA=""\n', True, "marathon"),
    ],
)
def test_where_nobody_can_tell_the_principal_in_use_stays(mesos, tmp_path, text, authenticates, principal):
    file = tmp_path / "marathon.env"
    if text is not None:
        file.write_text(text)
    settings = {"path": str(file), "name": "MARATHON_PRINCIPAL"}
    mesos.down = set(mesos.masters)
    for found in (
        look(mesos, settings=settings, authenticates=authenticates),
        look(mesos, ZooKeeperUnreachable("no session"), settings=settings, authenticates=authenticates),
        look(mesos, f"{MARATHON}1", settings=settings, authenticates=authenticates),
    ):
        assert (found["principal"], found["faults"], found["known"]) == (principal, [], False)
        assert found["reason"]
    assert in_use({}) is None
