# The commands of this project; `make` alone lists them. Everything they need is made on first use, inside this folder.
.DEFAULT_GOAL := help
.PHONY: help run test check bench soak audit lock clean environment environment-dev sbom drill
MAKEFLAGS += --no-print-directory

# Python 3.11 or newer, under whatever name it has here; PYTHON=... chooses another.
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo "$$name"; break; fi; done)
endif
VENV := .venv/bin/python
# Another environment's modules must not appear in ours.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV
export PYTHONNOUSERSITE := 1
# What Python compiled once it keeps: each of our processes starts three times as fast then.
unexport PYTHONDONTWRITEBYTECODE
# Words for pytest, as in: make test ARGS="tests/embedded -k port"; without any, all tests run, in three processes
ARGS ?=

help:  ## List the commands
	@echo "make run     start the site at http://127.0.0.1:8000/ (another port: PORT=8001 make run; stop: Ctrl-C)"
	@echo "make test    check the source and run all tests, in a browser too (some: make test ARGS=\"tests/visitors\")"
	@echo "make check   only check the source: format, lint, types, floors, budgets, migrations, deployment settings"
	@echo "make bench   measure what the figures in benchmarks/ promise"
	@echo "make soak    kill parts of a running site a thousand times while it works (fewer: make soak ARGS=\"--kills 60\")"
	@echo "make audit   let independent checkers look at every page of a running site (some: make audit ARGS=\"links html\")"
	@echo "make sbom    write which parts of others the site is made of, as CycloneDX, into var/sbom.json"
	@echo "make drill   install, upgrade, back up and restore in a fresh Debian as the page says; needs root and debootstrap"
	@echo "make lock    renew requirements.txt and its two companions from pyproject.toml"
	@echo "make clean   remove what was made here, except your data (with your data: make clean DATA=1)"
	@echo "VAR_DIR=folder moves data, logs and generated secrets; DATABASE_URL and REDIS_URL replace the private services."

run:  ## Start the site
	@$(call python) occicor/embedded/bootstrap.py run port
	@exec $(VENV) -m occicor.embedded run

test: check  ## Everything that must hold
	@exec $(VENV) -m occicor.embedded test $(ARGS)

check: environment-dev  ## Everything that must hold and needs no service
	@$(VENV) -m tests.guards.check

bench: environment-dev  ## The figures
	@exec $(VENV) -m occicor.embedded bench $(ARGS)

soak: environment-dev  ## A thousand kills; goes on where it stopped
	@exec $(VENV) -m occicor.embedded soak $(ARGS)

audit: environment-dev  ## Independent checkers over the whole site; needs Node.js, npm and Java
	@exec $(VENV) -m occicor.embedded audit $(ARGS)

sbom: environment-dev  ## The inventory of parts
	@exec $(VENV) -m tests.audit.inventory $(ARGS)

drill: environment-dev  ## A production from nothing, by the page
	@exec $(VENV) -m occicor.embedded drill $(ARGS)

environment:
	@$(call python) occicor/embedded/bootstrap.py run

environment-dev:
	@$(call python) occicor/embedded/bootstrap.py dev

lock: environment-dev  ## The newest allowed versions, with their hashes
	@$(VENV) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--upgrade --no-emit-index-url --no-emit-find-links --group run --output-file requirements.txt
	@$(VENV) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--upgrade --no-emit-index-url --no-emit-find-links --group dev --constraint requirements.txt \
		--output-file requirements-dev.txt
	@$(VENV) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
		--upgrade --no-emit-index-url --no-emit-find-links --group sentry --constraint requirements.txt \
		--output-file requirements-sentry.txt

clean:  ## Remove what was made
	@$(call python) occicor/embedded/clean.py $(if $(DATA),data)

# The interpreter, or a sentence that says what is missing.
python = $(if $(PYTHON),$(PYTHON),$(error Python 3.11 or newer is needed, and none was found: install it, or name it as in "make PYTHON=/path/to/python3 run"))
