# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives of the stand-ins that can be made again while others use them: the same sources give the same bytes, in one step."""

from __future__ import annotations

import gzip
import importlib.util
import io
import os
import tarfile
import tempfile
from pathlib import Path
from typing import Collection, Dict, Mapping

# Of every member, so that an archive does not tell when it was made.
RELEASED = 1606176000


def python_sources(package: Path, prefix: str) -> Dict[str, bytes]:
    """Python files and data of a stand-in, and of kazoo, by their path below the prefix in the archive."""
    files = {
        f"{prefix}/{package.name}_stand_in/{path.relative_to(package)}": path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.suffix in (".py", ".json") and path.name != "pack.py"
    }
    found = importlib.util.find_spec("kazoo")
    if found is None or found.origin is None:
        raise SystemExit("kazoo is missing, make the virtual environment first: tests/setup.sh venv")
    kazoo = Path(found.origin).parent
    for path in sorted(kazoo.rglob("*.py")):
        relative = path.relative_to(kazoo)
        if relative.parts[0] not in ("tests", "testing"):
            files[f"{prefix}/kazoo/{relative}"] = path.read_bytes()
    return files


def write(target: Path, top: str, files: Mapping[str, bytes], executable: Collection[str]) -> Path:
    """Write files, by their path below the directory `top`, as a compressed tar archive; its path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with open(handle, "wb") as raw, gzip.GzipFile("", "wb", 6, raw, RELEASED) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for path in sorted(files):
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size = len(files[path])
            member.mtime = RELEASED
            member.mode = 0o755 if path in executable else 0o644
            archive.addfile(member, io.BytesIO(files[path]))
    os.chmod(partial, 0o644)
    return Path(partial).replace(target)
