# What can be done here; `make` alone lists it. Targets that need a set-up (.venv, Debian packages, downloads in .cache) make it and say so.
# Those with hosts (demo, test, bench) need root; docs/start.md says what else.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help demo demo-down test drill test-quick lint bench docs dist changelog venv fleet sanity stand-ins kerberos clean
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
PYTEST := .venv/bin/python -m pytest
# Streams of tests beside each other. In a scenario hosts are waited for half of the time, so three keep two cores busy.
STREAMS ?= 3
# The longest first.
FIRST := $(addprefix tests/stages/test_,scenarios.py sanity.py)

help: ## show the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

venv:
	@tests/setup.sh venv

fleet:
	@tests/setup.sh fleet venv

sanity:
	@tests/setup.sh sanity venv

stand-ins:
	@tests/setup.sh stand_ins

kerberos:
	@tests/setup.sh kerberos

# standalone or mesos: what starts Flink's processes in the demo.
MANAGER ?= standalone
# open, guarded or secure: who reaches its ports.
PROFILE ?= guarded
# With PROFILE=secure: digest, or kerberos, by which HDFS asks for tickets too.
AUTHENTICATION ?= digest
demo: fleet $(if $(filter mesos,$(MANAGER)),stand-ins) ## highly available Flink on three throw-away hosts, with a job that survives its killed leader
	@examples/demo/demo.sh up $(MANAGER) $(PROFILE) $(AUTHENTICATION)

demo-down: venv ## remove the demo's hosts, network and files
	@examples/demo/demo.sh down

# The units are among the stages: on the newest ansible-core, and by ansible-test on the oldest.
test: fleet sanity stand-ins kerberos ## everything: lint, sanity, units, real servers, every role on hosts, the built collection
	$(PYTEST) $(FIRST) tests/integration $(filter-out $(FIRST),$(wildcard tests/stages/test_*.py)) \
	  -m "not drill" -n $(STREAMS) --dist loadfile --no-loadscope-reorder --instafail --durations=40 --durations-min=5

drill: fleet stand-ins ## faults that last minutes, on three throw-away hosts with the whole platform, and more versions of Flink; before a release
	$(PYTEST) tests/drills -v
	$(PYTEST) tests/integration -m drill -v

# ansible-lint takes longer than all of this together: it is a part of `make lint`.
test-quick: venv ## units, types, ruff and yamllint, within a minute
	$(PYTEST) tests/stages/test_lint.py tests/unit -k "not ansible_lint" -n 2 --dist loadfile --no-loadscope-reorder -q

lint: venv ## ansible-lint (production), yamllint, mypy (strict), ruff, changelog
	$(PYTEST) tests/stages/test_lint.py -q

bench: fleet ## how long a converge, a no-op and a recovery take (docs/performance.md explains the figures)
	@.venv/bin/python -m tests.bench

docs: venv ## the documentation site, into docs/_build/html
	@docs/build.sh

dist: venv ## the tarball for Galaxy, into dist/
	@tests/dist.sh

changelog: venv ## the fragments into CHANGELOG.rst, for the version in galaxy.yml
	antsibull-changelog release

clean: ## what the targets made, but not the demo's hosts
	rm -rf .venv dist docs/_build .cache/{ansible-2.16,collections,logs,modules,templates}
