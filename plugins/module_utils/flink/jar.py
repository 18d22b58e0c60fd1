# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A jar on its way to a JobManager."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from typing import IO, Iterator

CHUNK = 64 * 1024
JAR_TYPE = "application/x-java-archive"


@dataclass(frozen=True)
class UploadedJar:
    """A jar that the JobManager at ``base`` keeps under ``jar_id``."""

    base: str
    jar_id: str


class JarBody:
    """A form with one file, read while it is sent, so that a large jar does not have to fit into memory."""

    def __init__(self, handle: IO[bytes], name: str) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        safe = re.sub(r'[\r\n"\\]', "_", name)
        self._head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="jarfile"; filename="{safe}"\r\nContent-Type: {JAR_TYPE}\r\n\r\n'
        ).encode("utf-8")
        self._tail = f"\r\n--{boundary}--\r\n".encode("utf-8")
        self._handle = handle
        self._length = len(self._head) + os.fstat(handle.fileno()).st_size + len(self._tail)
        self._rest = [self._head, self._tail]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        """requests sends in pieces only what can be iterated over."""
        return iter(lambda: self.read(CHUNK), b"")

    def tell(self) -> int:
        """Where it begins; with it requests sends the jar again when a JobManager redirects to the leader, as those of 1.5 to 1.7 do."""
        return 0

    def seek(self, offset: int) -> None:
        """Back to the beginning; there is no other place to go to."""
        self._handle.seek(0)
        self._rest = [self._head, self._tail]

    def read(self, size: int = -1) -> bytes:
        """The next piece, which may be shorter than asked for; without a size all that is left."""
        if size < 0:
            return b"".join(self)
        if len(self._rest) == 2:
            return self._rest.pop(0)
        chunk = self._handle.read(size)
        if not chunk and self._rest:
            return self._rest.pop(0)
        return chunk
