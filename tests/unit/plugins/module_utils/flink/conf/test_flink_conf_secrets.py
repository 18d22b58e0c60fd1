# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.flink.conf.secrets import flink_hides, show_text
from ansible_collections.baremetal.flink.plugins.module_utils.secrets import HIDDEN, Secrets


@pytest.mark.parametrize(
    "minor, key, hidden",
    [
        (4, "security.ssl.keystore-password", False),
        (5, "security.ssl.keystore-Password", True),
        (8, "fs.azure.account.key.x", False),
        (9, "fs.azure.account.key.x", True),
        (10, "metrics.reporter.dghttp.apikey", False),
        (11, "metrics.reporter.dghttp.apikey", True),
        (12, "s3.access-key", False),
    ],
)
def test_what_each_version_hides_itself(minor, key, hidden):
    assert flink_hides(key, minor) is hidden


@pytest.mark.parametrize(
    "key",
    [
        "security.ssl.rest.key-password", "mesos.resourcemanager.framework.secret", "s3.secret-key", "s3.access-key", "fs.s3a.access.key",
        "fs.azure.account.key.acme", "metrics.reporter.dghttp.apikey", "acme.auth.token", "my.Credentials", "containerized.master.env.DB_PASSWD",
    ],
)
def test_secret_keys(key):
    assert Secrets().is_secret(key)
    assert Secrets().show(key, "x") == HIDDEN


@pytest.mark.parametrize("key", ["security.kerberos.login.keytab", "security.ssl.keystore", "jobmanager.rpc.address", "parallelism.default"])
def test_keys_that_are_shown(key):
    assert not Secrets().is_secret(key)
    assert Secrets().show(key, "x") == "x"


def test_everything_that_a_version_hides_is_hidden_whatever_the_version():
    for key in ("a.password", "a.secret", "fs.azure.account.key", "apikey"):
        assert flink_hides(key, 13) and Secrets().is_secret(key)


def test_more_secret_keys():
    assert Secrets(["Acme.Pin", ""]).is_secret("acme.pin.code")
    assert not Secrets([""]).is_secret("acme.pin.code")


@pytest.mark.parametrize(
    "value, shown",
    [
        ("-Djavax.net.ssl.keyStorePassword=abc -Dx=y", f"-Djavax.net.ssl.keyStorePassword={HIDDEN} -Dx=y"),
        ("jdbc://user:abc@host/db", f"jdbc://user:{HIDDEN}@host/db"),
        ("http://host:8080/a@b", "http://host:8080/a@b"),
        ("token:abc,a:b", f"token:{HIDDEN},a:b"),
    ],
)
def test_passwords_inside_of_values(value, shown):
    assert Secrets().show("env.java.opts", value) == shown


def test_a_text_is_shown_without_live_and_commented_secrets():
    text = "a: 1 # b\ns3.secret-key: abc#def # why\r\n# s3.secret-key: abc#def\n  my.password:abc\nmy.password:\nfs.x: b://u:abc@h"
    expected = "a: 1 # b\ns3.secret-key: ******\r\n# s3.secret-key: ******\n  my.password: ******\nmy.password:\nfs.x: b://u:******@h"
    assert show_text(text, Secrets()) == expected


def test_a_changed_secret_can_be_told_from_an_unchanged_one():
    assert show_text("s3.secret-key: abc\n", Secrets(), ["s3.secret-key"]) == "s3.secret-key: ****** (new value)\n"
