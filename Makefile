# Every task, with a line of help: `make` lists them. A machine with Python 3.11, pip and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER := tests/browser
# the judge of accessibility comes from npm; where there is no npm, the tests that need it say so
AXE := $(if $(shell command -v npm),$(BROWSER)/node_modules/.ready)

.DEFAULT_GOAL := help
.PHONY: help demo test lint unit real bench load lock clean

help: ## list the tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

demo: $(READY) ## make the fictional organisation, its inventory and its report in ./demo
	$(BIN)/saleve demo demo --no-serve

test: $(READY) lint unit ## everything that has to hold: style, types, architecture, tests

lint: $(READY) ## style, types and the arrows between the rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(READY) $(AXE) ## the tests alone, three at a time since some wait for a browser or the disk; those of the site once more with PostgreSQL
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder
	SALEVE_TEST_DATABASE=postgresql $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder tests/ems/site

real: $(READY) ## check, compute and report on the real files beside the repository
	$(BIN)/python tools/real.py ../shared/data/real real

bench: $(READY) ## speed and memory against the bars, as a table and JSON
	$(BIN)/python benchmarks/run.py

load: $(READY) ## pages under load of 50 people against the bars; five minutes, on a quiet machine
	$(BIN)/python benchmarks/load.py

lock: ## pin the dependencies anew, with hashes and without the name of an index
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --extra test pyproject.toml --output-file requirements/lock.txt

clean: ## remove what was made
	rm -rf $(VENV) demo real build $(BROWSER)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BROWSER)/node_modules/.ready: $(BROWSER)/package-lock.json
	cd $(BROWSER) && npm ci --silent
	@touch $@

$(READY): requirements/lock.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Salève needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/lock.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
