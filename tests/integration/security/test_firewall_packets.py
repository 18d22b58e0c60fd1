# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules do to packets, with the real nft: a guarded host and its visitors, each a network namespace of its own."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.listeners import Listener
from ansible_collections.baremetal.flink.plugins.module_utils.security import rules
from ansible_collections.baremetal.flink.plugins.module_utils.security.firewall import Firewall

HOST, PLATFORM, OPERATOR, CLIENT, STRANGER = (f"10.213.7.{number}" for number in range(1, 6))
HOST6, CLIENT6, STRANGER6 = (f"fd00:213::{number}" for number in (1, 4, 5))
REST, RPC, SSH, PUBLISHED = 8081, 6123, 22, 31005
LISTENING = [Listener("rest", REST, REST, True), Listener("rpc", RPC, RPC), Listener("tasks", 31000, 31009)]
#: Serves until its standard input ends: says a word, and repeats what it hears.
SERVER = """
import socket, sys, threading
def serve(one):
    one.sendall(b"hello")
    while one.recv(1): one.sendall(b"again")
def accept(listener):
    while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
listeners = [socket.create_server(("::", int(port)), family=socket.AF_INET6, dualstack_ipv6=True) for port in sys.argv[1:]]
for listener in listeners: threading.Thread(target=accept, args=(listener,), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""
#: Connects to each port, and prints what it hears or the number of the error; the last conversation goes on for as long as it is asked to.
CALLER = """
import socket, sys
source, target, *ports = sys.argv[1:]
for port in ports:
    try:
        one = socket.create_connection((target, int(port)), timeout=3, source_address=(source, 0))
        print(one.recv(5).decode(), flush=True)
    except OSError as error:
        print(error.errno or "silence", flush=True)
for line in sys.stdin:
    one.sendall(b"x")
    print(one.recv(5).decode(), flush=True)
