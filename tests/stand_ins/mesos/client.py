# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One kept connection to another daemon, for small JSON messages.

Does not follow redirects and tries a request once more only when a kept connection turned out closed.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
from typing import Any, Dict, Optional, Tuple


class Peer:
    """host:port, with an optional principal and secret."""

    def __init__(self, address: str, timeout: float, credential: Optional[Tuple[str, str]] = None) -> None:
        host, colon, port = address.rpartition(":")
        self.address = address
        self._connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
        self.headers = {"Content-Type": "application/json"}
        if credential:
            self.headers["Authorization"] = "Basic " + base64.b64encode(":".join(credential).encode()).decode()

    def post(self, path: str, message: Dict[str, Any]) -> Tuple[int, Any]:
        """Status and body (JSON, else text). OSError when there is no answer."""
        fresh = self._connection.sock is None
        try:
            return self._once(path, message)
        except (http.client.HTTPException, OSError) as error:
            self.close()
            if fresh or isinstance(error, socket.timeout):
                raise OSError(f"{self.address} does not answer: {error}") from error
        try:
            return self._once(path, message)
        except http.client.HTTPException as error:
            self.close()
            raise OSError(f"{self.address} does not answer: {error}") from error

    def _once(self, path: str, message: Dict[str, Any]) -> Tuple[int, Any]:
        self._connection.request("POST", path, json.dumps(message).encode(), self.headers)
        response = self._connection.getresponse()
        body = response.read()
        if (response.getheader("Content-Type") or "").startswith("application/json"):
            return response.status, json.loads(body)
        return response.status, body.decode("utf-8", "replace")

    def close(self) -> None:
        """Drop the connection."""
        self._connection.close()
