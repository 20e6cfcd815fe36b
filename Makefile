# `make report` shows what the last update changed and how the story went before, `make quick`
# checks what most mistakes break, `make test` checks everything, `make attack` tries to break it.
# They set up what they need in .venv first; PYTHON names the interpreter to build it with.

PYTHON ?= python3
EXAMPLES ?= default
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Spark is large, and only these tests need it: it has an environment of its own.
SPARK_VENV := .venv-spark
SPARK_BIN := $(SPARK_VENV)/bin
SPARK_READY := $(SPARK_VENV)/.ready
# Some environments keep Python from writing bytecode. Then each run of the tests compiles them anew,
# for 12 seconds of processor time, and so does each program that they start.
unexport PYTHONDONTWRITEBYTECODE
# Each worker takes tests that stand together, of which many share what they are made of.
TESTS := TMPDIR=$$scratch $(BIN)/python -m pytest -q -n auto --dist worksteal
# They write a gigabyte in thousands of small files. In memory, where the system lends some as a
# disk from which programs may be run, that saves an eighth of the processor time, and no core
# waits for the disk. What the tests wrote goes when they end.
MEMORY := $(shell grep -qs '^[^ ]* /dev/shm [^ ]* [^ ]*noexec' /proc/mounts || \
	df -Pk /dev/shm 2>/dev/null | awk '$$6 == "/dev/shm" && $$4 > 4000000 { print $$6 }')
# What else is checked is checked beside the tests, so that no core waits, and told after them.
beside = scratch=$$(mktemp -d "$(or $(MEMORY),$${TMPDIR:-/tmp})/interopwatch-XXXXXX") || exit; \
	trap 'rm -rf "$$scratch"' EXIT; trap 'exit 130' INT TERM; mkdir -p build; \
	$(MAKE) --no-print-directory --keep-going $(1) >build/checks.txt 2>&1 & checks=$$!; \
	$(2); tests=$$?; wait $$checks; checked=$$?; cat build/checks.txt; exit $$((tests || checked))
# An environment with pip, which the Python outside puts there if it has one, as that takes a fourth
# of the time, and the package. Three quarters of what is installed is never loaded, so that Python
# compiles what it loads: in all, that takes 20 seconds of processor time in place of 52.
environment = $(PYTHON) -m venv --without-pip $(1) && \
	{ $(PYTHON) -m pip --python $(1) install --quiet --no-compile "pip>=25.1" || \
	{ $(PYTHON) -m venv $(1) && $(1)/bin/python -m pip install --quiet --upgrade "pip>=25.1"; }; } && \
	$(1)/bin/python -m pip install --quiet --no-compile --editable ".[$(2)]" --group dev
EXTRAS := all,patterns
SPARK_EXTRAS := $(EXTRAS),spark
JAVA := $(shell command -v $${JAVA_HOME:+$$JAVA_HOME/bin/}java 2>/dev/null)

.PHONY: report site quick test test-spark test-install dist browser lint types validate attack docs manual goldens bench clean

report: $(READY)
	@$(BIN)/interopwatch --no-pager report
	@echo
	@$(BIN)/interopwatch --no-pager history
	@mkdir -p build
	@$(BIN)/interopwatch report --format html -o build/report.html
	@echo && echo "The page with the pictures: build/report.html"

site: $(READY)
	@$(BIN)/interopwatch site build/site
	@echo "The page to look at: build/site/index.html"

quick: $(READY)
	@$(call beside,lint types,$(TESTS) -m "not slow" tests)

# What ships is validated thoroughly by one of the tests.
# EXAMPLES=thorough tries each law with five times as many random examples, as CI does.
test:
	@$(MAKE) --no-print-directory -j2 browser $(READY)
	@$(call beside,lint types,$(TESTS) --hypothesis-profile=$(EXAMPLES))

# The tests of pages need a browser; where it cannot be installed, they are skipped and say so.
browser:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
	command -v $$name >/dev/null && exit 0; done; \
	{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && \
	apt-get install -y -qq --no-install-recommends chromium; } || \
	echo "There is no browser, and it cannot be installed here: the tests of pages are skipped."

ifeq ($(JAVA),)
test-spark:
	@echo "Skipped: the tests on Spark need Java 17 or newer, and there is none."
else
test-spark: $(SPARK_READY)
	$(SPARK_BIN)/python -m pytest -q -m spark tests/compare/test_engines.py
endif

# The built wheel, plain and with each extra, in a bare environment each.
test-install: $(READY)
	$(BIN)/python -m pip install --quiet --group dist
	$(BIN)/python -m pytest -q -m install tests/install

# What is published, checked as an index does; test-install sees that its bytes are the same each time.
dist: $(READY)
	$(BIN)/python -m pip install --quiet --group dist
	rm -rf dist
	$(BIN)/python -m build --outdir dist
	$(BIN)/twine check --strict dist/*

# All that SECURITY.md promises, in under ten minutes; `make test` tries a small share of it.
attack: $(READY)
	PYTHONPATH=tests:tests/support $(BIN)/python -m attack $(KINDS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/zizmor --offline --quiet --persona pedantic .github action.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/pre-commit validate-manifest .pre-commit-hooks.yaml

types: $(READY)
	$(BIN)/mypy

validate: $(READY)
	$(BIN)/interopwatch validate --thorough

docs: $(READY)
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/python docs/citation.py
	$(BIN)/cog -r README.md docs/*.md docs/tutorials/*.md
	$(BIN)/python docs/man_page.py docs/interopwatch.1

# README and documents as a site, in which every block was run and no link is broken.
manual: $(READY)
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/cog --check README.md docs/*.md docs/tutorials/*.md
	$(BIN)/python -m sphinx -W --keep-going -q -E docs build/manual
	@echo "The documents: build/manual/index.html"

goldens: $(READY)
	$(BIN)/python -m pytest -q tests/report/test_goldens.py tests/report/test_kinds_of_change.py tests/report/test_html.py --rewrite-goldens

bench: $(READY)
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python benchmarks/large.py --write docs/benchmarks.md

clean:
	rm -rf $(VENV) $(SPARK_VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): pyproject.toml
	$(call environment,$(VENV),$(EXTRAS))
	@touch $(READY)

$(SPARK_READY): pyproject.toml
	$(call environment,$(SPARK_VENV),$(SPARK_EXTRAS))
	@touch $(SPARK_READY)
