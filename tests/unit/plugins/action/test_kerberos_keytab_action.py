# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes to a host, and what is refused before it does. Keys from a real KDC are in the scenario kerberos."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.baremetal.flink.plugins.action import kerberos_keytab
from ansible_collections.baremetal.flink.plugins.action.kerberos_keytab import ActionModule
from ansible_collections.baremetal.flink.plugins.module_utils.host.files import unpack
from ansible_collections.baremetal.flink.plugins.module_utils.kerberos.keytab_format import Key, read, write

APP = {"path": "/etc/app/keytab", "principals": ["app/n1"], "owner": "app"}


def keytab(*names, kind=18):
    return write(Key(f"{name}@EXAMPLE.ORG", 1, kind, name.encode() * 8) for name in names)


class Host:
    """What the action asks of the host and of the KDC."""

    def __init__(self, monkeypatch, files=None, answer=None, check=False):
        self.asked, self.kdc, self.answer = [], [], answer or {}
        self.found = ActionModule.__new__(ActionModule)
        shell = SimpleNamespace(_shell=SimpleNamespace(tmpdir=""))
        self.found._connection, self.found._remove_tmp_path = shell, lambda _path: None
        self.found._loader = SimpleNamespace(
            path_dwim=lambda path: path, path_exists=lambda path: path in files, _get_file_contents=lambda path: (files[path], False))
        self.check = check
        monkeypatch.setattr(ActionModule.__mro__[1], "run", lambda *_arguments: {})
        monkeypatch.setattr(self.found, "_execute_module", self.execute, raising=False)
        monkeypatch.setattr(kerberos_keytab, "variables_of", lambda _hostvars, host: {"host": host})
        monkeypatch.setattr(kerberos_keytab, "action_on", self.there)

    def execute(self, module_name, module_args, task_vars):
        self.asked.append(module_args)
        return {"changed": True, "results": [], "invocation": {}}

    def there(self, _action, variables):
        context = SimpleNamespace(no_log=False)
        found = SimpleNamespace(_play_context=context, _connection=SimpleNamespace(_play_context=context, _shell=SimpleNamespace(tmpdir="")))

        def execute(module_name, module_args, task_vars):
            assert context.no_log, "what comes back would be printed"
            self.kdc.append((variables["host"], module_args))
            return self.answer

        found._execute_module, found._remove_tmp_path = execute, lambda _path: None
        return found

    def run(self, **arguments):
        self.found._task = SimpleNamespace(args={"realm": "EXAMPLE.ORG", **arguments}, check_mode=self.check)
        return self.found.run(None, {"hostvars": {"n1": {}, "n2": {}}})

    def written(self):
        """Keys in each file, and the entry of each."""
        (arguments,) = self.asked
        contents = unpack(arguments["payload"]) if "payload" in arguments else {}
        files = {arguments["entries"][number]["path"]: content for number, content in contents.items()}
        return files, {entry["path"]: entry for entry in arguments["entries"]}


def from_kdc(*names, **more):
    made = {"changed": False, "made": [], "rotated": [], "stash": "", "keytab": base64.b64encode(keytab(*names)).decode()}
    return {**made, **more}


def test_each_keytab_has_the_keys_of_its_principals_and_nobody_else_reads_it(monkeypatch):
    host = Host(monkeypatch, answer=from_kdc("app/n1", "host/n1", stash=base64.b64encode(b"master").decode(), made=["app/n1@EXAMPLE.ORG"]))
    other = {"path": "/etc/baremetal.flink/host.keytab", "principals": ["host/n1@EXAMPLE.ORG"], "group": "app", "mode": "0640"}
    result = host.run(keytabs=[APP, other], kdc="n2", stash="/etc/krb5kdc/stash")
    assert result == {"changed": True, "made": ["app/n1@EXAMPLE.ORG"], "rotated": []}
    assert host.kdc == [("n2", {"realm": "EXAMPLE.ORG", "principals": ["app/n1@EXAMPLE.ORG", "host/n1@EXAMPLE.ORG"], "rotate": "", "stash": True})]
    files, entries = host.written()
    assert host.asked[0]["dir_mode"] is None, "the directory is somebody's"
    assert [key.principal for key in read(files["/etc/app/keytab"], "it")] == ["app/n1@EXAMPLE.ORG"] and files["/etc/krb5kdc/stash"] == b"master"
    assert entries["/etc/app/keytab"] == {"path": "/etc/app/keytab", "owner": "app", "mode": "0400", "secret": True}
    assert entries["/etc/baremetal.flink/host.keytab"]["group"] == "app" and entries["/etc/krb5kdc/stash"]["mode"] == "0600"
    assert [entry for entry in entries.values() if entry["path"] in files and not entry["secret"]] == []


