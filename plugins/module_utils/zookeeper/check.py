# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether ZooKeeper keeps what it is given, on every member; the logic of the module zookeeper_check."""

from __future__ import annotations

import secrets
import time
from contextlib import nullcontext
from typing import Any, Callable, Dict, Mapping

from ..errors import InputError, ZooKeeperError, clean_up
from .session import ARGUMENT_SPEC, WORLD, parse_hosts, parse_path, session


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> Dict[str, Any]:
    """Write a node through the first member, read it through each, delete it; in check mode only open the sessions.

    :raises InputError: an option cannot work.
    :raises ZooKeeperError: a member refused one of these, or returned something else than was written.
    """
    servers, chroot = parse_hosts(params["hosts"])
    directory = parse_path(params["directory"])
    path = f"{directory.rstrip('/')}/.check-{secrets.token_hex(8)}"
    content = secrets.token_hex(32).encode()
    began = clock()
    with session({**params, "hosts": [servers[0] + chroot]}) as first:
        if first.stat(directory) is None:
            raise InputError(f"ZooKeeper has no node {directory}; create it, or set directory to one that is there.")
        try:
            if not check_mode:
                first.create(path, content, WORLD)
            for server in servers:
                with nullcontext(first) if server == servers[0] else session({**params, "hosts": [server + chroot]}) as member:
                    if check_mode:
                        continue
                    member.sync(path)
                    found = member.data(path)
                if found != content:
                    kind = "does not have" if found is None else "has something else than"
                    raise ZooKeeperError(f"{server} {kind} what was written through {servers[0]} to {path}; look at its log.")
        except ZooKeeperError as error:
            # A node whose creation was not answered may be there as well.
            def delete_node() -> None:
                if first.stat(path):
                    first.delete([(path, 0)])

            clean_up(error, delete_node, path)
            raise
        if not check_mode:
            first.delete([(path, 0)])
    return {"changed": False, "path": path, "members": servers, "seconds": round(clock() - began, 3)}


SPEC: Dict[str, Any] = dict(
    argument_spec={**ARGUMENT_SPEC, "directory": {"type": "str", "default": "/"}},
    requirements=("kazoo",),
)
