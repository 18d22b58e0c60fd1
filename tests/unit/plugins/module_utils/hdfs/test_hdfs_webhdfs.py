# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding the active NameNode, waiting for it, and what HDFS refuses, in words. Bodies as HDFS 3.4.1 sends them."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

import pytest
import requests
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.webhdfs import (
    HdfsError,
    NoActiveNameNode,
    PermissionRefused,
    SafeModeError,
    WebHdfs,
    hdfs_path,
    namenode_urls,
    octal_mode,
    parent_of,
)
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import HttpClient, HttpSettings, TlsError

A, B = "http://a:9870/webhdfs/v1", "http://b:9870/webhdfs/v1"
DATANODE = "http://dn1:9864/webhdfs/v1"
STATUS = {
    "FileStatus": {
        "type": "DIRECTORY", "owner": "hdfs", "group": "supergroup", "permission": "755", "length": 0, "childrenNum": 2, "storagePolicy": 0,
    }
}


def remote(exception: str, message: str = "") -> Dict[str, Any]:
    return {"RemoteException": {"exception": exception, "javaClassName": f"org.apache.hadoop.{exception}", "message": message}}


STANDBY = remote("StandbyException", "Operation category READ is not supported in state standby. Visit https://s.apache.org/sbnn-error")
SAFE_MODE = remote("SafeModeException", "Cannot create directory /x. Name node is in safe mode.")
SAFE_MODE_HA = remote("RetriableException", "org.apache.hadoop.hdfs.server.namenode.SafeModeException: Name node is in safe mode.")


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def webhdfs(wait: float = 0, retries: int = 0, namenodes: Tuple[str, ...] = ("a", "b")) -> Tuple[WebHdfs, Time]:
    time = Time()
    return WebHdfs(HttpClient(HttpSettings(retries=retries)), namenodes, "ann", wait, clock=time.clock, sleep=time.sleep), time


def calls() -> List[str]:
    return [f"{call.request.method} {str(call.request.url).partition('?')[0]}" for call in responses.calls]


@responses.activate
def test_the_standby_is_passed_over_and_the_active_remembered() -> None:
    responses.get(f"{A}/x", json=STANDBY, status=403)
    responses.get(f"{B}/x", json=STATUS)
    hdfs, _time = webhdfs()
    status = hdfs.status("/x")
    assert status is not None and (status.state, status.mode, status.children) == ("directory", "0755", 2)
    assert hdfs.active == "http://b:9870"
    assert hdfs.status("/x") == status
    assert calls() == [f"GET {A}/x", f"GET {B}/x", f"GET {B}/x"]
    assert "user.name=ann" in str(responses.calls[0].request.url)


@responses.activate
@pytest.mark.parametrize(
    "trouble",
    [
        {"body": requests.exceptions.ConnectionError("Connection refused")},
        {"body": requests.exceptions.ConnectTimeout()},
        {"body": requests.exceptions.ReadTimeout()},
        {"json": remote("RetriableException", "Namenode is in startup mode"), "status": 403},
        {"body": "<html>starting</html>", "status": 503},
    ],
)
def test_a_namenode_that_cannot_serve_is_passed_over(trouble: Dict[str, Any]) -> None:
    responses.get(f"{A}/x", **trouble)
    responses.get(f"{B}/x", json=STATUS)
    assert webhdfs()[0].status("/x") is not None


@responses.activate
def test_a_certificate_that_is_not_accepted_is_not_passed_over() -> None:
    responses.get(f"{A}/x", body=requests.exceptions.SSLError("certificate verify failed"))
    with pytest.raises(HdfsError, match="set ca_path") as caught:
        webhdfs()[0].status("/x")
    assert isinstance(caught.value.__cause__, TlsError) and calls() == [f"GET {A}/x"]


@responses.activate
def test_a_failover_is_waited_for() -> None:
    for _attempt in range(3):
        responses.get(f"{A}/x", json=STANDBY, status=403)
        responses.get(f"{B}/x", body=requests.exceptions.ConnectionError("Connection refused"))
    responses.get(f"{A}/x", json=STATUS)
    hdfs, time = webhdfs(wait=30)
    assert hdfs.status("/x") is not None
    assert time.now == 3


@responses.activate
def test_no_namenode_becomes_active() -> None:
    responses.get(f"{A}/x", json=STANDBY, status=403)
    responses.get(f"{B}/x", body=requests.exceptions.ConnectionError("Connection refused"))
    hdfs, time = webhdfs(wait=5)
    with pytest.raises(NoActiveNameNode) as caught:
        hdfs.status("/x")
    assert "No NameNode became active within 5 s: http://a:9870 is standby; http://b:9870 does not answer" in str(caught.value)
    assert time.now == 5 and set(caught.value.details["namenodes"]) == {"http://a:9870", "http://b:9870"}


@responses.activate
@pytest.mark.parametrize("refusal", [SAFE_MODE, SAFE_MODE_HA])
def test_safe_mode_is_waited_for(refusal: Dict[str, Any]) -> None:
    responses.get(f"{A}/", json=STATUS)
    responses.put(f"{A}/x", json=refusal, status=403)
    responses.put(f"{A}/x", json={"boolean": True})
    hdfs, time = webhdfs(wait=30)
    hdfs.make_directory("/x", "0750")
    assert time.now == 1 and "permission=0750" in str(responses.calls[-1].request.url)


