# The commands of the house. `make serve` and `make test` set up all they need.

PYTHON ?= python3.11
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= ./lanekeeper-data
SEEDS ?= 50000
# One of them waits for the simulation, which takes what the others leave.
TEST_WORKERS ?= 3

VENV := .venv
BIN := $(VENV)/bin
PAGES := web/dashboard web/playground
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
PAGE_SOURCES := $(shell find $(PAGES) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/gql/*')

export DEBIAN_FRONTEND := noninteractive
export PYTHONDONTWRITEBYTECODE :=  # if it is set, every process that a test starts compiles all of our code

.PHONY: setup serve test ready test-pages check static unit bench pictures chaos chaos-feed fuzz dev build sdl lock clean apt

setup: $(VENV)/.installed

serve: setup build  ## install, build the pages, start everything; open the printed URL
	$(BIN)/lanekeeper serve --host $(HOST) --port $(PORT) --data-dir $(DATA_DIR)

build: web/dashboard/dist/index.html web/playground/dist/index.html

test:  ## everything: the pages, then the whole Python suite
	$(MAKE) --no-print-directory --jobs=4 --output-sync=target ready
	$(BIN)/python -m pytest -q -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

ready: $(VENV)/.installed-dev build apt tests/clients/node_modules/.installed test-pages

test-pages: web/dashboard/dist/index.html
	cd web/dashboard && npm test --silent

check: $(VENV)/.installed-dev $(foreach page,$(PAGES),$(page)/node_modules/.installed)  ## format, lint, types, contracts, unit tests
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target static unit

static:
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	cd web/dashboard && npm run --silent lint

unit:
	$(BIN)/python -m pytest -q -m "not mongo and not browser and not processes and not relion" \
	  --ignore tests/lanes --ignore tests/programs --ignore tests/simulation

simulate: $(VENV)/.installed-dev  ## the scheduler in SEEDS worlds full of faults; see docs/simulation.md
	$(BIN)/python -m tests.simulation --seeds $(SEEDS)

bench: $(VENV)/.installed-dev build bench/node_peers/node_modules/.installed bench/python_peers/.venv/.installed  ## latencies, lists, scheduling, side by side with peers: make bench ONLY="feed lists"
	$(BIN)/python -m bench.run $(ONLY)

pictures: $(VENV)/.installed-dev build  ## the pictures of the README, taken anew from a real instance
	$(BIN)/python -m bench.pictures

chaos: $(VENV)/.installed-dev  ## real processes killed and frozen at random: make chaos MINUTES=5 SEED=1
	$(BIN)/python -m tests.chaos --minutes $(or $(MINUTES),5) --seed $(or $(SEED),1)

chaos-feed: $(VENV)/.installed-dev  ## the live feed under faults, judged by what its followers end with: make chaos-feed CHANGES=200000
	$(BIN)/python -m tests.chaos_feed --changes $(or $(CHANGES),200000) --seed $(or $(SEED),1)

fuzz: $(VENV)/.installed-dev build tests/fuzz/.venv/.installed  ## generated operations against the running API: make fuzz EXAMPLES=10
	$(BIN)/python -m tests.fuzz --examples $(or $(EXAMPLES),10) --seed $(or $(SEED),1)

dev: setup  ## the server, and the dashboard from vite with live reload
	$(BIN)/lanekeeper serve --host $(HOST) --port $(PORT) --data-dir $(DATA_DIR) & \
	server=$$!; trap 'kill $$server' EXIT; cd web/dashboard && npm run dev

sdl: $(VENV)/.installed  ## print the schema from the code
	$(BIN)/lanekeeper export-schema > schema/schema.graphql

lock: pyproject.toml  ## settle every dependency anew, with hashes; needs uv
	uv pip compile pyproject.toml --extra embedded --extra build --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --all-extras --python-version 3.11 --constraints requirements.lock \
	  --generate-hashes --no-annotate --no-header --quiet --output-file requirements-dev.lock
	for apart in bench/python_peers tests/fuzz; do \
	  uv pip compile $$apart/requirements.in --python-version 3.11 --generate-hashes \
	    --no-annotate --no-header --quiet --output-file $$apart/requirements.lock || exit 1; \
	done

clean:  ## everything that make has made, but no data
	rm -rf $(VENV) $(foreach page,$(PAGES),$(page)/node_modules $(page)/dist) tests/clients/node_modules bench/node_peers/node_modules bench/python_peers/.venv tests/fuzz/.venv .mypy_cache .ruff_cache .pytest_cache

# --- what the targets above are made of

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

# All that the product needs is in the other lock too. What no test imports is not compiled.
$(VENV)/.installed-dev: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --no-compile --require-hashes --requirement requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $(VENV)/.installed $@

%/.venv/.installed: %/requirements.lock
	$(PYTHON) -m venv $(@D) || python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

%/node_modules/.installed: %/package-lock.json
	cd $* && npm ci --no-fund --no-audit --loglevel=error
	touch $@

web/dashboard/dist/index.html: web/dashboard/node_modules/.installed schema/schema.graphql $(PAGE_SOURCES)
	cd web/dashboard && npm run --silent build
	touch $@

web/playground/dist/index.html: web/playground/node_modules/.installed $(PAGE_SOURCES)
	cd web/playground && npm run --silent build
	touch $@

apt: | $(VENV)/bin/python  ## Debian packages that tests use, where we may install them
	@missing="$$(command -v slurmctld >/dev/null || echo slurm-wlm munge) \
	  $$(command -v relion_refine >/dev/null || echo relion) \
	  $$(command -v sshd >/dev/null || [ -x /usr/sbin/sshd ] || [ -x $(SSHD)/usr/sbin/sshd ] || echo openssh-client)"; \
	[ -z "$$(echo $$missing)" ] || $(call install,$$missing) \
	  || echo "Not all could be installed of:" $$missing "- the tests that need them will be skipped."
	@command -v chromium-headless-shell >/dev/null || $(call install,chromium-headless-shell) \
	  || command -v chromium >/dev/null || $(call install,chromium) \
	  || echo "Chromium is not installed: the browser tests will be skipped."
	@command -v sshd >/dev/null || [ -x /usr/sbin/sshd ] || [ -x $(SSHD)/usr/sbin/sshd ] \
	  || $(call unpack,$(SSHD),openssh-server libwrap0) \
	  || echo "OpenSSH is not installed: the tests of machines over SSH will be skipped."
	@[ -d $(GRID)/usr/lib/gridengine ] \
	  || $(call unpack,$(GRID),$(addprefix gridengine-,master exec client common) libjemalloc2) \
	  || echo "Grid Engine is not unpacked: its nightly tests will be skipped."

# Unpacked, not installed: that would start daemons.
SSHD := $(VENV)/sshd
GRID := $(VENV)/gridengine

install = { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && ok=0 \
  && for package in $(1); do apt-get install -y -qq --no-install-recommends $$package || ok=1; done && [ $$ok = 0 ]; }
unpack = { command -v apt-get >/dev/null && mkdir -p $(1) && cd $(1) && apt-get download -qq $(2) \
  && for package in *.deb; do dpkg -x $$package .; done; }
