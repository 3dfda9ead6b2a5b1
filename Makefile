# Everything from a bare Python 3.11 or newer and make. Stamps live in .venv, so a second run costs seconds.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell sh tests/tools/find_python.sh)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
CATALOGUES := $(wildcard campaign/translations/*/LC_MESSAGES/*.po)
FONTS := static/css/fonts.css
# Options for `make run` (ARGS="--port 9000") and `make test` (ARGS="-k pledge").
ARGS ?=

.PHONY: help run shell setup test lint types floors tests dates dist bench bench-quick chaos attack screenshots lighthouse lock fmt clean
.DELETE_ON_ERROR:

help:
	@echo 'make run          set up and serve the demonstration; Ctrl-C stops it, nothing is lost'
	@echo 'make shell        a shell with the settings of what runs: psql, flask --app wsgi run --debug --port 8001'
	@echo 'make test         set up and check everything CI checks'
	@echo 'make dates        run the suite on ten dates, without browsers and comparisons of times: some forty minutes on two cores'
	@echo 'make dist         build the wheel, and the list of what it was tested with, into dist/'
	@echo 'make bench-quick  measure for about a minute (make bench: in full)'
	@echo 'make chaos        kill processes of a running installation, in full'
	@echo 'make attack       attack an installation of its own with sqlmap and fuzzers: some ten minutes (ARGS=--quick: three)'
	@echo 'make screenshots  picture every page and state, into screenshots/'
	@echo 'make lighthouse   measure ten pages as on a cheap phone, into lighthouse/'
	@echo 'make fmt          format and sort imports'
	@echo 'make lock         pin and hash the requirements anew'
	@echo 'make clean        remove what was made, except data/'

run: setup
	@exec $(BIN)/campaign up --demo $(ARGS)

shell: setup
	@exec $(BIN)/campaign shell $(ARGS)

setup: $(VENV)/.stamp-campaign $(if $(CATALOGUES),$(VENV)/.stamp-translations) $(FONTS)

test: lint types floors tests
	@echo 'All checks passed.'

lint: setup $(VENV)/.stamp-test
	@echo '== ruff'
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo 'run: make fmt'; exit 1; }

types: setup $(VENV)/.stamp-test
	@echo '== mypy --strict'
	@$(BIN)/mypy

floors: setup $(VENV)/.stamp-test
	@echo '== floors: imports go down only'
	@$(BIN)/lint-imports

# The recipe asks for a browser before pytest starts, so that a missing one stops the run with words, not with skips.
# What compares times runs after all else, alone: a neighbour on the same core would be measured with it. 5: none chosen.
# CAMPAIGN_TEST_DATE=2028-02-29T23:30:00Z make tests: as on that date, without what `make dates` leaves out.
ifdef CAMPAIGN_TEST_DATE
tests: setup $(VENV)/.stamp-test node_modules/.stamp
	@$(BIN)/python -m tests.dates '$(CAMPAIGN_TEST_DATE)' --pytest '$(ARGS)'
else
tests: setup $(VENV)/.stamp-test node_modules/.stamp
	@echo '== pytest'
	@CHROMIUM=$$(sh tests/tools/find_chromium.sh $(BIN)/python) && export CHROMIUM && \
	  $(BIN)/python -m pytest -n auto --dist worksteal -m 'not timing' $(ARGS)
	@$(BIN)/python -m pytest -m timing $(ARGS) || [ $$? -eq 5 ]
endif

dates: setup $(VENV)/.stamp-test node_modules/.stamp
	@$(BIN)/python -m tests.dates --pytest '$(ARGS)'

# No build isolation: the builder is pinned and hashed among the requirements. The list says with which versions of
# everything else all checks were green; without it pip takes the newest that the wheel's own ranges allow.
dist: setup
	@rm -rf dist build
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build
	@cp requirements/run.txt dist/requirements.txt
	@ls -l dist | tail -n +2

bench-quick: setup
	@$(BIN)/python -m tests.bench --quick $(ARGS)

bench: setup
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: setup $(VENV)/.stamp-test
	@$(BIN)/python -m tests.chaos $(ARGS)

attack: setup $(VENV)/.stamp-test .setup/attack/.stamp
	@$(BIN)/python -m tests.attacks $(ARGS)

screenshots: setup $(VENV)/.stamp-test
	@CHROMIUM=$$(sh tests/tools/find_chromium.sh $(BIN)/python) && export CHROMIUM && \
	  $(BIN)/python -m tests.pictures $(ARGS)

lighthouse: setup $(VENV)/.stamp-test node_modules/.stamp
	@CHROMIUM=$$(sh tests/tools/find_chromium.sh $(BIN)/python) && export CHROMIUM && \
	  $(BIN)/python -m tests.lighthouse $(ARGS)

fmt: setup $(VENV)/.stamp-test
	@$(BIN)/ruff check --quiet --fix --exit-zero --select I
	@$(BIN)/ruff format

# In a folder of its own, so that the resolver never mixes with what it resolves.
lock: | $(BIN)/python
	@test -x .setup/lock/bin/uv || { $(PYTHON) -m venv .setup/lock && \
	  .setup/lock/bin/python -m pip --disable-pip-version-check --quiet install uv; }
	@.setup/lock/bin/uv pip compile $(COMPILE) requirements/run.in --output-file requirements/run.txt
	@.setup/lock/bin/uv pip compile $(COMPILE) requirements/test.in --output-file requirements/test.txt
	@.setup/lock/bin/uv pip compile $(COMPILE) requirements/attack.in --output-file requirements/attack.txt
	@echo 'Locked. Look at the difference before you commit it.'

clean:
	@rm -rf $(VENV) .setup node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info build dist
	@rm -rf static/fonts $(FONTS)
	@find . -name __pycache__ -type d -not -path './data/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed and none was found on PATH.' >&2; exit 1; }
	@echo 'Making $(VENV) with $(PYTHON)'
	@$(PYTHON) -m venv $(VENV) || { echo 'Its module venv is missing (on Debian: apt install python3-venv).' >&2; exit 1; }

$(VENV)/.stamp-run: requirements/run.txt | $(BIN)/python
	@echo 'Installing what the service needs'
	@$(PIP) install --require-hashes --only-binary :all: --no-deps -r requirements/run.txt
	@touch $@

$(VENV)/.stamp-test: requirements/test.txt | $(VENV)/.stamp-run
	@echo 'Installing what the checks need'
	@$(PIP) install --require-hashes --only-binary :all: --no-deps -r requirements/test.txt
	@touch $@

# In a folder of its own: what attacks is no part of what is attacked.
.setup/attack/.stamp: requirements/attack.txt | $(BIN)/python
	@echo 'Installing what the attacks need'
	@test -x .setup/attack/bin/python || $(PYTHON) -m venv .setup/attack
	@.setup/attack/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --only-binary :all: \
	  --no-deps -r requirements/attack.txt
	@touch $@

# No build isolation: the builder is pinned and hashed among the requirements.
$(VENV)/.stamp-campaign: pyproject.toml $(VENV)/.stamp-run
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q campaign wsgi.py || true
	@touch $@

# By Node from its wheel. Nothing a package would run at its installation is run: one of them fetches a Java.
node_modules/.stamp: package.json package-lock.json | $(VENV)/.stamp-test
	@echo 'Installing what the checks need from npm'
	@$(BIN)/python -m tests.tools.node ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/.stamp-translations: $(CATALOGUES) | $(VENV)/.stamp-run
	@$(BIN)/pybabel --quiet compile --directory campaign/translations
	@touch $@

# The sheet is written last: while it is there, so are the fonts it names.
$(FONTS): $(wildcard campaign/typefaces/*.py) $(VENV)/.stamp-run
	@echo 'Cutting the fonts'
	@$(BIN)/python -m campaign.typefaces
