# Needs only make and Python 3.11 or later. `make help` lists what there is.
# Written for GNU Make 3.81 and later, which macOS still ships.

BIN := .venv/bin
RUN := $(BIN)/python
WORKERS ?= 2
export UV_PYTHON_DOWNLOADS := never
# The certificates that this machine trusts, as pip does: an office's proxy may have its own.
export UV_SYSTEM_CERTS := 1

# Tests and checks see none of the settings of whoever runs them.
CLEAN := env -u DATABASE_URL -u DATA_DIR -u DEBUG -u SECRET_KEY -u ALLOWED_HOSTS -u HTTPS \
	-u OFFICE_NAME -u SITE_NAME -u FUNDER_ID -u OFFICE_EMAIL -u OFFICE_WEBSITE

.DEFAULT_GOAL := help
.PHONY: help run serve assets test test-all coverage slowest fuzz check check-opendata docs format lock screenshots clean

help:
	@echo "make run          install, build, migrate, load the reference figures; serve on 127.0.0.1:8000"
	@echo "                  settings: PORT, DATA_DIR (default var), DATABASE_URL; as in make run PORT=8123"
	@echo "make serve        the same site as in production: gunicorn, DEBUG off, WEB_CONCURRENCY workers"
	@echo "make test         all tests on a PostgreSQL started for it, with a browser; on SQLite what differs there"
	@echo "make test-all     the same with every sweep whole, and everything on both databases"
	@echo "make coverage     the PostgreSQL part of make test, with the branches that no test takes; fails under a floor"
	@echo "make slowest      the same part, and its slowest tests into docs/testing.md"
	@echo "make fuzz         random sequences of all that moves money, and attacks on random releases; FUZZ=500"
	@echo "make check-opendata   360Giving files of 5,000 grants against the schema in ../shared/360giving"
	@echo "make check        format, lint, import order, migrations, templates, settings; silent when well"
	@echo "make docs         build the documentation site into build/docs; every link is checked"
	@echo "make format       put code and templates into the agreed form"
	@echo "make assets       build the stylesheet and script into static/build"
	@echo "make screenshots  take the pictures in docs/screenshots"
	@echo "make lock         lock the dependencies of pyproject.toml; newest: make lock UPGRADE=--upgrade"
	@echo "make clean        remove what was installed and built; the data in var stays"

run: .venv/.base static/build/site.css
	@$(RUN) scripts/start.py run

serve: .venv/.base static/build/site.css
	@$(RUN) scripts/start.py serve

# Stamps say which locked file was installed last; a second run finds nothing to do.
.venv/.base: requirements/base.txt scripts/venv.sh
	@scripts/venv.sh requirements/base.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	@scripts/venv.sh requirements/dev.txt
	@touch $@

assets: static/build/site.css

SCSS := $(shell find assets -name '*.scss' 2>/dev/null)
static/build/site.css: $(SCSS) package-lock.json scripts/assets.py | .venv/.base
	@$(RUN) scripts/assets.py
	@touch $@

# Each worker begins with its own half and takes over tests of the other at the end: the tests of a
# module stay together, and so do the records that they share.
PYTEST = $(RUN) -m pytest -n $(WORKERS) --dist worksteal
EVERYDAY := not screenshot and not fuzz and not opendata

test: .venv/.dev static/build/site.css
	@$(RUN) -m tests.chromium
	@$(CLEAN) $(RUN) -m tests.databases $(PYTEST) -m "$(EVERYDAY)"
	@$(CLEAN) $(PYTEST) -m "dialect and $(EVERYDAY)"

test-all: .venv/.dev static/build/site.css
	@$(RUN) -m tests.chromium
	@$(CLEAN) SAMPLE=all $(RUN) -m tests.databases $(PYTEST) -m "$(EVERYDAY)"
	@$(CLEAN) SAMPLE=all $(PYTEST) -m "not browser and $(EVERYDAY)"

coverage: .venv/.dev static/build/site.css
	@$(RUN) -m tests.chromium
	@$(CLEAN) $(RUN) -m tests.databases $(PYTEST) -m "$(EVERYDAY)" --cov --cov-report=term:skip-covered

slowest: .venv/.dev static/build/site.css
	@$(RUN) -m tests.chromium
	@$(CLEAN) $(RUN) -m tests.databases $(PYTEST) -m "$(EVERYDAY)" --junitxml=.pytest_cache/slowest.xml
	@$(RUN) -m tests.slowest .pytest_cache/slowest.xml

FUZZ ?= 500
fuzz: .venv/.dev
	@$(CLEAN) FUZZ=$(FUZZ) $(RUN) -m pytest -m fuzz
	@$(CLEAN) FUZZ=$(FUZZ) $(RUN) -m tests.databases $(RUN) -m pytest -m fuzz

# flatten-tool needs older releases of two packages than ours, so it gets an environment of its own.
.venv/.opendata: requirements/opendata.txt .venv/.dev
	@$(BIN)/uv venv --quiet --allow-existing --python $(RUN) .venv/opendata
	@$(BIN)/uv pip install --quiet --python .venv/opendata/bin/python --require-hashes --no-deps -r $<
	@touch $@

check-opendata: .venv/.opendata
	@$(CLEAN) $(RUN) -m pytest -m "opendata or not opendata" tests/opendata

.venv/.docs: requirements/docs.txt .venv/.dev
	@$(BIN)/uv venv --quiet --allow-existing --python $(RUN) .venv/docs
	@$(BIN)/uv pip install --quiet --python .venv/docs/bin/python --require-hashes --no-deps -r $<
	@touch $@

docs: .venv/.docs
	@$(RUN) scripts/docs.py

screenshots: .venv/.dev static/build/site.css
	@$(RUN) -m tests.chromium
	@$(CLEAN) $(RUN) -m pytest -m screenshot

# As deployed, but on a database in memory: checks neither read nor make anybody's data.
MANAGE = $(CLEAN) SECRET_KEY=$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(60))') \
	ALLOWED_HOSTS=register.example DATABASE_URL=sqlite://:memory: $(RUN) manage.py
# What these tools say is shown only when they object.
quiet = @said=$$($(1) 2>&1) || { echo "$$said"; exit 1; }

check: .venv/.dev
	@$(RUN) -m ruff format --quiet --check .
	@$(RUN) -m ruff check --quiet .
	$(call quiet,$(BIN)/lint-imports --no-logo)
	$(call quiet,find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +)
	$(call quiet,$(BIN)/hadolint Dockerfile)
	$(call quiet,$(MANAGE) makemigrations --check --dry-run)
	$(call quiet,$(MANAGE) check --deploy --fail-level WARNING)

format: .venv/.dev
	@$(RUN) -m ruff check --quiet --fix-only .
	@$(RUN) -m ruff format --quiet .
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} + >/dev/null 2>&1 || true

# One set of files for every system and Python from 3.11; hashes, and no address of any registry.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)

lock: .venv/.dev
	@$(COMPILE) pyproject.toml -o requirements/base.txt
	@$(COMPILE) pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	@$(COMPILE) --group assets -o requirements/assets.txt
	@$(COMPILE) --group docs -o requirements/docs.txt
	@$(COMPILE) --group opendata -o requirements/opendata.txt

clean:
	@rm -rf .venv node_modules static/build build .ruff_cache .pytest_cache .coverage* .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
