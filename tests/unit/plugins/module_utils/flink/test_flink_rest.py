# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's REST API on several JobManagers and in several versions."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from typing import Any, List, Tuple

import pytest
import requests
import responses
from ansible_collections.baremetal.flink.plugins.module_utils.errors import InputError
from ansible_collections.baremetal.flink.plugins.module_utils.flink.rest import (
    Failure,
    FlinkError,
    FlinkRest,
    JarBody,
    UnsupportedVersion,
    UploadedJar,
    Version,
    both_ways,
    failure_of,
    rest_urls,
    restore_body,
    run_body,
    with_what_is_there,
)
from ansible_collections.baremetal.flink.plugins.module_utils.http_client import (
    HttpClient,
    HttpError,
    HttpSettings,
    NoneAnswered,
    PlainServerError,
    TlsError,
)

A, B = "http://a:8081", "http://b:8081"
ELECTION = {"errors": ["Service temporarily unavailable due to an ongoing leader election. Please refresh."]}


def flink(retries: int = 0) -> Tuple[FlinkRest, List[float]]:
    pauses: List[float] = []
    return FlinkRest(HttpClient(HttpSettings(retries=retries)), ["a", "b"], sleep=pauses.append), pauses


@responses.activate
@pytest.mark.parametrize(
    "trouble",
    [
        {"body": requests.exceptions.ConnectionError("Connection refused")},
        {"body": requests.exceptions.ReadTimeout()},
        {"json": ELECTION, "status": 503},
        {"json": {"errors": ["Internal server error.", "akka.pattern.AskTimeoutException"]}, "status": 500},
    ],
)
def test_a_jobmanager_that_cannot_answer_is_passed_over(trouble: Any) -> None:
    responses.get(f"{A}/overview", **trouble)
    responses.get(f"{B}/overview", json={"taskmanagers": 1})
    rest, _pauses = flink()
    assert rest.overview() == {"taskmanagers": 1} and rest.base == B
    rest.overview()
    assert [call.request.url for call in responses.calls] == [f"{A}/overview", f"{B}/overview", f"{B}/overview"]


@responses.activate
def test_rounds_are_bounded() -> None:
    responses.get(f"{A}/overview", json=ELECTION, status=503)
    responses.get(f"{B}/overview", body=requests.exceptions.ConnectionError("Connection refused"))
    rest, pauses = flink(retries=2)
    with pytest.raises(NoneAnswered, match="No JobManager could serve .* 503: Service temporarily unavailable .*nothing listens there"):
        rest.overview()
    assert len(responses.calls) == 6 and len(pauses) == 2


@responses.activate
@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"status": 401}, HttpError),
        ({"status": 403, "body": "no"}, HttpError),
        ({"status": 404, "json": {"errors": ["Unable to load requested file /overview."]}}, HttpError),
        ({"body": requests.exceptions.SSLError("certificate verify failed")}, TlsError),
    ],
)
def test_other_refusals_are_told_at_once(trouble: Any, error: Any) -> None:
    responses.get(f"{A}/overview", **trouble)
    with pytest.raises(error):
        flink(retries=3)[0].overview()
    assert len(responses.calls) == 1


IN_CLEAR = {"body": requests.exceptions.SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)")}


@responses.activate
def test_while_tls_comes_or_goes_each_jobmanager_is_asked_as_it_speaks() -> None:
    responses.get("https://a:8081/overview", **IN_CLEAR)
    responses.get(f"{A}/overview", json={"taskmanagers": 1})
    # A speaks in clear still, whatever the address says.
    rest = FlinkRest(HttpClient(HttpSettings(retries=0)), ["https://a:8081", "b"], mixed=True)
    assert rest.overview() == {"taskmanagers": 1} and rest.base == A
    assert rest.bases == [A, "https://a:8081", "https://b:8081", B]
    # What must not be said twice goes on too, as nobody has heard it.
    responses.post("https://a:8081/jobs/1/stop", **IN_CLEAR)
    responses.post(f"{A}/jobs/1/stop", json={"request-id": "2"})
    rest = FlinkRest(HttpClient(HttpSettings(retries=0)), ["a"], mixed=True)
    assert rest.send("POST", "/jobs/1/stop", {}) == {"request-id": "2"}


