# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon: flags, HTTP, election, and when elected the core with its driver.

Does not daemonize and does not write log files. SIGTERM ends it at once: the tasks live on, the next leader takes them over.
"""

from __future__ import annotations

import os
import signal
import socket
import ssl
import sys
import threading
from typing import Any, Dict, List, Optional, Tuple

from . import VERSION
from .api import Api
from .checks import Checks
from .core import Core
from .election import Election, Zk
from .ending import BINDING, ENDED_FAULTY, FRAMEWORK_ID_MISSING, INVALID_FLAG, UNCAUGHT, die, log
from .flags import FlagError, Flags, known, parse
from .master import Driver
from .store import ZooKeeperStore
from .tls import StoreError, proxy_context, server_context, tells_flags
from .web import Server, Site, serve

LIBRARIES = ("/usr/lib/libmesos.so", "/usr/local/lib/libmesos.so", "/usr/lib64/libmesos.so")


def read_flags(arguments: List[str]) -> Flags:
    """The flags, or exit code 112."""
    if "--help" in arguments:
        sys.stdout.write("Usage: marathon [options]\n\n" + "".join(f"  --{name}\n" for name in sorted(known())))
        sys.exit(0)
    if "--version" in arguments:
        sys.stdout.write(f"{VERSION}\n")
        sys.exit(0)
    try:
        return parse(arguments, os.environ)
    except FlagError as error:
        die(INVALID_FLAG, f"[scallop] Error: {error}")


def check_library() -> None:
    """The real one loads libmesos; here the file only has to be there."""
    for variable in ("MESOS_NATIVE_JAVA_LIBRARY", "MESOS_NATIVE_LIBRARY"):
        path = os.environ.get(variable)
        if path:
            if not os.path.isfile(path):
                die(UNCAUGHT, f"java.lang.UnsatisfiedLinkError: Can't load library: {path} (from {variable})")
            return
    if not any(os.path.isfile(path) for path in LIBRARIES):
        die(UNCAUGHT, "java.lang.UnsatisfiedLinkError: no mesos in java.library.path: set MESOS_NATIVE_JAVA_LIBRARY to the path of libmesos.so")


def hold_libprocess_port() -> Optional[socket.socket]:
    """libmesos listens at LIBPROCESS_IP:LIBPROCESS_PORT; a clash ends the process."""
    port = os.environ.get("LIBPROCESS_PORT")
    if not port:
        return None
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    address = os.environ.get("LIBPROCESS_IP") or "0.0.0.0"
    try:
        held.bind((address, int(port)))
        held.listen(1)
    except (OSError, ValueError) as error:
        die(UNCAUGHT, f"Failed to initialize: Failed to bind on {address}:{port}: {error}")
    return held


def credential(flags: Flags) -> Optional[Tuple[str, str]]:
    """Principal and secret for the master; the secret's file is taken as it is, with a newline if there is one."""
    if not flags.mesos_authentication or not flags.mesos_authentication_principal:
        return None
    secret = flags.mesos_authentication_secret or ""
    if flags.mesos_authentication_secret_file:
        try:
            with open(flags.mesos_authentication_secret_file, encoding="utf-8") as file:
                secret = file.read()
        except OSError as error:
            die(UNCAUGHT, f"Could not read the secret file {flags.mesos_authentication_secret_file}: {error.strerror}")
    return flags.mesos_authentication_principal, secret


