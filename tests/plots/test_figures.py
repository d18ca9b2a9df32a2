"""Still curves: what is drawn is what was given, in every form in which numbers come."""

import re

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

import d2lutils as d2l

pytestmark = pytest.mark.usefixtures("no_notebook")


def drawn(figure):
    """[(x, y), …] of all curves."""
    return [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in figure.axes[0].lines]


def test_tensors_arrays_and_lists():
    x = torch.linspace(0, 1, 5, requires_grad=True)
    figure = d2l.plot(x, [x**2, x.detach().numpy()], legend=["square", "line"], xlabel="x", yscale="log")
    square, line = figure.axes[0].lines
    np.testing.assert_allclose(square.get_ydata(), np.linspace(0, 1, 5) ** 2, rtol=1e-6)
    np.testing.assert_allclose(line.get_ydata(), np.linspace(0, 1, 5), rtol=1e-6)
    assert figure.axes[0].get_yscale() == "log"
    assert drawn(d2l.plot([3, 4])) == [([0, 1], [3, 4])]
    assert drawn(d2l.plot([[0, 1], [5, 6, 7]], [[1, 2], [1, 2, 3]])) == [([0, 1], [1, 2]), ([5, 6, 7], [1, 2, 3])]


X, Y = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0])
ONE = {
    "(N,)": (X, Y), "(N, 1)": (X[:, None], Y[:, None]), "(N,) and (N, 1)": (X, Y[:, None]),
    "(N, 1) and (N,)": (X[:, None], Y), "NumPy (N, 1)": (X[:, None].numpy(), Y.numpy()), "(1, N)": (X, Y[None]),
    "(N, 1, 1)": (X, Y[:, None, None]), "list of (N, 1)": (X, [Y[:, None]]),
    "with gradient": (X, Y.clone().requires_grad_()),
    "bfloat16": (X, Y.bfloat16()), "integers": (X.long(), Y.to(torch.uint8)), "list of 0-d tensors": ([*X], [*Y]),
    "list of losses": (X, [y.clone().requires_grad_() for y in Y]), "list of (1,)": (X, [y[None] for y in Y]),
    "range": (range(1, 4), range(4, 7)), "generator": ((i for i in (1, 2, 3)), map(int, (4, 5, 6))),
    "dict values": ({1: 4, 2: 5, 3: 6}.keys(), {1: 4, 2: 5, 3: 6}.values()), "one x in a list": ([X], [Y]),
}  # fmt: skip


@pytest.mark.parametrize(("x", "y"), ONE.values(), ids=ONE.keys())
@pytest.mark.filterwarnings("error")
def test_one_curve_in_every_form(x, y):
    assert drawn(d2l.plot(x, y)) == [([1, 2, 3], [4, 5, 6])]


def test_a_series_of_pandas_is_a_curve():
    pandas = pytest.importorskip("pandas")
    assert drawn(d2l.plot(pandas.Series([4.0, 5.0], index=["a", "b"]))) == [([0, 1], [4, 5])]


SEVERAL = {
    "list": (X, [Y, -Y]), "rows": (X, torch.stack([Y, -Y])), "(N,) with (N, 1)": (X, [Y, -Y[:, None]]),
    "(N, 1) x": (X[:, None], [Y[:, None], -Y]), "x in a list": ([X], [Y, -Y]), "x for each": ([X, X[:, None]], [Y, -Y]),
    "tuple of lists": (X.tolist(), (Y.tolist(), (-Y).tolist())), "arrays": (X.numpy(), np.stack([Y, -Y])),
}  # fmt: skip


@pytest.mark.parametrize(("x", "y"), SEVERAL.values(), ids=SEVERAL.keys())
def test_several_curves_in_every_form(x, y):
    assert drawn(d2l.plot(x, y)) == [([1, 2, 3], [4, 5, 6]), ([1, 2, 3], [-4, -5, -6])]


MISFITS = {
    "lengths": (X, Y[:2], "x has shape (3,) and y (2,): a curve needs as many values of x as of y"),
    "columns": (torch.arange(50), torch.ones(50, 3),
                "x has shape (50,) and y (50, 3): curves are the rows of y, so give y.T"),
    "second curve": (X, [Y, Y[:2]], "x has shape (3,) and y (2,) (curve 2 of 2)"),
    "numbers of curves": ([X, X], [Y, Y, Y], "x holds 2 curves and y 3: give one x for all"),
    "x in rows": (torch.ones(2, 3), torch.ones(3, 3), "x holds 2 curves (shape (2, 3)) and y 3 (shape (3, 3))"),
    "pictures": (X, torch.ones(2, 3, 4), "y has shape (2, 3, 4)"),
    "a list of tables": (X, [torch.ones(3, 2)], "y[0] has shape (3, 2): a curve is (N,) or (N, 1)"),
}  # fmt: skip


@pytest.mark.parametrize(("x", "y", "said"), MISFITS.values(), ids=MISFITS.keys())
def test_what_does_not_fit_is_one_sentence_with_both_shapes(x, y, said):
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        d2l.plot(x, y)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("wrong", ["curve", torch.ones(3, dtype=torch.complex64), [object()], None, ["a", "b"]])
def test_what_is_no_number_is_named(wrong):
    with pytest.raises(TypeError, match="y must hold real numbers, not"):
        d2l.plot(wrong)


def test_labels_by_position_as_in_the_course():
    figure = d2l.plot([0, 1], [[1, 2], [2, 3]], "x", "f(x)", ["f", "tangent"], [0, 2], [0, 4])
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "f(x)")
    assert axes.get_xlim() == (0, 2) and axes.get_ylim() == (0, 4)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["f", "tangent"]


def test_one_text_is_one_name_and_one_format():
    figure = d2l.plot([1, 2], legend="loss", fmts="g-.")
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["loss"]
    assert figure.axes[0].lines[0].get_color() == "g"


def test_a_single_point_is_seen():
    (line,) = d2l.plot([1], [2]).axes[0].lines
    assert line.get_marker() != "None"
    assert drawn(d2l.plot(1.0, 2.0)) == [([1], [2])]


def test_the_points_are_in_view():
    axes = d2l.plot([0, 10], [-3, 3]).axes[0]
    assert axes.get_xlim()[0] <= 0 and axes.get_xlim()[1] >= 10
    assert axes.get_ylim()[0] <= -3 and axes.get_ylim()[1] >= 3


def test_no_figure_stays_open_and_the_readers_settings_are_left_alone():
    before = dict(matplotlib.rcParams)
    d2l.plot([1, 2])
    d2l.show_images(torch.rand(2, 3, 3))
    d2l.Animator().add(1, 1)
    with pytest.raises(ValueError):
        d2l.plot([1, 2], [1, 2, 3])
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


def test_a_figure_of_pyplot_is_closed_when_it_has_been_shown(notebook):
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    assert d2l.show(figure) is figure
    assert len(notebook.shown) == 1
    assert plt.get_fignums() == []
