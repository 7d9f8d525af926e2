# Everything a developer does, by name. `make help` lists it. Needs Python 3.11 or newer and make, nothing else.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
KEYWORDS := -k _ -k __ -k n_:1,2
WIDTH := 110

.DEFAULT_GOAL := help
.PHONY: help demo test format lint types bench stress coverage catalogs migration clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## Try Sulh in the browser: no token, no network (PORT=8080)
	@$(BIN)/sulh demo --port $(or $(PORT),8080)

test: $(READY) lint types ## Check everything: format, lint, types, layers, tests (ARGS='tests/bot -k desk')
	@# Three on two cores: each waits for its database and its children part of the time.
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

format: $(READY) ## Put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(READY) ## Check form, habits and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(READY) ## Check the types
	$(BIN)/mypy

bench: $(READY) ## Measure speed (each file in tests/bench by itself)
	@for file in tests/bench/bench_*.py; do \
	    echo "== $$file"; $(BIN)/python -m "tests.bench.$$(basename $$file .py)" || exit 1; \
	done

stress: $(READY) ## The long form of the tests that kill, flood and disturb
	SULH_STRESS=1 $(BIN)/pytest -m stress $(ARGS)

coverage: $(READY) ## Which lines and branches no test reaches
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage report --skip-covered --show-missing

catalogs: $(READY) ## Bring the texts of the code into the catalogs; then translate what is empty in fa and ar
	$(BIN)/pybabel -q extract $(KEYWORDS) --no-location --sort-output -w $(WIDTH) --project=Sulh -o locales/messages.pot bot
	$(BIN)/pybabel -q update -i locales/messages.pot -d locales -w $(WIDTH) --no-fuzzy-matching --ignore-obsolete
	$(BIN)/python -m locales

migration: $(READY) ## Write a migration from what the models have and the database lacks: NAME=what_changes
	@test -n "$(NAME)" || { echo "Say what changes: make migration NAME=what_changes" >&2; exit 2; }
	$(BIN)/python -m storage.migrations "$(NAME)"

clean: ## Remove the environment and everything that tools left behind
	rm -rf .venv .coverage htmlcov build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	    || { echo "Sulh needs Python 3.11 or newer; $(PYTHON) is not. Name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	    || { echo "This Python cannot make environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (once; a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@
