#!/usr/bin/env bash
# Makes a fresh Debian machine ready for the make targets: tests/setup.sh venv | fleet | sanity | stand_ins
# Each part is quick when there is nothing to do. What cannot be had ends it with one sentence.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '== %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

packages() {  # install Debian packages that are missing
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" -eq 0 ] || die "packages are missing; as root: apt-get install ${missing[*]}"
  say "installing Debian packages: ${missing[*]}"
  local log; log=$(mktemp)
  if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 8 "$log" >&2
    die "apt-get could not install ${missing[*]}: see the lines above"
  fi
  rm -f "$log"
}

# What pip installs, those of the units among it.
wanted() { cat tests/unit/requirements.txt "$1"; }

venv() {
  if ! wanted tests/requirements.txt | cmp -s - .venv/.done; then
    command -v python3 >/dev/null || packages python3
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or newer is needed, this is $(python3 --version)"
    python3 -c 'import ensurepip' 2>/dev/null || packages python3-venv
    say "making .venv with the tools pinned in tests/requirements.txt"
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt ||
      die "pip could not install tests/requirements.txt: is a package index reachable?"
    wanted tests/requirements.txt >.venv/.done
  fi
  .venv/bin/python -c 'import tests.conftest'  # makes the link to this checkout that Ansible finds the collection by
}

fleet() {
  [ "$(uname -s)" = Linux ] || die "the fleet needs Linux"
  [ -e /etc/debian_version ] || die "the fleet builds Debian hosts with Debian's tools: run this on Debian"
  [ "$(id -u)" -eq 0 ] || die "the fleet boots real hosts and needs root: run this as root (sudo make …)"
  packages ca-certificates debootstrap git iproute2 maven nftables openssh-client systemd-container
}

sanity() {  # ansible-test fetches a pip bootstrap script from the Web, named after a pip; this one uses the pip Python brings along
  # tests/stages/test_sanity.py asks for it by name, of both versions of ansible-core.
  python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
    die "sanity and units are judged on Python 3.11, and python3 is $(python3 --version 2>&1): use Debian 12, whose own it is"
  packages default-jdk-headless git
  oldest_ansible
  local script
  for script in ~/.ansible/test/cache/get_pip_{23_1_2,24_2}.py; do  # of ansible-core 2.16 and 2.19
    cmp -s tests/get_pip.py "$script" && continue
    mkdir -p "$(dirname "$script")"
    cp tests/get_pip.py "$script"
  done
}

oldest_ansible() {  # a virtual environment of its own for the lowest ansible-core that meta/runtime.yml allows
  local home=.cache/ansible-2.16
  wanted tests/requirements_2.16.txt | cmp -s - $home/.done && return
  command -v python3 >/dev/null || packages python3
  python3 -c 'import ensurepip' 2>/dev/null || packages python3-venv
  say "making $home with what is pinned in tests/requirements_2.16.txt"
  [ -x $home/bin/python ] || python3 -m venv $home
  $home/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements_2.16.txt ||
    die "pip could not install tests/requirements_2.16.txt: is a package index reachable?"
  wanted tests/requirements_2.16.txt >$home/.done
}

stand_ins() {  # the scheduler in place of libmesos is a Java class; the rest is what an executor and the fetcher call
  packages bzip2 curl default-jdk-headless xz-utils
}

for part in "$@"; do "$part"; done
