# Everything runs from .venv, which the first target that needs it sets up.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

# The first Python on the machine that is new enough; name another with `make setup PYTHON=...`.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$name" && break; done)

# Options for the program that a target runs, as in `make demo ARGS="--port 8000 --no-browser"`.
ARGS ?=

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --extra postgresql

.PHONY: help setup demo test lint format types layers check lock chaos simulate bench

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(STAMP) ## Make .venv and install what is pinned; every other target does it by itself

$(STAMP): requirements-dev.txt
	@test -n "$(PYTHON)" && "$(PYTHON)" -c '$(NEW_ENOUGH)' || { echo "Clapperboard needs Python 3.11 or newer. Install one, or name it: make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV)
	@echo "Installing what is pinned into $(VENV), once; this takes a minute." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(STAMP) ## Try it in the browser, without any account
	@$(BIN)/python -m bot demo $(ARGS)

test: $(STAMP) ## Run all tests
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

chaos: $(STAMP) ## Kill the real bot 200 times over 500 videos and compare all books: under an hour
	$(BIN)/python -m tests.chaos.run --kills 200 --generations 500 --seed 1 --minutes 55 $(ARGS)

simulate: $(STAMP) ## Play 100,000 seeded schedules of crashes and faults on virtual time
	$(BIN)/python -m tests.simulation --schedules 100000 --jobs 2 $(ARGS)

bench: $(STAMP) ## Measure speed and memory, each as a ratio to a floor of the same run
	$(BIN)/python -m tests.bench --check $(ARGS)

lint: $(STAMP) ## Look for mistakes and for untidy formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP) ## Correct what can be corrected by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(STAMP) ## Check the types, strictly
	$(BIN)/mypy

layers: $(STAMP) ## Check that imports point downwards only
	$(BIN)/lint-imports

check: lint types layers test ## Lint, types, layers and test, as CI does

lock: $(STAMP) ## Write the pins anew after a change in pyproject.toml; ARGS=--upgrade takes newer ones
	$(COMPILE) $(ARGS) --group dev --extra demo pyproject.toml -o requirements-dev.txt
	$(COMPILE) $(ARGS) --constraint requirements-dev.txt pyproject.toml -o requirements.txt
