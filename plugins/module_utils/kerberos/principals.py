# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Principals and their keys, on the host that has the database of the realm; the logic of the module kerberos_principals."""

from __future__ import annotations

import base64
import os
import time
from typing import Any, Callable, Dict, List, Mapping, Sequence

from ..errors import CollectionError
from . import database
from .keytab_format import Key, read, write

#: Steps of a rotation.
CHANGE, PURGE = "change", "purge"
#: Seconds. A key that is younger was made by this rotation, maybe for another host that has the same principal, or before the run was killed.
YOUNG = 3600

SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        realm=dict(type="str", required=True),
        principals=dict(type="list", elements="str", required=True),
        rotate=dict(type="str", choices=["", CHANGE, PURGE], default=""),
        stash=dict(type="bool", default=False),
    ),
    requirements=(),
)


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    run: database.Runner = database.run_program,
    private: str = database.PRIVATE,
    where: str = database.DATABASE,
    stash: str = database.STASH,
    now: Callable[[], float] = time.time,
) -> Dict[str, Any]:
    """Make the principals that are missing, and return the keys of all.

    :raises CollectionError: this host has no database, or a program of the KDC failed.
    """
    if not os.path.exists(where):
        if check_mode:
            return {"changed": True, "made": list(params["principals"]), "rotated": [], "keytab": "", "stash": ""}
        raise CollectionError(f"{os.uname().nodename} has no database of the realm {params['realm']}: run the playbook kerberos without --limit.")
    realm = database.Database(params["realm"], run)
    with database.private_directory(private) as directory:
        known = set(realm.principals())
        missing = [each for each in params["principals"] if each not in known]
        there = [each for each in params["principals"] if each in known]
        file = os.path.join(directory, "keytab")
        rotated = _due(realm, there, params["rotate"], file, now)
        if not check_mode:
            _change(realm, missing, rotated, params["rotate"])
            there = list(params["principals"])
        keytab = write(_exported(realm, there, file))
    return {
        "changed": bool(missing or rotated), "made": missing, "rotated": rotated, "keytab": base64.b64encode(keytab).decode("ascii"),
        "stash": _stash(stash) if params["stash"] else "",
    }


def _exported(realm: database.Database, principals: Sequence[str], path: str) -> List[Key]:
    """All keys of the principals; the file is gone again."""
    if not principals:
        return []
    keys = read(realm.export(principals, path), "what kadmin.local wrote")
    os.remove(path)
    return keys


def _due(realm: database.Database, there: Sequence[str], step: str, file: str, now: Callable[[], float]) -> List[str]:
    """Those whose keys this step of a rotation has not yet changed."""
    if step == CHANGE:
        return [each for each in there if now() - realm.changed_at(each) > YOUNG]
    if step == PURGE:
        keys = _exported(realm, there, file)
        return [each for each in there if len({key.kvno for key in keys if key.principal == each}) > 1]
    return []


def _change(realm: database.Database, missing: Sequence[str], rotated: Sequence[str], step: str) -> None:
    for principal in missing:
        realm.add(principal)
    change: Dict[str, Callable[[str], None]] = {CHANGE: realm.change_keys, PURGE: realm.purge}
    for principal in rotated:
        change[step](principal)


def _stash(path: str) -> str:
    try:
        with open(path, "rb") as handle:
            return base64.b64encode(handle.read()).decode("ascii")
    except OSError as error:
        raise CollectionError(f"{path} cannot be read on the KDC ({error.strerror}), and no replica can do without it.") from None
