# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""https with the stores that the role brings: who is trusted as a leader, who cannot be asked, and what the log tells."""

from __future__ import annotations

import datetime
import http.client
import ssl

import pytest

from tests.stand_ins.marathon.answers import Answer
from tests.stand_ins.marathon.flags import parse
from tests.stand_ins.marathon.tls import StoreError, proxy_context, server_context, tells_flags
from tests.stand_ins.marathon.web import Site, serve
from tests.unit.fakes.certificates import HOSTS, Controller

FLAGS = {"MARATHON_MASTER": "m:5050", "MARATHON_ZK": "zk://u:secret@h:2181/marathon", "MARATHON_HOSTNAME": "node1"}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Paths of the files of two hosts of the platform, of one of another one, and of one whose certificate is for none of these names."""
    base, found = tmp_path_factory.mktemp("stores"), {}
    for name, root, host, names in (("one", "ca", HOSTS[0], ["127.0.0.1"]), ("two", "ca", HOSTS[1], ["127.0.0.1"]), ("stranger", "other", HOSTS[0],
                                    ["127.0.0.1"]), ("elsewhere", "ca", "node3.example.org", [])):
        controller = Controller(base / root)
        controller.now = datetime.datetime.now(datetime.timezone.utc)
        (base / name).mkdir()
        for file, entry in controller.task(host, formats=["pkcs12"], names=names).files.items():
            (base / name / file).write_bytes(entry.content)
        found[name] = base / name
    return found


def context_of(place):
    return server_context(str(place / "keystore.p12"), (place / "keystore.password").read_text())


def options(place):
    return f"-Xmx1g -Djavax.net.ssl.trustStore={place}/truststore.p12 -Djavax.net.ssl.trustStorePassword=changeit"


def proxy(place, java_options, ignore_hostname=False):
    return proxy_context(str(place / "keystore.p12"), (place / "keystore.password").read_text(), java_options, ignore_hostname)


@pytest.fixture
def leader(stores):
    """Starts a leader with the certificate of a store, or in clear; its address."""
    servers = []

    def start(place=None):
        site = Site("leader:1", None, 2.0, 2.0)
        site.answer = lambda method, path, query, body: Answer(200, {"leads": True})
        servers.append(serve(site, "127.0.0.1", 0, context_of(stores[place]) if place else None))
        return f"127.0.0.1:{servers[-1].server_address[1]}"

    yield start
    for server in servers:
        server.server_close()


def passed_on(address, context):
    """What a Marathon that does not lead answers."""
    site = Site("standby:1", None, 2.0, 2.0, context)
    site.leader = lambda: address
    return site.proxy("GET", "/v2/info", {}, b"")


def test_a_standby_trusts_what_the_jvm_trusts_and_compares_names(stores, leader):
    own = proxy(stores["one"], options(stores["one"]))
    answer = passed_on(leader("two"), own)
    assert answer.status == 200 and answer.headers["X-Marathon-Leader"].startswith("https://127.0.0.1:")
    # Of a key's entry its own certificate is trusted, and not the authority in its chain: that is what the JVM's trust store is for.
    assert passed_on(leader("two"), proxy(stores["one"], "")).status == 500
    assert passed_on(leader("one"), proxy(stores["one"], "")).status == 200
    assert passed_on(leader("stranger"), own).status == 500
    assert passed_on(leader("elsewhere"), own).status == 500
    assert passed_on(leader("elsewhere"), proxy(stores["one"], options(stores["one"]), ignore_hostname=True)).status == 200


def test_who_speaks_otherwise_cannot_be_asked(stores, leader):
    assert passed_on(leader(), proxy(stores["one"], options(stores["one"]))).status == 500
    # The leader closes the connection, or resets it.
    assert passed_on(leader("two"), None).status in (500, 502)


def test_callers_are_asked_for_no_certificate(stores, leader):
    host, port = leader("one").split(":")
    context = ssl.create_default_context(cafile=str(stores["one"] / "trust.pem"))
    connection = http.client.HTTPSConnection(host, int(port), timeout=5, context=context)
    connection.request("GET", "/v2/info")
    assert connection.getresponse().status == 200
    connection.close()


def test_a_store_that_cannot_be_read(stores, tmp_path):
    with pytest.raises(StoreError, match="is invalid or not readable!"):
        server_context(str(tmp_path / "none.p12"), "x")
    with pytest.raises(StoreError, match="keystore.p12"):
        server_context(str(stores["one"] / "keystore.p12"), "wrong")


def test_flags_of_tls_decide_by_which_port_it_is_known():
    told = {**FLAGS, "MARATHON_HTTPS_PORT": "8444", "MARATHON_SSL_KEYSTORE_PATH": "/k", "MARATHON_SSL_KEYSTORE_PASSWORD": "p"}
    both, alone = parse([], told), parse([], {**told, "MARATHON_DISABLE_HTTP": ""})
    assert [(each.https, each.scheme, each.own_port) for each in (both, alone)] == [(True, "http", 8080), (True, "https", 8444)]
    # Without a password there is no https, and the log says nothing of it.
    assert parse([], {**FLAGS, "MARATHON_SSL_KEYSTORE_PATH": "/k"}).https is False


def test_the_log_tells_passwords_unless_its_configuration_keeps_that_class_quiet(tmp_path):
    lines = "\n".join(parse([], {**FLAGS, "MARATHON_SSL_KEYSTORE_PASSWORD": "hunter2", "MARATHON_HTTP_CREDENTIALS": "ops:hunter3"}).lines())
    assert " - ssl_keystore_password (*) = hunter2" in lines and "hunter3" in lines and "secret" not in lines
    quiet, chatty = tmp_path / "quiet.xml", tmp_path / "chatty.xml"
    quiet.write_text('<configuration><logger name="mesosphere.marathon.MarathonApp" level="WARN"/></configuration>')
    chatty.write_text('<configuration><root level="INFO"/></configuration>')
    told = [tells_flags(given) for given in ("", f"-Dlogback.configurationFile={quiet}", f"-Dlogback.configurationFile={chatty}",
                                             "-Dlogback.configurationFile=/none")]
    assert told == [True, False, True, True]
