# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only that silence is told apart; that Hadoop answers is for the tests with the real one."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Iterator

from ansible_collections.baremetal.flink.plugins.module_utils.hdfs.rpc import silence, silences


@contextlib.contextmanager
def listener(answer: bytes | None) -> Iterator[str]:
    """A port whose connections the kernel accepts; with `answer` a process takes them."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            link = server.accept()[0]
            with link:
                link.recv(100)
                link.sendall(answer or b"")

        if answer is not None:
            threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_process_that_is_stopped_accepts_and_does_not_answer() -> None:
    with listener(b"HTTP/1.1 404 Not Found") as answers, listener(b"") as closes, listener(None) as frozen:
        found = silences([answers, closes, frozen], timeout=0.3)
    assert found == {closes: "closes the connection", frozen: "does not answer within 0.3 s"}
    assert silence(frozen) == "does not listen"
    assert silence("no-such-host.invalid:1").startswith("cannot be reached (")
    assert silences([]) == {}
