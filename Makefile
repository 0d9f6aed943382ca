# `make` lists the targets. Each first makes the environment that it needs, beside this file, from
# pinned versions. It works in a folder of any name and needs no git repository.

# What the command gets: make demo ARGS="--once --orders 200", make test ARGS="-k wheel".
ARGS ?=
# More extras of setup.cfg for the environments: make test EXTRAS=browser.
EXTRAS ?=
# The first Python that runs and is new enough; the rules engine cannot be had from 3.13 on.
PYTHON ?= $(call first_python,python3.12 python3.11 python3 python3.13)
# The oldest versions of what we need were built for this one.
PYTHON_OLDEST ?= $(call first_python,python3.11)

first_python = $(shell for python in $(1); do \
	"$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo "$$python" && break; done)

# How many processes the tests run in; the tests of a file stay together, the longest come first.
BESIDE ?= -n auto --dist loadfile --no-loadscope-reorder

# Other people's programs, which the sandbox is tested with.
PEERS = xero-python pyxero tap-xero xerosdk

.PHONY: help demo test lint check peers long bench bench-rules bench-engine chaos fleet oldest
.PHONY: environments clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1@/p' Makefile \
	| while IFS=@ read -r name does; do printf 'make %-12s %s\n' "$$name" "$$does"; done

demo: .venv/for-demo  ## export a day of sandbox orders and show them (ARGS="--once --orders 200")
	@.venv/bin/mintsoft-xero demo $(ARGS)

test: .venv/for-test  ## run all tests (ARGS="tests/unit -k invoice")
	@$(in_package) pytest $(BESIDE) $(ARGS)

lint: .venv/for-check  ## check style, types, and that imports point downwards
	@$(in_package) ruff check && ruff format --check && mypy && lint-imports

check: lint test  ## all of that, then run all tests

peers: .venv/for-test $(PEERS:%=.venv-peers/%/made)  ## run other people's clients of Xero against the sandbox
	@$(in_package) pytest tests/peers $(ARGS)

long: .venv/for-test  ## run the long proofs in full: 100,000 invoices, 50,000 orders of shops, 20,000 rule files (20 minutes)
	@$(in_package) MINTSOFT_XERO_INVOICES=100000 MINTSOFT_XERO_SHOP_ORDERS=50000 MINTSOFT_XERO_BOOKS=20000 pytest -o faulthandler_timeout=0 tests/properties $(ARGS)

bench: .venv/for-test  ## measure the simulated Xero beside our client, a backtest, and the memory of deciding
	@.venv/bin/python -m mintsoft_xero.tests.benchmarks.sandbox
	@.venv/bin/python -m mintsoft_xero.tests.benchmarks.backtest
	@.venv/bin/python -m mintsoft_xero.tests.benchmarks.rules_memory

bench-engine: .venv/for-test .venv-peers/xero-python/made  ## measure an export at the limit (10 minutes), its CPU, and a backfill's memory
	@.venv/bin/python -m mintsoft_xero.tests.benchmarks.throughput $(ARGS)
	@.venv/bin/python -m mintsoft_xero.tests.benchmarks.engine_cpu
	@.venv/bin/python -m mintsoft_xero.tests.benchmarks.backfill

bench-rules: .venv/for-test .venv-peers/engines/made  ## measure our decision beside other rules engines
	@.venv/bin/python -m mintsoft_xero.tests.benchmarks.rules.compare .venv-peers/engines/bin/python

chaos: .venv/for-test  ## export while everything fails, is killed and edited (ARGS="--runs 200 --seed 1")
	@.venv/bin/python -m mintsoft_xero.tests.chaos $(ARGS)

fleet: .venv/for-test  ## run twenty connections on one worker through a storm (ARGS="--syncs 1000 --seed 1")
	@.venv/bin/python -m mintsoft_xero.tests.fleet $(ARGS)

# What old libraries do may be deprecated in newer Pythons: their warnings are no errors here.
# PostgreSQL is tried with the newest throughout, and with the oldest where we speak to it; the
# simulators, which only those who develop run, with the newest alone.
oldest: .venv-oldest/for-test  ## run the unit tests with the oldest versions that we support
	@$(in_package) pytest $(BESIDE) -W default tests/unit --ignore=tests/unit/sandbox -k "not postgresql or database" $(ARGS)

environments: .venv-oldest/for-test $(PEERS:%=.venv-peers/%/made)  ## install what oldest and peers need

clean:  ## remove the environments and what tools left (instance/, your data, stays)
	rm -rf .venv .venv-oldest .venv-peers build dist *.egg-info .coverage
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environments, each with a stamp for the extras that it has got.
.venv/for-demo: extras = serve
.venv/for-test: extras = serve,postgresql,test
.venv/for-check: extras = serve,postgresql,test,browser,dev
.venv/for-demo .venv/for-test .venv/for-check: setup.cfg constraints.txt
	$(call make_environment,$(PYTHON),constraints.txt)

.venv-oldest/for-test: extras = serve,postgresql,test
.venv-oldest/for-test: setup.cfg constraints-oldest.txt
	$(call make_environment,$(PYTHON_OLDEST),constraints-oldest.txt)

# Each in an environment of its own: one's module is called `xero`, and their needs differ.
.venv-peers/%/made: tests/peers/%.txt
	$(make_peer)

.venv-peers/engines/made: tests/benchmarks/rules/engines.txt
	$(make_peer)

define make_peer
	@echo "Installing the versions of $< into $(@D) with $(PYTHON)."
	@$(PYTHON) -m venv --clear $(@D)
	@$(pip) -c $< setuptools
	@$(pip) -r $<
	@touch $@
endef

# Without isolation, so that what builds the packages is pinned too.
pip = $(@D)/bin/python -m pip install -qq --disable-pip-version-check --no-build-isolation
alone = the reference evaluator decides alone.
define make_environment
	@test -n "$(1)" || { echo 'No suitable Python is on PATH (3.11 or newer, with venv):' \
	'install python3 and python3-venv, or name one: make PYTHON=/path/to/python3.12'; exit 1; }
	@echo "Installing the versions of $(2) into $(@D) with $(1): a minute or so the first time."
	@$(@D)/bin/python -c '' 2>/dev/null || $(1) -m venv --clear $(@D)
	@$(pip) -c $(2) pip setuptools
	@if ! $(@D)/bin/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))'; then \
	echo 'durable_rules cannot be imported on Python 3.13 or newer: $(alone)'; \
	elif ! { $(pip) -c $(2) durable-rules && $(@D)/bin/python -c 'import durable.lang'; } \
	>$(@D)/engine.log 2>&1; then \
	echo 'durable_rules could not be built (it needs a C compiler; see $(@D)/engine.log): $(alone)'; fi
	@$(pip) -c $(2) -e '.[$(extras)$(EXTRAS:%=,%)]'
	@touch $@
endef

# Python, mypy and ruff take the folder's name for the package's, with symlinks resolved. Where it
# cannot be one, as in `mintsoft-xero`, what follows runs over a copy with a name that can.
in_package = venv=$(<D); PATH="$$PWD/$$venv/bin:$$PATH"; \
	export PATH MINTSOFT_XERO_REFERENCE="$${MINTSOFT_XERO_REFERENCE:-$$PWD/../shared/reference}"; \
	export MINTSOFT_XERO_PEERS="$${MINTSOFT_XERO_PEERS:-$$PWD/.venv-peers}"; \
	case $$(basename "$$PWD") in [0-9]*|*[!A-Za-z0-9_]*) \
	copy=$$(mktemp -d); trap 'rm -rf "$$copy"' EXIT; trap 'exit 130' INT TERM; \
	echo "This folder's name cannot be a package's: running in a copy, $$copy/mintsoft_xero."; \
	mkdir "$$copy/mintsoft_xero"; tar -cf - --exclude './.git' --exclude './.venv*' \
	--exclude './build' --exclude './instance' . | tar -xf - -C "$$copy/mintsoft_xero"; \
	cd "$$copy/mintsoft_xero";; esac;
