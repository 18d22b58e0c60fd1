# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP around the core: basic authentication, the proxy without a leader, the event stream, the archive."""

from __future__ import annotations

import base64
import http.client
import json
import tarfile

import pytest

from tests.stand_ins.marathon.pack import pack
from tests.stand_ins.marathon.web import Site, serve


@pytest.fixture
def site():
    """A server that leads nothing yet, and a function that asks it."""
    made = Site("127.0.0.1:1", None, 2.0, 2.0)
    server = serve(made, "127.0.0.1", 0)

    def ask(method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return connection.getresponse()

    made.ask = ask
    yield made
    server.server_close()


def test_without_a_leader_everything_is_502(site):
    answer = site.ask("GET", "/ping")
    assert answer.status == 502 and json.loads(answer.read()) == {"message": "Could not determine the current leader"}


def test_a_dead_leader_is_502_and_a_loop_too(site):
    site.leader = lambda: "127.0.0.1:9"
    assert site.ask("GET", "/v2/info").status == 502
    assert b"loop" in site.ask("GET", "/v2/info", X_Marathon_Via="1.1 127.0.0.1:1").read()


def test_basic_authentication_covers_ping(site, cluster):
    site.answer, site.credentials = cluster.api.answer, ("user", "pa:ss")
    answer = site.ask("GET", "/ping")
    assert (answer.status, answer.getheader("WWW-Authenticate")) == (401, 'basic realm="null"')
    assert answer.getheader("Content-Type").startswith("text/html") and b"401" in answer.read()
    wrong = base64.b64encode(b"user:no").decode()
    assert site.ask("GET", "/ping", Authorization=f"Basic {wrong}").status == 401
    right = base64.b64encode(b"user:pa:ss").decode()
    assert site.ask("GET", "/ping", Authorization=f"Basic {right}").read() == b"pong"


def test_post_over_the_wire_and_no_content(site, cluster):
    site.answer = cluster.api.answer
    answer = site.ask("POST", "/v2/apps", json.dumps({"id": "/a", "cmd": "sleep 1"}))
    assert answer.status == 201 and answer.getheader("Marathon-Deployment-Id") and answer.getheader("X-Marathon-Leader") == "http://127.0.0.1:28080"
    gone = site.ask("DELETE", "/v2/queue/a/delay")
    assert gone.status == 204 and gone.read() == b""


def test_events(site, cluster):
    site.answer, site.events = cluster.api.answer, cluster.core.events
    assert site.ask("GET", "/v2/events").status == 405
    stream = site.ask("GET", "/v2/events?event_type=deployment_info&event_type=status_update_event", Accept="text/event-stream")
    assert stream.status == 200 and stream.getheader("Content-Type").startswith("text/event-stream")
    cluster.create(id="/a")
    assert stream.readline() == b"event: deployment_info\r\n"
    assert json.loads(stream.readline()[len(b"data: ") :])["eventType"] == "deployment_info"
    stream.readline()
    info = cluster.give()[0]
    cluster.status(info, "TASK_RUNNING")
    assert stream.readline() == b"event: status_update_event\r\n"
    assert json.loads(stream.readline()[len(b"data: ") :])["taskId"] == info["task_id"]["value"]


def test_metrics(cluster):
    cluster.create(id="/a")
    assert cluster.get("/metrics")["gauges"]["marathon.apps.active.gauge"] == {"value": 1}


def test_archive_has_the_vendors_layout(tmp_path):
    archive = pack(tmp_path)
    with tarfile.open(archive) as tar:
        members = {member.name: member for member in tar.getmembers()}
        script = tar.extractfile("marathon-1.11.24-stand-in/bin/marathon").read()
    assert archive.name == "marathon-1.11.24.tgz" and members["marathon-1.11.24-stand-in/bin/marathon"].mode == 0o755
    assert script.startswith(b"#!/bin/sh\n") and {name.split("/")[1] for name in members} == {"bin", "lib"}
