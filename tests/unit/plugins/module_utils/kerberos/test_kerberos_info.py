# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gives tickets, and what it means when somebody does not."""

from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.info import SPEC, core
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.keytab_format import Key, write
from ansible_collections.baremetal.flink.plugins.module_utils.wait import WaitTimeout


class Kinit:
    """Answers of KDCs by their addresses; empty for the host's own krb5.conf."""

    def __init__(self, **words):
        self.words, self.asked = {"": "", **words}, []

    def __call__(self, command, environment):
        self.asked.append(command)
        kdc = ""
        if "KRB5_CONFIG" in environment:
            with open(environment["KRB5_CONFIG"], encoding="utf-8") as handle:
                kdc = handle.read().split("        kdc = ")[1].split()[0]
        words = self.words[kdc]
        return (1 if words else 0), words


@pytest.fixture
def keytab(tmp_path):
    path = tmp_path / "keytab"
    path.write_bytes(write([Key("host/n1@EXAMPLE.ORG", 1, 18, b"k" * 32)]))
    return str(path)


def asked(kinit, keytab, **options):
    params = {**{name: one.get("default") for name, one in SPEC["argument_spec"].items()}, "realm": "EXAMPLE.ORG", "keytab": keytab, **options}
    ticks = iter(range(1000))
    return core(params, False, print, kinit, clock=lambda: float(next(ticks)), sleep=lambda seconds: None)


def test_each_kdc_is_asked_by_itself(keytab):
    kinit = Kinit(a="", b="kinit: Cannot contact any KDC for realm 'EXAMPLE.ORG' while getting initial credentials")
    answer = asked(kinit, keytab, kdcs=["a", "b"])
    assert answer["principal"] == "host/n1@EXAMPLE.ORG" and answer["own"]["serves"] and [each["serves"] for each in answer["kdcs"]] == [True, False]
    assert answer["kdcs"][1]["seen"].endswith("(it does not answer: see `journalctl -u krb5-kdc` there, and whether a firewall is between)")
    assert kinit.asked[0] == ["kinit", "-k", "-t", keytab, "host/n1@EXAMPLE.ORG"]


@pytest.mark.parametrize(("words", "means"), [
    ("kinit: Clock skew too great while getting initial credentials", "the clocks of the two differ"),
    ("kinit: Client 'host/n1@EXAMPLE.ORG' not found in Kerberos database while getting initial credentials", "it does not know the principal"),
    ("kinit: Preauthentication failed while getting initial credentials", "the key in the keytab is not the one that it has"),
    ("kinit: Keytab contains no suitable keys for host/n1@EXAMPLE.ORG", "the keytab has no key of that principal, or none of an encryption type"),
])
def test_a_wait_in_vain_says_who_gave_none_and_what_that_means(keytab, words, means):
    with pytest.raises(WaitTimeout) as raised:
        asked(Kinit(a=words), keytab, kdcs=["a"], wait_for="served", timeout=3)
    assert means in raised.value.details["last_seen"] and raised.value.details["last_seen"].startswith("KDC a gives no ticket: kinit: ")


def test_a_keytab_that_is_missing_or_none_is_named(keytab, tmp_path):
    with pytest.raises(InputError, match="The keytab /no/such cannot be read on this host"):
        asked(Kinit(), "/no/such")
    empty = tmp_path / "empty"
    empty.write_bytes(write([]))
    with pytest.raises(InputError, match="is empty"):
        asked(Kinit(), str(empty))
