# `make` alone lists what can be made.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: help demo test format lint types contracts unit lock bench bench-serve bench-pages oracle manual mutants clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/.installed: pyproject.toml requirements.lock
	@echo "installing into $(VENV): once, about a minute"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

demo: $(BIN)/.installed ## a clinic of 2,000 patients, screened; a trial in its middle; another one evaluated: demo/
	$(BIN)/trialrun demo --out demo
	$(BIN)/trialrun demo-trial --out demo/finished-trial

test: $(BIN)/.installed ## set up and run every check: the gate
	@$(MAKE) --no-print-directory lint types contracts unit

format: $(BIN)/.installed ## format the code
	$(BIN)/ruff format src tests bench
	$(BIN)/ruff check --fix src tests bench

lint: $(BIN)/.installed ## formatting and lint, changing nothing
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench

types: $(BIN)/.installed ## mypy, strict
	$(BIN)/mypy

contracts: $(BIN)/.installed ## the arrows between rooms
	$(BIN)/lint-imports

# A file is one worker's, which so makes once what its tests share; in the order of the rooms.
unit: $(BIN)/.installed ## the tests
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -q

manual: $(BIN)/.installed ## generate docs/manual/language.md from the tables in tests/spec
	$(BIN)/python -m tests.spec.manual

bench: $(BIN)/.installed ## load and screen 100,000 patients beside SQL by hand; fits beside R and lifelines: minutes
	$(BIN)/python bench/run.py
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.evaluation

bench-serve: $(BIN)/.installed ## twenty people at the pages of a trial with 10,000 candidates: five minutes
	$(BIN)/python -m bench.serve

bench-pages: $(BIN)/.installed ## every page by every role, with 200 participants mid-trial: the slowest ten
	$(BIN)/python -m bench.pages

oracle: $(BIN)/.installed ## compare with the same criteria in CQL, run by an engine of others (needs Node)
	$(BIN)/python -m tests.oracles.cql.compare --patients 500 --seed 7 --on 2022-01-15

mutants: $(BIN)/.installed ## plant faults in the program, and list in docs/mutation.md which the tests miss: half an hour
	$(BIN)/python -m tests.engine.mutants

lock: ## pin every dependency, from pyproject.toml, into requirements.lock
	$(BIN)/pip-compile --quiet --extra dev --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml

clean: ## remove what was made
	rm -rf $(VENV) demo build .mypy_cache .ruff_cache .pytest_cache .hypothesis