@responses.activate
def test_a_server_in_clear_is_passed_over_where_another_one_has_tls_and_said_where_none_has() -> None:
    responses.get("https://a:8081/overview", **IN_CLEAR)
    responses.get("https://b:8081/overview", json={"taskmanagers": 1})
    http = HttpClient(HttpSettings(retries=0))
    assert FlinkRest(http, ["https://a:8081", "https://b:8081"]).overview() == {"taskmanagers": 1}
    with pytest.raises(PlainServerError, match="https://a:8081/overview: the server does not speak TLS"):
        FlinkRest(http, ["https://a:8081"]).overview()
    # One that refuses us does so wherever we ask.
    responses.replace("GET", "https://a:8081/overview", body=requests.exceptions.SSLError("certificate verify failed"))
    with pytest.raises(TlsError, match="set ca_path"):
        FlinkRest(http, ["a"], mixed=True).overview()


def test_both_ways_and_what_is_there(tmp_path: Path) -> None:
    assert both_ways(["http://[::1]:8081/x", "https://[::1]:8081/x"]) == ["https://[::1]:8081/x", "http://[::1]:8081/x"]
    files = {name: tmp_path / name for name in ("ca_path", "client_cert", "client_key")}
    settings = HttpSettings(**{name: str(path) for name, path in files.items()}, request_timeout=3)

    def found() -> List[Any]:
        kept = with_what_is_there(settings)
        assert kept.request_timeout == 3
        return [name for name in files if getattr(kept, name)]

    assert found() == []
    files["ca_path"].touch()
    files["client_cert"].touch()
    assert found() == ["ca_path"]
    files["client_key"].touch()
    assert found() == list(files) and with_what_is_there(settings) is settings
    params = {**{name: f"{path}-gone" for name, path in files.items()}, "urls": ["a"]}
    with pytest.raises(InputError, match="cannot be read"):
        FlinkRest.from_params(params)
    assert FlinkRest.from_params({**params, "mixed_tls": True}).bases == ["https://a:8081", A]


@responses.activate
@pytest.mark.parametrize(("text", "number"), [("1.5.0", (1, 5)), ("1.12.5", (1, 12)), ("1.13-SNAPSHOT", (1, 13)), ("2.0.0", (2, 0))])
def test_versions(text: str, number: Tuple[int, int]) -> None:
    responses.get(f"{A}/config", json={"flink-version": text})
    assert flink()[0].version() == Version(text, number)


@responses.activate
def test_old_and_strange_servers_are_refused_in_words() -> None:
    responses.get(f"{A}/config", json={"flink-version": "1.4.2"})
    with pytest.raises(UnsupportedVersion, match="http://a:8081 runs Flink 1.4.2; .* from Flink 1.5 on, so upgrade"):
        flink()[0].version()
    responses.replace("GET", f"{A}/config", json={"hello": "world"})
    with pytest.raises(FlinkError, match="is a JobManager listening there"):
        flink()[0].version()


@responses.activate
def test_a_job_without_checkpoints_has_none_but_other_errors_are_errors() -> None:
    responses.get(f"{A}/jobs/1/checkpoints", json={"errors": ["Checkpointing has not been enabled."]}, status=404)
    assert flink()[0].checkpoints("1") is None
    responses.get(f"{A}/jobs/2/checkpoints", json={"errors": ["bad"]}, status=400)
    with pytest.raises(HttpError):
        flink()[0].checkpoints("2")


