#!/usr/bin/env bash
# Builds the collection's tarball into dist/, judges it with Galaxy's own importer, and uses it from an empty path.
# LINTED=1 leaves out the importer's run of ansible-lint, for a tree that has just passed it, in the same profile.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/.venv/bin:$PATH
source=$PWD
die() { printf 'dist: %s\n' "$*" >&2; exit 1; }

version=$(sed -n 's/^version: *//p' galaxy.yml)
case $version in
  0.*) ;;
  *) die "galaxy.yml says $version, and 1.0.0 is kept for the first release that passed on a real Mesos: CONTRIBUTING.md tells what that takes" ;;
esac

rm -rf dist && mkdir dist
ansible-galaxy collection build --output-path dist >/dev/null
tarball=$(echo "$source"/dist/*.tar.gz)
bytes=$(stat -c %s "$tarball")
[ "$bytes" -lt 2000000 ] || die "$tarball has $bytes bytes; Galaxy users should not need 2 MB: see build_ignore in galaxy.yml"
# Only for this repository.
foreign='^(tests|extensions|tools|dist|docs/_[a-z]*|changelogs/fragments|examples/demo|\.[^/]*)(/|$)'
foreign+='|^(Makefile|ansible\.cfg|pytest\.ini|docs/(build\.sh|conf\.py|antsibull-docs\.cfg))$'
caches='__pycache__|\.pyc$|/\.(git|[a-z_]*cache|venv|ansible|hypothesis)'
if tar tf "$tarball" | grep -E "$foreign|$caches"; then
  die "these do not belong into the tarball: see build_ignore in galaxy.yml"
fi

[ -z "${LINTED:-}" ] && lint=True || lint=False
printf '[galaxy-importer]\nRUN_ANSIBLE_TEST = False\nRUN_ANSIBLE_DOC = True\nCHECK_REQUIRED_TAGS = True\nRUN_ANSIBLE_LINT = %s\n' \
  "$lint" >dist/importer.cfg
GALAXY_IMPORTER_CONFIG=dist/importer.cfg python3 -m galaxy_importer.main "$tarball" >dist/importer.log 2>&1 ||
  { tail -n 30 dist/importer.log >&2; die "galaxy-importer refuses $tarball"; }
grep -q 'Importer processing completed successfully' dist/importer.log || die "galaxy-importer did not say that it came to its end: see dist/importer.log"
if grep -q 'Timeout on call to ansible-lint' dist/importer.log; then
  die "galaxy-importer gives ansible-lint 180 s, and this machine is too busy for that: run it again when it is not"
fi
if grep -E '^(WARNING|ERROR)' dist/importer.log; then die "galaxy-importer has remarks, see above and dist/importer.log"; fi

empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
: >"$empty/ansible.cfg"
cd "$empty"  # so that nothing of the checkout is found by accident
export ANSIBLE_COLLECTIONS_PATH=$empty ANSIBLE_CONFIG=$empty/ansible.cfg
ansible-galaxy collection install --offline --collections-path "$empty" "$tarball" >/dev/null
installed=$empty/ansible_collections/baremetal/flink
playbooks=()
for playbook in "$source"/playbooks/*.yml; do playbooks+=("baremetal.flink.$(basename "$playbook" .yml)"); done
ansible-playbook -i "$installed/examples/inventory/three_hosts" --syntax-check "${playbooks[@]}" >"$empty/playbooks.txt"
[ "$(grep -c '^playbook: ' "$empty/playbooks.txt")" -eq ${#playbooks[@]} ] || die "not every playbook of ${playbooks[*]} was read"
echo "${#playbooks[@]} playbooks read, by their names in the collection"

python3 "$source/tests/documented/installed.py" "$source" "$installed"

ansible-builder create -f "$installed/examples/execution-environment.yml" -c "$empty/context" --output-filename Containerfile >/dev/null ||
  die "ansible-builder cannot make a build context of examples/execution-environment.yml"
grep -q 'baremetal.flink' "$empty/context/_build/requirements.yml" || die "the execution environment would not have the collection in it"
ansible-builder introspect "$empty" >"$empty/needs.yml" || die "ansible-builder cannot read meta/execution-environment.yml"
for word in requests kazoo maven skopeo openssh-client; do
  grep -q "$word" "$empty/needs.yml" || die "the execution environment would lack $word: see meta/execution-environment.yml"
done
echo "execution environment: build context made, the collection's own requirements are in it"
echo "${tarball#"$source"/}: $bytes bytes, galaxy-importer without a remark, installs and answers from an empty path"
pending=$(find "$source/changelogs/fragments" -name '*.yml' | wc -l)
[ "$pending" -eq 0 ] || echo "not a release: $pending fragments in changelogs/fragments are not in the changelog of $version yet"
