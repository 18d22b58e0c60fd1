# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From clear to TLS and back with real members, one at a time and while clients write; and whom an ensemble lets in that is there."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import ZooKeeperError
from ansible_collections.baremetal.flink.plugins.module_utils.wait import WaitTimeout, wait_for
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper import transport as how
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.info import four_letter_word, observe, probe_ensemble
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.logins import jaas_file
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.session import WORLD, Acl, ZooKeeperUnreachable, session
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.steps import ENCRYPTED, MIXED, PLAIN, STRICT, rolls
from ansible_collections.baremetal.flink.plugins.module_utils.zookeeper.tls import client_context, connect, kazoo_handler
from kazoo.client import KazooClient
from kazoo.protocol.states import KazooState

from tests.integration.certificates import Certificates
from tests.integration.zookeeper.ensemble import Ensemble, install

USERS = {"flink": 'horse "battery" \\ staple', "hdfs": "donkey"}


def options(files, **changed):
    """The option ``tls`` of a module whose host has these files."""
    tls = {"ca_file": str(files.trust), "cert_file": str(files.certificate), "key_file": str(files.key), "key_password": None}
    return {**tls, "verify": True, "check_hostname": True, **changed}


class Stepping(Ensemble):
    """Members with a certificate each, who take steps as the role has them."""

    def __init__(self, home):
        (home / "jaas.conf").write_text(jaas_file(USERS))
        super().__init__(home, jvm=[f"-Djava.security.auth.login.config={home}/jaas.conf"])
        self.authority = Certificates(home / "tls")
        # Whoever calls from loopback calls from 127.0.0.1.
        self.files = {number: self.authority.make(f"n{number}", [f"127.0.0.{number}", "127.0.0.1", "localhost"]) for number in self.ids}
        self.tls = options(self.authority.make("client"))
        self.step = PLAIN

    def start(self, number, reached=()):
        lines = how.with_settings(how.transport(self.step, self.port, how.TLS_ONLY, True), {"clientPortAddress": f"127.0.0.{number}"})
        own = {how.BUNDLE: self.files[number].bundle, how.TRUST: self.files[number].trust}
        super().start(number, [f"{key}={own.get(value, value)}" for key, value in lines.items()])

    def wait(self, state, server=None):
        ask = four_letter_word(2, self.tls if self.step >= ENCRYPTED else None)
        try:
            return wait_for(lambda: observe(probe_ensemble(self.servers, ask), state, server), 40, 0.4, state).value
        except WaitTimeout as error:
            pytest.fail(f"step {self.step}: {error}\n{self.logs()}")

    def go(self, target):
        """All steps to the target, each as a roll over all members."""
        for step in rolls([self.step] * len(self.ids), target):
            self.step = step
            for server in self.wait("synced").restart_order:
                self.kill(self.number(server))
                self.start(self.number(server))
                self.wait("member", server)
            yield step


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory):
    install()
    with Stepping(tmp_path_factory.mktemp("steps")) as members:
        members.wait("synced")
        yield members


@contextlib.contextmanager
def writing(servers, path, **how_to):
    """A client that writes all the time, and whose session must be the same one at the end."""
    client = KazooClient(hosts=",".join(servers), timeout=9, connection_retry={"max_tries": -1, "delay": 0.05, "max_delay": 0.3}, **how_to)
    lost, stop, errors = [], threading.Event(), []
    client.add_listener(lambda state: lost.append(state) if state == KazooState.LOST else None)
    client.start(timeout=20)
    client.create(path, b"0", ephemeral=True)
    began, count = client.client_id, [0]

    def write():
        try:
            while not stop.is_set():
                client.retry(client.set, path, str(count[0]).encode())
                count[0] += 1
                time.sleep(0.1)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    yield count
    stop.set()
    writer.join(20)
    assert not errors and not lost and client.client_id == began
    assert client.get(path)[0] == str(count[0] - 1).encode()
    client.stop()
    client.close()


def secure(ensemble, **user):
    """How kazoo connects by TLS, as the modules do."""
    handler = kazoo_handler(client_context(ensemble.tls), [])
    return {"use_ssl": True, "handler": handler, **({"sasl_options": {"mechanism": "DIGEST-MD5", **user}} if user else {})}


