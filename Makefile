# Every target works on a fresh machine that has Python 3.11-3.13 and make: it installs what it needs.
# PYTHON= chooses the interpreter, ARGS= is passed on, K= selects tests by name.
# A network (PyPI, or a mirror that pip is set up for) is needed once; after that nothing is fetched.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install server test check pytest browser clients test-clients demo bench fuzz plant docs site screenshots \
	recording dist test-install notices sbom lock clean

VENV ?= .venv
BIN := $(VENV)/bin
# Without PYTHON= an environment that exists is kept, whichever interpreter it was made with.
PYTHON ?= $(if $(wildcard $(VENV)/bin/python),$(VENV)/bin/python,python3)
ARGS ?=
K ?=
WORKERS ?= auto

PYTHON_VERSION = $(shell $(PYTHON) -c 'import platform; print(platform.python_version())' 2>/dev/null)
MADE = $(VENV)/.made-$(or $(PYTHON_VERSION),without-python)
INSTALLED = $(VENV)/.installed
INSTALLED_SERVER = $(VENV)/.installed-server
INSTALLED_DEV = $(VENV)/.installed-dev
BROWSER = tests/browser/node_modules/.installed
# Where there is no npm, the benchmark says that the provider it stands beside is left out.
PEER = $(if $(shell command -v npm),bench/oidc_provider/node_modules/.installed)
# The Azure CLI pins other versions than the libraries want: two environments.
AZ = .venv-clients-az
SDK = .venv-clients-sdk
# What installs, checks and lists the package.
PACKAGING = .venv-packaging
# The runtime with its extras and nothing else, to be listed.
RUNTIME = .venv-sbom
CLIENTS = $(AZ)/.installed $(SDK)/.installed tests/clients/node/node_modules/.installed $(BROWSER)
PIP = $(BIN)/python -m pip --disable-pip-version-check -qq
LOCKED = $(PIP) install --require-hashes

help:
	@grep -hE '^## ' $(MAKEFILE_LIST) | sed 's/^## //'

## install   .venv with the runtime and .venv/bin/ostiary
install: $(INSTALLED)

## server    what `ostiary demo`, `init`, `serve` and `impact` need, into .venv too
server: $(INSTALLED_SERVER)

## test      the checks, then all tests (K=expression selects some and leaves out the checks)
test: $(INSTALLED_DEV)
ifeq ($(K),)
	@$(MAKE) --no-print-directory check pytest
else
	$(BIN)/pytest -k '$(K)' $(ARGS)
endif

