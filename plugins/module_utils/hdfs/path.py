# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directories and small files in HDFS brought to a declared state; the logic of the module hdfs_path."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional

from ansible.module_utils.common.text.formatters import human_to_bytes

from ..errors import InputError, clean_up
from .info import core as ask_namenodes
from .webhdfs import (
    INHERITED_POLICY,
    NO_QUOTA,
    FileStatus,
    HdfsError,
    WebHdfs,
    hdfs_path,
    octal_mode,
    parent_of,
    webhdfs_argument_spec,
)

CONTENT_LIMIT = 1024 * 1024
DIFF_LIMIT = 64 * 1024
NEW_DIRECTORY_MODE = "0755"
NEW_FILE_MODE = "0644"
INHERIT = "inherit"
ENTRY_OPTIONS = ("state", "owner", "group", "mode", "content", "recursive", "namespace_quota", "space_quota", "storage_policy")
ALLOWED = {
    "directory": ("owner", "group", "mode", "namespace_quota", "space_quota", "storage_policy"),
    "file": ("owner", "group", "mode", "content", "storage_policy"),
    "absent": ("recursive",),
}


@dataclass(frozen=True)
class Wish:
    """The declared state of one path. None leaves a property as it is; quotas are names and bytes, -1 for no limit."""

    path: str
    state: str
    owner: Optional[str] = None
    group: Optional[str] = None
    mode: Optional[str] = None
    content: Optional[bytes] = None
    recursive: bool = False
    namespace_quota: Optional[int] = None
    space_quota: Optional[int] = None
    storage_policy: Optional[str] = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "Wish":
        """Judge the options of one path.

        :raises InputError: a value that cannot be, or options that do not go together.
        """
        path = hdfs_path(options["path"])
        state = options.get("state") or "directory"
        given = [name for name in ENTRY_OPTIONS if name != "state" and options.get(name) not in (None, False)]
        refused = [name for name in given if name not in ALLOWED[state]]
        if refused:
            raise InputError(f"{path}: {' and '.join(refused)} cannot be given with state {state}")
        if state == "absent" and path == "/":
            raise InputError("The root directory of HDFS is never deleted; name the directories below it")
        for name in ("owner", "group", "storage_policy"):
            if options.get(name) == "":
                raise InputError(f"{path}: {name} is empty; leave it out to keep what is there")
        content = options.get("content")
        encoded = content.encode("utf-8") if content is not None else None
        if encoded is not None and len(encoded) > CONTENT_LIMIT:
            raise InputError(f"{path}: content has {len(encoded)} bytes, more than the {CONTENT_LIMIT} that go through this module; use hdfs dfs -put")
        mode = options.get("mode")
        return cls(
            path=path,
            state=state,
            owner=options.get("owner"),
            group=options.get("group"),
            mode=octal_mode(mode) if mode is not None else None,
            content=encoded,
            recursive=bool(options.get("recursive")),
            namespace_quota=_namespace_quota(path, options.get("namespace_quota")),
            space_quota=_space_quota(path, options.get("space_quota")),
            storage_policy=options.get("storage_policy"),
        )


def wishes_of(params: Mapping[str, Any]) -> List[Wish]:
    """The paths of a module call: the one of ``path``, or those of ``paths`` with the options beside it as their defaults.

    :raises InputError: a path twice, or a bad value in one of them; nothing has been changed then.
    """
    if params.get("path") is not None:
        entries: List[Mapping[str, Any]] = [params]
    else:
        entries = [_with_defaults(entry, params) for entry in params["paths"]]
    wishes = [Wish.from_options(entry) for entry in entries]
    paths = [wish.path for wish in wishes]
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        raise InputError(f"paths names {', '.join(twice)} more than once")
    return wishes


def _with_defaults(entry: Mapping[str, Any], params: Mapping[str, Any]) -> Dict[str, Any]:
    state = entry.get("state") or params.get("state") or "directory"
    defaults = {name: params.get(name) for name in ALLOWED[state]}
    return {**defaults, **{key: value for key, value in entry.items() if value is not None}, "state": state}


def ensure(hdfs: WebHdfs, wish: Wish, check_mode: bool) -> Dict[str, Any]:
    """Bring one path to its wish and return what was and is there."""
    status = hdfs.status(wish.path)
    before = _description(hdfs, wish, status)
    _judge(wish, status)
    if wish.state == "absent":
        changed = status is not None
        after: Dict[str, Any] = {"state": "absent"}
        if status is not None:
            _refuse_full_directory(hdfs, wish, status)
            if not check_mode:
                hdfs.delete(wish.path, wish.recursive)
                after = _description(hdfs, wish, hdfs.status(wish.path))
    else:
        expected = _expected(wish, status, before)
        changed = expected != before
        after = expected
        if changed and not check_mode:
            _apply(hdfs, wish, status, before)
            after = _description(hdfs, wish, hdfs.status(wish.path))
            _compare(wish, expected, after)
    if wish.state == "absent" and not check_mode and after["state"] != "absent":
        raise HdfsError(f"{wish.path} is still there after HDFS had deleted it; something creates it again")
    return {"path": wish.path, "changed": changed, "before": before, "after": after}


