"""The notebooks for a class hold no solution: no cell, no line of one."""

import nbformat
import pytest

from tools import notebooks, student
from tools.lab import __main__ as lab
from tools.lab import jupyter
from tools.lab.own_copy import OwnCopy


def lines_of_solutions(notebook) -> set[str]:
    """Lines that only solutions have, long enough not to be there by chance."""
    solutions = {line.strip() for cell in notebook.cells if "solution" in notebooks.tags(cell)
                 for line in cell.source.splitlines() if not line.startswith("#")}
    others = {line.strip() for cell in notebook.cells if "solution" not in notebooks.tags(cell)
              for line in cell.source.splitlines()}
    return {line for line in solutions - others if len(line) > 8}


@pytest.mark.parametrize("source", [*notebooks.sources(), None], ids=lambda path: path.stem if path else "made")
def test_nothing_of_a_solution_is_left(source, tmp_path):
    if source is None:
        chapters = tmp_path / "chapters"
        (chapters / "01_made").mkdir(parents=True)
        text = (notebooks.ROOT / "tests" / "book" / "first_form.md").read_text(encoding="utf-8")
        source = chapters / "01_made" / "01_good.md"
        source.write_text(text.replace("Because there are", "## Why two\n\nBecause there are"), encoding="utf-8")
        notebook = notebooks.read_source(source)
        notebooks.give_ids(notebook)
        notebooks.write_notebook(notebook, source.with_suffix(".ipynb"))
    else:
        chapters = notebooks.CHAPTERS
    whole = notebooks.read_notebook(source.with_suffix(".ipynb"))
    secrets = lines_of_solutions(whole)
    assert secrets, "this chapter has no solutions"

    student.write(tmp_path / "student", chapters)
    path = tmp_path / "student" / source.relative_to(chapters).with_suffix(".ipynb")
    given = notebooks.read_notebook(path)
    assert not [cell for cell in given.cells if "solution" in notebooks.tags(cell)]
    text = "\n".join(cell.source for cell in given.cells)
    assert not [line for line in secrets if line in text.splitlines() or line in text]
    exercises = [cell for cell in given.cells if "exercise" in notebooks.tags(cell)]
    assert len(exercises) == len([cell for cell in whole.cells if "exercise" in notebooks.tags(cell)]) > 0
    assert all(cell.outputs == [] and cell.execution_count is None for cell in exercises)


@pytest.mark.parametrize("source", notebooks.sources(), ids=lambda path: path.stem)
def test_no_empty_section_promises_a_solution(source):
    notebook = student.without_solutions(notebooks.read_notebook(source.with_suffix(".ipynb")))
    assert "Solution" not in [cell.source.strip("# \n") for cell in notebook.cells]


def test_headings_stay():
    markdown = notebooks.nbformat.v4.new_markdown_cell("## Why two\n\nBecause.", metadata={"tags": ["solution"]})
    code = notebooks.nbformat.v4.new_code_cell("x = 2", metadata={"tags": ["solution"]})
    notebook = notebooks.nbformat.v4.new_notebook(cells=[markdown, code])
    assert [cell.source for cell in student.without_solutions(notebook).cells] == ["## Why two"]
    assert len(notebook.cells) == 2 and notebook.cells[0].source.endswith("Because.")


SOFTMAX = "02_linear_models/02_softmax_regression.ipynb"


def note(path):
    """The notebook's bytes after somebody has written a cell into it."""
    notebook = notebooks.read_notebook(path)
    notebook.cells.append(nbformat.v4.new_markdown_cell("Hand this in by Friday."))
    notebooks.write_notebook(notebook, path)
    return path.read_bytes()


def test_what_an_instructor_writes_is_kept(tmp_path, capsys):
    folder = tmp_path / "class"
    assert student.main([str(folder)]) == 0
    assert (folder / "start.ipynb").read_bytes() == (notebooks.CHAPTERS / "start.ipynb").read_bytes()
    assert len(list(folder.rglob("sweeps/*.json"))) == len(list(notebooks.CHAPTERS.rglob("sweeps/*.json")))
    written = note(folder / SOFTMAX)
    (folder / "syllabus.txt").write_text("week 1", encoding="utf-8")
    capsys.readouterr()
    assert student.main([str(folder)]) == 0
    assert capsys.readouterr().out == f"The book without solutions: {folder}\n  nothing new\n"
    assert (folder / SOFTMAX).read_bytes() == written and (folder / "syllabus.txt").exists()


def test_the_lab_keeps_a_copy_without_solutions_without_them(tmp_path, monkeypatch, capsys):
    folder, opened = tmp_path / "class", []
    monkeypatch.setenv("D2L_WORK", str(folder))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(jupyter, "open_lab", lambda *given: opened.append(given))
    student.main([str(folder)])
    before = {path: path.read_bytes() for path in folder.rglob("*.ipynb")}
    note(folder / SOFTMAX)
    capsys.readouterr()
    assert lab.main([]) == 0 and lab.main(["--fresh", "2.2"]) == 0
    assert opened == [(folder, [])] and "nothing new" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in before} == before


def test_a_copy_with_solutions_is_not_taken_for_one_without(tmp_path, capsys):
    OwnCopy(tmp_path).update({SOFTMAX: (notebooks.CHAPTERS / SOFTMAX).read_bytes()}, "whole")
    assert student.main([str(tmp_path)]) == 1
    assert "holds a copy with solutions" in capsys.readouterr().err
    assert (tmp_path / SOFTMAX).read_bytes() == (notebooks.CHAPTERS / SOFTMAX).read_bytes()


def test_a_folder_that_cannot_be_written_is_said(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert student.main([str(tmp_path / "file" / "class")]) == 1
    assert "cannot be written" in capsys.readouterr().err
