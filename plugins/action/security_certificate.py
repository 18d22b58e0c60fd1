# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes and renews certificates on the controller, and writes what daemons need of them through host_files, all in one round trip."""

from __future__ import annotations

import datetime
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..module_utils.errors import CollectionError, InputError
from ..module_utils.host.files import pack
from ..module_utils.security.authority import PASSPHRASE
from ..module_utils.security.certificate import ABSENT, CHECKED, OWN, PRESENT, SPEC, Certificates, Context, Outcome, wanted_entries
from ..module_utils.security.given import KEY_PASSPHRASE
from ..module_utils.security.stores import HostFile
from ..plugin_utils.controller_file import controller_file

PASSPHRASES = {"ca_passphrase": PASSPHRASE, "given_key_passphrase": KEY_PASSPHRASE}


class ActionModule(ActionBase):
    """Documented in plugins/modules/security_certificate.py."""

    # Keys travel with the arguments of host_files, which hides them, and never as a file of their own.
    TRANSFERS_FILES = False

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Called by Ansible."""
        variables = task_vars or {}
        result: Dict[str, Any] = super().run(tmp, variables)
        identities = self._identities(variables)
        if not identities:
            return {**result, "changed": False, "skipped": True, "skipped_reason": "No identity is asked for."}
        state = identities[0]["state"]
        try:
            context = self._context(variables)
            works = [Certificates(params, context) for params in identities]
            if state == CHECKED:
                return {**result, **self._check(works, variables)}
            outcomes = [] if state == ABSENT else [work.prepare() for work in works]
            result.update(self._write(works, [outcome.files for outcome in outcomes] or [{}] * len(works), variables))
            if result.get("failed"):
                return result
            if state == ABSENT:
                for work in works:
                    work.forget()
            elif not context.dry:
                for work, outcome in zip(works, outcomes):
                    work.record(outcome)
        except CollectionError as error:
            raise AnsibleActionFail(error.message) from None
        return {**result, **self._told(result, works, outcomes)}

    def _identities(self, variables: Mapping[str, Any]) -> List[Dict[str, Any]]:
        """The options of each identity, with those of the task for what it does not say itself."""
        given = dict(self._task.args)
        more = given.pop("identities", None)
        if more is not None and not (isinstance(more, list) and all(isinstance(each, Mapping) for each in more)):
            raise AnsibleActionFail("identities has to be a list of dictionaries, each with the name and the directory of an identity.")
        # By their names, and not in the arguments of a role's task, which callbacks may write down.
        passphrases = {option: str(self._templar.template(variables.get(variable) or "")) for option, variable in PASSPHRASES.items()}
        found = []
        for own in [{}] if more is None else more:
            checked = ArgumentSpecValidator(SPEC).validate({**given, **own, "state": given.get("state", PRESENT)})
            if checked.error_messages:
                raise AnsibleActionFail(" ".join(f"{message.rstrip('.')}." for message in checked.error_messages))
            params = checked.validated_parameters
            params.update({option: params[option] or passphrase for option, passphrase in passphrases.items()})
            if more is not None and params["ca"] != OWN:
                params["rotate"] = ""
            found.append(params)
        for option in ("name", "directory"):
            values = [params[option] for params in found]
            if len(set(values)) < len(values):
                raise AnsibleActionFail(f"identities has {max(values, key=values.count)} as {option} of two; each has one of its own.")
        return found

    def _told(self, result: Mapping[str, Any], works: Sequence[Certificates], outcomes: Sequence[Outcome]) -> Dict[str, Any]:
        """What was made and written, in one, and of each identity if there is a list of them."""
        if not outcomes:
            return {}
        done = [sentence for outcome in outcomes for sentence in outcome.result["done"]]
        warnings = [*result.get("warnings", []), *(sentence for outcome in outcomes for sentence in outcome.result["warnings"])]
        told = {"done": done, "warnings": list(dict.fromkeys(warnings)), "changed": bool(result["changed"] or done)}
        each = {work.params["name"]: {key: outcome.result[key] for key in set(outcome.result) - set(told)} for work, outcome in zip(works, outcomes)}
        return {**told, "identities": each} if "identities" in self._task.args else {**told, **next(iter(each.values()))}

    def _context(self, variables: Mapping[str, Any]) -> Context:
        host = str(variables["inventory_hostname"])
        address = self._templar.template(variables.get("ansible_host") or "")
        return Context(
            host=host, variables={"ansible_host": address}, present=set(variables["groups"]["all"]), read=self._read,
            now=datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0), dry=bool(self._task.check_mode))

    def _read(self, path: str) -> bytes:
        """A file of the user's on the controller; one that ansible-vault has encrypted is opened."""
        path = self._loader.path_dwim(path)
        try:
            return controller_file(self._loader, path)
        except AnsibleError as error:
            raise InputError(f"{path} cannot be read on the controller: {error}") from None

    def _write(self, works: Sequence[Certificates], wanted: Sequence[Mapping[str, HostFile]], variables: Dict[str, Any]) -> Dict[str, Any]:
        """The files of all identities; of one without any there shall be none on the host."""
        entries: List[Dict[str, Any]] = []
        contents: Dict[int, bytes] = {}
        for work, files in zip(works, wanted):
            for entry in wanted_entries(work.params, files):
                if "state" not in entry:
                    contents[len(entries)] = files[os.path.basename(entry["path"])].content
                entries.append(entry)
        arguments: Dict[str, Any] = {"entries": entries}
        if contents:
            arguments["payload"] = pack(contents)
        try:
            answer: Dict[str, Any] = self._execute_module(
                module_name="baremetal.flink.host_files", module_args=arguments, task_vars=variables)
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return {key: value for key, value in answer.items() if key not in ("results", "invocation")}

    def _check(self, works: Sequence[Certificates], variables: Dict[str, Any]) -> Dict[str, Any]:
        paths = {work.certificate_path: work for work in works}
        answer: Dict[str, Any] = self._execute_module(
            "baremetal.flink.host_preflight", {"layer": "the certificates", "read": list(paths)}, task_vars=variables)
        if answer.get("failed"):
            why = "; ".join(answer.get("problems") or [str(answer.get("msg"))])
            return {"failed": True, "msg": f"Certificates cannot be read on the host; run once more: {why}."}
        faults: List[str] = []
        for (path, work), content in zip(paths.items(), answer["contents"].values()):
            try:
                faults += [f"There is no certificate {path} on the host; run once more."] if content is None else work.check(content.encode("utf-8"))
            except CollectionError as error:
                faults.append(error.message)
        return {"changed": False, "failed": True, "msg": " ".join(faults)} if faults else {"changed": False}
