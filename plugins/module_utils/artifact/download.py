# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One download over HTTP(S), FTP or file URL, the same on the controller and on the hosts.

It goes through Ansible's own ``open_url``: proxies and certificates are taken from where every other module takes them, and a
host needs no library for it.
"""

from __future__ import annotations

import errno
import http.client
import os
import socket
import time
import urllib.error
from typing import Any, Callable
from urllib.parse import urlsplit

from ansible.module_utils.urls import open_url

from ..urls import public_url
from .parts import BLOCK, ArtifactError

ATTEMPTS = 3
PAUSE_SECONDS = 2.0
TIMEOUT_SECONDS = 60


class _Again(Exception):
    """The transfer failed in a way that may pass."""


def download(
    url: str,
    target: str,
    opener: Callable[..., Any] = open_url,
    sleep: Callable[[float], None] = time.sleep,
    attempts: int = ATTEMPTS,
    timeout: float = TIMEOUT_SECONDS,
) -> None:
    """Write what a URL answers to ``target``; tries again when the connection fails or the server says 5xx."""
    shown = public_url(url)
    for attempt in range(1, attempts + 1):
        try:
            _transfer(url, target, opener, timeout)
            return
        except _Again as error:
            if attempt == attempts:
                raise ArtifactError(
                    f"{shown} cannot be had from here: {error} ({attempts} attempts). Check that {urlsplit(shown).netloc or shown} can be "
                    "reached from this machine, its proxy settings, or name a mirror that can."
                ) from error
            sleep(PAUSE_SECONDS * attempt)


def _transfer(url: str, target: str, opener: Callable[..., Any], timeout: float) -> None:
    shown = public_url(url)
    try:
        # What a server calls its encoding is as often the file's own form: the file is wanted as it is there.
        response = opener(url, timeout=timeout, http_agent="baremetal.flink", follow_redirects="safe", decompress=False)
        expected = response.headers.get("Content-Length")
        received = 0
        with open(target, "wb") as handle:
            while True:
                block = response.read(BLOCK)
                if not block:
                    break
                received += len(block)
                handle.write(block)
        if expected is not None and received != int(expected):
            raise _Again(f"the transfer stopped after {received} of {expected} bytes")
    except urllib.error.HTTPError as error:
        if error.code >= 500 or error.code in (408, 429):
            raise _Again(f"the server answered {error.code} {error.reason}") from error
        raise ArtifactError(f"{shown}: the server answered {error.code} {error.reason}. Correct the URL or the version.") from error
    except urllib.error.URLError as error:
        raise _Again(str(getattr(error.reason, "strerror", None) or error.reason)) from error
    except (socket.timeout, ConnectionError, http.client.HTTPException) as error:
        raise _Again(str(error) or type(error).__name__) from error
    except ValueError as error:
        raise ArtifactError(f"{shown} is not a URL that can be fetched: {str(error).replace(url, shown)}.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ArtifactError(
                f"No space is left in {os.path.dirname(target)} for {shown}; free some space and run again."
            ) from error
        raise _Again(str(error)) from error
