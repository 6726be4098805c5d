# Every target makes the environment that it needs; `make` alone lists them.
# Settings: PYTHON=python3.12 (which Python makes .venv), FULL=1 (check), UPGRADE=1 (lock).

PYTHON ?= python3
PY     := .venv/bin/python
STAMP  := .venv/.stamp

.DEFAULT_GOAL := help
.PHONY: help generate check test quick nightly lint bench mutate coverage fuzz corpus slices pagination comparison suites swagger2 values drift-corpus updates recordings called hostile live drift drift-cases docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

generate: $(STAMP) ## write generated/ from spec/
	@$(PY) -m generator generate

check: $(STAMP) ## is generated/ what spec/ says? FULL=1 trusts no recorded hash
	@$(PY) -m generator check $(if $(FULL),--full)

# A worker runs whole files: what a file generates once is shared by its tests.
PYTEST := $(PY) -m pytest -n auto --dist loadfile

test: $(STAMP) generated/pinterest_audiences/speclock.json ## run the tests, those of generated/ too; ARGS='-k name' narrows
	@$(PYTEST) -m 'not nightly' $(ARGS)

quick: $(STAMP) ## run the tests that take no time of their own, in about 45 s: the inner loop; HOUSE=watch: of one house
	@$(PYTEST) -q -m 'not slow and not nightly' tests$(if $(HOUSE),/$(HOUSE)) $(ARGS)

nightly: $(STAMP) generated/pinterest_audiences/speclock.json ## run the tests that take long and rarely fail; SHARE=10 takes a tenth
	@SPECLOCK_SHARE=$(or $(SHARE),1) $(PYTEST) -q -m nightly $(ARGS)

lint: $(STAMP) generated/pinterest_audiences/speclock.json ## ruff, mypy and pyright, all strict
	$(PY) -m ruff check --quiet .
	$(PY) -m ruff format --check --quiet .
	$(PY) -m mypy
	$(PY) -m basedpyright --pythonpath $(PY)

bench: $(STAMP) ## time generate and check beside other tools
	@$(PY) tests/qa/bench/run.py $(ARGS)

mutate: $(STAMP) generated/pinterest_audiences/speclock.json ## do tests notice faults put into the client? CORPUS=DIR ARGS='name …' adds clients
	@$(PY) tests/qa/mutate/run.py $(if $(CORPUS),--corpus '$(CORPUS)') $(ARGS)

coverage: $(STAMP) generated/pinterest_audiences/speclock.json ## which lines of the generated code does no test run?
	@$(PY) tests/qa/coverage/run.py $(ARGS)

fuzz: $(STAMP) generated/pinterest_audiences/speclock.json ## try EXAMPLES=1000 random descriptions of each kind, 100 commands; SEED=1 repeats a run
	@SPECLOCK_FUZZ_EXAMPLES=$(or $(EXAMPLES),1000) SPECLOCK_FUZZ_SEED=$(SEED) $(PY) -m pytest -q -s tests/qa/fuzz $(ARGS)

corpus: $(STAMP) ## a client of each description in CORPUS=DIR: typed, tested, judged; ARGS='name …'
	@$(PY) tests/qa/corpus/run.py $(if $(CORPUS),'$(CORPUS)',$(error set CORPUS= to a folder of descriptions)) $(ARGS)

slices: $(STAMP) ## slices of one operation of each description in CORPUS=DIR give the same code
	@$(PY) tests/qa/slices/run.py $(if $(CORPUS),'$(CORPUS)',$(error set CORPUS= to a folder of descriptions)) $(ARGS)

pagination: $(STAMP) ## is the pagination that descriptions in CORPUS=DIR show proposed as it was labelled by hand?
	@$(PY) -m tests.qa.pagination.run $(if $(CORPUS),'$(CORPUS)',$(error set CORPUS= to a folder of descriptions)) $(ARGS)

comparison: $(STAMP) ## write docs/comparison.md: other generators, from the package index; ARGS='NAME …' prints some
	@$(PY) -m tests.qa.comparison.run $(ARGS)

suites: $(STAMP) ## clients of the documents in SUITES=DIR that other generators are tested with; ARGS='--share 10'
	@$(PY) tests/qa/corpus/run.py $(if $(SUITES),'$(SUITES)',$(error set SUITES= to a folder of documents)) $(ARGS)

swagger2: $(STAMP) ## the same for FOLDER=DIR of Swagger 2.0; its pairs with OpenAPI 3 give the same client
	@$(PY) tests/qa/dialects/run.py $(if $(FOLDER),'$(FOLDER)',$(error set FOLDER= to a folder with MANIFEST.tsv))
	@$(PY) tests/qa/corpus/run.py '$(FOLDER)' $(ARGS)

values: $(STAMP) ## do JSON values reach server and caller as they are? DOCS='DIR …' has descriptions; COUNT=300 of them, SEED=1
	@$(PY) tests/qa/values/run.py $(if $(DOCS),$(firstword $(DOCS)) $(patsubst %,--with %,$(wordlist 2,99,$(DOCS))),$(error set DOCS= to folders of descriptions)) $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED)) $(ARGS)

