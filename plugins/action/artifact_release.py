# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the host whether it has the release; only if not, fetches its parts on the controller and delivers them."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.artifact.options import artifact_release_argument_spec
from ..module_utils.artifact.parts import (
    ArtifactError,
    Part,
    check_names,
    file_digest,
    parse_part,
    release_digest,
)
from ..plugin_utils.artifact_fetch import Cache, Payload

MODULE = "baremetal.flink.artifact_release"
MIB = 1024 * 1024


class ActionModule(ActionBase):
    """The controller's half of artifact_release."""

    # A temporary directory on the host is made only when there is something to deliver.
    TRANSFERS_FILES = False

    def run(self, tmp: Optional[str] = None, task_vars: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Ask, and deliver where needed."""
        task_vars = task_vars or {}
        result: Dict[str, Any] = super().run(tmp, task_vars)
        # null is as good as left out.
        self._task.args = {name: value for name, value in self._task.args.items() if value is not None}
        arguments = dict(self._task.args)
        for own in ("digest", "payloads"):
            if own in arguments:
                raise AnsibleActionFail(f"{own} is set by artifact_release itself; leave it out.")
        # What is worked out here must be read as the module reads it. The module gets what the task says: its paths are those of the host.
        dummy, read = self.validate_argument_spec(artifact_release_argument_spec())
        try:
            if read["state"] == "present":
                result.update(self._present(arguments, read, task_vars))
            else:
                result.update(self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars))
        except ArtifactError as error:
            # Without its cause: newer cores print the whole chain, and the sentence says it all.
            raise AnsibleActionFail(str(error)) from None
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        result.pop("free", None)
        return result

    def _present(self, arguments: Dict[str, Any], read: Dict[str, Any], task_vars: Dict[str, Any]) -> Dict[str, Any]:
        parts = self._parts(read["parts"])
        check_names(read["name"], read["version"], read["root"])
        arguments["digest"] = release_digest(
            read["name"], read["version"], parts, read["remove"], read["executable"], read["owner"], read["group"]
        )
        delivery, mirror = read["delivery"], (read["mirror_url"] or "").rstrip("/")
        if delivery == "pull" and not mirror:
            raise ArtifactError("delivery: pull needs mirror_url, the address under which the controller's cache is served.")
        answer: Dict[str, Any] = self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars)
        if answer.get("failed") or answer.get("present") or self._task.check_mode:
            return answer
        cache = Cache(read["cache"])
        payloads: List[Payload] = []
        fetched: List[str] = []
        for part in parts:
            payload, fresh = cache.get(part)
            payloads.append(payload)
            if fresh:
                fetched.append(part.label)
        arguments["payloads"] = self._pull(payloads, mirror) if delivery == "pull" else self._push(payloads, answer)
        answer = self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars)
        answer["fetched"] = fetched
        return answer

    def _parts(self, given: List[Dict[str, Any]]) -> List[Part]:
        if not given:
            raise ArtifactError("parts must be a list of at least one dictionary with a source.")
        parts = []
        for number, item in enumerate(given, 1):
            part = parse_part(item, number, self._manifest(item["manifest"]) if item["manifest"] else None)
            if part.source == "file":
                part.path = self._find("files", part.path)
                part.checksum = part.checksum or f"sha256:{self._digest(part.path)}"
            parts.append(part)
        return parts

    def _manifest(self, name: str) -> str:
        path = self._find("files", name)
        try:
            with open(path, encoding="utf-8") as handle:
                return handle.read()
        except OSError as error:
            raise ArtifactError(f"The manifest {path} cannot be read on the controller: {error.strerror}; correct the path or its permissions.") from error
        except UnicodeDecodeError as error:
            raise ArtifactError(f"The manifest {path} is not UTF-8 text ({error.reason}); write it with sha256sum.") from error

    @staticmethod
    def _digest(path: str) -> str:
        try:
            return file_digest(path)
        except OSError as error:
            raise ArtifactError(f"{path} cannot be read on the controller: {error.strerror}; correct the path or its permissions.") from error

    def _find(self, directory: str, name: str) -> str:
        try:
            found: str = self._find_needle(directory, name)
        except AnsibleError as error:
            message = f"{name} was not found on the controller; correct the path, or put it into {directory}/ of the role."
            raise ArtifactError(message) from error
        return os.path.abspath(found)

    @staticmethod
    def _plain(payload: Payload) -> Dict[str, Any]:
        return {"filename": payload.filename, "sha256": payload.sha256, "size": payload.size, "container": payload.container}

    def _pull(self, payloads: List[Payload], mirror: str) -> List[Dict[str, Any]]:
        return [dict(self._plain(payload), url=f"{mirror}/{payload.sha256}/{payload.filename}") for payload in payloads]

    def _push(self, payloads: List[Payload], answer: Dict[str, Any]) -> List[Dict[str, Any]]:
        # What several parts take out of one download travels once.
        remotes: Dict[str, str] = {}
        need = sum({payload.path: payload.size for payload in payloads}.values())
        free = (answer.get("free") or {}).get("tmp")
        if free is not None and free < need + MIB:
            raise ArtifactError(
                f"The host's temporary directory has {free // MIB} MB free, and the downloads need {need // MIB} MB there; free some space "
                "or set ansible_remote_tmp to a directory on a larger file system."
            )
        tmp = self._make_tmp_path()
        delivered = []
        for number, payload in enumerate(payloads):
            if payload.path not in remotes:
                remotes[payload.path] = self._connection._shell.join_path(tmp, f"payload-{number}")
                try:
                    self._transfer_file(payload.path, remotes[payload.path])
                except AnsibleError as error:
                    raise ArtifactError(f"{payload.filename} ({need // MIB} MB) could not be copied to the host: {error}") from error
            delivered.append(dict(self._plain(payload), path=remotes[payload.path]))
        self._fixup_perms2([tmp] + list(remotes.values()), execute=False)
        return delivered
