# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the jobs that an inventory declares can be what is meant, judged before any of them is touched."""

from __future__ import annotations

from typing import Any, List

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...errors import InputError
from ..rest import flink_rest_argument_spec
from .identity import check_name
from .options import WITH_JAR, flink_job_argument_spec

#: Options that the role sets for all jobs.
NOT_PER_JOB = ("history_dir", "hdfs", "keep", *flink_rest_argument_spec())


def jobs_problems(jobs: Any) -> List[str]:
    """What is wrong with the list, a sentence each; empty when nothing is."""
    if not isinstance(jobs, list):
        return ["flink_jobs is not a list; write one dictionary for each job"]
    problems: List[str] = []
    names: List[str] = []
    spec = {name: option for name, option in flink_job_argument_spec().items() if name not in NOT_PER_JOB}
    for position, job in enumerate(jobs, start=1):
        if not isinstance(job, dict):
            problems.append(f"entry {position} of flink_jobs is not a dictionary; write the options of one job")
        elif not job.get("name"):
            problems.append(f"entry {position} of flink_jobs has no name; give each job one")
        else:
            names.append(str(job["name"]))
            problems += [f"the job {job['name']} of flink_jobs: {said.rstrip('.')}" for said in _job_problems(job, spec)]
            problems += _jar_problems(job)
    twice = sorted({name for name in names if names.count(name) > 1})
    return problems + ([f"flink_jobs names {', '.join(twice)} more than once; a name is for one job"] if twice else [])


def _job_problems(job: Any, spec: Any) -> List[str]:
    checked = ArgumentSpecValidator(spec).validate(dict(job))
    unknown = sorted(set(job) - set(spec))
    found = [f"{', '.join(unknown)} is no option of a job; they are {', '.join(sorted(spec))}"] if unknown else []
    found += [said for said in checked.error_messages if "upported parameters" not in said]
    try:
        check_name(str(job["name"]))
    except InputError as error:
        found.append(error.message)
    return found


def _jar_problems(job: Any) -> List[str]:
    if job.get("jar") and job.get("jar_src"):
        return [f"the job {job['name']} of flink_jobs has jar and jar_src; jar is on the host or a URL, jar_src on the controller"]
    if job.get("state", "running") in WITH_JAR and not job.get("jar") and not job.get("jar_src"):
        return [f"the job {job['name']} of flink_jobs has neither jar nor jar_src; say where its jar is"]
    return []
