# Needs Python 3.10 or later as PYTHON; everything else is installed into VENV.
PYTHON ?= python3
PYTHONS ?= python3.10 python3.11 python3.12 python3.13 python3.14
VENV ?= .venv
ARGS ?=

bin := $(VENV)/bin
pip := $(bin)/python -m pip --disable-pip-version-check install --quiet
lowest := .venvs/lowest
locked := .venvs/locked
commonmark := .commonmark

.PHONY: demo test hook commonmark lint format accuracy references source-fit bench performance scaling kill pythons lowest fuzz growth locked requirements audit clean

demo: $(VENV)/.runtime ## Lint the two example articles
	@$(bin)/medlint check examples || test $$? -eq 1

test: $(VENV)/.dev ## Run the tests
	$(bin)/python -m pytest $(ARGS)

hook: $(VENV)/.dev ## Run the tests that make real commits through pre-commit
	$(bin)/python -m pytest tests/test_end_to_end.py $(ARGS)

commonmark: $(VENV)/.dev ## Fetch the examples of the CommonMark specification and read them all
	@rm -rf $(commonmark)
	@version=$$($(bin)/python -c 'from importlib.metadata import version; print(version("markdown-it-py"))') \
	  && $(bin)/python -m pip --disable-pip-version-check download --quiet --no-deps --no-binary :all: \
	    --dest $(commonmark) "markdown-it-py==$$version"
	@tar -xzf $(commonmark)/*.tar.gz -C $(commonmark) --strip-components 1
	COMMONMARK_EXAMPLES=$(commonmark)/tests/test_cmark_spec/commonmark.json \
	  $(bin)/python -m pytest tests/commonmark_spec.py $(ARGS)

lint: $(VENV)/.dev ## Check style and types of medlint's own code
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy

format: $(VENV)/.dev ## Mend what ruff can mend
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

accuracy: $(VENV)/.runtime ## Compare findings with what an editor marked: ARGS="--show claims FOLDER …"
	$(bin)/python -m benchmarks.accuracy $(ARGS)

references: $(VENV)/.dev ## Tell how well reference entries are read: ARGS="--show"
	$(bin)/python -m benchmarks.references $(ARGS)

source-fit: $(VENV)/.dev ## Tell how well sources on something else are found: ARGS="--show FOLDER …"
	$(bin)/python -m benchmarks.source_fit $(ARGS)

bench: $(VENV)/.runtime ## Compare time and memory with those of other linters: ARGS="--quick --only clean"
	$(bin)/python -m benchmarks.bench $(ARGS)

performance: $(VENV)/.runtime ## The same, written into docs/performance.md
	$(bin)/python -m benchmarks.bench --write $(ARGS)

scaling: $(VENV)/.runtime ## Measure how time grows up to 10 MB and 10,000 articles, and draw it in docs/performance.md
	$(bin)/python -m benchmarks.scaling --write $(ARGS)

kill: $(VENV)/.runtime ## Kill runs at random moments and compare what the next ones find: ARGS="--kills 20"
	$(bin)/python -m benchmarks.kill $(ARGS)

fuzz: $(VENV)/.dev ## Look for inputs that break something: ARGS="--seconds 60 --inputs 10000 FOLDER …"
	$(bin)/python -m fuzz $(or $(ARGS),--seconds 60)
	$(bin)/python -m fuzz.generated --examples 300

growth: $(VENV)/.runtime ## Tell how time grows with size for shapes that are hard to read: ARGS="--most 1000000"
	$(bin)/python -m fuzz.growth $(ARGS)

locked: ## Run the tests with exactly the packages that requirements/dev.txt names, files compared by their hashes
	$(PYTHON) -m venv $(locked)
	$(locked)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --requirement requirements/dev.txt
	$(locked)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $(locked)/.runtime $(locked)/.dev
	$(MAKE) --no-print-directory test VENV=$(locked)

requirements: $(VENV)/.runtime ## Choose the packages of requirements/dev.txt anew
	$(pip) uv
	$(bin)/uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes --extra dev \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header $(ARGS) \
	  --output-file requirements/dev.txt pyproject.toml

audit: $(VENV)/.runtime ## Look up known weaknesses of the packages that requirements/dev.txt names
	$(pip) pip-audit
	$(bin)/pip-audit --disable-pip --require-hashes --requirement requirements/dev.txt $(ARGS)

pythons: ## Run the tests under every Python of PYTHONS that is here
	@found=0; for python in $(PYTHONS); do \
	  version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) \
	    || { echo "== $$python is not here"; continue; }; \
	  echo "== Python $$version"; found=1; \
	  $(MAKE) --no-print-directory test PYTHON="$$python" VENV=.venvs/$$version || exit 1; \
	done; test $$found -eq 1

lowest: ## Run the tests with the oldest dependencies that pyproject.toml admits
	@mkdir -p $(lowest)
	@sed -n '/^dependencies = /,/^]/s/^ *"\([a-z-]*\)>=\([0-9.]*\).*/\1==\2/p' pyproject.toml > $(lowest)/constraints.txt
	PIP_CONSTRAINT=$(CURDIR)/$(lowest)/constraints.txt $(MAKE) --no-print-directory test VENV=$(lowest)

clean: ## Remove everything that can be made again
	rm -rf $(VENV) .venvs .bench .fuzz $(commonmark) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.runtime: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(pip) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(pip) --editable '.[dev]'
	@touch $@
