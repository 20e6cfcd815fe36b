# CONTRIBUTING.md lists the targets. Each first installs what it needs into .venv; PYTHON is the
# interpreter to create it with.

PYTHON ?= python3
EXAMPLES ?= default
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Only the tests on Spark need it, and it is large: it has a separate environment.
SPARK_VENV := .venv-spark
SPARK_BIN := $(SPARK_VENV)/bin
SPARK_READY := $(SPARK_VENV)/.ready
# Where Python may not write bytecode, each test run compiles all modules again, which takes 12
# seconds of processor time, and so does each program that the tests start.
unexport PYTHONDONTWRITEBYTECODE
# Each worker gets consecutive tests, since many of these share fixtures.
# glibc gives what a large text took back to the system, and asks for it anew for the next one: to
# keep it saves a sixteenth of the processor time.
TESTS := MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=536870912 \
	TMPDIR=$$scratch $(BIN)/python -m pytest -q -n auto --dist worksteal
# The tests write a gigabyte in thousands of small files. On /dev/shm, if it has 4 GB of space and
# allows execution, that saves an eighth of the processor time and all waiting for the disk. The
# files are removed when the tests end.
MEMORY := $(shell grep -qs '^[^ ]* /dev/shm [^ ]* [^ ]*noexec' /proc/mounts || \
	df -Pk /dev/shm 2>/dev/null | awk '$$6 == "/dev/shm" && $$4 > 4000000 { print $$6 }')
# Run targets in parallel with the tests, to use all cores, and print their output afterwards.
beside = scratch=$$(mktemp -d "$(or $(MEMORY),$${TMPDIR:-/tmp})/interopwatch-XXXXXX") || exit; \
	trap 'rm -rf "$$scratch"' EXIT; trap 'exit 130' INT TERM; mkdir -p build; \
	$(MAKE) --no-print-directory --keep-going $(1) >build/checks.txt 2>&1 & checks=$$!; \
	$(2); tests=$$?; wait $$checks; checked=$$?; cat build/checks.txt; exit $$((tests || checked))
# Create a virtual environment with pip and the package. The pip of the outer Python installs pip, if
# there is one, in a quarter of the time that ensurepip takes. Modules are compiled on first import,
# since three quarters of them are never imported: in all, 20 seconds of processor time, not 52.
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
	@echo && echo "HTML report with charts: build/report.html"

site: $(READY)
	@$(BIN)/interopwatch site build/site
	@echo "Website: build/site/index.html"

quick: $(READY)
	@$(call beside,lint types,$(TESTS) -m "not slow" tests)

# One of the tests validates the shipped data thoroughly.
# EXAMPLES=thorough tries each property with five times as many random examples, as CI does.
test:
	@$(MAKE) --no-print-directory -j2 browser $(READY)
	@$(call beside,lint types,$(TESTS) --hypothesis-profile=$(EXAMPLES))

# The tests of HTML pages need a browser; without one, they are skipped.
browser:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
	command -v $$name >/dev/null && exit 0; done; \
	{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && \
	apt-get install -y -qq --no-install-recommends chromium; } || \
	echo "No browser can be installed: the tests of HTML pages are skipped."

ifeq ($(JAVA),)
test-spark:
	@echo "Skipped: the tests on Spark need Java 17 or newer."
else
test-spark: $(SPARK_READY)
	$(SPARK_BIN)/python -m pytest -q -m spark tests/compare/test_engines.py
endif

# Install the built wheel, plain and with each extra, each into a fresh environment.
test-install: $(READY)
	$(BIN)/python -m pip install --quiet --group dist
	$(BIN)/python -m pytest -q -m install tests/install

# Build the distributions and check them as an index does; test-install checks that they are
# reproducible.
dist: $(READY)
	$(BIN)/python -m pip install --quiet --group dist
	rm -rf dist
	$(BIN)/python -m build --outdir dist
	$(BIN)/twine check --strict dist/*

# Try to break every promise of SECURITY.md, in under ten minutes; `make test` tries a small part.
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

# Build README and documents as a website; fail on outdated output or broken links.
manual: $(READY)
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/cog --check README.md docs/*.md docs/tutorials/*.md
	$(BIN)/python -m sphinx -W --keep-going -q -E docs build/manual
	@echo "Documentation: build/manual/index.html"

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
