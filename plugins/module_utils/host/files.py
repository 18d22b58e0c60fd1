# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files, directories and links of one layer, applied in order with one atomic change per entry, and the units that run with them.

``plan`` judges every entry and touches nothing, ``apply`` then carries the plan out. Both run on the host.
"""

from __future__ import annotations

import base64
import errno
import grp
import json
import os
import pwd
import re
import shutil
import stat
import time
import zlib
from dataclasses import dataclass, field
from typing import Any, Callable, Collection, Dict, List, Mapping, Optional, Tuple

from ..errors import CollectionError
from ..secrets import HIDDEN, Secrets
from . import units

NEW_SUFFIX = ".ansible-new"
DIFF_LIMIT = 256 * 1024
FILE_MODE, SECRET_MODE = "0644", "0600"
_SETTING = re.compile(r"\s*([\w.-]+)\s*=")


class HostFilesError(CollectionError):
    """An entry cannot be applied; the text says which one and what to change."""


@dataclass
class Entry:
    """One wanted path.

    ``kind`` is one of ``content``, ``link``, ``directory``, ``absent``. ``owner`` and ``group`` are names or numbers, None leaves
    them as they are; ``mode`` is the permission bits. ``force`` false writes a file only where there is none.
    """

    path: str
    kind: str
    content: bytes = b""
    target: str = ""
    owner: Optional[str] = None
    group: Optional[str] = None
    mode: Optional[int] = None
    secret: bool = False
    backup: bool = False
    force: bool = True


@dataclass
class Change:
    """What one entry needs: ``actions`` is empty when the path is already as wanted."""

    entry: Entry
    actions: List[str] = field(default_factory=list)
    uid: Optional[int] = None
    gid: Optional[int] = None
    before: Dict[str, str] = field(default_factory=dict)
    after: Dict[str, str] = field(default_factory=dict)
    old_content: Optional[bytes] = None
    backup_file: Optional[str] = None

    @property
    def changed(self) -> bool:
        """Whether anything has to be done for this entry."""
        return bool(self.actions)

    def result(self) -> Dict[str, Any]:
        """The entry's part of the module's answer."""
        answer: Dict[str, Any] = {
            "path": self.entry.path,
            "kind": self.entry.kind,
            "changed": self.changed,
            "actions": self.actions,
        }
        if self.backup_file:
            answer["backup_file"] = self.backup_file
        return answer


def parse_mode(value: Any, where: str) -> Optional[int]:
    """Permission bits from an octal string such as ``"0640"``.

    Numbers are refused: YAML reads 0640 as 416 and 640 as 640, so neither can be told from a mistake.
    """
    if value is None:
        return None
    if not isinstance(value, str) or not re.match(r"^[0-7]{3,4}$", value):
        raise HostFilesError(f'{where}: mode {value!r} must be a quoted octal string of three or four digits such as "0640".')
    return int(value, 8)


def expand(raw: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """An entry for each path, of those entries whose ``when`` holds; both keys are gone then."""
    entries: List[Dict[str, Any]] = []
    for item in raw:
        common = {key: value for key, value in item.items() if key not in ("when", "paths")}
        if not item.get("when", True):
            continue
        if item.get("paths") is None:
            entries.append(common)
            continue
        if common.get("path"):
            raise HostFilesError(f"{common['path']}: give either path or paths.")
        entries += [{**common, "path": path} for path in item["paths"]]
    return entries


def parse_entries(raw: List[Dict[str, Any]], defaults: Mapping[str, Any], contents: Dict[int, bytes]) -> List[Entry]:
    """Entries out of module arguments; ``contents`` holds the rendered text of each file by position."""
    entries: List[Entry] = []
    seen: Dict[str, int] = {}
    for position, item in enumerate(raw):
        path = item.get("path") or ""
        where = path or f"entry {position + 1}"
        if not path.startswith("/") or os.path.normpath(path) != path or path == "/":
            raise HostFilesError(f"{where}: path must be absolute and free of '..', '//' and a trailing '/'.")
        if path in seen:
            raise HostFilesError(f"{path} is listed twice (entries {seen[path] + 1} and {position + 1}); keep one of them.")
        seen[path] = position
        wanted = [
            name for name in ("content", "link", "state") if (position in contents if name == "content" else item.get(name))
        ]
        if len(wanted) != 1:
            raise HostFilesError(f"{path}: give exactly one of template, content, source, link and state.")
        kind = item["state"] if wanted[0] == "state" else wanted[0]
        if kind == "absent" and path.count("/") < 2:
            raise HostFilesError(f"{path}: a directory at the root of the file system is never removed; name a path below it.")
        file_mode = defaults.get("mode") or (SECRET_MODE if item.get("secret") else FILE_MODE)
        mode_default = {"content": file_mode, "directory": defaults.get("dir_mode")}.get(kind)
        entries.append(
            Entry(
                path=path,
                kind=kind,
                content=contents.get(position, b""),
                target=item.get("link") or "",
                owner=item.get("owner") or defaults.get("owner"),
                group=item.get("group") or defaults.get("group"),
                mode=parse_mode(item.get("mode") or mode_default, path),
                secret=bool(item.get("secret")),
                backup=bool(item.get("backup")),
                force=item.get("force") is not False,
            )
        )
    return entries


class Host:
    """The host's users and security labels; replaced in tests.

    ``label`` is called with the file just written and its final path before it takes the final path's place.
    """

    def __init__(self, label: Optional[Callable[[str, str], None]] = None) -> None:
        self.label = label or (lambda written, final: None)

    def uid(self, name: str) -> Optional[int]:
        """Number of a user, None when there is no such user."""
        if name.isdigit():
            return int(name)
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            return None

    def gid(self, name: str) -> Optional[int]:
        """Number of a group, None when there is no such group."""
        if name.isdigit():
            return int(name)
        try:
            return grp.getgrnam(name).gr_gid
        except KeyError:
            return None


def plan(entries: List[Entry], host: Host, check_mode: bool = False) -> List[Change]:
    """Compare every entry with the host and raise for the first that cannot be applied; nothing is touched.

    In check mode a missing user or a missing parent directory is taken as something an earlier task would have made.
    """
    changes: List[Change] = []
    coming: Dict[str, str] = {}
    for entry in entries:
        change = Change(entry)
        _plan_owner(change, host, check_mode)
        _plan_parent(entry, coming, check_mode)
        {"content": _plan_file, "link": _plan_link, "directory": _plan_directory, "absent": _plan_absent}[entry.kind](change)
        coming[entry.path] = entry.kind
        changes.append(change)
    return changes


def _plan_owner(change: Change, host: Host, check_mode: bool) -> None:
    entry = change.entry
    if entry.kind in ("absent", "link"):
        return
    for what, name in (("owner", entry.owner), ("group", entry.group)):
        if name is None:
            continue
        number = host.uid(name) if what == "owner" else host.gid(name)
        if number is None and not check_mode:
            kind = "user" if what == "owner" else "group"
            raise HostFilesError(f"{entry.path}: {what} {name} does not exist on this host; create the {kind} first.")
        # A number no file has: check mode then says that the owner would change.
        number = -2 if number is None else number
        if what == "owner":
            change.uid = number
        else:
            change.gid = number


def _plan_parent(entry: Entry, coming: Dict[str, str], check_mode: bool) -> None:
    parent = os.path.dirname(entry.path)
    while parent not in coming and not os.path.lexists(parent):
        if entry.kind in ("content", "link") and not check_mode:
            raise HostFilesError(
                f"{entry.path}: directory {parent} does not exist; list it before the file with state: directory."
            )
        parent = os.path.dirname(parent)
    if coming.get(parent) == "absent" and entry.kind != "absent":
        raise HostFilesError(f"{entry.path}: an earlier entry removes {parent}.")
    is_directory = coming[parent] in ("directory", "link") if parent in coming else os.path.isdir(parent)
    if not is_directory and coming.get(parent) != "absent":
        raise HostFilesError(f"{entry.path}: {parent} is not a directory.")


def _lstat(path: str) -> Optional[os.stat_result]:
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _plan_attributes(change: Change, now: os.stat_result) -> None:
    entry = change.entry
    wanted: List[Tuple[str, Optional[int], int]] = [
        ("owner", change.uid, now.st_uid),
        ("group", change.gid, now.st_gid),
        ("mode", entry.mode, stat.S_IMODE(now.st_mode)),
    ]
    for name, want, have in wanted:
        if want is None or want == have:
            continue
        change.actions.append(name)
        change.before[name] = f"{have:04o}" if name == "mode" else str(have)
        named = entry.owner if name == "owner" else entry.group
        change.after[name] = f"{want:04o}" if name == "mode" else (str(named) if want < 0 else str(want))


def _plan_file(change: Change) -> None:
    entry = change.entry
    now = _lstat(entry.path)
    if now is None:
        change.actions.append("created")
        return
    if stat.S_ISDIR(now.st_mode):
        raise HostFilesError(f"{entry.path} is a directory, but a file is wanted there; move the directory away.")
    if not stat.S_ISREG(now.st_mode):
        if not stat.S_ISLNK(now.st_mode):
            raise HostFilesError(f"{entry.path} is neither a file nor a link; move it away.")
        if entry.force:
            change.actions.append("replaced")
            change.before["state"], change.after["state"] = f"link to {os.readlink(entry.path)}", "file"
        return
    if entry.force:
        try:
            with open(entry.path, "rb") as handle:
                change.old_content = handle.read()
        except PermissionError as error:
            raise HostFilesError(f"{entry.path} cannot be read; run the task with become: true.") from error
        if change.old_content != entry.content:
            change.actions.append("content")
    _plan_attributes(change, now)


def _plan_link(change: Change) -> None:
    entry = change.entry
    now = _lstat(entry.path)
    if now is None:
        change.actions.append("created")
        change.before["state"], change.after["state"] = "absent", f"link to {entry.target}"
    elif stat.S_ISLNK(now.st_mode):
        target = os.readlink(entry.path)
        if target != entry.target:
            change.actions.append("link")
            change.before["link"], change.after["link"] = target, entry.target
    elif stat.S_ISDIR(now.st_mode):
        raise HostFilesError(
            f"{entry.path} is a directory, but a link to {entry.target} is wanted there; move the directory away."
        )
    elif entry.force:
        change.actions.append("replaced")
        change.before["state"], change.after["state"] = "file", f"link to {entry.target}"


def _plan_directory(change: Change) -> None:
    entry = change.entry
    try:
        now = os.stat(entry.path)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.islink(entry.path):
            raise HostFilesError(
                f"{entry.path} is a link to {os.readlink(entry.path)}, which does not exist; remove the link."
            ) from None
        change.actions.append("created")
        change.before["state"], change.after["state"] = "absent", "directory"
        return
    if not stat.S_ISDIR(now.st_mode):
        raise HostFilesError(f"{entry.path} is a file, but a directory is wanted there; move the file away.")
    _plan_attributes(change, now)


def _plan_absent(change: Change) -> None:
    now = _lstat(change.entry.path)
    if now is None:
        return
    if os.path.ismount(change.entry.path):
        raise HostFilesError(f"{change.entry.path} is a mount point; unmount it before it is removed.")
    change.actions.append("removed")
    kind = "directory" if stat.S_ISDIR(now.st_mode) else ("link" if stat.S_ISLNK(now.st_mode) else "file")
    change.before["state"], change.after["state"] = kind, "absent"


def apply(changes: List[Change], host: Host) -> None:
    """Carry the plan out, entry by entry; each file and link appears whole or not at all."""
    done: List[str] = []
    for change in changes:
        if not change.changed:
            continue
        try:
            {"content": _apply_file, "link": _apply_link, "directory": _apply_directory, "absent": _apply_absent}[
                change.entry.kind
            ](change, host)
        except OSError as error:
            raise HostFilesError(_explain(change, error, done)) from error
        done.append(change.entry.path)


def _explain(change: Change, error: OSError, done: List[str]) -> str:
    path = change.entry.path
    before = f" Changed before that: {', '.join(done)}." if done else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        size = f" ({len(change.entry.content)} bytes)" if change.entry.kind == "content" else ""
        return (
            f"No space is left on the file system of {os.path.dirname(path)} for {os.path.basename(path)}{size}; "
            f"the old state is untouched. Free some space and run again.{before}"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{path}: permission denied; run the task with become: true.{before}"
    if error.errno == errno.EROFS:
        return f"{path}: the file system is read-only; mount it writable and run again.{before}"
    return f"{path}: {error.strerror or error}.{before}"


def _new_name(path: str) -> str:
    # One fixed name per path, so that a run that was killed leaves nothing that the next one does not clear.
    return os.path.join(os.path.dirname(path), f".{os.path.basename(path)}{NEW_SUFFIX}")


def _clear(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def fsync_path(path: str) -> None:
    """Make what is in a file, or the renames in a directory, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _backup(change: Change) -> None:
    path = change.entry.path
    if change.entry.backup and os.path.isfile(path) and not os.path.islink(path):
        name = f"{path}.{os.getpid()}.{time.strftime('%Y-%m-%d@%H:%M:%S')}~"
        shutil.copy2(path, name)
        now = os.stat(path)
        os.chown(name, now.st_uid, now.st_gid)
        change.backup_file = name


