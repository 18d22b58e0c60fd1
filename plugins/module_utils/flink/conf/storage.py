# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads and replaces flink-conf.yaml on the host's disk."""

from __future__ import annotations

import errno
import os
import stat
from typing import Any, Dict, Optional

from ...errors import InputError
from ...host.files import fsync_path, labeller, make_directory

NEW_FILE_MODE = 0o644


def load(path: str) -> Optional[str]:
    """The text of the file, None when there is none. Bytes that are not UTF-8 survive ``store`` unchanged."""
    if os.path.isdir(path):
        raise InputError(f"{path} is a directory; name the file in it, {os.path.join(path, 'flink-conf.yaml')}.")
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def store(module: Any, path: str, text: str, attributes: Dict[str, Any], make_folder: bool = False, like: Optional[str] = None) -> None:
    """Replace the file in one step; a reader sees the old or the new text, never one with the wrong owner or mode.

    ``module`` is the AnsibleModule, which knows the host's labels; ``attributes`` is what load_file_common_arguments
    returned for ``path``. Where they leave owner or mode open, those of the old file stay. ``make_folder`` is for a file whose
    directory need not be there. ``like`` is the file whose owner and mode are kept when that is another one.
    """
    folder = os.path.dirname(path) or "."
    if make_folder and not os.path.lexists(folder):
        try:
            make_directory(folder, 0o755, labeller(module))
        except OSError as error:
            raise InputError(f"the directory {folder} cannot be made: {error.strerror}.") from error
    if not os.path.isdir(folder):
        raise InputError(f"the directory {folder} does not exist; create it first.")
    # One fixed name, so that a run that was killed leaves nothing that the next one does not clear.
    new = os.path.join(folder, f".{os.path.basename(path)}.ansible-new")
    try:
        _clear(new)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            _copy_attributes(like or path, file.fileno(), attributes.get("mode") is None)
            os.fsync(file.fileno())
        # Labels depend on the final name, so `attributes` was made for that; chattr would get in the way of the rename.
        module.set_fs_attributes_if_different({**attributes, "path": new, "attributes": None}, False)
        try:
            os.replace(new, path)
        except OSError as error:
            if error.errno != errno.EBUSY or not attributes.get("unsafe_writes"):
                raise
            # A file that is itself a mount point, as in a container, can only be written in place.
            with open(path, "wb") as file:
                file.write(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise InputError(f"{path} cannot be replaced: {error.strerror}; the old file is untouched.") from error
    finally:
        _clear(new)
    fsync_path(folder)


def _clear(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


def _copy_attributes(path: str, descriptor: int, mode_too: bool) -> None:
    try:
        old = os.stat(path)
    except FileNotFoundError:
        if mode_too:
            os.fchmod(descriptor, NEW_FILE_MODE)
        return
    if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    if mode_too:
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
