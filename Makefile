# Every target may be interrupted and repeated. `make help` lists them.

.POSIX:
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help setup setup-live policy up preview down clean test test-fast test-tools test-live lint format

BIN = .venv/bin
CLI = $(BIN)/llmd-monitoring
STACK = local
# Each worker of the tests has a cluster of its own, so a file's tests stay together.
# One more than there are processors: a test that waits for a cluster leaves them idle.
PARALLEL = -n 3 --dist loadfile
# Options of `llmd-monitoring tools bootstrap`, such as --live or --offline.
BOOTSTRAP =

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

# Where this is set, each of the many starts of Python would compile every module anew.
export PYTHONDONTWRITEBYTECODE =

setup: ## Get Python packages, programs and plug-ins ready in .venv and .tools
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	    if command -v $$python > /dev/null 2>&1; then \
	        exec $$python tools/toolchain/python_environment.py; \
	    fi; \
	done; \
	echo 'Error: there is no python3 on PATH. Install Python >= 3.11: https://www.python.org/downloads/' >&2; \
	exit 1
	@$(CLI) tools bootstrap $(BOOTSTRAP)

setup-live: setup ## Get Prometheus, its operator, Alertmanager and kubectl ready too, which test-live runs
	@$(CLI) tools bootstrap --live $(BOOTSTRAP)

# A file of its own tells whether it is whole and of these requirements.
policy: setup ## Get the policy pack's own environment ready in .tools/policy
	@if ! cmp -s policy/requirements.txt .tools/policy/requirements.txt; then \
	    rm -rf .tools/policy && $(BIN)/python -m venv .tools/policy && \
	    .tools/policy/bin/pip install --quiet --disable-pip-version-check --require-hashes -r policy/requirements.txt && \
	    cp policy/requirements.txt .tools/policy/; \
	fi

up: setup ## Start the embedded cluster and install the monitoring on it
	@$(CLI) up

preview: setup ## Show what `up` would change on a stack: make preview STACK=local
	@$(CLI) preview --stack $(STACK)

# A line with the make variable would run under --dry-run too, so `make` is spelt out here.
down: ## Remove the monitoring from the embedded cluster and stop it
	@if [ ! -d .cluster ]; then echo 'There is no embedded cluster.'; exit 0; fi; \
	if [ ! -x $(CLI) ]; then make setup || exit 1; fi; \
	$(CLI) down

clean: down ## Stop everything and remove what was made: .cluster, .tools, .venv and caches
	rm -rf .cluster .tools .venv .cache tools/embedded/chart/kube-prometheus-stack/charts/crds/crds
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

test: setup lint ## Run lint, types and the tests of the program, on a real engine and a real API server too
	$(BIN)/pytest $(PARALLEL) tests/unit tests/program tests/preview tests/cluster

test-fast: setup lint ## Run lint, types, unit and program tests only
	$(BIN)/pytest $(PARALLEL) --hypothesis-profile quick tests/unit tests/program

test-tools: setup policy ## Run the tests of the set-up, and of what stands in for clusters, charts and plug-ins
	$(BIN)/pytest $(PARALLEL) tests/policy tests/setup tests/embedded tests/embedded_chart tests/standins

test-live: setup-live ## Run the tests with a real Prometheus: rules, dashboards, alerts, load
	$(BIN)/pytest $(PARALLEL) tests/live tests/rules tests/load

lint: setup ## Check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: setup ## Format the code and repair what can be repaired
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
