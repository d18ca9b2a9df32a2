"""The Animator keeps what it was given, draws in place and not too often, and has all points when the cell ends."""

import gc
import weakref
from fractions import Fraction

import numpy as np
import pytest
import torch

import d2lutils as d2l
from d2lutils.plots import live
from d2lutils.plots import notebook as around


def test_points_are_kept_without_a_notebook(no_notebook):
    animator = d2l.Animator(xlabel="epoch", legend=["train", "test"], xlim=(1, 3))
    animator.add(1, (0.5, None))
    animator.add(2, [torch.tensor(0.25), 0.75])
    animator.show()
    assert animator.X == [[1, 2], [2]]
    assert animator.Y == [[0.5, 0.25], [0.75]]
    assert [text.get_text() for text in animator.axes.get_legend().get_texts()] == ["train", "test"]
    with pytest.raises(ValueError, match="2 values of x and 1"):
        animator.add([1, 2], 3)
    assert not around._waiting  # no cell will end, so nothing may wait for it


HALVES = {
    "float": 0.5, "fraction": Fraction(1, 2), "0-d tensor": torch.tensor(0.5), "NumPy scalar": np.float32(0.5),
    "0-d array": np.array(0.5), "(1,) tensor": torch.tensor([0.5]), "(1, 1) array": np.array([[0.5]]),
    "with gradient": torch.tensor(0.5, requires_grad=True), "bfloat16": torch.tensor(0.5, dtype=torch.bfloat16),
    "computed": torch.ones(2, requires_grad=True).sum() / 4, "float16": np.float16(0.5),
}  # fmt: skip


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES.keys())
@pytest.mark.filterwarnings("error")
def test_whatever_is_like_a_number_is_one(no_notebook, half):
    animator = d2l.Animator()
    animator.add(1, half)
    animator.add(half, (half, None))
    assert animator.X == [[1, 0.5], []]
    assert animator.Y == [[0.5, 0.5], []]


@pytest.mark.gpu
def test_a_tensor_on_an_accelerator_is_a_number(no_notebook):
    animator = d2l.Animator()
    animator.add(1, torch.tensor(0.5, device=d2l.try_gpu()))
    assert animator.Y == [[0.5]]


@pytest.mark.parametrize(
    "row", [torch.tensor([1.0, 2.0]), np.array([1, 2]), (v for v in (1, 2)), {"a": 1, "b": 2}.values()]
)
def test_a_row_has_a_value_for_each_curve(no_notebook, row):
    animator = d2l.Animator()
    animator.add(0, row)
    assert animator.Y == [[1], [2]]


@pytest.mark.parametrize("wrong", ["high", 1j, torch.ones(2, 2), object()])
def test_what_is_no_number_is_named_and_leaves_no_trace(no_notebook, wrong):
    animator = d2l.Animator()
    with pytest.raises(TypeError, match="y of curve 1 must be a number, not"):
        animator.add(0, (1, wrong))
    assert animator.Y == [] and animator.lines == []


def test_one_text_is_one_name(no_notebook):
    animator = d2l.Animator(legend="train loss", fmts="m--")
    animator.add(1, 2)
    assert [text.get_text() for text in animator.axes.get_legend().get_texts()] == ["train loss"]
    assert animator.lines[0].get_color() == "m" and animator.lines[0].get_linestyle() == "--"


def test_one_figure_is_redrawn_in_place_and_not_too_often(notebook, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(live.time, "perf_counter", lambda: now[0])
    animator = d2l.Animator()
    for i in range(100):  # a hundred points within one second
        now[0] = i / 100
        animator.add(i, i * i)
    assert len(notebook.shown) == 1
    assert 3 <= len(notebook.updated) <= 4
    animator.show()
    assert animator.lines[0].get_xydata()[-1].tolist() == [99, 99 * 99]


def test_a_single_point_is_a_dot_until_there_is_a_line(no_notebook):
    animator = d2l.Animator(fmts=["-", "o"])
    markers = []
    for x in (1, 2):
        animator.add(x, (x, x))
        animator.show()
        markers.append([line.get_marker() for line in animator.lines])
    assert markers[0][0] != "None" and markers[1][0] == "None"
    assert markers[0][1] == markers[1][1] == "o"


def test_the_last_points_are_drawn_when_the_cell_ends(notebook):
    def train():  # as the course writes it: the Animator is gone when the function returns
        animator = d2l.Animator()
        for x in range(10):
            animator.add(x, x)
        return animator.lines[0]

    line = train()
    assert len(line.get_xdata()) < 10
    notebook.end_cell()
    assert len(line.get_xdata()) == 10
    assert len(notebook.shown) == 1 and len(notebook.updated) == 1
    notebook.end_cell()
    assert len(notebook.updated) == 1  # drawn once, not in every cell from then on


def test_what_was_shown_is_not_drawn_again_when_the_cell_ends(notebook):
    animator = d2l.Animator()
    animator.add(1, 1)
    animator.show()
    drawn = len(notebook.updated)
    notebook.end_cell()
    assert len(notebook.updated) == drawn
    animator.add(2, 2)
    notebook.end_cell()
    assert len(notebook.updated) == drawn + 1


def test_an_animator_without_points_shows_nothing(notebook):
    d2l.Animator()
    notebook.end_cell()
    assert notebook.shown == []


def test_waiting_for_the_end_of_cells_leaks_nothing(notebook):
    gone = []
    for _ in range(2):
        for _ in range(2):
            animator = d2l.Animator()
            animator.add(1, 1)
            gone.append(weakref.ref(animator))
        notebook.end_cell()
    assert len(notebook.shell.events.callbacks["post_run_cell"]) == 1
    del animator
    gc.collect()
    assert not any(reference() for reference in gone)


def test_a_fault_of_the_display_is_told_once_and_the_loop_goes_on(notebook, monkeypatch):
    def broken(picture, display_id=None):
        raise ConnectionError("the browser is gone")

    monkeypatch.setattr(notebook, "display", broken)
    import IPython  # the fake one

    IPython.display.display = broken
    animator = d2l.Animator()
    with pytest.warns(UserWarning, match="cannot be drawn any further.*the browser is gone") as told:
        for x in range(3):
            animator.add(x, x)
            animator.show()
        notebook.end_cell()
    assert len(told) == 1
    assert animator.Y == [[0, 1, 2]]
