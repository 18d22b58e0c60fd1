# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a declared job is recognised by: a digest of what was submitted, carried in the id of the job itself.

From 1.8 on Flink takes the id of a new job from the caller. It survives a failover of the JobManager, needs no other store, and a second
submission under the same id is refused, so it also keeps a job from being started twice. Its 32 hexadecimal digits are

* 12 of a hash of the job's name,
* 12 of the digest of its release (jar and parameters),
* 8 for the second, since 1970, in which the submission was decided on: a job that has ended may be run again.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Mapping, Optional

from ...errors import InputError
from ...secrets import public_arguments
from ...urls import public_url

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
PART = 12


@dataclass(frozen=True)
class Release:
    """A jar with its parameters. ``jar`` is the SHA-256 of its bytes, ``source`` where they came from, without the credentials of a URL."""

    jar: str
    source: str
    entry_class: Optional[str] = None
    arguments: List[str] = field(default_factory=list)
    parallelism: Optional[int] = None

    def __post_init__(self) -> None:
        # Here, so that it concerns records of earlier releases of the collection as well. Nothing is fetched from it.
        object.__setattr__(self, "source", public_url(self.source))

    @property
    def digest(self) -> str:
        """Of everything that makes a difference to what runs; where the jar came from makes none."""
        told = {name: value for name, value in asdict(self).items() if name != "source"}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Release":
        return cls(**told)

    def public(self) -> Dict[str, Any]:
        """As it may be printed: without passwords in its arguments."""
        return {**asdict(self), "arguments": public_arguments(self.arguments), "digest": self.digest}


def check_name(name: str) -> str:
    """The name of a job, which is also the name of directories.

    :raises InputError: it has other characters than those that every file system and HDFS takes.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"name {name!r} must be of 1 to 100 letters, digits, dots, dashes and underscores, and start with a letter or digit")
    return name


def job_prefix(name: str) -> str:
    """What the ids of all jobs with this name begin with."""
    return hashlib.sha256(name.encode()).hexdigest()[:PART]


def new_job_id(name: str, release: Release, second: int) -> str:
    return f"{job_prefix(name)}{release.digest[:PART]}{second & 0xFFFFFFFF:08x}"


def runs_release(job_id: str, release: Release) -> bool:
    """Whether the id says that this release was submitted."""
    return job_id[PART : 2 * PART] == release.digest[:PART]
