# Each target sets up .venv by itself. PYTHON picks the interpreter that makes it (3.11 or newer).
PYTHON ?= python3
PY := .venv/bin/python

# The chapters are recorded on the real data that D2L_DATA names, or on stand-ins where a chapter's front matter says so.
RECORDING := env D2L_OFFLINE=1 OMP_NUM_THREADS=1 PYTHONHASHSEED=0
# A notebook is torn apart unless it stays with one worker; any other test runs wherever there is nothing to do.
TESTS := -n 2 --dist worksteal
NOTEBOOKS := -n 2 --dist loadfile
# How many times as many examples the search for counterexamples draws as a test run.
MORE ?= 20

.PHONY: help lab fresh test fuzz record sweeps bench results book student lint clean

help:
	@echo "make lab      bring your copy of the book up to date, in work/, and open it in JupyterLab"
	@echo "make fresh    one chapter of your copy anew: make fresh CHAPTER=2.2"
	@echo "make test     all tests: the package, the chapters, the rendered pages"
	@echo "make fuzz     look for counterexamples with random examples, MORE=20 times as many"
	@echo "make book     render the book to HTML in build/book"
	@echo "make record   bring the notebooks in step with sources and package (needs D2L_DATA)"
	@echo "make sweeps   record the sliders whose code has changed (needs D2L_DATA)"
	@echo "make student  a copy of the book without solutions, in build/student"
	@echo "make bench    measure training speed; make results: the published experiments (needs D2L_DATA)"

# The stamp carries the folder's path: a virtual environment does not survive being moved or copied.
.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed: make PYTHON=python3.12"'
	$(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --disable-pip-version-check --quiet --requirement requirements.txt --editable .
	touch $@

lab: .venv/ready
	$(PY) -m tools.lab

fresh: .venv/ready
	$(PY) -m tools.lab --fresh "$(CHAPTER)"

test: .venv/ready lint
	$(PY) -m pytest $(TESTS) --junitxml=build/tests.xml tests
	$(PY) -m pytest $(NOTEBOOKS) --junitxml=build/notebooks.xml --nbval chapters

fuzz: .venv/ready
	$(PY) -m pytest $(TESTS) -m hypothesis --hypothesis-profile=search --more-examples=$(MORE) tests

lint: .venv/ready
	$(PY) -m ruff check .

record: .venv/ready
	$(RECORDING) $(PY) -m tools.record
	$(RECORDING) $(PY) -m tools.lab.start

sweeps: .venv/ready
	$(RECORDING) $(PY) -m tools.sweeps

book: .venv/ready
	$(PY) -m tools.book

student: .venv/ready
	$(PY) -m tools.student

bench: .venv/ready
	$(PY) -m benchmarks

results: .venv/ready
	$(PY) -m benchmarks.results

clean:
	rm -rf build
