#!/usr/bin/env bash
# Builds the site into docs/_build/html: the pages of docs/, and one page per module, filter and role from their sources.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/.venv/bin:$PATH ANSIBLE_COLLECTIONS_PATH=$PWD/.cache/collections
build=docs/_build
rm -rf "$build" && mkdir -p -m 755 "$build/rst/reference"
echo "== module, filter and role pages from their sources"
antsibull-docs --config-file docs/antsibull-docs.cfg collection --use-current --squash-hierarchy --fail-on-error \
  --dest-dir "$build/rst/reference" baremetal.flink
cp -r docs/*.md docs/conf.py docs/images docs/_static docs/_templates "$build/rst/"
echo "== html"
sphinx-build -q -W --keep-going -b html -d "$build/doctrees" "$build/rst" "$build/html"
echo "$build/html/index.html"
