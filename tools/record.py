"""Executes the chapters' MyST sources and writes each as an executed notebook beside its source (`make record`).

    python -m tools.record                    the chapters whose notebook is out of step with its source
    python -m tools.record chapters/…/x.md    only these (when out of step)
    python -m tools.record --all              every chapter, in step or not: after a change in the package

Where only prose changed, nothing is executed: the outputs of the last recording stay.

The run is the reader's worst case: no network, no real data, one thread. The notebook depends on nothing else: cell ids
come from the content, no times are kept, no widget state, no output of cells tagged `live` (a dead panel helps nobody).
"""

import argparse
import os
import re
import sys
import time
from pathlib import Path

import nbclient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tools import notebooks

SECONDS = 60  # what a chapter may take on two cores
ADDRESS = re.compile(r"\b(?:at )?0x[0-9a-fA-F]{6,}\b")
ENVIRONMENT = {"D2L_OFFLINE": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
UNSET = ("D2L_DATA", "MPLBACKEND", "PYTHONSTARTUP")  # the kernel's own inline backend draws the figures


class Refused(Exception):
    """A chapter that cannot be recorded, with the reason in words."""


def machine_paths() -> list[str]:
    """Folders whose names must not appear in an output: they differ from machine to machine."""
    import tempfile

    places = {notebooks.ROOT, Path.home(), Path(sys.prefix), Path(tempfile.gettempdir())}
    return sorted({str(place) for place in places if len(str(place)) > 1}, key=len, reverse=True)


def environment() -> dict[str, str]:
    """The variables a chapter runs under; nbval's kernels and the tests use the same."""
    variables = {name: value for name, value in os.environ.items() if name not in UNSET}
    return variables | ENVIRONMENT


def execute(source: Path) -> NotebookNode:
    """The executed notebook of one source, cleaned; raises Refused with chapter, cell and traceback."""
    notebook = notebooks.read_source(source)
    client = nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", record_timing=False, coalesce_streams=True,
        store_widget_state=False, resources={"metadata": {"path": str(source.parent)}})
    try:
        client.execute(env=environment())
    except CellExecutionError as error:
        number = next(i for i, cell in enumerate(notebook.cells, start=1)
                      if any(output.output_type == "error" for output in cell.get("outputs", [])))
        trace = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
        raise Refused(f"cell {number} failed:\n{notebook.cells[number - 1].source}\n\n{trace}") from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from None
    clean(notebook)
    check(notebook)
    return notebook


def with_outputs_of(recorded: NotebookNode, written: NotebookNode) -> bool:
    """Gives the code cells of `written` the outputs of `recorded`, if they are the same cells; whether they were."""
    cells, kept = ([cell for cell in notebook.cells if cell.cell_type == "code"] for notebook in (written, recorded))
    if [(c.source.rstrip("\n"), notebooks.tags(c)) for c in cells] != [
            (c.source.rstrip("\n"), notebooks.tags(c)) for c in kept]:
        return False
    for cell, old in zip(cells, kept):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    return True


def clean(notebook: NotebookNode) -> None:
    """Drops whatever would differ in the next recording or is dead without its kernel."""
    major, minor = sys.version_info[:2]
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python", "file_extension": ".py", "mimetype": "text/x-python",
                       "pygments_lexer": "ipython3", "version": f"{major}.{minor}"})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            if "live" in notebooks.tags(cell):
                cell.outputs = []
            for output in cell.outputs:
                output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    notebooks.give_ids(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5


def check(notebook: NotebookNode) -> None:
    """Raises Refused for an output that cannot be the same on the next machine."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            for text in notebooks.output_texts(output):
                found = ADDRESS.search(text)
                if found:
                    raise Refused(f"cell {number} shows an object address ({found[0]}), which changes from run to run. "
                                  "Show a value instead, or end the line with a semicolon.")
                for place in machine_paths():
                    if place in text:
                        raise Refused(f"cell {number} shows a path of this machine ({place}…). "
                                      "Print a path relative to the chapter, or its name.")


def record(source: Path, execute_anyway: bool = False) -> tuple[float | None, int]:
    """Writes the notebook of one chapter; returns the seconds it ran (None if only prose had changed) and its bytes."""
    target, notebook, seconds = source.with_suffix(".ipynb"), notebooks.read_source(source), None
    if execute_anyway or not target.exists() or not with_outputs_of(notebooks.read_notebook(target), notebook):
        begin = time.perf_counter()
        notebook = execute(source)
        seconds = time.perf_counter() - begin
    else:
        clean(notebook)
        check(notebook)
    size = len(notebooks.nbformat.writes(notebook).encode())
    if size > notebooks.LIMIT:
        largest = max(notebook.cells, key=lambda cell: len(str(cell.get("outputs", ""))))
        raise Refused(f"the notebook would have {size / 1000:.0f} kB, more than {notebooks.LIMIT / 1000:.0f}. "
                      f"Its largest output belongs to the cell\n{largest.source}")
    notebooks.write_notebook(notebook, target)
    return seconds, size


def claimed_seconds(source: Path) -> float | None:
    """The seconds a chapter's opening box promises, if it says any."""
    found = re.search(r":class: opening.*?([\d.]+)\s+seconds", source.read_text(encoding="utf-8"), re.DOTALL)
    return float(found[1]) if found else None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Execute chapters and write their notebooks.")
    parser.add_argument("sources", nargs="*", type=Path, help="chapter sources (.md); default: all")
    parser.add_argument("--all", action="store_true", help="also those whose notebook is in step")
    options = parser.parse_args(arguments)
    chosen = [path.resolve().with_suffix(".md") for path in options.sources] or notebooks.sources()
    failed = 0
    for source in chosen:
        name = source.relative_to(notebooks.ROOT) if source.is_relative_to(notebooks.ROOT) else source
        if not source.exists():
            print(f"{name}: there is no such chapter source", file=sys.stderr)
            failed += 1
            continue
        try:
            reason = "--all" if options.all else notebooks.difference(source)
            if reason is None:
                print(f"{name}: in step")
                continue
            print(f"{name}: {reason} …", flush=True)
            seconds, size = record(source, execute_anyway=options.all)
        except (Refused, ValueError) as error:
            print(f"{name}: NOT RECORDED: {error}", file=sys.stderr)
            failed += 1
            continue
        if seconds is None:
            print(f"{name}: only prose had changed, {size / 1000:.0f} kB")
            continue
        print(f"{name}: {seconds:.1f} s, {size / 1000:.0f} kB")
        promised = claimed_seconds(source)
        if seconds > SECONDS:
            print(f"{name}: took more than the {SECONDS} s a chapter may take", file=sys.stderr)
        if promised and not promised / 2 <= seconds <= promised * 2:
            print(f"{name}: its opening promises {promised:.0f} seconds; this run took {seconds:.0f}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
