# Each target sets up .venv by itself. PYTHON picks the interpreter that makes it (3.11 or newer).
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: lab test record sweeps bench book student results clean

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "the book needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --disable-pip-version-check --quiet --requirement requirements.txt --editable .
	touch $@
