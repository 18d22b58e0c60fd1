# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an app does not come up, in words: last failure, refused offers, back-off, health checks, and who holds it."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..http_client import one_line
from ..mesos.sandbox import Sandboxes
from .rest import Marathon

# The steps in which Marathon looks at an offer, as /v2/queue names them.
REJECTIONS = {
    "UnfulfilledRole": "are for another role than the app's {role}",
    "UnfulfilledConstraint": "do not fulfil the constraints {constraints}",
    "NoCorrespondingReservationFound": "have no reservation for its volumes",
    "AgentMaintenance": "come from agents in maintenance",
    "InsufficientCpus": "have less than {cpus:g} cpus",
    "InsufficientMemory": "have less than {mem:g} MiB of memory",
    "InsufficientDisk": "have less than {disk:g} MiB of disk",
    "InsufficientGpus": "have less than {gpus} gpus",
    "InsufficientPorts": "do not have its ports{ports}",
    "DeclinedScarceResources": "have gpus, which are kept for apps that ask for them",
}
WAITING_STATES = {
    "TASK_STAGING": "is being fetched and started",
    "TASK_STARTING": "is starting",
    "TASK_UNREACHABLE": "cannot be reached, its agent is lost",
    "TASK_KILLING": "is being killed",
}


def reasons(
    app: Mapping[str, Any], queue: List[Dict[str, Any]], deployments: List[Dict[str, Any]], written: Sequence[str] = ()
) -> List[str]:
    """Sentences that say why the app is not as declared, the most telling first; empty when nothing points to a cause.

    ``written`` is what its tasks wrote themselves.
    """
    found = [failure_words(app.get("lastTaskFailure"), app.get("version")), *health_words(app), *written]
    found += [offer_words(item) for item in queue if (item.get("app") or {}).get("id") == app["id"]]
    found += [
        f"task {task['id']} on {task.get('host')} {WAITING_STATES[task['state']]}"
        for task in app.get("tasks") or [] if task.get("state") in WAITING_STATES
    ]
    mine = {each["id"] for each in app.get("deployments") or []}
    found += [deployment_words(each) for each in deployments if each["id"] in mine]
    return [each for each in found if each]


def look(marathon: Marathon, app: Mapping[str, Any], sandboxes: Optional[Sandboxes] = None) -> List[str]:
    """reasons() for an app, with what Marathon has to say at the moment, and the agents of its tasks if ``sandboxes`` are given."""
    return reasons(app, marathon.queue(), marathon.deployments(), written(app, sandboxes) if sandboxes else ())


def leading_master(marathon: Marathon) -> Optional[str]:
    """Where the master is that Marathon is registered with; None while it is with none."""
    return (marathon.info().get("marathon_config") or {}).get("mesos_leader_ui_url")


def written(app: Mapping[str, Any], sandboxes: Sandboxes) -> List[str]:
    """The last words on stderr of a task that is not healthy, and of the one that failed last."""
    failure = app.get("lastTaskFailure") or {}
    older = app.get("version") and failure.get("version") and failure["version"] < app["version"]
    suspects = [task for task in app.get("tasks") or [] if is_unhealthy(app, task)][:1]
    suspects += [{**failure, "id": failure["taskId"]}] if failure.get("taskId") and not older else []
    known = {task["id"]: task for task in suspects if task.get("slaveId")}
    said = [sandboxes.last_words(task["id"], task["slaveId"], task.get("host", "")) for task in known.values()]
    return [each for each in said if each]


def is_unhealthy(app: Mapping[str, Any], task: Mapping[str, Any]) -> bool:
    """Whether a task of an app with health checks has not passed all that it was given, or none yet."""
    results = task.get("healthCheckResults") or []
    return bool(app.get("healthChecks")) and task.get("state") == "TASK_RUNNING" and not (results and all(each.get("alive") for each in results))


def failure_words(failure: Optional[Mapping[str, Any]], version: Optional[str] = None) -> str:
    """The last failure of a task; one of an older version of the app is marked as such."""
    if not failure:
        return ""
    older = " (an older version of the app)" if version and failure.get("version") and failure["version"] < version else ""
    message = one_line(failure.get("message") or "no message", 300)
    return f"the last task to fail was {failure['state']} on {failure.get('host')} at {failure.get('timestamp')}{older}: {message}"


