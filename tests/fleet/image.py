# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The root file system all hosts of a release share, built once and kept in the cache."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Sequence

from .errors import FleetError

#: What a rack's minimal installation has and Ansible needs; nothing that a role should install.
PACKAGES = (
    "ca-certificates", "dbus", "iproute2", "libpam-systemd", "openssh-server", "procps", "python3", "python3-apt",
    "sudo", "systemd-sysv",
)
DPKG = "force-unsafe-io\n"
#: An archive that does not answer once is asked again.
APT = 'APT::Install-Recommends "false";\nAcquire::Languages "none";\nAcquire::Retries "3";\n'
#: Where hosts find compiled.py, whichever Python they have, and how it is read when one begins.
COMPILED = Path(__file__).with_name("compiled.py")
SITE_PACKAGES = "usr/lib/python3/dist-packages"
RELEASES = ("bullseye", "bookworm", "trixie")


def archive_mirrors() -> dict[str, str]:
    """The Debian archives this machine's own apt uses, by label ("Debian", "Debian-Security")."""
    out = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(CREATED_BY)|$(LABEL)|$(ORIGIN)|$(REPO_URI)"],
        check=True, capture_output=True, text=True).stdout
    mirrors: dict[str, str] = {}
    for line in out.splitlines():
        created_by, label, origin, uri = line.split("|")
        if created_by == "Packages" and origin == "Debian":
            mirrors.setdefault(label, uri)
    if "Debian" not in mirrors:
        raise FleetError("apt knows no Debian archive to build hosts from: check /etc/apt/sources.list and run `apt-get update`")
    return mirrors


def apt_proxy() -> str:
    """The line that gives the hosts the same apt proxy as this machine, or nothing."""
    out = subprocess.run(["apt-config", "dump", "Acquire::http::Proxy"], check=True, capture_output=True, text=True)
    return out.stdout


def sources(release: str) -> str:
    """sources.list of a host."""
    mirrors = archive_mirrors()
    lines = [f"deb {mirrors['Debian']} {release} main"]
    if "Debian-Security" in mirrors and release != "bullseye":
        lines.append(f"deb {mirrors['Debian-Security']} {release}-security main")
    return "\n".join(lines) + "\n"


def ensure_image(release: str, cache: Path, more: Sequence[str] = ()) -> Path:
    """Path of the release's root file system, with `more` packages; built on the first call (about 45 s), shared afterwards."""
    if release not in RELEASES:
        raise FleetError(f"no hosts of release {release!r} can be made: choose one of {', '.join(RELEASES)}")
    wanted = sources(release) + APT + apt_proxy() + DPKG + COMPILED.read_text() + " ".join([*PACKAGES, *(["with", *sorted(more)] if more else [])])
    key = hashlib.sha256(wanted.encode()).hexdigest()[:12]
    image = cache / f"{release}-{key}"
    cache.mkdir(parents=True, exist_ok=True)
    bare = ensure_image(release, cache) if more else None
    with (cache / f"{release}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not image.is_dir():
            print(f"fleet: building the {release} root file system{' with ' + ' '.join(more) if more else ''} (once, about a minute)", flush=True)
            partial = cache / f"{release}-{key}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            if bare:
                _extend(bare, partial, more)
            else:
                _build(release, partial)
            partial.rename(image)
    return image


def _extend(bare: Path, root: Path, more: Sequence[str]) -> None:
    subprocess.run(["cp", "--archive", "--reflink=auto", str(bare), str(root)], check=True)
    nspawn = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={root}", "--resolv-conf=replace-host", "--timezone=off",
              "--link-journal=no", "--console=pipe", "--setenv=DEBIAN_FRONTEND=noninteractive"]
    for command in (["update"], ["install", "--yes", *more], ["clean"]):
        done = subprocess.run([*nspawn, "apt-get", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        if done.returncode:
            raise FleetError(f"apt-get {' '.join(command)} failed in the new root file system:\n" + "\n".join(done.stdout.splitlines()[-8:]))
    # Each host finds out for itself which machine it is. It keeps the lists of packages, without which apt finds none in check mode.
    (root / "etc/machine-id").write_text("")


def _build(release: str, root: Path) -> None:
    mirror = archive_mirrors()["Debian"]
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", release, str(root), mirror]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise FleetError(f"debootstrap of {release} failed:\n" + "\n".join(done.stdout.splitlines()[-8:]))
    (root / "etc/apt/sources.list").write_text(sources(release))
    (root / "etc/apt/apt.conf.d/90fleet").write_text(APT + apt_proxy())
    # What a lost machine would need flushed to the disk, a thrown-away host does not.
    (root / "etc/dpkg/dpkg.cfg.d/90fleet").write_text(DPKG)
    (root / SITE_PACKAGES / "fleet_compiled.py").write_text(COMPILED.read_text())
    (root / SITE_PACKAGES / "fleet_compiled.pth").write_text("import fleet_compiled\n")
    # A container has no hardware clock, no console to wait at and no module to load.
    for unit in ("systemd-networkd.service", "ssh.service"):
        _chroot(root, "systemctl", "enable", unit)
    _chroot(root, "useradd", "--create-home", "--shell", "/bin/bash", "ops")
    (root / "etc/sudoers.d/ops").write_text("ops ALL=(ALL) NOPASSWD:ALL\n")
    (root / "etc/sudoers.d/ops").chmod(0o440)
    for path in (root / "etc/ssh").glob("ssh_host_*"):
        path.unlink()
    (root / "etc/machine-id").write_text("")
    _chroot(root, "apt-get", "clean")


def _chroot(root: Path, *command: str) -> None:
    done = subprocess.run(["chroot", str(root), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise FleetError(f"{' '.join(command)} failed in the new root file system: {done.stdout.strip()}")
