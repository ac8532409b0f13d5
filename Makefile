# Needs Python 3.10 or later as PYTHON; everything else is installed into VENV.
PYTHON ?= python3
PYTHONS ?= python3.10 python3.11 python3.12 python3.13 python3.14
VENV ?= .venv
ARGS ?=

bin := $(VENV)/bin
pip := $(bin)/python -m pip --disable-pip-version-check install --quiet
lowest := .venvs/lowest
commonmark := .commonmark

.PHONY: demo test hook commonmark lint format accuracy references bench pythons lowest clean

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

bench: $(VENV)/.runtime ## Compare the time taken with that of proselint and write-good
	$(bin)/python -m benchmarks.bench $(ARGS)

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
	rm -rf $(VENV) .venvs .bench $(commonmark) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.runtime: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(pip) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(pip) --editable '.[dev]'
	@touch $@