@responses.activate
def test_a_jar_is_uploaded_as_a_form_and_stays_with_one_jobmanager(tmp_path: Path) -> None:
    jar = tmp_path / 'odd"name.jar'
    jar.write_bytes(b"\x00binary\r\n" * 100_000)
    received: List[bytes] = []

    def take(request: Any) -> Tuple[int, Any, str]:
        received.append(b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + request.body)
        assert int(request.headers["Content-Length"]) == len(request.body) and request.headers["Connection"] == "close"
        return 200, {}, '{"filename": "/tmp/flink-web-upload/7_odd_name.jar", "status": "success"}'

    responses.post(f"{A}/jars/upload", body=requests.exceptions.ConnectionError("Connection refused"))
    responses.add_callback("POST", f"{B}/jars/upload", take)
    assert flink()[0].upload(str(jar), 10) == UploadedJar(B, "7_odd_name.jar")
    form = email.message_from_bytes(received[0], policy=email.policy.HTTP)
    (part,) = form.iter_parts()
    assert part.get_filename() == "odd_name.jar" and part.get_content_type() == "application/x-java-archive"
    assert part.get_payload(decode=True) == jar.read_bytes()


def test_a_body_can_be_sent_twice(tmp_path: Path) -> None:
    jar = tmp_path / "a.jar"
    jar.write_bytes(b"content")
    with open(jar, "rb") as handle:
        body = JarBody(handle, "a.jar")
        first = b"".join(iter(lambda: body.read(3), b""))
        body.seek(0)
        second = b"".join(iter(lambda: body.read(1000), b""))
    assert first == second and len(first) == len(body) and b"content" in first


def test_a_body_goes_on_whole_to_the_leader_that_a_standby_redirects_to(tmp_path: Path) -> None:
    jar = tmp_path / "a.jar"
    jar.write_bytes(b"content")
    with open(jar, "rb") as handle:
        body = JarBody(handle, "a.jar")
        request = requests.Request("POST", f"{A}/jars/upload", data=body).prepare()
        first = b"".join(body)
        # What requests does with a 307; without a position it would send nothing and wait.
        requests.utils.rewind_body(request)
        assert b"".join(body) == first


@responses.activate
def test_a_job_is_never_submitted_twice() -> None:
    responses.post(f"{A}/jars/1_a.jar/run", json=ELECTION, status=503)
    with pytest.raises(HttpError):
        flink(retries=5)[0].run(UploadedJar(A, "1_a.jar"), {}, 5)
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize("status", [404, 409])
def test_cancelling_a_job_that_has_ended_is_no_error(status: int) -> None:
    responses.patch(f"{A}/jobs/1", status=status)
    flink()[0].cancel("1")
    assert "mode=cancel" in str(responses.calls[0].request.url)


@pytest.mark.parametrize(
    ("version", "body"),
    [
        ((1, 5), {"entryClass": "C", "parallelism": 2, "programArgs": '--a "b c" ""'}),
        ((1, 7), {"entryClass": "C", "parallelism": 2, "programArgsList": ["--a", "b c", ""]}),
        ((1, 8), {"entryClass": "C", "parallelism": 2, "programArgsList": ["--a", "b c", ""], "jobId": "ab"}),
    ],
)
def test_the_body_of_a_run_is_spelled_for_the_version(version: Tuple[int, int], body: Any) -> None:
    assert run_body(Version("x", version), "C", ["--a", "b c", ""], 2, "ab") == body
    assert run_body(Version("x", (1, 5)), None, [], None, "ab") == {}


@pytest.mark.parametrize(
    ("version", "claim"),
    [((1, 14), {}), ((1, 15), {"restoreMode": "NO_CLAIM"}), ((1, 19), {"restoreMode": "NO_CLAIM"}), ((1, 20), {"claimMode": "NO_CLAIM"}),
     ((2, 3), {"claimMode": "NO_CLAIM"})],
)
def test_a_savepoint_is_never_given_away(version: Tuple[int, int], claim: Any) -> None:
    assert restore_body(Version("x", version), "s3://a", False) == {"savepointPath": "s3://a", "allowNonRestoredState": False, **claim}


