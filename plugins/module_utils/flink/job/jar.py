# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a job's jar comes from: a file on this host, a URL, or HDFS."""

from __future__ import annotations

import os
import re
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Callable, Iterator, Optional
from urllib.parse import urlsplit

from ...artifact.download import download
from ...artifact.parts import file_digest
from ...errors import InputError
from ...hdfs.webhdfs import WebHdfs
from ...urls import public_url

CHECKSUM = re.compile(r"sha256:([0-9a-f]{64})")
SCHEMES = ("http", "https", "ftp", "file")


@dataclass(frozen=True)
class Jar:
    """``digest`` is the SHA-256 of its bytes. ``path`` is None when they were not needed and are not here."""

    source: str
    digest: str
    path: Optional[str]


def expected_digest(checksum: Optional[str]) -> Optional[str]:
    """The digits of a checksum as it is written in a task.

    :raises InputError: it is none.
    """
    if not checksum:
        return None
    match = CHECKSUM.fullmatch(checksum.lower())
    if not match:
        raise InputError(f"jar_checksum {checksum!r} must be sha256: and 64 hexadecimal digits")
    return match.group(1)


@contextmanager
def fetched(
    source: str,
    checksum: Optional[str],
    kept: Callable[[str], Optional[str]],
    hdfs: Callable[[], Optional[WebHdfs]],
    need_bytes: bool = True,
) -> Iterator[Jar]:
    """The jar on this host, until the block ends. With a checksum, a jar that is ``kept`` from before is not fetched again.

    :raises InputError: it cannot be had, is no jar, or is not the one that the checksum names.
    """
    expected, shown = expected_digest(checksum), public_url(source)
    if expected and (kept(expected) or not need_bytes):
        yield Jar(source, expected, kept(expected))
        return
    with TemporaryDirectory(prefix="flink-job-") as directory:
        path = _bring(source, os.path.join(directory, "job.jar"), hdfs)
        if not zipfile.is_zipfile(path):
            raise InputError(f"jar: {shown} is not a jar (or cut off): it does not read as a zip archive; fetch or build it again")
        digest = file_digest(path)
        if expected and digest != expected:
            raise InputError(f"jar: {shown} has the SHA-256 {digest}, and jar_checksum says {expected}; one of them is another release's")
        yield Jar(source, digest, path)


def _bring(source: str, target: str, hdfs: Callable[[], Optional[WebHdfs]]) -> str:
    parts = urlsplit(source)
    if parts.scheme == "hdfs":
        client = hdfs()
        if client is None:
            raise InputError(f"jar: {public_url(source)} is read over WebHDFS; name the NameNodes in hdfs.namenodes")
        with open(target, "wb") as out:
            out.write(client.read(parts.path))
        return target
    if parts.scheme in SCHEMES:
        download(source, target)
        return target
    if parts.scheme:
        raise InputError(f"jar: {public_url(source)} is none of a path, {', '.join(f'{each}://' for each in SCHEMES)} and hdfs://")
    if not os.path.isfile(source):
        raise InputError(f"jar: {source} is not a file on this host; for one on the controller use jar_src")
    if not os.access(source, os.R_OK):
        raise InputError(f"jar: {source} cannot be read by the user that the module runs as")
    return source