def _apply_file(change: Change, host: Host) -> None:
    entry = change.entry
    if not {"created", "replaced", "content"} & set(change.actions):
        _set_attributes(change, entry.path)
        return
    _backup(change)
    now = _lstat(entry.path)
    keep = now if now is not None and stat.S_ISREG(now.st_mode) else None
    new = _new_name(entry.path)
    _clear(new)
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(entry.content)
            handle.flush()
            uid = change.uid if change.uid is not None else (keep.st_uid if keep else -1)
            gid = change.gid if change.gid is not None else (keep.st_gid if keep else -1)
            os.fchown(handle.fileno(), uid, gid)
            os.fchmod(handle.fileno(), entry.mode if entry.mode is not None else (stat.S_IMODE(keep.st_mode) if keep else 0o644))
            os.fsync(handle.fileno())
        host.label(new, entry.path)
        os.rename(new, entry.path)
    except BaseException:
        _clear(new)
        raise
    fsync_path(os.path.dirname(entry.path))


def _apply_link(change: Change, host: Host) -> None:
    _backup(change)
    switch_link(change.entry.path, change.entry.target, host)


def switch_link(path: str, target: str, host: Optional[Host] = None) -> None:
    """Point ``path`` to ``target``; at no moment is there no link."""
    new = _new_name(path)
    _clear(new)
    try:
        os.symlink(target, new)
        if host is not None:
            host.label(new, path)
        os.rename(new, path)
    except BaseException:
        _clear(new)
        raise
    fsync_path(os.path.dirname(path))


