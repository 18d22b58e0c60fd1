# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of a host hold secrets, and who may read them: one table, that the playbook audit holds hosts against."""

from __future__ import annotations

import glob
import grp
import os
import pwd
import stat
from dataclasses import dataclass
from typing import Any, Collection, Dict, List, Mapping


@dataclass(frozen=True)
class SecretFile:
    """Files that a pattern matches. ``group_reads`` is whether the group of the layer's daemons may read them, besides their owner.

    With FLINK in the pattern it is one for each directory of a Flink below /etc.
    """

    pattern: str
    layer: str
    holds: str
    group_reads: bool = False


#: A certificate's files, in the directory of each identity.
_KEYS = (("key.pem", "a key"), ("keystore.pem", "a key"), ("keystore.p12", "a key"), ("keystore.password", "the password of a key store"))
#: A directory that is called as flink_name says, or /etc/flink-jobs.
FLINK = "{flink}"
#: What such a directory is known by, if not by its name: an audit knows nothing of clusters whose name was given with -e.
_FLINK_HAS = ("flink-conf.yaml", "conf/flink-conf.yaml", "log4j-cli.properties", "conf/log4j-cli.properties")
#: A cluster has a directory, with others for its command and for certificates; that of a job cluster is below /etc/flink-jobs.
_FLINK = tuple(f"/etc/{FLINK}{below}" for below in ("", "/*", "/*/*"))
SECRET_FILES = (
    SecretFile("/etc/krb5kdc/stash", "kerberos", "the master key of the database of principals"),
    SecretFile("/var/lib/krb5kdc/principal*", "kerberos", "the keys of all principals"),
    SecretFile("/var/lib/krb5kdc/from_master*", "kerberos", "the copy of them that came last"),
    SecretFile("/etc/baremetal.flink/*.keytab", "kerberos", "the key of the host in the realm"),
    SecretFile("/etc/zookeeper/jaas.conf", "zookeeper", "passwords of users", True),
    SecretFile("/etc/zookeeper/environment", "zookeeper", "what zookeeper_environment has"),
    *(SecretFile(f"/etc/zookeeper/tls/{name}", "zookeeper", holds, True) for name, holds in _KEYS),
    SecretFile("/etc/hadoop/environment", "hdfs", "what hdfs_environment has"),
    SecretFile("/etc/hadoop/zookeeper-login.conf", "hdfs", "the password of its user in ZooKeeper", True),
    *(SecretFile(f"/etc/hadoop/zookeeper-tls/{name}", "hdfs", holds, True) for name, holds in _KEYS),
    SecretFile("/etc/hadoop/kerberos/*.keytab", "hdfs", "keys of its daemons in the realm"),
    SecretFile("/etc/hadoop/ssl-server.xml", "hdfs", "the password of a key store", True),
    *(SecretFile(f"/etc/hadoop/tls/{name}", "hdfs", holds, True) for name, holds in _KEYS),
    SecretFile("/var/lib/hadoop/.ssh/fence", "hdfs", "the key that fences a NameNode"),
    SecretFile("/etc/mesos/master.env", "mesos", "flags, with logins of ZooKeeper"),
    SecretFile("/etc/mesos/agent.env", "mesos", "flags, with logins of ZooKeeper"),
    SecretFile("/etc/mesos/*credential*.json", "mesos", "credentials"),
    SecretFile("/etc/mesos/master-zookeeper", "mesos", "the masters' login of ZooKeeper"),
    SecretFile("/etc/mesos/agent-zookeeper", "mesos", "the login of ZooKeeper that mesos_zookeeper_url has"),
    SecretFile("/etc/mesos/environment", "mesos", "what mesos_environment has"),
    SecretFile("/etc/marathon/marathon.env", "marathon", "flags, with logins of ZooKeeper and of HTTP, and the password of a key store"),
    SecretFile("/etc/marathon/environment", "marathon", "what marathon_environment has"),
    SecretFile("/etc/marathon/framework-secret", "marathon", "the secret of its framework"),
    *(SecretFile(f"/etc/marathon/tls/{name}", "marathon", holds, True) for name, holds in _KEYS),
    *(SecretFile(f"{place}/{name}", "flink", "settings", True) for place in _FLINK for name in ("flink-conf.yaml", "config.yaml")),
    *(SecretFile(f"{place}/environment", "flink", "what flink_environment has", True) for place in _FLINK),
    *(SecretFile(f"{place}/{name}", "flink", holds, True) for place in _FLINK for name, holds in _KEYS),
    *(SecretFile(f"{place}/mesos-master", "flink", "where the Mesos masters meet, with a login of ZooKeeper", True) for place in _FLINK),
    *(SecretFile(f"{place}/*.keytab", "flink", "its key in the realm") for place in _FLINK),
    *(SecretFile(f"{place}/zookeeper-login.conf", "flink", "the password of its user in ZooKeeper", True) for place in _FLINK),
)


def look(root: str = "/") -> List[Dict[str, Any]]:
    """Those that are there, each with its mode, owner and group."""
    found: Dict[str, Dict[str, Any]] = {}
    flinks = [glob.escape(name) for name in _flinks(root)]
    for entry in SECRET_FILES:
        patterns = [entry.pattern.replace(FLINK, name) for name in flinks] if FLINK in entry.pattern else [entry.pattern]
        for path in sorted(path for pattern in patterns for path in glob.glob(os.path.join(root, pattern.lstrip("/")))):
            seen = os.stat(path)
            if stat.S_ISREG(seen.st_mode):
                found.setdefault(path, {
                    "path": f"/{os.path.relpath(path, root)}", "layer": entry.layer, "holds": entry.holds, "group_reads": entry.group_reads,
                    "mode": f"{stat.S_IMODE(seen.st_mode):04o}", "owner": _user(seen.st_uid), "group": _group(seen.st_gid)})
    return [found[path] for path in sorted(found)]


def _flinks(root: str) -> List[str]:
    """Names of directories below /etc in which a Flink has its files."""
    places = sorted(glob.glob(os.path.join(root, "etc", "*", "")))
    known = [place for place in places if _name(place).startswith("flink") or any(os.path.exists(os.path.join(place, mark)) for mark in _FLINK_HAS)]
    return [_name(place) for place in known]


def _name(place: str) -> str:
    return os.path.basename(place.rstrip("/"))


def too_wide(file: Mapping[str, Any], accounts: Collection[str]) -> str:
    """Who can read or write the file and should not, in words; empty when nobody can. ``accounts`` are users and groups of the layer's daemons."""
    mode = int(file["mode"], 8)
    if mode & 0o007:
        return "everybody on the host can read or write it"
    if mode & 0o070 and file["group"] != "root" and not (file["group_reads"] and file["group"] in accounts):
        return f"the group {file['group']} can read or write it"
    if mode & 0o020 and file["group"] != "root":
        return f"the group {file['group']} can write it"
    if file["owner"] != "root" and file["owner"] not in accounts:
        return f"it belongs to {file['owner']}"
    return ""


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
