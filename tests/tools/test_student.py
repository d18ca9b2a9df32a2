"""The notebooks for a class hold no solution: no cell, no line of one."""

import pytest

from tools import notebooks, student


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
        text = (notebooks.ROOT / "tests" / "data" / "good_chapter.md").read_text(encoding="utf-8")
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


def test_headings_stay():
    markdown = notebooks.nbformat.v4.new_markdown_cell("## Why two\n\nBecause.", metadata={"tags": ["solution"]})
    code = notebooks.nbformat.v4.new_code_cell("x = 2", metadata={"tags": ["solution"]})
    notebook = notebooks.nbformat.v4.new_notebook(cells=[markdown, code])
    assert [cell.source for cell in student.without_solutions(notebook).cells] == ["## Why two"]
    assert len(notebook.cells) == 2 and notebook.cells[0].source.endswith("Because.")