def test_sessions_last_from_the_first_step_to_the_last(ensemble):
    """One in clear as long as that is taken, and a user's by TLS from the first step on. The way back has the same neighbours; the scenario goes it."""
    in_clear, by_tls = [], []
    with contextlib.ExitStack() as user, contextlib.ExitStack() as anybody:
        clear = anybody.enter_context(writing(ensemble.servers, "/clear"))
        for step in ensemble.go(STRICT):
            if step == MIXED:
                tls = user.enter_context(writing(ensemble.servers, "/tls", **secure(ensemble, username="flink", password=USERS["flink"])))
            if step < STRICT:
                in_clear.append(clear[0])
            if step == ENCRYPTED:
                anybody.close()
            by_tls.append(tls[0])
    assert 0 < in_clear[0] < in_clear[1] and by_tls[0] < by_tls[1] < by_tls[2]


@pytest.fixture(scope="module")
def strict(ensemble):
    """The members as the test above has left them, or started so."""
    if ensemble.step != STRICT:
        for number in ensemble.ids:
            ensemble.kill(number)
        ensemble.step = STRICT
        for number in ensemble.ids:
            ensemble.start(number)
    ensemble.wait("synced")
    return ensemble


def params(strict, tls, user="flink", password=USERS["flink"]):
    auth = {"scheme": "sasl", "mechanism": "DIGEST-MD5", "username": user, "password": password, "service": "zookeeper"} if user else None
    return {"hosts": strict.servers, "connect_timeout": 6.0, "auth": auth, "tls": tls}


def test_users_come_in_and_what_they_keep_to_themselves_is_theirs(strict):
    with session(params(strict, strict.tls)) as flink:
        flink.create("/own", b"x", frozenset([Acl("sasl", "flink", 31)]))
        flink.create("/all", b"x", WORLD)
        assert flink.data("/own") == b"x"
    with session(params(strict, strict.tls, "hdfs", USERS["hdfs"])) as hdfs:
        assert hdfs.data("/all") == b"x"
        with pytest.raises(ZooKeeperError, match="denies access to /own"):
            hdfs.data("/own")


# kazoo's thread ends with what the server says of a wrong password.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(("user", "password"), [("flink", "wrong"), ("nobody", "wrong"), (None, None)])
def test_who_is_no_user_is_refused(strict, user, password):
    with pytest.raises(ZooKeeperError, match="refused the credentials" if user else "lets in nobody who is no user; give auth") as refused:
        with session({**params(strict, strict.tls, user, password), "connect_timeout": 2.0}) as stranger:
            stranger.children("/")
    assert password is None or password not in str(refused.value)


def test_a_stranger_is_refused_at_every_port(strict, tmp_path):
    other = Certificates(tmp_path, "other")
    mine = strict.files[1]
    leader = strict.number(strict.wait("synced").leader)
    ports = [(number, port) for number in strict.ids for port in (strict.port, strict.election_port)] + [(leader, strict.peer_port)]
    strangers = {
        "of another authority": options(other.make("n1", ["127.0.0.1", "localhost"]), ca_file=str(mine.trust)),
        "without a certificate": options(mine, cert_file=None, key_file=None),
        "that may not be a client": options(strict.authority.make("server", ["127.0.0.1", "localhost"], usages=["server"])),
    }
    for number, port in ports:
        assert _lets_in(f"127.0.0.{number}", port, options(mine)), f"a member at {number}:{port}"
        for who, tls in strangers.items():
            assert not _lets_in(f"127.0.0.{number}", port, tls), f"a caller {who} at {number}:{port}"
        with socket.create_connection((f"127.0.0.{number}", port), timeout=5) as clear:
            clear.sendall(b"srvr" + bytes(60))
            with contextlib.suppress(ConnectionResetError):
                assert b"Zookeeper" not in b"".join(iter(lambda: clear.recv(4096), b"")), f"in clear at {number}:{port}"
    with pytest.raises(ZooKeeperUnreachable):
        with session({**params(strict, None, None), "connect_timeout": 2.0}):
            pass


def _lets_in(host, port, tls):
    """Whether a server keeps a caller that has shown its certificate: it waits for what he says."""
    try:
        with connect(client_context(tls), host, port, 5) as connection:
            connection.settimeout(0.7)
            return bool(connection.recv(1))
    except socket.timeout:
        return True
    except OSError:
        return False
