# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import gzip
import http.server
import threading

import pytest
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.download import download
from ansible_collections.baremetal.flink.plugins.module_utils.artifact.parts import ArtifactError


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        status, body, length = self.server.answers.pop(0)
        self.send_response(status)
        for header in self.server.headers.items():
            self.send_header(*header)
        self.send_header("Content-Length", str(length if length is not None else len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        self.server.logged = arguments


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.asked, running.answers, running.headers = 0, [], {}
        running.url = f"http://127.0.0.1:{running.server_port}/x.tgz"
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def get(server, tmp_path, **kwargs):
    pauses = []
    download(server.url, str(tmp_path / "x"), sleep=pauses.append, timeout=5, **kwargs)
    return pauses


def test_content_arrives(server, tmp_path):
    server.answers = [(200, b"content", None)]
    assert get(server, tmp_path) == []
    assert (tmp_path / "x").read_bytes() == b"content"


def test_what_the_server_calls_encoded_stays_as_it_is(server, tmp_path):
    archive = gzip.compress(b"content")
    server.headers["Content-Encoding"] = "gzip"
    server.answers = [(200, archive, None)]
    assert get(server, tmp_path) == []
    assert (tmp_path / "x").read_bytes() == archive


@pytest.mark.parametrize("answers", [[(404, b"", None)], [(500, b"", None)] * 3, [(200, b"half", 100)] * 3])
def test_credentials_are_not_shown(server, tmp_path, answers):
    server.answers = answers
    server.url = server.url.replace("//", "//ann:s3cret@") + "?token=s3cret"
    with pytest.raises(ArtifactError, match="127.0.0.1") as caught:
        get(server, tmp_path)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["odd://ann:s3cret@h/x", "http://ann:s3cret@h:port/x", "http://ann:s3cret@[h/x"])
def test_nor_are_those_of_a_url_that_is_none(tmp_path, url):
    with pytest.raises(ArtifactError) as caught:
        download(url, str(tmp_path / "x"), sleep=lambda seconds: None)
    assert "s3cret" not in str(caught.value)


def test_passing_trouble_is_tried_again(server, tmp_path):
    server.answers = [(503, b"", None), (200, b"half", 100), (200, b"whole", None)]
    assert len(get(server, tmp_path)) == 2
    assert (tmp_path / "x").read_bytes() == b"whole"


def test_wrong_url_is_not_tried_again(server, tmp_path):
    server.answers = [(404, b"", None)]
    with pytest.raises(ArtifactError, match="answered 404 Not Found. Correct the URL or the version"):
        get(server, tmp_path)
    assert server.asked == 1


def test_lasting_trouble_is_said(server, tmp_path):
    server.answers = [(500, b"", None)] * 3
    with pytest.raises(ArtifactError, match="the server answered 500 .*3 attempts.*mirror"):
        get(server, tmp_path)


def test_unreachable_server(tmp_path):
    with pytest.raises(ArtifactError, match="http://127.0.0.1:1/x cannot be had from here: .*127.0.0.1:1 can be reached"):
        download("http://127.0.0.1:1/x", str(tmp_path / "x"), sleep=lambda seconds: None)


def test_not_a_url(tmp_path):
    with pytest.raises(ArtifactError, match="is not a URL"):
        download("nonsense", str(tmp_path / "x"), sleep=lambda seconds: None)


def test_full_disk(tmp_path):
    class Full:
        headers = {}

        def read(self, size):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ArtifactError, match="No space is left in"):
        download("http://h/x", str(tmp_path / "x"), opener=lambda url, **kwargs: Full())