drift-corpus: $(STAMP) ## what must hold of drift over each description in CORPUS=DIR: itself, refactorings, mirror image
	@$(PY) tests/qa/drift_corpus/run.py $(if $(CORPUS),'$(CORPUS)',$(error set CORPUS= to a folder of descriptions)) $(ARGS)

updates: $(STAMP) ## clients follow upstream: RELEASES=DIR of a real API, 200 random changes, WALKS=300 over CORPUS=DIR
	@SPECLOCK_RELEASES='$(RELEASES)' SPECLOCK_CORPUS='$(CORPUS)' SPECLOCK_WALKS=$(or $(WALKS),300) SPECLOCK_CHANGES=50 $(PY) -m pytest -n auto -q tests/project/services/update/test_life.py tests/project/services/update/test_many_changes.py tests/project/services/update/test_walks.py tests/project/services/cases/git_revisions $(ARGS)

recordings: $(STAMP) ## overlays of the recordings in RECORDINGS=DIR describe them: the client has nothing to report
	@SPECLOCK_RECORDINGS='$(if $(RECORDINGS),$(RECORDINGS),$(error set RECORDINGS= to a folder of recordings))' $(PY) -m pytest -q -k real_servers tests/cases/test_recorded_overlays.py $(ARGS)

called: $(STAMP) ## are the operations that real programs call by hand listed? DESCRIPTIONS=DIR; the programs are from the package index
	@$(PY) -m tests.qa.called.run $(if $(DESCRIPTIONS),'$(DESCRIPTIONS)',$(error set DESCRIPTIONS= to a folder of descriptions)) $(ARGS)

hostile: $(STAMP) ## each hostile description in HOSTILE=DIR: sound output or a located refusal
	@$(PY) tests/qa/hostile/run.py $(if $(HOSTILE),'$(HOSTILE)',$(error set HOSTILE= to a folder with cases.tsv)) $(ARGS)

live: $(STAMP) ## clients of real servers on this machine call them: FastAPI, Litestar, Django, Flask; ARGS='FastAPI …'
	@$(PY) tests/qa/live/run.py $(ARGS)

drift-cases: $(STAMP) ## is drift judged as others judge? CASES=DIR has mutations/ and oasdiff/
	@$(PY) tests/qa/drift_cases/run.py $(if $(CASES),'$(CASES)',$(error set CASES= to a folder of labelled cases)) $(ARGS)

drift: $(STAMP) ## did the API change under our calls? UPSTREAM='file or URL', ARGS='--format html …'
	@$(PY) -m generator drift $(if $(UPSTREAM),--revision '$(UPSTREAM)') $(ARGS)

docs: $(STAMP) ## the documentation site in build/docs, every link inside it checked; ARGS='-b linkcheck' checks the others
	@$(PY) -m sphinx -E -W --keep-going -n -q -d build/doctrees docs build/docs $(ARGS)
	@echo "build/docs/index.html"

clean: ## remove the environment, caches and build output; generated/ stays
	rm -rf .venv .live build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find generator templates generated tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# Only where generated/ is absent: what is there is checked, not rewritten, by the tests.
generated/pinterest_audiences/speclock.json: | $(STAMP)
	@$(PY) -m generator generate

# The stamp is a copy of the lock, so a checkout that only touches the lock's time costs nothing.
$(STAMP): requirements.lock
	@if cmp -s requirements.lock $@; then touch $@; else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "error: $(PYTHON) is missing or older than Python 3.11; set PYTHON=, for example: make PYTHON=python3.13" >&2; exit 1; }; \
	  echo "Installing requirements.lock into .venv (a minute or so the first time)"; \
	  $(PYTHON) -m venv --clear .venv \
	    || { echo "error: $(PYTHON) can't make a virtual environment; on Debian and Ubuntu install python3-venv" >&2; exit 1; }; \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
	    && cp requirements.lock $@; \
	fi

LOCKED  := .venv-lock
ACTION  := .github/action-requirements.lock
COMPILE := $(LOCKED)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
  --no-header --no-emit-index-url --no-emit-find-links --quiet

lock: ## rewrite requirements.lock, and the action's, from pyproject.toml; UPGRADE=1 takes newer versions
	@rm -rf $(LOCKED) && $(PYTHON) -m venv $(LOCKED) && $(LOCKED)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@{ [ ! -f requirements.lock ] || cp requirements.lock $(LOCKED)/pins; } && \
	  $(COMPILE) pyproject.toml --group dev $(if $(UPGRADE),--upgrade) --output-file $(LOCKED)/pins > /dev/null
	@{ echo "# Written by \`make lock\` from pyproject.toml: every pin with its hashes, for Python 3.11 and later."; \
	  grep -v '^# Written by' $(LOCKED)/pins; } > requirements.lock.new && mv requirements.lock.new requirements.lock
	@{ echo "# Written by \`make lock\`: what speclock and its build need, with the pins of requirements.lock."; \
	  echo hatchling | $(COMPILE) --no-annotate --constraint requirements.lock pyproject.toml -; \
	} > $(ACTION).new && mv $(ACTION).new $(ACTION) && rm -rf $(LOCKED)
	@if grep -n '://' requirements.lock $(ACTION); then echo "error: a lock names a host" >&2; exit 1; fi
	@echo "requirements.lock: $$(grep -c '==' requirements.lock) packages; $(ACTION): $$(grep -c '==' $(ACTION))"
