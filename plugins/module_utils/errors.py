# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one family of errors that the collection's modules turn into a failure message."""

from __future__ import annotations

import importlib
from typing import Any, Callable


class CollectionError(Exception):
    """Something that the person at the keyboard can act upon.

    ``message`` is one sentence that says what is wrong and what to change. ``details`` become further keys of the
    module's failed result, so they must be JSON-serialisable and free of secrets.
    """

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def add(self, clause: str) -> None:
        """Say one more thing in the same sentence."""
        self.message = f"{self.message.rstrip('.')}; {clause}"
        self.args = (self.message,)


class InputError(CollectionError):
    """An option, a variable or an inventory entry has a value that cannot work."""


class ZooKeeperError(CollectionError):
    """ZooKeeper cannot be reached, refused the request, or holds something that contradicts it."""


def need_library(library: str, sentence: str) -> None:
    """Raise InputError with the sentence where the host lacks a library that only what was asked for needs."""
    try:
        importlib.import_module(library)
    except ImportError:
        raise InputError(sentence) from None


def clean_up(error: Exception, step: Callable[[], object], what: str) -> None:
    """Call ``step``, which deletes ``what``, after ``error``. That one stays the error; that ``step`` failed as well is added to it."""
    try:
        step()
    except CollectionError as failure:
        if isinstance(error, CollectionError):
            error.add(f"besides, {what} could not be deleted: {failure}")