@responses.activate
@pytest.mark.parametrize("refusal", [SAFE_MODE, SAFE_MODE_HA])
def test_safe_mode_that_lasts(refusal: Dict[str, Any]) -> None:
    responses.put(f"{A}/x", json=refusal, status=403)
    with pytest.raises(SafeModeError, match=r"did not leave safe mode within 4 s, so /x cannot be changed: .*Name node is in safe mode"):
        webhdfs(wait=4)[0].set_mode("/x", "0750")


@responses.activate
@pytest.mark.parametrize(
    ("status", "body", "error", "sentence"),
    [
        (403, remote("AccessControlException", "Permission denied: user=ann"), PermissionRefused, "The HDFS user ann may not do this with /x"),
        (400, remote("IllegalArgumentException", 'Invalid value for "op": SETQUOTA is no PUT operation'), HdfsError, "came with 3.4"),
        (403, remote("NSQuotaExceededException", "quota=1"), HdfsError, "A quota leaves no room for /x: quota=1"),
        (403, remote("ParentNotDirectoryException", "/f is a file"), HdfsError, "A parent of /x is a file"),
        (500, remote("NullPointerException"), HdfsError, r"refused the request for /x: NullPointerException \(NullPointerException\)"),
        (401, "<html>Authentication required</html>", HdfsError, "401 Unauthorized: Authentication required; check url_username"),
        (404, "<html>Not here</html>", HdfsError, "answered 404 Not Found: Not here"),
    ],
)
def test_refusals_in_words(status: int, body: Any, error: Any, sentence: str) -> None:
    arguments = {"json": body} if isinstance(body, dict) else {"body": body, "content_type": "text/html"}
    responses.put(f"{A}/x", status=status, **arguments)
    with pytest.raises(error, match=sentence) as caught:
        webhdfs()[0].set_owner("/x", "ann", None)
    assert caught.value.details["status"] == status


@responses.activate
def test_what_does_not_exist_is_none_and_other_404s_are_errors() -> None:
    responses.get(f"{A}/x", json=remote("FileNotFoundException", "File does not exist: /x"), status=404)
    assert webhdfs()[0].status("/x") is None
    responses.get(f"{A}/y", body="<html>no WebHDFS here</html>", status=404)
    with pytest.raises(HdfsError, match="404"):
        webhdfs()[0].status("/y")


@responses.activate
def test_missing_parents_are_made_with_a_mode_of_their_own() -> None:
    responses.get(f"{A}/p", json=remote("FileNotFoundException"), status=404)
    responses.put(f"{A}/p", json={"boolean": True})
    responses.put(f"{A}/p/x", json={"boolean": True})
    webhdfs()[0].make_directory("/p/x", "1777")
    assert [str(call.request.url).rpartition("permission=")[2] for call in responses.calls][1:] == ["0755", "1777"]


@responses.activate
def test_a_directory_that_hdfs_does_not_make() -> None:
    responses.get(f"{A}/", json=STATUS)
    responses.put(f"{A}/x", json={"boolean": False})
    with pytest.raises(HdfsError, match="did not create /x .* log of the NameNode http://a:9870"):
        webhdfs()[0].make_directory("/x", "0750")


@responses.activate
def test_names_are_quoted() -> None:
    responses.get(f"{A}/gr%C3%B6%C3%9Fe%20%25%20%3F", json=STATUS)
    assert webhdfs()[0].status("/größe % ?") is not None


@responses.activate
def test_a_file_is_written_and_read_through_the_datanode() -> None:
    responses.put(f"{A}/x", status=307, headers={"Location": f"{DATANODE}/x?op=CREATE"})
    responses.put(f"{DATANODE}/x", status=201)
    responses.get(f"{A}/x", status=307, headers={"Location": f"{DATANODE}/x?op=OPEN"})
    responses.get(f"{DATANODE}/x", body=b"content")
    hdfs, _time = webhdfs()
    hdfs.write("/x", b"content", "0600")
    assert responses.calls[0].request.body is None and responses.calls[1].request.body == b"content"
    assert hdfs.read("/x") == b"content"


@responses.activate
def test_a_dead_datanode_is_excluded() -> None:
    responses.put(f"{A}/x", status=307, headers={"Location": f"{DATANODE}/x"})
    responses.put(f"{DATANODE}/x", body=requests.exceptions.ConnectionError("Connection refused"))
    responses.put(f"{A}/x", status=307, headers={"Location": "http://dn2:9864/webhdfs/v1/x"})
    responses.put("http://dn2:9864/webhdfs/v1/x", status=201)
    webhdfs()[0].write("/x", b"", "0600")
    assert "excludedatanodes=dn1" in str(responses.calls[2].request.url)


