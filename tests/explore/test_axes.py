"""Axes: what a slider may turn, what it says, and where it stands off the grid."""

import numpy as np
import pytest

from d2lutils.explore import Axis, Sweep

RATES = [0.01, 0.1, 1.0, 10.0]


def test_axes_say_what_is_wrong_with_them():
    for arguments, words in [
        (("lr", []), "no values"),
        (("lr", [0.1, 0.1]), "twice"),
        (("a b", [1]), "named after an argument"),
        (("lr", [0.0, 1.0], None, True), "above 0"),
        (("lr", [float("nan")]), "cannot stand there"),
        (("lr", [1, 2], None, False, None, 3), "none of its values"),
    ]:
        with pytest.raises(ValueError, match=words):
            Axis(*arguments)
    with pytest.raises(TypeError, match="sliders take numbers"):
        Axis("net", [object()])
    with pytest.raises(TypeError, match="a word such as 'none'"):
        Axis("clip", [None, 1.0])


def test_values_are_written_for_people():
    assert [Axis("a", [1]).text(v) for v in (0.1, 1e-5, 256, -2, True, "relu")] == [
        "0.1", "1e−05", "256", "−2", "yes", "relu"]  # fmt: skip
    assert Axis("p", [0.5], format="{:.0%}").text(0.5) == "50%"
    assert Axis("p", [0.5], format={0.5: "half"}).text(0.5) == "half"
    assert Axis("p", [1], format=lambda v: f"{v} layers").text(1) == "1 layers"
    assert Axis("n", list(np.array([1, 2]))).values == [1, 2]


def test_off_the_grid_the_nearest_setting_stands_in():
    axis = Axis("lr", RATES, log=True)
    assert [axis.nearest(v) for v in (0.0001, 0.02, 0.2, 4.0, 1e9)] == [0, 0, 1, 3, 3]
    assert Axis("act", ["relu", "tanh"], start="tanh").nearest("gelu") == 1
    made = Sweep("a", print, [Axis("lr", RATES, log=True), Axis("decay", [0.0, 0.5])], curves=["loss"])
    assert made.position({"lr": 0.9, "decay": 0.4}) == 5
