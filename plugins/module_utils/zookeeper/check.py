# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether ZooKeeper keeps what it is given, on every member; the logic of the module zookeeper_check."""

from __future__ import annotations

import secrets
import time
from contextlib import nullcontext
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ..errors import CollectionError, InputError, ZooKeeperError, clean_up
from ..wait import WaitTimeout
from .info import SPEC as INFO
from .info import await_state, parse_servers
from .session import ARGUMENT_SPEC, WORLD, parse_hosts, parse_path, session

#: Longest wait for the answer to one four-letter word: a member that hangs must not take a session's time at each look.
WORD_SECONDS = 5.0


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """Wait for a member where that is asked for, then try the members; in check mode a trial only opens the sessions.

    :raises InputError: an option cannot work.
    :raises WaitTimeout: the member does not serve. The others have been tried all the same, and what is wrong with them is in the message.
    :raises ZooKeeperError: a member refused a step of the trial, or returned something else than was written.
    """
    servers, chroot = parse_hosts(params["hosts"])
    missing: Optional[WaitTimeout] = None
    if params["wait_for"] == "member":
        try:
            servers = _serving(servers, params, warn, clock, sleep)
        except WaitTimeout as timeout:
            missing, servers = timeout, [one.server for one in timeout.last.value.members if one.serving and timeout.last.value.quorum]
    result: Dict[str, Any] = {"changed": False}
    if params["trial"] and servers:
        try:
            result.update(_trial(servers, chroot, params, check_mode, clock))
        except CollectionError as error:
            if missing is None:
                raise
            missing.add(f"besides, {error}")
    if missing is not None:
        raise missing
    return result


def _serving(
    servers: List[str], params: Mapping[str, Any], warn: Callable[[str], None], clock: Callable[[], float], sleep: Callable[[float], None]
) -> List[str]:
    """Those that serve, once the awaited member does; for a trial those that need not be down have the rest of the time to serve too.

    :raises InputError: an option cannot work.
    :raises WaitTimeout: the awaited member does not serve.
    """
    spared = parse_servers(params["may_be_down"]) if params["may_be_down"] else []
    strange = [server for server in spared if server not in servers]
    if strange:
        raise InputError(f"may_be_down has {', '.join(strange)}, which hosts lacks; write it as there.")
    asked = {**params, "connect_timeout": min(params["connect_timeout"], WORD_SECONDS)}
    began = clock()
    ensemble = await_state(servers, asked, clock, sleep)

    def silent() -> List[str]:
        return [one.server for one in ensemble.members if not one.serving and one.server not in spared]

    while params["trial"] and silent() and clock() - began < params["timeout"]:
        sleep(params["interval"])
        ensemble = await_state(servers, {**asked, "wait_for": "none"}, clock, sleep)
    if params["trial"] and silent():
        warn(f"{', '.join(silent())} does not serve, and nothing was read there. All members: {ensemble.describe()}.")
    return [one.server for one in ensemble.members if one.serving]


def _trial(servers: Sequence[str], chroot: str, params: Mapping[str, Any], check_mode: bool, clock: Callable[[], float]) -> Dict[str, Any]:
    """Write a node through the first member, read it through each, delete it; in check mode only open the sessions."""
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
    return {"path": path, "members": servers, "seconds": round(clock() - began, 3)}


SPEC: Dict[str, Any] = dict(
    argument_spec={
        **ARGUMENT_SPEC,
        "directory": {"type": "str", "default": "/"},
        "trial": {"type": "bool", "default": True},
        "wait_for": {"type": "str", "choices": ["none", "member"], "default": "none"},
        "may_be_down": {"type": "list", "elements": "str", "default": []},
        **{name: INFO["argument_spec"][name] for name in ("member", "observers", "other_ports", "timeout", "interval")},
    },
    requirements=("kazoo",),
    required_if=[("wait_for", "member", ("member",))],
)