def test_check_mode_on_a_bare_kdc_says_what_would_be_made(monkeypatch):
    host = Host(monkeypatch, answer={"changed": True, "made": ["app/n1@EXAMPLE.ORG"], "rotated": [], "keytab": "", "stash": ""}, check=True)
    assert host.run(keytabs=[APP], kdc="n1") == {"changed": True, "made": ["app/n1@EXAMPLE.ORG"], "rotated": []} and host.asked == []


def test_what_the_kdc_says_is_said(monkeypatch):
    host = Host(monkeypatch, answer={"failed": True, "msg": "n2 has no database of the realm EXAMPLE.ORG: run."})
    with pytest.raises(AnsibleActionFail, match="The KDC n2 gave no keys: n2 has no database of the realm"):
        host.run(keytabs=[APP], kdc="n2")
    with pytest.raises(AnsibleActionFail, match="kdc is 'n9', which is no host of the inventory"):
        host.run(keytabs=[APP], kdc="n9")
    assert host.asked == []


def test_keytabs_of_somebody_else_are_judged_before_the_host_gets_any(monkeypatch):
    host = Host(monkeypatch, files={"/k": keytab("app/n1", "db/n1"), "/old": keytab("old/n1", kind=23), "/text": b"x"})
    host.run(keytabs=[APP], given=["/k", "/old"])
    files, _entries = host.written()
    assert [key.principal for key in read(files["/etc/app/keytab"], "it")] == ["app/n1@EXAMPLE.ORG"] and host.kdc == []
    host.asked.clear()
    for given, principal, sentence in ((["/k"], "web/n1", "/k has no key of web/n1@EXAMPLE.ORG"), (["/old"], "old/n1", "allow AES for this account"),
                                       (["/text"], "app/n1", "/text is no keytab of MIT Kerberos")):
        with pytest.raises(AnsibleActionFail, match=sentence):
            host.run(keytabs=[{**APP, "principals": [principal]}], given=given)
    with pytest.raises(AnsibleActionFail, match="stash and rotate are for a realm of the platform's own"):
        host.run(keytabs=[APP], given=["/k"], rotate="change")
    assert host.asked == []


def test_keytabs_of_somebody_else_are_judged_alone(monkeypatch):
    host = Host(monkeypatch, files={"/k": keytab("app/n1")})
    assert host.run(keytabs=[APP], given=["/k"], state="checked")["changed"] is False
    with pytest.raises(AnsibleActionFail, match="/k has no key of web/n1@EXAMPLE.ORG"):
        host.run(keytabs=[{**APP, "principals": ["web/n1"]}], given=["/k"], state="checked")
    assert host.run(keytabs=[APP], kdc="n2", state="checked")["changed"] is False
    assert host.asked == [] and host.kdc == []


def test_nothing_is_asked_for_and_files_go(monkeypatch):
    host = Host(monkeypatch)
    assert host.run()["skipped"] and host.asked == []
    assert host.run(keytabs=[APP], state="absent", realm="EXAMPLE.ORG")["changed"]
    assert host.asked == [{"entries": [{"path": "/etc/app/keytab", "state": "absent"}], "dir_mode": None}] and host.kdc == []
    with pytest.raises(AnsibleActionFail, match="value of state must be one of"):
        host.run(state="gone")
