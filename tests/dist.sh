#!/usr/bin/env bash
# Builds the collection's tarball into dist/, judges it with Galaxy's own importer, and uses it from an empty path.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/.venv/bin:$PATH
die() { printf 'dist: %s\n' "$*" >&2; exit 1; }

rm -rf dist && mkdir dist
ansible-galaxy collection build --output-path dist >/dev/null
tarball=$(echo dist/*.tar.gz)
bytes=$(stat -c %s "$tarball")
[ "$bytes" -lt 2000000 ] || die "$tarball has $bytes bytes; Galaxy users should not need 2 MB: see build_ignore in galaxy.yml"
if tar tf "$tarball" | grep -E '^(tests|extensions|\.cache|\.venv|tools)/|__pycache__'; then
  die "these do not belong into the tarball: see build_ignore in galaxy.yml"
fi

printf '[galaxy-importer]\nRUN_ANSIBLE_TEST = False\nRUN_ANSIBLE_DOC = True\nCHECK_REQUIRED_TAGS = True\n' >dist/importer.cfg
GALAXY_IMPORTER_CONFIG=dist/importer.cfg python3 -m galaxy_importer.main "$tarball" >dist/importer.log 2>&1 ||
  { tail -n 30 dist/importer.log >&2; die "galaxy-importer refuses $tarball"; }
if grep -E '^(WARNING|ERROR)' dist/importer.log; then die "galaxy-importer has remarks, see above and dist/importer.log"; fi

empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
: >"$empty/ansible.cfg"
export ANSIBLE_COLLECTIONS_PATH=$empty ANSIBLE_CONFIG=$empty/ansible.cfg
ansible-galaxy collection install --offline --collections-path "$empty" "$tarball" >/dev/null
ansible-playbook -i examples/inventory/three_hosts --syntax-check baremetal.flink.site >/dev/null
for kind in module filter role; do
  ansible-doc --type "$kind" --list baremetal.flink --json >"$empty/$kind.json"
  python3 - "$kind" "$empty/$kind.json" <<'EOF'
import json, subprocess, sys
kind, listed = sys.argv[1:]
names = list(json.load(open(listed)))
assert names, f"the tarball has no {kind}"
subprocess.run(["ansible-doc", "--type", kind, "--json", *names], check=True, stdout=subprocess.DEVNULL)
print(f"{len(names)} {kind}s documented")
EOF
done
echo "$tarball: $bytes bytes, galaxy-importer without a remark, installs and answers from an empty path"
