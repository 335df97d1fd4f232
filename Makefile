# Everything a person needs: make run, make test, make check. Python 3.11 and make suffice.
# What a step made is remembered in .venv/stamps, so that a second run is quick.

PYTHON ?= python3
PORT ?= 8000
DATA ?= .data/demo
JOBS ?= 2

BIN := .venv/bin
STAMPS := .venv/stamps
WEB := src/timshel/interfaces/web
DJANGO := $(BIN)/python -m django

export DJANGO_SETTINGS_MODULE := timshel.config.settings
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

TEMPLATES := $(shell find src/timshel -name '*.html' -not -path '*/static*/*')
STATIC := $(shell find $(WEB)/static -type f -not -path '*/vendor/*' 2>/dev/null)
CATALOGUES := $(shell find src/timshel/locale -name '*.po' 2>/dev/null)
TESTED := $(shell find src tests packs -type f -not -path '*/__pycache__/*' -not -name '*.mo' \
	-not -path '*/static/vendor/*' -not -path '*/static_build/*' 2>/dev/null)

GATES := gate-format gate-lint gate-types gate-directions gate-template-format \
	gate-template-lint gate-migrations gate-messages

.PHONY: help setup run test check lint journeys scale client clean $(GATES)

help:
	@echo "make run      serve the demonstration organisation on port $(PORT) (PORT=…, DATA=…)"
	@echo "make test     run the tests that need no browser"
	@echo "make check    run every gate: format, lint, types, directions, messages, tests, journeys, kills"
	@echo "make client   make a Python client of the API in build/timshel-client"
	@echo "make setup    only install and build"
	@echo "make clean    remove what was installed and built; data in .data stays"

# ── Installing and building ────────────────────────────────────────────────────────────────

setup: $(STAMPS)/package $(STAMPS)/static $(STAMPS)/messages $(STAMPS)/generator

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv .venv

$(STAMPS)/requirements: requirements/dev.txt | $(BIN)/python
	@mkdir -p $(STAMPS)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMPS)/package: $(STAMPS)/requirements pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/frontend: frontend/package-lock.json frontend/package.json frontend/build.py | $(STAMPS)/package
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/node.txt
	$(BIN)/python frontend/build.py
	@touch $@

$(STAMPS)/icons: $(STAMPS)/frontend frontend/icons.txt $(TEMPLATES)
	@$(BIN)/python frontend/build.py --icons-only
	@touch $@

$(STAMPS)/static: $(STAMPS)/icons $(STATIC)
	@rm -rf $(WEB)/static_build
	@TIMSHEL_STATIC_COLLECTED=1 $(DJANGO) collectstatic --noinput --verbosity 0
	@touch $@

$(STAMPS)/messages: $(CATALOGUES) | $(STAMPS)/package
	@$(BIN)/python tools/messages.py compile
	@touch $@

# What makes the client has a place of its own: it wants other versions than we do.
$(STAMPS)/generator: requirements/client.txt | $(STAMPS)/package
	$(PYTHON) -m venv .venv/generator
	.venv/generator/bin/python -m pip install --quiet --require-hashes -r requirements/client.txt
	@touch $@

client: setup
	@mkdir -p build
	@$(BIN)/timshel api-document > build/openapi.json
	@.venv/generator/bin/openapi-python-client generate --path build/openapi.json \
		--config tools/client.yaml --output-path build/timshel-client --overwrite --fail-on-warning

# ── Running ────────────────────────────────────────────────────────────────────────────────

run: setup
	@$(BIN)/timshel demo --data $(DATA)
	@exec $(BIN)/timshel up --data $(DATA) --port $(PORT)

# ── Proving ────────────────────────────────────────────────────────────────────────────────

# The tests that need no browser. Run anew each time; make check takes the result of a run on
# the same files as its own.
test: setup
	$(BIN)/pytest -m "not journey and not scale" -n $(JOBS) --dist loadfile --no-loadscope-reorder
	@touch $(STAMPS)/tested

$(STAMPS)/tested: $(TESTED) $(STAMPS)/package $(STAMPS)/static $(STAMPS)/messages
	$(BIN)/pytest -m "not journey and not scale" -n $(JOBS) --dist loadfile --no-loadscope-reorder
	@touch $@

# What is killed and started again mostly waits: it runs beside the journeys.
check: lint $(STAMPS)/tested
	@$(MAKE) --no-print-directory --output-sync=target -j2 journeys scale

# Each gate is a target of its own: make -k lint shows everything that is wrong.

lint: $(GATES)

gate-format: setup
	$(BIN)/ruff format --check .

gate-lint: setup
	$(BIN)/ruff check .

gate-types: setup
	$(BIN)/mypy

gate-directions: setup
	$(BIN)/lint-imports

gate-template-format: setup
	@$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)

gate-template-lint: setup
	$(BIN)/djlint --lint --quiet src/timshel

gate-migrations: setup
	$(DJANGO) makemigrations --check --dry-run

gate-messages: setup
	$(BIN)/python tools/messages.py check

# A browser on a busy machine may stumble: a few that fail are tried once more, and what stopped
# them is shown even if they pass then.
journeys: setup
	$(BIN)/pytest -m journey -n $(JOBS) --dist worksteal \
		--reruns 1 --max-suite-reruns 4 --rerun-show-tracebacks

scale: setup
	$(BIN)/pytest -m scale

clean:
	rm -rf .venv frontend/node_modules $(WEB)/static/vendor $(WEB)/static_build
	rm -rf .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src -name '*.mo' -delete