"""


def ip(*arguments):
    subprocess.run(["ip", *map(str, arguments)], check=True, capture_output=True, text=True, timeout=20)


@pytest.fixture(scope="module")
def network():
    """The names of the namespaces of the host, which listens, and of those who call it."""
    host, callers = f"fw-host-{os.getpid()}", f"fw-call-{os.getpid()}"
    for name in (host, callers):
        ip("netns", "add", name)
    try:
        ip("-n", host, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", callers)
        for name, four, six in ((host, [HOST], [HOST6]), (callers, [PLATFORM, OPERATOR, CLIENT, STRANGER], [CLIENT6, STRANGER6])):
            for address, length in [*((each, 24) for each in four), *((each, 64) for each in six)]:
                ip("-n", name, "address", "add", f"{address}/{length}", "dev", "eth0", *(["nodad"] if length == 64 else []))
            for device in ("lo", "eth0"):
                ip("-n", name, "link", "set", device, "up")
        server = subprocess.Popen(
            ["ip", "netns", "exec", host, sys.executable, "-c", SERVER, *map(str, (REST, RPC, SSH))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert server.stdout.readline() == "ready\n"
        yield host, callers
        server.communicate(timeout=20)
    finally:
        for name in (host, callers):
            ip("netns", "delete", name)


@pytest.fixture(scope="module")
def firewall(network):
    def run(command, text):
        done = subprocess.run(["ip", "netns", "exec", network[0], *command], input=text, capture_output=True, text=True, check=False, timeout=20)
        return done.returncode, done.stdout, done.stderr

    found = Firewall(run)
    # As Docker publishes the port of a task.
    published = f"table ip published {{ chain before {{ type nat hook prerouting priority dstnat; tcp dport {PUBLISHED} redirect to :{SSH}; }}; }}"
    assert found.run(["nft", "-f", "-"], published)[0] == 0
    return found


def text(clients=(CLIENT, CLIENT6)):
    given = {rules.PLATFORM: [PLATFORM], rules.OPERATORS: [OPERATOR], rules.CLIENTS: clients}
    return rules.rules(LISTENING, {name: rules.networks(name, each) for name, each in given.items()})


def begin(network, source, *ports, target=HOST, where=1):
    command = ["ip", "netns", "exec", network[where], sys.executable, "-c", CALLER, source, target, *map(str, ports)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def call(network, *arguments, **named):
    return begin(network, *arguments, **named).communicate(timeout=30)[0].split()


REFUSED, REFUSED6 = str(errno.EHOSTUNREACH), str(errno.EACCES)


def test_without_rules_everybody_gets_everywhere(network, firewall):
    assert firewall.loaded() is None
    assert call(network, STRANGER, REST, RPC, SSH, PUBLISHED) == ["hello"] * 4
    assert call(network, STRANGER6, REST, target=HOST6) == ["hello"]


def test_each_gets_as_far_as_he_should(network, firewall):
    firewall.validate(text())
    assert firewall.loaded() is None and firewall.differs(text())
    firewall.load(text())
    reached = {who: call(network, who, REST, RPC, SSH, PUBLISHED) for who in (PLATFORM, OPERATOR, CLIENT, STRANGER)}
    everything = ["hello"] * 4
    assert reached == {
        PLATFORM: everything, OPERATOR: everything, CLIENT: ["hello", REFUSED, "hello", REFUSED], STRANGER: [REFUSED, REFUSED, "hello", REFUSED]}
    assert call(network, CLIENT6, REST, RPC, SSH, target=HOST6) == ["hello", REFUSED6, "hello"]
    assert call(network, STRANGER6, REST, SSH, target=HOST6) == [REFUSED6, "hello"]
    # The host itself, by its own address.
    assert call(network, HOST, RPC, where=0) == ["hello"]


def test_other_rules_take_their_place_and_a_conversation_goes_on(network, firewall):
    firewall.load(text())
    talk = begin(network, CLIENT, REST)
    assert talk.stdout.readline() == "hello\n"
    assert firewall.differs(text(clients=())) and not firewall.differs(text())
    firewall.load(text(clients=()))
    assert call(network, CLIENT, REST) == [REFUSED]
    assert talk.communicate("more\n", timeout=20)[0] == "again\n"
    firewall.load(text())
    assert call(network, CLIENT, REST) == ["hello"]


@pytest.mark.parametrize("meddling", [
    ["delete", "element", "inet", "baremetal_flink", "ports", "{ 8081 }"],
    ["add", "element", "inet", "baremetal_flink", "platform4", "{ 192.0.2.66 }"],
    ["insert", "rule", "inet", "baremetal_flink", "guarded", "accept"],
    ["flush", "chain", "inet", "baremetal_flink", "arriving"],
    ["flush", "ruleset"],
], ids=lambda command: " ".join(command[:2]))
def test_what_was_changed_by_hand_is_noticed(firewall, meddling):
    firewall.load(text())
    assert not firewall.differs(text())
    assert firewall.run(["nft", *meddling], None)[0] == 0
    assert firewall.differs(text())


def test_a_refused_packet_is_counted_and_counts_make_no_other_table(network, firewall):
    firewall.load(text())
    call(network, STRANGER, REST)
    counted = firewall.run(["nft", "list", "chain", "inet", "baremetal_flink", "guarded"], None)[1]
    assert "counter packets 0 " not in counted and not firewall.differs(text())


def test_the_whole_internet_may_be_a_client(network, firewall):
    firewall.load(text(clients=["0.0.0.0/0", "::/0"]))
    assert call(network, STRANGER, REST, RPC) == ["hello", REFUSED] and call(network, STRANGER6, REST, target=HOST6) == ["hello"]
    assert not firewall.differs(text(clients=["0.0.0.0/0", "::/0"]))


def test_it_goes_and_leaves_the_other_tables(network, firewall):
    firewall.run(["nft", "add", "table", "inet", "of_somebody_else"], None)
    firewall.load(text())
    firewall.remove()
    assert firewall.loaded() is None and call(network, STRANGER, RPC) == ["hello"]
    assert "of_somebody_else" in firewall.run(["nft", "list", "tables"], None)[1]
