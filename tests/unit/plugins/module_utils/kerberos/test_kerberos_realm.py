# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a realm: made once, and never in the place of another one."""

from __future__ import annotations

import base64
import os

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.errors import CollectionError, InputError
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos import database, principals, realm
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.keytab_format import Key, read, write

REALM = {"realm": "EXAMPLE.ORG", "master_password": "horse", "enctype": "aes256-cts-hmac-sha1-96"}


class Kdc:
    """Programs of a KDC with a database in a dictionary: kvnos and when the newest was made, by principals."""

    def __init__(self, **principals):
        self.calls, self.inputs, self.principals, self.fails = [], [], {f"{name}@EXAMPLE.ORG": value for name, value in principals.items()}, ""

    def __call__(self, command, text):
        self.calls.append(list(command))
        self.inputs.append(text)
        if self.fails and self.fails in command:
            return 1, "", "kadmin.local: first\nkadmin.local: it broke.\n"
        if command[0] == "kdb5_util":
            return self.kdb5_util(list(command))
        name, rest = command[3], list(command[4:])
        return 0, getattr(self, name)(*rest) or "", ""

    @staticmethod
    def kdb5_util(command):
        if "create" in command:
            for path in (command[command.index("-d") + 1], command[command.index("-d") + 1] + ".ok", command[command.index("-sf") + 1]):
                with open(path, "w", encoding="ascii") as handle:
                    handle.write("new")
        else:
            with open(command[command.index("-f") + 1], "w", encoding="ascii") as handle:
                handle.write("again")
        return 0, "", ""

    def listprincs(self):
        return "\n".join([*self.principals, "K/M@EXAMPLE.ORG"])

    def addprinc(self, _randkey, principal):
        self.principals[principal] = ([1], 1000)

    def getprinc(self, _terse, principal):
        return f'"{principal}"\t0\t{self.principals[principal][1]}\t0\t36000\n'

    def change_password(self, _randkey, _keepold, principal):
        kvnos = self.principals[principal][0]
        self.principals[principal] = ([*kvnos, kvnos[-1] + 1], 9000)

    def purgekeys(self, principal):
        self.principals[principal] = (self.principals[principal][0][-1:], self.principals[principal][1])

    def ktadd(self, _norandkey, _k, path, *names):
        assert _norandkey == "-norandkey"
        with open(path, "wb") as handle:
            handle.write(write(Key(name, kvno, 18, f"{name}{kvno}".encode()) for name in names for kvno in self.principals[name][0]))


@pytest.fixture
def places(tmp_path):
    (tmp_path / "lib").mkdir()
    return realm.Places(str(tmp_path / "lib/principal"), str(tmp_path / "stash"))


def made(places, kdc=None, check=False, **options):
    return realm.core({**REALM, **options}, check, print, kdc or Kdc(), places)


def test_a_bare_host_gets_a_database_with_a_password_that_is_no_argument(places):
    kdc = Kdc()
    assert made(places, kdc, check=True)["created"] and kdc.calls == []
    assert made(places, kdc) == {"changed": True, "created": True, "stashed": True}
    assert kdc.inputs == ["horse\nhorse\n"] and "horse" not in " ".join(kdc.calls[0])
    assert sorted(os.listdir(os.path.dirname(places.database))) == ["principal", "principal.ok"]
    assert made(places, kdc) == {"changed": False, "created": False, "stashed": False} and len(kdc.calls) == 1


def test_without_a_password_the_key_is_one_of_chance(places):
    kdc = Kdc()
    made(places, kdc, master_password="")
    first, second, end = kdc.inputs[0].split("\n")
    assert first == second and len(first) == 64 and end == ""


def test_a_run_that_was_killed_in_between_begins_anew(places):
    kdc = Kdc()
    kdc.fails = "create"
    with pytest.raises(CollectionError, match="kdb5_util create failed: kadmin.local: it broke"):
        made(places, kdc)
    assert os.path.isdir(places.coming) and not os.path.exists(places.database)
    # It had got as far as the stash.
    with open(places.stash, "w", encoding="ascii") as handle:
        handle.write("half")
    kdc.fails = ""
    assert made(places, kdc)["created"] and not os.path.exists(places.coming)
    with open(places.stash, encoding="ascii") as handle:
        assert handle.read() == "new"