def make_directory(path: str, mode: int, label: Callable[[str, str], None]) -> None:
    """Make a directory with this mode, and missing ones above it with 0755; ``label`` is as of Host."""
    missing = [path]
    while not os.path.lexists(os.path.dirname(missing[-1])):
        missing.append(os.path.dirname(missing[-1]))
    for directory in reversed(missing):
        wanted = mode if directory == path else 0o755
        os.mkdir(directory, wanted)
        # Whatever the umask is.
        os.chmod(directory, wanted)
        label(directory, directory)


def labeller(module: Any) -> Callable[[str, str], None]:
    """What gives a path the policy's default label, where SELinux is enabled; ``module`` is the AnsibleModule."""

    def label(written: str, final: str) -> None:
        if module.selinux_enabled():
            module.set_context_if_different(written, module.selinux_default_context(final), False)

    return label


def _apply_directory(change: Change, host: Host) -> None:
    path = change.entry.path
    if "created" in change.actions:
        make_directory(path, 0o700, host.label)
    _set_attributes(change, path)


def _set_attributes(change: Change, path: str) -> None:
    if change.uid is not None or change.gid is not None:
        os.chown(path, -1 if change.uid is None else change.uid, -1 if change.gid is None else change.gid)
    mode = change.entry.mode
    if mode is None and "created" in change.actions:
        mode = 0o755
    if mode is not None:
        os.chmod(path, mode)


