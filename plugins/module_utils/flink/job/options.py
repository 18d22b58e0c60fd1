# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module flink_job, and what they must be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Mapping, Optional

from ...errors import InputError
from ...hdfs.webhdfs import WebHdfs, named_user
from ...http_client import HttpClient, HttpSettings
from ..rest import flink_rest_argument_spec
from .identity import check_name
from .savepoint import CANONICAL, FORMATS

STATES = ("running", "finished", "stopped", "cancelled")
RESTARTS = ("from_state", "from_nothing", "never")
WITH_JAR = ("running", "finished")


def declared_jobs_argument_spec() -> Dict[str, Dict[str, Any]]:
    """Where jobs that are declared have their records, how HDFS is read for them, and for how long each thing is waited."""
    return dict(
        history_dir=dict(type="path", default="/var/lib/flink/jobs"),
        hdfs=dict(type="dict", options=dict(
            namenodes=dict(type="list", elements="str", required=True), user=dict(type="str", default="hdfs"), ca_path=dict(type="path"),
            kerberos_principal=dict(type="str"), kerberos_keytab=dict(type="path", no_log=False))),
        timeout=dict(type="int", default=300),
    )


def flink_job_argument_spec() -> Dict[str, Dict[str, Any]]:
    """The options that plugins/modules/flink_job.py documents."""
    return dict(
        name=dict(type="str", required=True),
        state=dict(type="str", choices=list(STATES), default="running"),
        jar=dict(type="str"),
        jar_src=dict(type="str"),
        jar_checksum=dict(type="str"),
        entry_class=dict(type="str"),
        arguments=dict(type="list", elements="str", default=[]),
        parallelism=dict(type="int"),
        savepoint_dir=dict(type="str"),
        savepoint_format=dict(type="str", choices=list(FORMATS), default=CANONICAL),
        allow_non_restored=dict(type="bool", default=False),
        start_from=dict(type="str"),
        restart=dict(type="str", choices=list(RESTARTS), default="from_state"),
        rollback=dict(type="bool", default=True),
        keep=dict(type="int", default=3),
        settle=dict(type="int", default=10),
        **declared_jobs_argument_spec(),
        **flink_rest_argument_spec(),
    )


def web_hdfs(params: Mapping[str, Any]) -> Optional[WebHdfs]:
    """HDFS as the option ``hdfs`` names it; None without it."""
    options = params.get("hdfs")
    if not options:
        return None
    settings = HttpSettings.from_params(params)
    if options.get("ca_path"):
        settings = replace(settings, ca_path=options["ca_path"])
    if options.get("kerberos_principal") or options.get("kerberos_keytab"):
        # What Flink's REST server is shown is nothing for HDFS, and a ticket goes by a connection that proves the server.
        settings = replace(
            settings, kerberos_principal=options.get("kerberos_principal"), kerberos_keytab=options.get("kerberos_keytab"), client_cert=None,
            client_key=None, token=None, url_username=None, url_password=None, validate_certs=True)
    return WebHdfs(HttpClient(settings), options["namenodes"], named_user(options))


def check_options(params: Mapping[str, Any]) -> None:
    """Judge what the argument spec cannot.

    :raises InputError: an option cannot work.
    """
    check_name(params["name"])
    if params.get("jar_src") and not params.get("jar"):
        raise InputError("jar_src is a path on the controller, which only the action plugin reads; call baremetal.flink.flink_job by its full name")
    if params["state"] in WITH_JAR and not params.get("jar"):
        raise InputError(f"jar is missing; state {params['state']} needs the jar of the job")
    if params["timeout"] <= 0:
        raise InputError(f"timeout is {params['timeout']}; it must be more than 0 seconds")
    if params["settle"] < 0:
        raise InputError(f"settle is {params['settle']}; it must not be negative")
    if params["settle"] >= params["timeout"]:
        raise InputError(f"settle is {params['settle']} and timeout {params['timeout']}; a job cannot run undisturbed for longer than it is waited for")
    if params.get("parallelism") is not None and params["parallelism"] < 1:
        raise InputError(f"parallelism is {params['parallelism']}; it must be 1 or more")
    if params["keep"] < 1:
        raise InputError(f"keep is {params['keep']}; at least the release from before must be kept, so it must be 1 or more")
