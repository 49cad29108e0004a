# Everything sets itself up in .venv on first use, and again when the lock files change.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
unexport PYTHONPATH PYTHONHOME
.PHONY: run test bench lint screenshots lock

PORT ?= 8501
VENV := .venv
RUN := $(VENV)/bin/python -m
INSTALL := $(RUN) pip --disable-pip-version-check install --quiet --requirement

# A shim may exist for a Python that does not start, so each one is tried.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1 && echo $$name && break; done)

# The stamps carry the locks' checksums; the Python beneath the environment may have gone since.
$(shell $(VENV)/bin/python -V >/dev/null 2>&1 || rm -rf $(VENV))
READY := $(VENV)/ready-$(shell cksum < requirements.lock | cut -d' ' -f1)
READY_DEV := $(VENV)/ready-dev-$(shell cat requirements.lock requirements-dev.lock | cksum | cut -d' ' -f1)

# Without its stamp an environment may be half made: it is made anew.
$(READY):
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.11 or newer with venv was found. Install one (on Debian: apt-get install" \
			"python3 python3-venv), or name it: make PYTHON=/path/to/python3" >&2; exit 2; fi
	@echo "Setting up $(VENV) with $$($(PYTHON) -V) ..."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) requirements.lock
	@touch $@

$(READY_DEV): | $(READY)
	@echo "Adding the tools for tests ..."
	@rm -f $(VENV)/ready-*
	@$(INSTALL) requirements-dev.lock
	@touch $(READY) $@

run: $(READY)
	@$(RUN) connectors demo --if-empty
	@$(RUN) streamlit run app.py --server.port $(PORT) --server.headless true

lint: $(READY_DEV)
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(RUN) pytest --quiet tests/unit/test_house.py tests/unit/test_text.py

test: lint
	$(RUN) tests.browser.browser
	$(RUN) pytest --numprocesses 2 --dist loadfile --durations 15

bench: $(READY_DEV)
	$(RUN) tests.bench

screenshots: $(READY_DEV)
	$(RUN) tests.browser.browser
	$(RUN) tests.browser.screenshots

# After an edit of requirements.txt or requirements-dev.txt: pins what they need, for every platform.
LOCK := $(RUN) uv --quiet pip compile --universal --python-version 3.11 --fork-strategy fewest \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
lock: $(READY_DEV)
	$(RUN) pip --disable-pip-version-check install --quiet uv
	$(LOCK) requirements-dev.txt --output-file requirements-dev.lock
	$(LOCK) requirements.txt --constraint requirements-dev.lock --output-file requirements.lock
