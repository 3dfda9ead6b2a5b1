# Everything from a bare Python 3.11 or newer and make. Stamps live in .venv, so a second run costs seconds.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell sh tests/tools/find_python.sh)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
CATALOGUES := $(wildcard campaign/translations/*/LC_MESSAGES/*.po)
FONTS := static/css/fonts.css
# What the parts of `make test` took, in the order in which they ended.
TIMES := .setup/times
TIMED := sh tests/tools/timed.sh $(TIMES)
# Options for `make run` (ARGS="--port 9000") and `make test` (ARGS="-k pledge").
ARGS ?=

.PHONY: help run shell setup test checks lint types floors collect tests quick race dates dist bench bench-quick bench-publishing chaos attack
.PHONY: screenshots lighthouse lock fmt clean
.DELETE_ON_ERROR:

help:
	@echo 'make run          set up and serve the demonstration; Ctrl-C stops it, nothing is lost'
	@echo 'make shell        a shell with the settings of what runs: psql, flask --app wsgi run --debug --port 8001'
	@echo 'make test         set up and check everything CI checks'
	@echo 'make quick        the tests that need no browser and no server of their own: two to three minutes on two cores'
	@echo 'make race         what races and multiplies, at full size (make test: at the size that finds most)'
	@echo 'make dates        run the suite on ten dates, without browsers and comparisons of times: some forty minutes on two cores'
	@echo 'make dist         build the wheel, and the list of what it was tested with, into dist/'
	@echo 'make bench-quick  measure for about a minute (make bench: in full)'
	@echo 'make bench-publishing  edit and publish while a thousand a second read: a minute and a half'
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

setup: $(VENV)/.stamp-campaign $(VENV)/.stamp-compiled $(if $(CATALOGUES),$(VENV)/.stamp-translations) $(FONTS)

# What waits for the network and what computes run beside one another; the tests, which are judged by the clock, alone.
test:
	@rm -f $(TIMES)
	@$(TIMED) 'set-up and checks' $(MAKE) --no-print-directory -j 3 WITH_NODE=1 node_modules/.stamp setup checks
	@$(MAKE) --no-print-directory tests
	@echo 'All checks passed. Where the time went:'
	@cat $(TIMES)

checks: lint types floors collect

lint: $(VENV)/.stamp-test
	@echo '== ruff'
	@$(TIMED) '  ruff' $(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo 'run: make fmt'; exit 1; }

types: $(VENV)/.stamp-test
	@echo '== mypy --strict'
	@$(TIMED) '  mypy' $(BIN)/mypy

floors: $(VENV)/.stamp-test
	@echo '== floors: imports go down only'
	@$(TIMED) '  lint-imports' $(BIN)/lint-imports

# What cannot be imported is told before anything is tried. pytest keeps the files as it rewrites them, whatever the
# environment says of keeping: of three processes that collect at once, each would rewrite all of them.
collect: setup $(VENV)/.stamp-test
	@echo '== what is there to be tried can be collected'
	@PYTHONDONTWRITEBYTECODE= $(TIMED) '  collect' $(BIN)/python -m pytest --collect-only -qq >.setup/collected || \
	  { cat .setup/collected; exit 1; }

# The recipe asks for a browser before pytest starts, so that a missing one stops the run with words, not with skips.
# What compares times, and what kills processes and waits for the rest to catch up, runs after all else, alone: a neighbour
# on the same core would be measured with it. Only its files are read: to collect all tests takes longer. 5: none chosen.
# CAMPAIGN_TEST_DATE=2028-02-29T23:30:00Z make tests: as on that date, without what `make dates` leaves out.
ifdef CAMPAIGN_TEST_DATE
tests: setup $(VENV)/.stamp-test node_modules/.stamp
	@$(BIN)/python -m tests.dates '$(CAMPAIGN_TEST_DATE)' --pytest '$(ARGS)'
else
tests: setup $(VENV)/.stamp-test node_modules/.stamp
	@echo '== pytest'
	@CHROMIUM=$$(sh tests/tools/find_chromium.sh $(BIN)/python) && export CHROMIUM && \
	  $(TIMED) 'pytest' $(BIN)/python -m pytest -n auto -m 'not timing and not chaos' $(ARGS)
	@$(TIMED) 'pytest, alone' $(BIN)/python -m pytest -m 'timing or chaos' \
	  $$(grep -rlE --include='test_*.py' 'mark\.(timing|chaos)' tests) $(ARGS) || [ $$? -eq 5 ]
endif

quick: setup $(VENV)/.stamp-test
	@CAMPAIGN_TEST_QUICK=yes $(BIN)/python -m pytest -q -n auto $(ARGS)

# Large sizes are for large machines: the races' own processes are many already, so the tests run one after another.
race: setup $(VENV)/.stamp-test
	@CAMPAIGN_TEST_SCALE=$${CAMPAIGN_TEST_SCALE:-full} $(BIN)/python -m pytest -m race \
	  $$(grep -rl --include='test_*.py' 'mark\.race' tests) $(ARGS)

dates: setup $(VENV)/.stamp-test node_modules/.stamp
	@$(BIN)/python -m tests.dates --pytest '$(ARGS)'

# No build isolation: the builder is pinned and hashed among the requirements. The list says with which versions of
# everything else all checks were green; without it pip takes the newest that the wheel's own ranges allow.
dist: setup
	@$(MAKE) --no-print-directory WITH_NODE=1 $(FONTS)
	@rm -rf dist build
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build
	@cp requirements/run.txt dist/requirements.txt
	@ls -l dist | tail -n +2

bench-quick: setup
	@$(BIN)/python -m tests.bench --quick $(ARGS)

bench: setup
	@$(BIN)/python -m tests.bench $(ARGS)

bench-publishing: setup
	@$(BIN)/python -m tests.bench.publishing $(ARGS)

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
	@$(TIMED) '  install, to run' $(PIP) install --no-compile --require-hashes --only-binary :all: --no-deps -r requirements/run.txt
	@touch $@

# After the entry point, so that never two of pip are at work in one environment.
$(VENV)/.stamp-test: requirements/test.txt | $(VENV)/.stamp-campaign
	@echo 'Installing what the checks need'
	@$(TIMED) '  install, to check' $(PIP) install --no-compile --require-hashes --only-binary :all: --no-deps -r requirements/test.txt
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
	@$(TIMED) '  install, the entry point' $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# pip would compile one file after another; what is installed meanwhile is compiled when it is first imported.
$(VENV)/.stamp-compiled: $(VENV)/.stamp-campaign
	@$(TIMED) '  compile' $(BIN)/python -m compileall -q -j 0 $(VENV)/lib campaign wsgi.py || true
	@touch $@

# By Node from its wheel. Nothing a package would run at its installation is run: one of them fetches a Java.
node_modules/.stamp: package.json package-lock.json | $(VENV)/.stamp-test
	@echo 'Installing what the checks need from npm'
	@$(TIMED) '  install, from npm' $(BIN)/python -m tests.tools.node ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/.stamp-translations: $(CATALOGUES) | $(VENV)/.stamp-run
	@$(BIN)/pybabel --quiet compile --directory campaign/translations
	@touch $@

# The sheet is written last: while it is there, so are the fonts it names.
# WITH_NODE: what npm brings is waited for, as a Nastaliq for Urdu; without it Urdu is set in a Naskh.
$(FONTS): $(wildcard campaign/typefaces/*.py) $(VENV)/.stamp-run $(if $(WITH_NODE),node_modules/.stamp)
	@echo 'Cutting the fonts'
	@$(TIMED) '  cut the fonts' $(BIN)/python -m campaign.typefaces
