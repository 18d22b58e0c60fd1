# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JVM with the stores and options of the role trusts as its leader whom Marathon should: its own code for that, on a real Java."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import pytest
from ansible_collections.baremetal.flink.tests.unit.fakes.role_values import RoleValues

from tests.stand_ins.marathon.answers import Answer
from tests.stand_ins.marathon.tls import server_context
from tests.stand_ins.marathon.web import Site, serve
from tests.unit.fakes.certificates import HOSTS, Controller

PROGRAM = Path(__file__).parent / "LeaderTrust.java"
#: A leader, by the authority, the host and the names of its certificate.
LEADERS = {"itself": ("ca", HOSTS[0], True), "another of the platform": ("ca", HOSTS[1], True), "of another authority": ("other", HOSTS[1], True),
           "with another name": ("ca", "node3.example.org", False)}


@pytest.fixture(scope="module")
def leaders(tmp_path_factory):
    """Where the files of each are, and its port."""
    base, servers, found = tmp_path_factory.mktemp("leaders"), [], {}
    for number, (leader, (authority, host, named)) in enumerate(LEADERS.items()):
        controller, place = Controller(base / authority), base / str(number)
        controller.now = datetime.datetime.now(datetime.timezone.utc)
        place.mkdir()
        names = ["127.0.0.1"] if named else []
        for name, file in controller.task(host, name="marathon", key_type="rsa", formats=["pkcs12"], names=names).files.items():
            (place / name).write_bytes(file.content)
        site = Site("leader:1", None, 2.0, 2.0)
        site.answer = lambda method, path, query, body: Answer(200, {})
        servers.append(serve(site, "127.0.0.1", 0, server_context(str(place / "keystore.p12"), (place / "keystore.password").read_text())))
        found[leader] = place, servers[-1].server_address[1]
    yield found
    for server in servers:
        server.server_close()


def trusted(leaders, options):
    """Who of them is trusted by the first one."""
    place = leaders["itself"][0]
    command = ["java", *options, str(PROGRAM), str(place / "keystore.p12"), (place / "keystore.password").read_text()]
    ports = [str(port) for _place, port in leaders.values()]
    told = subprocess.run([*command, *ports], capture_output=True, text=True, timeout=120, check=True).stdout.splitlines()
    assert len(told) == len(leaders), told
    return [leader for leader, said in zip(leaders, told) if said == "trusted"]


def test_a_marathon_trusts_the_platform_and_nobody_else(leaders):
    role = RoleValues("marathon", {"marathon": ["n1"]}, marathon_tls=True, __marathon_tls_dir=str(leaders["itself"][0]))
    assert trusted(leaders, role.value("__marathon_tls_options")) == ["itself", "another of the platform"]
    # Without the options it would trust no other.
    assert trusted(leaders, []) == ["itself"]
