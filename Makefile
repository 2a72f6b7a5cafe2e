# The verbs of this repository. Each is safe to run again; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test check fix docs bench chaos fuzz

PYTHON := .venv/bin/python

help:  ## what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */make \1\t/' | expand -t 14

setup:  ## the environment alone: .venv, locked dependencies, translations
	@tools/setup.sh

run: setup  ## load the sample corpus, run the whole pipeline, serve http://127.0.0.1:8000 until stopped
	@exec $(PYTHON) manage.py workbench --sample

test:  ## every test, against real PostgreSQL, SQLite, Redis and Chromium (ARGS="-k word" to choose)
	@tools/setup.sh test
	@exec $(PYTHON) -m tools.run_tests $(ARGS)

check:  ## lint, types, contracts, templates, migrations, translations, documents; writes nothing
	@tools/setup.sh dev
	@exec $(PYTHON) -m tools.check

fix:  ## format, mend what can be mended, merge translations
	@tools/setup.sh dev
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	$(PYTHON) -m tools.messages merge

docs:  ## links, settings and commands in the documents against the code
	@tools/setup.sh dev
	@exec $(PYTHON) -m tools.docs

bench:  ## ours beside its peers: ratios, agreement, memory (ARGS="--from FOLDER --only minhash"; docs/benchmarks.md)
	@tools/setup.sh dev
	@exec $(PYTHON) -m benchmarks $(ARGS)

chaos:  ## every promise of durability, in full: kills, full disks, flipped bytes (ARGS="--only zombies --times 20"; docs/operations.md)
	@tools/setup.sh test
	@exec $(PYTHON) -m tests.chaos $(ARGS)
fuzz:  ## a million mutants of every format through its reader (ARGS="--only warc --cases 10000"; docs/formats.md)
	@tools/setup.sh dev
	@exec $(PYTHON) -m tests.fuzz $(ARGS)