## check     formatting, lint, types and import direction
check: $(INSTALLED_DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

## pytest    the tests alone
pytest: $(INSTALLED_DEV)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

## browser   what the browser tests need of npm, into tests/browser; they are skipped without it
browser: $(BROWSER)

## clients   the Azure CLI, MSAL, azure-identity and Node clients, into .venv-clients-* and tests/clients/node
clients: $(CLIENTS)

## test-clients  these clients, unmodified, against a served tenant; `make test` leaves them out
# Tests of a client that does not install here are skipped and say so.
test-clients: $(INSTALLED_DEV)
	$(MAKE) --no-print-directory --keep-going -j3 clients || echo "not all clients install here"
	OSTIARY_TEST_CLIENTS=1 $(BIN)/pytest tests/clients -n $(WORKERS) --dist loadfile $(ARGS)

## demo      a tenant that is served, and the story told on it (ARGS=--exit ends after the story)
demo: $(INSTALLED_SERVER)
	$(BIN)/ostiary demo $(ARGS)

## bench     engine, impact, sign-ins, pages of the admin center; writes docs/benchmarks.md (ARGS=--quick: small, writes nothing)
bench: $(INSTALLED_DEV) $(PEER)
	$(BIN)/python -m bench.run $(ARGS)

## fuzz      the engine against the independent oracle, a million cases
fuzz: $(INSTALLED_DEV)
	$(BIN)/python -m tests.fuzz $(ARGS)

## plant     plants bugs one at a time; every one must be caught
plant: $(INSTALLED_DEV)
	$(BIN)/python -m tests.plant $(ARGS)

## docs      writes the generated pages under docs/
docs: $(INSTALLED_DEV)
	$(BIN)/python -m docs.generate $(ARGS)

## site      builds the documentation as web pages into site/; fetches nothing, and fails on a broken link
site: $(INSTALLED_DEV)
	$(BIN)/python -m docs.site $(ARGS)

## screenshots  takes the pictures of docs/admin-center.md and how-to.md, with Chromium and what `make browser` installs
screenshots: $(INSTALLED_DEV)
	$(BIN)/python -m docs.screenshots $(ARGS)

## recording takes the picture of `ostiary demo` that the README shows, out of a run of it
recording: $(INSTALLED_DEV)
	$(BIN)/python -m docs.recording $(ARGS)

## dist      the wheel and the sources as they are published, into dist/
dist: $(INSTALLED)
	rm -rf dist
	PYTHONPATH=$(VENV)/build-backend $(BIN)/python -m hatchling build

## test-install  wheel and sources in fresh environments by pip, pipx and uv; `make test` leaves them out
test-install: $(INSTALLED_DEV) $(PACKAGING)/.installed
	OSTIARY_TEST_INSTALL=1 $(BIN)/pytest tests/packaging -n $(WORKERS) $(ARGS)

## notices   writes THIRD-PARTY-NOTICES.md
notices: $(INSTALLED_DEV)
	$(BIN)/python -m deploy.notices

## sbom      what the runtime consists of, as CycloneDX, into dist/ostiary.cdx.json
sbom: dist $(RUNTIME)/.installed $(PACKAGING)/.installed
	$(RUNTIME)/bin/python -m pip --disable-pip-version-check -qq install --no-deps --no-index \
		--force-reinstall dist/*.whl
	$(PACKAGING)/bin/cyclonedx-py environment $(RUNTIME)/bin/python --pyproject pyproject.toml \
		--mc-type application --sv 1.6 --output-reproducible -o - \
		| $(PACKAGING)/bin/python -m deploy.sbom > dist/ostiary.cdx.json

## lock      resolves the requirements afresh, with uv; releases younger than a week are left out
UV_COMPILE = $(VENV)-lock/bin/uv pip compile --quiet --universal --upgrade --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 --exclude-newer '7 days'
lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip --disable-pip-version-check -qq install uv
	$(UV_COMPILE) requirements.in -o requirements.lock
	$(UV_COMPILE) requirements-build.in -o requirements-build.lock
	$(UV_COMPILE) requirements-dev.in -o requirements-dev.lock
	$(UV_COMPILE) requirements-server.in -o requirements-server.lock
	$(UV_COMPILE) requirements-bench.in -o requirements-bench.lock
	$(UV_COMPILE) requirements-packaging.in -o requirements-packaging.lock
	$(UV_COMPILE) requirements-spark.in -o requirements-spark.lock
	$(UV_COMPILE) requirements-clients-az.in -o requirements-clients-az.lock
	$(UV_COMPILE) requirements-clients-sdk.in -o requirements-clients-sdk.lock

## clean     removes what the other targets made
clean:
	rm -rf $(VENV) $(VENV)-lock .venv-ci-* .venv-clients-* $(PACKAGING) $(RUNTIME) build dist site htmlcov \
		.coverage .coverage.* \
		tests/browser/node_modules tests/clients/node/node_modules .pytest_cache .ruff_cache \
		.hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

bench/oidc_provider/node_modules/.installed: bench/oidc_provider/package.json \
		bench/oidc_provider/package-lock.json bench/oidc_provider/.npmrc
	cd bench/oidc_provider && npm ci --no-progress
	touch $@

# Another interpreter than last time has another name here, and so makes the environment anew.
$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
		echo "Ostiary needs Python 3.11, 3.12 or 3.13; \`$(PYTHON)\` is not one: set PYTHON=" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	touch $@

# The build backend is pinned by hash like everything else and goes to a folder of its own, so that
# nothing is fetched unpinned and the environment holds the runtime only.
$(INSTALLED): $(MADE) requirements.lock requirements-build.lock pyproject.toml
	$(LOCKED) -r requirements.lock
	rm -rf $(VENV)/build-backend
	$(LOCKED) --target $(VENV)/build-backend -r requirements-build.lock
	PYTHONPATH=$(VENV)/build-backend $(PIP) install --no-deps --no-build-isolation --no-index --editable .
	touch $@

$(INSTALLED_SERVER): $(INSTALLED) requirements-server.lock
	$(LOCKED) -r requirements-server.lock
	touch $@

# Chromium itself comes from the system: nothing here fetches a browser.
$(BROWSER): tests/browser/package.json tests/browser/package-lock.json tests/browser/.npmrc
	cd tests/browser && npm ci --no-progress
	touch $@

# An environment of clients: its name is that of its requirements.
.venv-clients-%/.installed: requirements-clients-%.lock
	$(PYTHON) -m venv --clear .venv-clients-$*
	.venv-clients-$*/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r $<
	touch $@

$(PACKAGING)/.installed: requirements-packaging.lock
	$(PYTHON) -m venv --clear $(PACKAGING)
	$(PACKAGING)/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r $<
	touch $@

$(RUNTIME)/.installed: requirements.lock requirements-server.lock
	$(PYTHON) -m venv --clear $(RUNTIME)
	$(RUNTIME)/bin/python -m pip --disable-pip-version-check -qq install --require-hashes \
		-r requirements.lock -r requirements-server.lock
	touch $@

tests/clients/node/node_modules/.installed: $(addprefix tests/clients/node/,package.json package-lock.json .npmrc)
	cd tests/clients/node && npm ci --no-progress
	touch $@

# Spark is 450 MB and useless without Java: where there is none, its tests say so and are skipped.
$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock requirements-bench.lock requirements-spark.lock
	$(LOCKED) -r requirements-dev.lock
	$(LOCKED) -r requirements-bench.lock || echo "regorus does not install here: left out of the benchmark"
	if command -v java >/dev/null; then $(LOCKED) -r requirements-spark.lock || \
		echo "Spark does not install here: its tests are skipped"; fi
	touch $@