def _apply_absent(change: Change, host: Host) -> None:
    path = change.entry.path
    _backup(change)
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        _clear(path)  # it may have gone with a directory that an earlier entry removed


def diffs(changes: List[Change]) -> List[Dict[str, str]]:
    """Differences in the form Ansible prints, one per changed file; the text of a secret is never in it, nor are secrets among settings."""
    answer: List[Dict[str, str]] = []
    for change in changes:
        if not change.changed:
            continue
        entry = change.entry
        if entry.kind == "content" and {"created", "replaced", "content"} & set(change.actions):
            answer.append(_content_diff(change))
        if change.after:
            answer.append(
                {
                    "before_header": f"{entry.path} (attributes)",
                    "after_header": f"{entry.path} (attributes)",
                    "before": "".join(f"{key}: {value}\n" for key, value in sorted(change.before.items())),
                    "after": "".join(f"{key}: {value}\n" for key, value in sorted(change.after.items())),
                }
            )
    return answer


def _content_diff(change: Change) -> Dict[str, str]:
    entry = change.entry
    headers = {"before_header": entry.path, "after_header": entry.path}
    if entry.secret:
        old = "" if change.old_content is None else "(secret: the old text is not shown)\n"
        return dict(headers, before=old, after="(secret: the new text is not shown)\n")
    before = _text(change.old_content or b"")
    after = _text(entry.content)
    if before is None or after is None:
        return dict(headers, before="(binary or large: not shown)\n", after="(binary or large: differs)\n")
    return dict(headers, before=_without_secrets(before), after=_without_secrets(after, before.splitlines()))


