# Every target sets itself up: python3 (3.11 or later) and a package index are enough. PYTHON= chooses another interpreter.
PYTHON ?= python3
VENV ?= .venv
BENCH_VENV ?= .venv-bench
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=

.PHONY: demo test check bench docs mutate
.NOTPARALLEL:

# Violations are what the demo is there to show, so only a run that could not be made fails it.
demo: $(VENV)/.installed
	$(BIN)/eduplan-rules check examples/national-spending --as-of 2024-12-31 --periods all --fail-on never
	$(BIN)/python examples/city/make.py
	$(BIN)/eduplan-rules check examples/city/data --as-of 2022-12-31 --fail-on never
	$(BIN)/python examples/city/make.py --last-year
	$(BIN)/eduplan-rules check examples/city/data-2025 --as-of 2025-12-31 --fail-on never

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/eduplan-rules lint rules
	$(BIN)/eduplan-rules fmt --check rules
	$(BIN)/eduplan-rules coverage rules --bounds

# The pages about the rules, and the schemas by which editors know them: a test fails while they are stale.
docs: $(VENV)/.installed
	$(BIN)/eduplan-rules docs rules --to docs
	$(BIN)/eduplan-rules schema --rules rules --to rules/.schema

# Every rule changed in every small way: the cases must notice each change, or say why it changes nothing.
mutate: $(VENV)/.installed
	$(BIN)/eduplan-rules test rules --mutate --survivors 0%

# Ours, by hand and other programs, in turn on this machine, into docs/benchmarks.md; `make bench ARGS=batch` for one part.
bench: $(BENCH_VENV)/.installed
	$(BENCH_VENV)/bin/python benchmarks/run.py $(ARGS)

# The install is editable: only pyproject.toml makes it stale. A venv that was interrupted half-way has no pip yet.
$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[dev]'
	touch $(VENV)/.installed $@

$(BENCH_VENV)/.installed: pyproject.toml benchmarks/install.py
	test -x $(BENCH_VENV)/bin/pip || $(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python benchmarks/install.py
	touch $@
