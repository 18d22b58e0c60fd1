# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a realm, created once; the logic of the module kerberos_realm."""

from __future__ import annotations

import glob
import os
import secrets
import shutil
from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Optional

from ..errors import CollectionError, InputError
from .database import DATABASE, STASH, Runner, run_program, said
from .keytab_format import check_realm

SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        realm=dict(type="str", required=True),
        master_password=dict(type="str", default="", no_log=True),
        enctype=dict(type="str", default="aes256-cts-hmac-sha1-96"),
    ),
    requirements=(),
)
#: The database while it is made, beside its place. Whoever finds it knows that the last run ended in between.
COMING = ".baremetal-flink-new"


@dataclass
class Places:
    """Where the database and the file with its master key are; replaced in tests."""

    database: str = DATABASE
    stash: str = STASH

    @property
    def coming(self) -> str:
        """The directory of a database that is not whole yet."""
        return os.path.join(os.path.dirname(self.database), COMING)


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    run: Runner = run_program,
    places: Optional[Places] = None,
) -> Dict[str, Any]:
    """Create the database where there is none, or the file of its master key where that alone is missing.

    :raises InputError: there is something that another database would be put in the place of, or a password is needed and missing.
    :raises CollectionError: a program of the KDC failed.
    """
    realm, places = check_realm(params["realm"]), places or Places()
    has_database, has_stash = os.path.exists(places.database), os.path.exists(places.stash)
    if has_database and has_stash:
        if not check_mode:
            # What a run that was killed at the very end has left would pass for a database that is not whole yet, if this one were lost.
            shutil.rmtree(places.coming, ignore_errors=True)
        return {"changed": False, "created": False, "stashed": False}
    if has_database:
        return _stash_again(realm, params["master_password"], check_mode, run, places)
    if has_stash and not os.path.isdir(places.coming):
        raise InputError(
            f"{places.stash} is there and {places.database} is not, so this host has lost the database of a realm: bring it back (kdb5_util load, "
            "or put a replica first in the group kdc), or remove that file if all principals shall be made anew."
        )
    if not check_mode:
        _create(realm, params, run, places)
    return {"changed": True, "created": True, "stashed": True}


def _stash_again(realm: str, password: str, check_mode: bool, run: Runner, places: Places) -> Dict[str, Any]:
    """The keys of all principals are in the database, encrypted by its master key."""
    if not password:
        raise InputError(
            f"{places.stash} is missing beside the database of {realm}, which nobody can read without: copy the file from a replica, or give the "
            "password of the master key as kerberos_master_password. The database is not made anew."
        )
    if not check_mode:
        code, out, err = run(["kdb5_util", "stash", "-r", realm, "-f", places.stash], f"{password}\n")
        if code != 0:
            raise CollectionError(f"kdb5_util stash failed: {said(out, err)}; is kerberos_master_password the one of this database?")
    return {"changed": True, "created": False, "stashed": True}


def _create(realm: str, params: Mapping[str, Any], run: Runner, places: Places) -> None:
    """Beside its place, and then file by file into it, the one that counts last: a run that is killed leaves no half of a database there."""
    shutil.rmtree(places.coming, ignore_errors=True)
    os.makedirs(places.coming, mode=0o700)
    password = params["master_password"] or secrets.token_hex(32)
    name = os.path.basename(places.database)
    new = os.path.join(places.coming, name)
    code, out, err = run(
        ["kdb5_util", "create", "-s", "-r", realm, "-d", new, "-sf", places.stash, "-k", params["enctype"]], f"{password}\n{password}\n")
    if code != 0 or not os.path.exists(new):
        raise CollectionError(f"kdb5_util create failed: {said(out, err)}.")
    others = sorted(each for each in glob.glob(os.path.join(glob.escape(places.coming), "*")) if each != new)
    for path in [*others, new]:
        os.replace(path, os.path.join(os.path.dirname(places.database), os.path.basename(path)))
    os.rmdir(places.coming)
