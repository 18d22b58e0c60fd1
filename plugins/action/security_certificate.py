# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes and renews a certificate on the controller, and writes what a daemon needs of it through host_files."""

from __future__ import annotations

import base64
import datetime
import os
from typing import Any, Dict, Mapping, Optional

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.errors import CollectionError, InputError
from ..module_utils.host.files import pack
from ..module_utils.security.authority import PASSPHRASE
from ..module_utils.security.certificate import ABSENT, CHECKED, SPEC, Certificates, Context, wanted_entries
from ..module_utils.security.given import KEY_PASSPHRASE
from ..module_utils.security.stores import HostFile

PASSPHRASES = {"ca_passphrase": PASSPHRASE, "given_key_passphrase": KEY_PASSPHRASE}


class ActionModule(ActionBase):
    """Documented in plugins/modules/security_certificate.py."""

    # Keys travel with the arguments of host_files, which hides them, and never as a file of their own.
    TRANSFERS_FILES = False

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        dummy, params = self.validate_argument_spec(SPEC)
        result: Dict[str, Any] = super().run(tmp, variables)
        for option, variable in PASSPHRASES.items():
            # By their names, and not in the arguments of a role's task, which callbacks may write down.
            params[option] = params[option] or str(self._templar.template(variables.get(variable) or ""))
        try:
            work = Certificates(params, self._context(variables))
            if params["state"] == CHECKED:
                return {**result, **self._check(work, variables)}
            if params["state"] == ABSENT:
                result.update(self._write(params, {}, variables))
                if not result.get("failed"):
                    work.forget()
                return result
            outcome = work.prepare()
            result.update(self._write(params, outcome.files, variables))
            if result.get("failed"):
                return result
            if not self._task.check_mode:
                work.record(outcome)
        except CollectionError as error:
            raise AnsibleActionFail(error.message) from None
        told = {**outcome.result, "warnings": [*result.get("warnings", []), *outcome.result["warnings"]]}
        return {**result, **told, "changed": bool(result["changed"] or told["done"])}

    def _context(self, variables: Mapping[str, Any]) -> Context:
        host = str(variables["inventory_hostname"])
        address = self._templar.template(variables.get("ansible_host") or "")
        return Context(
            host=host, variables={"ansible_host": address}, present=set(variables["groups"]["all"]), read=self._read,
            now=datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0), dry=bool(self._task.check_mode))

    def _read(self, path: str) -> bytes:
        """A file of the user's on the controller; one that ansible-vault has encrypted is opened."""
        path = self._loader.path_dwim(path)
        os.stat(path)  # Ansible's own error of a missing file is no OSError
        try:
            content: bytes = self._loader._get_file_contents(path)[0]
        except AnsibleError as error:
            raise InputError(f"{path} cannot be read on the controller: {error}") from None
        return content

    def _write(self, params: Mapping[str, Any], files: Mapping[str, HostFile], variables: Dict[str, Any]) -> Dict[str, Any]:
        entries = wanted_entries(params, files)
        contents = {position: files[os.path.basename(entry["path"])].content for position, entry in enumerate(entries) if "state" not in entry}
        arguments: Dict[str, Any] = {"entries": entries}
        if contents:
            arguments["payload"] = pack(contents)
        try:
            answer: Dict[str, Any] = self._execute_module(
                module_name="baremetal.flink.host_files", module_args=arguments, task_vars=variables)
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return {key: value for key, value in answer.items() if key not in ("results", "invocation")}

    def _check(self, work: Certificates, variables: Dict[str, Any]) -> Dict[str, Any]:
        path = f"{work.params['directory'].rstrip('/')}/certificate.pem"
        answer: Dict[str, Any] = self._execute_module("ansible.legacy.slurp", {"src": path}, task_vars=variables)
        if answer.get("failed"):
            return {"failed": True, "msg": f"The certificate {path} cannot be read on the host; run once more: {answer.get('msg')}"}
        faults = work.check(base64.b64decode(answer["content"]))
        return {"changed": False, "failed": True, "msg": " ".join(faults)} if faults else {"changed": False}
