# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of Mesos and Marathon in ZooKeeper, and when what they keep there is closed to all others.

Their clients know the scheme ``digest`` alone, by user and password in the ``zk://`` URL. The server does not ask who that is: whoever has both is
the user, so access control lists are all that protects. With a login Mesos makes nodes that everybody reads and their maker alone changes
(EVERYONE_READ_CREATOR_ALL of src/zookeeper/authentication.cpp), Marathon such that nobody else reads either (zkDefaultCreationACL of
ZookeeperConf.scala). What is older than the login stays open until somebody closes it, and what is closed nobody without the login can open.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Dict, Iterable, List, Mapping, Sequence

from ..addresses import split_zookeeper_url
from ..inventory import Verdict

SCHEME = "zk://"
CREATOR, OPEN = "creator", "open"
#: Files in the directory of a layer's settings: with which login its daemons come, and with which what they keep is closed.
COMES, CLOSED = "zookeeper-user", "zookeeper-closed"
#: Whether others may read what each layer has closed, as its daemons have it of what they make.
OTHERS_READ = {"mesos": True, "marathon": False}
WORD = re.compile(r"[^@/:\s]+")


def zookeeper_digest(url: str, user: str, password: str, acl: str, layer: str, former: str = "") -> Dict[str, Any]:
    """How the daemons of a layer, ``mesos`` or ``marathon``, come to ZooKeeper. Without a login now they may have had the password ``former``.

    :returns: ``url``, by which they come, with the login of ``user`` or the one that the URL has already, unless ``acl`` is ``open``; ``login``,
        whether it has one; ``given``, whether that is of ``user``, and not of a URL that somebody has written; ``asked``, with the login in any
        case, for modules that read what is closed; ``hosts``, ``path`` and ``auth``, options of modules; ``open`` and ``closed``, lists for
        zookeeper_path; ``mark``, one line that says which login that is without telling it. Where the URL is no ``zk://`` one there is nothing
        but itself.
    :raises InputError: it is one that cannot be read.
    """
    if not url.startswith(SCHEME):
        return {"url": url, "asked": url, "login": False, "given": False, "hosts": "", "path": "", "auth": {}, "open": [], "closed": [], "mark": ""}
    own_user, own_password, hosts, path = split_zookeeper_url(url)
    comes = bool(own_user or (user and password)) and acl != OPEN
    name, word = (own_user, own_password) if own_user else (user, password or former)
    known = bool(name and word)
    plain, named = f"{SCHEME}{hosts}{path}", f"{SCHEME}{name}:{word}@{hosts}{path}"
    everybody = {"scheme": "world", "permissions": ["read"]}
    return {
        "url": named if comes else plain,
        "asked": named if known else plain,
        "login": comes,
        "given": comes and not own_user,
        "hosts": hosts,
        "path": path,
        "auth": {"scheme": "digest", "username": name, "password": word} if known else {},
        "open": [{"scheme": "world", "permissions": ["all"]}],
        "closed": [{"scheme": "auth", "permissions": ["all"]}, *([everybody] if OTHERS_READ[layer] else [])],
        "mark": _mark(name, word) if known else "",
    }


def _mark(user: str, password: str) -> str:
    """Sixteen bits of what the password is: enough to see another one, and of no use to guess it by."""
    return f"{user} {hashlib.sha256(f'{user}:{password}'.encode()).hexdigest()[:4]}"


def login_faults(layer: str, options: Mapping[str, Any]) -> List[str]:
    """What is wrong with ``LAYER_zookeeper_user`` and ``_password``, one sentence each."""
    url, user, password = (str(options[f"{layer}_zookeeper_{name}"] or "") for name in ("url", "user", "password"))
    if not password:
        return []
    found = []
    if not url.startswith(SCHEME):
        found.append(f"{layer}_zookeeper_password needs a ZooKeeper: put hosts into the group zookeeper, or set {layer}_zookeeper_url to a zk:// URL.")
    elif split_zookeeper_url(url)[0]:
        found.append(f"{layer}_zookeeper_url has a login, and {layer}_zookeeper_password is set: leave one of them out.")
    if not WORD.fullmatch(user):
        found.append(f"{layer}_zookeeper_user is {user!r}: a name in a zk:// URL has at least one character, and neither blanks nor @, / or :.")
    if not WORD.fullmatch(password):
        found.append(f"{layer}_zookeeper_password has a blank, @, / or :, at which Mesos and Marathon would cut their zk:// URL: choose another one.")
    return found


def marks(directory: str) -> List[str]:
    """Files on the host that tell with which login its daemons come, and with which what they keep is closed."""
    return [f"{directory}/{name}" for name in (COMES, CLOSED)]


def change(layer: str, directory: str, access: Mapping[str, Any], seen: Mapping[str, Any], outside: Sequence[str]) -> Verdict:
    """What is to be done with what a layer keeps in ZooKeeper, by the host's answer.

    ``access`` is what zookeeper_digest says, ``outside`` hosts of the layer that are not in this run. The verdict knows ``closes``, ``opens``, and
    ``comes``, whether its daemons come with a login.
    """
    comes, closed = (str((seen["contents"].get(path) or "")).strip() for path in marks(directory))
    former, own = closed or comes, access["mark"]
    what = {"mesos": "The masters", "marathon": "Marathon"}[layer]
    if former and not own:
        return Verdict([
            f"{what} would be nobody in ZooKeeper, where what they keep is closed to all but the user {former.split()[0]}: run once with "
            f"{layer}_zookeeper_acl set to open while the user and the password are what they were, and once more without them."
        ])
    if former and former != own:
        return Verdict([
            f"{what} would come to ZooKeeper as {own.split()[0]} with another password or name than the one to which what they keep is closed "
            f"({former.split()[0]}): run once with {layer}_zookeeper_acl set to open and the login of before, and once more with this one."
        ])
    turns = (access["given"] and not closed) or (former and not access["login"])
    if turns and outside:
        return Verdict([
            f"{what} would {'close' if access['login'] else 'open'} what they keep in ZooKeeper, and {', '.join(outside)}, which write it too, "
            "would come as before, as they are not in this run: run without --limit."
        ])
    return Verdict(known={"zookeeper": {
        "comes": access["login"], "closes": bool(access["given"] and closed != own), "opens": bool(former and not access["login"])}})


def tree_turn(preflights: Iterable[Mapping[str, Any]]) -> str:
    """What becomes of the tree of a layer, by what the preflights of its hosts say: ``closes``, ``opens`` or nothing."""
    found = [preflight.get("zookeeper") or {} for preflight in preflights]
    return next((turn for turn in ("closes", "opens") if any(one.get(turn) for one in found)), "")
