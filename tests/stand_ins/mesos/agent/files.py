# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/files/browse and /files/read of the agent, for paths below its work_dir. Knows no virtual paths."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from pathlib import Path
from typing import Any, Callable, Dict, Optional

from ..web import Refused, Request, Response, answer_json


class Files:
    """What lies below one directory."""

    def __init__(self, root: str, may_enter: Callable[[Path, Optional[str]], bool]) -> None:
        self.root, self.may_enter = root, may_enter

    def _path(self, request: Request) -> Path:
        text = request.query.get("path")
        if not text:
            raise Refused(400, "Expecting 'path=value' in query.")
        path = Path(os.path.realpath(text))
        root = Path(os.path.realpath(self.root))
        if root not in (path, *path.parents) or not path.exists():
            raise Refused(404)
        if not self.may_enter(path, request.principal):
            raise Refused(403)
        return path

    def browse(self, request: Request) -> Response:
        """/files/browse"""
        path = self._path(request)
        if not path.is_dir():
            return answer_json([])
        return answer_json([show_file(each) for each in sorted(path.iterdir())])

    def read(self, request: Request) -> Response:
        """/files/read: offset -1 asks for the size alone."""
        path = self._path(request)
        if path.is_dir():
            raise Refused(400, "Cannot read a directory.")
        try:
            offset, length = int(request.query.get("offset") or -1), int(request.query.get("length") or -1)
        except ValueError as error:
            raise Refused(400, f"Failed to parse offset or length: {error}") from error
        size = path.stat().st_size
        if offset == -1:
            return answer_json({"data": "", "offset": size})
        with open(path, "rb") as file:
            file.seek(offset)
            data = file.read(min(length if length >= 0 else 1 << 16, 1 << 16))
        return answer_json({"data": data.decode("utf-8", "replace"), "offset": offset})


def owner(find: Callable[[int], Any], number: int) -> str:
    """A name, or the number."""
    try:
        return str(find(number)[0])
    except KeyError:
        return str(number)


def show_file(path: Path) -> Dict[str, Any]:
    """One entry of /files/browse."""
    found = path.lstat()
    return {
        "gid": owner(grp.getgrgid, found.st_gid),
        "mode": stat.filemode(found.st_mode),
        "mtime": float(int(found.st_mtime)),
        "nlink": found.st_nlink,
        "path": str(path),
        "size": found.st_size,
        "uid": owner(pwd.getpwuid, found.st_uid),
    }
