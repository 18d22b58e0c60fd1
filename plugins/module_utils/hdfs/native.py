# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Hadoop 3.4 with which a daemon ends, or a client fails, unless its JVM finds the native library libhadoop.so.

Most of Hadoop goes on without it, some with a warning. These do not, by the sources of 3.4.1: DataNode.getDomainPeerServer and
DataNode.startDataNode, DomainSocketFactory, JniBasedUnixGroupsMapping, ZStandardCodec, CodecUtil, CryptoCodec.
"""

from __future__ import annotations

import re
from typing import Any, List, Mapping, Sequence

from ..settings import as_text

LIBRARY_PATH = "-Djava.library.path="
GROUP_MAPPING = "hadoop.security.group.mapping"
_SHORT_CIRCUIT, _SOCKET = "dfs.client.read.shortcircuit", "dfs.domain.socket.path"
_TRAFFIC, _LEGACY = "dfs.client.domain.socket.data.traffic", "dfs.client.use.legacy.blockreader.local"
_LOCKED, _COMPRESS, _CODEC = "dfs.datanode.max.locked.memory", "dfs.image.compress", "dfs.image.compression.codec"


def native_faults(core: Mapping[str, Any], site: Mapping[str, Any], options: Mapping[str, Sequence[str]], environment: Mapping[str, Any]) -> List[str]:
    """One sentence for each setting of core-site.xml and hdfs-site.xml that needs the native library where no option names its directory.

    ``options`` are those of the JVMs of "namenode", "journalnode", "zkfc", "datanode" and "client".
    """
    known = {key: as_text(value).strip() for key, value in {**core, **site}.items() if value is not None}
    everywhere = bool(environment.get("LD_LIBRARY_PATH"))
    bare = [
        daemon for daemon, given in options.items()
        if not (any(str(option).startswith(LIBRARY_PATH) for option in given) or (everywhere and daemon != "client"))
    ]  # fmt: skip
    faults = _without_socket(known)
    for daemons, clause in (
        (("datanode",), _domain_socket(known)),
        (("datanode",), _locked_memory(known)),
        (("namenode",), _image(known)),
        (("namenode", "journalnode", "zkfc", "datanode", "client"), _group_mapping(known)),
        (("datanode", "client"), _coders(known)),
        (("datanode", "client"), _ciphers(known)),
    ):
        lacking = [daemon for daemon in daemons if daemon in bare]
        if clause and lacking:
            variables = ["hdfs_java_options" if set(lacking) > {"client"} else f"hdfs_{lacking[0]}_java_options"]
            variables += ["hdfs_client_java_options"] if "client" in lacking and len(lacking) > 1 else []
            faults.append(
                f"{clause} without libhadoop.so, which no jar has: take it out, or put Hadoop's lib/native on the hosts and name that directory as"
                f" {LIBRARY_PATH}DIRECTORY in {' and in '.join(variables)}."
            )
    return faults


def _true(known: Mapping[str, str], key: str) -> bool:
    return known.get(key, "").lower() == "true"


def _asks_for_socket(known: Mapping[str, str]) -> str:
    return next((key for key in (_SHORT_CIRCUIT, _TRAFFIC) if _true(known, key)), "")


def _without_socket(known: Mapping[str, str]) -> List[str]:
    # Not with the legacy reader, which opens the files of blocks by itself.
    asks = _TRAFFIC if _true(known, _LEGACY) and _true(known, _TRAFFIC) else "" if _true(known, _LEGACY) else _asks_for_socket(known)
    if not asks or known.get(_SOCKET):
        return []
    return [f"{asks} is true and {_SOCKET} is not set, with which every client fails: set both, or take it out."]


def _domain_socket(known: Mapping[str, str]) -> str:
    asks = _asks_for_socket(known)
    return f"{asks} with {_SOCKET} ends every DataNode" if asks and known.get(_SOCKET) else ""


def _locked_memory(known: Mapping[str, str]) -> str:
    # A size: 0, 64m.
    return f"{_LOCKED} ({known[_LOCKED]}) ends every DataNode" if re.search(r"[1-9]", known.get(_LOCKED, "")) else ""


def _image(known: Mapping[str, str]) -> str:
    codec = known.get(_CODEC, "")
    named = codec.rsplit(".", 1)[-1]
    return f"{_CODEC} ({named}) keeps the NameNodes from saving an image" if _true(known, _COMPRESS) and named == "ZStandardCodec" else ""


def _group_mapping(known: Mapping[str, str]) -> str:
    for key in sorted(known):
        named = known[key].rsplit(".", 1)[-1]
        if key.startswith(GROUP_MAPPING) and named in ("JniBasedUnixGroupsMapping", "JniBasedUnixGroupsNetgroupMapping"):
            return f"{key} ({named}; {named}WithFallback needs nothing) ends every daemon and command"
    return ""


def _coders(known: Mapping[str, str]) -> str:
    for key in sorted(known):
        names = _names(known[key])
        if re.fullmatch(r"io\.erasurecode\.codec\..+\.rawcoders", key) and names and all("native" in name for name in names):
            return f"{key} ({', '.join(names)}) names native coders alone, so erasure-coded files can be neither written nor repaired"
    return ""


def _ciphers(known: Mapping[str, str]) -> str:
    for key in sorted(known):
        names = [name.rsplit(".", 1)[-1] for name in _names(known[key])]
        if key.startswith("hadoop.security.crypto.codec.classes.") and names and all(name.startswith("Openssl") for name in names):
            return f"{key} ({', '.join(names)}) names OpenSSL's codecs alone, so nothing can be encrypted"
    return ""


def _names(text: str) -> List[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
