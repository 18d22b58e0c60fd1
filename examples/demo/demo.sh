#!/usr/bin/env bash
# The demo: three throw-away hosts, the whole platform by site.yml over ssh, a word count, a killed leader.
#   examples/demo/demo.sh up [standalone | mesos] [open | guarded | secure] [digest | kerberos] | down
# (`make demo`, `make demo MANAGER=mesos`, `make demo PROFILE=secure`, `make demo PROFILE=secure AUTHENTICATION=kerberos` and `make demo-down` call it)
# On Mesos the archives are those of MESOS_ARCHIVE and MARATHON_ARCHIVE, or with DEMO_VARIABLES=file.yml whatever that file tells the
# roles (mesos_source: package, mesos_repository: ...); without either the tests' stand-ins.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
started=$SECONDS
export ANSIBLE_CONFIG=$root/ansible.cfg MOLECULE_COMMAND_BORDERS=0

say() { printf '\n== %s (%d:%02d)\n' "$*" $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60)); }
die() { printf 'demo: %s\n' "$*" >&2; exit 1; }

stand_ins() {
  cat <<'TEXT'

   ********************************************************************************************************
   *  Mesos and Marathon below are STAND-INS: test doubles of this project, made of Python. ZooKeeper, HDFS *
   *  and Flink are real. For the real two: make demo MANAGER=mesos MESOS_ARCHIVE=... MARATHON_ARCHIVE=...  *
   ********************************************************************************************************
TEXT
  say "packing the stand-ins"
  python3 -m tests.stand_ins pack .cache/stand_ins
}

software() {  # where Mesos and Marathon come from, as extra variables of every playbook
  if [ -n "${DEMO_VARIABLES:-}" ]; then
    [ -r "$DEMO_VARIABLES" ] || die "DEMO_VARIABLES is $DEMO_VARIABLES, which cannot be read"
    variables=(-e "@$DEMO_VARIABLES")
  elif [ -n "${MESOS_ARCHIVE:-}${MARATHON_ARCHIVE:-}" ]; then
    [ -r "${MESOS_ARCHIVE:-}" ] || die "MESOS_ARCHIVE is '${MESOS_ARCHIVE:-}': name a readable archive of Mesos, with MARATHON_ARCHIVE beside it"
    [ -r "${MARATHON_ARCHIVE:-}" ] || die "MARATHON_ARCHIVE is '${MARATHON_ARCHIVE:-}': name a readable archive of Marathon, with MESOS_ARCHIVE beside it"
    variables=(-e "mesos_archive_path=$(realpath "$MESOS_ARCHIVE")" -e "marathon_archive_path=$(realpath "$MARATHON_ARCHIVE")")
    # Packages with commas between, for the libraries that this build of Mesos needs.
    variables+=(-e "{\"mesos_libraries\": [${MESOS_LIBRARIES:+\"${MESOS_LIBRARIES//,/\",\"}\"}]}")
  else
    stand_ins
    cat >.cache/stand_ins/variables.json <<JSON
{"mesos_archive_path": "$root/.cache/stand_ins/mesos-1.11.0.tar.gz",
 "marathon_archive_path": "$root/.cache/stand_ins/marathon-1.11.24.tgz",
 "flink_libraries": ["$root/.cache/stand_ins/flink-mesos-scheduler.jar"],
 "demo_stand_ins": true}
JSON
    variables=(-e "@$root/.cache/stand_ins/variables.json")
  fi
}

up() {
  local example=three_hosts
  local variables=()
  case "${1:-standalone}" in
    standalone) ;;
    mesos) example=three_hosts_mesos; software ;;
    *) die "MANAGER is $1: say standalone or mesos" ;;
  esac
  case "${2:-guarded}" in
    guarded) ;;
    open) variables+=(-e security_profile=open) ;;
    # Authorities and their keys go with the hosts.
    secure) variables+=(-e security_profile=secure -e "security_ca_dir=$root/.cache/fleet/demo/security") ;;
    *) die "PROFILE is $2: say open, guarded or secure" ;;
  esac
  local inventories=(-i "$root/examples/inventory/$example" -i "$root/examples/demo/sizes")
  case "${3:-digest}" in
    digest) ;;
    kerberos)
      [ "${2:-}" = secure ] || die "AUTHENTICATION=kerberos goes with PROFILE=secure"
      inventories+=(-i "$root/examples/demo/kerberos")
      ;;
    *) die "AUTHENTICATION is $3: say digest or kerberos" ;;
  esac
  local inventory=("${inventories[@]}" -i "$root/.cache/fleet/demo/inventory.json" "${variables[@]}")
  say "three bare hosts"
  python3 -m tests.fleet create --name demo
  python3 -m tests.fleet inventory --name demo >.cache/fleet/demo/inventory.json
  say "the platform: ansible-playbook ${inventory[*]} playbooks/site.yml"
  ansible-playbook "${inventory[@]}" playbooks/site.yml
  say "the job: ansible-playbook ${inventory[*]} examples/demo/job.yml"
  ansible-playbook "${inventory[@]}" examples/demo/job.yml
  say "the demo is up; it took $((SECONDS - started)) s"
  cat <<EOF
What next:
  see that all works      .venv/bin/ansible-playbook ${inventory[*]} playbooks/verify.yml
  run it again            .venv/bin/ansible-playbook ${inventory[*]} playbooks/site.yml
  log in                  .venv/bin/python -m tests.fleet ssh node1
  pull the plug           .venv/bin/python -m tests.fleet power-off node2    (and: power-on node2)
  remove everything       make demo-down
EOF
}

down() {
  say "removing the demo's hosts, network and files"
  python3 -m tests.fleet destroy --name demo
  python3 -m tests.fleet leftovers --name demo
  echo "nothing is left"
}

case "${1:-}" in
  up) up "${2:-}" "${3:-}" "${4:-}" ;;
  down) down ;;
  *) echo "usage: $0 up [standalone | mesos] [open | guarded | secure] [digest | kerberos] | down" >&2; exit 2 ;;
esac
