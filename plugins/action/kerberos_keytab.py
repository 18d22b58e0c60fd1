# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes keys from the KDC, or from keytabs on the controller, to a host, in memory all the way."""

from __future__ import annotations

import base64
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..module_utils.errors import CollectionError, InputError
from ..module_utils.host.files import pack
from ..module_utils.kerberos.principals import CHANGE, PURGE
from ..module_utils.kerberos.keytab_format import Key, check_realm, full_name, given_faults, of_principals, read, write
from ..plugin_utils.controller_file import controller_file
from ..plugin_utils.other_host import action_on, variables_of

PRESENT, ABSENT, CHECKED = "present", "absent", "checked"
SPEC: Dict[str, Any] = dict(
    realm=dict(type="str", required=True),
    keytabs=dict(
        type="list", elements="dict", default=[],
        options=dict(
            path=dict(type="path", required=True), principals=dict(type="list", elements="str", default=[]), owner=dict(type="str", default="root"),
            group=dict(type="str", default=""), mode=dict(type="str", default="0400")),
    ),
    kdc=dict(type="str", default=""),
    given=dict(type="list", elements="path", default=[]),
    stash=dict(type="path", default=""),
    rotate=dict(type="str", choices=["", CHANGE, PURGE], default=""),
    state=dict(type="str", choices=[PRESENT, ABSENT, CHECKED], default=PRESENT),
)