def _without_secrets(text: str, old: Optional[Collection[str]] = None) -> str:
    """The text without values of settings that are secrets by their names, and without passwords inside of values.

    A line that hides something and is not among the ``old`` ones is marked, since a difference would not show it.
    """
    secrets = Secrets()
    shown = []
    for line in text.splitlines():
        setting = _SETTING.match(line)
        clean = f"{setting.group(1)}={HIDDEN}" if setting and secrets.is_secret(setting.group(1)) else secrets.show("", line)
        shown.append(clean + (" (new value)" if clean != line and old is not None and line not in old else ""))
    return "\n".join(shown) + ("\n" if text.endswith("\n") else "")


def _text(content: bytes) -> Optional[str]:
    if len(content) > DIFF_LIMIT or b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


ENTRY = dict(
    path=dict(type="path"),
    paths=dict(type="list", elements="path"),
    when=dict(type="bool", default=True),
    template=dict(type="str"),
    content=dict(type="raw"),
    source=dict(type="str"),
    link=dict(type="str"),
    state=dict(type="str", choices=["directory", "absent"]),
    owner=dict(type="str"),
    group=dict(type="str"),
    mode=dict(type="raw"),
    secret=dict(type="bool", default=False),
    backup=dict(type="bool", default=False),
    force=dict(type="bool", default=True),
    vars=dict(type="dict"),
)


def pack(contents: Mapping[int, bytes]) -> str:
    """The texts of files by the positions of their entries, as they travel to a host in the option ``payload``."""
    texts = {str(position): base64.b64encode(text).decode("ascii") for position, text in contents.items()}
    return base64.b64encode(zlib.compress(json.dumps(texts).encode("ascii"))).decode("ascii")


def unpack(payload: str) -> Dict[int, bytes]:
    """What was packed."""
    packed = json.loads(zlib.decompress(base64.b64decode(payload)).decode("ascii"))
    return {int(position): base64.b64decode(text) for position, text in packed.items()}


def core(params: Mapping[str, Any], check_mode: bool, module: Any) -> Dict[str, Any]:
    contents = unpack(params["payload"]) if params["payload"] else {}
    host = Host(labeller(module))
    changes = plan(parse_entries(expand(params["entries"]), params, contents), host, check_mode)
    if not check_mode:
        apply(changes, host)
    results = [change.result() for change in changes]
    changed = [result["path"] for result in results if result["changed"]]
    answer: Dict[str, Any] = dict(changed=bool(changed), changed_paths=changed, results=results)
    if module._diff:
        answer["diff"] = diffs(changes)
    if not params["units"]:
        return answer
    try:
        found = units.core(params, check_mode, module)
    except CollectionError as error:
        # What was written is no less written for it.
        raise HostFilesError(_with_written(error.message, changed), **{**answer, **error.details}) from error
    return {**answer, **found, "changed": answer["changed"] or found["changed"]}


def _with_written(message: str, changed: Collection[str]) -> str:
    """Why a unit is not as wanted, and which files are new to it; the journal at the end of the sentence stays as it is."""
    return f"{message}\nWritten before that: {', '.join(changed)}." if changed else message


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        entries=dict(type="list", elements="dict", options=ENTRY),
        # The action puts entries and units in the place of these two.
        entries_of=dict(type="str"),
        units_of=dict(type="str"),
        owner=dict(type="str"),
        group=dict(type="str"),
        mode=dict(type="raw"),
        dir_mode=dict(type="raw", default="0755"),
        **{**units.SPEC["argument_spec"], "units": dict(type="list", elements="dict", default=[], options=units.UNIT)},
        # no_log keeps the texts out of the host's journal and of the verbose output.
        payload=dict(type="str", no_log=True),
    ),
    required_one_of=[("entries", "entries_of")],
    mutually_exclusive=[("entries", "entries_of")],
    requirements=(),
)
