# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the host whether it has the release; only if not, fetches its parts on the controller and delivers them."""

from __future__ import annotations

import contextlib
import os
from typing import Any, Dict, Iterator, List, Optional, Sequence

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils.addresses import addresses
from ..module_utils.artifact.mirror import link_of
from ..module_utils.artifact.options import artifact_release_argument_spec
from ..module_utils.artifact.parts import (
    ArtifactError,
    Part,
    check_names,
    file_digest,
    parse_part,
    release_digest,
)
from ..module_utils.errors import CollectionError
from ..plugin_utils.artifact_fetch import Cache, Payload
from ..plugin_utils.artifact_mirror import Gathering, Place
from ..plugin_utils.other_host import action_on, variables_of

MODULE = "baremetal.flink.artifact_release"
MIRROR_MODULE = "baremetal.flink.artifact_mirror"
MIB = 1024 * 1024
#: How often a mirror is brought what it lacks; more than once only when it ends by itself meanwhile.
MIRROR_ATTEMPTS = 3

display = Display()


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
        except CollectionError as error:
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
        mirror_url = (read["mirror_url"] or "").rstrip("/")
        mirror = self._mirror(read, task_vars) if read["delivery"] == "pull" and read["mirror_host"] else None
        if read["delivery"] == "pull" and not mirror and not mirror_url:
            raise ArtifactError(
                "delivery: pull needs mirror_host, a host that gets the downloads for all others, or mirror_url, the address under which the "
                "controller's cache is served."
            )
        with mirror.taking_part() if mirror else contextlib.nullcontext():
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
            if mirror:
                arguments["payloads"] = mirror.links(payloads)
            elif read["delivery"] == "pull":
                arguments["payloads"] = [dict(self.plain(each), url=f"{mirror_url}/{each.sha256}/{each.filename}") for each in payloads]
            else:
                arguments["payloads"] = self.push(payloads, (answer.get("free") or {}).get("tmp"))
            answer = self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars)
            answer["fetched"] = fetched
            if mirror and not answer.get("failed"):
                mirror.was_there()
            return answer

    def _mirror(self, read: Dict[str, Any], task_vars: Dict[str, Any]) -> MirrorHost:
        name = read["mirror_host"]
        if read["mirror_url"]:
            raise ArtifactError("mirror_host and mirror_url are two ways to the same downloads; set one of them.")
        if not 1024 <= read["mirror_port"] < 65536:
            raise ArtifactError(f"mirror_port {read['mirror_port']} must be from 1024 to 65535; the mirror runs without privileges.")
        if name not in task_vars["hostvars"]:
            raise ArtifactError(f"mirror_host {name} is not in the inventory; name a host of it, by the name that it has there.")
        return MirrorHost(self, name, read, task_vars)

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
    def plain(payload: Payload) -> Dict[str, Any]:
        """What the host has to know of a download, wherever it gets it."""
        return {"filename": payload.filename, "sha256": payload.sha256, "size": payload.size, "container": payload.container}

    def push(self, payloads: Sequence[Payload], free: Optional[int]) -> List[Dict[str, Any]]:
        """Copy the downloads to a temporary directory of the host; ``free`` are the bytes that it has there."""
        # What several parts take out of one download travels once.
        remotes: Dict[str, str] = {}
        need = sum({payload.path: payload.size for payload in payloads}.values())
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
            delivered.append(dict(self.plain(payload), path=remotes[payload.path]))
        self._fixup_perms2([tmp] + list(remotes.values()), execute=False)
        return delivered


class MirrorHost:
    """The host that gets the downloads from the controller and serves them to the others, as one of these sees it."""

    def __init__(self, action: ActionModule, name: str, read: Dict[str, Any], task_vars: Dict[str, Any]) -> None:
        self.action = action
        self.name = name
        self.port = read["mirror_port"]
        self.root = read["mirror_root"]
        self.hostvars = task_vars["hostvars"]
        self.address = read["mirror_address"] or addresses([name], self.hostvars, "ansible_host")[0]
        self.host = task_vars["inventory_hostname"]
        self.batch = task_vars.get("ansible_play_batch") or [self.host]
        self.gathering = Gathering(read["cache"], action._task._uuid)

    @contextlib.contextmanager
    def taking_part(self) -> Iterator[None]:
        """From before the host is asked what it has until it has the release, or has not."""
        if self.action._task.check_mode:
            yield
            return
        self.gathering.enter(self.host)
        try:
            yield
        finally:
            self.gathering.leave(self.host, self.batch, self._close)

    def links(self, payloads: Sequence[Payload]) -> List[Dict[str, Any]]:
        """The downloads as they are on the mirror, which has them when this returns."""
        base = self.gathering.base(self.name, Place(self.port, self.root), payloads, self._open)
        return [dict(self.action.plain(each), url=link_of(base, each.filename, each.sha256), direct=True) for each in payloads]

    def was_there(self) -> None:
        """This host has just got something from the mirror."""
        self.gathering.asked(self.name)

    def _open(self, payloads: Sequence[Payload]) -> str:
        wanted = {payload.sha256: payload for payload in payloads}
        downloads = {sha256: self._described(payload) for sha256, payload in wanted.items()}
        with self._reached() as there:
            for dummy in range(MIRROR_ATTEMPTS):
                answer = self._ask(there, state="present", downloads=list(downloads.values()))
                if answer["base"]:
                    return str(answer["base"])
                lacking = [wanted[sha256] for sha256 in answer["missing"]]
                display.display(f"{self.name} is brought {sum(each.size for each in lacking) // MIB} MB, which it serves to the others.")
                for brought in there.push(lacking, answer["free"]["tmp"]):
                    downloads[brought["sha256"]] = {name: brought[name] for name in ("filename", "sha256", "size", "path")}
            raise ArtifactError("it ended while it was brought what it shall serve; run again.")

    def _close(self, name: str, place: Place) -> None:
        # Where each rack has its own, the last host closes those of the others too.
        self.name, self.port, self.root = name, place.port, place.root
        try:
            with self._reached() as there:
                self._ask(there, state="absent")
        except ArtifactError as error:
            display.warning(f"The mirror was not closed, and ends by itself: {error}")

    @staticmethod
    def _described(payload: Payload) -> Dict[str, Any]:
        return {"filename": payload.filename, "sha256": payload.sha256, "size": payload.size}

    def _ask(self, there: ActionModule, **arguments: Any) -> Dict[str, Any]:
        variables = variables_of(self.hostvars, self.name)
        arguments.update(address=self.address, port=self.port, root=self.root, lease=self.action._task._uuid)
        answer: Dict[str, Any] = there._execute_module(module_name=MIRROR_MODULE, module_args=arguments, task_vars=variables)
        if answer.get("failed"):
            raise ArtifactError(str(answer.get("msg", "")))
        return answer

    @contextlib.contextmanager
    def _reached(self) -> Iterator[ActionModule]:
        try:
            there = action_on(self.action, variables_of(self.hostvars, self.name))
            try:
                yield there
            finally:
                there._remove_tmp_path(there._connection._shell.tmpdir)
        except AnsibleConnectionFailure as error:
            reason = str(error).rstrip(" .:\r\n")
            raise ArtifactError(
                f"{self.name}, the mirror_host, cannot be reached, so nothing was delivered: {reason}. Bring it back, or name another "
                "artifact_mirror_host."
            ) from error
        except (AnsibleError, CollectionError) as error:
            raise ArtifactError(f"{self.name}, the mirror_host: {error}") from error