def health_words(app: Mapping[str, Any]) -> List[str]:
    """The failing health checks of the app's tasks."""
    found = []
    for task in app.get("tasks") or []:
        for result in task.get("healthCheckResults") or []:
            if not result.get("alive") and (result.get("lastFailure") or result.get("consecutiveFailures")):
                cause = one_line(result.get("lastFailureCause") or "no cause given", 300)
                times = result.get("consecutiveFailures") or 0
                found.append(f"the health check of task {task['id']} on {task.get('host')} has failed {times} times in a row: {cause}")
            elif not result.get("alive"):
                found.append(f"the health check of task {task['id']} on {task.get('host')} has not passed yet")
    if app.get("healthChecks") and not found:
        silent = [task for task in app.get("tasks") or [] if task.get("state") == "TASK_RUNNING" and not task.get("healthCheckResults")]
        found += [f"the health check of task {task['id']} on {task.get('host')} has no result yet" for task in silent]
    return found


def offer_words(item: Mapping[str, Any]) -> str:
    """What a queue entry says about the offers that the app needs, or about the delay of its next start."""
    delay = item.get("delay") or {}
    seconds = delay.get("timeLeftSeconds") or 0
    if seconds > 0 and not delay.get("overdue"):
        return f"its next start waits another {seconds} s, as the last ones failed (backoffSeconds, backoffFactor)"
    summary = item.get("processedOffersSummary") or {}
    waiting = f"{item.get('count', 0)} of its instances wait for an offer"
    if not summary.get("processedOffersCount"):
        return f"{waiting}, and Mesos has made none: are agents registered, with resources left for role {item.get('role', '*')}?"
    steps = summary.get("rejectSummaryLastOffers") or []
    refused = [step for step in steps if step.get("declined")]
    if not refused:
        return "" if summary.get("lastUsedOfferAt") and not summary.get("unusedOffersCount") else waiting
    words = " and ".join(f"{step['declined']} {rejection_words(step['reason'], item.get('app') or {}, step['declined'])}" for step in refused)
    return f"{waiting}; of the last {max(step.get('processed', 0) for step in steps)} offers {words}"


def rejection_words(reason: str, app: Mapping[str, Any], count: int = 2) -> str:
    """What a step of the queue's summary means for this app; a step that is not known is quoted."""
    ports = [str(each["port"]) for each in app.get("portDefinitions") or [] if each.get("port")] if app.get("requirePorts") else []
    constraints = ", ".join(":".join(each) for each in app.get("constraints") or []) or "of the app"
    words = REJECTIONS.get(reason, f"were refused for {reason}").format(
        role=app.get("role", "*"), constraints=constraints, cpus=app.get("cpus", 0), mem=app.get("mem", 0), disk=app.get("disk", 0),
        gpus=app.get("gpus", 0), ports=f" ({', '.join(ports)})" if ports else "",
    )
    if count == 1:
        for plural, singular in (("are ", "is "), ("do not ", "does not "), ("have ", "has "), ("come ", "comes "), ("were ", "was ")):
            if words.startswith(plural):
                return singular + words[len(plural):]
    return words


def deployment_words(deployment: Mapping[str, Any]) -> str:
    """What a deployment is doing."""
    actions = deployment.get("currentActions") or []
    doing = ", ".join(f"{each.get('action')} {each.get('app') or each.get('pod') or ''}".strip() for each in actions)
    waiting = [
        f"readiness check {result.get('name')} of task {result.get('taskId')} is not ready"
        + (f" (answered {result['lastResponse']['status']})" if result.get("lastResponse") else "")
        for each in actions for result in each.get("readinessCheckResults") or [] if not result.get("ready")
    ]
    step = f"step {deployment.get('currentStep')} of {deployment.get('totalSteps')}"
    said = f"deployment {deployment['id']} of {deployment.get('version')} is at {step}" + (f": {doing}" if doing else "")
    return "; ".join([said, *waiting])


def holder_words(ids: List[str], deployments: List[Dict[str, Any]]) -> str:
    """Who holds a lock, as far as Marathon still knows."""
    known = {each["id"]: each for each in deployments}
    said = []
    for each in ids:
        if each in known:
            affected = ", ".join(known[each].get("affectedApps") or []) or "no app"
            said.append(f"{deployment_words(known[each])}; it affects {affected}")
        else:
            said.append(f"deployment {each}, which has ended meanwhile")
    return " and ".join(said)