def core(params: Mapping[str, Any], check_mode: bool, warn: Callable[[str], None], hdfs: Optional[WebHdfs] = None) -> Dict[str, Any]:
    """What the module does; ``hdfs`` is given by tests."""
    wishes = wishes_of(params)
    asked = {"hdfs": ask_namenodes(params, check_mode, warn)} if params.get("wait_for") else {}
    hdfs = hdfs or WebHdfs.from_params(params)
    results = [ensure(hdfs, wish, check_mode) for wish in wishes]
    return {
        "changed": any(result["changed"] for result in results),
        "namenode": hdfs.active,
        "changed_paths": [result["path"] for result in results if result["changed"]],
        "results": [_public(result) for result in results],
        "diff": [_diff(result) for result in results if result["changed"]],
        **asked,
    }


def _judge(wish: Wish, status: Optional[FileStatus]) -> None:
    if wish.state == "absent":
        return
    if status is not None and status.symlink:
        raise HdfsError(f"{wish.path} is a symbolic link; name what it points to")
    if status is not None and status.state != wish.state:
        raise HdfsError(f"{wish.path} is a {status.state}, not a {wish.state}; remove it first (state absent) if nothing needs it")
    if status is None and wish.state == "file" and wish.content is None:
        raise HdfsError(f"{wish.path} does not exist; give content to create it")


def _refuse_full_directory(hdfs: WebHdfs, wish: Wish, status: FileStatus) -> None:
    if not status.is_directory or wish.recursive:
        return
    count = status.children if status.children is not None else len(hdfs.names(wish.path))
    if count:
        raise HdfsError(f"{wish.path} is not empty ({count} entries); set recursive to true to delete everything below it")


def _description(hdfs: WebHdfs, wish: Wish, status: Optional[FileStatus]) -> Dict[str, Any]:
    """State and properties of the path, the costly ones only where the wish is about them."""
    if status is None:
        return {"state": "absent"}
    found: Dict[str, Any] = {"state": status.state, "owner": status.owner, "group": status.group, "mode": status.mode}
    if wish.state == "absent":
        return found
    if wish.namespace_quota is not None or wish.space_quota is not None:
        quota = hdfs.quota(wish.path)
        found.update(namespace_quota=quota.namespace, space_quota=quota.space)
    if wish.storage_policy is not None:
        found["storage_policy"] = INHERIT if status.policy_id == INHERITED_POLICY else hdfs.storage_policy(wish.path)
    if wish.content is not None and not status.is_directory:
        same_length = status.length == len(wish.content)
        found["length"] = status.length
        found["content"] = hdfs.read(wish.path) if same_length or status.length <= DIFF_LIMIT else None
    return found


def _expected(wish: Wish, status: Optional[FileStatus], before: Mapping[str, Any]) -> Dict[str, Any]:
    expected: Dict[str, Any] = {**before, "state": wish.state}
    if status is None and wish.mode is None:
        expected["mode"] = NEW_DIRECTORY_MODE if wish.state == "directory" else NEW_FILE_MODE
    for name in ("owner", "group", "mode", "namespace_quota", "space_quota"):
        if getattr(wish, name) is not None:
            expected[name] = getattr(wish, name)
    if wish.storage_policy is not None:
        expected["storage_policy"] = wish.storage_policy if wish.storage_policy == INHERIT else wish.storage_policy.upper()
    if wish.content is not None:
        expected.update(content=wish.content, length=len(wish.content))
    return expected


def _apply(hdfs: WebHdfs, wish: Wish, status: Optional[FileStatus], before: Mapping[str, Any]) -> None:
    if wish.state == "file" and wish.content is not None and before.get("content") != wish.content:
        _write(hdfs, wish, status)
    elif status is None:
        hdfs.make_directory(wish.path, wish.mode or NEW_DIRECTORY_MODE)
    current = hdfs.status(wish.path)
    if current is None:
        raise HdfsError(f"{wish.path} is gone right after it was made; something else removes it")
    if wish.namespace_quota is not None and before.get("namespace_quota") != wish.namespace_quota:
        hdfs.set_quota(wish.path, wish.namespace_quota, None)
    if wish.space_quota is not None and before.get("space_quota") != wish.space_quota:
        hdfs.set_quota(wish.path, None, wish.space_quota)
    if wish.storage_policy is not None and before.get("storage_policy") != wish.storage_policy.upper():
        _set_policy(hdfs, wish, before)
    _set_rights(hdfs, wish.path, current, wish.owner, wish.group, wish.mode)


def _set_policy(hdfs: WebHdfs, wish: Wish, before: Mapping[str, Any]) -> None:
    if wish.storage_policy != INHERIT:
        hdfs.set_storage_policy(wish.path, str(wish.storage_policy).upper())
    elif before.get("storage_policy", INHERIT) != INHERIT:
        hdfs.set_storage_policy(wish.path, None)


def _set_rights(hdfs: WebHdfs, path: str, current: FileStatus, owner: Optional[str], group: Optional[str], mode: Optional[str]) -> None:
    if mode is not None and mode != current.mode:
        hdfs.set_mode(path, mode)
    if (owner is not None and owner != current.owner) or (group is not None and group != current.group):
        hdfs.set_owner(path, owner, group)


