# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.native import native_faults

DAEMONS = ("namenode", "journalnode", "zkfc", "datanode", "client")
NATIVE = ["-Djava.library.path=/usr/lib/hadoop/lib/native"]
BARE = {daemon: [] for daemon in DAEMONS}
SOCKET = {"dfs.client.read.shortcircuit": True, "dfs.domain.socket.path": "/var/lib/hadoop-hdfs/dn_socket"}
JNI = "org.apache.hadoop.security.JniBasedUnixGroupsMapping"
OPENSSL = "org.apache.hadoop.crypto.OpensslAesCtrCryptoCodec"


@pytest.mark.parametrize(
    ("settings", "who", "said"),
    [
        (SOCKET, ["datanode"], "dfs.client.read.shortcircuit with dfs.domain.socket.path ends every DataNode without libhadoop.so"),
        ({**SOCKET, "dfs.client.use.legacy.blockreader.local": True}, ["datanode"], "ends every DataNode"),
        ({"dfs.client.domain.socket.data.traffic": "true", "dfs.domain.socket.path": "/x"}, ["datanode"], "data.traffic with"),
        ({"dfs.datanode.max.locked.memory": "64m"}, ["datanode"], "in hdfs_datanode_java_options."),
        (
            {"dfs.image.compress": True, "dfs.image.compression.codec": "org.apache.hadoop.io.compress.ZStandardCodec"},
            ["namenode"],
            "(ZStandardCodec) keeps the NameNodes from saving an image",
        ),
        ({"hadoop.security.group.mapping": JNI}, DAEMONS, "WithFallback needs nothing) ends every daemon and command"),
        ({"hadoop.security.group.mapping.provider.os": JNI}, DAEMONS, "in hdfs_java_options and in hdfs_client_java_options."),
        ({"io.erasurecode.codec.rs.rawcoders": ["rs_native"]}, ["datanode", "client"], "names native coders alone"),
        ({"hadoop.security.crypto.codec.classes.aes.ctr.nopadding": OPENSSL}, ["datanode", "client"], "OpenSSL's codecs alone"),
    ],
)
def test_a_setting_that_needs_the_library_is_refused_where_it_is_missing(settings, who, said):
    (fault,) = native_faults({}, settings, BARE, {})
    assert said in fault and "-Djava.library.path=DIRECTORY" in fault
    assert native_faults(settings, {}, {**BARE, **dict.fromkeys(who, NATIVE)}, {}) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"dfs.domain.socket.path": "/x", "dfs.client.read.shortcircuit": False},
        {"dfs.client.read.shortcircuit": True, "dfs.client.use.legacy.blockreader.local": True},
        {"dfs.datanode.max.locked.memory": 0},
        {"dfs.image.compress": True},
        {"dfs.image.compress": True, "dfs.image.compression.codec": "org.apache.hadoop.io.compress.BZip2Codec"},
        {"dfs.image.compression.codec": "org.apache.hadoop.io.compress.ZStandardCodec"},
        {"hadoop.security.group.mapping": f"{JNI}WithFallback"},
        {"io.erasurecode.codec.rs.rawcoders": "rs_native,rs_java"},
        {"hadoop.security.crypto.codec.classes.aes.ctr.nopadding": [OPENSSL, "org.apache.hadoop.crypto.JceAesCtrCryptoCodec"]},
        {"dfs.datanode.drop.cache.behind.reads": True, "dfs.datanode.sync.behind.writes": True, "io.native.lib.available": True},
        {"dfs.client.read.shortcircuit": None},
    ],
)
def test_what_works_without_the_library_is_taken(settings):
    assert native_faults({}, settings, BARE, {}) == []


def test_short_circuit_reads_without_a_socket_fail_every_client_whatever_the_library():
    (fault,) = native_faults({}, {"dfs.client.read.shortcircuit": True}, dict.fromkeys(DAEMONS, NATIVE), {})
    assert fault == "dfs.client.read.shortcircuit is true and dfs.domain.socket.path is not set, with which every client fails: set both, or take it out."


def test_the_environment_of_the_daemons_may_name_the_library():
    assert native_faults({}, SOCKET, BARE, {"LD_LIBRARY_PATH": "/usr/lib/hadoop/lib/native"}) == []
    (fault,) = native_faults({"hadoop.security.group.mapping": JNI}, {}, BARE, {"LD_LIBRARY_PATH": "/x"})
    assert fault.endswith("in hdfs_client_java_options.")
    assert len(native_faults({}, SOCKET, BARE, {"LD_LIBRARY_PATH": None})) == 1
