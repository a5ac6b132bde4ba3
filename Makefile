# anonvma-book in two commands:
#   make lab     opens the book in JupyterLab
#   make test    runs every check
# Both first make what they need, in .venv; nothing outside this folder changes, but that
# `make test` as root may install Debian's chromium and strace. Needs Python 3.11 or newer and make.

.DEFAULT_GOAL := help
.PHONY: help lab test check mutants bench execute pictures browser tools clean FORCE
.NOTPARALLEL:

ARGS ?=
JOBS ?= 2
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
FAIL = { printf 'make: %s\n' $(1) >&2; exit 1; }

help:
	@echo "make lab      open the book in JupyterLab     ARGS='--no-browser --port 8899'"
	@echo "make test     run every check and test        ARGS='tests/test_setup.py -x', JOBS=2"
	@echo "make check    run ruff and mypy alone"
	@echo "make mutants  change the engine in thousands of ways, and see that its tests notice"
	@echo "make bench    measure the engine against the running kernel, as a table"
	@echo "make execute  run the chapters again and store their outputs   ARGS=chapters/00-x.ipynb"
	@echo "make pictures take the README's pictures again, from a real lab, into docs/pictures"
	@echo "make browser  find or install a Chromium for the tests; make tools does so for strace"
	@echo "make clean    remove everything that make made"
	@echo "PYTHON=python3.12 chooses the Python that .venv is made with (3.11 or newer)."

lab: $(VENV)/.book
	@$(BIN)/anonvma-book lab $(ARGS)

test: check browser tools
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.tests
	$(BIN)/python -m ruff check
	$(BIN)/python -m mypy

# docs/mutants.md tells what this is; it takes about an hour, and goes on where it was broken off.
mutants: $(VENV)/.mutants
	rm -f mutants/mutmut-stats.json
	$(BIN)/mutmut run --max-children $(JOBS) $(ARGS)
	$(BIN)/python -m tests.mutants.report

# Linux, and two or three minutes of a machine that does nothing else.
bench: $(VENV)/.tests
	$(BIN)/python -m tests.bench $(ARGS)

execute: $(VENV)/.tests
	$(BIN)/python -m tests.execute_chapters $(ARGS)

# With the chapters' outputs the only generated files that are kept: look at them before you do.
pictures: browser
	$(BIN)/python -m tests.browser.pictures $(ARGS)

# A Chromium for the tests in tests/browser: the one on PATH, Debian's, or Playwright's own.
browser: $(VENV)/.tests
	@$(BIN)/python -m tests.browser.chromium || $(call FAIL,'no browser for the tests: see above')

# strace for the tests of recording: the one on PATH, or Debian's.
tools: $(VENV)/.tests
	@$(BIN)/python -m tests.traces.tools || $(call FAIL,'no strace for the tests: see above')

$(VENV)/.mutants: $(VENV)/.tests
	@$(PIP) -e '.[mutants]' || $(call FAIL,'mutmut could not be installed: is there a network?')
	@touch $@

$(VENV)/.tests: $(VENV)/.book
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) -e '.[test]' || $(call FAIL,'the tests need packages that could not be installed: is there a network?')
	@touch $@

$(VENV)/.book: pyproject.toml $(VENV)/.place
	@echo "Installing the book and JupyterLab into $(VENV) (a minute or two) ..."
	@$(PIP) -e . || $(call FAIL,'the book could not be installed: is there a network?')
	@touch $@

# The file names the folder for which the environment was made: a tree that was copied or moved,
# or whose Python has gone, gets it anew. An environment that somebody else made is used as it
# is. Where all is well the file is not touched, and nothing is installed again.
$(VENV)/.place: FORCE
	@if [ "$$(cat $@ 2>/dev/null)" != "$$(pwd -P)" ] || ! $(BIN)/python -c '' 2>/dev/null; then \
	    python=; \
	    for candidate in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11); do \
	        if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	        then python=$$candidate; break; fi; \
	    done; \
	    [ -n "$$python" ] || $(call FAIL,'$(or $(PYTHON),python3) is not a Python 3.11 or newer: install one$(comma) or name it: make PYTHON=/path/to/python3.12'); \
	    "$$python" -c 'import ensurepip, venv' 2>/dev/null \
	        || $(call FAIL,"$$python cannot make virtual environments: on Debian and Ubuntu$(comma) apt-get install python3-venv"); \
	    clear=--clear; \
	    if [ ! -e $@ ] && $(BIN)/python -c '' 2>/dev/null; then clear=; fi; \
	    "$$python" -m venv $$clear $(VENV) || $(call FAIL,'could not make $(VENV)'); \
	    pwd -P > $@; \
	fi

comma := ,

clean:
	rm -rf $(VENV) build dist site slides mutants test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