@responses.activate
@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ({"root-exception": None, "timestamp": None, "all-exceptions": []}, Failure("", 0)),
        ({"root-exception": "A: b", "timestamp": 7, "exceptionHistory": {"entries": [{"stacktrace": "C: d", "timestamp": 8}]}}, Failure("A: b", 7)),
        ({"exceptionHistory": {"entries": [{"exceptionName": "A", "stacktrace": "A: b", "timestamp": 7}], "truncated": True}}, Failure("A: b", 7)),
        ({"exceptionHistory": {"entries": [], "truncated": False}}, Failure("", 0)),
    ],
    ids=["none", "1.13", "2.0", "none-2.0"],
)
def test_what_a_job_failed_with_last(answer: Any, failure: Failure) -> None:
    responses.get(f"{A}/jobs/1/exceptions", json=answer)
    assert flink()[0].last_failure("1") == failure


@pytest.mark.parametrize(
    ("argument", "said"), [('a"b', "takes no quotes and commas"), ("a,b", "takes no quotes and commas"), ("x" * 3001, "3001 bytes long")]
)
def test_arguments_that_an_old_version_cannot_be_told(argument: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        run_body(Version("1.6.4", (1, 6)), None, [argument], None, None)
    assert run_body(Version("1.7.2", (1, 7)), None, [argument], None, None) == {"programArgsList": [argument]}


@responses.activate
def test_what_1_5_0_takes_in_no_body_goes_into_the_address() -> None:
    address = f"{A}/jars/x.jar/run"
    responses.post(address, status=400, json={"errors": ["Request did not match expected format EmptyRequestBody."]})
    responses.post(address, json={"jobid": "f" * 32})
    body = {"entryClass": "C", "parallelism": 2, "programArgs": "--a b", "savepointPath": "file:/s", "allowNonRestoredState": False}
    assert flink()[0].run(UploadedJar(A, "x.jar"), {**body, "allowNonRestoredState": True}, 5) == "f" * 32
    query = "entry-class=C&parallelism=2&program-args=--a+b&savepointPath=file%3A%2Fs&allowNonRestoredState=true"
    assert [responses.calls[1].request.url, responses.calls[1].request.body] == [f"{address}?{query}", b"{}"]


def test_small_things() -> None:
    assert rest_urls(["a", "a:8081", "https://b/flink"]) == ["http://a:8081", "https://b/flink"]
    with pytest.raises(InputError, match="urls is empty"):
        rest_urls([])
    assert failure_of("") == "Flink names no exception"
    assert failure_of("a.B: x\n\tat y\nCaused by: c.D: z\n\tat w\n") == "c.D: z"


@responses.activate
@pytest.mark.parametrize("trouble", [{"status": 400}, {"status": 404}, {"body": requests.exceptions.ConnectionError("Connection refused")}])
def test_a_jar_that_is_gone_is_deleted(trouble: Any) -> None:
    responses.delete(f"{A}/jars/7_job.jar", **trouble)
    flink()[0].delete_jar(UploadedJar(A, "7_job.jar"))
    assert len(responses.calls) == 1
    responses.replace("DELETE", f"{A}/jars/7_job.jar", status=500)
    with pytest.raises(HttpError, match="500"):
        flink()[0].delete_jar(UploadedJar(A, "7_job.jar"))


@responses.activate
@pytest.mark.parametrize("answer", [{}, [], {"filename": None, "jobid": ""}])
def test_an_answer_without_what_was_asked_for_is_told_in_words(tmp_path: Path, answer: Any) -> None:
    jar = tmp_path / "job.jar"
    jar.write_bytes(b"x")
    responses.post(f"{A}/jars/upload", json=answer)
    responses.post(f"{A}/jars/7_job.jar/run", json=answer)
    with pytest.raises(FlinkError, match="POST http://a:8081/jars/upload answered without filename; is a JobManager listening there"):
        flink()[0].upload(str(jar), 5)
    with pytest.raises(FlinkError, match="answered without jobid"):
        flink()[0].run(UploadedJar(A, "7_job.jar"), {}, 5)
