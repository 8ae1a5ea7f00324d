# Everything from nothing: needs Python >= 3.11 with venv, git and make. uv and Node come as wheels where missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# make hub IDS="time git"   other servers            make hub ARGS="--port 9000"   more options of hub-launch
IDS ?= time filesystem everything memory
ARGS ?=
# The filesystem server does not start without a folder; here it is given this checkout.
SETTINGS := $(if $(filter filesystem,$(IDS)),--set filesystem.folder=.)

# Runners for servers from PyPI and npm, where this machine has none.
comma := ,
empty :=
EXTRAS := $(if $(shell command -v uvx),,uv) $(if $(shell command -v npx),,node)
RUNNERS := $(subst $(empty) $(empty),$(comma),$(strip $(EXTRAS)))
LAUNCHER := ./launcher$(if $(RUNNERS),[$(RUNNERS)])

.DEFAULT_GOAL := help
.PHONY: help hub test hostile long lowest newest browser screenshots bench fuzz soak check format schema site wheels clean distclean

help:  ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

hub: $(VENV)/launch.stamp  ## set up, compile the registry, launch real servers and serve them until Ctrl-C
	@# Built to be used here and not published: another branch may well have fewer servers.
	@# Pages need the development tools; where those are, pages that are there stay.
	@$(BIN)/hub-build site --allow-shrink $(if $(wildcard $(VENV)/tools.stamp),--pages)
	@$(BIN)/hub-launch $(IDS) $(SETTINGS) --registry site --yes $(ARGS)

# Tests are rewritten, and programs that they start compiled, once and not by each worker and at each start.
test long: export PYTHONDONTWRITEBYTECODE =

test: $(VENV)/tools.stamp browser  ## set up, run the whole test suite
	@# More than there are cores: most of the time tests wait for servers to start and to end.
	$(BIN)/pytest -n $$(( 2 * $$(nproc 2>/dev/null || echo 2) + 1 )) --dist loadgroup

# Root's, or who may be root without a password, gets a Chromium where there is none; others are told.
APT := command -v apt-get >/dev/null && $(if $(filter 0,$(shell id -u)),,sudo -n) timeout 240 apt-get install -y -qq --no-install-recommends
browser:
	@command -v chromium || command -v chromium-browser || command -v google-chrome || { $(APT) chromium; } || \
	  echo "no Chromium, and it cannot be installed here: what is tested in a browser is skipped (apt-get install chromium)" >&2
	@# Debian has the same without windows too, in which tests cost half.
	@command -v chromium-headless-shell || ! command -v chromium >/dev/null || { $(APT) chromium-headless-shell; } >/dev/null 2>&1 || true

hostile: $(VENV)/tools.stamp  ## every numbered case of the hostile suite (site_src/docs/hostile.md); fails if one was not run
	$(if $(RECORD),HOSTILE_RECORD=1 )$(BIN)/pytest -n $$(( $$(nproc 2>/dev/null || echo 2) + 1 )) --dist loadgroup -m hostile $(ARGS)

long: $(VENV)/tools.stamp  ## what takes minutes: twenty real servers at once, and the licences of all that is released
	$(BIN)/pytest -m long $(ARGS)

lowest: ## the launcher's and the compiler's tests with the oldest libraries that the pyproject files allow
newest: ## the same with the newest that there are
lowest newest: $(VENV)/tools.stamp
	@# In an environment of its own, beside the usual one.
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-$@
	VIRTUAL_ENV=$(VENV)-$@ $(BIN)/uv pip install --quiet -e ./launcher -e . --group dev \
	  --resolution $(if $(filter lowest,$@),lowest-direct,highest)
	PATH="$(CURDIR)/$(VENV)-$@/bin:$$PATH" $(VENV)-$@/bin/python -m pytest -m "not e2e and not long" \
	  $(or $(ARGS),-n 2 --dist loadgroup tests/hub_launch tests/hub_build)

screenshots: $(VENV)/tools.stamp browser  ## the documentation's pictures of the site and the status page, made by their tests in a Chromium
	SCREENSHOTS=$(CURDIR)/site_src/docs/images $(BIN)/pytest tests/hub_launch/hub/statuspage tests/site -k pictures

bench: $(VENV)/tools.stamp browser  ## measure everything, beside others: half an hour with nothing else to do, ARGS=--quick some minutes
	@# A benchmark that fails keeps the others' results off no page.
	$(BIN)/python benchmarks/run.py $(ARGS); code=$$?; $(BIN)/python -m hub_build.docs && exit $$code

fuzz: $(VENV)/tools.stamp  ## ten minutes of inputs that nobody thought of, for all that reads strangers' bytes
	@$(BIN)/python -m pip install --quiet --group fuzz
	$(BIN)/python -m tests.fuzz $(if $(FUZZ_SECONDS),--seconds $(FUZZ_SECONDS)) $(ARGS)

soak: $(VENV)/tools.stamp  ## an hour of calls, kills, reloads, refreshes, slow and hostile clients: each answer is judged
	$(BIN)/python benchmarks/soak.py $(ARGS)

check: $(VENV)/tools.stamp  ## lint, types, import directions, generated files, registry
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@# What other systems lack is found by its types; tests run there in CI alone.
	$(BIN)/mypy --platform win32
	$(BIN)/mypy --platform darwin
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet .github/workflows
	$(BIN)/hub-build schema --check
	$(BIN)/python -m hub_build.docs --check
	$(BIN)/hub-build hosts --check
	$(BIN)/hub-build check

format: $(VENV)/tools.stamp  ## rewrite the code in the project's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

schema: $(VENV)/tools.stamp  ## regenerate what is written from the code: schema/, and pages of the documentation
	$(BIN)/hub-build schema
	$(BIN)/python -m hub_build.docs

site: $(VENV)/tools.stamp  ## compile the registry into site/, with all pages for people and the prose
	$(BIN)/hub-build site --pages

wheels: $(VENV)/tools.stamp  ## build the wheels into dist/
	$(BIN)/python -m build --outdir dist launcher

clean:  ## remove what was built (never build/, which is the compiler's source)
	rm -rf site dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .fuzz
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean  ## remove the virtual environment too
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-newest

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
	@echo "making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@# Dependency groups, from which the tools are installed, need pip 25.1.
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

$(VENV)/launch.stamp: $(VENV)/bin/python pyproject.toml launcher/pyproject.toml
	@echo "installing the launcher and the compiler$(if $(RUNNERS), and $(RUNNERS)) ..."
	@$(BIN)/python -m pip install --quiet -e '$(LAUNCHER)' -e .
	@touch $@

$(VENV)/tools.stamp: $(VENV)/launch.stamp
	@echo "installing the development tools ..."
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@
