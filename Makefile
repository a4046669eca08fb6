# Every verb of the project; `make` alone prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
SUPPLY := build/supply
SHARED ?= ../shared
UNIPEN ?= $(SHARED)/data/unipen/unipen_train_strokes.npz

# The one place that lists Debian packages:
#   python3-venv   the virtual environment
#   poppler-utils  second way into PDFs that PDFium refuses
#   tesseract-ocr  printed text, with its Indonesian and English data
#   chromium       the review page in a real browser (tests only)
#   postgresql     the store for many reviewers (tests start one of their own)
DEBIAN := python3-venv poppler-utils tesseract-ocr tesseract-ocr-ind tesseract-ocr-eng chromium \
          postgresql

export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help setup demo test check lint format train bench bench-marks bench-registration accuracy docs-check template rules samples fuzz chaos dist smoke lowest test-lowest test-newest sbom audit clean

help:  ## Print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

setup: system $(STAMP)  ## Install the Debian packages and the Python environment

.PHONY: system
system:
	@missing=(); for package in $(DEBIAN); do \
	  dpkg -s $$package >/dev/null 2>&1 || missing+=($$package); done; \
	if ! command -v dpkg >/dev/null; then echo "Not Debian: install the equivalents of $(DEBIAN)"; exit 0; fi; \
	if [ $${#missing[@]} -gt 0 ]; then \
	  sudo=; [ $$(id -u) -eq 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $${missing[@]}; fi

$(STAMP): pyproject.toml requirements.txt requirements-dev.txt requirements-handwriting.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -r requirements-handwriting.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup  ## Run the main job on the twelve sample scans and say where to look
	@rm -rf demo-out
	@$(BIN)/formscan --lang $${FORMSCAN_LANG:-en} run samples/scans --out demo-out --overlays
	@$(BIN)/formscan --lang $${FORMSCAN_LANG:-en} evaluate demo-out --truth samples/truth.csv
	@echo; echo "Look at:  demo-out/report.html   demo-out/fk23.xlsx   demo-out/review.csv   demo-out/overlays/"

test: setup  ## Run the tests
	@$(BIN)/python -m pytest -q -n auto

lint: setup  ## Style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

format:  ## Let ruff format and mend what it can
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format .

docs-check: setup  ## Run what the documents show, and see that both sides agree
	@$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_docs.py

check: lint test  ## Everything that must be green: lint, tests, documents

train: setup  ## Train the glyph network anew (needs the npm registry; see training/README.md)
	@bash training/run.sh --unipen $(UNIPEN)

FUZZ_MINUTES ?= 10
fuzz: setup  ## Fuzz pictures, templates, XLSForms, binds and CSVs, FUZZ_MINUTES each (Linux; out/fuzz)
	@for target in image template xlsform bind csv; do echo "== $$target"; \
	  $(BIN)/python tests/fuzz/run.py $$target --minutes $(FUZZ_MINUTES) 2>&1 | tail -12 || exit; done

CHAOS_MOMENTS ?= 200
chaos: setup  ## Kill runs at CHAOS_MOMENTS random moments, fill disks, cut WALs, read poisoned files
	@FORMSCAN_CHAOS=$(CHAOS_MOMENTS) FORMSCAN_CHAOS_KB=100,200,300,400,500,600,700,800,900 \
	  $(BIN)/python -m pytest -q -p no:cacheprovider tests/faults tests/batch tests/runner

bench: setup  ## Measure speed: ms per stage, pages per second, memory
	@$(BIN)/python -m benchmarks.speed

accuracy: setup  ## Measure accuracy on simulated families by writers never seen (docs/accuracy.md)
	@$(BIN)/python -m benchmarks.accuracy --unipen $(UNIPEN)

bench-registration: setup  ## Measure how pages are found and aligned under every disturbance (resumable)
	@$(BIN)/python -m benchmarks.registration --report

bench-marks: setup  ## Measure marks: real crops by style, simulated kinds, milliseconds (docs/accuracy.md)
	@$(BIN)/python -m benchmarks.marks --odkscan $(SHARED)/data/odkscan

template: setup  ## Compile the library's forms anew
	@for folder in formscan/templates/library/*/; do form=$$(basename $$folder); \
	  $(BIN)/formscan form build $$folder$$form.md -o $$folder || exit; done

rules: setup  ## Write the table of rules anew (docs/rules.md)
	@$(BIN)/python docs/make_rules.py

dist: setup  ## Build wheel and sdist into dist/, twice, and compare them
	@bash delivery/dist.sh $(BIN)/python dist

smoke: dist  ## Install that wheel into an empty environment and do the README's main job with it
	@bash delivery/smoke.sh $(PYTHON) dist/*.whl build/smoke

lowest: $(SUPPLY)  ## Write requirements-lowest.txt anew from pyproject.toml
	@$(SUPPLY)/bin/uv pip compile -q --system-certs --resolution lowest-direct --python-version 3.11 --no-header \
	  --no-annotate --extra cluster --extra watch --extra heic pyproject.toml -o requirements-lowest.txt

test-lowest:  ## Run the tests on the oldest dependencies that are allowed
	@bash delivery/tests.sh $(PYTHON) build/lowest lowest -n auto

test-newest:  ## Run the tests on the newest dependencies there are
	@bash delivery/tests.sh $(PYTHON) build/newest newest -n auto

sbom: smoke $(SUPPLY)  ## Write what a user gets installed as a CycloneDX bill of materials
	@$(SUPPLY)/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml build/smoke -o dist/formscan.cdx.json
	@echo "dist/formscan.cdx.json"

audit: $(SUPPLY)  ## Ask the advisory database about the pinned versions (needs the internet)
	@$(SUPPLY)/bin/pip-audit --strict --disable-pip --no-deps -r requirements.txt

$(SUPPLY): requirements-supply.txt
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip install -q --disable-pip-version-check -r requirements-supply.txt
	@touch $@

clean:  ## Remove what was built (not the virtual environment)
	@rm -rf build dist out demo-out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