def _write(hdfs: WebHdfs, wish: Wish, status: Optional[FileStatus]) -> None:
    """Write beside the file and move it over, so that no reader sees half of it; the rights are kept."""
    content = wish.content or b""
    parent, name = parent_of(wish.path), wish.path.rsplit("/", 1)[1]
    if hdfs.status(parent) is None:
        hdfs.make_directory(parent, NEW_DIRECTORY_MODE)
    partial = f"{parent.rstrip('/')}/.{name}.{secrets.token_hex(4)}"
    try:
        # Readable by its owner alone until it has its rights.
        hdfs.write(partial, content, "0600")
        made = hdfs.status(partial)
        if made is None or hdfs.read(partial) != content:
            raise HdfsError(f"{wish.path} was written, but HDFS gives back other content; look at the DataNodes' logs")
        _set_rights(
            hdfs,
            partial,
            made,
            wish.owner or (status.owner if status else None),
            wish.group or (status.group if status else None),
            wish.mode or (status.mode if status else NEW_FILE_MODE),
        )
        _move_over(hdfs, partial, wish.path, content)
    except HdfsError as error:
        def delete_partial() -> None:
            if hdfs.status(partial):
                hdfs.delete(partial, False)

        clean_up(error, delete_partial, partial)
        raise


def _move_over(hdfs: WebHdfs, source: str, target: str, content: bytes) -> None:
    """Rename, and take it for done when HDFS does not find ``source`` (any more) and ``target`` has the content.

    A rename whose answer is lost is asked for again, and its own success makes the second one fail.
    """
    try:
        hdfs.rename(source, target)
    except HdfsError as error:
        if error.details.get("exception") != "FileNotFoundException":
            raise
        found = hdfs.status(target)
        if found is None or found.is_directory or found.length != len(content) or hdfs.read(target) != content:
            raise


def _compare(wish: Wish, expected: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    differing = [name for name in expected if after.get(name) != expected[name]]
    if differing:
        said = ", ".join(f"{name} is {_shown(after.get(name))} instead of {_shown(expected[name])}" for name in differing)
        raise HdfsError(f"{wish.path} was written, but reads back differently: {said}; does something else manage it too?")


def _shown(value: Any) -> str:
    return f"{len(value)} bytes of content" if isinstance(value, bytes) else str(value)


def _public(result: Mapping[str, Any]) -> Dict[str, Any]:
    hidden = {name: {key: value for key, value in result[name].items() if key != "content"} for name in ("before", "after")}
    return {"path": result["path"], "changed": result["changed"], **hidden["after"], "before": hidden["before"]}


def _diff(result: Mapping[str, Any]) -> Dict[str, str]:
    return {
        "before_header": result["path"],
        "after_header": result["path"],
        "before": _as_text(result["before"]),
        "after": _as_text(result["after"]),
    }


def _as_text(description: Mapping[str, Any]) -> str:
    lines = [f"{key}: {value}\n" for key, value in description.items() if key != "content"]
    content = description.get("content")
    if isinstance(content, bytes):
        lines.append("content:\n" + content.decode("utf-8", errors="replace"))
    return "".join(lines)


def _namespace_quota(path: str, value: Optional[int]) -> Optional[int]:
    if value is not None and value < 1 and value != NO_QUOTA:
        raise InputError(f"{path}: namespace_quota is {value}; it is a number of names from 1 on, or -1 for no limit")
    return value


def _space_quota(path: str, value: Optional[str]) -> Optional[int]:
    if value is None:
        return None
    text = str(value).strip()
    if text == str(NO_QUOTA):
        return NO_QUOTA
    try:
        size = human_to_bytes(text)
    except ValueError:
        size = 0
    if size < 1:
        raise InputError(f"{path}: space_quota {value!r} is not a size; write bytes or such as '10G', or -1 for no limit")
    return int(size)


STATES = ["directory", "file", "absent"]


def entry_options() -> Dict[str, Any]:
    return dict(
        owner=dict(type="str"),
        group=dict(type="str"),
        mode=dict(type="raw"),
        content=dict(type="str"),
        namespace_quota=dict(type="int"),
        space_quota=dict(type="str"),
        storage_policy=dict(type="str"),
    )


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        path=dict(type="str"),
        paths=dict(
            type="list",
            elements="dict",
            options=dict(
                path=dict(type="str", required=True), state=dict(type="str", choices=STATES), recursive=dict(type="bool"), **entry_options()
            ),
        ),
        state=dict(type="str", choices=STATES, default="directory"),
        recursive=dict(type="bool", default=False),
        wait=dict(type="int", default=60),
        wait_for=dict(type="str", choices=["none", "active", "writable", "standby", "redundant", "healthy"]),
        timeout=dict(type="int", default=60),
        **entry_options(),
        **webhdfs_argument_spec(),
    ),
    requirements=("requests",),
    required_one_of=[("path", "paths")],
    mutually_exclusive=[("path", "paths")],
)
