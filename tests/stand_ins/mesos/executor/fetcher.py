# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the URIs of a command into the sandbox with the programs of the host that mesos-fetcher calls.

Local files are copied by `cp`, and a single .gz is unpacked by `gunzip`. Archives are read in-process, as libarchive does it in the
real one, which Mesos builds without bzip2 and xz: those two are piped through the programs `bzip2` and `xz`. Mesos before 1.7 ran
`tar` and `unzip`.

Knows http, https, ftp, file:// and absolute paths. Does not use the cache, and does not run hadoop for hdfs:// and the like.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import tarfile
import urllib.parse
import urllib.request
import zipfile
from typing import Any, Dict, List

from ..daemon import LOG
from .programs import NotStarted, run

ARCHIVES = (".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".zip")
# What an archive begins with, and the program that libarchive then pipes it through.
FILTERS = {b"BZh": ["bzip2", "-d"], b"\xfd7zXZ\x00": ["xz", "-d", "-qq"]}


class FetchError(Exception):
    """Why a URI could not be had."""


def basename(uri: str) -> str:
    """The name of the file in the sandbox."""
    path = urllib.parse.urlsplit(uri).path if "://" in uri else uri
    name = os.path.basename(path)
    if not name or name in (".", ".."):
        raise FetchError(f"Failed to determine the basename of the URI '{uri}'")
    return name


def copy(source: str, target: str) -> None:
    """A local file."""
    if os.path.isdir(source):
        raise FetchError("`source` was a directory")
    try:
        status = run(["cp", source, target], stdout=None, stderr=None).returncode
    except NotStarted as error:
        status = error.status
    if status:
        raise FetchError(f"cp failed with status: {status << 8}")


def download(uri: str, target: str, stall_seconds: float) -> None:
    """One URI into one file."""
    if uri.startswith("file://") or uri.startswith("/"):
        copy(uri[len("file://") :] if uri.startswith("file://") else uri, target)
        return
    scheme = uri.partition("://")[0]
    if scheme not in ("http", "https", "ftp", "ftps"):
        raise FetchError(f"Skipping fetch with Hadoop client: the stand-in fetches no '{scheme}' URIs: '{uri}'")
    LOG.info(f"Downloading resource from '{uri}' to '{target}'")
    context = ssl.create_default_context() if scheme == "https" else None
    try:
        with urllib.request.urlopen(uri, timeout=stall_seconds, context=context) as answer, open(target, "wb") as file:
            shutil.copyfileobj(answer, file, 1 << 20)
    except (OSError, ValueError) as error:
        raise FetchError(f"Error downloading resource '{uri}': {error}") from error


def extract(path: str, directory: str) -> bool:
    """Unpack an archive by the end of its name; False when it is none."""
    if path.endswith(ARCHIVES):
        try:
            unpack(path, directory)
        except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
            raise FetchError(f"Failed to extract archive '{path}' to '{directory}': {error}") from error
        return True
    if path.endswith(".gz"):
        gunzip(path, os.path.join(directory, os.path.basename(path)[:-3]))
        LOG.info(f"Extracted '{path}' into '{directory}'")
        return True
    return False


def gunzip(path: str, target: str) -> None:
    """A single packed file."""
    command = ["gunzip", "-d", "-c"]
    with open(path, "rb") as packed, open(target, "wb") as file:
        try:
            status = run(command, stdin=packed, stdout=file, stderr=None).returncode
        except NotStarted as error:
            LOG.error(str(error))
            status = error.status
    if status:
        raise FetchError(f"Failed to extract '{path}': '{' '.join(command)}' failed: exited with status {status}")


class Tar(tarfile.TarFile):
    """Leaves owners as they come, as libarchive does unless it is told otherwise."""

    def chown(self, *arguments: Any, **options: Any) -> None:
        """Not at all."""


def unpack(path: str, directory: str) -> None:
    """An archive of any kind: it is told by its content, not by its name."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                unpacked = archive.extract(member, directory)
                mode = member.external_attr >> 16 & 0o7777
                if mode and not member.is_dir():
                    os.chmod(unpacked, mode)
        return
    with open(path, "rb") as file:
        begin = file.read(8)
    command = next((program for magic, program in FILTERS.items() if begin.startswith(magic)), None)
    if command is None:
        with Tar.open(path) as tar:
            tar.extractall(directory)
        return
    with open(path, "rb") as file:
        try:
            pipe = subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE)
        except OSError as error:
            raise FetchError(f"Can't initialize filter; unable to spawn program \"{' '.join(command)}\"") from error
        with pipe, Tar.open(fileobj=pipe.stdout, mode="r|") as tar:
            tar.extractall(directory)


def fetch_all(uris: List[Dict[str, Any]], sandbox: str, stall_seconds: float) -> None:
    """All URIs of a command, in order."""
    for uri in uris:
        value = uri["value"].strip()
        LOG.info(f"Fetching URI '{value}'")
        target = os.path.join(sandbox, uri.get("output_file") or basename(value))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            download(value, target, stall_seconds)
            if uri.get("executable"):
                os.chmod(target, 0o755)
            elif uri.get("extract", True) and not extract(target, sandbox):
                LOG.warning(
                    "Copying instead of extracting resource from URI with 'extract' flag, because it does not seem to be an archive: " + value
                )
        except FetchError as error:
            raise FetchError(f"Failed to fetch '{value}': {error}") from error
        LOG.info(f"Fetched '{value}' to '{target}'")
