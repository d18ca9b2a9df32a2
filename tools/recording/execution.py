"""Runs a chapter's code cells without a network, in one thread, on the data that it wants."""

import json
import re
import sys
import tempfile
from pathlib import Path

import nbclient
import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tools import notebooks
from tools.recording import data
from tools.recording.pictures import slim

ADDRESS = re.compile(r"\b(?:at )?0x[0-9a-fA-F]{6,}\b")
ASK = "import json, sys; print(json.dumps(getattr(sys.modules.get('d2lutils.data'), 'sources_used', dict)()))"


class Refused(Exception):
    """A chapter that cannot be recorded, with the reason in words."""


def machine_paths() -> list[str]:
    """Folders whose names must not appear in an output: they differ from machine to machine."""
    places = {notebooks.ROOT, Path.home(), Path(sys.prefix), Path(tempfile.gettempdir())}
    return sorted({str(place) for place in places if len(str(place)) > 1}, key=len, reverse=True)


def execute(source: Path) -> tuple[NotebookNode, dict[str, str]]:
    """The source's cells, executed, with the outputs worth keeping, and which data they were given.

    Raises Refused with cell and traceback, or as soon as something stands in for real data that the chapter wants.
    """
    notebook, stand_ins, used = notebooks.read_source(source), data.on_stand_ins(source), {}
    client = nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", record_timing=False, coalesce_streams=True,
        store_widget_state=False, resources={"metadata": {"path": str(source.parent)}})
    try:
        with client.setup_kernel(env=data.environment(stand_ins)):
            for place, cell in enumerate(list(notebook.cells)):
                client.execute_cell(cell, place)
                if cell.cell_type == "code":
                    used = _data_used(client)
                    if not stand_ins and (missing := data.missing(used)):
                        raise Refused(f"{missing}. {data.HOW}")
    except CellExecutionError as error:
        number = next(i for i, cell in enumerate(notebook.cells, start=1)
                      if any(output.output_type == "error" for output in cell.get("outputs", [])))
        trace = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
        raise Refused(f"cell {number} failed:\n{notebook.cells[number - 1].source}\n\n{trace}") from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from None
    slim(notebook)
    return notebook, used


def _data_used(client: nbclient.NotebookClient) -> dict[str, str]:
    """Asks the kernel, past its history, which data the chapter has been given so far."""
    client.nb.cells.append(nbformat.v4.new_code_cell(ASK))  # a client runs only what stands in its notebook
    client.execute_cell(client.nb.cells[-1], len(client.nb.cells) - 1, store_history=False)
    return json.loads(client.nb.cells.pop().outputs[0].text)


def clean(notebook: NotebookNode) -> None:
    """Drops whatever would differ in the next recording or is dead without its kernel: times, widgets, live panels."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            if "live" in notebooks.tags(cell):
                cell.outputs = []
            for output in cell.outputs:
                output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)


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
