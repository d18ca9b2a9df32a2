"""The same in a real kernel: what reaches the notebook, and in which cell."""

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = [
    "import torch, d2lutils as d2l",
    """
def train():
    animator = d2l.Animator(legend="loss")
    for x in range(20):
        animator.add(x, torch.tensor(x / 2))

train()
""",
    "1 + 1",
    """
x = torch.randn(65, 8)
train = d2l.load_array((x, (x[:, 0] > 0).long()), 16)
history = d2l.fit(torch.nn.Linear(8, 2), train, loss=torch.nn.CrossEntropyLoss(), epochs=3,
                  optimizer=lambda p: torch.optim.SGD(p, lr=.1))
""",
    "d2l.table([{'network': 'MLP', 'accuracy': [.5, .6]}])",
    "d2l.Animator().add(1, 1); raise SystemError('a cell that fails')",
    "len(get_ipython().events.callbacks['post_run_cell'])",
]


@pytest.fixture(scope="module")
def outputs():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    NotebookClient(notebook, timeout=120, allow_errors=True, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


def test_the_animators_cell_holds_its_picture_and_the_next_cell_does_not(outputs):
    assert [output.output_type for output in outputs[1]] == ["display_data"]
    assert "image/png" in outputs[1][0].data
    assert outputs[2][0].data["text/plain"] == "2"


def test_fit_without_test_draws_one_figure(outputs):
    assert [output.output_type for output in outputs[3]] == ["display_data"]
    assert "image/png" in outputs[3][0].data


def test_a_table_is_html_and_text(outputs):
    data = outputs[4][0].data
    assert set(data) == {"text/html", "text/plain"}
    assert "0.550 ± 0.071" in data["text/html"] and "0.550 ± 0.071" in data["text/plain"]


def test_a_cell_that_fails_has_its_picture_too(outputs):
    assert {output.output_type for output in outputs[5]} == {"display_data", "error"}


def test_the_end_of_a_cell_is_waited_for_once(outputs):
    assert int(outputs[6][0].data["text/plain"]) <= 2  # ours, and what the kernel itself may have
