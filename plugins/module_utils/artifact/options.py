# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module artifact_release, for the host and for the action plugin, which both have to read them alike."""

from __future__ import annotations

from typing import Any, Dict

from .parts import FORMATS, SOURCES


def artifact_release_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/modules/artifact_release.py documents."""
    part = dict(
        source=dict(type="str", required=True, choices=list(SOURCES)),
        url=dict(type="str"),
        path=dict(type="str"),
        coordinates=dict(type="list", elements="str"),
        transitive=dict(type="bool", default=False),
        management=dict(type="list", elements="str"),
        exclusions=dict(type="list", elements="str"),
        manifest=dict(type="str"),
        package=dict(type="str"),
        version=dict(type="str"),
        format=dict(type="str", choices=list(FORMATS)),
        platform=dict(type="str"),
        image=dict(type="str"),
        checksum=dict(type="str"),
        archive=dict(type="bool"),
        include=dict(type="list", elements="str"),
        strip=dict(type="int", default=0),
        dest=dict(type="str", default=""),
    )
    payload = dict(
        path=dict(type="path"),
        url=dict(type="str"),
        direct=dict(type="bool", default=False),
        filename=dict(type="str", required=True),
        sha256=dict(type="str", required=True),
        size=dict(type="int", required=True),
        container=dict(type="str", choices=["file", "set"], default="file"),
    )
    return dict(
        name=dict(type="str", required=True),
        version=dict(type="str", required=True),
        state=dict(type="str", choices=["present", "rolled_back"], default="present"),
        parts=dict(type="list", elements="dict", default=[], options=part),
        remove=dict(type="list", elements="str", default=[]),
        executable=dict(type="list", elements="str", default=[]),
        root=dict(type="path", default="/opt"),
        owner=dict(type="str", default="root"),
        group=dict(type="str", default="root"),
        switch=dict(type="bool", default=True),
        keep=dict(type="int", default=2),
        cache=dict(type="str", default="~/.cache/baremetal.flink"),
        delivery=dict(type="str", choices=["push", "pull"], default="push"),
        mirror_url=dict(type="str"),
        mirror_host=dict(type="str"),
        mirror_address=dict(type="str"),
        mirror_port=dict(type="int", default=8765),
        mirror_root=dict(type="path", default="/var/cache"),
        digest=dict(type="str"),
        payloads=dict(type="list", elements="dict", options=payload),
    )