def test_what_a_run_that_was_killed_at_the_end_has_left_is_no_leave_for_another_database(places):
    made(places)
    os.mkdir(places.coming)
    assert made(places, check=True)["changed"] is False and os.path.isdir(places.coming)
    assert made(places)["changed"] is False and not os.path.exists(places.coming)
    os.remove(places.database)
    with pytest.raises(InputError, match="has lost the database of a realm"):
        made(places)


def test_a_lock_that_nobody_gives_back_is_named(tmp_path):
    seconds = iter(range(0, 100000, 100))
    with database.private_directory(str(tmp_path)) as inside:
        assert os.listdir(inside) == []
        with pytest.raises(CollectionError, match=r"locked for 300 s: `fuser .*\.lock` on the KDC"):
            with database.private_directory(str(tmp_path), clock=lambda: next(seconds), sleep=lambda _seconds: None):
                pass


def test_a_missing_stash_is_no_reason_for_another_database(places):
    made(places)
    os.remove(places.stash)
    with pytest.raises(InputError, match="is missing beside the database of EXAMPLE.ORG.*The database is not made anew"):
        made(places, master_password="")
    assert made(places) == {"changed": True, "created": False, "stashed": True} and os.path.exists(places.stash)


def test_a_lost_database_is_not_made_anew_beside_its_stash(places):
    made(places)
    os.remove(places.database)
    with pytest.raises(InputError, match="this host has lost the database of a realm: bring it back"):
        made(places)


def keys(answer):
    return {(key.principal.partition("@")[0], key.kvno) for key in read(base64.b64decode(answer["keytab"]), "it")}


@pytest.fixture
def ask(places, tmp_path):
    made(places)

    def asked(kdc, *names, check=False, rotate="", stash=False):
        params = {"realm": "EXAMPLE.ORG", "principals": [f"{name}@EXAMPLE.ORG" for name in names], "rotate": rotate, "stash": stash}
        return principals.core(params, check, print, kdc, str(tmp_path / "run"), places.database, places.stash, now=lambda: 9100.0)

    return asked


def test_principals_that_are_missing_are_made_and_no_other_key_changes(ask, tmp_path):
    kdc = Kdc(a=([3], 1000))
    foretold = ask(kdc, "a", "b", check=True)
    assert foretold["changed"] and foretold["made"] == ["b@EXAMPLE.ORG"] and keys(foretold) == {("a", 3)}
    answer = ask(kdc, "a", "b")
    assert answer["made"] == ["b@EXAMPLE.ORG"] and keys(answer) == {("a", 3), ("b", 1)} and answer["stash"] == ""
    again = ask(kdc, "b", "a", stash=True)
    assert not again["changed"] and keys(again) == keys(answer) and again["keytab"] == answer["keytab"]
    assert base64.b64decode(again["stash"]) == b"new"
    assert os.listdir(tmp_path / "run") == [".lock"] and os.stat(tmp_path / "run").st_mode & 0o777 == 0o700


def test_a_rotation_keeps_old_keys_until_they_are_purged_and_changes_no_key_twice(ask):
    kdc = Kdc(a=([1], 1000))
    assert ask(kdc, "a", rotate="change", check=True)["rotated"] == ["a@EXAMPLE.ORG"]
    changed = ask(kdc, "a", rotate="change")
    assert changed["changed"] and keys(changed) == {("a", 1), ("a", 2)}
    # For another host that shares it, or after a run that was killed.
    again = ask(kdc, "a", rotate="change")
    assert not again["changed"] and keys(again) == keys(changed)
    assert keys(ask(kdc, "a", rotate="purge")) == {("a", 2)} and not ask(kdc, "a", rotate="purge")["changed"]


def test_what_a_program_of_the_kdc_says_is_said(ask, places):
    kdc = Kdc()
    kdc.fails = "addprinc"
    with pytest.raises(CollectionError, match="kadmin.local addprinc failed on the KDC: kadmin.local: it broke."):
        ask(kdc, "a")
    os.remove(places.database)
    assert ask(kdc, "a", check=True)["made"] == ["a@EXAMPLE.ORG"]
    with pytest.raises(CollectionError, match="has no database of the realm EXAMPLE.ORG"):
        ask(kdc, "a")