class ActionModule(ActionBase):
    """Documented in plugins/modules/kerberos_keytab.py."""

    # Keys travel with the arguments of host_files, which hides them, and never as a file of their own.
    TRANSFERS_FILES = False

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        result: Dict[str, Any] = super().run(tmp, variables)
        checked = ArgumentSpecValidator(SPEC).validate(dict(self._task.args))
        if checked.error_messages:
            raise AnsibleActionFail(" ".join(f"{message.rstrip('.')}." for message in checked.error_messages))
        params = checked.validated_parameters
        try:
            if params["state"] == ABSENT:
                entries = [{"path": path, "state": "absent"} for path in self._paths(params)]
                return {**result, **self._write(entries, {}, variables), "made": [], "rotated": []}
            check_realm(params["realm"])
            for keytab in params["keytabs"]:
                keytab["principals"] = [full_name(each, params["realm"]) for each in keytab["principals"]]
            if params["state"] == CHECKED:
                if params["given"]:
                    self._keys_given(params)
                return {**result, "changed": False, "made": [], "rotated": []}
            if not params["keytabs"] and not params["stash"]:
                return {**result, "changed": False, "made": [], "rotated": [], "skipped": True, "skipped_reason": "No keytab is asked for."}
            return {**result, **(self._given(params, variables) if params["given"] else self._own(params, variables))}
        except CollectionError as error:
            raise AnsibleActionFail(error.message) from None

    @staticmethod
    def _paths(params: Mapping[str, Any]) -> List[str]:
        return [keytab["path"] for keytab in params["keytabs"]] + ([params["stash"]] if params["stash"] else [])

    @staticmethod
    def _principals(params: Mapping[str, Any]) -> List[str]:
        """Those of all keytabs, each once."""
        return list(dict.fromkeys(name for keytab in params["keytabs"] for name in keytab["principals"]))

    def _own(self, params: Mapping[str, Any], variables: Dict[str, Any]) -> Dict[str, Any]:
        """From the KDC, where principals that are missing are made."""
        if params["kdc"] not in variables["hostvars"]:
            raise InputError(f"kdc is {params['kdc']!r}, which is no host of the inventory; name the one that has the database of the realm.")
        answer = self._ask(params, variables)
        done = {"made": answer["made"], "rotated": answer["rotated"]}
        keys = read(base64.b64decode(answer["keytab"]), "the keytab of the KDC") if answer["keytab"] else []
        missing = set(self._principals(params)) - {key.principal for key in keys}
        if self._task.check_mode and (missing or (params["stash"] and not answer["stash"])):
            return {"changed": True, **done}
        stash = {params["stash"]: base64.b64decode(answer["stash"])} if params["stash"] else {}
        written = self._deliver(params, keys, stash, variables)
        return {**written, **done, "changed": bool(written["changed"] or answer["changed"])}

    def _ask(self, params: Mapping[str, Any], variables: Mapping[str, Any]) -> Dict[str, Any]:
        """The database on the KDC. The answer has keys in it, so its connection must not print what comes back."""
        arguments = {"realm": params["realm"], "principals": self._principals(params), "rotate": params["rotate"], "stash": bool(params["stash"])}
        kdc_variables = variables_of(variables["hostvars"], params["kdc"])
        try:
            there = action_on(self, kdc_variables)
            there._play_context.no_log = there._connection._play_context.no_log = True
            try:
                answer: Dict[str, Any] = there._execute_module(
                    module_name="baremetal.flink.kerberos_principals", module_args=arguments, task_vars=dict(kdc_variables))
            finally:
                there._remove_tmp_path(there._connection._shell.tmpdir)
        except AnsibleConnectionFailure as error:
            raise InputError(f"The KDC {params['kdc']} cannot be reached, so no keys can be had: {str(error).rstrip(' .')}. "
                             "Start it, or put a KDC that runs first in the group kdc and run the playbook kerberos.") from None
        if answer.get("failed") or "made" not in answer:
            raise InputError(f"The KDC {params['kdc']} gave no keys: {answer.get('msg') or 'its answer cannot be understood'}")
        return answer

    def _given(self, params: Mapping[str, Any], variables: Dict[str, Any]) -> Dict[str, Any]:
        """From keytabs of the user's on the controller."""
        if params["stash"] or params["rotate"]:
            raise InputError("stash and rotate are for a realm of the platform's own, and given names keytabs of another one.")
        return {**self._deliver(params, self._keys_given(params), {}, variables), "made": [], "rotated": []}

    def _keys_given(self, params: Mapping[str, Any]) -> List[Key]:
        """All keys of the user's keytabs, which have those of each principal that is asked for."""
        keys: List[Key] = []
        for path in params["given"]:
            keys += read(self._read(path), path)
        faults = given_faults(keys, self._principals(params), " and ".join(params["given"]))
        if faults:
            raise InputError(" ".join(faults))
        return keys

    def _read(self, path: str) -> bytes:
        """A file of the user's on the controller; one that ansible-vault has encrypted is opened."""
        path = self._loader.path_dwim(path)
        try:
            return controller_file(self._loader, path)
        except OSError as error:
            raise InputError(f"The keytab {path} cannot be read on the controller: {error.strerror}.") from None
        except AnsibleError as error:
            raise InputError(f"The keytab {path} cannot be read on the controller: {error}") from None

    def _deliver(self, params: Mapping[str, Any], keys: Sequence[Key], stash: Mapping[str, bytes], variables: Dict[str, Any]) -> Dict[str, Any]:
        """Each keytab with the keys of its principals, to this host."""
        entries: List[Dict[str, Any]] = []
        contents: Dict[int, bytes] = {}
        for directory in sorted({os.path.dirname(path) for path in self._paths(params)}):
            entries.append({"path": directory, "state": "directory"})
        for keytab in params["keytabs"]:
            contents[len(entries)] = write(of_principals(keys, keytab["principals"]))
            group = {"group": keytab["group"]} if keytab["group"] else {}
            entries.append({"path": keytab["path"], "owner": keytab["owner"], "mode": keytab["mode"], "secret": True, **group})
        for path, content in stash.items():
            contents[len(entries)] = content
            entries.append({"path": path, "owner": "root", "mode": "0600", "secret": True})
        return self._write(entries, contents, variables)

    def _write(self, entries: Sequence[Mapping[str, Any]], contents: Dict[int, bytes], variables: Dict[str, Any]) -> Dict[str, Any]:
        # A directory that is there is somebody's, who has given it its mode.
        arguments: Dict[str, Any] = {"entries": list(entries), "dir_mode": None}
        if contents:
            arguments["payload"] = pack(contents)
        try:
            answer: Dict[str, Any] = self._execute_module(module_name="baremetal.flink.host_files", module_args=arguments, task_vars=variables)
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return {key: value for key, value in answer.items() if key not in ("results", "invocation")}
