# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the URIs of a command into the sandbox, as mesos-fetcher does.

Knows http, https, ftp, file:// and absolute paths. Does not use the cache, and does not run hadoop for hdfs:// and the like.
"""

from __future__ import annotations

import gzip
import os
import shutil
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from typing import Any, Dict, List

TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


class FetchError(Exception):
    """Why a URI could not be had."""


def say(text: str) -> None:
    """A line in the sandbox's stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def basename(uri: str) -> str:
    """The name of the file in the sandbox."""
    path = urllib.parse.urlsplit(uri).path if "://" in uri else uri
    name = os.path.basename(path)
    if not name or name in (".", ".."):
        raise FetchError(f"Failed to determine the basename of the URI '{uri}'")
    return name


def download(uri: str, target: str, stall_seconds: float) -> None:
    """One URI into one file."""
    if uri.startswith("file://") or uri.startswith("/"):
        source = uri[len("file://") :] if uri.startswith("file://") else uri
        try:
            shutil.copy(source, target)
        except (OSError, shutil.Error) as error:
            raise FetchError(f"Failed to copy '{source}': {error}") from error
        return
    scheme = uri.partition("://")[0]
    if scheme not in ("http", "https", "ftp", "ftps"):
        raise FetchError(f"Skipping fetch with Hadoop client: the stand-in fetches no '{scheme}' URIs: '{uri}'")
    say(f"Downloading resource from '{uri}' to '{target}'")
    context = ssl.create_default_context() if scheme == "https" else None
    try:
        with urllib.request.urlopen(uri, timeout=stall_seconds, context=context) as answer, open(target, "wb") as file:
            shutil.copyfileobj(answer, file, 1 << 20)
    except (OSError, ValueError) as error:
        raise FetchError(f"Error downloading resource '{uri}': {error}") from error


def extract(path: str, directory: str) -> bool:
    """Unpack an archive by the end of its name; False when it is none."""
    lower = path.lower()
    if lower.endswith(TAR):
        ran = subprocess.run(["tar", "-C", directory, "-xf", path], check=False, capture_output=True, text=True)
        if ran.returncode != 0:
            raise FetchError(f"Failed to extract '{path}': {ran.stderr.strip()}")
        return True
    if lower.endswith(".zip"):
        try:
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    unpacked = archive.extract(member, directory)
                    mode = member.external_attr >> 16 & 0o7777
                    if mode and not member.is_dir():
                        os.chmod(unpacked, mode)
        except (OSError, zipfile.BadZipFile) as error:
            raise FetchError(f"Failed to extract '{path}': {error}") from error
        return True
    if lower.endswith(".gz"):
        with gzip.open(path) as packed, open(path[:-3], "wb") as file:
            shutil.copyfileobj(packed, file)
        return True
    return False


def fetch_all(uris: List[Dict[str, Any]], sandbox: str, stall_seconds: float) -> None:
    """All URIs of a command, in order."""
    for uri in uris:
        value = uri["value"].strip()
        say(f"Fetching URI '{value}'")
        target = os.path.join(sandbox, uri.get("output_file") or basename(value))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        download(value, target, stall_seconds)
        if uri.get("executable"):
            os.chmod(target, 0o755)
        elif uri.get("extract", True) and extract(target, sandbox):
            say(f"Extracted '{target}' into '{sandbox}'")
        say(f"Fetched '{value}' to '{target}'")