class Daemon:
    """One Marathon."""

    def __init__(self, flags: Flags) -> None:
        self.flags = flags
        self.me = f"{flags.hostname}:{flags.own_port}"
        options = os.environ.get("JAVA_OPTS", "")
        if tells_flags(options):
            for line in flags.lines():
                log(line)
        try:
            proxying = (
                proxy_context(flags.ssl_keystore_path, flags.ssl_keystore_password, options, flags.leader_proxy_ssl_ignore_hostname)
                if flags.disable_http else None)
            self.https = server_context(flags.ssl_keystore_path, flags.ssl_keystore_password) if flags.https else None
        except StoreError as error:
            die(UNCAUGHT, f"Terminating due to uncaught exception: {error}")
        self.site = Site(self.me, flags.credentials, flags.leader_proxy_read_timeout / 1000, flags.leader_proxy_connection_timeout / 1000, proxying)
        self.site.origins = flags.access_control_allow_origin
        self.zk = Zk(flags.zk, flags.zk_session_timeout)
        self.election = Election(self.zk, self.me, self.elected)
        self.site.leader = lambda: self.election.leader
        self.core: Optional[Core] = None
        self.driver: Optional[Driver] = None
        self.servers: List[Server] = []
        self.libprocess: Optional[socket.socket] = None

    def start(self) -> None:
        """Until elected, everything but the core."""
        if self.flags.http_credentials and not self.flags.credentials:
            log("http_credentials has no colon: authentication stays OFF", "ERROR")
        flags = self.flags
        if flags.disable_http and not self.https:
            die(UNCAUGHT, "Invalid configuration: Neither HTTP nor HTTPS support has been configured.")
        self._serve(None if flags.disable_http else flags.http_port, flags.http_address)
        self._serve(flags.https_port if self.https else None, flags.https_address, self.https)
        log(f"Listening at {self.me}")
        self.zk.start(self.flags.zk_connection_timeout)
        self.election.start()

    def _serve(self, port: Optional[int], address: Optional[str], context: Optional[ssl.SSLContext] = None) -> None:
        if port is None:
            return
        try:
            self.servers.append(serve(self.site, address or "0.0.0.0", port, context))
        except OSError as error:
            die(BINDING, f"Cannot listen at port {port}: {error.strerror}")

    def framework(self) -> Dict[str, Any]:
        """FrameworkInfo."""
        flags, core = self.flags, self.core
        assert core is not None
        capabilities = ["PARTITION_AWARE", "MULTI_ROLE", "REGION_AWARE"]
        capabilities += ["TASK_KILLING_STATE"] if "task_killing" in flags.enable_features else []
        capabilities += ["GPU_RESOURCES"] if "gpu_resources" in flags.enable_features else []
        info: Dict[str, Any] = {
            "user": flags.mesos_user,
            "name": flags.framework_name,
            "failover_timeout": float(flags.failover_timeout),
            "checkpoint": flags.checkpoint,
            "hostname": flags.hostname,
            "webui_url": flags.webui_url or self.web(),
            "roles": core.queue.roles(),
            "capabilities": [{"type": each} for each in capabilities],
        }
        if flags.mesos_authentication_principal:
            info["principal"] = flags.mesos_authentication_principal
        if core.state.framework_id:
            info["id"] = {"value": core.state.framework_id}
        return info

    def web(self) -> str:
        """Where its page is, as it tells Mesos (MarathonSchedulerDriver.scala)."""
        flags = self.flags
        if flags.ssl_keystore_path:
            return f"https://{flags.hostname}:{flags.https_port}"
        return f"http://{flags.hostname}:{flags.http_port}"

    def elected(self) -> None:
        """Load the state, subscribe, and answer requests."""
        try:
            self.libprocess = hold_libprocess_port()
            store = ZooKeeperStore(self.zk.client, self.zk.path, self.zk.acl)
            master_zk = None
            if self.flags.master.startswith("zk://"):
                master_zk = Zk(self.flags.master, self.flags.zk_session_timeout)
                master_zk.start(self.flags.zk_connection_timeout)
            self.driver = Driver(self.flags.master, master_zk, self.framework, credential(self.flags))
            core = self.core = Core(self.flags, store, self.driver.send)
            core.load()
            if core.state.instances and not core.state.framework_id:
                die(FRAMEWORK_ID_MISSING, "There are instances in ZooKeeper and no framework id")
            threading.Thread(target=core.run_clock, name="clock", daemon=True).start()
            Checks(core).start()
            self.site.events = core.events
            self.site.answer = Api(core, self.me, self.election.abdicate).answer
            self.driver.start(core)
            log(f"Leading, with {len(core.state.apps)} apps and {len(core.state.instances)} instances")
        except Exception as error:  # a leader that cannot lead must not keep the latch
            die(ENDED_FAULTY, f"Cannot become the leader: {type(error).__name__}: {error}")

    def stop(self, number: int, frame: Any) -> None:
        """SIGTERM and SIGINT."""
        log("Shutting down")
        threading.Thread(target=self._leave, daemon=True).start()

    def _leave(self) -> None:
        self.election.stop()
        os._exit(128 + signal.SIGTERM)


def main() -> None:
    """Runs until it is told to end."""
    flags = read_flags(sys.argv[1:])
    check_library()
    daemon = Daemon(flags)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, daemon.stop)
    daemon.start()
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
