# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""KDCs that go, keys that change, and another KDC that writes; each test finds what the one before has left."""

from __future__ import annotations

import base64

from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.keytab_format import write

from tests.scenario import refused

WRITES = "systemctl is-active krb5-admin-server baremetal-flink-kprop.timer || true"


def spellings(secret):
    """What bytes look like in a text: in hexadecimal digits, as Python writes them, and in base 64, wherever they begin in it."""
    yield secret.hex()
    yield repr(secret)[2:-1]
    for before in range(3):
        yield base64.b64encode(bytes(before) + secret)[4:-4].decode()


def test_a_replica_serves_while_the_first_kdc_is_stopped_or_silent(operator):
    operator.on("node1", "sudo systemctl stop krb5-kdc")
    assert operator.ticket("node3", "shared") < 2
    run = operator.play("--tags", "kerberos", playbook="playbooks/verify.yml", verify_wait=1)
    assert run.status != 0 and "krb5-kdc.service on node1 does not run" in run.flat, run.text[-3000:]
    node1 = operator.addresses["node1"]
    assert f"KDC {node1}:88 gives no ticket" in run.flat or f"KDC {node1} gives no ticket" in run.flat, run.text[-3000:]
    operator.on("node1", "sudo systemctl start krb5-kdc")
    operator.fleet.cut("node1")
    try:
        assert operator.ticket("node3", "shared") < 6
    finally:
        operator.fleet.mend("node1")
    operator.wait_for(lambda: operator.on("node1", "true") == "", "node1", 30)


def test_keys_are_changed_by_a_run_that_shows_none_of_them(operator):
    before = {name: operator.keys(name) for name in operator.addresses}
    operator.on("node1", "sudo kadmin.local delprinc -force shared")
    # A key that is younger than an hour is none that a rotation changes.
    run = operator.play("-vvv", "--diff", kerberos_rotate="change")
    assert run.status == 0, run.text[-3000:]
    after = {name: operator.keys(name) for name in operator.addresses}
    for name, keys in after.items():
        assert {key.principal for key in set(keys) - set(before[name])} == {"shared@TESTS.EXAMPLE"}
        assert {key for key in keys if key.principal.startswith("shared@")} == {key for key in after["node1"] if key.principal.startswith("shared@")}
        operator.ticket(name, "shared")
    secrets = {key.secret for keys in (*before.values(), *after.values()) for key in keys}
    assert [secret for secret in secrets if any(spelling in run.text for spelling in spellings(secret))] == []


def test_no_database_is_made_in_place_of_one(operator):
    operator.on("node1", "sudo mv /etc/krb5kdc/stash /etc/krb5kdc/stash.away")
    run = operator.play()
    operator.on("node1", "sudo mv /etc/krb5kdc/stash.away /etc/krb5kdc/stash")
    refused(run, "/etc/krb5kdc/stash is missing beside the database of TESTS.EXAMPLE", "The database is not made anew.")


def test_another_kdc_writes(operator):
    keys = {name: operator.keys(name) for name in operator.addresses}
    run = operator.play(inventory=operator.with_first("node2"))
    assert run.status == 0, run.text[-4000:]
    assert operator.on("node2", WRITES).split() == ["active", "active"] and operator.on("node1", WRITES).split() == ["inactive", "inactive"]
    assert keys == {name: operator.keys(name) for name in operator.addresses}
    # What is made there arrives at the one that wrote before.
    operator.on("node2", "sudo kadmin.local addprinc -randkey late && sudo systemctl start baremetal-flink-kprop")
    assert "late@TESTS.EXAMPLE" in operator.on("node1", "sudo kadmin.local listprincs")


def test_a_realm_that_is_there_gives_a_host_what_is_in_its_keytab(operator, tmp_path):
    """These very KDCs, as somebody else's."""
    keys = operator.keys("node3")
    given = tmp_path / "node3.keytab"
    given.write_bytes(write([*keys, *operator.keys("node1")]))
    whole = operator.described()
    del whole["all"]["children"]["kdc"]
    there = {"kerberos_realm_source": "given", "kerberos_kdcs": [operator.addresses["node2"]], "kerberos_given_keytabs": [str(given)]}
    run = operator.play(inventory=whole, **there)
    assert run.status == 0 and run.recap.keys() == {"node3"}, run.text[-4000:]
    assert operator.keys("node3") == keys and operator.ticket("node3", "shared") < 5
    assert operator.on("node3", "grep -c '^ *kdc = ' /etc/krb5.conf") == "1"
    given.write_bytes(write(operator.keys("node1")))
    run = operator.play(inventory=whole, **there)
    refused(run, f"{given} has no key of app/node3@TESTS.EXAMPLE, but of app/node1@TESTS.EXAMPLE, shared@TESTS.EXAMPLE")


def test_all_of_it_goes_again(operator):
    run = operator.play("--tags", "kerberos", playbook="playbooks/teardown.yml", teardown_confirm="yes", teardown_data="delete")
    assert run.status == 0, run.text[-4000:]
    for name in operator.addresses:
        left = "/etc/krb5.conf /etc/krb5kdc /var/lib/krb5kdc /etc/app/app.keytab /etc/baremetal.flink/host.keytab /usr/local/lib/kerberos"
        assert operator.on(name, f"sudo sh -c 'ls -d {left} 2>/dev/null; pgrep -x \"krb5kdc|kadmind|kpropd\"' || true") == ""