@responses.activate
def test_a_datanode_that_sends_a_caller_elsewhere_is_not_followed() -> None:
    """Its host would have the superuser do there what it likes."""
    responses.put(f"{A}/x", status=307, headers={"Location": f"{DATANODE}/x"})
    responses.put(f"{DATANODE}/x", status=307, headers={"Location": f"{A}/?op=SETOWNER&owner=dn"})
    with pytest.raises(HdfsError, match="The DataNode at http://dn1:9864/webhdfs/v1/x sends the request for /x on to another server, which is not followed"):
        webhdfs()[0].write("/x", b"", "0600")
    assert len(responses.calls) == 2


@responses.activate
def test_a_datanode_that_cannot_be_used_from_here() -> None:
    responses.put(f"{A}/x", status=307, headers={"Location": f"{DATANODE}/x"})
    responses.put(f"{DATANODE}/x", body=requests.exceptions.ConnectionError("Connection refused"))
    with pytest.raises(HdfsError, match="The NameNode http://a:9870 sends the request for /x to the DataNode dn1, which cannot be used from here"):
        webhdfs()[0].write("/x", b"", "0600")


def excluding(request: requests.PreparedRequest) -> Tuple[int, Dict[str, str], str]:
    """What a NameNode of a single DataNode answers."""
    if "excludedatanodes" in str(request.url):
        return 403, {}, json.dumps(remote("IOException", "Failed to find datanode, suggest to check cluster health. excludeDatanodes=dn1"))
    return 307, {"Location": f"{DATANODE}/x"}, ""


@responses.activate
def test_the_only_datanode_is_slow_at_first_and_asked_again_while_there_is_time() -> None:
    responses.add_callback(responses.PUT, f"{A}/x", callback=excluding)
    for _attempt in range(2):
        responses.put(f"{DATANODE}/x", body=requests.exceptions.ReadTimeout("no answer"))
    responses.put(f"{DATANODE}/x", status=201)
    hdfs, time = webhdfs(wait=60)
    hdfs.write("/x", b"", "0600")
    assert time.clock() == 2
    # A wait that is over says what the DataNode did, and not that HDFS has none but it.
    responses.replace(responses.PUT, f"{DATANODE}/x", body=requests.exceptions.ReadTimeout("no answer"))
    with pytest.raises(HdfsError, match="the DataNode dn1, which cannot be used from here"):
        hdfs.write("/x", b"", "0600")
    assert time.clock() == 62


@responses.activate
def test_a_datanode_that_registers_while_there_is_time() -> None:
    responses.put(f"{A}/x", json=remote("IOException", "Failed to find datanode, suggest to check cluster health. excludeDatanodes=null"), status=403)
    responses.put(f"{A}/x", status=307, headers={"Location": f"{DATANODE}/x"})
    responses.put(f"{DATANODE}/x", status=201)
    hdfs, time = webhdfs(wait=60)
    hdfs.write("/x", b"", "0600")
    assert time.clock() == 1


@responses.activate
def test_a_failover_while_a_file_is_written() -> None:
    responses.put(f"{A}/x", status=307, headers={"Location": f"{DATANODE}/x"})
    responses.put(f"{DATANODE}/x", json=STANDBY, status=403)
    responses.put(f"{A}/x", json=STANDBY, status=403)
    responses.put(f"{B}/x", status=307, headers={"Location": f"{DATANODE}/x"})
    responses.put(f"{DATANODE}/x", status=201)
    hdfs, _time = webhdfs()
    hdfs.write("/x", b"", "0600")
    assert hdfs.active == "http://b:9870"


@responses.activate
def test_no_datanode_at_all() -> None:
    responses.put(f"{A}/x", json=remote("IOException", "Failed to find datanode, suggest to check cluster health. excludeDatanodes=null"), status=403)
    with pytest.raises(HdfsError, match="HDFS has no live DataNode that could hold /x"):
        webhdfs()[0].write("/x", b"", "0600")


@pytest.mark.parametrize(("value", "mode"), [("750", "0750"), ("0750", "0750"), ("1777", "1777"), ("0o700", "0700"), ("0000", "0000")])
def test_modes(value: str, mode: str) -> None:
    assert octal_mode(value) == mode


@pytest.mark.parametrize("value", [488, 0, True, "", "888", "0x1", "4755", "17777", "u=rwx", "0o"])
def test_bad_modes(value: Any) -> None:
    with pytest.raises(InputError, match="octal digits in quotes"):
        octal_mode(value)


@pytest.mark.parametrize(("value", "path"), [("/", "/"), ("//a///b/", "/a/b"), ("/a b", "/a b")])
def test_paths(value: str, path: str) -> None:
    assert hdfs_path(value) == path


@pytest.mark.parametrize("value", ["", "a", "hdfs://x/a", "/a/../b", "/a/./b", "/a:b"])
def test_bad_paths(value: str) -> None:
    with pytest.raises(InputError):
        hdfs_path(value)


def test_parents_and_namenodes() -> None:
    assert (parent_of("/a"), parent_of("/a/b")) == ("/", "/a")
    assert namenode_urls(["a", "a:9870", "https://b:9871"]) == ["http://a:9870", "https://b:9871"]
    with pytest.raises(InputError, match="namenodes is empty"):
        namenode_urls([])
