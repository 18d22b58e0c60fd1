# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service of the DC/OS catalogue as declared: installed, with these options and this version, and healthy; the logic of dcos_package."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, Callable, Dict, List, Mapping, Optional

from ..errors import CollectionError, InputError
from ..marathon.deployment import gone, patience_of, settled
from ..marathon.normal_form import absolute
from ..wait import Patience, WaitTimeout
from ..zookeeper.session import ARGUMENT_SPEC
from . import options as opts
from .cluster import Dcos, Declared, dcos_argument_spec, result
from .cosmos import CosmosError, Unclear
from .options import public
from .removal import absent

STATES = ("present", "absent")
# How often an app without health checks must be seen with the same tasks.
LOOKS = 3


def core(
    params: Mapping[str, Any],
    check_mode: bool,
    warn: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Dict[str, Any]:
    """What the module does; ``clock`` and ``sleep`` are given by tests."""
    if params["timeout"] < 0:
        raise InputError(f"timeout is {params['timeout']}; it must not be negative")
    if params["state"] == "present" and (params.get("framework") or params.get("zookeeper_state")):
        raise InputError("framework and zookeeper_state are for state absent; leave them out")
    declared = Declared.from_params(params)
    patience = patience_of(params["timeout"], clock, sleep)
    dcos = Dcos.from_params(params, clock, sleep)
    started = clock()
    wanted_absent = params["state"] == "absent"
    done = absent(params, declared, check_mode, warn, dcos, patience) if wanted_absent else present(declared, check_mode, warn, dcos, patience)
    return {**done, "url": dcos.url, "waited": round(clock() - started, 1)}


def present(declared: Declared, check_mode: bool, warn: Callable[[str], None], dcos: Dcos, patience: Patience) -> Dict[str, Any]:
    """Install the service, or bring its version and options into line, and wait until it is healthy.

    :raises InputError: the options do not fit the package, or Cosmos cannot get there.
    """
    cosmos = dcos.cosmos
    installed = cosmos.installed(declared.name)
    app_id, definition = declared.app_id, None
    if app_id is None:
        definition = cosmos.describe(declared.name, declared.version)
        app_id = declared.default_id(definition.get("config"))
    if app_id in installed:
        return _keep(declared, app_id, check_mode, dcos, patience)
    definition = definition or cosmos.describe(declared.name, declared.version)
    if not definition.get("marathon"):
        raise InputError(f"Package {declared.name} {definition['version']} has no service to install; it only brings commands for the dcos CLI")
    cleaned = _fitting(declared, definition)
    options = opts.without_nulls(cleaned)
    rendered = cosmos.render(declared.name, definition["version"], options, declared.own_id)
    app_id = absolute(rendered["id"])
    if app_id in installed:
        return _keep(declared, app_id, check_mode, dcos, patience)
    return _install(declared, app_id, definition, options, check_mode, warn, dcos, patience)


def _install(
    declared: Declared, app_id: str, definition: Mapping[str, Any], options: Mapping[str, Any], check_mode: bool,
    warn: Callable[[str], None], dcos: Dcos, patience: Patience,
) -> Dict[str, Any]:
    version, after = definition["version"], opts.resolve(definition.get("config"), options)
    answer: Dict[str, Any] = {"postInstallNotes": definition.get("postInstallNotes")}
    if declared.own_id and absolute(opts.service_name(after) or app_id) != app_id:
        warn(
            f"The id {app_id} is given by app_id and not by service.name in options, which Cosmos goes by when options are updated, "
            "so it will refuse to update this service"
        )
    if not check_mode:
        try:
            answer = dcos.cosmos.install(declared.name, version, options, declared.own_id)
        except CosmosError as error:
            if error.kind not in ("PackageAlreadyInstalled", "ServiceAlreadyStarted") or app_id not in dcos.cosmos.installed(declared.name):
                raise
            # Somebody else was faster.
            return _keep(declared, app_id, check_mode, dcos, patience)
        except Unclear:
            if app_id not in dcos.cosmos.installed(declared.name):
                raise
        found = dcos.cosmos.installed(declared.name).get(app_id)
        if found != version:
            raise CollectionError(f"Cosmos took the installation of {declared.name} {version}, but lists {app_id} as {found or 'absent'} now; run again")
    done = result(declared, app_id, version, after, None, None, opts.leaf_paths(after))
    done.update(created=True, notes=answer.get("postInstallNotes"))
    return {**done, **_healthy(declared, app_id, None, check_mode, dcos, patience)}


def _keep(declared: Declared, app_id: str, check_mode: bool, dcos: Dcos, patience: Patience) -> Dict[str, Any]:
    """A service that is there: update what differs."""
    service = dcos.cosmos.service(app_id)
    package, stored = service["package"], service.get("userProvidedOptions")
    current, before = package["version"], service.get("resolvedOptions")
    target = declared.version or current
    definition = package
    if target != current:
        _possible(declared, app_id, current, target, [*(service.get("upgradesTo") or []), *(service.get("downgradesTo") or [])])
        definition = dcos.cosmos.describe(declared.name, target)
    cleaned = _fitting(declared, definition, base={} if declared.exclusive else stored or {})
    if stored is None and not declared.exclusive and (cleaned or target != current):
        raise InputError(
            f"DC/OS has not kept the options that {app_id} was installed with, so they cannot be compared or added to; "
            "set exclusive to true and give all options of the service"
        )
    options = opts.without_nulls(cleaned if declared.exclusive else opts.merge(stored or {}, cleaned))
    unknown = stored is None and not declared.exclusive
    after = {} if unknown else opts.resolve(definition.get("config"), options)
    fields = [] if unknown else opts.changed_paths(before or {}, after)
    changed = target != current or bool(fields)
    deployment = None
    if changed:
        _same_id(declared, app_id, target, options, dcos)
        if not check_mode:
            deployment = _update(declared, app_id, target if target != current else None, options, cleaned, after, dcos)
    done = result(declared, app_id, target, after, current, before, fields)
    done.update(changed=changed, deployment_id=deployment)
    return {**done, **_healthy(declared, app_id, deployment, check_mode, dcos, patience)}


def _update(
    declared: Declared, app_id: str, version: Optional[str], options: opts.Options, cleaned: opts.Options, after: opts.Options, dcos: Dcos
) -> Optional[str]:
    """Send the change, look whether it was made, and return the id of its deployment if it is known."""
    # What is null goes back to the default, which merging cannot do.
    replace = declared.exclusive or opts.has_nulls(cleaned)
    deployment = None
    unclear: Optional[Unclear] = None
    try:
        deployment = dcos.cosmos.update(app_id, options if replace else cleaned, replace, version).get("marathonDeploymentId")
    except Unclear as error:
        unclear = error
    now = dcos.cosmos.service(app_id)
    different = opts.changed_paths(now.get("resolvedOptions") or {}, after)
    if different or (version and now["package"]["version"] != version):
        if unclear:
            raise unclear
        what = ", ".join(different) or "version"
        raise CollectionError(f"Cosmos took the update of {app_id}, but shows other values of {what} now; somebody else may change the service")
    return deployment


def _healthy(declared: Declared, app_id: str, deployment: Optional[str], check_mode: bool, dcos: Dcos, patience: Patience) -> Dict[str, Any]:
    """Wait for the deployment and for health, where that is wanted, and return the tasks."""
    if check_mode or not declared.wait:
        return {"tasks": dcos.tasks(app_id)}
    if deployment:
        # settled() looks once more, and tells why the app is not as declared.
        with suppress(WaitTimeout):
            gone(dcos.marathon, [deployment], patience)
    return {"tasks": dcos.tasks_of(settled(dcos.marathon, app_id, patience, LOOKS))}


def _fitting(declared: Declared, definition: Mapping[str, Any], base: Optional[Mapping[str, Any]] = None) -> opts.Options:
    """The declared options with their types put right.

    :raises InputError: they do not fit the package; ``faults`` has a sentence for each.
    """
    config = definition.get("config")
    cleaned, faults = opts.check(declared.options, config)
    faults += opts.missing(opts.resolve(config, opts.without_nulls(opts.merge(base or {}, cleaned))), config)
    if faults:
        raise InputError(f"The options do not fit package {declared.name} {definition['version']}: {'; '.join(faults)}", faults=faults)
    return cleaned


def _possible(declared: Declared, app_id: str, current: str, target: str, possible: List[str]) -> None:
    if target in possible:
        return
    there = f"it can go to {', '.join(possible)}" if possible else "to no other version at all"
    raise InputError(
        f"DC/OS cannot bring {app_id} from version {current} of {declared.name} to {target} as it runs, {there}; "
        "take savepoints of its jobs, uninstall it (state: absent) and install the other version",
        possible_versions=possible,
    )


def _same_id(declared: Declared, app_id: str, version: str, options: Mapping[str, Any], dcos: Dcos) -> None:
    """Have Cosmos render the app that would come of it, which also judges the options; nothing has been sent yet."""
    try:
        rendered = absolute(dcos.cosmos.render(declared.name, version, options, None)["id"])
    except CosmosError as error:
        # A service outlives its version in the repositories, and Cosmos updates it all the same.
        if error.kind not in ("PackageNotFound", "VersionNotFound"):
            raise
        rendered = absolute(opts.service_name(options) or app_id)
    if rendered != app_id:
        raise InputError(
            f"With these options the service would have the id {rendered} instead of {app_id}, and Cosmos refuses that (AppIdChanged); "
            f"give service.name in options such that it makes {app_id}, or uninstall the service and install it anew"
        )


SPEC: Dict[str, Any] = dict(
    argument_spec=dict(
        name=dict(type="str", default="flink"),
        version=dict(type="str"),
        options=dict(type="dict", default={}),
        secret_options=dict(type="dict", no_log=True),
        exclusive=dict(type="bool", default=False),
        app_id=dict(type="str"),
        state=dict(type="str", choices=list(STATES), default="present"),
        wait=dict(type="bool", default=True),
        timeout=dict(type="int", default=600),
        teardown=dict(type="bool", default=True),
        framework=dict(type="str"),
        zookeeper_state=dict(
            type="dict",
            options=dict(
                root=dict(type="str", default="/flink"),
                cluster_id=dict(type="str", default="/default"),
                mesos_workers_path=dict(type="str", default="/mesos-workers"),
                **ARGUMENT_SPEC,
            ),
        ),
        **dcos_argument_spec(),
    ),
    requirements=("requests",),
    shown={"options": lambda params: public(params["options"])},
)
