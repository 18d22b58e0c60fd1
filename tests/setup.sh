#!/usr/bin/env bash
# Makes a fresh Debian machine ready for the make targets: tests/setup.sh venv | fleet | sanity | stand_ins | kerberos
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
  local log apt=(apt-get -q -o Acquire::Retries=3); log=$(mktemp)
  if ! { "${apt[@]}" update && DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 8 "$log" >&2
    die "apt-get could not install ${missing[*]}: see the lines above"
  fi
  rm -f "$log"
}

# What virtual environments are made of: Debian's own Python, where there is one. It is optimised by profile; what a version
# manager compiles mostly is not, and all of Ansible takes a third longer on it.
PYTHON=${PYTHON:-$([ -x /usr/bin/python3 ] && echo /usr/bin/python3 || echo python3)}

virtual() {  # virtual DIRECTORY REQUIREMENTS: a virtual environment with what is pinned there and for the units
  local wanted; wanted=$(echo "$PYTHON"; cat tests/unit/requirements.txt "$2")
  [ "$wanted" != "$(cat "$1/.done" 2>/dev/null)" ] || return 0
  command -v "$PYTHON" >/dev/null || packages python3
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or newer is needed, $PYTHON is $("$PYTHON" --version 2>&1)"
  "$PYTHON" -c 'import ensurepip' 2>/dev/null || packages python3-venv
  say "making $1 with what is pinned in $2"
  "$PYTHON" -m venv --clear "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --use-pep517 -r "$2" || die "pip could not install $2: is a package index reachable?"
  echo "$wanted" >"$1/.done"
}

venv() {
  virtual .venv tests/requirements.txt
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
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
    die "sanity and units are judged on Python 3.11, and $PYTHON is $("$PYTHON" --version 2>&1): use Debian 12, whose own it is"
  packages default-jdk-headless git
  virtual .cache/ansible-2.16 tests/requirements_2.16.txt  # the lowest ansible-core that meta/runtime.yml allows
  local script
  for script in ~/.ansible/test/cache/get_pip_{23_1_2,24_2}.py; do  # of ansible-core 2.16 and 2.19
    cmp -s tests/get_pip.py "$script" && continue
    mkdir -p "$(dirname "$script")"
    cp tests/get_pip.py "$script"
  done
}

stand_ins() {  # the scheduler in place of libmesos is a Java class; the rest is what an executor and the fetcher call
  packages bzip2 curl default-jdk-headless xz-utils
}

kerberos() {  # a KDC for tests on loopback; modules that call by Kerberos run with Debian's Python and libraries, as on hosts
  packages curl krb5-admin-server krb5-kdc krb5-user openjdk-17-jre-headless python3-gssapi python3-requests
}

for part in "$@"; do "$part"; done
