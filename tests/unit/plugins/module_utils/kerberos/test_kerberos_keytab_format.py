# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keytabs as MIT Kerberos writes them, and what is made of them."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.keytab_format import (
    Key, check_realm, full_name, given_faults, of_principals, read, write,
)

#: By ktadd of MIT Kerberos 1.20.1: host/node1@LAB.TEST with two keys, of a realm that is no more.
WRITTEN = base64.b64decode(
    "BQIAAABKAAIACExBQi5URVNUAARob3N0AAVub2RlMQAAAAFrDR1iAQAUACAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAAEAAABKAAIACExBQi5URVNUAARob3N0AAVub2RlMQAA"
    "AAFrDR1iAQASACAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+PwAAAAE=")


def key(principal="hdfs/n1@EXAMPLE.ORG", kvno=1, kind=18, secret=b"k" * 32):
    return Key(principal, kvno, kind, secret)


def test_reads_what_ktadd_writes():
    assert [(one.principal, one.kvno, one.enctype, len(one.secret)) for one in read(WRITTEN, "it")] == [
        ("host/node1@LAB.TEST", 1, "aes256-cts-hmac-sha384-192", 32), ("host/node1@LAB.TEST", 1, "aes256-cts-hmac-sha1-96", 32)]


def test_the_same_keys_are_the_same_bytes_whatever_their_order_and_time():
    keys = read(WRITTEN, "it")
    assert write(keys) == write([*reversed(keys), keys[0]]) != WRITTEN
    assert read(write(keys), "it") == sorted(keys)


@pytest.mark.parametrize("kvno", [1, 255, 256, 70000])
def test_numbers_beyond_one_byte_are_kept(kvno):
    assert read(write([key(kvno=kvno)]), "it")[0].kvno == kvno


def test_an_entry_that_was_deleted_leaves_a_hole():
    content = write([key(), key(kvno=2)])
    size = int.from_bytes(content[2:6], "big")
    assert read(content[:2] + (-size).to_bytes(4, "big", signed=True) + bytes(size) + content[6 + size:], "it") == [key(kvno=2)]


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "no keytab of MIT Kerberos"), (b"-----BEGIN", "no keytab of MIT Kerberos"), (WRITTEN[:40], "cut off or damaged"), (WRITTEN[:-60], "cut off"),
])
def test_what_is_no_keytab_is_said(content, sentence):
    with pytest.raises(InputError, match=f"^/k .*{sentence}"):
        read(content, "/k")


def test_a_principal_is_of_the_realm():
    assert full_name("hdfs/n1.example.org", "EXAMPLE.ORG") == "hdfs/n1.example.org@EXAMPLE.ORG" == full_name("hdfs/n1.example.org@EXAMPLE.ORG", "EXAMPLE.ORG")
    with pytest.raises(InputError, match="is of another realm than EXAMPLE.ORG"):
        full_name("hdfs/n1@OTHER.ORG", "EXAMPLE.ORG")
    for name in ("", "a b", "a/b/c", "-randkey x", "a\nb", "hdfs/"):
        with pytest.raises(InputError, match="is no principal; write it as"):
            full_name(name, "EXAMPLE.ORG")


@pytest.mark.parametrize("realm", ["", "example.org", "EXAMPLE ORG", "-R", "A\n"])
def test_a_realm_has_a_name_in_capitals(realm):
    with pytest.raises(InputError, match="give the name of a realm, in capitals"):
        check_realm(realm)


def test_what_somebody_else_made_is_judged_principal_by_principal():
    keys = [key(), key("dn/n1@EXAMPLE.ORG", kind=23), key("dn/n1@EXAMPLE.ORG", kind=3)]
    assert given_faults(keys, ["hdfs/n1@EXAMPLE.ORG"], "/k") == []
    weak, missing = given_faults(keys, ["hdfs/n1@EXAMPLE.ORG", "dn/n1@EXAMPLE.ORG", "HTTP/n1@EXAMPLE.ORG"], "/k")
    assert weak == "/k has keys of dn/n1@EXAMPLE.ORG for arcfour-hmac, des-cbc-md5 alone; allow AES for this account, and export its keytab again."
    assert missing.startswith("/k has no key of HTTP/n1@EXAMPLE.ORG, but of dn/n1@EXAMPLE.ORG, hdfs/n1@EXAMPLE.ORG: ")
    assert of_principals(keys, ["hdfs/n1@EXAMPLE.ORG"]) == [key()]
